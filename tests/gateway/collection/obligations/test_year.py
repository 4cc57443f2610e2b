"""A year of obligations across Spring Festival 2026 and New Year 2027, in the register (Art. 12, 13).

Every change of state is held against what the vectors say; the clock is the test's. `test_clocks` goes day by day.
"""

from collections import defaultdict
from datetime import date, timedelta

from gateway.workdays import official_calendar, read_notice
from schema.obligations import ObligationFilter, ObligationState, ReminderState
from tests.gateway.collection.obligations.conftest import APPROVER, OPERATOR, House, at

_S = ObligationState
NOTICE = """
year: 2027
document: 国办发明电〔2026〕99号
title: 国务院办公厅关于2027年部分节假日安排的通知
issuedOn: 2026-12-20
daysOff:
  - {festival: 元旦, from: 2027-01-01, to: 2027-01-03}
  - {festival: 春节, from: 2027-02-05, to: 2027-02-12}
  - {festival: 清明节, from: 2027-04-03, to: 2027-04-05}
  - {festival: 劳动节, from: 2027-05-01, to: 2027-05-05}
  - {festival: 端午节, from: 2027-06-09}
  - {festival: 中秋节, from: 2027-09-15}
  - {festival: 国庆节, from: 2027-10-01, to: 2027-10-07}
makeUpDays:
  - {festival: 元旦, day: 2027-01-09}
"""
DUE = {
    "2026-01": "2026-02-13",
    "2026-02": "2026-03-13",
    "2026-03": "2026-04-15",
    "2026-04": "2026-05-18",
    "2026-05": "2026-06-12",
    "2026-06": "2026-07-14",
    "2026-07": "2026-08-14",
    "2026-08": "2026-09-14",
    "2026-09": "2026-10-20",
    "2026-10": "2026-11-13",
    "2026-11": "2026-12-14",
    "2026-12": "2027-01-15",
    "2026-Q1": "2026-04-15",
    "2026-Q2": "2026-07-14",
    "2026-Q3": "2026-10-20",
    "2026-Q4": "2027-01-15",
}
"""The vectors' days: period, and until when ten working days after it run."""
NOT_REPORTED = "2026-09"
"""The month that the tax authority forgets; the court forgets the last of the year."""


async def of(house: House, agency: str) -> dict[str, ObligationState]:
    """Give the states of an agency's obligations by record type and period."""
    found: dict[str, ObligationState] = {}
    cursor = None
    while True:
        page = await house.desk(OPERATOR).obligations(ObligationFilter(agency=agency), (100, cursor))
        found |= {f"{each.record_type} {each.period}": each.state for each in page.nodes}
        if not page.page_info.has_next_page:
            return found
        cursor = page.page_info.end_cursor


def report(house: House, day: date) -> None:
    """Tell what is reported on a day: everything in the last hour of its last day, but for what is forgotten."""
    if day.day % 7 == 0:  # the connected system's nil of some days
        house.receipts.tell("MARKET_REGULATION", "Branch", at(day.isoformat(), 1))
    for period, due in DUE.items():
        if day.isoformat() == due and period != NOT_REPORTED:
            house.receipts.tell("TAX", "TaxArrears" if "Q" in period else "AbnormalTaxpayer", at(due, 23), period)
            if period != "2026-12" and "Q" not in period:
                house.receipts.tell("COURT", "EnforcementCase", at(due, 23))
    if day == date(2026, 11, 5):
        house.receipts.tell("TAX", "AbnormalTaxpayer", at("2026-11-05"), NOT_REPORTED)


def is_of_interest(day: date) -> bool:
    """Say whether anything may change on a day: months begin, a last day is there, or just over."""
    due = {date.fromisoformat(each) for each in DUE.values()}
    near = any(day - timedelta(days=n) in due for n in (0, 1, 2))
    return near or day.day == 1 or day == date(2026, 11, 6)


async def remind(house: House, day: date) -> bool:
    """Send what was drafted to the tax authority; say whether there was anything."""
    drafts = await house.desk(OPERATOR).reminders(ReminderState.DRAFT, None, (100, None))
    assert all(item.due_status.value == "CONFIRMED" for each in drafts.nodes for item in each.obligations)
    own = [each.id for each in drafts.nodes if each.agency == "TAX" and official_calendar().works(day)]
    for each in own:
        await house.desk(OPERATOR).send_reminder(each, "钟信维")
    return bool(own)


