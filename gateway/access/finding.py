"""Whether a natural person may be found at all, and who reads how often a subject was queried (R15.7, Art. 19)."""

from collections.abc import Mapping
from typing import Final

from gateway.access.callers import Caller
from gateway.access.held import Held
from gateway.access.matrix import Requester
from gateway.access.standings import Look
from schema.disclosure import Decision, LegalBasis, OrganizationKind, Paper, Role, Standing

__all__ = ["FINDING_REASONS", "beyond_papers", "may_find_individual", "may_inspect", "may_read_query_count"]


def may_find_individual(look: Look) -> Decision:
    """Decide whether an individual may be found by number and name (R15.7).

    By itself, by an officer of an organ on duty, or with a cited paper that lists it; the last two for a purpose.
    """
    sight = look.sight
    if sight.requester is Requester.SUBJECT:
        return _ITSELF
    if look.refusal is not None:
        return _NOT_LISTED
    if look.paper is not None:
        return _ON_PAPER if sight.purpose_fits else _WITHOUT_PURPOSE
    if sight.requester is not Requester.ORGAN:
        return _NOT_FOUND_BY.get(sight.requester, _NOT)
    return _ON_DUTY if sight.purpose_fits else _WITHOUT_PURPOSE


def beyond_papers(held: Held) -> Decision:
    """Give what is said of a subject that no cited paper reaches: which kind of paper would have to list it (Art. 18).

    >>> beyond_papers(Held()).missing_paper.value
    'AUTHORISATION'
    """
    return _IN_NO_LETTER if held.letters else _IN_NO_AUTHORISATION


def may_read_query_count(caller: Caller, standing: Standing) -> Decision:
    """Decide whether the cumulative query count is shown: to the subject itself and to auditors (Art. 19)."""
    if standing is Standing.SELF or Role.AUDITOR in caller.roles:
        return _COUNT_SHOWN
    return _COUNT_KEPT


def may_inspect(caller: Caller) -> Decision:
    """Decide whether the query log is shown as a whole: to auditors of the centre and of its supervisor (R19.12)."""
    kinds = OrganizationKind.CREDIT_CENTRE, OrganizationKind.SUPERVISOR
    return _LOG_SHOWN if Role.AUDITOR in caller.roles and caller.organisation_kind in kinds else _LOG_KEPT


_QUERY_LAW: Final = LegalBasis("18")
_ITSELF: Final = Decision(
    allowed=True, legal_basis=LegalBasis("15", paragraph="2"), reason="An individual finds itself"
)
_ON_DUTY: Final = Decision(
    allowed=True, legal_basis=LegalBasis("15", item="2"), reason="An organ finds individuals on duty, for a purpose"
)
_ON_PAPER: Final = Decision(
    allowed=True, legal_basis=_QUERY_LAW, reason="The paper cited lists the individual, and the purpose is its own"
)
_NOT_LISTED: Final = Decision(
    allowed=False, legal_basis=_QUERY_LAW, reason="No paper cited lists the individual for this purpose"
)
_IN_NO_LETTER: Final = Decision(
    allowed=False,
    legal_basis=_QUERY_LAW,
    reason="No letter cited lists the subject for this purpose",
    missing_paper=Paper.OFFICIAL_LETTER,
    out_of_scope=True,
)
_IN_NO_AUTHORISATION: Final = Decision(
    allowed=False,
    legal_basis=_QUERY_LAW,
    reason="No authorisation cited is the subject's for this purpose",
    missing_paper=Paper.AUTHORISATION,
    out_of_scope=True,
)
_WITHOUT_PURPOSE: Final = Decision(
    allowed=False,
    legal_basis=LegalBasis("19"),
    reason="Individuals are found by others for a purpose only",
    purpose_missing=True,
)
_WITHOUT_DOCUMENT: Final = Decision(
    allowed=False,
    legal_basis=_QUERY_LAW,
    reason="An individual finds itself with its valid identity document",
    missing_paper=Paper.IDENTITY_DOCUMENT,
)
_WITHOUT_LETTER: Final = Decision(
    allowed=False,
    legal_basis=_QUERY_LAW,
    reason="A judicial organ finds individuals with its official letter",
    missing_paper=Paper.OFFICIAL_LETTER,
)
_NOT: Final = Decision(
    allowed=False,
    legal_basis=_QUERY_LAW,
    reason="An individual is found by others with its written authorisation only",
    missing_paper=Paper.AUTHORISATION,
)
_NOT_FOUND_BY: Final[Mapping[Requester, Decision]] = {
    Requester.INDIVIDUAL_WITHOUT_DOCUMENT: _WITHOUT_DOCUMENT,
    Requester.JUDICIAL_ORGAN: _WITHOUT_LETTER,
}
_COUNT_SHOWN: Final = Decision(
    allowed=True, legal_basis=LegalBasis("19"), reason="The subject and auditors read how often it was queried"
)
_COUNT_KEPT: Final = Decision(
    allowed=False, legal_basis=LegalBasis("19"), reason="Only the subject and auditors read how often it was queried"
)
_LOG_SHOWN: Final = Decision(allowed=True, legal_basis=LegalBasis("19"), reason="Auditors read the query log")
_LOG_KEPT: Final = Decision(
    allowed=False,
    legal_basis=LegalBasis("19"),
    reason="Only auditors of the credit centre and of its supervisor read the query log",
)
FINDING_REASONS: Final[Mapping[str, str]] = {
    _ITSELF.reason: "个人可查询本人",
    _ON_DUTY.reason: "机关在履行职责过程中，可按查询事由查找个人",
    _ON_PAPER.reason: "所引用的材料列明该个人，且查询事由相符",
    _NOT_LISTED.reason: "所引用的材料未就此查询事由列明该个人",
    _IN_NO_LETTER.reason: "所引用的公函未就此查询事由列明该主体",
    _IN_NO_AUTHORISATION.reason: "所引用的授权并非该主体就此查询事由所出具",
    _WITHOUT_PURPOSE.reason: "查找他人须说明查询事由",
    _WITHOUT_DOCUMENT.reason: "个人查询本人须出具有效身份证件",
    _WITHOUT_LETTER.reason: "司法机关查找个人须出具本机关的正式函件",
    _NOT.reason: "查找他人须出具被查询人的书面授权",
    _COUNT_SHOWN.reason: "信息主体本人（本机构）和审计人员可查阅累计查询次数",
    _LOG_SHOWN.reason: "审计人员可查阅查询记录",
    _LOG_KEPT.reason: "查询记录仅供市信用中心及其主管部门的审计人员查阅",
    _COUNT_KEPT.reason: "累计查询次数仅供信息主体本人（本机构）和审计人员查阅",
}
"""The reasons of these decisions in the law's language."""
