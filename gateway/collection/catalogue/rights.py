"""Who proposes, reviews, approves and publishes a version: agency, centre, supervisor (Art. 5, 26; R5.1, AMB-39).

Pure. Nobody reviews what they proposed, and a third person approves: the centre cannot approve its own change.
"""

from gateway.access.callers import Caller
from gateway.access.papers.rights import ORGANS
from gateway.collection.catalogue.procedure import BASIS
from gateway.collection.catalogue.version import KeptVersion
from gateway.errors import Forbidden, Text
from schema.disclosure import OrganizationKind, Role

__all__ = ["approve", "propose", "publish", "reads_all", "review"]


def propose(caller: Caller) -> None:
    """Refuse whoever may not propose a version: an agency's officer, or an operator of the centre does.

    Raises:
        Forbidden: saying who may.

    """
    officer = caller.organisation_kind in ORGANS and Role.OFFICER in caller.roles
    if not (officer or _is(caller, Role.OPERATOR, OrganizationKind.CREDIT_CENTRE)):
        raise Forbidden(
            Text(
                "an agency's officer or an operator of the centre proposes a version",
                "目录变更由有关单位工作人员或信用中心经办人员提出",
            ),
            legal_basis=BASIS,
        )


def review(caller: Caller, version: KeptVersion) -> None:
    """Refuse whoever may not review a version: an approver of the centre does, who did not propose it.

    Raises:
        Forbidden: saying who may.

    """
    if not _is(caller, Role.APPROVER, OrganizationKind.CREDIT_CENTRE):
        raise Forbidden(
            Text("an approver of the centre reviews a version", "目录变更由信用中心审核"), legal_basis=BASIS
        )
    _another(caller, version.proposed_by)


def approve(caller: Caller, version: KeptVersion) -> None:
    """Refuse whoever may not approve a version: the supervisor does, a third person.

    Raises:
        Forbidden: saying who may.

    """
    if not _is(caller, Role.SUPERVISOR, OrganizationKind.SUPERVISOR):
        raise Forbidden(Text("the supervisor approves a version", "目录变更由监督部门批准"), legal_basis=BASIS)
    _another(caller, version.proposed_by, version.reviewed_by)


def publish(caller: Caller) -> None:
    """Refuse whoever may not publish what was approved: the centre does, which keeps the catalogue.

    Raises:
        Forbidden: saying who may.

    """
    centre = OrganizationKind.CREDIT_CENTRE
    if not (_is(caller, Role.OPERATOR, centre) or _is(caller, Role.APPROVER, centre)):
        raise Forbidden(Text("the centre publishes what was approved", "目录由信用中心发布"), legal_basis=BASIS)


def reads_all(caller: Caller) -> bool:
    """Say whether *caller* may see versions on their way: staff and agencies; what is published is for everybody."""
    house = (OrganizationKind.CREDIT_CENTRE, OrganizationKind.SUPERVISOR)
    return bool(caller.roles) and (caller.organisation_kind in ORGANS or caller.organisation_kind in house)


def _another(caller: Caller, *before: str | None) -> None:
    if caller.person in before:
        raise Forbidden(
            Text("different persons propose, review and approve", "提出、审核、批准须为不同人员"), legal_basis=BASIS
        )


def _is(caller: Caller, role: Role, kind: OrganizationKind) -> bool:
    return role in caller.roles and caller.organisation_kind is kind
