"""Whatever a subgraph does wrong, the rest is answered; each lost value has an error with path, code and subgraph."""

# A value of an answer is of any type.
# ruff: noqa: ANN401

import re
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import parse

from connectors.errors import SourceMisbehaved, SourceUnavailable
from connectors.subgraph import GraphqlRequest
from gateway.federation.execution import Federation
from tests.gateway.federation.execution.canned import Canned, Reply, answered, data, told
from tests.gateway.federation.supergraphs import composed

PLAIN = composed(
    a="""
    type Query { company: Company companies: [Company!] must: Company! party: Party parties: [Party] }
    type Company implements Party { code: ID! name: String grade: Grade capital: Float staff: Int open: Boolean
        parent: Company sisters: [Company!] any: Json names: [[String!]] born: String }
    type Person implements Party { code: ID! born: String! }
    type Ghost implements Party @inaccessible { code: ID! born: String }
    interface Party { code: ID! born: String }
    enum Grade { A B C @inaccessible }
    scalar Json
    """
)
KEYED = composed(
    register="""
    type Query { company: Company companies: [Company] pair: [Company!]! }
    type Company @key(fields: "code") { code: ID! capital: Int name: String taxpayer: ID }
    """,
    tax="""
    type Company @key(fields: "code") { code: ID! rating: String must: Int! capital: Int @external
        bracket: String @requires(fields: "capital") case: Case }
    type Case { number: String! }
    """,
)


async def one(text: str, reply: Reply) -> tuple[Any, Any]:
    answer = await answered(PLAIN, text, a=Canned(reply))
    return answer.data, told(answer)


MISBEHAVED = "SOURCE_MISBEHAVED"


@pytest.mark.parametrize(
    ("text", "given", "expected", "path"),
    [
        ("{ company { name } }", {"company": {"name": 5}}, {"company": {"name": None}}, "company.name"),
        ("{ company { name } }", {"company": {"name": ["x"]}}, {"company": {"name": None}}, "company.name"),
        ("{ company { name } }", {"company": {}}, {"company": {"name": None}}, "company.name"),
        ("{ company { name } }", {"company": []}, {"company": None}, "company"),
        ("{ company { name } }", {"company": "x"}, {"company": None}, "company"),
        ("{ company { n: name } }", {}, {"company": None}, "company"),
        ("{ company { grade } }", {"company": {"grade": "Z"}}, {"company": {"grade": None}}, "company.grade"),
        ("{ company { grade } }", {"company": {"grade": "C"}}, {"company": {"grade": None}}, "company.grade"),
        ("{ company { grade } }", {"company": {"grade": ["A"]}}, {"company": {"grade": None}}, "company.grade"),
        ("{ company { staff } }", {"company": {"staff": 1.5}}, {"company": {"staff": None}}, "company.staff"),
        ("{ company { staff } }", {"company": {"staff": True}}, {"company": {"staff": None}}, "company.staff"),
        ("{ company { staff } }", {"company": {"staff": 2**31}}, {"company": {"staff": None}}, "company.staff"),
        ("{ company { capital } }", {"company": {"capital": "1"}}, {"company": {"capital": None}}, "company.capital"),
        ("{ company { open } }", {"company": {"open": 1}}, {"company": {"open": None}}, "company.open"),
        ("{ company { code } }", {"company": {"code": None}}, {"company": None}, "company.code"),
        ("{ company { code } }", {"company": {"code": 1.5}}, {"company": None}, "company.code"),
        ("{ company { code } }", {"company": {"code": True}}, {"company": None}, "company.code"),
        ("{ company { x: code } }", {"company": {}}, {"company": None}, "company.x"),
        ("{ companies { name } }", {"companies": {}}, {"companies": None}, "companies"),
        ("{ companies { name } }", {"companies": [None]}, {"companies": None}, "companies.0"),
        ("{ companies { name } }", {"companies": [{"name": "x"}, 5]}, {"companies": None}, "companies.1"),
        ("{ company { names } }", {"company": {"names": [["a"], [None]]}}, None, "company.names.1.0"),
        ("{ company { names } }", {"company": {"names": ["a"]}}, None, "company.names.0"),
        ("{ must { name } }", {"must": None}, None, "must"),
        ("{ must { code } }", {"must": {"code": None}}, None, "must.code"),
        ("{ party { __typename } }", {"party": {"__typename": "Nobody"}}, {"party": None}, "party"),
        ("{ party { __typename } }", {"party": {"__typename": 5}}, {"party": None}, "party"),
        ("{ party { __typename } }", {"party": {}}, {"party": None}, "party"),
        ("{ party { __typename } }", {"party": {"__typename": "Grade"}}, {"party": None}, "party"),
        ("{ party { code } }", {"party": {"__typename": "Ghost", "code": "1"}}, {"party": None}, "party"),
        (
            "{ party { born } }",
            {"party": {"__typename": "Person", "born": None}},
            {"party": None},
            "party.born",
        ),
    ],
)
async def test_a_value_that_cannot_be_is_lost_with_its_error(
    text: str, given: Mapping[str, Any], expected: Any, path: str
) -> None:
    found, errors = await one(text, {"data": given})
    if path.startswith("company.names"):
        names = found["company"]["names"]
        assert names[int(path.split(".")[2])] is None, "only the list within is lost"
    else:
        assert found == expected
    assert errors == [(path, MISBEHAVED, "a")]


