"""From which day on an entry may be deleted: pure (Art. 19: 保存5年; N12)."""

from datetime import datetime, timedelta
from typing import Final

from gateway.audit.seal.expiry import purgeable_from
from schema.days import ZONE, midnight

__all__ = ["kept_from"]

_FEWEST_DAYS: Final = 5 * 365


def kept_from(now: datetime) -> datetime:
    """Give the instant before which entries may be deleted: midnight of the first day whose five years are not over.

    >>> from datetime import UTC
    >>> kept_from(datetime(2029, 2, 28, 15, 59, tzinfo=UTC)).isoformat()
    '2024-02-28T00:00:00+08:00'
    >>> kept_from(datetime(2029, 2, 28, 16, 0, tzinfo=UTC)).isoformat()
    '2024-03-01T00:00:00+08:00'
    """
    today = now.astimezone(ZONE).date()
    day = today - timedelta(days=_FEWEST_DAYS + 3)
    while purgeable_from(day) <= today:
        day += timedelta(days=1)
    return midnight(day)
