"""Prepares a plan: what of its requests is the same in all runs is written once."""

import operator
from collections.abc import Sequence

from gateway.federation.execution.gathering import Part, gatherer
from gateway.federation.execution.spines import spine
from gateway.federation.planning.plan import Batch, Plan

__all__ = ["Course"]


class Course:
    """What of a plan is made ready once, for all runs of it."""

    def __init__(self, plan: Plan) -> None:
        """Make *plan* ready."""
        self.plan = plan
        self.first = [batch for batch in plan.batches if not batch.after]
        self.waiting = [len(batch.after) for batch in plan.batches]
        self.following = [[other for other in plan.batches if each.number in other.after] for each in plan.batches]
        self.gatherers = [[gatherer(group) for group in batch.groups] for batch in plan.batches]
        fetches = plan.fetches
        self.spines = [spine(batch.fetches, fetches) for batch in plan.batches]
        self.alone = [batch.alone for batch in plan.batches]
        """By request, the name of the variable with the representations."""
        self.documents = [batch.document() for batch in plan.batches]
        """By request, its text where each of its groups has anything to ask."""
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
