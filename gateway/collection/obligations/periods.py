"""Periods of collection: days, months, quarters, half-years and years, by their names (Art. 12(2)). Pure."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from schema.definition import Cycle

__all__ = ["Period", "daily", "period_of", "read_period"]

_MONTHS: Final = {Cycle.MONTHLY: 1, Cycle.QUARTERLY: 3, Cycle.HALF_YEARLY: 6, Cycle.YEARLY: 12}
_NAMED: Final = re.compile(r"(\d{4})(?:-(?:(\d\d)(?:-(\d\d))?|Q([1-4])|H([12])))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A period by its first and last day, and its name."""

    first: date
    last: date
    name: str

    @property
    def next_day(self) -> date:
        """The first day of the period behind it."""
        return self.last + timedelta(days=1)


def daily(day: date) -> Period:
    """Give a day as a period (R12.2).

    >>> daily(date(2026, 11, 26)).name
    '2026-11-26'
    """
    return Period(day, day, day.isoformat())


def period_of(cycle: Cycle, day: date) -> Period:
    """Give the period of a cycle in which a day lies (R12.3).

    >>> [period_of(each, date(2026, 11, 26)).name for each in Cycle]
    ['2026-11', '2026-Q4', '2026-H2', '2026']
    """
    months = _MONTHS[cycle]
    n = (day.month - 1) // months
    first = date(day.year, n * months + 1, 1)
    month = (n + 1) * months
    last = date(day.year, month, calendar.monthrange(day.year, month)[1])
    return Period(first, last, _name(cycle, day.year, n + 1))


def read_period(name: str) -> Period | None:
    """Read a period's name; None where it is none.

    >>> read_period("2026-Q1").last.isoformat(), read_period("2026-13")
    ('2026-03-31', None)
    """
    found = _NAMED.fullmatch(name)
    if found is None:
        return None
    year, month, day, quarter, half = (None if each is None else int(each) for each in found.groups())
    try:
        if day is not None:
            return daily(date.fromisoformat(name))
        if month is not None:
            return period_of(Cycle.MONTHLY, date(year or 0, month, 1))
        if quarter is not None:
            return period_of(Cycle.QUARTERLY, date(year or 0, quarter * 3, 1))
        if half is not None:
            return period_of(Cycle.HALF_YEARLY, date(year or 0, half * 6, 1))
        return period_of(Cycle.YEARLY, date(year or 0, 1, 1))
    except ValueError:
        return None


def _name(cycle: Cycle, year: int, n: int) -> str:
    if cycle is Cycle.MONTHLY:
        return f"{year}-{n:02}"
    return {Cycle.QUARTERLY: f"{year}-Q{n}", Cycle.HALF_YEARLY: f"{year}-H{n}", Cycle.YEARLY: f"{year}"}[cycle]
