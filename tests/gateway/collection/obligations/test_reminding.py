"""Reminders and reports: drafted by the house, signed, sent, submitted and decided by people (Art. 13)."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gateway.collection.obligations import ObligationsRoom
from gateway.errors import BadUserInput, Forbidden, StateConflict
from gateway.workdays import Calendars, read_notice
from schema.obligation_desk import OutcomeInput
from schema.obligations import (
    CriticismReport,
    CriticismReportState,
    Delivery,
    ObligationFilter,
    ObligationState,
    ReminderState,
    ReportingReminder,
)
from schema.terms import SubmissionMode
from tests.gateway.collection.obligations.conftest import APPROVER, COURT, OPERATOR, SUPERVISOR, TAX, House, at

_S = ObligationState
PAGE = (100, None)
BEGUN = at("2026-03-01")
OVERDUE = at("2026-04-16")
"""The day after the fifteenth, until which March and the first quarter of 2026 were to be reported."""


async def drafted(house: House, agency: str = "TAX") -> ReportingReminder:
    """Go to the day after something was due, and give what was drafted."""
    await house.go_to(BEGUN)
    await house.go_to(OVERDUE)
    (draft,) = (await house.desk(OPERATOR).reminders(ReminderState.DRAFT, agency, PAGE)).nodes
    return draft


async def sent(house: House, agency: str = "TAX") -> ReportingReminder:
    draft = await drafted(house, agency)
    payload = await house.desk(OPERATOR).send_reminder(draft.id, "钟信维")
    assert payload.reminder is not None
    return payload.reminder


async def reported_on(house: House) -> CriticismReport:
    """Let a reminder and its grace be in vain, and give the report that was drafted."""
    await sent(house)
    await house.go_to(at("2026-04-24", 0))
    (report,) = (await house.desk(APPROVER).reports(None, "TAX", PAGE)).nodes
    return report


async def states(house: House, agency: str = "TAX") -> set[ObligationState]:
    by = ObligationFilter(agency=agency, due_before=date(2026, 4, 16))
    return {each.state for each in (await house.desk(OPERATOR).obligations(by, PAGE)).nodes}


async def test_a_draft_holds_what_is_overdue_and_explains_each_day(house: House) -> None:
    draft = await drafted(house)
    assert [(each.record_type, each.period) for each in draft.obligations] == [
        ("AbnormalTaxpayer", "2026-03"),
        ("TaxArrears", "2026-Q1"),
    ]
    assert (draft.state, draft.number, draft.sent_at) == (ReminderState.DRAFT, None, None)
    letter = draft.letter
    assert letter.title == "关于报送公共信用信息的催报通知"
    assert letter.addressee == "税务机关"
    assert "郑政办〔2017〕80号" in letter.opening[0]
    assert letter.rows[0].explained == (
        "自2026年3月31日次日起第10个工作日，至2026年4月15日24时（4月4日至4月6日清明节放假）"
    )
    assert "第十三条" in letter.closing[0]
    assert "2026年4月23日24时前" in letter.closing[0]
    days = {each.day: each for each in draft.obligations[0].days}
    assert days[date(2026, 4, 15)].nth == 10
    assert days[date(2026, 4, 6)].reason_chinese == "星期一，清明节放假"


async def test_a_court_is_asked_and_not_told(house: House) -> None:
    draft = await drafted(house, "COURT")
    assert draft.letter.title == "关于商请报送公共信用信息的函"
    told = "".join([*draft.letter.opening, *draft.letter.closing])
    assert "商请贵院" in told
    assert "报市政府" not in told


async def test_an_operator_signs_and_sends_and_the_letter_stays_as_it_was(house: House) -> None:
    reminder = await sent(house)
    assert (reminder.number, reminder.signed_by, reminder.signatory) == ("信催〔2026〕1号", OPERATOR.person, "钟信维")
    assert (reminder.grace_on, str(reminder.grace_status)) == (date(2026, 4, 23), "CONFIRMED")
    assert await states(house) == {_S.REMINDED}
    await house.go_to(OVERDUE + timedelta(days=1))
    again = await house.desk(TAX).reminder(reminder.id)
    assert again is not None
    assert again.letter == reminder.letter
    assert [(each.from_, each.to, each.actor) for each in again.history] == [
        (None, "DRAFT", "GATEWAY"),
        ("DRAFT", "SENT", OPERATOR.person),
    ]
    (of_one, *_) = again.obligations
    assert [(each.from_, each.to, each.legal_basis.article) for each in of_one.history] == [
        ("OVERDUE", "REMINDED", "13")
    ]
    with pytest.raises(StateConflict):
        await house.desk(OPERATOR).send_reminder(reminder.id, "钟信维")


async def test_numbers_are_given_in_turn_when_somebody_signs(house: House) -> None:
    first = await sent(house)
    second = await sent(house, "COURT")
    assert [first.number, second.number] == ["信催〔2026〕1号", "信催〔2026〕2号"]


@pytest.mark.parametrize("who", [APPROVER, SUPERVISOR, TAX])
async def test_nobody_but_an_operator_of_the_centre_sends(house: House, who: object) -> None:
    draft = await drafted(house)
    with pytest.raises(Forbidden):
        await house.desk(who).send_reminder(draft.id, "某人")  # type: ignore[arg-type]  # a caller


async def test_no_reminder_goes_out_on_a_day_off(house: House) -> None:
    await drafted(house)
    await house.go_to(at("2026-05-02"))
    (draft,) = (await house.desk(OPERATOR).reminders(ReminderState.DRAFT, "TAX", PAGE)).nodes
    with pytest.raises(StateConflict) as conflict:
        await house.desk(OPERATOR).send_reminder(draft.id, "钟信维")
    assert "劳动节" in conflict.value.detail.chinese


async def test_what_was_reported_meanwhile_is_left_out_and_a_draft_with_nothing_left_is_given_up(
    every_house: House,
) -> None:
    house = every_house
    draft = await drafted(house)
    house.receipts.tell("TAX", "TaxArrears", OVERDUE + timedelta(hours=1))
    house.now = OVERDUE + timedelta(hours=2)
    payload = await house.desk(OPERATOR).send_reminder(draft.id, "")
    assert payload.reminder is not None
    assert [each.record_type for each in payload.reminder.obligations] == ["AbnormalTaxpayer"]
    (court,) = (await house.desk(OPERATOR).reminders(ReminderState.DRAFT, "COURT", PAGE)).nodes
    house.receipts.tell("COURT", "EnforcementCase", OVERDUE + timedelta(hours=3))
    await house.go_to(OVERDUE + timedelta(hours=4))
    gone = await house.desk(OPERATOR).reminder(court.id)
    assert gone is not None
    assert (gone.state, gone.number) == (ReminderState.WITHDRAWN, None)
    with pytest.raises(StateConflict):
        await house.desk(OPERATOR).send_reminder(court.id, "钟信维")


async def test_a_draft_that_is_given_up_is_drafted_anew(house: House) -> None:
    draft = await drafted(house)
    refused = await house.desk(OPERATOR).withdraw_reminder(draft.id, "")
    assert [each.field for each in refused.errors] == [["reason"]]
    payload = await house.desk(OPERATOR).withdraw_reminder(draft.id, "措辞有误")
    assert payload.reminder is not None
    assert payload.reminder.state is ReminderState.WITHDRAWN
    await house.go_to(OVERDUE + timedelta(minutes=5))
    (anew,) = (await house.desk(OPERATOR).reminders(ReminderState.DRAFT, "TAX", PAGE)).nodes
    assert anew.id != draft.id
    assert len(anew.obligations) == 2


async def test_delivery_and_reading_are_recorded(every_house: House) -> None:
    house = every_house
    reminder = await sent(house)
    desk = house.desk(OPERATOR)
    early = await desk.record_delivery(reminder.id, Delivery.POST, OVERDUE - timedelta(days=1), "挂号 1234")
    assert [each.field for each in early.errors] == [["at"]]
    none = await desk.record_delivery(reminder.id, Delivery.POST, OVERDUE, "")
    assert [each.field for each in none.errors] == [["reference"]]
    done = await desk.record_delivery(reminder.id, Delivery.EXCHANGE, OVERDUE, "公文交换 2026-0416")
    assert done.reminder is not None
    assert (done.reminder.delivery, done.reminder.delivered_at) == (Delivery.EXCHANGE, OVERDUE)
    with pytest.raises(BadUserInput):
        await house.desk(COURT).acknowledge(reminder.id)
    with pytest.raises(Forbidden):
        await desk.acknowledge(reminder.id)
    read = (await house.desk(TAX).acknowledge(reminder.id)).reminder
    assert read is not None
    assert (read.read_by, read.read_at, read.delivery) == (TAX.person, OVERDUE, Delivery.EXCHANGE)
    house.now = OVERDUE + timedelta(days=1)
    again = (await house.desk(TAX).acknowledge(reminder.id)).reminder
    assert again is not None
    assert again.read_at == OVERDUE


async def test_what_is_read_on_the_platform_was_delivered_there(house: House) -> None:
    reminder = await sent(house)
    read = (await house.desk(TAX).acknowledge(reminder.id)).reminder
    assert read is not None
    assert (read.delivery, read.delivered_at) == (Delivery.PLATFORM, OVERDUE)


async def test_a_report_is_drafted_only_after_the_grace_is_over(house: House) -> None:
    await sent(house)
    await house.go_to(at("2026-04-23", 23))
    assert (await house.desk(APPROVER).reports(None, None, PAGE)).total_count == 0
    await house.go_to(at("2026-04-24", 0))
    (report,) = (await house.desk(APPROVER).reports(None, None, PAGE)).nodes
    assert (report.state, report.number) == (CriticismReportState.DRAFT, None)
    assert "信催〔2026〕1号" in report.letter.opening[0]
    assert report.letter.addressee == "市政府"
    assert await states(house) == {_S.REMINDED}  # a draft changes nothing


async def test_people_submit_a_report_and_record_what_came_of_it(every_house: House) -> None:
    house = every_house
    report = await reported_on(house)
    for who in (OPERATOR, SUPERVISOR, TAX):
        with pytest.raises(Forbidden):
            await house.desk(who).submit_report(report.id)
    submitted = (await house.desk(APPROVER).submit_report(report.id)).report
    assert submitted is not None
    assert (submitted.state, submitted.number) == (CriticismReportState.SUBMITTED, "信报〔2026〕1号")
    assert await states(house) == {_S.ESCALATED}
    on = date(2026, 4, 24)
    desk = house.desk(SUPERVISOR)
    for outcome, field in (
        (OutcomeInput(issued=True, on=on), "document"),
        (OutcomeInput(issued=False, on=on), "reason"),
        (OutcomeInput(issued=True, on=date(2026, 4, 1), document="郑政通〔2026〕3号"), "on"),
    ):
        refused = await desk.record_outcome(report.id, outcome)
        assert [each.field[-1] for each in refused.errors] == [field]
    issued = (
        await desk.record_outcome(report.id, OutcomeInput(issued=True, on=on, document="郑政通〔2026〕3号"))
    ).report
    assert issued is not None
    assert (issued.state, issued.outcome_document) == (CriticismReportState.ISSUED, "郑政通〔2026〕3号")
    assert await states(house) == {_S.CRITICISED}
    house.receipts.tell("TAX", "TaxArrears", at("2026-04-25"))
    house.receipts.tell("TAX", "AbnormalTaxpayer", at("2026-04-25"))
    await house.go_to(at("2026-04-26"))
    assert await states(house) == {_S.MET_LATE}
    (one, *_) = (await house.desk(TAX).obligations(ObligationFilter(state=_S.MET_LATE), PAGE)).nodes
    assert [each.to for each in one.history] == ["REMINDED", "ESCALATED", "CRITICISED", "MET_LATE"]


async def test_the_government_may_spare_an_agency(house: House) -> None:
    report = await reported_on(house)
    await house.desk(APPROVER).submit_report(report.id)
    outcome = OutcomeInput(issued=False, on=date(2026, 4, 24), reason="已说明理由")
    spared = (await house.desk(APPROVER).record_outcome(report.id, outcome)).report
    assert spared is not None
    assert spared.state is CriticismReportState.NOT_ISSUED
    assert await states(house) == {_S.NOT_CRITICISED}


async def test_a_report_that_became_needless_is_given_up_and_one_given_up_by_people_is_not_drafted_anew(
    house: House,
) -> None:
    report = await reported_on(house)
    house.receipts.tell("TAX", "TaxArrears", at("2026-04-24", 1))
    house.receipts.tell("TAX", "AbnormalTaxpayer", at("2026-04-24", 1))
    await house.go_to(at("2026-04-24", 2))
    gone = await house.desk(APPROVER).report(report.id)
    assert gone is not None
    assert gone.state is CriticismReportState.WITHDRAWN
    with pytest.raises(StateConflict):
        await house.desk(APPROVER).submit_report(report.id)


async def test_a_report_that_people_give_up_is_not_drafted_anew(house: House) -> None:
    report = await reported_on(house)
    assert (await house.desk(APPROVER).withdraw_report(report.id, "")).errors
    done = (await house.desk(APPROVER).withdraw_report(report.id, "单位已书面说明")).report
    assert done is not None
    assert done.state is CriticismReportState.WITHDRAWN
    await house.go_to(at("2026-04-27"))
    assert (await house.desk(APPROVER).reports(CriticismReportState.DRAFT, None, PAGE)).total_count == 0


async def test_an_agency_sees_its_own_and_others_nothing(house: House) -> None:
    draft = await drafted(house)
    assert await house.desk(TAX).reminder(draft.id) is None  # it was not sent
    assert (await house.desk(TAX).reminders(None, None, PAGE)).total_count == 0
    mine = await house.desk(TAX).obligations(None, PAGE)
    assert {each.agency for each in mine.nodes} == {"TAX"}
    assert await house.desk(TAX).obligation("COURT.EnforcementCase.2026-03") is None
    assert await house.desk(TAX).obligation("TAX.TaxArrears.2026-Q1") is not None
    reminder = (await house.desk(OPERATOR).send_reminder(draft.id, "")).reminder
    assert reminder is not None
    assert (await house.desk(COURT).reminders(None, None, PAGE)).total_count == 0
    with pytest.raises(BadUserInput):
        await house.desk(COURT).acknowledge(reminder.id)


async def test_a_notice_that_moves_a_day_takes_it_out_of_a_draft(every_house: House) -> None:
    house = every_house
    draft = await drafted(house)
    text = """
