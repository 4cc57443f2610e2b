"""Directives that the supergraph carries: tags, demands, costs, the subgraphs' own; and those of operations."""

import pytest

from tests.gateway.federation.composition.agencies import LATEST, Case, check, composed, linking, written


def _seal(version: str = "1.0", name: str = "seal", identity: str = "seal") -> str:
    imported = '"@seal"' if name == "seal" else f'{{name: "@seal", as: "@{name}"}}'
    return (
        f'extend schema @link(url: "https://city.example/{identity}/v{version}", import: [{imported}])'
        f' @composeDirective(name: "@{name}") directive @{name}(by: String = "x") on OBJECT | FIELD_DEFINITION '
    )


def _refused(what: str, sdl: str) -> Case:
    return Case(what, "DIRECTIVE_COMPOSITION_ERROR", None, "tax", {"tax": sdl})


CASES = [
    _refused("a directive that is nowhere", 'extend schema @composeDirective(name: "@seal") type Query { a: Int }'),
    _refused("no name", 'extend schema @composeDirective(name: "") type Query { a: Int }'),
    _refused("a name without its sign", 'extend schema @composeDirective(name: "seal") type Query { a: Int }'),
    _refused("a directive of Federation", 'extend schema @composeDirective(name: "@key") type Query { a: Int }'),
    _refused(
        "a directive of no specification",
        'extend schema @composeDirective(name: "@seal") directive @seal on OBJECT type Query { a: Int }',
    ),
    Case(
        "a directive with the name of another that is carried",
        "DIRECTIVE_COMPOSITION_ERROR",
        None,
        "tax",
        {
            "tax": linking("2.9", "@composeDirective")
            + _seal().replace("seal(", "tag(").replace("@seal", "@tag").replace('"@tag"', '"@tag"')
            + "type Query { a: Int }",
            "courts": 'type Query { b: Int @tag(name: "x") }',
        },
    ),
    Case(
        "one directive under two names",
        "DIRECTIVE_COMPOSITION_ERROR",
        "@seal",
        "tax courts",
        {
            "tax": _seal() + "type Query @seal { a: Int }",
            "courts": _seal(name="stamp") + "type Query @stamp { b: Int }",
        },
    ),
    Case(
        "two directives under one name",
        "DIRECTIVE_COMPOSITION_ERROR",
        "@seal",
        "tax courts",
        {
            "tax": _seal() + "type Query @seal { a: Int }",
            "courts": _seal(identity="wax") + "type Query @seal { b: Int }",
        },
    ),
    Case(
        "versions that do not go together",
        "DIRECTIVE_COMPOSITION_ERROR",
        None,
        "tax courts",
        {"tax": _seal() + "type Query @seal { a: Int }", "courts": _seal("2.0") + "type Query @seal { b: Int }"},
    ),
    Case(
        "a tag under two names",
        "LINK_IMPORT_NAME_MISMATCH",
        None,
        "tax courts",
        {
            "tax": 'type Query { a: Int @tag(name: "x") }',
            "courts": linking("2.9") + 'type Query { b: Int @federation__tag(name: "x") }',
        },
    ),
    Case(
        "a field that hands on a guarded type",
        "MISSING_TRANSITIVE_AUTH_REQUIREMENTS",
        "Firm.risk",
        "tax",
        {
            "tax": 'type Query { firm: Firm } type Firm @key(fields: "code") { code: ID! party: Party @external'
            ' risk: Int @requires(fields: "party { ... on Person { id } }") } union Party = Person'
            " type Person { id: ID @external }",
            "courts": 'type Firm @key(fields: "code") { code: ID! party: Party } union Party = Person'
            " type Person @authenticated { id: ID }",
        },
    ),
    Case(
        "a field that hands on what is guarded",
        "MISSING_TRANSITIVE_AUTH_REQUIREMENTS",
        "Firm.risk",
        "tax",
        {
            "tax": 'type Query { firm: Firm } type Firm @key(fields: "code") { code: ID! debt: Debt @external'
            ' risk: Int @authenticated @requires(fields: "debt { sum }") }'
            " type Debt { sum: Int @external }",
            "courts": 'type Firm @key(fields: "code") { code: ID! debt: Debt }'
            ' type Debt { sum: Int @requiresScopes(scopes: [["money"]]) }',
        },
    ),
    Case(
        "an argument from a guarded context",
        "MISSING_TRANSITIVE_AUTH_REQUIREMENTS",
        "Case.fee",
        "tax",
        {
            "tax": 'type Query { firm: Firm } type Firm @key(fields: "code") @context(name: "firm") @authenticated'
            ' { code: ID! open: Case } type Case @key(fields: "id") { id: ID!'
            ' fee(of: ID @fromContext(field: "$firm { code }")): Int }'
        },
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_a_directive_that_cannot_be_carried_is_refused(case: Case) -> None:
    check(case)


def test_tags_stand_where_they_stood_each_once() -> None:
    found = written(
        tax='type Query @tag(name: "all") { a(x: Int @tag(name: "arg")): Int @tag(name: "one") @shareable }',
        courts='type Query @tag(name: "all") { a(x: Int): Int @tag(name: "two") @tag(name: "one") @shareable }',
    )
    assert found.directives("Query") >= {'@tag(name: "all")'}
    assert found.directives("Query.a") == {'@tag(name: "one")', '@tag(name: "two")'}
    assert found.directives("Query.a(x:)") == {'@tag(name: "arg")'}
    assert '@link(url: "https://specs.apollo.dev/tag/v0.3")' in found.links()


def test_a_renamed_directive_is_linked_by_its_name() -> None:
    found = written(
        tax='extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",'
        ' import: [{name: "@inaccessible", as: "@hidden"}]) type Query { a: Int b: Int @hidden }'
    )
    assert found.directives("Query.b") == {"@hidden"}
    assert (
        '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY,'
        ' import: [{ name: "@inaccessible", as: "@hidden" }])'
    ) in {each.replace("{name", "{ name").replace('"}', '" }') for each in found.links()}


def test_a_directive_may_be_linked_from_its_own_specification() -> None:
    found = written(
        tax=linking("2.3", "@key") + 'extend schema @link(url: "https://specs.apollo.dev/tag/v0.3", import: ["@tag"])'
        ' @link(url: "https://specs.apollo.dev/policy/v0.1") type Query { a: Int @tag(name: "x")'
        ' @policy(policies: [["p"]]) }'
    )
    assert found.directives("Query.a") == {'@tag(name: "x")', '@policy(policies: [["p"]])'}
    assert "policy__Policy" in found.names()


def test_nothing_is_linked_that_is_not_used() -> None:
    assert written(tax="type Query { a: Int }").links() == {
        '@link(url: "https://specs.apollo.dev/link/v1.0")',
        '@link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)',
    }


def test_demands_of_several_subgraphs_are_all_demanded() -> None:
    found = written(
        tax='type Query { a: Int @requiresScopes(scopes: [["money"], ["debt", "read"]]) @shareable }',
        courts='type Query { a: Int @requiresScopes(scopes: [["read"], ["money"]]) @authenticated @shareable }',
    )
    assert found.directives("Query.a") == {
        '@requiresScopes(scopes: [["money"], ["debt", "read"]])',
        "@authenticated",
    }


def test_an_interface_demands_what_its_implementations_demand() -> None:
    found = written(
        tax="type Query { s: Subject } interface Subject { id: ID debt: Int } type Firm implements Subject"
        " @authenticated"
        ' { id: ID debt: Int @policy(policies: [["tax"]]) } type Person implements Subject'
        ' { id: ID debt: Int @policy(policies: [["person"]]) }'
    )
    assert "@authenticated" in found.directives("Subject")
    assert found.directives("Subject.debt") == {'@policy(policies: [["person", "tax"]])'}


def test_an_implementation_demands_what_an_interface_object_demands() -> None:
    found = written(
        tax='type Query { s: Subject } interface Subject @key(fields: "id") { id: ID! }'
        ' type Firm implements Subject @key(fields: "id") { id: ID! }',
        courts='type Subject @interfaceObject @key(fields: "id") { id: ID! suits: Int @authenticated }',
    )
    assert "@authenticated" in found.directives("Firm.suits")


def test_the_highest_cost_and_the_largest_size_are_kept() -> None:
    found = written(
        tax="type Query { a: Int @cost(weight: 3) @shareable b(n: Int, m: Int): [Int] @shareable"
        ' @listSize(assumedSize: 5, slicingArguments: ["n"], requireOneSlicingArgument: false) }',
        courts="type Query { a: Int @cost(weight: 7) @shareable b(n: Int, m: Int): [Int] @shareable"
        ' @listSize(assumedSize: 4, slicingArguments: ["m"], requireOneSlicingArgument: true) }',
    )
    assert found.directives("Query.a") == {"@cost(weight: 7)"}
    assert found.directives("Query.b") == {
        '@listSize(assumedSize: 5, slicingArguments: ["n", "m"], requireOneSlicingArgument: true)'
    }
    assert '@link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@listSize"])' in found.links()


def test_a_directive_of_the_subgraphs_own_is_carried_with_its_newest_definition() -> None:
    found = written(
        tax=_seal("1.0") + 'type Query @seal { a: Int @seal(by: "tax") }',
        courts=_seal("1.2").replace("on OBJECT", "repeatable on OBJECT")
        + 'type Query @seal { b: Int @seal @seal(by: "y") }',
    )
    assert "@seal" in found.directives("Query")
    assert found.directives("Query.b") >= {"@seal", '@seal(by: "y")'}
    assert found.text("seal") == 'directive @seal(by: String = "x") repeatable on OBJECT | FIELD_DEFINITION'
    assert '@link(url: "https://city.example/seal/v1.2", import: ["@seal"])' in found.links()


def test_a_directive_that_is_not_composed_is_left_out() -> None:
    found = written(tax=LATEST + "directive @seal on OBJECT type Query @seal { a: Int }")
    assert found.directives("Query") == {"@join__type(graph: TAX)"}
    assert "seal" not in found.names()


def test_what_graphql_itself_marks_is_carried() -> None:
    found = written(
        tax='type Query { a(in: In): Day old: Int @deprecated(reason: "late") } input In @oneOf { x: Int y: Int }'
        ' scalar Day @specifiedBy(url: "https://day.example")'
    )
    assert found.directives("Query.old") == {'@deprecated(reason: "late")'}
    assert "@oneOf" in found.directives("In")
    assert '@specifiedBy(url: "https://day.example")' in found.directives("Day")


def test_of_different_arguments_the_most_frequent_are_kept() -> None:
    sdl = 'type Query { a: Int @shareable @deprecated(reason: "REASON") }'
    found = written(
        tax=sdl.replace("REASON", "one"), courts=sdl.replace("REASON", "two"), water=sdl.replace("REASON", "two")
    )
    assert found.directives("Query.a") == {'@deprecated(reason: "two")'}


def test_directives_of_operations_are_those_that_all_subgraphs_know() -> None:
    found = written(
        tax="directive @slow(by: Int, to: Int) repeatable on FIELD | QUERY | OBJECT directive @mine on FIELD"
        " type Query { a: Int }",
        courts="directive @slow(by: Int!) on FIELD | FRAGMENT_SPREAD type Query { b: Int }",
    )
    assert found.text("slow") == "directive @slow(by: Int!) on FIELD"
    assert "mine" not in found.names()


def test_directives_without_a_common_place_are_left_out_with_a_hint() -> None:
    found = composed(
        tax="directive @slow on FIELD type Query { a: Int }", courts="directive @slow on QUERY type Query { b: Int }"
    )
    assert "@slow" not in found.supergraph
    assert [each.code for each in found.hints] == ["INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE"]
