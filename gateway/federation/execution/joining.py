"""Joins requests of different operations, while they wait.

Requests by key gather while a subgraph's lanes are busy, and the next lane takes them: an adaptive batch without a
timer. One alone is sent at the end of the event loop's turn; many at a time share a request. What is joined has the
same document, the same other variables and the same headers, but for `traceparent`.

Equal queries from a root share what is asked after all of them have come: the first is asked at once, those that come
while it is under way share the next.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from connectors.errors import SourceError, SourceMisbehaved
from connectors.subgraph import GraphqlRequest, GraphqlResponse, GraphqlSource

__all__ = ["Line"]

LANES = 4
"""Joined requests that are under way to one subgraph at once."""
MOST_OBJECTS = 256
"""Objects of one joined request: a slow one must not hold all others."""
_APART = "traceparent"
"""A header that is each request's own; of joined ones, the first's is sent."""
_ENTITIES = "_entities"

Kind = tuple[str, bytes, frozenset[tuple[str, str]]]


class _Waiting(NamedTuple):
    """A request that waits, its representations, and who waits for it."""

    request: GraphqlRequest
    variable: str
    representations: Sequence[Any]
    future: "asyncio.Future[GraphqlResponse]"


class Line:
    """The line to one subgraph."""

    def __init__(self, source: GraphqlSource, lanes: int = LANES) -> None:
        """Ask *source*, by so many joined requests at once."""
        self._source = source
        self._free = lanes
        self._waiting: dict[Kind, list[_Waiting]] = {}
        self._sharing: dict[Kind, list[_Waiting]] = {}
        self._order: deque[Kind] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._is_woken = False

    async def ask(self, request: GraphqlRequest) -> GraphqlResponse:
        """Ask at once, and for this request alone.

        Raises:
            SourceError: as the source.

        """
        return await self._source.ask(request)

    async def share(self, query: GraphqlRequest) -> GraphqlResponse:
        """Ask an equal query of several operations once, as long as it was not sent before it was asked for.

        Raises:
            SourceError: as the source.

        """
        kind = _kind(query, "")
        waiting = self._sharing.get(kind)
        if waiting is not None:
            sharing = _Waiting(query, "", (), asyncio.get_running_loop().create_future())
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
            task = asyncio.ensure_future(self._run(waiting))
            self._running.add(task)

            def end(done: "asyncio.Task[None]") -> None:
                self._running.discard(done)
                self._share_next(kind)

            task.add_done_callback(end)

    async def join(self, request: GraphqlRequest, variable: str) -> GraphqlResponse:
        """Ask together with others of the same kind; *request* asks for ``_entities`` alone, by that variable.

        Raises:
            SourceError: as the source.

        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(request, variable, request.variables[variable], loop.create_future())
        kind = _kind(request, variable)
        queue = self._waiting.get(kind)
        if queue is None:
            self._waiting[kind] = [waiting]
            self._order.append(kind)
        else:
            queue.append(waiting)
        if self._free and not self._is_woken:
            self._is_woken = True
            loop.call_soon(self._send)
        return await waiting.future

    def _send(self) -> None:
        self._is_woken = False
        while self._free and self._order:
            taken = self._take(self._order.popleft())
            if taken:
                self._free -= 1
                task = asyncio.ensure_future(self._run(taken))
                self._running.add(task)
                task.add_done_callback(self._end)

    def _take(self, kind: Kind) -> list[_Waiting]:
        queue = [each for each in self._waiting.pop(kind) if not each.future.done()]
        objects = 0
        for count, each in enumerate(queue):
            objects += len(each.representations)
            if count and objects > MOST_OBJECTS:
                self._waiting[kind] = queue[count:]
                self._order.append(kind)
                return queue[:count]
        return queue

    def _end(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        self._free += 1
        self._send()

    async def _run(self, taken: Sequence[_Waiting]) -> None:
        try:
            await self._answer(taken)
        except SourceError as error:
            _fail(taken, error)
        except BaseException as error:
            _fail(taken, error if isinstance(error, Exception) else SourceMisbehaved("the request was broken off"))
            if not isinstance(error, Exception):
                raise

    async def _answer(self, taken: Sequence[_Waiting]) -> None:
        if len(taken) == 1 or not taken[0].variable:
            response = await self._source.ask(taken[0].request)
            for index, waiting in enumerate(taken):
                _tell(waiting, response if not index else response._replace(data=_copied(response.data)))
            return
        joined = _Joined.of(taken)
        try:
            told = await self._source.ask(joined.request)
        except SourceMisbehaved:
            told = GraphqlResponse(None)
        entities = None if told.data is None else told.data.get(_ENTITIES)
        if isinstance(entities, list) and len(entities) == joined.count:
            joined.tell(taken, entities, told.errors)
        else:
            # What one of them asked for may have spoilt it for all.
            await self._each_apart(taken)

    async def _each_apart(self, taken: Sequence[_Waiting]) -> None:
        for waiting in taken:
            try:
                _tell(waiting, await self._source.ask(waiting.request))
            except SourceError as error:
                _fail([waiting], error)


def _kind(request: GraphqlRequest, variable: str) -> Kind:
    others = b""
    if len(request.variables) > bool(variable):
        rest = {name: value for name, value in request.variables.items() if name != variable}
        others = orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)
    headers = frozenset(each for each in request.headers.items() if each[0] != _APART)
    return request.document, others, headers


def _tell(waiting: _Waiting, response: GraphqlResponse) -> None:
    if not waiting.future.done():
        waiting.future.set_result(response)


def _fail(taken: Sequence[_Waiting], error: Exception) -> None:
    for waiting in taken:
        if not waiting.future.done():
            waiting.future.set_exception(error)


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
        index_of: dict[bytes, int] = {}
        for waiting in taken:
            mine = []
            for each in waiting.representations:
                mark = orjson.dumps(each)
                index = index_of.get(mark)
                if index is None:
                    index = index_of[mark] = len(representations)
                    representations.append(each)
                mine.append(index)
            places.append(mine)
        first = taken[0].request
        variables = {**first.variables, taken[0].variable: representations}
        return cls(GraphqlRequest(first.document, variables, None, first.headers), places, len(representations))

    def tell(self, taken: Sequence[_Waiting], entities: Sequence[Any], errors: Sequence[Mapping[str, Any]]) -> None:
        """Give each of the requests its part; no two of them are given the same object."""
        given: set[int] = set()
        for waiting, mine in zip(taken, self.places, strict=True):
            part = []
            for index in mine:
                part.append(_copied(entities[index]) if index in given else entities[index])
                given.add(index)
            _tell(waiting, GraphqlResponse({_ENTITIES: part}, _concerning(errors, mine) if errors else ()))


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


def _copied(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if value.__class__ is dict:
        return {key: _copied(each) for key, each in value.items()}
    if value.__class__ is list:
        return [_copied(each) for each in value]
    return value
