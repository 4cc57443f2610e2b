"""How the registers of obligations are asked: within a deadline, and whatever fails is one refusal (Art. 13)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy.exc import IntegrityError

from gateway.errors import ObligationsUnavailable
from gateway.store.asking import asked as asked_for

__all__ = ["DEADLINE_S", "asked"]

DEADLINE_S: Final = 10.0
"""Seconds that one question may take, all that it brings up to date included."""


@asynccontextmanager
async def asked(deadline_s: float = DEADLINE_S) -> AsyncIterator[None]:
    """Turn every failure of a database, its silence, and a double into one refusal: asked again, it goes another way.

    Raises:
        ObligationsUnavailable: nobody knows what is due, or nothing was written.

    """
    try:
        async with asked_for(ObligationsUnavailable, deadline_s):
            yield
    except IntegrityError as double:
        message = f"{type(double).__name__}: {double}"
        raise ObligationsUnavailable(message) from double
