"""Rows: a connector is asked for columns of subjects' records, and no GraphQL lies in between."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from connectors.connector import Found, Selection, Selections, SubjectKey
from connectors.errors import SourceError, SourceUnavailable
from connectors.subgraph import GraphqlResponse
from gateway.federation.execution.answers import Path
from gateway.federation.execution.gathering import Part
from gateway.federation.execution.hearing import hear_entities
from gateway.federation.execution.preparing import Gatherers
from gateway.federation.execution.running import Run
from gateway.federation.execution.seam import Prepared, Work
from gateway.federation.execution.store import MISBEHAVED
from gateway.federation.execution.timing import Timing
from gateway.federation.execution.ways.documents import Operation
from gateway.federation.planning.needs import TYPENAME
from gateway.federation.planning.plan import Batch, Fetch, Plan
from gateway.federation.planning.sites import Selected
from gateway.federation.rows.line import Answers, Keys, Line
from gateway.federation.rows.requests import RowsRequest, reach_of, requests_of
from schema.catalogue import BY_GRAPH_FIELD
from schema.tiers import Tier

__all__ = ["Question", "Rows"]

_KINDS: Final = {"LegalPerson": "LEGAL_PERSON", "Individual": "INDIVIDUAL"}


class Question:
    """What one connector is asked in one run: some selections of some of the subjects."""

    __slots__ = (
        "answer", "asked_at", "ended_ns", "future", "keys", "positions", "request", "selections", "started_ns", "told",
    )  # fmt: skip

    def __init__(
        self, request: RowsRequest, selections: Selections, keys: Keys, positions: Sequence[int], asked_at: float
    ) -> None:
        """Ask for *selections* of the *keys* at these *positions*."""
        self.request = request
        self.selections = selections
        self.keys = keys
        self.positions = positions
        self.asked_at = asked_at
        self.answer: Answers | SourceError | None = None
        self.future: asyncio.Future[Answers | SourceError] | None = None
        self.started_ns = time.perf_counter_ns()
        self.ended_ns = 0
        self.told: Callable[[], None]

    @property
    def asked(self) -> Keys:
        """The subjects that it is about."""
        keys = self.keys
        return keys if len(self.positions) == len(keys) else tuple(keys[n] for n in self.positions)

    def wait_for(self, future: "asyncio.Future[Answers | SourceError]", told: Callable[[], None]) -> None:
        """Note the answer, and when it came; the future is shared, so it is not awaited itself."""
        self.future = future
        self.told = told
        future.add_done_callback(self._note)

    def _note(self, future: "asyncio.Future[Answers | SourceError]") -> None:
        self.ended_ns = time.perf_counter_ns()
        self.answer = future.result()
        told = self.told
        del self.told  # it leads to the run, which leads here: rows in a circle would wait for the collector of garbage
        told()

    def timing(self) -> Timing:
        """Give how it went."""
        ended_ns = self.ended_ns or (time.perf_counter_ns() if self.future else self.started_ns)
        answer = self.answer
        failed = "SOURCE_UNAVAILABLE" if answer is None else answer.code if isinstance(answer, SourceError) else None
        return Timing(
            self.request.connector.agency,
            self.started_ns,
            ended_ns - self.started_ns,
            len(self.positions),
            failed,
            cached=0 if self.future else len(self.positions),
        )


class Rows:
    """The way to a connector whose records stand in a graph without tiers: only what is open to everybody is asked for.

    Subjects of the credit graph are asked about by the same questions, over the same line, in their own room.
    """

    def __init__(self, line: Line) -> None:
        """Ask over *line*.

        Raises:
            ValueError: the connector leaves it to others to filter its records by tier, and nobody would.

        """
        if not line.connector.filters_tiers:
            message = f"{line.connector.agency} does not filter its records by tier: it has no place in an open graph"
            raise ValueError(message)
        self._line = line

    def leg(self, plan: Plan, subgraph: str) -> "_Leg":
        """Make ready what a plan asks there."""
        return _Leg(self._line, Gatherers(plan, subgraph))


class _Asked(NamedTuple):
    """What is asked of the subjects of one kind."""

    kind: str
    requests: tuple[RowsRequest, ...]
    fields: Mapping[tuple[str, Tier, str], Selected]
    """By record type and reach, where its records are to stand."""


class _Leg:
    """What one plan asks of one connector."""

    def __init__(self, line: Line, gatherers: Gatherers) -> None:
        self._line = line
        self._gatherers = gatherers
        self._asked = {fetch.number: self._of(fetch) for batch in gatherers.batches for fetch in batch.fetches}

    def _of(self, fetch: Fetch) -> _Asked:
        fields: dict[tuple[str, Tier, str], Selected] = {}
        for each in fetch.selection.fields.values():
            if each.selection is not None:
                fields[(BY_GRAPH_FIELD[each.name].name, *reach_of(each))] = each
        return _Asked(_KINDS[fetch.entry_type or ""], requests_of(self._line.connector, fetch.selection), fields)

    def prepare(self, hand: Operation, batch: Batch) -> Sequence[Part] | None:
        """Give the subjects that are asked about."""
        return self._gatherers.parts(hand.store, batch) or None

    def begin(self, run: Run[Operation], prepared: Sequence[Prepared]) -> Sequence[Work]:
        """Ask about all subjects at once."""
        return [(self._ask(run.hand, batch, parts), (batch,)) for batch, parts in prepared]

    async def _ask(self, hand: Operation, batch: Batch, parts: Sequence[Part]) -> None:
        started = time.perf_counter_ns()
        asked = [each for part in parts for each in self._questions(part)]
        if waiting := [each.future for _, _, each in asked if each.future is not None]:
            await asyncio.wait(waiting)  # they are shared: who leaves must not cancel them
        answered = _Answered(batch.subgraph)
        for part, of, question in asked:
            answered.take(part, of, question)
        count = sum(len(part.representations) for part in parts)
        took = time.perf_counter_ns() - started
        hand.timings.append(Timing(batch.subgraph, started, took, count, answered.failed, 0, batch.number))
        hear_entities(hand.store, batch.subgraph, parts, answered.response(parts))

    def _questions(self, part: Part) -> Iterator[tuple[Part, _Asked, Question]]:
        by_type = {fetch.entry_type: fetch for fetch in part.group.fetches}
        for name, fetch in by_type.items():
            positions = [n for n, sent in enumerate(part.representations) if sent[TYPENAME] == name]
            keys = tuple(SubjectKey(sent["id"], sent["identifier"]) for sent in part.representations)
            of = self._asked[fetch.number]
            for request in of.requests if positions else ():
                question = Question(request, request.selections, keys, positions, time.time())
                about = tuple(keys[n] for n in positions)
                question.wait_for(self._line.ask(of.kind, request.selections, request, about), _nobody)
                yield part, of, question


def _nobody() -> None:
    """Tell nobody: whoever asked waits."""


class _Answered:
    """What came of the questions of one request, as objects."""

    def __init__(self, subgraph: str) -> None:
        self._subgraph = subgraph
        self._entities: dict[int, list[dict[str, Any]]] = {}
        self._errors: list[dict[str, Any]] = []
        self.failed: str | None = None

    def take(self, part: Part, of: _Asked, question: Question) -> None:
        """Add what was found of each subject, or how that failed."""
        told = self._entities.get(id(part))
        if told is None:
            told = self._entities[id(part)] = [{TYPENAME: sent[TYPENAME]} for sent in part.representations]
            part.alias = f"e{len(self._entities)}"
        answer, request = question.answer, question.request
        for n, position in enumerate(question.positions):
            found = answer[n] if isinstance(answer, Sequence) else answer
            path = (part.alias, position)
            for place, selection in enumerate(question.selections):
                field = of.fields[selection.record.name, request.highest, request.own]
                told[position][field.key] = self._records(found, place, field, selection, path)

    def _records(
        self, found: Found | SourceError | None, place: int, field: Selected, selection: Selection, path: Path
    ) -> list[dict[str, Any]] | None:
        if not isinstance(found, Found):
            failure = found or SourceUnavailable("no answer")
            self.failed = failure.code
            self._lose((*path, field.key), failure.code, str(failure))
            return None
        below = () if field.selection is None else tuple(field.selection.fields.values())
        at = [(each.key, selection.columns.index(each.name)) for each in below]
        rows = found.rows[place]
        where = {id(row): n for n, row in enumerate(rows)}
        for row, column in found.losses:
            if id(row) in where:
                lost = (*path, field.key, where[id(row)], column)
                self._lose(lost, MISBEHAVED, f"{column} cannot be read")
        return [{key: row[n] for key, n in at} for row in rows]

    def _lose(self, path: Path, code: str, message: str) -> None:
        said = f"Subgraph {self._subgraph}: {message}"
        self._errors.append({"message": said, "path": list(path), "extensions": {"code": code}})

    def response(self, parts: Sequence[Part]) -> GraphqlResponse:
        """Give it all as a subgraph would have answered it."""
        return GraphqlResponse({part.alias: self._entities.get(id(part), []) for part in parts}, self._errors)
