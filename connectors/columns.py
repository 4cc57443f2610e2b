"""How a column of an agency becomes a field of the catalogue: codes, units, dates and their many spellings of null.

Each function names a column and gives a `Column`: the column, and how its values are read. Values come out ready
for JSON: an enum as its name, a day as ISO 8601, money as a string in yuan. A value that cannot be read is a loss
with an error, never a plain null.
"""

import enum
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement

from schema.conditions import Comparison
from schema.days import ZONE

__all__ = [
    "Column",
    "Reader",
    "Unreadable",
    "code",
    "codes",
    "constant",
    "day",
    "digest",
    "flag",
    "instant",
    "listed",
    "month",
    "number",
    "person_key",
    "text",
    "yuan",
]

NULL_WORDS = frozenset({"", "—", "— —", "——", "-", "--", "/", "无", "NULL", "null", "N/A"})
"""What agencies write where they mean that there is no value."""

LONG_TERM = frozenset({"2099-12-31", "9999-12-31"})
"""The double-publicity standard writes a day in 2099 for 长期; the catalogue says null."""

_REMEMBERED = 20_000
_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?$")
_COMPACT_DAY = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:\d{6})?$")
_MONTH = re.compile(r"^(\d{4})[-/.年]?(\d{2})月?$")


class Unreadable(Exception):
    """A value that a column's reader cannot read."""


class Reader(dict[Any, Any]):
    """A reading that remembers: ``reader[raw]`` is the value; a raw value that cannot be read raises `Unreadable`."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        """Wrap *read*, which gets anything but None."""
        super().__init__({None: None})
        self._read = read

    def __missing__(self, raw: Any) -> Any:
        """Read a value seen for the first time, and remember it within bounds."""
        value = None if isinstance(raw, str) and raw.strip() in NULL_WORDS else self._read(raw)
        if len(self) >= _REMEMBERED:
            self.clear()
            self[None] = None
        self[raw] = value
        return value


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column of an agency and its reader; without a column, the same ``value`` for every record.

    ``needs_pseudonym`` says that the reader hashes under the gateway's key, which the connector brings.
    ``raw_values`` lists what the column may hold with its meaning, where that is a closed list: only then can
    a rule on values become part of the agency's own statement.
    """

    column: ColumnElement[Any] | None
    read: Callable[[Any], Any] | None = None
    value: Any = None
    as_text: bool = False
    needs_pseudonym: bool = False
    raw_values: Mapping[Any, Any] | None = None

    def admitted(self, comparison: Comparison) -> tuple[list[Any], bool]:
        """Give the raw values for which *comparison* does not hold, and whether a null is among them."""
        raw_values = self.raw_values or {}
        admitted = [raw for raw, value in raw_values.items() if not comparison.holds(value)]
        return admitted, not comparison.holds(None)


def _read_text(raw: Any) -> str:
    return raw.strip() if isinstance(raw, str) else str(raw)


def text(column: ColumnElement[Any]) -> Column:
    """Read plain text; the words for null are null."""
    return Column(column, _read_text)


def code(column: ColumnElement[Any], meanings: Mapping[Any, enum.Enum | str]) -> Column:
    """Read an agency's code by the table of its meanings; an unknown code is a loss."""
    return Column(column, _by_table(meanings), raw_values=_named(meanings))


def _named(meanings: Mapping[Any, enum.Enum | str]) -> dict[Any, str]:
    return {raw: meaning.name if isinstance(meaning, enum.Enum) else meaning for raw, meaning in meanings.items()}


def _by_table(meanings: Mapping[Any, enum.Enum | str]) -> Callable[[Any], str]:
    named = _named(meanings)

    def read(raw: Any) -> str:
        for spelling in (raw, str(raw).strip()):
            if spelling in named:
                return named[spelling]
        message = f"the code {raw!r} is not in the table"
        raise Unreadable(message)

    return read


def codes(column: ColumnElement[Any], meanings: Mapping[Any, enum.Enum | str], separator: str = ";") -> Column:
    """Read several codes of one column, in their order."""
    one = _by_table(meanings)

    def read(raw: Any) -> list[str]:
        return [one(part.strip()) for part in str(raw).split(separator) if part.strip()]

    return Column(column, read)


