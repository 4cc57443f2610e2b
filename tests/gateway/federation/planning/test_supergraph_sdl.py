"""Supergraphs of every join specification are read, and what is hidden is not shown."""

import pytest
from graphql import GraphQLEnumType, GraphQLObjectType, parse, validate

from gateway.federation.planning import NoSupergraph, read_supergraph
from tests.gateway.federation.supergraphs import asked, planned

GRAPHS = """
enum join__Graph {
  A @join__graph(name: "a", url: "http://a.test")
  B @join__graph(name: "b", url: "http://b.test")
}
"""


def test_subgraphs_are_named_with_their_addresses() -> None:
    graph = read_supergraph(f"{GRAPHS} type Query @join__type(graph: A) {{ x: Int }}")
    assert graph.subgraphs == {"a": "http://a.test", "b": "http://b.test"}


@pytest.mark.parametrize("text", ["{", "type Query { x: Int }", GRAPHS])
def test_what_is_no_supergraph_is_refused(text: str) -> None:
    with pytest.raises(NoSupergraph):
        read_supergraph(text)


def test_the_first_join_specification_is_read() -> None:
    graph = read_supergraph(
        f"""
        schema @core(feature: "https://specs.apollo.dev/core/v0.1")
          @core(feature: "https://specs.apollo.dev/join/v0.1") {{ query: Query }}
        {GRAPHS}
        type Company @join__owner(graph: A) @join__type(graph: A, key: "code") @join__type(graph: B, key: "code") {{
          code: ID! @join__field(graph: A)
          name: String @join__field(graph: A)
          rating: String @join__field(graph: B)
          bracket: String @join__field(graph: B, requires: "name")
          address: Address @join__field(graph: A)
        }}
        type Address {{ street: String }}
        type Query {{ company: Company @join__field(graph: A) rated: Company @join__field(graph: B) }}
        """
    )
    assert asked(planned(graph, "{ company { name rating bracket address { street } } }")) == [["a"], ["b"]]
    assert asked(planned(graph, "{ rated { code } }")) == [["b"]], "a key is usable wherever it is declared"


def test_what_is_inaccessible_is_not_in_the_api_schema() -> None:
    graph = read_supergraph(
        f"""
        {GRAPHS}
        type Query @join__type(graph: A) {{ x(secret: Int @inaccessible, open: Int): Grade  y: Hidden @inaccessible }}
        type Hidden @join__type(graph: A) @inaccessible {{ z: Int }}
        enum Grade @join__type(graph: A) {{ A @join__enumValue(graph: A) B @join__enumValue(graph: A) @inaccessible }}
        """
    )
    query, grade = graph.api.get_type("Query"), graph.api.get_type("Grade")
    assert isinstance(query, GraphQLObjectType)
    assert isinstance(grade, GraphQLEnumType)
    assert list(query.fields) == ["x"]
    assert list(query.fields["x"].args) == ["open"]
    assert list(grade.values) == ["A"]
    assert graph.api.get_type("Hidden") is None
    assert "Hidden" in graph.types, "the planner knows it all the same"


@pytest.mark.parametrize("link", ['as: "hidden"', 'import: [{ name: "@inaccessible", as: "@hidden" }]'])
def test_what_hides_may_be_called_otherwise(link: str) -> None:
    graph = read_supergraph(
        f"""
        schema @link(url: "https://specs.apollo.dev/inaccessible/v0.2", {link}, for: SECURITY) {{ query: Query }}
        {GRAPHS}
        type Query @join__type(graph: A) {{ x: Int y: Int @hidden }}
        """
    )
    assert validate(graph.api, parse("{ y }"))
    assert not validate(graph.api, parse("{ x }"))


@pytest.mark.parametrize(
    ("label", "used", "home"),
    [("", "", "b"), ('overrideLabel: "percent(100)"', ', overrideLabel: "percent(100)"', "b")],
)
def test_a_field_that_was_taken_over_is_asked_of_who_has_it_now(label: str, used: str, home: str) -> None:
    assert _home_of_x(label, used) == home


def test_a_field_that_is_being_taken_over_stays_until_it_is_done() -> None:
    assert _home_of_x('overrideLabel: "percent(5)"', ', overrideLabel: "percent(5)"') == "a"


def _home_of_x(label: str, used: str) -> str:
    graph = read_supergraph(
        f"""
        {GRAPHS}
        type Query @join__type(graph: A) @join__type(graph: B) {{
          x: Int @join__field(graph: A, usedOverridden: true{used}) @join__field(graph: B, override: "a" {label})
        }}
        """
    )
    ((home,),) = asked(planned(graph, "{ x }"))
    return home


def test_an_external_key_of_an_extension_is_usable_there() -> None:
    graph = read_supergraph(
        f"""
        {GRAPHS}
        type Query @join__type(graph: A) @join__type(graph: B) {{ rated: Company @join__field(graph: B) }}
        type Company @join__type(graph: A, key: "code") @join__type(graph: B, key: "code", extension: true) {{
          code: ID! @join__field(graph: A) @join__field(graph: B, external: true)
          name: String @join__field(graph: A)
        }}
        """
    )
    assert asked(planned(graph, "{ rated { code } }")) == [["b"]]
    assert asked(planned(graph, "{ rated { name } }")) == [["b"], ["a"]]


def test_descriptions_and_deprecations_are_for_callers_and_joints_are_not() -> None:
    graph = read_supergraph(
        f"""
        directive @tag(name: String!) repeatable on FIELD_DEFINITION
        directive @slow on FIELD
        {GRAPHS}
        type Query @join__type(graph: A) {{ "Old." x: Int @deprecated(reason: "y") @tag(name: "internal") }}
        """
    )
    query = graph.api.get_type("Query")
    assert isinstance(query, GraphQLObjectType)
    assert query.fields["x"].description == "Old."
    assert query.fields["x"].deprecation_reason == "y"
    assert {each.name for each in graph.api.directives} >= {"slow", "skip", "include"}
    assert "tag" not in {each.name for each in graph.api.directives}
    assert not [name for name in graph.api.type_map if name.startswith("join__")]
