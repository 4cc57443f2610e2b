"""In what capacity a caller looks at one subject: itself, on a paper, on duty, as provider, or as the public (Art. 18).

Pure: the papers come in as what is `Held` at this moment.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from gateway.access.callers import Caller
from gateway.access.duties import fits, requester_of
from gateway.access.held import Authorisation, Grant, Held, Letter
from gateway.access.matrix import ROWS, Requester
from gateway.errors import PaperScope, Text
from schema.disclosure import Purpose, Role, Scope, Standing
from schema.tiers import Tier

__all__ = ["Look", "Sight", "look_at"]


@dataclass(frozen=True, slots=True)
class Sight:
    """As which row of the matrix one looks, and how far its paper reaches; equal sights see the same."""

    requester: Requester
    purpose_fits: bool = False
    scope: Scope | None = None
    """What the cited paper opens; None where none is cited."""
    granted: Scope | None = None
    """What the grant behind a letter or an authorisation opens, be it in the paper's scope or not."""
    own: str = ""
    """The agency whose own records the caller reports."""

    @property
    def standing(self) -> Standing:
        """In what capacity that is."""
        return ROWS[self.requester, Tier.PUBLIC].standing


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one subject: the sight, the cited paper that it rests on, or why the papers cited do not reach it."""

    sight: Sight
    paper: str | None = None
    refusal: PaperScope | None = None


_NOTHING: Final = Scope()
_PUBLIC: Final = Sight(Requester.PUBLIC)
_ITSELF: Final = Look(Sight(Requester.SUBJECT, purpose_fits=True))
_UNPROVED: Final = {
    "rid": Look(Sight(Requester.INDIVIDUAL_WITHOUT_DOCUMENT)),
    "uscc": Look(Sight(Requester.LEGAL_PERSON_WITHOUT_CERTIFICATE)),
}
"""Who says in its token that it is the subject sees what all see until its own paper is accepted (Art. 18)."""
_NOT_LISTED: Final = Text("it does not list this subject", "材料未列明该主体")
_OTHER_PURPOSE: Final = Text("it is for another purpose", "材料载明的查询目的与此不符")


def look_at(caller: Caller, subject_id: str, held: Held, purpose: Purpose | None) -> Look:
    """Say how *caller* looks at a subject for *purpose*, holding what it holds (Art. 15, 18).

    Where papers are cited, the look rests on one of them or is refused: a paper that does not list the subject, or is
    for another purpose, opens nothing at all (R18.3, R18.4). A subject needs no paper cited to see itself.
    """
    if subject_id and subject_id in held.own:
        return _ITSELF
    requester = requester_of(caller, recognised=held.recognised)
    if held.cited:
        return _on_paper(caller, subject_id, held, purpose, requester)
    if requester is Requester.PUBLIC and subject_id and subject_id == held.claimed and caller.subject is not None:
        return _UNPROVED[caller.subject[0]]
    return Look(_without_paper(caller, requester, purpose))


def _without_paper(caller: Caller, requester: Requester, purpose: Purpose | None) -> Sight:
    if requester is Requester.PUBLIC:
        return _PUBLIC
    own = caller.organisation or "" if Role.REPORTER in caller.roles else ""
    return _by_role(requester, fits(caller.organisation_kind, purpose), own)


@functools.lru_cache(maxsize=4_096)
def _by_role(requester: Requester, purpose_fits: bool, own: str) -> Sight:  # noqa: FBT001 (a key of the cache)
    return Sight(requester, purpose_fits, own=own)


def _on_paper(caller: Caller, subject_id: str, held: Held, purpose: Purpose | None, requester: Requester) -> Look:
    """Find the first cited paper that reaches the subject and the purpose."""
    listed: list[Letter | Authorisation] = [
        *(letter for letter in held.letters if subject_id in letter.subject_ids),
        *(each for each in held.authorisations if each.subject_id == subject_id),
    ]
    for paper in listed:
        if purpose is None or purpose.code in paper.purposes:
            return Look(_sight_on(paper, caller, held, purpose, requester), paper.id)
    refusal = PaperScope(_OTHER_PURPOSE if listed else _NOT_LISTED)
    return Look(_without_paper(caller, requester, purpose), refusal=refusal)


def _sight_on(
    paper: Letter | Authorisation, caller: Caller, held: Held, purpose: Purpose | None, requester: Requester
) -> Sight:
    """Give the sight that a paper opens; without a purpose it opens nothing yet, and says so."""
    by_duty = fits(caller.organisation_kind, purpose)
    if isinstance(paper, Letter):
        granted = _granted(held.grants, purpose)
        reach = granted if paper.scope is None else granted.within(paper.scope)
        return Sight(_WITH_LETTER.get(requester, requester), by_duty, reach, granted)
    if requester is Requester.CREDIT_SERVICE:  # its duty opens tier B; C needs a grant and the authorisation (AMB-32)
        granted = _granted(held.grants, purpose)
        return Sight(requester, by_duty, granted.within(paper.scope), granted)
    return Sight(Requester.THIRD_PARTY, purpose is not None, paper.scope)


def _granted(grants: Iterable[Grant], purpose: Purpose | None) -> Scope:
    """Give what the grants for this purpose open together, by name."""
    fitting = [each.scope for each in grants if purpose is None or purpose.code in each.purposes]
    if not fitting:
        return _NOTHING
    return Scope(
        all_shared=any(each.all_shared for each in fitting),
        shared=frozenset().union(*(each.shared for each in fitting)),
        restricted=frozenset().union(*(each.restricted for each in fitting)),
    )


_WITH_LETTER: Final = {
    Requester.ORGAN: Requester.ORGAN_WITH_LETTER,
    Requester.JUDICIAL_ORGAN: Requester.JUDICIAL_ORGAN_WITH_LETTER,
}
"""Who has rows of its own with a letter; nobody else can cite one (R18.4)."""
