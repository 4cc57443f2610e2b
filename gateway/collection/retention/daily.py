"""What the running house does once a day: deletes individuals' negative records whose five years are over (Art. 20)."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from gateway.collection.retention.deletion import Deletion, NotDeleted
from gateway.errors import AuditUnavailable
from gateway.store.locks import Lock, alone

__all__ = ["DailyDeletion"]

_log = logging.getLogger(__name__)

_FIRST_S: Final = 60.0
"""A house that has just opened answers first."""
_EVERY_S: Final = 600.0
_STEP_S: Final = 60.0
"""By how much the clock of the day may differ from the clock that only counts, while the house is open."""


class DailyDeletion:
    """Works in the background from its making to `close`; a day that failed is tried again."""

    def __init__(
        self,
        deletion: Deletion,
        today: Callable[[], date],
        *,
        first_s: float = _FIRST_S,
        every_s: float = _EVERY_S,
    ) -> None:
        """Start to work in the running event loop; *today* is the city's day."""
        self._deletion = deletion
        self._today = today
        self._first_s = first_s
        self._every_s = every_s
        self._begun_s = time.time() - time.monotonic()
        self._done: date | None = None
        self._failures = 0
        self._deleted = 0
        self._unreadable: int | None = None
        self._task = asyncio.get_running_loop().create_task(self._run(), name="daily deletion")

    def figures(self) -> Iterable[tuple[str, str, float]]:
        """Give what is counted: name, meaning, value; what was not looked at here yet has none."""
        yield (
            "records_deleted",
            "Individuals' negative records that this process deleted after five years",
            self._deleted,
        )
        yield "records_deletion_failures", "Rounds in which that failed", self._failures
        if self._unreadable is not None:
            yield "records_unreadable", "Records whose term cannot be reckoned: see the runbook", self._unreadable

    async def close(self) -> None:
        """Stop; what was being deleted is, or is not, by chunks."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        await asyncio.sleep(self._first_s)
        while True:
            await self.go_round()
            await asyncio.sleep(self._every_s)

    async def go_round(self) -> None:
        """Delete what has expired, if this day's deletion was not done here yet and nobody else is at it."""
        today = self._today()
        if self._done == today:
            return
        try:
            if await self._alone(today):
                self._done = today
        except (SQLAlchemyError, OSError, NotDeleted, AuditUnavailable) as failure:
            self._failures += 1
            _log.error("what has expired could not be deleted, and it is tried again: %s", failure)

    async def _alone(self, today: date) -> bool:
        """Delete if no other process does, and say whether it was done."""
        async with alone(self._deletion.centre.store.engine, Lock.DELETION) as ours:
            if ours:
                await self._delete(today)
            return ours

    async def _delete(self, today: date) -> None:
        if abs(time.time() - time.monotonic() - self._begun_s) > _STEP_S:
            message = "the clock was set while the gateway ran: nothing is deleted until it was started anew"
            raise NotDeleted(message)
        deleted = await self._deletion.run(today)
        self._deleted += deleted.total
        self._unreadable = deleted.unreadable
        if deleted.total or deleted.versions:
            _log.info("run %s deleted %d records, %d versions", deleted.run, deleted.total, deleted.versions)
        if deleted.unreadable:
            _log.warning("the term of %d records cannot be reckoned: see the runbook", deleted.unreadable)
