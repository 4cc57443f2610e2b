"""Papers and grants go the ways of their tables, and no other; nothing leads back (Art. 18; R18.6)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.papers.procedure import (
    GRANTS,
    PAPERS,
    GrantStep,
    PaperStep,
    basis_of,
    grant_state_at,
    grant_step,
    paper_state_at,
    paper_step,
)
from gateway.errors import StateConflict
from schema.papers import GrantState, PaperKind, PaperState

S = TypeVar("S")
T = TypeVar("T")
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def reachable(table: Mapping[tuple[S, T], S], start: S) -> set[S]:
    found: set[S] = set()
    waiting = [start]
    while waiting:
        state = waiting.pop()
        further = {to for (came_from, _), to in table.items() if came_from == state} - found
        found |= further
        waiting.extend(further)
    return found


@pytest.mark.parametrize("state", PaperState)
def test_no_paper_comes_back_to_a_state(state: PaperState) -> None:
    assert state not in reachable(PAPERS, state)


@pytest.mark.parametrize("state", GrantState)
def test_no_grant_comes_back_to_a_state(state: GrantState) -> None:
    assert state not in reachable(GRANTS, state)


@given(st.lists(st.sampled_from(PaperStep), max_size=12), st.sampled_from(PaperKind))
def test_a_paper_is_accepted_after_it_was_submitted_and_never_otherwise(
    steps: list[PaperStep], kind: PaperKind
) -> None:
    state, way = PaperState.DRAFT, [PaperState.DRAFT]
    for step in steps:
        expected = PAPERS.get((state, step))
        if expected is None:
            with pytest.raises(StateConflict) as refused:
                paper_step(state, step, kind)
            assert refused.value.particulars() == {"state": state.value}
            assert refused.value.legal_basis == basis_of(kind)
            continue
        state = paper_step(state, step, kind)
        way.append(state)
    assert len(set(way)) == len(way)
    whole = [PaperState.DRAFT, PaperState.SUBMITTED, PaperState.ACCEPTED, PaperState.REVOKED]
    rejected = [PaperState.DRAFT, PaperState.SUBMITTED, PaperState.REJECTED]
    assert way in (whole[: len(way)], rejected[: len(way)])


@given(st.lists(st.sampled_from(GrantStep), max_size=12))
def test_a_grant_is_approved_after_review_alone(steps: list[GrantStep]) -> None:
    state, way = GrantState.PROPOSED, [GrantState.PROPOSED]
    for step in steps:
        if (state, step) in GRANTS:
            state = grant_step(state, step)
            way.append(state)
        else:
            with pytest.raises(StateConflict):
                grant_step(state, step)
    if GrantState.APPROVED in way:
        assert way[:3] == [GrantState.PROPOSED, GrantState.REVIEWED, GrantState.APPROVED]
    assert GrantState.WITHDRAWN not in way[:-1]


@given(DAYS, DAYS, st.booleans())
def test_the_clock_ends_accepted_papers_and_no_others(valid_to: date, today: date, used_up: bool) -> None:  # noqa: FBT001 (an example)
    for decided in PaperState:
        state = paper_state_at(decided, valid_to, today, used_up=used_up)
        if decided is not PaperState.ACCEPTED:
            assert state is decided
        elif used_up:
            assert state is PaperState.EXHAUSTED
        else:
            assert state is (PaperState.EXPIRED if today > valid_to else PaperState.ACCEPTED)


@given(DAYS, st.integers(1, 400))
def test_what_has_ended_by_the_clock_stays_ended(valid_to: date, later: int) -> None:
    ended = valid_to + timedelta(1)
    for used_up in (False, True):
        first = paper_state_at(PaperState.ACCEPTED, valid_to, ended, used_up=used_up)
        assert paper_state_at(PaperState.ACCEPTED, valid_to, ended + timedelta(later), used_up=used_up) is first


def test_a_long_term_document_never_expires() -> None:
    assert paper_state_at(PaperState.ACCEPTED, None, date.max, used_up=False) is PaperState.ACCEPTED


@given(DAYS, st.integers(0, 300), st.integers(-400, 400))
def test_a_grant_is_active_from_its_first_day_through_its_last(first: date, length: int, offset: int) -> None:
    last, today = first + timedelta(length), first + timedelta(offset)
    state = grant_state_at(GrantState.APPROVED, first, last, today)
    if today < first:
        assert state is GrantState.APPROVED
    else:
        assert state is (GrantState.ACTIVE if today <= last else GrantState.EXPIRED)
    assert grant_state_at(GrantState.REVIEWED, first, last, today) is GrantState.REVIEWED


@pytest.mark.parametrize("ended", [PaperState.EXPIRED, PaperState.EXHAUSTED, PaperState.REVOKED, PaperState.REJECTED])
@pytest.mark.parametrize("step", PaperStep)
def test_nothing_is_done_to_a_paper_that_has_ended(ended: PaperState, step: PaperStep) -> None:
    with pytest.raises(StateConflict, match=ended.value):
        paper_step(ended, step, PaperKind.AUTHORISATION)
