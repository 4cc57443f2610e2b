"""Periods of collection: days, months, quarters, half-years and years, by their names (Art. 12(2)). Pure."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from schema.definition import Cycle

__all__ = ["Period", "daily", "period_of"]

_MONTHS: Final = {Cycle.MONTHLY: 1, Cycle.QUARTERLY: 3, Cycle.HALF_YEARLY: 6, Cycle.YEARLY: 12}


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


def _name(cycle: Cycle, year: int, n: int) -> str:
    if cycle is Cycle.MONTHLY:
        return f"{year}-{n:02}"
    return {Cycle.QUARTERLY: f"{year}-Q{n}", Cycle.HALF_YEARLY: f"{year}-H{n}", Cycle.YEARLY: f"{year}"}[cycle]
