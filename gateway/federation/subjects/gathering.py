"""What the agencies say of subjects: asked by their plan over all lines at once, with the cache before them.

A late or broken source is a failure of its fields, never of the answer.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from weakref import WeakKeyDictionary

from connectors.connector import Found, Loss, Selections
from connectors.errors import ProhibitedAnswered, SourceError, SourceUnavailable
from gateway.federation.execution.running import Course, Run
from gateway.federation.execution.seam import Leg, Prepared, Work
from gateway.federation.execution.timing import Timing
from gateway.federation.execution.ways.rows import Question
from gateway.federation.planning.plan import Batch
from gateway.federation.rows.cache import Kept, RowCache
from gateway.federation.rows.line import Answers, Keys, Line
from gateway.federation.rows.requests import RowsRequest, place_of
from gateway.federation.subjects.graph import OFFICE
from gateway.federation.subjects.plan import SubjectPlan
from gateway.federation.subjects.records import Row

__all__ = ["Gathered", "Gathering"]

Saw = Callable[[str, float | None], None]
"""Hears of a source of when what it said is; None where it was not reached."""
_LOG = logging.getLogger("xinyong")
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


class _Subjects:
    """Some subjects while they are asked about: what the cache holds of them, and the questions so far."""

    __slots__ = ("asked_at", "everyone", "kept", "keys", "plan", "questions")

    def __init__(self, plan: SubjectPlan, keys: Keys, kept: Sequence[list[Kept | None]] | None) -> None:
        self.plan = plan
        self.keys = keys
        self.kept = kept
        self.everyone = range(len(keys))
        self.asked_at = time.time()
        self.questions: list[Question] = []


class _OfAgency:
    """What one plan asks of one connector."""

    def __init__(self, line: Line, requests: Sequence[tuple[int, RowsRequest]]) -> None:
        """Ask over *line*; each request stands with its first place among all that the plan asks a cache for."""
        self._line = line
        self._requests = requests

    def prepare(self, _: _Subjects, __: Batch) -> Sequence[tuple[int, RowsRequest]]:
        """Ask whatever was planned: the key of each subject is in hand."""
        return self._requests

    def begin(self, run: Run[_Subjects], _: Sequence[Prepared]) -> Sequence[Work]:
        """Ask all; the answers come by themselves, and are heard together."""
        hand = run.hand
        keys, kept = hand.keys, hand.kept
        for start, request in self._requests:
            if kept is None:
                self._ask(run, Question(request, request.selections, keys, hand.everyone, hand.asked_at), keys)
                continue
            parts = [part[start : start + len(request.selections)] for part in kept]
            for question in _not_kept(hand, request, parts):
                if question.answer is None:
                    self._ask(run, question, question.asked)
                else:
                    hand.questions.append(question)
        return ()

    def _ask(self, run: Run[_Subjects], question: Question, about: Keys) -> None:
        hand = run.hand
        hand.questions.append(question)
        run.begun()
        kind, request = hand.plan.viewpoint.kind, question.request
        question.wait_for(self._line.ask(kind, question.selections, request, about), run.end)


class _Office:
    """What the office says of a subject: said when it is told, by who is known to be there."""

    def prepare(self, _: _Subjects, __: Batch) -> None:
        """Ask nothing yet."""

    def begin(self, _: Run[_Subjects], __: Sequence[Prepared]) -> Sequence[Work]:
        """Have nothing to ask."""
        return ()


def _not_kept(hand: _Subjects, request: RowsRequest, kept: list[list[Kept | None]]) -> Iterator[Question]:
    """Ask for what the cache does not hold; what it holds is a question already answered."""
    by_absent: dict[tuple[int, ...], list[int]] = {}
    for n, part in enumerate(kept):
        absent = () if None not in part else tuple(s for s, entry in enumerate(part) if entry is None)
        by_absent.setdefault(absent, []).append(n)
    for absent, positions in by_absent.items():
        if len(absent) < len(request.selections):
            yield _remembered(request, absent, hand.keys, positions, [kept[n] for n in positions])
        if absent:
            selections = Selections(request.selections[s] for s in absent)
            yield Question(request, selections, hand.keys, positions, hand.asked_at)


def _remembered(
    request: RowsRequest, absent: tuple[int, ...], keys: Keys, positions: list[int], kept: list[list[Kept | None]]
) -> Question:
    """Make a question that the cache has answered, of the oldest rows in it."""
    selections = Selections(each for s, each in enumerate(request.selections) if s not in absent)
    entries = [[entry for entry in part if entry is not None] for part in kept]
    found = [Found(tuple(rows for _, rows in part)) for part in entries]
    question = Question(request, selections, keys, positions, min(at for part in entries for at, _ in part))
    question.answer = found
    return question


class Gathering:
    """Carries out the plans of subjects over the lines to all connectors, with the cache before them."""

    def __init__(self, lines: Mapping[str, Line], cache: RowCache | None) -> None:
        """Ask over *lines*; without a cache everything is asked."""
        self._lines = lines
        self._cache = cache
        self._patience_s = max((line.lanes.deadline_s for line in lines.values()), default=1.0) * _GRACE
        self._courses: WeakKeyDictionary[SubjectPlan, Course[_Subjects]] = WeakKeyDictionary()

    async def gather(self, plan: SubjectPlan, keys: Keys, timings: list[Timing], saw: Saw) -> list[Gathered]:
        """Give what the sources of a plan say of each subject, in the keys' order; *saw* hears how each did."""
        gathered = [Gathered() for _ in keys]
        if not plan.fetches or not keys:
            return gathered
        kept = None if self._cache is None else await self._cache.read([key.id for key in keys], plan.places)
        hand = _Subjects(plan, keys, kept)
        await Run(self._course(plan), hand).carry_out(self._patience_s)
        for question in hand.questions:
            self._distribute(plan, question, gathered, saw)
            timings.append(question.timing())
        return gathered

    def _course(self, plan: SubjectPlan) -> Course[_Subjects]:
        """Give how a plan is carried out, made ready once."""
        course = self._courses.get(plan)
        if course is None:
            course = self._courses[plan] = Course(plan.asked, self._legs(plan))
        return course

    def _legs(self, plan: SubjectPlan) -> Mapping[str, Leg[_Subjects]]:
        requests: dict[str, list[tuple[int, RowsRequest]]] = {}
        start = 0
        for request in plan.fetches:
            requests.setdefault(request.connector.agency, []).append((start, request))
            start += len(request.selections)
        legs: dict[str, Leg[_Subjects]] = {
            agency: _OfAgency(self._lines[agency], found) for agency, found in requests.items()
        }
        return legs | {OFFICE: _Office()}

    def _distribute(self, plan: SubjectPlan, question: Question, gathered: list[Gathered], saw: Saw) -> None:
        agency, answer = question.request.connector.agency, question.answer
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
        if not question.request.connector.filters_tiers:
            answer = [
                each if isinstance(each, SourceError) else _existing(plan, question.request, names, each)
                for each in answer
            ]
        for n, found in zip(question.positions, answer, strict=True):
            if isinstance(found, SourceError):
                _raise_alarm(agency, found)
                gathered[n].failures[agency] = found
            else:
                gathered[n].add(names, found)
        if plan.sources:
            _date(question, [gathered[n] for n in question.positions])

    def _keep(self, cache: RowCache, question: Question, answer: Answers) -> None:
        """Keep what was read whole: a row with a lost value is asked for again."""
        connector = question.request.connector
        lifetime_s = self._lines[connector.agency].lifetime_s
        if lifetime_s <= 0:
            return
        request = question.request
        places = [place_of(connector, selection, request.highest, request.own) for selection in question.selections]
        for n, found in zip(question.positions, answer, strict=True):
            if isinstance(found, Found) and not found.losses:
                for place, rows in zip(places, found.rows, strict=True):
                    cache.keep(question.keys[n].id, place, rows, question.asked_at, lifetime_s)


def _raise_alarm(agency: str, failure: SourceError) -> None:
    """Tell whoever watches the log that an agency answers what Art. 9 forbids (R9.6); what it said is in no word."""
    if isinstance(failure, ProhibitedAnswered):
        _LOG.error("ALARM: connector %s is cut off from its answer: %s", agency, failure)


def _existing(plan: SubjectPlan, request: RowsRequest, names: Sequence[str], found: Found) -> Found:
    """Keep the records that exist for a request: for sources that cannot filter by themselves (R15.2)."""
    kept: list[list[Row]] = []
    for name, rows in zip(names, found.rows, strict=True):
        reading = plan.readings[name]
        opened = reading.opened(rows, request.highest)
        provider = reading.layout.position["provider"]
        kept.append([row for row in opened if row[provider] == request.own] if request.own else opened)
    return Found(tuple(kept), found.losses)


def _widened(plan: SubjectPlan, question: Question, found: Found) -> Found:
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


def _date(question: Question, gathered: Sequence[Gathered]) -> None:
    """Note of when what a source says is: the oldest where parts differ."""
    agency, asked_at = question.request.connector.agency, question.asked_at
    for each in gathered:
        each.as_of[agency] = min(asked_at, each.as_of.get(agency, asked_at))
