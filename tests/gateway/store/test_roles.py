"""Whoever keeps the trail adds to it; nobody changes or deletes an entry, and auditors only read (R19.10)."""

import uuid
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from gateway.access.callers import PUBLIC_CALLER
from gateway.access.keys import Keys
from gateway.audit import open_trail
from gateway.audit.codes import HOLD
from gateway.audit.pseudonyms import Pseudonyms
from gateway.audit.retention import Hold, Holds, Keeping, Retention
from gateway.audit.retention.acts import entry_of_act
from gateway.audit.seal import Sealing, open_seal
from gateway.store import migrate, open_store, require_migrated
from gateway.store.engine import Address, open_reader
from gateway.store.roles import KEEPER_OF_PAPERS, READER_OF_THE_TRAIL
from gateway.store.tables import PARTITIONED
from gateway.web.login import EndedSessions
from gateway.web.sessions import Session
from tests.conftest import Login, make_roles

REFUSED = asyncpg.InsufficientPrivilegeError
CHANGES = [
    "UPDATE audit_record SET outcome = 2",
    "UPDATE audit_record SET head = head",
    "DELETE FROM audit_record",
    "UPDATE audit_subject SET nth = 7",
    "DELETE FROM audit_subject",
    "UPDATE audit_paper SET paper = 'x'",
    "DELETE FROM audit_paper",
    "UPDATE audit_shape SET decision = 'ALLOWED'",
    "DELETE FROM audit_shape",
    "UPDATE audit_stream SET pid = 1",
    "DELETE FROM audit_stream",
    "DELETE FROM audit_tally",
    "UPDATE audit_run SET n = 1",
    "DELETE FROM audit_run",
    "UPDATE audit_checkpoint SET note = ''",
    "DELETE FROM audit_checkpoint",
    "DELETE FROM audit_tile",
    "UPDATE audit_log SET origin = 'x'",
    "UPDATE audit_log_key SET vkey = 'x'",
    "DELETE FROM audit_log_key",
    "UPDATE audit_key SET month = '2001-01-01'",
    "DELETE FROM audit_key",
    "UPDATE audit_hold SET reason = 'x'",
    "DELETE FROM audit_hold",
    "UPDATE audit_hiding SET reason = 'x'",
    "DELETE FROM audit_hiding",
    "TRUNCATE audit_record",
    "DROP TABLE audit_record",
    "ALTER TABLE audit_record DISABLE TRIGGER ALL",
    "UPDATE audit_record_rest SET outcome = 2",
    "DELETE FROM audit_record_rest",
]
"""Everything that would make the trail say something else than it did."""


@pytest.fixture
async def gateway(postgres_url: str, login: Login) -> AsyncIterator[Login]:
    """Give the gateway's login, which owns nothing, before a database that another role has migrated."""
    name = f"xinyong_test_{uuid.uuid4().hex[:12]}"
    superuser: Any = await asyncpg.connect(postgres_url)  # asyncpg ships no types
    try:
        await superuser.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'secret'")
        await make_roles(postgres_url, name)
        await migrate(login.url)
        parts = urlsplit(login.url)
        url = parts._replace(netloc=f"{name}:secret@{parts.netloc.rpartition('@')[2]}").geturl()
        yield Login(name, url)
        await superuser.execute(f"DROP OWNED BY {name} CASCADE")
        await superuser.execute(f"DROP ROLE {name}")
    finally:
        await superuser.close()


async def connected(url: str) -> Any:  # noqa: ANN401 (asyncpg ships no types)
    """Open a connection in the schema of an address."""
    address = open_store(url).address
    return await asyncpg.connect(address.dsn, server_settings={"search_path": address.schema})


async def test_the_gateways_role_keeps_seals_holds_and_expires(gateway: Login, tmp_path: Path) -> None:
    keys, store = Keys(tmp_path / "keys"), open_store(gateway.url)
    await require_migrated(store.engine)
    trail = await open_trail(store, keys)
    await trail.append(entry_of_act(HOLD, "a try", {"hold": 0}))
    holds = Holds(store, Pseudonyms(keys.pseudonym), trail.append)
    number = await holds.place(Hold("a case", "Art. 54", subject_id="uscc:1"), "officer Wang")
    await holds.release(number, "it is over", "officer Wang")
    keeping = Keeping(store, Retention(store, keys, trail.append))
    await keeping.go_round()
    await keeping.close()
    await trail.close()
    await (await open_seal(store, keys.log, Sealing("test.invalid/trail", "std", 60.0, None, None, 60.0))).close()
    connection = await connected(gateway.url)
    assert await connection.fetchval("SELECT max(size) FROM audit_checkpoint") == 3
    assert await connection.fetchval("SELECT count(*) FROM paper") == 0
    await connection.execute("UPDATE audit_key SET destroyed_at = now()")
    await connection.close()
    await store.close()
    assert {name: value for name, _, value in keeping.figures()}["audit_keeping_failures"] == 0


