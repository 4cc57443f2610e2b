"""Statutory holidays of years that nobody announced yet: what the law itself says, without any exchange of days.

Source: 全国年节及纪念日放假办法 (State Council Order 795, in force 2025-01-01): New Year 1 day, Spring Festival 4 from
its eve, Qingming 1, Labour Day 2, Dragon Boat 1, Mid-Autumn 1, National Day 3. Days of the lunar calendar were computed
for the years below; for others they are left out, and every such year is PROVISIONAL anyhow.
"""

import functools
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from gateway.errors import Text

__all__ = ["STATUTORY", "statutory_days"]

STATUTORY: Final = "全国年节及纪念日放假办法"
"""The regulation by which a day is off though no notice was given."""

NEW_YEAR: Final = Text("New Year's Day", "元旦")
SPRING: Final = Text("Spring Festival", "春节")
QINGMING: Final = Text("Qingming", "清明节")
LABOUR: Final = Text("Labour Day", "劳动节")
DRAGON_BOAT: Final = Text("Dragon Boat Festival", "端午节")
MID_AUTUMN: Final = Text("Mid-Autumn Festival", "中秋节")
NATIONAL: Final = Text("National Day", "国庆节")

_MOVING: Final[Mapping[int, tuple[str, str, str, str]]] = MappingProxyType(
    {
        2027: ("02-06", "04-05", "06-09", "09-15"),
        2028: ("01-26", "04-04", "05-28", "10-03"),
        2029: ("02-13", "04-04", "06-16", "09-22"),
        2030: ("02-03", "04-05", "06-05", "09-12"),
        2031: ("01-23", "04-05", "06-24", "10-01"),
        2032: ("02-11", "04-04", "06-12", "09-19"),
        2033: ("01-31", "04-04", "06-01", "09-08"),
        2034: ("02-19", "04-05", "06-20", "09-27"),
        2035: ("02-08", "04-05", "06-10", "09-16"),
        2036: ("01-28", "04-04", "05-30", "10-04"),
        2037: ("02-15", "04-04", "06-18", "09-24"),
        2038: ("02-04", "04-05", "06-07", "09-13"),
        2039: ("01-24", "04-05", "05-27", "10-02"),
        2040: ("02-12", "04-04", "06-14", "09-20"),
    }
)
"""Month and day of the first of the lunar year, Qingming, Dragon Boat and Mid-Autumn."""


@functools.lru_cache(maxsize=64)
def statutory_days(year: int) -> Mapping[date, Text]:
    """Give the statutory holidays of a year, by the law of 2025.

    >>> statutory_days(2027)[date(2027, 2, 5)].chinese
    '春节'
    >>> len(statutory_days(2027)), len(statutory_days(2100))
    (13, 6)
    """
    days = {date(year, 1, 1): NEW_YEAR, date(year, 5, 1): LABOUR, date(year, 5, 2): LABOUR}
    days |= {date(year, 10, n): NATIONAL for n in (1, 2, 3)}
    if year not in _MOVING:
        return days
    spring, qingming, dragon_boat, mid_autumn = (date.fromisoformat(f"{year}-{each}") for each in _MOVING[year])
    moving = {spring + timedelta(days=n): SPRING for n in (-1, 0, 1, 2)}
    return moving | {qingming: QINGMING, dragon_boat: DRAGON_BOAT, mid_autumn: MID_AUTUMN} | days
