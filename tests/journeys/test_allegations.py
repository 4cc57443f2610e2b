"""What the house brings as evidence: not competent, unmet after criticism, altered behind its back (Art. 25)."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from connectors.credit_centre import REPORTED_RECORD
from gateway.collection.violations.allegations import Allegations, Found
from gateway.collection.violations.case import Case
from gateway.collection.violations.errors import CasesUnavailable
from gateway.collection.violations.register import CaseRegister
from gateway.collection.violations.watching import Watching
from gateway.collection.workbooks import media_type
from gateway.store.tables import OBLIGATION, OBLIGATION_STEP, RECORD_VERSION
from tests.gateway.collection.workbooks.filled import filled
from tests.journeys.reporting import Reporter, honour

TRAIL = "query($first: Int) { queryLog(first: $first) { nodes { operationName document errors } } }"
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def allegations(reporter: Reporter) -> Allegations:
    graph: Any = reporter.house.graph
    found: Allegations = graph.collection.allegations
    return found


async def cases(reporter: Reporter) -> list[Case]:
    return (await CaseRegister(allegations(reporter).engine, 10.0).page([], 100, None))[0]


async def acts(reporter: Reporter, newest: int) -> list[tuple[str, str, list[str]]]:
    """Give what the newest entries are of: which act, by which document, with which errors; the first first."""
    told_of = await reporter.ask(TRAIL, {"first": newest}, persona="auditor")
    nodes = told_of.data["queryLog"]["nodes"]
    return [(each["operationName"], each["document"], each["errors"]) for each in reversed(nodes)]


async def told(reporter: Reporter) -> list[tuple[str, str, int]]:
    return [(str(each.kind.value), each.agency, len(each.evidence)) for each in await cases(reporter)]


async def criticise(reporter: Reporter, name: str, at: datetime) -> None:
    """Plant an obligation that was criticised at an instant, and is unmet."""
    row = {
        "id": name,
        "agency": "COURT",
        "record_type": "EnforcementCase",
        "kind": "PERIODIC",
        "mode": "BATCH",
        "cycle": "MONTHLY",
        "period": "2026-09",
        "period_from": date(2026, 9, 1),
        "period_to": date(2026, 9, 30),
        "opens_at": at - timedelta(40),
        "due_on": date(2026, 10, 20),
        "due_at": at - timedelta(30),
        "due_status": "CONFIRMED",
        "calendar_version": 1,
        "decided": "CRITICISED",
    }
    step = {"of_id": name, "n": 0, "at": at, "actor": "demo:centre-approver", "to_state": "CRITICISED", "article": "13"}
    async with allegations(reporter).engine.begin() as connection:
        await connection.execute(insert(OBLIGATION).values(row))
        await connection.execute(insert(OBLIGATION_STEP).values(step))


async def test_what_an_agency_is_not_competent_for_is_a_candidate_of_the_third_kind(reporter: Reporter) -> None:
    for _ in range(2):  # the same file again is no new evidence
        refused = await reporter.report([{"caseNumber": "1"}], "EffectiveJudgment")
        assert refused.json["errors"][0]["extensions"]["code"] == "RECORD_TYPE_NOT_COMPETENT"
    await reporter.report([{"caseNumber": "2"}], "EffectiveJudgment")
    await reporter.report([{"caseNumber": "1"}], "NoSuchType")
    assert await told(reporter) == [("V3", "TAX", 2)]


async def sent(reporter: Reporter, **column: str) -> str:
    """Send a workbook with a column that nobody may collect, and give the file's digest."""
    row = honour(honourLevel="市级政府", awardedOn=date(2026, 3, 1)) | column
    content = filled("Honour", [row], further=column)
    headers = {"content-type": media_type, **reporter.as_("tax-reporter")}
    refused = await reporter.at("POST", content=content, headers=headers)
    assert refused.codes == ["PROHIBITED_FIELD"]
    return hashlib.sha256(content).hexdigest()


