"""The door of submissions: agencies send records to ``/submissions``, and fetch their receipts there (Art. 11, 12).

A JSON document, JSON lines for as many rows as there are, or a workbook, which comes back marked to whoever accepts
one: nothing of it is kept. What is refused is told row by row; no value of it is kept
or repeated. ``Prefer: respond-async`` gives the receipt's address at once, where its progress can be read.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, Final, NamedTuple

import orjson

from gateway.access.callers import PUBLIC_CALLER, Caller, Verifier
from gateway.collection.intake import Given, Intake, Receipt, Submission, Wanted
from gateway.collection.intake.entries import Sender
from gateway.collection.intake.reading import read_document, rows_of, rows_of_lines
from gateway.collection.intake.rights import may_see, reporter
from gateway.collection.intake.sending import read_sending
from gateway.collection.intake.shown import problem_tree, receipt_tree
from gateway.collection.intake.spool import Spool
from gateway.collection.workbooks import OpenedWorkbook, WorkbookDesk
from gateway.collection.workbooks import media_type as workbook_type
from gateway.errors import (
    AuditUnavailable,
    BadUserInput,
    BodyTooLarge,
    ClientError,
    GatewayError,
    InternalError,
    Language,
    MethodNotAllowed,
    NoSuchSubmission,
    ServiceError,
    Text,
    TooManyRows,
    Unauthenticated,
    UnsupportedMediaType,
    to_graphql,
)
from gateway.settings import Collection
from gateway.web import requests
from gateway.web.requests import Headers, Receive, Scope, Send
from gateway.web.submission_parameters import (
    FEW,
    MOST,
    flag_of,
    mode_of,
    number_of,
    page_of,
    parameters_of,
    place_of,
    read_place,
    record_type_of,
)
from schema.reporting import RowProblem

__all__ = ["PATH", "NoSubmission", "SubmissionsDoor"]

PATH: Final = "/submissions"
_LOG: Final = logging.getLogger("xinyong")
_JSON: Final = "application/json"
_LINES: Final = ("application/x-ndjson", "application/jsonl", "application/x-jsonlines")
_WORKBOOK: Final = workbook_type.encode()
_MARKED: Final = "/workbook"


class NoSubmission(UnsupportedMediaType):
    """A body of a form in which nothing can be reported (Art. 12)."""

    said = Text("Nothing can be reported in that form", "不支持以该格式报送")
    cure = Text(
        "Send application/json, application/x-ndjson with a row on each line, or a filled-in template (.xlsx).",
        "请以 application/json、每行一条的 application/x-ndjson 或填好的模板（.xlsx）报送。",
    )


class _Reply(NamedTuple):
    status: int
    told: Any
    headers: Sequence[tuple[bytes, bytes]] = ()
    recorded: str = ""
    workbook: bytes | None = None
    """The marked workbook, where that is the answer."""


class _Sent(NamedTuple):
    """What was sent, read so far; ``held`` is given up when all of it is in."""

    submission: Submission
    rows: Iterable[Given]
    held: ExitStack
    opened: OpenedWorkbook | None = None


class _Visit:
    """One request on its way through the door."""

    __slots__ = ("caller", "digest", "headers", "language", "recorded", "request_id", "said", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.headers: Headers = dict(scope["headers"])
        self.caller: Caller = PUBLIC_CALLER
        self.language: Language = requests.language_of(self.headers)
        self.request_id = requests.request_id_of(self.headers)
        self.said: dict[str, str] = {}
        self.digest: str | None = None
        """The digest of what was sent, when all of it was read."""
        self.recorded = False
        """Whether the room has made the entry of it."""


class SubmissionsDoor:
    """An ASGI application for ``/submissions`` and what is below it."""

    def __init__(self, intake: Intake, verifier: Verifier, bounds: Collection, desk: WorkbookDesk) -> None:
        """Bring what is sent to *intake*, within *bounds*."""
        self._intake = intake
        self._desk = desk
        self._verifier = verifier
        self._bounds = bounds
        self._running: set[asyncio.Task[None]] = set()

    def before(self, verifier: Verifier) -> "SubmissionsDoor":
        """Give the same door as *verifier* sees who comes: pages come for who is logged in."""
        twin = SubmissionsDoor(self._intake, verifier, self._bounds, self._desk)
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
        visit = _Visit(scope)
        try:
            reply = await self._reply(visit, receive)
        except GatewayError as error:
            reply = await self._refused(visit, error)
        except Exception:  # noqa: BLE001 (a front door: whatever it was, the caller learns its code alone)
            _LOG.exception("request %s failed", visit.request_id)
            reply = _refusal(InternalError("unforeseen"), visit)
        await _send(send, reply, visit)

    async def _reply(self, visit: _Visit, receive: Receive) -> _Reply:
        header = visit.headers.get(b"authorization")
        visit.caller = self._verifier.caller_of(None if header is None else header.decode("latin-1"), time.time())
        visit.said = parameters_of(visit.scope["query_string"])
        named = visit.scope["path"].removeprefix(PATH).removeprefix("/")
        match visit.scope["method"], named:
            case "POST", "":
                return await self._take(visit, receive)
            case "POST", _ if named.endswith(_MARKED):
                return await self._mark(visit, named.removesuffix(_MARKED), receive)
            case "GET", "":
                return await self._list(visit)
            case "GET", _:
                return await self._give(visit, named)
        raise MethodNotAllowed

    # What comes in

    async def _take(self, visit: _Visit, receive: Receive) -> _Reply:
        provider = reporter(visit.caller)
        media_type = visit.headers.get(b"content-type", b"").split(b";")[0].strip().lower().decode("latin-1")
        if visit.headers.get(b"content-encoding", b"identity") != b"identity":
            raise NoSubmission(Text("send it as it is, not compressed", "请勿压缩"))
        if media_type not in (_JSON, *_LINES, workbook_type):
            raise NoSubmission
        most = {_JSON: self._bounds.json_bytes, workbook_type: self._desk.bounds.file_bytes}.get(
            media_type, self._bounds.body_bytes
        )
        requests.too_large(visit.headers, most)
        with ExitStack() as holding:
            spool = holding.enter_context(Spool())
            await _laid_down(spool, receive, most)
            visit.digest = spool.digest
            sent = await self._read(visit, provider, media_type, spool)
            sent.held.push(holding.pop_all())
        if b"respond-async" in visit.headers.get(b"prefer", b""):
            return await self._later(visit, sent)
        with sent.held:
            visit.recorded = True
            receipt = await self._intake.submit(sent.submission, sent.rows, kind=visit.caller.organisation_kind)
            reply = await self._receipt(visit, receipt, _status(receipt))
            if sent.opened is None or _WORKBOOK not in visit.headers.get(b"accept", b""):
                return reply
            return await self._sent_back(reply, receipt, sent.opened)

    async def _read(self, visit: _Visit, provider: str, media_type: str, spool: Spool) -> _Sent:
        if media_type == workbook_type:
            return await self._workbook(visit, provider, spool)
        said: Mapping[str, object] = visit.said
        if media_type == _JSON:
            document = read_document(b"".join(spool.parts()))
            said = {**said, **document.said}
            rows: Iterable[Given] = rows_of(document.rows)
            count = len(document.rows)
        else:
            rows, count = rows_of_lines(spool.parts()), spool.lines
        if count > self._bounds.rows:
            most = self._bounds.rows
            raise TooManyRows(Text(f"at most {most} at once", f"一次最多 {most} 行"))
        return _Sent(read_sending(said, provider, visit.caller.person, spool.digest), rows, ExitStack())

    async def _workbook(self, visit: _Visit, provider: str, spool: Spool) -> _Sent:
        """Open a workbook, which says itself of which record type it is."""
        with ExitStack() as holding:
            opened = await self._desk.open(b"".join(spool.parts()), holding)
            name = opened.definition.name
            if visit.said.get("recordType", name) != name:
                raise BadUserInput(Text(f"recordType: the workbook is of {name}", f"recordType：该工作簿为 {name}"))
            submission = read_sending({**visit.said, "recordType": name}, provider, visit.caller.person, spool.digest)
            return _Sent(submission, opened.rows(), holding.pop_all(), opened)

    async def _later(self, visit: _Visit, sent: _Sent) -> _Reply:
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
        return await self._receipt(visit, begun, 202)

    # What is given

    async def _receipt(self, visit: _Visit, receipt: Receipt, status: int) -> _Reply:
        """Give a receipt with a page of its problems."""
        first, after = page_of(visit.said, "problemsFirst", "problemsAfter")
        problems = await self._intake.problems(receipt.id, first, after) if receipt.problems else []
        told = receipt_tree(receipt, self._intake.now())
        more = after + len(problems)
        told["problems"] = problem_tree(problems, visit.language)
        told["problemsAfter"] = more if len(problems) == first and more < receipt.problems else None
        return _Reply(status, told, [(b"location", f"{PATH}/{receipt.id}".encode())], receipt.recorded)

    async def _sent_back(self, reply: _Reply, receipt: Receipt, opened: OpenedWorkbook) -> _Reply:
        """Give the workbook back with what is wrong in it; where its receipt is stands in ``Location``."""

        async def pages() -> AsyncIterator[Sequence[RowProblem]]:
            after = 0
            while page := await self._intake.problems(receipt.id, MOST, after):
                yield page
                after += len(page)

        content = await self._desk.mark(opened, pages())
        name = f'attachment; filename="{receipt.id}.xlsx"'.encode()
        return reply._replace(workbook=content, headers=[*reply.headers, (b"content-disposition", name)])

    async def _mark(self, visit: _Visit, named: str, receive: Receive) -> _Reply:
        """Give a workbook back with the problems of its receipt; it is sent again, since nothing of it was kept."""
        visit.recorded = True  # nothing is reported by it: no entry more than where a receipt is fetched
        receipt = await self._visible(visit, named)
        if visit.headers.get(b"content-type", b"").split(b";")[0].strip().lower() != _WORKBOOK:
            raise NoSubmission
        most = self._desk.bounds.file_bytes
        requests.too_large(visit.headers, most)
        with ExitStack() as holding:
            spool = holding.enter_context(Spool())
            await _laid_down(spool, receive, most)
            if spool.digest != receipt.digest:
                raise BadUserInput(Text("it is not the file of this receipt", "该文件不是本回执所载的文件"))
            opened = await self._desk.open(b"".join(spool.parts()), holding)
            return await self._sent_back(_Reply(200, {}), receipt, opened)

    async def _give(self, visit: _Visit, named: str) -> _Reply:
        return await self._receipt(visit, await self._visible(visit, named), 200)

    async def _visible(self, visit: _Visit, named: str) -> Receipt:
        receipt = None if visit.caller.is_public else await self._intake.receipt(named)
        if receipt is None or not may_see(visit.caller, receipt.provider):
            raise NoSuchSubmission
        return receipt

    async def _list(self, visit: _Visit) -> _Reply:
        said, caller = visit.said, visit.caller
        own = None if may_see(caller, None) else caller.organisation
        if not may_see(caller, own) or caller.is_public:
            raise NoSuchSubmission
        now = self._intake.now()
        unfinished = now if flag_of(said, "unfinished") else None
        wanted = Wanted(own or said.get("agency"), record_type_of(said), mode_of(said), unfinished)
        first = number_of(said, "first", FEW)
        found = await self._intake.receipts(wanted, first, read_place(said.get("after")))
        last = place_of(found[-1]) if len(found) == first else None
        return _Reply(200, {"submissions": [receipt_tree(each, now) for each in found], "after": last})

    # What is refused

    async def _refused(self, visit: _Visit, error: GatewayError) -> _Reply:
        """Refuse; whoever was turned away from reporting before the room knew of it has an entry (Art. 25(3))."""
        if isinstance(error, ServiceError):
            _LOG.warning("request %s: %s", visit.request_id, error)
        if visit.recorded or visit.scope["method"] != "POST" or not isinstance(error, ClientError):
            return _refusal(error, visit)
        caller = visit.caller
        sender = Sender(caller.organisation or "", caller.person, caller.organisation_kind)
        try:
            place = await self._intake.turn_away(sender, error, visit.digest, visit.request_id)
        except AuditUnavailable as unavailable:
            return _refusal(unavailable, visit)
        return _refusal(error, visit)._replace(recorded=str(place))


async def _laid_down(spool: Spool, receive: Receive, most: int) -> None:
    """Lay a body down.

    Raises:
        BodyTooLarge: it is of more than *most* bytes; the rest is not read.

    """
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadUserInput(Text("the body broke off", "请求体中断"))
        spool.write(message.get("body", b""))
        more = message.get("more_body", False)
        if spool.size > most:
            raise BodyTooLarge(Text(f"at most {most} bytes", f"最多 {most} 字节"))


def _status(receipt: Receipt) -> int:
    if receipt.state == "REFUSED":
        return 422
    return 200 if receipt.again else 201


def _refusal(error: GatewayError, visit: _Visit) -> _Reply:
    """Refuse, in the form of any other answer's error."""
    headers: list[tuple[bytes, bytes]] = []
    if isinstance(error, ServiceError):
        headers.append((b"retry-after", b"1"))
    if isinstance(error, MethodNotAllowed):
        headers.append((b"allow", b"GET, POST" if visit.scope["path"].rstrip("/") == PATH else b"GET"))
    if isinstance(error, Unauthenticated):
        headers.append((b"www-authenticate", b'Bearer error="invalid_token"'))
    told = {"errors": [to_graphql(error, None, visit.language, visit.request_id)]}
    return _Reply(error.status, told, headers)


async def _send(send: Send, reply: _Reply, visit: _Visit) -> None:
    body = orjson.dumps(reply.told) if reply.workbook is None else reply.workbook
    headers = [
        (b"content-type", b"application/json; charset=utf-8" if reply.workbook is None else _WORKBOOK),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-request-id", visit.request_id.encode()),
        (b"content-length", str(len(body)).encode()),
        *reply.headers,
    ]
    if reply.recorded:
        headers.append((b"audit-record", reply.recorded.encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
