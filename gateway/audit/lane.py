"""A lane: one stream, one group in flight; the next group starts when the last has ended.

A group that certainly was not committed is tried again on a new stream until its deadline; one in doubt is refused (at
worst kept, not answered).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence

from gateway.audit.batch import Batch
from gateway.audit.entry import Receipt
from gateway.audit.errors import CommitUnknown, NotCommitted
from gateway.audit.pending import Pending
from gateway.audit.stream import Stream, Streams
from gateway.audit.waiting import Waiting, refuse

__all__ = ["Lane"]

_log = logging.getLogger(__name__)


class Lane:
    """Takes groups of what waits, and makes them durable one after the other."""

    def __init__(
        self,
        streams: Streams,
        waiting: Waiting,
        kept: Callable[[Receipt], None] | None,
        number: int = 0,
    ) -> None:
        """Take from *waiting*; *kept* hears the last receipt of each group, *number* is 0 of the first lane."""
        self._number = number
        self._loop = asyncio.get_running_loop()
        self._streams = streams
        self._limits = waiting.limits
        self._waiting = waiting
        self._kept = kept
        self._durable: deque[tuple[Pending, Receipt]] = deque()
        self._work = asyncio.Event()
        self._stream: Stream | None = None
        self._opened_at = 0.0
        self._failures = 0
        self._unchecked = False

    def wake(self) -> None:
        """Say that there is something to do."""
        self._work.set()

    def beat(self) -> None:
        """Let the stream be checked before the next group, be there one or not."""
        self._unchecked = True
        self._work.set()

    async def open(self) -> Stream | None:
        """Open a stream; None where none can be opened now."""
        if self._failures > 1:
            pause = self._limits.first_pause_s * 2 ** min(self._failures - 2, 10)
            await asyncio.sleep(min(pause, self._limits.longest_pause_s))
        try:
            stream = self._stream = await self._streams.open()
        except NotCommitted as reason:
            self._failures += 1
            _log.warning("no stream of the trail could be opened: %s", reason)
            return None
        self._opened_at = self._loop.time()
        return stream

    async def serve(self) -> None:
        """Wait for work, and write one group if there is one that is this lane's."""
        await self._work.wait()
        await self._rotate()
        stream = self._stream or (await self.open() if self._is_wanted else None)
        if stream is None:
            self._waiting.drop_expired()
            self._rest()
            return
        if self._unchecked and not await self._check(stream):
            return
        group = self._take()
        if group:
            await self._write(stream, group)
        if not self._unchecked:
            self._rest()

    @property
    def _is_wanted(self) -> bool:
        """Whether there may be work: the first lane's always, another's in a crowd."""
        return self._number == 0 or self._waiting.is_crowd

    def _take(self) -> list[Pending]:
        """Take a group: in a crowd this lane's part, or all where there is none of it; else all is the first lane's."""
        if self._waiting.is_crowd and self._limits.lanes > 1:
            return self._waiting.take(self._number) or self._waiting.take()
        return self._waiting.take() if self._number == 0 else []

    def _rest(self) -> None:
        """Sleep until woken where nothing waits that is for this lane."""
        if not self._waiting or not self._is_wanted:
            self._work.clear()

    async def close(self) -> None:
        """Leave the stream in good order, and let go whoever still waits to be told."""
        self._tell(len(self._durable))
        if self._stream is not None:
            await self._stream.close()
            self._stream = None

    def leave(self, reason: Exception) -> None:
        """Leave a stream at the first doubt."""
        _log.warning("a stream of the trail was left: %s", reason)
        self._failures += 1
        if self._stream is not None:
            self._stream.abandon()
            self._stream = None

    async def _write(self, stream: Stream, group: list[Pending]) -> None:
        try:
            receipts = await stream.commit(Batch(group), more=self._more)
        except NotCommitted as reason:
            self.leave(reason)
            self._try_again(group, reason)
        except CommitUnknown as doubt:
            self.leave(doubt)
            refuse(group, str(doubt))
        else:
            self._failures = 0
            self._let_go(group, receipts)
            if self._kept is not None:
                self._kept(receipts[-1])

    def _let_go(self, group: Sequence[Pending], receipts: Sequence[Receipt]) -> None:
        """Give the answers of a durable group their receipts, a part in each turn of the event loop."""
        is_telling = bool(self._durable)
        self._durable.extend(zip(group, receipts, strict=True))
        if not is_telling:
            self._tell()

    def _tell(self, most: int | None = None) -> None:
        durable = self._durable
        for _ in range(min(most or self._limits.told, len(durable))):
            pending, receipt = durable.popleft()
            if not pending.future.done():
                pending.future.set_result(receipt)
        self._waiting.forget_settled()
        if durable:
            self._loop.call_soon(self._tell)

    def _more(self) -> bool:
        """Say whether another group of several follows at once."""
        return len(self._waiting) > 1 and self._number == 0 and not self._waiting.is_crowd

    async def _check(self, stream: Stream) -> bool:
        """Leave a stream on which entries would not be kept any more; say whether it can be written to."""
        self._unchecked = False
        try:
            await stream.check()
        except NotCommitted as reason:
            self.leave(reason)
            return False
        return True

    async def _rotate(self) -> None:
        """Leave a stream that has run its time before it takes another entry, also one that lay idle meanwhile."""
        stream = self._stream
        if stream is not None and self._loop.time() - self._opened_at > self._limits.stream_s:
            self._stream = None
            await stream.close()

    def _try_again(self, group: list[Pending], reason: NotCommitted) -> None:
        if reason.refused and len(group) == 1:
            refuse(group, str(reason))
            return
        for pending in group:
            pending.alone = pending.alone or reason.refused
        self._waiting.put_back(group)
