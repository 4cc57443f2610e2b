"""Entries that wait for their group, in the order in which they came, each no longer than its deadline."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.audit.errors import EntryNotKept
from gateway.audit.pending import Pending

__all__ = ["Limits", "Waiting", "refuse"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an entry may wait, how large a group may be, how long a stream runs, how often it is checked."""

    deadline_s: float = 2.0
    entries: int = 512
    lines: int = 4096
    lanes: int = 1
    """Streams that are written to at the same time where many entries wait."""
    crowd: int = 192
    """From how many waiting entries on groups are written beside the first lane's."""
    told: int = 43
    """Answers that are let go in one turn of the event loop.

    Were all of a large group let go at once, all who ask would go in step: nothing for the database to do while they
    are answered, and nothing for the processor while their next entries are written.
    """
    stream_s: float = 86_400.0
    heartbeat_s: float = 5.0
    first_pause_s: float = 0.05
    longest_pause_s: float = 0.5


class Waiting:
    """The queue before the lanes."""

    def __init__(self, limits: Limits) -> None:
        """Begin empty, in the running event loop."""
        self._loop = asyncio.get_running_loop()
        self.limits = limits
        self._queue: deque[Pending] = deque()
        self._unsettled: deque[Pending] = deque()  # in the order of their deadlines
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """Give how many wait."""
        return len(self._queue)

    def expiry(self) -> float:
        """Give the loop's time at which an entry that comes now has waited long enough."""
        return self._loop.time() + self.limits.deadline_s

    def put(self, pending: Pending) -> None:
        """Let an entry wait; it is refused when its time is up, whatever the lanes do."""
        self._queue.append(pending)
        self._unsettled.append(pending)
        if self._timer is None:
            self._timer = self._loop.call_at(pending.expires_at, self._expire)

    @property
    def is_crowd(self) -> bool:
        """Whether so many wait that they are shared out."""
        return len(self._queue) >= self.limits.crowd

    def take(self, part: int | None = None) -> list[Pending]:
        """Take the next group, as far as the limits let it grow; with a *part* only those that are of this lane's part.

        Parts are told apart by the subject, so that two lanes raise different tallies and never wait for each other.
        """
        now = self._loop.time()
        taken: list[Pending] = []
        left: list[Pending] = []
        lines = 0
        while self._queue and len(taken) < self.limits.entries and lines < self.limits.lines:
            pending = self._queue[0]
            if part is not None and part != _part_of(pending, self.limits.lanes):
                left.append(self._queue.popleft())
                continue
            if pending.expires_at > now:
                if pending.alone and taken:
                    break
                taken.append(pending)
                lines += len(pending.keys)
            self._queue.popleft()
            if pending.alone and taken:
                break
        self._queue.extendleft(reversed(left))
        return taken

    def put_back(self, group: list[Pending]) -> None:
        """Let a group wait again, before all others."""
        self._queue.extendleft(reversed(group))

    def drop_expired(self) -> None:
        """Forget those whose time is up."""
        now = self._loop.time()
        while self._queue and self._queue[0].expires_at <= now:
            self._queue.popleft()

    def forget_settled(self) -> None:
        """Forget those that have their receipt."""
        unsettled = self._unsettled
        while unsettled and unsettled[0].future.done():
            unsettled.popleft()

    def refuse_all(self, reason: str) -> None:
        """Refuse whatever has no receipt yet, waiting or under way."""
        self._queue.clear()
        refuse(self._unsettled, reason)

    def close(self) -> None:
        """Watch no deadline any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _expire(self) -> None:
        self._timer = None
        now = self._loop.time()
        late = []
        while self._unsettled and (self._unsettled[0].expires_at <= now or self._unsettled[0].future.done()):
            late.append(self._unsettled.popleft())
        refuse(late, "not durable within the deadline")
        if self._unsettled:
            self._timer = self._loop.call_at(self._unsettled[0].expires_at, self._expire)


def _part_of(pending: Pending, lanes: int) -> int:
    return pending.keys[0][-1] % lanes if pending.keys else 0


def refuse(entries: Iterable[Pending], reason: str) -> None:
    """Refuse those of these entries that have no receipt."""
    for pending in entries:
        if not pending.future.done():
            pending.future.set_exception(EntryNotKept(reason))
