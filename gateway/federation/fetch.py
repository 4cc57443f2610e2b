"""The fetches of a plan, carried out: all connectors at once, keys joined, each source within its deadline.

A late or broken source is a failure of its fields, never of the answer.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache

from connectors.connector import Batch, Connector, Found, Loss, Selection, SubjectKey
from connectors.errors import SourceError, SourceUnavailable
from gateway.federation.batches import Batches, Lanes
from gateway.federation.cache import RowCache
from gateway.federation.plan import Fetch, SubjectPlan
from gateway.federation.records import Row
from schema.tiers import Tier

__all__ = ["Fetching", "Gathered", "Line", "Timing"]

Keys = tuple[SubjectKey, ...]
_QUESTIONS = 256
_GRACE = 1.5


@dataclass(slots=True)
class Gathered:
    """What the sources said of one subject: rows by record type, each source's apart; failures by agency."""

    rows: dict[str, list[list[Row]]] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)
    failures: dict[str, SourceError] = field(default_factory=dict)
    as_of: dict[str, float] = field(default_factory=dict)
    """When what each agency says was asked for, in seconds since 1970; the oldest where parts differ."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How one fetch went, for its span: when, how long, over how many subjects; never a value."""

    agency: str
    started_ns: int
    duration_ns: int
    subjects: int
    failed: str | None
    cached: int


class Line:
    """The line to one connector: its lanes, and a queue for each kind of question."""

    def __init__(self, connector: Connector, lanes: int, deadline_s: float, lifetime_s: float) -> None:
        """Open a line of *lanes* questions at once; its rows are good for *lifetime_s*."""
        self.connector = connector
        self.lifetime_s = lifetime_s
        self.lanes = Lanes(lanes, deadline_s)
        self._questions: LRUCache[Any, Batches[Keys, Sequence[Found]]] = LRUCache(_QUESTIONS)

    def ask(
        self, kind: str, selections: tuple[Selection, ...], highest: Tier, keys: Keys
    ) -> "asyncio.Future[Sequence[Found] | SourceError]":
        """Ask for subjects together; the future gives what was found of each, or how it failed."""
        question = (kind, selections, highest)
        batches = self._questions.get(question)
        if batches is None:
            batches = self._questions[question] = self._batches(kind, selections, highest)
        return batches.load(keys)

    def _batches(
        self, kind: str, selections: tuple[Selection, ...], highest: Tier
    ) -> Batches[Keys, Sequence[Found]]:
        async def ask(groups: list[Keys]) -> Sequence[Sequence[Found]]:
            if len(groups) == 1:
                return [await self.connector.gather(Batch(kind, groups[0], selections, highest))]
            distinct = list(dict.fromkeys(key for group in groups for key in group))
            found = await self.connector.gather(Batch(kind, distinct, selections, highest))
            place = dict(zip(distinct, found, strict=True))
            return [[place[key] for key in group] for group in groups]

        return Batches(self.lanes, ask, weigh=len)


