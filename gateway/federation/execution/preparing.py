"""Prepares a plan's requests to one subgraph: what of them is the same in all runs is written once."""

from collections.abc import Sequence

from gateway.federation.execution.gathering import Part, gatherer
from gateway.federation.execution.hearing import not_asked
from gateway.federation.execution.spines import Spine, spine
from gateway.federation.execution.store import Store
from gateway.federation.planning.plan import Batch, Plan

__all__ = ["Gatherers", "Requests", "Wording"]


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


class Wording:
    """How one request of a plan is worded."""

    __slots__ = ("_batch", "_documents", "alone", "document", "only", "spine")

    def __init__(self, batch: Batch, along: Spine) -> None:
        """Write what can be written before anything is known."""
        self._batch = batch
        self._documents: dict[tuple[int, ...], str] = {}
        self.spine = along
        """What will be written to in its response."""
        self.alone = batch.alone
        """The name of the variable with the representations."""
        self.only = batch.groups[0] if len(batch.groups) == 1 else None
        """Its group, where that is one."""
        self.document = batch.document()
        """Its text where each of its groups has anything to ask."""

    def of(self, parts: Sequence[Part]) -> str:
        """Give the text of a request by key, written once for each set of groups."""
        groups = tuple([part.group for part in parts])
        if groups == self._batch.groups:
            return self.document
        asked = tuple(map(id, groups))
        found = self._documents.get(asked)
        if found is None:
            found = self._documents[asked] = self._batch.document(groups)
        return found


class Requests(Gatherers):
    """What a plan asks of one subgraph by documents."""

    def __init__(self, plan: Plan, subgraph: str) -> None:
        """Write what can be written before anything is known."""
        super().__init__(plan, subgraph)
        fetches = plan.fetches
        self.wordings = {batch.number: Wording(batch, spine(batch.fetches, fetches)) for batch in self.batches}
        """By the number of the request."""
