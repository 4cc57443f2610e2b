"""Evidence is sent and fetched by its own door, recorded before the answer, and never shown as a page (Art. 18, 19)."""

import hashlib
from collections.abc import AsyncIterator, MutableMapping
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson
import pytest

from gateway.errors import AuditUnavailable
from tests.journeys.visitor import Visitor

PDF = b"%PDF-1.7\n% evidence\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 30


@dataclass(frozen=True)
class Counter:
    """Someone before the door of evidence."""

    visitor: Visitor
    client: httpx2.AsyncClient

    async def send(
        self, content: bytes, media_type: str = "application/pdf", persona: str = "tax-officer", **headers: str
    ) -> httpx2.Response:
        """Send a file as it is."""
        sent = {"content-type": media_type, **self.visitor.as_(persona), **headers}
        return await self.client.post("/evidence", content=content, headers=sent)

    async def fetch(self, digest: str, persona: str = "tax-officer") -> httpx2.Response:
        """Fetch a file."""
        return await self.client.get(f"/evidence/{digest}", headers=self.visitor.as_(persona))


@pytest.fixture
async def counter(visitor: Visitor) -> AsyncIterator[Counter]:
    """Give somebody who brings files."""
    assert visitor.house.evidence is not None
    transport = httpx2.ASGITransport(visitor.house.evidence, raise_app_exceptions=True)
    async with httpx2.AsyncClient(transport=transport, base_url="http://house.test") as client:
        yield Counter(visitor, client)


def code(answer: httpx2.Response) -> str:
    (error,) = answer.json()["errors"]
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]
    return str(error["extensions"]["code"])


async def test_a_file_is_sent_and_fetched_again(counter: Counter) -> None:
    async with counter.visitor.leaving(2):
        sent = await counter.send(PDF, **{"content-disposition": 'attachment; filename="letter.pdf"'})
        digest = hashlib.sha256(PDF).hexdigest()
        assert sent.status_code == 201
        assert sent.json() == {"digest": digest, "mediaType": "application/pdf", "size": len(PDF)}
        assert sent.headers["audit-record"].count(".") == 2
        got = await counter.fetch(digest)
    assert (got.status_code, got.content) == (200, PDF)
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"] == "attachment; filename*=UTF-8''letter.pdf"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"].startswith("sandbox;")
    assert got.headers["cache-control"] == "no-store"


async def test_a_form_with_one_file_is_read_too(counter: Counter) -> None:
    answer = await counter.client.post(
        "/evidence",
        files={"file": ("证明.png", PNG, "image/png")},
        headers=counter.visitor.as_("third-party"),
    )
    assert answer.status_code == 201
    got = await counter.fetch(answer.json()["digest"], "third-party")
    assert got.headers["content-disposition"].endswith("%E8%AF%81%E6%98%8E.png")


@pytest.mark.parametrize(
    ("content", "media_type", "status", "expected"),
    [
        (PDF, "text/html", 415, "BAD_USER_INPUT"),
        (PDF, "image/png", 415, "BAD_USER_INPUT"),
        (b"<svg/>", "image/svg+xml", 415, "BAD_USER_INPUT"),
        (b"", "application/pdf", 400, "BAD_USER_INPUT"),
        (b"no form", "multipart/form-data", 400, "BAD_USER_INPUT"),
        (b"no form", "multipart/form-data; boundary=b", 400, "BAD_USER_INPUT"),
    ],
)
async def test_what_is_no_such_file_is_refused_and_recorded(
    counter: Counter, content: bytes, media_type: str, status: int, expected: str
) -> None:
    async with counter.visitor.leaving(1):
        answer = await counter.send(content, media_type)
    assert (answer.status_code, code(answer)) == (status, expected)


LATEST = "{ queryLog(first: 1) { nodes { outcome errors operationName } } }"


@pytest.mark.parametrize(
    ("content", "persona", "outcome", "expected"),
    [(b"MZ", "tax-officer", "FAILED", "BAD_USER_INPUT"), (PDF, "public", "DENIED", "FORBIDDEN")],
)
async def test_only_who_lacks_a_right_is_recorded_as_denied(
    counter: Counter, content: bytes, persona: str, outcome: str, expected: str
) -> None:
    await counter.send(content, persona=persona)
    (entry,) = (await counter.visitor.ask(LATEST, persona="auditor")).data["queryLog"]["nodes"]
    assert entry == {"outcome": outcome, "errors": [expected], "operationName": "evidence.file.sent"}


