"""How fast a body must come: who is slower is told so by a code, and nobody else waits (R14.3)."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterable, MutableMapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from gateway.access import tokens
from gateway.app import application
from gateway.audit.codes import OUTCOMES
from gateway.errors import BodyTooSlow
from gateway.web.pace import Pace, Paced
from schema.disclosure import Outcome
from tests.gateway.web.console.made_up import token_in
from tests.journeys.reporting import settings_of

Message = MutableMapping[str, Any]
FAST = Pace(deadline_s=60.0, bytes_per_s=1)


def line_of(parts: Iterable[bytes], *, ends: bool) -> Any:  # noqa: ANN401 (a callable of ASGI)
    """Give a line over which parts come, and then the end, or nothing any more."""
    waiting = iter(parts)

    async def receive() -> Message:
        part = next(waiting, None)
        if part is None and not ends:
            await asyncio.get_running_loop().create_future()
        return {"type": "http.request", "body": part or b"", "more_body": part is not None}

    return receive


async def all_of(paced: Paced) -> bytes:
    """Read a body to its end."""
    read, more = b"", True
    while more:
        message = await paced.receive()
        read += message["body"]
        more = message["more_body"]
    return read


async def test_what_comes_in_time_passes_and_what_follows_a_body_has_no_deadline() -> None:
    paced = Paced(line_of([b"a", b"b"], ends=True), FAST)
    assert await all_of(paced) == b"ab"
    assert (await paced.receive())["body"] == b""


@pytest.mark.parametrize(
    "pace",
    [
        Pace(deadline_s=0.02, bytes_per_s=1, grace_s=60.0),
        Pace(deadline_s=60.0, bytes_per_s=1_000_000, grace_s=0.02),
    ],
)
async def test_past_its_deadline_or_below_its_pace_a_body_is_given_up(pace: Pace) -> None:
    paced = Paced(line_of([b"a" * 500], ends=False), pace)
    with pytest.raises(BodyTooSlow) as late:
        await all_of(paced)
    assert "500 bytes" in late.value.message("en")
    assert (late.value.code, late.value.status) == ("BODY_TOO_SLOW", 408)


async def test_a_body_earns_time_by_what_has_come() -> None:
    begun = asyncio.get_running_loop().time()
    paced = Paced(line_of([b"a" * 100], ends=False), Pace(60.0, 2_000, grace_s=0.0))
    paced_first = await asyncio.gather(all_of(paced), return_exceptions=True)
    assert isinstance(paced_first[0], BodyTooSlow)
    assert asyncio.get_running_loop().time() - begun >= 0.05


async def test_the_connection_ends_with_the_answer_to_a_slow_body_alone() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    start: Message = {"type": "http.response.start", "status": 408, "headers": [(b"x", b"y")]}
    slow = Paced(line_of([], ends=False), Pace(0.01, 1))
    with pytest.raises(BodyTooSlow):
        await slow.receive()
    await slow.closing(send)(start)
    await slow.closing(send)({"type": "http.response.body", "body": b""})
    quick = Paced(line_of([], ends=True), FAST)
    await quick.closing(send)(start)
    assert [message.get("headers") for message in sent] == [
        [(b"x", b"y"), (b"connection", b"close")],
        None,
        [(b"x", b"y")],
    ]


async def test_for_a_body_that_is_there_at_once_no_clock_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, set_for = asyncio.get_running_loop(), []
    monkeypatch.setattr(loop, "call_at", lambda *told, **_: set_for.append(told))
    assert await all_of(Paced(line_of([b"a" * 500], ends=True), Pace(0.01, 1))) == b"a" * 500
    assert set_for == []


def waiting_line(*gates: asyncio.Event) -> Any:  # noqa: ANN401 (a callable of ASGI)
    """Give a line over which one part comes, for which it waits several times."""

    async def receive() -> Message:
        for each in gates:
            await each.wait()
        return {"type": "http.request", "body": b"a", "more_body": False}

    return receive


async def test_what_comes_after_a_wait_or_several_is_read_as_it_is() -> None:
    gates = [asyncio.Event() for _ in range(3)]
    reading = asyncio.ensure_future(all_of(Paced(waiting_line(*gates), FAST)))
    for each in gates:
        assert not reading.done()
        await asyncio.sleep(0)
        each.set()
    assert await reading == b"a"


async def test_whoever_stops_waiting_for_a_body_stops_what_waits() -> None:
    stopped: list[str] = []

    async def receive() -> Message:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped.append("so it was")
            raise
        return {}

    reading = asyncio.ensure_future(Paced(receive, FAST).receive())
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert stopped == ["so it was"]


async def test_what_a_broken_line_raises_is_raised() -> None:
    async def receive() -> Message:
        await asyncio.sleep(0)
        message = "the line broke"
        raise OSError(message)

    with pytest.raises(OSError, match="the line broke"):
        await Paced(receive, FAST).receive()


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Any]:
    """Serve a house at whose doors bodies must be there at once."""
    limits = {"body_s": 0.05, "question_s": 0.05}
    app = application(settings_of(f"sqlite:///{folder}/house.sqlite", folder, limits=limits))
    stopping = asyncio.Event()
    started: asyncio.Queue[Message] = asyncio.Queue()
    told = iter([{"type": "lifespan.startup"}])

    async def receive() -> Message:
        message = next(told, None)
        if message is None:
            await stopping.wait()
            return {"type": "lifespan.shutdown"}
        return message

    living = asyncio.ensure_future(app({"type": "lifespan"}, receive, started.put))
    assert (await started.get())["type"] == "lifespan.startup.complete"
    try:
        yield app
    finally:
        stopping.set()
        await living


async def ask(app: Any, path: str, headers: dict[str, str], parts: Iterable[bytes]) -> list[Message]:  # noqa: ANN401 (an application)
    """Begin a body at a door, and never end it."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {"headers": raw, "scheme": "http", "server": ("house.test", 80), "http_version": "1.1"}
    await app(scope, line_of(parts, ends=False), send)
    return sent


