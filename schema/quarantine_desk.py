"""The desk of quarantine: the graph's questions and mutations, and who carries them out (Art. 9; R9.4)."""

from typing import Annotated, Protocol

import strawberry
from strawberry import UNSET

from schema.context import Context
from schema.desk import UserError
from schema.quarantine import QuarantineConnection, QuarantineDecision, QuarantinedRow, QuarantineState

__all__ = ["QuarantineDesk", "QuarantineMutation", "QuarantinePayload", "quarantine", "quarantined"]

_Id = Annotated[strawberry.ID, strawberry.argument(name="id")]
_FIRST = 20


@strawberry.type(description="A held row after what was done to it, or why nothing was")
class QuarantinePayload:
    """Where ``errors`` is not empty nothing was done, and there is no row."""

    quarantined: QuarantinedRow | None
    errors: list[UserError]


class QuarantineDesk(Protocol):
    """What one caller may do with held rows, at one moment.

    What the caller can mend stands in the payload's ``errors``; every method raises what it cannot: Forbidden,
    NoSuchRow, StateConflict, CollectionUnavailable.
    """

    async def propose(self, row_id: str, decision: QuarantineDecision, reason: str) -> QuarantinePayload:
        """Propose what is to become of a row."""
        ...

    async def decide(self, row_id: str, decision: QuarantineDecision, reason: str) -> QuarantinePayload:
        """Decide it; the row is taken in or refused, and deleted here."""
        ...

    async def quarantined(self, row_id: str) -> QuarantinedRow | None:
        """Give a row, None where there is none that the caller may see."""
        ...

    async def quarantine(
        self, state: QuarantineState | None, provider: str | None, page: tuple[int, str | None]
    ) -> QuarantineConnection:
        """Give a page (how many, after which cursor) of the rows that the caller may see, newest first."""
        ...


def _desk(info: strawberry.Info) -> QuarantineDesk:
    context: Context = info.context
    return context.quarantine


async def quarantined(info: strawberry.Info, row_id: _Id) -> QuarantinedRow | None:
    """Give one row."""
    return await _desk(info).quarantined(row_id)


async def quarantine(
    info: strawberry.Info,
    state: QuarantineState | None = UNSET,
    provider: str | None = UNSET,
    first: int | None = _FIRST,
    after: str | None = UNSET,
) -> QuarantineConnection:
    """Give a page of rows."""
    page = (_FIRST if first is None else first, after or None)
    return await _desk(info).quarantine(state or None, provider or None, page)


async def _propose(info: strawberry.Info, row_id: _Id, decision: QuarantineDecision, reason: str) -> QuarantinePayload:
    return await _desk(info).propose(row_id, decision, reason)


async def _decide(info: strawberry.Info, row_id: _Id, decision: QuarantineDecision, reason: str) -> QuarantinePayload:
    return await _desk(info).decide(row_id, decision, reason)


@strawberry.type(description="The steps of held rows")
class QuarantineMutation:
    """Two persons: one proposes, another decides (R14.2)."""

    propose_quarantine_decision: QuarantinePayload | None = strawberry.field(
        resolver=_propose, description="Propose to release or to refuse a held row: an operator of the centre (Art. 9)"
    )
    decide_quarantine: QuarantinePayload | None = strawberry.field(
        resolver=_decide,
        description="Release or refuse a held row, which is deleted here: an approver or the security administrator",
    )
