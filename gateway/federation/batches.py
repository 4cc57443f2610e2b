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
            asyncio.get_running_loop().call_soon(self._send)

    def _send(self) -> None:
        self._woken = False
        while self._free and self._waiting:
            batches = self._waiting.popleft()
            self._free -= 1
            task = asyncio.ensure_future(self._run(batches))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _run(self, batches: "Batches[Any, Any]") -> None:
        taken = batches.take()
        try:
            if batches.waits():
                self._waiting.append(batches)
            await self._answer(batches, taken)
        finally:
            for waiting in taken:
                if not waiting.future.done():
                    waiting.future.set_result(SourceMisbehaved("its connector broke off"))
            self._free += 1
            self._send()

    async def _answer(self, batches: "Batches[Any, Any]", taken: "list[Loader]") -> None:
        answers: Sequence[Any]
        if not self.breaker.passes():
            answers = [SourceUnavailable("it failed several times running and is left alone for a moment")] * len(taken)
        else:
            answers = await self._ask(batches, taken)
        for waiting, answer in zip(taken, answers, strict=True):
            if not waiting.future.done():
                waiting.future.set_result(answer)

    async def _ask(self, batches: "Batches[Any, Any]", taken: "list[Loader]") -> Sequence[Any]:
        try:
            async with asyncio.timeout(self.deadline_s):
                answers = await batches.batch_load_fn([waiting.key for waiting in taken])
        except TimeoutError:
            error: SourceError = SourceUnavailable(f"no answer within {self.deadline_s} s")
        except SourceError as raised:
            error = raised
        else:
            self.breaker.note(failed=False)
            return answers
        self.breaker.note(failed=isinstance(error, SourceUnavailable))
        return [error] * len(taken)


class Batches(DataLoader[K, R], Generic[K, R]):
    """Joins the keys of one kind of question; a key is shared while it waits, never once it was sent."""

    def __init__(
        self, lanes: Lanes, ask: Callable[[list[K]], Awaitable[Sequence[R]]], weigh: Callable[[K], int] = lambda _: 1
    ) -> None:
        """Ask over *lanes*; *weigh* says how many keys of the source one key here stands for."""

        async def load(keys: list[K]) -> list[R]:
            return list(await ask(keys))

        super().__init__(load, loop=asyncio.get_running_loop())
        self._lanes = lanes
        self._weigh = weigh

    def do_resolve_reject(self, key: K, future: "asyncio.Future[R]") -> None:
        """Let a key wait for a lane."""
        self._queue.append(Loader(key=key, future=future))
        if len(self._queue) == 1:
            self._lanes.enqueue(self)

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
