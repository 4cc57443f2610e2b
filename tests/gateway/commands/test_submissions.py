"""The command ``submit``: a file in, a receipt out (Art. 12)."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from gateway.__main__ import cli
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


def test_only_connected_systems_are_asked_what_changed(folder: Path) -> None:
    config = ["--config", str(folder / "xinyong.yaml"), "sync"]
    told = CliRunner().invoke(cli, [*config, "--json"])
    assert (told.exit_code, json.loads(told.stdout)) == (0, {"receipts": [], "failed": {}})
    told = CliRunner().invoke(cli, [*config, "TAX"])
    assert told.exit_code == 1
    assert "no system of TAX is connected" in str(told.exception)
