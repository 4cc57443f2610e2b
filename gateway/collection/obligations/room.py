"""The room of obligations, opened once: what is brought up to date, and a desk for each caller (Art. 12, 13)."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.access.callers import Caller
from gateway.access.papers.rows import Seals
from gateway.collection.centre import Centre
from gateway.collection.obligations.asking import asked
from gateway.collection.obligations.desk import CallersObligations
from gateway.collection.obligations.duties import Agencies
from gateway.collection.obligations.reading import Correspondence
from gateway.collection.obligations.receipts import SubmittedReceipts
from gateway.collection.obligations.rules import Rules
from gateway.collection.obligations.upkeep import Upkeep
from gateway.workdays import Calendars

__all__ = ["ObligationsRoom", "open_room"]

_FRESH_S: Final = 5.0
"""For so many seconds what was brought up to date is fresh enough to be read."""


@dataclass(slots=True, eq=False)
class ObligationsRoom:
    """Everything that has to do with obligations."""

    upkeep: Upkeep
    seals: Seals
    correspondence: Correspondence
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _done_s: float = float("-inf")
    _done_at: float = float("-inf")

    async def bring_up(self, now: float, *, forced: bool = False) -> None:
        """Bring everything up to date, unless that was done a moment ago in this process.

        Raises:
            ObligationsUnavailable: a database did not answer.

        """
        async with self._lock:
            fresh = time.monotonic() - self._done_s < _FRESH_S and abs(now - self._done_at) < _FRESH_S
            if fresh and not forced:
                return
            async with asked():
                await self.upkeep.run(datetime.fromtimestamp(now, UTC))
            self._done_s, self._done_at = time.monotonic(), now

    def desk(self, caller: Caller, now: float) -> CallersObligations:
        """Give the desk as *caller* finds it at the instant *now*: the context of an operation."""
        return CallersObligations(self.upkeep, self.correspondence, self.seals, self.bring_up, caller, now)


def open_room(  # noqa: PLR0913 (what the room stands on)
    engine: AsyncEngine,
    centre: Centre,
    agencies: Agencies,
    seals: Seals,
    *,
    rules: Rules,
    since: date | None = None,
    correspondence: Correspondence | None = None,
) -> ObligationsRoom:
    """Open the room over the gateway's own database and the centre's."""
    upkeep = Upkeep(engine, Calendars(engine), SubmittedReceipts(centre), lambda: agencies, rules, since)
    return ObligationsRoom(upkeep, seals, correspondence or Correspondence())
