"""How many requests a plan makes, and in how many stages: never more than are needed."""

import pytest

from gateway.federation.planning import Unplannable, read_supergraph
from tests.gateway.federation.supergraphs import asked, composed, planned


def test_what_one_subgraph_knows_is_one_request() -> None:
    graph = composed(register="type Query { company: Company } type Company { code: ID! name: String }")
    assert asked(planned(graph, "{ company { code name } }")) == [["register"]]


def test_the_key_is_fetched_although_nobody_asked_for_it() -> None:
    graph = composed(
        register='type Query { company: Company } type Company @key(fields: "code") { code: ID! name: String }',
        tax='type Company @key(fields: "code") { code: ID! rating: String }',
    )
    plan = planned(graph, "{ company { rating } }")
    assert asked(plan) == [["register"], ["tax"]]
    first, second = plan.fetches
    assert first.text == "{ company { code } }"
    assert second.key_text == "code"
    assert second.path_text == "company"


def test_a_key_that_only_a_third_subgraph_knows_costs_one_stage_more() -> None:
    graph = composed(
        register='type Query { company: Company } type Company @key(fields: "code") { code: ID! }',
        bridge='type Company @key(fields: "code") @key(fields: "taxpayer") { code: ID! taxpayer: ID! }',
        tax='type Company @key(fields: "taxpayer") { taxpayer: ID! rating: String }',
    )
    assert asked(planned(graph, "{ company { rating } }")) == [["register"], ["bridge"], ["tax"]]


def test_the_cheaper_of_two_keys_is_taken() -> None:
    graph = composed(
        register='type Query { company: Company } type Company @key(fields: "code") { code: ID! }',
        bridge='type Company @key(fields: "code") { code: ID! taxpayer: ID! @shareable }',
        tax="""type Company @key(fields: "taxpayer") @key(fields: "code") {
            code: ID! taxpayer: ID! @shareable rating: String }""",
    )
    assert asked(planned(graph, "{ company { rating } }")) == [["register"], ["tax"]]


def test_fetches_of_several_places_are_one_request_for_a_subgraph_and_stage() -> None:
    graph = composed(
        register="""type Query { company: Company person: Person }
            type Company @key(fields: "code") { code: ID! owner: Person }
            type Person @key(fields: "id") { id: ID! employer: Company }""",
        tax="""type Company @key(fields: "code") { code: ID! rating: String }
            type Person @key(fields: "id") { id: ID! income: Int }""",
    )
    plan = planned(
        graph, "{ company { rating owner { income employer { rating } } } person { income employer { rating } } }"
    )
    assert asked(plan) == [["register"], ["tax"]]
    (batch,) = (each for each in plan.batches if each.stage == 1)
    assert len(batch.fetches) == 5
    assert len(batch.groups) == 1, "companies and persons fit into one list of representations"


def test_what_a_provides_promises_is_not_asked_for_again() -> None:
    graph = composed(
        register="""type Query { newest: Company @provides(fields: "rating") any: Company }
            type Company @key(fields: "code") { code: ID! rating: String @external }""",
        tax='type Company @key(fields: "code") { code: ID! rating: String @shareable }',
    )
    assert asked(planned(graph, "{ newest { rating } }")) == [["register"]]
    assert asked(planned(graph, "{ any { rating } }")) == [["register"], ["tax"]]


def test_required_fields_are_fetched_first_and_sent() -> None:
    graph = composed(
        register='type Query { company: Company } type Company @key(fields: "code") { code: ID! capital: Int }',
        tax="""type Company @key(fields: "code") {
            code: ID! capital: Int @external bracket: String @requires(fields: "capital") rating: String }""",
    )
    plan = planned(graph, "{ company { bracket rating } }")
    assert asked(plan) == [["register"], ["tax"]]
    assert plan.fetches[1].requires_text == ("capital",)
    assert plan.fetches[0].text == "{ company { code capital } }"


