"""A backup of the database and one of the keys, put into an empty place, give the whole trail back (Art. 19)."""

import os
import shutil
import sqlite3
import subprocess
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import orjson
import pytest
from sqlalchemy import select

from gateway.access.key_files import KeyFileRefused
from gateway.access.keys import Keys
from gateway.access.log_key import LogKeyFiles
from gateway.audit import Entry, Receipt, SubjectLine, open_trail
from gateway.audit.body import unseal
from gateway.audit.seal import Sealing, open_seal
from gateway.audit.seal.notes import Signer
from gateway.audit.seal.rotation import replace_key
from gateway.audit.seal.succession import Reason
from gateway.audit.verification import Range, Trust, verify_trail
from gateway.store import Store, migrate, open_store
from gateway.store.tables import RECORD

MakeLine = Callable[..., SubjectLine]
MakeEntry = Callable[..., Entry]
Restore = Callable[[], str]

ORIGIN = "test.invalid/trail"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Give the folder of the keys in use."""
    return tmp_path / "house" / "keys"


@pytest.fixture
async def two_databases(postgres_url: str) -> AsyncIterator[list[str]]:
    """Give the addresses of two empty databases of a server."""
    if shutil.which("pg_dump") is None:
        _without_pg_dump()
    names = [f"test_{uuid.uuid4().hex}" for _ in range(2)]
    superuser: Any = await asyncpg.connect(postgres_url)  # asyncpg ships no types
    try:
        for name in names:
            await superuser.execute(f"CREATE DATABASE {name}")
        yield [urlsplit(postgres_url)._replace(path=f"/{name}").geturl() for name in names]
    finally:
        for name in names:
            await superuser.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await superuser.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Restore]:
    """Give a database, and the way of its backup into an empty one, on each engine."""
    if request.param == "postgresql":
        used, empty = request.getfixturevalue("two_databases")

        def restore_dump() -> str:
            dump = tmp_path / "trail.dump"
            subprocess.run(["pg_dump", "--format=custom", f"--file={dump}", used], check=True)  # noqa: S607 (the machine's)
            subprocess.run(["pg_restore", f"--dbname={empty}", str(dump)], check=True)  # noqa: S607 (as above)
            return str(empty)

        return used, restore_dump

    def restore_file() -> str:
        with sqlite3.connect(tmp_path / "trail.sqlite") as used, sqlite3.connect(tmp_path / "restored.sqlite") as new:
            used.backup(new)
        return f"sqlite:///{tmp_path}/restored.sqlite"

    return f"sqlite:///{tmp_path}/trail.sqlite", restore_file


def _without_pg_dump() -> None:
    reason = "pg_dump is not installed: install PostgreSQL's client"
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def copy_months(one: Path, other: Path) -> None:
    """Copy the months' keys without the one that wraps them."""
    for each in one.glob("month-*.key"):
        shutil.copy(each, other)


async def keep(url: str, keys: Keys, *entries: Entry, anchors: Path | None = None) -> list[Receipt]:
    """Keep entries and seal them, unless the seal refuses."""
    store = open_store(url)
    trail = await open_trail(store, keys)
    receipts = [await trail.append(each) for each in entries]
    await trail.close()
    await (await open_seal(store, keys.log, Sealing(ORIGIN, "std", 60.0, anchors, None, 60.0))).close()
    await store.close()
    return receipts


async def persons(store: Store, keys: Keys) -> list[str]:
    """Open every entry, and give who asked."""
    async with store.engine.connect() as connection:
        rows = (await connection.execute(select(RECORD).order_by(RECORD.c.stream, RECORD.c.seq))).all()
    told = []
    for row in rows:
        key = keys.existing_month_key(row.key_id)
        assert key is not None
        told.append(orjson.loads(unseal(row.sealed, row.stream, row.seq, key))["person"])
    return told


