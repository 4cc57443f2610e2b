"""Root fields that give subjects, carried out: named, found, fetched, told.

Where a credit code or an identity number is in the arguments, every connector and the register are asked at once;
otherwise the register says first who it is. Who may see what comes in as a `Beholder`; nothing is decided here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar, cast

from connectors.connector import RegisteredSubject, SubjectKey
from connectors.errors import SourceError
from connectors.register import Register
from gateway.errors import BadUserInput, GatewayError, InternalError, withheld
from gateway.federation.operations import SubjectField
from gateway.federation.planning import JoinedGraph
from gateway.federation.rows.batches import Batches, Lanes
from gateway.federation.subjects.arguments import read_first
from gateway.federation.subjects.deciding import SubjectPlanner
from gateway.federation.subjects.gathering import Gathered, Gathering
from gateway.federation.subjects.logs import SubjectLogs
from gateway.federation.subjects.outcomes import Denials, Outcomes, Timeliness, Told, lost
from gateway.federation.subjects.plan import Path, SubjectPlan, Viewpoint
from gateway.federation.subjects.references import Reference, References
from gateway.federation.subjects.search import Search
from gateway.federation.subjects.supergraph import CENTRE
from gateway.federation.subjects.telling import Teller
from schema.disclosure import Decision, Outcome, Standing
from schema.tiers import Tier

__all__ = ["Foreseen", "QueryCounts", "Resolver", "every"]

T = TypeVar("T")
_NO_TRAIL: Final = "there is no trail to read"
_NO_OBLIGATIONS: Final = "there is no register of obligations to read"
QueryCounts = Callable[[Sequence[str]], Awaitable[Mapping[str, int]]]
"""Gives subjects' cumulative query counts by id (Art. 19)."""


@dataclass(slots=True, eq=False)
class _Errand:
    """One root field under way: where each subject stands, and what is answered there so far."""

    asked: SubjectField
    outcomes: Outcomes
    paths: Sequence[Path]
    answers: list[Any]


class _Found(NamedTuple):
    """A subject that is there for the caller, how it is answered, and what the sources say of it."""

    subject: RegisteredSubject
    plan: SubjectPlan
    gathered: Gathered


class Foreseen(NamedTuple):
    """How a subject would be answered that nobody was asked about, and where it would stand."""

    path: Path
    plan: SubjectPlan
    hindrance: Decision | None = None
    """Why it would not be answered at all."""


