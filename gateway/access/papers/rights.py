"""Who may present, review, revoke and read which paper; who may propose, review and approve a grant (Art. 5, 10, 18).

Pure: a caller and a paper in, silence or a refusal out. Nobody reviews what they presented.
"""

from typing import Final

from gateway.access.callers import Caller
from gateway.access.papers.paper import FOR_ONESELF, KeptGrant, KeptPaper
from gateway.access.papers.procedure import GRANT_BASIS, basis_of
from gateway.errors import Forbidden, Text
from schema.disclosure import OrganizationKind, Role
from schema.papers import PaperKind

__all__ = [
    "ORGANS",
    "approve_grant",
    "is_staff",
    "is_window",
    "may_read",
    "present",
    "propose_grant",
    "review",
    "review_grant",
    "revoke",
    "send_file",
    "withdraw_grant",
]

ORGANS: Final = frozenset(
    {OrganizationKind.ADMINISTRATIVE, OrganizationKind.JUDICIAL, OrganizationKind.AUTHORISED_PUBLIC_BODY}
)
_OF_ORGANISATIONS: Final = frozenset({PaperKind.AUTHORISATION, PaperKind.RECOGNITION, PaperKind.COLLECTION_CONSENT})
"""Kinds that all of the organisation may know of; a letter is its handlers'."""


def send_file(caller: Caller) -> None:
    """Refuse a file of evidence that comes from nobody.

    Raises:
        Forbidden: nobody said who sends it.

    """
    if caller.is_public:
        raise Forbidden(Text("say first who you are, with a token", "请先以令牌表明身份"))


def is_window(caller: Caller) -> bool:
    """Say whether *caller* is an operator of the centre, who takes papers in for others at the window (R16.1)."""
    return _is(caller, Role.OPERATOR, OrganizationKind.CREDIT_CENTRE)


def is_staff(caller: Caller) -> bool:
    """Say whether *caller* works for the centre or the supervisor, and reads all papers (R5.1)."""
    centre = OrganizationKind.CREDIT_CENTRE
    return any(_is(caller, role, centre) for role in (Role.OPERATOR, Role.APPROVER, Role.AUDITOR)) or _supervises(
        caller
    )


def present(caller: Caller, kind: PaperKind) -> None:
    """Refuse whoever may not present a paper of *kind* (Art. 9(3), 15, 18).

    Raises:
        Forbidden: saying who may.

    """
    basis = basis_of(kind)
    if caller.is_public:
        raise Forbidden(Text("say first who you are, with a token", "请先以令牌表明身份"), legal_basis=basis)
    if kind is PaperKind.RECOGNITION:
        if not _supervises(caller):
            raise Forbidden(
                Text("the supervisor alone recognises credit services", "信用服务机构由监督部门认定"), legal_basis=basis
            )
    elif is_window(caller) or kind in FOR_ONESELF or kind is PaperKind.AUTHORISATION:
        return
    elif kind is PaperKind.OFFICIAL_LETTER and not _of_organ(caller, Role.OFFICER):
        raise Forbidden(Text("an officer presents the letter of its own organ", "正式函件由本机关工作人员提交"))
    elif kind is PaperKind.COLLECTION_CONSENT and not _of_organ(caller, Role.OFFICER, Role.REPORTER):
        raise Forbidden(Text("the collecting agency presents a consent", "采集同意由采集单位提交"), legal_basis=basis)


def review(caller: Caller, paper: KeptPaper) -> None:
    """Refuse whoever may not review *paper*: an approver of the centre does, who did not present it (R14.2).

    Raises:
        Forbidden: it is no approver, or its own paper.

    """
    basis = basis_of(paper.written.kind)
    if not _is(caller, Role.APPROVER, OrganizationKind.CREDIT_CENTRE):
        raise Forbidden(
            Text("an approver of the credit centre reviews papers", "材料由信用中心审核人员审查"), legal_basis=basis
        )
    if caller.person == paper.presented_by or caller.person in paper.written.persons:
        raise Forbidden(Text("nobody reviews a paper of one's own", "不得审查本人提交或使用的材料"), legal_basis=basis)


