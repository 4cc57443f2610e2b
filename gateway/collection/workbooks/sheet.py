"""What a sheet has that its values do not tell: formulas, merged and hidden cells, how far it reaches (R12.7).

The reader of workbooks gives values alone, and lays out a cell for every place up to the last one; so before it is let
at a sheet, the sheet's XML is looked through. Sheets as spreadsheet programs write them, without any of these, are told
by a few searches for bytes. Any doubt sends the sheet to the walk, which looks at every tag.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from gateway.collection.workbooks.archive import Archive, Bounds
from gateway.collection.workbooks.errors import TooManyRows, UnfitLayout, WorkbookDamaged, WorkbookTooLarge
from gateway.collection.workbooks.markup import walk, windows
from gateway.collection.workbooks.template import FIRST_ROW
from gateway.errors import Text

__all__ = ["inspect"]

_SHARED: Final = "xl/sharedStrings.xml"
_TEXT_BYTES: Final = 128 * 2**20
"""Bytes of all texts of a sheet, each counted as often as a cell has it."""
_BESIDE: Final = 10
"""Columns beyond the template's that are laid out before a sheet is refused for them by name."""

_ODD: Final = (
    *(b"<!", b"='", b" =", b"= "),  # comments, document types, other ways to write an attribute
    *(b":c", b":row", b":f", b":v"),  # tags with a prefix
    *(b"<c>", b"<c/", b"<c\t", b"<c\n", b"<c\r", b"<row>", b"<row/", b"<row\t", b"<row\n"),  # without a place
    *(b"<f>", b"<f ", b"<f/", b"<f\t", b"<f\n", b"<f\r", b"mergeCell", b"zeroHeight", b't="e"'),
)
"""What a plain sheet has not; a text may have some of them too, and then the walk decides."""
_CELL: Final = re.compile(rb'<c r="([A-Z]{1,3})[0-9]{1,5}"')
_ROW: Final = re.compile(rb'<row r="[0-9]{1,5}"')
_HIDDEN: Final = re.compile(rb'hidden="(?:0|false)"')
_SIZE_NOUGHT: Final = re.compile(rb' (?:ht|width)="0(?:\.0*)?"')
_INDEX: Final = re.compile(rb't="s"[^>]*><v>([0-9]{1,9})</v>')


def inspect(archive: Archive, part: str, columns: int, bounds: Bounds) -> None:
    """Look through the sheet of rows; *columns* is how many its template has.

    Raises:
        UnfitLayout: naming merged and hidden cells and formulas.
        TooManyRows: more rows than one file may have.
        WorkbookTooLarge: more cells, or more text, than such a sheet has.
        WorkbookDamaged: it is no such XML.

    """
    widest = columns + _BESIDE
    texts = _Texts.of(archive)
    seen = _plain(archive.pieces(part), widest, texts)
    if seen is None:
        walked = _Walk(widest, bounds, texts)
        walk(archive.pieces(part), walked.started, walked.text)
        walked.conclude()
        seen = walked.text_bytes
    if seen > _TEXT_BYTES:
        raise WorkbookTooLarge(Text("its cells repeat too much text", "单元格中的文本总量过大"))


class _Texts:
    """The table of texts that cells share: how long each is, in bytes of its XML."""

    def __init__(self, lengths: "array[int]") -> None:
        self.lengths = lengths
        self.longest = max(lengths, default=0)

    @classmethod
    def of(cls, archive: Archive) -> "_Texts":
        """Measure the texts, a window at a time."""
        lengths = array("L")
        open_length = 0
        if _SHARED in archive:
            for window in windows(archive.pieces(_SHARED)):
                if b"<!" in window and (b"<!DOCTYPE" in window or b"<!ENTITY" in window):
                    raise WorkbookDamaged(Text("it declares a document type", "XML 含有文档类型声明(DOCTYPE)"))
                *ended, rest = window.split(b"</si>")
                for each in ended:
                    lengths.append(open_length + len(each))
                    open_length = 0
                open_length += len(rest)
        return cls(lengths)

    def total(self, indexes: Iterable[bytes]) -> int:
        """Give the bytes of the texts that cells have."""
        lengths, count = self.lengths, len(self.lengths)
        try:
            return sum(lengths[int(each)] for each in indexes)
        except IndexError:
            raise WorkbookDamaged(
                Text(f"a cell has a text beyond the {count} there are", "单元格引用了不存在的文本")
            ) from None