class Resolver:
    """Carries out root fields over one supergraph."""

    def __init__(  # noqa: PLR0913 (the rooms that it joins)
        self,
        planner: SubjectPlanner,
        gathering: Gathering,
        register: Register,
        references: References,
        query_counts: QueryCounts,
        *,
        register_deadline_s: float,
        logs: SubjectLogs | None = None,
        timeliness: Callable[[], Awaitable[Timeliness]] | None = None,
    ) -> None:
        """Use these parts; without *logs* it cannot be told who looked, without *timeliness* how agencies report."""
        self._planner = planner
        self._gathering = gathering
        self._register = register
        self._references = references
        self._query_counts = query_counts
        self._logs = logs
        self._timeliness = timeliness
        self._teller = Teller(planner.supergraph, planner.cursors)
        self._search = Search(register, planner.cursors, register_deadline_s, self._tell_found)
        self._lanes = Lanes(register.lanes, register_deadline_s)
        self._queues: dict[str, Batches[tuple[str, ...], Any]] = {}

    @property
    def graph(self) -> JoinedGraph:
        """The credit graph, by which it is planned who holds what."""
        return self._planner.graph

    async def resolve(self, asked: SubjectField, outcomes: Outcomes) -> object:
        """Give the value of one root field."""
        if asked.name == "searchSubjects":
            return await self._search.answer(asked, outcomes)
        refs = asked.arguments["by"](outcomes.variables)
        if asked.name == "subject":
            return (await self._several(asked, [refs], outcomes, [(asked.key,)]))[0]
        return await self._several(asked, refs, outcomes, [(asked.key, n) for n in range(len(refs))])

    def preflight(self, asked: SubjectField, outcomes: Outcomes) -> list["Foreseen"]:
        """Give the plans of one root field, each where it would stand.

        Nobody is asked: a subject whose kind its reference does not tell is taken for a legal person.

        Raises:
            BadUserInput: a reference cannot be read.

        """
        if asked.name == "searchSubjects":
            others = outcomes.beholder.viewpoint("LEGAL_PERSON", "")
            return [
                Foreseen((asked.key, key, 0), each.plan(self._planner, others)) for key, each in asked.lists.items()
            ]
        plans: dict[tuple[Viewpoint, Decision | None], Foreseen] = {}
        for path, ref in _places(asked, outcomes):
            known = self._references.read(ref, outcomes.today)
            kind, identifier = (known.kind, known.identifier or "") if known.kind else ("LEGAL_PERSON", "")
            viewpoint = outcomes.beholder.viewpoint(kind, identifier)
            hindrance = outcomes.beholder.hindrance(kind, identifier) if known.kind else None
            foreseen = Foreseen(path, asked.plan(self._planner, viewpoint), hindrance)
            plans.setdefault((viewpoint, hindrance), foreseen)
        return list(plans.values())

    def named(self, asked: SubjectField, outcomes: Outcomes) -> list[str]:
        """Give the ids of the subjects that a root field names by credit code or identity number; nobody is asked."""
        if asked.name == "searchSubjects":
            return []
        ids: list[str] = []
        for _, ref in _places(asked, outcomes):
            try:
                reference = self._references.read(ref, outcomes.today)
            except BadUserInput:
                continue
            if reference.kind is not None and reference.value:
                ids.append(reference.value)
        return ids

    async def _several(
        self, asked: SubjectField, refs: Sequence[object], outcomes: Outcomes, paths: Sequence[Path]
    ) -> list[Any]:
        """Give subjects in the order asked; each is found, or null."""
        errand = _Errand(asked, outcomes, paths, [None] * len(refs))
        known: dict[int, Reference] = {}
        unknown: dict[int, Reference] = {}
        for n, ref in enumerate(refs):
            try:
                reference = self._references.read(ref, outcomes.today)
            except BadUserInput as error:
                outcomes.errors.append((paths[n], error))
                continue
            if reference.kind is None:
                unknown[n] = reference
            elif outcomes.beholder.cites and self._refused(errand, n, reference):
                continue
            elif reference.value and outcomes.beholder.may_find(reference.kind, reference.identifier or ""):
                known[n] = reference
            else:  # nothing is there for this caller, and nobody is asked (R15.8)
                outcomes.told.append(Told(reference.value, Outcome.DENIED))
                unproved = outcomes.beholder.unproved(reference.kind, reference.identifier or "")
                if unproved is not None:
                    outcomes.errors.append((paths[n], withheld(f"Query.{asked.name}", Tier.SHARED, unproved)))
        if known and unknown:
            parts = await every(self._at_once(errand, known), self._one_after_the_other(errand, unknown))
            await self._tell(errand, {n: found for part in parts for n, found in part.items()})
        elif known:
            await self._tell(errand, await self._at_once(errand, known))
        elif unknown:
            await self._tell(errand, await self._one_after_the_other(errand, unknown))
        return errand.answers

    def _refused(self, errand: _Errand, n: int, subject: Reference | RegisteredSubject) -> bool:
        """Refuse a subject that no cited paper reaches: it depends on how it was named, not on what there is of it."""
        refusal = errand.outcomes.beholder.refusal(subject.kind or "", subject.identifier or "")
        if refusal is None:
            return False
        errand.outcomes.errors.append((errand.paths[n], refusal))
        own_id = subject.value if isinstance(subject, Reference) else subject.id
        errand.outcomes.told.append(Told(own_id, Outcome.DENIED))
        return True

    async def _at_once(self, errand: _Errand, references: Mapping[int, Reference]) -> "dict[int, _Found]":
        """Ask the register and all connectors at the same time: the key is in the arguments."""
        registered = self._find("id", tuple(each.value for each in references.values()))
        plans = self._plans(
            errand, {n: (each.value, each.kind or "", each.identifier or "") for n, each in references.items()}
        )
        keys = {n: SubjectKey(each.value, each.identifier or "") for n, each in references.items()}
        gathered = await self._gather(plans, keys, errand.outcomes)
        ids = {n: each.value for n, each in references.items()}
        subjects = await self._registered(registered, list(references), errand, ids)
        found: dict[int, _Found] = {}
        for n, subject in subjects.items():
            name = references[n].name
            if subject is not None and name in (None, subject.name):
                found[n] = _Found(subject, plans[n], gathered[n])
            else:
                errand.outcomes.told.append(Told(references[n].value, Outcome.NOT_FOUND, plans[n].viewpoint))
        return found

    async def _one_after_the_other(self, errand: _Errand, references: Mapping[int, Reference]) -> "dict[int, _Found]":
        """Ask the register who it is, then all connectors."""
        ways: dict[str, list[int]] = {}
        for n, reference in references.items():
            ways.setdefault(reference.by, []).append(n)
        waiting = {by: self._find(by, tuple(references[n].value for n in ns)) for by, ns in ways.items()}
        errand.outcomes.sought.update(references[n].value for n in ways.get("id", ()))
        found: dict[int, RegisteredSubject] = {}
        for by, ns in ways.items():
            for n, subject in (await self._registered(waiting[by], ns, errand, {})).items():
                if subject is None or not errand.outcomes.beholder.may_find(subject.kind, subject.identifier):
                    outcome = Outcome.DENIED if subject else Outcome.NOT_FOUND
                    errand.outcomes.told.append(Told(subject.id if subject else "", outcome))
                elif not errand.outcomes.beholder.cites or not self._refused(errand, n, subject):
                    found[n] = subject
        return await self._ask(errand, found)

    async def _tell_found(
        self, asked: SubjectField, found: Mapping[int, RegisteredSubject], outcomes: Outcomes, paths: Sequence[Path]
    ) -> list[Any]:
        """Give what a search found, told."""
        errand = _Errand(asked, outcomes, paths, [None] * len(found))
        await self._tell(errand, await self._ask(errand, found))
        return errand.answers

    async def _ask(self, errand: _Errand, found: Mapping[int, RegisteredSubject]) -> "dict[int, _Found]":
        """Ask all connectors for subjects that the register has found."""
        plans = self._plans(errand, {n: (each.id, each.kind, each.identifier) for n, each in found.items()})
        keys = {n: SubjectKey(each.id, each.identifier) for n, each in found.items()}
        gathered = await self._gather(plans, keys, errand.outcomes)
        return {n: _Found(subject, plans[n], gathered[n]) for n, subject in found.items()}

    def _plans(self, errand: _Errand, subjects: Mapping[int, tuple[str, str, str]]) -> dict[int, SubjectPlan]:
        """Plan for each subject, by its id, kind and identifier: oneself and others are seen differently."""
        plans: dict[int, SubjectPlan] = {}
        asked, outcomes = errand.asked, errand.outcomes
        for n, (_, kind, identifier) in subjects.items():
            plans[n] = asked.plan(self._planner, outcomes.beholder.viewpoint(kind, identifier))
        if outcomes.fail_on_denied:
            denied = [n for n, plan in plans.items() if plan.denied]
            if denied:
                for n, plan in plans.items():
                    outcomes.told.append(Told(subjects[n][0], Outcome.DENIED, plan.viewpoint, plan))
                raise Denials(
                    [((*errand.paths[n], *each.path), each.error) for n in denied[:1] for each in plans[n].denied]
                )
        return plans

    async def _gather(
        self, plans: Mapping[int, SubjectPlan], keys: Mapping[int, SubjectKey], outcomes: Outcomes
    ) -> dict[int, Gathered]:
        """Fetch for all plans at the same time."""
        groups: dict[SubjectPlan, list[int]] = {}
        for n, plan in plans.items():
            groups.setdefault(plan, []).append(n)
        waiting = [
            self._gathering.gather(plan, tuple(keys[n] for n in ns), outcomes.timings, outcomes.saw)
            for plan, ns in groups.items()
        ]
        found = [await waiting[0]] if len(waiting) == 1 else await asyncio.gather(*waiting)
        return {
            n: each for ns, part in zip(groups.values(), found, strict=True) for n, each in zip(ns, part, strict=True)
        }

    async def _tell(self, errand: _Errand, found: "Mapping[int, _Found]") -> None:
        """Tell subjects in the order in which they were asked for, so that an error names the first that it meets."""
        counted = [each.subject.id for each in found.values() if each.plan.counts]
        counts = await self._query_counts(counted) if counted else {}
        hidden = await self._hidden(found, errand.outcomes) if counted else {}
        if any(each.plan.asks_reported for each in found.values()):
            errand.outcomes.timeliness = await self._how_agencies_report()
        for n in sorted(found):
            subject, plan, gathered = found[n]
            logs = await self._read_logs(plan, subject.id, errand.outcomes) if plan.logs else ()
            telling = self._teller.tell(plan, subject, gathered, errand.paths[n], errand.outcomes)
            count = counts.get(subject.id)
            errand.answers[n] = telling.answer(count if count is None else count - hidden.get(subject.id, 0), logs)

    async def _how_agencies_report(self) -> Timeliness | GatewayError:
        """Give what is known of each agency, or the error that stands in its place."""
        if self._timeliness is None:
            return InternalError(_NO_OBLIGATIONS)
        try:
            return await self._timeliness()
        except GatewayError as error:
            return error

    async def _hidden(self, found: "Mapping[int, _Found]", outcomes: Outcomes) -> Mapping[str, int]:
        """Give how many queries are not to be counted before their subjects yet, or the count would tell (AMB-29)."""
        own = [each.subject.id for each in found.values() if each.plan.counts and _is_own(each.plan)]
        return await self._logs.hidden_counts(own, outcomes.today) if own and self._logs is not None else {}

    async def _read_logs(self, plan: SubjectPlan, subject_id: str, outcomes: Outcomes) -> list[Any]:
        """Read the pages of a subject's log: pages, or the errors that stand in their place."""
        pages: list[Any] = []
        hidden_on = outcomes.today if _is_own(plan) else None
        for each in plan.logs:
            try:
                if self._logs is None:
                    raise InternalError(_NO_TRAIL)
                first, after = read_first(each.first(outcomes.variables)), each.after(outcomes.variables)
                pages.append(await self._logs.lines(subject_id, first, after, hidden_on))
            except GatewayError as error:
                pages.append(error)
        return pages

    # The register

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
        self, waiting: "asyncio.Future[Any]", ns: Sequence[int], errand: _Errand, ids: Mapping[int, str]
    ) -> dict[int, RegisteredSubject | None]:
        """Give what the register said of each; where it said nothing there is an error, not "no such subject"."""
        answer = await asyncio.shield(waiting)  # it is shared with others who ask the same
        if isinstance(answer, SourceError):
            errand.outcomes.saw(CENTRE, None)
            errand.outcomes.errors.extend((errand.paths[n], lost(CENTRE, answer)) for n in ns)
            errand.outcomes.told.extend(Told(ids.get(n, ""), Outcome.FAILED) for n in ns)
            return {}
        errand.outcomes.saw(CENTRE, errand.outcomes.now)
        return dict(zip(ns, answer, strict=True))


async def every(*waiting: Awaitable[T]) -> list[T]:
    """Give all results; where one fails the others are waited for all the same, so that nothing goes on unseen."""
    results = await asyncio.gather(*waiting, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return cast("list[T]", results)


def _is_own(plan: SubjectPlan) -> bool:
    return plan.viewpoint.clearance.standing is Standing.SELF


def _places(asked: SubjectField, outcomes: Outcomes) -> list[tuple[Path, object]]:
    """Give where subjects would stand, and how each is named."""
    refs = asked.arguments["by"](outcomes.variables)
    return [((asked.key,), refs)] if asked.name == "subject" else [((asked.key, n), ref) for n, ref in enumerate(refs)]
