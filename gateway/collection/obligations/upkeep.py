"""Everything that follows from the clock, the calendar and the receipts, brought up to date (Art. 12, 13).

Duties are written ahead, days reckoned anew by a newer calendar, obligations met by receipts, late decisions noted,
reminders and reports drafted. Nothing is sent and nobody is criticised here: that is for people. Each part is a
transaction of its own and may be repeated at any time, by any process: a second run finds nothing to do.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.collection.obligations.duties import Agencies, Duty, ahead, due_date, duties, late_decision
from gateway.collection.obligations.obligation import KeptObligation
from gateway.collection.obligations.papers import Reminders, Reports
from gateway.collection.obligations.procedure import ObligationAct, obligation_step
from gateway.collection.obligations.receipts import Receipts
from gateway.collection.obligations.register import Register, add_steps
from gateway.collection.obligations.rules import BASIS, REMINDER_BASIS, Rules, due_of, grace_of
from gateway.collection.obligations.settling import Met, settle
from gateway.store.locks import Lock, in_turn
from gateway.store.tables import OBLIGATION, OBLIGATION_MARK
from gateway.workdays import Calendar, Calendars
from schema.days import ZONE
from schema.disclosure import LegalBasis
from schema.obligations import CriticismReportState, ObligationState, ReminderState
from schema.steps import Step

__all__ = ["HOUSE", "Upkeep", "exclusive"]

HOUSE: Final = "GATEWAY"
"""Who acts where no person does."""
_MOST: Final = 500
_MOST_IN_ONE: Final = 500
"""Obligations that one reminder speaks of: a letter that is longer is read by nobody."""
_OVERLAP: Final = timedelta(minutes=10)
"""Receipts are looked at again for so long: one that was begun earlier may have been written later."""
_MARK: Final = "decisions"
_FIRST: Final = datetime(2017, 7, 11, tzinfo=ZONE)
"""Since when the Measures are in force: nothing was reported by them before."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """The room's own work; ``since`` is the day from which duties count where nothing is written down yet."""

    engine: AsyncEngine
    calendars: Calendars
    receipts: Receipts
    agencies: Callable[[], Agencies]
    rules: Rules
    since: date | None = None
    _seen: dict[str, Any] = field(default_factory=dict)
    """What this process did last: for which day and duties it wrote ahead, until when it looked at receipts."""

    async def run(self, now: datetime) -> None:
        """Bring everything up to date at an instant."""
        calendar = await self.calendars.current()
        written = await self._write_ahead(now, calendar)
        await self.reckon_anew(now, calendar)
        await self._settle(now, anew=written)
        await self._note_late_decisions(now, calendar)
        await self._draft(now)

    # Ahead

    async def _write_ahead(self, now: datetime, calendar: Calendar) -> bool:
        """Write down what comes, once a day and whenever the ledger has changed; say whether anything was new."""
        today = now.astimezone(ZONE).date()
        known = tuple(duties(self.agencies()))
        if self._seen.get("ahead") == (today, known):
            return False
        async with exclusive(self.engine) as connection:
            written = await Register.written_to(connection)
            await self._withdraw(connection, known, now)
        planned: list[KeptObligation] = []
        for duty in known:
            last = written.get((duty.agency, duty.record_type, duty.kind.value))
            first = min(self.since or today, today) if last is None else last + timedelta(days=1)
            planned += ahead(duty, first, today, self.rules, calendar)
        for start in range(0, len(planned), _MOST):
            chunk = planned[start : start + _MOST]
            async with exclusive(self.engine) as connection:
                if await Register.add(connection, chunk) < len(chunk):
                    await self._restore(connection, chunk, now)
        self._seen["ahead"] = (today, known)
        return bool(planned)

    async def _withdraw(self, connection: AsyncConnection, known: Sequence[Duty], now: datetime) -> None:
        """Withdraw what was planned of a duty that is none any more: the agency reports in another way now."""
        kept = {(each.agency, each.record_type, each.kind) for each in known}
        planned = await Register.not_begun(connection, now)
        gone = [each.id for each in planned if (each.agency, each.record_type, each.kind) not in kept]
        to = obligation_step(ObligationState.PLANNED, ObligationAct.WITHDRAW)
        done = [
            name
            for start in range(0, len(gone), _MOST)
            for name in await Register.decide(connection, gone[start : start + _MOST], ObligationState.PLANNED, to)
        ]
        step = _step(
            now, ObligationState.PLANNED.value, to.value, "报送方式已变更 the agency reports in another way", BASIS
        )
        await add_steps(connection, dict.fromkeys(done, step))

    async def _restore(self, connection: AsyncConnection, planned: list[KeptObligation], now: datetime) -> None:
        """Plan again what was withdrawn."""
        back = await Register.withdrawn(connection, [each.id for each in planned])
        to = obligation_step(ObligationState.WITHDRAWN, ObligationAct.RESTORE)
        done = await Register.decide(connection, [each.id for each in back], ObligationState.WITHDRAWN, to)
        step = _step(now, ObligationState.WITHDRAWN.value, to.value, "报送方式已恢复 as it was before", BASIS)
        await add_steps(connection, dict.fromkeys(done, step))

    # By the calendar

    async def reckon_anew(self, now: datetime, calendar: Calendar) -> None:
        """Reckon open clocks by the calendar in force; a day that moves has a step that says so (AMB-14)."""
        while True:
            async with exclusive(self.engine) as connection:
                older = await Register.of_older_calendar(connection, calendar.version, _MOST)
                steps = {}
                reckoned = []
                for each in older:
                    due = due_of(each.kind, each.record_type, each.period, self.rules, calendar)
                    kept = due_date(due, calendar)
                    reckoned.append((each, kept, due.until))
                    if (kept.on, kept.status) != (each.due.on, each.due.status):
                        said = (
                            f"期限重算 reckoned anew: {each.due.on} {each.due.status} → {kept.on} {kept.status}, "
                            f"日历版本 calendar {calendar.version}"
                        )
                        steps[each.id] = _step(now, each.decided.value, each.decided.value, said, BASIS)
                await Register.reckon_anew(connection, reckoned)
                await add_steps(connection, steps)
            if len(older) < _MOST:
                break
        async with exclusive(self.engine) as connection:
            for reminder in await Reminders.of_older_calendar(connection, calendar.version):
                if reminder.sent_at is not None:
                    grace = grace_of(reminder.sent_at.astimezone(ZONE).date(), self.rules, calendar)
                    kept = due_date(grace, calendar)
                    values = {
                        "grace_on": kept.on,
                        "grace_at": grace.until,
                        "grace_status": kept.status.value,
                        "calendar_version": kept.version,
                    }
                    await Reminders.note(connection, reminder.id, values)

    # By receipts

    async def _settle(self, now: datetime, *, anew: bool) -> None:
        """Meet what was reported: of whoever reported since the last look, and of everybody at first, or *anew*."""
        last: datetime | None = self._seen.get("settled")
        among = None
        if last is not None and last <= now and not anew:
            among = await self.receipts.lately(last - _OVERLAP, now)
        if among is None or among:
            await self._settle_among(now, among)
        self._seen["settled"] = now

    async def _settle_among(self, now: datetime, among: Collection[tuple[str, str]] | None) -> None:
        async with self.engine.connect() as connection:
            waiting = await Register.waiting(connection, now, among)
        for (agency, record_type), obligations in waiting.items():
            since = min(each.opens_at for each in obligations) - timedelta(days=1)
            periods = [each.period.name for each in obligations[:_MOST]]
            receipts = await self.receipts.received(agency, record_type, since, now, periods)
            met = list(settle(obligations, receipts))
            if met:
                async with exclusive(self.engine) as connection:
                    done = await Register.meet(connection, met)
                    await add_steps(connection, {each.obligation.id: _met_step(each) for each in done})

    async def _note_late_decisions(self, now: datetime, calendar: Calendar) -> None:
        """Note licences and penalties that were reported after their seven working days (R12.4)."""
        async with self.engine.connect() as connection:
            asked = select(OBLIGATION_MARK.c.at).where(OBLIGATION_MARK.c.name == _MARK)
            mark = (await connection.execute(asked)).scalar_one_or_none()
        since = _FIRST if mark is None else mark - _OVERLAP
        decided = await self.receipts.decided(since, now)
        late = [found for each in decided if (found := late_decision(each, self.rules, calendar))]
        async with exclusive(self.engine) as connection:
            if late:
                await Register.add(connection, late)
            if mark is None:
                await connection.execute(insert(OBLIGATION_MARK).values(name=_MARK, at=now, id=""))
            elif now - mark > _OVERLAP / 2:
                moved = update(OBLIGATION_MARK).where(OBLIGATION_MARK.c.name == _MARK, OBLIGATION_MARK.c.at < now)
                await connection.execute(moved.values(at=now))

    # Drafts

    async def _draft(self, now: datetime) -> None:
        async with exclusive(self.engine) as connection:
            await self._draft_reminders(connection, now)
        async with exclusive(self.engine) as connection:
            await self._draft_reports(connection, now)

    async def _draft_reminders(self, connection: AsyncConnection, now: datetime) -> None:
        """Draft one reminder for each agency that is overdue for sure, or add to its draft (R13.2)."""
        drafts = {each.agency: each.id for each in await Reminders.drafts(connection)}
        await Register.take_out(connection, list(drafts.values()), now)
        held = {
            agency: await Register.counted(connection, [OBLIGATION.c.reminder == draft])
            for agency, draft in drafts.items()
        }
        full = [agency for agency, count in held.items() if count >= _MOST_IN_ONE]
        overdue: defaultdict[str, list[str]] = defaultdict(list)
        for each in await Register.to_remind(connection, now, _MOST, full):
            overdue[each.agency].append(each.id)
        steps = {}
        for agency, found in overdue.items():
            ids = found[: _MOST_IN_ONE - held.get(agency, 0)]  # the rest goes into the next, when this one is sent
            reminder = drafts.get(agency)
            if reminder is None:
                reminder = await Reminders.draft(connection, agency, now)
                steps[reminder] = _step(now, None, ReminderState.DRAFT.value, None, REMINDER_BASIS)
            await Register.put_into(connection, reminder, ids)
        for empty in await Reminders.empty_drafts(connection):
            await Reminders.withdraw(connection, empty)
            said = "期间均已报送 all was reported meanwhile"
            states = ReminderState.DRAFT.value, ReminderState.WITHDRAWN.value
            steps[empty] = _step(now, *states, said, REMINDER_BASIS)
        await add_steps(connection, steps)

    async def _draft_reports(self, connection: AsyncConnection, now: datetime) -> None:
        """Draft a report where a sent reminder and its grace were in vain (R13.3)."""
        steps = {}
        for reminder in await Reminders.unheeded(connection, now):
            report = await Reports.draft(connection, reminder, now)
            steps[report] = _step(now, None, CriticismReportState.DRAFT.value, None, REMINDER_BASIS)
        for needless in await Reports.needless_drafts(connection):
            await Reports.withdraw(connection, needless)
            states = CriticismReportState.DRAFT.value, CriticismReportState.WITHDRAWN.value
            steps[needless] = _step(now, *states, "期间均已报送 all was reported meanwhile", REMINDER_BASIS)
        await add_steps(connection, steps)


@asynccontextmanager
async def exclusive(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open a transaction of which no other of this room runs at the same time, in whatever process."""
    async with engine.begin() as connection:
        await in_turn(connection, Lock.OBLIGATIONS)
        yield connection


def _met_step(met: Met) -> Step:
    said = f"报送回执 receipt {met.receipt.id}"
    return Step(met.receipt.received_at, HOUSE, None, met.before.value, met.after.value, said, BASIS)


def _step(now: datetime, before: str | None, after: str, reason: str | None, basis: LegalBasis) -> Step:
    return Step(now, HOUSE, None, before, after, reason, basis)
