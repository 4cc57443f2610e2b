"""A subgraph over HTTP: what it is sent, and that whatever it does becomes its answer or one coded error, in time."""

import asyncio
import gzip
import json
import logging
import socket
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from connectors.errors import SourceError, SourceMisbehaved, SourceUnavailable
from connectors.sources.subgraph import SubgraphSource
from connectors.subgraph import GraphqlRequest, GraphqlResponse

PATIENCE_S = 10.0
"""After which a test says that something hangs."""
SHORT_S = 0.15
NAME = GraphqlRequest("{ name }")
GOOD = b'{"data":{"name":"\xe6\x9f\x90"}}'
MEGABYTE = 1_000_000


@dataclass
class Came:
    """One request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 (JSON)
        """The body, read."""
        return json.loads(self.body)


@dataclass
class Visit:
    """One connection to the server: what came by it, and the pen with which to answer."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def request(self) -> Came:
        """Wait for the next request."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        line, *rest = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in rest)}
        return Came(line, headers, await self.reader.readexactly(int(headers["content-length"])))

    async def send(self, content: bytes) -> None:
        """Send some bytes."""
        self.writer.write(content)
        await self.writer.drain()

    async def stall(self) -> None:
        """Say nothing more until the test is over."""
        await asyncio.Event().wait()


Behaviour = Callable[[Visit, Came], Awaitable[None]]


@dataclass
class Server:
    """A server on the loopback that behaves as a test says."""

    url: str
    came: list[Came] = field(default_factory=list)
    connections: int = 0


@asynccontextmanager
async def serving(behave: Behaviour) -> AsyncIterator[Server]:
    """Give a server that answers each request of a connection by *behave*, until the connection breaks."""
    visits: list[asyncio.Task[Any]] = []

    async def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        visits.append(task)
        server.connections += 1
        visit = Visit(reader, writer)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while not writer.is_closing():
                came = await visit.request()
                server.came.append(came)
                await behave(visit, came)
        writer.close()

    listening = await asyncio.start_server(visited, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server = Server(f"http://127.0.0.1:{port}/graphql")
    try:
        yield server
    finally:
        listening.close()
        await listening.wait_closed()
        for each in visits:
            each.cancel()
        await asyncio.gather(*visits)


def answer(body: bytes, status: int = 200, media_type: str | None = "application/json", headers: str = "") -> bytes:
    """Give a whole HTTP answer."""
    kind = "" if media_type is None else f"Content-Type: {media_type}\r\n"
    return f"HTTP/1.1 {status} Said\r\n{kind}Content-Length: {len(body)}\r\n{headers}\r\n".encode() + body


def always(content: bytes) -> Behaviour:
    """Answer every request with the same bytes."""

    async def behave(visit: Visit, _: Came) -> None:
        await visit.send(content)

    return behave


async def asked(
    behave: Behaviour, request: GraphqlRequest = NAME, deadline_s: float = PATIENCE_S, most_bytes: int = MEGABYTE
) -> GraphqlResponse:
    """Ask one question of a server that behaves so."""
    async with asyncio.timeout(PATIENCE_S), serving(behave) as server:
        source = SubgraphSource(server.url, deadline_s=deadline_s, most_bytes=most_bytes)
        try:
            return await source.ask(request)
        finally:
            await source.close()


async def refused(
    kind: type[SourceError], behave: Behaviour, deadline_s: float = PATIENCE_S, most_bytes: int = MEGABYTE
) -> str:
    """Give the words of the error that comes of it."""
    with pytest.raises(kind) as caught:
        await asked(behave, deadline_s=deadline_s, most_bytes=most_bytes)
    return str(caught.value)


# What is sent, and what is understood


async def test_an_answer_is_given_as_it_came() -> None:
    told = await asked(always(answer(b'{"data":{"a":null,"b":[1,{"c":"d"}]},"errors":[{"message":"m","path":["a"]}]}')))
    assert told == GraphqlResponse({"a": None, "b": [1, {"c": "d"}]}, [{"message": "m", "path": ["a"]}])


async def test_a_request_is_a_post_of_json_that_names_what_it_accepts() -> None:
    async with serving(always(answer(GOOD))) as server:
        source = SubgraphSource(server.url)
        await source.ask(GraphqlRequest("query Q($a: Int) { name }", {"a": 1}, "Q"))
        await source.ask(NAME)
        await source.close()
    first, second = server.came
    assert first.line == "POST /graphql HTTP/1.1"
    assert first.json == {"query": "query Q($a: Int) { name }", "variables": {"a": 1}, "operationName": "Q"}
    assert second.json == {"query": "{ name }"}
    assert first.headers["content-type"] == "application/json"
    assert "application/graphql-response+json" in first.headers["accept"]
    assert "application/json" in first.headers["accept"]


@pytest.mark.parametrize("value", ["\ud800", 2**70])
async def test_what_the_fast_writer_cannot_write_is_sent_all_the_same(value: object) -> None:
    async with serving(always(answer(GOOD))) as server:
        source = SubgraphSource(server.url)
        await source.ask(GraphqlRequest("{ name }", {"a": value}))
        await source.close()
    assert server.came[0].json["variables"] == {"a": value}


async def test_headers_are_passed_on_but_never_a_cookie_nor_those_of_a_connection() -> None:
    passed = {"traceparent": "00-aa-bb-01", "x-city": "zz", "cookie": "session=1", "host": "elsewhere", "te": "gzip"}
    async with serving(always(answer(GOOD, headers="Set-Cookie: a=b\r\n"))) as server:
        source = SubgraphSource(server.url, headers={"X-Gateway": "ours", "Cookie": "a=b"})
        for _ in range(2):
            await source.ask(GraphqlRequest("{ name }", headers=passed))
        await source.close()
    for came in server.came:
        assert came.headers["traceparent"] == "00-aa-bb-01"
        assert came.headers["x-city"] == "zz"
        assert came.headers["x-gateway"] == "ours"
        assert came.headers["host"] in server.url
        assert not {"cookie", "te"} & came.headers.keys()


async def test_a_passed_header_stands_for_the_gateways_own_whatever_its_case() -> None:
    async with serving(always(answer(GOOD))) as server:
        source = SubgraphSource(server.url, headers={"X-City": "ours"})
        await source.ask(GraphqlRequest("{ name }", headers={"x-city": "郑州"}))
        await source.close()
    assert server.came[0].headers["x-city"] == "郑州"


@pytest.mark.parametrize(
    "headers",
    [
        {"x-city": "a\r\nx-role: b"},
        {"x-city": "a\nb"},
        {"x-city": "a\0"},
        {"x city": "a"},
        {"x-city: b\r\ny": "a"},
        {"": "a"},
    ],
)
async def test_no_header_begins_another_line(headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="one line"):
        SubgraphSource("http://a.example/", headers=headers)
    async with serving(always(answer(GOOD))) as server:
        source = SubgraphSource(server.url)
        with pytest.raises(ValueError, match="one line"):
            await source.ask(GraphqlRequest("{ name }", headers=headers))
        await source.close()
    assert not server.came


async def test_an_address_is_asked_for_as_it_is_written_in_http() -> None:
    async with serving(always(answer(GOOD))) as server:
        source = SubgraphSource(server.url + "/信用?of=某 某&to=%26")
        await source.ask(NAME)
        await source.close()
    path = "/graphql/%E4%BF%A1%E7%94%A8?of=%E6%9F%90%20%E6%9F%90&to=%26"
    assert server.came[0].line.replace("+", "%20") == f"POST {path} HTTP/1.1"
    assert server.came[0].headers["host"] == server.url.split("/")[2]


@pytest.mark.parametrize("status", [100, 102, 103])
async def test_what_comes_before_the_answer_is_passed_over(status: int) -> None:
    before = f"HTTP/1.1 {status} Wait\r\nLink: </a>\r\n\r\n".encode()
    assert await asked(always(before + answer(GOOD))) == GraphqlResponse({"name": "某"})


async def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    async def behave(visit: Visit, _: Came) -> None:
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + GOOD)
        visit.writer.close()

    assert await asked(behave) == GraphqlResponse({"name": "某"})


async def test_a_connection_that_says_more_than_it_was_asked_is_not_used_again() -> None:
    async with serving(always(answer(GOOD) + answer(b'{"data":{"name":"another"}}'))) as server:
        source = SubgraphSource(server.url)
        told = [await source.ask(NAME) for _ in range(3)]
        await source.close()
    assert told == [GraphqlResponse({"name": "某"})] * 3


async def test_one_connection_serves_one_request_after_the_other() -> None:
    async with serving(always(answer(GOOD))) as server:
        source = SubgraphSource(server.url)
        for _ in range(5):
            assert await source.ask(NAME) == GraphqlResponse({"name": "某"})
        await source.close()
    assert (server.connections, len(server.came)) == (1, 5)


async def test_never_more_connections_than_allowed_and_all_are_answered() -> None:
    async with serving(always(answer(GOOD))) as server:
        source = SubgraphSource(server.url, connections=3)
        told = await asyncio.gather(*(source.ask(NAME) for _ in range(20)))
        await source.close()
    assert told == [GraphqlResponse({"name": "某"})] * 20
    assert server.connections <= 3


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "application/graphql-response+json; charset=utf-8", "text/plain", "application/problem+json"],
)
async def test_json_is_understood_by_whatever_name_it_goes(media_type: str) -> None:
    assert await asked(always(answer(GOOD, media_type=media_type))) == GraphqlResponse({"name": "某"})


async def test_json_without_a_name_is_understood() -> None:
    assert await asked(always(answer(GOOD, media_type=None))) == GraphqlResponse({"name": "某"})


async def test_a_packed_answer_is_unpacked() -> None:
    content = answer(gzip.compress(GOOD, mtime=0), headers="Content-Encoding: gzip\r\n")
    assert await asked(always(content)) == GraphqlResponse({"name": "某"})


async def test_an_answer_in_chunks_is_put_together() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"

    async def behave(visit: Visit, _: Came) -> None:
        await visit.send(head)
        for byte in GOOD:
            await visit.send(b"1\r\n" + bytes([byte]) + b"\r\n")
        await visit.send(b"0\r\n\r\n")

    assert await asked(behave) == GraphqlResponse({"name": "某"})


@pytest.mark.parametrize("errors", [b"null", b"[]"])
async def test_no_errors_may_be_written_in_several_ways(errors: bytes) -> None:
    assert await asked(always(answer(b'{"data":{"a":1},"errors":%b}' % errors))) == GraphqlResponse({"a": 1})


@pytest.mark.parametrize("status", [400, 401, 404, 422, 500, 503])
async def test_a_failure_that_says_why_in_graphql_is_heard(status: int) -> None:
    told = await asked(always(answer(b'{"errors":[{"message":"no","extensions":{"code":"X"}}]}', status)))
    assert told == GraphqlResponse(None, [{"message": "no", "extensions": {"code": "X"}}])


async def test_a_failure_may_have_data_beside_its_errors() -> None:
    told = await asked(always(answer(b'{"data":{"a":1},"errors":[{"message":"no"}]}', 500)))
    assert told == GraphqlResponse({"a": 1}, [{"message": "no"}])


# How it fails


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 429])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"error":"down"}', b'{"data":{"name":"x"}}'])
async def test_a_server_that_fails_without_saying_why_is_unavailable(status: int, body: bytes) -> None:
    assert f"HTTP {status}" in await refused(SourceUnavailable, always(answer(body, status)))


@pytest.mark.parametrize("status", [400, 403, 404, 405])
async def test_a_server_that_refuses_without_saying_why_misbehaves(status: int) -> None:
    assert f"HTTP {status}" in await refused(SourceMisbehaved, always(answer(b"not here", status, "text/plain")))


async def test_html_is_no_answer_even_where_it_could_be_read() -> None:
    assert "an HTML page" in await refused(SourceMisbehaved, always(answer(GOOD, media_type="text/html")))
    html = answer(b"<html><body>Sign in</body></html>", media_type="text/html; charset=utf-8")
    assert "an HTML page" in await refused(SourceMisbehaved, always(html))


@pytest.mark.parametrize("body", [b"", b"{", b'{"data":{"a":NaN}}', b'{"data":\xff}', b"[" * 5000, b"undefined"])
async def test_malformed_json_is_no_answer(body: bytes) -> None:
    assert "no JSON" in await refused(SourceMisbehaved, always(answer(body)))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[]", "no object"),
        (b"7", "no object"),
        (b'{"data":[]}', "data that are no object"),
        (b'{"data":"x","errors":[{"message":"m"}]}', "data that are no object"),
        (b'{"data":{},"errors":{"message":"m"}}', "errors that are no list"),
        (b'{"data":{},"errors":["m"]}', "errors that are no list"),
        (b'{"data":null,"errors":"m"}', "errors that are no list"),
        (b"{}", "neither data nor errors"),
        (b'{"data":null}', "neither data nor errors"),
        (b'{"data":null,"errors":[]}', "neither data nor errors"),
        (b'{"message":"Not Found"}', "neither data nor errors"),
    ],
)
async def test_json_of_another_shape_is_no_answer(body: bytes, said: str) -> None:
    assert said in await refused(SourceMisbehaved, always(answer(body)))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirection_is_not_followed(status: int) -> None:
    async with serving(always(answer(GOOD))) as other:
        moved = answer(b"", status, headers=f"Location: {other.url}?token=secret\r\n")
        said = await refused(SourceMisbehaved, always(moved))
    assert "sends elsewhere" in said
    assert "secret" not in said
    assert not other.came


async def test_nobody_at_the_address_is_unavailable() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else takes the port
        taken.bind(("127.0.0.1", 0))
        source = SubgraphSource(f"http://127.0.0.1:{taken.getsockname()[1]}/graphql", deadline_s=PATIENCE_S)
        with pytest.raises(SourceUnavailable, match="cannot be reached"):
            await source.ask(NAME)
        await source.close()


async def test_a_name_that_no_host_has_is_unavailable() -> None:
    source = SubgraphSource("http://no-such-host.invalid/graphql", deadline_s=PATIENCE_S)
    with pytest.raises(SourceUnavailable, match=r"http://no-such-host\.invalid "):
        await source.ask(NAME)
    await source.close()


async def test_who_does_not_speak_http_misbehaves() -> None:
    assert "does not speak HTTP" in await refused(SourceMisbehaved, always(b"220 mail.example ESMTP\r\n\r\n"))


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + GOOD]
)
async def test_slow_headers_and_a_slow_body_end_with_the_deadline(head: bytes) -> None:
    async def behave(visit: Visit, _: Came) -> None:
        await visit.send(head)
        await visit.stall()

    said = await refused(SourceUnavailable, behave, deadline_s=SHORT_S)
    assert f"did not answer within {SHORT_S} s" in said


async def test_a_body_that_comes_drop_by_drop_ends_with_the_deadline() -> None:
    async def behave(visit: Visit, _: Came) -> None:
        await visit.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not visit.writer.is_closing():
            await visit.send(b"1\r\n \r\n")
            await asyncio.sleep(0)

    await refused(SourceUnavailable, behave, deadline_s=SHORT_S)


async def test_the_deadline_holds_while_a_free_connection_is_waited_for() -> None:
    async def behave(visit: Visit, _: Came) -> None:
        await visit.stall()

    async with asyncio.timeout(PATIENCE_S), serving(behave) as server:
        source = SubgraphSource(server.url, deadline_s=SHORT_S, connections=1)
        told = await asyncio.gather(*(source.ask(NAME) for _ in range(3)), return_exceptions=True)
        await source.close()
    assert [type(each) for each in told] == [SourceUnavailable] * 3


async def test_after_a_deadline_the_next_request_has_a_connection_of_its_own() -> None:
    async def behave(visit: Visit, _: Came) -> None:
        if server.connections == 1:
            await visit.stall()
        await visit.send(answer(GOOD))

    async with asyncio.timeout(PATIENCE_S), serving(behave) as server:
        source = SubgraphSource(server.url, deadline_s=SHORT_S, connections=1)
        with pytest.raises(SourceUnavailable):
            await source.ask(NAME)
        assert await source.ask(NAME) == GraphqlResponse({"name": "某"})
        await source.close()


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + GOOD,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n" + GOOD,
    ],
)
async def test_a_connection_closed_in_the_middle_of_a_body_is_unavailable(head: bytes) -> None:
    async def behave(visit: Visit, _: Came) -> None:
        await visit.send(head)
        visit.writer.close()

    assert "broke off" in await refused(SourceUnavailable, behave)


def closing_first(times: int) -> Behaviour:
    """Close the connection at the first so many requests, and answer the next."""
    left = [times]

    async def behave(visit: Visit, _: Came) -> None:
        if left[0]:
            left[0] -= 1
            visit.writer.close()
        else:
            await visit.send(answer(GOOD))

    return behave


async def test_a_query_is_asked_once_more_where_a_kept_connection_was_just_closed() -> None:
    assert await asked(closing_first(1)) == GraphqlResponse({"name": "某"})


async def test_a_query_is_not_asked_a_third_time() -> None:
    assert "closed the connection" in await refused(SourceUnavailable, closing_first(2))


async def test_a_mutation_is_never_sent_twice() -> None:
    async with serving(closing_first(1)) as server:
        source = SubgraphSource(server.url)
        with pytest.raises(SourceUnavailable):
            await source.ask(GraphqlRequest("mutation { pay }"))
        await source.close()
    assert len(server.came) == 1


# Too much


async def peak_of(behave: Behaviour, most_bytes: int) -> int:
    """Give how much memory a refusal of too large an answer took at most."""
    tracemalloc.start()
    try:
        said = await refused(SourceMisbehaved, behave, most_bytes=most_bytes)
        assert f"more than {most_bytes} bytes" in said
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


async def test_fifty_megabytes_are_refused_while_they_come() -> None:
    sent = [0]

    async def behave(visit: Visit, _: Came) -> None:
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"%x\r\n" % 65_536 + b" " * 65_536 + b"\r\n"
        while sent[0] < 50 * MEGABYTE and not visit.writer.is_closing():
            await visit.send(chunk)
            sent[0] += 65_536

    assert await peak_of(behave, MEGABYTE) < 5 * MEGABYTE
    assert sent[0] < 25 * MEGABYTE


async def test_fifty_megabytes_that_say_so_are_not_even_read() -> None:
    async def behave(visit: Visit, _: Came) -> None:
        await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n")
        await visit.stall()

    assert await peak_of(behave, MEGABYTE) < MEGABYTE


@pytest.mark.parametrize("times", [50, 1])
async def test_a_bomb_is_refused_before_it_is_unpacked(times: int) -> None:
    packing = zlib.compressobj(wbits=31)
    bomb = b"".join([packing.compress(b" " * (50 * MEGABYTE // times)) for _ in range(times)]) + packing.flush()
    assert len(bomb) < 100_000
    content = answer(bomb, headers="Content-Encoding: gzip\r\n")
    assert await peak_of(always(content), MEGABYTE) < 5 * MEGABYTE


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("over", [0, 1])
async def test_the_limit_is_exact(packed: bool, over: int) -> None:  # noqa: FBT001 (a parameter of the test)
    body = GOOD + b" " * (10_000 + over - len(GOOD))
    headers = "Content-Encoding: gzip\r\n" if packed else ""
    behave = always(answer(gzip.compress(body, mtime=0) if packed else body, headers=headers))
    if over:
        await refused(SourceMisbehaved, behave, most_bytes=10_000)
    else:
        assert await asked(behave, most_bytes=10_000) == GraphqlResponse({"name": "某"})


@pytest.mark.parametrize(
    ("body", "packed", "said"),
    [
        (b"plainly no gzip", "gzip", "gzip that is none"),
        (gzip.compress(GOOD, mtime=0)[:-10], "gzip", "breaks off"),
        (b"", "gzip", "breaks off"),
        (GOOD, "br", "not asked for"),
    ],
)
async def test_what_cannot_be_unpacked_is_no_answer(body: bytes, packed: str, said: str) -> None:
    behave = always(answer(body, headers=f"Content-Encoding: {packed}\r\n"))
    assert said in await refused(SourceMisbehaved, behave)


# Addresses


@pytest.mark.parametrize(
    "url",
    ["ftp://a/b", "file:///etc/passwd", "a.example/graphql", "", "http://", "//a/b", "http://a:port/", "http://[/"],
)
def test_only_http_is_an_address(url: str) -> None:
    with pytest.raises(ValueError, match="http://HOST/PATH"):
        SubgraphSource(url)


def test_an_address_with_a_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValueError, match=r"https://a\.example:8443 holds a user") as refusal:
        SubgraphSource("https://me:hunter2@a.example:8443/graphql?key=hunter2")
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("behave", [always(b"nonsense\r\n\r\n"), always(answer(b"x")), always(answer(b"", 500))])
async def test_no_error_and_no_log_repeats_what_an_address_holds(
    behave: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(behave) as server:
        source = SubgraphSource(f"{server.url}/secret-path?key=secret-key")
        with pytest.raises(SourceError) as caught:
            await source.ask(NAME)
        await source.close()
    assert "secret" not in f"{caught.value} {caplog.text}"


async def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(always(answer(b'{"data":{"name":"the proxy"}}'))) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/graphql"))
        assert await asked(always(answer(GOOD))) == GraphqlResponse({"name": "某"})
        assert not proxy.came


async def test_a_closed_source_is_asked_no_more() -> None:
    async with serving(always(answer(GOOD))) as server:
        source = SubgraphSource(server.url)
        await source.ask(NAME)
        await source.close()
        await source.close()
        with pytest.raises(SourceUnavailable):
            await source.ask(NAME)
    assert len(server.came) == 1
