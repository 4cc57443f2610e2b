"""A city's own graph, served unchanged and open to all; recorded like any other, and nothing lost without an error."""

import asyncio
import socket
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLError
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from connectors.errors import SourceError, SourceMisbehaved, SourceUnavailable
from connectors.sources.subgraph import SubgraphSource
from connectors.subgraph import GraphqlRequest, GraphqlResponse
from gateway.access import tokens
from tests.journeys.foreign import Guest, composed, settings_of, staying
from tests.journeys.visitor import Told

JOINED = "query Joined { companies { code name permits { number } } }"
ANSWER = {
    "companies": [
        {"code": "1", "name": "某一公司", "permits": [{"number": "P-1"}]},
        {"code": "2", "name": "某二公司", "permits": [{"number": "P-2"}]},
    ]
}
TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
async def guest(tmp_path: Path) -> AsyncIterator[Guest]:
    async with staying(settings_of(tmp_path)) as someone:
        yield someone


@dataclass
class Failing:
    """A subgraph that always fails so."""

    error: SourceError

    async def ask(self, request: GraphqlRequest) -> GraphqlResponse:  # noqa: ARG002 (the seam's own name)
        """Fail."""
        raise self.error

    async def close(self) -> None:
        """Hold nothing."""


def refused(told: Told, code: str, status: int) -> dict[str, Any]:
    """Check a refusal of the whole question; give its one error."""
    assert (told.status, told.codes) == (status, [code])
    (error,) = told.errors
    assert error["message"]
    assert error["extensions"]["hint"]
    assert error["extensions"]["requestId"] == told.headers["x-request-id"]
    assert "Traceback" not in told.body.decode()
    return error


# What is answered


async def test_what_two_subgraphs_know_is_answered_as_one(guest: Guest) -> None:
    told = await guest.ask(JOINED)
    assert (told.status, told.data, told.errors) == (200, ANSWER, [])
    assert guest.asked == {"companies": 1, "permits": 1}
    sources = told.json["extensions"]["xinyong"]["sources"]
    assert [(each["connector"], each["reached"]) for each in sources] == [("companies", True), ("permits", True)]
    assert told.headers["audit-record"] == told.json["extensions"]["xinyong"]["receipt"]


async def test_variables_aliases_fragments_and_conditions_are_understood(guest: Guest) -> None:
    query = """query One($code: ID!, $all: Boolean!) {
      it: company(code: $code, as: LONG) { ...Known permits @include(if: $all) { number } }
    } fragment Known on Company { title: name }"""
    told = await guest.ask(query, {"code": "2", "all": False})
    assert (told.data, told.errors) == ({"it": {"title": "某二公司"}}, [])
    told = await guest.ask(query, {"code": "2", "all": True})
    assert told.data == {"it": {"title": "某二公司", "permits": [{"number": "P-2"}]}}


async def test_no_purpose_and_no_paper_is_asked_for_and_none_refused(guest: Guest) -> None:
    told = await guest.ask(JOINED, extensions={"papers": ["no such"], "purpose": {"code": "LICENSING", "text": "x"}})
    assert (told.data, told.errors) == (ANSWER, [])


async def test_introspection_shows_what_callers_may_see_and_nothing_of_the_machinery(guest: Guest) -> None:
    query = """{ __schema { queryType { name } types { name } directives { name } }
      __type(name: "Company") { fields { name } } }"""
    told = await guest.ask(query)
    assert told.errors == []
    types = {each["name"] for each in told.data["__schema"]["types"]}
    assert {"Company", "Permit", "Shape"} <= types
    assert not [name for name in types if name.startswith(("join__", "link__", "_")) and not name.startswith("__")]
    assert [each["name"] for each in told.data["__type"]["fields"]] == ["code", "name", "permits"]
    assert not [each for each in told.data["__schema"]["directives"] if "__" in each["name"]]
    assert guest.asked == {"companies": 0, "permits": 0}


