"""An agency's relational database, reached through SQLAlchemy: SQLite and PostgreSQL alike.

SQLAlchemy gives metadata, SQL text and connections; the hot statement itself goes to the driver of a few *held*
connections (lanes), prepared once. A lane that fails is given back and opened anew by the next batch.
"""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import asyncpg
from cachetools import LRUCache
from sqlalchemy import URL, make_url
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from connectors.connector import Batch, Rows, Table
from connectors.errors import SourceMisbehaved, SourceUnavailable
from connectors.sources.statement import Statement, build

__all__ = ["SqlSource", "engine_of"]

_STATEMENTS = 256
_UNREACHABLE = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.InvalidAuthorizationSpecificationError,
    asyncpg.exceptions.InvalidCatalogNameError,
)


def engine_of(url: str) -> AsyncEngine:
    """Give an engine for ``sqlite:///path`` (opened read-only) or ``postgresql://…?schema=name``."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        path = quote(parsed.database or "")
        return create_async_engine(
            URL.create("sqlite+aiosqlite", database=f"file:{path}", query={"mode": "ro", "uri": "true"}),
            poolclass=NullPool,
        )
    query = dict(parsed.query)
    schema = query.pop("schema", None)
    settings = {"plan_cache_mode": "force_generic_plan", "jit": "off", "default_transaction_read_only": "on"}
    if schema:
        settings["search_path"] = str(schema)
    return create_async_engine(
        parsed.set(drivername="postgresql+asyncpg", query=query),
        poolclass=NullPool,
        connect_args={"server_settings": settings},
    )


class SqlSource:
    """A database with a few held connections; as many batches run at once."""

    def __init__(self, url: str, lanes: int = 2) -> None:
        """Name the database; nothing is opened before the first batch."""
        self.lanes = lanes
        self._engine = engine_of(url)
        self._idle: list[_Lane] = []
        self._free = asyncio.Semaphore(lanes)
        self._statements: LRUCache[Any, Statement] = LRUCache(_STATEMENTS)

    @property
    def dialect(self) -> Dialect:
        """The database's own SQL."""
        return self._engine.dialect

    async def gather(self, tables: Mapping[str, Table], batch: Batch) -> Rows:
        """Fetch a batch with one statement.

        Raises:
            SourceUnavailable: the database was not reached, or broke off.
            SourceMisbehaved: it has not the declared tables, or answered what cannot be read.

        """
        wanted = (batch.kind, batch.selections, batch.highest, batch.own)
        statement = self._statements.get(wanted)
        if statement is None:
            statement = self._statements[wanted] = build(tables, batch, self._engine.dialect)
        answers = await self.fetch(statement.sql, statement.parameters(tuple(batch.keys)))
        found = statement.read(answers[0][0])
        if len(found) != len(batch.keys):
            message = f"{len(found)} answers to {len(batch.keys)} keys"
            raise SourceMisbehaved(message)
        return found

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Any]:
        """Run one statement on a free lane, and give its rows.

        Raises:
            SourceUnavailable: the database was not reached, or broke off.
            SourceMisbehaved: it refused the statement.

        """
        async with self._free:
            lane = self._idle.pop() if self._idle else None
            try:
                if lane is None:
                    lane = await _Lane.open(self._engine)
                rows = await lane.fetch(sql, parameters)
            except _UNREACHABLE as error:
                await _abandon(lane)
                raise SourceUnavailable(str(error)) from error
            except (asyncpg.PostgresError, sqlite3.Error, DBAPIError) as error:
                await _abandon(lane)
                unreachable = isinstance(error, OperationalError) or "unable to open" in str(error)
                raise (SourceUnavailable if unreachable else SourceMisbehaved)(str(error)) from error
            except BaseException:
                await _abandon(lane)
                raise
            self._idle.append(lane)
            return rows

    async def close(self) -> None:
        """Give all connections back."""
        while self._idle:
            await self._idle.pop().close()
        await self._engine.dispose()


class _Lane:
    """One held connection, and what is prepared on it."""

    def __init__(self, connection: AsyncConnection, driver: Any) -> None:
        self._connection = connection
        self._driver = driver
        self._prepared: LRUCache[str, Any] = LRUCache(_STATEMENTS)
        self._postgresql = isinstance(driver, asyncpg.Connection)

    @classmethod
    async def open(cls, engine: AsyncEngine) -> "_Lane":
        connection = await engine.connect()
        raw = await connection.get_raw_connection()
        return cls(connection, raw.driver_connection)

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Any]:
        if not self._postgresql:
            rows: Sequence[Any] = await self._driver.execute_fetchall(sql, parameters)
            return rows
        prepared = self._prepared.get(sql)
        if prepared is None:
            prepared = self._prepared[sql] = await self._driver.prepare(sql)
        return await prepared.fetch(*parameters)  # type: ignore[no-any-return]  # asyncpg has no types

    async def close(self) -> None:
        await self._connection.close()


async def _abandon(lane: _Lane | None) -> None:
    """Drop a connection of which nothing is known any more; that it fails once more says nothing new."""
    if lane is None:
        return
    try:
        await asyncio.shield(asyncio.wait_for(lane.close(), 1))
    except (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.PostgresError, DBAPIError, sqlite3.Error):
        return
