"""第二十条: negative information about individuals is kept for five years."""

import pytest

from schema.articles import wording
from schema.catalogue import RECORDS
from schema.definition import RecordDefinition

MAY_BE_NEGATIVE_OF_INDIVIDUALS = [
    definition
    for definition in RECORDS.values()
    if "INDIVIDUAL" in definition.subject_kinds
    and (
        definition.polarity == "NEGATIVE"
        or definition.polarity_field is not None
        or any(polarity == "NEGATIVE" for polarity, _ in definition.polarity_rules)
    )
]


def test_the_law_says_five_years() -> None:
    assert "保存期限为5年" in wording("20")


@pytest.mark.parametrize("definition", RECORDS.values(), ids=RECORDS)
def test_exactly_the_negative_information_of_individuals_expires(definition: RecordDefinition) -> None:
    assert (definition.retention is not None) is (definition in MAY_BE_NEGATIVE_OF_INDIVIDUALS)


@pytest.mark.parametrize("definition", MAY_BE_NEGATIVE_OF_INDIVIDUALS, ids=lambda definition: definition.name)
def test_it_expires_five_years_after_a_day_that_the_record_has(definition: RecordDefinition) -> None:
    kept = definition.retention
    assert kept is not None
    assert (kept.years, kept.action, kept.legal_basis) == (5, "DELETE", "Art. 20")
    assert kept.end is None or definition.fields[kept.end].type == "Date"
    assert definition.occurred_on is not None


@pytest.mark.parametrize(
    ("record_type", "values", "ongoing"),
    [
        ("TaxArrears", {"settlementStatus": "UNSETTLED"}, True),
        ("TaxArrears", {"settlementStatus": "SETTLED"}, False),
        ("FeeArrears", {"settlementStatus": "PARTIALLY_SETTLED"}, True),
        ("IndustryBan", {"lifetime": True}, True),
        ("IndustryBan", {"lifetime": False}, False),
        ("DishonestJudgmentDebtor", {"performanceStatus": "NOT_PERFORMED"}, True),
        ("DishonestJudgmentDebtor", {"performanceStatus": "FULLY_PERFORMED"}, False),
        ("EnforcementCase", {"status": "TERMINATED_THIS_ROUND"}, True),
        ("EnforcementCase", {"status": "CONCLUDED"}, False),
    ],
)
def test_what_goes_on_has_not_begun_to_expire(record_type: str, values: dict[str, object], ongoing: object) -> None:
    kept = RECORDS[record_type].retention
    assert kept is not None
    assert kept.ongoing is not None
    assert kept.ongoing.holds(values) is ongoing
