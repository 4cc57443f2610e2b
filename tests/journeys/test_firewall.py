"""Art. 9 at the doors: what is forbidden leaves no trace, what is doubtful waits for two persons (R9.3 to R9.7)."""

import hashlib
import logging
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
import redis
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import MetaData, select

from connectors import Batch, Connector, Documents, Found, Rows, serves
from connectors.registry import discover
from gateway.access.keys import Keys
from gateway.access.papers.archive import Archive, new_id
from gateway.access.papers.paper import KeptPaper, Named, Written
from gateway.store import migrate, open_store
from schema.disclosure import Scope
from schema.papers import PaperKind, PaperState
from schema.records.any_agency import Honour
from schema.terms import SubjectKind
from tests.journeys.reporting import COMPANY, HONOURS, PERSON, Reporter, honour, reporting, settings_of
from tests.journeys.test_canaries import everything_kept, written_files

CANARY = "金丝雀症AB型4101"
SUSPECT = f"当事人患有{CANARY}病"
LISTED = """query($state: QuarantineState) { quarantine(state: $state) { totalCount nodes {
  id state provider recordType row submissionId outcome decidedFor
  reasons { code column article said saidChinese } values { column text } } } }"""
ONE = """query($id: ID!) { quarantined(id: $id) { id state values { column chinese text } } }"""
PROPOSE = """mutation($id: ID!, $decision: QuarantineDecision!) {
  proposeQuarantineDecision(id: $id, decision: $decision, reason: "经核实可以处理") {
    errors { message } quarantined { state proposal proposedBy } } }"""
DECIDE = """mutation($id: ID!, $decision: QuarantineDecision!) {
  decideQuarantine(id: $id, decision: $decision, reason: "经核实可以处理") {
    errors { message } quarantined { state outcome decidedBy values { text } } } }"""
OTHERS = """query($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) {
  otherRecords { totalCount nodes { recordNumber title content provider { code } } } } }"""
DUTY = {"code": "SUPERVISION", "text": "年度双随机抽查"}


def other(number: str = "其他〔2026〕1号", **more: Any) -> dict[str, Any]:  # noqa: ANN401 (a row)
    """Give a row of an other record about a company."""
    return {
        "subjectUnifiedSocialCreditCode": COMPANY,
        "subjectName": "某公司",
        "recordNumber": number,
        "title": "消防检查不合格",
        "content": "现场存在安全隐患",
        "polarity": "NEGATIVE",
        "legalBasis": "《中华人民共和国消防法》第五十四条",
        "occurredOn": "2026-03-01",
        "authorityName": "郑州市消防救援支队",
        **more,
    }


def arrears(**more: Any) -> dict[str, Any]:  # noqa: ANN401 (a row)
    """Give a row of a person's tax arrears, with an amount that needs consent."""
    return {
        **PERSON,
        "taxpayerNumber": PERSON["subjectIdNumber"],
        "taxType": "个人经营所得",
        "arrearsPeriod": "2026-Q3",
        "arrearsBalance": "8765432.10",
        "settlementStatus": "UNSETTLED",
        "announcedOn": "2026-10-20",
        "announcingAuthority": "国家税务总局郑州市税务局",
        **more,
    }


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[Reporter]:
    """Give a reporter at a house in one file, for what is the same on every engine."""
    url = f"sqlite:///{tmp_path}/house.sqlite"
    await migrate(url)
    async with reporting(settings_of(url, tmp_path)) as someone:
        yield someone


async def held(reporter: Reporter, persona: str = "centre-operator", state: str | None = None) -> list[dict[str, Any]]:
    told = await reporter.ask(LISTED, {"state": state}, persona=persona)
    assert told.errors == []
    nodes: list[dict[str, Any]] = told.data["quarantine"]["nodes"]
    return nodes


async def decide(reporter: Reporter, row_id: str, decision: str) -> Mapping[str, Any]:
    """Let an operator propose and an approver decide."""
    said = {"id": row_id, "decision": decision}
    proposed = await reporter.ask(PROPOSE, said, persona="centre-operator")
    assert proposed.data["proposeQuarantineDecision"]["quarantined"]["state"] == "PROPOSED"
    decided = await reporter.ask(DECIDE, said, persona="centre-approver")
    found: Mapping[str, Any] = decided.data["decideQuarantine"]["quarantined"]
    return found


async def known(reporter: Reporter) -> list[dict[str, Any]]:
    told = await reporter.ask(OTHERS, {"code": COMPANY}, persona="market-officer", purpose=DUTY)
    subject = told.data["subject"]
    return subject["otherRecords"]["nodes"] if subject else []