def nested(levels: int) -> Any:
    value: Any = 1
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


async def test_a_value_that_is_nested_too_deep_to_be_written_is_lost_with_its_error() -> None:
    """However it is answered: the first time step by step, then by the compiled projection."""
    text = "{ company { name any } }"
    company = {"name": "x", "any": nested(101)}
    answers = [Canned(data(company={"name": "x", "any": nested(100)})), Canned(data(company=company))]
    for source, lost in zip(answers, (False, True), strict=True):
        federation = Federation.over(PLAIN, {"a": source})
        for _ in range(2):
            answer = await federation.answer(parse(text), None, {})
            assert answer.data == {"company": {"name": "x", "any": None if lost else nested(100)}}
            assert told(answer) == ([("company.any", MISBEHAVED, "a")] if lost else [])


async def test_a_required_value_that_is_nested_too_deep_is_not_sent() -> None:
    graph = composed(
        register='scalar Json type Query { c: Company } type Company @key(fields: "code") { code: ID! any: Json }',
        tax="""scalar Json type Company @key(fields: "code") { code: ID! any: Json @external
            size: Int @requires(fields: "any") }""",
    )
    tax = Canned(data(_entities=[]))
    register = Canned(data(c={"code": "1", "any": nested(300)}))
    answer = await answered(graph, "{ c { code size } }", register=register, tax=tax)
    assert tax.asked == []
    assert answer.data == {"c": {"code": "1", "size": None}}
    assert [(path, code) for path, code, _ in told(answer)] == [("c.size", MISBEHAVED)]


async def test_what_is_as_it_should_be_has_no_error() -> None:
    given = {"code": 7, "name": None, "grade": "A", "capital": 3, "any": {"x": [1]}, "names": [["a"], None]}
    found, errors = await one("{ company { code name grade capital any names } }", data(company=given))
    assert errors == []
    assert found == {"company": {**given, "code": "7"}}


async def test_a_null_that_may_be_is_a_plain_null() -> None:
    assert await one("{ company { name } }", data(company=None)) == ({"company": None}, [])


async def test_the_same_error_stands_at_every_place() -> None:
    found, errors = await one("{ companies { grade } }", data(companies=[{"grade": "Z"}, {"grade": "A"}, {"grade": 1}]))
    assert found == {"companies": [{"grade": None}, {"grade": "A"}, {"grade": None}]}
    assert [path for path, _, _ in errors] == ["companies.0.grade", "companies.2.grade"]


async def test_a_source_that_cannot_be_reached_loses_its_fields() -> None:
    found, errors = await one("{ company { name } companies { name } }", SourceUnavailable("gone"))
    assert found == {"company": None, "companies": None}
    assert errors == [("company", "SOURCE_UNAVAILABLE", "a"), ("companies", "SOURCE_UNAVAILABLE", "a")]


async def test_neither_data_nor_errors_is_no_answer() -> None:
    assert await one("{ company { name } }", {}) == ({"company": None}, [("company", MISBEHAVED, "a")])


