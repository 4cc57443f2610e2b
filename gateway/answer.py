"""The whole journey of one question, on one page: decide, then read, then record, then answer.

    Question -> operation -> variables -> plans and fetches -> data and errors -> entry -> Answer

No answer leaves without its durable entry (Art. 19, R19.8); that holds for refusals too.
"""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import add
from typing import Any, NamedTuple, Protocol

import orjson
from graphql import GraphQLSchema, execute

from gateway.access.callers import Caller
from gateway.access.purposes import Problem
from gateway.access.rules import (
    CallerFacts,
    clearance,
    facts_of,
    fitting_purposes,
    may_find_individual,
    may_read_query_count,
    standing_towards,
)
from gateway.audit.entry import Entry, Receipt, Span, SubjectLine
from gateway.errors import (
    BadUserInput,
    GatewayError,
    InternalError,
    Language,
    PaperInvalid,
    Text,
    Withheld,
    to_graphql,
    written_basis,
)
from gateway.federation.fetch import Timing
from gateway.federation.operations import Field, Local, Operation, Operations, SubjectField, TypeName
from gateway.federation.outcomes import Denials, Outcomes, Told
from gateway.federation.plan import Path, SubjectPlan, Viewpoint
from gateway.federation.resolve import Resolver
from gateway.federation.supergraph import day_of, is_individual_business
from schema.disclosure import Decision, LegalBasis, Outcome, Purpose, QueryMethod, Standing
from schema.tiers import Tier

__all__ = ["Answer", "Desk", "Question"]


class Question(NamedTuple):
    """One question as it came through a door."""

    caller: Caller
    document: str
    operation_name: str | None
    variables: Mapping[str, Any]
    purpose: Purpose | None
    purpose_problem: Problem | None
    """Why what was sent as a purpose is none."""
    papers: tuple[str, ...]
    dry_run: bool
    fail_on_denied: bool
    method: QueryMethod
    channel: str
    request_id: str
    language: Language
    trace_id: str
    started_ns: int


class Answer(NamedTuple):
    """What leaves by the door: a status, the body's bytes, and the receipt that the header repeats."""

    status: int
    body: bytes
    receipt: str | None
    refused: GatewayError | None = None
    stages: tuple[tuple[str, int], ...] = ()
    """Names and nanoseconds of the stages: ``Server-Timing``."""
    entry: Entry | None = None
    """What was recorded; nothing where that could not be."""
    timings: Sequence[Timing] = ()


