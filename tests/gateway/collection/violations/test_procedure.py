import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.collection.violations.procedure import STEPS, CaseStep, basis_of, case_step, step_of
from gateway.errors import StateConflict
from schema.articles import wording
from schema.violations import ViolationFinding, ViolationKind, ViolationMeasure, ViolationState

State, Step = ViolationState, CaseStep


def test_the_eight_kinds_are_those_of_the_article_in_its_words() -> None:
    article = wording("25")
    values = {each.name: each for each in ViolationKind.__strawberry_definition__.values}  # type: ignore[attr-defined]
    assert list(values) == [f"V{n}" for n in range(1, 9)]
    for value in values.values():
        assert value.description in article
    assert [basis_of(kind).item for kind in ViolationKind] == [str(n) for n in range(1, 9)]


def test_a_violation_is_found_before_anything_follows_from_it() -> None:
    follows = {step_of(each) for each in ViolationMeasure}
    assert {state for (state, step) in STEPS if step in follows} == {State.SUBSTANTIATED}
    assert {STEPS[State.SUBSTANTIATED, step].name for step in follows} == {each.name for each in ViolationMeasure}
    assert {step_of(each) for each in ViolationFinding} == {step for (state, step) in STEPS if state is State.OPEN}


def test_a_case_ends_dismissed_or_closed_and_nowhere_else() -> None:
    ends = set(State) - {state for state, _ in STEPS}
    assert ends == {State.DISMISSED, State.CLOSED}


@given(st.lists(st.sampled_from(Step), max_size=8))
def test_no_way_leads_back_or_past_the_finding(steps: list[CaseStep]) -> None:
    state, passed = State.OPEN, [State.OPEN]
    for step in steps:
        try:
            state = case_step(state, step, ViolationKind.OTHER)
        except StateConflict:
            continue
        assert state not in passed
        passed.append(state)
    if state is State.CLOSED:
        assert passed[1] is State.SUBSTANTIATED
        assert len(passed) == 4


def test_a_step_that_there_is_not_names_the_state_and_the_item_of_the_article() -> None:
    with pytest.raises(StateConflict, match="it is OPEN") as refused:
        case_step(State.OPEN, Step.CLOSE, ViolationKind.FABRICATION)
    basis = refused.value.legal_basis
    assert basis is not None
    assert (basis.article, basis.item) == ("25", "5")