year: 2026
kind: AMENDMENT
document: 国办发明电〔2026〕9号
title: 关于延长2026年清明节假期的通知
issuedOn: 2026-04-02
daysOff:
  - {festival: 清明节, from: 2026-04-07, to: 2026-04-08}
"""
    await house.calendars.take(read_notice(text), text, by="root", at=house.now)
    await house.go_to(OVERDUE + timedelta(minutes=10))
    gone = await house.desk(OPERATOR).reminder(draft.id)
    assert gone is not None
    assert gone.state is ReminderState.WITHDRAWN
    moved = await house.desk(TAX).obligation("TAX.TaxArrears.2026-Q1")
    assert moved is not None
    assert (moved.state, moved.due_on) == (_S.DUE, date(2026, 4, 17))
    assert "2026-04-15 CONFIRMED → 2026-04-17 CONFIRMED" in (moved.history[0].reason or "")
    assert [each.nth for each in moved.days if each.nth] == list(range(1, 11))


async def test_an_agency_that_reports_in_another_way_owes_the_new_way(every_house: House) -> None:
    house = every_house
    await house.go_to(at("2026-03-10"))
    house.ledger.modes["TAX"]["AbnormalTaxpayer"] = SubmissionMode.SYSTEM
    await house.go_to(at("2026-03-11"))
    by = ObligationFilter(record_type="AbnormalTaxpayer")
    found = {each.period: each.state for each in (await house.desk(TAX).obligations(by, PAGE)).nodes}
    assert found["2026-03"] is _S.WITHDRAWN
    assert found["2026-03-11"] is _S.DUE
    house.ledger.modes["TAX"]["AbnormalTaxpayer"] = SubmissionMode.MANUAL
    await house.go_to(at("2026-03-12"))
    found = {each.period: each.state for each in (await house.desk(TAX).obligations(by, PAGE)).nodes}
    assert found["2026-03"] is _S.PLANNED
    assert found["2026-03-13"] is _S.WITHDRAWN


async def test_two_houses_at_once_write_nothing_twice(every_house: House) -> None:
    house = every_house
    await house.go_to(BEGUN)
    upkeep = replace(house.room.upkeep, calendars=Calendars(house.store.engine))
    other = ObligationsRoom(upkeep, house.room.seals, house.room.correspondence)
    instant = OVERDUE.timestamp()
    await asyncio.gather(house.room.bring_up(instant, forced=True), other.bring_up(instant, forced=True))
    house.now = OVERDUE
    found = (await house.desk(OPERATOR).obligations(ObligationFilter(agency="TAX"), PAGE)).nodes
    assert len({each.id for each in found}) == len(found)
    assert (await house.desk(OPERATOR).reminders(ReminderState.DRAFT, "TAX", PAGE)).total_count == 1


async def test_a_reminder_speaks_of_no_more_than_can_be_read(house: House) -> None:
    house.ledger.modes["MARKET_REGULATION"]["AbnormalOperation"] = SubmissionMode.SYSTEM
    await house.go_to(at("2026-01-01"))
    await house.go_to(at("2026-12-31", 8))  # what is overdue comes into drafts five hundred at a time
    await house.go_to(at("2026-12-31", 9))
    (draft,) = (await house.desk(OPERATOR).reminders(ReminderState.DRAFT, "MARKET_REGULATION", PAGE)).nodes
    assert len(draft.obligations) == 500
    await house.go_to(at("2026-12-31", 10))
    await house.desk(OPERATOR).send_reminder(draft.id, "钟信维")
    await house.go_to(at("2026-12-31", 11))
    (rest,) = (await house.desk(OPERATOR).reminders(ReminderState.DRAFT, "MARKET_REGULATION", PAGE)).nodes
    assert len(rest.obligations) == 2 * 364 - 500
