"""How the rooms of collection reach the centre's database: one transaction at a time, and every failure one refusal.

Where the records stand behind a wall (Art. 15) whoever writes takes the role that keeps them, if they are another's.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.wall import KEEPER
from gateway.errors import CollectionUnavailable
from gateway.store import Store, prepare_centre

__all__ = ["Busy", "Centre"]

_FAILURES: Final = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
_MUST_TAKE: Final = text(
    "SELECT pg_has_role(current_user, own.oid, 'MEMBER') AND NOT EXISTS (SELECT FROM pg_class"
    " WHERE oid = to_regclass('reported_record') AND pg_has_role(current_user, relowner, 'USAGE'))"
    " FROM pg_roles AS own WHERE own.rolname = :keeper"
)
_ALONE: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:named, 20170080))")


class Busy(CollectionUnavailable):
    """Somebody else was writing; nothing was written, and the same may be tried again."""


@dataclass(frozen=True, slots=True, eq=False)
class Centre:
    """The centre's database."""

    store: Store
    _ready: list[bool] = field(default_factory=list)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection to read by.

        Raises:
            CollectionUnavailable: the database did not answer.

        """
        async with self._connected() as connection:
            await self._take_the_role(connection)
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Give a transaction, which is durable at the end of the block, or was never there.

        Raises:
            Busy: it may be tried again at once.
            CollectionUnavailable: the database did not take it.

        """
        async with self._connected() as connection:
            await self._take_the_role(connection)
            if self.store.address.is_postgresql:  # rows are looked up by their keys, however small a table seems
                await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            yield connection
            await connection.commit()

    async def alone(self, connection: AsyncConnection, named: str) -> None:
        """Let nobody else be alone with what is *named* until the transaction ends; SQLite has one writer anyway."""
        if self.store.address.is_postgresql:
            await connection.execute(_ALONE, {"named": named})

    async def close(self) -> None:
        """Give the connections back."""
        await self.store.close()

    async def _take_the_role(self, connection: AsyncConnection) -> None:
        if not self.store.address.is_postgresql:
            return
        if (await connection.execute(_MUST_TAKE, {"keeper": KEEPER})).scalar():
            await connection.exec_driver_sql(f"SET LOCAL ROLE {KEEPER}")

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        try:
            if not self._ready:  # an embedded one gets its tables when it is used first
                await prepare_centre(self.store)
                self._ready.append(True)
            async with self.store.engine.connect() as connection:
                yield connection
        except OperationalError as failure:
            raise Busy(_told(failure)) from failure
        except _FAILURES as failure:
            raise CollectionUnavailable(_told(failure)) from failure


def _told(failure: Exception) -> str:
    """Say what failed, without the details that follow: a database repeats whole rows in them (R9.7)."""
    first, _, _ = str(failure).partition("\n")
    return f"{type(failure).__name__}: {first}"
