import pytest
from graphql import get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import (
    LimitExceeded,
    TooDeep,
    TooExpensive,
    TooManyAliases,
    TooManyDirectives,
    TooManyRootFields,
    ValidationFailed,
)
from gateway.federation.cost import COMPARISONS, Bounds, Cost, Guard
from gateway.settings import Limits
from schema.catalogue import BY_GRAPH_FIELD, ENVELOPE, RECORDS

LIMITS = Limits()
BOUNDS = Bounds(LIMITS.depth, LIMITS.aliases, LIMITS.root_fields, LIMITS.directives, LIMITS.fields, LIMITS.cost)
GUARD = Guard(BOUNDS, dict.fromkeys(BY_GRAPH_FIELD, 20))
LEAVES = [name for name in ENVELOPE if name not in ("provider", "subject")]
CODE = 'subject(by: {id: "x"})'


def cost(document: str, guard: Guard = GUARD) -> Cost:
    """Give the cost of a document's only operation."""
    ((_, found),) = guard.check(parse(document, no_location=True)).items()
    return found


def guard(**bounds: int) -> Guard:
    """Give a guard with some bounds of its own."""
    told = {name: getattr(BOUNDS, name) for name in BOUNDS.__dataclass_fields__}
    return Guard(Bounds(**{**told, **bounds}), GUARD.lists)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ viewer { person } }", Cost(2, 0, 1, 0, 2, 1)),
        ("{ a: viewer { b: person } }", Cost(2, 2, 1, 0, 2, 1)),
        (f"{{ {CODE} {{ taxArrears {{ nodes {{ id }} }} }} }}", Cost(4, 0, 1, 0, 4, 22)),
        (f"{{ {CODE} {{ taxArrears(first: 3) {{ nodes {{ id }} }} }} }}", Cost(4, 0, 1, 0, 4, 5)),
        (f"query($n: Int) {{ {CODE} {{ taxArrears(first: $n) {{ nodes {{ id }} }} }} }}", Cost(4, 0, 1, 0, 4, 102)),
        ("query($by: [SubjectRef!]!) { subjects(by: $by) { id } }", Cost(2, 0, 1, 0, 2, 100)),
        ('{ subjects(by: [{id: "x"}, {id: "y"}]) { id } }', Cost(2, 0, 1, 0, 2, 2)),
        ("{ ...A ...A } fragment A on Query { viewer { person } }", Cost(2, 0, 2, 0, 4, 2)),
        ("query @a { viewer @b { ... @c { person @d } } }", Cost(2, 0, 1, 4, 2, 1)),
    ],
)
def test_a_document_costs_what_it_asks_with_its_fragments_expanded(document: str, expected: Cost) -> None:
    assert cost(document) == expected


def test_one_subject_with_every_record_type_and_every_field_passes() -> None:
    lists = " ".join(
        f"{each.graph_field}(first: 100) {{ totalCount nodes {{ {' '.join(dict.fromkeys([*LEAVES, *each.fields]))} "
        "provider { code name } } pageInfo { hasNextPage endCursor } }"
        for each in RECORDS.values()
    )
    assert cost(f"{{ {CODE} {{ {lists} }} }}").fields > 1_000


def test_a_hundred_subjects_of_six_lists_pass() -> None:
    lists = " ".join(
        f"{each.graph_field} {{ totalCount nodes {{ {' '.join(each.fields)} }} }}"
        for each in list(RECORDS.values())[:6]
    )
    assert cost(f"query($by: [SubjectRef!]!) {{ subjects(by: $by) {{ {lists} }} }}").nodes > 10_000


def test_the_whole_introspection_passes() -> None:
    assert cost(get_introspection_query(input_value_deprecation=True, specified_by_url=True)).depth <= 20


@pytest.mark.parametrize(
    ("document", "refused", "bounds"),
    [
        ("{ a { b { c } } }", TooDeep, {"depth": 2}),
        ("{ a { ...B } } fragment B on B { b { c } }", TooDeep, {"depth": 2}),
        ("{ a: x b: x c: x }", TooManyAliases, {"aliases": 2}),
        ("{ y { ...A ...A } } fragment A on Y { a: x b: x }", TooManyAliases, {"aliases": 3}),
        ("{ a b c }", TooManyRootFields, {"root_fields": 2}),
        ("{ ...A c } fragment A on Query { a b }", TooManyRootFields, {"root_fields": 2}),
        ("{ a @x @y @z }", TooManyDirectives, {"directives": 2}),
        ("query($v: Int @x @y @z) { a(v: $v) }", TooManyDirectives, {"directives": 2}),
        ("{ a b c }", TooExpensive, {"fields": 2}),
        ("query A { a b } query B { a b }", TooExpensive, {"fields": 3}),
        ("{ x(first: 10) { nodes { y(first: 10) { nodes { z } } } } }", TooExpensive, {"cost": 100}),
    ],
)
def test_each_limit_has_its_error(document: str, refused: type[LimitExceeded], bounds: dict[str, int]) -> None:
    found = GUARD.check(parse(document))
    assert found
    with pytest.raises(refused):
        guard(**bounds).check(parse(document))


@pytest.mark.parametrize(
    "document",
    [
        "{ a } fragment A on Query { b }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ ...A } fragment A on Query { b } fragment A on Query { c }",
        "{ a { ...A } } fragment A on A { b { ...A } }",
    ],
    ids=["unused", "circle", "twice", "circle below"],
)
def test_fragments_that_no_rule_would_allow_are_refused_before_all_rules(document: str) -> None:
    with pytest.raises(ValidationFailed):
        GUARD.check(parse(document))


def test_fields_that_meet_under_one_key_are_compared_only_so_often() -> None:
    most = next(n for n in range(1, 1_000) if n * (n + 1) // 2 > COMPARISONS)
    assert cost(f"{{ viewer {{ {'person ' * most} }} }}").fields == most + 1
    with pytest.raises(TooExpensive):
        GUARD.check(parse(f"{{ viewer {{ {'person ' * (most + 1)} }} }}"))


def chain(spreads: int, length: int) -> str:
    """Give a document whose fragments each spread the next one several times."""
    links = (f"fragment F{n} on Query {{ {f'...F{n + 1} ' * spreads} }}" for n in range(length))
    return "{ ...F0 } " + " ".join(links) + f" fragment F{length} on Query {{ a }}"


@given(spreads=st.integers(1, 30), length=st.integers(0, 60))
def test_a_fragment_bomb_is_counted_not_expanded(spreads: int, length: int) -> None:
    wide = guard(fields=10**100, root_fields=10**100, cost=10**100)
    document = parse(chain(spreads, length), no_location=True)
    if spreads**length > BOUNDS.fields:
        with pytest.raises(TooExpensive):
            GUARD.check(document)
    found = wide.check(parse(chain(spreads, length), no_location=True)) if spreads**length < 10**90 else {}
    for each in found.values():
        assert each.fields == spreads**length


def test_fragments_nest_only_so_deep() -> None:
    with pytest.raises(TooDeep):
        GUARD.check(parse(chain(1, 5_000), no_location=True))
