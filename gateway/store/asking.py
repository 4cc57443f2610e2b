"""How a register's database is asked: within a deadline, and whatever fails is one refusal (R14.3)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import asyncpg
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from gateway.errors import ServiceError

__all__ = ["DEADLINE_S", "asked"]

DEADLINE_S: Final = 2.0
"""Seconds that the database has, where nobody says anything else."""


@asynccontextmanager
async def asked(refusal: type[ServiceError], deadline_s: float) -> AsyncIterator[None]:
    """Turn every failure of the database, and its silence, into one refusal; a double is the asker's to understand.

    Raises:
        ServiceError: of the kind *refusal*.

    """
    try:
        async with asyncio.timeout(deadline_s):
            yield
    except IntegrityError:
        raise
    except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as failure:
        message = f"{type(failure).__name__}: {failure}"
        raise refusal(message) from failure
