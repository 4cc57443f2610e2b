"""Tiers are ordered by strictness, and a clearance decides each of them (Art. 15)."""

import pytest

from schema.disclosure import Clearance, Decision, LegalBasis, Standing
from schema.tiers import Tier


def decision(*, allowed: bool) -> Decision:
    return Decision(allowed, LegalBasis("15"), "for the test")


def clearance(*open_: Tier) -> Clearance:
    shared, restricted = (decision(allowed=level in open_) for level in (Tier.SHARED, Tier.RESTRICTED))
    return Clearance(Standing.DUTY, decision(allowed=True), shared, restricted, counts=True)


def test_a_tier_is_compared_with_tiers_alone() -> None:
    assert Tier.PUBLIC < Tier.SHARED < Tier.RESTRICTED
    with pytest.raises(TypeError):
        sorted([Tier.PUBLIC, "B"])  # type: ignore[type-var]  # the mistake that is tested


@pytest.mark.parametrize(
    ("open_", "highest"),
    [((), Tier.PUBLIC), ((Tier.SHARED,), Tier.SHARED), ((Tier.SHARED, Tier.RESTRICTED), Tier.RESTRICTED)],
)
def test_a_clearance_decides_each_tier_by_itself(open_: tuple[Tier, ...], highest: Tier) -> None:
    held = clearance(*open_)
    assert held.highest is highest
    assert [held.decide(level).allowed for level in Tier] == [True, *(level in open_ for level in list(Tier)[1:])]
