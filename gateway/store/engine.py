"""Engines and single connections to the gateway's own database, from one address."""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.errors import StartRefused

__all__ = ["Address", "Store", "connect_postgresql", "connect_sqlite", "create_engine", "open_reader", "open_store"]

_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_SILENT: Mapping[str, Any] = {"hide_parameters": True}
"""What a statement was asked with is in no error, and so in no log: it may name a person (R14.3)."""
_CURE = "write sqlite:///PATH or postgresql://USER@HOST:PORT/NAME?schema=SCHEMA"
_BUSY_MS = 1500


@dataclass(frozen=True, slots=True)
class Address:
    """Where the database is: a file, or a PostgreSQL DSN with an optional schema of its own."""

    path: Path | None = None
    dsn: str | None = None
    schema: str | None = None

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read ``sqlite:///PATH`` or ``postgresql://USER@HOST:PORT/NAME?schema=SCHEMA``.

        >>> Address.parse("postgresql://me@db/city?schema=credit").schema
        'credit'
        >>> Address.parse("sqlite:///var/city.sqlite").path.name
        'city.sqlite'

        Raises:
            StartRefused: where the address is neither, with the two forms.

        """
        scheme, _, rest = url.partition("://")
        match scheme:
            case "sqlite" | "sqlite+aiosqlite":
                return cls(path=_file(url, rest))
            case "postgresql" | "postgresql+asyncpg" | "postgres":
                parts = urlsplit(f"postgresql://{rest}")
                query = dict(parse_qsl(parts.query))
                schema = query.pop("schema", None)
                if schema is not None and _SCHEMA.fullmatch(schema) is None:
                    message = f"the schema {schema!r} is no plain lower-case name"
                    raise StartRefused(message)
                return cls(dsn=urlunsplit(parts._replace(query=urlencode(query))), schema=schema)
            case _:
                message = f"no database has an address of the form {scheme}://; {_CURE}"
                raise StartRefused(message)

    @property
    def is_postgresql(self) -> bool:
        """Whether it is PostgreSQL, which several processes may share."""
        return self.dsn is not None


@dataclass(frozen=True, slots=True)
class Store:
    """The gateway's own database: its address, and the engine with its pool."""

    address: Address
    engine: AsyncEngine

    async def close(self) -> None:
        """Give all pooled connections back."""
        await self.engine.dispose()


def open_store(url: str) -> Store:
    """Give the store at *url*; nothing is connected yet."""
    address = Address.parse(url)
    return Store(address, _engine(address))


def create_engine(url: str) -> AsyncEngine:
    """Give an engine for *url*: aiosqlite or asyncpg under SQLAlchemy."""
    return _engine(Address.parse(url))


READER_OF_THE_TRAIL: Final = "xinyong_reads_trail"
_MAY_READ_AS: Final = """
SELECT pg_has_role(oid, 'MEMBER') AND has_schema_privilege(oid, current_schema(), 'USAGE')
   AND NOT EXISTS (SELECT FROM pg_class
                    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
                      AND NOT relispartition AND starts_with(relname, 'audit_')
                      AND NOT has_table_privilege(pg_roles.oid, pg_class.oid, 'SELECT'))
  FROM pg_roles WHERE rolname = $1"""
"""Says whether we may act as a role, and whether it may read every table of the trail here."""


def open_reader(address: Address, limit_s: float, *, plans_once: bool = False) -> AsyncEngine:
    """Give an engine whose sessions cannot write, and give no statement more than *limit_s* on PostgreSQL.

    *plans_once* is for statements whose best plan does not depend on what is asked for: over sixty months it takes
    five times as long to plan one anew as to carry it out.
    There they act as the reader of the trail, where that role was made and may read it: then they see nothing else.
    """
    if address.path is not None:
        place = f"sqlite+aiosqlite:///file:{quote(str(address.path))}?mode=ro&uri=true"
        engine = create_async_engine(place, **_SILENT)
        event.listen(engine.sync_engine, "connect", _only_reads)
        return engine
    settings = {
        "default_transaction_read_only": "on",
        "statement_timeout": f"{limit_s * 1000:.0f}",
        "jit": "off",
        "plan_cache_mode": "force_generic_plan" if plans_once else "auto",
    }

    async def connect(**_: object) -> Any:  # noqa: ANN401 - asyncpg has no types
        connection: Any = await asyncpg.connect(address.dsn, server_settings={**_session(address), **settings})
        try:
            if await connection.fetchval(_MAY_READ_AS, READER_OF_THE_TRAIL):
                await connection.execute(f"SET ROLE {READER_OF_THE_TRAIL}")
        except BaseException:
            connection.terminate()
            raise
        return connection

    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=connect, pool_pre_ping=True, pool_size=2, **_SILENT
    )
    return engine.execution_options(postgresql_readonly=True)


async def connect_postgresql(address: Address, settings: Mapping[str, str], timeout_s: float) -> Any:  # noqa: ANN401
    """Open one connection outside the pool, with session *settings*; it is asyncpg's, which has no types."""
    return await asyncpg.connect(
        address.dsn,
        timeout=timeout_s,  # pyright: ignore[reportArgumentType]  # asyncpg takes a float
        server_settings={**_session(address), **settings},
    )


def connect_sqlite(address: Address) -> sqlite3.Connection:
    """Open one connection outside the pool that says itself where a transaction begins and ends."""
    if address.path is None:
        message = "this address is no SQLite file"
        raise StartRefused(message)
    address.path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(address.path, isolation_level=None, check_same_thread=False, timeout=_BUSY_MS / 1000)
    _make_durable(connection)
    return connection


def _engine(address: Address) -> AsyncEngine:
    if address.path is not None:
        address.path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(f"sqlite+aiosqlite:///{address.path}", **_SILENT)
        event.listen(engine.sync_engine, "connect", _on_connect)
        return engine

    async def connect(**_: object) -> Any:  # noqa: ANN401 - asyncpg has no types
        return await asyncpg.connect(address.dsn, server_settings=_session(address))

    return create_async_engine("postgresql+asyncpg://", async_creator=connect, pool_pre_ping=True, **_SILENT)


def _session(address: Address) -> dict[str, str]:
    return {"application_name": "xinyong"} | ({"search_path": address.schema} if address.schema else {})


def _on_connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    _make_durable(connection)


def _only_reads(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("query_only=ON", f"busy_timeout={_BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _make_durable(connection: sqlite3.Connection | DBAPIConnection) -> None:
    """Let readers and one writer work at once, and let no commit return before it is on the disk."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _file(url: str, rest: str) -> Path:
    path = rest.removeprefix("/")
    if not rest.startswith("/") or not path or path.startswith(":memory:"):
        message = f"{url} names no file, and the trail must outlive the process; {_CURE}"
        raise StartRefused(message)
    return Path(path)
