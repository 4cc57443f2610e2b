"""Hints: what composes, and is perhaps not meant."""

import pytest

from tests.gateway.federation.composition.agencies import composed

_KEYED = 'type Firm @key(fields: "code") { code: ID! '
_ASKED = "type Query { firm: Firm } " + _KEYED
HINTS: list[tuple[str, str, str, str]] = [
    (
        "INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE",
        "Firm.a",
        _ASKED + "a: Int! @shareable }",
        _KEYED + "a: Int @shareable }",
    ),
    (
        "INCONSISTENT_BUT_COMPATIBLE_ARGUMENT_TYPE",
        "Firm.a(x:)",
        _ASKED + "a(x: Int!): Int @shareable }",
        _KEYED + "a(x: Int): Int @shareable }",
    ),
    (
        "INCONSISTENT_DEFAULT_VALUE_PRESENCE",
        "Firm.a(x:)",
        _ASKED + "a(x: Int = 1): Int @shareable }",
        _KEYED + "a(x: Int): Int @shareable }",
    ),
    (
        "INCONSISTENT_ARGUMENT_PRESENCE",
        "Firm.a(x:)",
        _ASKED + "a(x: Int): Int @shareable }",
        _KEYED + "a: Int @shareable }",
    ),
    (
        "INCONSISTENT_INPUT_OBJECT_FIELD",
        "In.b",
        "type Query { x(in: In): Int } input In { a: Int b: Int }",
        "type Query { y(in: In): Int } input In { a: Int }",
    ),
    (
        "INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM",
        "Rank.B",
        "type Query { x(in: Rank): Int } enum Rank { A B }",
        "type Query { y(in: Rank): Int } enum Rank { A }",
    ),
    (
        "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM",
        "Rank.B",
        "type Query { x: Rank } enum Rank { A B }",
        "type Query { y: Rank } enum Rank { A }",
    ),
    ("UNUSED_ENUM_TYPE", "Rank", "type Query { x: Int } enum Rank { A }", "type Query { y: Int } enum Rank { A }"),
    (
        "INCONSISTENT_UNION_MEMBER",
        "Party.Firm",
        "type Query { x: Party } union Party = Firm | Person type Firm { a: Int } type Person @shareable { b: Int }",
        "type Query { y: Party } union Party = Person type Person @shareable { b: Int }",
    ),
    (
        "INCONSISTENT_ENTITY",
        "Firm",
        _ASKED + "}",
        "type Query { y: Firm } type Firm { code: ID! @shareable }",
    ),
    (
        "INCONSISTENT_OBJECT_VALUE_TYPE_FIELD",
        "Seat.b",
        "type Query { x: Seat @shareable } type Seat @shareable { a: Int b: Int }",
        "type Query { x: Seat @shareable } type Seat @shareable { a: Int }",
    ),
    (
        "INCONSISTENT_INTERFACE_VALUE_TYPE_FIELD",
        "Place.b",
        (
            "type Query { x: Seat @shareable } interface Place { a: Int b: Int }"
            " type Seat implements Place @shareable { a: Int b: Int }"
        ),
        (
            "type Query { x: Seat @shareable } interface Place { a: Int }"
            " type Seat implements Place @shareable { a: Int b: Int }"
        ),
    ),
    ("INCONSISTENT_DESCRIPTION", "Query", '"One." type Query { x: Int }', '"Two." type Query { y: Int }'),
    (
        "MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
        "Query.x",
        "type Query { x: Int @cost(weight: 1) @shareable }",
        "type Query { x: Int @cost(weight: 2) @shareable }",
    ),
    (
        "INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS",
        "Query.x",
        'type Query { x: Int @deprecated(reason: "a") @shareable }',
        'type Query { x: Int @deprecated(reason: "b") @shareable }',
    ),
    (
        "FROM_SUBGRAPH_DOES_NOT_EXIST",
        "Firm.a",
        _ASKED + 'a: Int @override(from: "nowhere") }',
        _KEYED + "}",
    ),
    (
        "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
        "Firm.a",
        _ASKED + 'a: Int @override(from: "courts") }',
        _KEYED + "}",
    ),
    (
        "OVERRIDE_DIRECTIVE_CAN_BE_REMOVED",
        "Firm.a",
        _ASKED + 'a: Int @override(from: "courts") }',
        _KEYED + 'a: Int @external b: Int @requires(fields: "a") }',
    ),
    (
        "OVERRIDDEN_FIELD_CAN_BE_REMOVED",
        "Firm.a",
        _ASKED + 'a: Int @override(from: "courts") }',
        _KEYED + "a: Int }",
    ),
    (
        "OVERRIDE_MIGRATION_IN_PROGRESS",
        "Firm.a",
        _ASKED + 'a: Int @override(from: "courts", label: "soon") }',
        _KEYED + "a: Int }",
    ),
    (
        "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
        "Case.fee(of:)",
        _ASKED.replace("{ code", '@context(name: "firm") { code') + 'open: Case } type Case @key(fields: "id")'
        ' { id: ID! fee(of: ID @fromContext(field: "$firm { code }")): Int @shareable }',
        'type Case @key(fields: "id") { id: ID! fee(of: ID): Int @shareable }',
    ),
    (
        "DIRECTIVE_COMPOSITION_INFO",
        "@tag",
        'extend schema @composeDirective(name: "@tag") type Query { x: Int @tag(name: "a") }',
        "type Query { y: Int }",
    ),
]


@pytest.mark.parametrize(("code", "at", "tax", "courts"), HINTS, ids=[f"{code} {at}" for code, at, *_ in HINTS])
def test_what_is_perhaps_not_meant_is_hinted_at(code: str, at: str, tax: str, courts: str) -> None:
    hints = [each for each in composed(tax=tax, courts=courts).hints if each.code == code]
    assert [each.coordinate for each in hints] == [at]
    assert hints[0].message.english
    assert hints[0].message.chinese != hints[0].message.english


def test_what_is_alike_gives_no_hint() -> None:
    assert composed(tax=_ASKED + "a: Int }", courts=_KEYED + "b: Int }").hints == ()
