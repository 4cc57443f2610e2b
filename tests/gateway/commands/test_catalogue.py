import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.__main__ import cli, main
from gateway.access import tokens
from schema.catalogue import export

Run = Callable[..., Result]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give a folder with the settings of a demonstration, tokens of its people, and a catalogue that raises a tier."""
    folder = tmp_path / "keys"
    settings = {"demo": True, "database": {"url": f"sqlite:///{tmp_path}/x.sqlite"}, "keys": {"folder": str(folder)}}
    (tmp_path / "xinyong.yaml").write_text(json.dumps(settings))
    for persona in ("tax-officer", "centre-approver", "supervisor", "centre-operator"):
        (tmp_path / persona).write_text(tokens.issue(persona, folder, time.time()) or "")
    document = json.loads(json.dumps(export()))
    document["version"] = "9.0.0"
    document["recordTypes"][1]["fields"][2]["tier"] = "C"
    (tmp_path / "next.json").write_text(json.dumps(document))
    (tmp_path / "bad.json").write_text("{")
    return tmp_path


def run(house: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(house / "xinyong.yaml"), "catalogue", *arguments])


def step(house: Path, name: str, persona: str, *more: str) -> Result:
    return run(house, name, "9.0.0", "--reason", "依法办理", "--token", str(house / persona), *more)


def proposed(house: Path, file: str = "next.json") -> Sequence[str]:
    told = ("--effective-from", "2999-01-01", "--reason", "调整等级", "--token", str(house / "tax-officer"))
    return ("propose", str(house / file), *told)


def test_a_version_goes_from_a_file_into_force_and_each_says_what_it_did(house: Path) -> None:
    said = run(house, *proposed(house))
    assert said.output.splitlines() == [
        "410100 9.0.0 is proposed, from 2999-01-01: 1 breaking.",
        "BREAKING TaxCreditRating.grade: TIER_RAISED: fewer may see it (A -> C)",
    ]
    assert step(house, "review", "centre-approver").output == "9.0.0: REVIEWED\n"
    assert step(house, "approve", "supervisor").output == "9.0.0: APPROVED\n"
    assert step(house, "publish", "centre-operator", "--breaking").output == "9.0.0: PUBLISHED, from 2999-01-01\n"
    assert run(house, "list").output == "  410100 9.0.0: PUBLISHED, from 2999-01-01, 1 breaking\n"
    (told,) = json.loads(run(house, "list", "--json").output)
    assert [each["to"] for each in told["history"]] == ["PROPOSED", "REVIEWED", "APPROVED", "PUBLISHED"]


def test_two_catalogues_are_compared_before_anything_is_proposed(house: Path) -> None:
    same = run(house, "diff")
    assert (same.exit_code, same.stdout) == (0, "")
    found = run(house, "diff", "--after", str(house / "next.json"), "--json")
    assert found.exit_code == 1
    (change,) = json.loads(found.stdout)
    assert (change["kind"], change["breaking"], change["before"], change["after"]) == ("TIER_RAISED", True, "A", "C")
    back = run(house, "diff", "--before", str(house / "next.json"), "--after", "declared")
    assert "TIER_LOWERED" in back.stdout


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("diff", "--after", "7"), "410100 has no version 7"),
        (("diff", "--after", "{house}/bad.json"), "is no JSON"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_to_do(
    house: Path, arguments: Sequence[str], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = [each.format(house=house) for each in arguments]
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(house / "xinyong.yaml"), "catalogue", *told])
    assert ended.value.code == 1
    assert what in capsys.readouterr().err


def test_a_bad_token_proposes_nothing(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (house / "tax-officer").write_text("no token")
    with pytest.raises(SystemExit):
        main(["--config", str(house / "xinyong.yaml"), "catalogue", *proposed(house)])
    assert "token" in capsys.readouterr().err.lower()
    assert run(house, "list").output == "No version was proposed yet: what runs is what is declared.\n"
