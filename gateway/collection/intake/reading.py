"""Rows as JSON: one document with all of them, or a line for each; one that cannot be read is a problem of its row."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gateway.collection.intake.submission import Given
from gateway.collection.intake.twice import Twice, holds_twice, read_again
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
_MARK: Final = b"\xef\xbb\xbf"
"""The byte order mark with which some programs begin UTF-8; it says nothing."""
_NO_OBJECT: Final = Text("the row is no JSON object", "该行不是 JSON 对象")
_NOT_UTF8: Final = Text(
    "the row is not in UTF-8: save the file in that encoding", "该行不是 UTF-8 编码：请另存为 UTF-8"
)
_TWICE: Final = Text("a column stands twice in the row: keep one", "同一列在该行出现两次：请保留一个")
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
    body = body.removeprefix(_MARK)
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if not _is_utf8(body):
            raise BadUserInput(Text("the body is not in UTF-8", "请求体不是 UTF-8 编码")) from None
        place = f"{error.lineno}:{error.colno}"
        raise BadUserInput(Text(f"the body is no JSON, at {place}", f"请求体不是 JSON，位置 {place}")) from None
    if not isinstance(said, dict):
        raise BadUserInput(Text("the body is no JSON object", "请求体不是 JSON 对象"))
    if said.keys() - _KEYS:
        known = ", ".join(sorted(_KEYS))
        raise BadUserInput(Text(f"a submission has {known}, and nothing else", f"报送文件只有 {known}"))
    again = read_again(body, said)
    if isinstance(again, Twice):
        raise BadUserInput(Text("a member of the submission stands twice", "报送文件中同一成员出现两次"))
    if isinstance(again, dict) and again is not said:
        said["rows"] = _told_twice(said.get("rows"), again.get("rows"))
    rows = said.pop("rows", None)
    if not isinstance(rows, list):
        raise BadUserInput(
            Text("rows: a list is needed; an empty one is a nil submission", "rows：须为列表，零报送为空列表")
        )
    return Document(said, rows)


def rows_of(listed: Iterable[object]) -> Iterator[Given]:
    """Give the rows of a document, numbered from 1."""
    for n, each in enumerate(listed, 1):
        if isinstance(each, Twice):
            yield _twice(n)
        else:
            yield Row(n, each) if isinstance(each, dict) else _unread(n, _NO_OBJECT)


def rows_of_lines(parts: Iterable[bytes]) -> Iterator[Given]:
    """Give the rows of JSON lines, which come in parts of any size, numbered by line; an empty line is none."""
    for n, each in enumerate(_lines(parts), 1):
        line = each.removeprefix(_MARK) if n == 1 else each
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
        return _unread(n, _NO_OBJECT if _is_utf8(line) else _NOT_UTF8)
    if holds_twice(read_again(line, read)):
        return _twice(n)
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


def _told_twice(rows: object, again: object) -> object:
    """Give the rows as they were read; of one that has a name twice, nothing but that."""
    if not (isinstance(rows, list) and isinstance(again, list)):
        return rows
    return [Twice() if holds_twice(second) else first for first, second in zip(rows, again, strict=True)]


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _twice(n: int) -> tuple[RowProblem, ...]:
    return (RowProblem(n, None, RowCode.DUPLICATE_COLUMN, _TWICE),)


def _unread(n: int, said: Text) -> tuple[RowProblem, ...]:
    return (RowProblem(n, None, RowCode.FORMAT, said),)
