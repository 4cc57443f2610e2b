"""Merging: what becomes of types, fields, arguments, values when several subgraphs have them, and what cannot."""

import pytest

from tests.gateway.federation.composition.agencies import Case, check, composed, written

_KEYED = 'type Firm @key(fields: "code") { code: ID! '
_ASKED = "type Query { firm: Firm } " + _KEYED


def _two(what: str, code: str, at: str | None, tax: str, courts: str) -> Case:
    return Case(what, code, at, "tax courts", {"tax": tax, "courts": courts})


CASES = [
    _two(
        "a field of two subgraphs", "INVALID_FIELD_SHARING", "Firm.debt", _ASKED + "debt: Int }", _KEYED + "debt: Int }"
    ),
    _two(
        "a field that one of two shares",
        "INVALID_FIELD_SHARING",
        "Firm.debt",
        _ASKED + "debt: Int @shareable }",
        _KEYED + "debt: Int }",
    ),
    _two(
        "a field overridden from nowhere",
        "INVALID_FIELD_SHARING",
        "Firm.debt",
        _ASKED + 'debt: Int @override(from: "court") }',
        _KEYED + "debt: Int }",
    ),
    Case(
        "a shareable subscription",
        "INVALID_FIELD_SHARING",
        "Subscription.news",
        "tax",
        {"tax": "type Query { a: Int } type Subscription { news: Int @shareable }"},
    ),
    _two(
        "a field of two types",
        "FIELD_TYPE_MISMATCH",
        "Firm.debt",
        _ASKED + "debt: Int @shareable }",
        _KEYED + "debt: String @shareable }",
    ),
    _two(
        "a list and what is none",
        "FIELD_TYPE_MISMATCH",
        "Firm.debt",
        _ASKED + "debt: [Int] @shareable }",
        _KEYED + "debt: Int @shareable }",
    ),
    _two(
        "an argument of two types",
        "FIELD_ARGUMENT_TYPE_MISMATCH",
        "Firm.debt(on:)",
        _ASKED + "debt(on: Int): Int @shareable }",
        _KEYED + "debt(on: String): Int @shareable }",
    ),
    _two(
        "an argument with two defaults",
        "FIELD_ARGUMENT_DEFAULT_MISMATCH",
        "Firm.debt(on:)",
        _ASKED + "debt(on: Int = 1): Int @shareable }",
        _KEYED + "debt(on: Int = 2): Int @shareable }",
    ),
    _two(
        "an argument that one requires and the other lacks",
        "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
        "Firm.debt(on:)",
        _ASKED + "debt(on: Int!): Int @shareable }",
        _KEYED + "debt: Int @shareable }",
    ),
    _two(
        "a directive's argument that one requires and the other lacks",
        "REQUIRED_ARGUMENT_MISSING_IN_SOME_SUBGRAPH",
        "@slow(by:)",
        "directive @slow(by: Int!) on FIELD type Query { a: Int }",
        "directive @slow on FIELD type Query { b: Int }",
    ),
    _two(
        "an argument from a context that the other requires",
        "CONTEXTUAL_ARGUMENT_NOT_CONTEXTUAL_IN_ALL_SUBGRAPHS",
        "Case.fee(of:)",
        _ASKED.replace("{ code", '@context(name: "firm") { code') + 'open: Case } type Case @key(fields: "id")'
        ' { id: ID! fee(of: ID @fromContext(field: "$firm { code }")): Int @shareable }',
        'type Case @key(fields: "id") { id: ID! fee(of: ID!): Int @shareable }',
    ),
    _two(
        "a field that is external everywhere",
        "EXTERNAL_MISSING_ON_BASE",
        "Firm.debt",
        _ASKED + 'debt: Int @external risk: Int @requires(fields: "debt") }',
        _KEYED + 'debt: Int @external rank: Int @requires(fields: "debt") }',
    ),
    _two(
        "an external field of another type",
        "EXTERNAL_TYPE_MISMATCH",
        "Firm.debt",
        _ASKED + 'debt: Int @external risk: Int @requires(fields: "debt") }',
        _KEYED + "debt: String }",
    ),
    _two(
        "an external field without an argument",
        "EXTERNAL_ARGUMENT_MISSING",
        "Firm.debt(on:)",
        _ASKED + 'debt: Int @external risk: Int @requires(fields: "debt") }',
        _KEYED + "debt(on: Int): Int }",
    ),
    _two(
        "an external field with an argument of another type",
        "EXTERNAL_ARGUMENT_TYPE_MISMATCH",
        "Firm.debt(on:)",
        _ASKED + 'debt(on: ID): Int @external risk: Int @requires(fields: "debt") }',
        _KEYED + "debt(on: Int): Int }",
    ),
    _two(
        "an external field with another default",
        "EXTERNAL_ARGUMENT_DEFAULT_MISMATCH",
        "Firm.debt(on:)",
        _ASKED + 'debt(on: Int = 1): Int @external risk: Int @requires(fields: "debt") }',
        _KEYED + "debt(on: Int): Int }",
    ),
    Case(
        "a tag on an external field",
        "MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL",
        "Firm.debt",
        "tax",
        {
            "tax": _ASKED + 'debt: Int @external @tag(name: "open") risk: Int @requires(fields: "debt") }',
            "courts": _KEYED + "debt: Int }",
        },
    ),
    Case(
        "requirements that the others have changed",
        "REQUIRES_INVALID_FIELDS",
        "Firm.risk",
        "tax",
        {
            "tax": _ASKED + 'debt(on: Int): Int @external risk: Int @requires(fields: "debt") }',
            "courts": _KEYED + "debt(on: Int!): Int }",
        },
    ),
    Case(
        "an override from itself",
        "OVERRIDE_FROM_SELF_ERROR",
        "Firm.debt",
        "tax",
        {"tax": _ASKED + 'debt: Int @override(from: "tax") }'},
    ),
    _two(
        "two overrides of each other",
        "OVERRIDE_SOURCE_HAS_OVERRIDE",
        "Firm.debt",
        _ASKED + 'debt: Int @override(from: "courts") }',
        _KEYED + 'debt: Int @override(from: "tax") }',
    ),
    _two(
        "an override of a field with requirements",
        "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
        "Firm.debt",
        _ASKED + 'debt: Int @override(from: "courts") name: String }',
        _KEYED + 'name: String @external debt: Int @requires(fields: "name") }',
    ),
    _two(
        "an override on an interface",
        "OVERRIDE_ON_INTERFACE",
        "Subject.debt",
        'type Query { s: Subject } interface Subject { debt: Int @override(from: "courts") }'
        " type Firm implements Subject { debt: Int }",
        "interface Subject { debt: Int } type Person implements Subject { debt: Int }",
    ),
    _two(
        "an override on an interface object",
        "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
        "Subject.debt",
        'type Subject @interfaceObject @key(fields: "id") { id: ID! debt: Int @override(from: "courts") }',
        'type Query { s: Subject } interface Subject @key(fields: "id") { id: ID! }'
        ' type Firm implements Subject @key(fields: "id") { id: ID! }',
    ),
    _two(
        "an override of what an interface object gives",
        "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
        "Firm.debt",
        'type Query { s: Subject } interface Subject @key(fields: "id") { id: ID! debt: Int }'
        ' type Firm implements Subject @key(fields: "id") { id: ID! debt: Int @override(from: "courts") }',
        'type Subject @interfaceObject @key(fields: "id") { id: ID! debt: Int }',
    ),
    _two(
        "an override's label that is none",
        "OVERRIDE_LABEL_INVALID",
        "Firm.debt",
        _ASKED + 'debt: Int @override(from: "courts", label: "percent(101)") }',
        _KEYED + "debt: Int }",
    ),
    _two(
        "a type of two kinds",
        "TYPE_KIND_MISMATCH",
        "Rank",
        "type Query { rank: Rank } enum Rank { A B }",
        "type Query { best: Rank } scalar Rank",
    ),
    _two(
        "an enum that goes in and comes out, with different values",
        "ENUM_VALUE_MISMATCH",
        "Rank.C",
        "type Query { rank: Rank } enum Rank { A B }",
        "type Query { of(rank: Rank): Int } enum Rank { A B C }",
    ),
    _two(
        "an enum without a common value",
        "EMPTY_MERGED_ENUM_TYPE",
        "Rank",
        "type Query { from(rank: Rank): Int } enum Rank { A }",
        "type Query { of(rank: Rank): Int } enum Rank { B }",
    ),
    _two(
        "an input without a common field",
        "EMPTY_MERGED_INPUT_TYPE",
        "Period",
        "type Query { a(in: Period): Int } input Period { from: Int }",
        "type Query { b(in: Period): Int } input Period { to: Int }",
    ),
    _two(
        "an input field that one requires and the other lacks",
        "REQUIRED_INPUT_FIELD_MISSING_IN_SOME_SUBGRAPH",
        "Period.to",
        "type Query { a(in: Period): Int } input Period { from: Int to: Int! }",
        "type Query { b(in: Period): Int } input Period { from: Int }",
    ),
    _two(
        "an input field of two types",
        "FIELD_TYPE_MISMATCH",
        "Period.from",
        "type Query { a(in: Period): Int } input Period { from: Int }",
        "type Query { b(in: Period): Int } input Period { from: ID }",
    ),
    _two(
        "an input field with two defaults",
        "INPUT_FIELD_DEFAULT_MISMATCH",
        "Period.from",
        "type Query { a(in: Period): Int } input Period { from: Int = 1 }",
        "type Query { b(in: Period): Int } input Period { from: Int = 2 }",
    ),
    _two("no query at all", "NO_QUERIES", None, "type Firm { code: ID! }", "type Person { id: ID! }"),
    Case(
        "an extension of nothing",
        "EXTENSION_WITH_NO_BASE",
        "Firm",
        "tax",
        {"tax": 'type Query { firm: Firm } extend type Firm @key(fields: "code") { code: ID! }'},
    ),
    _two(
        "an interface's field that an implementation elsewhere lacks",
        "INTERFACE_FIELD_NO_IMPLEM",
        "Person.debt",
        "type Query { s: Subject } interface Subject { name: ID debt: Int } type Firm implements Subject {"
        " name: ID debt: Int }",
        "type Query { p: Subject } interface Subject { name: ID } type Person implements Subject { name: ID }",
    ),
    Case(
        "an interface's key without all implementations",
        "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE",
        "Subject",
        "tax",
        {
            "tax": 'type Query { s: Subject } interface Subject @key(fields: "id") { id: ID! }'
            ' type Firm implements Subject @key(fields: "id") { id: ID! }',
            "courts": 'interface Subject { id: ID! } type Person implements Subject @key(fields: "id") { id: ID! }',
        },
    ),
    Case(
        "an interface object beside an implementation",
        "INTERFACE_OBJECT_USAGE_ERROR",
        "Subject",
        "courts",
        {
            "tax": 'type Query { s: Subject } interface Subject @key(fields: "id") { id: ID! }'
            ' type Firm implements Subject @key(fields: "id") { id: ID! }',
            "courts": 'type Subject @interfaceObject @key(fields: "id") { id: ID! }'
            ' type Firm @key(fields: "id") { id: ID! }',
        },
    ),
    Case(
        "an interface object of no interface",
        "INTERFACE_OBJECT_USAGE_ERROR",
        "Subject",
        "tax",
        {"tax": 'type Query { s: Subject } type Subject @interfaceObject @key(fields: "id") { id: ID! }'},
    ),
    Case(
        "types that no longer fit their interface",
        "INVALID_GRAPHQL",
        "Subject.debt",
        "tax",
        {
            "tax": "type Query { s: Subject } interface Subject { debt: Int! }"
            " type Firm implements Subject { debt: Int! @shareable }",
            "courts": "type Query { f: Firm } type Firm { debt: Int @shareable }",
        },
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_subgraphs_that_do_not_go_together_are_refused(case: Case) -> None:
    check(case)


def test_it_is_written_who_resolves_a_field_only_where_not_all_do() -> None:
    found = written(tax=_ASKED + "name: ID @shareable debt: Int }", courts=_KEYED + "name: ID @shareable }")
    assert found.directives("Firm.code") == set()
    assert found.directives("Firm.name") == set()
    assert found.directives("Firm.debt") == {"@join__field(graph: TAX)"}
    assert found.directives("Query.firm") == {"@join__field(graph: TAX)"}


def test_requirements_and_provisions_are_written_as_they_were_given() -> None:
    found = written(
        tax=_ASKED + 'debt(in: String): Int @external risk: Int @requires(fields: "debt(in: \\"CNY\\")") }',
        courts=_KEYED + 'debt(in: String): Int  owner: Person @provides(fields: "name") }'
        ' type Person @key(fields: "id") { id: ID! name: String @external }',
        people='type Person @key(fields: "id") { id: ID! name: String @shareable }',
    )
    assert found.directives("Firm.risk") == {'@join__field(graph: TAX, requires: "debt(in: \\"CNY\\")")'}
    assert found.directives("Firm.owner") == {'@join__field(graph: COURTS, provides: "name")'}
    assert found.directives("Person.name") == {
        "@join__field(graph: COURTS, external: true)",
        "@join__field(graph: PEOPLE)",
    }


def test_a_field_is_as_wide_as_the_widest_subgraph_says() -> None:
    found = written(
        tax=_ASKED + "debts: [Int!]! @shareable }",
        courts=_KEYED + "debts: [Int] @shareable }",
    )
    assert found.text("Firm.debts").startswith("debts: [Int] ")
    assert found.directives("Firm.debts") == {
        '@join__field(graph: TAX, type: "[Int!]!")',
        '@join__field(graph: COURTS, type: "[Int]")',
    }


def test_a_field_may_be_of_an_implementation_or_a_member_here_and_of_the_whole_there() -> None:
    found = written(
        tax="type Query { one: Subject @shareable other: Party @shareable } interface Subject { id: ID }"
        " union Party = Firm | Person type Firm implements Subject @shareable { id: ID } type Person @shareable"
        " { id: ID }",
        courts="type Query { one: Firm @shareable other: Person @shareable } interface Subject { id: ID }"
        " type Firm implements Subject @shareable { id: ID } type Person @shareable { id: ID }",
    )
    assert found.text("Query.one").startswith("one: Subject ")
    assert found.text("Query.other").startswith("other: Party ")


def test_an_argument_is_as_narrow_as_the_narrowest_subgraph_says_and_known_to_all() -> None:
    found = written(
        tax=_ASKED + "debt(on: Int!, as: String, at: Int = 1): Int @shareable }",
        courts=_KEYED + "debt(on: Int, at: Int = 1): Int @shareable }",
    )
    assert found.text("Firm.debt") == "debt(on: Int!, at: Int = 1): Int"


def test_a_default_value_that_not_all_have_is_left_out() -> None:
    found = written(
        tax="type Query { a(in: Period, on: Int = 1): Int @shareable } input Period { from: Int = 1 to: [Int] ="
        " [1, 2] }",
        courts="type Query { a(in: Period, on: Int): Int @shareable } input Period { from: Int to: [Int] = [1, 2] }",
    )
    assert found.text("Query.a") == "a(in: Period, on: Int): Int"
    assert [found.text(f"Period.{name}") for name in found.fields("Period")] == ["from: Int", "to: [Int] = [1, 2]"]


def test_input_types_are_what_all_subgraphs_know() -> None:
    found = written(
        tax="type Query { a(in: Period): Int } input Period { from: Int to: Int }",
        courts="type Query { b(in: Period): Int } input Period { from: Int! zone: String }",
    )
    assert found.fields("Period") == ["from"]
    assert found.directives("Period.from") == {
        '@join__field(graph: TAX, type: "Int")',
        '@join__field(graph: COURTS, type: "Int!")',
    }


@pytest.mark.parametrize(
    ("tax", "courts", "values"),
    [
        ("rank: Rank", "best: Rank", ["A", "B", "C"]),
        ("from(rank: Rank): Int", "of(rank: Rank): Int", ["A"]),
        ("rank: Int", "best: Int", ["A", "B", "C"]),
    ],
    ids=["an enum that comes out has all values", "one that goes in the common ones", "one that is not used all"],
)
def test_the_use_of_an_enum_decides_its_values(tax: str, courts: str, values: list[str]) -> None:
    found = written(
        tax=f"type Query {{ {tax} }} enum Rank {{ A B }}", courts=f"type Query {{ {courts} }} enum Rank {{ A C }}"
    )
    assert found.fields("Rank") == values
    assert found.directives("Rank.A") == {"@join__enumValue(graph: TAX)", "@join__enumValue(graph: COURTS)"}


def test_a_hidden_value_may_be_missing_elsewhere() -> None:
    found = written(
        tax="type Query { rank: Rank } enum Rank { A B @inaccessible }",
        courts="type Query { of(rank: Rank): Int } enum Rank { A }",
    )
    assert found.directives("Rank.B") == {"@join__enumValue(graph: TAX)", "@inaccessible"}


def test_a_hidden_input_field_may_be_missing_elsewhere() -> None:
    found = written(
        tax="type Query { a(in: Period): Int } input Period { from: Int to: Int @inaccessible }",
        courts="type Query { b(in: Period): Int } input Period { from: Int }",
    )
    assert found.directives("Period.to") == {"@join__field(graph: TAX)", "@inaccessible"}


def test_unions_have_all_members_and_types_all_interfaces() -> None:
    found = written(
        tax="type Query { p: Party @shareable } union Party = Firm | Person interface Named { name: String }"
        " type Firm implements Named @shareable { name: String } type Person @shareable { name: String }",
        courts="type Query { p: Party @shareable } union Party = Firm | Court interface Sued { name: String }"
        " type Firm implements Sued @shareable { name: String } type Court { name: String }",
    )
    assert {
        '@join__unionMember(graph: TAX, member: "Person")',
        '@join__unionMember(graph: COURTS, member: "Firm")',
        '@join__unionMember(graph: COURTS, member: "Court")',
    } <= found.directives("Party")
    assert "type Firm implements Named & Sued" in found.text("Firm")
    assert '@join__implements(graph: COURTS, interface: "Sued")' in found.directives("Firm")


def test_an_interface_object_gives_its_fields_to_every_implementation() -> None:
    found = written(
        tax='type Query { s: Subject } interface Subject @key(fields: "id") { id: ID! }'
        ' type Firm implements Subject @key(fields: "id") { id: ID! }'
        ' type Person implements Subject @key(fields: "id") { id: ID! }',
        courts='type Subject @interfaceObject @key(fields: "id") { id: ID! """Of law.""" suits(in: Int = 1): Int }',
    )
    assert '@join__type(graph: COURTS, key: "id", isInterfaceObject: true)' in found.directives("Subject")
    assert found.directives("Subject.suits") == {"@join__field(graph: COURTS)"}
    for name in ("Firm", "Person"):
        assert found.text(f"{name}.suits") == '"""Of law."""\nsuits(in: Int = 1): Int @join__field'


def test_a_field_moves_by_override() -> None:
    found = written(
        tax=_ASKED + 'debt: Int @override(from: "courts") name: ID @override(from: "courts") }',
        courts=_KEYED + 'debt: Int name: ID suits: Suits @provides(fields: "of { name }") }'
        ' type Suits @key(fields: "id") { id: ID! of: Firm @external }',
        registry='type Suits @key(fields: "id") { id: ID! of: Firm @shareable } ' + _KEYED + "}",
    )
    assert found.directives("Firm.debt") == {'@join__field(graph: TAX, override: "courts")'}
    assert found.directives("Firm.name") == {
        '@join__field(graph: TAX, override: "courts")',
        "@join__field(graph: COURTS, usedOverridden: true)",
    }


def test_a_field_that_moves_by_label_is_resolved_by_both() -> None:
    found = written(
        tax=_ASKED + 'debt: Int @override(from: "courts", label: "percent(5.5)") }', courts=_KEYED + "debt: Int }"
    )
    assert found.directives("Firm.debt") == {
        '@join__field(graph: TAX, override: "courts", overrideLabel: "percent(5.5)")',
        '@join__field(graph: COURTS, overrideLabel: "percent(5.5)")',
    }


def test_an_argument_from_a_context_is_not_the_clients() -> None:
    found = written(
        tax=_ASKED.replace("{ code", '@context(name: "firm") { code')
        + 'open: Case } type Case @key(fields: "id") { id: ID!'
        ' fee(of: ID @fromContext(field: "$firm { code }"), in: Int): Int }'
    )
    assert found.directives("Firm") >= {'@context(name: "tax__firm")'}
    assert found.text("Case.fee").startswith("fee(in: Int): Int @join__field(graph: TAX, contextArguments:")
    assert '@link(url: "https://specs.apollo.dev/context/v0.1", for: SECURITY)' in found.links()


def test_the_most_frequent_description_is_kept() -> None:
    found = written(
        tax='"What a firm is." type Query { a: Int }',
        courts='"Another view." type Query { b: Int }',
        water='"Another view." type Query { c: Int }',
    )
    assert found.text("Query").startswith('"""Another view."""')


def test_descriptions_of_arguments_values_and_the_schema_are_kept() -> None:
    found = composed(
        tax='"Of the city." schema { query: Query } type Query { debt("In yuan." in: Int = 1, on: Int): Rank }'
        ' enum Rank { "The best." A }'
    ).supergraph
    assert found.startswith('"""Of the city."""\nschema\n')
    assert '  debt(\n    """In yuan."""\n    in: Int = 1\n    on: Int\n  ): Rank' in found
    assert '  """The best."""\n  A @join__enumValue(graph: TAX)' in found


def test_supergraphs_are_the_same_in_whatever_order_subgraphs_define_their_types() -> None:
    one = composed(tax="type Query { a: A b: B } type A { x: Int } type B { y: Int }").supergraph
    other = composed(tax="type B { y: Int } type A { x: Int } type Query { a: A b: B }").supergraph
    assert one == other
