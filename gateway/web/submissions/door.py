"""The door itself: who comes, for what, and what becomes of it; who is turned away has an entry too (Art. 25(3))."""

import asyncio
import logging
from contextlib import ExitStack
from typing import Final

from gateway.access.callers import Verifier
from gateway.collection.intake import Intake, Receipt
from gateway.collection.intake.entries import Sender
from gateway.collection.intake.rights import reporter
from gateway.collection.workbooks import WorkbookDesk
from gateway.collection.workbooks import media_type as workbook_type
from gateway.errors import (
    AuditUnavailable,
    ClientError,
    GatewayError,
    InternalError,
    MethodNotAllowed,
    ServiceError,
)
from gateway.settings import Collection
from gateway.web.requests import Receive, Scope, Send
from gateway.web.submissions.bodies import Bodies, Sent
from gateway.web.submissions.parameters import OF_A_LIST, OF_A_RECEIPT, OF_A_SUBMISSION
from gateway.web.submissions.receipts import Receipts
from gateway.web.submissions.visits import PATH, Reply, Submitting, answer, refusal

__all__ = ["SubmissionsDoor"]

_LOG: Final = logging.getLogger("xinyong")
_WORKBOOK: Final = workbook_type.encode()
_MARKED: Final = "/workbook"


class SubmissionsDoor:
    """An ASGI application for ``/submissions`` and what is below it."""

    def __init__(self, intake: Intake, verifier: Verifier, bounds: Collection, desk: WorkbookDesk) -> None:
        """Bring what is sent to *intake*, within *bounds*."""
        self._intake = intake
        self._verifier = verifier
        self._bodies = Bodies(bounds, desk)
        self._receipts = Receipts(intake, desk)
        self._running: set[asyncio.Task[None]] = set()

    def before(self, verifier: Verifier) -> "SubmissionsDoor":
        """Give the same door as *verifier* sees who comes: pages come for who is logged in."""
        twin = SubmissionsDoor(self._intake, verifier, self._bodies.bounds, self._bodies.desk)
        twin._running = self._running
        return twin

    @property
    def intake(self) -> Intake:
        """The room behind it."""
        return self._intake

    async def close(self) -> None:
        """Leave what is still coming in: whoever sends it again goes on behind it."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        visit = Submitting(scope)
        try:
            reply = await self._reply(visit, receive)
        except GatewayError as error:
            reply = await self._refused(visit, error)
        except Exception:  # noqa: BLE001 (a front door: whatever it was, the caller learns its code alone)
            _LOG.exception("request %s failed", visit.request_id)
            reply = refusal(InternalError("unforeseen"), visit)
        await answer(visit, reply, send)

    async def _reply(self, visit: Submitting, receive: Receive) -> Reply:
        visit.admit(self._verifier)
        match visit.method, visit.below(PATH):
            case "POST", "":
                visit.read(OF_A_SUBMISSION)
                return await self._take(visit, receive)
            case "POST", named if named.endswith(_MARKED):
                visit.read(frozenset())
                return await self._mark(visit, named.removesuffix(_MARKED), receive)
            case "GET", "":
                visit.read(OF_A_LIST)
                return await self._receipts.give_page(visit)
            case "GET", named:
                visit.read(OF_A_RECEIPT)
                return await self._receipts.give(visit, await self._receipts.find(visit, named), 200)
        raise MethodNotAllowed

    async def _take(self, visit: Submitting, receive: Receive) -> Reply:
        """Take what is reported, and give its receipt, or the workbook marked to who accepts one."""
        sent = await self._bodies.take(visit, reporter(visit.caller), receive)
        if b"respond-async" in visit.headers.get(b"prefer", b""):
            return await self._take_later(visit, sent)
        with sent.held:
            visit.recorded = True
            receipt = await self._intake.submit(sent.submission, sent.rows, kind=visit.caller.organisation_kind)
            reply = await self._receipts.give(visit, receipt, _status(receipt))
            if sent.opened is None or _WORKBOOK not in visit.headers.get(b"accept", b""):
                return reply
            return await self._receipts.give_marked(reply, receipt, sent.opened)

    async def _take_later(self, visit: Submitting, sent: Sent) -> Reply:
        """Give the address of the receipt, and take the rows in meanwhile."""
        submission, rows = sent.submission, sent.rows
        with ExitStack() as holding:
            holding.push(sent.held)
            visit.recorded = True
            begun = await self._intake.begin(submission, kind=visit.caller.organisation_kind)
            held = holding.pop_all()

        async def run() -> None:
            with held:
                try:
                    await self._intake.submit(submission, rows, kind=visit.caller.organisation_kind, begun=begun)
                except GatewayError as error:
                    _LOG.warning("submission %s broke off: %s", begun.id, error.code)

        task = asyncio.get_running_loop().create_task(run())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await self._receipts.give(visit, begun, 202)

    async def _mark(self, visit: Submitting, named: str, receive: Receive) -> Reply:
        """Give a workbook back with the problems of its receipt; it is sent again, since nothing of it was kept."""
        visit.recorded = True  # nothing is reported by it: no entry more than where a receipt is fetched
        receipt = await self._receipts.find(visit, named)
        with ExitStack() as holding:
            opened = await self._bodies.take_again(visit, receipt, receive, holding)
            return await self._receipts.give_marked(Reply(200, b""), receipt, opened)

    async def _refused(self, visit: Submitting, error: GatewayError) -> Reply:
        """Refuse; whoever was turned away from reporting before the room knew of it has an entry (Art. 25(3))."""
        if isinstance(error, ServiceError):
            _LOG.warning("request %s: %s", visit.request_id, error)
        if visit.recorded or visit.method != "POST" or not isinstance(error, ClientError):
            return refusal(error, visit)._replace(recorded=error.recorded)
        caller = visit.caller
        sender = Sender(caller.organisation or "", caller.person, caller.organisation_kind)
        try:
            place = await self._intake.turn_away(sender, error, visit.digest, visit.request_id)
        except AuditUnavailable as unavailable:
            return refusal(unavailable, visit)
        return refusal(error, visit)._replace(recorded=str(place))


def _status(receipt: Receipt) -> int:
    if receipt.state == "REFUSED":
        return 422
    return 200 if receipt.again else 201