async def test_introspection_stands_beside_other_fields_in_the_order_asked(guest: Guest) -> None:
    query = """query Both($no: Boolean = false) { __typename a: __type(name: "Permit") { name } ...Rest
      s: __schema @include(if: $no) { queryType { name } } }
      fragment Rest on Query { company(code: "1") { name } b: __schema { mutationType { name } } }"""
    told = await guest.ask(query)
    assert told.errors == []
    assert list(told.data.items()) == [
        ("__typename", "Query"),
        ("a", {"name": "Permit"}),
        ("company", {"name": "某一公司"}),
        ("b", {"mutationType": {"name": "Mutation"}}),
    ]


async def test_a_mutation_is_carried_out_and_read_back(guest: Guest) -> None:
    told = await guest.ask('mutation { rename(code: "1", name: "新") { name permits { number } } }')
    assert told.data == {"rename": {"name": "新", "permits": [{"number": "P-1"}]}}
    assert guest.city.names["1"] == "新"


async def test_a_query_may_come_by_get_and_a_mutation_may_not(guest: Guest) -> None:
    told = await guest.send("GET", query="?query=%7Bcompany(code%3A%221%22)%7Bname%7D%7D")
    assert told.data == {"company": {"name": "某一公司"}}
    for accept in ("application/json", "application/graphql-response+json"):
        mutation = "?query=mutation%7Brename(code%3A%221%22%2Cname%3A%22x%22)%7Bname%7D%7D"
        refused(await guest.send("GET", query=mutation, headers={"accept": accept}), "BAD_USER_INPUT", 405)
    assert guest.city.names["1"] == "某一公司"


async def test_traceparent_and_named_headers_reach_the_subgraphs_and_no_other(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, foreign={"passed_headers": ["Authorization", "X-City"]})
    headers = {
        "traceparent": f"00-{TRACE}-b7ad6b7169203331-00",
        "authorization": "Bearer for the subgraph",
        "x-city": "zz",
        "x-other": "no",
        "cookie": "session=1",
    }
    async with staying(settings) as guest:
        told = await guest.ask(JOINED, headers=headers)
        assert told.data == ANSWER
        requests = [request for each in guest.subgraphs.values() for request in each.asked]
    assert len(requests) == 2
    for request in requests:
        assert request.headers["authorization"] == "Bearer for the subgraph"
        assert request.headers["x-city"] == "zz"
        assert request.headers["traceparent"].startswith(f"00-{TRACE}-")
        assert set(request.headers) == {"authorization", "x-city", "traceparent"}


async def test_who_has_an_issuer_checks_tokens_here_too(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, demo=True)
    token = tokens.issue("tax-officer", settings.keys.folder, time.time())
    async with staying(settings) as guest:
        refused(await guest.ask(JOINED, headers={"authorization": "Bearer nonsense"}), "UNAUTHENTICATED", 401)
        told = await guest.ask(JOINED, headers={"authorization": f"Bearer {token}"})
        assert told.data == ANSWER
        assert [each["organisation"] for each in guest.entries()] == ["", "TAX"]


# What is lost has its error


@pytest.mark.parametrize("error", [SourceUnavailable("down: hunter2"), SourceMisbehaved("odd: hunter2")])
async def test_without_one_subgraph_the_rest_is_answered(
    tmp_path: Path, error: SourceError, caplog: pytest.LogCaptureFixture
) -> None:
    async with staying(settings_of(tmp_path), {"permits": Failing(error)}) as guest:
        told = await guest.ask(JOINED)
        (entry,) = guest.entries()
        ready = await guest.house.probe()
    assert told.status == 200
    assert told.data == {"companies": [{**each, "permits": None} for each in ANSWER["companies"]]}
    assert set(told.codes) == {error.code}
    assert [each["path"] for each in told.errors] == [["companies", 0, "permits"], ["companies", 1, "permits"]]
    for each in told.errors:
        assert each["extensions"]["connector"] == "permits"
        assert each["extensions"]["requestId"] == told.headers["x-request-id"]
        assert each["extensions"]["hint"]
    assert "hunter2" not in told.body.decode()
    assert "hunter2" in caplog.text
    assert [each.getMessage() for each in caplog.records if told.headers["x-request-id"] in each.getMessage()] == [
        f"request {told.headers['x-request-id']}: subgraph permits: Subgraph permits: {error} (fields lost: 2)"
    ]
    assert (entry["outcome"], entry["errors"]) == ("DISCLOSED", [error.code])
    assert entry["sources"] == [["companies", True, True], ["permits", True, False]]
    assert ready == {"graph": True, "trail": True, "seal": True}