def revoke(caller: Caller, paper: KeptPaper, own: frozenset[str]) -> None:
    """Refuse whoever may not revoke *paper*; *own* are the subjects that the caller is (R18.5).

    Raises:
        Forbidden: it is neither the subject, nor its presenter, nor its holder, nor staff who may.

    """
    concerned = caller.person == paper.presented_by or caller.person in paper.written.persons
    of_subject = any(each.id in own for each in paper.written.subjects)
    approver = _is(caller, Role.APPROVER, OrganizationKind.CREDIT_CENTRE)
    if not (concerned or of_subject or approver or _supervises(caller)):
        raise Forbidden(
            Text(
                "its subject, its presenter, its holder or the centre revoke a paper",
                "材料由主体、提交人、持有人或信用中心撤销",
            ),
            legal_basis=basis_of(paper.written.kind),
        )


def may_read(caller: Caller, paper: KeptPaper, own: frozenset[str]) -> bool:
    """Say whether *caller* may know of *paper*: one's own, those about oneself, and staff all."""
    if caller.is_public:
        return False
    return (
        is_staff(caller)
        or caller.person == paper.presented_by
        or caller.person in paper.written.persons
        or any(each.id in own for each in paper.written.subjects)
        or serves_organisation(caller, paper)
    )


def serves_organisation(caller: Caller, paper: KeptPaper) -> bool:
    """Say whether *paper* serves the caller's organisation as a whole."""
    mine = caller.organisation is not None and caller.organisation == paper.written.organisation
    return mine and paper.written.kind in _OF_ORGANISATIONS


def propose_grant(caller: Caller) -> None:
    """Refuse whoever may not propose a grant: one's own agency, or credit service, asks (R15.5).

    Raises:
        Forbidden: saying who may.

    """
    service = caller.organisation_kind is OrganizationKind.CREDIT_SERVICE and Role.OFFICER in caller.roles
    if caller.organisation is None or not (service or _of_organ(caller, Role.OFFICER, Role.REPORTER)):
        raise Forbidden(
            Text("an officer proposes a grant for its own agency", "授权申请由本单位工作人员提出"),
            legal_basis=GRANT_BASIS,
        )


def review_grant(caller: Caller, grant: KeptGrant) -> None:
    """Refuse whoever may not review a grant: an approver of the centre, who did not propose it.

    Raises:
        Forbidden: saying who may.

    """
    if not _is(caller, Role.APPROVER, OrganizationKind.CREDIT_CENTRE):
        raise Forbidden(
            Text("an approver of the credit centre reviews grants", "授权申请由信用中心审核人员审查"),
            legal_basis=GRANT_BASIS,
        )
    _another(caller, grant.proposed_by)


def approve_grant(caller: Caller, grant: KeptGrant) -> None:
    """Refuse whoever may not approve a grant: the supervisor, a third person (Art. 15(1)).

    Raises:
        Forbidden: saying who may.

    """
    if not _supervises(caller):
        raise Forbidden(Text("the supervisor approves grants", "授权由监督部门批准"), legal_basis=GRANT_BASIS)
    _another(caller, grant.proposed_by, grant.reviewed_by)


def withdraw_grant(caller: Caller, grant: KeptGrant) -> None:
    """Refuse whoever may not withdraw a grant: its own agency's officer, the supervisor.

    Raises:
        Forbidden: saying who may.

    """
    own = caller.organisation == grant.written.agency and bool(caller.roles & {Role.OFFICER, Role.REPORTER})
    if not (own or _supervises(caller)):
        raise Forbidden(
            Text("its own agency or the supervisor withdraw a grant", "授权由本单位或监督部门撤回"),
            legal_basis=GRANT_BASIS,
        )


def _another(caller: Caller, *before: str | None) -> None:
    if caller.person in before:
        raise Forbidden(
            Text("three different persons propose, review and approve", "提出、审查、批准须为三名不同人员"),
            legal_basis=GRANT_BASIS,
        )


def _supervises(caller: Caller) -> bool:
    return _is(caller, Role.SUPERVISOR, OrganizationKind.SUPERVISOR)


def _of_organ(caller: Caller, *roles: Role) -> bool:
    return caller.organisation_kind in ORGANS and bool(caller.roles & set(roles))


def _is(caller: Caller, role: Role, kind: OrganizationKind) -> bool:
    return role in caller.roles and caller.organisation_kind is kind
