"""The desk of violation cases: the graph's questions and mutations, and who carries them out (Art. 25)."""

from typing import Annotated, Protocol

import strawberry
from strawberry import UNSET

from schema.context import Context
from schema.desk import UserError
from schema.violations import (
    Violation,
    ViolationConnection,
    ViolationFinding,
    ViolationInput,
    ViolationKind,
    ViolationMeasure,
    ViolationState,
)

__all__ = ["ViolationDesk", "ViolationMutation", "ViolationPayload", "violation", "violations"]

_Id = Annotated[strawberry.ID, strawberry.argument(name="id")]
_FIRST = 20


@strawberry.type(description="A case after what was done to it, or why nothing was")
class ViolationPayload:
    """Where ``errors`` is not empty nothing was done, and there is no case."""

    violation: Violation | None
    errors: list[UserError]


class ViolationDesk(Protocol):
    """What one caller may do with cases, at one moment.

    What the caller can mend stands in the payload's ``errors``; every method raises what it cannot: Forbidden,
    NoSuchCase, StateConflict, CasesUnavailable.
    """

    async def open(self, given: ViolationInput) -> ViolationPayload:
        """Open a case."""
        ...

    async def find(self, case_id: str, finding: ViolationFinding, reason: str) -> ViolationPayload:
        """Say whether there was a violation."""
        ...

    async def decide(self, case_id: str, measure: ViolationMeasure, document: str, reason: str) -> ViolationPayload:
        """Decide what follows from it."""
        ...

    async def close(self, case_id: str, reason: str) -> ViolationPayload:
        """Close a case whose measure was carried out."""
        ...

    async def violation(self, case_id: str) -> Violation | None:
        """Give a case, None where there is none that the caller may see."""
        ...

    async def violations(
        self,
        state: ViolationState | None,
        kind: ViolationKind | None,
        agency: str | None,
        page: tuple[int, str | None],
    ) -> ViolationConnection:
        """Give a page (how many, after which cursor) of the cases that the caller may see, newest first."""
        ...


def _desk(info: strawberry.Info) -> ViolationDesk:
    context: Context = info.context
    return context.violations


async def violation(info: strawberry.Info, case_id: _Id) -> Violation | None:
    """Give one case."""
    return await _desk(info).violation(case_id)


async def violations(  # noqa: PLR0913, PLR0917 (the field's arguments)
    info: strawberry.Info,
    state: ViolationState | None = UNSET,
    kind: ViolationKind | None = UNSET,
    agency: str | None = UNSET,
    first: int | None = _FIRST,
    after: str | None = UNSET,
) -> ViolationConnection:
    """Give a page of cases."""
    page = (_FIRST if first is None else first, after or None)
    return await _desk(info).violations(state or None, kind or None, agency or None, page)


async def _open(info: strawberry.Info, violation: ViolationInput) -> ViolationPayload:
    return await _desk(info).open(violation)


async def _find(info: strawberry.Info, case_id: _Id, finding: ViolationFinding, reason: str) -> ViolationPayload:
    return await _desk(info).find(case_id, finding, reason)


async def _decide(
    info: strawberry.Info, case_id: _Id, measure: ViolationMeasure, document: str, reason: str
) -> ViolationPayload:
    return await _desk(info).decide(case_id, measure, document, reason)


async def _close(info: strawberry.Info, case_id: _Id, reason: str) -> ViolationPayload:
    return await _desk(info).close(case_id, reason)


@strawberry.type(description="The steps of violation cases")
class ViolationMutation:
    """Decided by people, never by a rule (R25.1)."""

    open_violation: ViolationPayload | None = strawberry.field(
        resolver=_open, description="Open a case against an agency: an approver, an auditor or the supervisor (Art. 25)"
    )
    find_violation: ViolationPayload | None = strawberry.field(
        resolver=_find, description="Say whether there was a violation: an approver of the centre or the supervisor"
    )
    decide_violation: ViolationPayload | None = strawberry.field(
        resolver=_decide,
        description="Decide what follows: an approver may order a correction, all else is the supervisor's (Art. 25)",
    )
    close_violation: ViolationPayload | None = strawberry.field(
        resolver=_close, description="Close a case whose measure was carried out"
    )
