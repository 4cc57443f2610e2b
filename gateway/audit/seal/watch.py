"""Looks whether what this process acknowledged is in the log, as it was acknowledged, within ten seconds.

So what somebody removes between commit and seal is missed by a live party that is not the database; and so is a
database that was set back under a running gateway.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.audit.entry import Receipt
from gateway.audit.head import leaf_of
from gateway.audit.seal.errors import SealingFailed
from gateway.audit.seal.rows import (
    Sealed,
    checkpoint_of,
    connected,
    entry_rows,
    index_of,
    newest_checkpoint,
    sealed_end,
    with_tiles,
)
from gateway.audit.seal.suites import Suite
from gateway.audit.seal.tree import TileMissing

__all__ = ["Watch"]

_log = logging.getLogger(__name__)

_TOGETHER_S: Final = 0.25
"""Acknowledgements of one stream within this time are one mark: the last vouches for those before it, by the chain."""
_REMEMBERED: Final = 4096


@dataclass(slots=True)
class _Mark:
    """An entry that was acknowledged, and when."""

    receipt: Receipt
    since: float


class Watch:
    """The conscience of one process."""

    def __init__(self, engine: AsyncEngine, suite: Suite, within_s: float, clock: Callable[[], float]) -> None:
        """Take how soon what was acknowledged must be sealed."""
        self._engine = engine
        self._suite = suite
        self._within_s = within_s
        self._clock = clock
        self._marks: deque[_Mark] = deque(maxlen=_REMEMBERED)
        self._seen: Sealed | None = None
        self.altered: list[str] = []
        """What is not as it was acknowledged; it never mends itself."""
        self.late = False
        """Whether something acknowledged was not sealed in time."""

    @property
    def well(self) -> bool:
        """Whether all that was acknowledged is in the log, or still has time."""
        return not self.late and not self.altered

    @property
    def waiting_s(self) -> float:
        """For how long the oldest acknowledged entry has been waiting for its seal."""
        return self._clock() - self._marks[0].since if self._marks else 0.0

    def note(self, receipt: Receipt) -> None:
        """Remember an acknowledgement: the last of a group."""
        now = self._clock()
        for mark in reversed(self._marks):
            if now - mark.since >= _TOGETHER_S:
                break
            if mark.receipt.stream == receipt.stream:
                mark.receipt = receipt
                return
        self._marks.append(_Mark(receipt, now))

    async def look(self) -> None:
        """Compare what was acknowledged with the log."""
        try:
            async with connected(self._engine) as connection:
                await self._look(connection)
        except SealingFailed as failure:
            _log.warning("the log cannot be looked at: %s", failure)
        late = self.waiting_s > self._within_s
        if late and not self.late:
            place = self._marks[0].receipt
            _log.critical("entry %s was acknowledged, and is not sealed after %.0f s", place, self.waiting_s)
        self.late = late

    async def _look(self, connection: AsyncConnection) -> None:
        newest = await newest_checkpoint(connection)
        if self._seen is not None and await checkpoint_of(connection, self._seen.size) != self._seen:
            self._alarm(f"the checkpoint of {self._seen.size} entries, once seen, is gone or another: it was set back")
        self._seen = newest
        if newest is None:
            return
        by_stream: dict[int, list[tuple[_Mark, Receipt]]] = {}
        for mark in self._marks:
            by_stream.setdefault(mark.receipt.stream, []).append((mark, mark.receipt))
        for stream, marked in by_stream.items():
            end = await sealed_end(connection, stream)
            sealed = [(mark, receipt) for mark, receipt in marked if receipt.seq < end]
            if sealed:
                await self._compare(connection, sealed)

    async def _compare(self, connection: AsyncConnection, sealed: Sequence[tuple[_Mark, Receipt]]) -> None:
        """Compare the last of one stream's sealed marks: by the chain, it vouches for those before it."""
        _, last = sealed[-1]
        if not await self._holds(connection, last):
            self._alarm(f"entry {last} was acknowledged, and another stands in the log in its place")
        # Meanwhile a mark may have gone on to a later entry, which has to be looked at too.
        looked_at = {id(mark) for mark, receipt in sealed if mark.receipt is receipt}
        self._marks = deque((mark for mark in self._marks if id(mark) not in looked_at), _REMEMBERED)

    async def _holds(self, connection: AsyncConnection, receipt: Receipt) -> bool:
        index = await index_of(connection, receipt.stream, receipt.seq)
        rows = await entry_rows(connection, receipt.stream, receipt.seq, 1)
        if index is None or not rows or rows[0][0] != receipt.seq or leaf_of(rows[0][1]) != receipt.leaf:
            return False
        try:
            leaf = await with_tiles(connection, self._suite, lambda tree: tree.leaf(index))
        except TileMissing:
            return False
        return leaf == self._suite.leaf(rows[0][1])

    def _alarm(self, what: str) -> None:
        _log.critical("the trail was changed: %s", what)
        self.altered.append(what)
