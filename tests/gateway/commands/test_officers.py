"""The command ``officers``: whom each agency has named, by a token as at the door (Art. 10)."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from gateway.__main__ import cli
from gateway.access import tokens
from tests.journeys.reporting import settings_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    settings = settings_of(f"sqlite:///{tmp_path}/house.sqlite", tmp_path)
    told = settings.model_dump(mode="json", exclude_defaults=True)
    (tmp_path / "xinyong.yaml").write_text(yaml.safe_dump(told))
    return tmp_path


def officers(folder: Path, *arguments: str, persona: str | None = None) -> Any:  # noqa: ANN401 (click's own)
    command = ["--config", str(folder / "xinyong.yaml"), "officers", *arguments]
    if persona is not None:
        (folder / "token").write_text(tokens.issue(persona, folder / "keys", time.time()))
        command += ["--token", str(folder / "token")]
    return CliRunner().invoke(cli, command)


def test_officers_are_listed_named_and_ended(folder: Path) -> None:
    before = officers(folder, "--agency", "TAX")
    assert (before.exit_code, before.output.strip()[-4:]) == (0, "NONE"), before.output
    named = officers(folder, "name", "TAX", "oidc:tax-7", "--name", "石税工", persona="tax-officer")
    assert (named.exit_code, "oidc:tax-7 石税工, officer since" in named.output) == (0, True), named.output
    listed = json.loads(officers(folder, "--agency", "TAX", "--json").stdout)
    assert [(each["standing"], len(each["officers"])) for each in listed] == [("WITHOUT_DEPUTY", 1)]
    ended = officers(folder, "end", "TAX", "oidc:tax-7", "--reason", "调离报送岗位", persona="tax-officer")
    assert "DEGRADED" in ended.output
    assert "until" in ended.output


def test_who_may_not_names_nobody_and_what_is_wrong_is_said(folder: Path) -> None:
    refused = officers(folder, "name", "TAX", "oidc:x", "--name", "某人", persona="tax-reporter")
    assert "officer names who reports" in str(refused.exception.message("en"))
    odd = officers(folder, "name", "TAX", "a b", "--name", "某人", persona="tax-officer")
    assert "officer.person" in str(odd.exception.message("en"))
    unmade = officers(folder, "end", "TAX", "oidc:x", "--reason", "调离报送岗位", persona="tax-officer")
    assert type(unmade.exception).__name__ == "NoSuchOfficer"
    assert json.loads(officers(folder, "--agency", "TAX", "--json").stdout)[0]["officers"] == []
