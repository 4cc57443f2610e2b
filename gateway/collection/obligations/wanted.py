"""Which obligations, reminders and reports a caller may see, and which are asked for, as conditions (Art. 5, 13)."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, false

from gateway.access.callers import Caller
from gateway.access.papers.rights import ORGANS
from gateway.collection.obligations import rights
from gateway.store.tables import OBLIGATION, OBLIGATION_REMINDER, OBLIGATION_REPORT
from schema.obligations import (
    CriticismReportState,
    ObligationFilter,
    ObligationState,
    ReminderState,
)

__all__ = ["in_state", "named", "obligations_asked", "obligations_of", "reminders_of", "reports_of"]

Where = list[ColumnElement[bool]]
_C: Final = OBLIGATION.c
_HIDDEN_REPORTS: Final = (CriticismReportState.DRAFT.value, CriticismReportState.WITHDRAWN.value)


def obligations_of(caller: Caller) -> Where:
    """Give what narrows obligations to those that a caller may see: an agency its own, staff all, others none."""
    if rights.sees_all(caller):
        return []
    return [_C.agency == caller.organisation if caller.organisation_kind in ORGANS else false()]


def reminders_of(caller: Caller) -> Where:
    """Give what narrows reminders: an agency sees those that were sent to it."""
    if rights.sees_all(caller):
        return []
    columns = OBLIGATION_REMINDER.c
    own = and_(columns.agency == caller.organisation, columns.state == ReminderState.SENT.value)
    return [own if caller.organisation_kind in ORGANS else false()]


def reports_of(caller: Caller) -> Where:
    """Give what narrows reports: an agency sees those about itself that were submitted."""
    if rights.sees_all(caller):
        return []
    columns = OBLIGATION_REPORT.c
    own = and_(columns.agency == caller.organisation, columns.state.not_in(_HIDDEN_REPORTS))
    return [own if caller.organisation_kind in ORGANS else false()]


def obligations_asked(by: ObligationFilter, now: datetime) -> Where:
    """Give what a filter says."""
    where: Where = []
    if by.agency:
        where.append(named(_C.agency, by.agency))
    if by.record_type:
        where.append(named(_C.record_type, by.record_type))
    if by.reminder:
        where.append(named(_C.reminder, by.reminder))
    if by.due_before:
        where.append(_C.due_on < by.due_before)
    if by.due_from:
        where.append(_C.due_on >= by.due_from)
    if by.state:
        where.append(in_state(by.state, now))
    return where


def named(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Give what says that a column has a name; what no database could hold is nobody's."""
    return column == name if name.isprintable() else false()


def in_state(state: ObligationState, now: datetime) -> ColumnElement[bool]:
    """Give what says that an obligation is in a state at an instant: the clock's, or a decided one."""
    undecided = _C.decided == ObligationState.PLANNED.value
    if state is ObligationState.PLANNED:
        return and_(undecided, _C.opens_at > now)
    if state is ObligationState.DUE:
        return and_(undecided, _C.opens_at <= now, _C.due_at > now)
    if state is ObligationState.OVERDUE:
        return and_(undecided, _C.due_at <= now, _C.opens_at <= now)
    return _C.decided == state.value
