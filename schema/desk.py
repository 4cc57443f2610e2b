"""The desk at which papers are presented, reviewed and read: the graph's mutations, and who carries them out (Art. 18).

Whoever executes an operation hands the `PaperDesk` of its caller over in the context.
"""

from typing import Annotated, Protocol

import strawberry
from strawberry import UNSET

from schema.context import Context
from schema.papers import (
    Grant,
    GrantConnection,
    GrantState,
    LegalBasisEntry,
    Paper,
    PaperConnection,
    PaperKind,
    PaperState,
    ReviewDecision,
)
from schema.presented import GrantInput, PaperInput
from schema.references import SubjectRef

__all__ = ["GrantPayload", "Mutation", "PaperDesk", "PaperPayload", "UserError", "grants", "paper", "papers"]

_Id = Annotated[strawberry.ID, strawberry.argument(name="id")]


@strawberry.type(description="What the person can mend: said of each field, all at once")
class UserError:
    """One problem with what was sent; ``field`` is the way to the value in the arguments."""

    code: str
    message: str
    message_chinese: str
    field: list[str]
    legal_basis: LegalBasisEntry | None = None


@strawberry.type(description="A paper after what was done to it, or why nothing was")
class PaperPayload:
    """Where ``errors`` is not empty nothing was done, and there is no paper."""

    paper: Paper | None
    errors: list[UserError]


@strawberry.type(description="A grant after what was done to it, or why nothing was")
class GrantPayload:
    """Where ``errors`` is not empty nothing was done, and there is no grant."""

    grant: Grant | None
    errors: list[UserError]


class PaperDesk(Protocol):
    """What one caller may do with papers, at one moment.

    What the caller can mend stands in the payload's ``errors``; every method raises what it cannot: Forbidden,
    NotSubject, PaperInvalid, EvidenceRequired, StateConflict, PapersUnavailable.
    """

    async def present(self, given: PaperInput, *, draft: bool) -> PaperPayload:
        """Take a paper in."""
        ...

    async def submit(self, paper_id: str) -> PaperPayload:
        """Hand one's own draft in."""
        ...

    async def review(self, paper_id: str, decision: ReviewDecision, reason: str) -> PaperPayload:
        """Accept or reject a paper that another has presented."""
        ...

    async def revoke(self, paper_id: str, reason: str) -> PaperPayload:
        """End an accepted paper; it counts from the next operation on (R18.5)."""
        ...

    async def propose_grant(self, given: GrantInput) -> GrantPayload:
        """Ask for a grant."""
        ...

    async def review_grant(self, grant_id: str, decision: ReviewDecision, reason: str) -> GrantPayload:
        """Review a grant, for the centre."""
        ...

    async def approve_grant(self, grant_id: str, decision: ReviewDecision, reason: str) -> GrantPayload:
        """Approve a reviewed grant, for the supervisor."""
        ...

    async def withdraw_grant(self, grant_id: str, reason: str) -> GrantPayload:
        """End a grant."""
        ...

    async def paper(self, paper_id: str) -> Paper | None:
        """Give a paper, None where there is none that the caller may see."""
        ...

    async def papers(
        self, kind: PaperKind | None, state: PaperState | None, subject: SubjectRef | None, page: tuple[int, str | None]
    ) -> PaperConnection:
        """Give a page (how many, after which cursor) of the papers that the caller may see, newest first."""
        ...

    async def grants(
        self, state: GrantState | None, agency: str | None, page: tuple[int, str | None]
    ) -> GrantConnection:
        """Give a page of the grants that the caller may see, newest first."""
        ...


def _desk(info: strawberry.Info) -> PaperDesk:
    context: Context = info.context
    return context.papers


async def paper(info: strawberry.Info, paper_id: _Id) -> Paper | None:
    """Give one paper."""
    return await _desk(info).paper(paper_id)


async def papers(  # noqa: PLR0913, PLR0917 (the field's arguments)
    info: strawberry.Info,
    kind: PaperKind | None = UNSET,
    state: PaperState | None = UNSET,
    subject: SubjectRef | None = UNSET,
    first: int | None = 20,
    after: str | None = UNSET,
) -> PaperConnection:
    """Give a page of papers."""
    return await _desk(info).papers(kind or None, state or None, subject or None, _page(first, after))


async def grants(
    info: strawberry.Info,
    state: GrantState | None = UNSET,
    agency: str | None = UNSET,
    first: int | None = 20,
    after: str | None = UNSET,
) -> GrantConnection:
    """Give a page of grants."""
    return await _desk(info).grants(state or None, agency or None, _page(first, after))


def _page(first: int | None, after: str | None) -> tuple[int, str | None]:
    return 20 if first is None else first, after or None


async def _present(info: strawberry.Info, paper: PaperInput, draft: bool = False) -> PaperPayload:  # noqa: FBT001, FBT002 (the field's argument)
    return await _desk(info).present(paper, draft=draft)


async def _submit(info: strawberry.Info, paper_id: _Id) -> PaperPayload:
    return await _desk(info).submit(paper_id)


async def _review(info: strawberry.Info, paper_id: _Id, decision: ReviewDecision, reason: str) -> PaperPayload:
    return await _desk(info).review(paper_id, decision, reason)


async def _revoke(info: strawberry.Info, paper_id: _Id, reason: str) -> PaperPayload:
    return await _desk(info).revoke(paper_id, reason)


async def _propose(info: strawberry.Info, grant: GrantInput) -> GrantPayload:
    return await _desk(info).propose_grant(grant)


async def _review_grant(info: strawberry.Info, grant_id: _Id, decision: ReviewDecision, reason: str) -> GrantPayload:
    return await _desk(info).review_grant(grant_id, decision, reason)


async def _approve_grant(info: strawberry.Info, grant_id: _Id, decision: ReviewDecision, reason: str) -> GrantPayload:
    return await _desk(info).approve_grant(grant_id, decision, reason)


async def _withdraw_grant(info: strawberry.Info, grant_id: _Id, reason: str) -> GrantPayload:
    return await _desk(info).withdraw_grant(grant_id, reason)


@strawberry.type(description="What may be done")
class Mutation:
    """The steps of papers and of grants."""

    present_paper: PaperPayload | None = strawberry.field(
        resolver=_present, description="Present a paper (Art. 18); a draft is kept, and handed in later"
    )
    submit_paper: PaperPayload | None = strawberry.field(resolver=_submit, description="Hand a draft in (R18.6)")
    review_paper: PaperPayload | None = strawberry.field(
        resolver=_review, description="Accept or reject a paper: an approver of the centre who did not present it"
    )
    revoke_paper: PaperPayload | None = strawberry.field(
        resolver=_revoke, description="End an accepted paper, from the next operation on (R18.5)"
    )
    propose_grant: GrantPayload | None = strawberry.field(
        resolver=_propose, description="Propose a grant for one's agency (Art. 15(3))"
    )
    review_grant: GrantPayload | None = strawberry.field(
        resolver=_review_grant, description="Review a proposed grant: an approver of the centre"
    )
    approve_grant: GrantPayload | None = strawberry.field(
        resolver=_approve_grant, description="Approve a reviewed grant: the supervisor"
    )
    withdraw_grant: GrantPayload | None = strawberry.field(
        resolver=_withdraw_grant, description="End a grant, from the next operation on"
    )