class Trail(Protocol):
    """Where entries are kept."""

    async def append(self, entry: Entry) -> Receipt:
        """Make an entry durable."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """The desk at which questions are answered, with the rooms it needs."""

    operations: Operations
    resolver: Resolver
    trail: Trail
    schema: GraphQLSchema
    root_value: Callable[["Question"], Any]
    recognised: Callable[[], Container[str]]
    receipt_key: bytes
    today_offset_s: float = 0.0

    async def answer(self, question: Question) -> Answer:
        """Answer one question, durably recorded.

        Raises:
            AuditUnavailable: the entry could not be made durable; nothing may be answered.

        """
        journey = _Journey(self, question)
        try:
            await journey.go()
        except GatewayError as error:
            journey.refuse(error)
        except Denials as denials:
            journey.refuse_whole(denials)
        return await journey.recorded()

    def plans(self, question: Question) -> list[tuple[Path, SubjectPlan]]:
        """Give the plans of a question, each where it would stand; nobody is asked, and nothing is recorded.

        Raises:
            ClientError: the question cannot be planned.

        """
        return _Journey(self, question).plans()

    async def refuse(self, question: Question, error: GatewayError) -> Answer:
        """Refuse what did not even become a question, durably recorded as any other answer.

        Raises:
            AuditUnavailable: the entry could not be made durable.

        """
        journey = _Journey(self, question)
        journey.refuse(error)
        return await journey.recorded()


_VIEWPOINTS: dict[tuple[int, str, bool, bool], Viewpoint] = {}
"""Every viewpoint there is, once; a clearance is kept by its viewpoint, so that its id stays its own. A few dozen."""


class _Beholder:
    """Who is looking, for one question."""

    def __init__(self, question: Question, recognised: Container[str]) -> None:
        self._caller = question.caller
        self._facts: CallerFacts = facts_of(question.caller, recognised)
        self._recognised = recognised
        self._purpose = question.purpose

    def viewpoint(self, kind: str, identifier: str) -> Viewpoint:
        standing = self._standing(kind, identifier)
        seen = clearance(self._facts, standing, self._purpose)
        expires = is_individual_business(kind, identifier)
        counts = may_read_query_count(self._caller, standing).allowed
        place = (id(seen), kind, expires, counts)
        known = _VIEWPOINTS.get(place)
        if known is None:
            known = _VIEWPOINTS[place] = Viewpoint(seen, kind, expires, counts)
        return known

    def may_find(self, kind: str, identifier: str) -> bool:
        if kind == "LEGAL_PERSON":
            return True
        return may_find_individual(self._caller, self._standing(kind, identifier), self._purpose).allowed

    def _standing(self, kind: str, identifier: str) -> Standing:
        prefix = "uscc" if kind == "LEGAL_PERSON" else "rid"
        return standing_towards(self._caller, (prefix, identifier), self._recognised)


class _Journey:
    """One question under way."""

    def __init__(self, desk: Desk, question: Question) -> None:
        self._desk = desk
        self._question = question
        self._operation: Operation | None = None
        self._data: dict[str, Any] | None = None
        self._refused: GatewayError | None = None
        self._extra: dict[str, Any] = {}
        self._stages: list[tuple[str, int]] = []
        self._begun_ns = time.perf_counter_ns()
        now = time.time() + desk.today_offset_s
        self._outcomes = Outcomes(
            beholder=_Beholder(question, desk.recognised()),
            today=day_of(now),
            now=now,
            variables={},
            fail_on_denied=question.fail_on_denied,
        )

    async def go(self) -> None:
        """Decide and read."""
        question, desk, outcomes = self._question, self._desk, self._outcomes
        begun = time.perf_counter_ns()
        operation = desk.operations.read(question.document, question.operation_name)
        self._operation = operation
        if question.papers:
            raise PaperInvalid(Text("no such paper is accepted", "没有已受理的该证明文件"))
        outcomes.variables = operation.variables(question.variables)
        fields = operation.fields(outcomes.variables)
        self._check_subjects(fields)
        self._stages.append(("plan", time.perf_counter_ns() - begun))
        if question.dry_run:
            self._extra["access"] = self._access(fields)
            return
        begun = time.perf_counter_ns()
        self._data = await self._resolve(fields)
        self._stages.append(("fetch", time.perf_counter_ns() - begun))

    def _check_subjects(self, fields: Sequence[Field]) -> None:
        """Refuse more than a hundred subjects before any is asked for."""
        for each in fields:
            if isinstance(each, SubjectField) and each.name == "subjects":
                refs = each.arguments["by"](self._outcomes.variables)
                if not isinstance(refs, Sequence) or isinstance(refs, str | Mapping):
                    each.arguments = {"by": _as_list(each.arguments["by"])}
                elif len(refs) > MOST_SUBJECTS:
                    raise BadUserInput(
                        Text(f"subjects: at most {MOST_SUBJECTS} at once", f"subjects：一次最多 {MOST_SUBJECTS} 个")
                    )

    async def _resolve(self, fields: Sequence[Field]) -> dict[str, Any] | None:
        waiting: dict[str, Awaitable[Any]] = {
            each.key: self._desk.resolver.resolve(each, self._outcomes)
            for each in fields
            if isinstance(each, SubjectField)
        }
        if len(waiting) == 1:
            ((key, alone),) = waiting.items()
            answered = {key: await alone}
        else:
            answered = dict(zip(waiting, await asyncio.gather(*waiting.values()), strict=True))
        data: dict[str, Any] = {}
        for each in fields:
            if isinstance(each, TypeName):
                data[each.key] = each.value
            elif isinstance(each, Local):
                data.update(self._local(each))
            else:
                data[each.key] = answered[each.key]
        return data

    def plans(self) -> list[tuple[Path, SubjectPlan]]:
        """Give the plans of the whole operation."""
        question, outcomes = self._question, self._outcomes
        operation = self._desk.operations.read(question.document, question.operation_name)
        outcomes.variables = operation.variables(question.variables)
        fields = operation.fields(outcomes.variables)
        self._check_subjects(fields)
        asked = [each for each in fields if isinstance(each, SubjectField)]
        return [place for each in asked for place in self._desk.resolver.preflight(each, outcomes)]

    def _access(self, fields: Sequence[Field]) -> list[dict[str, Any]]:
        """Say of each coordinate whether it is open to this caller, and what would open it: the answer to a dry run."""
        told: dict[str, dict[str, Any]] = {}
        purposes = sorted(fitting_purposes(self._question.caller.organisation_kind))
        for each in fields:
            if isinstance(each, SubjectField):
                for root, plan in self._desk.resolver.preflight(each, self._outcomes):
                    for entry in _access_of(plan, root, purposes):
                        told.setdefault(f"{entry['coordinate']} {entry['allowed']}", entry)
        return list(told.values())

    def _local(self, asked: Local) -> Mapping[str, Any]:
        """Answer from the gateway itself, through graphql-core."""
        result = execute(
            self._desk.schema,
            asked.document,
            root_value=self._desk.root_value(self._question),
            variable_values=dict(self._question.variables),
        )
        for error in getattr(result, "errors", None) or ():
            self._outcomes.errors.append((tuple(error.path or (asked.key,)), InternalError(error.message)))
        return getattr(result, "data", None) or {asked.key: None}

    # When it ends early

    def refuse(self, error: GatewayError) -> None:
        """Answer nothing but this error."""
        self._data = None
        self._refused = error
        self._outcomes.errors = [((), error)]

    def refuse_whole(self, denials: Denials) -> None:
        """Answer nothing, since something is withheld and the caller wants all."""
        self._data = None
        self._outcomes.errors = list(denials.errors)

    # Record, then answer

    async def recorded(self) -> Answer:
        """Make the entry durable, and only then give the answer."""
        question, outcomes = self._question, self._outcomes
        begun = time.perf_counter_ns()
        head = self._body()
        self._stages.append(("project", time.perf_counter_ns() - begun))
        begun = time.perf_counter_ns()
        entry = self._entry(head)
        receipt = await self._desk.trail.append(entry)
        self._stages.append(("audit", time.perf_counter_ns() - begun))
        said = receipt.opaque(self._desk.receipt_key) if question.caller.is_public else str(receipt)
        body = b"".join((head, b',"receipt":"', said.encode(), b'"}}}'))
        status = self._refused.status if self._refused else 200
        return Answer(status, body, said, self._refused, tuple(self._stages), entry, outcomes.timings)

    def _body(self) -> bytes:
        """Write the answer up to the receipt, which is not known yet; its digest goes into the entry."""
        question, outcomes = self._question, self._outcomes
        answer: dict[str, Any] = {}
        if self._refused is None:
            answer["data"] = self._data
        if outcomes.errors:
            answer["errors"] = [
                to_graphql(error, path or None, question.language, question.request_id)
                for path, error in outcomes.errors
            ]
        answer["extensions"] = {"xinyong": {"sources": self._sources(), "cost": self._cost(), **self._extra}}
        return orjson.dumps(answer)[:-3]

    def _sources(self) -> list[dict[str, Any]]:
        return [
            {"connector": agency, "reached": reached, "asOf": _instant(as_of)}
            for agency, (reached, as_of) in self._outcomes.sources.items()
        ]

    def _cost(self) -> dict[str, int]:
        fetches = sum(len(told.plan.fetches) for told in self._outcomes.told if told.plan)
        estimated = self._operation.cost.nodes if self._operation else 0
        return {"estimated": estimated, "subjects": len(self._outcomes.told), "fetches": fetches}

    def _entry(self, head: bytes) -> Entry:
        question, outcomes, caller = self._question, self._outcomes, self._question.caller
        lines = _lines(outcomes.told, withheld=self._data is None)
        return Entry(
            request_id=question.request_id,
            person=caller.person,
            organisation=caller.organisation or "",
            organisation_kind=caller.organisation_kind,
            method=question.method,
            channel=question.channel,
            purpose_code=question.purpose.code if question.purpose else None,
            purpose_text=question.purpose.text if question.purpose else None,
            papers=question.papers,
            operation_name=self._operation.name if self._operation else question.operation_name,
            document_digest=self._operation.digest if self._operation else _digest(question.document.encode()),
            outcome=_outcome(lines, failed=self._refused is not None),
            errors=tuple(dict.fromkeys(error.code for _, error in outcomes.errors)),
            subjects=lines,
            sources=tuple((agency, True, reached) for agency, (reached, _) in outcomes.sources.items()),
            trace_id=question.trace_id,
            spans=_spans(outcomes, question.started_ns - self._begun_ns),
            response_digest=_digest(head),
            started_at_ns=question.started_ns,
        )


MOST_SUBJECTS = 100
"""How many subjects one `subjects` field may ask for (contract, section 5)."""


def _access_of(plan: SubjectPlan, root: Path, purposes: Sequence[str]) -> Iterator[dict[str, Any]]:
    for disclosed in plan.disclosed:
        decision = plan.viewpoint.clearance.decide(disclosed.tier)
        yield _access_entry(disclosed.coordinate, (*root, *disclosed.path), disclosed.tier, decision, purposes)
    for denied in plan.denied:
        path, error = (*root, *denied.path), denied.error
        if isinstance(error, Withheld):
            yield _access_entry(denied.coordinate, path, error.tier, error.decision, purposes)
        else:
            decision = Decision(
                allowed=False, legal_basis=error.legal_basis or LegalBasis("18"), reason=error.message()
            )
            yield _access_entry(denied.coordinate, path, Tier.PUBLIC, decision, ())


def _access_entry(
    coordinate: str, path: Path, level: Tier, decision: Decision, purposes: Sequence[str]
) -> dict[str, Any]:
    return {
        "coordinate": coordinate,
        "path": list(path),
        "allowed": decision.allowed,
        "tier": str(level.value),
        "missingPaper": decision.missing_paper.value if decision.missing_paper else None,
        "purposes": list(purposes) if decision.purpose_missing else [],
        "legalBasis": written_basis(decision.legal_basis),
    }


def _as_list(argument: Callable[[Mapping[str, Any]], Any]) -> Callable[[Mapping[str, Any]], Any]:
    """Read a single value as a list of it, as GraphQL's input coercion does for a literal."""

    def read(variables: Mapping[str, Any]) -> Any:
        value = argument(variables)
        return value if isinstance(value, list | tuple) else [value]

    return read


