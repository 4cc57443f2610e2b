"""The command ``submit``: a file in, a receipt out (Art. 12)."""

import contextlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from gateway.__main__ import cli
from tests.gateway.collection.workbooks.filled import filled
from tests.journeys.reporting import honour, settings_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    settings = settings_of(f"sqlite:///{tmp_path}/house.sqlite", tmp_path)
    told = settings.model_dump(mode="json", exclude_defaults=True)
    (tmp_path / "xinyong.yaml").write_text(yaml.safe_dump(told))
    return tmp_path


def submit(folder: Path, file: str, *options: str) -> Any:  # noqa: ANN401 (click's own)
    arguments = ["--config", str(folder / "xinyong.yaml"), "submit", str(folder / file), "--agency", "TAX", *options]
    return CliRunner().invoke(cli, arguments)


def test_a_document_and_lines_come_in_and_problems_are_told(folder: Path) -> None:
    (folder / "a.json").write_text(json.dumps({"recordType": "Honour", "rows": [honour()]}))
    (folder / "b.jsonl").write_text("\n".join(json.dumps(honour(str(n), awardedOn="?" * n)) for n in range(60)))
    told = submit(folder, "a.json")
    assert (told.exit_code, "1 rows, 1 accepted" in told.output) == (0, True), told.output
    told = submit(folder, "a.json", "--json")
    assert json.loads(told.stdout)["again"]
    told = submit(folder, "b.jsonl", "--type", "Honour", "--period", "2026-10")
    assert told.exit_code == 1
    assert "row 2, awardedOn: DATE" in told.output
    assert "more: --json prints all" in told.output
    told = submit(folder, "b.jsonl", "--type", "Honour", "--all-or-nothing", "--json")
    assert (told.exit_code, json.loads(told.stdout)["state"]) == (1, "REFUSED")


def test_what_may_not_be_reported_is_refused_with_its_code(folder: Path) -> None:
    (folder / "a.json").write_text(json.dumps({"recordType": "EffectiveJudgment", "rows": []}))
    told = submit(folder, "a.json")
    assert told.exit_code == 1
    assert "RECORD_TYPE_NOT_COMPETENT" in str(told.exception)


@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_more_rows_than_there_may_be_are_refused_before_any_is_in_and_the_file_has_its_entry(
    folder: Path, name: str
) -> None:
    config = yaml.safe_load((folder / "xinyong.yaml").read_text())
    (folder / "xinyong.yaml").write_text(yaml.safe_dump({**config, "collection": {"rows": 2}}))
    rows = [honour(str(n)) for n in range(3)]
    document = json.dumps({"recordType": "Honour", "rows": rows})
    (folder / name).write_text(document if name == "a.json" else "\n".join(json.dumps(each) for each in rows))
    told = submit(folder, name, "--type", "Honour")
    assert "TOO_MANY_ROWS" in str(told.exception)
    with contextlib.closing(sqlite3.connect(folder / "house.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM submission").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM audit_record").fetchone() == (1,)


def test_a_workbook_with_a_column_that_nobody_may_collect_is_a_candidate_case_here_too(folder: Path) -> None:
    row = honour(honourLevel="市级政府", awardedOn="2026-03-01")
    (folder / "a.xlsx").write_bytes(filled("Honour", [row | {"血型": "canary-7751"}], further=["血型"]))
    assert "PROHIBITED_FIELD" in str(submit(folder, "a.xlsx").exception)
    command = ["--config", str(folder / "xinyong.yaml"), "violations", "--json"]
    (case,) = json.loads(CliRunner().invoke(cli, command).stdout)
    assert (case["kind"], case["agency"]) == ("V2", "TAX")
    assert "command:" in case["evidence"][0]["said"]
    assert "canary" not in json.dumps(case)


def test_a_workbook_comes_in_and_goes_back_marked_for_nobody_else_to_read(folder: Path) -> None:
    rows = [honour(str(n), honourLevel="市级政府", awardedOn="2026-03-01") for n in range(3)]
    rows[1]["awardedOn"] = "2026-02-30"
    (folder / "a.xlsx").write_bytes(filled("Honour", rows))
    told = submit(folder, "a.xlsx", "--marked", str(folder / "marked.xlsx"))
    assert (told.exit_code, "3 rows, 2 accepted, 1 refused" in told.output) == (1, True), told.output
    assert "row 4, awardedOn: DATE" in told.output
    assert (folder / "marked.xlsx").stat().st_mode & 0o077 == 0
    again = submit(folder, "marked.xlsx", "--period", "2026-11")
    assert "2 unchanged, 1 refused" in again.output, again.output


def test_a_workbook_of_another_record_type_or_none_at_all_is_refused(folder: Path) -> None:
    (folder / "a.xlsx").write_bytes(filled("Honour", [honour(honourLevel="市级政府")]))
    assert "BAD_USER_INPUT" in str(submit(folder, "a.xlsx", "--type", "TaxArrears").exception)
    (folder / "b.xlsx").write_bytes(b"a,b")
    assert "WORKBOOK_FORMAT" in str(submit(folder, "b.xlsx").exception)
    (folder / "c.json").write_text("{}")
    assert submit(folder, "c.json", "--marked", "x.xlsx").exit_code == 2


def test_only_connected_systems_are_asked_what_changed(folder: Path) -> None:
    config = ["--config", str(folder / "xinyong.yaml"), "sync"]
    told = CliRunner().invoke(cli, [*config, "--json"])
    assert (told.exit_code, json.loads(told.stdout)) == (0, {"receipts": [], "failed": {}})
    told = CliRunner().invoke(cli, [*config, "TAX"])
    assert told.exit_code == 1
    assert "no system of TAX is connected" in str(told.exception)
