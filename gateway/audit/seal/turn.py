"""Whose turn it is to seal: one process at a time, and the next one soon after it died."""

import os
import secrets
import socket
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import or_, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.store import Store
from gateway.store.locks import Lock, is_mine
from gateway.store.tables import LEASE

__all__ = ["Turn"]

_NAME: Final = "seal"
# A server that lost sight of us must notice soon, or nobody else could seal.
_KEEPALIVE: Final = (
    "SELECT set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '2', false),"
    " set_config('tcp_keepalives_count', '3', false), set_config('lock_timeout', '1500', false)"
)


class Turn:
    """The right to seal, with the connection on which it is held.

    On PostgreSQL it is a lock of the session, which ends with it; on SQLite a row with an end. Neither is what keeps
    the log from forking: that is the constraint on `audit_checkpoint.prev_size`.
    """

    def __init__(self, store: Store, lease_s: float) -> None:
        """Take the store; *lease_s* is how long a turn outlives a process that died, on SQLite."""
        self._store = store
        self._lease = timedelta(seconds=lease_s)
        self._holder = f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(4)}"
        self._connection: AsyncConnection | None = None
        self._locked = False

    async def look(self) -> AsyncConnection:
        """Give a connection on which to see whether there is anything to seal."""
        if self._connection is None:
            connection = await self._store.engine.connect()
            self._connection = connection
            if self._store.address.is_postgresql:
                await connection.execute(text(_KEEPALIVE))
                await connection.commit()
        return self._connection

    async def take(self) -> bool:
        """Say whether it is ours; on SQLite this is the write that renews the lease."""
        connection = await self.look()
        if self._store.address.is_postgresql:
            return await self._lock(connection)
        return await self._rent(connection)

    async def give_back(self) -> None:
        """Let another process have it at once; what was not committed is not done."""
        connection, self._connection, self._locked = self._connection, None, False
        if connection is None:
            return
        try:
            await connection.rollback()
            if self._store.address.is_postgresql:
                await connection.execute(text("SELECT pg_advisory_unlock_all()"))
            else:
                await connection.execute(LEASE.delete().where(LEASE.c.holder == self._holder))
            await connection.commit()
            await connection.close()
        except (SQLAlchemyError, OSError):
            await _cut(connection)

    async def lose(self) -> None:
        """Leave a connection that failed; a lock on it ends with it."""
        connection, self._connection, self._locked = self._connection, None, False
        if connection is not None:
            await _cut(connection)

    async def _lock(self, connection: AsyncConnection) -> bool:
        if not self._locked:
            self._locked = await is_mine(connection, Lock.SEAL)
        return self._locked

    async def _rent(self, connection: AsyncConnection) -> bool:
        now = datetime.now(UTC)
        row = {"name": _NAME, "holder": self._holder, "held_until": now + self._lease}
        statement = sqlite.insert(LEASE).values(row)
        free = or_(
            LEASE.c.holder == self._holder,
            LEASE.c.held_until <= now,
            LEASE.c.held_until > now + 2 * self._lease,  # the clock was set back meanwhile
        )
        ours = await connection.execute(
            statement.on_conflict_do_update(index_elements=[LEASE.c.name], set_=row, where=free)
        )
        await connection.commit()
        return ours.rowcount == 1


async def _cut(connection: AsyncConnection) -> None:
    try:
        await connection.invalidate()
        await connection.close()
    except (SQLAlchemyError, OSError):
        return
