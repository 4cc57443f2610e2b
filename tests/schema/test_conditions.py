"""The small language of the catalogue's rules is read strictly, and a missing value never matches (Art. 15)."""

import pytest

from schema.conditions import Condition, ConditionError


@pytest.mark.parametrize(
    ("text", "record", "holds"),
    [
        ("grade != A", {"grade": "A"}, False),
        ("grade != A", {"grade": "B"}, True),
        ("grade != A", {}, True),
        ("sealed == true", {"sealed": True}, True),
        ("sealed == true", {"sealed": None}, False),
        ("paymentStatus in [UNPAID, PARTIALLY_PAID]", {"paymentStatus": "PARTIALLY_PAID"}, True),
        ("paymentStatus in [UNPAID, PARTIALLY_PAID]", {"paymentStatus": "PAID"}, False),
        ("simplifiedProcedure == true or severity == MINOR", {"severity": "MINOR"}, True),
        ("a == X and b == Y or c == Z", {"a": "X"}, False),
        ("a == X and b == Y or c == Z", {"a": "X", "b": "Y"}, True),
        ("a == X and b == Y or c == Z", {"c": "Z"}, True),
    ],
)
def test_a_condition_holds_as_it_reads(text: str, record: dict[str, object], holds: object) -> None:
    assert Condition.parse(text).holds(record) is holds


@pytest.mark.parametrize("text", ["", "grade", "grade = A", "grade > A", "Grade == A", "grade in A, B", "grade == "])
def test_what_is_not_of_the_language_is_refused(text: str) -> None:
    with pytest.raises(ConditionError, match="Cannot read"):
        Condition.parse(text)


def test_a_condition_knows_the_fields_that_decide() -> None:
    assert Condition.parse("a == X and b == Y or a == Z").fields == {"a", "b"}
