"""The command ``submit``: a file in, a receipt out (Art. 12)."""

import json
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
