"""A plain sheet told from an odd one by counting its tags, without looking at each (R12.7).

Between the first row and the last there are, in a sheet that spreadsheet programs write and that is filled in as
asked, no tags but rows, cells, values and texts. If each ``<`` of a window is accounted for by one of these, with
attributes that do no harm, there is no formula, no comment, no tag by another spelling. What stands before and behind
the rows is short, and is searched for words. This never says what is odd: who doubts, walks (`sheet_walk`).
"""

import re
from collections.abc import Iterator
from typing import Final

from gateway.collection.workbooks.markup import windows
from gateway.collection.workbooks.places import place_of
from gateway.collection.workbooks.shared_texts import SharedTexts

__all__ = ["plain_text", "shared_text"]

_ROW: Final = re.compile(rb'<row r="[0-9]{1,5}"([^<>]*)>')
_OF_A_ROW: Final = re.compile(rb'(?: [A-Za-z0-9:]{1,30}="[^"<>]*"| ?/)*')
_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})[0-9]{1,5}"(?: s="[0-9]{1,6}")?(?: t="(?:s|n|b|d|str|inlineStr)")?/?>')
_PAIRS: Final = (b"v", b"is", b"t")
_SPACED: Final = b'<t xml:space="preserve">'
_INDEX: Final = re.compile(rb't="s"><v>([0-9]{1,9})</v>')
_SHARED: Final = b't="s"'
_MARKUP: Final = 20
"""Bytes of a cell that are not its text, at least."""

_HIDDEN: Final = re.compile(rb'hidden="(?:0|false)"')
_NOUGHT: Final = re.compile(rb' (?:ht|width)="0(?:\.0*)?"')
_ODD_AROUND: Final = (
    b"<!",
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
    total, over = 0, False
    for number, window in enumerate(windows(pieces, b"<row")):
        begin = window.find(b"<row") if number == 0 else 0
        end = window.find(b"</sheetData>")
        if over:
            begin = len(window)
        around = window[:begin].partition(b"?>")[2] if number == 0 else window[:begin]
        rows = window[begin : len(window) if end < 0 else end]
        behind = b"" if end < 0 else window[end:]
        over = over or end >= 0
        if _is_odd(around) or _is_odd(behind):
            return None
        found = _text_of_rows(rows, widest, texts)
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


def _text_of_rows(rows: bytes, widest: int, texts: SharedTexts) -> int | None:
    """Give the bytes of text of whole rows; None where a tag is not accounted for."""
    cells = _CELL.findall(rows)
    attributes = _ROW.findall(rows)
    told = b"".join(attributes)
    tags = len(cells) + len(attributes) + rows.count(b"</c>") + rows.count(b"</row>") + rows.count(_SPACED)
    tags += sum(rows.count(b"<%b>" % name) + rows.count(b"</%b>" % name) for name in _PAIRS if b"<%b>" % name in rows)
    if tags != rows.count(b"<") or _OF_A_ROW.fullmatch(told) is None or _hides(told):
        return None
    if any(place_of(letters.decode()) >= widest for letters in set(cells)):
        return None
    return max(0, len(rows) - _MARKUP * len(cells)) + texts.longest * rows.count(_SHARED)
