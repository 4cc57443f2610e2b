"""An agency's own GraphQL, reached over HTTP by POST, as the GraphQL over HTTP specification says.

One source is one address with a pool of kept connections. The deadline holds for a whole request, from the wait for a
free connection to the last byte; nothing is followed elsewhere, no cookie is kept, no proxy of the environment is
asked, and no text of an error repeats more of the address than scheme, host and port.

Of aiohttp the pool of connections and the parser are used, without its session: a request to a subgraph is always the
same but for its body, so its head is written once.
"""

import asyncio
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import orjson
from aiohttp import (
    ClientError,
    ClientPayloadError,
    ClientRequest,
    ClientTimeout,
    ServerDisconnectedError,
    StreamReader,
    TCPConnector,
)
from aiohttp.connector import Connection
from aiohttp.http import HttpProcessingError, RawResponseMessage
from yarl import URL

from connectors.errors import SourceError, SourceMisbehaved, SourceUnavailable
from connectors.sources.deadlines import Deadlines
from connectors.subgraph import GraphqlRequest, GraphqlResponse

__all__ = ["SubgraphSource"]

_KEPT_S: Final = 4.0
"""How long an idle connection is kept: less than the five seconds after which common servers close theirs."""
_NO_LIMIT: Final = ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)
"""The deadline is kept here, to the millisecond."""
_SENT: Final = {
    "content-type": "application/json",
    "accept": "application/graphql-response+json, application/json;q=0.9",
    "accept-encoding": "gzip",
    "user-agent": "xinyong",
}
_NEVER_PASSED: Final = frozenset(
    {*_SENT, "connection", "content-encoding", "content-length", "cookie", "expect", "host", "keep-alive"}
    | {"proxy-authorization", "proxy-connection", "set-cookie", "te", "trailer", "transfer-encoding", "upgrade"}
)
"""Headers of one connection or of one asker's browser; and those that are said here."""
_SAFE_TO_REPEAT: Final = ("query", "{")
_PRELIMINARY: Final = (100, 102, 103)
_REDIRECTS: Final = range(300, 400)
_FAILED: Final = 400
_DOWN: Final = 500
_COME_AGAIN: Final = (408, 425, 429)
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_HTML: Final = ("text/html", "application/xhtml+xml")


class _Way(NamedTuple):
    """How the address is reached: by which connections, opened for which request, and how the head of all begins."""

    connector: TCPConnector
    first: ClientRequest
    head: str


