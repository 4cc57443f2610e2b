"""Writes entries in groups: the next group starts when the last has ended, and no answer waits past its deadline.

Nothing lingers, nothing is dropped: an entry is durable, or its answer is refused. A group that certainly was not
committed is tried again on a new stream until its deadline; one in doubt is refused (at worst kept, not answered).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.audit.batch import Batch, Pending
from gateway.audit.counts import query_count
from gateway.audit.entry import Entry, Receipt
from gateway.audit.errors import CommitUnknown, EntryNotKept, NotCommitted
from gateway.audit.pseudonyms import Pseudonyms
from gateway.audit.stream import Stream, Streams

__all__ = ["Limits", "Writer"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an entry may wait, how large a group may be, how long a stream runs, how often it is checked."""

    deadline_s: float = 2.0
    entries: int = 512
    lines: int = 4096
    stream_s: float = 86_400.0
    heartbeat_s: float = 5.0
    first_pause_s: float = 0.05
    longest_pause_s: float = 0.5


class Writer:
    """The trail of one process: one stream, one group in flight."""

    def __init__(
        self,
        streams: Streams,
        names: Pseudonyms,
        engine: AsyncEngine,
        limits: Limits,
        kept: Callable[[Receipt], None] | None = None,
    ) -> None:
        """Start writing in the running event loop; *kept* hears the last receipt of each group."""
        self._loop = asyncio.get_running_loop()
        self._streams = streams
        self._names = names
        self._engine = engine
        self._limits = limits
        self._kept = kept
        self._queue: deque[Pending] = deque()
        self._unsettled: deque[Pending] = deque()  # in the order of their deadlines
        self._timer: asyncio.TimerHandle | None = None
        self._work = asyncio.Event()
        self._stream: Stream | None = None
        self._opened_at = 0.0
        self._failures = 0
        self._closing = False
        self._unchecked = False
        self._heartbeat = self._loop.call_later(limits.heartbeat_s, self._beat)
        self._task = self._start()

    async def append(self, entry: Entry) -> Receipt:
        """Give the receipt of *entry* once it is durable (Art. 19).

        Raises:
            AuditUnavailable: within the deadline, where it is not known to be.
            ValueError: where two lines are about one subject.

        """
        if self._closing:
            message = "the trail is closed"
            raise EntryNotKept(message)
        expires_at = self._loop.time() + self._limits.deadline_s
        pending = Pending(entry, self._names, self._loop.create_future(), expires_at)
        self._queue.append(pending)
        self._unsettled.append(pending)
        if self._timer is None:
            self._timer = self._loop.call_at(expires_at, self._expire)
        self._work.set()
        return await pending.future

    async def query_count(self, subject_ids: Sequence[str]) -> dict[str, int]:
        """Give each subject's cumulative count of queries (R19.7), 0 for one never queried."""
        return await query_count(self._engine, self._names, subject_ids)

    async def close(self) -> None:
        """Write what waits, as far as the deadline allows, and take no more."""
        self._closing = True
        self._work.set()
        await asyncio.wait([self._task], timeout=2 * self._limits.deadline_s + self._limits.longest_pause_s)
        if self._task.cancel():
            await asyncio.wait([self._task])
        self._heartbeat.cancel()
        if self._timer is not None:
            self._timer.cancel()
        if self._stream is not None:
            await self._stream.close()
            self._stream = None
        self._refuse(self._unsettled, "the trail was closed")

    def _start(self) -> asyncio.Task[None]:
        task = self._loop.create_task(self._run(), name="audit writer")
        task.add_done_callback(self._ended)
        return task

    async def _run(self) -> None:
        await self._open()
        while self._queue or not self._closing:
            await self._work.wait()
            await self._rotate()
            stream = self._stream or await self._open()
            if stream is None:
                self._drop_expired()
                continue
            if self._unchecked and not await self._check(stream):
                continue
            group = self._take()
            if group:
                await self._write(stream, group)
            elif not self._queue:
                self._work.clear()

    async def _open(self) -> Stream | None:
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

    def _take(self) -> list[Pending]:
        now = self._loop.time()
        taken: list[Pending] = []
        lines = 0
        while self._queue and len(taken) < self._limits.entries and lines < self._limits.lines:
            pending = self._queue[0]
            if pending.expires_at > now:
                if pending.alone and taken:
                    break
                taken.append(pending)
                lines += len(pending.keys)
            self._queue.popleft()
            if pending.alone and taken:
                break
        return taken

    async def _write(self, stream: Stream, group: list[Pending]) -> None:
        try:
            receipts = await stream.commit(Batch(group, self._names), more=self._more)
        except NotCommitted as reason:
            self._leave(reason)
            self._try_again(group, reason)
        except CommitUnknown as doubt:
            self._leave(doubt)
            self._refuse(group, str(doubt))
        else:
            self._failures = 0
            for pending, receipt in zip(group, receipts, strict=True):
                if not pending.future.done():
                    pending.future.set_result(receipt)
            self._forget_settled()
            if self._kept is not None:
                self._kept(receipts[-1])

    def _beat(self) -> None:
        """Let the stream be checked before the next group, be there one or not."""
        self._heartbeat = self._loop.call_later(self._limits.heartbeat_s, self._beat)
        self._unchecked = True
        self._work.set()

    async def _check(self, stream: Stream) -> bool:
        """Leave a stream on which entries would not be kept any more; say whether it can be written to."""
        self._unchecked = False
        try:
            await stream.check()
        except NotCommitted as reason:
            self._leave(reason)
            return False
        return True

    async def _rotate(self) -> None:
        """Leave a stream that has run its time before it takes another entry, also one that lay idle meanwhile."""
        stream = self._stream
        if stream is not None and self._loop.time() - self._opened_at > self._limits.stream_s:
            self._stream = None
            await stream.close()

    def _more(self) -> bool:
        return bool(self._queue)

    def _try_again(self, group: list[Pending], reason: NotCommitted) -> None:
        if reason.refused and len(group) == 1:
            self._refuse(group, str(reason))
            return
        for pending in group:
            pending.alone = pending.alone or reason.refused
        self._queue.extendleft(reversed(group))

    def _leave(self, reason: Exception) -> None:
        _log.warning("a stream of the trail was left: %s", reason)
        self._failures += 1
        if self._stream is not None:
            self._stream.abandon()
            self._stream = None

    def _expire(self) -> None:
        self._timer = None
        now = self._loop.time()
        late = []
        while self._unsettled and (self._unsettled[0].expires_at <= now or self._unsettled[0].future.done()):
            late.append(self._unsettled.popleft())
        self._refuse(late, "not durable within the deadline")
        if self._unsettled:
            self._timer = self._loop.call_at(self._unsettled[0].expires_at, self._expire)

    def _drop_expired(self) -> None:
        now = self._loop.time()
        while self._queue and self._queue[0].expires_at <= now:
            self._queue.popleft()
        if not self._queue:
            self._work.clear()

    def _forget_settled(self) -> None:
        unsettled = self._unsettled
        while unsettled and unsettled[0].future.done():
            unsettled.popleft()

    @staticmethod
    def _refuse(entries: Iterable[Pending], reason: str) -> None:
        for pending in entries:
            if not pending.future.done():
                pending.future.set_exception(EntryNotKept(reason))

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Refuse everything and start anew where the writer itself failed."""
        if task.cancelled() or task.exception() is None:
            return
        _log.critical("the writer of the trail failed and starts anew", exc_info=task.exception())
        self._leave(RuntimeError("the writer failed"))
        self._queue.clear()
        self._refuse(self._unsettled, "the writer of the trail failed")
        if not self._closing:
            self._task = self._start()
