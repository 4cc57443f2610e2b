"""The door of evidence: files that prove papers are sent to ``/evidence`` and fetched by their digest (Art. 18).

Both leave their entry before anything is answered (Art. 19). What is fetched is never shown as a page of this house: a
browser saves it, and runs nothing of it.
"""

import hashlib
import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Final, NamedTuple
from urllib.parse import quote

import orjson
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers as FormHeaders
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from gateway.access.callers import Caller, Verifier
from gateway.access.papers import PapersRoom
from gateway.access.papers.paper import KeptPaper
from gateway.access.papers.rights import is_staff, send_file
from gateway.access.purposes import read_method
from gateway.answer.findings import refused_as
from gateway.audit.entry import Entry, Receipt, SubjectLine
from gateway.audit.trail import Trail
from gateway.errors import (
    AuditUnavailable,
    BadUserInput,
    GatewayError,
    InternalError,
    MethodNotAllowed,
    Text,
)
from gateway.web import requests
from gateway.web.replies import Header, refusal_headers, send_reply
from gateway.web.requests import Headers, Receive, Scope, Send
from gateway.web.visit import Visit
from schema.disclosure import Outcome, QueryMethod, Standing
from schema.line_shapes import EVIDENCE_LOOKED_AT

__all__ = ["PATH", "EvidenceDoor"]

PATH: Final = "/evidence"
_LOG: Final = logging.getLogger("xinyong")
_AROUND: Final = 16_384
"""Bytes of a form beside its file."""
_SAFE: Final = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"sandbox; default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
]


class _Reply(NamedTuple):
    """What is answered once the entry is durable, and what the entry says of it."""

    status: int
    body: bytes
    headers: Sequence[Header]
    outcome: Outcome = Outcome.DISCLOSED
    errors: tuple[str, ...] = ()
    subjects: tuple[SubjectLine, ...] = ()
    papers: tuple[str, ...] = ()
    file: str = ""
    """The digest of the file."""


class _Visit(Visit):
    """One request on its way through the door, and when it came."""

    __slots__ = ("started_ns",)

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self.started_ns = time.time_ns()