async def test_a_file_refused_whole_as_prohibited_is_a_candidate_of_the_second_kind(reporter: Reporter) -> None:
    first = await sent(reporter, 血型="canary-7741")
    await sent(reporter, 血型="canary-7741")
    second = await sent(reporter, 员工宗教信仰甲教="canary-7742")
    (case,) = await cases(reporter)
    assert (str(case.kind.value), case.agency, case.opened_by) == ("V2", "TAX", "INTAKE")
    assert [each.evidence.reference for each in case.evidence] == [first, second]
    before, after = (each.evidence.said for each in case.evidence)
    for part in ("demo:tax-reporter", "9(2)", "血型"):
        assert part in before.chinese
        assert part in before.english
    assert "9(1)" in after.chinese
    written = repr(case)
    assert "canary" not in written
    assert "甲教" not in written  # a heading may hold a value: the lexicon's word alone is told


async def test_the_refusal_of_a_file_is_in_the_trail_with_its_digest_before_its_case(reporter: Reporter) -> None:
    digest = await sent(reporter, 血型="canary-7743")
    refused, opened = await acts(reporter, 2)
    assert refused == ("collection.submission.refused", digest, ["PROHIBITED_FIELD"])
    assert opened[0] == "open case"


async def test_rows_refused_as_prohibited_are_a_candidate_too_by_their_submission(reporter: Reporter) -> None:
    rows = [honour(), honour("2", bloodType="canary-7744", 宗教信仰="canary-7745")]
    told_of = await reporter.report(rows)
    assert (await reporter.report(rows)).json["again"]
    (case,) = await cases(reporter)
    (found,) = case.evidence
    assert (str(case.kind.value), found.evidence.reference) == ("V2", told_of.json["id"])
    assert "血型" in found.evidence.said.chinese
    assert "9(1)" in found.evidence.said.english
    assert "canary" not in repr(case)


async def test_without_the_register_of_cases_a_file_is_refused_all_the_same(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def gone(*_: object, **__: object) -> str:
        raise CasesUnavailable

    monkeypatch.setattr(CaseRegister, "known", gone)
    await sent(reporter, 血型="canary-7746")
    assert "a candidate case could not be opened" in caplog.text


async def test_unmet_on_a_day_after_its_criticism_is_a_candidate_of_the_first_kind(reporter: Reporter) -> None:
    await criticise(reporter, "before", NOW - timedelta(days=1))
    await criticise(reporter, "today", NOW - timedelta(hours=1))
    assert await allegations(reporter).look(NOW) == Found(1, 0)
    assert await told(reporter) == [("V1", "COURT", 1)]
    assert await allegations(reporter).look(NOW + timedelta(days=1)) == Found(2, 0)
    assert await told(reporter) == [("V1", "COURT", 2)]


async def test_what_was_changed_behind_the_gateway_is_a_candidate_of_the_fifth_kind(reporter: Reporter) -> None:
    await reporter.report([honour("1"), honour("2", statement="经核对无误"), honour("3")])
    await reporter.report([honour("1", awardingBody="河南省人民政府", correctionReason="机关有误")])
    await reporter.report([honour("3", action="REVOKE")])
    watching = Watching(allegations(reporter), NOW.timestamp, first_s=1_000)
    assert [name for name, _, _ in watching.figures()] == ["violations_watching_failures"], "nobody looked yet"
    await watching.go_round()
    assert ("records_altered", 0) in [(name, value) for name, _, value in watching.figures()]
    assert await told(reporter) == []
    versions, shown = RECORD_VERSION.c, REPORTED_RECORD.c
    async with allegations(reporter).centre.writing() as connection:
        await connection.execute(update(RECORD_VERSION).where(versions.version == 2).values(record_tier="C"))
        written = {"documentNumber": "2", "awardingBody": "另一机关"}
        await connection.execute(update(REPORTED_RECORD).where(shown.version == 1).values(payload=written))
    await watching.go_round()  # this day was looked at
    assert await told(reporter) == []
    tomorrow = Watching(allegations(reporter), lambda: NOW.timestamp() + 86_400, first_s=1_000)
    await tomorrow.go_round()
    assert {name: value for name, _, value in tomorrow.figures()} == {
        "records_altered": 3,
        "violations_watching_failures": 0,
    }
    (case,) = await cases(reporter)
    assert (str(case.kind.value), case.agency, case.opened_by) == ("V5", "CREDIT_CENTRE", "INTEGRITY")
    assert sorted(each.evidence.said.english for each in case.evidence) == [
        "a stored version does not fit its digest",
        "a stored version does not fit its digest",
        "what readers get differs from what was reported",
    ]
    for each in case.evidence:
        assert each.evidence.reference.startswith("Honour/TAX/")
    await watching.close()
    await tomorrow.close()
