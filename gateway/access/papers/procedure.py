"""How papers and grants go from state to state: two tables, the clock, and nothing else (Art. 18).

Expired, exhausted and active are never written down: they are reckoned from the last day, the uses and today, so that
a paper ends on its day though nobody looks.
"""

import enum
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from gateway.errors import StateConflict, Text
from schema.disclosure import LegalBasis
from schema.papers import GrantState, PaperKind, PaperState

__all__ = [
    "GRANTS",
    "GRANT_BASIS",
    "PAPERS",
    "GrantStep",
    "PaperStep",
    "basis_of",
    "grant_state_at",
    "grant_step",
    "paper_state_at",
    "paper_step",
]


class PaperStep(enum.StrEnum):
    """What somebody does to a paper."""

    SUBMIT = "SUBMIT"
    ACCEPT = "ACCEPT"
    REJECT = "REJECT"
    REVOKE = "REVOKE"


class GrantStep(enum.StrEnum):
    """What somebody does to a grant."""

    REVIEW = "REVIEW"
    REFUSE_REVIEW = "REFUSE_REVIEW"
    APPROVE = "APPROVE"
    REFUSE_APPROVAL = "REFUSE_APPROVAL"
    WITHDRAW = "WITHDRAW"


PAPERS: Final[Mapping[tuple[PaperState, PaperStep], PaperState]] = MappingProxyType(
    {
        (PaperState.DRAFT, PaperStep.SUBMIT): PaperState.SUBMITTED,
        (PaperState.SUBMITTED, PaperStep.ACCEPT): PaperState.ACCEPTED,
        (PaperState.SUBMITTED, PaperStep.REJECT): PaperState.REJECTED,
        (PaperState.ACCEPTED, PaperStep.REVOKE): PaperState.REVOKED,
    }
)
"""Every step of a paper that there is; no step leads back."""

GRANTS: Final[Mapping[tuple[GrantState, GrantStep], GrantState]] = MappingProxyType(
    {
        (GrantState.PROPOSED, GrantStep.REVIEW): GrantState.REVIEWED,
        (GrantState.PROPOSED, GrantStep.REFUSE_REVIEW): GrantState.WITHDRAWN,
        (GrantState.REVIEWED, GrantStep.APPROVE): GrantState.APPROVED,
        (GrantState.REVIEWED, GrantStep.REFUSE_APPROVAL): GrantState.WITHDRAWN,
        (GrantState.PROPOSED, GrantStep.WITHDRAW): GrantState.WITHDRAWN,
        (GrantState.REVIEWED, GrantStep.WITHDRAW): GrantState.WITHDRAWN,
        (GrantState.APPROVED, GrantStep.WITHDRAW): GrantState.WITHDRAWN,
        (GrantState.ACTIVE, GrantStep.WITHDRAW): GrantState.WITHDRAWN,
    }
)
"""Every step of a grant that there is; a grant that is refused is withdrawn."""

GRANT_BASIS: Final = LegalBasis("15", paragraph="1", item="3")
_BASES: Final[Mapping[PaperKind, LegalBasis]] = {
    PaperKind.COLLECTION_CONSENT: LegalBasis("9", item="3"),
    PaperKind.RECOGNITION: LegalBasis("15", paragraph="1", item="2"),
}
_QUERIES: Final = LegalBasis("18")


def basis_of(kind: PaperKind) -> LegalBasis:
    """Give the article on which a kind of paper rests (Art. 9(3), 15, 18).

    >>> basis_of(PaperKind.AUTHORISATION).article
    '18'
    """
    return _BASES.get(kind, _QUERIES)


def paper_state_at(decided: PaperState, valid_to: date | None, today: date, *, used_up: bool) -> PaperState:
    """Give a paper's state on a day: an accepted one ends with its last use or its last day (R18.6).

    >>> paper_state_at(PaperState.ACCEPTED, date(2026, 11, 1), date(2026, 11, 2), used_up=False).value
    'EXPIRED'
    """
    if decided is not PaperState.ACCEPTED:
        return decided
    if used_up:  # a use comes before the last day, so that a used-up paper stays one
        return PaperState.EXHAUSTED
    return PaperState.EXPIRED if valid_to is not None and valid_to < today else PaperState.ACCEPTED


def grant_state_at(decided: GrantState, valid_from: date, valid_to: date, today: date) -> GrantState:
    """Give a grant's state on a day: an approved one is active from its first day through its last (R15.5).

    >>> grant_state_at(GrantState.APPROVED, date(2026, 11, 2), date(2026, 12, 1), date(2026, 11, 2)).value
    'ACTIVE'
    """
    if decided is not GrantState.APPROVED or today < valid_from:
        return decided
    return GrantState.EXPIRED if valid_to < today else GrantState.ACTIVE


def paper_step(state: PaperState, step: PaperStep, kind: PaperKind) -> PaperState:
    """Give the state to which a step leads (R18.6).

    Raises:
        StateConflict: there is no such step from the present state, which the error names.

    """
    to = PAPERS.get((state, step))
    if to is None:
        raise StateConflict(state.value, _at(state.value), legal_basis=basis_of(kind))
    return to


def grant_step(state: GrantState, step: GrantStep) -> GrantState:
    """Give the state to which a step leads (R15.5).

    Raises:
        StateConflict: there is no such step from the present state, which the error names.

    """
    to = GRANTS.get((state, step))
    if to is None:
        raise StateConflict(state.value, _at(state.value), legal_basis=GRANT_BASIS)
    return to


def _at(state: str) -> Text:
    return Text(f"it is {state}", f"当前状态为 {state}")
