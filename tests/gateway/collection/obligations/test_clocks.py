"""Periods, due days, states and receipts, without a database: every day of a year (Art. 12; R12.2 to R12.5, R13.4)."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.collection.obligations.duties import Duty, ahead, late_decision
from gateway.collection.obligations.obligation import Decided, KeptObligation, Received
from gateway.collection.obligations.periods import Period, daily, period_of
from gateway.collection.obligations.procedure import (
    OBLIGATIONS,
    ObligationAct,
    ReminderAct,
    ReportAct,
    obligation_step,
    reminder_step,
    report_step,
    state_at,
)
from gateway.collection.obligations.rules import Override, Rules, due_of
from gateway.collection.obligations.settling import settle
from gateway.errors import StateConflict
from gateway.workdays import official_calendar
from schema.definition import Cycle
from schema.obligations import CriticismReportState, DueStatus, ObligationKind, ObligationState, ReminderState
from schema.terms import SubmissionMode
from tests.gateway.collection.obligations.conftest import at

CALENDAR = official_calendar()
_S = ObligationState
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def written(record_type: str, cycle: Cycle | None, first: str, today: str) -> list[KeptObligation]:
    mode = SubmissionMode.SYSTEM if cycle is None else SubmissionMode.BATCH
    duty = Duty("TAX", record_type, mode, cycle)
    return list(ahead(duty, date.fromisoformat(first), date.fromisoformat(today), Rules(), CALENDAR))


def test_what_is_due_is_written_down_ahead() -> None:
    monthly = written("AbnormalTaxpayer", Cycle.MONTHLY, "2026-01-01", "2026-01-01")
    assert [each.period.name for each in monthly] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    daily_ones = written("Branch", None, "2026-02-14", "2026-02-14")
    assert [each.period.name for each in daily_ones] == [f"2026-02-{n}" for n in range(14, 22)]
    yearly = written("TaxCreditRating", Cycle.YEARLY, "2026-11-26", "2026-11-26")
    assert [(each.period.name, each.due.on) for each in yearly] == [
        ("2026", date(2027, 1, 15)),
        ("2027", date(2028, 1, 14)),
    ]


def test_every_day_of_a_year_has_the_state_that_the_calendar_says() -> None:
    (january, *_) = written("AbnormalTaxpayer", Cycle.MONTHLY, "2026-01-01", "2026-01-01")
    states: dict[ObligationState, datetime] = {}
    instant = at("2026-01-01", 0)
    while instant < at("2027-01-01", 0):
        states.setdefault(state_at(january.decided, january.opens_at, january.due_at, instant), instant)
        instant += timedelta(hours=1)
    assert states == {
        _S.PLANNED: at("2026-01-01", 0),
        _S.DUE: at("2026-02-01", 0),
        _S.OVERDUE: at("2026-02-14", 0),  # 24:00 of the 13th, the last working day before Spring Festival
    }


def test_a_connected_system_owes_every_calendar_day_a_holiday_too() -> None:
    (day, *_) = written("Branch", None, "2026-02-17", "2026-02-17")  # Spring Festival itself
    moments = [at("2026-02-16", 23), at("2026-02-17", 0), at("2026-02-17", 23), at("2026-02-18", 0)]
    told = [state_at(day.decided, day.opens_at, day.due_at, each) for each in moments]
    assert told == [_S.PLANNED, _S.DUE, _S.DUE, _S.OVERDUE]
    assert day.due.status is DueStatus.CONFIRMED


@given(DAYS, st.sampled_from(Cycle))
def test_periods_follow_upon_each_other_without_gap(day: date, cycle: Cycle) -> None:
    period = period_of(cycle, day)
    assert period.first <= day <= period.last
    behind = period_of(cycle, period.next_day)
    assert behind.first == period.next_day
    assert behind > period


def met(obligation: KeptObligation, *receipts: tuple[datetime, str | None]) -> tuple[str, ObligationState] | None:
    told = [Received(str(n), "TAX", obligation.record_type, *each) for n, each in enumerate(receipts)]
    found = list(settle([obligation], told))
    return (found[0].receipt.id, found[0].after) if found else None


@pytest.mark.parametrize(
    ("receipts", "outcome"),
    [
        ([], None),
        ([(at("2026-01-31", 12), None)], None),  # before the month is over an increment says not all of it
        ([(at("2026-01-31", 12), "2026-01")], ("0", _S.MET)),  # said to be all of it on its last day
        ([(at("2026-01-30", 12), "2026-01")], None),
        ([(at("2026-02-02"), None), (at("2026-02-01"), None)], ("1", _S.MET)),
        ([(at("2026-02-13", 23), None)], ("0", _S.MET)),
        ([(at("2026-02-14", 0), None)], ("0", _S.MET_LATE)),
        ([(at("2026-02-05"), "2026-02")], None),  # it names another month
        ([(at("2026-02-05"), "2025-12"), (at("2026-03-05"), "2026-01")], ("1", _S.MET_LATE)),
    ],
)
def test_the_first_receipt_that_speaks_of_a_period_meets_it(
    receipts: list[tuple[datetime, str | None]], outcome: tuple[str, ObligationState] | None
) -> None:
    (january, *_) = written("AbnormalTaxpayer", Cycle.MONTHLY, "2026-01-01", "2026-01-01")
    assert met(january, *receipts) == outcome


def test_several_a_day_are_one_and_nil_counts() -> None:
    (day, *_) = written("Branch", None, "2026-02-17", "2026-02-17")
    assert met(day, (at("2026-02-17", 1), None), (at("2026-02-17", 5), None)) == ("0", _S.MET)
    assert met(day, (at("2026-02-18", 1), None)) == ("0", _S.MET_LATE)


def decided(day: str, received: datetime) -> KeptObligation | None:
    told = Decided("TAX", "AdministrativePenalty", date.fromisoformat(day), "S-1", received, SubmissionMode.BATCH, 3)
    return late_decision(told, Rules(), CALENDAR)


def test_a_penalty_is_late_after_seven_working_days_and_in_time_until_then() -> None:
    assert decided("2026-02-13", at("2026-03-02", 23)) is None
    late = decided("2026-02-13", at("2026-03-03", 0))
    assert late is not None
    assert (late.decided, late.due.on, late.submission, late.records) == (_S.MET_LATE, date(2026, 3, 2), "S-1", 3)


def test_another_laws_time_limit_moves_the_duty_to_the_shorter_of_both() -> None:
    period = period_of(Cycle.MONTHLY, date(2026, 9, 1))
    rules = Rules(
        overrides={
            "TaxArrears": Override(15, "CALENDAR", "欠税公告办法"),
            "Branch": Override(30, "WORKING", "某办法"),
            "Honour": Override(3, "WORKING", "某条例"),
        }
    )
    days = {
        name: due_of(ObligationKind.PERIODIC, name, period, rules, CALENDAR).day
        for name in ("TaxArrears", "Branch", "Honour", "FeeArrears")
    }
    assert days == {
        "TaxArrears": date(2026, 10, 15),
        "Branch": date(2026, 10, 20),
        "Honour": date(2026, 10, 10),
        "FeeArrears": date(2026, 10, 20),
    }


def test_no_way_leads_to_criticism_but_behind_a_reminder_and_a_report() -> None:
    def before(state: ObligationState) -> set[ObligationState]:
        return {start for (start, _), to in OBLIGATIONS.items() if to is state}

    assert before(_S.CRITICISED) == before(_S.NOT_CRITICISED) == {_S.ESCALATED}
    assert before(_S.ESCALATED) == {_S.REMINDED}
    assert before(_S.REMINDED) == {_S.OVERDUE}


@pytest.mark.parametrize("state", list(ObligationState))
@pytest.mark.parametrize("act", list(ObligationAct))
def test_a_step_that_is_none_is_a_conflict_that_names_the_state(state: ObligationState, act: ObligationAct) -> None:
    if (state, act) in OBLIGATIONS:
        assert obligation_step(state, act) is OBLIGATIONS[state, act]
        return
    with pytest.raises(StateConflict) as conflict:
        obligation_step(state, act)
    assert conflict.value.particulars() == {"state": state.value}


def test_what_was_sent_or_submitted_is_neither_sent_nor_given_up_again() -> None:
    for state in (ReminderState.SENT, ReminderState.WITHDRAWN):
        for act in ReminderAct:
            with pytest.raises(StateConflict):
                reminder_step(state, act)
    with pytest.raises(StateConflict):
        report_step(CriticismReportState.DRAFT, ReportAct.ISSUE)
    with pytest.raises(StateConflict):
        report_step(CriticismReportState.SUBMITTED, ReportAct.WITHDRAW)


def test_a_day_is_a_period_of_its_own() -> None:
    assert daily(date(2026, 11, 26)) == Period(date(2026, 11, 26), date(2026, 11, 26), "2026-11-26")
