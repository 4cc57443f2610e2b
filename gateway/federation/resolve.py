"""Root fields that give subjects, carried out: found, fetched, paged, projected, with an error for all that is not there.

Where a credit code is in the arguments, every connector and the register are asked at once; otherwise the register
says first who it is. Who may see what comes in as a `Beholder`; this room decides nothing about it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, Protocol

from connectors.connector import SubjectKey
from connectors.errors import SourceError, SourceMisbehaved, SourceUnavailable
from connectors.register import Register, RegisteredSubject
from gateway.errors import BadUserInput, Forbidden, GatewayError, SourceGarbled, SourceLost, Text
from gateway.federation.batches import Batches, Lanes
from gateway.federation.cursors import BadCursor, Cursors
from gateway.federation.fetch import Fetching, Gathered, Timing
from gateway.federation.operations import SubjectField
from gateway.federation.pages import Page, first_page, list_of, page_of
from gateway.federation.plan import DEFAULT_FIRST, LARGEST_PAGE, ConnectionPlan, Path, SubjectPlan, SubjectPlanner, Viewpoint
from gateway.federation.project import Surroundings
from gateway.federation.references import Reference, References
from gateway.federation.supergraph import CENTRE

__all__ = ["Beholder", "Denials", "Outcomes", "Resolver", "Told"]


class Beholder(Protocol):
    """Who is looking: what it may see of a subject, and whether it may find it at all."""

    def viewpoint(self, kind: str, identifier: str) -> Viewpoint:
        """Give the viewpoint towards a subject."""
        ...

    def may_find(self, kind: str, identifier: str) -> bool:
        """Say whether this subject is there for the caller (R15.8)."""
        ...


class Told(NamedTuple):
    """What was told of one subject, for the trail; ``plan`` is None where nothing was."""

    subject_id: str
    viewpoint: Viewpoint | None
    plan: SubjectPlan | None
    rows: int
    rows_of: Sequence[int] = ()
    """Of each of the plan's connections, how many records the page holds."""


class Denials(Exception):
    """The caller wants all or nothing, and something is withheld."""

    def __init__(self, errors: Sequence[tuple[Path, GatewayError]]) -> None:
        """Keep the errors with their paths."""
        super().__init__()
        self.errors = errors


@dataclass(slots=True)
class Outcomes:
    """What comes of an operation beside its data."""

    beholder: Beholder
    today: date
    now: float
    variables: Mapping[str, Any]
    fail_on_denied: bool = False
    errors: list[tuple[Path, GatewayError]] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    timings: list[Timing] = field(default_factory=list)
    sources: dict[str, tuple[bool, float | None]] = field(default_factory=dict)
    """By connector: whether it was reached, and of when the oldest of what it said is."""
    denied: set[tuple[Path, str]] = field(default_factory=set)

    def deny(self, root: Path, plan: SubjectPlan, pages: Sequence[Page | None]) -> None:
        """Report what a plan withholds: once a coordinate, whatever the data and however many subjects."""
        for each in plan.denied:
            place = (tuple(step for step in (*root, *each.path) if not isinstance(step, int)), each.coordinate)
            if place in self.denied or not _is_there(each.under, pages):
                continue
            self.denied.add(place)
            self.errors.append(((*root, *each.path), each.error))

    def saw(self, agency: str, reached: bool, as_of: float | None) -> None:
        """Note how a source did; one failure is enough for "not reached"."""
        before = self.sources.get(agency)
        if before is not None:
            reached = reached and before[0]
            as_of = min((each for each in (as_of, before[1]) if each is not None), default=None)
        self.sources[agency] = (reached, as_of)


