"""A cell written as a workbook's XML: text as text, a number as a number, a day as a day (R12.8). Pure."""

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, NamedTuple
from xml.sax.saxutils import escape

__all__ = ["Spot", "blank", "written"]

_LONGEST: Final = 32_767
"""Characters of a cell, as spreadsheets have it."""
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")
_SPECIAL: Final = re.compile("[&<>_\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What a text must have for anything of it to be written otherwise: few have."""
_FIRST_DAY: Final = date(1899, 12, 30)
_A_DAY: Final = timedelta(days=1)


class Spot(NamedTuple):
    """Where a cell stands in its row, and the number of its style; ``marked`` shows it even when it is empty."""

    letters: str
    style: int
    marked: bool = False


def blank(spot: Spot, row: int, *, marks: bool) -> str:
    """Write an empty cell where it *marks* something, else nothing."""
    return f'<c r="{spot.letters}{row}" s="{spot.style}"/>' if marks else ""


def written(spot: Spot, row: int, value: object) -> str:
    """Write a cell with a value.

    >>> written(Spot("B", 4), 3, "=1+1")
    '<c r="B3" s="4" t="inlineStr"><is><t xml:space="preserve">=1+1</t></is></c>'
    >>> written(Spot("B", 4), 3, date(2026, 3, 1))
    '<c r="B3" s="4"><v>46082</v></c>'
    """
    start = f'<c r="{spot.letters}{row}" s="{spot.style}"'
    if isinstance(value, bool):
        return f'{start} t="b"><v>{int(value)}</v></c>'
    number = None if isinstance(value, str) else _number(value)
    if number is not None:
        return f"{start}><v>{number}</v></c>"
    text = str(value)[:_LONGEST]
    if _SPECIAL.search(text) is not None:
        text = escape(_FORBIDDEN.sub(_escaped, text))
    return f'{start} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _number(value: object) -> str | None:
    """Give the number that stands for a value, or None where it is a text."""
    if isinstance(value, int | float | Decimal):
        return repr(value) if isinstance(value, int) or math.isfinite(value) else None
    if isinstance(value, timedelta):
        return repr(value / _A_DAY)
    days = (value - _FIRST_DAY).days if isinstance(value, date) and not isinstance(value, datetime) else None
    if isinstance(value, datetime):
        days = (value.date() - _FIRST_DAY).days
    hours = value.time() if isinstance(value, datetime) else value
    if isinstance(hours, time):
        return repr((days or 0) + _since_midnight(hours) / _A_DAY)
    return None if days is None else str(days)


def _since_midnight(hours: time) -> timedelta:
    return timedelta(hours=hours.hour, minutes=hours.minute, seconds=hours.second, microseconds=hours.microsecond)


def _escaped(match: re.Match[str]) -> str:
    """Write what XML cannot hold as workbooks do; the mark of such writing, where it was meant itself, likewise."""
    return f"_x{ord(match[0]):04X}_"
