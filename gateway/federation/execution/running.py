"""Carries out a plan: each request as soon as those it waits for are back, one for each subgraph and stage."""

import asyncio
import time
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Protocol

from connectors.errors import SourceError
from connectors.subgraph import GraphqlRequest, GraphqlResponse
from gateway.federation.execution.answers import Cause, RequestTiming
from gateway.federation.execution.completion import is_void
from gateway.federation.execution.gathering import Gathered, Object, gather, representer, walk
from gateway.federation.execution.store import MISBEHAVED, Store, rename, renamed_path
from gateway.federation.planning.needs import TYPENAME
from gateway.federation.planning.plan import Batch, Fetch, Plan

__all__ = ["Ask", "Run"]


class Ask(Protocol):
    """How a subgraph is asked."""

    async def __call__(self, subgraph: str, request: GraphqlRequest) -> GraphqlResponse:
        """Give a subgraph's response.

        Raises:
            SourceError: it could not be had.

        """
        ...


class Part:
    """One ``_entities`` field of a request: each fetch's objects, and where its representations begin."""

    __slots__ = ("alias", "batch", "group", "representations", "shares")

    def __init__(self, batch: Batch, index: int) -> None:
        """Send one of the groups of *batch*."""
        self.batch = batch
        self.group = batch.groups[index]
        self.alias = ""
        self.shares: list[tuple[Fetch, Gathered, int]] = []
        self.representations: list[Object] = []