async def test_a_row_in_doubt_waits_and_is_in_the_next_answer_when_two_have_let_it_pass(reporter: Reporter) -> None:
    told = await reporter.report([other(content=SUSPECT), other("2")], "OtherRecord")
    assert {name: n for name, n in told.json["counts"].items() if n} == {"accepted": 1, "quarantined": 1}
    assert [(each["row"], each["column"], each["code"]) for each in told.json["problems"]] == [
        (1, "content", "SUSPECTED_PROHIBITED")
    ]
    assert [each["recordNumber"] for each in await known(reporter)] == ["2"]

    (row,) = await held(reporter)
    assert (row["state"], row["provider"], row["row"], row["submissionId"]) == ("WAITING", "TAX", 1, told.json["id"])
    opened = await reporter.ask(ONE, {"id": row["id"]}, persona="centre-approver")
    assert {"column": "content", "chinese": "事项内容", "text": SUSPECT} in opened.data["quarantined"]["values"]

    released = await decide(reporter, row["id"], "RELEASE")
    assert (released["state"], released["outcome"], released["values"]) == ("RELEASED", "ACCEPTED", [])
    assert {each["recordNumber"] for each in await known(reporter)} == {"其他〔2026〕1号", "2"}
    assert (await reporter.ask(ONE, {"id": row["id"]}, persona="centre-approver")).data["quarantined"]["values"] == []


async def test_a_released_row_is_older_than_what_its_agency_has_reported_since(embedded: Reporter) -> None:
    await embedded.report([other(content=SUSPECT)], "OtherRecord")
    await embedded.report([other(content="已更正的内容")], "OtherRecord")
    (row,) = await held(embedded)
    assert (await decide(embedded, row["id"], "RELEASE"))["outcome"] == "STALE"
    assert [each["content"] for each in await known(embedded)] == ["已更正的内容"]


async def test_what_is_typed_is_read_more_strictly_than_what_comes_in_a_file(embedded: Reporter) -> None:
    odd = other(subjectUnifiedSocialCreditCode="91410199DEM0000158")
    typed = await embedded.report([odd], "OtherRecord", mode="MANUAL")
    assert [each["code"] for each in typed.json["problems"]] == ["CODE_ODD"]
    assert typed.json["counts"]["refused"] == 1
    filed = await embedded.report([odd], "OtherRecord", mode="BATCH")
    assert filed.json["counts"]["accepted"] == 1


async def test_a_refused_row_opens_a_candidate_against_its_agency(embedded: Reporter) -> None:
    await embedded.report([other(content=SUSPECT)], "OtherRecord")
    (row,) = await held(embedded)
    assert (await decide(embedded, row["id"], "REFUSE"))["state"] == "REFUSED"
    assert await known(embedded) == []
    cases = """{ violations { nodes { kind agency state evidence { source reference said } } } }"""
    told = await embedded.ask(cases, persona="centre-approver")
    (case,) = told.data["violations"]["nodes"]
    assert (case["kind"], case["agency"], case["state"]) == ("V2", "TAX", "OPEN")
    assert [(each["source"], each["reference"]) for each in case["evidence"]] == [("QUARANTINE", row["id"])]
    (own,) = await held(embedded, "tax-reporter")
    assert (own["state"], own["decidedFor"], own["values"]) == ("REFUSED", "经核实可以处理", [])
    assert await held(embedded, "market-reporter") == []


async def test_nobody_decides_alone_and_each_step_is_an_entry(embedded: Reporter) -> None:
    await embedded.report([other(content=SUSPECT)], "OtherRecord")
    (row,) = await held(embedded)
    said = {"id": row["id"], "decision": "RELEASE"}
    for persona in ("public", "tax-reporter", "market-officer", "supervisor", "auditor", "centre-operator"):
        async with embedded.leaving(entries=1):
            told = await embedded.ask(DECIDE, said, persona=persona)
        assert told.codes in (["FORBIDDEN"], ["NOT_FOUND"]), persona
    async with embedded.leaving(entries=1):
        told = await embedded.ask(DECIDE, said, persona="centre-approver")
    assert told.codes == ["STATE_CONFLICT"]
    async with embedded.leaving(entries=4):  # the proposal, the decision, and two of the submission of what it released
        await decide(embedded, row["id"], "RELEASE")


async def test_what_needs_consent_is_refused_without_one(embedded: Reporter) -> None:
    told = await embedded.report([arrears(), arrears(arrearsPeriod="2026-Q2", arrearsBalance=None)], "TaxArrears")
    assert {name: n for name, n in told.json["counts"].items() if n} == {"accepted": 1, "refused": 1}
    (problem,) = told.json["problems"]
    assert (problem["row"], problem["column"], problem["code"]) == (1, "arrearsBalance", "CONSENT_REQUIRED")


