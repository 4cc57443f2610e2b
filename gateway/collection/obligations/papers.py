"""Reminders and reports in the gateway's database: drafted, numbered when they are signed, kept (Art. 13).

Every method works in the transaction of its connection.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.collection.obligations.obligation import DueDate, KeptReminder, KeptReport
from gateway.collection.obligations.rows import read_reminder, read_report
from gateway.errors import StateConflict, Text
from gateway.store.tables import OBLIGATION, OBLIGATION_REMINDER, OBLIGATION_REPORT
from schema.days import ZONE
from schema.obligations import CriticismReportState, ObligationState, ReminderState

__all__ = ["Reminders", "Reports"]

_R: Final = OBLIGATION_REMINDER.c
_P: Final = OBLIGATION_REPORT.c
_ID_BYTES: Final = 4


class Reminders:
    """Written reminders."""

    @staticmethod
    async def drafts(connection: AsyncConnection) -> list[KeptReminder]:
        """Give all drafts."""
        asked = select(OBLIGATION_REMINDER).where(_R.state == ReminderState.DRAFT.value).order_by(_R.drafted_at)
        return [read_reminder(row) for row in (await connection.execute(asked)).all()]

    @staticmethod
    async def draft(connection: AsyncConnection, agency: str, at: datetime) -> str:
        """Draft a reminder to an agency, and give its id."""
        own_id = _new_id("R", agency, at)
        row = {"id": own_id, "agency": agency, "state": ReminderState.DRAFT.value, "drafted_at": at}
        await connection.execute(insert(OBLIGATION_REMINDER).values(row))
        return own_id

    @staticmethod
    async def empty_drafts(connection: AsyncConnection) -> list[str]:
        """Give the drafts in which nothing is left."""
        left = select(OBLIGATION.c.id).where(OBLIGATION.c.reminder == _R.id).exists()
        asked = select(_R.id).where(_R.state == ReminderState.DRAFT.value, ~left)
        return list((await connection.execute(asked)).scalars())

    @staticmethod
    async def send(  # noqa: PLR0913, PLR0917 (all that a sent reminder has)
        connection: AsyncConnection,
        reminder: KeptReminder,
        number: tuple[int, int, str],
        letter: Mapping[str, Any],
        grace: tuple[DueDate, datetime],
        signed: tuple[str, str, datetime],
    ) -> None:
        """Write down that a draft was signed and sent."""
        (year, seq, written), (due, until), (person, signatory, at) = number, grace, signed
        values = {
            "state": ReminderState.SENT.value,
            "year": year,
            "seq": seq,
            "number": written,
            "letter": dict(letter),
            "grace_on": due.on,
            "grace_at": until,
            "grace_status": due.status.value,
            "calendar_version": due.version,
            "signed_by": person,
            "signatory": signatory,
            "sent_at": at,
        }
        await _move(connection, OBLIGATION_REMINDER, reminder.id, reminder.state.value, values)

    @staticmethod
    async def withdraw(connection: AsyncConnection, reminder_id: str) -> None:
        """Write down that a draft was given up."""
        values = {"state": ReminderState.WITHDRAWN.value}
        await _move(connection, OBLIGATION_REMINDER, reminder_id, ReminderState.DRAFT.value, values)

    @staticmethod
    async def note(connection: AsyncConnection, reminder_id: str, values: Mapping[str, Any]) -> None:
        """Write down that a sent reminder was delivered, or read."""
        await _move(connection, OBLIGATION_REMINDER, reminder_id, ReminderState.SENT.value, values)

    @staticmethod
    async def of_older_calendar(connection: AsyncConnection, version: int) -> list[KeptReminder]:
        """Give sent reminders whose grace was reckoned by an older calendar, and upon which nothing followed."""
        asked = select(OBLIGATION_REMINDER).where(
            _R.state == ReminderState.SENT.value, _R.calendar_version < version, _R.report.is_(None)
        )
        return [read_reminder(row) for row in (await connection.execute(asked)).all()]

    @staticmethod
    async def unheeded(connection: AsyncConnection, now: datetime) -> list[KeptReminder]:
        """Give sent reminders whose grace is over for sure, something of them unmet, and no report drafted (R13.3)."""
        unmet = (
            select(OBLIGATION.c.id)
            .where(
                OBLIGATION.c.reminder == _R.id,
                OBLIGATION.c.decided == ObligationState.REMINDED.value,
                OBLIGATION.c.due_at <= now,
            )
            .exists()
        )
        asked = select(OBLIGATION_REMINDER).where(
            _R.state == ReminderState.SENT.value,
            _R.grace_at <= now,
            _R.grace_status == "CONFIRMED",
            _R.report.is_(None),
            unmet,
        )
        return [read_reminder(row) for row in (await connection.execute(asked)).all()]

    @staticmethod
    async def one(connection: AsyncConnection, reminder_id: str) -> KeptReminder | None:
        """Give a reminder."""
        row = (await connection.execute(select(OBLIGATION_REMINDER).where(_R.id == reminder_id))).one_or_none()
        return None if row is None else read_reminder(row)

    @staticmethod
    async def page(
        connection: AsyncConnection,
        where: Sequence[ColumnElement[bool]],
        first: int,
        after: tuple[datetime, str] | None,
    ) -> tuple[list[KeptReminder], bool, int]:
        """Give a page, newest first, whether there are more, and how many there are in all."""
        rows, more, total = await _page(connection, OBLIGATION_REMINDER, where, first, after)
        return [read_reminder(row) for row in rows], more, total


class Reports:
    """Reports to the government."""

    @staticmethod
    async def draft(connection: AsyncConnection, reminder: KeptReminder, at: datetime) -> str:
        """Draft a report on what a reminder asked for in vain, and give its id."""
        own_id = _new_id("P", reminder.agency, at)
        row = {
            "id": own_id,
            "agency": reminder.agency,
            "state": CriticismReportState.DRAFT.value,
            "reminder": reminder.id,
            "drafted_at": at,
        }
        await connection.execute(insert(OBLIGATION_REPORT).values(row))
        await connection.execute(update(OBLIGATION_REMINDER).where(_R.id == reminder.id).values(report=own_id))
        return own_id

    @staticmethod
    async def needless_drafts(connection: AsyncConnection) -> list[str]:
        """Give the drafts whose reminder has nothing unmet any more."""
        unmet = (
            select(OBLIGATION.c.id)
            .where(OBLIGATION.c.reminder == _P.reminder, OBLIGATION.c.decided == ObligationState.REMINDED.value)
            .exists()
        )
        asked = select(_P.id).where(_P.state == CriticismReportState.DRAFT.value, ~unmet)
        return list((await connection.execute(asked)).scalars())

    @staticmethod
    async def move(connection: AsyncConnection, report: KeptReport, values: Mapping[str, Any]) -> None:
        """Write down a step of a report."""
        await _move(connection, OBLIGATION_REPORT, report.id, report.state.value, values)

    @staticmethod
    async def withdraw(connection: AsyncConnection, report_id: str) -> None:
        """Write down that a draft was given up."""
        values = {"state": CriticismReportState.WITHDRAWN.value}
        await _move(connection, OBLIGATION_REPORT, report_id, CriticismReportState.DRAFT.value, values)

    @staticmethod
    async def one(connection: AsyncConnection, report_id: str) -> KeptReport | None:
        """Give a report."""
        row = (await connection.execute(select(OBLIGATION_REPORT).where(_P.id == report_id))).one_or_none()
        return None if row is None else read_report(row)

    @staticmethod
    async def page(
        connection: AsyncConnection,
        where: Sequence[ColumnElement[bool]],
        first: int,
        after: tuple[datetime, str] | None,
    ) -> tuple[list[KeptReport], bool, int]:
        """Give a page, newest first, whether there are more, and how many there are in all."""
        rows, more, total = await _page(connection, OBLIGATION_REPORT, where, first, after)
        return [read_report(row) for row in rows], more, total


async def next_number(connection: AsyncConnection, table: Table, at: datetime, prefix: str) -> tuple[int, int, str]:
    """Give the next number of a year: 信催〔2026〕1号; two who sign at once cannot have the same (R13.2)."""
    year = at.astimezone(ZONE).year
    newest = (await connection.execute(select(func.max(table.c.seq)).where(table.c.year == year))).scalar_one()
    seq = (newest or 0) + 1
    return year, seq, f"{prefix}〔{year}〕{seq}号"


async def _move(connection: AsyncConnection, table: Table, own_id: str, state: str, values: Mapping[str, Any]) -> None:
    """Change a row that is in a state still.

    Raises:
        StateConflict: another was faster; the error names the state.

    """
    moved = await connection.execute(update(table).where(table.c.id == own_id, table.c.state == state).values(values))
    if moved.rowcount != 1:
        found = (await connection.execute(select(table.c.state).where(table.c.id == own_id))).scalar_one()
        raise StateConflict(found, Text(f"it is {found} by now", f"当前状态已为 {found}"))


async def _page(
    connection: AsyncConnection,
    table: Table,
    where: Sequence[ColumnElement[bool]],
    first: int,
    after: tuple[datetime, str] | None,
) -> tuple[Sequence[Any], bool, int]:
    columns = table.c
    beyond: list[ColumnElement[bool]] = []
    if after is not None:
        at, last = after
        beyond = [or_(columns.drafted_at < at, and_(columns.drafted_at == at, columns.id < last))]
    asked = select(table).where(*where, *beyond).order_by(columns.drafted_at.desc(), columns.id.desc()).limit(first + 1)
    rows = (await connection.execute(asked)).all()
    total = (await connection.execute(select(func.count(columns.id)).where(*where))).scalar_one()
    return rows[:first], len(rows) > first, int(total)


def _new_id(letter: str, agency: str, at: datetime) -> str:
    return f"{letter}-{agency}-{at.astimezone(ZONE):%Y%m%d}-{secrets.token_hex(_ID_BYTES)}"
