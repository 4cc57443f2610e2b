"""JSON as people send it: with a mark before it, in another encoding, with one name twice (R11.1)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.collection.intake.reading import read_document, rows_of, rows_of_lines
from gateway.collection.intake.submission import Given
from gateway.collection.intake.twice import Twice, holds_twice, read_again
from gateway.errors import BadUserInput
from schema.reporting import Row

MARK = b"\xef\xbb\xbf"
TWICE = '{"amount": "9", "at": "2026-11-27T10:00:00", "amount": "1234.50"}'


def codes(given: Given) -> list[str]:
    """Give the codes of a row that cannot be read, none of one that can."""
    return [] if isinstance(given, Row) else [each.code for each in given]


def test_a_mark_before_the_first_line_is_no_part_of_it() -> None:
    found = list(rows_of_lines([MARK + b'{"a": 1}\r\n', MARK + b'{"a": 2}\r\n']))
    assert found[0] == Row(1, {"a": 1})
    assert codes(found[1]) == ["FORMAT"]


def test_a_line_in_another_encoding_is_told_so() -> None:
    (found,) = rows_of_lines(['{"a": "郑州市人民政府"}'.encode("gbk")])
    assert not isinstance(found, Row)
    assert "UTF-8" in str(found[0])


def test_of_a_name_that_stands_twice_in_a_row_neither_value_is_taken() -> None:
    lines = [TWICE.encode() + b"\n", b'{"a": {"b": 1, "b": 2}}\n', b'{"a": "b: c", "d": {"b": 1}}\n']
    assert [codes(each) for each in rows_of_lines(lines)] == [["DUPLICATE_COLUMN"], ["DUPLICATE_COLUMN"], []]
    document = read_document(f'{{"recordType": "x", "rows": [{TWICE}, {{"a": "1:2"}}, 7]}}'.encode())
    assert [codes(each) for each in rows_of(document.rows)] == [["DUPLICATE_COLUMN"], [], ["FORMAT"]]


@pytest.mark.parametrize("said", ['"period": "2026-10", "period": "2026-11", "rows": []', '"rows": [{}], "rows": []'])
def test_a_submission_that_says_something_twice_is_none(said: str) -> None:
    with pytest.raises(BadUserInput):
        read_document(f"{{{said}}}".encode())


def test_what_is_nested_too_deep_to_be_read_again_is_as_it_was_read() -> None:
    deep = b'{"a": "x:y", "b": ' + b"[" * 900 + b"]" * 900 + b"}"
    (found,) = rows_of_lines([deep])
    assert isinstance(found, Row)


names = st.sampled_from(["a", "b", "c:d"])
values = st.recursive(
    st.one_of(st.integers(0, 9), st.text(":ab", max_size=3)),
    lambda inner: st.lists(inner, max_size=2) | st.lists(st.tuples(names, inner), max_size=3).map(tuple),
    max_leaves=6,
)


def written(value: object) -> str:
    """Write a value as JSON; a tuple is an object, whose names may stand twice."""
    if isinstance(value, tuple):
        return "{" + ",".join(f"{json.dumps(name)}:{written(each)}" for name, each in value) + "}"
    return "[" + ",".join(map(written, value)) + "]" if isinstance(value, list) else json.dumps(value)


def is_twice(value: object) -> bool:
    if isinstance(value, tuple):
        return len({name for name, _ in value}) < len(value) or any(is_twice(each) for _, each in value)
    return isinstance(value, list) and any(map(is_twice, value))


@given(values)
def test_a_name_that_stands_twice_is_found_wherever_it_stands(value: object) -> None:
    text = written(value)
    assert holds_twice(read_again(text.encode(), json.loads(text))) is is_twice(value)


def test_an_object_in_which_a_name_stands_twice_is_one_still() -> None:
    assert Twice({"a": 1}) == {"a": 1}
