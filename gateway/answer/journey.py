"""The whole journey of one question, on one page: decide, then read, then record, then answer.

    Question -> Inquiry: decided, then read -> data and errors -> entry -> Answer

It is the same for every graph; what differs is what a `Graph` makes of a question. No answer leaves without its durable
entry (Art. 19, R19.8); that holds for refusals too.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from gateway.answer.question import Answer, Question
from gateway.audit.entry import Entry, Receipt
from gateway.errors import GatewayError
from gateway.federation.execution.timing import Timing

__all__ = ["Desk", "Graph", "Inquiry", "Trail"]


class Trail(Protocol):
    """Where entries are kept."""

    async def append(self, entry: Entry) -> Receipt:
        """Make an entry durable."""
        ...


class Inquiry(Protocol):
    """One question under way on one graph."""

    @property
    def data(self) -> Mapping[str, Any] | None:
        """What was read, None where nothing may be answered."""
        ...

    async def decide(self) -> None:
        """Read the document, look at the caller's papers, and plan what is fetched.

        Raises:
            GatewayError: it cannot be answered; nothing was fetched.

        """
        ...

    def explained(self) -> dict[str, Any]:
        """Give what a dry run answers instead of data, as it stands in ``extensions.xinyong``."""
        ...

    async def read(self) -> None:
        """Fetch what was decided, and make data and errors of it.

        Raises:
            GatewayError: it cannot be answered at all.

        """
        ...

    def refuse(self, error: GatewayError) -> None:
        """Forget what was read: nothing is answered but this error."""
        ...

    def errors(self) -> Sequence[dict[str, Any]]:
        """Give the errors as GraphQL answers them."""
        ...

    def sources(self) -> list[dict[str, Any]]:
        """Give ``extensions.xinyong.sources``."""
        ...

    def cost(self) -> dict[str, int]:
        """Give ``extensions.xinyong.cost``."""
        ...

    def entry(self, head: bytes, *, refused: bool) -> Entry:
        """Give the entry of the answer, whose bytes up to the receipt are *head*."""
        ...

    def timings(self) -> Sequence[Timing]:
        """Give how each fetch went."""
        ...


class Graph(Protocol):
    """What questions are asked of: the credit graph, or one that a city brought along."""

    def take_up(self, question: Question) -> Inquiry:
        """Take up one question; nothing is read yet."""
        ...

    async def ready(self) -> dict[str, bool]:
        """Say of each part without which nothing can be answered whether it is there."""
        ...

    async def close(self) -> None:
        """Give everything back."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """The desk at which questions to one graph are answered."""

    graph: Graph
    trail: Trail
    receipt_key: bytes

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

    def __init__(self, desk: Desk, question: Question) -> None:
        self._desk = desk
        self._question = question
        self._inquiry = desk.graph.take_up(question)
        self._refused: GatewayError | None = None
        self._extra: dict[str, Any] = {}
        self._stages: list[tuple[str, int]] = []

    async def go(self) -> None:
        """Decide and read."""
        begun = time.perf_counter_ns()
        await self._inquiry.decide()
        if self._question.dry_run:
            self._extra = self._inquiry.explained()
        begun = self._passed("plan", begun)
        if not self._question.dry_run:
            await self._inquiry.read()
            self._passed("fetch", begun)

    def refuse(self, error: GatewayError) -> None:
        """Answer nothing but this error."""
        self._refused = error
        self._inquiry.refuse(error)

    async def recorded(self) -> Answer:
        """Make the entry durable, and only then give the answer."""
        desk, inquiry, refused = self._desk, self._inquiry, self._refused
        begun = time.perf_counter_ns()
        head = self._head()
        begun = self._passed("project", begun)
        entry = inquiry.entry(head, refused=refused is not None)
        receipt = await desk.trail.append(entry)
        self._passed("audit", begun)
        said = receipt.opaque(desk.receipt_key) if self._question.caller.is_public else str(receipt)
        body = b"".join((head, b',"receipt":"', said.encode(), b'"}}}'))
        status = refused.status if refused else 200
        return Answer(status, body, said, refused, tuple(self._stages), entry, inquiry.timings())

    def _head(self) -> bytes:
        """Write the answer up to the receipt, which is not known yet; its digest goes into the entry."""
        inquiry = self._inquiry
        answer: dict[str, Any] = {}
        if self._refused is None:
            answer["data"] = inquiry.data
        errors = inquiry.errors()
        if errors:
            answer["errors"] = errors
        answer["extensions"] = {"xinyong": {"sources": inquiry.sources(), "cost": inquiry.cost(), **self._extra}}
        return orjson.dumps(answer)[:-3]

    def _passed(self, stage: str, begun: int) -> int:
        """Note how long a stage took, and give the instant at which the next one begins."""
        now = time.perf_counter_ns()
        self._stages.append((stage, now - begun))
        return now
