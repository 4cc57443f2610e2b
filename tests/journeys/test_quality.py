"""How well agencies report, counted from what they reported and what was due, on both engines (R4.3)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from gateway.store import open_store
from gateway.store.tables import OBLIGATION
from tests.journeys.reporting import Reporter, honour

ASKED = """query($from: Date!, $to: Date!, $agency: String) {
  reportingQuality(from: $from, to: $to, agency: $agency) {
    agency agencyName from to submissions nilSubmissions refusedSubmissions rows taken refused quarantined acceptance
    reasons { code chinese count } due met metLate unmet lateRecords lateBy { upToDays count }
    silent { recordType lastReceivedAt } officers { person submissions rows refused } } }"""
SPAN = {"from": "2026-11-01", "to": "2026-11-23"}
AGENCY = "TRANSPORT"


async def measured(reporter: Reporter, persona: str = "supervisor", **said: str) -> list[dict[str, Any]]:
    told = await reporter.ask(ASKED, {**SPAN, **said}, persona=persona)
    assert told.errors == []
    found: list[dict[str, Any]] = told.data["reportingQuality"]
    return found


async def test_rows_are_counted_by_what_became_of_them_why_and_by_whom(reporter: Reporter) -> None:
    await reporter.report([honour("1"), honour("2", awardedOn="?"), honour("3", honourLevel="?", awardedOn="?")])
    await reporter.report([honour("1")], period="2026-11")
    await reporter.report([])
    await reporter.report([honour("4"), honour("5", awardedOn="?")], allOrNothing=True)
    await reporter.report([honour("9")], persona="market-reporter")
    (tax,) = await measured(reporter, "tax-reporter")
    counted = {name: tax[name] for name in ("submissions", "nilSubmissions", "refusedSubmissions", "rows", "taken")}
    assert counted == {"submissions": 4, "nilSubmissions": 1, "refusedSubmissions": 1, "rows": 6, "taken": 2}
    assert (tax["refused"], tax["acceptance"]) == (3, 0.3333)
    assert (tax["agency"], tax["agencyName"], tax["from"], tax["to"]) == ("TAX", "税务机关", "2026-11-01", "2026-11-23")
    assert tax["reasons"] == [
        {"code": "DATE", "chinese": "日期无效", "count": 3},
        {"code": "UNKNOWN_WORD", "chinese": "不在规定的选项之内", "count": 1},
    ]
    assert tax["officers"] == [{"person": "demo:tax-reporter", "submissions": 4, "rows": 6, "refused": 3}]
    agencies = [each["agency"] for each in await measured(reporter) if each["submissions"]]
    assert agencies == ["MARKET_REGULATION", "TAX"]


async def test_a_span_counts_its_own_days_alone_and_silence_is_of_ones_own_types(reporter: Reporter) -> None:
    await reporter.report([honour("1")])
    (before,) = await measured(reporter, "tax-reporter", **{"from": "2026-10-01", "to": "2026-10-31"})
    assert (before["submissions"], before["rows"], before["acceptance"]) == (0, 0, None)
    (now,) = await measured(reporter, "tax-reporter")
    silent = {each["recordType"]: each["lastReceivedAt"] for each in now["silent"]}
    assert silent["TaxArrears"] is None
    assert "Honour" not in silent, "it is of any agency, and due to none"


async def test_obligations_are_met_met_late_or_unmet_and_lateness_is_told_in_days(reporter: Reporter, url: str) -> None:
    due = datetime(2026, 11, 10, 16, tzinfo=UTC)
    rows = [
        _obligation("1", "MET", due),
        _obligation("2", "MET_LATE", due, met_at=due + timedelta(hours=5)),
        _obligation("3", "MET_LATE", due, met_at=due + timedelta(days=8)),
        _obligation("4", "PLANNED", due),
        _obligation("5", "REMINDED", due),
        _obligation("6", "WITHDRAWN", due),
        _obligation("7", "PLANNED", due + timedelta(days=300)),
        _obligation("8", "MET_LATE", due, kind="DECISION", records=12, met_at=due + timedelta(days=1)),
    ]
    store = open_store(url)
    async with store.engine.begin() as connection:
        await connection.execute(OBLIGATION.insert(), rows)
    await store.close()
    (found,) = [each for each in await measured(reporter, to="2027-11-01") if each["agency"] == AGENCY]
    assert {name: found[name] for name in ("due", "met", "metLate", "unmet", "lateRecords")} == {
        "due": 5,
        "met": 1,
        "metLate": 2,
        "unmet": 2,
        "lateRecords": 12,
    }
    assert {each["upToDays"]: each["count"] for each in found["lateBy"] if each["count"]} == {1: 1, 10: 1}


def _obligation(name: str, decided: str, due_at: datetime, **over: Any) -> dict[str, Any]:  # noqa: ANN401 (a column)
    return {
        "id": f"{AGENCY}/{name}",
        "agency": AGENCY,
        "record_type": "Honour",
        "kind": "PERIODIC",
        "mode": "BATCH",
        "cycle": "MONTHLY",
        "period": f"2026-{name}",
        "period_from": date(2026, 10, 1),
        "period_to": date(2026, 10, 31),
        "opens_at": due_at - timedelta(days=14),
        "due_on": due_at.date(),
        "due_at": due_at,
        "due_status": "PROVISIONAL",
        "calendar_version": 1,
        "decided": decided,
        "met_at": None,
        "records": None,
        **over,
    }


REFUSED: list[tuple[str, dict[str, str], str]] = [
    ("public", {}, "FORBIDDEN"),
    ("company", {}, "FORBIDDEN"),
    ("credit-service", {}, "FORBIDDEN"),
    ("tax-reporter", {"agency": "COURT"}, "FORBIDDEN"),
    ("supervisor", {"from": "2026-11-24"}, "BAD_USER_INPUT"),
    ("supervisor", {"from": "2020-01-01"}, "BAD_USER_INPUT"),
    ("supervisor", {"agency": "T" * 65}, "BAD_USER_INPUT"),
    ("supervisor", {"agency": "\u0000"}, "BAD_USER_INPUT"),
]


async def test_who_may_not_and_what_cannot_be_counted_is_refused_and_recorded(reporter: Reporter) -> None:
    for persona, said, code in REFUSED:
        async with reporter.leaving(entries=1):
            told = await reporter.ask(ASKED, {**SPAN, **said}, persona=persona)
        assert told.codes == [code], (persona, said)
