"""The graph's door: ``/graphql`` by POST and GET, straight on ASGI, since every question passes here.

Every answer carries ``X-Request-Id``, ``Server-Timing`` and, by ``Audit-Record``, the receipt of its entry.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.access.callers import PUBLIC_CALLER, Caller, Verifier
from gateway.access.purposes import Problem
from gateway.answer import Answer, Desk, Question
from gateway.audit.spans import SpanCopies
from gateway.errors import (
    AuditUnavailable,
    BodyTooSlow,
    GatewayError,
    InternalError,
    Language,
    MethodNotAllowed,
    PersistedQueryNotFound,
)
from gateway.web import requests
from gateway.web.metrics import Metrics
from gateway.web.pace import CLOSE, Pace, Paced
from gateway.web.page import PAGE
from gateway.web.replies import Header, refusal_body, refusal_headers, send_reply
from gateway.web.requests import Asked, Headers, Receive, Scope, Send
from schema.disclosure import QueryMethod

__all__ = ["GraphqlDoor", "Manner"]

_LOG = logging.getLogger("xinyong")
_BAD_REQUEST = 400
_UNDETERMINED = (
    "PARSING_ERROR",
    "GRAPHQL_VALIDATION_FAILED",
    "BAD_USER_INPUT",
    "PAPER_INVALID",
    "PERSISTED_QUERY_NOT_FOUND",
)
"""Refusals of a well-formed request: a caller of plain JSON reads them under 200, as clients of old expect."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a door takes questions: of what size at most, how fast, and whose headers and which page a graph has."""

    body_bytes: int
    pace: Pace
    passed_headers: tuple[str, ...] = ()
    """Names, in lower case, of the headers that a question takes along."""
    page: bytes = PAGE


class GraphqlDoor:
    """An ASGI application for one path."""

    def __init__(
        self, desk: Desk, verifier: Verifier, manner: Manner, metrics: Metrics, copies: SpanCopies | None
    ) -> None:
        """Bring questions to *desk*, in this *manner*; send *copies* of spans after answers."""
        self._desk = desk
        self._metrics = metrics
        self._copies = copies
        self._verifier = verifier
        self._manner = manner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers: Headers = dict(scope["headers"])
        visit = _Visit(scope["method"], headers, self._manner.passed_headers)
        visit.address = (scope.get("client") or ("",))[0]
        if visit.method in ("GET", "HEAD") and b"text/html" in headers.get(b"accept", b""):
            await send_reply(
                send, 200, self._manner.page, [(b"content-type", b"text/html; charset=utf-8"), *_PAGE_HEADERS]
            )
            return
        try:
            answer = await self._answer(visit, scope, receive)
        except AuditUnavailable as error:
            _LOG.error("no entry, no answer: %s", error, extra={"request_id": visit.request_id})
            answer = _unrecorded(error, visit)
        except Exception:  # noqa: BLE001 (the front door: whatever it was, the caller learns its code alone)
            _LOG.exception("request %s failed", visit.request_id)
            answer = await self._failed(visit)
        status = _status(answer, visit)
        await send_reply(send, status, answer.body, _headers(answer, visit))
        self._metrics.note(status, answer, time.perf_counter_ns() - visit.begun_ns)
        if self._copies is not None and answer.entry is not None:
            self._copies.send(answer.entry)

    async def _answer(self, visit: "_Visit", scope: Scope, receive: Receive) -> Answer:
        try:
            visit.media_type = requests.accepted(visit.headers)
            visit.caller = self._caller(visit.headers)
            asked = await self._asked(visit, scope, receive)
        except GatewayError as error:
            return await self._desk.refuse(visit.question(None), error)
        visit.understood = True
        return await self._desk.answer(visit.question(asked))

    def _caller(self, headers: Headers) -> Caller:
        return self._verifier.caller_of(requests.authorization_of(headers), time.time())

    async def _asked(self, visit: "_Visit", scope: Scope, receive: Receive) -> Asked:
        if visit.method == "GET":
            return requests.asked_by_get(visit.headers, scope["query_string"])
        if visit.method != "POST":
            raise MethodNotAllowed
        requests.too_large(visit.headers, self._manner.body_bytes)
        paced = Paced(receive, self._manner.pace)
        return requests.asked_by_post(visit.headers, await requests.read_body(paced.receive, self._manner.body_bytes))

    async def _failed(self, visit: "_Visit") -> Answer:
        """Record a failure of ours as any other answer; without an entry it is told all the same: it tells nothing."""
        error = InternalError("unforeseen")
        try:
            return await self._desk.refuse(visit.question(None), error)
        except AuditUnavailable as unavailable:
            return _unrecorded(unavailable, visit)


