"""Who reads, signs, submits and records what (Art. 5, 13). Pure: a caller in, silence or a refusal out."""

from typing import Final

from gateway.access.callers import Caller
from gateway.access.papers.rights import ORGANS, is_staff
from gateway.errors import Forbidden, Text
from schema.disclosure import OrganizationKind, Role

__all__ = ["acknowledge", "is_of", "record_outcome", "sees_all", "sign_reminder", "submit_report"]

_AGENTS: Final = (Role.OFFICER, Role.REPORTER)


def sees_all(caller: Caller) -> bool:
    """Say whether *caller* is staff of the centre or its supervisor, and sees every agency's (R4.3, R5.2)."""
    return is_staff(caller)


def is_of(caller: Caller, agency: str) -> bool:
    """Say whether *caller* acts for an agency."""
    return caller.organisation_kind in ORGANS and caller.organisation == agency


def sign_reminder(caller: Caller) -> None:
    """Refuse whoever may not sign and send a reminder, give its draft up, or record its delivery (R13.2).

    Raises:
        Forbidden: an operator of the centre does.

    """
    if not _is(caller, OrganizationKind.CREDIT_CENTRE, Role.OPERATOR):
        raise Forbidden(Text("an operator of the credit centre reminds", "书面催报由信用中心经办人员签发"))


def acknowledge(caller: Caller, agency: str) -> None:
    """Refuse whoever may not say that a reminder was read.

    Raises:
        Forbidden: the agency's own people do.

    """
    if not (is_of(caller, agency) and caller.roles.intersection(_AGENTS)):
        raise Forbidden(Text("the agency itself says that it has read it", "由被催报单位签收"))


def submit_report(caller: Caller) -> None:
    """Refuse whoever may not submit a report, or give its draft up: another than who reminds (R14.2).

    Raises:
        Forbidden: an approver of the centre does.

    """
    if not _is(caller, OrganizationKind.CREDIT_CENTRE, Role.APPROVER):
        raise Forbidden(
            Text("an approver of the credit centre reports to the government", "报告由信用中心审核人员报送")
        )


def record_outcome(caller: Caller) -> None:
    """Refuse whoever may not record what the government decided (R13.3).

    Raises:
        Forbidden: the centre's approver or the supervisor does.

    """
    approver = _is(caller, OrganizationKind.CREDIT_CENTRE, Role.APPROVER)
    if not (approver or _is(caller, OrganizationKind.SUPERVISOR, Role.SUPERVISOR)):
        raise Forbidden(Text("the centre's approver or the supervisor records it", "由信用中心审核人员或监督部门登记"))


def _is(caller: Caller, kind: OrganizationKind, role: Role) -> bool:
    return role in caller.roles and caller.organisation_kind is kind
