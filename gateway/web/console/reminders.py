"""The pages of reminders and reports: the letter, and the steps that people take (Art. 13; R13.2, R13.3)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gateway.collection.obligations.letter_pdf import as_pdf
from gateway.collection.obligations.rights import is_of
from gateway.errors import BadUserInput, Text
from gateway.web import words
from gateway.web.console.obligation_documents import (
    ACKNOWLEDGE,
    DELIVERED,
    OUTCOME,
    REMINDER,
    REMINDERS,
    REPORT,
    REPORTS,
    SEND,
    SUBMIT_REPORT,
    WITHDRAW_REMINDER,
    WITHDRAW_REPORT,
)
from gateway.web.console.steps import Step, allowed, found_by_id, shown, take
from gateway.web.console.visit import Visit
from gateway.web.frame import HEADERS
from schema.days import ZONE
from schema.disclosure import Role
from schema.obligations import CriticismReportState, Delivery, ReminderState

__all__ = [
    "acknowledge",
    "deliver",
    "outcome",
    "reminder",
    "reminder_letter",
    "reminder_pdf",
    "reminders",
    "report",
    "report_letter",
    "report_pdf",
    "reports",
    "send",
    "submit_report",
    "withdraw",
    "withdraw_report",
]


# Reminders


async def reminders(visit: Visit) -> Response:
    """Show the reminders that the caller may see, by state."""
    state = _word(words.REMINDER_STATES, visit.query("state"))
    reply = await visit.ask(REMINDERS, {"state": state, "after": visit.query("after")})
    told = {"page": reply.of("reportingReminders"), "chosen": {"state": state}}
    return visit.page("reminders.html", told)


async def reminder(visit: Visit) -> Response:
    """Show one reminder: its letter, what became of it, and what may be done with it."""
    return await _reminder(visit, ())


async def _reminder(visit: Visit, problems: tuple[Text, ...]) -> Response:
    found = await found_by_id(visit, REMINDER, "reportingReminder")
    told = {"reminder": found, "may": _may_of_reminder(visit, found), "deliveries": list(Delivery)}
    return shown(visit, "reminder.html", told, problems)


def _may_of_reminder(visit: Visit, found: Mapping[str, Any]) -> frozenset[str]:
    """Say which buttons to show; whether they work, the graph decides."""
    state, operator = found["state"], visit.has(Role.OPERATOR)
    own = is_of(visit.caller, found["agency"]) and visit.has(Role.OFFICER, Role.REPORTER)
    sent = state == ReminderState.SENT.value
    return allowed(
        send=operator and state == ReminderState.DRAFT.value,
        deliver=operator and sent and found["delivery"] in (None, Delivery.PLATFORM.value),
        acknowledge=own and sent and found["readAt"] is None,
    )


async def reminder_letter(visit: Visit) -> Response:
    """Show a reminder's letter by itself, to be read and printed."""
    return visit.page("letter.html", {"letter": (await found_by_id(visit, REMINDER, "reportingReminder"))["letter"]})


async def reminder_pdf(visit: Visit) -> Response:
    """Give a reminder's letter as PDF."""
    return await _pdf(await found_by_id(visit, REMINDER, "reportingReminder"))


async def send(visit: Visit) -> Response:
    """Sign a draft and send it."""
    return await take(visit, Step("send", SEND), visit.sent("signatory"), _reminder)


async def withdraw(visit: Visit) -> Response:
    """Give a draft up."""
    return await take(visit, Step("withdraw", WITHDRAW_REMINDER), visit.sent("reason"), _reminder)


async def deliver(visit: Visit) -> Response:
    """Record how a reminder reached the agency."""
    delivery = str(visit.form.get("delivery", ""))
    if delivery not in Delivery.__members__:
        raise BadUserInput(Text("there is no such way of delivery", "没有该送达方式"))
    try:
        at = datetime.fromisoformat(str(visit.form.get("at", ""))).replace(tzinfo=ZONE)
    except ValueError:
        return await _reminder(visit, (Text("give day and time of the delivery", "请填写送达日期和时间"),))
    sent = {"delivery": delivery, "at": at.isoformat(), **visit.sent("reference")}
    return await take(visit, Step("deliver", DELIVERED), sent, _reminder)


async def acknowledge(visit: Visit) -> Response:
    """Say for the agency that it was read."""
    return await take(visit, Step("acknowledge", ACKNOWLEDGE), {}, _reminder)


# Reports


async def reports(visit: Visit) -> Response:
    """Show the reports that the caller may see, by state."""
    state = _word(words.REPORT_STATES, visit.query("state"))
    reply = await visit.ask(REPORTS, {"state": state, "after": visit.query("after")})
    return visit.page("reports.html", {"page": reply.of("criticismReports"), "chosen": {"state": state}})


async def report(visit: Visit) -> Response:
    """Show one report."""
    return await _report(visit, ())


async def _report(visit: Visit, problems: tuple[Text, ...]) -> Response:
    found = await found_by_id(visit, REPORT, "criticismReport")
    return shown(visit, "report.html", {"report": found, "may": _may_of_report(visit, found)}, problems)


def _may_of_report(visit: Visit, found: Mapping[str, Any]) -> frozenset[str]:
    """Say which buttons to show; whether they work, the graph decides."""
    state, approver = found["state"], visit.has(Role.APPROVER)
    return allowed(
        submit=approver and state == CriticismReportState.DRAFT.value,
        outcome=(approver or visit.has(Role.SUPERVISOR)) and state == CriticismReportState.SUBMITTED.value,
    )


async def report_letter(visit: Visit) -> Response:
    """Show a report's letter by itself."""
    return visit.page("letter.html", {"letter": (await found_by_id(visit, REPORT, "criticismReport"))["letter"]})


async def report_pdf(visit: Visit) -> Response:
    """Give a report's letter as PDF."""
    return await _pdf(await found_by_id(visit, REPORT, "criticismReport"))


async def submit_report(visit: Visit) -> Response:
    """Submit a drafted report."""
    return await take(visit, Step("submit", SUBMIT_REPORT), {}, _report)


async def withdraw_report(visit: Visit) -> Response:
    """Give a draft up."""
    return await take(visit, Step("withdraw", WITHDRAW_REPORT), visit.sent("reason"), _report)


async def outcome(visit: Visit) -> Response:
    """Record what the government decided."""
    on = str(visit.form.get("on", ""))
    if not on:
        return await _report(visit, (Text("give the day of the decision", "请填写决定日期"),))
    told = {
        "issued": str(visit.form.get("issued", "")) == "yes",
        "on": on,
        **visit.sent("document", "reason"),
    }
    return await take(visit, Step("outcome", OUTCOME), {"outcome": told}, _report)


# What stands behind them


async def _pdf(found: Mapping[str, Any]) -> Response:
    """Set a letter beside the loop: a long one takes a second."""
    letter = found["letter"]
    content = await run_in_threadpool(as_pdf, letter)
    name = quote(f"{found['number'] or found['id']}.pdf", safe="")
    headers = {**HEADERS, "content-disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, media_type="application/pdf", headers=headers)


def _word(listed: Mapping[str, Text], chosen: str | None) -> str | None:
    if chosen is not None and chosen not in listed:
        raise BadUserInput(Text("there is no such state", "没有该状态"))
    return chosen
