"""What one API changes of another."""

import pytest
from graphql import build_schema

from gateway.federation.composition.changes import changes

_BASE = "type Query { "


@pytest.mark.parametrize(
    ("before", "after", "severity", "kind", "coordinate"),
    [
        ("a: Int b: Int }", "a: Int }", "breaking", "removed", "Query.b"),
        ("a: Int }", "a: Int b: Int }", "safe", "added", "Query.b"),
        ("a: Int }", "a: String }", "breaking", "changed", "Query.a"),
        ("a: Int! }", "a: Int }", "breaking", "changed", "Query.a"),
        ("a: Int }", "a: Int! }", "safe", "changed", "Query.a"),
        ("a: Int }", "a(x: Int!): Int }", "breaking", "added", "Query.a(x:)"),
        ("a: Int }", "a(x: Int): Int }", "dangerous", "added", "Query.a(x:)"),
        ("a(x: Int): Int }", "a: Int }", "breaking", "removed", "Query.a(x:)"),
        ("a(x: Int = 1): Int }", "a(x: Int = 2): Int }", "dangerous", "changed", "Query.a(x:)"),
        ("a: E } enum E { A B }", "a: E } enum E { A }", "breaking", "removed", "E.B"),
        ("a: E } enum E { A }", "a: E } enum E { A B }", "dangerous", "added", "E.B"),
        (
            "a: U } union U = Y | Z type Y { y: Int } type Z { z: Int }",
            "a: U z: Z } union U = Y type Y { y: Int } type Z { z: Int }",
            "breaking",
            "removed",
            "U.Z",
        ),
        (
            "a: I y: Y } interface I { y: Int } type Y { y: Int }",
            "a: I y: Y } interface I { y: Int } type Y implements I { y: Int }",
            "dangerous",
            "changed",
            "Y",
        ),
        (
            "a: I y: Y } interface I { y: Int } type Y implements I { y: Int }",
            "a: I y: Y } interface I { y: Int } type Y { y: Int }",
            "breaking",
            "changed",
            "Y",
        ),
        (
            "a(i: I): Int } input I { x: Int }",
            "a(i: I): Int } input I { x: Int y: Int! }",
            "breaking",
            "added",
            "I.y",
        ),
        ("a: Int } type Y { y: Int }", "a: Int }", "breaking", "removed", "Y"),
        ("a: K } enum K { A }", "a: K } scalar K", "breaking", "changed", "K"),
        ("a: Int } directive @d on FIELD", "a: Int }", "breaking", "removed", "@d"),
        (
            "a: Int } directive @d on FIELD | QUERY",
            "a: Int } directive @d on FIELD",
            "breaking",
            "changed",
            "@d",
        ),
        (
            "a: Int } directive @d(x: Int) on FIELD",
            "a: Int } directive @d on FIELD",
            "breaking",
            "removed",
            "@d(x:)",
        ),
        ("a: D } scalar D", 'a: D } "A day, as in Query.day." scalar D', "safe", "changed", "D"),
    ],
)
def test_a_change_is_told_with_its_coordinate_and_whom_it_concerns(
    before: str, after: str, severity: str, kind: str, coordinate: str
) -> None:
    found = changes(build_schema(_BASE + before), build_schema(_BASE + after))
    assert (severity, kind, coordinate) in [(each.severity.value, each.kind.value, each.coordinate) for each in found]


def test_what_breaks_is_told_first() -> None:
    before = build_schema("type Query { a: Int z: Int e: E } enum E { A }")
    after = build_schema("type Query { a: Int b: Int e: E } enum E { A B }")
    assert [each.severity.value for each in changes(before, after)] == ["breaking", "dangerous", "safe"]


def test_nothing_changes_between_equal_apis() -> None:
    same = "type Query { a: Int }"
    assert changes(build_schema(same), build_schema(same)) == []
