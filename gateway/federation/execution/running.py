"""Carries out a plan: each request as soon as those it waits for are back, one for each subgraph and stage."""

import asyncio
import time
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from connectors.errors import SourceError
from connectors.subgraph import GraphqlRequest, GraphqlResponse
from gateway.federation.execution.answers import Cause, RequestTiming
from gateway.federation.execution.completion import is_void
from gateway.federation.execution.gathering import Part, Send, gather, sender, walk
from gateway.federation.execution.hearing import hear_entities, hear_root, not_asked
from gateway.federation.execution.joining import Line
from gateway.federation.execution.spines import spine
from gateway.federation.execution.store import MISBEHAVED, Store
from gateway.federation.planning.plan import Batch, Group, OperationPlan

__all__ = ["Course", "Run"]


Work = tuple[Coroutine[Any, Any, None], Sequence[Batch]]
"""A request to be made, and the requests of the plan that it is."""


class Course:
    """What of a plan is made ready once, for all runs of it."""

    def __init__(self, plan: OperationPlan) -> None:
        """Make *plan* ready."""
        self.plan = plan
        self.first = [batch for batch in plan.batches if not batch.after]
        self.waiting = [len(batch.after) for batch in plan.batches]
        self.following = [[other for other in plan.batches if each.number in other.after] for each in plan.batches]
        self.senders: list[list[tuple[Group, list[Send]]]] = [
            [(group, [sender(fetch) for fetch in group.fetches]) for group in batch.groups] for batch in plan.batches
        ]
        fetches = plan.fetches
        self.spines = [spine(batch.fetches, fetches) for batch in plan.batches]
        self._documents: dict[tuple[int, ...], str] = {}

    def document(self, batch: Batch, groups: Sequence[Group]) -> str:
        """Give the text of a request, written once for each set of groups."""
        asked = (batch.number, *map(id, groups))
        found = self._documents.get(asked)
        if found is None:
            found = self._documents[asked] = batch.document(groups)
        return found


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
        self._waiting = course.waiting[:]
        self._ready: list[Batch] = []
        self._running: set[asyncio.Task[None]] = set()
        self._ended: list[tuple[asyncio.Task[None], Sequence[Batch]]] = []
        self._wake: asyncio.Future[None] | None = None
        self.store = Store()
        self.timings: list[RequestTiming] = []

    async def carry_out(self) -> None:
        """Make all requests."""
        self._ready += self._course.first
        try:
            while (works := self._works()) or self._running or self._ended:
                if len(works) == 1 and not self._running:
                    work, batches = works[0]
                    await work
                    for batch in batches:
                        self._finish(batch)
                else:
                    for work, batches in works:
                        self._start(work, batches)
                    await self._some_end()
        finally:
            for task in self._running:
                task.cancel()

    # In which order --------------------------------------------------------------------------------------------------

    def _works(self) -> list[Work]:
        """Give what is ready to be sent; what of one subgraph is ready at once goes in one request."""
        works: list[Work] = []
        joined: dict[str, list[tuple[Batch, list[Part]]]] = {}
        while self._ready:
            batch = self._ready.pop()
            if batch.operation == "mutation" and batch.after and self._is_forgone(batch):
                self._finish(batch)
            elif not batch.groups:
                works.append((self._from_root(batch), [batch]))
            elif parts := self._gathered(batch):
                joined.setdefault(batch.subgraph, []).append((batch, parts))
            else:
                self._finish(batch)
        for found in joined.values():
            all_parts = [part for _, parts in found for part in parts]
            works.append((self._by_key(found[0][0], all_parts), [batch for batch, _ in found]))
        return works

    def _start(self, work: Coroutine[Any, Any, None], batches: Sequence[Batch]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)

        def end(done: asyncio.Task[None]) -> None:
            self._running.discard(done)
            self._ended.append((done, batches))
            if self._wake is not None and not self._wake.done():
                self._wake.set_result(None)

        task.add_done_callback(end)

    async def _some_end(self) -> None:
        """Wait until something can follow, or all is done."""
        while self._running or self._ended:
            if not self._ended:
                self._wake = asyncio.get_running_loop().create_future()
                await self._wake
            for task, batches in self._ended:
                task.result()
                for batch in batches:
                    self._finish(batch)
            self._ended.clear()
            if self._ready:
                return

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
        if targets:
            request = self._request(self._course.document(batch, ()), {}, fetch.variables)
            line = self._lines[batch.subgraph]
            asked = (
                line.share(request, self._course.spines[batch.number])
                if batch.operation == "query"
                else line.ask(request)
            )
            hear_root(self.store, fetch, targets, await self._timed(batch, asked, 0))

    def _gathered(self, batch: Batch) -> list[Part]:
        """Gather the objects of a request by key, for each of its ``_entities`` fields that has any."""
        parts: list[Part] = []
        for group, senders in self._course.senders[batch.number]:
            part = gather(self.store, group, senders)
            if part.unsent:
                not_asked(self.store, part)
            if part.representations:
                parts.append(part)
        return parts

    async def _by_key(self, batch: Batch, parts: Sequence[Part]) -> None:
        line = self._lines[batch.subgraph]
        document = self._course.document(batch, [part.group for part in parts])
        if len(parts) == 1:
            (part,) = parts
            part.alias = "_entities"
            request = self._request(document, {batch.alone: part.representations}, part.group.variables)
            asked = line.join(request, batch.alone, part, self._course.spines[batch.number])
        else:
            values: dict[str, Any] = {}
            for index, part in enumerate(parts):
                part.alias = f"e{index}"
                values[f"{batch.alone}{index}"] = part.representations
            asked = line.ask(self._request(document, values, [each for part in parts for each in part.group.variables]))
        count = sum(len(part.representations) for part in parts)
        hear_entities(self.store, batch.subgraph, parts, await self._timed(batch, asked, count))

    def _request(self, document: str, values: dict[str, Any], names: Sequence[str]) -> GraphqlRequest:
        for name in names:
            if name in self._variables:
                values[name] = self._variables[name]
        return GraphqlRequest(document, values, None, self._headers)

    async def _timed(
        self, batch: Batch, asked: Coroutine[Any, Any, GraphqlResponse], objects: int
    ) -> GraphqlResponse | Cause:
        started = time.monotonic_ns()
        failed: str | None = None
        try:
            response = await asked
            self.store.keep(response)
        except SourceError as error:
            failed = error.code
            return Cause(f"Subgraph {batch.subgraph}: {error}", error.code, batch.subgraph)
        else:
            return response
        finally:
            took = time.monotonic_ns() - started
            self.timings.append(RequestTiming(batch.subgraph, batch.number, started, took, objects, failed))
