"""The desk of obligations: who reads what is due, who reminds, who records what came of it (Art. 12, 13).

Whoever executes an operation hands the `ObligationDesk` of its caller over in the context.
"""

from datetime import date, datetime
from typing import Annotated, Protocol

import strawberry
from strawberry import UNSET

from schema.context import Context
from schema.desk import UserError
from schema.obligations import (
    CriticismReport,
    CriticismReportConnection,
    CriticismReportState,
    Delivery,
    Obligation,
    ObligationConnection,
    ObligationFilter,
    ReminderState,
    ReportingReminder,
    ReportingReminderConnection,
)

__all__ = [
    "CriticismReportPayload",
    "ObligationDesk",
    "ObligationMutation",
    "OutcomeInput",
    "ReminderPayload",
    "obligation",
    "obligations",
    "reminder",
    "reminders",
    "report",
    "reports",
]

Page = tuple[int, str | None]
"""How many, after which cursor."""
_Id = Annotated[strawberry.ID, strawberry.argument(name="id")]


@strawberry.type(description="A reminder after what was done to it, or why nothing was")
class ReminderPayload:
    """Where ``errors`` is not empty nothing was done."""

    reminder: ReportingReminder | None
    errors: list[UserError]


@strawberry.type(description="A report after what was done to it, or why nothing was")
class CriticismReportPayload:
    """Where ``errors`` is not empty nothing was done."""

    report: CriticismReport | None
    errors: list[UserError]


@strawberry.input(description="What came of a report: issued or not, by which document, on which day (R13.3)")
class OutcomeInput:
    """The document is needed where criticism was issued; the reason where it was not."""

    issued: bool
    on: date
    document: str | None = UNSET
    reason: str | None = UNSET


class ObligationDesk(Protocol):
    """What one caller may do about obligations, at one moment.

    What the caller can mend stands in the payload's ``errors``; every method raises what it cannot: Forbidden,
    StateConflict, NotDueYet, ObligationsUnavailable.
    """

    async def obligation(self, obligation_id: str) -> Obligation | None:
        """Give an obligation, None where there is none that the caller may see."""
        ...

    async def obligations(self, by: ObligationFilter | None, page: Page) -> ObligationConnection:
        """Give a page of obligations, the first due first."""
        ...

    async def reminder(self, reminder_id: str) -> ReportingReminder | None:
        """Give a reminder."""
        ...

    async def reminders(
        self, state: ReminderState | None, agency: str | None, page: Page
    ) -> ReportingReminderConnection:
        """Give a page of reminders, newest first."""
        ...

    async def report(self, report_id: str) -> CriticismReport | None:
        """Give a report."""
        ...

    async def reports(
        self, state: CriticismReportState | None, agency: str | None, page: Page
    ) -> CriticismReportConnection:
        """Give a page of reports, newest first."""
        ...

    async def send_reminder(self, reminder_id: str, signatory: str) -> ReminderPayload:
        """Sign a drafted reminder and send it."""
        ...

    async def withdraw_reminder(self, reminder_id: str, reason: str) -> ReminderPayload:
        """Give a draft up."""
        ...

    async def record_delivery(
        self, reminder_id: str, delivery: Delivery, at: datetime, reference: str
    ) -> ReminderPayload:
        """Record how and when a sent reminder reached the agency."""
        ...

    async def acknowledge(self, reminder_id: str) -> ReminderPayload:
        """Say, for the agency, that it was read."""
        ...

    async def submit_report(self, report_id: str) -> CriticismReportPayload:
        """Submit a drafted report to the government."""
        ...

    async def withdraw_report(self, report_id: str, reason: str) -> CriticismReportPayload:
        """Give a draft up."""
        ...

    async def record_outcome(self, report_id: str, outcome: OutcomeInput) -> CriticismReportPayload:
        """Record what the government decided."""
        ...


def _desk(info: strawberry.Info) -> ObligationDesk:
    context: Context = info.context
    return context.obligations


def _page(first: int | None, after: str | None) -> Page:
    return 20 if first is None else first, after or None


