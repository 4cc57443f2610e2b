"""One look at the whole trail, as it stands at one instant, through a session that cannot write."""

import asyncio
import hashlib
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from datetime import UTC, datetime
from typing import Any, Final, Protocol, Self

import asyncpg

from gateway.errors import StartRefused
from gateway.store.engine import Address, connect_postgresql
from gateway.store.tables import microseconds

__all__ = ["Page", "PostgresqlSnapshot", "Snapshot", "SqliteSnapshot", "open_exported", "open_snapshot"]

Page = Sequence[Sequence[Any]]

_ROWS: Final = 2000
_CONNECT_S: Final = 5.0
_SESSION: Final = {
    "default_transaction_read_only": "on",
    # One session waits while others read what it sees.
    "idle_in_transaction_session_timeout": "0",
    "jit": "off",
    "timezone": "UTC",
    "work_mem": "64MB",
    # Nobody helps to read by pages: a plan made for helpers sorts all entries that lie in order already.
    "max_parallel_workers_per_gather": "0",
}
_SINCE_2000: Final = microseconds(datetime(2000, 1, 1, tzinfo=UTC))


class Snapshot(Protocol):
    """Reads rows; places are written ``$1``, and instants are whole microseconds since 1970 on either engine.

    On either engine the hash of a column is to be had as `hashed` writes it.
    """

    def hashed(self, column: str) -> str:
        """Write the SHA-256 of a column's bytes."""
        ...

    def pages(self, statement: str, *values: object) -> AsyncIterator[Page]:
        """Give the rows by pages."""
        ...

    async def rows(self, statement: str, *values: object) -> Page:
        """Give all rows at once."""
        ...

    def beside(self) -> AbstractAsyncContextManager["Snapshot"]:
        """Give another look at the same instant, to be had at the same time where the database can; else this one."""
        ...


class SqliteSnapshot:
    """What one transaction on SQLite sees."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take a connection, in a transaction."""
        self._connection = connection
        connection.create_function("sha256", 1, _sha256, deterministic=True)

    def hashed(self, column: str) -> str:
        """Write the SHA-256 of a column's bytes."""
        return f"sha256({column})"

    async def pages(self, statement: str, *values: object) -> AsyncIterator[Page]:
        """Give the rows by pages."""
        cursor = self._execute(statement, values)
        while page := cursor.fetchmany(_ROWS):
            yield page

    async def rows(self, statement: str, *values: object) -> Page:
        """Give all rows at once."""
        return self._execute(statement, values).fetchall()

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[Snapshot]:
        """Give this one: a file is read by one."""
        yield self

    def _execute(self, statement: str, values: Sequence[object]) -> sqlite3.Cursor:
        return self._connection.execute(statement, {str(place): value for place, value in enumerate(values, 1)})


class PostgresqlSnapshot:
    """What one transaction on PostgreSQL sees."""

    def __init__(self, connection: Any, address: Address | None = None) -> None:  # noqa: ANN401 - asyncpg has no types
        """Take a connection, in a transaction, and where to open another one beside it."""
        self._connection = connection
        self.address = address
        self._exported: str | None = None
        self._turn = asyncio.Lock()  # one statement at a time
        self._coming: set[asyncio.Task[Page]] = set()

    @classmethod
    async def of(cls, connection: Any, address: Address | None = None) -> Self:  # noqa: ANN401 - as above
        """Take a connection, in a transaction, and let it read instants as whole numbers."""
        await connection.set_type_codec(
            "timestamptz",
            schema="pg_catalog",
            format="tuple",
            encoder=lambda instant: (instant - _SINCE_2000,),
            decoder=lambda instant: instant[0] + _SINCE_2000,
        )
        return cls(connection, address)

    def hashed(self, column: str) -> str:
        """Write the SHA-256 of a column's bytes."""
        return f"sha256({column})"

    async def pages(self, statement: str, *values: object) -> AsyncIterator[Page]:
        """Give the rows by pages; the database works on the next one while a page is looked at."""
        async with self._turn:
            cursor = await self._connection.cursor(statement, *values)
        coming = self._ask_for_page(cursor)
        while page := await coming:
            coming = self._ask_for_page(cursor)
            await asyncio.sleep(0)  # so that it is asked for before anybody is busy with this one
            yield page

    async def rows(self, statement: str, *values: object) -> Page:
        """Give all rows at once."""
        async with self._turn:
            found: Page = await self._connection.fetch(statement, *values)
        return found

    @asynccontextmanager
    async def beside(self) -> AsyncIterator[Snapshot]:
        """Give a session of its own that sees the same; without an address, this one."""
        if self.address is None:
            yield self
            return
        async with open_exported(self.address, await self.exported()) as snapshot:
            yield snapshot

    async def exported(self) -> str:
        """Give the name under which other sessions see what this one sees, as long as it lasts."""
        if self._exported is None:
            found: str = (await self.rows("SELECT pg_export_snapshot()"))[0][0]
            self._exported = found
        return self._exported

    async def close(self) -> None:
        """Wait for pages that nobody asked for any more."""
        await asyncio.gather(*self._coming, return_exceptions=True)

    def _ask_for_page(self, cursor: Any) -> "asyncio.Task[Page]":  # noqa: ANN401 - as above
        task = asyncio.get_running_loop().create_task(self._page(cursor))
        self._coming.add(task)
        task.add_done_callback(self._coming.discard)
        return task

    async def _page(self, cursor: Any) -> Page:  # noqa: ANN401 - as above
        async with self._turn:
            page: Page = await cursor.fetch(_ROWS)
        return page


def _sha256(stored: object) -> bytes:
    return hashlib.sha256(stored if isinstance(stored, bytes) else str(stored).encode()).digest()


@asynccontextmanager
async def open_snapshot(address: Address) -> AsyncIterator[Snapshot]:
    """Open a snapshot of the database at *address*.

    Raises:
        StartRefused: it cannot be read.

    """
    try:
        if address.is_postgresql:
            async with open_exported(address) as snapshot:
                yield snapshot
        else:
            with closing(sqlite3.connect(f"file:{address.path}?mode=ro", uri=True, isolation_level=None)) as connection:
                connection.execute("BEGIN")
                yield SqliteSnapshot(connection)
    except (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as failure:
        message = f"the trail cannot be read at database.url: {failure}"
        raise StartRefused(message) from failure


@asynccontextmanager
async def open_exported(address: Address, exported: str | None = None) -> AsyncIterator[Snapshot]:
    """Open a snapshot of PostgreSQL at this instant, or the one that another session has *exported*."""
    connection = await connect_postgresql(address, _SESSION, _CONNECT_S)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            if exported is not None:
                await connection.execute(f"SET TRANSACTION SNAPSHOT '{exported}'")
            snapshot = await PostgresqlSnapshot.of(connection, address)
            try:
                yield snapshot
            finally:
                await snapshot.close()
    finally:
        await connection.close()
