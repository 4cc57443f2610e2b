"""The fetches of a plan, carried out: all connectors at once, keys joined, each source within its deadline.

A late or broken source is a failure of its fields, never of the answer.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from connectors.connector import Batch, Connector, Found, Loss, Selections, SubjectKey
from connectors.errors import ProhibitedAnswered, SourceError, SourceMisbehaved, SourceUnavailable
from gateway.federation.rows.batches import Batches, Lanes
from gateway.federation.rows.cache import Kept, RowCache
from gateway.federation.rows.requests import RowsRequest, place_of
from gateway.federation.subjects.plan import SubjectPlan
from gateway.federation.subjects.records import Row
from schema.tiers import Tier

__all__ = ["Fetching", "Gathered", "Line", "Timing"]

Keys = tuple[SubjectKey, ...]
Answers = Sequence[Found | SourceError]
"""For each subject what was found, or how that one failed."""
Saw = Callable[[str, float | None], None]
"""Hears of a source of when what it said is; None where it was not reached."""
_LOG = logging.getLogger("xinyong")
_QUESTIONS = 256
_GRACE = 1.5


class Gathered:
    """What the sources said of one subject.

    ``rows`` goes by record type, each source's list apart; of a type without rows nothing is in it. ``as_of`` says when
    what each agency says was asked for, in seconds since 1970; the oldest where parts differ.
    """

    __slots__ = ("as_of", "failures", "losses", "rows")

    def __init__(self) -> None:
        """Start with nothing."""
        self.rows: dict[str, list[list[Row]]] = {}
        self.losses: list[Loss] = []
        self.failures: dict[str, SourceError] = {}
        self.as_of: dict[str, float] = {}

    def add(self, names: Sequence[str], found: Found) -> None:
        """Add what one source found, by record type."""
        for name, rows in zip(names, found.rows, strict=True):
            if rows:
                known = self.rows.get(name)
                if known is None:
                    self.rows[name] = [rows]
                else:
                    known.append(rows)
        if found.losses:
            self.losses.extend(found.losses)


class Timing(NamedTuple):
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
        self._questions: dict[tuple[str, Selections, str, str], Batches[Keys, Answers | SourceError]] = {}

    def ask(
        self, kind: str, selections: Selections, fetch: RowsRequest, keys: Keys
    ) -> "asyncio.Future[Answers | SourceError]":
        """Ask for some of a fetch's selections, for subjects together.

        The future gives what was found of each, or how it failed.
        """
        question = (kind, selections, fetch.highest.name, fetch.own)
        batches = self._questions.get(question)
        if batches is None:
            if len(self._questions) >= _QUESTIONS:
                self._questions.clear()  # what waits in them is asked all the same
            batches = self._questions[question] = self._batches(kind, selections, fetch.highest, fetch.own)
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


class Fetching:
    """Carries out plans over the lines to all connectors, with the cache before them."""

    def __init__(self, lines: Mapping[str, Line], cache: RowCache | None) -> None:
        """Fetch over *lines*; without a cache every question is asked."""
        self._lines = lines
        self._cache = cache
        self._patience_s = max((line.lanes.deadline_s for line in lines.values()), default=1.0) * _GRACE

    async def gather(self, plan: SubjectPlan, keys: Keys, timings: list[Timing], saw: Saw) -> list[Gathered]:
        """Give what the sources of a plan say of each subject, in the keys' order; *saw* hears how each did."""
        gathered = [Gathered() for _ in keys]
        if not plan.fetches or not keys:
            return gathered
        if self._cache is None:
            everyone = range(len(keys))
            questions = [self._ask(plan, fetch, fetch.selections, keys, everyone) for fetch in plan.fetches]
        else:
            questions = await self._ask_for_the_rest(plan, keys, self._cache)
        await _all_of(questions, self._patience_s)
        for question in questions:
            self._distribute(plan, question, gathered, saw)
            timings.append(question.timing())
        return gathered

    async def _ask_for_the_rest(self, plan: SubjectPlan, keys: Keys, cache: RowCache) -> "list[_Question]":
        """Ask for what the cache does not hold; what it holds is a question already answered."""
        kept = await cache.read([key.id for key in keys], plan.places)
        questions: list[_Question] = []
        start = 0
        for fetch in plan.fetches:
            end = start + len(fetch.selections)
            by_absent: dict[tuple[int, ...], list[int]] = {}
            for n, rows in enumerate(kept):
                part = rows[start:end]
                absent = () if None not in part else tuple(s for s, entry in enumerate(part) if entry is None)
                by_absent.setdefault(absent, []).append(n)
            for absent, positions in by_absent.items():
                if len(absent) < len(fetch.selections):
                    parts = [kept[n][start:end] for n in positions]
                    questions.append(_remembered(fetch, absent, keys, positions, parts))
                if absent:
                    selections = Selections(fetch.selections[s] for s in absent)
                    questions.append(self._ask(plan, fetch, selections, keys, positions))
            start = end
        return questions

    def _ask(
        self, plan: SubjectPlan, fetch: RowsRequest, selections: Selections, keys: Keys, positions: Sequence[int]
    ) -> "_Question":
        asked = keys if len(positions) == len(keys) else tuple(keys[n] for n in positions)
        question = _Question(fetch, selections, keys, positions, time.time())
        question.wait_for(self._lines[fetch.connector.agency].ask(plan.viewpoint.kind, selections, fetch, asked))
        return question

    def _distribute(self, plan: SubjectPlan, question: "_Question", gathered: list[Gathered], saw: Saw) -> None:
        agency, answer = question.fetch.connector.agency, question.answer
        if answer is None or isinstance(answer, SourceError):
            failure = answer or SourceUnavailable(f"no answer within {self._patience_s} s")
            saw(agency, None)
            _raise_alarm(agency, failure)
            for n in question.positions:
                gathered[n].failures[agency] = failure
            return
        saw(agency, question.asked_at)
        if self._cache is not None and question.future is not None:
            self._keep(self._cache, question, answer)
        names = [selection.record.name for selection in question.selections]
        if plan.viewpoint.clearance.own:
            answer = [each if isinstance(each, SourceError) else _widened(plan, question, each) for each in answer]
        if not question.fetch.connector.filters_tiers:
            answer = [
                each if isinstance(each, SourceError) else _existing(plan, question.fetch, names, each)
                for each in answer
            ]
        for n, found in zip(question.positions, answer, strict=True):
            if isinstance(found, SourceError):
                _raise_alarm(agency, found)
                gathered[n].failures[agency] = found
            else:
                gathered[n].add(names, found)
        if plan.asks_sources:
            _date(question, [gathered[n] for n in question.positions])

    def _keep(self, cache: RowCache, question: "_Question", answer: Answers) -> None:
        """Keep what was read whole: a row with a lost value is asked for again."""
        connector = question.fetch.connector
        lifetime_s = self._lines[connector.agency].lifetime_s
        if lifetime_s <= 0:
            return
        fetch = question.fetch
        places = [place_of(connector, selection, fetch.highest, fetch.own) for selection in question.selections]
        for n, found in zip(question.positions, answer, strict=True):
            if isinstance(found, Found) and not found.losses:
                for place, rows in zip(places, found.rows, strict=True):
                    cache.keep(question.keys[n].id, place, rows, question.asked_at, lifetime_s)


