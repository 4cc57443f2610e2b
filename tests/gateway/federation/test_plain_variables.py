"""What passes untouched is what graphql-core would have made of it; all else is left to graphql-core."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, VariableDefinitionNode, get_variable_values, parse
from hypothesis import given
from hypothesis import strategies as st

from gateway.federation.plain_variables import plain_variables, read_plain
from schema.graph import graph

SCHEMA = graph()._schema  # noqa: SLF001 (Strawberry has no public way to its graphql-core schema)
TYPES = [
    f"{name}{mark}" for name in ("String", "ID", "Boolean", "Int", "SubjectRef", "[SubjectRef!]") for mark in ("", "!")
]
CODE = "91410199DEM001076Q"
TRICKY: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    2**31 - 1,
    2**31,
    -(2**31),
    -(2**31) - 1,
    10**30,
    1.0,
    1.5,
    float("inf"),
    float("nan"),
    "",
    "1",
    "null",
    "郑州",
    [],
    [None],
    {},
    {"id": "x"},
    {"id": ""},
    {"id": 1},
    {"id": None},
    {"id": "x", "taxpayerNumber": None},
    {"id": "x", "unifiedSocialCreditCode": CODE},
    {"unifiedSocialCreditCode": CODE},
    {"unifiedSocialCreditCode": 91},
    {"unifiedSocialCreditCode": [CODE]},
    {"nothing": "x"},
    {"individual": {"idNumber": "410199199001010015", "name": "某"}},
    {"individual": {"name": "某"}},
    [{"id": "x"}],
    [{"id": "x"}, {"taxpayerNumber": CODE}],
    [{"id": "x"}, None],
    [[{"id": "x"}]],
    [{"id": "x", "taxpayerNumber": CODE}],
    [{"individual": {"idNumber": "410199199001010015", "name": "某"}}],
    ({"id": "x"},),
    "abc" * 10_000,
]


def definitions(written: str) -> list[VariableDefinitionNode]:
    (operation,) = parse(f"query Q({written}) {{ __typename }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    return list(operation.variable_definitions or ())


def agree(written: str, given_values: dict[str, Any]) -> bool:
    """Check that what passes is what graphql-core makes of it; say whether it passed."""
    told = definitions(written)
    tests = plain_variables(told)
    assert tests is not None
    plain = read_plain(tests, given_values)
    if plain is None:
        return False
    coerced = get_variable_values(SCHEMA, told, given_values)
    assert not isinstance(coerced, list), coerced
    assert plain == coerced.coerced
    assert [*map(type, plain.values())] == [*map(type, coerced.coerced.values())]
    return True


@pytest.mark.parametrize("of_type", TYPES)
def test_whatever_passes_is_what_graphql_core_makes_of_it(of_type: str) -> None:
    passed = [value for value in TRICKY if agree(f"$v: {of_type}", {"v": value})]
    assert 0 < len(passed) < len(TRICKY)


SIMPLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
CODES = st.sampled_from(["id", "unifiedSocialCreditCode", "organizationCode", "individual", "x"])
REFERENCES = st.dictionaries(CODES, SIMPLE, max_size=2)


@given(st.sampled_from(TYPES), SIMPLE | REFERENCES | st.lists(SIMPLE | REFERENCES, max_size=3))
def test_no_value_at_all_passes_that_graphql_core_would_change_or_refuse(of_type: str, value: object) -> None:
    agree(f"$v: {of_type}", {"v": value})


@pytest.mark.parametrize(
    ("of_type", "value"),
    [
        ("Int", True),
        ("Int", 1.0),
        ("Int", 2**31),
        ("Boolean", 1),
        ("String", 1),
        ("ID", 1),
        ("SubjectRef", {"id": "x", "taxpayerNumber": "y"}),
        ("SubjectRef", {"id": None}),
        ("SubjectRef", {"nothing": "x"}),
        ("[SubjectRef!]", {"id": "x"}),
        ("[SubjectRef!]", [None]),
        ("String", None),
    ],
)
def test_what_is_not_plain_is_left_to_graphql_core(of_type: str, value: object) -> None:
    assert not agree(f"$v: {of_type}", {"v": value})


def test_one_variable_that_is_not_plain_leaves_all_to_graphql_core() -> None:
    assert agree("$a: Int, $b: ID!", {"a": 1, "b": "x"})
    assert not agree("$a: Int, $b: ID!", {"a": 1, "b": 2})
    assert not agree("$a: Int, $b: ID!", {"b": "x"})


def test_a_default_is_left_to_graphql_core_and_overruled_by_what_is_given() -> None:
    assert not agree("$a: Int = 20", {})
    assert agree("$a: Int = 20", {"a": 3})


def test_what_nobody_declared_is_not_read() -> None:
    assert agree("$a: Int", {"a": 1, "b": 2})


@pytest.mark.parametrize(
    "of_type", ["Float", "[Int]", "IndividualRef", "SubjectKind", "[SubjectRef]", "[[SubjectRef!]]"]
)
def test_other_types_are_left_to_graphql_core_altogether(of_type: str) -> None:
    assert plain_variables(definitions(f"$v: {of_type}, $a: Int")) is None


def test_an_operation_without_variables_has_none() -> None:
    assert read_plain((), {"a": 1}) == {}
