"""Who may see what: one table of standing and tier, each row with its article and its reason (Art. 15, 18; R15.3)."""

import functools
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.access.callers import Caller, SubjectIdentifier
from gateway.access.matrix import ROWS, Opens, Requester, Row
from schema.disclosure import (
    Clearance,
    Decision,
    LegalBasis,
    OrganizationKind,
    Paper,
    Purpose,
    PurposeCode,
    Role,
    Standing,
)
from schema.tiers import Tier

__all__ = [
    "PUBLIC_FACTS",
    "CallerFacts",
    "clearance",
    "decide",
    "facts_of",
    "fits",
    "fitting_purposes",
    "in_chinese",
    "matrix",
    "may_find_individual",
    "may_read_query_count",
    "standing_towards",
]

_OF_ORGANS: Final = frozenset(PurposeCode) - {
    PurposeCode.CREDIT_SERVICE,
    PurposeCode.TRANSACTION,
    PurposeCode.ADJUDICATION,
    PurposeCode.SELF,
}
_FITTING: Final[Mapping[OrganizationKind, frozenset[PurposeCode]]] = {
    OrganizationKind.ADMINISTRATIVE: _OF_ORGANS,
    OrganizationKind.AUTHORISED_PUBLIC_BODY: _OF_ORGANS,
    OrganizationKind.JUDICIAL: frozenset(
        {PurposeCode.ADJUDICATION, PurposeCode.ENFORCEMENT, PurposeCode.SUPERVISION, PurposeCode.OTHER}
    ),
    OrganizationKind.CREDIT_SERVICE: frozenset({PurposeCode.CREDIT_SERVICE}),
}
_ORGANS: Final = frozenset({OrganizationKind.ADMINISTRATIVE, OrganizationKind.AUTHORISED_PUBLIC_BODY})
_UNCOUNTED: Final = frozenset({Standing.PUBLIC, Standing.SELF})
_ALONE: Final[Mapping[Standing, Requester]] = {
    Standing.SELF: Requester.SUBJECT,
    Standing.AUTHORISATION: Requester.THIRD_PARTY,
    Standing.PROVIDER: Requester.PROVIDER,
    Standing.STAFF: Requester.STAFF,
}
_OF_ORGAN: Final[Mapping[Standing, Requester]] = {
    Standing.DUTY: Requester.ORGAN,
    Standing.OFFICIAL_LETTER: Requester.ORGAN_WITH_LETTER,
}
_OF_COURT: Final[Mapping[Standing, Requester]] = {
    Standing.DUTY: Requester.JUDICIAL_ORGAN,
    Standing.OFFICIAL_LETTER: Requester.JUDICIAL_ORGAN_WITH_LETTER,
}


@dataclass(frozen=True, slots=True)
class CallerFacts:
    """What the rules look at in a caller: never who it is."""

    kind: OrganizationKind | None = None
    roles: frozenset[Role] = frozenset()
    recognised: bool = False
    """Whether the supervisor's recognition of a credit service is in force today (R15.4)."""


PUBLIC_FACTS: Final = CallerFacts()


def facts_of(caller: Caller, recognised: Container[str] = frozenset()) -> CallerFacts:
    """Give what the rules look at in *caller*; *recognised* holds the credit services recognised today (Art. 15)."""
    known = caller.organisation is not None and caller.organisation in recognised
    return CallerFacts(caller.organisation_kind, caller.roles, known)


def fitting_purposes(kind: OrganizationKind | None) -> frozenset[PurposeCode]:
    """Give the purposes for which an organisation of *kind* queries on duty (Art. 15; contract, section 4)."""
    return frozenset() if kind is None else _FITTING.get(kind, frozenset())


def fits(kind: OrganizationKind | None, purpose: Purpose | None) -> bool:
    """Say whether *purpose* is one of the duties of an organisation of *kind* (Art. 15)."""
    return purpose is not None and purpose.code in fitting_purposes(kind)


def standing_towards(
    caller: Caller, subject: SubjectIdentifier | None, recognised: Container[str] = frozenset()
) -> Standing:
    """Say in what capacity *caller* asks about *subject*, without any paper (Art. 15, 18).

    SELF only for the very subject that the token names; DUTY only for an OFFICER of an organ, or of a credit
    service recognised today; everybody else, staff included, is the public.
    """
    if subject is not None and caller.subject == subject:
        return Standing.SELF
    facts = facts_of(caller, recognised)
    return Standing.DUTY if _on_duty(facts) else Standing.PUBLIC


def decide(
    standing: Standing, tier: Tier, facts: CallerFacts = PUBLIC_FACTS, purpose: Purpose | None = None
) -> Decision:
    """Decide whether *standing* may see a field of *tier* (Art. 15, 18).

    >>> decide(Standing.PUBLIC, Tier.SHARED).allowed
    False
    >>> decide(Standing.SELF, Tier.RESTRICTED).allowed
    True
    """
    return _decision(ROWS[_requester(standing, facts), tier], fits(facts.kind, purpose))


def clearance(facts: CallerFacts, standing: Standing, purpose: Purpose | None) -> Clearance:
    """Give the decisions on all tiers; equal ones are the same object, so that plans are kept by identity (Art. 15)."""
    return _clearance(_requester(standing, facts), fits(facts.kind, purpose))


