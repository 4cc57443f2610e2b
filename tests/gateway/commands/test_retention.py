"""The commands on how long the trail is kept, as an operator runs them (Art. 19, AMB-27)."""

import asyncio
import json
import os
from datetime import date
from pathlib import Path

import pytest

from gateway.__main__ import main
from gateway.access.keys import Keys
from gateway.audit import open_trail
from gateway.audit.codes import HOLD
from gateway.audit.retention.acts import entry_of_act
from gateway.store import migrate, open_store


@pytest.fixture(params=["sqlite", "postgresql"])
def keys(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keys:
    """Give the keys of a house whose settings stand in the environment, before a migrated database of each engine."""
    url = f"sqlite:///{tmp_path}/trail.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_schema")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XINYONG_DATABASE_URL", url)
    monkeypatch.setenv("XINYONG_KEYS__FOLDER", str(tmp_path / "keys"))
    asyncio.run(migrate(url))
    return Keys(tmp_path / "keys")


def run(*arguments: str) -> int:
    """Run one command, and give how it ended."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def receipt(url: str, keys: Keys) -> str:
    """Keep an entry, and give its receipt."""

    async def kept() -> str:
        store = open_store(url)
        trail = await open_trail(store, keys)
        given = await trail.append(entry_of_act(HOLD, "a try", {}))
        await trail.close()
        await store.close()
        return str(given)

    return asyncio.run(kept())


WHY = ("--reason", "a criminal case", "--article", "刑事诉讼法第54条")


def test_a_hold_is_placed_listed_and_released(keys: Keys, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("audit", "hold", "--subject", "uscc:91410199dem001076q", *WHY) == 0
    assert "Hold 1 is in force" in capsys.readouterr().out
    assert run("audit", "holds", "--json") == 0
    (held,) = json.loads(capsys.readouterr().out)
    assert (held["id"], held["reason"], held["article"], held["releasedAt"]) == (1, WHY[1], WHY[3], None)
    assert held["holds"].startswith("subject ")
    assert "91410199" not in held["holds"]
    assert run("audit", "release", "1", "--reason", "the case is closed") == 0
    assert run("audit", "release", "1", "--reason", "again") == 1
    assert "no hold 1 is in force" in capsys.readouterr().err
    assert run("audit", "holds") == 0
    assert "released" in capsys.readouterr().out
    assert keys.existing_month_key(int(f"{date.today():%Y%m}")) is not None  # noqa: DTZ011 (the month is what matters)


def test_an_entry_or_a_period_is_held(keys: Keys, capsys: pytest.CaptureFixture[str]) -> None:
    given = receipt(os.environ["XINYONG_DATABASE_URL"], keys)
    assert run("audit", "hold", "--receipt", given, *WHY) == 0
    assert run("audit", "hold", "--from", "2021-01-01", "--to", "2021-12-31", *WHY) == 0
    capsys.readouterr()
    assert run("audit", "holds", "--json") == 0
    entry, period = json.loads(capsys.readouterr().out)
    assert entry["holds"] == f"entry {given.rpartition('.')[0]}"
    assert period["holds"] == "period 2021-01-01T00:00:00+08:00 to 2022-01-01T00:00:00+08:00"


@pytest.mark.parametrize("named", [(), ("--subject", "x", "--receipt", "y"), ("--from", "2021-01-01")])
def test_a_hold_of_nothing_or_of_two_things_is_misuse(keys: Keys, named: tuple[str, ...]) -> None:
    assert run("audit", "hold", *named, *WHY) == 2
    assert keys.existing_month_key(202611) is None


NOWHERE = f"1.7.{'a' * 64}"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (("--subject", "91410199DEM001076Q"), "uscc:CODE"),
        (("--subject", ""), "uscc:CODE"),
        (("--subject", "uscc:91410199DEM0010760"), "CHECKSUM"),
        (("--receipt", NOWHERE), "is not in the trail"),
        (("--from", "2021-12-31", "--to", "2021-01-01"), "ends before it begins"),
    ],
)
def test_a_hold_that_would_hold_nothing_is_refused(
    keys: Keys, capsys: pytest.CaptureFixture[str], named: tuple[str, ...], said: str
) -> None:
    assert receipt(os.environ["XINYONG_DATABASE_URL"], keys)
    assert run("audit", "hold", *named, *WHY) == 1
    assert said in capsys.readouterr().err
    assert run("audit", "holds", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_an_entry_is_held_by_its_own_receipt_alone(keys: Keys, capsys: pytest.CaptureFixture[str]) -> None:
    given = receipt(os.environ["XINYONG_DATABASE_URL"], keys)
    forged = f"{given[:-1]}{'0' if given[-1] != '0' else '1'}"
    assert run("audit", "hold", "--receipt", forged, *WHY) == 1
    assert "another entry" in capsys.readouterr().err


@pytest.mark.parametrize("named", ["rid:410199199003070018", "410199199003070018"])
def test_an_identity_number_has_no_place_on_a_command_line(
    keys: Keys, capsys: pytest.CaptureFixture[str], named: str
) -> None:
    assert run("audit", "hold", "--subject", named, *WHY) == 1
    told = capsys.readouterr().err
    assert "a subject's id" in told
    assert "410199199003070018" not in told
    assert keys.existing_month_key(202611) is None


def test_expiry_says_what_went(keys: Keys, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("expire", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    records: dict[str, object] = {
        "run": None,
        "records": 0,
        "byType": {},
        "versions": 0,
        "waiting": 0,
        "unreadable": 0,
        "restored": 0,
        "saved": 0,
    }
    assert told == {"entries": 0, "belowIndex": 0, "kept": 0, "keysDestroyed": [], "records": records}
    assert run("expire") == 0
    assert "0 entries expired" in capsys.readouterr().out
    keys.month_key(date(2026, 11, 1))
    assert run("keys", "rotate") == 0
    assert "1 months are wrapped by a new key" in capsys.readouterr().out