class Fetching:
    """Carries out plans over the lines to all connectors, with the cache before them."""

    def __init__(self, lines: Mapping[str, Line], cache: RowCache | None) -> None:
        """Fetch over *lines*; without a cache every question is asked."""
        self._lines = lines
        self._cache = cache
        self._patience_s = max((line.lanes.deadline_s for line in lines.values()), default=1.0) * _GRACE

    async def gather(self, plan: SubjectPlan, keys: Keys, timings: list[Timing]) -> list[Gathered]:
        """Give what the sources of a plan say of each subject, in the keys' order."""
        gathered = [Gathered({name: [] for name in plan.readings}) for _ in keys]
        if not plan.fetches or not keys:
            return gathered
        if self._cache is None:
            questions = [self._ask(plan, fetch, fetch.selections, keys, range(len(keys))) for fetch in plan.fetches]
        else:
            questions = await self._ask_for_the_rest(plan, keys, self._cache)
        await _all_of(questions, self._patience_s)
        for question in questions:
            self._distribute(plan, question, gathered)
            timings.append(question.timing())
        return gathered

    async def _ask_for_the_rest(self, plan: SubjectPlan, keys: Keys, cache: RowCache) -> "list[_Question]":
        """Ask for what the cache does not hold; what it holds is a question already answered."""
        places = [_place(fetch.connector, each) for fetch in plan.fetches for each in fetch.selections]
        kept = await cache.read([key.id for key in keys], places)
        questions: list[_Question] = []
        start = 0
        for fetch in plan.fetches:
            end = start + len(fetch.selections)
            missing: dict[tuple[int, ...], list[int]] = {}
            for n, rows in enumerate(kept):
                missing.setdefault(tuple(s for s in range(start, end) if rows[s] is None), []).append(n)
                known = tuple(s for s in range(start, end) if rows[s] is not None)
                if known:
                    selections = tuple(fetch.selections[s - start] for s in known)
                    entries = [entry for s in known if (entry := rows[s]) is not None]
                    found = [Found(tuple(entry[1] for entry in entries))]
                    asked_at = min(entry[0] for entry in entries)
                    questions.append(_Question(fetch, selections, keys, (n,), found, asked_at=asked_at))
            for absent, positions in missing.items():
                if absent:
                    selections = tuple(fetch.selections[s - start] for s in absent)
                    questions.append(self._ask(plan, fetch, selections, keys, positions))
            start = end
        return questions

    def _ask(
        self, plan: SubjectPlan, fetch: Fetch, selections: tuple[Selection, ...], keys: Keys, positions: Sequence[int]
    ) -> "_Question":
        asked = keys if len(positions) == len(keys) else tuple(keys[n] for n in positions)
        viewpoint = plan.viewpoint
        question = _Question(fetch, selections, keys, positions)
        line = self._lines[fetch.connector.agency]
        question.wait_for(line.ask(viewpoint.kind, selections, viewpoint.clearance.highest, asked))
        return question

    def _distribute(self, plan: SubjectPlan, question: "_Question", gathered: list[Gathered]) -> None:
        agency, answer = question.fetch.connector.agency, question.answer
        if answer is None or isinstance(answer, SourceError):
            failure = answer or SourceUnavailable(f"no answer within {self._patience_s} s")
            for n in question.positions:
                gathered[n].failures[agency] = failure
            return
        highest = plan.viewpoint.clearance.highest
        filters = question.fetch.connector.filters_tiers
        for n, found in zip(question.positions, answer, strict=True):
            target = gathered[n]
            target.as_of[agency] = min(question.asked_at, target.as_of.get(agency, question.asked_at))
            for selection, rows in zip(question.selections, found.rows, strict=True):
                name = selection.record.name
                if question.future is not None and not found.losses and self._cache is not None:
                    self._keep(question, selection, question.keys[n].id, rows)
                if not filters:
                    reading = plan.readings[name]
                    rows = [row for row in rows if reading.exists(row, highest)]  # noqa: PLW2901 (the visible ones)
                if rows:
                    target.rows[name].append(rows)
            if found.losses:
                target.losses.extend(found.losses)

    def _keep(self, question: "_Question", selection: Selection, subject_id: str, rows: list[Row]) -> None:
        connector = question.fetch.connector
        lifetime_s = self._lines[connector.agency].lifetime_s
        if lifetime_s > 0 and self._cache is not None:
            self._cache.keep(subject_id, _place(connector, selection), rows, question.asked_at, lifetime_s)


@dataclass(slots=True, eq=False)
class _Question:
    """What one connector is asked for one plan: some selections of some of the subjects."""

    fetch: Fetch
    selections: tuple[Selection, ...]
    keys: Keys
    positions: Sequence[int]
    answer: Sequence[Found] | SourceError | None = None
    future: "asyncio.Future[Sequence[Found] | SourceError] | None" = None
    asked_at: float = field(default_factory=time.time)
    started_ns: int = field(default_factory=time.perf_counter_ns)
    ended_ns: int = 0

    def wait_for(self, future: "asyncio.Future[Sequence[Found] | SourceError]") -> None:
        """Note the answer, and when it came."""
        self.future = future
        future.add_done_callback(self._note)

    def _note(self, future: "asyncio.Future[Sequence[Found] | SourceError]") -> None:
        self.ended_ns = time.perf_counter_ns()
        self.answer = future.result()

    def timing(self) -> Timing:
        """Give how it went."""
        ended_ns = self.ended_ns or (time.perf_counter_ns() if self.future else self.started_ns)
        answer = self.answer
        failed = "SOURCE_UNAVAILABLE" if answer is None else answer.code if isinstance(answer, SourceError) else None
        return Timing(
            self.fetch.connector.agency,
            self.started_ns,
            ended_ns - self.started_ns,
            len(self.positions),
            failed,
            cached=0 if self.future else len(self.positions),
        )


async def _all_of(questions: "Sequence[_Question]", patience_s: float) -> None:
    """Wait for every answer, but never longer than the sources' patience."""
    waiting = {question.future for question in questions if question.future is not None}
    if waiting:
        await asyncio.wait(waiting, timeout=patience_s)


def _place(connector: Connector, selection: Selection) -> str:
    return f"{connector.agency}:{selection.digest}"
