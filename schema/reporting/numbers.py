"""Sums and counts in a row: exact, plain, in yuan (Art. 11)."""

import re
from decimal import Decimal
from typing import Final

from schema.reporting.problems import RowCode
from schema.reporting.spelling import folded
from schema.reporting.texts import Reader, Unreadable, plain_text

__all__ = ["amount", "number"]

LARGEST: Final = Decimal(10) ** 15
_CENTS: Final = 2
"""Decimal places of a sum: always written; of what is no sum, as many as are needed."""
_DECIMAL: Final = re.compile(r"[+-]?\d{1,24}(?:\.\d{1,12})?", re.ASCII)
_INTEGER: Final = re.compile(r"\d{1,12}", re.ASCII)


def amount(*, unit: int = 1, signed: bool = False, places: int = 2) -> Reader:
    """Read an amount of *unit* yuan exactly, as a decimal string in yuan; without thousands' separators.

    >>> amount(unit=10_000)("1.234567"), amount()("0.5")
    ('12345.67', '0.50')
    """
    step = Decimal(1).scaleb(-places)
    most, cents = int(LARGEST) // unit, ".00" if places == _CENTS else ""

    def read(value: object) -> str | None:
        if type(value) is float and 0 < value < most and value.is_integer():  # as most cells of a workbook
            return f"{int(value) * unit}{cents}"
        found = _decimal(value)
        if found is None:
            return None
        if found < 0 and not signed:
            raise Unreadable(RowCode.NEGATIVE_AMOUNT, "an amount is not negative", "金额不得为负")
        exact = found * unit
        if abs(exact) >= LARGEST:
            raise Unreadable(RowCode.RANGE, "the amount is too large", "金额过大")
        rounded = exact.quantize(step)
        if rounded != exact:
            raise Unreadable(
                RowCode.FORMAT, f"at most {places} decimal places of it in yuan", f"以元计最多 {places} 位小数"
            )
        return str(rounded) if places <= _CENTS else format(rounded.normalize(), "f")

    return read


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool):
        raise Unreadable(RowCode.TYPE, "a number is needed, no yes or no", "须为数值, 不得为布尔值")
    if isinstance(value, float | int | Decimal):
        if isinstance(value, int) and abs(value) >= LARGEST:
            raise Unreadable(RowCode.RANGE, "the amount is too large", "金额过大")
        return _plain(str(value))
    found = plain_text(value)
    return None if found is None else _plain(folded(found))


def _plain(written: str) -> Decimal:
    if _DECIMAL.fullmatch(written) is None:
        raise Unreadable(
            RowCode.FORMAT,
            "a plain number is needed, like 1234.56: no separators, no unit",
            "须为普通数值, 如 1234.56: 不带千位分隔符和单位",
        )
    return Decimal(written)


def number(first: int = 0, last: int = 1_000_000_000) -> Reader:
    """Read a whole number between *first* and *last*."""

    def read(value: object) -> int | None:
        found = _whole(value)
        if found is not None and not first <= found <= last:
            raise Unreadable(RowCode.RANGE, f"a whole number from {first} to {last}", f"须为 {first} 至 {last} 的整数")
        return found

    return read


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        raise Unreadable(RowCode.TYPE, "a whole number is needed, no yes or no", "须为整数, 不得为布尔值")
    if isinstance(value, int):
        return value
    found = str(value) if isinstance(value, float | Decimal) else plain_text(value)
    if found is None:
        return None
    written = folded(found).removesuffix(".0")
    if _INTEGER.fullmatch(written) is None:
        raise Unreadable(RowCode.FORMAT, "a whole number is needed", "须为整数")
    return int(written)
