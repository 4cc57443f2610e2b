"""Joint fields, and plans that start from what is in hand."""

import pytest
from graphql import parse

from gateway.federation.planning import Hold, JoinedGraph, Plan, Unplannable, draw_onward
from gateway.federation.planning.needs import Needs, NeedsReader
from tests.gateway.federation.supergraphs import composed, planned

COMPANY = 'type Company @key(fields: "code") { code: ID! @shareable'
REPORTS = "reports: [Report!]! @shareable } type Report @shareable { text: String! }"


def town(*, joint: bool = True) -> JoinedGraph:
    """Give a register, and two agencies that each hold some reports of companies."""
    graph = composed(
        register=f"type Query {{ company(code: ID!): Company }} {COMPANY} name: String! }}",
        tax=f"{COMPANY} {REPORTS}",
        court=f"{COMPANY} {REPORTS}",
    )
    if joint:
        graph.types["Company"].joint = frozenset({"reports"})
    return graph


def needs(graph: JoinedGraph, text: str) -> Needs:
    """Read what a selection on a company needs."""
    (operation,) = parse(text).definitions
    return NeedsReader(graph, {}, {}).read(operation.selection_set, "Company")  # type: ignore[attr-defined]  # an operation


def asked(plan: Plan) -> list[tuple[str, int, str]]:
    return sorted((each.subgraph, each.stage, each.text) for each in plan.fetches)


ALL = '{ company(code: "x") { name reports { text } } }'


def test_every_home_of_a_joint_field_is_asked_and_of_any_other_one() -> None:
    plan = planned(town(), ALL)
    assert [subgraph for subgraph, stage, _ in asked(plan) if stage] == ["court", "tax"]
    assert {text for _, stage, text in asked(plan) if stage} == {"{ reports { text } }"}
    assert len(planned(town(joint=False), ALL).fetches) == 2


def test_all_homes_are_asked_at_once() -> None:
    assert planned(town(), ALL).stages == 2


def test_a_part_is_marked_as_one_so_that_it_is_joined_and_not_taken_for_the_whole() -> None:
    parts = [each for each in planned(town(), ALL).fetches if each.stage]
    assert all(each.selection.fields["reports"].is_joint for each in parts)
    assert all(each.shared == {"reports"} and not each.is_plain for each in parts)


def test_what_is_needed_below_a_part_is_asked_of_who_gave_it() -> None:
    graph = composed(
        register=f"type Query {{ company(code: ID!): Company }} {COMPANY} }}",
        tax=f'{COMPANY} reports: [Report!]! @shareable }} type Report @key(fields: "id") {{ id: ID! @shareable }}',
        court=f'{COMPANY} reports: [Report!]! @shareable }} type Report @key(fields: "id") {{ id: ID! @shareable }}',
        archive='type Report @key(fields: "id") { id: ID! @shareable text: String! }',
    )
    graph.types["Company"].joint = frozenset({"reports"})
    plan = planned(graph, ALL.replace("name ", ""))
    of = {each.number: each.subgraph for each in plan.fetches}
    after = [[of[number] for number in each.after] for each in plan.fetches if each.subgraph == "archive"]
    assert sorted(after) == [["court"], ["tax"]]
    assert [each.subgraph for each in plan.batches] == ["register", "tax", "court", "archive"]


def test_only_those_homes_are_asked_that_a_need_is_among() -> None:
    graph = town()
    reports = needs(graph, "{ reports { text } }")
    for each in reports.items.values():
        each.among = frozenset({"court"})
    assert asked(draw_onward(graph, Hold("register", "Company"), reports)) == [("court", 0, "{ reports { text } }")]


def test_from_what_is_in_hand_nobody_is_asked_for_it_again() -> None:
    graph = town()
    plan = draw_onward(graph, Hold("register", "Company"), needs(graph, "{ code name }"))
    assert (plan.batches, plan.stages, plan.root_type) == ((), 0, "Company")


def test_from_what_is_in_hand_all_others_are_asked_in_the_first_stage() -> None:
    graph = town()
    plan = draw_onward(graph, Hold("register", "Company"), needs(graph, "{ name reports { text } }"))
    assert {(each.subgraph, each.stage, each.after) for each in plan.batches} == {("court", 0, ()), ("tax", 0, ())}
    assert {(each.path, each.entry_type, each.key_text) for each in plan.fetches} == {((), "Company", "code")}


def test_in_hand_at_one_home_its_own_part_is_there_and_the_other_is_asked() -> None:
    graph = town()
    plan = draw_onward(graph, Hold("tax", "Company"), needs(graph, "{ reports { text } }"))
    assert [each.subgraph for each in plan.batches] == ["court"]


def test_a_home_that_cannot_be_reached_is_told_of_and_not_left_out() -> None:
    graph = town()
    graph.types["Company"].keys = [each for each in graph.types["Company"].keys if each.subgraph != "court"]
    with pytest.raises(Unplannable, match=r"Company\.reports"):
        draw_onward(graph, Hold("register", "Company"), needs(graph, "{ reports { text } }"))
