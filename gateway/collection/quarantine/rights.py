"""Who may propose on, decide on and see which held row (Art. 5, 9; R14.2).

Pure: a caller and a row in, silence or a refusal out. Nobody decides on what they proposed.
"""

from typing import Final

from gateway.access.callers import Caller
from gateway.access.papers.rights import ORGANS
from gateway.collection.quarantine.held import Held
from gateway.collection.quarantine.procedure import BASIS
from gateway.errors import Forbidden, Text
from schema.disclosure import OrganizationKind, Role

__all__ = ["decide", "is_reviewer", "may_list", "of_agency", "propose"]

_DECIDERS: Final = frozenset({Role.APPROVER, Role.SECURITY})
_REVIEWERS: Final = _DECIDERS | {Role.OPERATOR}
_REPORTERS: Final = frozenset({Role.REPORTER, Role.OFFICER})


def propose(caller: Caller) -> None:
    """Refuse whoever may not propose.

    Raises:
        Forbidden: saying who may.

    """
    if not _of_centre(caller, frozenset({Role.OPERATOR})):
        said = Text("an operator of the credit centre proposes", "由信用中心操作人员提出处理意见")
        raise Forbidden(said, legal_basis=BASIS)


def decide(caller: Caller, held: Held) -> None:
    """Refuse whoever may not decide, and who made the proposal.

    Raises:
        Forbidden: saying who may.

    """
    if not _of_centre(caller, _DECIDERS):
        said = Text(
            "an approver or the security administrator of the credit centre decides",
            "由信用中心审核人员或安全管理员决定",
        )
        raise Forbidden(said, legal_basis=BASIS)
    if held.proposal is not None and held.proposal.person == caller.person:
        raise Forbidden(Text("nobody decides on one's own proposal", "提出人不得自行决定"), legal_basis=BASIS)


def is_reviewer(caller: Caller) -> bool:
    """Say whether *caller* may read what a held row says."""
    return _of_centre(caller, _REVIEWERS)


def of_agency(caller: Caller) -> bool:
    """Say whether *caller* reports for an agency, and so sees what became of its own rows."""
    return caller.organisation_kind in ORGANS and bool(caller.roles & _REPORTERS) and caller.organisation is not None


def may_list(caller: Caller, held: Held) -> bool:
    """Say whether *caller* may know of a held row."""
    return is_reviewer(caller) or (of_agency(caller) and caller.organisation == held.provider)


def _of_centre(caller: Caller, roles: frozenset[Role]) -> bool:
    return caller.organisation_kind is OrganizationKind.CREDIT_CENTRE and bool(caller.roles & roles)
