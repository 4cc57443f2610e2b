"""How the register's database is asked: within a deadline, and whatever fails is one refusal (Art. 13)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from gateway.errors import ObligationsUnavailable

__all__ = ["DEADLINE_S", "FAILURES", "asked"]

DEADLINE_S: Final = 10.0
"""Seconds that one question to the register may take, all that it brings up to date included."""
FAILURES: Final = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
"""What a database raises that is not there, or does not answer."""


@asynccontextmanager
async def asked(deadline_s: float = DEADLINE_S) -> AsyncIterator[None]:
    """Turn every failure of the database, and its silence, into one refusal.

    Raises:
        ObligationsUnavailable: nobody knows what is due, or nothing was written.

    """
    try:
        async with asyncio.timeout(deadline_s):
            yield
    except FAILURES as failure:
        message = f"{type(failure).__name__}: {failure}"
        raise ObligationsUnavailable(message) from failure
