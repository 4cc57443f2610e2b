"""A federation plans once, asks what it must, and answers what it can by itself."""

import pytest
from graphql import parse

from gateway.federation.execution import Federation
from gateway.federation.execution.projection import Projection, projection
from gateway.federation.planning import OperationPlan, Unplannable, read_supergraph
from tests.gateway.federation.execution.canned import Canned, answered, data
from tests.gateway.federation.supergraphs import composed

GRAPH = composed(
    register="""
    type Query { company(code: ID = "7", in: Where): Company }
    type Company @key(fields: "code") { code: ID! name: String }
    input Where { city: String! = "郑州" }
    """,
    tax='type Company @key(fields: "code") { code: ID! rating(year: Int): String }',
)


def federation() -> Federation:
    return Federation.over(GRAPH, {"register": Canned(data(company=None)), "tax": Canned(data())})


def test_an_operation_is_planned_once() -> None:
    one = federation()
    text = "{ company { name } }"
    first = one.plan(parse(text), None, {})
    assert one.plan(parse(text), None, {}) is first
    assert one.plan(parse(text, no_location=True), None, {}) is not None


def test_the_very_same_document_is_known_without_its_text() -> None:
    one, document = federation(), parse("{ company { name } }", no_location=True)
    assert one.plan(document, None, {}) is one.plan(document, None, {})


def test_each_value_of_a_condition_has_its_plan() -> None:
    one = federation()
    document = parse("query($with: Boolean = true) { company { name rating @include(if: $with) } }")
    stages = {value: one.plan(document, None, {"with": value}).stages for value in (True, False)}
    assert stages == {True: 2, False: 1}
    assert one.plan(document, None, {}).stages == 2, "the default counts"


def test_of_several_operations_the_named_one_is_planned() -> None:
    document = parse("query One { company { name } } query Two { company { rating } }")
    one = federation()
    assert one.plan(document, "One", {}).stages == 1
    assert one.plan(document, "Two", {}).stages == 2


def test_what_cannot_be_planned_stays_so() -> None:
    graph = read_supergraph(
        """
        enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
        type Query @join__type(graph: A) { x: X @join__field(graph: A) }
        type X @join__type(graph: A) @join__type(graph: B) { y: Int @join__field(graph: B) }
        """
    )
    one, document = Federation.over(graph, {}), parse("{ x { y } }")
    for _ in range(2):
        with pytest.raises(Unplannable):
            one.plan(document, None, {})


async def test_an_operation_that_cannot_be_planned_is_answered_with_an_error() -> None:
    graph = read_supergraph(
        """
        enum join__Graph { A @join__graph(name: "a", url: "") B @join__graph(name: "b", url: "") }
        type Query @join__type(graph: A) { x: X @join__field(graph: A) }
        type X @join__type(graph: A) @join__type(graph: B) { y: Int @join__field(graph: B) }
        """
    )
    answer = await answered(graph, "{ x { y } }", a=Canned(data()))
    assert answer.data is None
    assert [each.code for each in answer.errors] == ["QUERY_PLANNING_FAILED"]


async def test_the_schema_is_answered_without_asking_anybody() -> None:
    register = Canned(data())
    text = '{ __typename __schema { queryType { n: name } } t: __type(name: "Company") { name } }'
    answer = await answered(GRAPH, text, register=register)
    assert answer.data == {
        "__typename": "Query",
        "__schema": {"queryType": {"n": "Query"}},
        "t": {"name": "Company"},
    }
    assert register.asked == []
    assert answer.fetches == []


async def test_the_schema_and_data_may_be_asked_for_together_in_any_order() -> None:
    text = "query($n: String!) { company { name } ...more } fragment more on Query { __type(name: $n) { name } }"
    answer = await answered(GRAPH, text, {"n": "Company"}, register=Canned(data(company={"name": "x"})))
    assert answer.data == {"company": {"name": "x"}, "__type": {"name": "Company"}}


async def test_a_variable_of_a_wrong_type_is_refused_before_anything_is_asked() -> None:
    register = Canned(data(company=None))
    answer = await answered(GRAPH, "query($w: Where) { company(in: $w) { name } }", {"w": 5}, register=register)
    assert answer.data is None
    assert [each.code for each in answer.errors] == ["BAD_USER_INPUT"]
    assert register.asked == []


async def test_variables_reach_the_subgraph_that_needs_them_with_their_defaults() -> None:
    key = next(iter(federation().plan(parse("query($c: ID) { company(code: $c) { code } }"), None, {}).fetches))
    (root,) = key.selection.fields
    register, tax = Canned(data(**{root: {"code": "1"}})), Canned(data(_entities=[None]))
    text = "query($c: ID, $y: Int = 2024, $unused: Where) { company(code: $c) { rating(year: $y) } x: __typename }"
    text = text.replace(", $unused: Where", "")
    await answered(GRAPH, text, {"c": "1"}, register=register, tax=tax)
    assert register.asked[0].variables == {"c": "1"}
    assert {key: value for key, value in tax.asked[0].variables.items() if key != "representations"} == {"y": 2024}
    assert "$y: Int = 2024" in tax.asked[0].document


async def test_a_variable_that_was_not_given_is_not_sent() -> None:
    register = Canned(data())
    await answered(GRAPH, "query($c: ID) { company(code: $c) { name } }", register=register)
    assert register.asked[0].variables == {}


async def test_headers_are_passed_on() -> None:
    register = Canned(data(company=None))
    one = Federation.over(GRAPH, {"register": register, "tax": register})
    await one.answer(parse("{ company { name } }"), None, {}, {"traceparent": "00-1"})
    assert register.asked[0].headers == {"traceparent": "00-1"}


