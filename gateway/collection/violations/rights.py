"""Who may open, find, decide, close and read which case (Art. 5, 25; R14.2, R25.1, R25.2).

Pure: a caller and a case in, silence or a refusal out. Nobody decides on one's own organisation, or finds what one
opened.
"""

from typing import Final

from gateway.access.callers import Caller
from gateway.access.papers.rights import ORGANS, is_staff
from gateway.collection.violations.case import Case
from gateway.errors import Forbidden, Text
from schema.disclosure import LegalBasis, OrganizationKind, Role
from schema.violations import ViolationMeasure

__all__ = ["close", "decide", "find", "is_alleged", "may_read", "open_case", "reads_rules"]

_BASIS: Final = LegalBasis("25")
_OF_AGENCY: Final = frozenset({Role.OFFICER, Role.REPORTER})


def open_case(caller: Caller) -> None:
    """Refuse whoever may not open a case: an approver, an auditor of the centre or the supervisor do.

    Raises:
        Forbidden: saying who may.

    """
    if not (_approves(caller) or _audits(caller) or _supervises(caller)):
        raise Forbidden(
            Text(
                "an approver or an auditor of the centre, or the supervisor, opens a case",
                "违规案件由信用中心审核、审计人员或监督部门提出",
            ),
            legal_basis=_BASIS,
        )


def find(caller: Caller, case: Case) -> None:
    """Refuse whoever may not say whether there was a violation.

    Raises:
        Forbidden: saying who may.

    """
    _decides(caller, case)
    if caller.person == case.opened_by:
        raise Forbidden(Text("who opened a case does not find on it", "提出人不得自行认定"), legal_basis=_BASIS)


def decide(caller: Caller, case: Case, measure: ViolationMeasure) -> None:
    """Refuse whoever may not decide what follows: all but a correction is the supervisor's.

    Raises:
        Forbidden: saying who may.

    """
    _decides(caller, case)
    if measure is not ViolationMeasure.CORRECTION_ORDERED and not _supervises(caller):
        raise Forbidden(
            Text("the supervisor decides on all but an order to correct", "责令改正以外的处理由监督部门决定"),
            legal_basis=_BASIS,
        )


def close(caller: Caller, case: Case) -> None:
    """Refuse whoever may not close a case.

    Raises:
        Forbidden: saying who may.

    """
    _decides(caller, case)


def may_read(caller: Caller, case: Case) -> bool:
    """Say whether *caller* may know of a case: staff of all, an agency's own people of those against it (R25.2)."""
    return not caller.is_public and (is_staff(caller) or (is_alleged(caller) and case.agency == caller.organisation))


def is_alleged(caller: Caller) -> bool:
    """Say whether *caller* speaks for an agency against which there may be cases."""
    return caller.organisation_kind in ORGANS and bool(caller.roles & _OF_AGENCY) and caller.organisation is not None


def reads_rules(caller: Caller, case: Case) -> bool:
    """Say whether *caller* may know by which rule a case was found: not the alleged, an auditor always (R25.2)."""
    return is_staff(caller) and (_audits(caller) or _supervises(caller) or caller.organisation != case.agency)


def _decides(caller: Caller, case: Case) -> None:
    if not (_approves(caller) or _supervises(caller)):
        raise Forbidden(
            Text(
                "an approver of the centre or the supervisor decides on cases",
                "违规案件由信用中心审核人员或监督部门处理",
            ),
            legal_basis=_BASIS,
        )
    if caller.organisation == case.agency:
        raise Forbidden(
            Text("nobody decides on one's own organisation", "不得处理涉及本单位的案件"), legal_basis=_BASIS
        )


def _approves(caller: Caller) -> bool:
    return _is(caller, Role.APPROVER, OrganizationKind.CREDIT_CENTRE)


def _audits(caller: Caller) -> bool:
    return _is(caller, Role.AUDITOR, OrganizationKind.CREDIT_CENTRE)


def _supervises(caller: Caller) -> bool:
    return _is(caller, Role.SUPERVISOR, OrganizationKind.SUPERVISOR)


def _is(caller: Caller, role: Role, kind: OrganizationKind) -> bool:
    return role in caller.roles and caller.organisation_kind is kind
