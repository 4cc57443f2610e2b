"""The workbook that goes back: as it was sent, with the bad cells marked and a column of reasons (R11.1).

It has the form of the template, so that the agency mends the marked cells and sends it again; the reasons are never
read. XlsxWriter draws the frame, with its formats and comments; the rows are put into it as they come, one after the
other, so that fifty thousand of them take no more memory than one. Nothing touches a disk.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from xlsxwriter.format import Format

from gateway.collection.workbooks.cells import Spot, blank, written
from gateway.collection.workbooks.columns import REASONS, Column, Written, columns_of
from gateway.collection.workbooks.places import letters_of
from gateway.collection.workbooks.reading import Cell, OpenedWorkbook
from gateway.collection.workbooks.template import (
    HEADERS,
    Drawn,
    draw,
    looks_of,
    new_workbook,
)
from schema.reporting import RowProblem, field_named

__all__ = ["Problems", "mark", "marked"]

Problems = Mapping[int, Sequence[RowProblem]]
"""What is wrong, by the number of the row."""
Progress = Callable[[int], None]
"""Is told how many rows are written."""

_ROWS_PART: Final = "xl/worksheets/sheet1.xml"
_END_OF_ROWS: Final = b"</sheetData>"
_DIMENSION: Final = re.compile(rb'<dimension ref="[^"]*"/>')
_MOST_COMMENTS: Final = 2_000
"""Cells that get a comment; all others have their reason in the last column alone."""
_STEP: Final = 1_000
_LEVEL: Final = 2
_WRONG: Final = {"bg_color": "#FFC7CE", "border": 1, "border_color": "#C00000"}
_ODD: Final = {"bg_color": "#FFEB9C"}
_REASONS_WIDTH: Final = 60


def marked(opened: OpenedWorkbook, problems: Problems, progress: Progress | None = None) -> bytes:
    """Give the marked workbook as a file; see `mark`."""
    into = io.BytesIO()
    mark(opened, problems, into, progress)
    return into.getvalue()


def mark(opened: OpenedWorkbook, problems: Problems, into: BinaryIO, progress: Progress | None = None) -> None:
    """Write the marked workbook into a file.

    A cell that is wrong has a red ground and a comment, one that is only odd a yellow ground; the last column says for
    each row every problem, with its code, in Chinese. Rows keep their numbers.
    """
    columns = _columns(opened)
    places = {name: place for place, column in enumerate(columns) if (name := _field(opened, column)) is not None}
    frame = io.BytesIO()
    with new_workbook(frame) as workbook:
        drawn = draw(workbook, opened.definition.name, columns)
        wrong, odd = looks_of(workbook, _WRONG), looks_of(workbook, _ODD)
        reason = workbook.add_format({"text_wrap": True, "valign": "top", "font_color": "#C00000"})
        _use(drawn, [*wrong.values(), *odd.values(), *drawn.looks.values(), reason])
        drawn.sheet.set_column(len(columns), len(columns), _REASONS_WIDTH)
        drawn.sheet.write_string(HEADERS - 1, len(columns), REASONS, workbook.add_format({"bold": True, "border": 1}))
        _comment(drawn, problems, places)
    styles = _Styles(_numbers(drawn.looks), _numbers(wrong), _numbers(odd), _number(reason))
    _fill(frame, into, _Rows(opened, columns, places, problems, styles), progress)


def _columns(opened: OpenedWorkbook) -> tuple[Column, ...]:
    """Give the columns that the file had, in its order; one by another name and unit stays what it was."""
    known = {column.name: column for column in columns_of(opened.definition.name)}
    return tuple(known.get(name) or Column(name, name, Written.AMOUNT) for name in opened.names if name is not None)


def _field(opened: OpenedWorkbook, column: Column) -> str | None:
    named = field_named(opened.definition, column.name)
    return None if named is None else named.name


def _use(drawn: Drawn, formats: Sequence[Format]) -> None:
    """Use each format once where nobody looks: those that are never used are not in the file."""
    for place, each in enumerate(formats, len(drawn.columns) + 1):
        drawn.beside.write_blank(0, place, None, each)


def _numbers(formats: Mapping[Written, Format]) -> Mapping[Written, int]:
    return {written: _number(each) for written, each in formats.items()}


def _number(look: Format) -> int:
    """Give the number that a format has in the file, once the file is made."""
    return int(str(look.xf_index))


def _comment(drawn: Drawn, problems: Problems, places: Mapping[str, int]) -> None:
    """Put comments to the first cells that are wrong."""
    left = _MOST_COMMENTS
    for number in sorted(problems):
        told: dict[int, list[str]] = {}
        for each in problems[number]:
            place = places.get(each.column or "")
            if place is not None:
                told.setdefault(place, []).append(_said(each))
        for place, texts in told.items():
            drawn.sheet.write_comment(number - 1, place, "\n".join(texts), {"author": "信用", "x_scale": 2})
        left -= len(told)
        if left <= 0:
            return


def _said(problem: RowProblem) -> str:
    return f"{problem.message.chinese} ({problem.code})"


@dataclass(frozen=True, slots=True)
class _Styles:
    """The numbers of the styles in the file: of cells that are right, wrong and odd, and of reasons."""

    right: Mapping[Written, int]
    wrong: Mapping[Written, int]
    odd: Mapping[Written, int]
    reason: int


class _Rows:
    """The rows as XML, each with its marks."""

    def __init__(
        self,
        opened: OpenedWorkbook,
        columns: tuple[Column, ...],
        places: Mapping[str, int],
        problems: Problems,
        styles: _Styles,
    ) -> None:
        self._opened = opened
        self._columns = columns
        self._places = places
        self._problems = problems
        self._styles = styles
        sources = [place for place, name in enumerate(opened.names) if name is not None]
        self._spots = [
            (source, Spot(letters_of(place), styles.right[column.written]))
            for place, (source, column) in enumerate(zip(sources, columns, strict=True))
        ]
        self._reasons = Spot(letters_of(len(columns)), styles.reason)

    @property
    def dimension(self) -> bytes:
        """How far the sheet reaches."""
        return f'<dimension ref="A1:{self._reasons.letters}{self._opened.last_row}"/>'.encode()

    def __iter__(self) -> Iterator[str]:
        for number, cells in self._opened.cells():
            yield self._row(number, cells)

    def _row(self, number: int, cells: list[Cell]) -> str:
        problems = self._problems.get(number)
        spots = self._spots if problems is None else self._marked(problems)
        inside = [
            written(spot, number, cells[source]) if cells[source] != "" else blank(spot, number, marks=spot.marked)
            for source, spot in spots
        ]
        if problems is not None:
            inside.append(written(self._reasons, number, "\n".join(self._reason(each) for each in problems)))
        return f'<row r="{number}">{"".join(inside)}</row>'

    def _marked(self, problems: Sequence[RowProblem]) -> list[tuple[int, Spot]]:
        spots = list(self._spots)
        for each in sorted(problems, key=lambda problem: not problem.warning):
            place = self._places.get(each.column or "")
            if place is not None:
                looks = self._styles.odd if each.warning else self._styles.wrong
                source, spot = spots[place]
                spots[place] = (source, Spot(spot.letters, looks[self._columns[place].written], marked=True))
        return spots

    def _reason(self, problem: RowProblem) -> str:
        place = self._places.get(problem.column or "")
        column = f"{self._columns[place].header}: " if place is not None else ""
        return f"{column}{_said(problem)}"


def _fill(frame: io.BytesIO, into: BinaryIO, rows: _Rows, progress: Progress | None) -> None:
    """Copy the frame, and put the rows into its sheet on the way."""
    with (
        zipfile.ZipFile(frame) as read,
        zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as out,
    ):
        for name in read.namelist():
            part = read.read(name)
            if name != _ROWS_PART:
                out.writestr(name, part)
                continue
            before, _, after = _DIMENSION.sub(rows.dimension, part, count=1).partition(_END_OF_ROWS)
            with out.open(name, "w", force_zip64=True) as sheet:
                sheet.write(before)
                _write_rows(sheet.write, rows, progress)
                sheet.write(_END_OF_ROWS + after)


def _write_rows(write: Callable[[bytes], int], rows: _Rows, progress: Progress | None) -> None:
    batch: list[str] = []
    count = 0
    for count, row in enumerate(rows, 1):
        batch.append(row)
        if len(batch) == _STEP:
            write("".join(batch).encode())
            batch.clear()
            if progress is not None:
                progress(count)
    write("".join(batch).encode())
    if progress is not None:
        progress(count)
