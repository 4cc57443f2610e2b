"""Cursors: their place comes back, nothing of it can be read, and no other list takes them (R15.7)."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.federation.subjects.cursors import BadCursor, Cursors
from gateway.federation.subjects.pages import list_of

CURSORS = Cursors(b"cursor key")
PLACE = ("2024-05-06", "kQ3vYJt0m1Zc5b8XhN2a")
DAYS = st.none() | st.dates().map(str)


def letters(cursor: str) -> bytes:
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))


@given(DAYS, st.text(max_size=100))
def test_a_cursor_gives_its_place_back(day: str | None, own_id: str) -> None:
    assert CURSORS.read("list", CURSORS.write("list", (day, own_id))) == (day, own_id)


@given(DAYS, st.text(max_size=100))
def test_equal_places_have_equal_cursors_in_every_process(day: str | None, own_id: str) -> None:
    assert CURSORS.write("list", (day, own_id)) == Cursors(b"cursor key").write("list", (day, own_id))


@given(st.dates(), st.text("abcdefghXYZ0123456789-_", min_size=20, max_size=20))
def test_nothing_of_a_day_or_an_id_can_be_read(day: str, own_id: str) -> None:
    cursor = CURSORS.write("list", (str(day), own_id))
    sealed = letters(cursor)
    for said in (str(day), own_id):
        parts = [said[n : n + 8] for n in range(len(said) - 7)]
        assert not [part for part in parts if part in cursor or part.encode() in sealed]


@given(st.dates(), st.dates())
def test_places_that_differ_in_a_day_alone_have_no_byte_in_common_but_by_chance(one: str, other: str) -> None:
    first, second = (letters(CURSORS.write("list", (str(day), PLACE[1]))) for day in (one, other))
    alike = sum(a == b for a, b in zip(first, second, strict=True))
    assert alike == len(first) if one == other else alike < 12


def test_a_place_without_a_day_looks_like_one_with_a_day() -> None:
    assert len(CURSORS.write("list", (None, PLACE[1]))) == len(CURSORS.write("list", PLACE)) < 66


def test_a_cursor_is_bound_to_its_record_type_its_subject_and_the_gateways_key() -> None:
    bound_to = list_of("TaxArrears", "LP-1")
    cursor = CURSORS.write(bound_to, PLACE)
    assert CURSORS.read(bound_to, cursor) == PLACE
    for reader, bound in [
        (CURSORS, list_of("TaxArrears", "LP-2")),
        (CURSORS, list_of("FeeArrears", "LP-1")),
        (CURSORS, ""),
        (Cursors(b"another key"), bound_to),
    ]:
        with pytest.raises(BadCursor):
            reader.read(bound, cursor)


@given(st.integers(0), st.characters())
def test_a_cursor_with_one_other_character_is_refused(at: int, character: str) -> None:
    cursor = CURSORS.write("list", PLACE)
    at %= len(cursor)
    forged = cursor[:at] + character + cursor[at + 1 :]
    if forged != cursor:
        with pytest.raises(BadCursor):
            CURSORS.read("list", forged)


@pytest.mark.parametrize("spelling", ["{}=", "{}==", " {}", "{}\n", "{}é", "!{}", "{}A", "{}AAAA"])
def test_a_cursor_has_one_spelling(spelling: str) -> None:
    with pytest.raises(BadCursor):
        CURSORS.read("list", spelling.format(CURSORS.write("list", PLACE)))


def test_a_cursor_that_is_cut_off_is_refused() -> None:
    cursor = CURSORS.write("list", PLACE)
    for end in range(len(cursor)):
        with pytest.raises(BadCursor):
            CURSORS.read("list", cursor[:end])


def test_what_is_too_long_for_a_cursor_is_refused_even_if_it_was_made_here() -> None:
    with pytest.raises(BadCursor):
        CURSORS.read("list", CURSORS.write("list", (None, "x" * 600)))


@given(st.text())
def test_what_is_no_cursor_is_refused(written: str) -> None:
    with pytest.raises(BadCursor):
        CURSORS.read("list", written)


def test_a_key_is_not_told_by_the_cursors_that_use_it() -> None:
    assert "key" not in repr(Cursors(b"a secret key"))
