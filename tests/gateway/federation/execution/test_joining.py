"""Requests of different operations are joined while they wait, and each is given its own part."""

import asyncio
import gc
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from graphql import parse

from connectors.errors import SourceError, SourceMisbehaved, SourceUnavailable
from connectors.subgraph import GraphqlRequest
from gateway.federation.execution import FederatedAnswer, Federation
from gateway.federation.execution.gathering import Part
from gateway.federation.execution.joining import LANES, MOST_OBJECTS, Waiting
from gateway.federation.execution.running import Run
from gateway.federation.execution.store import Store
from tests.gateway.federation.execution.canned import Canned, data, told
from tests.gateway.federation.supergraphs import composed

GRAPH = composed(
    register='type Query { company(code: ID): Company } type Company @key(fields: "code") { code: ID! }',
    tax="""type Company @key(fields: "code") { code: ID! rating(year: Int): String case: Case }
        type Case @key(fields: "id") { id: ID! }""",
    court='type Case @key(fields: "id") { id: ID! state(in: String): String }',
)
TEXT = "query($c: ID) { company(code: $c) { rating } }"
MANY = 20
PATIENCE_S = 10.0
"""After which a test says that something hangs."""


def company(request: GraphqlRequest) -> Mapping[str, Any]:
    (key,) = [word.split(":")[0].split(" ")[-1] for word in request.document.split("{")[1:2]]
    return data(**{key: {"code": request.variables.get("c")}})


def rated(request: GraphqlRequest) -> Mapping[str, Any]:
    return data(_entities=[{**each, "rating": f"of {each['code']}"} for each in request.variables["representations"]])


