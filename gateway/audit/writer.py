"""Writes entries in groups: nothing lingers, nothing is dropped, and no answer waits past its deadline.

An entry is durable, or its answer is refused. One lane writes group after group; where very many wait, a second one
writes beside it, so that one group is made while the database works on the other.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.audit.counts import query_count
from gateway.audit.entry import Entry, Receipt
from gateway.audit.errors import EntryNotKept
from gateway.audit.lane import Lane
from gateway.audit.pending import Pending
from gateway.audit.pseudonyms import Pseudonyms
from gateway.audit.stream import Streams
from gateway.audit.waiting import Limits, Waiting

__all__ = ["Limits", "Writer"]

_log = logging.getLogger(__name__)


class Writer:
    """The trail of one process."""

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
        self._names = names
        self._engine = engine
        self._limits = limits
        self._waiting = Waiting(limits)
        numbers = range(limits.lanes)
        self._first, *self._others = (Lane(streams, self._waiting, kept, number) for number in numbers)
        self._closing = False
        self._heartbeat = self._loop.call_later(limits.heartbeat_s, self._beat)
        self._tasks = {lane: self._start(lane) for lane in (self._first, *self._others)}

    async def append(self, entry: Entry) -> Receipt:
        """Give the receipt of *entry* once it is durable (Art. 19).

        Raises:
            AuditUnavailable: within the deadline, where it is not known to be.
            ValueError: where two lines are about one subject.

        """
        if self._closing:
            message = "the trail is closed"
            raise EntryNotKept(message)
        waiting = self._waiting
        pending = Pending(entry, self._names, self._loop.create_future(), waiting.expiry())
        waiting.put(pending)
        self._first.wake()
        if len(waiting) == self._limits.crowd:
            for lane in self._others:
                lane.wake()
        return await pending.future

    async def query_count(self, subject_ids: Sequence[str]) -> dict[str, int]:
        """Give each subject's cumulative count of queries (R19.7), 0 for one never queried."""
        return await query_count(self._engine, self._names, subject_ids)

    async def close(self) -> None:
        """Write what waits, as far as the deadline allows, and take no more."""
        self._closing = True
        for lane in self._tasks:
            lane.wake()
        await asyncio.wait(self._tasks.values(), timeout=2 * self._limits.deadline_s + self._limits.longest_pause_s)
        under_way = [task for task in self._tasks.values() if task.cancel()]
        if under_way:
            await asyncio.wait(under_way)
        self._heartbeat.cancel()
        self._waiting.close()
        for lane in self._tasks:
            await lane.close()
        self._waiting.refuse_all("the trail was closed")

    def _start(self, lane: Lane) -> asyncio.Task[None]:
        task = self._loop.create_task(self._run(lane), name="audit writer")
        task.add_done_callback(lambda ended: self._ended(lane, ended))
        return task

    async def _run(self, lane: Lane) -> None:
        if lane is self._first:
            await lane.open()
        while not self._closing or (self._waiting and lane is self._first):
            await lane.serve()

    def _beat(self) -> None:
        self._heartbeat = self._loop.call_later(self._limits.heartbeat_s, self._beat)
        for lane in self._tasks:
            lane.beat()

    def _ended(self, lane: Lane, task: asyncio.Task[None]) -> None:
        """Refuse everything and start anew where a lane itself failed."""
        if task.cancelled() or task.exception() is None:
            return
        _log.critical("the writer of the trail failed and starts anew", exc_info=task.exception())
        lane.leave(RuntimeError("the writer failed"))
        self._waiting.refuse_all("the writer of the trail failed")
        if not self._closing:
            self._tasks[lane] = self._start(lane)
