"""What the running gateway does for the trail every hour: makes months ahead, and lets entries expire (R19.10)."""

import asyncio
import logging
import time
from collections.abc import Iterable
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from gateway.audit.errors import AuditUnavailable
from gateway.audit.retention.expire import NotExpired, Retention
from gateway.store import Store
from gateway.store.locks import Lock, alone
from gateway.store.months import AHEAD, UNPLACED

__all__ = ["Keeping"]

_log = logging.getLogger(__name__)

_HOUR_S: Final = 3_600.0
_STEP_S: Final = 60.0
"""By how much the clock of the day may differ from the clock that only counts, while the gateway runs."""


class Keeping:
    """Works in the background from its making to `close`."""

    def __init__(self, store: Store, retention: Retention, every_s: float = _HOUR_S) -> None:
        """Start to work in the running event loop."""
        self._store = store
        self._retention = retention
        self._every_s = every_s
        self._begun_s = time.time() - time.monotonic()
        self._unplaced = 0
        self._failures = 0
        self._expired = 0
        self.rounds = 0
        """How often it went round."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="audit keeping")

    def figures(self) -> Iterable[tuple[str, str, float]]:
        """Give what is counted: name, meaning, value."""
        yield "audit_unplaced_rows", "Rows of the trail that no month holds: see the runbook", self._unplaced
        yield "audit_expired_entries", "Entries that this process deleted after five years", self._expired
        yield "audit_keeping_failures", "Hourly rounds in which months or expiry failed", self._failures

    async def close(self) -> None:
        """Stop; what was being deleted is, or is not, by chunks."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await self.go_round()
            await asyncio.sleep(self._every_s)

    async def go_round(self) -> None:
        """Make months, look for rows without one, and let entries expire."""
        try:
            if self._store.address.is_postgresql:
                await self._make_months()
            async with alone(self._store.engine, Lock.TRAIL_EXPIRY) as ours:
                if ours:
                    await self._expire()
        except (SQLAlchemyError, OSError, NotExpired, AuditUnavailable) as failure:
            self._failures += 1
            _log.error("the trail could not be kept as it should be, and it is tried again: %s", failure)
        self.rounds += 1

    async def _make_months(self) -> None:
        async with self._store.engine.begin() as connection:
            made = (await connection.execute(text("SELECT audit_add_months(:ahead)"), {"ahead": AHEAD})).scalar_one()
        if made:
            _log.info("%d partitions of the trail were made", made)
        async with self._store.engine.connect() as connection:
            self._unplaced = (await connection.execute(text(UNPLACED))).scalar_one()
        if self._unplaced:
            _log.critical("%d rows of the trail lie in no month: see the runbook", self._unplaced)

    async def _expire(self) -> None:
        if abs(time.time() - time.monotonic() - self._begun_s) > _STEP_S:
            message = "the clock was set while the gateway ran: nothing expires until it was started anew"
            raise NotExpired(message)
        expired = await self._retention.expire()
        self._expired += expired.entries
        if expired.entries or expired.months:
            months = ", ".join(f"{month:%Y-%m}" for month in expired.months) or "no month"
            _log.info("%d entries expired, and the keys of %s were destroyed", expired.entries, months)