def _raise_alarm(agency: str, failure: SourceError) -> None:
    """Tell whoever watches the log that an agency answers what Art. 9 forbids (R9.6); what it said is in no word."""
    if isinstance(failure, ProhibitedAnswered):
        _LOG.error("ALARM: connector %s is cut off from its answer: %s", agency, failure)


def _existing(plan: SubjectPlan, fetch: RowsRequest, names: Sequence[str], found: Found) -> Found:
    """Keep the records that exist for a fetch: for sources that cannot filter by themselves (R15.2)."""
    kept: list[list[Row]] = []
    for name, rows in zip(names, found.rows, strict=True):
        reading = plan.readings[name]
        opened = reading.opened(rows, fetch.highest)
        provider = reading.layout.position["provider"]
        kept.append([row for row in opened if row[provider] == fetch.own] if fetch.own else opened)
    return Found(tuple(kept), found.losses)


def _widened(plan: SubjectPlan, question: "_Question", found: Found) -> Found:
    """Give rows the columns of their layout: of others' records one's own agency's columns were never asked for."""
    widened: list[list[Row]] = []
    now: dict[int, Row] = {}
    for selection, rows in zip(question.selections, found.rows, strict=True):
        wanted, given = plan.readings[selection.record.name].layout.columns, selection.columns
        if wanted == given:
            widened.append(rows)
            continue
        position = {name: n for n, name in enumerate(given)}
        places = [position.get(name) for name in wanted]
        wide = [[None if place is None else row[place] for place in places] for row in rows]
        now.update((id(row), wider) for row, wider in zip(rows, wide, strict=True))
        widened.append(wide)
    return Found(tuple(widened), tuple(Loss(now.get(id(row), row), name) for row, name in found.losses))