async def test_a_subgraphs_own_error_is_passed_on_with_callers_names() -> None:
    error = {"message": "no", "path": ["company", "parent", "name"], "extensions": {"code": "SECRET", "why": "law"}}
    reply = {"data": {"company": {"parent": {"name": None}}}, "errors": [error]}
    answer = await answered(PLAIN, "{ c: company { p: parent { n: name } } }", a=Canned(reply))
    assert answer.data == {"c": {"p": {"n": None}}}
    assert [each.formatted() for each in answer.errors] == [
        {"message": "no", "path": ["c", "p", "n"], "extensions": {"why": "law", "code": "SECRET", "subgraph": "a"}}
    ]


async def test_what_an_error_says_besides_is_left_out_where_it_is_nested_too_deep_to_be_written() -> None:
    error = {"message": "no", "path": ["company"], "extensions": {"code": "SECRET", "why": nested(300)}}
    reply = {"data": {"company": None}, "errors": [error]}
    answer = await answered(PLAIN, "{ company { name } }", a=Canned(reply))
    assert [each.formatted() for each in answer.errors] == [
        {"message": "no", "path": ["company"], "extensions": {"code": "SECRET", "subgraph": "a"}}
    ]


async def test_an_error_below_a_null_is_told_where_it_happened() -> None:
    error = {"message": "no", "path": ["company", "parent", "code"]}
    reply = {"data": {"company": {"parent": None}}, "errors": [error]}
    found, errors = await one("{ company { p: parent { x: code } } }", reply)
    assert found == {"company": {"p": None}}
    assert [path for path, _, _ in errors] == ["company.p.x"]


async def test_an_error_without_a_place_beside_whole_data_is_passed_on() -> None:
    reply = {"data": {"company": {"name": "x"}}, "errors": [{"message": "slow"}]}
    answer = await answered(PLAIN, "{ company { name } }", a=Canned(reply))
    assert answer.data == {"company": {"name": "x"}}
    assert [(each.message, each.path) for each in answer.errors] == [("slow", None)]


async def test_an_error_without_data_is_the_error_of_every_field() -> None:
    reply = {"data": None, "errors": [{"message": "no", "extensions": {"code": "UNAUTHENTICATED"}}]}
    found, errors = await one("{ company { name } companies { name } }", reply)
    assert found == {"company": None, "companies": None}
    assert errors == [("company", "UNAUTHENTICATED", "a"), ("companies", "UNAUTHENTICATED", "a")]


@pytest.mark.parametrize(
    "error",
    [
        {},
        {"message": 5},
        {"message": "x", "path": 5, "extensions": "y"},
        {"message": "x", "path": [{}]},
        {"message": "x", "path": [["company"], 1.5]},
    ],
)
async def test_an_error_of_a_wrong_shape_is_an_error_all_the_same(error: Mapping[str, Any]) -> None:
    answer = await answered(PLAIN, "{ company { name } }", a=Canned({"data": None, "errors": [error]}))
    assert [each.path for each in answer.errors] == [("company",)]


# By key --------------------------------------------------------------------------------------------------------------

TWO = data(companies=[{"code": "1"}, {"code": "2"}])


async def two(text: str, reply: Reply, first: Mapping[str, Any] = TWO) -> tuple[Any, Any]:
    answer = await answered(KEYED, text, register=Canned(first), tax=Canned(reply))
    return answer.data, told(answer)


def entity(code: str, **fields: object) -> dict[str, object]:
    return {"__typename": "Company", "code": code, **fields}


RATED = "{ companies { code rating } }"


@pytest.mark.parametrize(
    "entities",
    [
        [None, entity("2", rating="B")],
        [entity("3", rating="A"), entity("2", rating="B")],
        [{**entity("1", rating="A"), "__typename": "Person"}, entity("2", rating="B")],
        [5, entity("2", rating="B")],
        [entity("1"), entity("2", rating="B")],
        [entity("1", rating=5), entity("2", rating="B")],
    ],
)
async def test_one_entity_that_is_wrong_is_lost_alone(entities: list[Any]) -> None:
    found, errors = await two(RATED, data(_entities=entities))
    assert found == {"companies": [{"code": "1", "rating": None}, {"code": "2", "rating": "B"}]}
    assert errors == [("companies.0.rating", MISBEHAVED, "tax")]


