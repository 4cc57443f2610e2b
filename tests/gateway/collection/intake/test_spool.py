"""What is sent is laid down before it is read: whole, counted, and readable to nobody else (R9.3)."""

import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.collection.intake import spool as spools
from gateway.collection.intake.reading import LONGEST_LINE, MOST_NODES, read_document, rows_of_lines
from gateway.collection.intake.spool import Spool
from gateway.errors import BadUserInput
from schema.reporting import Row

CANARY = b'{"documentNumber": "canary-7215"}\n'


def parts_of(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@pytest.mark.parametrize("size", [0, 100, 1_048_577, 3_000_000])
def test_all_of_it_comes_back_as_often_as_it_is_read(size: int) -> None:
    content = (CANARY * (size // len(CANARY) + 1))[:size]
    with Spool() as spool:
        for part in parts_of(content, 70_001):
            spool.write(part)
        assert b"".join(spool.parts()) == b"".join(spool.parts()) == content
        assert (spool.size, spool.lines) == (size, len(content.splitlines()))
        assert spool.digest == hashlib.sha256(content).hexdigest()


def test_what_lies_in_a_file_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "_IN_MEMORY", 0)
    with Spool() as spool:
        spool.write(CANARY * 10_000)
        file = spool._file  # noqa: SLF001 (what a thief would read)
        assert file is not None
        file.seek(0)
        assert b"canary" not in file.read()
        assert b"".join(spool.parts()) == CANARY * 10_000


@given(st.lists(st.sampled_from(['{"a": 1}', "", " ", "x", "[1]", '{"b": "\\n"}'])), st.integers(1, 7))
def test_lines_are_rows_however_they_are_parted(lines: list[str], size: int) -> None:
    found = list(rows_of_lines(parts_of("\n".join(lines).encode(), size)))
    numbers = [each.number if isinstance(each, Row) else each[0].row for each in found]
    assert numbers == [n for n, line in enumerate(lines, 1) if line.strip()]
    assert [isinstance(each, Row) for each in found] == [line[0] == "{" for line in lines if line.strip()]


def test_a_line_without_end_is_one_problem_and_costs_no_memory() -> None:
    found = list(rows_of_lines([b"x" * 65_536] * 40 + [b'\n{"a": 1}']))
    assert LONGEST_LINE < 40 * 65_536
    long, row = found
    assert not isinstance(long, Row)
    assert ([each.row for each in long], row) == ([1], Row(2, {"a": 1}))


@pytest.mark.parametrize("many", [b'{"a":[%s]}', b'{"a":{%s}}', b"{%s}"])
def test_a_line_of_very_many_parts_is_refused_before_they_are_made(many: bytes) -> None:
    inside = b",".join([b"[]" if b"[" in many else b'"k":0'] * 100_000)
    (found,) = rows_of_lines([many % inside])
    assert not isinstance(found, Row)
    assert [(each.row, each.code) for each in found] == [(1, "FORMAT")]


def test_a_document_of_very_many_parts_is_refused_before_they_are_made() -> None:
    with pytest.raises(BadUserInput, match=str(MOST_NODES)):
        read_document(b'{"rows":[' + b"{}," * MOST_NODES + b"{}]}")
