"""How obligations, reminders and reports go from state to state: three tables and the clock (Art. 12, 13).

PLANNED, DUE and OVERDUE are never written down: they are reckoned from the instants and now, so that something is
overdue at its very instant though nothing runs, and no late job makes an agency late. All else was decided by
somebody, or follows from a receipt.
"""

import enum
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from gateway.collection.obligations.rules import BASIS, REMINDER_BASIS
from gateway.errors import StateConflict, Text
from schema.obligations import CriticismReportState, ObligationState, ReminderState

__all__ = [
    "OBLIGATIONS",
    "OPEN",
    "REMINDERS",
    "REPORTS",
    "ObligationAct",
    "ReminderAct",
    "ReportAct",
    "obligation_step",
    "reminder_step",
    "report_step",
    "state_at",
]

_S = ObligationState


class ObligationAct(enum.StrEnum):
    """What happens to an obligation."""

    MEET = "MEET"
    REMIND = "REMIND"
    ESCALATE = "ESCALATE"
    CRITICISE = "CRITICISE"
    SPARE = "SPARE"
    WITHDRAW = "WITHDRAW"
    RESTORE = "RESTORE"


class ReminderAct(enum.StrEnum):
    """What somebody does to a reminder."""

    SEND = "SEND"
    WITHDRAW = "WITHDRAW"


class ReportAct(enum.StrEnum):
    """What somebody does to a report."""

    SUBMIT = "SUBMIT"
    WITHDRAW = "WITHDRAW"
    ISSUE = "ISSUE"
    SPARE = "SPARE"


OBLIGATIONS: Final[Mapping[tuple[ObligationState, ObligationAct], ObligationState]] = MappingProxyType(
    {
        (_S.PLANNED, ObligationAct.MEET): _S.MET,
        (_S.DUE, ObligationAct.MEET): _S.MET,
        (_S.OVERDUE, ObligationAct.MEET): _S.MET_LATE,
        (_S.REMINDED, ObligationAct.MEET): _S.MET_LATE,
        (_S.ESCALATED, ObligationAct.MEET): _S.MET_LATE,
        (_S.CRITICISED, ObligationAct.MEET): _S.MET_LATE,
        (_S.NOT_CRITICISED, ObligationAct.MEET): _S.MET_LATE,
        (_S.OVERDUE, ObligationAct.REMIND): _S.REMINDED,
        (_S.REMINDED, ObligationAct.ESCALATE): _S.ESCALATED,
        (_S.ESCALATED, ObligationAct.CRITICISE): _S.CRITICISED,
        (_S.ESCALATED, ObligationAct.SPARE): _S.NOT_CRITICISED,
        (_S.PLANNED, ObligationAct.WITHDRAW): _S.WITHDRAWN,
        (_S.WITHDRAWN, ObligationAct.RESTORE): _S.PLANNED,
    }
)
"""Every step of an obligation that there is; criticism lies behind a report, a report behind a sent reminder."""

REMINDERS: Final[Mapping[tuple[ReminderState, ReminderAct], ReminderState]] = MappingProxyType(
    {
        (ReminderState.DRAFT, ReminderAct.SEND): ReminderState.SENT,
        (ReminderState.DRAFT, ReminderAct.WITHDRAW): ReminderState.WITHDRAWN,
    }
)

REPORTS: Final[Mapping[tuple[CriticismReportState, ReportAct], CriticismReportState]] = MappingProxyType(
    {
        (CriticismReportState.DRAFT, ReportAct.SUBMIT): CriticismReportState.SUBMITTED,
        (CriticismReportState.DRAFT, ReportAct.WITHDRAW): CriticismReportState.WITHDRAWN,
        (CriticismReportState.SUBMITTED, ReportAct.ISSUE): CriticismReportState.ISSUED,
        (CriticismReportState.SUBMITTED, ReportAct.SPARE): CriticismReportState.NOT_ISSUED,
    }
)

OPEN: Final = (_S.PLANNED, _S.REMINDED, _S.ESCALATED, _S.CRITICISED, _S.NOT_CRITICISED)
"""What an obligation may have been decided to be, and yet be met: its clock is open."""


def state_at(decided: ObligationState, opens_at: datetime, due_at: datetime, now: datetime) -> ObligationState:
    """Give an obligation's state at an instant: what was decided, else what the clock says (R13.1).

    >>> at = datetime(2026, 11, 1), datetime(2026, 11, 14)
    >>> [state_at(ObligationState.PLANNED, *at, datetime(2026, m, d)).value for m, d in ((10, 9), (11, 1), (11, 14))]
    ['PLANNED', 'DUE', 'OVERDUE']
    """
    if decided is not ObligationState.PLANNED:
        return decided
    if now < opens_at:
        return ObligationState.PLANNED
    return ObligationState.DUE if now < due_at else ObligationState.OVERDUE


def obligation_step(state: ObligationState, act: ObligationAct) -> ObligationState:
    """Give the state to which an act leads (section 3).

    Raises:
        StateConflict: there is no such step from the present state, which the error names.

    """
    to = OBLIGATIONS.get((state, act))
    if to is None:
        raise StateConflict(state.value, _at(state.value), legal_basis=BASIS)
    return to


def reminder_step(state: ReminderState, act: ReminderAct) -> ReminderState:
    """Give the state to which an act leads (R13.2).

    Raises:
        StateConflict: there is no such step from the present state, which the error names.

    """
    to = REMINDERS.get((state, act))
    if to is None:
        raise StateConflict(state.value, _at(state.value), legal_basis=REMINDER_BASIS)
    return to


def report_step(state: CriticismReportState, act: ReportAct) -> CriticismReportState:
    """Give the state to which an act leads (R13.3).

    Raises:
        StateConflict: there is no such step from the present state, which the error names.

    """
    to = REPORTS.get((state, act))
    if to is None:
        raise StateConflict(state.value, _at(state.value), legal_basis=REMINDER_BASIS)
    return to


def _at(state: str) -> Text:
    return Text(f"it is {state}", f"当前状态为 {state}")
