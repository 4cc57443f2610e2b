"""Working days and the ends of time limits, vector by vector (Art. 12, 23; AMB-14)."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.workdays import Calendar, DayKind, DueStatus, official_calendar

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))
DAYS = st.dates(date(2004, 1, 2), date(2040, 1, 1))


def day(written: str) -> date:
    return date.fromisoformat(written)


@pytest.mark.parametrize("vector", VECTORS["deadlines"], ids=lambda each: f"{each['start']}+{each['workingDays']}")
def test_a_time_limit_ends_as_the_vectors_say(vector: dict[str, Any]) -> None:
    due = official_calendar().due(day(vector["start"]), vector["workingDays"])
    assert (due.day.isoformat(), due.status.value) == (vector["due"], vector["status"])


@pytest.mark.parametrize("vector", VECTORS["disputeLegs"], ids=lambda each: str(each["filed"]))
def test_the_legs_of_a_dispute_end_as_the_vectors_say(vector: dict[str, Any]) -> None:
    calendar = official_calendar()
    forward = calendar.due(day(vector["filed"]), 3)
    verify = calendar.due(forward.day, 15)
    notify = calendar.due(verify.day, 2)
    told = ("forwardBy", "verifyByIfForwardedOnLastDay", "notifyByIfVerifiedOnLastDay")
    assert [each.day.isoformat() for each in (forward, verify, notify)] == [vector[name] for name in told]
    assert notify.status.value == vector["status"]


def test_2026_has_the_holidays_and_the_make_up_days_of_its_notice() -> None:
    calendar, told = official_calendar(), VECTORS["calendar2026"]
    year = [date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())]
    weekdays_off = [each.isoformat() for each in year if each.weekday() < 5 and not calendar.works(each)]
    weekends_worked = [each.isoformat() for each in year if each.weekday() >= 5 and calendar.works(each)]
    assert (weekdays_off, weekends_worked) == (told["holidays"], told["makeUpWorkdays"])
    assert sum(map(calendar.works, year)) == 248


def test_every_year_of_the_library_that_is_whole_is_announced_and_no_other() -> None:
    first, last = VECTORS["coverage"]
    assert sorted(official_calendar().years) == list(range(first, last + 1))


def test_a_time_limit_ends_with_its_last_day_in_the_city() -> None:
    due = official_calendar().due(date(2026, 9, 30), 10)
    assert due.until == datetime(2026, 10, 20, 16, tzinfo=UTC)


def test_each_day_of_a_count_says_why_it_counts_or_not() -> None:
    days = official_calendar().due(date(2026, 2, 13), 7).days
    told = {each.day: each for each in days}
    assert [each.day for each in days] == [date.fromordinal(date(2026, 2, 13).toordinal() + n) for n in range(1, 18)]
    assert [each.nth for each in days if each.nth] == [1, 2, 3, 4, 5, 6, 7]
    made_up = told[date(2026, 2, 14)]
    assert (made_up.kind, made_up.nth, made_up.reason.chinese) == (DayKind.MAKE_UP, 1, "星期六，因春节调休上班")
    assert made_up.document == "国务院办公厅关于2026年部分节假日安排的通知"
    assert told[date(2026, 2, 17)].reason.english == "Tuesday, off for Spring Festival"
    assert told[date(2026, 2, 17)].nth is None
    assert told[date(2026, 3, 1)].kind is DayKind.WEEKEND
    assert told[date(2026, 3, 2)].kind is DayKind.WORKING


def test_a_year_that_nobody_announced_has_its_statutory_days_off_and_no_weekend_is_worked() -> None:
    calendar = official_calendar()
    off = calendar.look_up(date(2027, 2, 5))
    assert (off.kind, off.reason.chinese, off.document) == (
        DayKind.HOLIDAY,
        "星期五，春节放假",
        "全国年节及纪念日放假办法",
    )
    weekends = [date.fromordinal(n) for n in range(date(2027, 1, 1).toordinal(), date(2028, 1, 1).toordinal())]
    assert not [each for each in weekends if each.weekday() >= 5 and calendar.works(each)]


def test_a_limit_of_calendar_days_counts_every_day_and_is_sure() -> None:
    due = official_calendar().due_in_days(date(2026, 12, 30), 7)
    assert (due.day, due.status, len(due.days)) == (date(2027, 1, 6), DueStatus.CONFIRMED, 7)


@pytest.mark.parametrize(("start", "days"), [(date(2026, 1, 1), 0), (date(2026, 1, 1), 1_001), (date(1, 1, 1), 3)])
def test_what_is_no_time_limit_is_refused(start: date, days: int) -> None:
    for count in (official_calendar().due, official_calendar().due_in_days):
        with pytest.raises(ValueError, match="are counted"):
            count(start, days)


@given(DAYS, st.integers(1, 40))
def test_a_limit_ends_on_a_working_day_and_has_just_as_many_of_them(start: date, days: int) -> None:
    calendar = official_calendar()
    due = calendar.due(start, days)
    assert calendar.works(due.day)
    assert calendar.elapsed(start, due.day) == days
    assert due.day > start


@given(DAYS, st.integers(1, 20), st.integers(1, 20))
def test_one_limit_behind_another_ends_with_their_sum(start: date, first: int, second: int) -> None:
    calendar = official_calendar()
    assert calendar.due(calendar.due(start, first).day, second).day == calendar.due(start, first + second).day


@given(DAYS)
def test_a_day_is_sure_only_if_all_counted_days_are_of_announced_years(start: date) -> None:
    due = Calendar({2026: official_calendar().years[2026]}).due(start, 5)
    sure = all(each.day.year == 2026 for each in due.days)
    assert due.status is (DueStatus.CONFIRMED if sure else DueStatus.PROVISIONAL)
