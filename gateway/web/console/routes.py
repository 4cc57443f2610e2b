"""Where each page of the console stands, and what every one of them has before it: a session, a form of ours, words."""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.errors import ClientError, GatewayError, InternalError
from gateway.web.console import (
    catalogue,
    grants,
    obligations,
    officers,
    papers,
    presenting,
    quality,
    quarantine,
    reminders,
    single_entry,
    submissions,
    trail,
    violations,
)
from gateway.web.console.console import Console
from gateway.web.console.errors import NoSuchPage
from gateway.web.console.start import start
from gateway.web.console.subject import log, subject
from gateway.web.console.visit import Visit, sent_form
from gateway.web.frame import ASSETS, goes_to
from gateway.web.login.errors import SessionsUnavailable
from gateway.web.refusal import Refused, refusal_page
from gateway.web.sessions import Session
from schema.disclosure import Role

__all__ = ["routes"]

Page = Callable[[Visit], Awaitable[Response]]

_LOG: Final = logging.getLogger("xinyong")
_GET: Final[dict[str, Page]] = {
    "/console": start,
    "/console/papers": papers.papers,
    "/console/papers/new": presenting.choose,
    "/console/papers/new/{kind}": presenting.fill,
    "/console/papers/{id}": papers.paper,
    "/console/evidence/{digest}": papers.evidence,
    "/console/grants": grants.grants,
    "/console/grants/new": grants.fill,
    "/console/grants/{id}": grants.grant,
    "/console/subject": subject,
    "/console/subject/log": log,
    "/console/trail": trail.search,
    "/console/trail/numbers": trail.numbers,
    "/console/trail/entries/{receipt}": trail.entry,
    "/console/submissions": submissions.submissions,
    "/console/submissions/new": single_entry.choose,
    "/console/submissions/new/{record_type}": single_entry.fill,
    "/console/submissions/new/{record_type}/revoke": single_entry.fill_revocation,
    "/console/submissions/{id}": submissions.receipt,
    "/console/catalogue": catalogue.versions,
    "/console/catalogue/{region}/{version}": catalogue.version,
    "/console/officers": officers.officers,
    "/console/quality": quality.quality,
    "/console/quarantine": quarantine.quarantine,
    "/console/quarantine/{id}": quarantine.quarantined,
    "/console/obligations": obligations.obligations,
    "/console/obligations/{id}": obligations.obligation,
    "/console/reminders": reminders.reminders,
    "/console/reminders/{id}": reminders.reminder,
    "/console/reminders/{id}/letter": reminders.reminder_letter,
    "/console/reminders/{id}/letter.pdf": reminders.reminder_pdf,
    "/console/criticism": reminders.reports,
    "/console/criticism/{id}": reminders.report,
    "/console/criticism/{id}/letter": reminders.report_letter,
    "/console/criticism/{id}/letter.pdf": reminders.report_pdf,
    "/console/violations": violations.violations,
    "/console/violations/{id}": violations.violation,
}
_POST: Final[dict[str, Page]] = {
    "/console/papers/new/{kind}": presenting.present,
    "/console/papers/{id}/submit": papers.submit,
    "/console/papers/{id}/review": papers.review,
    "/console/papers/{id}/revoke": papers.revoke,
    "/console/grants/new": grants.propose,
    "/console/grants/{id}/review": grants.review,
    "/console/grants/{id}/approve": grants.approve,
    "/console/grants/{id}/withdraw": grants.withdraw,
    "/console/trail": trail.search_person,
    "/console/trail/evidence": trail.evidence,
    "/console/trail/entries/{receipt}/verify": trail.verify,
    "/console/submissions": submissions.send,
    "/console/submissions/{id}/workbook": submissions.marked,
    "/console/submissions/new/{record_type}": single_entry.enter,
    "/console/submissions/new/{record_type}/revoke": single_entry.revoke,
    "/console/catalogue": catalogue.propose,
    "/console/catalogue/{region}/{version}/review": catalogue.review,
    "/console/catalogue/{region}/{version}/approve": catalogue.approve,
    "/console/catalogue/{region}/{version}/publish": catalogue.publish,
    "/console/officers": officers.name,
    "/console/officers/end": officers.end,
    "/console/quarantine/{id}/propose": quarantine.propose,
    "/console/quarantine/{id}/decide": quarantine.decide,
    "/console/reminders/{id}/send": reminders.send,
    "/console/reminders/{id}/withdraw": reminders.withdraw,
    "/console/reminders/{id}/deliver": reminders.deliver,
    "/console/reminders/{id}/acknowledge": reminders.acknowledge,
    "/console/criticism/{id}/submit": reminders.submit_report,
    "/console/criticism/{id}/withdraw": reminders.withdraw_report,
    "/console/criticism/{id}/outcome": reminders.outcome,
    "/console/violations": violations.open_case,
    "/console/violations/{id}/find": violations.find,
    "/console/violations/{id}/decide": violations.decide,
    "/console/violations/{id}/close": violations.close,
}
_UPLOADS: Final = re.compile(r"/console/submissions(/[^/]+/workbook)?")
"""Where a form may be as long as a workbook, of whoever reports."""


def routes(console: Console) -> list[Route]:
    """Give the routes of login, console and the files that they load."""
    pages = [Route(path, _page(console, page), methods=["GET"]) for path, page in _GET.items()]
    pages += [Route(path, _page(console, page), methods=["POST"]) for path, page in _POST.items()]
    return [*console.login.routes(), *ASSETS, *pages, Route("/console/{path:path}", _page(console, _nothing))]


async def _nothing(_: Visit) -> Response:
    raise NoSuchPage


def _page(console: Console, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        try:
            session = await console.login.session(request)
        except SessionsUnavailable as error:
            _LOG.error("console: %s", error)
            return refusal_page(error)
        if session is None:
            return goes_to(f"/login?next={quote(_way_back(request), safe='/')}")
        return await _guarded(console, request, session, page)

    return answered


def _most_bytes(console: Console, request: Request, session: Session) -> int:
    uploads = _UPLOADS.fullmatch(request.url.path) and Role.REPORTER in session.caller.roles
    return console.upload_bytes if uploads else console.body_bytes


def _way_back(request: Request) -> str:
    """Give the page to which a login leads: the one asked for, or the first where a form was sent."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}" if request.method == "GET" else "/console"


async def _guarded(console: Console, request: Request, session: Session, page: Page) -> Response:
    """Make every refusal a page; what is unforeseen tells its code alone."""
    token = console.sessions.form_token(session)
    try:
        if request.method != "POST":
            return await page(Visit(console, request, session))
        form = await sent_form(console, request, session, _most_bytes(console, request, session))
        try:
            return await page(Visit(console, request, session, form))
        finally:
            await form.close()
    except Refused as refused:
        return refusal_page(refused.refusal, session=session, form_token=token)
    except GatewayError as error:
        if not isinstance(error, ClientError):
            _LOG.error("console: %s", error)
        return refusal_page(error, session=session, form_token=token)
    except Exception:  # noqa: BLE001 (a front door: whatever it was, the person learns its code alone)
        _LOG.exception("a page of the console failed")
        return refusal_page(InternalError("unforeseen"), session=session, form_token=token)
