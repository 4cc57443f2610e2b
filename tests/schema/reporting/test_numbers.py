"""A sum is read exactly, and a cell's number is the sum that its digits are (Art. 11)."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schema.reporting.numbers import amount
from schema.reporting.texts import Reader, Unreadable

READERS = (amount(), amount(unit=10_000), amount(signed=True), amount(places=6))


def said(read: Reader, value: object) -> str | None:
    """Give what a value is read as; the code of its refusal where it is refused."""
    try:
        return read(value)  # type: ignore[no-any-return]  # a reader of sums
    except Unreadable as wrong:
        return wrong.code


@pytest.mark.parametrize("read", READERS)
@given(st.integers(1 - 10**15, 10**15))
@example(10**15)
@example(10**11)
@example(99_999_999_999)
@example(0)
@example(1_000_000)
def test_a_cells_number_is_the_sum_that_its_digits_are(read: Reader, whole: int) -> None:
    assert said(read, float(whole)) == said(read, whole) == said(read, str(whole)) == said(read, Decimal(whole))


@pytest.mark.parametrize(("value", "sum_"), [(0.5, "0.50"), (1234.56, "1234.56"), (1001.0, "1001.00"), (0.0, "0.00")])
def test_a_sum_has_its_cents(value: float, sum_: str) -> None:
    assert amount()(value) == sum_


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e16, 0.001])
def test_what_is_no_sum_is_refused(value: float) -> None:
    assert said(amount(), value) == "FORMAT"
