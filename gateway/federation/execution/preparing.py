"""Prepares a plan's requests to one subgraph: what of them is the same in all runs is written once."""

import operator
from collections.abc import Sequence

from gateway.federation.execution.gathering import Part, gatherer
from gateway.federation.execution.hearing import not_asked
from gateway.federation.execution.spines import spine
from gateway.federation.execution.store import Store
from gateway.federation.planning.plan import Batch, Plan

__all__ = ["Gatherers", "Requests"]


class Gatherers:
    """Gathers what a plan's requests to one subgraph ask for by key."""

    def __init__(self, plan: Plan, subgraph: str) -> None:
        """Make ready what is sent of objects."""
        self.batches = [batch for batch in plan.batches if batch.subgraph == subgraph]
        self._gatherers = {batch.number: [gatherer(group) for group in batch.groups] for batch in self.batches}

    def parts(self, store: Store, batch: Batch) -> list[Part]:
        """Gather the objects of a request, for each of its ``_entities`` fields that has any."""
        parts: list[Part] = []
        for gather in self._gatherers[batch.number]:
            part = gather(store)
            if part.unsent:
                not_asked(store, part)
            if part.representations:
                parts.append(part)
        return parts


class Requests(Gatherers):
    """What a plan asks of one subgraph by documents, by the number of the request."""

    def __init__(self, plan: Plan, subgraph: str) -> None:
        """Write what can be written before anything is known."""
        super().__init__(plan, subgraph)
        fetches = plan.fetches
        self.spines = {batch.number: spine(batch.fetches, fetches) for batch in self.batches}
        self.alone = {batch.number: batch.alone for batch in self.batches}
        """The name of the variable with the representations."""
        self.documents = {batch.number: batch.document() for batch in self.batches}
        """Its text where each of its groups has anything to ask."""
        self._documents: dict[tuple[int, ...], str] = {}

    def document(self, batch: Batch, parts: Sequence[Part]) -> str:
        """Give the text of a request by key, written once for each set of groups."""
        groups = [part.group for part in parts]
        if len(groups) == len(batch.groups) and all(map(operator.is_, groups, batch.groups)):
            return self.documents[batch.number]
        asked = (batch.number, *map(id, groups))
        found = self._documents.get(asked)
        if found is None:
            found = self._documents[asked] = batch.document(groups)
        return found
