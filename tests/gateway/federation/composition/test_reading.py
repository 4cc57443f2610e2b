"""A subgraph's SDL: links, names, versions, roots, and what is no valid GraphQL."""

import pytest

from connectors.subgraph import Subgraph
from gateway.federation.composition import compose
from gateway.federation.composition.problems import CompositionRefused
from tests.gateway.federation.composition.agencies import LATEST, Case, check, linking, problems, written

_OTHER = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{imports}])\n'
CASES = [
    Case("an unfinished text", "INVALID_GRAPHQL", None, "tax", {"tax": "type Query { owed: Int "}),
    Case("an unknown type", "INVALID_GRAPHQL", "Debt", "tax", {"tax": "type Query { owed: Debt }"}),
    Case(
        "an unknown directive",
        "INVALID_GRAPHQL",
        "key",
        "tax",
        {"tax": "#1\ntype Query { a: Int @key(fields: 1, x: 2) }"},
    ),
    Case("a field twice", "INVALID_GRAPHQL", "Query.owed", "tax", {"tax": "type Query { owed: Int owed: Int }"}),
    Case(
        "an interface that is not implemented",
        "INVALID_GRAPHQL",
        "Record.number",
        "tax",
        {"tax": "type Query { debt: Debt } interface Record { number: ID } type Debt implements Record { owed: Int }"},
    ),
    Case("an operation", "INVALID_GRAPHQL", None, "tax", {"tax": "type Query { owed: Int } query Owed { owed }"}),
    Case("another Int", "INVALID_GRAPHQL", "Int", "tax", {"tax": "type Int { a: ID } type Query { owed: Int }"}),
    Case(
        "a name that the supergraph needs",
        "INVALID_GRAPHQL",
        "join__Graph",
        "tax",
        {"tax": "type join__Graph { a: ID } type Query { owed: join__Graph }"},
    ),
    Case(
        "a field of a type that is of the protocol",
        "INVALID_GRAPHQL",
        "Query.owed",
        "tax",
        {"tax": "type Query { owed: federation__FieldSet }"},
    ),
    Case(
        "a directive's argument of a wrong type",
        "INVALID_GRAPHQL",
        None,
        "tax",
        {"tax": "type Query { owed: Int @tag(name: firm) }"},
    ),
    Case(
        "a default value of a wrong type",
        "INVALID_GRAPHQL",
        "Query.owed",
        "tax",
        {"tax": 'type Query { owed(on: Int = "x"): Int }'},
    ),
    Case(
        "a directive of Federation in a place of its own",
        "DIRECTIVE_DEFINITION_INVALID",
        "@shareable",
        "tax",
        {"tax": "directive @shareable on ENUM type Query { owed: Int }"},
    ),
    Case(
        "a directive of Federation with an argument of its own",
        "DIRECTIVE_DEFINITION_INVALID",
        "@shareable",
        "tax",
        {"tax": "directive @shareable(by: ID!) on OBJECT type Query { owed: Int }"},
    ),
    Case(
        "a directive of Federation with an argument of another type",
        "DIRECTIVE_DEFINITION_INVALID",
        "@tag",
        "tax",
        {"tax": "directive @tag(name: Int!) on OBJECT type Query { owed: Int }"},
    ),
    Case(
        "a scalar of Federation that is none",
        "TYPE_DEFINITION_INVALID",
        "federation__FieldSet",
        "tax",
        {"tax": "type federation__FieldSet { a: ID } type Query { owed: Int }"},
    ),
    Case("a subgraph without a name", "INVALID_SUBGRAPH_NAME", None, "_", {"_": "type Query { owed: Int }"}),
    Case(
        "a link to nowhere",
        "INVALID_LINK_IDENTIFIER",
        None,
        "tax",
        {"tax": 'extend schema @link(url: "https://specs.apollo.dev/federation") type Query { owed: Int }'},
    ),
    Case(
        "an import that is no name",
        "INVALID_LINK_DIRECTIVE_USAGE",
        None,
        "tax",
        {"tax": _OTHER.replace("{imports}", "7") + "type Query { owed: Int }"},
    ),
    Case(
        "a directive renamed to a type",
        "INVALID_LINK_DIRECTIVE_USAGE",
        None,
        "tax",
        {"tax": _OTHER.replace("{imports}", '{name: "@key", as: "key"}') + "type Query { owed: Int }"},
    ),
    Case(
        "an import without a name",
        "INVALID_LINK_DIRECTIVE_USAGE",
        None,
        "tax",
        {"tax": _OTHER.replace("{imports}", '{as: "@key"}') + "type Query { owed: Int }"},
    ),
    Case(
        "an import of what the version has not yet",
        "INVALID_LINK_DIRECTIVE_USAGE",
        None,
        "tax",
        {"tax": linking("2.4", "@policy") + "type Query { owed: Int }"},
    ),
    Case(
        "a specification linked twice",
        "INVALID_LINK_DIRECTIVE_USAGE",
        None,
        "tax",
        {"tax": linking("2.4") + linking("2.5") + "type Query { owed: Int }"},
    ),
    Case(
        "two specifications of one name",
        "INVALID_LINK_DIRECTIVE_USAGE",
        None,
        "tax",
        {
            "tax": linking("2.4")
            + 'extend schema @link(url: "https://one.example/seal/v1.0") @link(url: "https://two.example/seal/v1.0")'
            " type Query { owed: Int }"
        },
    ),
    Case(
        "a Federation of the future",
        "UNKNOWN_FEDERATION_LINK_VERSION",
        None,
        "tax",
        {"tax": linking("3.0", "@key") + "type Query { owed: Int }"},
    ),
    Case(
        "a @link of the future",
        "UNKNOWN_LINK_VERSION",
        None,
        "tax",
        {"tax": 'schema @link(url: "https://specs.apollo.dev/link/v9.0") { query: Query } type Query { owed: Int }'},
    ),
    Case(
        "a query root beside another type Query",
        "ROOT_QUERY_USED",
        "Query",
        "tax",
        {"tax": "schema { query: Root } type Root { a: Query } type Query { b: Int }"},
    ),
    Case(
        "a mutation root beside another type Mutation",
        "ROOT_MUTATION_USED",
        "Mutation",
        "tax",
        {
            "tax": "extend schema { mutation: Do } type Query { a: Mutation } type Do { x: Int } type Mutation"
            " { b: Int }"
        },
    ),
    Case(
        "a subscription root beside another type Subscription",
        "ROOT_SUBSCRIPTION_USED",
        "Subscription",
        "tax",
        {
            "tax": "extend schema { subscription: Feed } type Query { a: Subscription } type Feed { x: Int }"
            " type Subscription { b: Int }"
        },
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.what for case in CASES])
def test_sdl_that_cannot_be_meant_is_refused(case: Case) -> None:
    check(case)


