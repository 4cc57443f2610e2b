"""Addresses, tables and their versions."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text

from gateway.audit.codes import EXPIRY
from gateway.errors import StartRefused
from gateway.store import Address, NotMigrated, Store, create_engine, migrate, open_store, prepare, require_migrated
from gateway.store.engine import connect_sqlite
from gateway.store.tables import METADATA, TALLY


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give an empty database's address, of each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new folder/store.sqlite"
    return str(request.getfixturevalue("postgres_schema"))


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """Give a store without tables."""
    opened = open_store(url)
    yield opened
    await opened.close()


async def tables(store: Store) -> set[str]:
    async with store.engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def test_migrate_makes_the_trails_tables_and_the_centres(url: str, store: Store) -> None:
    from connectors.credit_centre import METADATA as REPORTED  # noqa: PLC0415 - as the migration does

    await migrate(url)
    found = await tables(store)
    assert set(METADATA.tables) <= found
    assert set(REPORTED.tables) <= found


async def test_migrate_again_keeps_what_is_there(url: str, store: Store) -> None:
    await migrate(url)
    async with store.engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO audit_key (key_id, month) VALUES (1, :month)"),
            {"month": date(2025, 11, 1) if store.address.is_postgresql else "2025-11-01"},
        )
    await migrate(url)
    async with store.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM audit_key"))).scalar() == 1
    await require_migrated(store.engine)


async def test_a_database_of_the_first_version_gets_the_tables_that_came_later(url: str, store: Store) -> None:
    await migrate(url)
    async with store.engine.begin() as connection:
        await connection.execute(text("DROP TABLE audit_log_key"))
        await connection.execute(text("DROP TABLE reporting_officer"))
        await connection.execute(text("DROP TABLE session_ended"))
        await connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(NotMigrated, match="is of version 0001"):
        await require_migrated(store.engine)
    await migrate(url)
    assert {"audit_log_key", "reporting_officer", "session_ended"} <= await tables(store)
    await require_migrated(store.engine)


_OF_EXPIRIES = {
    True: "SELECT tablename FROM pg_indexes WHERE schemaname = current_schema() AND indexdef LIKE '%WHERE (kind = 2)'",
    False: "SELECT tbl_name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE kind = 2'",
}
"""Which tables have the index of the entries of this kind, on PostgreSQL and on SQLite."""


async def test_a_database_of_the_second_version_gets_ended_sessions_and_the_index_of_expiries(
    url: str, store: Store
) -> None:
    assert EXPIRY == 2
    asked = text(_OF_EXPIRIES[store.address.is_postgresql])
    await migrate(url)
    async with store.engine.begin() as connection:
        made = sorted(await connection.scalars(asked))
        await connection.execute(text("DROP INDEX audit_record_expiry"))
        await connection.execute(text("DROP TABLE session_ended"))
        await connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    months = [each for each in await tables(store) if each.startswith("audit_record_2")]
    assert made == sorted({"audit_record", *months, *(["audit_record_rest"] if months else [])})
    await migrate(url)
    await require_migrated(store.engine)
    assert "session_ended" in await tables(store)
    async with store.engine.connect() as connection:
        assert sorted(await connection.scalars(asked)) == made


async def test_a_database_without_tables_is_refused_naming_the_command(store: Store) -> None:
    with pytest.raises(NotMigrated, match="xinyong migrate"):
        await require_migrated(store.engine)
    assert await tables(store) == set()


async def test_an_empty_file_gets_its_tables_at_the_start_and_a_server_does_not(store: Store) -> None:
    if store.address.is_postgresql:
        with pytest.raises(NotMigrated, match="xinyong migrate"):
            await prepare(store)
    else:
        await prepare(store)
        await require_migrated(store.engine)
        await prepare(store)


async def test_a_database_of_another_version_is_refused(url: str, store: Store) -> None:
    await migrate(url)
    async with store.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(NotMigrated, match="0000"):
        await require_migrated(store.engine)


async def test_postgresql_keeps_the_trail_by_month(postgres_schema: str) -> None:
    await migrate(postgres_schema)
    store = open_store(postgres_schema)
    found = await tables(store)
    await store.close()
    for name in ("audit_record", "audit_subject", "audit_paper"):
        assert f"{name}_rest" in found
        assert len([each for each in found if each.startswith(f"{name}_2")]) == 4


async def test_an_instant_is_read_as_it_was_written(url: str, store: Store) -> None:
    await migrate(url)
    written = datetime(2025, 11, 23, 8, 30, 0, 123_456, tzinfo=timezone(timedelta(hours=8)))
    row = {"subject_key": b"k", "organisation": "", "n": 1, "denied": 0, "viewed": 0, "own": 0, "last_at": written}
    async with store.engine.begin() as connection:
        await connection.execute(TALLY.insert().values(row))
        read = (await connection.execute(select(TALLY.c.last_at))).scalar()
    assert read == written
    assert read is not None
    assert read.tzinfo is not None


def test_a_server_is_no_file() -> None:
    with pytest.raises(StartRefused):
        connect_sqlite(Address.parse("postgresql://me@host/city"))


async def test_a_schema_that_is_not_there_is_made(postgres_schema: str) -> None:
    address = Address.parse(postgres_schema)
    other = postgres_schema.replace(f"schema={address.schema}", f"schema={address.schema}_b")
    await migrate(other)
    store = open_store(other)
    await require_migrated(store.engine)
    async with store.engine.begin() as connection:
        await connection.execute(text(f'DROP SCHEMA "{address.schema}_b" CASCADE'))
    await store.close()


async def test_files_are_flushed_at_each_commit(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/a.sqlite")
    async with engine.connect() as connection:
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar() == "wal"
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar() == 2
    await engine.dispose()


@pytest.mark.parametrize(
    "url", ["mysql://a/b", "sqlite://", "sqlite:///:memory:", "postgresql://h/d?schema=Drop%20it", "nonsense"]
)
def test_an_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(StartRefused):
        Address.parse(url)


def test_an_address_keeps_what_the_driver_needs() -> None:
    address = Address.parse("postgresql+asyncpg://me@host:5433/city?schema=credit&sslmode=require")
    assert address.dsn == "postgresql://me@host:5433/city?sslmode=require"
    assert address.schema == "credit"
    assert Address.parse("sqlite+aiosqlite:////a/b.sqlite").path == Path("/a/b.sqlite")


def test_tables_are_named_after_their_room() -> None:
    rooms = {"audit", "calendar", "catalogue", "obligation", "paper", "reporting", "session", "violation"}
    assert {name.partition("_")[0] for name in METADATA.tables} == rooms
    assert TALLY.name == "audit_tally"