@pytest.mark.parametrize(
    "entities",
    [
        [entity("2", rating="B"), entity("1", rating="A")],
        [entity("1", rating="A")],
        [entity("1", rating="A"), entity("2", rating="B"), entity("3", rating="C")],
        None,
        {"0": entity("1", rating="A")},
    ],
)
async def test_entities_in_another_order_or_number_are_none(entities: Any) -> None:
    found, errors = await two(RATED, {"data": {"_entities": entities}})
    assert found == {"companies": [{"code": "1", "rating": None}, {"code": "2", "rating": None}]}
    assert errors == [("companies.0.rating", MISBEHAVED, "tax"), ("companies.1.rating", MISBEHAVED, "tax")]


async def test_a_lost_value_that_must_be_takes_its_object_along() -> None:
    found, errors = await two("{ companies { code must } }", SourceMisbehaved("html"))
    assert found == {"companies": [None, None]}
    assert errors == [("companies.0.must", MISBEHAVED, "tax"), ("companies.1.must", MISBEHAVED, "tax")]


async def test_an_entitys_error_stands_at_all_its_places() -> None:
    first = data(companies=[{"code": "1"}, {"code": "1"}])
    error = {"message": "no", "path": ["_entities", 0, "case", "number"], "extensions": {"code": "CLOSED"}}
    reply = {"data": {"_entities": [entity("1", case=None)]}, "errors": [error]}
    found, errors = await two("{ companies { c: case { n: number } } }", reply, first)
    assert found == {"companies": [{"c": None}, {"c": None}]}
    assert errors == [("companies.0.c.n", "CLOSED", "tax"), ("companies.1.c.n", "CLOSED", "tax")]


async def test_an_error_that_takes_the_entity_along_is_told_where_it_happened() -> None:
    error = {"message": "no", "path": ["_entities", 1, "must"]}
    reply = {"data": {"_entities": [entity("1", must=1, rating="A"), None]}, "errors": [error]}
    found, errors = await two("{ companies { rating must } }", reply)
    assert found == {"companies": [{"rating": "A", "must": 1}, None]}
    assert [path for path, _, _ in errors] == ["companies.1.must"]


async def test_an_error_without_a_place_is_that_of_the_missing_entity() -> None:
    reply = {
        "data": {"_entities": [None, entity("2", rating="B")]},
        "errors": [{"message": "x", "extensions": {"code": "HALF"}}],
    }
    found, errors = await two(RATED, reply)
    assert found["companies"][0]["rating"] is None
    assert errors == [("companies.0.rating", "HALF", "tax")]


async def test_an_error_at_an_entity_that_lacks_nothing_is_passed_on() -> None:
    error = {"message": "stale", "path": ["_entities", 0], "extensions": {"code": "STALE"}}
    found, errors = await two(
        RATED, {**data(_entities=[entity("1", rating="A"), entity("2", rating="B")]), "errors": [error]}
    )
    assert found == {"companies": [{"code": "1", "rating": "A"}, {"code": "2", "rating": "B"}]}
    assert errors == [("", "STALE", "tax")]


@pytest.mark.parametrize("step", [{}, ["companies"], 1.5, True, None])
async def test_a_path_of_something_else_than_names_and_numbers_points_nowhere(step: Any) -> None:
    error = {"message": "x", "path": ["_entities", 0, step], "extensions": {"code": "ODD"}}
    found, errors = await two(RATED, {**data(_entities=[None, entity("2", rating="B")]), "errors": [error]})
    assert found == {"companies": [{"code": "1", "rating": None}, {"code": "2", "rating": "B"}]}
    assert errors == [("companies.0.rating", "ODD", "tax")]


async def test_a_null_key_is_not_asked_for() -> None:
    graph = composed(
        register='type Query { c: Company } type Company @key(fields: "taxpayer") { taxpayer: ID }',
        tax='type Company @key(fields: "taxpayer") { taxpayer: ID rating: String }',
    )
    tax = Canned(data(_entities=[]))
    answer = await answered(graph, "{ c { rating } }", register=Canned(data(c={"taxpayer": None})), tax=tax)
    assert tax.asked == []
    assert answer.data == {"c": {"rating": None}}
    assert told(answer) == [("c.rating", MISBEHAVED, "tax")]


BRACKETS = "{ company { bracket } }"