def test_a_chain_of_requirements_goes_to_and_fro_no_more_than_it_must() -> None:
    graph = composed(
        court='type Query { person: Person } type Person @key(fields: "id") { id: ID! debts: Int }',
        tax="""type Person @key(fields: "id") {
            id: ID! debts: Int @external risk: Int @requires(fields: "debts") }""",
        bank="""type Person @key(fields: "id") {
            id: ID! risk: Int @external limit: Int @requires(fields: "risk") }""",
    )
    assert asked(planned(graph, "{ person { limit risk } }")) == [["court"], ["tax"], ["bank"]]


def test_equal_names_with_different_arguments_are_sent_apart() -> None:
    graph = composed(
        register="""type Query { company: Company }
            type Company @key(fields: "code") { code: ID! capital(in: String!): Int }""",
        tax="""type Company @key(fields: "code") { code: ID! capital(in: String!): Int @external
            yuan: String @requires(fields: "capital(in: \\"CNY\\")")
            euro: String @requires(fields: "capital(in: \\"EUR\\")") }""",
    )
    plan = planned(graph, "{ company { yuan euro } }")
    assert asked(plan) == [["register"], ["tax"]], "one request, but two lists of representations"
    assert len(plan.batches[1].groups) == 2


def test_values_without_a_key_are_had_through_their_parent() -> None:
    graph = composed(
        register="""type Query { company: Company }
            type Company @key(fields: "code") { code: ID! address: Address @shareable }
            type Address { street: String @shareable }""",
        post="""type Company @key(fields: "code") { code: ID! address: Address @shareable }
            type Address { street: String @shareable postcode: String }""",
    )
    assert asked(planned(graph, "{ company { address { street } } }")) == [["register"]]
    both = planned(graph, "{ company { address { street postcode } } }")
    assert asked(both) == [["register"], ["post"]]


def test_a_shared_root_field_is_asked_of_all_at_once_when_each_knows_a_part() -> None:
    graph = composed(
        a="type Query { city: City @shareable } type City { name: String }",
        b="type Query { city: City @shareable } type City { area: Int }",
    )
    assert asked(planned(graph, "{ city { name area } }")) == [["a", "b"]]


def test_an_interface_is_not_taken_apart_where_its_subgraph_answers_it_whole() -> None:
    graph = composed(
        a="""type Query { parties: [Party!]! } interface Party { id: ID! name: String }
            type Company implements Party { id: ID! name: String }
            type Person implements Party { id: ID! name: String }"""
    )
    plan = planned(graph, "{ parties { id name } }")
    assert plan.fetches[0].text == "{ parties { id name } }"


def test_an_interface_is_taken_apart_only_for_what_another_subgraph_gives() -> None:
    graph = composed(
        a="""type Query { parties: [Party!]! } interface Party { id: ID! name: String }
            type Company implements Party @key(fields: "id") { id: ID! name: String }
            type Person implements Party { id: ID! name: String }""",
        b='type Company @key(fields: "id") { id: ID! rating: String }',
    )
    plan = planned(graph, "{ parties { name ... on Company { rating } } }")
    assert asked(plan) == [["a"], ["b"]]
    assert plan.fetches[1].only == frozenset({"Company"})


def test_a_field_of_an_interface_object_is_asked_for_on_the_interface() -> None:
    graph = composed(
        a="""type Query { parties: [Party!]! } interface Party @key(fields: "id") { id: ID! }
            type Company implements Party @key(fields: "id") { id: ID! }
            type Person implements Party @key(fields: "id") { id: ID! }""",
        b='type Party @interfaceObject @key(fields: "id") { id: ID! score: Int }',
    )
    plan = planned(graph, "{ parties { score } }")
    assert asked(plan) == [["a"], ["b"]]
    assert plan.fetches[1].entry_type == "Party"
    assert len(plan.fetches) == 2


