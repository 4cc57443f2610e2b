"""Questions to one source, joined across requests: while its lanes are busy keys gather, the next free lane takes them.

An adaptive batch without a timer: one alone is asked at once, many at a time share a statement. aiodataloader joins
and shares equal keys; only when a queue is sent differs from its own rule of one event-loop turn.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

from aiodataloader import DataLoader, Loader

from connectors.errors import SourceError, SourceMisbehaved, SourceUnavailable

__all__ = ["Batches", "Breaker", "Lanes"]

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")

MOST_KEYS = 128
"""Keys of one statement: a slow one must not hold all others."""


class Breaker:
    """Stops asking a source that failed several times running; after a pause lets one question through."""

    FAILURES = 5
    PAUSE_S = 2.0

    def __init__(self) -> None:
        """Start closed: questions pass."""
        self._failures = 0
        self._retry_at = 0.0

    def passes(self) -> bool:
        """Say whether a question may be asked now; the first after a pause goes alone."""
        if self._failures < self.FAILURES:
            return True
        now = time.monotonic()
        if now < self._retry_at:
            return False
        self._retry_at = now + self.PAUSE_S
        return True

    def note(self, *, failed: bool) -> None:
        """Remember how a question went."""
        self._failures = self._failures + 1 if failed else 0
        if failed:
            self._retry_at = time.monotonic() + self.PAUSE_S


class Lanes:
    """One source's lanes: as many batches run at once, the others wait in the order of their first key."""

    def __init__(self, count: int, deadline_s: float) -> None:
        """Allow *count* batches at once, each for at most *deadline_s*."""
        self.deadline_s = deadline_s
        self.breaker = Breaker()
        self._free = count
        self._waiting: deque[Batches[Any, Any]] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._woken = False

    def enqueue(self, batches: "Batches[Any, Any]") -> None:
        """Put a queue in line; it is sent at the end of this turn of the event loop if a lane is free."""
        self._waiting.append(batches)
        if not self._woken and self._free:
            self._woken = True
            batches.loop.call_soon(self._send)

    def _send(self) -> None:
        self._woken = False
        while self._free and self._waiting:
            batches = self._waiting.popleft()
            self._free -= 1
            task = batches.loop.create_task(self._run(batches))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _run(self, batches: "Batches[Any, Any]") -> None:
        taken = batches.take()
        try:
            if batches.waits():
                self._waiting.append(batches)
            answers = await self._ask(batches, [waiting.key for waiting in taken])
            for waiting, answer in zip(taken, answers, strict=True):
                if not waiting.future.done():
                    waiting.future.set_result(answer)
        finally:
            for waiting in taken:
                if not waiting.future.done():
                    waiting.future.set_result(SourceMisbehaved("its connector broke off"))
            self._free += 1
            self._send()

    async def _ask(self, batches: "Batches[Any, Any]", keys: list[Any]) -> Sequence[Any]:
        """Give an answer to each key; where the source fails, or is late, that is the answer to all."""
        if not self.breaker.passes():
            return [SourceUnavailable("it failed several times running and is left alone for a moment")] * len(keys)
        deadline = Deadline(batches.loop, self.deadline_s)
        try:
            answers = await batches.ask(keys)
        except asyncio.CancelledError:
            if not deadline.passed:
                raise
            error: SourceError = SourceUnavailable(f"no answer within {self.deadline_s} s")
        except SourceError as raised:
            error = raised
        else:
            self.breaker.note(failed=False)
            return answers
        finally:
            deadline.lift()
        self.breaker.note(failed=isinstance(error, SourceUnavailable))
        return [error] * len(keys)


class Deadline:
    """Cancels the running task when its time is up: what ``asyncio.timeout`` does, for one task that is its own."""

    __slots__ = ("_handle", "_task", "passed")

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        """Give the task that runs now so many *seconds*."""
        self._task = asyncio.current_task(loop)
        self.passed = False
        self._handle = loop.call_later(seconds, self._pass)

    def lift(self) -> None:
        """Let the task go on."""
        self._handle.cancel()
        if self.passed and self._task is not None:
            self._task.uncancel()

    def _pass(self) -> None:
        self.passed = True
        if self._task is not None:
            self._task.cancel()


class Batches(DataLoader[K, R], Generic[K, R]):
    """Joins the keys of one kind of question; a key is shared while it waits, never once it was sent."""

    def __init__(
        self, lanes: Lanes, ask: Callable[[list[K]], Awaitable[Sequence[R]]], weigh: Callable[[K], int] = lambda _: 1
    ) -> None:
        """Ask over *lanes*; *weigh* says how many keys of the source one key here stands for."""

        async def load(keys: list[K]) -> list[R]:
            return list(await ask(keys))

        super().__init__(load, loop=asyncio.get_running_loop())
        self.ask = ask
        self._lanes = lanes
        self._weigh = weigh

    def load(self, key: K) -> "asyncio.Future[R]":
        """Give the future of a key's answer: one that waits already is shared, a new one waits for a lane."""
        future: asyncio.Future[R] | None = self._cache.get(key)
        if future is None:
            future = self._cache[key] = self.loop.create_future()
            self._queue.append(Loader(key=key, future=future))
            if len(self._queue) == 1:
                self._lanes.enqueue(self)
        return future

    def waits(self) -> bool:
        """Say whether keys wait."""
        return bool(self._queue)

    def take(self) -> "list[Loader]":
        """Take the keys of the next batch."""
        weight, count = 0, 0
        for waiting in self._queue:
            weight += self._weigh(waiting.key)
            if count and weight > MOST_KEYS:
                break
            count += 1
        taken, self._queue = self._queue[:count], self._queue[count:]
        for waiting in taken:
            self._cache.pop(waiting.key, None)
        return taken
