"""Carries out a plan: each request as soon as those it waits for are back, one for each subgraph and stage."""

import asyncio
import time
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol

from connectors.errors import SourceError
from connectors.subgraph import GraphqlRequest, GraphqlResponse
from gateway.federation.execution.answers import Cause, RequestTiming
from gateway.federation.execution.completion import is_void
from gateway.federation.execution.gathering import Part, Send, gather, sender, walk
from gateway.federation.execution.hearing import hear_entities, hear_root, not_asked
from gateway.federation.execution.store import MISBEHAVED, Store
from gateway.federation.planning.plan import Batch, Group, Plan

__all__ = ["Ask", "Course", "Run"]


class Ask(Protocol):
    """How a subgraph is asked."""

    async def __call__(self, subgraph: str, request: GraphqlRequest) -> GraphqlResponse:
        """Give a subgraph's response.

        Raises:
            SourceError: it could not be had.

        """
        ...


class Course:
    """What of a plan is made ready once, for all runs of it."""

    def __init__(self, plan: Plan) -> None:
        """Make *plan* ready."""
        self.plan = plan
        self.first = [batch for batch in plan.batches if not batch.after]
        self.waiting = [len(batch.after) for batch in plan.batches]
        self.following = [[other for other in plan.batches if each.number in other.after] for each in plan.batches]
        self.senders: list[list[tuple[Group, list[Send]]]] = [
            [(group, [sender(fetch) for fetch in group.fetches]) for group in batch.groups] for batch in plan.batches
        ]
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

    def __init__(self, course: Course, ask: Ask, variables: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        """Carry out the plan of *course*."""
        self._course = course
        self._plan = course.plan
        self._ask = ask
        self._variables = variables
        self._headers = headers
        self._waiting = course.waiting[:]
        self._ready: list[Batch] = []
        self._running: set[asyncio.Task[None]] = set()
        self._is_woken = False
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.store = Store()
        self.timings: list[RequestTiming] = []

    async def carry_out(self) -> None:
        """Make all requests."""
        if len(self._plan.batches) == 1:
            await self._from_root(self._plan.batches[0])
        elif self._plan.batches:
            self._ready += self._course.first
            self._send()
            try:
                await self._ended
            finally:
                for task in self._running:
                    task.cancel()

    # In which order --------------------------------------------------------------------------------------------------

    def _send(self) -> None:
        """Send what is ready; what of one subgraph is ready at once goes in one request."""
        self._is_woken = False
        if self._ended.done():
            return
        try:
            self._send_ready()
        except Exception as error:  # noqa: BLE001 - whoever waits for the run must hear of it, or would wait for ever
            self._ended.set_exception(error)
            return
        if not self._running and not self._ended.done():
            self._ended.set_result(None)

    def _send_ready(self) -> None:
        joined: dict[str, list[tuple[Batch, list[Part]]]] = {}
        while self._ready:
            batch = self._ready.pop()
            if batch.operation == "mutation" and batch.after and self._is_forgone(batch):
                self._finish(batch)
            elif not batch.groups:
                self._start(self._from_root(batch), [batch])
            elif parts := self._gathered(batch):
                joined.setdefault(batch.subgraph, []).append((batch, parts))
            else:
                self._finish(batch)
        for found in joined.values():
            parts = [part for _, some in found for part in some]
            self._start(self._by_key(found[0][0], parts), [batch for batch, _ in found])

    def _start(self, work: Coroutine[Any, Any, None], batches: Sequence[Batch]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)

        def end(done: asyncio.Task[None]) -> None:
            self._running.discard(done)
            if self._ended.done():
                return
            error = None if done.cancelled() else done.exception()
            if error is not None:
                self._ended.set_exception(error)
                return
            for batch in batches:
                self._finish(batch)
            if not self._is_woken:
                self._is_woken = True
                asyncio.get_running_loop().call_soon(self._send)

        task.add_done_callback(end)

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
            document = self._course.document(batch, ())
            response = await self._request(batch, document, {}, fetch.variables, 0)
            hear_root(self.store, fetch, targets, response)

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
        if len(parts) == 1:
            parts[0].alias = "_entities"
            values: dict[str, Any] = {"representations": parts[0].representations}
        else:
            values = {}
            for index, part in enumerate(parts):
                part.alias = f"e{index}"
                values[f"r{index}"] = part.representations
        document = self._course.document(batch, [part.group for part in parts])
        names = [name for part in parts for name in part.group.variables]
        count = sum(len(part.representations) for part in parts)
        response = await self._request(batch, document, values, names, count)
        hear_entities(self.store, batch.subgraph, parts, response)

    async def _request(
        self, batch: Batch, document: str, values: dict[str, Any], names: Sequence[str], objects: int
    ) -> GraphqlResponse | Cause:
        for name in names:
            if name in self._variables:
                values[name] = self._variables[name]
        request = GraphqlRequest(document, values, None, self._headers)
        started = time.monotonic_ns()
        failed: str | None = None
        try:
            response = await self._ask(batch.subgraph, request)
            self.store.keep(response)
        except SourceError as error:
            failed = error.code
            return Cause(f"Subgraph {batch.subgraph}: {error}", error.code, batch.subgraph)
        else:
            return response
        finally:
            took = time.monotonic_ns() - started
            self.timings.append(RequestTiming(batch.subgraph, batch.number, started, took, objects, failed))