class Resolver:
    """Carries out root fields over one supergraph."""

    def __init__(
        self,
        planner: SubjectPlanner,
        fetching: Fetching,
        register: Register,
        references: References,
        query_counts: Callable[[Sequence[str]], Awaitable[Mapping[str, int]]],
        register_deadline_s: float = 1.0,
    ) -> None:
        """Use these parts; *query_counts* gives subjects' cumulative counts (Art. 19)."""
        self._planner = planner
        self._fetching = fetching
        self._register = register
        self._references = references
        self._query_counts = query_counts
        self._lanes = Lanes(register.lanes, register_deadline_s)
        self._queues: dict[str, Batches[tuple[str, ...], Any]] = {}

    async def resolve(self, asked: SubjectField, outcomes: Outcomes) -> Any:
        """Give the value of one root field."""
        if asked.name == "searchSubjects":
            return await self._search(asked, outcomes)
        refs = asked.arguments["by"](outcomes.variables)
        if asked.name == "subject":
            return (await self._several(asked, [refs], outcomes, [(asked.key,)]))[0]
        paths: list[Path] = [(asked.key, n) for n in range(len(refs))]
        return await self._several(asked, refs, outcomes, paths)

    def preflight(self, asked: SubjectField, outcomes: Outcomes) -> list[tuple[Path, SubjectPlan]]:
        """Give the plans of one root field, each where it would stand; nobody is asked, so a kind unknown is a legal person's."""
        if asked.name == "searchSubjects":
            keys = [key for key, node in asked.connection if node.name.value == "nodes"]
            places: list[tuple[Path, object]] = [((asked.key, key, 0), None) for key in keys]
        else:
            refs = asked.arguments["by"](outcomes.variables)
            places = [((asked.key,), refs)] if asked.name == "subject" else [((asked.key, n), r) for n, r in enumerate(refs)]
        plans: dict[Viewpoint, tuple[Path, SubjectPlan]] = {}
        for path, ref in places:
            known = None if ref is None else self._references.read(ref, outcomes.today)
            kind, identifier = (known.kind or "LEGAL_PERSON", known.identifier or "") if known else ("LEGAL_PERSON", "")
            viewpoint = outcomes.beholder.viewpoint(kind, identifier)
            plans.setdefault(viewpoint, (path, asked.plan(self._planner, viewpoint)))
        return list(plans.values())

    # Finding

    async def _several(
        self, asked: SubjectField, refs: Sequence[object], outcomes: Outcomes, paths: Sequence[Path]
    ) -> list[Any]:
        """Give subjects in the order asked; each is found, or null."""
        answers: list[Any] = [None] * len(refs)
        known: dict[int, Reference] = {}
        unknown: dict[int, Reference] = {}
        for n, ref in enumerate(refs):
            try:
                reference = self._references.read(ref, outcomes.today)
            except BadUserInput as error:
                outcomes.errors.append((paths[n], error))
                continue
            (known if reference.kind else unknown)[n] = reference
        known = self._findable(known, outcomes)
        if known:
            await self._at_once(asked, known, outcomes, paths, answers)
        if unknown:
            await self._one_after_the_other(asked, unknown, outcomes, paths, answers)
        return answers

    def _findable(self, references: dict[int, Reference], outcomes: Outcomes) -> dict[int, Reference]:
        """Keep what the caller may find; for the rest there is nothing, and nobody is asked (R15.8)."""
        kept = {}
        for n, reference in references.items():
            if outcomes.beholder.may_find(reference.kind or "", reference.identifier or ""):
                kept[n] = reference
            else:
                outcomes.told.append(Told(reference.value, None, None, 0))
        return kept

    async def _at_once(
        self,
        asked: SubjectField,
        references: Mapping[int, Reference],
        outcomes: Outcomes,
        paths: Sequence[Path],
        answers: list[Any],
    ) -> None:
        """Ask the register and all connectors at the same time: the key is in the arguments."""
        registered = self._find("id", tuple(each.value for each in references.values()))
        groups: dict[Viewpoint, list[int]] = {}
        for n, reference in references.items():
            viewpoint = outcomes.beholder.viewpoint(reference.kind or "", reference.identifier or "")
            groups.setdefault(viewpoint, []).append(n)
        plans = {viewpoint: self._plan(asked, viewpoint, outcomes, paths[ns[0]]) for viewpoint, ns in groups.items()}
        keys = {n: SubjectKey(each.value, each.identifier or "") for n, each in references.items()}
        gathered = await self._gather(plans, groups, keys, outcomes)
        subjects = await self._registered(registered, list(references), outcomes, paths)
        plan_of = {n: plans[viewpoint] for viewpoint, ns in groups.items() for n in ns}
        counts = await self._counts(plan_of, subjects)
        for n, subject in subjects.items():
            name = references[n].name
            if subject is None or (name is not None and subject.name != name):
                outcomes.told.append(Told(references[n].value, plan_of[n].viewpoint, None, 0))
                continue
            answers[n] = self._tell(plan_of[n], subject, gathered[n], outcomes, paths[n], counts)

    async def _one_after_the_other(
        self,
        asked: SubjectField,
        references: Mapping[int, Reference],
        outcomes: Outcomes,
        paths: Sequence[Path],
        answers: list[Any],
    ) -> None:
        """Ask the register who it is, then all connectors."""
        ways: dict[str, list[int]] = {}
        for n, reference in references.items():
            ways.setdefault(reference.by, []).append(n)
        waiting = {by: self._find(by, tuple(references[n].value for n in ns)) for by, ns in ways.items()}
        found: dict[int, RegisteredSubject] = {}
        for by, ns in ways.items():
            for n, subject in (await self._registered(waiting[by], ns, outcomes, paths)).items():
                if subject is not None and outcomes.beholder.may_find(subject.kind, subject.identifier):
                    found[n] = subject
                else:
                    outcomes.told.append(Told(subject.id if subject else "", None, None, 0))
        await self._tell_all(asked, found, outcomes, paths, answers)

    async def _tell_all(
        self,
        asked: SubjectField,
        found: Mapping[int, RegisteredSubject],
        outcomes: Outcomes,
        paths: Sequence[Path],
        answers: list[Any],
    ) -> None:
        """Fetch and tell subjects that are known."""
        groups: dict[Viewpoint, list[int]] = {}
        for n, subject in found.items():
            groups.setdefault(outcomes.beholder.viewpoint(subject.kind, subject.identifier), []).append(n)
        plans = {viewpoint: self._plan(asked, viewpoint, outcomes, paths[ns[0]]) for viewpoint, ns in groups.items()}
        keys = {n: SubjectKey(subject.id, subject.identifier) for n, subject in found.items()}
        gathered = await self._gather(plans, groups, keys, outcomes)
        plan_of = {n: plans[viewpoint] for viewpoint, ns in groups.items() for n in ns}
        counts = await self._counts(plan_of, found)
        for n, subject in found.items():
            answers[n] = self._tell(plan_of[n], subject, gathered[n], outcomes, paths[n], counts)

    async def _gather(
        self,
        plans: Mapping[Viewpoint, SubjectPlan],
        groups: Mapping[Viewpoint, list[int]],
        keys: Mapping[int, SubjectKey],
        outcomes: Outcomes,
    ) -> dict[int, Gathered]:
        """Fetch for all viewpoints at the same time: oneself and others have plans of their own."""
        waiting = [
            self._fetching.gather(plans[viewpoint], tuple(keys[n] for n in ns), outcomes.timings, outcomes.saw)
            for viewpoint, ns in groups.items()
        ]
        if len(waiting) == 1:
            found = [await waiting[0]]
        else:
            found = await asyncio.gather(*waiting)
        return {n: each for ns, part in zip(groups.values(), found, strict=True) for n, each in zip(ns, part, strict=True)}

    def _plan(self, asked: SubjectField, viewpoint: Viewpoint, outcomes: Outcomes, path: Path) -> SubjectPlan:
        plan = asked.plan(self._planner, viewpoint)
        if outcomes.fail_on_denied and plan.denied:
            raise Denials([((*path, *each.path), each.error) for each in plan.denied])
        return plan

    def _find(self, by: str, values: tuple[str, ...]) -> "asyncio.Future[Any]":
        queue = self._queues.get(by)
        if queue is None:

            async def find(groups: list[tuple[str, ...]]) -> list[Any]:
                distinct = list(dict.fromkeys(value for group in groups for value in group))
                subjects = dict(zip(distinct, await self._register.find(by, distinct), strict=True))
                return [[subjects[value] for value in group] for group in groups]

            queue = self._queues[by] = Batches(self._lanes, find, weigh=len)
        return queue.load(values)

    async def _registered(
        self, waiting: "asyncio.Future[Any]", ns: Sequence[int], outcomes: Outcomes, paths: Sequence[Path]
    ) -> dict[int, RegisteredSubject | None]:
        """Give what the register said of each; where it said nothing there is an error, not "no such subject"."""
        answer = await waiting
        if isinstance(answer, SourceError):
            outcomes.saw(CENTRE, False, None)
            outcomes.errors.extend((paths[n], _lost(CENTRE, answer)) for n in ns)
            return {}
        outcomes.saw(CENTRE, True, outcomes.now)
        return dict(zip(ns, answer, strict=True))

    async def _counts(
        self, plans: Mapping[int, SubjectPlan], subjects: Mapping[int, RegisteredSubject | None]
    ) -> Mapping[str, int]:
        asked = [each.id for n, plan in plans.items() if plan.counts and (each := subjects.get(n)) is not None]
        return await self._query_counts(asked) if asked else {}

    # Searching

    async def _search(self, asked: SubjectField, outcomes: Outcomes) -> Any:
        path: Path = (asked.key,)
        try:
            text, first, after = self._search_arguments(asked, outcomes.variables)
        except GatewayError as error:
            outcomes.errors.append((path, error))
            return None
        try:
            async with asyncio.timeout(self._lanes.deadline_s):
                found = await self._register.search(text, after, first + 1)
                counted = any(node.name.value == "totalCount" for _, node in asked.connection)
                total = await self._register.count(text) if counted else None
        except (SourceError, TimeoutError) as error:
            failure = error if isinstance(error, SourceError) else SourceUnavailable("no answer in time")
            outcomes.saw(CENTRE, False, None)
            outcomes.errors.append((path, _lost(CENTRE, failure)))
            return None
        outcomes.saw(CENTRE, True, outcomes.now)
        page = found[:first]
        return await self._search_answer(asked, outcomes, text, page, total, has_next=len(found) > first, after=after)

    def _search_arguments(self, asked: SubjectField, variables: Mapping[str, Any]) -> tuple[str, int, str]:
        kind = asked.arguments["kind"](variables)
        if getattr(kind, "name", kind) == "INDIVIDUAL":
            raise Forbidden(Text("individuals are not searched for by name", "不得按姓名检索个人"))
        text = str(asked.arguments["text"](variables)).strip()
        if not 2 <= len(text) <= 100:  # noqa: PLR2004 (characters of a name)
            raise BadUserInput(Text("text: 2 to 100 characters", "text：2 至 100 字"))
        first = _first(asked.arguments["first"](variables))
        cursor = asked.arguments["after"](variables)
        after = self._cursor(f"search\x1f{text}", cursor)
        return text, first, after[1] if after else ""

    async def _search_answer(
        self,
        asked: SubjectField,
        outcomes: Outcomes,
        text: str,
        page: list[RegisteredSubject],
        total: int | None,
        *,
        has_next: bool,
        after: str,
    ) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        cursors = self._planner.cursors
        for key, node in asked.connection:
            match node.name.value:
                case "__typename":
                    answer[key] = "SubjectConnection"
                case "totalCount":
                    answer[key] = total
                case "nodes":
                    if key not in answer:
                        nodes: list[Any] = [None] * len(page)
                        paths: list[Path] = [(asked.key, key, n) for n in range(len(page))]
                        await self._tell_all(asked, dict(enumerate(page)), outcomes, paths, nodes)
                        answer[key] = nodes
                case _:
                    values = {
                        "__typename": lambda: "PageInfo",
                        "hasNextPage": lambda: has_next,
                        "hasPreviousPage": lambda: bool(after),
                        "startCursor": lambda: _search_cursor(cursors, text, page, 0),
                        "endCursor": lambda: _search_cursor(cursors, text, page, -1),
                    }
                    below = asked.selector.under([node], ("PageInfo",))
                    answer.setdefault(key, {}).update(
                        {each: values[nodes[0].name.value]() for each, nodes in below.items()}
                    )
        return answer

    def _cursor(self, bound_to: str, cursor: object) -> tuple[str | None, str] | None:
        if cursor is None:
            return None
        try:
            return self._planner.cursors.read(bound_to, str(cursor))
        except BadCursor:
            raise BadUserInput(Text("after: this list gave no such cursor", "after：该列表没有此游标")) from None

    # Telling

    def _tell(
        self,
        plan: SubjectPlan,
        subject: RegisteredSubject,
        gathered: Gathered,
        outcomes: Outcomes,
        path: Path,
        counts: Mapping[str, int],
    ) -> dict[str, Any]:
        """Give one subject as it is answered, reporting all that is not there."""
        everything = plan.viewpoint.clearance.restricted.allowed
        rows = {
            name: reading.merge(gathered.rows[name], outcomes.today, everything=everything)
            for name, reading in plan.readings.items()
        }
        pages: list[Page | None] = []
        for connection in plan.connections:
            if connection.plain_first is not None and not gathered.failures:
                pages.append(first_page(rows[connection.record.name], connection.plain_first))
                continue
            pages.append(self._page(plan, connection, subject, rows, gathered, outcomes, path, pages))
        if plan.denied:
            outcomes.deny(path, plan, pages)
        if gathered.losses:
            _report_losses(plan, pages, gathered, outcomes, path)
        rows_of = [0 if page is None else len(page.rows) for page in pages]
        outcomes.told.append(Told(subject.id, plan.viewpoint, plan, sum(rows_of), rows_of))
        if not plan.asks_sources and not plan.counts:
            return plan.project(subject, pages, _NOTHING_BESIDE)
        sources = self._sources(plan, gathered, outcomes) if plan.asks_sources else ()
        return plan.project(subject, pages, Surroundings(counts.get(subject.id), sources))

    def _page(
        self,
        plan: SubjectPlan,
        connection: ConnectionPlan,
        subject: RegisteredSubject,
        rows: Mapping[str, list[Any]],
        gathered: Gathered,
        outcomes: Outcomes,
        root: Path,
        pages: Sequence[Page | None],
    ) -> Page | None:
        """Give one connection's page; null has its error."""
        if connection.under is not None and not _is_there(connection.under, pages):
            return None
        name = connection.record.name
        try:
            first = _first(connection.first(outcomes.variables))
            cursor = connection.after(outcomes.variables)
            after = None if cursor is None else self._cursor(list_of(name, subject.id), cursor)
        except BadUserInput as error:
            outcomes.errors.append(((*root, *connection.path), error))
            return None
        failed = self._failed(plan, name, gathered) if gathered.failures else []
        if failed:
            path = (*root, *connection.path)
            serving = self._planner.supergraph.serving[name, plan.viewpoint.kind]
            lost = len(failed) == len(serving)
            place = path if lost or connection.total is None else (*root, *connection.total)
            outcomes.errors.extend((place, _lost(agency, gathered.failures[agency])) for agency in failed)
            if lost:
                return None
        page = page_of(rows[name], plan.readings[name], first, after)
        if failed:
            page.total = None
        return page

    def _failed(self, plan: SubjectPlan, record: str, gathered: Gathered) -> list[str]:
        serving = self._planner.supergraph.serving[record, plan.viewpoint.kind]
        return [each.agency for each in serving if each.agency in gathered.failures]

    def _sources(self, plan: SubjectPlan, gathered: Gathered, outcomes: Outcomes) -> list[dict[str, Any]]:
        """Say of each connector that this viewpoint may know whether it was asked and reached."""
        asked = {fetch.connector.agency for fetch in plan.fetches} | {CENTRE}
        told = []
        for agency in plan.known_sources:
            as_of = gathered.as_of.get(agency, outcomes.now if agency == CENTRE else None)
            told.append(
                {
                    "connector": agency,
                    "asked": agency in asked,
                    "reached": agency not in gathered.failures if agency in asked else None,
                    "asOf": _instant(as_of) if agency in asked and agency not in gathered.failures else None,
                    "stale": False if agency in asked else None,
                    "lastSubmission": None,
                    "overdue": None,
                }
            )
        return told


