"""The whole journey of one question, on one page: decide, then read, then record, then answer.

    Question -> operation -> variables -> plans and fetches -> data and errors -> entry -> Answer

No answer leaves without its durable entry (Art. 19, R19.8); that holds for refusals too.
"""

import functools
import time
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from graphql import GraphQLSchema, execute

from gateway.access.rules import fitting_purposes
from gateway.answer.beholder import CallersEyes
from gateway.answer.entry import entry_of
from gateway.answer.preflight import access_of
from gateway.answer.question import Answer, Question
from gateway.audit.entry import Entry, Receipt
from gateway.errors import (
    BadUserInput,
    GatewayError,
    InternalError,
    PaperInvalid,
    PurposeRequired,
    Text,
    to_graphql,
)
from gateway.federation.operations import Field, Local, Operation, Operations, SubjectField, TypeName
from gateway.federation.outcomes import Denials, Outcomes
from gateway.federation.plan import Path, SubjectPlan
from gateway.federation.resolve import Resolver, every
from gateway.federation.supergraph import day_of

__all__ = ["Desk", "Trail"]


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
    root_value: Callable[[Question], Any]
    recognised: Callable[[], Container[str]]
    receipt_key: bytes
    most_subjects: int = 100
    """How many subjects one ``subjects`` field may ask for (contract, section 5)."""
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
        now = time.time() + desk.today_offset_s
        self._outcomes = Outcomes(
            beholder=CallersEyes(question, desk.recognised()),
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
            purposes = sorted(fitting_purposes(question.caller.organisation_kind))
            self._extra["access"] = access_of(self._preflight(fields), purposes)
            return
        begun = time.perf_counter_ns()
        self._data = await self._resolve(fields)
        self._stages.append(("fetch", time.perf_counter_ns() - begun))

    def _check_subjects(self, fields: Sequence[Field]) -> None:
        """Refuse more than a hundred subjects before any is asked for."""
        for each in fields:
            if not isinstance(each, SubjectField) or each.name != "subjects":
                continue
            most = self._desk.most_subjects
            if len(each.arguments["by"](self._outcomes.variables)) > most:
                at_most = f"subjects: at most {most} at once", f"subjects：一次最多 {most} 个"
                raise BadUserInput(Text(*at_most))

    async def _resolve(self, fields: Sequence[Field]) -> dict[str, Any] | None:
        waiting: dict[str, Awaitable[Any]] = {
            each.key: self._desk.resolver.resolve(each, self._outcomes)
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
        return self._preflight(fields)

    def _preflight(self, fields: Sequence[Field]) -> list[tuple[Path, SubjectPlan]]:
        asked = [each for each in fields if isinstance(each, SubjectField)]
        return [place for each in asked for place in self._desk.resolver.preflight(each, self._outcomes)]

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
        told, failed = self._data is not None, self._refused is not None
        entry = entry_of(question, self._operation, outcomes, head, told=told, failed=failed)
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
                to_graphql(self._reasoned(error), path or None, question.language, question.request_id)
                for path, error in outcomes.errors
            ]
        answer["extensions"] = {"xinyong": {"sources": self._sources(), "cost": self._cost(), **self._extra}}
        return orjson.dumps(answer)[:-3]

    def _reasoned(self, error: GatewayError) -> GatewayError:
        """Say why what was sent as a purpose is none, where a purpose is what is missing."""
        problem = self._question.purpose_problem
        return error.because(problem.said) if problem and isinstance(error, PurposeRequired) else error

    def _sources(self) -> list[dict[str, Any]]:
        return [
            {"connector": agency, "reached": reached, "asOf": _instant(as_of)}
            for agency, (reached, as_of) in self._outcomes.sources.items()
        ]

    def _cost(self) -> dict[str, int]:
        fetches = sum(len(told.plan.fetches) for told in self._outcomes.told if told.plan)
        estimated = self._operation.cost.nodes if self._operation else 0
        return {"estimated": estimated, "subjects": len(self._outcomes.told), "fetches": fetches}


def _instant(seconds: float | None) -> str | None:
    return None if seconds is None else _written(int(seconds))


@functools.lru_cache(maxsize=256)
def _written(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
