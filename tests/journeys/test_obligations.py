"""What is due, met by what an agency sends at its own door, reminded of by the centre: by the graph (Art. 12, 13)."""

import time
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from gateway.store import migrate, open_store
from tests.journeys.reporting import COMPANY, Reporter, honour, reporting, settings_of

LIST = """query Due($filter: ObligationFilter, $first: Int = 100, $after: String) {
  obligations(filter: $filter, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    nodes { id agency agencyName recordType recordTypeName kind mode period dueOn dueStatus state metAt submission
      records legalBasis { article item } } } }"""
ONE = """query One($id: ID!) { obligation(id: $id) { state dueOn days { day nth kind reasonChinese document }
  history { from to actor reason } reminder } }"""
DRAFTS = """query Drafts($agency: String) { reportingReminders(state: DRAFT, agency: $agency) { totalCount
  nodes { id number agency state letter { title number rows { recordType period explained } digest }
    obligations { id } } } }"""
SEND = """mutation Send($id: ID!) { sendReminder(id: $id, signatory: "钟信维") {
  reminder { id number state graceOn graceStatus sentAt letter { digest } } errors { code field } } }"""
READ = """mutation Read($id: ID!) { acknowledgeReminder(id: $id) { reminder { readBy delivery } errors { code } } }"""
SEPTEMBER = "TAX.AbnormalTaxpayer.2026-09"


@pytest.fixture
async def reporter(url: str, tmp_path: Path) -> AsyncIterator[Reporter]:
    """Give a reporter before a house in which duties count since September, and today is 23 November 2026."""
    await migrate(url)
    over = {
        "obligations": {"since": date(2026, 9, 1), "every_s": 3600},
        "collection": {"agencies": {"TAX": {"mode": "BATCH"}}},
    }
    async with reporting(settings_of(url, tmp_path, **over)) as someone:
        yield someone


