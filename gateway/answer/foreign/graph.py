"""A foreign graph: one that a city brought along, open to all, without tier or purpose, and recorded like any other.

A field that was lost always has an error with its path and code.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.subgraph import GraphqlSource
from gateway.answer.entry import entry_of
from gateway.answer.foreign.errors import note, told
from gateway.answer.foreign.explained import explained
from gateway.answer.foreign.findings import findings_of, seen_by
from gateway.answer.foreign.operation import ForeignOperations
from gateway.answer.question import Question
from gateway.answer.sources import sources_of
from gateway.audit.entry import Entry
from gateway.errors import BadUserInput, GatewayError, OutOfTime, to_graphql
from gateway.federation.execution import Federation, FieldError, Timing
from gateway.federation.operations import Operation
from schema.disclosure import Outcome

__all__ = ["ForeignGraph", "ForeignInquiry"]


@dataclass(frozen=True, slots=True, eq=False)
class ForeignGraph:
    """A foreign graph, with the rooms it needs."""

    operations: ForeignOperations
    federation: Federation
    deadline_s: float
    """For a whole operation, whatever its subgraphs do."""
    sources: Mapping[str, GraphqlSource] = field(default_factory=dict)

    def take_up(self, question: Question) -> "ForeignInquiry":
        """Take up one question; nothing is read yet."""
        return ForeignInquiry(self, question)

    async def ready(self) -> dict[str, bool]:
        """Say that the graph is there; a subgraph that is down does not make the gateway unready."""
        return {"graph": True}

    async def close(self) -> None:
        """Give back what the subgraphs' sources hold."""
        for source in self.sources.values():
            await source.close()


class ForeignInquiry:
    """One question to a foreign graph."""

    def __init__(self, graph: ForeignGraph, question: Question) -> None:
        """Start with nothing."""
        self._graph = graph
        self._question = question
        self._operation: Operation | None = None
        self._errors: list[dict[str, Any]] = []
        self._fetches: Sequence[Timing] = ()
        self.data: Mapping[str, Any] | None = None

    async def decide(self) -> None:
        """Read the document.

        Raises:
            ClientError: the question cannot be answered.

        """
        question = self._question
        operation = self._graph.operations.read(question.document, question.operation_name, by_get=question.by_get)
        operation.refuse_null(question.variables)
        self._operation = operation

    def explained(self) -> dict[str, Any]:
        """Give the plan: who would be asked for what, in which order.

        Raises:
            BadUserInput: a variable does not fit.
            InternalError: a field cannot be reached.

        """
        return {"plan": explained(self._graph.federation, self._decided, self._question.variables).tree}

    async def read(self) -> None:
        """Read from the subgraphs, each within its deadline, and all together within the operation's."""
        question, operation = self._question, self._decided
        # the parent of the subgraphs' own spans; an id that tells spans apart, not a secret
        headers = {**question.passed, "traceparent": f"00-{question.trace_id}-{random.getrandbits(64):016x}-01"}
        name, variables = operation.name, question.variables
        try:
            async with asyncio.timeout(self._graph.deadline_s):
                answer = await self._graph.federation.answer(operation.document, name, variables, headers)
        except TimeoutError as error:
            raise OutOfTime from error
        self._fetches = answer.fetches
        if answer.data is None and answer.errors and all(map(_is_about_variables, answer.errors)):
            raise BadUserInput("; ".join(each.message for each in answer.errors))
        self.data = answer.data
        if answer.errors:
            self._errors = [told(each, question) for each in answer.errors]
            note(answer.errors, question)

    @property
    def _decided(self) -> Operation:
        if self._operation is None:
            message = "it was not decided what is asked"
            raise RuntimeError(message)
        return self._operation

    def refuse(self, error: GatewayError) -> None:
        """Forget what was read: nothing is answered but this error."""
        self.data = None
        self._errors = [to_graphql(error, None, self._question.language, self._question.request_id)]

    def errors(self) -> list[dict[str, Any]]:
        """Give the errors as GraphQL answers them."""
        return self._errors

    def sources(self) -> list[dict[str, Any]]:
        """Give which subgraphs were asked, whether they were reached, and of when what they said is."""
        return sources_of(seen_by(self._fetches))

    def cost(self) -> dict[str, int]:
        """Give what the operation amounted to."""
        return {"estimated": self._operation.cost.nodes if self._operation else 0, "fetches": len(self._fetches)}

    def entry(self, head: bytes, *, refused: bool) -> Entry:
        """Give the entry of the answer."""
        codes = [str(each["extensions"]["code"]) for each in self._errors]
        findings = findings_of(self._fetches, codes, self._outcome(refused=refused))
        return entry_of(self._question, self._operation, findings, head)

    def _outcome(self, *, refused: bool) -> Outcome:
        if refused:
            return Outcome.FAILED
        if self._question.dry_run:
            return Outcome.DENIED
        return Outcome.FAILED if self.data is None else Outcome.DISCLOSED

    def timings(self) -> Sequence[Timing]:
        """Give how each request went."""
        return self._fetches


def _is_about_variables(error: FieldError) -> bool:
    """Say whether it was found before any subgraph was asked."""
    return error.subgraph is None and error.path is None and error.code == BadUserInput.code
