"""Which papers and grants a caller may know of, as conditions of the register's own statements (Art. 18)."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import ColumnElement, and_, false, or_, select

from gateway.access.callers import Caller
from gateway.access.papers.rights import is_staff
from gateway.store.tables import GRANT, PAPER, PAPER_PERSON, PAPER_SUBJECT
from schema.papers import GrantState, PaperKind, PaperState

__all__ = ["grants_in_state", "grants_of", "papers_about", "papers_in_state", "papers_of"]

_OF_ORGANISATIONS = ("AUTHORISATION", "RECOGNITION", "COLLECTION_CONSENT")
"""Kinds that all of the organisation may know of: as `gateway.access.papers.rights.serves_organisation`."""


def papers_of(caller: Caller, own: frozenset[str]) -> Iterator[ColumnElement[bool]]:
    """Give the condition on papers that *caller*, who is the subjects *own*, may know of."""
    if caller.is_public:
        yield false()
    elif not is_staff(caller):
        named = select(PAPER_PERSON.c.paper_id).where(PAPER_PERSON.c.person == caller.person)
        about = select(PAPER_SUBJECT.c.paper_id).where(PAPER_SUBJECT.c.subject_id.in_(sorted(own)))
        served = and_(PAPER.c.organisation == caller.organisation, PAPER.c.kind.in_(_OF_ORGANISATIONS))
        ways = [PAPER.c.presented_by == caller.person, PAPER.c.id.in_(named), PAPER.c.id.in_(about)]
        yield or_(*ways, served) if caller.organisation is not None else or_(*ways)


def papers_about(subject_id: str) -> ColumnElement[bool]:
    """Give the condition on papers about one subject."""
    return PAPER.c.id.in_(select(PAPER_SUBJECT.c.paper_id).where(PAPER_SUBJECT.c.subject_id == subject_id))


def papers_in_state(state: PaperState, today: date) -> ColumnElement[bool]:
    """Give the condition on papers that are in *state* today; expiry and exhaustion are reckoned."""
    accepted = PAPER.c.state == PaperState.ACCEPTED.value
    used_up = and_(PAPER.c.capacity.is_not(None), PAPER.c.uses >= PAPER.c.capacity)
    usable = or_(PAPER.c.capacity.is_(None), PAPER.c.uses < PAPER.c.capacity)
    ended = and_(PAPER.c.valid_to.is_not(None), PAPER.c.valid_to < today)
    lasting = or_(PAPER.c.valid_to.is_(None), PAPER.c.valid_to >= today)
    match state:
        case PaperState.ACCEPTED:
            return and_(accepted, usable, lasting)
        case PaperState.EXHAUSTED:
            return and_(accepted, used_up)
        case PaperState.EXPIRED:
            return and_(accepted, usable, ended)
        case _:
            return PAPER.c.state == state.value


def papers_of_kind(kind: PaperKind) -> ColumnElement[bool]:
    """Give the condition on papers of one kind."""
    return PAPER.c.kind == kind.value


def grants_of(caller: Caller) -> Iterator[ColumnElement[bool]]:
    """Give the condition on grants that *caller* may know of."""
    if caller.is_public or (caller.organisation is None and not is_staff(caller)):
        yield false()
    elif not is_staff(caller):
        yield GRANT.c.agency == caller.organisation


def grants_in_state(state: GrantState, today: date) -> ColumnElement[bool]:
    """Give the condition on grants that are in *state* today; activity and expiry are reckoned."""
    approved = GRANT.c.state == GrantState.APPROVED.value
    match state:
        case GrantState.APPROVED:
            return and_(approved, GRANT.c.valid_from > today)
        case GrantState.ACTIVE:
            return and_(approved, GRANT.c.valid_from <= today, GRANT.c.valid_to >= today)
        case GrantState.EXPIRED:
            return and_(approved, GRANT.c.valid_from <= today, GRANT.c.valid_to < today)
        case _:
            return GRANT.c.state == state.value
