"""Working days: which day works by whose notice, and when a time limit of the Measures ends (Art. 12, 23; AMB-14).

`calendar` counts, pure; `official` has the years that were announced, `statutory` what the law itself says of the
others; `notice` reads an announcement, and `register` keeps it in the gateway's database for all processes.
"""

from gateway.workdays.calendar import (
    LAST_YEAR,
    Calendar,
    Counted,
    DayKind,
    Due,
    DueStatus,
    Special,
    Year,
    due_status,
)
from gateway.workdays.notice import Notice, NoticeKind, NoticeRefused, read_notice
from gateway.workdays.official import official_calendar
from gateway.workdays.register import Calendars, Changed, Imported, Kept

__all__ = [
    "LAST_YEAR",
    "Calendar",
    "Calendars",
    "Changed",
    "Counted",
    "DayKind",
    "Due",
    "DueStatus",
    "Imported",
    "Kept",
    "Notice",
    "NoticeKind",
    "NoticeRefused",
    "Special",
    "Year",
    "due_status",
    "official_calendar",
    "read_notice",
]
