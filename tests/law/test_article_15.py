"""第十五条: three tiers, and no field without one."""

import pytest

from schema import Cycle, Polarity, SubjectKind, Tier, field, record
from schema.articles import ARTICLES
from schema.catalogue import RECORDS
from schema.errors import FieldWithoutTier


def test_there_are_three_tiers_in_the_order_of_the_law() -> None:
    letters = [str(tier.value) for tier in sorted(Tier)]
    assert letters == ["A", "B", "C"]
    for letter, item in zip(letters, ARTICLES[15].items, strict=True):
        assert f"（{letter}类）" in item


def test_a_field_without_a_tier_does_not_build() -> None:
    class Unclassified:
        number: str = field("编号", Tier.PUBLIC, required=True)
        secret: str = field("秘密")

    with pytest.raises(FieldWithoutTier, match=r"Unclassified\.secret has no tier"):
        record(
            "未分级",
            graph_field="unclassified",
            agency="ANY",
            serves=("7(16)",),
            of=(SubjectKind.LEGAL_PERSON,),
            polarity=Polarity.NEUTRAL,
            cycle=Cycle.YEARLY,
            key=("number",),
            occurred_on=None,
            tier=Tier.PUBLIC,
        )(Unclassified)


@pytest.mark.parametrize(
    ("record_type", "values", "expected"),
    [
        ("TaxCreditRating", {"grade": "A"}, Tier.PUBLIC),
        ("TaxCreditRating", {"grade": "B"}, Tier.SHARED),
        ("TaxCreditRating", {}, Tier.SHARED),
        ("EffectiveJudgment", {"documentType": "JUDGMENT", "subjectKind": "LEGAL_PERSON"}, Tier.PUBLIC),
        ("EffectiveJudgment", {"documentType": "MEDIATION", "subjectKind": "LEGAL_PERSON"}, Tier.SHARED),
        ("EffectiveJudgment", {"documentType": "MEDIATION", "subjectKind": "INDIVIDUAL"}, Tier.RESTRICTED),
        ("EffectiveJudgment", {"documentType": "JUDGMENT", "sealed": True}, None),
        ("EnforcementCase", {"subjectKind": "INDIVIDUAL"}, Tier.SHARED),
        ("AdministrativePenalty", {"severity": "MINOR"}, Tier.SHARED),
        ("AdministrativePenalty", {"simplifiedProcedure": True}, Tier.SHARED),
        ("AdministrativePenalty", {"severity": "SERIOUS", "simplifiedProcedure": False}, Tier.PUBLIC),
        ("ListDesignation", {"listKind": "WATCH"}, Tier.SHARED),
        ("ListDesignation", {"listKind": "INCENTIVE"}, Tier.PUBLIC),
    ],
)
def test_values_raise_the_tier_of_a_record(record_type: str, values: dict[str, object], expected: Tier | None) -> None:
    definition = RECORDS[record_type]
    raised = [rule.tier for rule in definition.tier_rules if rule.when.holds(values)]
    excluded = None in raised
    assert (None if excluded else max(definition.tier, *(tier for tier in raised if tier), definition.tier)) is expected


def test_no_rule_lowers_a_tier() -> None:
    for definition in RECORDS.values():
        assert all(rule.tier is None or rule.tier > definition.tier for rule in definition.tier_rules)
