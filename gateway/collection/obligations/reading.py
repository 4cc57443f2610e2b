"""What one caller reads of obligations, reminders and reports: agencies their own, staff all (Art. 12, 13)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.access.callers import Caller
from gateway.access.papers.archive import Place
from gateway.access.papers.pages import page_info, read_cursor, read_first
from gateway.access.papers.rows import Seals
from gateway.collection.obligations import rights
from gateway.collection.obligations.asking import asked
from gateway.collection.obligations.letters import Item, Written, reminder_letter, report_letter
from gateway.collection.obligations.obligation import KeptObligation, KeptReminder, KeptReport
from gateway.collection.obligations.papers import Reminders, Reports
from gateway.collection.obligations.register import Register
from gateway.collection.obligations.rules import REMINDER_BASIS, due_of, grace_of
from gateway.collection.obligations.shown import show_obligation, show_reminder, show_report
from gateway.collection.obligations.upkeep import Upkeep
from gateway.collection.obligations.wanted import (
    named,
    obligations_asked,
    obligations_of,
    reminders_of,
    reports_of,
)
from gateway.errors import BadUserInput, StateConflict, Text
from gateway.store.tables import OBLIGATION, OBLIGATION_REMINDER, OBLIGATION_REPORT
from gateway.workdays import Calendar, Due
from schema.days import ZONE
from schema.obligations import (
    CriticismReport,
    CriticismReportConnection,
    CriticismReportState,
    Obligation,
    ObligationConnection,
    ObligationFilter,
    ObligationState,
    ReminderState,
    ReportingReminder,
    ReportingReminderConnection,
)

__all__ = ["CallersReading", "Correspondence", "not_sent"]

_Page = tuple[int, str | None]


@dataclass(frozen=True, slots=True)
class Correspondence:
    """How the centre writes: its name, to whom it reports, and how its numbers begin."""

    sender: str = "郑州市信用中心"
    government: str = "市政府"
    reminders: str = "信催"
    reports: str = "信报"


@dataclass(frozen=True, slots=True)
class CallersReading:
    """What one caller may read, at one moment."""

    upkeep: Upkeep
    correspondence: Correspondence
    seals: Seals
    bring_up: Callable[..., Awaitable[None]]
    caller: Caller
    now: float

    @property
    def at(self) -> datetime:
        """The instant, aware."""
        return datetime.fromtimestamp(self.now, UTC)

    # Questions

    async def obligation(self, obligation_id: str) -> Obligation | None:
        """Give an obligation, None where there is none that the caller may see."""
        await self.bring_up(self.now)
        where = [*obligations_of(self.caller), named(OBLIGATION.c.id, obligation_id)]
        async with asked(), self.upkeep.engine.connect() as connection:
            found = await self._shown(connection, await Register.some(connection, where))
        return found[0] if found else None

    async def obligations(self, by: ObligationFilter | None, page: _Page) -> ObligationConnection:
        """Give a page of obligations, the first due first.

        Raises:
            BadUserInput: the page cannot be read.

        """
        first, after = read_first(page[0]), read_cursor(page[1], self.caller.person, self.seals)
        await self.bring_up(self.now)
        where = obligations_of(self.caller)
        where += [] if by is None else obligations_asked(by, self.at)
        async with asked(), self.upkeep.engine.connect() as connection:
            total = await Register.counted(connection, where)
            found = await Register.some(connection, [*where, *_behind(after)], first + 1)
            nodes = await self._shown(connection, found[:first])
        places = [Place(each.due_at, each.id) for each in found[:first]]
        info = page_info(places, self.caller.person, self.seals, after=after is not None, more=len(found) > first)
        return ObligationConnection(nodes=nodes, page_info=info, total_count=total)

    async def reminder(self, reminder_id: str) -> ReportingReminder | None:
        """Give a reminder, None where there is none that the caller may see."""
        await self.bring_up(self.now)
        where = [*reminders_of(self.caller), named(OBLIGATION_REMINDER.c.id, reminder_id)]
        async with asked(), self.upkeep.engine.connect() as connection:
            found, _, _ = await Reminders.page(connection, where, 1, None)
            return await self._show_reminder(connection, found[0]) if found else None

    async def reminders(
        self, state: ReminderState | None, agency: str | None, page: _Page
    ) -> ReportingReminderConnection:
        """Give a page of reminders, newest first.

        Raises:
            BadUserInput: the page cannot be read.

        """
        first, after = read_first(page[0]), read_cursor(page[1], self.caller.person, self.seals)
        await self.bring_up(self.now)
        where = reminders_of(self.caller)
        where += [] if state is None else [OBLIGATION_REMINDER.c.state == state.value]
        where += [] if agency is None else [named(OBLIGATION_REMINDER.c.agency, agency)]
        behind = None if after is None else (after.at, after.id)
        async with asked(), self.upkeep.engine.connect() as connection:
            found, more, total = await Reminders.page(connection, where, first, behind)
            nodes = [await self._show_reminder(connection, each) for each in found]
        places = [Place(each.drafted_at, each.id) for each in found]
        info = page_info(places, self.caller.person, self.seals, after=after is not None, more=more)
        return ReportingReminderConnection(nodes=nodes, page_info=info, total_count=total)

    async def report(self, report_id: str) -> CriticismReport | None:
        """Give a report, None where there is none that the caller may see."""
        await self.bring_up(self.now)
        where = [*reports_of(self.caller), named(OBLIGATION_REPORT.c.id, report_id)]
        async with asked(), self.upkeep.engine.connect() as connection:
            found, _, _ = await Reports.page(connection, where, 1, None)
            return await self._show_report(connection, found[0]) if found else None

    async def reports(
        self, state: CriticismReportState | None, agency: str | None, page: _Page
    ) -> CriticismReportConnection:
        """Give a page of reports, newest first.

        Raises:
            BadUserInput: the page cannot be read.

        """
        first, after = read_first(page[0]), read_cursor(page[1], self.caller.person, self.seals)
        await self.bring_up(self.now)
        where = reports_of(self.caller)
        where += [] if state is None else [OBLIGATION_REPORT.c.state == state.value]
        where += [] if agency is None else [named(OBLIGATION_REPORT.c.agency, agency)]
        behind = None if after is None else (after.at, after.id)
        async with asked(), self.upkeep.engine.connect() as connection:
            found, more, total = await Reports.page(connection, where, first, behind)
            nodes = [await self._show_report(connection, each) for each in found]
        places = [Place(each.drafted_at, each.id) for each in found]
        info = page_info(places, self.caller.person, self.seals, after=after is not None, more=more)
        return CriticismReportConnection(nodes=nodes, page_info=info, total_count=total)

    # What stands behind them

    async def _calendar(self) -> Calendar:
        async with asked():
            return await self.upkeep.calendars.current()

    async def _due(self, kept: KeptObligation, known: dict[int, Calendar]) -> Due:
        """Count an obligation's days as they were counted when its day was written down."""
        version = kept.due.version
        if version not in known:
            known[version] = await self.upkeep.calendars.as_of(version)
        return due_of(kept.kind, kept.record_type, kept.period, self.upkeep.rules, known[version])

    async def _items(self, found: Sequence[KeptObligation]) -> list[Item]:
        known: dict[int, Calendar] = {}
        return [Item(each, await self._due(each, known)) for each in found]

    async def _shown(self, connection: AsyncConnection, found: Sequence[KeptObligation]) -> list[Obligation]:
        steps = await Register.steps(connection, [each.id for each in found])
        return [
            show_obligation(
                each.obligation,
                each.due,
                steps.get(each.obligation.id, ()),
                self._name(each.obligation.agency),
                self.at,
            )
            for each in await self._items(found)
        ]

    async def _show_reminder(self, connection: AsyncConnection, kept: KeptReminder) -> ReportingReminder:
        found = await Register.some(connection, [OBLIGATION.c.reminder == kept.id])
        letter = kept.letter
        if letter is None:
            calendar = await self._calendar()
            grace = grace_of(self.at.astimezone(ZONE).date(), self.upkeep.rules, calendar)
            letter = reminder_letter(
                self._written(kept.agency, self._blank(self.correspondence.reminders)), await self._items(found), grace
            )
        steps = (await Register.steps(connection, [kept.id])).get(kept.id, [])
        return show_reminder(kept, letter, await self._shown(connection, found), steps, self._name(kept.agency))

    async def _show_report(self, connection: AsyncConnection, kept: KeptReport) -> CriticismReport:
        draft = kept.state is CriticismReportState.DRAFT
        found = (
            await self._unmet(connection, kept)
            if draft
            else await Register.some(connection, [OBLIGATION.c.report == kept.id])
        )
        letter = kept.letter
        if letter is None:
            letter = await self._report_letter(connection, kept, found, self._blank(self.correspondence.reports))
        steps = (await Register.steps(connection, [kept.id])).get(kept.id, [])
        return show_report(kept, letter, await self._shown(connection, found), steps, self._name(kept.agency))

    async def _unmet(self, connection: AsyncConnection, kept: KeptReport) -> list[KeptObligation]:
        reminded = OBLIGATION.c.decided == ObligationState.REMINDED.value
        return await Register.some(connection, [OBLIGATION.c.reminder == kept.reminder, reminded])

    async def _report_letter(
        self, connection: AsyncConnection, kept: KeptReport, found: Sequence[KeptObligation], number: str
    ) -> Mapping[str, Any]:
        reminder = await self._reminder(connection, kept.reminder)
        if reminder.sent_at is None or reminder.grace is None:
            raise not_sent(reminder)
        told = {
            "agency": self._name(kept.agency),
            "number": reminder.number,
            "sent_on": reminder.sent_at.astimezone(ZONE).date(),
            "grace_on": reminder.grace.on,
        }
        name = self.caller.name if number != self._blank(self.correspondence.reports) else ""
        written = self._written(kept.agency, number, name, to=self.correspondence.government)
        return report_letter(written, await self._items(found), told)

    async def _reminder(self, connection: AsyncConnection, reminder_id: str) -> KeptReminder:
        kept = await Reminders.one(connection, reminder_id) if reminder_id.isprintable() else None
        if kept is None or not (rights.sees_all(self.caller) or rights.is_of(self.caller, kept.agency)):
            raise BadUserInput(Text("id: there is no such reminder", "id：没有该催报文书"))
        return kept

    def _name(self, agency: str) -> str:
        return self.upkeep.agencies().name_of(agency)

    def _blank(self, prefix: str) -> str:
        """Give a number that is not given yet, as drafts have it."""
        return f"{prefix}〔{self.at.astimezone(ZONE).year}〕　号"

    def _written(self, agency: str, number: str, signatory: str = "", *, to: str | None = None) -> Written:
        on = self.at.astimezone(ZONE).date()
        return Written(self.correspondence.sender, to or self._name(agency), agency, on, number, signatory)


def _behind(after: Place | None) -> list[Any]:
    if after is None:
        return []
    columns = OBLIGATION.c
    return [(columns.due_at > after.at) | ((columns.due_at == after.at) & (columns.id > after.id))]


def not_sent(kept: KeptReminder) -> StateConflict:
    """Say that a reminder was not sent."""
    return StateConflict(kept.state.value, Text("it was not sent", "尚未发出"), legal_basis=REMINDER_BASIS)
