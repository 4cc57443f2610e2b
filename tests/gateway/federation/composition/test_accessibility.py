"""@inaccessible: what stays in the API may not need what does not."""

import pytest

from tests.gateway.federation.composition.agencies import Case, check, composed


def _one(what: str, code: str, at: str, sdl: str) -> Case:
    return Case(what, code, at, "tax", {"tax": sdl})


CASES = [
    _one(
        "a field of a hidden type",
        "REFERENCED_INACCESSIBLE",
        "Debt",
        "type Query { d: Debt } type Debt @inaccessible { n: Int }",
    ),
    _one(
        "an argument of a hidden type",
        "REFERENCED_INACCESSIBLE",
        "Period",
        "type Query { d(in: Period): Int } input Period @inaccessible { n: Int }",
    ),
    _one(
        "an input field of a hidden type",
        "REFERENCED_INACCESSIBLE",
        "Day",
        "type Query { d(in: Period): Int } input Period { on: Day } input Day @inaccessible { n: Int }",
    ),
    _one("a hidden query root", "QUERY_ROOT_TYPE_INACCESSIBLE", "Query", "type Query @inaccessible { a: Int }"),
    _one(
        "a type with nothing open",
        "ONLY_INACCESSIBLE_CHILDREN",
        "Debt",
        "type Query { d: Debt } type Debt { n: Int @inaccessible }",
    ),
    _one(
        "a union with nothing open",
        "ONLY_INACCESSIBLE_CHILDREN",
        "Party",
        "type Query { d: Int } union Party = Firm type Firm @inaccessible { n: Int }",
    ),
    _one(
        "an enum with nothing open",
        "ONLY_INACCESSIBLE_CHILDREN",
        "Rank",
        "type Query { d: Rank } enum Rank { A @inaccessible }",
    ),
    _one(
        "a hidden field that is required",
        "REQUIRED_INACCESSIBLE",
        "Period.to",
        "type Query { d(in: Period): Int } input Period { from: Int to: Int! @inaccessible }",
    ),
    _one(
        "a hidden argument that is required",
        "REQUIRED_INACCESSIBLE",
        "Query.d(in:)",
        "type Query { d(in: Int! @inaccessible): Int }",
    ),
    _one(
        "a hidden argument of a directive that is required",
        "REQUIRED_INACCESSIBLE",
        "@slow(by:)",
        "directive @slow(by: Int! @inaccessible) on FIELD type Query { d: Int }",
    ),
    _one(
        "a hidden argument of a directive of schemas",
        "DISALLOWED_INACCESSIBLE",
        "@seal",
        'extend schema @link(url: "https://city.example/seal/v1.0", import: ["@seal"]) @composeDirective(name: "@seal")'
        " directive @seal(by: Int @inaccessible) on OBJECT type Query @seal { d: Int }",
    ),
    _one(
        "a hidden field that an interface shows",
        "IMPLEMENTED_BY_INACCESSIBLE",
        "Firm.debt",
        "type Query { s: Subject } interface Subject { id: ID debt: Int }"
        " type Firm implements Subject { id: ID debt: Int @inaccessible }",
    ),
    _one(
        "a hidden argument that an interface shows",
        "IMPLEMENTED_BY_INACCESSIBLE",
        "Firm.debt(in:)",
        "type Query { s: Subject } interface Subject { debt(in: Int): Int }"
        " type Firm implements Subject { debt(in: Int @inaccessible): Int }",
    ),
    _one(
        "a default value with a hidden field",
        "DEFAULT_VALUE_USES_INACCESSIBLE",
        "Period.to",
        "type Query { d(in: [Period] = [{to: 1}]): Int } input Period { from: Int to: Int @inaccessible }",
    ),
    _one(
        "a default value with a hidden value",
        "DEFAULT_VALUE_USES_INACCESSIBLE",
        "Rank.B",
        "type Query { d(in: Period = {of: B}): Int } input Period { of: Rank } enum Rank { A B @inaccessible }",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_an_api_that_needs_what_is_hidden_is_refused(case: Case) -> None:
    check(case)


@pytest.mark.parametrize(
    "sdl",
    [
        "type Query { a: Int d: Debt @inaccessible } type Debt @inaccessible { n: Int }",
        "type Query { d(in: Period = {to: 1} @inaccessible): Int } input Period @inaccessible { to: Int }",
        (
            "type Query { s: Subject } interface Subject { id: ID debt: Int @inaccessible }"
            " type Firm implements Subject { id: ID debt: Int @inaccessible }"
        ),
        "type Query { d: Rank } enum Rank { A B @inaccessible }",
    ],
    ids=[
        "a hidden field of a hidden type",
        "a hidden argument",
        "a field hidden in the interface too",
        "a hidden value",
    ],
)
def test_what_is_hidden_may_use_what_is_hidden(sdl: str) -> None:
    assert composed(tax=sdl).supergraph