def listed(column: ColumnElement[Any], separator: str = ";") -> Column:
    """Read a list of texts kept in one column."""
    return Column(column, lambda raw: [part.strip() for part in str(raw).split(separator) if part.strip()])


def day(column: ColumnElement[Any]) -> Column:
    """Read a day however it is spelt; the day that stands for 长期 is null."""
    return Column(column, _read_day, as_text=True)


def _read_day(raw: Any) -> str | None:
    written = str(raw).strip()
    match = _COMPACT_DAY.match(written) or _DAY.match(written)
    if match is None:
        message = f"{raw!r} is no day"
        raise Unreadable(message)
    try:
        iso = date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError as error:
        raise Unreadable(str(error)) from error
    return None if iso in LONG_TERM else iso


def instant(column: ColumnElement[Any]) -> Column:
    """Read an instant in Chinese time, whose days the law counts; one without a zone is Chinese time already."""
    return Column(column, _read_instant, as_text=True)


def _read_instant(raw: Any) -> str:
    try:
        moment = datetime.fromisoformat(str(raw).strip())
    except ValueError as error:
        raise Unreadable(str(error)) from error
    local = moment.astimezone(ZONE) if moment.tzinfo else moment.replace(tzinfo=ZONE)
    return local.isoformat(timespec="seconds")


def month(column: ColumnElement[Any]) -> Column:
    """Read a month, given as YYYY-MM."""
    return Column(column, _read_month)


def _read_month(raw: Any) -> str:
    match = _MONTH.match(str(raw).strip())
    if match is None or not 1 <= int(match[2]) <= 12:  # noqa: PLR2004 (months of a year)
        message = f"{raw!r} is no month"
        raise Unreadable(message)
    return f"{match[1]}-{match[2]}"


def yuan(column: ColumnElement[Any], unit: int = 1) -> Column:
    """Read an amount of *unit* yuan (10000 for 万元), exactly; given as a string in yuan."""

    def read(raw: Any) -> str:
        try:
            amount = Decimal(str(raw).strip().replace(",", "")) * unit
        except InvalidOperation as error:
            message = f"{raw!r} is no amount"
            raise Unreadable(message) from error
        if not amount.is_finite():
            message = f"{raw!r} is no amount"
            raise Unreadable(message)
        cents = amount.quantize(Decimal("0.01"))
        return str(cents if cents == amount else amount.normalize())

    return Column(column, read, as_text=True)


def number(column: ColumnElement[Any]) -> Column:
    """Read a whole number."""

    def read(raw: Any) -> int:
        try:
            return int(str(raw).strip())
        except ValueError as error:
            raise Unreadable(str(error)) from error

    return Column(column, read)


def flag(
    column: ColumnElement[Any], yes: tuple[Any, ...] = ("1", "Y", "是"), no: tuple[Any, ...] = ("0", "N", "否")
) -> Column:
    """Read a yes or no; *yes* and *no* list the column's spellings."""
    meanings = {**dict.fromkeys(yes, True), **dict.fromkeys(no, False)}

    def read(raw: Any) -> bool:
        for spelling in (raw, str(raw).strip()):
            if spelling in meanings:
                return meanings[spelling]
        message = f"{raw!r} is neither yes nor no"
        raise Unreadable(message)

    return Column(column, read, raw_values=meanings)


def person_key(column: ColumnElement[Any]) -> Column:
    """Read an agency's own number of a person as an opaque key, so that no identity number is read for it."""
    return Column(column, _read_text, needs_pseudonym=True)


def digest(column: ColumnElement[Any]) -> Column:
    """Give the SHA-256 of a text, where the catalogue wants a text's digest as part of a key."""
    return Column(column, lambda raw: hashlib.sha256(str(raw).strip().encode()).hexdigest()[:32])


def constant(value: Any) -> Column:
    """Give the same value for every record of a table: an authority's name, its code."""
    return Column(None, value=value)
