import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from gateway.__main__ import cli
from gateway.store import migrate, open_store
from gateway.store.tables import RECORD_VERSION
from tests.gateway.collection.retention.cellar import penalty


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give a folder with the settings of a house in whose database a version was changed."""
    url = f"sqlite:///{tmp_path}/house.sqlite"
    told = {"database": {"url": url}, "keys": {"folder": str(tmp_path / "keys")}}
    (tmp_path / "xinyong.yaml").write_text(json.dumps(told))
    asyncio.run(migrate(url))
    asyncio.run(put(url))
    return tmp_path


async def put(url: str) -> None:
    """Store a version whose digest is not its own."""
    record = penalty("1", "2026-01-01")
    same = {each.name: record[each.name] for each in RECORD_VERSION.c if each.name in record}
    more = {"action": "UPSERT", "content_digest": "0" * 64, "row": 1, "mode": "BATCH", "officer": "demo:tax-reporter"}
    store = open_store(url)
    async with store.engine.begin() as connection:
        await connection.execute(insert(RECORD_VERSION).values({**same, **more}))
    await store.close()


def run(house: Path, *arguments: str) -> str:
    done = CliRunner().invoke(cli, ["--config", str(house / "xinyong.yaml"), "violations", *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_look_brings_what_was_altered_and_the_list_names_it(house: Path) -> None:
    assert run(house) == "There is no case.\n"
    said = run(house, "--look").splitlines()
    assert said[0] == "1 stored versions are not as they were reported; 0 obligations are unmet."
    assert "V5 CREDIT_CENTRE: OPEN" in said[1]
    assert "a stored version does not fit its digest" in said[1]
    (case,) = json.loads(run(house, "--look", "--json"))
    assert (case["kind"], case["state"], len(case["evidence"])) == ("V5", "OPEN", 1)
    assert case["evidence"][0]["source"] == "INTEGRITY"