async def test_a_restored_trail_is_unsealed_verified_and_gone_on_with(
    place: tuple[str, Restore], house: Path, tmp_path: Path, entry: MakeEntry, line: MakeLine
) -> None:
    url, restore = place
    await migrate(url)
    used = Keys(house)
    receipts = await keep(url, used, *(entry(line("uscc:1"), person=f"officer {n}") for n in range(5)))
    used.rotate()
    receipts += await keep(url, used, entry(line("uscc:1"), person="officer 5"))
    backup = tmp_path / "backup"
    shutil.copytree(house, backup)
    restored_url = restore()
    shutil.rmtree(house.parent)
    keys, store = Keys(backup), open_store(restored_url)
    assert await persons(store, keys) == [f"officer {n}" for n in range(6)]
    trust = Trust((Signer(ORIGIN, keys.log).reader.vkey,))
    report = await verify_trail(store.address, trust, Range())
    assert (report.findings, report.entries, report.log_size) == ((), 6, 6)
    (next_one,) = await keep(restored_url, keys, entry(line("uscc:1"), person="officer 6"))
    assert next_one.nth == {"uscc:1": 7}
    assert next_one.stream > max(each.stream for each in receipts)
    assert (await verify_trail(store.address, trust, Range())).is_clean
    await store.close()


async def test_a_backup_from_before_the_logs_key_was_replaced_goes_on_unless_an_anchor_knows_better(
    place: tuple[str, Restore], house: Path, tmp_path: Path, entry: MakeEntry
) -> None:
    url, restore = place
    await migrate(url)
    former, anchors = Keys(house).log, tmp_path / "anchors"
    await keep(url, Keys(house), entry(), entry(), anchors=anchors)
    shutil.copytree(house, tmp_path / "backup")
    restored_url = restore()
    await replaced(url, house, former)
    await keep(url, Keys(house), entry(), anchors=anchors)
    keys, store = Keys(tmp_path / "backup"), open_store(restored_url)
    trust = Trust((Signer(ORIGIN, former).reader.vkey,))
    await keep(restored_url, keys, entry(), anchors=anchors)
    report = await verify_trail(store.address, trust, Range())
    assert (report.log_size, report.unsealed) == (2, 1), "the anchor has a longer log"
    report = await verify_trail(store.address, replace(trust, anchors=anchors), Range())
    assert {each.kind for each in report.findings} == {"key", "anchor"}
    await keep(restored_url, keys, entry())
    report = await verify_trail(store.address, trust, Range())
    assert (report.findings, report.log_size, report.unsealed) == ((), 4, 0)
    await store.close()


async def test_a_database_from_before_needs_the_key_of_before_or_one_that_is_said_to_be_new(
    place: tuple[str, Restore], house: Path, entry: MakeEntry
) -> None:
    url, restore = place
    await migrate(url)
    former = Keys(house).log
    await keep(url, Keys(house), entry(), entry())
    restored_url = restore()
    await replaced(url, house, former)
    store = open_store(restored_url)
    await keep(restored_url, Keys(house), entry())
    report = await verify_trail(store.address, Trust(house=(Signer(ORIGIN, Keys(house).log).reader.vkey,)), Range())
    assert ({each.kind for each in report.findings}, report.log_size) == ({"key", "checkpoint"}, 2)
    seed = LogKeyFiles(house).make_next()
    await replace_key(store.engine, None, Signer(ORIGIN, seed), Reason.LOST)
    LogKeyFiles(house).settle(seed)
    await keep(restored_url, Keys(house), entry())
    vkey = Signer(ORIGIN, seed).reader.vkey
    report = await verify_trail(store.address, Trust(house=(vkey,)), Range())
    assert ([each.kind for each in report.findings], report.log_size) == (["unwitnessed"], 4)
    assert (await verify_trail(store.address, Trust((vkey,), house=(vkey,)), Range())).is_clean
    await store.close()


async def replaced(url: str, folder: Path, former: bytes) -> None:
    """Replace the log's key, and the file of the house."""
    files, store = LogKeyFiles(folder), open_store(url)
    await replace_key(store.engine, Signer(ORIGIN, former), Signer(ORIGIN, files.make_next()), Reason.YEARLY)
    files.settle(files.make_next())
    await store.close()


async def test_a_backup_of_the_database_alone_tells_nobody_who_asked(
    place: tuple[str, Restore], house: Path, tmp_path: Path, entry: MakeEntry
) -> None:
    url, restore = place
    await migrate(url)
    await keep(url, Keys(house), entry(person="officer Zhang"))
    store, others = open_store(restore()), Keys(tmp_path / "others")
    copy_months(house, tmp_path / "others")
    with pytest.raises(KeyFileRefused, match="does not open"):
        await persons(store, others)
    await store.close()
