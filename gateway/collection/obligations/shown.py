"""Obligations, reminders and reports as the graph shows them (Art. 12, 13)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import strawberry

from gateway.access.papers.problems import basis_entry
from gateway.collection.obligations.obligation import KeptObligation, KeptReminder, KeptReport
from gateway.collection.obligations.procedure import state_at
from gateway.collection.obligations.rules import BASIS
from gateway.workdays.calendar import Counted, Due
from schema.catalogue import RECORDS
from schema.obligations import (
    CriticismReport,
    DueDay,
    DueDayKind,
    Letter,
    LetterRow,
    Obligation,
    ObligationStep,
    ReportingReminder,
)
from schema.steps import Step

__all__ = ["show_letter", "show_obligation", "show_reminder", "show_report"]


def show_obligation(
    kept: KeptObligation, due: Due, steps: Sequence[Step], agency_name: str, now: datetime
) -> Obligation:
    """Show an obligation as it is at an instant."""
    return Obligation(
        id=strawberry.ID(kept.id),
        agency=kept.agency,
        agency_name=agency_name,
        record_type=kept.record_type,
        record_type_name=RECORDS[kept.record_type].chinese,
        kind=kept.kind,
        mode=kept.mode,
        cycle=kept.cycle,
        period=kept.period.name,
        period_from=kept.period.first,
        period_to=kept.period.last,
        due_on=kept.due.on,
        due_at=kept.due_at,
        due_status=kept.due.status,
        state=state_at(kept.decided, kept.opens_at, kept.due_at, now),
        legal_basis=basis_entry(BASIS),
        days=[_day(each) for each in due.days],
        history=[_step(each) for each in steps],
        met_at=kept.met_at,
        submission=kept.submission,
        records=kept.records,
        override_basis=kept.override_basis,
        reminder=None if kept.reminder is None else strawberry.ID(kept.reminder),
        report=None if kept.report is None else strawberry.ID(kept.report),
    )


def show_reminder(
    kept: KeptReminder,
    letter: Mapping[str, Any],
    obligations: list[Obligation],
    steps: Sequence[Step],
    agency_name: str,
) -> ReportingReminder:
    """Show a reminder."""
    return ReportingReminder(
        id=strawberry.ID(kept.id),
        number=kept.number,
        agency=kept.agency,
        agency_name=agency_name,
        state=kept.state,
        drafted_at=kept.drafted_at,
        letter=show_letter(letter),
        obligations=obligations,
        history=[_step(each) for each in steps],
        grace_on=None if kept.grace is None else kept.grace.on,
        grace_status=None if kept.grace is None else kept.grace.status,
        signed_by=kept.signed_by,
        signatory=kept.signatory,
        sent_at=kept.sent_at,
        delivered_at=kept.delivered_at,
        delivery=kept.delivery,
        delivery_reference=kept.delivery_reference,
        read_at=kept.read_at,
        read_by=kept.read_by,
        report=None if kept.report is None else strawberry.ID(kept.report),
    )


def show_report(
    kept: KeptReport,
    letter: Mapping[str, Any],
    obligations: list[Obligation],
    steps: Sequence[Step],
    agency_name: str,
) -> CriticismReport:
    """Show a report."""
    return CriticismReport(
        id=strawberry.ID(kept.id),
        number=kept.number,
        agency=kept.agency,
        agency_name=agency_name,
        state=kept.state,
        reminder=strawberry.ID(kept.reminder),
        drafted_at=kept.drafted_at,
        letter=show_letter(letter),
        obligations=obligations,
        history=[_step(each) for each in steps],
        submitted_by=kept.submitted_by,
        submitted_at=kept.submitted_at,
        outcome_document=kept.outcome_document,
        outcome_on=kept.outcome_on,
        recorded_by=kept.recorded_by,
    )


def show_letter(letter: Mapping[str, Any]) -> Letter:
    """Show a letter."""
    rows = [
        LetterRow(
            record_type=each["recordType"], period=each["period"], due_on=each["dueOn"], explained=each["explained"]
        )
        for each in letter["rows"]
    ]
    return Letter(
        title=letter["title"],
        number=letter["number"],
        addressee=letter["addressee"],
        opening=list(letter["opening"]),
        rows=rows,
        closing=list(letter["closing"]),
        sender=letter["sender"],
        dated=letter["dated"],
        digest=letter["digest"],
    )


def _day(day: Counted) -> DueDay:
    return DueDay(
        day=day.day,
        kind=DueDayKind[day.kind.value],
        reason=day.reason.english,
        reason_chinese=day.reason.chinese,
        nth=day.nth,
        document=day.document,
    )


def _step(step: Step) -> ObligationStep:
    return ObligationStep(
        at=step.at,
        actor=step.actor,
        to=step.to_state,
        legal_basis=basis_entry(step.legal_basis),
        organisation=step.organisation,
        from_=step.from_state,
        reason=step.reason,
    )
