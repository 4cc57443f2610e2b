"""Sessions that were ended before their term, as all processes of the house know them: a copied cookie opens nothing.

A cookie is whole in itself, so that it cannot be taken back; whom it is of is asked here, once for each page.
"""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.store.asking import DEADLINE_S, asked
from gateway.store.tables import SESSION_ENDED
from gateway.web.login.errors import SessionsUnavailable
from gateway.web.sessions import Seal, Session

__all__ = ["EndedSessions"]

_TABLE: Final = SESSION_ENDED.c
_USE: Final = "ended"


class EndedSessions:
    """The register of ended sessions, in the gateway's own database."""

    def __init__(self, engine: AsyncEngine, key: bytes, deadline_s: float = DEADLINE_S) -> None:
        """Keep in the database of *engine* what *key* makes of their ids; each request has *deadline_s* seconds."""
        self._engine = engine
        self._seal = Seal(key)
        self._deadline_s = deadline_s

    async def has(self, session: Session) -> bool:
        """Say whether a session was ended.

        Raises:
            SessionsUnavailable: the database did not answer.

        """
        known = select(literal(1)).where(_TABLE.mark == self._mark(session))
        async with asked(SessionsUnavailable, self._deadline_s), self._engine.connect() as connection:
            return (await connection.execute(known)).first() is not None

    async def end(self, session: Session, now: float) -> None:
        """End a session for all processes, and forget those whose term is over; ended again it stays so.

        Raises:
            SessionsUnavailable: the database did not take it.

        """
        row = {"mark": self._mark(session), "expires_at": datetime.fromtimestamp(session.expires_at, UTC)}
        over = delete(SESSION_ENDED).where(_TABLE.expires_at <= datetime.fromtimestamp(now, UTC))
        try:
            async with asked(SessionsUnavailable, self._deadline_s), self._engine.begin() as connection:
                await connection.execute(insert(SESSION_ENDED).values(row))
                await connection.execute(over)
        except IntegrityError:  # it was ended before, or is by another process just now
            return

    def _mark(self, session: Session) -> str:
        return self._seal.mark(_USE, session.id)
