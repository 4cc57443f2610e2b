"""A submission that breaks off: what is in stays in, nothing comes twice, in the end there is one receipt (R12.6)."""

import contextlib
import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.collection.intake import Submission
from gateway.errors import CollectionUnavailable
from schema.reporting import Row, RowOutcome
from schema.terms import SubmissionMode
from tests.journeys.reporting import honour, reporting, settings_of

ROWS = 1_300


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
        *_, rows = rows_until(tmp_path, process, 500)
        process.send_signal(signal.SIGKILL)
    assert 0 < rows < ROWS
    assert asked(tmp_path, "SELECT state FROM submission") == ("RUNNING",)
    told = subprocess.run(command(tmp_path, file), capture_output=True, check=True)
    receipt = json.loads(told.stdout)
    assert (receipt["state"], receipt["rows"], receipt["again"]) == ("DONE", ROWS, False)
    assert {name: n for name, n in receipt["counts"].items() if n} == {"accepted": ROWS}
    for table in ("reported_record", "record_version", "record_head"):
        assert asked(tmp_path, f"SELECT count(*) FROM {table}") == (ROWS,)  # noqa: S608 (ours)
    assert asked(tmp_path, "SELECT count(*), sum(version) FROM record_version") == (ROWS, ROWS)


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