async def due(reporter: Reporter, persona: str, **by: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401 (an input)
    told = await reporter.ask(LIST, {"filter": by}, persona=persona)
    assert told.errors == []
    return {each["id"]: each for each in told.data["obligations"]["nodes"]}


async def fresh(reporter: Reporter) -> None:
    """Let the house look at its receipts now, as it does every minute."""
    assert reporter.house.graph.collection is not None
    room = reporter.house.graph.collection.obligations
    await room.bring_up(time.time() + reporter.house.graph.today_offset_s, forced=True)


async def test_a_nil_submission_meets_what_is_overdue_and_it_stays_known_as_late(reporter: Reporter) -> None:
    own = await due(reporter, "tax-reporter", state="OVERDUE")
    assert SEPTEMBER in own
    assert {each["agency"] for each in own.values()} == {"TAX"}
    assert own[SEPTEMBER] | {"metAt": None} == {
        "id": SEPTEMBER,
        "agency": "TAX",
        "agencyName": "税务机关",
        "recordType": "AbnormalTaxpayer",
        "recordTypeName": "非正常户认定信息",
        "kind": "PERIODIC",
        "mode": "BATCH",
        "period": "2026-09",
        "dueOn": "2026-10-20",
        "dueStatus": "CONFIRMED",
        "state": "OVERDUE",
        "metAt": None,
        "submission": None,
        "records": None,
        "legalBasis": {"article": "12", "item": "2"},
    }
    sent = await reporter.report([], "AbnormalTaxpayer", period="2026-09")
    assert sent.status == 201, sent.body
    await fresh(reporter)
    now = await due(reporter, "tax-reporter", recordType="AbnormalTaxpayer")
    assert (now[SEPTEMBER]["state"], now[SEPTEMBER]["submission"]) == ("MET_LATE", sent.json["id"])
    assert now["TAX.AbnormalTaxpayer.2026-10"]["state"] == "OVERDUE"
    assert now["TAX.AbnormalTaxpayer.2026-11"]["state"] == "PLANNED"


async def test_a_due_date_is_explained_day_by_day_with_whose_notice(reporter: Reporter) -> None:
    told = await reporter.ask(ONE, {"id": SEPTEMBER}, persona="centre-operator")
    days = {each["day"]: each for each in told.data["obligation"]["days"]}
    assert days["2026-10-10"] == {
        "day": "2026-10-10",
        "nth": 3,
        "kind": "MAKE_UP",
        "reasonChinese": "星期六，因国庆节调休上班",
        "document": "国务院办公厅关于2026年部分节假日安排的通知",
    }
    assert days["2026-10-20"]["nth"] == 10
    assert days["2026-10-05"]["nth"] is None


async def test_who_is_no_agency_and_no_staff_sees_nothing(reporter: Reporter) -> None:
    for persona in ("public", "company", "credit-service"):
        assert await due(reporter, persona) == {}
        assert (await reporter.ask(ONE, {"id": SEPTEMBER}, persona=persona)).data["obligation"] is None
        assert (await reporter.ask(DRAFTS, persona=persona)).data["reportingReminders"]["totalCount"] == 0
    assert {each["agency"] for each in (await due(reporter, "supervisor")).values()} > {"TAX"}


async def test_an_operator_reminds_the_agency_reads_and_every_step_is_an_entry(reporter: Reporter) -> None:
    drafts = (await reporter.ask(DRAFTS, {"agency": "TAX"}, persona="centre-operator")).data["reportingReminders"]
    (draft,) = drafts["nodes"]
    assert (draft["number"], draft["letter"]["number"]) == (None, "信催〔2026〕　号")
    assert SEPTEMBER in [each["id"] for each in draft["obligations"]]
    for persona in ("tax-reporter", "centre-approver", "public"):
        refused = await reporter.ask(SEND, {"id": draft["id"]}, persona=persona)
        assert refused.codes == ["FORBIDDEN"]
    async with reporter.leaving(1):
        told = await reporter.ask(SEND, {"id": draft["id"]}, persona="centre-operator")
    sent = told.data["sendReminder"]["reminder"]
    assert (sent["number"], sent["state"], sent["graceOn"]) == ("信催〔2026〕1号", "SENT", "2026-11-30")
    again = await reporter.ask(SEND, {"id": draft["id"]}, persona="centre-operator")
    assert again.codes == ["STATE_CONFLICT"]
    assert again.errors[0]["extensions"]["state"] == "SENT"
    assert again.errors[0]["extensions"]["legalBasis"]["article"] == "13"
    read = await reporter.ask(READ, {"id": draft["id"]}, persona="tax-reporter")
    assert read.data["acknowledgeReminder"]["reminder"] == {"readBy": "demo:tax-reporter", "delivery": "PLATFORM"}
    assert (await due(reporter, "tax-reporter", reminder=draft["id"]))[SEPTEMBER]["state"] == "REMINDED"


async def test_a_page_of_obligations_goes_on_where_it_ended(reporter: Reporter) -> None:
    seen: list[str] = []
    page: dict[str, Any] = {"pageInfo": {"hasNextPage": True, "endCursor": None}}
    while page["pageInfo"]["hasNextPage"]:
        after = page["pageInfo"]["endCursor"]
        told = await reporter.ask(LIST, {"filter": {"agency": "TAX"}, "first": 7, "after": after}, persona="supervisor")
        page = told.data["obligations"]
        seen += [each["id"] for each in page["nodes"]]
    assert len(seen) == len(set(seen)) == page["totalCount"]
    after = page["pageInfo"]["endCursor"]
    foreign = await reporter.ask(LIST, {"filter": {}, "first": 7, "after": after}, persona="auditor")
    assert foreign.codes == ["BAD_USER_INPUT"]


def penalty(number: str, decided: str) -> dict[str, Any]:
    """Give a penalty's row."""
    return {
        "subjectUnifiedSocialCreditCode": COMPANY,
        "subjectName": "某公司",
        "penaltyDocumentNumber": number,
        "violationType": "未按规定申报",
        "violationFacts": "逾期未申报",
        "counterpartyName": "某公司",
        "counterpartyCategory": "LEGAL_PERSON_OR_ORGANIZATION",
        "penaltyBasis": "某法第一条",
        "penaltyTypes": ["WARNING"],
        "penaltyContent": "警告",
        "decisionDate": decided,
        "authorityName": "某税务局",
        "authorityCode": "11410199DEM0000490",
        "sourceUnitName": "某税务局",
        "sourceUnitCode": "11410199DEM0000490",
    }


async def test_a_penalty_that_came_after_its_seven_working_days_is_a_late_fact_about_its_receipt(
    reporter: Reporter,
) -> None:
    rows = [penalty("税罚〔2026〕1号", "2026-11-11"), penalty("税罚〔2026〕2号", "2026-11-12")]
    told = await reporter.report(rows, "AdministrativePenalty")
    taken = told.json["counts"]["accepted"]
    assert taken == 2, told.json
    await fresh(reporter)
    found = await due(reporter, "tax-reporter", recordType="AdministrativePenalty")
    ((name, late),) = found.items()
    assert name == f"TAX.AdministrativePenalty.2026-11-11.{told.json['id']}"
    assert (late["kind"], late["state"], late["dueOn"], late["records"]) == ("DECISION", "MET_LATE", "2026-11-20", 1)


async def test_every_answer_says_of_its_sources_when_they_reported_and_whether_they_are_overdue(
    reporter: Reporter,
) -> None:
    asked = """query($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) {
      sources { connector lastSubmission overdue } } }"""
    await fresh(reporter)
    await reporter.report([honour()])
    told = await reporter.ask(asked, {"code": COMPANY})
    (centre,) = told.data["subject"]["sources"]
    assert (centre["connector"], centre["overdue"]) == ("CREDIT_CENTRE", True)
    assert centre["lastSubmission"].startswith("2026-11-2")


async def test_where_it_is_not_known_how_agencies_report_no_answer_is_silent_about_it(
    reporter: Reporter, url: str
) -> None:
    asked = """query($code: String!) { who: subject(by: {unifiedSocialCreditCode: $code}) {
      sources { connector late: overdue } } }"""
    await reporter.report([honour()])
    store = open_store(url)
    async with store.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE obligation RENAME TO elsewhere"))
    await store.close()
    told = await reporter.ask(asked, {"code": COMPANY})
    assert told.data["who"]["sources"] == [{"connector": "CREDIT_CENTRE", "late": None}]
    (error,) = told.errors
    assert (error["path"], error["extensions"]["code"]) == (["who", "sources", 0, "late"], "SOURCE_UNAVAILABLE")


async def test_what_no_database_could_hold_is_nobodys(reporter: Reporter) -> None:
    assert await due(reporter, "supervisor", agency="TAX\x00") == {}
    assert await due(reporter, "supervisor", dueFrom="0001-01-01", dueBefore="0001-01-02") == {}
    assert len(await due(reporter, "supervisor", dueBefore="9999-12-31")) > 1
    assert (await reporter.ask(ONE, {"id": "\x00"}, persona="supervisor")).data["obligation"] is None
    sent = await reporter.ask(SEND, {"id": "\x00"}, persona="centre-operator")
    assert sent.codes == ["BAD_USER_INPUT"]


async def test_the_day_is_the_houses_own(reporter: Reporter) -> None:
    by = {"dueFrom": "2026-11-23", "dueBefore": str(date(2026, 11, 23) + timedelta(days=60)), "agency": "TAX"}
    ahead = await due(reporter, "tax-reporter", **by)
    assert {each["dueOn"] for each in ahead.values()} == {"2026-12-14", "2027-01-15"}
    assert ahead["TAX.AbnormalTaxpayer.2026-12"]["dueStatus"] == "PROVISIONAL"
