"""The commands on the calendar of working days, as an operator runs them (AMB-14)."""

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gateway.__main__ import main
from gateway.commands.calendar import notes_of
from gateway.store import migrate
from gateway.workdays import official_calendar

ROOT = Path(__file__).parents[3]
PATTERN = ROOT / "deploy/calendar-2026.yaml"


@pytest.fixture(autouse=True)
def _house(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a house whose settings stand in the environment."""
    del request
    url = f"sqlite:///{tmp_path}/gateway.sqlite"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XINYONG_DATABASE_URL", url)
    monkeypatch.setenv("XINYONG_KEYS__FOLDER", str(tmp_path / "keys"))
    asyncio.run(migrate(url))


def run(*arguments: str) -> int:
    """Run one command, and give how it ended."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def of_2027(folder: Path) -> Path:
    """Write a made-up notice for 2027: the pattern's days, a year later, on days off by law."""
    text = (PATTERN.read_text("utf-8").partition("makeUpDays")[0]).replace("2026", "2027").replace("2025", "2026")
    moved = text.replace("2027-02-15, to: 2027-02-23", "2027-02-05, to: 2027-02-11")
    file = folder / "2027.yaml"
    file.write_text(moved, "utf-8")
    return file


def test_a_notice_is_tried_imported_once_and_counted_by(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = of_2027(tmp_path)
    assert run("calendar", "import", str(file), "--dry-run") == 0
    assert "Nothing was changed." in capsys.readouterr().out
    assert run("calendar", "due", "2026-12-31", "10", "--json") == 0
    assert json.loads(capsys.readouterr().out)["status"] == "PROVISIONAL"
    assert run("calendar", "import", str(file), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["version"], told["isNew"], told["year"]) == (1, True, 2027)
    assert {"day": "2027-02-11", "from": "WORKING", "to": "HOLIDAY"} in told["changed"]
    assert run("calendar", "import", str(file)) == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert run("calendar", "due", "2026-12-31", "10") == 0
    assert "Due on 2027-01-15 until 24:00 Asia/Shanghai: CONFIRMED" in capsys.readouterr().out
    assert run("calendar", "show", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert [each["version"] for each in shown["notices"]] == [1]
    assert shown["years"][-1]["year"] == 2027


def test_the_pattern_that_is_shipped_changes_no_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("calendar", "import", str(PATTERN)) == 0
    told = capsys.readouterr().out
    assert "no day is another than before" in told
    assert "2026 has 248 working days" in told


def test_what_is_no_notice_is_refused_with_every_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "notice.yaml"
    file.write_bytes(b"\xff\xfe")
    assert run("calendar", "import", str(file)) == 1
    assert "not UTF-8" in capsys.readouterr().err
    file.write_text("year: 1\nmore: 2\n")
    assert run("calendar", "import", str(file)) == 1
    told = capsys.readouterr().err
    assert "more: no such key" in told
    assert "year: a year from 2004" in told
    assert "deploy/calendar-2026.yaml" in told


def test_what_is_no_time_limit_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("calendar", "due", "2026-12-31", "5000") == 1
    assert "1 to 1000 days" in capsys.readouterr().err


def test_check_notes_a_year_that_ought_to_be_announced() -> None:
    calendar = official_calendar()
    last = max(calendar.years)
    assert notes_of(calendar, datetime(last, 11, 30, tzinfo=UTC).timestamp()) == []
    (note,) = notes_of(calendar, datetime(last, 12, 1, 12, tzinfo=UTC).timestamp())
    assert note.startswith(f"{last + 1} is PROVISIONAL")
    assert len(notes_of(calendar, datetime.combine(date(last + 1, 12, 2), datetime.min.time(), UTC).timestamp())) == 2
