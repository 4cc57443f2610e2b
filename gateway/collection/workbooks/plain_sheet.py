"""A plain sheet told from an odd one by counting its tags, without looking at each (R12.7).

Between the first row and the last there are, in a sheet that spreadsheet programs write and that is filled in as
asked, no tags but rows, cells, values and texts. If each ``<`` of a window is accounted for by one of these, with
attributes that do no harm, there is no formula, no comment, no tag by another spelling. What stands before and behind
the rows is short, and is searched for words. This never says what is odd: who doubts, walks (`sheet_walk`).

Ten thousand rows of one sheet are alike but for their digits and texts: so rows are told by their shape, with every
digit a nought and no inline text, and each shape is looked at once.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from gateway.collection.workbooks.markup import windows
from gateway.collection.workbooks.places import place_of
from gateway.collection.workbooks.shared_texts import SharedTexts

__all__ = ["plain_text", "shared_text"]

_ROW: Final = re.compile(rb'<row r="[0-9]{1,5}"([^<>]*)>')
_OF_A_ROW: Final = re.compile(rb'(?: [A-Za-z0-9:]{1,30}="[^"<>]*"| ?/)*')
_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})[0-9]{1,5}"(?: s="[0-9]{1,6}")?(?: t="(?:s|n|b|d|str|inlineStr)")?/?>')
_END_OF_ROW: Final = b"</row>"
_END_OF_CELL: Final = b"</c>"
_PAIRS: Final = (
    (b"</v>", b"<v>"),
    (b"</is>", b"<is>"),
    (b"</t>", b"<t>", b'<t xml:space="preserve">'),
)
"""How what stands in a cell ends, and how it begins."""
_INDEX: Final = re.compile(rb't="s"><v>([0-9]{1,9})</v>')
_SHARED: Final = b't="s"'
_MARKUP: Final = 20
"""Bytes of a cell that are not its text, at least; of one that has an end of its own."""
_INLINE: Final = re.compile(rb'<t(?: xml:space="preserve")?>[^<]+')
_NOUGHTS: Final = bytes.maketrans(b"123456789", b"0" * 9)
_MOST_SHAPES: Final = 1_000
"""Shapes of rows that are remembered: a sheet as programs write it has few."""

_DECLARATION: Final = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\b[^<>]*\?>")
"""What XML may begin with, and need not: no cell and no column is told by it."""
_HIDDEN: Final = re.compile(rb'hidden="(?:0|false)"')
_NOUGHT: Final = re.compile(rb' (?:ht|width)="0(?:\.0*)?"')
_ODD_AROUND: Final = (
    b"<!",
    b"<?",
    b"='",
    b" =",
    b"= ",
    b"mergeCell",
    b"zeroHeight",
    b"<c ",
    b"<c>",
    b"<c/",
    b"<row ",
    b":row",
)
"""What does not stand before or behind the rows of a plain sheet; a text there may hold some of it, and then who walks
decides."""


def plain_text(pieces: Iterator[bytes], widest: int, texts: SharedTexts) -> int | None:
    """Give the bytes of text of a plain sheet, at most; None where the sheet must be walked.

    Raises:
        WorkbookDamaged: a tag or a text without an end, or another encoding.

    """
    alike = _Rows(widest, texts)
    total, over = 0, False
    for number, window in enumerate(windows(pieces, b"<row")):
        begin = window.find(b"<row") if number == 0 else 0
        end = window.find(b"</sheetData>")
        if over:
            begin = len(window)
        around = _DECLARATION.sub(b"", window[:begin], count=1) if number == 0 else window[:begin]
        rows = window[begin : len(window) if end < 0 else end]
        behind = b"" if end < 0 else window[end:]
        over = over or end >= 0
        if _is_odd(around) or _is_odd(behind):
            return None
        found = alike.text_of(rows)
        if found is None:
            return None
        total += found
    return total if over else None


def shared_text(pieces: Iterator[bytes], texts: SharedTexts) -> int | None:
    """Give the bytes of a plain sheet's shared texts, each as often as a cell has it; None where it must be walked.

    Raises:
        WorkbookDamaged: a cell has a text that is not there.

    """
    total = 0
    for window in windows(pieces, b"<row"):
        indexes = _INDEX.findall(window)
        if len(indexes) != window.count(_SHARED):
            return None
        total += texts.total(indexes)
    return total


def _is_odd(around: bytes) -> bool:
    """Say whether there is anything in what stands before or behind the rows that only a walk can judge."""
    return any(mark in around for mark in _ODD_AROUND) or _hides(around)


def _hides(attributes: bytes) -> bool:
    return attributes.count(b"hidden") != len(_HIDDEN.findall(attributes)) or _NOUGHT.search(attributes) is not None


class _Rows:
    """The rows of one sheet, each looked at if no row before was of its shape."""

    def __init__(self, widest: int, texts: SharedTexts) -> None:
        self._widest = widest
        self._texts = texts
        self._known: dict[bytes, int] = {}

    def text_of(self, rows: bytes) -> int | None:
        """Give the bytes of text of whole rows, at most; None where a tag is not accounted for."""
        attributes = b"".join(set(_ROW.findall(rows)))
        if _OF_A_ROW.fullmatch(attributes) is None or _hides(attributes):
            return None
        plain = _INLINE.sub(b"<t>", rows) if b'"inlineStr"' in rows else rows
        shapes = Counter(plain.translate(_NOUGHTS).split(_END_OF_ROW))
        known = self._known
        further = shapes.keys() - known.keys()
        if further and not self._are_plain(_END_OF_ROW.join(further)):
            return None
        known |= {shape: self._beside(shape) for shape in further}
        total = len(rows) + sum(count * known[shape] for shape, count in shapes.items())
        if len(known) > _MOST_SHAPES:
            known.clear()
        return total

    def _are_plain(self, rows: bytes) -> bool:
        """Say whether each tag is accounted for."""
        cells = _CELL.findall(rows)
        tags = len(cells) + len(_ROW.findall(rows)) + rows.count(_END_OF_CELL) + rows.count(_END_OF_ROW)
        for end, *beginnings in _PAIRS:
            begun = sum(map(rows.count, beginnings))
            if begun != rows.count(end):
                return False
            tags += 2 * begun
        return tags == rows.count(b"<") and all(place_of(each.decode()) < self._widest for each in set(cells))

    def _beside(self, shape: bytes) -> int:
        """Give by how much the text of a row is more than its bytes: what is shared is more, what is markup less."""
        return self._texts.longest * shape.count(_SHARED) - _MARKUP * shape.count(_END_OF_CELL)
