"""The running house asks connected systems every day what changed there, one process at a time (Art. 12: daily)."""

import asyncio
import logging
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from connectors.errors import SourceError
from gateway.collection.intake.sync import HOUSE, Synchronisation
from gateway.errors import AuditUnavailable, GatewayError
from gateway.store.locks import Lock, alone
from gateway.store.tables import SUBMISSION
from schema.terms import SubmissionMode

__all__ = ["Syncing"]

_log = logging.getLogger(__name__)

_LOOK_S: Final = 60.0
"""Seconds from one look, whether a run is due, to the next; a house that has just opened has other work first."""
_FAILURES: Final = (SourceError, GatewayError, AuditUnavailable, SQLAlchemyError, OSError)


class Syncing:
    """Works in the background from its making to `close`."""

    def __init__(self, synchronisation: Synchronisation, every_s: float, look_s: float = _LOOK_S) -> None:
        """Start to work in the running event loop: a run for each system every *every_s* seconds."""
        self._synchronisation = synchronisation
        self._every = timedelta(seconds=every_s)
        self._look_s = look_s
        self._task = asyncio.get_running_loop().create_task(self._run(), name="synchronisation")

    async def close(self) -> None:
        """Stop; what broke off is taken up by the next run."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._look_s)
            await self.go_round()

    async def go_round(self) -> list[str]:
        """Run for each system of which it is due, and say for which; one that fails is tried again at the next look."""
        ran: list[str] = []
        for agency in self._synchronisation.systems():
            try:
                if await self._alone(agency):
                    ran.append(agency)
            except _FAILURES as failure:
                _log.warning("the daily run over %s broke off, and is tried again: %s", agency, failure)
        return ran

    async def _alone(self, agency: str) -> bool:
        """Run if it is due and no other process is at it."""
        centre = self._synchronisation.intake.centre
        async with alone(centre.store.engine, Lock.SYNCHRONISATION) as ours:
            if not ours or not await self._is_due(agency):
                return False
            await self._synchronisation.run(agency)
            return True

    async def _is_due(self, agency: str) -> bool:
        columns = SUBMISSION.c
        last = select(func.max(columns.begun_at)).where(
            columns.provider == agency,
            columns.mode == SubmissionMode.SYSTEM.value,
            columns.officer == HOUSE,
            columns.state == "DONE",
        )
        intake = self._synchronisation.intake
        async with intake.centre.reading() as connection:
            begun = (await connection.execute(last)).scalar()
        return begun is None or begun + self._every <= intake.now()