async def test_a_reporter_who_sends_a_body_without_end_is_told_so_and_leaves_an_entry(tmp_path: Path) -> None:
    async with served(tmp_path) as app:
        token = tokens.issue("tax-reporter", tmp_path / "keys", time.time())
        headers = {"authorization": f"Bearer {token}", "content-type": "application/x-ndjson"}
        start, body = await ask(app, "/submissions", headers, [b"{"])
        assert start["status"] == 408
        assert b'"BODY_TOO_SLOW"' in body["body"]
        assert (b"connection", b"close") in start["headers"]
        assert dict(start["headers"])[b"audit-record"]


@pytest.mark.parametrize("begun", [[], [b'{"query": "{ viewer'], [b"{", b'"query"', b":"]])
async def test_a_question_without_end_is_refused_as_any_other_and_leaves_an_entry(
    tmp_path: Path, begun: list[bytes]
) -> None:
    async with served(tmp_path) as app:
        start, body = await ask(app, "/graphql", {"content-type": "application/json"}, begun)
    assert start["status"] == 408
    (error,) = orjson.loads(body["body"])["errors"]
    assert error["extensions"]["code"] == "BODY_TOO_SLOW"
    assert f"{sum(map(len, begun))} bytes" in error["message"]
    assert (b"connection", b"close") in start["headers"]
    with closing(sqlite3.connect(tmp_path / "house.sqlite")) as database:
        assert database.execute("SELECT outcome FROM audit_record").fetchall() == [(OUTCOMES[Outcome.FAILED],)]
    assert dict(start["headers"])[b"audit-record"]


async def test_of_who_does_not_say_who_sends_it_no_evidence_is_read(tmp_path: Path) -> None:
    async with served(tmp_path) as app:
        start, body = await ask(app, "/evidence", {"content-type": "application/pdf"}, [])
    assert (start["status"], b'"FORBIDDEN"' in body["body"]) == (403, True)


@pytest.mark.parametrize("door", ["/login", "/logout"])
async def test_a_form_without_end_of_who_is_not_logged_in_is_given_up(tmp_path: Path, door: str) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded", "host": "house.test"}
    async with served(tmp_path) as app:
        start, body = await ask(app, door, headers, [b"token="])
        assert start["status"] == 408
        assert "BODY_TOO_SLOW" in body["body"].decode()
        assert (b"connection", b"close") in start["headers"]
        start, body = await ask(app, door, headers, [b"token=" + b"x" * 16_384])
        assert (start["status"], "请求体过大" in body["body"].decode()) == (413, True), "nor is it ever long"


def test_whoever_is_logged_in_and_uploads_without_end_gets_a_page_that_says_so(tmp_path: Path) -> None:
    settings = settings_of(f"sqlite:///{tmp_path}/house.sqlite", tmp_path)
    with TestClient(application(settings), base_url="http://house.test") as client:
        page = client.get("/login").text
        client.post("/login", data={"token": token_in(page), "persona": "tax-reporter"}, follow_redirects=False)
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())

    async def upload() -> list[Message]:
        async with served(tmp_path) as app:
            headers = {"cookie": cookie, "content-type": "multipart/form-data; boundary=x", "host": "house.test"}
            return await ask(app, "/console/submissions", headers, [b"--x\r\n"])

    start, body = asyncio.run(upload())
    assert start["status"] == 408
    assert "请求体传输过慢" in body["body"].decode()
    assert (b"connection", b"close") in start["headers"]
