"""Workbooks filled in as an agency would, and then as nobody should: made in the tests, never kept as files."""

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from gateway.collection.workbooks.template import FIRST_ROW, draw, new_workbook

__all__ = ["ARREARS", "arrears", "changed", "filled", "repacked", "without_part"]

ROWS_PART: Final = "xl/worksheets/sheet1.xml"

ARREARS: Final[Mapping[str, Any]] = {
    "subjectUnifiedSocialCreditCode": "91410199DEM0000145",
    "subjectName": "郑州示例一有限公司",
    "taxpayerNumber": "91410199DEM0000145",
    "taxType": "增值税",
    "arrearsPeriod": "2026-01",
    "arrearsBalance": 1234.5,
    "newArrears": 1234.5,
    "settlementStatus": "未清缴",
    "announcedOn": date(2026, 4, 20),
    "announcingAuthority": "国家税务总局郑州市税务局",
}
"""A good row of TaxArrears, as its template has it."""

Twist = Callable[[Workbook, Worksheet], None]


def arrears(count: int = 1, **over: Any) -> list[dict[str, Any]]:  # noqa: ANN401  # cells of any kind
    """Give good rows of TaxArrears, each of another period, with some cells as told."""
    return [{**ARREARS, "arrearsPeriod": str(_month(number)), **over} for number in range(count)]


def _month(number: int) -> str:
    return f"{2000 + number // 12:04d}-{number % 12 + 1:02d}"


def filled(
    record_type: str,
    rows: Iterable[Mapping[str, Any]],
    twist: Twist | None = None,
    further: Iterable[str] = (),
) -> bytes:
    """Give a template with rows filled in, *further* columns beside it, and whatever *twist* does to it."""
    into = io.BytesIO()
    with new_workbook(into) as workbook:
        drawn = draw(workbook, record_type)
        places = {column.name: place for place, column in enumerate(drawn.columns)}
        looks = {column.name: drawn.looks[column.written] for column in drawn.columns}
        for place, header in enumerate(further, len(places)):
            drawn.sheet.write_string(FIRST_ROW - 2, place, header)
            places[header] = place
        for number, row in enumerate(rows, FIRST_ROW - 1):
            for name, value in row.items():
                _write(drawn.sheet, (number, places[name]), value, looks.get(name))
        if twist is not None:
            twist(workbook, drawn.sheet)
    return into.getvalue()


def _write(sheet: Worksheet, place: tuple[int, int], value: Any, look: Any) -> None:  # noqa: ANN401  # a cell of any kind
    if isinstance(value, str):
        sheet.write_string(*place, value, look)
    elif isinstance(value, bool):
        sheet.write_boolean(*place, value, look)
    elif isinstance(value, date):
        sheet.write_datetime(*place, datetime.fromisoformat(value.isoformat()), look)
    elif isinstance(value, timedelta):
        sheet.write_number(*place, value.total_seconds() / 86_400, look)
    elif value is not None:
        sheet.write_number(*place, value, look)


def changed(
    content: bytes, change: Callable[[str, bytes], bytes | None], further: Mapping[str, bytes] | None = None
) -> bytes:
    """Give a workbook whose parts went through *change* (None takes one away), with *further* parts."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            part = change(name, read.read(name))
            if part is not None:
                written.writestr(name, part)
        for name, part in (further or {}).items():
            written.writestr(name, part)
    return into.getvalue()


def repacked(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Give a workbook with one part changed."""
    return changed(content, lambda name, body: change(body) if name == part else body)


def without_part(content: bytes, part: str) -> bytes:
    """Give a workbook without one of its parts."""
    return changed(content, lambda name, body: None if name == part else body)
