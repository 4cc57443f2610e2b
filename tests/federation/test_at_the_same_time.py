"""Operations that are asked at the same time share requests, and never each other's answers."""

import asyncio

from connectors.errors import SourceUnavailable
from connectors.subgraph import GraphqlRequest, GraphqlResponse
from tests.federation.stands import LINK, City, Stand


def city() -> City:
    register = Stand(
        "register",
        LINK + 'type Query { company(code: ID!): Company } type Company @key(fields: "code") { code: ID! }',
        {"Query": {"company": lambda _, args: {"code": args["code"]}}},
    )
    tax = Stand(
        "tax",
        LINK + 'type Company @key(fields: "code") { code: ID!  grade: String  paid(year: Int!): Int }',
        {
            "Company": [
                {"code": f"LP-{n}", "grade": f"G{n}", "paid": lambda of, args: int(of["code"][3:]) + args["year"]}
                for n in range(40)
            ]
        },
    )
    return City(register, tax)


QUERY = "query Q($code: ID!, $year: Int! = 100) { company(code: $code) { code grade paid(year: $year) } }"


def expected(n: int, year: int = 100) -> dict[str, object]:
    return {"company": {"code": f"LP-{n}", "grade": f"G{n}", "paid": n + year}}


async def test_many_operations_are_each_answered_as_if_alone() -> None:
    made = city()
    told = await asyncio.gather(*(made.answer(QUERY, {"code": f"LP-{n}"}) for n in range(40)))
    assert [each.whole for each in told] == [expected(n) for n in range(40)]
    assert len(told[-1].rounds[-1]) < 40


async def test_equal_operations_have_answers_of_their_own() -> None:
    made = city()
    one, other = await asyncio.gather(*(made.answer(QUERY, {"code": "LP-1"}) for _ in range(2)))
    one.data["company"]["grade"] = "changed by its receiver"
    assert other.whole == expected(1)


async def test_what_differs_in_its_arguments_is_kept_apart() -> None:
    made = city()
    told = await asyncio.gather(*(made.answer(QUERY, {"code": "LP-1", "year": year}) for year in (1, 2, 3)))
    assert [each.whole for each in told] == [expected(1, year) for year in (1, 2, 3)]


async def test_an_entity_that_is_lost_for_one_is_there_for_the_others() -> None:
    made = city()
    stand = made.stands["tax"]

    def reply(request: GraphqlRequest) -> GraphqlResponse:
        told = stand.answered(request)
        entities = [each if each["code"] != "LP-2" else None for each in (told.data or {})["_entities"]]
        return GraphqlResponse({"_entities": entities})

    stand.reply = reply
    told = await asyncio.gather(*(made.answer(QUERY, {"code": f"LP-{n}"}) for n in (1, 2, 3)))
    assert told[0].whole == expected(1)
    assert told[1].data == {"company": {"code": "LP-2", "grade": None, "paid": None}}
    assert {each.path for each in told[1].wrong} == {"company.grade", "company.paid"}
    assert told[2].whole == expected(3)


async def test_a_failure_is_told_to_each_that_waited() -> None:
    made = city()
    made.stands["tax"].reply = lambda _: SourceUnavailable("no answer")
    told = await asyncio.gather(*(made.answer(QUERY, {"code": f"LP-{n}"}) for n in (1, 2)))
    for each in told:
        assert {one.path for one in each.wrong} == {"company.grade", "company.paid"}


async def test_one_that_is_given_up_takes_no_other_with_it() -> None:
    made = city()
    tasks = [asyncio.ensure_future(made.answer(QUERY, {"code": f"LP-{n}"})) for n in (1, 2, 3)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    told = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(told[0], asyncio.CancelledError)
    assert [each.whole for each in told[1:] if not isinstance(each, BaseException)] == [expected(2), expected(3)]
