"""Who is looking, for one question: caller, standing and purpose made a viewpoint (Art. 15, 18)."""

from collections.abc import Container

from gateway.access.rules import (
    clearance,
    facts_of,
    may_find_individual,
    may_read_query_count,
    standing_towards,
)
from gateway.answer.question import Question
from gateway.federation.plan import Viewpoint
from gateway.federation.supergraph import is_individual_business
from schema.disclosure import Standing

__all__ = ["CallersEyes"]

_VIEWPOINTS: dict[tuple[int, str, bool, bool], Viewpoint] = {}
"""Every viewpoint there is, once; a clearance is kept by its viewpoint, so that its id stays its own. A few dozen."""


class CallersEyes:
    """What the asker of one question may see and find; *recognised* holds the credit services recognised today."""

    def __init__(self, question: Question, recognised: Container[str]) -> None:
        """Look as the question's caller does, for its purpose."""
        self._caller = question.caller
        self._facts = facts_of(question.caller, recognised)
        self._recognised = recognised
        self._purpose = question.purpose

    def viewpoint(self, kind: str, identifier: str) -> Viewpoint:
        """Give the viewpoint towards a subject: the same one for the same sight, since plans are kept by it."""
        standing = self._standing(kind, identifier)
        seen = clearance(self._facts, standing, self._purpose)
        expires = is_individual_business(kind, identifier)
        counts = may_read_query_count(self._caller, standing).allowed
        place = (id(seen), kind, expires, counts)
        known = _VIEWPOINTS.get(place)
        if known is None:
            known = _VIEWPOINTS[place] = Viewpoint(seen, kind, expires, counts)
        return known

    def may_find(self, kind: str, identifier: str) -> bool:
        """Say whether the subject is there for the caller: a legal person is, for everybody (R15.8)."""
        if kind == "LEGAL_PERSON":
            return True
        return may_find_individual(self._caller, self._standing(kind, identifier), self._purpose).allowed

    def _standing(self, kind: str, identifier: str) -> Standing:
        prefix = "uscc" if kind == "LEGAL_PERSON" else "rid"
        return standing_towards(self._caller, (prefix, identifier), self._recognised)
