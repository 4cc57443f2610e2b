"""The executor: carries out a plan, each request as soon as those that it waits for are heard.

It knows no subgraph: how a request is asked, and what becomes of its answer, is its leg's matter. What comes by itself
needs no task; what must be awaited has one, but for the one that is alone.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from gateway.federation.execution.seam import Leg, Prepared, Work
from gateway.federation.planning.plan import Batch, Plan

__all__ = ["Course", "Run"]

H = TypeVar("H")


class Course(Generic[H]):
    """What of a plan is made ready once, for all runs of it."""

    __slots__ = ("__weakref__", "first", "following", "legs", "waiting")

    def __init__(self, plan: Plan, legs: Mapping[str, Leg[H]]) -> None:
        """Go by *legs*, by subgraph; what can be asked at once is asked in their order."""
        order = {subgraph: place for place, subgraph in enumerate(legs)}
        first = [batch for batch in plan.batches if not batch.after]
        self.first = sorted(first, key=lambda batch: order.get(batch.subgraph, 0))
        self.legs = legs
        self.waiting = [len(batch.after) for batch in plan.batches]
        self.following = [[other for other in plan.batches if each.number in other.after] for each in plan.batches]


class Run(Generic[H]):
    """One plan while it is carried out, for what is in *hand*."""

    __slots__ = (
        "_course", "_done", "_is_going_on", "_is_over", "_leaving", "_ready", "_tasks", "_under_way", "_waiting",
        "hand",
    )  # fmt: skip

    def __init__(self, course: Course[H], hand: H) -> None:
        """Carry out *course*; what is heard goes into *hand*."""
        self.hand = hand
        self._course = course
        self._ready = course.first[:]
        self._waiting = course.waiting[:]
        self._under_way = 0
        self._is_going_on = self._is_over = False
        self._done: asyncio.Future[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._leaving: list[Callable[[], None]] = []

    async def carry_out(self, patience_s: float | None = None) -> None:
        """Make all requests; after *patience_s* wait no longer for what has not come."""
        late: asyncio.TimerHandle | None = None
        try:
            while len(works := self._advance()) == 1 and not self._under_way:
                ((awaited, batches),) = works
                await awaited
                self._finish(batches)
            for work in works:
                self._start(work)
            if self._under_way:
                loop = asyncio.get_running_loop()
                self._done = loop.create_future()
                if patience_s is not None:
                    late = loop.call_later(patience_s, self._close)
                await self._done
        finally:
            self._is_over = True
            if late is not None:
                late.cancel()
            for task in self._tasks:
                task.cancel()
            if self._under_way:
                for leave in self._leaving:
                    leave()
            self._leaving.clear()

    # What legs tell --------------------------------------------------------------------------------------------------

    def begun(self, leave: Callable[[], None] | None = None) -> None:
        """Note that something was asked whose answer comes by itself; *leave* is called when the run is over."""
        self._under_way += 1
        if leave is not None:
            self._leaving.append(leave)

    def end(self, batches: Iterable[Batch] = ()) -> None:
        """Note that an answer was heard, and let go what waited for these requests; nothing is raised."""
        self._under_way -= 1
        self._finish(batches)
        if not self._under_way:
            self._go_on()
        elif self._ready and not self._is_going_on:
            # What ends in the same turn of the loop may let go what goes to the same subgraph, in the same request.
            self._is_going_on = True
            loop = asyncio.get_running_loop()
            loop.call_soon(loop.call_soon, self._go_on)

    def fail(self, error: BaseException) -> None:
        """Raise a bug where the run is waited for."""
        if self._done is not None and not self._done.done():
            self._done.set_exception(error)

    def _go_on(self) -> None:
        """Ask for what is ready, or end; nothing is raised."""
        self._is_going_on = False
        if self._ready and not self._is_over:
            try:
                for work in self._advance():
                    self._start(work)
            except Exception as error:  # noqa: BLE001 - it is the whole run's, and raised there
                self.fail(error)
        if not self._under_way:
            self._close()

    # In which order --------------------------------------------------------------------------------------------------

    def _advance(self) -> Sequence[Work]:
        """Ask for all that is ready, and give what must be awaited; what is ready at once is one matter of its leg."""
        if not self._ready:
            return ()
        legs, hand = self._course.legs, self.hand
        prepared: dict[str, list[Prepared]] = {}
        for batch in self._ready:  # with what is let go meanwhile
            found = legs[batch.subgraph].prepare(hand, batch)
            if found is None:
                self._finish((batch,))
            else:
                prepared.setdefault(batch.subgraph, []).append((batch, found))
        self._ready = []
        works: Sequence[Work] = ()
        for subgraph, asked in prepared.items():
            if more := legs[subgraph].begin(self, asked):
                works = [*works, *more] if works else more
        return works

    def _finish(self, batches: Iterable[Batch]) -> None:
        """Let go what waited for requests."""
        for batch in batches:
            for other in self._course.following[batch.number]:
                self._waiting[other.number] -= 1
                if not self._waiting[other.number]:
                    self._ready.append(other)

    def _start(self, work: Work) -> None:
        """Await a work in a task of its own."""
        awaited, batches = work
        self._under_way += 1
        task = asyncio.ensure_future(awaited)
        self._tasks.add(task)

        def end(done: asyncio.Task[None]) -> None:
            self._tasks.discard(done)
            if not done.cancelled():
                error = done.exception()
                if error is None:
                    self.end(batches)
                else:
                    self.fail(error)

        task.add_done_callback(end)

    def _close(self) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_result(None)
