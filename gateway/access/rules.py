"""Who may see what: one table of requester and tier, each row with its article and its reason (Art. 15, 18; R15.3)."""

import functools
from collections.abc import Mapping
from typing import Final

from cachetools import LRUCache

from gateway.access.finding import FINDING_REASONS
from gateway.access.matrix import ROWS, Opens, Requester, Row
from gateway.access.standings import Sight
from schema.disclosure import Clearance, Decision, LegalBasis, Paper, Standing
from schema.tiers import Tier

__all__ = ["clearance", "decide", "in_chinese", "matrix"]

_UNCOUNTED: Final = frozenset({Standing.PUBLIC, Standing.SELF})
_KEPT: Final = 4_096
_CLEARANCES: LRUCache[Sight, Clearance] = LRUCache(_KEPT)
_DISTINCT: LRUCache[Clearance, Clearance] = LRUCache(_KEPT)
"""Equal clearances are one object, since plans are kept by identity; a paper's scope makes few of them."""


def decide(sight: Sight, tier: Tier, record: str = "", field: str = "") -> Decision:
    """Decide whether a field of *tier* may be seen (Art. 15, 18).

    >>> from gateway.access.matrix import Requester
    >>> decide(Sight(Requester.PUBLIC), Tier.SHARED).allowed
    False
    >>> decide(Sight(Requester.SUBJECT), Tier.RESTRICTED).allowed
    True
    """
    return clearance(sight).decide(tier, record, field)


def clearance(sight: Sight) -> Clearance:
    """Give the decisions on all tiers; equal ones are the same object, so that plans are kept by identity (Art. 15)."""
    known = _CLEARANCES.get(sight)
    if known is None:
        made = _clearance(sight)
        known = _CLEARANCES[sight] = _DISTINCT.setdefault(made, made)
    return known


def matrix() -> tuple[Row, ...]:
    """Give the whole table in the law's order, for ``xinyong explain --matrix`` (R15.3)."""
    return tuple(ROWS.values())


def in_chinese(decision: Decision) -> str:
    """Give the reason of one of our decisions in the law's language."""
    return _REASONS_IN_CHINESE[decision.reason]


def _clearance(sight: Sight) -> Clearance:
    public, shared, restricted = (_decision(ROWS[sight.requester, tier], sight.purpose_fits) for tier in Tier)
    on_paper = sight.scope is not None
    reached = _IN_SCOPE if sight.purpose_fits else _IN_SCOPE_WITHOUT_PURPOSE
    beyond = None if sight.granted in (None, sight.scope) else _BEYOND.get(sight.requester, _NOT_IN_LETTER)
    return Clearance(
        standing=sight.standing,
        public=public,
        shared=_NOT_NAMED if on_paper and shared.missing_paper is Paper.AUTHORISATION else shared,
        restricted=_NOT_NAMED if on_paper and restricted.missing_paper is Paper.AUTHORISATION else restricted,
        counts=sight.standing not in _UNCOUNTED,
        scope=sight.scope,
        in_scope=reached if on_paper else None,
        granted=sight.granted if beyond else None,
        beyond=beyond,
        own=sight.own if sight.purpose_fits else "",
    )


@functools.cache
def _decision(row: Row, purpose_fits: bool) -> Decision:  # noqa: FBT001  (a key of the cache, not a switch)
    if row.opens is Opens.ALWAYS or (row.opens is Opens.WITH_PURPOSE and purpose_fits):
        return Decision(allowed=True, legal_basis=row.legal_basis, reason=row.reason)
    return Decision(
        allowed=False,
        legal_basis=row.legal_basis,
        reason=row.reason,
        missing_paper=row.missing_paper,
        purpose_missing=row.opens is Opens.WITH_PURPOSE or (row.opens is Opens.OWN and not purpose_fits),
    )


_PAPERS: Final = LegalBasis("18")
_IN_SCOPE: Final = Decision(allowed=True, legal_basis=_PAPERS, reason="The paper cited names it")
_IN_SCOPE_WITHOUT_PURPOSE: Final = Decision(
    allowed=False,
    legal_basis=LegalBasis("19"),
    reason="The paper cited names it, for a purpose that must be said",
    purpose_missing=True,
)
_NOT_NAMED: Final = Decision(
    allowed=False,
    legal_basis=_PAPERS,
    reason="The authorisation cited does not name it",
    missing_paper=Paper.AUTHORISATION,
    out_of_scope=True,
)
_NOT_IN_LETTER: Final = Decision(
    allowed=False,
    legal_basis=_PAPERS,
    reason="It is granted, but the letter cited does not name it",
    missing_paper=Paper.OFFICIAL_LETTER,
    out_of_scope=True,
)
_BEYOND: Final[Mapping[Requester, Decision]] = {Requester.CREDIT_SERVICE: _NOT_NAMED}
"""What is said of what a grant opens though the paper does not: mostly the paper is a letter."""
_REASONS_IN_CHINESE: Final[Mapping[str, str]] = {
    **{row.reason: row.reason_chinese for row in ROWS.values()},
    **FINDING_REASONS,
    _IN_SCOPE.reason: "所引用的材料已列明该信息",
    _IN_SCOPE_WITHOUT_PURPOSE.reason: "所引用的材料已列明该信息，须说明查询事由",
    _NOT_NAMED.reason: "所引用的授权未列明该信息",
    _NOT_IN_LETTER.reason: "该信息已获准查询，但所引用的公函未列明",
}
