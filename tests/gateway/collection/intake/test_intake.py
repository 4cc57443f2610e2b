"""The room behind all doors, over a database: one state in any order, one receipt however often (Art. 11; R12.6)."""

import asyncio
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from connectors.credit_centre import REPORTED_RECORD
from gateway.access.keys import Keys
from gateway.audit.entry import Entry
from gateway.audit.entry import Receipt as Place
from gateway.collection.centre import Centre
from gateway.collection.intake import Bounds, Identities, Intake, Ledger, Submission
from gateway.errors import NotCompetent, ProviderUnknown, ReadLive, TooManyRows
from gateway.settings import ReportingAgency
from gateway.store import open_store
from schema.reporting import Row
from schema.terms import SubmissionMode
from tests.journeys.reporting import COMPANY, OTHER, honour

NOW_S = 1_795_000_000.0


async def kept(_: Entry) -> Place:
    return Place(1, 1, b"")


async def dropped(_: Collection[str]) -> None:
    """There is no cache."""


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("intake") / "keys")


def intake_in(folder: Path, keys: Keys) -> Intake:
    centre = Centre(open_store(f"sqlite:///{folder}/centre.sqlite"))
    identities = Identities(keys, allow_synthetic_region=True)
    return Intake(centre, Ledger.of({}, {}), identities, kept, dropped, lambda: NOW_S)


def increment(n: int, minute: int, body: str | None) -> dict[str, Any]:
    at = f"2026-10-01T08:{minute:02}:00+08:00"
    said = {"action": "REVOKE"} if body is None else {"awardingBody": body}
    return honour(str(n), (COMPANY, OTHER)[n % 2], sourceUpdatedAt=at, **said)


INCREMENTS = st.lists(
    st.builds(increment, st.integers(0, 2), st.integers(0, 5), st.sampled_from(["甲", "乙", None])),
    min_size=1,
    max_size=8,
)


async def state_after(rows: Sequence[dict[str, Any]], at_once: int, keys: Keys) -> set[tuple[Any, ...]]:
    """Give what readers find once rows came in submissions of so many."""
    with tempfile.TemporaryDirectory() as folder:
        intake = intake_in(Path(folder), keys)
        for start in range(0, len(rows), at_once):
            sent = Submission("TAX", "officer", "Honour", SubmissionMode.SYSTEM, f"{start}")
            await intake.submit(sent, [Row(n, row) for n, row in enumerate(rows[start : start + at_once], 1)])
        async with intake.centre.reading() as connection:
            columns = REPORTED_RECORD.c
            found = select(columns.subject_id, columns.natural_key, columns.record_status, columns.payload)
            state = {
                (row.subject_id, row.natural_key, row.record_status, row.payload["awardingBody"])
                for row in (await connection.execute(found)).all()
            }
        await intake.close()
        return state


@settings(max_examples=8)
@given(INCREMENTS, st.randoms(use_true_random=False), st.integers(1, 5))
def test_any_order_any_repetition_and_any_parting_leads_to_one_state(
    keys: Keys, rows: list[dict[str, Any]], chance: Random, at_once: int
) -> None:
    again = rows * 2
    chance.shuffle(again)
    once = asyncio.run(state_after(rows, len(rows), keys))
    assert asyncio.run(state_after(again, at_once, keys)) == once


async def test_a_submission_longer_than_it_may_be_is_refused(tmp_path: Path, keys: Keys) -> None:
    intake = replace(intake_in(tmp_path, keys), bounds=Bounds(rows=3, atomic_rows=2))
    for whole, count in ((False, 4), (True, 3)):
        sent = Submission("TAX", "officer", "Honour", SubmissionMode.BATCH, f"{count}", all_or_nothing=whole)
        with pytest.raises(TooManyRows):
            await intake.submit(sent, [Row(n, honour(str(n))) for n in range(count)])
    await intake.close()


async def test_nothing_to_report_is_said_anew_on_each_day_and_of_a_period_once(tmp_path: Path, keys: Keys) -> None:
    first = intake_in(tmp_path, keys)
    later = replace(first, clock=lambda: NOW_S + 86_400)
    nil = Submission("TAX", "officer", "Honour", SubmissionMode.BATCH, "nil")
    of_a_period = replace(nil, period="2026-10")
    receipts = [await each.submit(sent, []) for sent in (nil, of_a_period) for each in (first, first, later, later)]
    assert [each.again for each in receipts] == [False, True, False, True, False, True, True, True]
    assert len({each.id for each in receipts[:4]}) == 2
    assert len({each.id for each in receipts[4:]}) == 1
    numbered = replace(nil, number="7")
    assert [(await each.submit(numbered, [])).again for each in (first, later)] == [False, True]
    sent = replace(nil, digest="one row")
    kept = [await each.submit(sent, [Row(1, honour())]) for each in (first, later)]
    assert [each.again for each in kept] == [False, True]
    await first.close()


async def test_an_agency_is_told_of_its_receipts_between_two_instants(tmp_path: Path, keys: Keys) -> None:
    intake = intake_in(tmp_path, keys)
    sent = Submission("TAX", "officer", "Honour", SubmissionMode.SYSTEM, "nil", period="2026-11-23")
    receipt = await intake.submit(sent, [])
    now, hour = intake.now(), timedelta(hours=1)
    assert receipt.is_nil
    assert [each.id for each in await intake.received("TAX", "Honour", now - hour, now + hour)] == [receipt.id]
    assert await intake.received("TAX", "Honour", now + hour, now + 2 * hour) == []
    assert await intake.received("COURT", "Honour", now - hour, now + hour) == []
    await intake.close()


def test_the_ledger_says_who_may_report_what_and_how() -> None:
    said = {
        "EMERGENCY": ReportingAgency(name="应急管理局", records=("Certification",), modes={"Honour": "MANUAL"}),
        "COURT": ReportingAgency(mode="BATCH"),
    }
    ledger = Ledger.of(said, {"TAX": ["TaxArrears"], "COURT": ["EffectiveJudgment"]})
    assert ledger.mode_of("TAX", "TaxArrears") is SubmissionMode.SYSTEM
    assert ledger.mode_of("TAX", "Honour") is SubmissionMode.BATCH
    assert ledger.mode_of("EMERGENCY", "Honour") is SubmissionMode.MANUAL
    assert (ledger.name_of("EMERGENCY"), ledger.name_of("TAX")) == ("应急管理局", "税务机关")
    assert ledger.check("EMERGENCY", "Certification").name == "Certification"
    assert ledger.check("COURT", "EffectiveJudgment").name == "EffectiveJudgment"
    assert ledger.obliged("EMERGENCY") == ("Certification",)
    assert {"EffectiveJudgment", "Honour", "EntityRegistration"} <= ledger.kept_by_centre()
    assert "TaxArrears" not in ledger.kept_by_centre()
    for agency, record_type, refusal in (
        ("NOBODY", "Honour", ProviderUnknown),
        ("EMERGENCY", "TaxArrears", NotCompetent),
        ("EMERGENCY", "Nothing", NotCompetent),
        ("TAX", "TaxArrears", ReadLive),
    ):
        with pytest.raises(refusal):
            ledger.check(agency, record_type)
