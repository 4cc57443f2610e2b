"""Obligations, reminders, reports and their steps as rows, and back (Art. 12, 13)."""

from typing import Any

from gateway.collection.obligations.obligation import DueDate, KeptObligation, KeptReminder, KeptReport
from gateway.collection.obligations.periods import Period
from schema.definition import Cycle
from schema.obligations import (
    CriticismReportState,
    Delivery,
    DueStatus,
    ObligationKind,
    ObligationState,
    ReminderState,
)
from schema.terms import SubmissionMode

__all__ = [
    "obligation_row",
    "read_obligation",
    "read_reminder",
    "read_report",
]

Row = Any
"""A row of a statement: its columns have no types."""


def obligation_row(obligation: KeptObligation) -> dict[str, Any]:
    """Give an obligation's row."""
    return {
        "id": obligation.id,
        "agency": obligation.agency,
        "record_type": obligation.record_type,
        "kind": obligation.kind.value,
        "mode": obligation.mode.value,
        "cycle": None if obligation.cycle is None else obligation.cycle.value,
        "period": obligation.period.name,
        "period_from": obligation.period.first,
        "period_to": obligation.period.last,
        "opens_at": obligation.opens_at,
        "due_on": obligation.due.on,
        "due_at": obligation.due_at,
        "due_status": obligation.due.status.value,
        "calendar_version": obligation.due.version,
        "decided": obligation.decided.value,
        "met_at": obligation.met_at,
        "submission": obligation.submission,
        "records": obligation.records,
        "override_basis": obligation.override_basis,
    }


def read_obligation(row: Row) -> KeptObligation:
    """Read an obligation's row."""
    return KeptObligation(
        id=row.id,
        agency=row.agency,
        record_type=row.record_type,
        kind=ObligationKind[row.kind],
        mode=SubmissionMode[row.mode],
        cycle=None if row.cycle is None else Cycle[row.cycle],
        period=Period(row.period_from, row.period_to, row.period),
        opens_at=row.opens_at,
        due=DueDate(row.due_on, DueStatus[row.due_status], row.calendar_version),
        due_at=row.due_at,
        decided=ObligationState[row.decided],
        met_at=row.met_at,
        submission=row.submission,
        records=row.records,
        override_basis=row.override_basis,
        reminder=row.reminder,
        report=row.report,
    )


def read_reminder(row: Row) -> KeptReminder:
    """Read a reminder's row."""
    grace = None
    if row.grace_on is not None:
        grace = DueDate(row.grace_on, DueStatus[row.grace_status], row.calendar_version)
    return KeptReminder(
        id=row.id,
        number=row.number,
        agency=row.agency,
        state=ReminderState[row.state],
        drafted_at=row.drafted_at,
        letter=row.letter,
        grace=grace,
        grace_at=row.grace_at,
        signed_by=row.signed_by,
        signatory=row.signatory,
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        delivery=None if row.delivery is None else Delivery[row.delivery],
        delivery_reference=row.delivery_reference,
        read_at=row.read_at,
        read_by=row.read_by,
        report=row.report,
    )


def read_report(row: Row) -> KeptReport:
    """Read a report's row."""
    return KeptReport(
        id=row.id,
        number=row.number,
        agency=row.agency,
        state=CriticismReportState[row.state],
        reminder=row.reminder,
        drafted_at=row.drafted_at,
        letter=row.letter,
        submitted_by=row.submitted_by,
        submitted_at=row.submitted_at,
        outcome_document=row.outcome_document,
        outcome_on=row.outcome_on,
        recorded_by=row.recorded_by,
    )