class _Visit:
    """One request on its way through the door."""

    __slots__ = (
        "address",
        "begun_ns",
        "caller",
        "headers",
        "language",
        "media_type",
        "method",
        "passed",
        "request_id",
        "started_ns",
        "understood",
    )

    def __init__(self, method: str, headers: Headers, passed: tuple[str, ...]) -> None:
        self.method = method
        self.headers = headers
        self.passed: Mapping[str, str] = requests.passed_on(headers, passed) if passed else {}
        self.caller = PUBLIC_CALLER
        self.address = ""
        self.language: Language = requests.language_of(headers)
        self.media_type = requests.JSON
        self.request_id = requests.request_id_of(headers)
        self.started_ns = time.time_ns()
        self.begun_ns = time.perf_counter_ns()
        self.understood = False

    def question(self, asked: Asked | None) -> Question:
        """Give the question, or an empty one for a refusal."""
        return Question(
            caller=self.caller,
            document=asked.document if asked else "",
            operation_name=asked.operation_name if asked else None,
            variables=asked.variables if asked else {},
            purpose=None if asked is None or isinstance(asked.purpose, Problem) else asked.purpose,
            purpose_problem=asked.purpose if asked and isinstance(asked.purpose, Problem) else None,
            papers=asked.papers if asked else (),
            dry_run=asked.dry_run if asked else False,
            fail_on_denied=asked.fail_on_denied if asked else False,
            method=asked.method if asked else QueryMethod.API,
            channel="QUERY",
            request_id=self.request_id,
            language=self.language,
            trace_id=requests.trace_id_of(self.headers),
            started_ns=self.started_ns,
            client=self.address if self.caller.is_public else self.caller.client,
            by_get=self.method == "GET",
            passed=self.passed,
        )


def _unrecorded(error: AuditUnavailable, visit: _Visit) -> Answer:
    return Answer(error.status, refusal_body(error, visit.language, visit.request_id), None, error)


def _status(answer: Answer, visit: _Visit) -> int:
    is_understood = visit.understood or isinstance(answer.refused, PersistedQueryNotFound)
    plain = is_understood and visit.media_type == requests.JSON
    if isinstance(answer.refused, MethodNotAllowed):
        return answer.status
    if answer.refused is not None and plain and answer.refused.code in _UNDETERMINED:
        return 200
    return answer.status


def _headers(answer: Answer, visit: _Visit) -> list[Header]:
    headers = [
        (b"content-type", f"{visit.media_type}; charset=utf-8".encode()),
        (b"x-request-id", visit.request_id.encode()),
        (b"cache-control", b"no-store"),
    ]
    if answer.receipt is not None:
        headers.append((b"audit-record", answer.receipt.encode()))
    if answer.stages:
        timing = ", ".join(f"{name};dur={spent / 1e6:.2f}" for name, spent in answer.stages)
        headers.append((b"server-timing", timing.encode()))
    if answer.refused is not None:
        headers += refusal_headers(answer.refused, b"POST" if visit.method == "GET" else b"GET, POST")
    if isinstance(answer.refused, BodyTooSlow):
        headers.append(CLOSE)
    return headers


_PAGE_HEADERS = [
    (
        b"content-security-policy",
        (
            b"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
            b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]