def _plain(pieces: Iterator[bytes], widest: int, texts: _Texts) -> int | None:
    """Give the bytes of text of a sheet without anything odd; None where that must be looked at tag by tag."""
    total = 0
    for number, window in enumerate(windows(pieces)):
        looked = window if number else window.partition(b"?>")[2] or window
        if any(mark in looked for mark in _ODD):
            return None
        if looked.count(b"hidden") != len(_HIDDEN.findall(looked)) or _SIZE_NOUGHT.search(looked):
            return None
        found = _CELL.findall(looked)
        if len(found) != looked.count(b"<c ") or len(_ROW.findall(looked)) != looked.count(b"<row"):
            return None
        if any(_place(letters) >= widest for letters in set(found)):
            return None
        total += max(0, len(looked) - _MARKUP * len(found))
        shared = looked.count(b't="s"')
        if shared:
            indexes = _INDEX.findall(looked)
            if len(indexes) != shared:
                return None
            total += texts.total(indexes) if texts.longest * shared > _PIECE_OF_TEXT else texts.longest * shared
    return total


_MARKUP: Final = 24
"""Bytes of a cell that are not its text, at least."""
_PIECE_OF_TEXT: Final = 2**20
"""Bytes of shared texts in one window, at most, from which on they are counted one by one."""


