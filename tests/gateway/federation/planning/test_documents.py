"""Requests are written so that a subgraph takes them: equal keys of different shapes do not meet."""

from graphql import parse, validate

from gateway.federation.planning.documents import write
from gateway.federation.planning.needs import Arguments
from gateway.federation.planning.sites import Selected, Selection
from tests.gateway.federation.supergraphs import composed, planned


def leaf(name: str, shape: str) -> Selected:
    return Selected(name, name, Arguments(), shape, None)


def test_a_selection_of_nothing_asks_for_the_type() -> None:
    assert write(Selection("X")).text == "{ __typename }"


def test_a_field_with_arguments_stands_under_its_key() -> None:
    selection = Selection("X")
    selection.fields["f__1"] = Selected("f", "f__1", Arguments("(a: $b)", ("b",)), "Int", None)
    written = write(selection)
    assert written.text == "{ f__1: f(a: $b) }"
    assert written.variables == ("b",)
    assert not written.renames


def test_one_key_of_two_shapes_gets_two_names() -> None:
    selection = Selection("Party")
    selection.on("Company").fields["id"] = leaf("id", "ID!")
    selection.on("Person").fields["id"] = leaf("id", "ID")
    written = write(selection)
    assert written.text == "{ ... on Company { id } ... on Person { id_1: id } }"
    assert written.renames.names == {"id_1": "id"}


def test_shapes_are_compared_all_the_way_down() -> None:
    selection = Selection("Party")
    for concrete, shape in (("Company", "ID!"), ("Person", "ID")):
        below = Selection("Thing")
        below.fields["id"] = leaf("id", shape)
        selection.on(concrete).fields["of"] = Selected("of", "of", Arguments(), "Thing", below)
    assert "of_1: of { id }" in write(selection).text


def test_a_plan_with_clashing_shapes_is_valid_for_the_subgraph() -> None:
    sdl = """
        type Query { either: [Either!]! }
        union Either = Company | Person
        type Company { id: ID! of: [Either!]! }
        type Person { id: ID of: [Either!]! }
        """
    graph = composed(a=sdl)
    text = """{ either {
        ... on Company { id of { ... on Company { id } } }
        ... on Person { x: id of { ... on Person { y: id } } } } }"""
    (batch,) = planned(graph, text).batches
    assert not validate(graph.api, parse(batch.document()))
    assert batch.fetches[0].renames


def test_the_variable_of_representations_gives_way_to_a_callers() -> None:
    graph = composed(
        a='type Query { c(representations: Int): C } type C @key(fields: "id") { id: ID! }',
        b='type C @key(fields: "id") { id: ID! f(representations: Int): Int }',
    )
    plan = planned(graph, "query($representations: Int) { c { f(representations: $representations) } }")
    document = plan.batches[1].document()
    assert "$_representations: [_Any!]!" in document
    assert "$representations: Int" in document


def test_keys_of_different_shapes_are_asked_for_apart() -> None:
    graph = composed(
        a="""type Query { c: C p: P } type C @key(fields: "id") { id: ID! } type P @key(fields: "id") { id: ID }""",
        b='type C @key(fields: "id") { id: ID! x: Int } type P @key(fields: "id") { id: ID y: Int }',
    )
    plan = planned(graph, "{ c { x } p { y } }")
    assert len(plan.batches) == 2
    assert len(plan.batches[1].groups) == 2


def test_a_nested_key_comes_back_under_a_name_of_its_own() -> None:
    graph = composed(
        a="""type Query { c: C } type C @key(fields: "n { id }") { n: N @shareable } type N { id: ID! @shareable }""",
        b='type C @key(fields: "n { id }") { n: N @shareable x: Int } type N { id: ID! @shareable }',
    )
    assert "... on C { _key_n: n { id } x }" in planned(graph, "{ c { x } }").batches[1].document()
