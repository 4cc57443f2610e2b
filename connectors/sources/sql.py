"""An agency's relational database, reached through SQLAlchemy: SQLite and PostgreSQL alike.

SQLAlchemy gives metadata, SQL text and connections; the hot statement itself goes to the driver of a few *held*
connections (lanes), prepared once. A lane that fails is given back and opened anew by the next batch.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar
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
from connectors.wall import READERS, Standing, Wall
from schema.tiers import Tier

__all__ = ["SqlSource", "engine_of"]

T = TypeVar("T")
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
            hide_parameters=True,  # in no error, and so in no log
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
        hide_parameters=True,
    )


class SqlSource:
    """A database with a few held connections; as many batches run at once.

    Where its records stand behind a wall each batch runs as the role that can read up to its tier. A connection keeps
    its role, and what is prepared on it stays good, so that a wall costs no more round trips than none; but as many
    connections as there are lanes may be held for each of the three roles.
    """

    def __init__(self, url: str, lanes: int = 2, wall: Wall | None = None) -> None:
        """Name the database, and the wall that may stand in it; nothing is opened before the first batch."""
        self.lanes = lanes
        self._engine = engine_of(url)
        self._wall = wall if self._engine.dialect.name == "postgresql" else None
        self._idle: dict[Tier | None, list[_Lane]] = {each: [] for each in (None, *Tier)}
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

        async def ask(lane: _Lane) -> tuple[Statement, Sequence[Any]]:
            asked = self._statement(tables, batch, walled=lane.role is not None)
            return asked, await lane.fetch(asked.sql, asked.parameters(tuple(batch.keys)))

        asked, answers = await self._on_a_lane(ask, batch.highest)
        found = asked.read(answers[0][0])
        if len(found) != len(batch.keys):
            message = f"{len(found)} answers to {len(batch.keys)} keys"
            raise SourceMisbehaved(message)
        return found

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Any]:
        """Run one statement on a free lane, and give its rows; behind a wall as the role that reads the least.

        Raises:
            SourceUnavailable: the database was not reached, or broke off.
            SourceMisbehaved: it refused the statement.

        """
        return await self._on_a_lane(lambda lane: lane.fetch(sql, parameters), Tier.PUBLIC)

    def _statement(self, tables: Mapping[str, Table], batch: Batch, *, walled: bool) -> Statement:
        wanted = (batch.kind, batch.selections, batch.highest, batch.own, walled)
        found = self._statements.get(wanted)
        if found is None:
            found = self._statements[wanted] = build(tables, batch, self._engine.dialect, walled=walled)
        return found

    async def _on_a_lane(self, ask: "Callable[[_Lane], Awaitable[T]]", highest: Tier) -> T:
        async with self._free:
            idle = self._idle[highest] or self._idle[None]
            lane = idle.pop() if idle else None
            try:
                if lane is None:
                    lane = await _Lane.open(self._engine, self._wall, highest)
                answer = await ask(lane)
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
            self._idle[lane.role].append(lane)
            return answer

    async def close(self) -> None:
        """Give all connections back."""
        for idle in self._idle.values():
            while idle:
                await idle.pop().close()
        await self._engine.dispose()


class _Lane:
    """One held connection, the role that it has taken behind a wall, and what is prepared on it."""

    def __init__(self, connection: AsyncConnection, driver: Any) -> None:
        self.role: Tier | None = None
        self._connection = connection
        self._driver = driver
        self._prepared: LRUCache[str, Any] = LRUCache(_STATEMENTS)
        self._postgresql = isinstance(driver, asyncpg.Connection)

    @classmethod
    async def open(cls, engine: AsyncEngine, wall: Wall | None, highest: Tier) -> "_Lane":
        connection = await engine.connect()
        raw = await connection.get_raw_connection()
        lane = cls(connection, raw.driver_connection)
        if wall is not None:
            try:
                await lane._take_a_role(wall, highest)
            except BaseException:
                await _abandon(lane)
                raise
        return lane

    async def _take_a_role(self, wall: Wall, highest: Tier) -> None:
        """Take the role that reads up to a tier, if the wall is up.

        Raises:
            SourceMisbehaved: the wall is up, and we may not: without a role everything would be open, or nothing.

        """
        standing = Standing(*await self._driver.fetchrow(wall.standing()))
        if not standing.up:
            return
        if not standing.member:
            message = "the records stand behind a wall whose roles are not ours to take: see deploy/postgres/roles.sql"
            raise SourceMisbehaved(message)
        await self._driver.execute(f"SET ROLE {READERS[highest]}")
        self.role = highest

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
