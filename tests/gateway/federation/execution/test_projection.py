"""The two ways from the store to the answer agree: the fast one gives up where the exact one has anything to tell."""

import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.federation.execution.completion import complete
from gateway.federation.execution.projection import Odd, projection
from gateway.federation.execution.store import Store
from tests.gateway.federation.supergraphs import composed, planned

GRAPH = composed(
    a="""
    type Query { a: A b: [A!] c: [[A]] i: I }
    type A implements I { s: String n: Int! f: Float e: E d: ID! l: [Int] m: [[ID!]!] a: A j: J }
    type B implements I { s: String! d: ID! }
    interface I { s: String d: ID! }
    enum E { X Y }
    scalar J
    """
)
PLAN = planned(
    GRAPH,
    """{ a { ...all x: s a { n d } } b { e f } c { d s } i { d s __typename ... on A { l m } } t: __typename }
    fragment all on A { s n f e d l m j }""",
)

leaves = (
    st.none() | st.booleans() | st.integers(-3, 2**31) | st.floats(allow_nan=False) | st.sampled_from(["X", "z", ""])
)
anything: st.SearchStrategy[Any] = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=2) | st.just({}), max_leaves=4
)


def of(good: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(good, good, good, good, good, good, good, good, anything)


def objects(depth: int = 1) -> st.SearchStrategy[Any]:
    strings = st.none() | st.text(max_size=2)
    fields: dict[str, st.SearchStrategy[Any]] = {
        "s": of(strings),
        "n": of(st.integers(0, 9)),
        "f": of(st.none() | st.floats(0, 9) | st.integers(0, 9)),
        "e": of(st.sampled_from(["X", "Y", None])),
        "d": of(st.text(max_size=2) | st.integers(0, 9)),
        "l": of(st.none() | st.lists(st.none() | st.integers(0, 9), max_size=2)),
        "m": of(st.none() | st.lists(st.lists(st.text(max_size=1) | st.integers(0, 9), max_size=2), max_size=2)),
        "j": anything,
        "__typename": of(st.sampled_from(["A", "B"])),
    }
    if depth:
        fields["a"] = of(st.none() | objects(depth - 1))
    return st.fixed_dictionaries(fields) | st.fixed_dictionaries({}, optional=fields)


roots = st.fixed_dictionaries(
    {
        "a": of(st.none() | objects()),
        "b": of(st.none() | st.lists(objects(0), max_size=2)),
        "c": of(st.none() | st.lists(st.none() | st.lists(st.none() | objects(0), max_size=2), max_size=2)),
        "i": of(st.none() | objects(0)),
    }
)


@given(roots)
def test_the_fast_way_gives_up_or_gives_the_same(root: dict[str, Any]) -> None:
    store = Store()
    store.root.update(root)
    exact, errors = complete(PLAN, store)
    try:
        fast = projection(PLAN)(store.root)
    except (Odd, KeyError, TypeError):
        return
    assert not errors
    assert fast == exact
    assert repr(fast) == repr(exact), "types and the order of keys are the same, too"


def test_the_fast_way_is_taken_where_all_is_well() -> None:
    good = {"s": "x", "n": 1, "f": 1.5, "e": "X", "d": "1", "l": [1, None], "m": [["a"], []], "j": {}, "a": None}
    root = {"a": good, "b": [good], "c": [[good, None], None], "i": {"__typename": "B", "s": "x", "d": 2}}
    found = projection(PLAN)(root)
    assert found["a"]["x"] == "x"
    assert found["c"] == [[{"d": "1", "s": "x"}, None], None]
    assert found["i"] == {"d": "2", "s": "x", "__typename": "B"}
    assert found["t"] == "Query"


SOME = planned(GRAPH, "{ b { d e l a { s d } } }")
AS_ASKED: dict[str, Any] = {"d": "1", "e": "X", "l": [1, None], "a": {"s": "x", "d": "2"}}


def test_an_object_that_came_as_it_is_answered_is_not_made_anew() -> None:
    root = {"b": [AS_ASKED, {**AS_ASKED, "a": None}]}
    found = projection(SOME)(root)
    assert found == root
    assert all(map(operator.is_, found["b"], root["b"]))


@pytest.mark.parametrize(
    "came",
    [
        {**AS_ASKED, "s": "not asked for"},
        {**AS_ASKED, "a": {"s": "x", "d": "2", "n": 3}},
        dict(reversed(AS_ASKED.items())),
        {**AS_ASKED, "a": {"d": "2", "s": "x"}},
        {**AS_ASKED, "d": 1},
        {**AS_ASKED, "a": {"s": "x", "d": 2}},
    ],
    ids=["another key", "another key below", "another order", "another order below", "a number", "a number below"],
)
def test_an_object_that_came_otherwise_is_made_anew_and_all_are_from_then_on(came: dict[str, Any]) -> None:
    project = projection(SOME)
    for objects in ([AS_ASKED, came], [AS_ASKED]):
        found = project({"b": objects})["b"]
        assert [repr(each) for each in found] == [repr(AS_ASKED)] * len(objects)
        assert not any(map(operator.is_, found, objects))


def test_of_an_object_that_several_requests_give_only_what_is_asked_is_answered() -> None:
    graph = composed(
        a='type Query { t: T } type T @key(fields: "k") { k: ID! s: String }',
        b='type T @key(fields: "k") { k: ID! n: Int }',
    )
    root = {"t": {"k": "1", "s": "x", "n": 2}}
    project = projection(planned(graph, "{ t { s n } }"))
    assert project(root) == {"t": {"s": "x", "n": 2}}
    assert project({"t": {"s": "x", "n": 2}}) == {"t": {"s": "x", "n": 2}}


@pytest.mark.parametrize("kind", ["A", "[A!]", "[[A]!]"])
def test_what_is_asked_far_below_is_answered(kind: str) -> None:
    graph = composed(a=f"type Query {{ a: {kind} }} type A {{ a: {kind} n: Int x: Float }}")
    far = 40
    plan = planned(graph, f"{{ {'a { ' * far} n y: x {'} ' * far} }}")
    lists = kind.count("[")
    root: dict[str, object] = {"n": 1, "x": 2.5}
    answer: dict[str, object] = {"n": 1, "y": 2.5}
    for _ in range(far):
        root, answer = ({"a": _listed(each, lists)} for each in (root, answer))
    assert projection(plan)(root) == answer


def _listed(value: object, times: int) -> object:
    return _listed([value], times - 1) if times else value