async def test_the_gateways_role_ends_sessions_and_forgets_those_whose_term_is_over(gateway: Login) -> None:
    store = open_store(gateway.url)
    ended, sessions = EndedSessions(store.engine, b"k" * 32), [Session(PUBLIC_CALLER, 60.0, name) for name in "ab"]
    await ended.end(sessions[0], 0.0)
    await ended.end(sessions[1], 60.0)
    assert not any([await ended.has(each) for each in sessions])
    await store.close()


@pytest.mark.parametrize("change", CHANGES)
async def test_the_gateways_role_changes_and_deletes_nothing(gateway: Login, change: str) -> None:
    connection = await connected(gateway.url)
    try:
        with pytest.raises(REFUSED):
            await connection.execute(change)
    finally:
        await connection.close()


async def test_months_that_are_made_later_are_guarded_as_well(gateway: Login) -> None:
    connection = await connected(gateway.url)
    try:
        assert await connection.fetchval("SELECT audit_add_months(5)") == 2 * len(PARTITIONED)
        newest = await connection.fetchval(
            "SELECT max(relname::text) FROM pg_class WHERE relname ~ '^audit_record_[0-9_]+$'"
        )
        assert date.fromisoformat(f"{newest[-7:].replace('_', '-')}-01") > date(2026, 1, 1)
        with pytest.raises(REFUSED):
            await connection.execute(f"DELETE FROM {newest}")  # noqa: S608 (a month of ours)
    finally:
        await connection.close()


async def test_an_auditor_reads_everything_and_writes_nothing(postgres_url: str, gateway: Login) -> None:
    superuser: Any = await asyncpg.connect(postgres_url)  # asyncpg ships no types
    await superuser.execute(f"REVOKE ALL ON SCHEMA public FROM {gateway.name}")
    for role in ("xinyong_keeps_trail", KEEPER_OF_PAPERS):
        await superuser.execute(f"REVOKE {role} FROM {gateway.name}")
    await superuser.execute(f"GRANT {READER_OF_THE_TRAIL} TO {gateway.name}")
    await superuser.close()
    connection = await connected(gateway.url)
    try:
        for table in ("audit_record", "audit_subject", "audit_paper", "audit_shape", "audit_tally", "audit_checkpoint"):
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608 (ours)
        forbidden = [
            *CHANGES,
            "INSERT INTO audit_stream (writer, pid, opened_at) VALUES ('x', 1, now())",
            "UPDATE audit_tally SET n = 0",
            "SELECT audit_expire(1, 1, now())",
            "SELECT audit_drop_months()",
            "SELECT count(*) FROM paper",
        ]
        for change in forbidden:
            with pytest.raises(REFUSED):
                await connection.execute(change)
    finally:
        await connection.close()


async def test_an_inspection_acts_as_the_reader_and_sees_nothing_else(gateway: Login) -> None:
    engine = open_reader(Address.parse(gateway.url), 5)
    try:
        async with engine.connect() as connection:
            assert (await connection.execute(text("SELECT current_user"))).scalar_one() == READER_OF_THE_TRAIL
            assert (await connection.execute(text("SELECT count(*) FROM audit_record"))).scalar_one() == 0
        for beyond in ("SELECT count(*) FROM paper", "SELECT count(*) FROM reported_record"):
            async with engine.connect() as connection:
                with pytest.raises(ProgrammingError, match="permission denied"):
                    await connection.execute(text(beyond))
    finally:
        await engine.dispose()


async def test_an_inspection_without_the_role_reads_as_the_gateway_itself(postgres_url: str, gateway: Login) -> None:
    superuser: Any = await asyncpg.connect(postgres_url)  # asyncpg ships no types
    await superuser.execute(f"REVOKE {READER_OF_THE_TRAIL} FROM {gateway.name}")
    await superuser.close()
    engine = open_reader(Address.parse(gateway.url), 5)
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT current_user"))).scalar_one() == gateway.name
        with pytest.raises(DBAPIError, match="read-only"):
            await connection.execute(text("INSERT INTO audit_stream (writer, pid, opened_at) VALUES ('x', 1, now())"))
    await engine.dispose()


async def test_who_is_not_let_in_calls_no_function_of_the_owners(postgres_url: str, gateway: Login) -> None:
    superuser: Any = await asyncpg.connect(postgres_url)  # asyncpg ships no types
    await superuser.execute(f"REVOKE xinyong_keeps_trail FROM {gateway.name}")
    await superuser.close()
    connection = await connected(gateway.url)
    try:
        with pytest.raises(REFUSED):
            await connection.execute("SELECT audit_expire(1, 1, now())")
    finally:
        await connection.close()
