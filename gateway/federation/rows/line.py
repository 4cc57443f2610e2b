"""The line to one connector: who asks the same at the same time shares a statement; two clearances never do."""

import asyncio
from collections.abc import Sequence

from connectors.connector import Batch, Connector, Found, Selections, SubjectKey
from connectors.errors import SourceError, SourceMisbehaved
from gateway.federation.rows.batches import Batches, Lanes
from gateway.federation.rows.requests import RowsRequest
from schema.tiers import Tier

__all__ = ["Answers", "Keys", "Line"]

Keys = tuple[SubjectKey, ...]
Answers = Sequence[Found | SourceError]
"""For each subject what was found, or how that one failed."""
_QUESTIONS = 256


class Line:
    """The line to one connector: its lanes, and a queue for each kind of question."""

    def __init__(self, connector: Connector, lanes: int, deadline_s: float, lifetime_s: float) -> None:
        """Open a line of *lanes* questions at once; its rows are good for *lifetime_s*."""
        self.connector = connector
        self.lifetime_s = lifetime_s
        self.lanes = Lanes(lanes, deadline_s)
        self._questions: dict[tuple[str, Selections, str, str], Batches[Keys, Answers | SourceError]] = {}

    def ask(
        self, kind: str, selections: Selections, request: RowsRequest, keys: Keys
    ) -> "asyncio.Future[Answers | SourceError]":
        """Ask for some of a request's selections, for subjects together.

        The future gives what was found of each, or how it failed.
        """
        question = (kind, selections, request.highest.name, request.own)
        batches = self._questions.get(question)
        if batches is None:
            if len(self._questions) >= _QUESTIONS:
                self._questions.clear()  # what waits in them is asked all the same
            batches = self._questions[question] = self._batches(kind, selections, request.highest, request.own)
        return batches.load(keys)

    def _batches(
        self, kind: str, selections: Selections, highest: Tier, own: str
    ) -> Batches[Keys, Answers | SourceError]:
        async def ask(groups: list[Keys]) -> Sequence[Answers]:
            if len(groups) == 1:
                return [await self._gather(Batch(kind, groups[0], selections, highest, own))]
            distinct = list(dict.fromkeys(key for group in groups for key in group))
            found = await self._gather(Batch(kind, distinct, selections, highest, own))
            place = dict(zip(distinct, found, strict=True))
            return [[place[key] for key in group] for group in groups]

        return Batches(self.lanes, ask, weigh=len)

    async def _gather(self, batch: Batch) -> Answers:
        found = await self.connector.gather(batch)
        count = len(batch.selections)
        complete = [isinstance(each, SourceError) or len(each.rows) == count for each in found]
        if len(found) != len(batch.keys) or not all(complete):
            message = f"asked for {len(batch.keys)} subjects, it told of {len(found)}, or left a record type out"
            raise SourceMisbehaved(message)
        return found
