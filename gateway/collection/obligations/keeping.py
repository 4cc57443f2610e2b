"""What the running gateway does for obligations every minute (Art. 12, 13).

Nobody becomes late by it: states are reckoned from the clock. It writes ahead, meets what was reported, and drafts.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from gateway.collection.obligations.room import ObligationsRoom
from gateway.errors import GatewayError

__all__ = ["ObligationKeeping"]

_log = logging.getLogger(__name__)

_EVERY_S: Final = 60.0


class ObligationKeeping:
    """Works in the background from its making to `close`."""

    def __init__(self, room: ObligationsRoom, clock: Callable[[], float], every_s: float = _EVERY_S) -> None:
        """Start to work in the running event loop; *clock* gives the instant."""
        self._room = room
        self._clock = clock
        self._every_s = every_s
        self.rounds = 0
        """How often it went round."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="obligations")

    async def close(self) -> None:
        """Stop; what was begun is done anew at the next start."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)  # who reads before that brings up to date what they read
            await self.go_round()

    async def go_round(self) -> None:
        """Bring everything up to date once."""
        try:
            await self._room.bring_up(self._clock())
        except GatewayError as failure:
            _log.error("obligations could not be brought up to date, and it is tried again: %s", failure)
        self.rounds += 1
