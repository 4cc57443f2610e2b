"""`xinyong expire` deletes what has expired, looks only when asked to, and deletes again after a restore (Art. 20)."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete

from connectors.credit_centre import REPORTED_RECORD
from gateway.__main__ import cli, main
from gateway.access.keys import Keys
from gateway.collection.centre import Centre
from gateway.store import migrate, open_store
from gateway.store.tables import CENTRE
from tests.gateway.collection.retention.cellar import Cellar, penalty

OLD, YOUNG = "2001-02-03", "2999-01-01"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give a folder with the settings of a house whose records are its own, and two penalties, one of them old."""
    told = {"database": {"url": url(tmp_path)}, "keys": {"folder": str(tmp_path / "keys")}}
    (tmp_path / "xinyong.yaml").write_text(json.dumps(told))
    asyncio.run(migrate(url(tmp_path)))
    within(tmp_path, lambda cellar: cellar.put(penalty("old", OLD), penalty("young", YOUNG)))
    return tmp_path


def url(house: Path) -> str:
    return f"sqlite:///{house}/house.sqlite"


def within(house: Path, act: Callable[[Cellar], object]) -> object:
    """Do something in the centre's database."""

    async def done() -> object:
        centre = Centre(open_store(url(house)))
        try:
            return await act(Cellar(centre, Keys(house / "keys")))  # type: ignore[misc]  # a coroutine
        finally:
            await centre.close()

    return asyncio.run(done())


def left(house: Path) -> object:
    return within(house, lambda cellar: cellar.left())


def run(house: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(house / "xinyong.yaml"), "expire", *arguments])


def test_what_has_expired_is_counted_then_deleted_and_said(house: Path) -> None:
    looked = json.loads(run(house, "--dry-run", "--json").stdout)
    assert (looked["records"]["dryRun"], looked["records"]["byType"]) == (True, {"AdministrativePenalty": 1})
    assert "entries" not in looked
    assert left(house) == ["old", "young"]
    said = run(house).stdout.splitlines()
    assert said[:2] == [
        "1 negative records of individuals were deleted (Art. 20), and 0 versions by themselves.",
        "  AdministrativePenalty: 1",
    ]
    assert left(house) == ["young"]
    assert json.loads(run(house, "--json").stdout)["records"]["records"] == 0


def test_after_a_restore_the_saved_list_deletes_again(house: Path) -> None:
    saved = house / "deleted.jsonl"
    assert json.loads(run(house, "--save", str(saved), "--json").stdout)["records"]["saved"] == 1
    assert "old" not in saved.read_text()

    async def restored(cellar: Cellar) -> None:
        async with cellar.centre.writing() as connection:
            for table in (*CENTRE.sorted_tables, REPORTED_RECORD):
                await connection.execute(delete(table))
        await cellar.put(penalty("old", YOUNG), penalty("young", YOUNG))  # as if its term had not been over

    within(house, restored)
    assert json.loads(run(house, "--json").stdout)["records"]["records"] == 0
    told = json.loads(run(house, "--restore", str(saved), "--json").stdout)["records"]
    assert (told["restored"], told["records"]) == (1, 1)
    assert left(house) == ["young"]


def test_a_list_that_is_none_deletes_nothing_and_says_what_to_do(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (house / "list").write_text("what is this")
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(house / "xinyong.yaml"), "expire", "--restore", str(house / "list")])
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert "line 1 is no deletion" in told
    assert "xinyong expire --save FILE" in told
    assert left(house) == ["old", "young"]
