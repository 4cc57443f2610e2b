"""The calendar of working days, and the counting of time limits in it, day by day with its reason (AMB-14). Pure.

The day of the event is not counted; a limit ends at 24:00 Asia/Shanghai of its last day. A day of a year that nobody
announced is reckoned from weekends and statutory days alone, and makes the whole answer PROVISIONAL.
"""

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from gateway.errors import Text
from gateway.workdays.statutory import STATUTORY, statutory_days
from schema.days import midnight

__all__ = ["LAST_YEAR", "Calendar", "Counted", "DayKind", "Due", "DueStatus", "Special", "Year", "due_status"]

FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2150
"""The years in which days are counted at all; a date outside is a slip of the pen."""
MOST_DAYS: Final = 1_000
"""Days of a time limit; the longest of the Measures has twenty."""
_SATURDAY: Final = 5
_ONE: Final = timedelta(days=1)
_WEEKDAYS: Final = ("一", "二", "三", "四", "五", "六", "日")


class DayKind(enum.StrEnum):
    """Why a day works or not."""

    WORKING = "WORKING"
    WEEKEND = "WEEKEND"
    HOLIDAY = "HOLIDAY"
    MAKE_UP = "MAKE_UP"


class DueStatus(enum.StrEnum):
    """Whether a day was reckoned from announced years alone; nobody is reminded of a PROVISIONAL one."""

    CONFIRMED = "CONFIRMED"
    PROVISIONAL = "PROVISIONAL"


@dataclass(frozen=True, slots=True)
class Special:
    """A day that is not as its weekday says, or is off with a festival: of which, and by which document."""

    working: bool
    festival: Text
    document: str


@dataclass(frozen=True, slots=True)
class Year:
    """A year that the State Council announced: its special days, and the document."""

    document: str
    days: Mapping[date, Special]


@dataclass(frozen=True, slots=True)
class Counted:
    """One day of a count: its number where it was counted, else None; and the reason."""

    day: date
    kind: DayKind
    nth: int | None
    reason: Text
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a time limit, how sure that is, and how it was counted."""

    start: date
    day: date
    status: DueStatus
    days: tuple[Counted, ...] = field(repr=False)

    @property
    def until(self) -> datetime:
        """The instant at which the limit has passed: 24:00 of its last day."""
        return midnight(self.day + _ONE)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The announced years, and single days that a later notice changed; ``version`` counts the notices."""

    years: Mapping[int, Year]
    changed: Mapping[date, Special | None] = field(default_factory=lambda: MappingProxyType({}))
    """Days by a notice of another year or in the middle of one; None: as its weekday says, again."""
    version: int = 0

    def is_confirmed(self, day: date) -> bool:
        """Say whether a day's year was announced.

        >>> Calendar({}).is_confirmed(date(2027, 1, 4))
        False
        """
        return day.year in self.years

    def works(self, day: date) -> bool:
        """Say whether a day is a working day (AMB-14).

        >>> Calendar({}).works(date(2027, 1, 1)), Calendar({}).works(date(2027, 1, 4))
        (False, True)
        """
        return self.look_up(day).nth is not None

    def look_up(self, day: date, nth: int = 1) -> Counted:
        """Give a day with its kind and reason; *nth* is its number if it works."""
        special = self._special(day)
        weekday = Text(f"{day:%A}", f"星期{_WEEKDAYS[day.weekday()]}")
        if special is None:
            if day.weekday() >= _SATURDAY:
                return Counted(
                    day, DayKind.WEEKEND, None, Text(f"{weekday.english}, a weekend", f"{weekday.chinese}，休息日")
                )
            return Counted(
                day, DayKind.WORKING, nth, Text(f"{weekday.english}, a working day", f"{weekday.chinese}，工作日")
            )
        name, document = special.festival, special.document
        if special.working:
            english = f"{weekday.english}, worked to make up for {name.english}"
            return Counted(
                day, DayKind.MAKE_UP, nth, Text(english, f"{weekday.chinese}，因{name.chinese}调休上班"), document
            )
        english = f"{weekday.english}, off for {name.english}"
        return Counted(day, DayKind.HOLIDAY, None, Text(english, f"{weekday.chinese}，{name.chinese}放假"), document)

    def due(self, start: date, working_days: int) -> Due:
        """Give the last of so many working days after *start*, which itself is not counted (Art. 12, 23).

        >>> Calendar({}).due(date(2026, 12, 31), 10).day.isoformat()
        '2027-01-15'

        Raises:
            ValueError: no such number of days, or no such year.

        """
        _bounded(start, working_days)
        days = list(self._from(start, working_days))
        return Due(start, days[-1].day, self._status(days), tuple(days))

    def due_in_days(self, start: date, days: int) -> Due:
        """Give the last of so many days of any kind after *start*: for laws that count calendar days (R12.5).

        >>> Calendar({}).due_in_days(date(2027, 1, 1), 3).status.value
        'CONFIRMED'

        Raises:
            ValueError: no such number of days, or no such year.

        """
        _bounded(start, days)
        every = Text("a calendar day", "自然日")
        counted = [Counted(start + n * _ONE, DayKind.WORKING, n, every) for n in range(1, days + 1)]
        return Due(start, counted[-1].day, DueStatus.CONFIRMED, tuple(counted))

    def elapsed(self, start: date, day: date) -> int:
        """Count the working days after *start* up to and with *day*; none where it is not later.

        >>> Calendar({}).elapsed(date(2027, 1, 4), date(2027, 1, 11))
        5
        """
        return sum(self.works(start + n * _ONE) for n in range(1, (day - start).days + 1))

    def _from(self, start: date, working_days: int) -> Iterator[Counted]:
        day, nth = start, 0
        while nth < working_days:
            day += _ONE
            counted = self.look_up(day, nth + 1)
            nth += counted.nth is not None
            yield counted

    def _special(self, day: date) -> Special | None:
        if day in self.changed:
            return self.changed[day]
        year = self.years.get(day.year)
        if year is not None:
            return year.days.get(day)
        festival = statutory_days(day.year).get(day)
        return None if festival is None else Special(working=False, festival=festival, document=STATUTORY)

    def _status(self, days: list[Counted]) -> DueStatus:
        return due_status(all(self.is_confirmed(each.day) for each in days))


def due_status(confirmed: bool) -> DueStatus:  # noqa: FBT001 - the one thing that it depends on
    """Give the status of a day that was reckoned from announced years alone, or not.

    >>> due_status(False).value
    'PROVISIONAL'
    """
    return DueStatus.CONFIRMED if confirmed else DueStatus.PROVISIONAL


def _bounded(start: date, days: int) -> None:
    if not 1 <= days <= MOST_DAYS or not FIRST_YEAR <= start.year <= LAST_YEAR:
        message = f"{days} days after {start}: 1 to {MOST_DAYS} days from {FIRST_YEAR} to {LAST_YEAR} are counted"
        raise ValueError(message)
