"""Carries out a plan: each request as soon as those it waits for are back, one for each subgraph and stage.

What comes back by key is heard where it arrives, and what follows of it is asked for at once; only requests to a root
have tasks of their own, and one that is alone has none.
"""

import asyncio
import functools
import time
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

import orjson

from connectors.errors import SourceError
from connectors.subgraph import GraphqlRequest, GraphqlResponse
from gateway.federation.execution.answers import Cause, RequestTiming
from gateway.federation.execution.completion import is_void
from gateway.federation.execution.gathering import Part, Plain, walk
from gateway.federation.execution.hearing import hear_entities, hear_root, not_asked
from gateway.federation.execution.joined import ENTITIES
from gateway.federation.execution.joining import Answer, Line, Waiting
from gateway.federation.execution.preparing import Course
from gateway.federation.execution.sharing import Kind
from gateway.federation.execution.store import MISBEHAVED, Store
from gateway.federation.planning.plan import Batch

__all__ = ["Course", "Run"]

_OWN_HEADER = "traceparent"
"""A header that is each request's own; of joined ones, the first's is sent."""
_NO_HEADERS: frozenset[tuple[str, str]] = frozenset()


class Run:
    """One operation while it is carried out."""

    def __init__(
        self, course: Course, lines: Mapping[str, Line], variables: Mapping[str, Any], headers: Mapping[str, str]
    ) -> None:
        """Carry out the plan of *course*."""
        self._course = course
        self._plan = course.plan
        self._lines = lines
        self._variables = variables
        self._headers = headers
        self._told_apart = frozenset(h for h in headers.items() if h[0] != _OWN_HEADER) if headers else _NO_HEADERS
        self._waiting = course.waiting[:]
        self._ready: list[Batch] = []
        self._under_way = 0
        self._is_going_on = self._is_over = False
        self._done: asyncio.Future[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._joined: list[Waiting] = []
        self.store = Store()
        self.timings: list[RequestTiming] = []

    async def carry_out(self) -> None:
        """Make all requests."""
        self._ready += self._course.first
        try:
            while len(roots := self._advance()) == 1 and not self._under_way:
                await self._from_root(roots[0])
                self._finish(roots[0])
            for batch in roots:
                self._start(self._from_root(batch), [batch])
            if self._under_way:
                self._done = asyncio.get_running_loop().create_future()
                await self._done
        finally:
            self._is_over = True
            for task in self._tasks:
                task.cancel()
            for waiting in self._joined:
                waiting.leave()
            self._joined.clear()

    # In which order --------------------------------------------------------------------------------------------------

    def _advance(self) -> list[Batch]:
        """Ask for all that is ready, and give the requests to a root that are; one subgraph gets one request."""
        roots: list[Batch] = []
        by_key: dict[str, list[tuple[Batch, list[Part]]]] = {}
        while self._ready:
            batch = self._ready.pop()
            if batch.operation == "mutation" and batch.after and self._is_forgone(batch):
                self._finish(batch)
            elif not batch.groups:
                roots.append(batch)
            elif parts := self._gathered(batch):
                by_key.setdefault(batch.subgraph, []).append((batch, parts))
            else:
                self._finish(batch)
        for found in by_key.values():
            batches = [batch for batch, _ in found]
            self._ask_by_key(
                batches, found[0][1] if len(found) == 1 else [part for _, parts in found for part in parts]
            )
        return roots

    def _start(self, work: Coroutine[Any, Any, None], batches: Sequence[Batch]) -> None:
        """Make a request in a task of its own."""
        self._under_way += 1
        task = asyncio.ensure_future(work)
        self._tasks.add(task)

        def end(done: asyncio.Task[None]) -> None:
            self._tasks.discard(done)
            if not done.cancelled():
                error = done.exception()
                if error is None:
                    self._end(batches)
                else:
                    self._fail(error)

        task.add_done_callback(end)

    def _end(self, batches: Sequence[Batch]) -> None:
        """Let go what waited for a request that is heard; nothing is raised."""
        self._under_way -= 1
        for batch in batches:
            self._finish(batch)
        if not self._under_way:
            self._go_on()
        elif self._ready and not self._is_going_on:
            # What ends in the same turn of the loop may let go what goes to the same subgraph, in the same request.
            self._is_going_on = True
            loop = asyncio.get_running_loop()
            loop.call_soon(loop.call_soon, self._go_on)

    def _go_on(self) -> None:
        """Ask for what is ready, or end; nothing is raised."""
        self._is_going_on = False
        try:
            if self._ready and not self._is_over:
                for batch in self._advance():
                    self._start(self._from_root(batch), [batch])
        except Exception as error:  # noqa: BLE001 - it is the whole run's, and raised there
            self._fail(error)
        if not self._under_way and self._done is not None and not self._done.done():
            self._done.set_result(None)

    def _fail(self, error: BaseException) -> None:
        """Raise a bug where the run is waited for."""
        if self._done is not None and not self._done.done():
            self._done.set_exception(error)

    def _finish(self, batch: Batch) -> None:
        """Let go what waited for a request."""
        for other in self._course.following[batch.number]:
            self._waiting[other.number] -= 1
            if not self._waiting[other.number]:
                self._ready.append(other)

    def _is_forgone(self, batch: Batch) -> bool:
        """Say whether a mutation's later field is not to be done, since the loss of an earlier one voids the answer."""
        earlier = {
            key
            for other in self._plan.batches
            if other.operation == "mutation" and other.stage < batch.stage
            for key in other.fetches[0].selection.fields
        }
        if not is_void(self._plan, self.store, earlier):
            return False
        message = "This was not done, since the answer is lost with a field before it"
        origin = next((causes[0] for causes in self.store.lost.values()), None)
        for fetch in batch.fetches:
            self.store.lose(self.store.root, fetch.selection, Cause(message, MISBEHAVED, batch.subgraph, origin=origin))
        return True

    # The requests ----------------------------------------------------------------------------------------------------

    async def _from_root(self, batch: Batch) -> None:
        fetch = batch.fetches[0]
        targets = walk(self.store.root, fetch.path) if fetch.path else [self.store.root]
        if not targets:
            return
        request = self._request(self._course.documents[batch.number], {}, fetch.variables)
        line = self._lines[batch.subgraph]
        if batch.operation == "query":
            asked = line.share(request, self._kind(request), self._course.spines[batch.number])
        else:
            asked = line.ask(request)
        hear_root(self.store, fetch, targets, await self._timed(batch, asked, 0))

    def _gathered(self, batch: Batch) -> list[Part]:
        """Gather the objects of a request by key, for each of its ``_entities`` fields that has any."""
        parts: list[Part] = []
        for gather in self._course.gatherers[batch.number]:
            part = gather(self.store)
            if part.unsent:
                not_asked(self.store, part)
            if part.representations:
                parts.append(part)
        return parts

    def _ask_by_key(self, batches: Sequence[Batch], parts: Sequence[Part]) -> None:
        """Ask for the objects of one or several requests of the plan to one subgraph, as one request."""
        batch, line = batches[0], self._lines[batches[0].subgraph]
        document, alone = self._course.document(batch, parts), self._course.alone[batch.number]
        if len(parts) > 1:
            self._start(self._several_by_key(batch, parts, document, alone), batches)
            return
        (part,) = parts
        part.alias, part.variable = ENTITIES, alone
        request = self._request(document, {alone: part.representations}, part.group.variables)
        hear = functools.partial(self._hear, batches, part, time.monotonic_ns())
        waiting = Waiting(
            self._kind(request, alone, part.plain), request, part, self._course.spines[batch.number], hear
        )
        self._under_way += 1
        self._joined.append(waiting)
        line.join(waiting)

    async def _several_by_key(self, batch: Batch, parts: Sequence[Part], document: str, alone: str) -> None:
        values: dict[str, Any] = {}
        for index, part in enumerate(parts):
            part.alias = f"e{index}"
            values[f"{alone}{index}"] = part.representations
        request = self._request(document, values, [each for part in parts for each in part.group.variables])
        count = sum(len(part.representations) for part in parts)
        told = await self._timed(batch, self._lines[batch.subgraph].ask(request), count)
        hear_entities(self.store, batch.subgraph, parts, told)

    def _request(self, document: str, values: dict[str, Any], names: Sequence[str]) -> GraphqlRequest:
        for name in names:
            if name in self._variables:
                values[name] = self._variables[name]
        return GraphqlRequest(document, values, None, self._headers)

    def _kind(self, request: GraphqlRequest, but: str = "", plain: Plain | None = None) -> Kind:
        """Give what requests that may be asked together have in common: all *but* one variable."""
        others = b""
        if len(request.variables) > bool(but):
            rest = {name: value for name, value in request.variables.items() if name != but}
            others = orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)
        return request.document, others, self._told_apart, plain

    # What comes back -------------------------------------------------------------------------------------------------

    def _hear(self, batches: Sequence[Batch], part: Part, started: int, answer: Answer) -> None:
        """Hear the answer to a request by key where it arrives; nothing is raised."""
        try:
            told = self._told(batches[0], started, len(part.representations), answer)
            hear_entities(self.store, batches[0].subgraph, (part,), told)
        except Exception as error:  # noqa: BLE001 - it is the whole run's, and raised there
            self._fail(error)
        self._end(batches)

    async def _timed(
        self, batch: Batch, asked: Coroutine[Any, Any, GraphqlResponse], objects: int
    ) -> GraphqlResponse | Cause:
        started = time.monotonic_ns()
        answer: Answer
        try:
            answer = await asked
        except SourceError as error:
            answer = error
        return self._told(batch, started, objects, answer)

    def _told(self, batch: Batch, started: int, objects: int, answer: Answer) -> GraphqlResponse | Cause:
        """Note how a request went.

        Raises:
            Exception: that which was answered, unless it says that the subgraph failed.

        """
        took = time.monotonic_ns() - started
        if isinstance(answer, SourceError):
            self.timings.append(RequestTiming(batch.subgraph, batch.number, started, took, objects, answer.code))
            return Cause(f"Subgraph {batch.subgraph}: {answer}", answer.code, batch.subgraph)
        if isinstance(answer, Exception):
            raise answer
        self.timings.append(RequestTiming(batch.subgraph, batch.number, started, took, objects, None))
        self.store.keep(answer)
        return answer
