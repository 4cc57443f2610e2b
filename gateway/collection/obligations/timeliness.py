"""How each agency reports, as every answer says of its sources: when last, and whether anything is overdue (R4.3).

That nothing is known of a subject means something only where its agencies reported in time. Asked for at most every
half minute; where a database does not answer, what was known is told for five minutes, then that nothing is known.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.collection.centre import Centre
from gateway.collection.obligations.asking import asked
from gateway.errors import GatewayError, ObligationsUnavailable
from gateway.store.tables import OBLIGATION, SUBMISSION
from schema.obligations import ObligationKind, ObligationState

__all__ = ["Timeliness"]

_log = logging.getLogger(__name__)

_FRESH_S: Final = 30.0
_TOLD_S: Final = 300.0
"""How long what was read is told: a database that starts anew, or another in its place, answers within five minutes.

Longer ago an agency may have reported since, or a day on which something was due may have ended: then it is not known.
"""
_PATIENCE_S: Final = 1.0
_CENTRE: Final = "CREDIT_CENTRE"
"""The centre's own records come from all agencies: it is overdue where any of them is."""
_UNMET: Final = tuple(
    each.value
    for each in (
        ObligationState.REMINDED,
        ObligationState.ESCALATED,
        ObligationState.CRITICISED,
        ObligationState.NOT_CRITICISED,
    )
)

Told = Mapping[str, tuple[datetime | None, bool | None]]
"""By agency: when it reported last, and whether anything is overdue; None: it never did, or was never to."""


class Timeliness:
    """Says how agencies report."""

    def __init__(
        self,
        engine: AsyncEngine,
        centre: Centre,
        clock: Callable[[], float],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """Look into the gateway's own database and the *centre*'s.

        *clock* gives the instant, *steady* seconds that nobody sets: by them what was read grows old.
        """
        self._engine = engine
        self._centre = centre
        self._clock = clock
        self._steady = steady
        self._told: Told = MappingProxyType({})
        self._read_s = float("-inf")
        self._unanswered = ""
        """Why nothing is known, where that is so."""
        self._asked_s = float("-inf")
        self._lock = asyncio.Lock()

    async def __call__(self) -> Told:
        """Give what is known of each agency.

        Raises:
            ObligationsUnavailable: nothing is, since a database has not answered yet, or for five minutes.

        """
        if not self._is_fresh():
            async with self._lock:
                if not self._is_fresh():  # nobody asked while this one waited
                    await self._ask()
        if self._steady() - self._read_s > _TOLD_S:
            raise ObligationsUnavailable(self._unanswered)
        return self._told

    def _is_fresh(self) -> bool:
        return self._steady() - self._asked_s < _FRESH_S

    async def _ask(self) -> None:
        began_s = self._steady()
        try:
            self._told = await self._read(datetime.fromtimestamp(self._clock(), UTC))
            self._read_s = began_s
        except GatewayError as failure:
            self._unanswered = str(failure)
            _log.warning("it is not known how agencies report: %s", failure)
        self._asked_s = self._steady()

    async def _read(self, now: datetime) -> Told:
        columns = OBLIGATION.c
        open_still = and_(columns.decided == ObligationState.PLANNED.value, columns.due_at <= now)
        late = case((open_still | columns.decided.in_(_UNMET), 1), else_=0)
        due = (
            select(columns.agency, func.max(late).label("late"))
            .where(columns.kind != ObligationKind.DECISION.value)
            .group_by(columns.agency)
        )
        last = (
            select(SUBMISSION.c.provider, func.max(SUBMISSION.c.received_at).label("at"))
            .where(SUBMISSION.c.state == "DONE")
            .group_by(SUBMISSION.c.provider)
        )
        async with asked(_PATIENCE_S):
            async with self._engine.connect() as connection:
                overdue = {row.agency: bool(row.late) for row in (await connection.execute(due)).all()}
            async with self._centre.reading() as connection:
                reported = {row.provider: row.at for row in (await connection.execute(last)).all()}
        told = {agency: (reported.get(agency), overdue.get(agency)) for agency in {*overdue, *reported}}
        if told:
            told[_CENTRE] = (max(reported.values(), default=None), any(overdue.values()) if overdue else None)
        return MappingProxyType(told)
