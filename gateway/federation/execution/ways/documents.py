"""Requests as GraphQL documents: what a plan asks of a subgraph that speaks GraphQL, here or over a network.

What comes back by key is heard where it arrives; only a request to a root, or for several groups, must be awaited.
"""

import functools
import json
import time
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from typing import Any

import orjson

from connectors.errors import SourceError
from connectors.subgraph import GraphqlRequest, GraphqlResponse
from gateway.federation.execution.answers import Cause
from gateway.federation.execution.completion import is_void
from gateway.federation.execution.gathering import Part, Plain, walk
from gateway.federation.execution.hearing import hear_entities, hear_root
from gateway.federation.execution.joined import ENTITIES
from gateway.federation.execution.joining import Answer, Line, Waiting
from gateway.federation.execution.preparing import Requests
from gateway.federation.execution.running import Run
from gateway.federation.execution.seam import Prepared, Work
from gateway.federation.execution.sharing import Kind
from gateway.federation.execution.store import MISBEHAVED, Object, Store
from gateway.federation.execution.timing import Timing
from gateway.federation.planning.plan import Batch, OperationPlan, Plan

__all__ = ["DocumentLeg", "Operation"]

_OWN_HEADER = "traceparent"
"""A header that is each request's own; of joined ones, the first's is sent."""
_NONE: Mapping[str, Any] = {}
_NO_HEADERS: frozenset[tuple[str, str]] = frozenset()


