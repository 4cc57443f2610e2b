"""Rows made one list: merged, kept to the law's terms, newest first; then its pages."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.connector import OPEN
from gateway.federation.subjects.cursors import Cursors
from gateway.federation.subjects.pages import cursor_of, first_page, list_of, page_of
from gateway.federation.subjects.records import Layout, Reading, Row
from schema.catalogue import RECORDS
from schema.tiers import Tier

TODAY = date(2026, 11, 23)
IDENTITY = b"identity key"


def reading(name: str, *columns: str, kind: str = "LEGAL_PERSON", identity: bytes = IDENTITY) -> Reading:
    """Give how a record type is read, with *columns* beside those that it always needs."""
    record, expires = RECORDS[name], kind == "INDIVIDUAL"
    wanted = Layout.always(record, expires=expires) | set(columns)
    return Reading(Layout(record, tuple(sorted(wanted))), kind, expires=expires, identity=identity)


def row(of: Reading, **values: Any) -> Row:  # noqa: ANN401 (a row's values)
    """Make a row that is in force, of the tax authority, in its first version, where not said otherwise."""
    said = {"provider": "TAX", "version": 1, "recordStatus": "ACTIVE", **values}
    assert set(values) <= set(of.layout.columns)
    return [said.get(name) for name in of.layout.columns]


def merged(of: Reading, *sources: list[Row], today: date = TODAY, everything: bool = False) -> list[Row]:
    return of.merge(sources, today, everything=everything)


def column(of: Reading, rows: list[Row], name: str) -> list[Any]:
    return [each[of.layout.position[name]] for each in rows]


VIOLATIONS = reading("MajorTaxViolation", "amountInvolved")


def violation(**values: Any) -> Row:  # noqa: ANN401 (a row's values)
    return row(VIOLATIONS, **{"caseNumber": "税稽罚1号", "decisionDate": "2024-05-06", **values})


# One record under one natural key


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_of_two_with_one_natural_key_the_higher_version_wins_wherever_it_stands(order: slice) -> None:
    first, second = [violation(version=2)], [violation(version=11)]
    assert column(VIOLATIONS, merged(VIOLATIONS, *[first, second][order]), "version") == [11]


def test_of_two_with_one_version_the_agency_itself_stands_before_the_centre() -> None:
    agency, centre = violation(amountInvolved="1.00"), violation(amountInvolved="2.00")
    assert merged(VIOLATIONS, [agency], [centre]) == [agency]


def test_a_record_without_a_version_yields_to_one_with_a_version() -> None:
    known = violation(version=1)
    assert merged(VIOLATIONS, [violation(version=None)], [known]) == [known]


def test_two_agencies_records_are_two_under_whatever_key() -> None:
    assert len(merged(VIOLATIONS, [violation()], [violation(provider="COURT")])) == 2


def test_records_with_a_null_in_their_key_are_never_merged() -> None:
    nameless = [violation(caseNumber=None), violation(caseNumber=None)]
    assert len(merged(VIOLATIONS, nameless, [violation(), violation()])) == 3


def test_a_withdrawn_version_takes_the_place_of_the_one_in_force() -> None:
    sources = [violation(version=1)], [violation(version=2, recordStatus="REVOKED")]
    assert merged(VIOLATIONS, *sources) == []


def test_merging_leaves_the_sources_rows_as_they_are() -> None:
    source = [violation(caseNumber=str(n), decisionDate=f"2024-05-0{n}") for n in range(1, 4)]
    before = [list(each) for each in source]
    assert merged(VIOLATIONS, source) == source[::-1]
    assert source == before


# What several sources say of a record's tier


SHARED_VIOLATIONS = reading("MajorTaxViolation", OPEN)


def shared(version: int, *, opened: bool, **values: Any) -> Row:  # noqa: ANN401 (a row's values)
    said = {"caseNumber": "1", "decisionDate": "2024-05-06", "version": version, OPEN: opened}
    return row(SHARED_VIOLATIONS, **{**said, **values})


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize(("raised", "plain"), [(1, 2), (2, 1), (1, 1)])
@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_a_record_that_one_source_has_above_the_clearance_is_dropped_whichever_version_is_higher(
    order: slice, raised: int, plain: int, *, everything: bool
) -> None:
    other, others_agency = shared(1, opened=True, caseNumber="2"), shared(1, opened=True, provider="COURT")
    closed = shared(raised, opened=False, decisionDate=None, recordStatus=None)
    sources = [closed], [shared(plain, opened=True), other, others_agency]
    found = merged(SHARED_VIOLATIONS, *sources[order], everything=everything)
    assert sorted(map(SHARED_VIOLATIONS.own_id, found)) == sorted(map(SHARED_VIOLATIONS.own_id, [other, others_agency]))


def test_a_record_that_no_source_has_above_the_clearance_is_merged_as_any_other() -> None:
    found = merged(SHARED_VIOLATIONS, [shared(1, opened=True)], [shared(2, opened=True)])
    assert column(SHARED_VIOLATIONS, found, "version") == [2]


# Ids


def test_an_id_is_the_same_from_both_sources_and_whatever_else_was_read() -> None:
    narrow, wide = reading("MajorTaxViolation"), reading("MajorTaxViolation", "facts", "amountInvolved")
    assert narrow.own_id(row(narrow, caseNumber="1")) == wide.own_id(row(wide, caseNumber="1", version=7, facts="x"))


def test_an_id_is_of_one_record_type_agency_and_key_and_under_a_key_of_the_gateway() -> None:
    wages, violations = reading("WageArrearsCase"), reading("MajorTaxViolation")
    other = reading("MajorTaxViolation", identity=b"another key")
    ids = {
        violations.own_id(row(violations, caseNumber="1")),
        violations.own_id(row(violations, caseNumber="2")),
        violations.own_id(row(violations, caseNumber="1", provider="COURT")),
        wages.own_id(row(wages, caseNumber="1")),
        other.own_id(row(other, caseNumber="1")),
    }
    assert len(ids) == 5
    assert all(len(each) == 20 for each in ids)


def test_records_with_a_null_in_a_part_of_their_key_have_ids_of_their_own() -> None:
    ratings = reading("TaxCreditRating")
    nameless = [row(ratings, ratingYear=year) for year in (2022, 2023)]
    whole = row(ratings, taxpayerNumber="1", ratingYear=2022)
    assert len({ratings.own_id(each) for each in [*nameless, whole]}) == 3


@pytest.mark.xfail(strict=True, reason="an id rests on the natural key alone, which is null for both")
def test_two_records_whose_whole_key_is_null_have_two_ids() -> None:
    found = [violation(caseNumber=None, decisionDate=day) for day in ("2024-05-06", "2024-05-07")]
    assert len({VIOLATIONS.own_id(each) for each in merged(VIOLATIONS, found)}) == 2


# Order


def test_the_newest_comes_first_and_what_has_no_day_last() -> None:
    days = ["2023-01-01", None, "2025-12-31", None, "2024-06-30"]
    rows = [violation(caseNumber=str(n), decisionDate=day) for n, day in enumerate(days)]
    found = [VIOLATIONS.occurred_on(each) for each in merged(VIOLATIONS, rows)]
    assert found == ["2025-12-31", "2024-06-30", "2023-01-01", None, None]


@given(st.lists(st.sampled_from(["2024-05-06", "2024-05-07", None]), max_size=12), st.randoms())
def test_records_of_one_day_go_by_their_ids_in_whatever_order_they_came(
    days: list[str | None],
    shuffler: Any,  # noqa: ANN401 (random.Random, or Hypothesis's own)
) -> None:
    rows = [violation(caseNumber=str(n), decisionDate=day) for n, day in enumerate(days)]
    shuffler.shuffle(rows)
    found = merged(VIOLATIONS, rows)
    for one, next_one in pairwise(found):
        assert (one[VIOLATIONS.occurred_at] or "") >= (next_one[VIOLATIONS.occurred_at] or "")
        if one[VIOLATIONS.occurred_at] == next_one[VIOLATIONS.occurred_at]:
            assert VIOLATIONS.own_id(one) < VIOLATIONS.own_id(next_one)


def test_a_month_counts_as_its_last_day_and_a_year_as_31_december() -> None:
    dues, summaries = reading("SocialInsurancePayment"), reading("AnnualFinancialSummary")
    months = ["2024-02", "2023-02", "2024-04", "2024-12"]
    assert [dues.occurred_on(row(dues, period=month)) for month in months] == [
        "2024-02-29",
        "2023-02-28",
        "2024-04-30",
        "2024-12-31",
    ]
    assert summaries.occurred_on(row(summaries, fiscalYear=2024)) == "2024-12-31"
    assert dues.occurred_on(row(dues)) is None


def test_what_has_no_day_of_its_own_goes_by_the_day_it_was_reported_not_by_the_hour() -> None:
    persons = reading("PersonIdentity", kind="INDIVIDUAL")
    hours = [f"2024-05-06T{hour:02d}:00:00+08:00" for hour in range(9)]
    rows = [row(persons, personKey=str(n), reportedAt=hour) for n, hour in enumerate(hours)]
    found = merged(persons, rows)
    assert {persons.occurred_on(each) for each in found} == {"2024-05-06"}
    assert [persons.own_id(each) for each in found] == sorted(map(persons.own_id, rows))


# What is shown to whom


@pytest.mark.parametrize(
    ("status", "to_others", "to_itself"),
    [
        ("ACTIVE", True, True),
        ("CORRECTED", True, True),
        ("REVOKED", False, True),
        ("REPAIRED", False, True),
        ("EXPIRED", False, False),
    ],
)
def test_withdrawn_and_repaired_records_are_the_subjects_alone_and_expired_ones_nobodys(
    status: str, *, to_others: bool, to_itself: bool
) -> None:
    rows = [violation(recordStatus=status)]
    assert bool(merged(VIOLATIONS, rows)) is to_others
    assert bool(merged(VIOLATIONS, rows, everything=True)) is to_itself


# Terms (Art. 20)


ARREARS = reading("TaxArrears", kind="INDIVIDUAL")


def arrear(**values: Any) -> Row:  # noqa: ANN401 (a row's values)
    return row(ARREARS, **{"announcedOn": "2010-01-01", "settlementStatus": "UNSETTLED", **values})


def test_an_arrear_that_goes_on_never_expires() -> None:
    assert ARREARS.retention_until(arrear()) is None
    assert merged(ARREARS, [arrear()], today=date(2099, 1, 1))


def test_a_settled_arrear_expires_five_years_after_it_was_settled() -> None:
    settled = arrear(settlementStatus="SETTLED", settledOn="2020-02-29")
    assert ARREARS.retention_until(settled) == "2025-02-28"
    assert merged(ARREARS, [settled], today=date(2025, 2, 28)) == [settled]
    assert merged(ARREARS, [settled], today=date(2025, 3, 1)) == []


def test_what_has_ended_without_saying_when_counts_from_its_own_day() -> None:
    assert ARREARS.retention_until(arrear(settlementStatus="SETTLED")) == "2015-01-01"


def test_a_termination_set_by_policy_counts_before_the_agencys_own_end() -> None:
    ended = arrear(settlementStatus="SETTLED", settledOn="2020-02-29", terminatedOn="2021-06-01")
    assert ARREARS.retention_until(ended) == "2026-06-01"


def test_without_any_day_the_day_of_the_report_counts() -> None:
    reported = arrear(settlementStatus="SETTLED", announcedOn=None, reportedAt="2021-06-01T08:00:00+08:00")
    assert ARREARS.retention_until(reported) == "2026-06-01"


def test_an_expired_record_is_not_even_the_subjects_own() -> None:
    old = arrear(settlementStatus="SETTLED", settledOn="2020-02-29")
    assert merged(ARREARS, [old], today=date(2026, 1, 1), everything=True) == []


def test_a_record_of_a_legal_person_does_not_expire() -> None:
    assert VIOLATIONS.retention_until(violation(decisionDate="1999-01-01")) is None
    assert merged(VIOLATIONS, [violation(decisionDate="1999-01-01")])


# Tiers of records that their source cannot tell apart


def test_a_records_own_tier_is_the_strictest_of_the_reported_and_the_rules() -> None:
    ratings = reading("TaxCreditRating", "grade", "recordTier")

    def tier(grade: str | None, reported: str | None = None) -> str:
        return ratings.tier(row(ratings, grade=grade, recordTier=reported))

    assert [tier("A"), tier("B"), tier(None), tier("A", "C"), tier("D", "A")] == ["A", "B", "B", "C", "B"]


@pytest.mark.parametrize("highest", list(Tier))
def test_a_sealed_judgment_exists_for_no_clearance(highest: Tier) -> None:
    judgments = reading("EffectiveJudgment", "sealed", "documentType", "recordTier")
    assert not judgments.exists(row(judgments, sealed=True), highest)
    assert judgments.exists(row(judgments, sealed=False), highest)


# Pages


CURSORS = Cursors(b"cursor key")


def ids(rows: list[Row]) -> list[str]:
    return [VIOLATIONS.own_id(each) for each in rows]


def after(rows: list[Row]) -> tuple[str | None, str]:
    bound = list_of("MajorTaxViolation", "LP")
    cursor = cursor_of(CURSORS, bound, VIOLATIONS, rows, -1)
    assert cursor is not None
    return CURSORS.read(bound, cursor)


@given(st.lists(st.sampled_from(["2024-05-06", "2024-05-07", None]), max_size=20), st.integers(1, 5))
def test_the_pages_are_the_whole_list(days: list[str | None], first: int) -> None:
    rows = merged(VIOLATIONS, [violation(caseNumber=str(n), decisionDate=day) for n, day in enumerate(days)])
    page = page_of(rows, VIOLATIONS, first, None)
    assert page == first_page(rows, first)
    found = ids(page.rows)
    while page.has_next:
        page = page_of(rows, VIOLATIONS, first, after(page.rows))
        assert page.has_previous
        assert page.total == len(rows)
        found += ids(page.rows)
    assert found == ids(rows)


@given(st.lists(st.sampled_from(["2024-05-06", "2024-05-07", None]), min_size=2, max_size=20), st.data())
def test_a_cursor_whose_record_is_gone_goes_on_where_it_stood(days: list[str | None], data: st.DataObject) -> None:
    rows = merged(VIOLATIONS, [violation(caseNumber=str(n), decisionDate=day) for n, day in enumerate(days)])
    gone = data.draw(st.integers(0, len(rows) - 1))
    place = after(rows[: gone + 1])
    left = rows[:gone] + rows[gone + 1 :]
    assert ids(page_of(left, VIOLATIONS, 100, place).rows) == ids(rows[gone + 1 :])


def test_pages_of_what_was_reported_on_one_day_are_the_whole_list() -> None:
    persons = reading("PersonIdentity", kind="INDIVIDUAL")
    hours = [f"2024-05-06T{hour:02d}:00:00+08:00" for hour in range(9)]
    rows = merged(persons, [row(persons, personKey=str(n), reportedAt=hour) for n, hour in enumerate(hours)])
    second = page_of(rows, persons, 5, (persons.occurred_on(rows[3]), persons.own_id(rows[3])))
    assert second.rows == rows[4:]


def test_an_empty_page_has_no_cursor() -> None:
    assert cursor_of(CURSORS, "list", VIOLATIONS, [], 0) is None
