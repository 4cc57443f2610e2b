"""The years that the State Council announced and the library chinesecalendar carries, as years of our calendar.

The library's own look-up answers for every year between its first and its last, be that year whole or not; here a year
counts as announced only if all its festivals are there.
"""

import functools
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from chinese_calendar.constants import Holiday, holidays, workdays

from gateway.errors import Text
from gateway.workdays.calendar import Calendar, Special, Year
from gateway.workdays.statutory import DRAGON_BOAT, LABOUR, MID_AUTUMN, NATIONAL, NEW_YEAR, QINGMING, SPRING

__all__ = ["announced", "official_calendar"]

_OF_2008: Final = 2008
"""Since when Qingming, Dragon Boat and Mid-Autumn are holidays (State Council Order 513)."""
_FIXED: Final = frozenset({(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)})
_FESTIVALS: Final[Mapping[str, Text]] = {
    Holiday.new_years_day.value: NEW_YEAR,
    Holiday.spring_festival.value: SPRING,
    Holiday.tomb_sweeping_day.value: QINGMING,
    Holiday.labour_day.value: LABOUR,
    Holiday.dragon_boat_festival.value: DRAGON_BOAT,
    Holiday.national_day.value: NATIONAL,
    Holiday.mid_autumn_festival.value: MID_AUTUMN,
    Holiday.anti_fascist_70th_day.value: Text("the 70th anniversary of victory", "抗战胜利70周年纪念日"),
}


def announced(year: int) -> str:
    """Give the title of the notice that announces a year's holidays.

    >>> announced(2026)
    '国务院办公厅关于2026年部分节假日安排的通知'
    """
    return f"国务院办公厅关于{year}年部分节假日安排的通知"


def _years() -> Mapping[int, Year]:
    found: dict[int, dict[date, Special]] = {}
    for given, working in ((holidays, False), (workdays, True)):
        for day, name in given.items():
            special = Special(working=working, festival=_festival(name), document=announced(day.year))
            found.setdefault(day.year, {})[day] = special
    return MappingProxyType(
        {year: Year(announced(year), MappingProxyType(days)) for year, days in found.items() if _is_whole(year, days)}
    )


def _is_whole(year: int, days: Mapping[date, Special]) -> bool:
    """Say whether every festival is there; Mid-Autumn may fall together with National Day, and is not asked for."""
    off = {day: special.festival for day, special in days.items() if not special.working}
    named = {SPRING, QINGMING, DRAGON_BOAT} if year >= _OF_2008 else {SPRING}
    return {(day.month, day.day) for day in off} >= _FIXED and set(off.values()) >= named


def _festival(name: str) -> Text:
    return _FESTIVALS.get(name, Text(name, name))


@functools.cache
def official_calendar() -> Calendar:
    """Give the calendar of the years that the library carries, before any notice of a city's own."""
    return Calendar(_years())