def test_the_concrete_type_behind_an_interface_object_is_learnt_where_it_is_known() -> None:
    graph = composed(
        a="""type Query { any: Int } interface Party @key(fields: "id") { id: ID! }
            type Company implements Party @key(fields: "id") { id: ID! name: String }""",
        b="""type Query { scored: [Party!]! } type Party @interfaceObject @key(fields: "id") { id: ID! score: Int }""",
    )
    assert asked(planned(graph, "{ scored { id score } }")) == [["b"]]
    assert asked(planned(graph, "{ scored { __typename } }")) == [["b"], ["a"]]
    assert asked(planned(graph, "{ scored { score ... on Company { name } } }")) == [["b"], ["a"]]


def test_mutations_are_done_in_order_and_neighbours_of_one_subgraph_together() -> None:
    graph = composed(
        a="type Query { x: Int } type Mutation { one: Int two: Int four: Int }",
        b="type Mutation { three: Int }",
    )
    assert asked(planned(graph, "mutation { one two three four }")) == [["a"], ["b"], ["a"]]


def test_what_follows_a_mutation_comes_before_the_next() -> None:
    graph = composed(
        a="""type Query { x: Int } type Mutation { open: Case close: Int }
            type Case @key(fields: "id") { id: ID! }""",
        b='type Case @key(fields: "id") { id: ID! state: String }',
    )
    assert asked(planned(graph, "mutation { open { state } close }")) == [["a"], ["b"], ["a"]]


def test_a_long_mutation_is_planned_all_the_same() -> None:
    graph = composed(
        a="type Query { x: Int } type Mutation { one(n: Int): Int }",
        b="type Mutation { two(n: Int): Int }",
    )
    fields = " ".join(f"a{n}: one(n: {n}) b{n}: two(n: {n})" for n in range(30))
    assert asked(planned(graph, f"mutation {{ {fields} }}")) == [["a"], ["b"]] * 30


def test_values_that_every_subgraph_shares_are_planned_in_few_requests() -> None:
    names = [f"s{n}" for n in range(6)]

    def sdl(own: str) -> str:
        levels = "".join(
            f"type L{n} {{ next: L{n + 1} @shareable other: L{n + 1} @shareable {own}: Int }} " for n in range(6)
        )
        return f"type Query {{ root: L0 @shareable }} {levels} type L6 {{ end: Int @shareable {own}: Int }}"

    graph = composed(**{name: sdl(name) for name in names})
    text = "s5 end"
    for n in reversed(range(6)):
        text = f"s{n} next {{ {text} }} other {{ s{5 - n} }}"
    plan = planned(graph, f"{{ root {{ {text} }} }}")
    assert asked(plan) == [names]


def test_what_is_skipped_is_not_fetched() -> None:
    graph = composed(
        a='type Query { company: Company } type Company @key(fields: "code") { code: ID! }',
        b='type Company @key(fields: "code") { code: ID! rating: String }',
    )
    text = "query($with: Boolean!) { company { code rating @include(if: $with) } }"
    assert asked(planned(graph, text, {"with": False})) == [["a"]]
    assert asked(planned(graph, text, {"with": True})) == [["a"], ["b"]]


def test_a_fetch_with_time_to_spare_waits_for_its_neighbour() -> None:
    graph = composed(
        register="""type Query { company: Company } type Company @key(fields: "code") { code: ID! }""",
        bridge='type Company @key(fields: "code") { code: ID! capital: Int }',
        tax="""type Company @key(fields: "code") { code: ID! capital: Int @external
            rating: String bracket: String @requires(fields: "capital") }""",
    )
    plan = planned(graph, "{ company { rating bracket } }")
    assert asked(plan) == [["register"], ["bridge"], ["tax"]], "tax is asked once, in the last stage"


def test_where_no_way_leads_the_operation_is_refused() -> None:
    graph = read_supergraph(
        """
        schema @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
        enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
        type Query @join__type(graph: A) @join__type(graph: B) { company: Company @join__field(graph: A) }
        type Company @join__type(graph: A) @join__type(graph: B) {
          code: ID! @join__field(graph: A) rating: String @join__field(graph: B) }
        """
    )
    with pytest.raises(Unplannable, match=r"Company\.rating"):
        planned(graph, "{ company { rating } }")
