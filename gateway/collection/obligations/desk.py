"""The desk at which people remind, submit and record; what it shows is `reading` (Art. 12, 13).

Each of its methods is one field of the graph: who may is asked first, then what is wrong is told, and only then a step
is written, with its actor, reason and article.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.access.papers.desk import folded, reasoned
from gateway.access.papers.problems import Problem, unusable, user_error
from gateway.collection.obligations import rights
from gateway.collection.obligations.asking import asked
from gateway.collection.obligations.duties import due_date
from gateway.collection.obligations.letters import reminder_letter
from gateway.collection.obligations.obligation import KeptReminder, KeptReport
from gateway.collection.obligations.papers import Reminders, Reports, next_number
from gateway.collection.obligations.procedure import (
    ObligationAct,
    ReminderAct,
    ReportAct,
    obligation_step,
    reminder_step,
    report_step,
    state_at,
)
from gateway.collection.obligations.reading import CallersReading, not_sent
from gateway.collection.obligations.register import Register, add_steps
from gateway.collection.obligations.rules import REMINDER_BASIS, grace_of
from gateway.collection.obligations.upkeep import exclusive
from gateway.errors import BadUserInput, StateConflict, Text
from gateway.store.tables import OBLIGATION, OBLIGATION_REMINDER, OBLIGATION_REPORT
from schema.days import ZONE
from schema.obligation_desk import CriticismReportPayload, OutcomeInput, ReminderPayload
from schema.obligations import (
    Delivery,
    ObligationState,
)
from schema.steps import Step

__all__ = ["CallersObligations"]

_REFERENCE: Final = range(2, 201)


@dataclass(frozen=True, slots=True)
class CallersObligations(CallersReading):
    """The desk as one caller finds it at one moment."""

    # Steps

    async def send_reminder(self, reminder_id: str, signatory: str) -> ReminderPayload:
        """Sign a drafted reminder and send it: what was met meanwhile is left out (R13.2).

        Raises:
            Forbidden: it is no operator of the centre.
            StateConflict: it is no draft, nothing in it is overdue for sure, or today is no working day (AMB-15).

        """
        rights.sign_reminder(self.caller)
        name = folded(signatory) or self.caller.name
        if not _is_said(name):
            return _reminder_refused([_length(("signatory",))])
        await self.bring_up(self.now, forced=True)
        calendar = await self._calendar()
        today = self.at.astimezone(ZONE).date()
        async with asked(), exclusive(self.upkeep.engine) as connection:
            kept = await self._reminder(connection, reminder_id)
            to = reminder_step(kept.state, ReminderAct.SEND)
            if not calendar.works(today):
                said = calendar.look_up(today).reason
                detail = Text(
                    f"today is {said.english}: reminders go out on working days",
                    f"今日为{said.chinese}，催报于工作日发出",
                )
                raise StateConflict(kept.state.value, detail, legal_basis=REMINDER_BASIS)
            await Register.take_out(connection, [kept.id], self.at)
            found = await Register.some(connection, [OBLIGATION.c.reminder == kept.id])
            if not found:
                detail = Text("nothing in it is overdue any more", "所列信息均已报送或期限未届满")
                raise StateConflict(kept.state.value, detail, legal_basis=REMINDER_BASIS)
            grace = grace_of(today, self.upkeep.rules, calendar)
            number = await next_number(connection, OBLIGATION_REMINDER, self.at, self.correspondence.reminders)
            items = await self._items(found)
            letter = reminder_letter(self._written(kept.agency, number[2], name), items, grace)
            signed = (self.caller.person, name, self.at)
            await Reminders.send(connection, kept, number, letter, (due_date(grace, calendar), grace.until), signed)
            await self._decide(connection, [each.id for each in found], ObligationAct.REMIND, number[2])
            await add_steps(connection, {kept.id: self._step(kept.state.value, to.value, number[2])})
        return await self._reminder_payload(reminder_id)

    async def withdraw_reminder(self, reminder_id: str, reason: str) -> ReminderPayload:
        """Give a draft up; what it held may be drafted anew.

        Raises:
            Forbidden: it is no operator of the centre.
            StateConflict: it is no draft.

        """
        rights.sign_reminder(self.caller)
        problems = reasoned(reason)
        if problems:
            return _reminder_refused(problems)
        async with asked(), exclusive(self.upkeep.engine) as connection:
            kept = await self._reminder(connection, reminder_id)
            to = reminder_step(kept.state, ReminderAct.WITHDRAW)
            await Reminders.withdraw(connection, kept.id)
            await Register.let_go(connection, kept.id)
            await add_steps(connection, {kept.id: self._step(kept.state.value, to.value, folded(reason))})
        return await self._reminder_payload(reminder_id)

    async def record_delivery(
        self, reminder_id: str, delivery: Delivery, at: datetime, reference: str
    ) -> ReminderPayload:
        """Record how and when a sent reminder reached the agency (R13.2).

        Raises:
            Forbidden: it is no operator of the centre.
            StateConflict: it was not sent.

        """
        rights.sign_reminder(self.caller)
        proof = folded(reference)
        problems = [] if _is_said(proof) else [_length(("reference",))]
        async with asked(), exclusive(self.upkeep.engine) as connection:
            kept = await self._reminder(connection, reminder_id)
            problems += self._untimely(at, kept)
            if problems:
                return _reminder_refused(problems)
            if kept.sent_at is None:
                raise not_sent(kept)
            values = {"delivery": delivery.value, "delivered_at": at, "delivery_reference": proof}
            await Reminders.note(connection, kept.id, values)
            said = f"送达 delivered: {delivery.value}, {proof}"
            await add_steps(connection, {kept.id: self._step(kept.state.value, kept.state.value, said)})
        return await self._reminder_payload(reminder_id)

    async def acknowledge(self, reminder_id: str) -> ReminderPayload:
        """Say, for the agency, that it was read; the first time counts (R13.2).

        Raises:
            Forbidden: it is not of the agency.
            StateConflict: it was not sent.

        """
        async with asked(), exclusive(self.upkeep.engine) as connection:
            kept = await self._reminder(connection, reminder_id)
            rights.acknowledge(self.caller, kept.agency)
            if kept.sent_at is None:
                raise not_sent(kept)
            if kept.read_at is None:
                values: dict[str, Any] = {"read_at": self.at, "read_by": self.caller.person}
                if kept.delivered_at is None:
                    values |= {"delivered_at": self.at, "delivery": Delivery.PLATFORM.value}
                await Reminders.note(connection, kept.id, values)
                step = self._step(kept.state.value, kept.state.value, "签收 read by the agency")
                await add_steps(connection, {kept.id: step})
        return await self._reminder_payload(reminder_id)

    async def submit_report(self, report_id: str) -> CriticismReportPayload:
        """Submit a drafted report: what was met meanwhile is left out (R13.3).

        Raises:
            Forbidden: it is no approver of the centre.
            StateConflict: it is no draft, or nothing of it is unmet.

        """
        rights.submit_report(self.caller)
        await self.bring_up(self.now, forced=True)
        async with asked(), exclusive(self.upkeep.engine) as connection:
            kept = await self._report(connection, report_id)
            to = report_step(kept.state, ReportAct.SUBMIT)
            found = await self._unmet(connection, kept)
            number = await next_number(connection, OBLIGATION_REPORT, self.at, self.correspondence.reports)
            letter = await self._report_letter(connection, kept, found, number[2])
            values = {
                "state": to.value,
                "year": number[0],
                "seq": number[1],
                "number": number[2],
                "letter": letter,
                "submitted_by": self.caller.person,
                "submitted_at": self.at,
            }
            await Reports.move(connection, kept, values)
            await self._decide(
                connection, [each.id for each in found], ObligationAct.ESCALATE, number[2], report=kept.id
            )
            await add_steps(connection, {kept.id: self._step(kept.state.value, to.value, number[2])})
        return await self._report_payload(report_id)

    async def withdraw_report(self, report_id: str, reason: str) -> CriticismReportPayload:
        """Give a draft up.

        Raises:
            Forbidden: it is no approver of the centre.
            StateConflict: it is no draft.

        """
        rights.submit_report(self.caller)
        problems = reasoned(reason)
        if problems:
            return _report_refused(problems)
        async with asked(), exclusive(self.upkeep.engine) as connection:
            kept = await self._report(connection, report_id)
            to = report_step(kept.state, ReportAct.WITHDRAW)
            await Reports.withdraw(connection, kept.id)
            await add_steps(connection, {kept.id: self._step(kept.state.value, to.value, folded(reason))})
        return await self._report_payload(report_id)

    async def record_outcome(self, report_id: str, outcome: OutcomeInput) -> CriticismReportPayload:
        """Record what the government decided: issued by which document, or not, and why (R13.3).

        Raises:
            Forbidden: it is neither the centre's approver nor the supervisor.
            StateConflict: it was not submitted, or its outcome is recorded.

        """
        rights.record_outcome(self.caller)
        document, reason = folded(outcome.document or ""), folded(outcome.reason or "")
        async with asked(), exclusive(self.upkeep.engine) as connection:
            kept = await self._report(connection, report_id)
            to = report_step(kept.state, ReportAct.ISSUE if outcome.issued else ReportAct.SPARE)
            problems = self._outcome_problems(outcome, kept, document, reason)
            if problems:
                return _report_refused(problems)
            values = {
                "state": to.value,
                "outcome_document": document or None,
                "outcome_on": outcome.on,
                "recorded_by": self.caller.person,
            }
            await Reports.move(connection, kept, values)
            found = await Register.some(connection, [OBLIGATION.c.report == kept.id])
            act = ObligationAct.CRITICISE if outcome.issued else ObligationAct.SPARE
            still = [each.id for each in found if each.decided is ObligationState.ESCALATED]
            await self._decide(connection, still, act, document or reason)
            await add_steps(connection, {kept.id: self._step(kept.state.value, to.value, document or reason)})
        return await self._report_payload(report_id)

    # What stands behind them

    async def _decide(
        self, connection: AsyncConnection, ids: Sequence[str], act: ObligationAct, reason: str, **more: str
    ) -> None:
        """Take one act of people upon obligations; each is looked at as it stands now.

        Raises:
            StateConflict: one of them allows no such act.

        """
        for each in await Register.some(connection, [OBLIGATION.c.id.in_(ids)]):
            state = state_at(each.decided, each.opens_at, each.due_at, self.at)
            to = obligation_step(state, act)
            await Register.decide(connection, [each.id], each.decided, to, **more)
            await add_steps(connection, {each.id: self._step(state.value, to.value, reason)})

    async def _report(self, connection: AsyncConnection, report_id: str) -> KeptReport:
        kept = await Reports.one(connection, report_id) if report_id.isprintable() else None
        if kept is None:
            raise BadUserInput(Text("id: there is no such report", "id：没有该报告"))
        return kept

    async def _reminder_payload(self, reminder_id: str) -> ReminderPayload:
        async with asked(), self.upkeep.engine.connect() as connection:
            kept = await self._reminder(connection, reminder_id)
            return ReminderPayload(reminder=await self._show_reminder(connection, kept), errors=[])

    async def _report_payload(self, report_id: str) -> CriticismReportPayload:
        async with asked(), self.upkeep.engine.connect() as connection:
            kept = await self._report(connection, report_id)
            return CriticismReportPayload(report=await self._show_report(connection, kept), errors=[])

    def _untimely(self, at: datetime, kept: KeptReminder) -> list[Problem]:
        if at.tzinfo is None:
            return [unusable(("at",), Text("an instant carries its zone", "时间须带时区"))]
        if kept.sent_at is not None and kept.sent_at.replace(second=0, microsecond=0) <= at <= self.at:
            return []
        said = Text("it lies between the sending and now", "送达时间应在发出之后、当前之前")
        return [unusable(("at",), said)] if kept.sent_at is not None else []

    def _outcome_problems(self, outcome: OutcomeInput, kept: KeptReport, document: str, reason: str) -> list[Problem]:
        problems = []
        if (outcome.issued or document) and not _is_said(document):
            problems.append(_length(("outcome", "document")))
        if not outcome.issued and not _is_said(reason):
            problems.append(_length(("outcome", "reason")))
        submitted = self.at if kept.submitted_at is None else kept.submitted_at
        if not submitted.astimezone(ZONE).date() <= outcome.on <= self.at.astimezone(ZONE).date():
            said = Text("it lies between the submission and today", "日期应在报送之后、今日之前")
            problems.append(unusable(("outcome", "on"), said))
        return problems

    def _step(self, before: str, after: str, reason: str) -> Step:
        return Step(self.at, self.caller.person, self.caller.organisation, before, after, reason, REMINDER_BASIS)


def _is_said(text: str) -> bool:
    return len(text) in _REFERENCE and text.isprintable()


def _length(field: tuple[str, ...]) -> Problem:
    least, most = _REFERENCE.start, _REFERENCE.stop - 1
    return unusable(field, Text(f"{least} to {most} characters are needed", f"须填写 {least} 至 {most} 字"))


def _reminder_refused(problems: Sequence[Problem]) -> ReminderPayload:
    return ReminderPayload(reminder=None, errors=[user_error(each) for each in problems])


def _report_refused(problems: Sequence[Problem]) -> CriticismReportPayload:
    return CriticismReportPayload(report=None, errors=[user_error(each) for each in problems])
