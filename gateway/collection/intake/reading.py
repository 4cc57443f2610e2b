"""Rows as JSON: one document with all of them, or a line for each; one that cannot be read is a problem of its row."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gateway.collection.intake.submission import Given
from gateway.errors import BadUserInput, Text
from schema.reporting import Row, RowCode, RowProblem

__all__ = ["Document", "read_document", "rows_of", "rows_of_lines"]

LONGEST_LINE: Final = 1_048_576
"""Bytes of one line: no row is a hundredth of it."""
MOST_PARTS: Final = 4_000
"""Lists, objects, members and keys of one line, counted by their marks: each costs far more than a byte."""
MOST_NODES: Final = 500_000
"""Lists and objects of one document: more than it can have rows."""
_KEYS: Final = frozenset({"recordType", "mode", "allOrNothing", "period", "number", "rows"})
_NO_OBJECT: Final = Text("the row is no JSON object", "该行不是 JSON 对象")
_TOO_MANY_PARTS: Final = Text(
    f"the row has more than {MOST_PARTS} lists, objects, members and keys",
    f"该行的列表、对象、成员和键超过 {MOST_PARTS} 个",
)
_TOO_LONG: Final = Text(f"the line is longer than {LONGEST_LINE} bytes", f"该行超过 {LONGEST_LINE} 字节")


_MARKS: Final = (b"[", b"{", b":", b",")


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON document: what it says of itself, as it says it, and its rows."""

    said: Mapping[str, object]
    rows: list[object]


def read_document(body: bytes) -> Document:
    """Read a submission that is one JSON document.

    Raises:
        BadUserInput: it is none, or has a member that means nothing.

    """
    if body.count(b"{") + body.count(b"[") > MOST_NODES:
        raise BadUserInput(
            Text(f"the body has more than {MOST_NODES} lists and objects", f"请求体的列表和对象超过 {MOST_NODES} 个")
        )
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        place = f"{error.lineno}:{error.colno}"
        raise BadUserInput(Text(f"the body is no JSON, at {place}", f"请求体不是 JSON，位置 {place}")) from None
    if not isinstance(said, dict):
        raise BadUserInput(Text("the body is no JSON object", "请求体不是 JSON 对象"))
    if said.keys() - _KEYS:
        known = ", ".join(sorted(_KEYS))
        raise BadUserInput(Text(f"a submission has {known}, and nothing else", f"报送文件只有 {known}"))
    rows = said.pop("rows", None)
    if not isinstance(rows, list):
        raise BadUserInput(
            Text("rows: a list is needed; an empty one is a nil submission", "rows：须为列表，零报送为空列表")
        )
    return Document(said, rows)


def rows_of(listed: Iterable[object]) -> Iterator[Given]:
    """Give the rows of a document, numbered from 1."""
    for n, each in enumerate(listed, 1):
        yield Row(n, each) if isinstance(each, dict) else _unread(n, _NO_OBJECT)


def rows_of_lines(parts: Iterable[bytes]) -> Iterator[Given]:
    """Give the rows of JSON lines, which come in parts of any size, numbered by line; an empty line is none."""
    for n, line in enumerate(_lines(parts), 1):
        if len(line) > LONGEST_LINE:
            yield _unread(n, _TOO_LONG)
        elif line.strip():
            yield _row(n, line)


def _row(n: int, line: bytes) -> Given:
    if len(line) > MOST_PARTS and sum(map(line.count, _MARKS)) > MOST_PARTS:
        return _unread(n, _TOO_MANY_PARTS)
    try:
        read: Any = orjson.loads(line)
    except orjson.JSONDecodeError:
        return _unread(n, _NO_OBJECT)
    return Row(n, read) if isinstance(read, dict) else _unread(n, _NO_OBJECT)


def _lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Give lines; of one that is too long no more is kept than shows it."""
    rest = b""
    for part in parts:
        lines = (rest + part).split(b"\n")
        rest = lines.pop()[: LONGEST_LINE + 1]
        yield from lines
    if rest:
        yield rest


def _unread(n: int, said: Text) -> tuple[RowProblem, ...]:
    return (RowProblem(n, None, RowCode.FORMAT, said),)