async def test_a_year_goes_by_and_every_state_comes_on_its_day(every_house: House) -> None:
    house = every_house
    day, last = date(2026, 1, 1), date(2027, 1, 20)
    seen: defaultdict[str, dict[ObligationState, date]] = defaultdict(dict)
    sent: list[date] = []
    while day <= last:
        report(house, day)
        if not is_of_interest(day):
            day += timedelta(days=1)
            continue
        await house.go_to(at(day.isoformat(), 0))
        for agency in ("TAX", "COURT"):
            for name, state in (await of(house, agency)).items():
                seen[f"{agency} {name}"].setdefault(state, day)
        if await remind(house, day):
            sent.append(day)
        day += timedelta(days=1)
    one = timedelta(days=1)
    for period, due in DUE.items():
        record = "TaxArrears" if "Q" in period else "AbnormalTaxpayer"
        states = seen[f"TAX {record} {period}"]
        overdue = date.fromisoformat(due) + one
        if period == NOT_REPORTED:
            assert list(states) == [_S.PLANNED, _S.DUE, _S.OVERDUE, _S.REMINDED, _S.MET_LATE]
            assert states[_S.OVERDUE] == overdue
            assert states[_S.REMINDED] == overdue + one  # sent on the day, seen on the next
        elif due < "2027":
            assert list(states) == [_S.PLANNED, _S.DUE, _S.MET]
            assert states[_S.MET] == overdue  # reported in the last hour of its last day
        ends = {"2026-Q1": "04-01", "2026-Q2": "07-01", "2026-Q3": "10-01"}
        if period in ends:
            assert states[_S.DUE].isoformat() == f"2026-{ends[period]}"
    assert sent == [date(2026, 10, 21)]
    assert _S.MET_LATE in seen["TAX AbnormalTaxpayer 2026-09"]
    court = seen["COURT EnforcementCase 2026-12"]
    assert list(court) == [_S.PLANNED, _S.DUE, _S.OVERDUE]
    assert court[_S.OVERDUE] == date(2027, 1, 16)


async def test_nobody_is_reminded_of_a_provisional_day_until_its_year_is_announced(house: House) -> None:
    await house.go_to(at("2026-12-31"))
    await house.go_to(at("2027-01-25"))
    by = ObligationFilter(agency="COURT", state=_S.OVERDUE)
    (overdue,) = (await house.desk(OPERATOR).obligations(by, (100, None))).nodes
    assert (overdue.period, overdue.due_on, overdue.due_status.value) == ("2026-12", date(2027, 1, 15), "PROVISIONAL")
    courts = await house.desk(OPERATOR).reminders(None, "COURT", (100, None))
    assert courts.nodes == []
    text = NOTICE
    await house.calendars.take(read_notice(text), text, by="root", at=house.now)
    await house.go_to(at("2027-01-25", 10))
    (overdue,) = (await house.desk(OPERATOR).obligations(by, (100, None))).nodes
    assert (overdue.due_on, overdue.due_status.value) == (date(2027, 1, 14), "CONFIRMED")  # 9 January is worked
    (step,) = overdue.history
    assert "2027-01-15 PROVISIONAL → 2027-01-14 CONFIRMED" in (step.reason or "")
    (draft,) = (await house.desk(OPERATOR).reminders(None, "COURT", (100, None))).nodes
    assert [each.period for each in draft.obligations] == ["2026-12"]


async def test_a_grace_that_crosses_into_a_year_unknown_is_followed_by_no_report_until_it_is_known(
    house: House,
) -> None:
    await house.go_to(at("2026-11-30"))
    await house.go_to(at("2026-12-29"))
    (draft,) = (await house.desk(OPERATOR).reminders(ReminderState.DRAFT, "COURT", (100, None))).nodes
    payload = await house.desk(OPERATOR).send_reminder(draft.id, "")
    assert payload.reminder is not None
    assert (payload.reminder.grace_on, str(payload.reminder.grace_status)) == (date(2027, 1, 6), "PROVISIONAL")
    await house.go_to(at("2027-01-13"))
    assert (await house.desk(APPROVER).reports(None, None, (10, None))).total_count == 0
    await house.calendars.take(read_notice(NOTICE), NOTICE, by="root", at=house.now)
    await house.go_to(at("2027-01-13", 10))
    (report,) = (await house.desk(APPROVER).reports(None, None, (10, None))).nodes
    assert report.reminder == draft.id