async def test_a_dead_address_is_a_coded_error_in_time(tmp_path: Path) -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else takes the port
        taken.bind(("127.0.0.1", 0))
        dead = SubgraphSource(f"http://127.0.0.1:{taken.getsockname()[1]}/", deadline_s=5)
        async with staying(settings_of(tmp_path), {"companies": dead}) as guest, asyncio.timeout(10):
            told = await guest.ask("{ __typename busy companies { name } }")
    assert told.data is None
    assert "SOURCE_UNAVAILABLE" in told.codes
    assert ["companies"] in [each.get("path") for each in told.errors]


async def test_a_subgraphs_own_words_and_code_pass(guest: Guest) -> None:
    guest.city.permit_error = GraphQLError("许可证库停机", extensions={"code": "CLOSED", "until": "18:00"})
    told = await guest.ask('{ company(code: "1") { name permits { number } } }')
    assert told.data == {"company": {"name": "某一公司", "permits": None}}
    (error,) = told.errors
    assert (error["message"], error["path"]) == ("许可证库停机", ["company", "permits"])
    extensions = error["extensions"]
    assert (extensions["code"], extensions["until"], extensions["connector"]) == ("CLOSED", "18:00", "permits")
    assert extensions["requestId"] == told.headers["x-request-id"]
    assert guest.entries()[0]["errors"] == ["CLOSED"]


@pytest.mark.parametrize("code", [None, "410199197805120110", "no such permit of 秦立恒", 7])
async def test_a_code_that_is_none_is_never_recorded(guest: Guest, code: object) -> None:
    guest.city.permit_error = GraphQLError("no", extensions={"code": code} if code is not None else {"x": 1})
    told = await guest.ask('{ company(code: "1") { permits { number } } }')
    assert told.data == {"company": {"permits": None}}
    assert isinstance(told.errors[0]["extensions"]["code"], str)
    assert guest.entries()[0]["errors"] == ["DOWNSTREAM_SERVICE_ERROR"]


async def test_an_operation_without_end_is_given_up_whole(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, foreign={"operation_s": 0.1})
    async with asyncio.timeout(10), staying(settings) as guest:
        refused(await guest.ask("{ busy }"), "GATEWAY_TIMEOUT", 504)
        assert guest.entries()[0]["errors"] == ["GATEWAY_TIMEOUT"]


async def test_a_field_that_the_supergraph_promises_and_no_subgraph_can_be_asked_for_has_its_error(
    tmp_path: Path,
) -> None:
    keyless = composed().replace('@join__type(graph: PERMITS, key: "code")', "@join__type(graph: PERMITS)")
    async with staying(settings_of(tmp_path), sdl=keyless) as guest:
        told = await guest.ask(JOINED)
        assert (told.status, told.data, told.codes) == (200, None, ["QUERY_PLANNING_FAILED"])
        assert told.errors[0]["extensions"]["requestId"] == told.headers["x-request-id"]
        refused(await guest.ask(JOINED, extensions={"dryRun": True}), "INTERNAL_SERVER_ERROR", 500)
        assert [each["outcome"] for each in guest.entries()] == ["FAILED", "FAILED"]