_NOTHING_BESIDE = Surroundings()


def _first(given: object) -> int:
    if given is None:
        return DEFAULT_FIRST
    if type(given) is int and 1 <= given <= LARGEST_PAGE:
        return given
    number = int(given) if isinstance(given, int | str) else 0
    if not 1 <= number <= LARGEST_PAGE:
        raise BadUserInput(Text(f"first: 1 to {LARGEST_PAGE}", f"first：1 至 {LARGEST_PAGE}"))
    return number


def _is_there(under: int | None, pages: Sequence[Page | None]) -> bool:
    """Say whether the records exist below which something stands."""
    if under is None:
        return True
    page = pages[under]
    return page is not None and bool(page.rows)


def _lost(agency: str, failure: SourceError) -> GatewayError:
    return (SourceGarbled if isinstance(failure, SourceMisbehaved) else SourceLost)(agency, str(failure))


def _report_losses(
    plan: SubjectPlan, pages: Sequence[Page | None], gathered: Gathered, outcomes: Outcomes, root: Path
) -> None:
    """Report values that could not be read, where they would stand."""
    lost: dict[int, list[str]] = {}
    for loss in gathered.losses:
        lost.setdefault(id(loss.row), []).append(loss.field)
    for connection, page in zip(plan.connections, pages, strict=True):
        for n, row in enumerate(page.rows if page else ()):
            for column in lost.get(id(row), ()):
                for place, key in connection.watched.get(column, ()):
                    provider = row[plan.readings[connection.record.name].layout.position["provider"]]
                    path = (*root, *connection.path, place, n, key)
                    outcomes.errors.append((path, SourceGarbled(str(provider), f"{column} cannot be read")))


def _search_cursor(cursors: Cursors, text: str, page: list[RegisteredSubject], place: int) -> str | None:
    return cursors.write(f"search\x1f{text}", (None, page[place].identifier)) if page else None


def _instant(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