class EvidenceDoor:
    """An ASGI application for ``/evidence`` and what is below it."""

    def __init__(self, room: PapersRoom, trail: Trail, verifier: Verifier, clock: Callable[[], float]) -> None:
        """Keep files in *room*, and an entry of each request in *trail*."""
        self._room = room
        self._trail = trail
        self._verifier = verifier
        self._clock = clock

    def before(self, verifier: Verifier) -> "EvidenceDoor":
        """Give the same door as *verifier* sees who comes: pages come for who is logged in."""
        return EvidenceDoor(self._room, self._trail, verifier, self._clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        visit = _Visit(scope)
        try:
            reply = await self._reply(visit, receive)
        except GatewayError as error:
            reply = _refusal(error, visit)
        except Exception:  # noqa: BLE001 (a front door: whatever it was, the caller learns its code alone)
            _LOG.exception("request %s failed", visit.request_id)
            reply = _refusal(InternalError("unforeseen"), visit)
        try:
            receipt = await self._trail.append(_entry(visit, reply))
        except AuditUnavailable as error:
            _LOG.error("no entry, no answer: %s", error, extra={"request_id": visit.request_id})
            await _send(send, _refusal(error, visit), visit, None)
            return
        await _send(send, reply, visit, receipt)

    async def _reply(self, visit: _Visit, receive: Receive) -> _Reply:
        visit.admit(self._verifier)
        named = visit.below(PATH)
        if named:
            if visit.method != "GET":
                raise MethodNotAllowed
            return await self._give(visit, named)
        if visit.method != "POST":
            raise MethodNotAllowed
        return await self._take(visit, receive)

    async def _take(self, visit: _Visit, receive: Receive) -> _Reply:
        """Keep one file; of who does not say who sends it nothing is read."""
        send_file(visit.caller)
        limit = self._room.files.most_bytes
        requests.too_large(visit.headers, limit + _AROUND)
        body = await requests.read_body(receive, limit + _AROUND)
        content, media_type, name = await _file_in(visit.headers, body)
        file = await self._room.take_file(visit.caller, content, (media_type, name), self._clock())
        said = orjson.dumps({"digest": file.digest, "mediaType": file.media_type, "size": file.size})
        headers = [(b"content-type", b"application/json; charset=utf-8"), *_SAFE]
        return _Reply(201, said, headers, file=file.digest)

    async def _give(self, visit: _Visit, named: str) -> _Reply:
        """Give one file, as something to be saved."""
        file, content, papers = await self._room.give_file(visit.caller, named, self._clock())
        name = quote(file.name or file.digest[:12], safe="")
        headers = [
            (b"content-type", file.media_type.encode()),
            (b"content-disposition", f"attachment; filename*=UTF-8''{name}".encode()),
            *_SAFE,
        ]
        lines = _lines(visit.caller, papers, await self._room.own(visit.caller, self._clock()))
        ids = tuple(each.id for each in papers)
        return _Reply(200, content, headers, subjects=lines, papers=ids, file=file.digest)


def _lines(caller: Caller, papers: Sequence[KeptPaper], own: frozenset[str]) -> tuple[SubjectLine, ...]:
    """Give a line for each subject whom the file is about; a look at evidence is no query of information."""
    ids = dict.fromkeys(each.id for paper in papers for each in paper.written.subjects)
    other = Standing.STAFF if is_staff(caller) else Standing.PROVIDER
    return tuple(
        SubjectLine(
            subject_id=each,
            standing=Standing.SELF if each in own else other,
            outcome=Outcome.DISCLOSED,
            tier="",
            counted=False,
            shape=EVIDENCE_LOOKED_AT,
            counts=(1,),
        )
        for each in ids
    )


def _entry(visit: _Visit, reply: _Reply) -> Entry:
    """Give the entry of one request: who, when, which file of which papers; never its content (Art. 19)."""
    caller = visit.caller
    done = "evidence.file.sent" if visit.method == "POST" else "evidence.file.given"
    return Entry(
        request_id=visit.request_id,
        person=caller.person,
        organisation=caller.organisation or "",
        organisation_kind=caller.organisation_kind,
        method=_method(visit.headers),
        channel="QUERY",
        purpose_code=None,
        purpose_text=None,
        papers=reply.papers,
        operation_name=done,
        document_digest=reply.file or hashlib.sha256().hexdigest(),
        outcome=reply.outcome,
        errors=reply.errors,
        subjects=reply.subjects,
        sources=(),
        trace_id=requests.trace_id_of(visit.headers),
        spans=(),
        response_digest=hashlib.sha256(reply.body).digest(),
        started_at_ns=visit.started_ns,
    )


def _method(headers: Headers) -> QueryMethod:
    """Give the way it came in; one that cannot be read is the API's, since the entry is written all the same."""
    given = headers.get(b"x-query-method")
    try:
        return read_method(None if given is None else given.decode("latin-1"))
    except BadUserInput:
        return read_method(None)


class _InMemory(MultiPartParser):
    """A form's file stays in memory: nothing of it is ever written to the disk unsealed."""

    spool_max_size = 2**40


async def _file_in(headers: Headers, body: bytes) -> tuple[bytes, str, str | None]:
    """Give the one file of a request with its media type and name: the body itself, or the file of a form."""
    media_type = requests.content_type_of(headers)
    if media_type != "multipart/form-data":
        _, options = parse_options_header(headers.get(b"content-disposition"))
        name = options.get(b"filename")
        return body, media_type, None if name is None else name.decode("utf-8", "replace")

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    declared = headers.get(b"content-type", b"").decode("latin-1")
    try:
        form = await _InMemory(FormHeaders({"content-type": declared}), stream(), max_files=1, max_fields=10).parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise BadUserInput(Text("the form cannot be read: one file is sent", "表单无法解析：须提交一个文件")) from error
    try:
        files = [each for each in form.values() if isinstance(each, UploadFile)]
        if len(files) != 1:
            raise BadUserInput(Text("the form has no file", "表单中没有文件"))
        (file,) = files
        kind = (file.content_type or "").split(";")[0].strip().lower()
        return await file.read(), kind, file.filename
    finally:
        await form.close()


def _refusal(error: GatewayError, visit: _Visit) -> _Reply:
    """Refuse, in the form of any other answer's error."""
    allow = b"POST" if visit.scope["path"].rstrip("/") == PATH else b"GET"
    headers = [(b"content-type", b"application/json; charset=utf-8"), *_SAFE, *refusal_headers(error, allow)]
    return _Reply(error.status, visit.refusal_of(error), headers, refused_as([error.code]), (error.code,))


async def _send(send: Send, reply: _Reply, visit: _Visit, receipt: Receipt | None) -> None:
    headers = [*reply.headers, (b"x-request-id", visit.request_id.encode())]
    if receipt is not None:
        headers.append((b"audit-record", str(receipt).encode()))
    await send_reply(send, reply.status, reply.body, headers)
