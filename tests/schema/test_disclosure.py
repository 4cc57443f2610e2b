"""What a paper opens: named one by one, and together with another paper no more than both (R15.5, R18.3)."""

from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from schema.disclosure import Scope
from schema.tiers import Tier

RECORDS, FIELDS = ("Payment", "Paymen", "Identity"), ("amount", "day")
NAMES = [*RECORDS, *(f"{record}.{field}" for record in RECORDS for field in FIELDS)]
SCOPES = st.builds(
    Scope,
    st.booleans(),
    st.frozensets(st.sampled_from(NAMES), max_size=5),
    st.frozensets(st.sampled_from(NAMES), max_size=5),
)


def opened(scope: Scope) -> Iterator[tuple[Tier, str, str]]:
    """Give all that a scope opens, of tiers, records and their fields; an empty field stands for the records."""
    for level, record, field in product((Tier.SHARED, Tier.RESTRICTED), RECORDS, ("", *FIELDS)):
        if scope.opens(level, record, field):
            yield level, record, field


@given(SCOPES, SCOPES)
@settings(max_examples=500, deadline=None)
def test_what_is_within_another_scope_is_exactly_what_both_open(one: Scope, other: Scope) -> None:
    assert set(opened(one.within(other))) == set(opened(one)) & set(opened(other))


@given(SCOPES, SCOPES)
@settings(max_examples=200, deadline=None)
def test_which_of_two_scopes_is_named_first_changes_nothing(one: Scope, other: Scope) -> None:
    assert one.within(other) == other.within(one)
    assert set(opened(one.within(one))) == set(opened(one))


@given(SCOPES)
@settings(max_examples=200, deadline=None)
def test_what_is_open_in_tier_c_is_open_in_tier_b(scope: Scope) -> None:
    found = set(opened(scope))
    assert {(Tier.SHARED, record, field) for level, record, field in found if level is Tier.RESTRICTED} <= found


def test_a_field_that_is_named_opens_neither_its_type_nor_another_field() -> None:
    scope = Scope(restricted=frozenset({"Payment.amount"}))
    assert list(opened(scope)) == [(Tier.SHARED, "Payment", "amount"), (Tier.RESTRICTED, "Payment", "amount")]
