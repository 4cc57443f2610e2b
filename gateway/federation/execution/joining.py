"""Joins requests of different operations, while they wait.

Requests by key gather while a subgraph's lanes are busy, and the next lane takes them: an adaptive batch without a
timer. One alone is sent at the end of the event loop's turn; many at a time share a request. What is joined has the
same document, the same other variables and the same headers, but for `traceparent`.

Equal queries from a root share what is asked after all of them have come: the first is asked at once, those that come
while it is under way share the next.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from connectors.errors import SourceError, SourceMisbehaved, SourceUnavailable
from connectors.subgraph import GraphqlRequest, GraphqlResponse, GraphqlSource
from gateway.federation.execution.gathering import Part
from gateway.federation.execution.spines import Spine, copied

__all__ = ["Line"]

LANES = 4
"""Joined requests that are under way to one subgraph at once."""
MOST_OBJECTS = 256
"""Objects of one joined request: a slow one must not hold all others."""
_APART = "traceparent"
"""A header that is each request's own; of joined ones, the first's is sent."""
_ENTITIES = "_entities"

_BROKEN = SourceUnavailable("the request was broken off")

Kind = tuple[str, bytes, frozenset[tuple[str, str]]]


class _Waiting(NamedTuple):
    """A request that waits, what it sends, what will be written to in its response, and who waits for it."""

    request: GraphqlRequest
    variable: str
    part: Part | None
    spine: Spine
    future: "asyncio.Future[GraphqlResponse]"


class Line:
    """The line to one subgraph."""

    def __init__(self, source: GraphqlSource, lanes: int = LANES) -> None:
        """Ask *source*, by so many joined requests at once."""
        self._source = source
        self._free = lanes
        self._in_line: deque[asyncio.Future[None]] = deque()
        self._waiting: dict[Kind, list[_Waiting]] = {}
        self._sharing: dict[Kind, list[_Waiting]] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def ask(self, request: GraphqlRequest) -> GraphqlResponse:
        """Ask at once, and for this request alone.

        Raises:
            SourceError: as the source.

        """
        return await self._source.ask(request)

    # Equal queries ---------------------------------------------------------------------------------------------------

    async def share(self, query: GraphqlRequest, along: Spine) -> GraphqlResponse:
        """Ask an equal query of several operations once, as long as it was not sent before it was asked for.

        Raises:
            SourceError: as the source.

        """
        kind = _kind(query, "")
        waiting = self._sharing.get(kind)
        if waiting is not None:
            sharing = _Waiting(query, "", None, along, asyncio.get_running_loop().create_future())
            waiting.append(sharing)
            return await sharing.future
        self._sharing[kind] = []
        try:
            return await self._source.ask(query)
        finally:
            self._share_next(kind)

    def _share_next(self, kind: Kind) -> None:
        waiting = [each for each in self._sharing.pop(kind) if not each.future.done()]
        if waiting:
            self._sharing[kind] = []
            self._start(self._share_among(waiting, kind))

    async def _share_among(self, waiting: Sequence[_Waiting], kind: Kind) -> None:
        try:
            response = await self._source.ask(waiting[0].request)
        except Exception as error:  # noqa: BLE001 - whoever waits hears of it, whatever it is
            _tell(waiting, [error] * len(waiting))
        else:
            alone = len(waiting) == 1
            copies = (response if alone else _own(response, each.spine) for each in waiting)
            _tell(waiting, list(copies))
        finally:
            _tell(waiting, [_BROKEN] * len(waiting))
            self._share_next(kind)

    # Requests by key -------------------------------------------------------------------------------------------------

    async def join(self, request: GraphqlRequest, variable: str, part: Part, along: Spine) -> GraphqlResponse:
        """Ask together with others of the same kind; *request* asks for the ``_entities`` of *part* alone.

        Who comes first leads: it waits for a lane, then asks for all that have come meanwhile.

        Raises:
            SourceError: as the source.

        """
        future: asyncio.Future[GraphqlResponse] = asyncio.get_running_loop().create_future()
        waiting = _Waiting(request, variable, part, along, future)
        kind = _kind(request, variable)
        queue = self._waiting.get(kind)
        if queue is not None:
            queue.append(waiting)
        else:
            self._waiting[kind] = [waiting]
            await self._lead(kind)
        return await future

    async def _lead(self, kind: Kind) -> None:
        """Ask for those that wait; whatever becomes of the leader, the others are answered."""
        taken: list[_Waiting] = []
        try:
            await self._lane()
            try:
                taken = self._take(kind)
                _tell(taken, await self._answers(taken))
            finally:
                self._release()
        finally:
            left = [each for each in taken if not each.future.done()]
            for rest in (left[1:], self._waiting.pop(kind, [])[1:] if not taken else []):
                if rest:
                    self._start(self._lead_others(rest))
            for each in left[:1]:
                each.future.cancel()

    async def _lane(self) -> None:
        if self._free:
            self._free -= 1
            await asyncio.sleep(0)
            return
        mine = asyncio.get_running_loop().create_future()
        self._in_line.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._release()
            raise

    def _release(self) -> None:
        while self._in_line:
            following = self._in_line.popleft()
            if not following.done():
                following.set_result(None)
                return
        self._free += 1

    def _take(self, kind: Kind) -> list[_Waiting]:
        queue = self._waiting.pop(kind)
        objects = 0
        for count, each in enumerate(queue):
            objects += 0 if each.part is None else len(each.part.representations)
            if count and objects > MOST_OBJECTS:
                self._waiting[kind] = queue[count:]
                self._start(self._lead(kind))
                return queue[:count]
        return queue

    async def _answers(self, taken: Sequence[_Waiting]) -> "list[GraphqlResponse | Exception]":
        if len(taken) == 1:
            return [await self._answer(taken[0])]
        joined = _Joined.of(taken)
        try:
            told = await self._source.ask(joined.request)
        except SourceMisbehaved:
            told = GraphqlResponse(None)
        except SourceError as error:
            return [error] * len(taken)
        entities = None if told.data is None else told.data.get(_ENTITIES)
        if isinstance(entities, list) and len(entities) == joined.count:
            return joined.told(taken, entities, told.errors)
        # What one of them asked for may have spoilt it for all.
        return [await self._answer(each) for each in taken]

    async def _answer(self, waiting: _Waiting) -> GraphqlResponse | Exception:
        try:
            return await self._source.ask(waiting.request)
        except SourceError as error:
            return error

    async def _lead_others(self, waiting: Sequence[_Waiting]) -> None:
        try:
            _tell(waiting, await self._answers(waiting))
        finally:
            _tell(waiting, [_BROKEN] * len(waiting))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def _kind(request: GraphqlRequest, variable: str) -> Kind:
    others = b""
    if len(request.variables) > bool(variable):
        rest = {name: value for name, value in request.variables.items() if name != variable}
        others = orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)
    headers = frozenset(each for each in request.headers.items() if each[0] != _APART)
    return request.document, others, headers


def _tell(waiting: Sequence[_Waiting], answers: "Sequence[GraphqlResponse | Exception]") -> None:
    for each, answer in zip(waiting, answers, strict=True):
        if not each.future.done():
            if isinstance(answer, Exception):
                each.future.set_exception(answer)
            else:
                each.future.set_result(answer)


def _own(response: GraphqlResponse, along: Spine) -> GraphqlResponse:
    return response._replace(data=copied(response.data, along))


@dataclass(slots=True)
class _Joined:
    """Several requests as one, with equal representations sent once."""

    request: GraphqlRequest
    places: list[list[int]]
    """For each of the requests, where its representations stand in the joined one."""
    count: int

    @classmethod
    def of(cls, taken: Sequence[_Waiting]) -> "_Joined":
        representations: list[Any] = []
        places: list[list[int]] = []
        index_of: dict[Any, int] = {}
        for waiting in taken:
            mine = []
            if waiting.part is not None:
                for mark, each in zip(waiting.part.marks, waiting.part.representations, strict=True):
                    index = index_of.get(mark)
                    if index is None:
                        index = index_of[mark] = len(representations)
                        representations.append(each)
                    mine.append(index)
            places.append(mine)
        first = taken[0].request
        variables = {**first.variables, taken[0].variable: representations}
        return cls(GraphqlRequest(first.document, variables, None, first.headers), places, len(representations))

    def told(
        self, taken: Sequence[_Waiting], entities: Sequence[Any], errors: Sequence[Mapping[str, Any]]
    ) -> "list[GraphqlResponse | Exception]":
        """Give the answer to each of the requests; what one of them will write to is its own."""
        times = Counter(index for mine in self.places for index in mine)
        answers: list[GraphqlResponse | Exception] = []
        for waiting, mine in zip(taken, self.places, strict=True):
            along = waiting.spine
            part = [entities[at] if times[at] == 1 else copied(entities[at], along) for at in mine]
            answers.append(GraphqlResponse({_ENTITIES: part}, _concerning(errors, mine) if errors else ()))
        return answers


def _concerning(errors: Sequence[Mapping[str, Any]], mine: Sequence[int]) -> list[Mapping[str, Any]]:
    """Give the errors of one of the requests, with its own places; those without a place are everybody's."""
    found: list[Mapping[str, Any]] = []
    for error in errors:
        path = error.get("path")
        if not isinstance(path, list | tuple) or len(path) < 2 or path[0] != _ENTITIES:  # noqa: PLR2004 - field, index
            found.append(error)
        else:
            found += [{**error, "path": [_ENTITIES, own, *path[2:]]} for own, at in enumerate(mine) if at == path[1]]
    return found
