"""A plan can be read: by people as a tree, by programs as JSON."""

import orjson

from tests.gateway.federation.supergraphs import composed, planned

GRAPH = composed(
    register='type Query { company: Company } type Company @key(fields: "code") { code: ID! capital: Int }',
    tax="""type Company @key(fields: "code") { code: ID! capital: Int @external
        bracket: String @requires(fields: "capital") }""",
)
PLAN = planned(GRAPH, "{ company { bracket } }")


def test_a_plan_is_a_tree_of_lines() -> None:
    assert PLAN.as_tree() == [
        "query: 2 requests in 2 stages",
        "stage 1",
        "  #0 register",
        "    { company { code capital } }",
        "stage 2",
        "  #1 tax after #0",
        "    company: Company by { code } requires { capital }",
        "      { bracket }",
    ]


def test_a_plan_is_json() -> None:
    told = orjson.loads(orjson.dumps(PLAN.as_dict()))
    assert told["stages"] == 2
    assert [each["subgraph"] for each in told["requests"]] == ["register", "tax"]
    assert told["requests"][1]["after"] == [0]
    (fetch,) = told["requests"][1]["fetches"]
    assert fetch["path"] == ["company"]
    assert fetch["key"] == "code"
    assert fetch["requires"] == ["capital"]


def test_the_key_comes_back_so_that_it_can_be_compared() -> None:
    assert PLAN.batches[1].document() == (
        "query($representations: [_Any!]!) { _entities(representations: $representations) "
        "{ __typename ... on Company { code bracket } } }"
    )


def test_a_plan_that_was_made_ready_is_told_and_followed_as_before_and_holds_no_selection() -> None:
    kept = PLAN.made_ready()
    assert kept.as_tree() == PLAN.as_tree()
    assert kept.as_bare_dict() == PLAN.as_bare_dict()
    assert [(each.number, each.after) for each in kept.batches] == [(each.number, each.after) for each in PLAN.batches]
    assert not any(fetch.selection.fields for fetch in kept.fetches)


def test_without_documents_a_plan_tells_all_else() -> None:
    told, bare = PLAN.as_dict(), PLAN.as_bare_dict()
    for each in told["requests"]:  # type: ignore[attr-defined]  # a list of them
        del each["document"]
    assert bare == told