async def test_a_file_larger_than_the_limit_is_refused_before_it_is_read(counter: Counter) -> None:
    limit = counter.visitor.house.settings.evidence.file_bytes
    answer = await counter.send(b"%PDF-" + b"x" * (limit + 20_000))
    assert (answer.status_code, code(answer)) == (413, "BAD_USER_INPUT")
    assert "smaller operation or file" in answer.json()["errors"][0]["extensions"]["hint"]

    async def trickle() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b"%PDF-" + b"x" * 1_000_000

    headers = {"content-type": "application/pdf", **counter.visitor.as_("tax-officer")}
    answer = await counter.client.post("/evidence", content=trickle(), headers=headers)
    assert answer.status_code == 413


async def test_nobody_sends_a_file_without_saying_who_it_is(counter: Counter) -> None:
    async with counter.visitor.leaving(2):
        answer = await counter.send(PDF, persona="public")
        assert (answer.status_code, code(answer)) == (403, "FORBIDDEN")
        answer = await counter.send(PDF, authorization="Bearer nonsense")
        assert (answer.status_code, code(answer)) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path", "allowed"), [("GET", "/evidence", "POST"), ("POST", "/evidence/x", "GET")])
async def test_each_door_has_its_method(counter: Counter, method: str, path: str, allowed: str) -> None:
    answer = await counter.client.request(method, path, headers=counter.visitor.as_("tax-officer"))
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


async def test_a_file_that_is_not_ones_own_is_not_there(counter: Counter) -> None:
    digest = (await counter.send(PDF)).json()["digest"]
    async with counter.visitor.leaving(3):
        anothers = await counter.fetch(digest, "third-party")
        nobodys = await counter.fetch("0" * 64, "third-party")
        no_digest = await counter.fetch("nothing", "third-party")
    assert {each.status_code for each in (anothers, nobodys, no_digest)} == {404}

    def said(answer: httpx2.Response) -> Any:  # noqa: ANN401 (JSON)
        (error,) = answer.json()["errors"]
        error["extensions"].pop("requestId")
        return error

    assert said(anothers) == said(nobodys) == said(no_digest)
    assert (await counter.fetch(digest, "centre-approver")).status_code == 200


async def test_the_demonstrations_evidence_is_its_subjects_to_see(counter: Counter) -> None:
    paper = '{ paper(id: "DEMO-IDENTITY-IN10") { evidence { digest mediaType name } } }'
    told = await counter.visitor.ask(paper, persona="individual")
    (evidence,) = told.data["paper"]["evidence"]
    assert (await counter.fetch(evidence["digest"], "individual")).status_code == 200
    assert (await counter.fetch(evidence["digest"], "market-officer")).status_code == 404


async def test_what_nobody_foresaw_is_told_by_its_code_alone(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        message = "a secret of the house"
        raise RuntimeError(message)

    monkeypatch.setattr("gateway.web.evidence.requests.too_large", fails)
    async with counter.visitor.leaving(1):
        answer = await counter.send(PDF)
    assert (answer.status_code, code(answer)) == (500, "INTERNAL_SERVER_ERROR")
    assert "secret" not in answer.text


async def test_how_it_came_in_is_recorded_as_far_as_it_can_be_read(counter: Counter) -> None:
    for method in ("WINDOW", "nonsense"):
        assert (await counter.send(PDF, **{"x-query-method": method})).status_code == 201


async def test_a_form_without_a_file_is_refused(counter: Counter) -> None:
    boundary = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n'
    answer = await counter.send(boundary, "multipart/form-data; boundary=b")
    assert (answer.status_code, code(answer)) == (400, "BAD_USER_INPUT")


async def test_without_an_entry_nothing_is_answered(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = (await counter.send(PDF)).json()["digest"]

    async def full(_: object) -> None:
        raise AuditUnavailable

    monkeypatch.setattr(type(counter.visitor.house.trail), "append", lambda _, entry: full(entry))
    for answer in (await counter.send(PDF), await counter.fetch(digest)):
        assert (answer.status_code, code(answer)) == (503, "AUDIT_UNAVAILABLE")
        assert PDF not in answer.content
        assert digest not in answer.text
        assert "retry-after" in answer.headers


async def test_a_file_that_breaks_off_on_its_way_is_not_kept(counter: Counter) -> None:
    half = PDF + b"% the first half\n"
    came: list[MutableMapping[str, Any]] = [
        {"type": "http.disconnect"},
        {"type": "http.request", "body": half, "more_body": True},
    ]
    said: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return came.pop()

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)

    headers = {"content-type": "application/pdf", **counter.visitor.as_("tax-officer")}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/evidence",
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    assert counter.visitor.house.evidence is not None
    async with counter.visitor.leaving(1):
        await counter.visitor.house.evidence(scope, receive, send)
    assert (said[0]["status"], orjson.loads(said[1]["body"])["errors"][0]["extensions"]["code"]) == (
        400,
        "BAD_USER_INPUT",
    )
    assert (await counter.fetch(hashlib.sha256(half).hexdigest())).status_code == 404
