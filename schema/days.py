"""The city's days: the zone in which the Measures count them, the day of an instant, the instant of a day (R20.2).

Pure: the instant comes in as ``now``. China has had one offset without summer time since 1991.
"""

import functools
from datetime import date, datetime, timedelta, timezone
from typing import Final

__all__ = ["ZONE", "day_of", "midnight"]

ZONE: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
_OFFSET_S: Final = 8 * 3_600
_EPOCH: Final = date(1970, 1, 1).toordinal()


def day_of(now: float) -> date:
    """Give the day in Zhengzhou of an instant in seconds since 1970: the day on which terms end (R20.2).

    >>> day_of(1_764_000_000 + 57_600).isoformat()
    '2025-11-25'
    """
    return _day(int((now + _OFFSET_S) // 86_400))


def midnight(day: date) -> datetime:
    """Give the instant at which a day begins.

    >>> midnight(date(2026, 11, 26)).isoformat()
    '2026-11-26T00:00:00+08:00'
    """
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


@functools.lru_cache(maxsize=4)
def _day(since_epoch: int) -> date:
    return date.fromordinal(_EPOCH + since_epoch)