FORBIDDEN: list[dict[str, Any]] = [
    other("P1", 血型=CANARY),
    other("P2", bloodType=CANARY),
    other("P3", RELIGION=CANARY),
    other("P4", minzu=CANARY),
    other("P5", content={"health": [{"medicalHistory": CANARY}]}),
    other("P6", content=[CANARY]),
    other("P7", **{"13912345678": "x", "410199199003070018": "x"}),
    other("P8", occurredOn=CANARY),
    other("P9", polarity=CANARY),
    other("P10", legalBasis=7654321098),
    {**arrears(), "个人收入": CANARY},
]
DOUBTFUL = [other("D1", content=SUSPECT), other("D2", title="汉族", statement=SUSPECT)]


async def everything_stored(url: str) -> str:
    """Give all rows of all tables of the database."""
    store = open_store(url)
    async with store.engine.connect() as connection:
        tables = MetaData()
        await connection.run_sync(tables.reflect)
        rows = [repr(row) for table in tables.sorted_tables for row in await connection.execute(select(table))]
    await store.close()
    return "\n".join(rows)


async def test_what_was_refused_is_in_no_table_log_span_metric_cache_or_file(
    *,
    url: str,
    tmp_path: Path,
    clean_redis_url: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    await migrate(url)
    exporter = InMemorySpanExporter()
    settings = settings_of(url, tmp_path, redis={"url": clean_redis_url})
    with caplog.at_level(logging.INFO):
        async with reporting(settings, SimpleSpanProcessor(exporter)) as reporter:
            told = [
                await reporter.report(FORBIDDEN[:-1], "OtherRecord"),
                await reporter.lines(FORBIDDEN, "OtherRecord"),
            ]
            assert [each.json["counts"]["refused"] for each in told] == [10, 11]
            told.append(await reporter.report([FORBIDDEN[-1]], "TaxArrears", allOrNothing=True))
            told.append(await reporter.report(DOUBTFUL, "OtherRecord"))
            assert told[-1].json["counts"]["quarantined"] == 2
            for n, row in enumerate(await held(reporter)):
                said = {"id": row["id"], "decision": "REFUSE"}
                if n:
                    await decide(reporter, row["id"], "REFUSE")
                else:
                    await reporter.ask(PROPOSE, said, persona="centre-operator")
            told.append(await reporter.report([arrears()], "TaxArrears"))
            told += [await reporter.ask(LISTED, {}, persona=each) for each in ("tax-reporter", "centre-approver")]
            await known(reporter)
            metrics = reporter.house.metrics.written().decode()
    store = open_store(url)
    trail = await everything_kept(store, Keys(tmp_path / "keys"))
    await store.close()
    client: Any = redis.Redis.from_url(clean_redis_url)
    cache = b"\n".join(place + value for name in client.scan_iter() for place, value in client.hgetall(name).items())
    client.close()
    sinks = {
        "answers": "\n".join(each.body.decode() for each in told),
        "trail": trail,
        "tables": await everything_stored(url),
        "files": written_files(tmp_path),
        "spans": "\n".join(each.to_json() for each in exporter.get_finished_spans()),
        "logs": caplog.text,
        "metrics": metrics,
        "cache": cache.decode("latin-1") + cache.decode("utf-8", "replace"),
        "streams": "".join(capfd.readouterr()),
    }
    assert all(sinks[name] for name in ("answers", "trail", "tables", "files", "metrics"))
    canaries = ("金丝雀", "8765432", "7654321098", "AB型4101", "13912345678", "410199199003070018")
    found = {name: [each for each in canaries if each in sink] for name, sink in sinks.items()}
    assert {name: each for name, each in found.items() if each} == {}


REVOKE = (
    """mutation($id: ID!) { revokePaper(id: $id, reason: "本人撤回同意") { errors { message } paper { state } } }"""
)
ARREARS = """query($of: IndividualRef!) { subject(by: {individual: $of}) {
  taxArrears { nodes { arrearsPeriod arrearsBalance newArrears version recordStatus } } } }"""


async def consent(reporter: Reporter, tmp_path: Path, *items: str) -> str:
    """Let a consent of the person be in the register, accepted."""
    keys = Keys(tmp_path / "keys")
    named = Named(keys.subject_id("rid", PERSON["subjectIdNumber"]), SubjectKind.INDIVIDUAL, "欧阳澈", "4101**")
    written = Written(
        kind=PaperKind.COLLECTION_CONSENT,
        subjects=(named,),
        evidence=(),
        valid_from=date(2026, 1, 1),
        valid_to=date(2027, 1, 1),
        organisation="TAX",
        scope=Scope(restricted=frozenset(items)),
    )
    at = datetime(2026, 1, 2, tzinfo=UTC)
    paper = KeptPaper(new_id(written.kind), written, PaperState.ACCEPTED, "demo:tax-reporter", at)
    store = open_store(reporter.house.settings.database.url)
    await Archive(store.engine, keys, 10.0).keep(paper)
    await store.close()
    return paper.id


async def test_a_withdrawn_consent_takes_its_values_out_of_the_record_and_all_its_versions(
    reporter: Reporter, url: str, tmp_path: Path
) -> None:
    balance = await consent(reporter, tmp_path, "TaxArrears.arrearsBalance")
    await consent(reporter, tmp_path, "TaxArrears.newArrears")
    rows = [arrears(newArrears="1234.50"), arrears(arrearsPeriod="2026-Q2", arrearsBalance=None)]
    told = await reporter.report(rows, "TaxArrears")
    assert told.json["counts"]["accepted"] == 2, told.json
    assert (await reporter.report([arrears(arrearsBalance="8765432.11", newArrears="1234.50")], "TaxArrears")).json[
        "counts"
    ]["updated"] == 1
    assert "8765432" in await everything_stored(url)

    revoked = await reporter.ask(REVOKE, {"id": balance}, persona="centre-approver")
    assert (revoked.errors, revoked.data["revokePaper"]["errors"]) == ([], [])
    stored = await everything_stored(url)
    assert "8765432" not in stored
    assert "1234.50" in stored  # another consent still covers it
    digest = hashlib.sha256
    assert all(digest(f"{sum_}".encode()).hexdigest() not in stored for sum_ in ("8765432.10", "8765432.11"))

    ref = {"idNumber": PERSON["subjectIdNumber"], "name": "欧阳澈"}
    told = await reporter.ask(ARREARS, {"of": ref}, persona="market-officer", purpose=DUTY)
    assert told.errors == []
    nodes = {each["arrearsPeriod"]: each for each in told.data["subject"]["taxArrears"]["nodes"]}
    assert (nodes["2026-Q3"]["arrearsBalance"], nodes["2026-Q3"]["newArrears"]) == (None, "1234.50")
    assert (nodes["2026-Q3"]["version"], nodes["2026-Q2"]["version"]) == (3, 1)

    again = await reporter.report([arrears(newArrears="1234.50")], "TaxArrears")
    assert [each["code"] for each in again.json["problems"]] == ["CONSENT_REQUIRED"]
    same = await reporter.report([arrears(arrearsBalance=None, newArrears="1234.50")], "TaxArrears")
    assert same.json["counts"]["unchanged"] == 1, same.json


class Water(Connector):
    """An agency whose service has changed overnight."""

    agency = "WATER"
    name = "郑州自来水公司"
    objects: ClassVar[list[dict[str, Any]]] = []

    @serves(Honour)
    async def honours(self, batch: Batch) -> Rows:
        """Answer with whatever its service says now."""
        reading = Documents("WATER", {"title": "honourName", "no": "documentNumber", "day": "awardedOn"})
        return [Found((reading.rows(batch.selections[0], self.objects),)) for _ in batch.keys]


async def test_an_agency_that_answers_what_is_forbidden_is_cut_off_and_an_alarm_raised(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/house.sqlite"
    await migrate(url)
    installed = {**discover(), "WATER": Water}
    monkeypatch.setattr("gateway.app.connectors.discover", lambda: installed)
    good = {"title": "节水型单位", "no": "水〔2026〕1号", "day": "2026-03-01"}
    monkeypatch.setattr(Water, "objects", [good | {"mood": CANARY}])
    exporter = InMemorySpanExporter()
    settings = settings_of(
        url, tmp_path, connectors={"WATER": {"url": f"sqlite:///{tmp_path}/water.sqlite"}}, cache={"enabled": False}
    )
    with caplog.at_level(logging.INFO):
        async with reporting(settings, SimpleSpanProcessor(exporter)) as reporter:
            await reporter.report([honour()], persona="market-reporter")
            shown = await reporter.ask(HONOURS, {"code": COMPANY})
            assert shown.errors == []
            numbers = {each["documentNumber"] for each in shown.data["subject"]["honours"]["nodes"]}
            assert numbers == {"水〔2026〕1号", "郑政〔2026〕1号"}

            monkeypatch.setattr(Water, "objects", [good | {"health": {"bloodType": CANARY}}])
            cut = await reporter.ask(HONOURS, {"code": COMPANY})
            metrics = reporter.house.metrics.written().decode()
    assert cut.codes == ["SOURCE_MISBEHAVED"]
    assert [each["documentNumber"] for each in cut.data["subject"]["honours"]["nodes"]] == ["郑政〔2026〕1号"]
    assert "ALARM: connector WATER" in caplog.text
    assert "bloodType" in caplog.text
    sinks = [shown.body.decode(), cut.body.decode(), caplog.text, metrics, await everything_stored(url)]
    sinks += [
        "".join(capfd.readouterr()),
        written_files(tmp_path),
        *(each.to_json() for each in exporter.get_finished_spans()),
    ]
    assert not [each for each in sinks if "金丝雀" in each or "AB型4101" in each]
