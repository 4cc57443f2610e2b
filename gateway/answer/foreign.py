"""The journey of a question to a foreign graph: open to all, with no tier and no purpose, and recorded like any other.

    Question -> operation -> variables -> the planner's fetches -> data and errors -> entry -> Answer

It is the journey of `gateway/answer/journey.py`; only where the graph comes from differs. No answer leaves without its
durable entry (Art. 19, R19.8), and a field that was lost always has an error with its path and code.
"""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.answer.foreign_entry import entry_of, sources_of, timings_of
from gateway.answer.foreign_errors import note, told
from gateway.answer.foreign_operation import ForeignOperation, ForeignOperations
from gateway.answer.foreign_plan import explained
from gateway.answer.journey import Trail
from gateway.answer.question import Answer, Question
from gateway.errors import BadUserInput, GatewayError, OutOfTime, to_graphql
from gateway.federation.execution import Federation, FieldError, RequestTiming
from schema.disclosure import Outcome

__all__ = ["ForeignDesk"]


@dataclass(frozen=True, slots=True, eq=False)
class ForeignDesk:
    """The desk at which questions to a foreign graph are answered."""

    operations: ForeignOperations
    federation: Federation
    trail: Trail
    receipt_key: bytes
    deadline_s: float
    """For a whole operation, whatever its subgraphs do."""

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
        return await journey.recorded()

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

    def __init__(self, desk: ForeignDesk, question: Question) -> None:
        self._desk = desk
        self._question = question
        self._found: ForeignOperation | None = None
        self._data: Mapping[str, Any] | None = None
        self._errors: list[dict[str, Any]] = []
        self._fetches: Sequence[RequestTiming] = ()
        self._refused: GatewayError | None = None
        self._extra: dict[str, Any] = {}
        self._stages: list[tuple[str, int]] = []

    async def go(self) -> None:
        """Decide and read."""
        question, desk = self._question, self._desk
        begun = time.perf_counter_ns()
        found = desk.operations.read(question.document, question.operation_name, by_get=question.by_get)
        self._found = found
        if question.dry_run:
            variables = desk.operations.coerced(found.operation, question.variables)
            self._extra["plan"] = explained(desk.federation, found, variables).tree
        else:
            desk.operations.check(found.operation, question.variables)
        self._stages.append(("plan", time.perf_counter_ns() - begun))
        if not question.dry_run:
            begun = time.perf_counter_ns()
            await self._ask(found)
            self._stages.append(("fetch", time.perf_counter_ns() - begun))

    async def _ask(self, found: ForeignOperation) -> None:
        """Read from the subgraphs, each within its deadline, and all together within the operation's."""
        question = self._question
        # the parent of the subgraphs' own spans; an id that tells spans apart, not a secret
        headers = {**question.passed, "traceparent": f"00-{question.trace_id}-{random.getrandbits(64):016x}-01"}
        name, variables = found.operation.name, question.variables
        try:
            async with asyncio.timeout(self._desk.deadline_s):
                answer = await self._desk.federation.answer(found.document, name, variables, headers)
        except TimeoutError as error:
            raise OutOfTime from error
        self._fetches = answer.fetches
        if answer.data is None and answer.errors and all(map(_is_about_variables, answer.errors)):
            raise BadUserInput("; ".join(each.message for each in answer.errors))
        self._data = answer.data
        if answer.errors:
            self._errors = [told(each, question) for each in answer.errors]
            note(answer.errors, question)

    # When it ends early

    def refuse(self, error: GatewayError) -> None:
        """Answer nothing but this error."""
        self._data = None
        self._refused = error
        self._errors = [to_graphql(error, None, self._question.language, self._question.request_id)]

    # Record, then answer

    async def recorded(self) -> Answer:
        """Make the entry durable, and only then give the answer."""
        question, fetches = self._question, self._fetches
        begun = time.perf_counter_ns()
        head = self._body()
        self._stages.append(("project", time.perf_counter_ns() - begun))
        begun = time.perf_counter_ns()
        codes = [str(each["extensions"]["code"]) for each in self._errors]
        operation = self._found.operation if self._found else None
        entry = entry_of(question, operation, fetches, codes, head=head, outcome=self._outcome())
        receipt = await self._desk.trail.append(entry)
        self._stages.append(("audit", time.perf_counter_ns() - begun))
        said = receipt.opaque(self._desk.receipt_key) if question.caller.is_public else str(receipt)
        body = b"".join((head, b',"receipt":"', said.encode(), b'"}}}'))
        status = self._refused.status if self._refused else 200
        return Answer(status, body, said, self._refused, tuple(self._stages), entry, timings_of(fetches))

    def _outcome(self) -> Outcome:
        if self._refused is not None:
            return Outcome.FAILED
        if self._question.dry_run:
            return Outcome.DENIED
        return Outcome.FAILED if self._data is None else Outcome.DISCLOSED

    def _body(self) -> bytes:
        """Write the answer up to the receipt, which is not known yet; its digest goes into the entry."""
        answer: dict[str, Any] = {}
        if self._refused is None:
            answer["data"] = self._data
        if self._errors:
            answer["errors"] = self._errors
        fetches = self._fetches
        estimated = self._found.operation.cost.nodes if self._found else 0
        cost = {"estimated": estimated, "fetches": len(fetches)}
        answer["extensions"] = {"xinyong": {"sources": sources_of(fetches), "cost": cost, **self._extra}}
        return orjson.dumps(answer)[:-3]


def _is_about_variables(error: FieldError) -> bool:
    """Say whether it was found before any subgraph was asked."""
    return error.subgraph is None and error.path is None and error.code == BadUserInput.code
