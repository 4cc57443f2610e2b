"""Obligations, receipts, reminders and reports as the room's own values (Art. 12, 13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

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

__all__ = ["Decided", "DueDate", "KeptObligation", "KeptReminder", "KeptReport", "Received"]


@dataclass(frozen=True, slots=True)
class DueDate:
    """A last day, how sure it is, and by which version of the calendar it was reckoned."""

    on: date
    status: DueStatus
    version: int


@dataclass(frozen=True, slots=True)
class KeptObligation:
    """One obligation as it is kept; ``decided`` is PLANNED until something was decided: the clock does the rest."""

    id: str
    agency: str
    record_type: str
    kind: ObligationKind
    mode: SubmissionMode
    cycle: Cycle | None
    period: Period
    opens_at: datetime
    due: DueDate
    due_at: datetime
    decided: ObligationState
    met_at: datetime | None = None
    submission: str | None = None
    records: int | None = None
    override_basis: str | None = None
    reminder: str | None = None
    report: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A receipt of what an agency reported, nil among them; ``period`` where the agency said which."""

    id: str
    agency: str
    record_type: str
    received_at: datetime
    period: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """Records of one decision day that one submission reported first: how many, received when, in which way."""

    agency: str
    record_type: str
    decided_on: date
    submission: str
    received_at: datetime
    mode: SubmissionMode
    records: int


@dataclass(frozen=True, slots=True)
class KeptReminder:
    """A reminder as it is kept; ``letter`` is its text as it was sent, None while it is a draft."""

    id: str
    agency: str
    state: ReminderState
    drafted_at: datetime
    number: str | None = None
    letter: Mapping[str, Any] | None = None
    grace: DueDate | None = None
    grace_at: datetime | None = None
    signed_by: str | None = None
    signatory: str | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    delivery: Delivery | None = None
    delivery_reference: str | None = None
    read_at: datetime | None = None
    read_by: str | None = None
    report: str | None = None


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report to the government as it is kept."""

    id: str
    agency: str
    state: CriticismReportState
    reminder: str
    drafted_at: datetime
    number: str | None = None
    letter: Mapping[str, Any] | None = None
    submitted_by: str | None = None
    submitted_at: datetime | None = None
    outcome_document: str | None = None
    outcome_on: date | None = None
    recorded_by: str | None = None