async def obligation(info: strawberry.Info, obligation_id: _Id) -> Obligation | None:
    """Give one obligation."""
    return await _desk(info).obligation(obligation_id)


async def obligations(
    info: strawberry.Info,
    filter: ObligationFilter | None = UNSET,  # noqa: A002 (the field's argument)
    first: int | None = 20,
    after: str | None = UNSET,
) -> ObligationConnection:
    """Give a page of obligations."""
    return await _desk(info).obligations(filter or None, _page(first, after))


async def reminder(info: strawberry.Info, reminder_id: _Id) -> ReportingReminder | None:
    """Give one reminder."""
    return await _desk(info).reminder(reminder_id)


async def reminders(
    info: strawberry.Info,
    state: ReminderState | None = UNSET,
    agency: str | None = UNSET,
    first: int | None = 20,
    after: str | None = UNSET,
) -> ReportingReminderConnection:
    """Give a page of reminders."""
    return await _desk(info).reminders(state or None, agency or None, _page(first, after))


async def report(info: strawberry.Info, report_id: _Id) -> CriticismReport | None:
    """Give one report."""
    return await _desk(info).report(report_id)


async def reports(
    info: strawberry.Info,
    state: CriticismReportState | None = UNSET,
    agency: str | None = UNSET,
    first: int | None = 20,
    after: str | None = UNSET,
) -> CriticismReportConnection:
    """Give a page of reports."""
    return await _desk(info).reports(state or None, agency or None, _page(first, after))


async def _send(info: strawberry.Info, reminder_id: _Id, signatory: str | None = UNSET) -> ReminderPayload:
    return await _desk(info).send_reminder(reminder_id, signatory or "")


async def _withdraw(info: strawberry.Info, reminder_id: _Id, reason: str) -> ReminderPayload:
    return await _desk(info).withdraw_reminder(reminder_id, reason)


async def _delivered(
    info: strawberry.Info, reminder_id: _Id, delivery: Delivery, at: datetime, reference: str
) -> ReminderPayload:
    return await _desk(info).record_delivery(reminder_id, delivery, at, reference)


async def _acknowledge(info: strawberry.Info, reminder_id: _Id) -> ReminderPayload:
    return await _desk(info).acknowledge(reminder_id)


async def _submit(info: strawberry.Info, report_id: _Id) -> CriticismReportPayload:
    return await _desk(info).submit_report(report_id)


async def _withdraw_report(info: strawberry.Info, report_id: _Id, reason: str) -> CriticismReportPayload:
    return await _desk(info).withdraw_report(report_id, reason)


async def _outcome(info: strawberry.Info, report_id: _Id, outcome: OutcomeInput) -> CriticismReportPayload:
    return await _desk(info).record_outcome(report_id, outcome)


@strawberry.type(description="The steps of reminders and reports")
class ObligationMutation:
    """The steps of reminders and of reports: each taken by a person."""

    send_reminder: ReminderPayload | None = strawberry.field(
        resolver=_send, description="Sign a drafted reminder and send it: an operator of the centre (Art. 13)"
    )
    withdraw_reminder: ReminderPayload | None = strawberry.field(
        resolver=_withdraw, description="Give a drafted reminder up; its number stays taken"
    )
    record_reminder_delivery: ReminderPayload | None = strawberry.field(
        resolver=_delivered, description="Record how a sent reminder reached the agency, with the proof's reference"
    )
    acknowledge_reminder: ReminderPayload | None = strawberry.field(
        resolver=_acknowledge, description="Say for one's own agency that the reminder was read (签收)"
    )
    submit_criticism_report: CriticismReportPayload | None = strawberry.field(
        resolver=_submit, description="Submit a drafted report to the municipal government: an approver of the centre"
    )
    withdraw_criticism_report: CriticismReportPayload | None = strawberry.field(
        resolver=_withdraw_report, description="Give a drafted report up; its number stays taken"
    )
    record_criticism_outcome: CriticismReportPayload | None = strawberry.field(
        resolver=_outcome, description="Record what the government decided: staff of the centre or the supervisor"
    )
