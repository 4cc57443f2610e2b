"""Requests as GraphQL documents: what a plan asks of a subgraph that speaks GraphQL, here or over a network."""

import time
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.errors import SourceError
from connectors.subgraph import GraphqlRequest, GraphqlResponse
from gateway.federation.execution.answers import Cause, RequestTiming
from gateway.federation.execution.completion import is_void
from gateway.federation.execution.gathering import Part, Send, gather, sender, walk
from gateway.federation.execution.hearing import hear_entities, hear_root, not_asked
from gateway.federation.execution.joining import Line
from gateway.federation.execution.running import Run
from gateway.federation.execution.seam import Prepared, Work
from gateway.federation.execution.spines import Spine, spine
from gateway.federation.execution.store import MISBEHAVED, Object, Store
from gateway.federation.planning.plan import Batch, Group, OperationPlan, Plan

__all__ = ["DocumentLeg", "Gatherer", "Operation"]


@dataclass(slots=True)
class Operation:
    """An operation while it is carried out: what was heard so far, and what its requests are made with."""

    variables: Mapping[str, Any]
    headers: Mapping[str, str]
    store: Store = field(default_factory=Store)
    timings: list[RequestTiming] = field(default_factory=list)


class Gatherer:
    """Gathers what the requests of one plan to one subgraph ask for, by key."""

    def __init__(self, batches: Sequence[Batch]) -> None:
        """Make ready what is sent of objects."""
        self._senders: dict[int, list[tuple[Group, list[Send]]]] = {
            batch.number: [(group, [sender(fetch) for fetch in group.fetches]) for group in batch.groups]
            for batch in batches
        }

    def parts(self, store: Store, batch: Batch) -> list[Part]:
        """Gather the objects of a request, for each of its ``_entities`` fields that has any."""
        parts: list[Part] = []
        for group, senders in self._senders[batch.number]:
            part = gather(store, group, senders)
            if part.unsent:
                not_asked(store, part)
            if part.representations:
                parts.append(part)
        return parts


class DocumentLeg:
    """What one plan asks of one subgraph that speaks GraphQL."""

    def __init__(self, line: Line, plan: Plan, subgraph: str) -> None:
        """Ask over *line* what the plan asks of *subgraph*."""
        batches = [batch for batch in plan.batches if batch.subgraph == subgraph]
        self._line = line
        self._plan = plan
        self._gatherer = Gatherer(batches)
        fetches = plan.fetches
        self._spines: dict[int, Spine] = {batch.number: spine(batch.fetches, fetches) for batch in batches}
        self._documents: dict[tuple[int, ...], str] = {}

    def prepare(self, hand: Operation, batch: Batch) -> Sequence[Part] | Sequence[Object] | None:
        """Give the objects that are asked for: by key, or those below which a root type is asked."""
        if batch.operation == "mutation" and batch.after and self._is_forgone(hand.store, batch):
            return None
        if batch.groups:
            return self._gatherer.parts(hand.store, batch) or None
        path = batch.fetches[0].path
        return (walk(hand.store.root, path) if path else [hand.store.root]) or None

    def begin(self, run: Run[Operation], prepared: Sequence[Prepared]) -> Sequence[Work]:
        """Ask a root type for each request alone, and by key for all together."""
        hand = run.hand
        works: list[Work] = []
        by_key: list[tuple[Batch, list[Part]]] = []
        for batch, found in prepared:
            if batch.groups:
                by_key.append((batch, found))
            else:
                works.append((self._from_root(hand, batch, found), (batch,)))
        if by_key:
            parts = [part for _, found in by_key for part in found]
            works.append((self._by_key(hand, by_key[0][0], parts), [batch for batch, _ in by_key]))
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

    async def _from_root(self, hand: Operation, batch: Batch, targets: Sequence[Object]) -> None:
        fetch = batch.fetches[0]
        request = _request(hand, self._document(batch, ()), {}, fetch.variables)
        line = self._line
        is_query = batch.operation == "query"
        asked = line.share(request, self._spines[batch.number]) if is_query else line.ask(request)
        hear_root(hand.store, fetch, targets, await _timed(hand, batch, asked, 0))

    async def _by_key(self, hand: Operation, batch: Batch, parts: Sequence[Part]) -> None:
        document = self._document(batch, [part.group for part in parts])
        if len(parts) == 1:
            (part,) = parts
            part.alias = "_entities"
            request = _request(hand, document, {batch.alone: part.representations}, part.group.variables)
            asked = self._line.join(request, batch.alone, part, self._spines[batch.number])
        else:
            values: dict[str, Any] = {}
            for index, part in enumerate(parts):
                part.alias = f"e{index}"
                values[f"{batch.alone}{index}"] = part.representations
            names = [each for part in parts for each in part.group.variables]
            asked = self._line.ask(_request(hand, document, values, names))
        count = sum(len(part.representations) for part in parts)
        hear_entities(hand.store, batch.subgraph, parts, await _timed(hand, batch, asked, count))

    def _document(self, batch: Batch, groups: Sequence[Group]) -> str:
        """Give the text of a request, written once for each set of groups."""
        asked = (batch.number, *map(id, groups))
        found = self._documents.get(asked)
        if found is None:
            found = self._documents[asked] = batch.document(groups)
        return found


def _request(hand: Operation, document: str, values: dict[str, Any], names: Sequence[str]) -> GraphqlRequest:
    for name in names:
        if name in hand.variables:
            values[name] = hand.variables[name]
    return GraphqlRequest(document, values, None, hand.headers)


async def _timed(
    hand: Operation, batch: Batch, asked: Coroutine[Any, Any, GraphqlResponse], objects: int
) -> GraphqlResponse | Cause:
    started = time.monotonic_ns()
    failed: str | None = None
    try:
        response = await asked
        hand.store.keep(response)
    except SourceError as error:
        failed = error.code
        return Cause(f"Subgraph {batch.subgraph}: {error}", error.code, batch.subgraph)
    else:
        return response
    finally:
        took = time.monotonic_ns() - started
        hand.timings.append(RequestTiming(batch.subgraph, batch.number, started, took, objects, failed))