def _spans(outcomes: Outcomes, since_1970_ns: int) -> tuple[Span, ...]:
    """Give a span for every fetch and, folded over the subjects, for every connection; counts alone, never a value."""
    spans: list[Span] = [
        (
            f"fetch {each.agency}",
            each.started_ns + since_1970_ns,
            each.duration_ns,
            (("subjects", each.subjects), ("cached", each.cached), ("failed", each.failed or "")),
        )
        for each in outcomes.timings
    ]
    gathered_ns = max((started_ns + duration_ns for _, started_ns, duration_ns, _ in spans), default=time.time_ns())
    folded: dict[SubjectPlan, list[int]] = {}
    for told in outcomes.told:
        if told.plan is not None:
            before = folded.get(told.plan)
            folded[told.plan] = list(told.rows_of) if before is None else list(map(add, before, told.rows_of))
    for plan, rows in folded.items():
        spans += [(name, gathered_ns, 0, (("rows", count),)) for name, count in zip(plan.resolvers, rows, strict=True)]
    return tuple(spans)


def _lines(told: Sequence[Told], *, withheld: bool) -> tuple[SubjectLine, ...]:
    """Give one line a subject (R19.2): a subject asked for twice in one operation is one query."""
    lines: dict[str, SubjectLine] = {}
    for each in told:
        if each.subject_id:
            line = _line(each, withheld=withheld)
            known = lines.get(each.subject_id)
            lines[each.subject_id] = line if known is None else _joined(known, line)
    return tuple(lines.values())