class Operation:
    """An operation while it is carried out: what was heard so far, and what its requests are made with."""

    __slots__ = ("headers", "store", "timings", "told_apart", "variables")

    def __init__(self, variables: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        """Ask with these; nothing is heard yet."""
        self.variables = variables
        self.headers = headers
        self.told_apart = frozenset(h for h in headers.items() if h[0] != _OWN_HEADER) if headers else _NO_HEADERS
        """The headers in which requests that are joined must be equal."""
        self.store = Store()
        self.timings: list[Timing] = []

    def values(self, names: Iterable[str]) -> dict[str, Any]:
        """Give those of the operation's variables that a request names."""
        return {name: self.variables[name] for name in names if name in self.variables}

    def kind(self, document: str, values: Mapping[str, Any], plain: Plain | None = None) -> Kind:
        """Give what requests that may be asked together have in common: all but what is sent by key."""
        return document, _written(values) if values else b"", self.told_apart, plain

    def told(self, batch: Batch, started: int, objects: int, answer: Answer) -> GraphqlResponse | Cause:
        """Note how a request went.

        Raises:
            Exception: that which was answered, unless it says that the subgraph failed.

        """
        took = time.perf_counter_ns() - started
        if isinstance(answer, GraphqlResponse):
            self.timings.append(Timing(batch.subgraph, started, took, objects, None, 0, batch.number))
            self.store.keep(answer)
            return answer
        if isinstance(answer, SourceError):
            self.timings.append(Timing(batch.subgraph, started, took, objects, answer.code, 0, batch.number))
            return Cause(f"Subgraph {batch.subgraph}: {answer}", answer.code, batch.subgraph)
        raise answer


class DocumentLeg:
    """What one plan asks of one subgraph that speaks GraphQL."""

    def __init__(self, line: Line, plan: Plan, subgraph: str) -> None:
        """Ask over *line* what the plan asks of *subgraph*."""
        self._line = line
        self._plan = plan
        self._requests = Requests(plan, subgraph)

    def prepare(self, hand: Operation, batch: Batch) -> Sequence[Part] | Sequence[Object] | None:
        """Give the objects that are asked for: by key, or those below which a root type is asked."""
        if batch.operation == "mutation" and batch.after and self._is_forgone(hand.store, batch):
            return None
        if batch.groups:
            return self._requests.parts(hand.store, batch) or None
        path = batch.fetches[0].path
        return (walk(hand.store.root, path) if path else [hand.store.root]) or None

    def begin(self, run: Run[Operation], prepared: Sequence[Prepared]) -> Sequence[Work]:
        """Ask a root type for each request alone, and by key for all together."""
        if len(prepared) == 1:
            ((batch, found),) = prepared
            return self._by_key(run, (batch,), found) if batch.groups else self._at_root(run, batch, found)
        works: list[Work] = []
        for batch, found in prepared:
            if not batch.groups:
                works += self._at_root(run, batch, found)
        by_key = [each for each in prepared if each[0].groups]
        if by_key:
            parts = [part for _, found in by_key for part in found]
            works += self._by_key(run, [batch for batch, _ in by_key], parts)
        return works

    def _is_forgone(self, store: Store, batch: Batch) -> bool:
        """Say whether a mutation's later field is not to be done, since the loss of an earlier one voids the answer."""
        plan = self._plan
        earlier = {
            key
            for other in plan.batches
            if other.operation == "mutation" and other.stage < batch.stage
            for key in other.fetches[0].selection.fields
        }
        if not isinstance(plan, OperationPlan) or not is_void(plan, store, earlier):
            return False
        message = "This was not done, since the answer is lost with a field before it"
        origin = next((causes[0] for causes in store.lost.values()), None)
        for fetch in batch.fetches:
            store.lose(store.root, fetch.selection, Cause(message, MISBEHAVED, batch.subgraph, origin=origin))
        return True

    # The requests ----------------------------------------------------------------------------------------------------

    def _at_root(self, run: Run[Operation], batch: Batch, targets: Sequence[Object]) -> Sequence[Work]:
        return ((self._from_root(run.hand, batch, targets), (batch,)),)

    def _by_key(self, run: Run[Operation], batches: Sequence[Batch], parts: Sequence[Part]) -> Sequence[Work]:
        """Ask for the objects of one or several requests of the plan, as one request."""
        if len(parts) > 1:
            return ((self._several_by_key(run.hand, batches[0], parts), batches),)
        self._ask_by_key(run, batches, parts[0])
        return ()

    async def _from_root(self, hand: Operation, batch: Batch, targets: Sequence[Object]) -> None:
        fetch, wording, line = batch.fetches[0], self._requests.wordings[batch.number], self._line
        values = hand.values(fetch.variables)
        request = GraphqlRequest(wording.document, values, None, hand.headers)
        if batch.operation == "query":
            asked = line.share(request, hand.kind(wording.document, values), wording.spine)
        else:
            asked = line.ask(request)
        hear_root(hand.store, fetch, targets, await _timed(hand, batch, asked, 0))

    def _ask_by_key(self, run: Run[Operation], batches: Sequence[Batch], part: Part) -> None:
        """Ask for the objects of one group, by a request that may be joined to others' of its kind."""
        hand, wording = run.hand, self._requests.wordings[batches[0].number]
        alone, group = wording.alone, part.group
        part.alias, part.variable = ENTITIES, alone
        document = wording.document if group is wording.only else wording.of((part,))
        others = hand.values(group.variables) if group.variables else _NONE
        request = GraphqlRequest(document, {alone: part.representations, **others}, None, hand.headers)
        hear = functools.partial(_hear, run, batches, part, time.perf_counter_ns())
        waiting = Waiting(hand.kind(document, others, part.plain), request, part, wording.spine, hear)
        run.begun(waiting.leave)
        self._line.join(waiting)

    async def _several_by_key(self, hand: Operation, batch: Batch, parts: Sequence[Part]) -> None:
        wording = self._requests.wordings[batch.number]
        values = hand.values(name for part in parts for name in part.group.variables)
        for index, part in enumerate(parts):
            part.alias = f"e{index}"
            values[f"{wording.alone}{index}"] = part.representations
        request = GraphqlRequest(wording.of(parts), values, None, hand.headers)
        count = sum(len(part.representations) for part in parts)
        told = await _timed(hand, batch, self._line.ask(request), count)
        hear_entities(hand.store, batch.subgraph, parts, told)


def _hear(run: Run[Operation], batches: Sequence[Batch], part: Part, started: int, answer: Answer) -> None:
    """Hear the answer to a request by key where it arrives; nothing is raised."""
    hand = run.hand
    try:
        told = hand.told(batches[0], started, len(part.representations), answer)
        hear_entities(hand.store, batches[0].subgraph, (part,), told)
    except Exception as error:  # noqa: BLE001 - it is the whole run's, and raised there
        run.fail(error)
    run.end(batches)


def _written(values: Mapping[str, Any]) -> bytes:
    """Write variables, equal ones alike."""
    try:
        return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # numbers beyond 64 bits, which the default of a custom scalar may be
        return json.dumps(values, sort_keys=True).encode()


async def _timed(
    hand: Operation, batch: Batch, asked: Coroutine[Any, Any, GraphqlResponse], objects: int
) -> GraphqlResponse | Cause:
    started = time.perf_counter_ns()
    answer: Answer
    try:
        answer = await asked
    except SourceError as error:
        answer = error
    return hand.told(batch, started, objects, answer)
