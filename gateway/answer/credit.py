"""The credit graph: subjects and their records, decided by tier and paper, read from the agencies (Art. 15, 18)."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLSchema

from connectors.connector import Connector
from connectors.errors import SourceError
from connectors.register import Register
from gateway.access.callers import Caller
from gateway.access.enumeration import DistinctSubjects
from gateway.access.held import NOTHING_HELD, Held, Papers
from gateway.access.papers import PapersRoom
from gateway.answer.beholder import CallersEyes, SubjectId
from gateway.answer.entry import entry_of
from gateway.answer.explained import plans_told
from gateway.answer.findings import Here, findings_of
from gateway.answer.inspector import Inspection, Noted
from gateway.answer.office import RootLost, answered_here
from gateway.answer.preflight import access_of
from gateway.answer.question import Question
from gateway.answer.sources import sources_of
from gateway.audit.codes import AUDIT_READ
from gateway.audit.entry import Entry
from gateway.collection.opening import OpenCollection
from gateway.errors import (
    BadUserInput,
    Forbidden,
    GatewayError,
    MethodNotAllowed,
    PaperInvalid,
    PurposeRequired,
    ServiceError,
    Text,
    to_graphql,
)
from gateway.federation.execution.timing import Timing
from gateway.federation.operations import Field, Local, Operation, Operations, SubjectField, TypeName
from gateway.federation.rows.cache import RowCache
from gateway.federation.subjects.outcomes import Denials, Outcomes, Told
from gateway.federation.subjects.plan import Path
from gateway.federation.subjects.resolve import Foreseen, Resolver, every
from gateway.federation.subjects.roots import planned_roots
from schema.catalogue_versions.desk import CatalogueStepsDesk
from schema.days import day_of
from schema.desk import PaperDesk
from schema.disclosure import Outcome, Purpose, Standing
from schema.obligation_desk import ObligationDesk
from schema.officers import OfficerDesk
from schema.quality import QualityDesk
from schema.quarantine_desk import QuarantineDesk
from schema.submission_desk import SubmissionDesk
from schema.violation_desk import ViolationDesk

__all__ = ["CreditGraph", "CreditInquiry"]

_LOG = logging.getLogger("xinyong")
_PROBE_S = 1.0
_SEVERAL = 2


@dataclass(frozen=True, slots=True, eq=False)
class CreditGraph:
    """The credit graph, with the rooms it needs."""

    operations: Operations
    resolver: Resolver
    register: Register
    schema: GraphQLSchema
    papers: Papers
    subject_id: SubjectId
    root_value: Callable[[Question, Held], Any]
    """Gives graphql-core what it reads root fields from that no agency is asked for."""
    desk: Callable[[Caller, float], PaperDesk | None] = lambda _, __: None
    """Gives the desk of papers as a caller finds it at an instant: what its resolvers act through."""
    violations: Callable[[Caller, float], ViolationDesk | None] = lambda _, __: None
    """Gives the desk of violation cases, likewise."""
    catalogues: Callable[[Caller, float], CatalogueStepsDesk | None] = lambda _, __: None
    """Gives the desk of versions of the catalogue, likewise."""
    obligations: Callable[[Caller, float], ObligationDesk | None] = lambda _, __: None
    """Gives the desk of obligations, likewise."""
    quality: Callable[[Caller, float], QualityDesk | None] = lambda _, __: None
    """Gives the desk at which one reads how agencies report, likewise."""
    officers: Callable[[Caller, float], OfficerDesk | None] = lambda _, __: None
    """Gives the desk of reporting officers, likewise."""
    quarantine: Callable[[Caller, float], QuarantineDesk | None] = lambda _, __: None
    """Gives the desk of rows held in quarantine, likewise."""
    submissions: Callable[[Caller, float], SubmissionDesk | None] = lambda _, __: None
    """Gives the desk of what agencies report, likewise."""
    inspection: Inspection | None = None
    """The trail for reading, for the desk of auditors."""
    room: PapersRoom | None = None
    """The room of papers, for the doors by which files come and go."""
    distinct: DistinctSubjects = field(default_factory=lambda: DistinctSubjects(None))
    introspection: Container[Standing] = frozenset(Standing)
    """The standings to which the graph describes itself."""
    most_subjects: int = 100
    """How many subjects one ``subjects`` field may ask for (contract, section 5)."""
    today_offset_s: float = 0.0
    connectors: Mapping[str, Connector] = field(default_factory=dict)
    cache: RowCache | None = None
    collection: OpenCollection | None = None
    """The rooms of what agencies report, for their doors and their work."""

    def take_up(self, question: Question) -> "CreditInquiry":
        """Take up one question; nothing is read yet."""
        return CreditInquiry(self, question)

    async def ready(self) -> dict[str, bool]:
        """Say whether the register is there; an agency that is down does not make the gateway unready."""
        try:
            async with asyncio.timeout(_PROBE_S):
                await self.register.find("id", ["probe"])
        except (SourceError, TimeoutError):
            return {"register": False}
        return {"register": True}

    async def close(self) -> None:
        """Give back what cache and connectors hold."""
        if self.cache is not None:
            await self.cache.close()
        if self.inspection is not None:
            await self.inspection.trail.close()
        if self.collection is not None:
            await self.collection.intake.close()
        for connector in self.connectors.values():
            await connector.close()


class CreditInquiry:
    """One question to the credit graph."""

    def __init__(self, graph: CreditGraph, question: Question) -> None:
        """Look with the eyes of the question's caller, who holds nothing until its papers were looked up."""
        self._graph = graph
        self._question = question
        self._operation: Operation | None = None
        self._fields: Sequence[Field] = ()
        self._held = NOTHING_HELD
        self._eyes = CallersEyes(question, self._held, graph.subject_id)
        self._noted = Noted()
        self._root_lost = False
        self._own: list[Here] = []
        self.data: dict[str, Any] | None = None
        now = time.time() + graph.today_offset_s
        self._outcomes = Outcomes(
            beholder=self._eyes,
            today=day_of(now),
            now=now,
            variables={},
            fail_on_denied=question.fail_on_denied,
        )

    async def decide(self) -> None:
        """Read the document, and look the caller's papers up; what a subject's plan withholds is in no fetch.

        Raises:
            GatewayError: the question cannot be answered.

        """
        question, outcomes = self._question, self._outcomes
        operation = self._graph.operations.read(question.document, question.operation_name)
        self._operation = operation
        if operation.changes and question.by_get:
            raise MethodNotAllowed(Text("a mutation is asked by POST", "变更操作须以 POST 提交"))
        outcomes.variables = operation.variables(question.variables)
        self._fields = operation.fields(outcomes.variables)
        self._check_subjects()
        await self._look_papers_up()
        self._check_introspection()

    def _check_introspection(self) -> None:
        """Refuse to describe the graph to standings that are not to see it described."""
        if any(isinstance(each, Local) and each.describes for each in self._fields):
            standing = self._eyes.look("LEGAL_PERSON", "").sight.standing
            if standing not in self._graph.introspection:
                here = "the graph is not described to your standing", "图谱结构不对您的身份开放"
                raise Forbidden(Text(*here))

    async def _look_papers_up(self) -> None:
        """Find what the caller holds now (R18.5); a paper that cannot be cited denies all that was asked about."""
        question, outcomes = self._question, self._outcomes
        try:
            self._held = await self._graph.papers.held(question.caller, question.papers, outcomes.now)
        except PaperInvalid:
            asked = [each for each in self._fields if isinstance(each, SubjectField)]
            named = dict.fromkeys(own_id for each in asked for own_id in self._graph.resolver.named(each, outcomes))
            outcomes.told.extend(Told(own_id, Outcome.DENIED) for own_id in named)
            raise
        if self._held is not NOTHING_HELD:
            self._eyes = outcomes.beholder = CallersEyes(question, self._held, self._graph.subject_id)

    def _check_subjects(self) -> None:
        """Refuse more than a hundred subjects before any is asked for."""
        for each in self._fields:
            if not isinstance(each, SubjectField) or each.name != "subjects":
                continue
            most = self._graph.most_subjects
            if len(each.arguments["by"](self._outcomes.variables)) > most:
                at_most = f"subjects: at most {most} at once", f"subjects：一次最多 {most} 个"
                raise BadUserInput(Text(*at_most))

    def explained(self) -> dict[str, Any]:
        """Give of each coordinate whether it is open, and what would open it (R15.9); to staff, the plans too."""
        foreseen = self._foreseen()
        access = access_of(foreseen, self._eyes.purposes())
        if self._eyes.look("LEGAL_PERSON", "").sight.standing is not Standing.STAFF:
            return {"access": access}
        return {"access": access, "plan": self._planned(foreseen)}

    def planned(self) -> dict[str, Any]:
        """Give the plans of the operation, once it is decided; nobody is asked."""
        return self._planned(self._foreseen())

    def _foreseen(self) -> list[Foreseen]:
        """Give how subjects would be answered, each where it would stand."""
        asked = [each for each in self._fields if isinstance(each, SubjectField)]
        return [place for each in asked for place in self._graph.resolver.preflight(each, self._outcomes)]

    def _planned(self, foreseen: Sequence[Foreseen]) -> dict[str, Any]:
        operation = self._decided
        roots = planned_roots(self._graph.resolver.graph, operation, self._outcomes.variables)
        return plans_told(roots, foreseen, operation.cost)

    @property
    def _decided(self) -> Operation:
        if self._operation is None:
            message = "it was not decided what is asked"
            raise RuntimeError(message)
        return self._operation

    async def read(self) -> None:
        """Ask all agencies at once."""
        try:
            self.data = await self._resolve(self._fields)
        except Denials as denials:  # the caller wants all or nothing
            self._outcomes.errors = list(denials.errors)
        except RootLost as lost:
            self._root_lost = True
            self._own.append(lost.here)
            self._outcomes.errors = list(lost.errors)
        told = {each.subject_id for each in self._outcomes.told} | self._outcomes.sought
        if asked_about := told - {""}:
            # an id of nobody counts too: else the limit would tell whether there is somebody of that id
            self._graph.distinct.admit(self._question.client, asked_about, self._outcomes.now)
        if self._held.cited and self.data is not None:
            await self._use_papers()

    async def _use_papers(self) -> None:
        """Count a use of each cited paper for each subject about whom something is to be told on it (R18.4)."""
        used: dict[str, list[str]] = {}
        for each in self._outcomes.told:
            paper = self._eyes.used_on(each.subject_id) if each.outcome is Outcome.DISCLOSED else None
            if paper is not None and each.subject_id not in used.setdefault(paper, []):
                used[paper].append(each.subject_id)
        for paper, subject_ids in used.items():
            await self._graph.papers.use(paper, subject_ids, self._outcomes.now)

    async def _resolve(self, fields: Sequence[Field]) -> dict[str, Any]:
        waiting: dict[str, Awaitable[Any]] = {
            each.key: self._graph.resolver.resolve(each, self._outcomes)
            for each in fields
            if isinstance(each, SubjectField)
        }
        answered: dict[str, Any] = {}
        if len(waiting) == 1:
            ((key, alone),) = waiting.items()
            answered[key] = await alone
        elif waiting:
            answered = dict(zip(waiting, await every(*waiting.values()), strict=True))
        data: dict[str, Any] = {}
        for each in fields:
            if isinstance(each, TypeName):
                data[each.key] = each.value
            elif isinstance(each, Local):
                data.update(await self._here(each))
            else:
                data[each.key] = answered[each.key]
        return data

    async def _here(self, asked: Local) -> Mapping[str, Any]:
        """Answer from the gateway itself, noting what went wrong."""
        told = await answered_here(self._graph, asked, self._question, self._held, self._noted, self._outcomes.now)
        self._outcomes.errors.extend(told.errors)
        self._own.append(told.here)
        return told.data

    def refuse(self, error: GatewayError) -> None:
        """Forget what was read: nothing is answered but this error."""
        self.data = None
        self._outcomes.errors = [((), error)]

    def errors(self) -> list[dict[str, Any]]:
        """Give the errors as GraphQL answers them, in the order of their fields: when a source answered is not told."""
        question = self._question
        for told in dict.fromkeys(str(each) for _, each in self._outcomes.errors if isinstance(each, ServiceError)):
            _LOG.warning("request %s: %s", question.request_id, told)
        return [
            to_graphql(self._reasoned(error), path or None, question.language, question.request_id)
            for path, error in self._in_order(self._outcomes.errors)
        ]

    def _in_order(self, errors: list[tuple[Path, GatewayError]]) -> list[tuple[Path, GatewayError]]:
        """Sort by root field, then by the subject's place in its list."""
        if len(errors) < _SEVERAL:
            return errors
        place = {each.key: n for n, each in enumerate(self._fields)}

        def standing(told: tuple[Path, GatewayError]) -> tuple[int, int]:
            path = told[0]
            second = path[1] if len(path) > 1 else -1
            return place.get(str(path[0]), -1) if path else -1, second if isinstance(second, int) else -1

        return sorted(errors, key=standing)

    def _reasoned(self, error: GatewayError) -> GatewayError:
        """Say why what was sent as a purpose is none, where a purpose is what is missing."""
        question = self._question
        if not isinstance(error, PurposeRequired):
            return error
        if question.purpose_problem is not None:
            return error.because(question.purpose_problem.said)
        return error if question.purpose is None else error.because(self._unfitting(question.purpose))

    def _unfitting(self, purpose: Purpose) -> Text:
        """Say that a purpose is none of the caller's duties, and which are."""
        fitting = self._eyes.purposes()
        english, chinese = ", ".join(fitting) or "none", "、".join(fitting) or "无"
        return Text(f"{purpose.code} is not among yours: {english}", f"{purpose.code} 不在可用目的之列：{chinese}")

    def sources(self) -> list[dict[str, Any]]:
        """Give who was asked, whether it was reached, and of when what it said is."""
        return sources_of(self._outcomes.sources)

    def cost(self) -> dict[str, int]:
        """Give what the operation amounted to."""
        told = self._outcomes.told
        fetches = sum(len(each.plan.fetches) for each in told if each.plan)
        estimated = self._operation.cost.nodes if self._operation else 0
        return {"estimated": estimated, "subjects": len(told), "fetches": fetches}

    def entry(self, head: bytes, *, refused: bool) -> Entry:
        """Give the entry of the answer, with one line a subject (R19.2)."""
        told, refused = self.data is not None, refused or self._root_lost
        paper_of = None if self._held is NOTHING_HELD else self._eyes.rests_on
        dry_run = self._question.dry_run
        findings = findings_of(
            self._outcomes, told=told, refused=refused, dry_run=dry_run, paper_of=paper_of, here=self._own
        )
        papers = self._question.papers
        if paper_of is not None:
            papers = (*papers, *(line.paper for line in findings.subjects if line.paper))
        if not self._noted.read:
            return entry_of(self._question, self._operation, findings, head, papers)
        known = {line.subject_id for line in findings.subjects}
        lines = self._noted.lines(known, Outcome.DISCLOSED if told else findings.outcome)
        findings = findings._replace(subjects=(*findings.subjects, *lines))
        entry = entry_of(self._question, self._operation, findings, head, papers)
        return entry._replace(kind=AUDIT_READ, inspected={"read": self._noted.read})

    def timings(self) -> Sequence[Timing]:
        """Give how each fetch went."""
        return self._outcomes.timings