class SubgraphSource:
    """A subgraph behind an address."""

    def __init__(
        self,
        url: str,
        *,
        deadline_s: float = 5.0,
        most_bytes: int = 16 * 1024 * 1024,
        connections: int = 64,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Name the address; nothing is opened before the first request, and then in its event loop.

        *most_bytes* is the length of a response at most, as it comes and unpacked; *connections* may be open at once;
        *headers* are sent with every request.

        Raises:
            ValueError: the address is none of http or https, or holds a user or a password.

        """
        self._url, self._place = url, _place_of(url)
        self._deadlines = Deadlines(deadline_s)
        self._most_bytes = most_bytes
        self._connections = connections
        self._headers = {**_passed(headers or {}), **_SENT}
        self._lines = _lines(self._headers)
        self._way: _Way | None = None
        self._closed = False

    async def ask(self, request: GraphqlRequest) -> GraphqlResponse:
        """Give the subgraph's response.

        Raises:
            SourceUnavailable: it could not be reached, or did not answer within its deadline.
            SourceMisbehaved: what it answered is no GraphQL response, or is too large.

        """
        body = _written(request)
        lines = self._lines_with(request.headers) if request.headers else self._lines
        try:
            with self._deadlines.one():
                try:
                    return await self._asked(body, lines)
                except ServerDisconnectedError:  # mostly a kept connection that the other side was just closing
                    if not request.document.lstrip().startswith(_SAFE_TO_REPEAT):
                        raise
                    return await self._asked(body, lines)
        except TimeoutError as error:
            message = f"{self._place} did not answer within {self._deadlines.length_s:g} s"
            raise SourceUnavailable(message) from error
        except HttpProcessingError as error:
            message = f"{self._place} does not speak HTTP: {error.message}"
            raise SourceMisbehaved(message) from error
        except (ClientError, OSError) as error:
            message = f"{self._place} {_broken(error)}"
            raise SourceUnavailable(message) from error

    async def close(self) -> None:
        """Close all connections; what is asked afterwards is unavailable."""
        self._closed = True
        way, self._way = self._way, None
        if way is not None:
            await way.connector.close()

    def _lines_with(self, headers: Mapping[str, str]) -> str:
        """Write what is sent with every request, and what is passed on with one, which may take its place."""
        passed = _passed(headers)
        if passed.keys().isdisjoint(self._headers):
            return self._lines + _lines(passed)
        return _lines({**self._headers, **passed})

    async def _asked(self, body: bytes, lines: str) -> GraphqlResponse:
        way = self._opened()
        connection = await way.connector.connect(way.first, [], _NO_LIMIT)
        try:
            message, payload = await _sent(connection, f"{way.head}{lines}content-length: {len(body)}\r\n\r\n", body)
            content = await self._content(message, payload)
        except BaseException:
            connection.close()  # something may come yet that nobody waits for
            raise
        connection.release()  # closed where it is not to be kept
        return self._understood(message, content)

    def _opened(self) -> "_Way":
        if self._closed:
            message = f"{self._place} is asked no more: the gateway closes"
            raise SourceUnavailable(message)
        if self._way is None:
            first = ClientRequest("POST", URL(self._url), loop=asyncio.get_running_loop(), headers=self._headers)
            head = f"POST {first.url.raw_path_qs} HTTP/1.1\r\nhost: {first.headers['host']}\r\n"
            self._way = _Way(TCPConnector(limit=self._connections, keepalive_timeout=_KEPT_S), first, head)
        return self._way

    async def _content(self, message: RawResponseMessage, payload: StreamReader) -> bytes:
        """Read a body, unpacked, and never more of it than is allowed."""
        if message.code in _REDIRECTS:
            return b""
        packed = message.headers.get("content-encoding", "identity").strip().lower()
        if packed not in ("identity", "", "gzip", "x-gzip"):
            text = f"{self._place} packs its answer as {packed[:20]!r}, which was not asked for"
            raise SourceMisbehaved(text)
        most = self._most_bytes
        length = message.headers.get("content-length", "")
        if length.isdecimal() and int(length) > most:
            raise self._too_large()
        unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in packed else None
        parts: list[bytes] = []
        size = came = 0
        while not payload.at_eof():
            come = await payload.readany()
            came += len(come)
            part = come if unpacking is None else self._unpacked(unpacking, come, most - size + 1)
            parts.append(part)
            size += len(part)
            if max(size, came) > most:
                raise self._too_large()
        if unpacking is not None and not unpacking.eof:
            text = f"{self._place} answers with gzip that breaks off"
            raise SourceMisbehaved(text)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _unpacked(self, unpacking: Any, come: bytes, room: int) -> bytes:  # zlib names no type for it
        try:
            part: bytes = unpacking.decompress(come, room)
        except zlib.error as error:
            message = f"{self._place} answers with gzip that is none"
            raise SourceMisbehaved(message) from error
        return part

    def _too_large(self) -> SourceMisbehaved:
        return SourceMisbehaved(f"{self._place} answers with more than {self._most_bytes} bytes")

    def _understood(self, answer: RawResponseMessage, content: bytes) -> GraphqlResponse:
        """Read a body as GraphQL; a status of failure is forgiven where errors say why."""
        status = answer.code
        if status in _REDIRECTS:
            message = f"{self._place} sends elsewhere (HTTP {status}), and nothing is followed: name the right address"
            raise SourceMisbehaved(message)
        told = _read(answer.headers.get("content-type", ""), content)
        if isinstance(told, GraphqlResponse) and (status < _FAILED or told.errors):
            return told
        what = told if isinstance(told, str) else "no error that says why"
        message = f"{self._place} answers HTTP {status} with {what}"
        raise _failure(status)(message)


async def _sent(connection: Connection, head: str, body: bytes) -> tuple[RawResponseMessage, StreamReader]:
    """Send a request, and give the answer as soon as its head has come."""
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None:
        raise ServerDisconnectedError
    protocol.set_response_params(read_until_eof=True, auto_decompress=False)
    transport.write(head.encode() + body)
    message, payload = await protocol.read()
    while message.code in _PRELIMINARY:
        message, payload = await protocol.read()
    return message, payload


def _failure(status: int) -> type[SourceError]:
    """Say what a status means where the body does not: the subgraph may come again, or is wrong."""
    return SourceUnavailable if status >= _DOWN or status in _COME_AGAIN else SourceMisbehaved


def _place_of(url: str) -> str:
    """Give as much of an address as may be told: scheme, host and port.

    Raises:
        ValueError: it is no address of a subgraph.

    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in ("http", "https") or not host:
        message = "a subgraph's address is http://HOST/PATH or https://HOST/PATH"
        raise ValueError(message)
    place = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{'' if port is None else f':{port}'}"
    if "@" in parts.netloc:
        message = f"the address of the subgraph at {place} holds a user: addresses are printed, so leave that out"
        raise ValueError(message)
    return place


def _passed(headers: Mapping[str, str]) -> dict[str, str]:
    return {lower: value for name, value in headers.items() if (lower := name.lower()) not in _NEVER_PASSED}


def _lines(headers: Mapping[str, str]) -> str:
    """Write headers.

    Raises:
        ValueError: a name is none, or a value would begin another line.

    """
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    are_lines = lines.count("\r") == lines.count("\n") == len(headers) and "\0" not in lines
    if not are_lines or not all(map(_NAME.fullmatch, headers)):
        message = "a header is sent as one line, with a name of letters, digits and hyphens"
        raise ValueError(message)
    return lines


def _written(request: GraphqlRequest) -> bytes:
    said: dict[str, Any] = {"query": request.document}
    if request.variables:
        said["variables"] = request.variables
    if request.operation_name is not None:
        said["operationName"] = request.operation_name
    try:
        return orjson.dumps(said)
    except orjson.JSONEncodeError:  # lone surrogates and huge numbers: the slow writer escapes them
        return json.dumps(said, separators=(",", ":")).encode()


def _broken(error: BaseException) -> str:
    """Say how a connection failed, without the address that texts of libraries repeat."""
    if isinstance(error, ServerDisconnectedError):
        return "closed the connection without an answer"
    if isinstance(error, ClientPayloadError):
        return "broke off in the middle of its answer"
    reason = getattr(error, "strerror", None)
    return f"cannot be reached: {reason if isinstance(reason, str) else type(error).__name__}"


def _read(media_type: str, content: bytes) -> GraphqlResponse | str:
    """Read a body as a GraphQL response, whatever type it says it is of; or say what it is instead."""
    kind = media_type.partition(";")[0].strip().lower()
    if kind in _HTML:
        return "an HTML page"
    try:
        said = orjson.loads(content)
    except orjson.JSONDecodeError:
        return f"what is no JSON ({kind[:40] or 'of no content type'})"
    if not isinstance(said, dict):
        return "JSON that is no object"
    data, errors = said.get("data"), said.get("errors") or ()
    return _wrong(data, errors) or GraphqlResponse(data, errors)


def _wrong(data: object, errors: object) -> str | None:
    """Say what is wrong with the shape of a response."""
    if data is not None and not isinstance(data, dict):
        return "data that are no object"
    if not isinstance(errors, list | tuple) or not all(isinstance(each, dict) for each in errors):
        return "errors that are no list of objects"
    return None if data is not None or errors else "neither data nor errors"