async def test_each_request_is_timed() -> None:
    register = Canned(data(company={"code": "1"}))
    tax = Canned(data(_entities=[{"__typename": "Company", "code": "1", "rating": "A"}]))
    answer = await answered(GRAPH, "{ company { rating } }", register=register, tax=tax)
    assert [(each.subgraph, each.request, each.objects, each.failed) for each in answer.fetches] == [
        ("register", 0, 0, None),
        ("tax", 1, 1, None),
    ]


async def test_a_stage_without_objects_is_not_asked() -> None:
    tax = Canned(data())
    answer = await answered(GRAPH, "{ company { rating } }", register=Canned(data(company=None)), tax=tax)
    assert answer.data == {"company": None}
    assert answer.errors == []
    assert tax.asked == []


async def test_equal_objects_are_asked_for_once() -> None:
    graph = composed(
        a='type Query { cs: [C!]! c: C } type C @key(fields: "id") { id: ID! up: C }',
        b='type C @key(fields: "id") { id: ID! f: Int }',
    )
    a = Canned(data(cs=[{"id": "1", "up": {"id": "2"}}, {"id": "2", "up": None}], c={"id": "1"}))
    b = Canned(
        lambda asked: data(_entities=[{**each, "f": int(each["id"])} for each in asked.variables["representations"]])
    )
    answer = await answered(graph, "{ cs { f up { f } } c { f } }", a=a, b=b)
    assert sorted(each["id"] for each in b.representations) == ["1", "2"]
    assert answer.data == {"cs": [{"f": 1, "up": {"f": 2}}, {"f": 2, "up": None}], "c": {"f": 1}}


async def test_a_type_of_a_foreign_graph_is_coerced_whatever_its_name() -> None:
    graph = composed(
        register="""
        type Query { company(of: SubjectRef, in: [Int]): Int }
        input SubjectRef { id: ID city: String = "郑州" }
        """
    )
    register = Canned(lambda request: data(**{request.document.split("{")[1].split(":")[0].strip(): 1}))
    one, document = Federation.over(graph, {"register": register}), parse("query($s: SubjectRef) { company(of: $s) }")
    answer = await one.answer(document, None, {"s": {"id": "1"}})
    assert answer.data == {"company": 1}
    assert register.asked[0].variables == {"s": {"id": "1", "city": "郑州"}}


@pytest.mark.parametrize(
    ("kind", "given", "sent"),
    [
        ("ID", 7, "7"),
        ("ID", "7", "7"),
        ("Int", 1.0, 1),
        ("Float", 1, 1.0),
        ("[ID!]", "7", ["7"]),
        ("Boolean", True, True),
    ],
)
async def test_a_variable_is_sent_as_its_type_says(kind: str, given: object, sent: object) -> None:
    graph = composed(register=f"type Query {{ company(of: {kind}): Int }}")
    register = Canned(lambda request: data(**{request.document.split("{")[1].split(":")[0].strip(): 1}))
    one, document = Federation.over(graph, {"register": register}), parse(f"query($v: {kind}) {{ company(of: $v) }}")
    await one.answer(document, None, {"v": given})
    assert list(register.asked[0].variables.values()) == [sent]


@pytest.mark.parametrize(
    ("kind", "given"), [("Int", True), ("Int", 2**31), ("String", 1), ("Boolean", 1), ("ID!", None)]
)
async def test_a_variable_that_does_not_fit_is_refused(kind: str, given: object) -> None:
    graph = composed(register=f"type Query {{ company(of: {kind}): Int }}")
    register = Canned(data())
    one, document = Federation.over(graph, {"register": register}), parse(f"query($v: {kind}) {{ company(of: $v) }}")
    answer = await one.answer(document, None, {"v": given})
    assert [each.code for each in answer.errors] == ["BAD_USER_INPUT"]
    assert not register.asked


async def test_many_documents_are_known_apart() -> None:
    one = federation()
    kept = [parse(f"query Q{each} {{ company {{ name }} }}") for each in range(200)]
    plans = [one.plan(each, None, {}) for each in kept]
    assert len(set(map(id, plans))) == len(kept)
    assert [one.plan(each, None, {}) for each in reversed(kept)] == plans[::-1]


@pytest.mark.parametrize(("length", "compiled"), [(3, [0, 1, 1]), (100, [1, 1, 1])])
async def test_a_projection_is_compiled_once_it_is_worth_it(
    monkeypatch: pytest.MonkeyPatch, length: int, compiled: list[int]
) -> None:
    made: list[OperationPlan] = []

    def compiling(plan: OperationPlan) -> Projection:
        made.append(plan)
        return projection(plan)

    monkeypatch.setattr("gateway.federation.execution.federation.projection", compiling)
    graph = composed(
        register='type Query { companies: [Company] } type Company @key(fields: "code") { code: ID! name: String }'
    )
    rows = [{"code": str(each), "name": f"某{each}"} for each in range(length)]
    one = Federation.over(graph, {"register": Canned(data(companies=rows))})
    document = parse("{ companies { name code } }")
    for count in compiled:
        answer = await one.answer(document, None, {})
        assert answer.data == {"companies": rows}
        assert answer.data is not None
        assert list(answer.data["companies"][0]) == ["name", "code"]
        assert len(made) == count


async def test_what_is_explained_is_not_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("gateway.federation.execution.federation.projection")
    assert federation().plan(parse("{ company { name rating } }"), None, {}).stages == 2
