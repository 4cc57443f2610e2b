import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from gateway.audit.entry import Entry
from gateway.audit.spans import open_copies
from gateway.errors import StartRefused
from schema.disclosure import Outcome, QueryMethod

TRACE = "0af7651916cd43dd8448eb211c80319c"
FETCH = ("fetch TAX", 1_500, 200, (("subjects", 1), ("cached", 0), ("failed", "")))
LOST = ("fetch COURT", 1_600, 900, (("subjects", 1), ("cached", 0), ("failed", "SOURCE_UNAVAILABLE")))
RESOLVED = ("resolve LegalPerson.taxArrears", 2_500, 0, (("rows", 3),))


def entry(**over: Any) -> Entry:  # noqa: ANN401 (parts of an entry)
    told: dict[str, Any] = {
        "request_id": "r-1",
        "person": "程税安",
        "organisation": "TAX",
        "organisation_kind": None,
        "method": QueryMethod.API,
        "channel": "QUERY",
        "purpose_code": None,
        "purpose_text": "年度抽查",
        "papers": (),
        "operation_name": "Subject",
        "document_digest": "ab" * 32,
        "outcome": Outcome.DISCLOSED,
        "errors": (),
        "subjects": (),
        "sources": (),
        "trace_id": TRACE,
        "spans": (FETCH, LOST, RESOLVED),
        "response_digest": b"",
        "started_at_ns": 1_000,
    }
    return Entry(**{**told, **over})


def sent(told: Entry) -> dict[str, ReadableSpan]:
    """Give the copies that leave, by name."""
    exporter = InMemorySpanExporter()
    copies = open_copies(None, SimpleSpanProcessor(exporter))
    assert copies is not None
    copies.send(told)
    copies.close()
    return {each.name: each for each in exporter.get_finished_spans()}


def test_every_span_of_an_entry_leaves_under_one_for_the_operation() -> None:
    spans = sent(entry())
    root = spans.pop("query")
    assert list(spans) == ["fetch TAX", "fetch COURT", "resolve LegalPerson.taxArrears"]
    assert root.parent is None
    assert [each.parent for each in spans.values()] == [root.context] * 3
    contexts = [each.context for each in (root, *spans.values()) if each.context]
    assert {each.trace_id for each in contexts} == {int(TRACE, 16)}
    assert len({each.span_id for each in contexts}) == 4
    assert (spans["fetch TAX"].start_time, spans["fetch TAX"].end_time) == (1_500, 1_700)
    assert root.resource.attributes["service.name"] == "xinyong"


def test_a_lost_fetch_is_an_error_and_a_failed_operation_too() -> None:
    spans = sent(entry(outcome=Outcome.FAILED, errors=("BAD_USER_INPUT",)))
    codes = {name: each.status.status_code for name, each in spans.items()}
    assert codes["fetch COURT"] is codes["query"] is StatusCode.ERROR
    assert codes["fetch TAX"] is codes["resolve LegalPerson.taxArrears"] is StatusCode.UNSET


def test_nothing_of_who_asked_or_why_is_in_a_span() -> None:
    written = " ".join(each.to_json() for each in sent(entry()).values())
    assert not [each for each in ("程税安", "年度抽查", "r-1") if each in written]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Subject", True),
        ("Subject2", True),
        ("_410199197805120110", False),
        ("a" * 65, False),
        ("秦立恒", False),
        ("a b", False),
    ],
)
def test_the_name_of_an_operation_is_shown_unless_it_could_be_a_code(name: str, *, shown: bool) -> None:
    attributes = sent(entry(operation_name=name))["query"].attributes or {}
    assert ("graphql.operation.name" in attributes) is shown
    assert (name in sent(entry(operation_name=name))["query"].to_json()) is (shown)


def test_without_a_collector_no_span_leaves() -> None:
    assert open_copies(None) is None


@pytest.mark.parametrize("endpoint", [None, "http://127.0.0.1:1"])
def test_a_house_does_not_open_with_telemetry_switched_off(
    monkeypatch: pytest.MonkeyPatch, endpoint: str | None
) -> None:
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    with pytest.raises(StartRefused, match="OTEL_SDK_DISABLED"):
        open_copies(endpoint)


@pytest.fixture
def collector() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Give the address of a collector, and what it was sent: path and body."""
    got: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
            del format, args

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", got
        server.shutdown()
        thread.join()


def test_spans_reach_a_collector_over_http(collector: tuple[str, list[tuple[str, bytes]]]) -> None:
    address, got = collector
    copies = open_copies(address)
    assert copies is not None
    copies.send(entry())
    copies.close()
    ((path, body),) = got
    assert path == "/v1/traces"
    assert bytes.fromhex(TRACE) in body
    assert all(name in body for name in (b"xinyong", b"query", b"fetch TAX", b"resolve LegalPerson.taxArrears"))
