"""What the running house does once a day: looks for evidence of violations in its own rooms (Art. 25)."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Final

from gateway.collection.violations.allegations import Allegations
from gateway.errors import AuditUnavailable, GatewayError
from schema.days import day_of

__all__ = ["Watching"]

_log = logging.getLogger(__name__)
_FIRST_S: Final = 120.0
"""A house that has just opened answers first."""
_EVERY_S: Final = 600.0


class Watching:
    """Works in the background from its making to `close`; a day that failed is tried again.

    Several processes may look at once: the same evidence opens nothing twice.
    """

    def __init__(
        self,
        allegations: Allegations,
        clock: Callable[[], float] = time.time,
        *,
        first_s: float = _FIRST_S,
        every_s: float = _EVERY_S,
    ) -> None:
        """Start to work in the running event loop."""
        self._allegations = allegations
        self._clock = clock
        self._first_s = first_s
        self._every_s = every_s
        self._done: date | None = None
        self._failures = 0
        self._altered: int | None = None
        self._task = asyncio.get_running_loop().create_task(self._run(), name="violations watching")

    def figures(self) -> Iterable[tuple[str, str, float]]:
        """Give what is counted: name, meaning, value; what was not looked at here yet has none."""
        if self._altered is not None:
            yield "records_altered", "Stored versions that are not as they were reported: see the cases", self._altered
        yield "violations_watching_failures", "Rounds in which the look for evidence failed", self._failures

    async def close(self) -> None:
        """Stop."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        await asyncio.sleep(self._first_s)
        while True:
            await self.go_round()
            await asyncio.sleep(self._every_s)

    async def go_round(self) -> None:
        """Look, if this day was not looked at yet."""
        now = self._clock()
        if self._done == day_of(now):
            return
        try:
            found = await self._allegations.look(datetime.fromtimestamp(now, UTC))
        except (GatewayError, AuditUnavailable) as failure:
            self._failures += 1
            _log.error("evidence of violations could not be looked for, and it is tried again: %s", failure)
            return
        self._altered = found.altered
        self._done = day_of(now)
        if found.altered:
            _log.critical("%d stored versions are not as they were reported: see the cases", found.altered)