async def until(holds: Callable[[], bool]) -> None:
    """Let the others go on until something holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 (what is awaited tells nobody that it came)
            await asyncio.sleep(0)


async def all_of(federation: Federation, codes: list[str], text: str = TEXT, **headers: str) -> list[FederatedAnswer]:
    document = parse(text)
    return await asyncio.gather(*(federation.answer(document, None, {"c": each}, headers) for each in codes))


def federation(tax: Canned, register: Canned | None = None, court: Canned | None = None) -> Federation:
    sources = {"register": register or Canned(company), "tax": tax, "court": court or Canned(data())}
    return Federation.over(GRAPH, sources)


async def test_operations_that_wait_at_the_same_time_share_a_request() -> None:
    tax = Canned(rated)
    codes = [str(each) for each in range(MANY)]
    answers = await all_of(federation(tax), codes)
    assert [each.data for each in answers] == [{"company": {"rating": f"of {code}"}} for code in codes]
    assert len(tax.asked) < MANY / 2
    assert len(tax.representations) == MANY


async def test_equal_objects_of_different_operations_are_asked_for_once() -> None:
    tax = Canned(rated)
    answers = await all_of(federation(tax), ["1"] * MANY)
    assert all(each.data == {"company": {"rating": "of 1"}} for each in answers)
    assert len(tax.representations) < MANY / 2


async def test_equal_queries_share_a_root_request_that_was_not_sent_before_they_came() -> None:
    register, tax = Canned(company), Canned(rated)
    register.gate = asyncio.Event()
    one = federation(tax, register)
    waiting = asyncio.ensure_future(all_of(one, ["1"] * 5))
    await register.began.wait()
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(register.asked) == 1, "the first is asked at once, and alone"
    register.gate.set()
    assert all(each.data == {"company": {"rating": "of 1"}} for each in await waiting)
    assert len(register.asked) == 2, "the others share the next"


async def test_other_headers_are_another_request() -> None:
    tax = Canned(rated)
    one = federation(tax)
    await asyncio.gather(all_of(one, ["1"] * 3, authorization="a"), all_of(one, ["2"] * 3, authorization="b"))
    for request in tax.asked:
        codes = {each["code"] for each in request.variables["representations"]}
        assert codes == ({"1"} if request.headers["authorization"] == "a" else {"2"})


async def test_a_trace_of_its_own_keeps_nobody_from_sharing() -> None:
    tax = Canned(rated)
    one, document = federation(tax), parse(TEXT)
    await asyncio.gather(
        *(one.answer(document, None, {"c": str(each)}, {"traceparent": str(each)}) for each in range(MANY))
    )
    assert len(tax.asked) < MANY / 2


async def test_other_variables_are_another_request() -> None:
    tax = Canned(lambda request: data(_entities=[None for _ in request.variables["representations"]]))
    one = federation(tax)
    document = parse("query($c: ID, $y: Int) { company(code: $c) { rating(year: $y) } }")
    await asyncio.gather(*(one.answer(document, None, {"c": "1", "y": each % 2}) for each in range(6)))
    assert {request.variables["y"] for request in tax.asked} == {0, 1}


async def test_what_one_operation_adds_no_other_sees() -> None:
    def cases(request: GraphqlRequest) -> Mapping[str, Any]:
        return data(_entities=[{**each, "case": {"id": "7"}} for each in request.variables["representations"]])

    def states(request: GraphqlRequest) -> Mapping[str, Any]:
        key = request.document.split("... on Case { id ")[1].split(":")[0]
        return data(_entities=[{**each, key: request.variables["s"]} for each in request.variables["representations"]])

    one = federation(Canned(cases), court=Canned(states))
    document = parse("query($c: ID, $s: String) { company(code: $c) { case { state(in: $s) } } }")
    answers = await asyncio.gather(*(one.answer(document, None, {"c": "1", "s": str(each)}) for each in range(MANY)))
    assert [each.data for each in answers] == [{"company": {"case": {"state": str(each)}}} for each in range(MANY)]


async def test_an_error_is_told_to_whom_it_concerns() -> None:
    def reply(request: GraphqlRequest) -> Mapping[str, Any]:
        sent = request.variables["representations"]
        bad = [index for index, each in enumerate(sent) if each["code"] == "3"]
        errors = [{"message": "no", "path": ["_entities", index, "rating"]} for index in bad]
        found = [{**each, "rating": None if index in bad else "A"} for index, each in enumerate(sent)]
        return {"data": {"_entities": found}, "errors": errors}

    answers = await all_of(federation(Canned(reply)), [str(each) for each in range(6)])
    assert [len(each.errors) for each in answers] == [0, 0, 0, 1, 0, 0]
    assert told(answers[3])[0][0] == "company.rating"


@pytest.mark.parametrize("index", [99, -1, "0", None])
async def test_an_error_at_an_entity_that_nobody_asked_for_is_told_to_everybody(index: object) -> None:
    def reply(request: GraphqlRequest) -> Mapping[str, Any]:
        return {
            **rated(request),
            "errors": [{"message": "no", "path": ["_entities", index], "extensions": {"code": "NO"}}],
        }

    tax = Canned(reply)
    answers = await all_of(federation(tax), ["1", "2"])
    assert len(tax.asked) == 1, "they share a request"
    assert [told(each) for each in answers] == [[("", "NO", "tax")]] * 2


@pytest.mark.parametrize("failure", [SourceMisbehaved("too large"), {"data": None, "errors": [{"message": "no"}]}])
async def test_what_one_spoils_the_others_get_alone(failure: Mapping[str, Any] | SourceError) -> None:
    def reply(request: GraphqlRequest) -> Mapping[str, Any] | SourceError:
        if any(each["code"] == "bad" for each in request.variables["representations"]):
            return failure
        return rated(request)

    codes = ["1", "2", "bad", "4"]
    answers = await all_of(federation(Canned(reply)), codes)
    assert [not each.errors for each in answers] == [True, True, False, True]


async def test_a_source_that_is_gone_is_not_asked_for_each_again() -> None:
    tax = Canned(SourceUnavailable("gone"))
    answers = await all_of(federation(tax), [str(each) for each in range(MANY)])
    assert {told(each) == [("company.rating", "SOURCE_UNAVAILABLE", "tax")] for each in answers} == {True}
    assert len(tax.asked) < MANY / 2


async def test_who_gives_up_takes_nobody_along() -> None:
    tax = Canned(rated)
    tax.gate = asyncio.Event()
    one, document = federation(tax), parse(TEXT)
    tasks = [asyncio.ensure_future(one.answer(document, None, {"c": str(each)})) for each in range(6)]
    await tax.began.wait()
    tasks[0].cancel()
    tasks[-1].cancel()
    await asyncio.sleep(0)
    tax.gate.set()
    answers = await asyncio.gather(*tasks[1:-1])
    assert [each.data for each in answers] == [{"company": {"rating": f"of {each}"}} for each in range(1, 5)]


async def test_a_request_that_nobody_waits_for_is_broken_off_and_its_lane_is_free_again() -> None:
    tax = Canned(rated)
    tax.gate = asyncio.Event()
    one, document = federation(tax), parse(TEXT)
    for turn in range(2 * LANES):
        tax.began.clear()
        tasks = [asyncio.ensure_future(one.answer(document, None, {"c": f"{turn}{each}"})) for each in range(3)]
        async with asyncio.timeout(PATIENCE_S):
            await tax.began.wait()
        for each in tasks:
            each.cancel()
        assert all(
            isinstance(each, asyncio.CancelledError) for each in await asyncio.gather(*tasks, return_exceptions=True)
        )
    tax.gate.set()
    (answer,) = await all_of(one, ["1"])
    assert answer.data == {"company": {"rating": "of 1"}}


async def test_who_leaves_before_the_request_is_sent_is_not_asked_for() -> None:
    tax = Canned(rated)
    tax.gate = asyncio.Event()
    one, document = federation(tax), parse(TEXT)
    busy = [
        asyncio.ensure_future(one.answer(document, None, {"c": f"a{each}"}, {"x": str(each)})) for each in range(LANES)
    ]
    await until(lambda: len(tax.asked) == LANES)
    late = [asyncio.ensure_future(one.answer(document, None, {"c": str(each)})) for each in range(3)]
    way: Any = one._ways["tax"]  # noqa: SLF001 (whether it waits is not told)
    await until(lambda: len(way._line._in_line) == 1)  # noqa: SLF001 (as above)
    late[0].cancel()
    await asyncio.gather(late[0], return_exceptions=True)
    tax.gate.set()
    answers = await asyncio.gather(*busy, *late[1:])
    assert [each.errors for each in answers] == [[]] * (LANES + 2)
    assert "0" not in {each["code"] for each in tax.representations}


async def test_more_objects_than_one_request_may_have_go_in_several() -> None:
    tax = Canned(rated)
    codes = [str(each) for each in range(MOST_OBJECTS + 20)]
    answers = await all_of(federation(tax), codes)
    assert [each.data for each in answers] == [{"company": {"rating": f"of {code}"}} for code in codes]
    counts = [len(each.variables["representations"]) for each in tax.asked]
    assert max(counts) <= MOST_OBJECTS
    assert len(counts) == len(codes) // MOST_OBJECTS + 1


async def test_what_overlaps_is_sent_once_and_told_to_all() -> None:
    graph = composed(
        register='type Query { companies(in: [ID!]): [Company] } type Company @key(fields: "code") { code: ID! }',
        tax='type Company @key(fields: "code") { code: ID! rating: String }',
    )

    def companies(request: GraphqlRequest) -> Mapping[str, Any]:
        key = request.document.split("{")[1].split(":")[0].strip()
        return data(**{key: [{"code": each} for each in request.variables["c"]]})

    tax = Canned(rated)
    one, document = (
        Federation.over(graph, {"register": Canned(companies), "tax": tax}),
        parse("query($c: [ID!]) { companies(in: $c) { rating } }"),
    )
    lists = [["1", "2"], ["2", "3"], ["4"], ["3", "1", "5"], ["5", "5"]]
    answers = await asyncio.gather(*(one.answer(document, None, {"c": each}) for each in lists))
    assert [each.data for each in answers] == [
        {"companies": [{"rating": f"of {code}"} for code in codes]} for codes in lists
    ]
    assert sorted(each["code"] for each in tax.representations) == ["1", "2", "3", "4", "5"]


async def test_an_answer_leaves_nothing_to_the_garbage_collector() -> None:
    def count() -> int:
        return sum(isinstance(each, Store | Part | Waiting | Run) for each in gc.get_objects())

    one = federation(Canned(rated))
    gc.collect()
    gc.disable()
    before = count()
    try:
        answers = await all_of(one, [str(each) for each in range(MANY)])
        await asyncio.sleep(0)
        left = count() - before
    finally:
        gc.enable()
    assert all(not each.errors for each in answers)
    assert not left


async def test_a_mutation_is_never_shared() -> None:
    graph = composed(a="type Query { x: Int } type Mutation { pay: Int }")
    a = Canned(data(pay=1))
    one, document = Federation.over(graph, {"a": a}), parse("mutation { pay }")
    await asyncio.gather(*(one.answer(document, None, {}) for _ in range(3)))
    assert len(a.asked) == 3


async def test_a_bug_of_a_source_is_raised_and_nobody_waits_for_ever() -> None:
    def broken(_: GraphqlRequest) -> Mapping[str, Any]:
        message = "a bug"
        raise RuntimeError(message)

    one, document = federation(Canned(broken)), parse(TEXT)
    told_of = await asyncio.gather(
        *(one.answer(document, None, {"c": str(each)}) for each in range(4)), return_exceptions=True
    )
    assert all(isinstance(each, RuntimeError | FederatedAnswer) for each in told_of)
    assert any(isinstance(each, RuntimeError) for each in told_of)
