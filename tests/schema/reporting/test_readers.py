"""What a reader remembers is what it would read again, within bounds, and told by nothing (Art. 26)."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.reporting.readers import PLAIN, Remembered, plainly
from schema.reporting.texts import Reader, Unreadable
from schema.reporting.words import flag


def counted(read: Reader) -> tuple[Reader, list[object]]:
    """Give a reader, and all that it was asked."""
    asked: list[object] = []

    def reading(value: object) -> object:
        asked.append(value)
        return read(value)

    return reading, asked


def test_a_short_text_or_a_day_is_read_once() -> None:
    reading, asked = counted(str)
    read = plainly(Remembered(reading))
    for value in ("警告", date(2026, 3, 1)):
        assert read(value) == read(value) == str(value)
    assert asked == ["警告", date(2026, 3, 1)]


def test_a_long_text_is_read_each_time() -> None:
    reading, asked = counted(str)
    read = plainly(Remembered(reading))
    assert [read("长" * 61), read("长" * 61)] == ["长" * 61] * 2
    assert len(asked) == 2


def test_what_is_remembered_is_forgotten_before_it_is_too_much() -> None:
    remembered = Remembered(str)
    for number in range(5_000):
        plainly(remembered)(f"词{number}")
        assert len(remembered) <= 2_000


def test_what_was_refused_is_not_remembered() -> None:
    remembered = Remembered(flag)
    for _ in range(2):
        with pytest.raises(Unreadable):
            plainly(remembered)("也许")
    assert not remembered


def test_a_word_is_not_taken_for_a_number_that_equals_another() -> None:
    read = plainly(Remembered(flag))
    assert [read("1"), read(1), read(True)] == [True] * 3  # noqa: FBT003 (a cell's value)
    with pytest.raises(Unreadable):
        read(1.0)


def test_a_reader_does_not_tell_what_it_remembers() -> None:
    remembered = Remembered(str)
    plainly(remembered)("91410199DEM0000145")
    assert "DEM" not in repr(remembered)


values = st.one_of(st.text(max_size=70), st.dates(), st.booleans(), st.integers(), st.floats())


@given(st.lists(values, max_size=20))
def test_whatever_is_remembered_is_as_if_it_was_read(given: list[object]) -> None:
    read = plainly(Remembered(repr))
    assert [read(value) for value in given for _ in range(2)] == [repr(value) for value in given for _ in range(2)]


@pytest.mark.parametrize("kind", [Decimal, datetime, list, dict, bytes, set])
def test_what_may_not_be_looked_up_is_not_plain(kind: type) -> None:
    assert kind not in PLAIN
