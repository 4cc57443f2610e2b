"""Publicity ends with its last day, for who sees what is public alone; the record is not deleted (R17.3)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.connector import OPEN
from gateway.federation.subjects.plan import SubjectPlan
from gateway.federation.subjects.records import Layout, Reading, Row, deciding_columns
from schema.catalogue import RECORDS
from schema.days import day_of
from tests.gateway.federation.subjects.credit_plans import planned, planner, records_of, viewpoint

PENALTY = RECORDS["AdministrativePenalty"]
TODAY = date(2026, 11, 23)
YESTERDAY, TOMORROW = str(TODAY - timedelta(1)), str(TODAY + timedelta(1))
PENALTIES = records_of("LEGAL_PERSON", "administrativePenalties", "violationType")


def reading(*, published: bool, several: bool = False) -> Reading:
    wanted = Layout.always(PENALTY, expires=False, published=True) | ({OPEN} if several else set())
    layout = Layout(PENALTY, tuple(sorted(wanted)))
    return Reading(layout, "LEGAL_PERSON", expires=False, identity=b"i", published=published)


TO_THE_PUBLIC, TO_OTHERS = reading(published=True), reading(published=False)


def penalty(until: str | None, number: str | None = "1", version: int = 1, of: Reading = TO_THE_PUBLIC) -> Row:
    said: Mapping[str, Any] = {
        "provider": "MARKET_REGULATION",
        "penaltyDocumentNumber": number,
        "publicityUntil": until,
        "recordStatus": "ACTIVE",
        "version": version,
        OPEN: True,
    }
    return [said.get(name) for name in of.layout.columns]


def public(*sources: list[Row], today: date = TODAY) -> list[Row]:
    return TO_THE_PUBLIC.merge(sources, today, everything=False)


def test_a_record_is_public_through_its_last_day_and_not_a_moment_longer() -> None:
    last = penalty(str(TODAY))
    assert public([last]) == [last]
    assert public([last], today=TODAY + timedelta(1)) == []


def test_a_record_without_a_term_stays_public() -> None:
    lasting = penalty(None)
    assert public([lasting], today=date(2099, 12, 31)) == [lasting]


@pytest.mark.parametrize("everything", [False, True])
def test_who_sees_more_than_what_is_public_keeps_the_record(*, everything: bool) -> None:
    ended = penalty("2020-01-01")
    assert TO_OTHERS.merge([[ended]], TODAY, everything=everything) == [ended]
    assert public([ended]) == []


@given(st.lists(st.sampled_from([None, "2020-01-01", YESTERDAY, str(TODAY), TOMORROW, "2099-01-01"]), max_size=9))
def test_exactly_the_records_whose_last_day_is_over_are_gone(terms: list[str | None]) -> None:
    rows = [penalty(until, number=str(n)) for n, until in enumerate(terms)]
    left = {id(row) for row in public(rows)}
    assert left == {id(row) for row, until in zip(rows, terms, strict=True) if until is None or until >= str(TODAY)}


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
@pytest.mark.parametrize("versions", [(1, 2), (2, 1), (1, 1)])
@pytest.mark.parametrize("later", [None, TOMORROW])
def test_of_several_sources_the_earliest_term_counts_whichever_version_is_higher(
    order: slice, versions: tuple[int, int], later: str | None
) -> None:
    sources = [penalty(YESTERDAY, version=versions[0])], [penalty(later, version=versions[1])]
    assert public(*sources[order]) == []
    assert len(TO_OTHERS.merge(sources[order], TODAY, everything=False)) == 1


def test_another_record_of_the_same_source_is_left() -> None:
    other = penalty(None, number="2")
    assert public([penalty(YESTERDAY), other]) == [other]


def test_a_record_with_a_part_of_its_key_lost_takes_no_other_with_it() -> None:
    other = penalty(None, number=None)
    assert public([penalty(YESTERDAY, number=None), other]) == [other]


def test_what_is_above_the_clearance_and_what_is_no_longer_public_are_both_gone() -> None:
    several = reading(published=True, several=True)
    at = several.layout.position[OPEN]
    raised, ended, left = (penalty(until, n, of=several) for n, until in [("1", None), ("2", YESTERDAY), ("3", None)])
    raised[at] = False
    assert several.merge([[raised, ended], [left]], TODAY, everything=False) == [left]


def test_what_cannot_be_read_is_not_public_and_hides_the_other_sources_copy_too() -> None:
    unread, copy = penalty(None), penalty(TOMORROW, version=2)
    doubtful = {id(unread)}
    assert TO_THE_PUBLIC.merge([[unread], [copy]], TODAY, everything=False, doubtful=doubtful) == []
    in_question = TO_THE_PUBLIC.in_question([[unread], [copy]], TODAY, everything=False, doubtful=doubtful)
    assert [id(row) for row in in_question] == [id(copy), id(unread)]


def test_a_record_that_is_no_longer_public_raises_no_question() -> None:
    assert TO_THE_PUBLIC.in_question([[penalty(YESTERDAY)]], TODAY, everything=False) == []
    assert TO_OTHERS.in_question([[penalty(YESTERDAY)]], TODAY, everything=False)


def test_a_term_decides_for_the_public_alone_whether_a_record_is_there() -> None:
    assert "publicityUntil" in deciding_columns(PENALTY, expires=True, published=True)
    assert "publicityUntil" not in deciding_columns(PENALTY, expires=True, published=False)


@pytest.mark.parametrize(("hour", "minute", "day"), [(23, 59, TODAY), (0, 0, TODAY + timedelta(1))])
def test_a_day_is_over_at_midnight_in_zhengzhou(hour: int, minute: int, day: date) -> None:
    at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=timezone(timedelta(hours=8)))
    assert bool(public([penalty(str(TODAY))], today=day_of(at.timestamp()))) is (day == TODAY)


# Who is asked for the term


def asked_for_it(plan: SubjectPlan) -> set[str]:
    return {
        fetch.connector.agency
        for fetch in plan.fetches
        for selection in fetch.selections
        if "publicityUntil" in selection.columns
    }


def test_only_for_the_public_are_sources_asked_until_when() -> None:
    plans = {each: planned(planner(), PENALTIES, viewpoint(each)) for each in ("public", "duty", "self")}
    assert asked_for_it(plans["public"]) == {"TAX", "MARKET_REGULATION", "CREDIT_CENTRE"}
    assert asked_for_it(plans["duty"]) == asked_for_it(plans["self"]) == set()
    assert {each: plan.readings[PENALTY.name].published for each, plan in plans.items()} == {
        "public": True,
        "duty": False,
        "self": False,
    }


def test_where_no_source_says_until_when_nobody_is_asked() -> None:
    arrears = records_of("LEGAL_PERSON", "taxArrears", "taxType")
    plan = planned(planner(), arrears, viewpoint("public"))
    assert asked_for_it(plan) == set()
    assert not plan.readings["TaxArrears"].published