def test_every_unreadable_subgraph_is_told_and_the_readable_ones_are_checked_too() -> None:
    found = problems(tax="type Query {", courts="type Query { x: Nope }", water='type A @key(fields: "no") { id: ID }')
    assert {(each.code, each.subgraphs) for each in found} == {
        ("INVALID_GRAPHQL", ("tax",)),
        ("INVALID_GRAPHQL", ("courts",)),
        ("KEY_INVALID_FIELDS", ("water",)),
    }


def test_two_subgraphs_cannot_have_one_name() -> None:
    same = Subgraph("tax", "http://tax.example", LATEST + "type Query { owed: Int @shareable }")
    with pytest.raises(CompositionRefused) as refused:
        compose([same, same])
    assert [each.code for each in refused.value.problems] == ["INVALID_SUBGRAPH_NAME"]


def test_directives_may_be_renamed_or_namespaced() -> None:
    found = written(
        tax=_OTHER.replace("{imports}", '{name: "@key", as: "@entity"}')
        + 'type Query { firm: Firm } type Firm @entity(fields: "code") { code: ID! }',
        courts='extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", as: "fed")'
        ' type Firm @fed__key(fields: "code", resolvable: false) { code: ID! @fed__shareable }',
    )
    assert found.directives("Firm") == {
        '@join__type(graph: TAX, key: "code")',
        '@join__type(graph: COURTS, key: "code", resolvable: false)',
    }


def test_link_itself_may_be_renamed() -> None:
    found = written(
        tax='schema @use(url: "https://specs.apollo.dev/link/v1.0", as: "use")'
        ' @use(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"]) { query: Query }'
        ' type Query { firm: Firm } type Firm @key(fields: "code") { code: ID! }'
    )
    assert found.directives("Firm") == {'@join__type(graph: TAX, key: "code")'}


def test_roots_of_other_names_become_the_usual_ones() -> None:
    found = written(
        tax="schema { query: Ask mutation: Do } type Ask { again: Ask a: Int } type Do { b: Int }",
        courts="type Query { c: Int }",
    )
    assert found.fields("Query") == ["again", "a", "c"]
    assert found.text("Query.again").startswith("again: Query")
    assert found.fields("Mutation") == ["b"]
    assert not {"Ask", "Do"} & found.names()


def test_the_protocol_is_not_part_of_the_graph() -> None:
    found = written(
        tax="#1\nscalar _Any scalar _FieldSet union _Entity = Firm type _Service { sdl: String }"
        " directive @key(fields: _FieldSet!) repeatable on OBJECT | INTERFACE"
        " type Query { _entities(representations: [_Any!]!): [_Entity]! _service: _Service! firm: Firm }"
        ' type Firm @key(fields: "code") { code: ID! }'
    )
    assert found.fields("Query") == ["firm"]
    assert not {"_Any", "_Entity", "_Service", "_FieldSet"} & found.names()


def test_a_subgraph_may_bring_the_definitions_of_older_versions() -> None:
    found = written(
        tax="#1\ndirective @key(fields: String!) on OBJECT scalar String enum link__Purpose { SECURITY }"
        ' type Query { firm: Firm } type Firm @key(fields: "code") { code: ID! }',
        courts=linking("2.0", "@key")
        + "directive @key(fields: federation__FieldSet!) repeatable on OBJECT scalar federation__FieldSet"
        ' type Firm @key(fields: "code") { code: ID! suits: Int }',
    )
    assert found.directives("Firm.suits") == {"@join__field(graph: COURTS)"}
    assert "String" not in found.names()


def test_names_of_subgraphs_become_values_of_an_enum() -> None:
    names = ["tax-office", "tax_office", "12345", "court_1"]
    given = [Subgraph(name, f"http://{n}", f"#1\ntype Query {{ q{n}: Int }}") for n, name in enumerate(names)]
    sdl = compose(given).supergraph
    for enum, name in zip(["TAX_OFFICE_1", "TAX_OFFICE_2", "_12345_", "COURT_1_"], names, strict=True):
        assert f'  {enum} @join__graph(name: "{name}"' in sdl