async def test_a_required_null_that_may_be_is_sent() -> None:
    tax = Canned(data(_entities=[entity("1", bracket="none")]))
    answer = await answered(KEYED, BRACKETS, register=Canned(data(company={"code": "1", "capital": None})), tax=tax)
    assert answer.data == {"company": {"bracket": "none"}}
    assert tax.representations == [{"__typename": "Company", "code": "1", "capital": None}]


@pytest.mark.parametrize(
    "first",
    [
        {
            "data": {"company": {"code": "1", "capital": None}},
            "errors": [{"message": "no", "path": ["company", "capital"]}],
        },
        data(company={"code": "1", "capital": "much"}),
        data(company={"code": "1"}),
    ],
)
async def test_a_required_value_that_was_lost_is_not_sent(first: Mapping[str, Any]) -> None:
    tax = Canned(data(_entities=[]))
    answer = await answered(KEYED, BRACKETS, register=Canned(first), tax=tax)
    assert tax.asked == []
    assert answer.data == {"company": {"bracket": None}}
    assert [path for path, _, _ in told(answer)] == ["company.bracket"]


async def test_a_null_that_the_subgraph_itself_rules_out_is_a_loss() -> None:
    graph = composed(
        a="type Query { x: X @shareable } type X { v: Int! @shareable w: Int }", b="type X { v: Int @shareable }"
    )
    answer = await answered(graph, "{ x { v w } }", a=Canned(data(x={"v": None, "w": 1})))
    assert answer.data == {"x": {"v": None, "w": 1}}
    assert told(answer) == [("x.v", MISBEHAVED, "a")]


# Several subgraphs' parts of one object ------------------------------------------------------------------------------

SHARED = composed(
    a="type Query { city: City @shareable cities: [City!] @shareable } type City { name: String }",
    b="type Query { city: City @shareable cities: [City!] @shareable } type City { area: Int }",
)


async def test_a_part_that_is_lost_leaves_the_other() -> None:
    a, b = Canned(data(city={"name": "x"})), Canned(SourceUnavailable("gone"))
    answer = await answered(SHARED, "{ city { name area } }", a=a, b=b)
    assert answer.data == {"city": {"name": "x", "area": None}}
    assert told(answer) == [("city.area", "SOURCE_UNAVAILABLE", "b")]


async def test_parts_are_put_together_by_their_place_in_lists() -> None:
    a, b = Canned(data(cities=[{"name": "x"}, {"name": "y"}])), Canned(data(cities=[{"area": 1}, {"area": 2}]))
    answer = await answered(SHARED, "{ cities { name area } }", a=a, b=b)
    assert answer.data == {"cities": [{"name": "x", "area": 1}, {"name": "y", "area": 2}]}
    assert answer.errors == []


@pytest.mark.parametrize("other", [data(cities=[{"area": 1}]), data(cities=None), data(cities={"area": 1})])
async def test_subgraphs_that_do_not_agree_are_told(other: Mapping[str, Any]) -> None:
    a, b = Canned(data(cities=[{"name": "x"}, {"name": "y"}])), Canned(other)
    answer = await answered(SHARED, "{ cities { name area } }", a=a, b=b)
    assert answer.errors
    assert {each.code for each in answer.errors} == {MISBEHAVED}


# Mutations -----------------------------------------------------------------------------------------------------------


async def test_after_a_field_that_voids_the_answer_nothing_more_is_done() -> None:
    graph = composed(a="type Query { x: Int } type Mutation { pay: Int! }", b="type Mutation { ship: Int }")
    a = Canned({"data": None, "errors": [{"message": "no money", "path": ["pay"]}]})
    b = Canned(data(ship=1))
    answer = await answered(graph, "mutation { pay ship }", a=a, b=b)
    assert answer.data is None
    assert b.asked == []
    assert told(answer)[0][0] == "pay"


async def test_equal_fields_of_a_mutation_are_each_done() -> None:
    graph = composed(a="type Query { x: Int } type Mutation { pay(yuan: Int): Int }")

    def reply(request: GraphqlRequest) -> Mapping[str, Any]:
        keys = re.findall(r"(\w+): pay\(yuan: 1\)", request.document)
        return data(**{key: number for number, key in enumerate(keys, start=1)})

    answer = await answered(graph, "mutation { one: pay(yuan: 1) two: pay(yuan: 1) }", a=Canned(reply))
    assert answer.data == {"one": 1, "two": 2}