# What cannot be asked


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "PARSING_ERROR"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ company(code: "1") { secret } }', "GRAPHQL_VALIDATION_FAILED"),
        ("{ _entities(representations: []) { __typename } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ _service { sdl } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { renamed { code } }", "BAD_USER_INPUT"),
        ("query A { busy } query B { busy }", "BAD_USER_INPUT"),
        ("query A($code: ID!) { company(code: $code) { name } }", "BAD_USER_INPUT"),
        ("query A($as: Shape = SHORT) { company(code: 1, as: $as) { name } } fragment F on Company { name }",
         "GRAPHQL_VALIDATION_FAILED"),
    ],
)  # fmt: skip
async def test_what_does_not_fit_is_refused_before_anybody_is_asked(guest: Guest, query: str, code: str) -> None:
    told = await guest.ask(query)
    refused(told, code, 200)
    assert "data" not in told.json
    assert guest.asked == {"companies": 0, "permits": 0}
    (entry,) = guest.entries()
    assert (entry["outcome"], entry["errors"], entry["subjects"]) == ("FAILED", [code], [])


@pytest.mark.parametrize("as_", ["TALL", 1, ["SHORT"]])
async def test_a_value_outside_its_enum_is_named(guest: Guest, as_: object) -> None:
    query = "query One($as: Shape) { company(code: 1, as: $as) { name } }"
    assert "$as" in refused(await guest.ask(query, {"as": as_}), "BAD_USER_INPUT", 200)["message"]


@pytest.mark.parametrize("dry", [True, False])
async def test_null_decides_on_no_field(guest: Guest, dry: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    query = "query Some($if: Boolean = true) { company(code: 1) { name @include(if: $if) } }"
    told = await guest.ask(query, {"if": None}, extensions={"dryRun": dry})
    assert "$if" in refused(told, "BAD_USER_INPUT", 200)["message"]
    assert guest.asked == {"companies": 0, "permits": 0}


async def test_a_dry_run_reads_the_variables_too(guest: Guest) -> None:
    query = "query One($code: ID!) { company(code: $code) { name } }"
    refused(await guest.ask(query, extensions={"dryRun": True}), "BAD_USER_INPUT", 200)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"query":7}', b'{"query":"{busy}","variables":[]}'])
async def test_a_body_that_is_no_question_is_refused(guest: Guest, content: bytes) -> None:
    told = await guest.send("POST", content=content, headers={"content-type": "application/json"})
    refused(told, "BAD_USER_INPUT", 400)
    assert len(guest.entries()) == 1


@pytest.mark.parametrize(
    ("limit", "query", "code"),
    [
        ({"depth": 3}, JOINED + " query Deep { companies { permits { holder { code } } } }", "MAX_DEPTH_LIMIT"),
        ({"aliases": 2}, "{ a: busy b: busy c: busy }", "MAX_ALIASES_LIMIT"),
        ({"root_fields": 2}, "{ busy a: busy b: busy }", "MAX_ROOT_FIELDS_LIMIT"),
        ({"directives": 1}, "{ busy @skip(if: true) a: busy @skip(if: true) }", "MAX_DIRECTIVES_LIMIT"),
        ({"fields": 3}, JOINED, "COST_ESTIMATED_TOO_EXPENSIVE"),
        ({"cost": 10}, "{ companies(first: 50) { permits { holder { code } } } }", "COST_ESTIMATED_TOO_EXPENSIVE"),
        ({"tokens": 5}, JOINED, "PARSING_ERROR"),
    ],
)  # fmt: skip
async def test_the_guard_over_documents_is_the_same(
    tmp_path: Path, limit: dict[str, int], query: str, code: str
) -> None:
    async with staying(settings_of(tmp_path, limits=limit)) as guest:
        told = await guest.ask(query, operationName="Joined" if "Joined" in query else None)
        assert told.codes == [code]
        assert guest.asked == {"companies": 0, "permits": 0}
        assert guest.entries()[0]["errors"] == [code]