class Run:
    """One operation while it is carried out."""

    def __init__(self, plan: Plan, ask: Ask, variables: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        """Carry out *plan*."""
        self._plan = plan
        self._ask = ask
        self._variables = variables
        self._headers = headers
        self._waiting = [len(batch.after) for batch in plan.batches]
        self._ready: list[Batch] = []
        self._running: set[asyncio.Task[None]] = set()
        self._is_woken = False
        self._ended: asyncio.Future[None] | None = None
        self.store = Store()
        self.timings: list[RequestTiming] = []

    async def carry_out(self) -> None:
        """Make all requests."""
        batches = self._plan.batches
        if len(batches) == 1:
            await self._from_root(batches[0])
        elif batches:
            self._ready += [batch for batch in batches if not batch.after]
            self._ended = asyncio.get_running_loop().create_future()
            self._send()
            try:
                await self._ended
            finally:
                for task in self._running:
                    task.cancel()

    def _send(self) -> None:
        """Send what is ready; what of one subgraph is ready at once goes in one request."""
        self._is_woken = False
        joined: dict[str, list[Part]] = {}
        while self._ready:
            batch = self._ready.pop()
            if self._plan.operation == "mutation" and batch.after and self._is_forgone(batch):
                self._finish(batch)
            elif not batch.groups:
                self._start(self._from_root(batch), [batch])
            elif parts := self._gathered(batch):
                joined.setdefault(batch.subgraph, []).extend(parts)
            else:
                self._finish(batch)
        for parts in joined.values():
            self._start(self._by_key(parts), list(dict.fromkeys(part.batch for part in parts)))
        if not self._running and self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    def _is_forgone(self, batch: Batch) -> bool:
        """Say whether a mutation's later field is not to be done, since the loss of an earlier one voids the answer."""
        if batch.operation != "mutation":
            return False
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

    def _start(self, work: Coroutine[Any, Any, None], batches: Sequence[Batch]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)

        def end(done: asyncio.Task[None]) -> None:
            self._running.discard(done)
            error = None if done.cancelled() else done.exception()
            if error is not None and self._ended is not None and not self._ended.done():
                self._ended.set_exception(error)
            for batch in batches:
                self._finish(batch)
            if not self._is_woken:
                self._is_woken = True
                asyncio.get_running_loop().call_soon(self._send)

        task.add_done_callback(end)

    def _finish(self, batch: Batch) -> None:
        """Let go what waited for a request."""
        for other in self._plan.batches:
            if batch.number in other.after:
                self._waiting[other.number] -= 1
                if not self._waiting[other.number]:
                    self._ready.append(other)

    # Requests to a root type -----------------------------------------------------------------------------------------

    async def _from_root(self, batch: Batch) -> None:
        fetch = batch.fetches[0]
        targets = walk(self.store.root, fetch.path) if fetch.path else [self.store.root]
        if not targets:
            return
        response = await self._request(batch, batch.document(), {}, fetch.variables, 0)
        if isinstance(response, Cause):
            for target in targets:
                self.store.lose(target, fetch.selection, response)
            return
        data = response.data
        if fetch.renames and data is not None:
            rename(data, fetch.renames)
        self._hear_root(response, fetch, targets)
        if data is not None:
            for target in targets:
                self.store.merge(target, dict(data), fetch)

    def _hear_root(self, response: GraphqlResponse, fetch: Fetch, targets: Sequence[Object]) -> None:
        causes = [self._cause(error, fetch.subgraph) for error in response.errors]
        if response.data is None and not causes:
            causes = [Cause(f"Subgraph {fetch.subgraph} gave neither data nor an error", MISBEHAVED, fetch.subgraph)]
        whole: list[Cause] = []
        for cause, error in zip(causes, response.errors or ({},), strict=False):
            path = error.get("path")
            steps = renamed_path(path, fetch.renames) if isinstance(path, list | tuple) else []
            if steps and self._locate_root(response.data or {}, steps, cause, targets):
                whole.append(cause.spread())
            elif response.data is None:
                whole.append(cause)
            else:
                self.store.causes.append(cause)
        if response.data is None:
            for target in targets:
                self.store.lose(target, fetch.selection, *whole)

    def _locate_root(
        self,
        data: Any,
        steps: list[str | int],
        cause: Cause,
        targets: Sequence[Object],
    ) -> bool:
        if isinstance(steps[0], str) and data.get(steps[0]) is None:
            cause.below = tuple(steps[1:])
            for target in targets:
                self.store.blame(target, steps[0], cause)
            return True
        return self.store.locate(data, steps, cause)

    # Requests by key -------------------------------------------------------------------------------------------------

    def _gathered(self, batch: Batch) -> list[Part]:
        """Gather the objects of a request by key, for each of its ``_entities`` fields."""
        store = self.store
        parts: list[Part] = []
        for index, group in enumerate(batch.groups):
            part = Part(batch, index)
            for fetch in group.fetches:
                found = gather(store.root, fetch, representer(fetch, store.is_lost))
                for target, lack in found.unsent:
                    self._not_asked(target, fetch, lack.holder, lack.key)
                if found.representations:
                    part.shares.append((fetch, found, len(part.representations)))
                    part.representations += found.representations
            if part.shares:
                parts.append(part)
        return parts

    async def _by_key(self, parts: Sequence[Part]) -> None:
        batch = parts[0].batch
        if len(parts) == 1:
            parts[0].alias = "_entities"
            values: dict[str, Any] = {"representations": parts[0].representations}
        else:
            values = {}
            for index, part in enumerate(parts):
                part.alias = f"e{index}"
                values[f"r{index}"] = part.representations
        document = batch.document([part.group for part in parts])
        names = dict.fromkeys(name for part in parts for name in part.group.variables)
        count = sum(len(part.representations) for part in parts)
        response = await self._request(batch, document, values, tuple(names), count)
        for part in parts:
            self._hear(part, response)
        if not isinstance(response, Cause):
            self._hear_errors(parts, response)
            for part in parts:
                self._absorb(part, response)

    def _not_asked(self, target: Object, fetch: Fetch, holder: object, key: str | int) -> None:
        causes = [cause.spread() for cause in self.store.lost.get((id(holder), key), ())]
        if not causes:
            message = f"{fetch.entry_type} cannot be asked for at subgraph {fetch.subgraph}: it has no {key} here"
            causes = [Cause(message, MISBEHAVED, fetch.subgraph)]
        self.store.lose(target, fetch.selection, *causes)

    def _hear(self, one: Part, response: GraphqlResponse | Cause) -> None:
        """Lose everything of a field that did not come back, or not as a list of the right length."""
        if isinstance(response, Cause):
            causes = [response]
        else:
            found = response.data.get(one.alias) if response.data is not None else None
            if found.__class__ is list and len(found) == len(one.representations):
                return
            subgraph = one.shares[0][0].subgraph
            causes = [self._cause(error, subgraph) for error in response.errors if _concerns(error, one.alias)]
            if not causes:
                causes = [Cause(f"Subgraph {subgraph} gave other objects than it was asked for", MISBEHAVED, subgraph)]
        for fetch, found, _ in one.shares:
            for targets in found.targets:
                for target in targets:
                    self.store.lose(target, fetch.selection, *causes)
        one.shares = []

    def _hear_errors(self, sent: Sequence[Part], response: GraphqlResponse) -> None:
        """Blame what a subgraph's own errors point at."""
        for error in response.errors:
            subgraph = sent[0].group.fetches[0].subgraph
            cause = self._cause(error, subgraph)
            one = next((each for each in sent if _concerns(error, each.alias) and _is_located(error)), None)
            if one is None or response.data is None:
                if any(each.shares for each in sent):
                    self.store.causes.append(cause)
            elif one.shares:
                self._blame(one, response.data.get(one.alias), error["path"][1:], cause)

    def _blame(self, one: Part, entities: Any, path: Sequence[Any], cause: Cause) -> None:  # noqa: ANN401 - any JSON
        index = path[0] if path else None
        if not isinstance(index, int) or not 0 <= index < len(entities):
            self.store.causes.append(cause)
            return
        for fetch, found, start in one.shares:
            if start <= index < start + len(found.representations):
                steps = renamed_path(path[1:], fetch.renames)
                entity = entities[index]
                if entity is None or not steps:
                    cause.below = tuple(steps[1:])
                    for target in found.targets[index - start]:
                        keys = [steps[0]] if steps and steps[0] in fetch.selection.fields else []
                        self._blame_entity(target, fetch, keys, cause)
                elif not self.store.locate(entity, steps, cause):
                    self.store.causes.append(cause)

    def _blame_entity(self, target: Object, fetch: Fetch, keys: Sequence[Any], cause: Cause) -> None:
        for key in keys:
            self.store.blame(target, key, cause)
        self.store.lose(target, fetch.selection, cause.spread() if keys else cause)

    def _absorb(self, one: Part, response: GraphqlResponse) -> None:
        if response.data is None:
            return
        entities = response.data.get(one.alias)
        for fetch, found, start in one.shares:
            for offset, representation in enumerate(found.representations):
                entity = entities[start + offset]
                problem = _problem(entity, representation, fetch)
                if problem is None:
                    if fetch.renames:
                        rename(entity, fetch.renames)
                    for target in found.targets[offset]:
                        self.store.merge(target, entity, fetch)
                else:
                    self._lose(found.targets[offset], fetch, problem)

    def _lose(self, targets: Sequence[Object], fetch: Fetch, problem: str) -> None:
        cause = Cause(f"Subgraph {fetch.subgraph} gave {problem}", MISBEHAVED, fetch.subgraph)
        for target in targets:
            if not any(self.store.is_lost(target, key) for key in fetch.selection.fields):
                self.store.lose(target, fetch.selection, cause)

    # One request -----------------------------------------------------------------------------------------------------

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

    @staticmethod
    def _cause(error: Mapping[str, Any], subgraph: str) -> Cause:
        told = error.get("extensions")
        extensions = dict(told) if isinstance(told, dict) else {}
        code = extensions.pop("code", None)
        message = error.get("message")
        return Cause(
            message if isinstance(message, str) else f"Subgraph {subgraph} gave an error without a message",
            code if isinstance(code, str) else "DOWNSTREAM_SERVICE_ERROR",
            subgraph,
            extensions,
        )


def _concerns(error: Mapping[str, Any], alias: str) -> bool:
    """Say whether an error may be about one field of the request."""
    path = error.get("path")
    return not isinstance(path, list | tuple) or not path or path[0] == alias


def _is_located(error: Mapping[str, Any]) -> bool:
    path = error.get("path")
    return isinstance(path, list | tuple) and len(path) > 1


def _problem(entity: Any, representation: Object, fetch: Fetch) -> str | None:  # noqa: ANN401 - any JSON
    """Say what is wrong with an entity that came for a representation; None if nothing is."""
    if entity is None:
        return f"no {fetch.entry_type} for this key"
    if entity.__class__ is not dict:
        return "no object where one is due"
    if fetch.is_concrete and entity.get(TYPENAME, fetch.entry_type) != fetch.entry_type:
        return "an object of another type than it was asked for"
    for name, key in fetch.echoes:
        if entity.get(key) is not None and str(entity[key]) != str(representation[name]):
            return "another object than it was asked for"
    return None
