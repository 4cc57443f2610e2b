"""The advisory locks of PostgreSQL by which processes on one database keep out of each other's way.

Their numbers stand here alone, so that no two matters share one. A lock is of one schema: gateways in different schemas
of one database have nothing to do with each other. Only a migration, whose schema may not be there yet, is of all.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

__all__ = ["Lock", "alone", "in_turn", "is_mine", "migrating"]


class Lock(IntEnum):
    """What only one process does at a time; `functions.sql` has 20170082, of its schema too, for making months."""

    MIGRATION = 20170080
    SEAL = 20170081
    TRAIL_EXPIRY = 20170083
    OBLIGATIONS = 20170084
    DELETION = 20170085
    SYNCHRONISATION = 20170086
    CONSENTS = 20170087
    LOG_KEY = 20170088


@asynccontextmanager
async def alone(engine: AsyncEngine, lock: Lock) -> AsyncIterator[bool]:
    """Say whether it is ours, and keep it until the end; a file, which one process has, is always ours."""
    if engine.dialect.name != "postgresql":
        yield True
        return
    async with engine.connect() as connection:
        ours = await is_mine(connection, lock)
        await connection.commit()
        try:
            yield ours
        finally:
            if ours:
                freed = text("SELECT pg_advisory_unlock(:lock, hashtext(current_schema()))")
                await connection.execute(freed, {"lock": lock})


async def is_mine(connection: AsyncConnection, lock: Lock) -> bool:
    """Say at once whether it is ours now, until the session ends or gives it back."""
    taken = text("SELECT pg_try_advisory_lock(:lock, hashtext(current_schema()))")
    return bool((await connection.execute(taken, {"lock": lock})).scalar_one())


async def in_turn(connection: AsyncConnection, lock: Lock, *, shared: bool = False) -> None:
    """Wait until it is ours, to the end of the transaction; with *shared* among those who share it."""
    if connection.dialect.name == "postgresql":
        how = "_shared" if shared else ""
        waited = text(f"SELECT pg_advisory_xact_lock{how}(:lock, hashtext(current_schema()))")
        await connection.execute(waited, {"lock": lock})


async def migrating(connection: AsyncConnection) -> None:
    """Wait until nobody else in the whole database migrates, to the end of the transaction."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": Lock.MIGRATION})