async def test_a_body_larger_than_allowed_is_refused(tmp_path: Path) -> None:
    async with staying(settings_of(tmp_path, limits={"body_bytes": 100})) as guest:
        refused(await guest.ask(JOINED + " " * 100), "BAD_USER_INPUT", 413)


# What is recorded


async def test_a_question_leaves_one_entry_of_who_asked_what_of_whom_and_no_value(guest: Guest) -> None:
    begun_ns = time.time_ns()
    told = await guest.ask(JOINED, headers={"x-request-id": "mine", "traceparent": f"00-{TRACE}-b7ad6b7169203331-00"})
    (entry,) = guest.entries()
    assert told.data == ANSWER
    assert (entry["request"], entry["operation"], entry["trace"]) == ("mine", "Joined", TRACE)
    assert (entry["outcome"], entry["errors"], entry["subjects"]) == ("DISCLOSED", [], [])
    assert (entry["purpose"], entry["papers"]) == (None, [])
    assert entry["sources"] == [["companies", True, True], ["permits", True, True]]
    assert [name for name, *_ in entry["spans"]] == ["fetch companies", "fetch permits"]
    for _, started_ns, duration_ns, _ in entry["spans"]:
        assert begun_ns <= started_ns <= started_ns + duration_ns <= time.time_ns()
    assert len(entry["document"]) == len(entry["answer"]) == 64
    assert "某一公司" not in str(entry)


async def test_the_same_spans_are_copied_for_watching(tmp_path: Path) -> None:
    exporter = InMemorySpanExporter()
    async with staying(settings_of(tmp_path), spans=SimpleSpanProcessor(exporter)) as guest:
        await guest.ask(JOINED)
    names = [each.name for each in exporter.get_finished_spans()]
    assert names == ["fetch companies", "fetch permits", "query"]


async def test_fetches_are_counted_by_subgraph(guest: Guest) -> None:
    await guest.ask(JOINED)
    written = guest.house.metrics.written()
    assert b'xinyong_fetches_total{connector="permits",result="OK"} 1.0' in written


@contextmanager
def locked(trail: str) -> Iterator[None]:
    """Let nobody else write to a file."""
    with closing(sqlite3.connect(trail.removeprefix("sqlite:///"), isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


@pytest.mark.parametrize("query", [JOINED, "{", "{ __typename }", "{ __schema { queryType { name } } }"])
async def test_what_cannot_be_recorded_is_not_answered(tmp_path: Path, query: str) -> None:
    settings = settings_of(tmp_path, audit={"deadline_s": 0.2})
    async with staying(settings) as guest:
        with locked(settings.database.url):
            told = await guest.ask(query)
        after = await guest.ask(JOINED)
    assert (told.status, told.codes) == (503, ["AUDIT_UNAVAILABLE"])
    assert set(told.json) == {"errors"}
    assert "audit-record" not in told.headers
    assert after.data == ANSWER


# What would be asked


async def test_a_dry_run_gives_the_plan_and_asks_nobody(guest: Guest) -> None:
    told = await guest.ask(JOINED, extensions={"dryRun": True})
    assert (told.status, told.data, told.errors) == (200, None, [])
    plan = told.json["extensions"]["xinyong"]["plan"]
    assert [each["subgraph"] for each in plan["requests"]] == ["companies", "permits"]
    assert plan["requests"][1]["after"] == [plan["requests"][0]["request"]]
    assert plan["stages"] == 2
    assert guest.asked == {"companies": 0, "permits": 0}
    assert guest.entries()[0]["outcome"] == "DENIED"


async def test_a_browser_gets_a_page_without_outside_files(guest: Guest) -> None:
    told = await guest.send("GET", headers={"accept": "text/html"})
    page = told.body.decode()
    assert told.headers["content-type"].startswith("text/html")
    assert "__schema" in page
    assert "unifiedSocialCreditCode" not in page
