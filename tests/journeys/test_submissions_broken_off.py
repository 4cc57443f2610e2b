"""A submission that breaks off: what is in stays in, nothing comes twice, in the end there is one receipt (R12.6)."""

import asyncio
import contextlib
import hashlib
import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select, update

from gateway.audit.entry import Entry
from gateway.audit.entry import Receipt as Place
from gateway.collection.intake import Submission
from gateway.errors import AuditUnavailable, CollectionUnavailable
from gateway.store.tables import SUBMISSION
from schema.reporting import Row, RowOutcome
from schema.terms import SubmissionMode
from tests.journeys.reporting import Reporter, honour, reporting, settings_of

ROWS = 2_300


def written(folder: Path, count: int) -> Path:
    """Write a file of JSON lines, and the settings of a house."""
    settings = settings_of(f"sqlite:///{folder}/house.sqlite", folder)
    told = settings.model_dump(mode="json", exclude_defaults=True)
    (folder / "xinyong.yaml").write_text(yaml.safe_dump(told))
    file = folder / "honours.jsonl"
    file.write_text("".join(f"{json.dumps(honour(str(n)), ensure_ascii=False)}\n" for n in range(count)))
    return file


def command(folder: Path, file: Path) -> list[str]:
    config = str(folder / "xinyong.yaml")
    return [
        *(sys.executable, "-m", "gateway", "--config", config),
        *("submit", str(file), "--agency", "TAX", "--type", "Honour", "--json"),
    ]


def asked(folder: Path, question: str) -> Any:  # noqa: ANN401 (a row)
    with contextlib.closing(sqlite3.connect(f"file:{folder}/house.sqlite?mode=ro", uri=True)) as connection:
        try:
            return connection.execute(question).fetchone()
        except sqlite3.OperationalError:  # there is no such table yet
            return None


def rows_until(folder: Path, process: "subprocess.Popen[bytes]", least: int) -> Iterator[int]:
    """Give how many rows are in, until there are some."""
    rows = 0
    while rows < least and process.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
        if (folder / "house.sqlite").exists():
            found = asked(folder, "SELECT rows FROM submission")
            rows = found[0] if found else 0
        yield rows


def test_a_process_that_is_killed_in_the_middle_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    file = written(tmp_path, ROWS)
    with subprocess.Popen(command(tmp_path, file), stdout=subprocess.DEVNULL) as process:
        assert list(rows_until(tmp_path, process, 500))
        process.send_signal(signal.SIGKILL)
    (rows,) = asked(tmp_path, "SELECT rows FROM submission")  # now that nobody takes in any more
    assert 0 < rows < ROWS
    assert asked(tmp_path, "SELECT state FROM submission") == ("RUNNING",)
    told = subprocess.run(command(tmp_path, file), capture_output=True, check=True)
    receipt = json.loads(told.stdout)
    assert (receipt["state"], receipt["rows"], receipt["again"]) == ("DONE", ROWS, False)
    assert {name: n for name, n in receipt["counts"].items() if n} == {"accepted": ROWS}
    for table in ("reported_record", "record_version", "record_head"):
        assert asked(tmp_path, f"SELECT count(*) FROM {table}") == (ROWS,)  # noqa: S608 (ours)
    assert asked(tmp_path, "SELECT count(*), sum(version) FROM record_version") == (ROWS, ROWS)


def test_who_was_killed_in_the_middle_is_in_the_trail_and_told_as_unfinished_until_taken_up(tmp_path: Path) -> None:
    file = written(tmp_path, ROWS)
    with subprocess.Popen(command(tmp_path, file), stdout=subprocess.DEVNULL) as process:
        assert list(rows_until(tmp_path, process, 500))
        process.send_signal(signal.SIGKILL)
    (rows,) = asked(tmp_path, "SELECT rows FROM submission")  # now that nobody takes in any more
    assert 0 < rows < ROWS
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    asyncio.run(seen_as_unfinished(tmp_path, digest, rows))

    other = tmp_path / "others.jsonl"
    other.write_text(json.dumps(honour("another"), ensure_ascii=False))
    lines = [each for each in command(tmp_path, other) if each != "--json"]
    told = subprocess.run(lines, capture_output=True, check=True).stdout.decode()
    assert f"{rows} rows are in; send the same file again (sha256 {digest})" in told
    again = [each for each in command(tmp_path, file) if each != "--json"]
    told = subprocess.run(again, capture_output=True, check=True).stdout.decode()
    assert f"it had broken off: {rows} rows were in before" in told
    assert "unfinished" not in told


