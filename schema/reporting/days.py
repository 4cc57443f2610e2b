"""Days and instants in a row, however they are spelt, as ISO 8601 (Art. 12)."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from schema.checked import DIGITS, consists_of
from schema.days import ZONE
from schema.reporting.problems import RowCode
from schema.reporting.spelling import LONG_TERM, folded, is_long_term, tidy
from schema.reporting.texts import Reader, Unreadable, plain_text

__all__ = ["day", "instant", "month"]

EARLIEST: Final = 1800
LATEST: Final = 2200
_DAY: Final = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?", re.ASCII
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


def _no_day() -> Unreadable:
    return Unreadable(
        RowCode.DATE,
        "this is no day of the calendar: write it like 2026-03-01",
        "日期无效: 请填写如 2026-03-01",
    )


def day(*, endless: bool = False) -> Reader:
    """Read a day, however it is spelt, as ISO 8601; *endless* says that 2099-12-31 stands for no end."""

    def read(value: object) -> str | None:
        iso = _iso_day(value)
        if iso in LONG_TERM:
            if endless:
                return None
            raise Unreadable(RowCode.DATE, "only a term may be without end", "仅有效期类字段可填长期")
        return iso

    return read


def _iso_day(value: object) -> str | None:
    if isinstance(value, datetime):
        value = (value.astimezone(ZONE) if value.tzinfo else value).date()
    if isinstance(value, date):
        return _within(value)
    if isinstance(value, int | float | Decimal):
        raise _no_day()
    found = plain_text(value)
    if found is None:
        return None
    written = folded(found)
    if is_long_term(written):
        return None
    match = _COMPACT.fullmatch(written) or _DAY.fullmatch(written) if len(written) < 40 else None  # noqa: PLR2004  # no day is longer
    if match is None:
        return _zoned_day(written)
    try:
        return _within(date(int(match[1]), int(match[2]), int(match[3])))
    except ValueError:
        raise _no_day() from None


def _zoned_day(written: str) -> str:
    if "T" not in written or len(written) > 40:  # noqa: PLR2004  # as above
        raise _no_day()
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise _no_day() from None
    return _within((moment.astimezone(ZONE) if moment.tzinfo else moment).date())


def _within(found: date) -> str:
    if found.isoformat() not in LONG_TERM and not EARLIEST <= found.year <= LATEST:
        raise _no_day()
    return found.isoformat()


def instant(value: object) -> datetime | None:
    """Read an instant; one without a zone is the city's time, a day alone its first moment.

    >>> instant("2026-03-01 08:00:00").isoformat()
    '2026-03-01T08:00:00+08:00'
    """
    if isinstance(value, datetime):
        return value.astimezone(ZONE) if value.tzinfo else value.replace(tzinfo=ZONE)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=ZONE)
    found = plain_text(value)
    if found is None:
        return None
    written = tidy(found)
    if len(written) == 14 and consists_of(written, DIGITS):  # noqa: PLR2004  # YYYYMMDDhhmmss
        written = f"{written[:8]}T{written[8:]}"
    try:
        moment = datetime.fromisoformat(written) if len(written) < 40 else None  # noqa: PLR2004  # no instant is longer
    except ValueError:
        moment = None
    if moment is None or not EARLIEST <= moment.year <= LATEST:
        raise Unreadable(
            RowCode.DATE, "write an instant like 2026-03-01T08:00:00+08:00", "时间请填写如 2026-03-01T08:00:00+08:00"
        )
    return moment.astimezone(ZONE) if moment.tzinfo else moment.replace(tzinfo=ZONE)


_MONTH: Final = re.compile(r"(\d{4})[-/.年]?(\d{1,2})月?", re.ASCII)


def month(value: object) -> str | None:
    """Read a month, as YYYY-MM.

    >>> month("2026年3月")
    '2026-03'
    """
    found = plain_text(value)
    if found is None:
        return None
    match = _MONTH.fullmatch(folded(found)) if len(found) < 40 else None  # noqa: PLR2004  # no month is longer
    if match is None or not (EARLIEST <= int(match[1]) <= LATEST and 1 <= int(match[2]) <= 12):  # noqa: PLR2004
        raise Unreadable(RowCode.DATE, "this is no month: write it like 2026-03", "月份无效: 请填写如 2026-03")
    return f"{match[1]}-{int(match[2]):02d}"
