"""A sheet of rows gone through tag by tag: every formula, every merged or hidden cell is named by its place (R12.7)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from gateway.collection.workbooks.archive import Bounds
from gateway.collection.workbooks.errors import UnfitLayout, WorkbookDamaged, WorkbookTooLarge, too_many_rows
from gateway.collection.workbooks.markup import walk
from gateway.collection.workbooks.places import letters_of, place_of
from gateway.collection.workbooks.shared_texts import SharedTexts, refuse_too_much
from gateway.collection.workbooks.template import FIRST_ROW
from gateway.errors import Text

__all__ = ["walk_sheet"]


def walk_sheet(pieces: Iterator[bytes], columns: int, widest: int, bounds: Bounds, texts: SharedTexts) -> None:
    """Go through a sheet; *columns* are the template's, and cells beyond *widest* are refused.

    Raises:
        UnfitLayout: naming formulas, error values, merged and hidden cells, all at once.
        TooManyRows: more rows than one file may have.
        WorkbookTooLarge: more cells, or more text, than such a sheet has.
        WorkbookDamaged: it is no such XML.

    """
    going = _Walk(columns, widest, bounds, texts)
    walk(pieces, going.started, going.text)
    going.conclude()


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
_TAGS_OF_A_CELL: Final = 4


@dataclass(slots=True)
class _Walk:
    """Looks at every tag of a sheet, and remembers what must not be."""

    columns: int
    widest: int
    bounds: Bounds
    texts: SharedTexts
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
            self._row, self._column = int(match[2]), place_of(match[1])
        if self._column >= self.widest:
            raise WorkbookTooLarge(Text("cells far beside the template's columns", "模板各列以外的远处有单元格"))
        if self._row >= self.bounds.rows + FIRST_ROW:
            raise too_many_rows(self.bounds.rows)
        self._shared = attributes.get("t") == "s"
        if attributes.get("t") == "e":
            self._note(_ERRORS, f"{letters_of(self._column)}{self._row}")

    def formula(self, _: dict[str, str]) -> None:
        """Note a formula; those of lists to choose from stand in no cell."""
        if self._column >= 0:
            self._note(_FORMULAS, f"{letters_of(self._column)}{self._row}")

    def merged(self, attributes: dict[str, str]) -> None:
        """Note merged cells."""
        named = attributes.get("ref", "")
        self._note(_MERGED, named if _RANGE.fullmatch(named) else "?")

    def column(self, attributes: dict[str, str]) -> None:
        """Look at how columns are shown; what lies beyond the template's does not matter."""
        first = self._number(attributes.get("min"), 1)
        if first <= self.columns and (_is_on(attributes.get("hidden")) or _is_nought(attributes.get("width"))):
            self._note(_HIDDEN_COLUMNS, letters_of(first - 1))

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
        refuse_too_much(self.text_bytes)

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
