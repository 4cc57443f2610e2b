"""A workbook read: what it is looked through for first, then its rows, one after the other (R11.1, R12.7, R12.8).

Calamine reads the cells, outside of Python and without its lock; what it could be led astray by was refused before
(`archive`, `sheet`). A row carries its own number of the sheet, so that whoever sent it finds it again.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeAlias

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from gateway.collection.workbooks.archive import Bounds, open_archive
from gateway.collection.workbooks.book import rows_part
from gateway.collection.workbooks.columns import REASONS, columns_of, template_version
from gateway.collection.workbooks.errors import (
    MissingColumns,
    NoRows,
    NoTemplate,
    TemplateOutdated,
    UnfitLayout,
    WorkbookDamaged,
    too_many_rows,
    unfit_columns,
)
from gateway.collection.workbooks.sheet import inspect
from gateway.collection.workbooks.template import FIRST_ROW, HEADERS, SHEETS, TITLE
from schema.catalogue import RECORDS
from schema.definition import RecordDefinition
from schema.reporting import Row, check_columns, field_named

__all__ = ["Cell", "OpenedWorkbook", "open_workbook"]

Cell: TypeAlias = Any
"""What calamine gives for a cell: text, number, truth, day, instant; an empty text for nothing."""
_NO_COLUMN: Final = ("", REASONS)
_MOST_COLUMNS: Final = max(len(columns_of(each)) for each in RECORDS)
"""Columns of the widest template."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenedWorkbook:
    """A workbook whose form is in order: its record type, and its rows, to be gone through any number of times.

    ``names`` are the catalogue's names of the columns by their place; None for the column of reasons, and for what has
    neither name nor cell. ``last_row`` is the number of the last row with a cell in it.
    """

    definition: RecordDefinition
    names: tuple[str | None, ...]
    last_row: int
    _sheet: CalamineSheet

    def cells(self) -> Iterator[tuple[int, list[Cell]]]:
        """Give each row of data as it stands, with its number; empty rows too."""
        return enumerate(islice(self._sheet.iter_rows(), FIRST_ROW - 1, None), FIRST_ROW)

    def rows(self) -> Iterator[Row]:
        """Give each row that says something."""
        places = [(place, name) for place, name in enumerate(self.names) if name is not None]
        for number, cells in self.cells():
            values = {name: cells[place] for place, name in places if cells[place] != ""}
            if values:
                yield Row(number, values)


def open_workbook(content: bytes, bounds: Bounds | None = None) -> OpenedWorkbook:
    """Look a file through, and open it if it is a filled-in template of the present catalogue.

    This takes the processor for up to some seconds: call it in a thread.

    Raises:
        WorkbookRefused: of the kind that says why; nothing of it is kept.

    """
    limits = bounds or Bounds()
    archive = open_archive(content, limits)
    part = rows_part(archive)
    inspect(archive, part, _MOST_COLUMNS, limits)
    sheet = _sheet(content)
    start, end = sheet.start, sheet.end
    if start != (0, 0) or end is None:
        raise NoTemplate
    first, second = _first_rows(sheet)
    definition = _definition(first)
    names = _names(definition, second)
    if end[0] < FIRST_ROW - 1:
        raise NoRows
    if end[0] >= limits.rows + FIRST_ROW - 1:
        raise too_many_rows(limits.rows)
    opened = OpenedWorkbook(definition, names, end[0] + 1, sheet)
    _refuse_nameless(opened, second)
    if next(opened.rows(), None) is None:
        raise NoRows
    return opened


def _sheet(content: bytes) -> CalamineSheet:
    """Let calamine read the sheet of rows; whatever it stumbles over is the file's fault."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return book.get_sheet_by_name(SHEETS[0])
    except (CalamineError, OSError, ValueError) as broken:
        raise WorkbookDamaged from broken
    except BaseException as panicked:
        # What Rust calls a panic reaches Python beside Exception, under a name that cannot be imported.
        if type(panicked).__name__ == "PanicException":
            raise WorkbookDamaged from panicked
        raise


def _first_rows(sheet: CalamineSheet) -> tuple[list[Cell], list[Cell]]:
    rows = sheet.iter_rows()
    first = next(rows, [])
    return first, next(rows, []) if HEADERS > 1 else []


def _definition(legend: Sequence[Cell]) -> RecordDefinition:
    """Read in the first row which template it is."""
    title, record_type, version = (str(cell) for cell in [*legend, "", "", ""][:3])
    definition = RECORDS.get(record_type.strip())
    if title.strip() != TITLE or definition is None:
        raise NoTemplate
    current = template_version(definition.name)
    if version.strip() != current:
        raise TemplateOutdated(definition.name, current)
    return definition


def _names(definition: RecordDefinition, headers: Sequence[Cell]) -> tuple[str | None, ...]:
    """Read the names of the columns, and refuse what the catalogue does not have: all of it at once."""
    written = [str(header).strip().lstrip("*＊").strip() for header in headers]
    problems = check_columns(definition, [each for each in written if each not in _NO_COLUMN], row=HEADERS)
    if problems:
        raise unfit_columns(problems, definition.name)
    names: list[str | None] = []
    taken: set[str] = set()
    for each in written:
        column = None if each in _NO_COLUMN else field_named(definition, each)
        plain = column is not None and column.unit == 1 and column.name not in taken
        names.append(None if column is None else column.name if plain else each)
        taken.add(column.name if column is not None else "")
    missing = [each.header for each in columns_of(definition.name) if each.required and each.name not in taken]
    if missing:
        raise MissingColumns(missing)
    return tuple(names)


def _refuse_nameless(opened: OpenedWorkbook, headers: Sequence[Cell]) -> None:
    """Refuse cells below no name: they are of no column of the catalogue."""
    nameless = [place for place, header in enumerate(headers) if str(header).strip() == ""]
    if not nameless:
        return
    for number, cells in opened.cells():
        if any(cells[place] != "" for place in nameless):
            raise UnfitLayout([f"cells in row {number} below no column's name"], [f"第 {number} 行有列名为空的单元格"])
