"""The numbers of Art. 12 and 13, and when something is due by them: one place, dated by its rule pack. Pure.

Art. 12(2): daily for connected systems; ten working days after a period; seven after the decision on a licence or a
penalty; another law's time limit moves the duty to the shorter of both (AMB-34). Art. 13 names no grace: five working
days are the rule pack's proposal (AMB-17).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Literal

from gateway.collection.obligations.periods import Period
from gateway.errors import Text
from gateway.workdays.calendar import Calendar, Counted, DayKind, Due, DueStatus
from schema.days import midnight
from schema.disclosure import LegalBasis
from schema.obligations import ObligationKind

__all__ = ["BASIS", "REMINDER_BASIS", "Override", "Rules", "due_of", "grace_of", "opens_at"]

BASIS: Final = LegalBasis("12", paragraph="1", item="2")
"""Until when something is to be reported."""
REMINDER_BASIS: Final = LegalBasis("13")
"""What follows where it is not."""


@dataclass(frozen=True, slots=True)
class Override:
    """Another law's time limit for a record type, with the law (R12.5)."""

    days: int
    unit: Literal["WORKING", "CALENDAR"]
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of the rule pack ``zhengzhou-2017-80``, and the overrides of single record types."""

    after_period: int = 10
    after_decision: int = 7
    grace: int = 5
    overrides: Mapping[str, Override] = field(default_factory=lambda: MappingProxyType({}))

    def override_of(self, record_type: str) -> Override | None:
        """Give the other law's time limit for a record type, if there is one."""
        return self.overrides.get(record_type)


def due_of(kind: ObligationKind, record_type: str, period: Period, rules: Rules, calendar: Calendar) -> Due:
    """Give by when a period, a day or a decision is to be reported (R12.2 to R12.5).

    >>> day = Period(date(2026, 2, 13), date(2026, 2, 13), "2026-02-13")
    >>> due_of(ObligationKind.DAILY, "TaxArrears", day, Rules(), Calendar({})).day.isoformat()
    '2026-02-13'
    """
    if kind is ObligationKind.DAILY:
        every = Counted(period.last, DayKind.WORKING, 1, Text("every calendar day counts", "每日报送，自然日"))
        return Due(period.last, period.last, DueStatus.CONFIRMED, (every,))
    days = rules.after_decision if kind is ObligationKind.DECISION else rules.after_period
    due = calendar.due(period.last, days)
    other = rules.override_of(record_type)
    if other is None:
        return due
    count = calendar.due if other.unit == "WORKING" else calendar.due_in_days
    return min(due, count(period.last, other.days), key=lambda each: each.day)


def opens_at(kind: ObligationKind, period: Period) -> datetime:
    """Give the instant from which something is due: a day's own beginning, else the period's end."""
    return midnight(period.first if kind is ObligationKind.DAILY else period.next_day)


def grace_of(sent_on: date, rules: Rules, calendar: Calendar) -> Due:
    """Give until when a reminder may be heeded before a report is drafted (R13.3, AMB-17)."""
    return calendar.due(sent_on, rules.grace)
