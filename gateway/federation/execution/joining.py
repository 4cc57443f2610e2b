"""Joins requests of different operations, while they wait.

Requests by key gather while a subgraph's lanes are busy, and the next lane takes them: an adaptive batch without a
timer. One alone is sent at the end of the event loop's turn; many at a time share a request. What is joined has the
same document, the same other variables and the same headers, but for `traceparent`.

Who waits is told by a call, not by a future: no turn of the event loop lies between an answer and what follows of it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from connectors.errors import SourceError, SourceMisbehaved
from connectors.subgraph import GraphqlRequest, GraphqlResponse, GraphqlSource
from gateway.federation.execution.gathering import Part
from gateway.federation.execution.joined import ENTITIES, Joined
from gateway.federation.execution.sharing import BROKEN, Kind, Sharing
from gateway.federation.execution.spines import Spine

__all__ = ["Answer", "Line", "Waiting"]

LANES = 4
"""Joined requests that are under way to one subgraph at once."""
MOST_OBJECTS = 256
"""Objects of one joined request: a slow one must not hold all others."""

Answer = GraphqlResponse | Exception


class Waiting:
    """A request by key that waits: what it sends, what will be written to in its response, and who hears of it."""

    __slots__ = ("hear", "is_done", "kind", "part", "request", "sent", "spine")

    def __init__(
        self, kind: Kind, request: GraphqlRequest, part: Part, spine: Spine, hear: Callable[[Answer], None]
    ) -> None:
        """Wait for the ``_entities`` of *part* alone; *hear* is called once, and raises nothing."""
        self.kind = kind
        self.request = request
        self.part = part
        self.spine = spine
        self.hear = hear
        self.is_done = False
        """It was told, or nobody waits any longer."""
        self.sent: _Sent | None = None

    def tell(self, answer: Answer) -> None:
        """Let the answer be heard, if it is the first."""
        if not self.is_done:
            self.is_done = True
            hear, self.hear, self.sent = self.hear, _heard, None  # no cycle is left that holds the whole answer
            hear(answer)

    def leave(self) -> None:
        """Wait no longer; a request that nobody waits for any more is broken off."""
        if not self.is_done:
            self.is_done = True
            sent, self.hear, self.sent = self.sent, _heard, None
            if sent is not None:
                sent.leave()


def _heard(_: Answer) -> None:
    """Hear nothing more."""


class _Sent:
    """A joined request that is under way, and how many wait for it."""

    __slots__ = ("_count", "_task")

    def __init__(self, taken: Sequence[Waiting]) -> None:
        self._count = len(taken)
        self._task = asyncio.current_task()
        for each in taken:
            each.sent = self

    def leave(self) -> None:
        self._count -= 1
        if not self._count and self._task is not None:
            self._task.cancel()


class Line:
    """The line to one subgraph."""

    def __init__(self, source: GraphqlSource, lanes: int = LANES) -> None:
        """Ask *source*, by so many joined requests at once."""
        self._source = source
        self._sharing = Sharing(source)
        self._free = lanes
        self._in_line: deque[Kind] = deque()
        self._waiting: dict[Kind, list[Waiting]] = {}
        self._running: set[asyncio.Task[None]] = set()

    def ask(self, request: GraphqlRequest) -> Coroutine[Any, Any, GraphqlResponse]:
        """Ask at once, and for this request alone.

        Raises:
            SourceError: as the source.

        """
        return self._source.ask(request)

    def share(self, query: GraphqlRequest, kind: Kind, along: Spine) -> Coroutine[Any, Any, GraphqlResponse]:
        """Ask an equal query of several operations once, as long as it was not sent before it was asked for.

        Raises:
            SourceError: as the source.

        """
        return self._sharing.ask(query, kind, along)

    def join(self, waiting: Waiting) -> None:
        """Ask together with others of the same kind, once a lane is free."""
        queue = self._waiting.get(waiting.kind)
        if queue is None:
            self._waiting[waiting.kind] = [waiting]
            self._enter(waiting.kind)
        else:
            queue.append(waiting)

    def _enter(self, kind: Kind) -> None:
        """Take a free lane, or stand in line for one."""
        if not self._free:
            self._in_line.append(kind)
            return
        self._free -= 1
        task = asyncio.ensure_future(self._serve(kind))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _serve(self, kind: Kind) -> None:
        """Ask for those that wait, and tell them; whatever becomes of the request, each of them is told."""
        taken = self._take(kind)
        try:
            if taken:
                _Sent(taken)
                answers = await self._answers(taken)
                for each, answer in zip(taken, answers, strict=True):
                    each.tell(answer)
        except Exception as error:  # noqa: BLE001 - whoever waits hears of it, whatever it is
            for each in taken:
                each.tell(error)
        finally:
            for each in taken:
                if not each.is_done:
                    each.tell(BROKEN)
            self._free += 1
            if self._in_line:
                self._enter(self._in_line.popleft())

    def _take(self, kind: Kind) -> list[Waiting]:
        queue = self._waiting.pop(kind)
        objects = 0
        taken: list[Waiting] = []
        for count, each in enumerate(queue):
            if each.is_done:
                continue
            objects += len(each.part.representations)
            if taken and objects > MOST_OBJECTS:
                self._waiting[kind] = queue[count:]
                self._enter(kind)
                break
            taken.append(each)
        return taken

    async def _answers(self, taken: Sequence[Waiting]) -> list[Answer]:
        if len(taken) == 1:
            return [await self._answer(taken[0])]
        joined = Joined(taken)
        try:
            told = await self._source.ask(joined.request)
        except SourceMisbehaved:
            told = GraphqlResponse(None)
        except SourceError as error:
            return [error] * len(taken)
        entities: Any = None if told.data is None else told.data.get(ENTITIES)
        if isinstance(entities, list) and len(entities) == joined.count:
            return joined.told(taken, entities, told.errors)
        # What one of them asked for may have spoilt it for all.
        return [await self._answer(each) for each in taken]

    async def _answer(self, waiting: Waiting) -> Answer:
        if waiting.is_done:
            return BROKEN
        try:
            return await self._source.ask(waiting.request)
        except SourceError as error:
            return error
