"""Collects rows of all agencies' tables and hands them on in large portions."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from connectors.demonstration.writing import Row, Writer

__all__ = ["Ledger", "compact"]

_PORTION = 5_000
_NOON = time(12, 0)


def compact(day: date | None) -> str | None:
    """Spell a day in eight digits.

    >>> compact(date(2026, 11, 3))
    '20261103'
    """
    return None if day is None else f"{day.year:04d}{day.month:02d}{day.day:02d}"


class Ledger:
    """Rows on their way to the agencies' databases; a table with a serial number gets it here."""

    def __init__(self, as_of: date, writers: Mapping[sa.MetaData, Writer]) -> None:
        """Take the day at which the city stands still, and where each agency's tables are written."""
        self.as_of = as_of
        self._writers = writers
        self._columns = {table: tuple(table.columns.keys()) for metadata in writers for table in metadata.sorted_tables}
        self._serial = {table: _is_serial(table) for table in self._columns}
        self._counts: dict[sa.Table, int] = dict.fromkeys(self._columns, 0)
        self._waiting: dict[sa.Table, list[Row]] = {table: [] for table in self._columns}
        self._last: dict[sa.Table, Row] = {}

    @property
    def written(self) -> int:
        """How many rows there are."""
        return sum(self._counts.values())

    def ago(self, days: int) -> date:
        """Give the day so many days before the city's; a negative number is a day to come."""
        return self.as_of - timedelta(days=days)

    def reported(self, day: date, later: int = 3) -> datetime:
        """Give the moment at which something of *day* was reported, not after the city's own day."""
        return datetime.combine(min(day + timedelta(days=later), self.as_of), _NOON)

    def add(self, table: sa.Table, **values: Any) -> int:  # noqa: ANN401 (a database's values)
        """Add a row; values not named are null. Gives its serial number."""
        self._counts[table] = number = self._counts[table] + 1
        row = tuple(map(values.get, self._columns[table]))
        self._put(table, (number, *row[1:]) if self._serial[table] else row)
        return number

    def again(self, table: sa.Table) -> None:
        """Add the last row once more under a new number, as real agencies do by mistake."""
        self._counts[table] = number = self._counts[table] + 1
        self._put(table, (number, *self._last[table][1:]))

    def spoil(self, table: sa.Table, column: str, written: str) -> None:
        """Write something unreadable into a column of the last row, if that is still here."""
        waiting = self._waiting[table]
        if waiting:
            place = self._columns[table].index(column)
            waiting[-1] = (*waiting[-1][:place], written, *waiting[-1][place + 1 :])

    def _put(self, table: sa.Table, row: Row) -> None:
        self._last[table] = row
        waiting = self._waiting[table]
        waiting.append(row)
        if len(waiting) >= _PORTION:
            self._writers[table.metadata].write(table, waiting)
            self._waiting[table] = []

    def flush(self) -> None:
        """Hand on what is left."""
        for table, waiting in self._waiting.items():
            if waiting:
                self._writers[table.metadata].write(table, waiting)
                self._waiting[table] = []


def _is_serial(table: sa.Table) -> bool:
    first = next(iter(table.columns))
    return bool(first.primary_key) and isinstance(first.type, sa.BigInteger)