async def seen_as_unfinished(folder: Path, digest: str, rows: int) -> None:
    """See that the agency and the centre are told of it, and that the trail says who began it."""
    question = """query { submissions(unfinished: true) { nodes { digest rows unfinished state receivedAt } } }"""
    trail = """query { queryLog { nodes { operationName document requester } } }"""
    async with reporting(settings_of(f"sqlite:///{folder}/house.sqlite", folder)) as reporter:
        assert (await reporter.ask(question, persona="tax-reporter")).data["submissions"]["nodes"] == []
        assert reporter.house.graph.collection is not None
        async with reporter.house.graph.collection.intake.centre.writing() as connection:
            begun_at = (await connection.execute(select(SUBMISSION.c.begun_at))).scalar_one()
            await connection.execute(update(SUBMISSION).values(begun_at=begun_at - timedelta(minutes=10)))
        for persona in ("tax-reporter", "centre-operator"):
            told = await reporter.ask(question, persona=persona)
            assert told.data["submissions"]["nodes"] == [
                {"digest": digest, "rows": rows, "unfinished": True, "state": "RUNNING", "receivedAt": None}
            ]
            listed = await reporter.at("GET", query="?unfinished=true", headers=reporter.as_(persona))
            assert [each["digest"] for each in listed.json["submissions"]] == [digest]
        assert (await reporter.ask(question, persona="market-reporter")).data["submissions"]["nodes"] == []
        found = (await reporter.ask(trail, persona="auditor")).data["queryLog"]["nodes"]
        (begun,) = [each for each in found if each["document"] == digest]
        assert begun["operationName"] == "collection.submission.begun"
        assert begun["requester"].startswith("command:")


async def acts(reporter: Reporter) -> list[str]:
    told = await reporter.ask("{ queryLog(first: 100) { nodes { kind operationName } } }", persona="auditor")
    nodes = told.data["queryLog"]["nodes"]
    return [str(each["operationName"]) for each in reversed(nodes) if each["kind"] == "COLLECTION"]


async def test_a_submission_that_is_taken_up_has_an_entry_of_it_and_one_that_came_before_none(tmp_path: Path) -> None:
    async with reporting(settings_of(f"sqlite:///{tmp_path}/house.sqlite", tmp_path)) as reporter:
        assert reporter.house.graph.collection is not None
        intake = reporter.house.graph.collection.intake
        sent = Submission("TAX", "officer", "Honour", SubmissionMode.BATCH, "digest")
        await intake.begin(sent)
        receipt = await intake.submit(replace(sent, officer="another"), [Row(1, honour())])
        assert (receipt.officer, receipt.behind) == ("officer", 0)
        assert (await intake.submit(sent, [])).again
        assert [each.removeprefix("collection.submission.") for each in await acts(reporter)] == [
            "begun",
            "taken-up",
            "taken",
            "came-again",
        ]


async def test_no_row_is_in_before_the_entry_that_says_who_brings_it(tmp_path: Path) -> None:
    async def full(_: Entry) -> Place:
        raise AuditUnavailable

    async with reporting(settings_of(f"sqlite:///{tmp_path}/house.sqlite", tmp_path)) as reporter:
        assert reporter.house.graph.collection is not None
        intake = replace(reporter.house.graph.collection.intake, append=full)
        with pytest.raises(AuditUnavailable):
            await intake.submit(Submission("TAX", "officer", "Honour", SubmissionMode.BATCH, "d"), [Row(1, honour())])
        assert await reporter.honours() == []
        assert asked(tmp_path, "SELECT rows, state FROM submission") == (0, "RUNNING")


async def test_what_is_asked_for_as_unfinished_is_true_or_false(tmp_path: Path) -> None:
    async with reporting(settings_of(f"sqlite:///{tmp_path}/house.sqlite", tmp_path)) as reporter:
        told = await reporter.at("GET", query="?unfinished=perhaps", headers=reporter.as_("tax-reporter"))
        assert told.codes == ["BAD_USER_INPUT"]


async def test_without_the_caches_nobody_gets_a_receipt_and_the_same_again_gives_it(tmp_path: Path) -> None:
    heard: list[str] = []
    deaf = True

    async def dropping(subject_ids: Collection[str]) -> None:
        if deaf and subject_ids:
            raise CollectionUnavailable
        heard.extend(subject_ids)

    async with reporting(settings_of(f"sqlite:///{tmp_path}/house.sqlite", tmp_path)) as reporter:
        assert reporter.house.graph.collection is not None
        intake = replace(reporter.house.graph.collection.intake, dropping=dropping)
        sent = Submission("TAX", "officer", "Honour", SubmissionMode.BATCH, "digest")
        with pytest.raises(CollectionUnavailable):
            await intake.submit(sent, [Row(1, honour())])
        begun = await intake.begin(sent)
        assert (begun.state, begun.rows, begun.received_at) == ("RUNNING", 1, None)
        deaf = False
        receipt = await intake.submit(sent, [Row(1, honour())])
        assert (receipt.state, receipt.counts[RowOutcome.ACCEPTED], receipt.again) == ("DONE", 1, False)
        assert len(heard) == 1