def _date(question: "_Question", gathered: Sequence[Gathered]) -> None:
    """Note of when what a source says is: the oldest where parts differ."""
    agency, asked_at = question.fetch.connector.agency, question.asked_at
    for each in gathered:
        each.as_of[agency] = min(asked_at, each.as_of.get(agency, asked_at))


def _remembered(
    fetch: RowsRequest, absent: tuple[int, ...], keys: Keys, positions: list[int], kept: list[list[Kept | None]]
) -> "_Question":
    """Make a question that the cache has answered, of the oldest rows in it."""
    selections = Selections(each for s, each in enumerate(fetch.selections) if s not in absent)
    entries = [[entry for entry in part if entry is not None] for part in kept]
    found = [Found(tuple(rows for _, rows in part)) for part in entries]
    question = _Question(fetch, selections, keys, positions, min(at for part in entries for at, _ in part))
    question.answer = found
    return question


class _Question:
    """What one connector is asked for one plan: some selections of some of the subjects."""

    __slots__ = (
        "answer", "asked_at", "ended_ns", "fetch", "future", "keys", "positions", "selections",
        "started_ns", "told",
    )  # fmt: skip

    def __init__(
        self, fetch: RowsRequest, selections: Selections, keys: Keys, positions: Sequence[int], asked_at: float
    ) -> None:
        """Ask for *selections* of the *keys* at these *positions*."""
        self.fetch = fetch
        self.selections = selections
        self.keys = keys
        self.positions = positions
        self.asked_at = asked_at
        self.answer: Answers | SourceError | None = None
        self.future: asyncio.Future[Answers | SourceError] | None = None
        self.started_ns = time.perf_counter_ns()
        self.ended_ns = 0
        self.told: Callable[[], None] | None = None

    def wait_for(self, future: "asyncio.Future[Answers | SourceError]") -> None:
        """Note the answer, and when it came."""
        self.future = future
        future.add_done_callback(self._note)

    def _note(self, future: "asyncio.Future[Answers | SourceError]") -> None:
        self.ended_ns = time.perf_counter_ns()
        self.answer = future.result()
        if self.told is not None:
            self.told()

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
    """Wait for every answer, but never longer than the sources' patience.

    The futures are shared with others who ask the same, so they are not awaited themselves: who is cancelled here
    must not cancel them.
    """
    loop = asyncio.get_running_loop()
    over: asyncio.Future[None] = loop.create_future()
    waiting = 0

    def one_more() -> None:
        nonlocal waiting
        waiting -= 1
        if not waiting:
            _end(over)

    for question in questions:
        if question.future is not None and question.answer is None:
            question.told = one_more
            waiting += 1
    if waiting:
        late = loop.call_later(patience_s, _end, over)
        try:
            await over
        finally:
            late.cancel()


def _end(over: "asyncio.Future[None]") -> None:
    if not over.done():
        over.set_result(None)