def _place(letters: bytes) -> int:
    """Give a column's place, counted from 0, by its letters."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1


class _Found(NamedTuple):
    """A kind of what must not be, and where it is."""

    english: str
    chinese: str


_FORMULAS: Final = _Found("formulas at {}", "公式: {}")
_ERRORS: Final = _Found("error values at {}", "错误值: {}")
_MERGED: Final = _Found("merged cells at {}", "合并单元格: {}")
_HIDDEN_ROWS: Final = _Found("hidden rows {}", "隐藏行: {}")
_HIDDEN_COLUMNS: Final = _Found("hidden columns {}", "隐藏列: {}")
_SHOWN: Final = 10
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_NUMBER: Final = re.compile(r"[0-9]{1,7}")
_RANGE: Final = re.compile(r"[A-Z]{1,3}[0-9]{1,7}(?::[A-Z]{1,3}[0-9]{1,7})?")
_TAGS_OF_A_CELL: Final = 8


@dataclass(slots=True)
class _Walk:
    """Looks at every tag of a sheet, and remembers what must not be."""

    widest: int
    bounds: Bounds
    texts: _Texts
    text_bytes: int = 0
    _found: dict[_Found, list[str]] = field(default_factory=dict)
    _counts: dict[_Found, int] = field(default_factory=dict)
    _row: int = 0
    _column: int = -1
    _shared: bool = False
    _index: str = ""
    _tags: int = 0

    def started(self, tag: str, attributes: dict[str, str], _: int) -> None:
        """Look at one tag."""
        self._tags += 1
        if self._tags > self.bounds.rows * self.widest * _TAGS_OF_A_CELL:
            raise WorkbookTooLarge(Text("more cells than its rows can have", "单元格数量过多"))
        looks = _LOOKS.get(tag)
        if looks is not None:
            looks(self, attributes)

    def text(self, text: str) -> None:
        """Count a text."""
        self.text_bytes += 4 * len(text)
        if self._shared and len(self._index) < 10:  # noqa: PLR2004  # digits of an index
            self._index += text

    def row(self, attributes: dict[str, str]) -> None:
        """Look at a row: where it is, and whether it is seen."""
        self._settle()
        self._row = self._number(attributes.get("r"), self._row + 1)
        self._column = -1
        if _is_on(attributes.get("hidden")) or _is_nought(attributes.get("ht")):
            self._note(_HIDDEN_ROWS, str(self._row))

    def cell(self, attributes: dict[str, str]) -> None:
        """Look at a cell: where it is, wherever its row says that it is."""
        self._settle()
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                raise WorkbookDamaged(Text("a cell lies nowhere", "单元格位置无效"))
            self._row, self._column = int(match[2]), _place(match[1].encode())
        if self._column >= self.widest:
            raise WorkbookTooLarge(Text("cells far beside the template's columns", "模板各列以外的远处有单元格"))
        if self._row >= self.bounds.rows + FIRST_ROW:
            raise TooManyRows(self.bounds.rows)
        self._shared = attributes.get("t") == "s"
        if attributes.get("t") == "e":
            self._note(_ERRORS, f"{_letters(self._column)}{self._row}")

    def formula(self, _: dict[str, str]) -> None:
        """Note a formula; those of lists to choose from stand in no cell."""
        if self._column >= 0:
            self._note(_FORMULAS, f"{_letters(self._column)}{self._row}")

    def merged(self, attributes: dict[str, str]) -> None:
        """Note merged cells."""
        named = attributes.get("ref", "")
        self._note(_MERGED, named if _RANGE.fullmatch(named) else "?")

    def column(self, attributes: dict[str, str]) -> None:
        """Look at how columns are shown; what lies beyond the template's does not matter."""
        first = self._number(attributes.get("min"), 1)
        if first <= self.widest - _BESIDE and (_is_on(attributes.get("hidden")) or _is_nought(attributes.get("width"))):
            self._note(_HIDDEN_COLUMNS, _letters(first - 1))

    def defaults(self, attributes: dict[str, str]) -> None:
        """Look at whether rows are hidden unless they say otherwise."""
        if _is_on(attributes.get("zeroHeight")):
            self._note(_HIDDEN_ROWS, "*")

    def end_of_rows(self, _: dict[str, str]) -> None:
        """Leave the cells: what comes now is beside them."""
        self._settle()
        self._column = -1

    def conclude(self) -> None:
        """Refuse what was found, all at once."""
        self._settle()
        if self._found:
            raise UnfitLayout(
                [kind.english.format(self._places(kind, " and {} more")) for kind in self._found],
                [kind.chinese.format(self._places(kind, " 等共 {} 处")) for kind in self._found],
            )

    def _settle(self) -> None:
        """Count the shared text of the cell before."""
        if self._shared:
            if _NUMBER.fullmatch(self._index) is not None:
                self.text_bytes += self.texts.total([self._index.encode()])
            self._shared, self._index = False, ""
        if self.text_bytes > _TEXT_BYTES:
            raise WorkbookTooLarge(Text("its cells repeat too much text", "单元格中的文本总量过大"))

    def _note(self, kind: _Found, place: str) -> None:
        places = self._found.setdefault(kind, [])
        if len(places) < _SHOWN:
            places.append(place)
        self._counts[kind] = self._counts.get(kind, 0) + 1

    def _places(self, kind: _Found, more: str) -> str:
        places, count = self._found[kind], self._counts[kind]
        left = count - len(places)
        number = left if "more" in more else count
        return ", ".join(places) + (more.format(number) if left else "")

    @staticmethod
    def _number(text: str | None, otherwise: int) -> int:
        if text is None:
            return otherwise
        if _NUMBER.fullmatch(text) is None:
            raise WorkbookDamaged(Text("a row or column without a number", "行号或列号无效"))
        return int(text)


_LOOKS: Final = {
    "row": _Walk.row,
    "c": _Walk.cell,
    "f": _Walk.formula,
    "mergeCell": _Walk.merged,
    "col": _Walk.column,
    "sheetFormatPr": _Walk.defaults,
    **dict.fromkeys(("conditionalFormatting", "dataValidations", "extLst", "mergeCells"), _Walk.end_of_rows),
}


def _is_on(text: str | None) -> bool:
    return text is not None and text.strip() not in {"", "0", "false"}


def _is_nought(text: str | None) -> bool:
    try:
        return text is not None and float(text) == 0
    except ValueError:
        return False


def _letters(place: int) -> str:
    letters, rest = "", place + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
