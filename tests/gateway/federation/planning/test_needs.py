"""Needs: a field is known by its name and arguments, whatever a caller calls it."""

from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse

from gateway.federation.planning.needs import Needs, NeedsReader
from tests.gateway.federation.supergraphs import composed

GRAPH = composed(
    a="""
    type Query { company(code: ID!): Company party: Party union: Either }
    interface Party { id: ID! name: String }
    type Company implements Party { id: ID! name: String capital(in: String): Int owner: Person }
    type Person implements Party { id: ID! name: String }
    union Either = Company | Person
    """
)


def needs(text: str, **booleans: bool) -> Needs:
    document = parse(text)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    return NeedsReader(GRAPH, fragments, booleans).read(operation.selection_set, "Query")


def below(found: Needs) -> Needs:
    (need,) = found.items.values()
    assert need.sub is not None
    return need.sub


def names(found: Needs) -> list[tuple[str, str]]:
    return [(need.on, need.name) for need in found.items.values()]


def test_aliases_of_an_equal_field_are_one_need() -> None:
    found = below(needs('{ a: company(code: "1") { id } b: company(code: "1") { name } }'))
    assert names(found) == [("Company", "id"), ("Company", "name")]


def test_different_arguments_are_different_needs() -> None:
    assert len(needs('{ a: company(code: "1") { id } b: company(code: "2") { id } }').items) == 2


def test_the_order_of_arguments_and_the_spaces_in_them_do_not_matter() -> None:
    one = below(needs('{ company(code: "1") { capital(in: "CNY") } }'))
    other = below(needs('{ company(code:"1") { x: capital( in:"CNY" ) } }'))
    assert list(one.items) == list(other.items)


def test_variables_in_arguments_are_known() -> None:
    (need,) = needs("query($c: ID!) { company(code: $c) { id } }").items.values()
    assert need.arguments.variables == ("c",)
    assert need.arguments.text == "(code: $c)"


def test_fragments_that_always_hold_leave_no_trace() -> None:
    found = below(needs("{ party { ... on Party { id } ...all } } fragment all on Party { name }"))
    assert names(found) == [("Party", "id"), ("Party", "name")]
    assert not found.typename


def test_a_narrower_fragment_asks_for_the_concrete_type() -> None:
    found = below(needs("{ party { id ... on Company { capital } } }"))
    assert names(found) == [("Party", "id"), ("Company", "capital")]
    assert found.typename


def test_a_fragment_that_never_holds_is_dropped() -> None:
    assert names(below(needs('{ company(code: "1") { id ... on Party { ... on Person { name } } } }'))) == [
        ("Company", "id")
    ]


def test_the_name_of_the_type_needs_no_fetch_where_it_cannot_vary() -> None:
    assert not below(needs('{ company(code: "1") { __typename } }')).typename
    assert below(needs("{ party { __typename } }")).typename


def test_what_is_skipped_is_no_need() -> None:
    text = "query($x: Boolean!) { party { id @skip(if: $x) name @include(if: $x) } }"
    assert names(below(needs(text, x=True))) == [("Party", "name")]
    assert names(below(needs(text, x=False))) == [("Party", "id")]
    assert names(below(needs("{ party { id name @skip(if: true) } }"))) == [("Party", "id")]


def test_an_interface_on_a_union_is_asked_of_its_members() -> None:
    found = below(needs("{ union { ... on Party { name } } }"))
    assert {on for on, _ in names(found)} <= {"Party", "Company", "Person"}
    assert found.typename