def may_find_individual(caller: Caller, standing: Standing, purpose: Purpose | None) -> Decision:
    """Decide whether an individual may be found by number and name: by itself, or by an officer on duty (R15.7)."""
    if standing is Standing.SELF:
        return _FOUND_BY_ITSELF
    if standing is not Standing.DUTY or Role.OFFICER not in caller.roles:
        return _NOT_FOUND
    if caller.organisation_kind is OrganizationKind.JUDICIAL:
        return _NOT_FOUND_WITHOUT_LETTER
    if caller.organisation_kind not in _ORGANS:
        return _NOT_FOUND
    return _FOUND_ON_DUTY if fits(caller.organisation_kind, purpose) else _NOT_FOUND_WITHOUT_PURPOSE


def may_read_query_count(caller: Caller, standing: Standing) -> Decision:
    """Decide whether the cumulative query count is shown: to the subject itself and to auditors (Art. 19)."""
    if standing is Standing.SELF or Role.AUDITOR in caller.roles:
        return _COUNT_SHOWN
    return _COUNT_KEPT


def matrix() -> tuple[Row, ...]:
    """Give the whole table in the law's order, for ``xinyong explain --matrix`` (R15.3)."""
    return tuple(ROWS.values())


def in_chinese(decision: Decision) -> str:
    """Give the reason of one of our decisions in the law's language."""
    return _REASONS_IN_CHINESE[decision.reason]


def _on_duty(facts: CallerFacts) -> bool:
    if Role.OFFICER not in facts.roles:
        return False
    if facts.kind is OrganizationKind.CREDIT_SERVICE:
        return facts.recognised
    return facts.kind in _ORGANS or facts.kind is OrganizationKind.JUDICIAL


def _requester(standing: Standing, facts: CallerFacts) -> Requester:
    """Find the rows of a standing; whatever has no rows of its own is the public."""
    if standing in _ALONE:
        return _ALONE[standing]
    if facts.kind is OrganizationKind.CREDIT_SERVICE and not facts.recognised:
        return Requester.UNRECOGNISED_CREDIT_SERVICE
    if standing is Standing.PUBLIC or not _on_duty(facts):
        return Requester.PUBLIC
    if facts.kind is OrganizationKind.CREDIT_SERVICE:
        return Requester.CREDIT_SERVICE if standing is Standing.DUTY else Requester.PUBLIC
    return (_OF_COURT if facts.kind is OrganizationKind.JUDICIAL else _OF_ORGAN)[standing]


@functools.cache
def _decision(row: Row, purpose_fits: bool) -> Decision:  # noqa: FBT001  (a key of the cache, not a switch)
    if row.opens is Opens.ALWAYS or (row.opens is Opens.WITH_PURPOSE and purpose_fits):
        return Decision(allowed=True, legal_basis=row.legal_basis, reason=row.reason)
    return Decision(
        allowed=False,
        legal_basis=row.legal_basis,
        reason=row.reason,
        missing_paper=row.missing_paper,
        purpose_missing=row.opens is Opens.WITH_PURPOSE,
    )


@functools.cache
def _clearance(requester: Requester, purpose_fits: bool) -> Clearance:  # noqa: FBT001  (a key of the cache)
    public, shared, restricted = (ROWS[requester, tier] for tier in Tier)
    return _the_one(
        Clearance(
            standing=public.standing,
            public=_decision(public, purpose_fits),
            shared=_decision(shared, purpose_fits),
            restricted=_decision(restricted, purpose_fits),
            counts=public.standing not in _UNCOUNTED,
        )
    )


@functools.cache
def _the_one(each: Clearance) -> Clearance:
    """Give the first clearance that was equal to *each*."""
    return each


_QUERY_LAW: Final = LegalBasis("18")
_FOUND_BY_ITSELF: Final = Decision(
    allowed=True, legal_basis=LegalBasis("15", paragraph="2"), reason="An individual finds itself"
)
_FOUND_ON_DUTY: Final = Decision(
    allowed=True, legal_basis=LegalBasis("15", item="2"), reason="An organ finds individuals on duty, for a purpose"
)
_NOT_FOUND_WITHOUT_PURPOSE: Final = Decision(
    allowed=False,
    legal_basis=LegalBasis("19"),
    reason="An organ finds individuals for a purpose of its duties only",
    purpose_missing=True,
)
_NOT_FOUND_WITHOUT_LETTER: Final = Decision(
    allowed=False,
    legal_basis=_QUERY_LAW,
    reason="A judicial organ finds individuals with its official letter",
    missing_paper=Paper.OFFICIAL_LETTER,
)
_NOT_FOUND: Final = Decision(
    allowed=False,
    legal_basis=_QUERY_LAW,
    reason="An individual is found by others with its written authorisation only",
    missing_paper=Paper.AUTHORISATION,
)
_COUNT_SHOWN: Final = Decision(
    allowed=True, legal_basis=LegalBasis("19"), reason="The subject and auditors read how often it was queried"
)
_COUNT_KEPT: Final = Decision(
    allowed=False, legal_basis=LegalBasis("19"), reason="Only the subject and auditors read how often it was queried"
)
_REASONS_IN_CHINESE: Final[Mapping[str, str]] = {
    **{row.reason: row.reason_chinese for row in ROWS.values()},
    _FOUND_BY_ITSELF.reason: "个人可查询本人",
    _FOUND_ON_DUTY.reason: "机关在履行职责过程中，可按查询事由查找个人",
    _NOT_FOUND_WITHOUT_PURPOSE.reason: "机关查找个人须说明与职责相符的查询事由",
    _NOT_FOUND_WITHOUT_LETTER.reason: "司法机关查找个人须出具本机关的正式函件",
    _NOT_FOUND.reason: "查找他人须出具被查询人的书面授权",
    _COUNT_SHOWN.reason: "信息主体本人（本机构）和审计人员可查阅累计查询次数",
    _COUNT_KEPT.reason: "累计查询次数仅供信息主体本人（本机构）和审计人员查阅",
}