def _line(told: Told, *, withheld: bool) -> SubjectLine:
    plan, viewpoint = told.plan, told.viewpoint
    standing = viewpoint.clearance.standing if viewpoint else Standing.PUBLIC
    if plan is None:
        outcome = Outcome.DENIED if viewpoint is None else Outcome.NOT_FOUND
        return SubjectLine(told.subject_id, standing, outcome, "", counted=False, fields=(), withheld=(), rows=0)
    disclosed = bool(plan.fields) and not withheld
    return SubjectLine(
        told.subject_id,
        standing,
        Outcome.DISCLOSED if disclosed else Outcome.DENIED,
        plan.highest if disclosed else "",
        counted=disclosed and plan.viewpoint.clearance.counts,
        fields=plan.fields if disclosed else (),
        withheld=plan.withheld,
        rows=told.rows,
    )


def _joined(one: SubjectLine, other: SubjectLine) -> SubjectLine:
    first, second = (one, other) if one.outcome is Outcome.DISCLOSED else (other, one)
    return SubjectLine(
        first.subject_id,
        first.standing,
        first.outcome,
        max(first.tier, second.tier),
        counted=first.counted or second.counted,
        fields=tuple(dict.fromkeys(first.fields + second.fields)),
        withheld=tuple(dict.fromkeys(first.withheld + second.withheld)),
        rows=first.rows + second.rows,
    )


def _outcome(lines: Sequence[SubjectLine], *, failed: bool) -> Outcome:
    if failed:
        return Outcome.FAILED
    if not lines or any(line.outcome is Outcome.DISCLOSED for line in lines):
        return Outcome.DISCLOSED
    return lines[0].outcome


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _instant(seconds: float | None) -> str | None:
    return None if seconds is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
