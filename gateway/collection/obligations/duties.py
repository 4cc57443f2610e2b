"""Who has to report what in which way, and for which periods that is to be written down ahead (R12.1, R13.1). Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Protocol

from gateway.collection.obligations.obligation import Decided, DueDate, KeptObligation
from gateway.collection.obligations.periods import Period, daily, period_of
from gateway.collection.obligations.rules import Rules, due_of, opens_at
from gateway.workdays.calendar import Calendar, Due
from schema.catalogue import RECORDS
from schema.definition import Cycle
from schema.obligations import DueStatus, ObligationKind, ObligationState
from schema.terms import SubmissionMode

__all__ = ["Agencies", "Duty", "ahead", "due_date", "duties", "id_of", "is_court", "late_decision"]

DAYS_AHEAD: Final = 7
"""For so many days the daily duty is written down before it comes."""
PERIODS_AHEAD: Final = 92
"""Within so many days a period must begin to be written down; the one of today always is."""
_MOST_BEHIND: Final = 1_100
"""Periods of one duty that are written down at once: three years of days."""


class Agencies(Protocol):
    """The ledger of agencies: who reports what of its own, in which way."""

    @property
    def agencies(self) -> Mapping[str, Any]:
        """Every agency by its code."""
        ...

    def name_of(self, agency: str) -> str:
        """Give an agency's Chinese name."""
        ...

    def obliged(self, agency: str) -> tuple[str, ...]:
        """Give the record types that are an agency's own to report."""
        ...

    def mode_of(self, agency: str, record_type: str) -> SubmissionMode:
        """Give the way in which an agency reports a record type."""
        ...


@dataclass(frozen=True, slots=True, order=True)
class Duty:
    """What one agency has to report again and again; ``cycle`` None: every day."""

    agency: str
    record_type: str
    mode: SubmissionMode
    cycle: Cycle | None

    @property
    def kind(self) -> ObligationKind:
        """By which sentence of Art. 12(2)."""
        return ObligationKind.DAILY if self.cycle is None else ObligationKind.PERIODIC

    def period(self, day: date) -> Period:
        """Give the period in which a day lies."""
        return daily(day) if self.cycle is None else period_of(self.cycle, day)

    @property
    def horizon(self) -> timedelta:
        """How far ahead its periods are written down."""
        return timedelta(days=DAYS_AHEAD if self.cycle is None else PERIODS_AHEAD)


def duties(agencies: Agencies) -> Iterator[Duty]:
    """Give every duty of every agency: daily where its system is connected, else by the catalogue's cycle (Art. 12)."""
    for agency in sorted(agencies.agencies):
        for record_type in agencies.obliged(agency):
            mode = agencies.mode_of(agency, record_type)
            cycle = None if mode is SubmissionMode.SYSTEM else RECORDS[record_type].cycle
            yield Duty(agency, record_type, mode, cycle)


def ahead(duty: Duty, first: date, today: date, rules: Rules, calendar: Calendar) -> Iterator[KeptObligation]:
    """Give a duty's obligations from the period in which *first* lies to the horizon, the eldest first (R13.1)."""
    period = duty.period(first)
    for _ in range(_MOST_BEHIND):
        if period.first > today + duty.horizon:
            return
        yield _obligation(duty, period, rules, calendar)
        period = duty.period(period.next_day)


def due_date(due: Due, calendar: Calendar) -> DueDate:
    """Give a reckoned day as it is kept."""
    return DueDate(due.day, DueStatus[due.status.value], calendar.version)


def id_of(agency: str, record_type: str, period: str) -> str:
    """Give the id of an obligation: what it is of, so that it can never be there twice.

    >>> id_of("TAX", "TaxArrears", "2026-Q4")
    'TAX.TaxArrears.2026-Q4'
    """
    return f"{agency}.{record_type}.{period}"


def is_court(agency: str) -> bool:
    """Say whether an agency is a court, which is asked and not told (AMB-36).

    >>> is_court("COURT"), is_court("TAX")
    (True, False)
    """
    return agency.partition("_")[0] == "COURT"


def _obligation(duty: Duty, period: Period, rules: Rules, calendar: Calendar) -> KeptObligation:
    due = due_of(duty.kind, duty.record_type, period, rules, calendar)
    other = None if duty.cycle is None else rules.override_of(duty.record_type)
    return KeptObligation(
        id=id_of(duty.agency, duty.record_type, period.name),
        agency=duty.agency,
        record_type=duty.record_type,
        kind=duty.kind,
        mode=duty.mode,
        cycle=duty.cycle,
        period=period,
        opens_at=opens_at(duty.kind, period),
        due=due_date(due, calendar),
        due_at=due.until,
        decided=ObligationState.PLANNED,
        override_basis=None if other is None else other.legal_basis,
    )


def late_decision(decided: Decided, rules: Rules, calendar: Calendar) -> KeptObligation | None:
    """Give the late records of one decision day in one submission; None where they came in time (R12.4)."""
    agency, record_type, period = decided.agency, decided.record_type, daily(decided.decided_on)
    due = due_of(ObligationKind.DECISION, record_type, period, rules, calendar)
    if decided.received_at < due.until:
        return None
    other = rules.override_of(record_type)
    return KeptObligation(
        id=f"{id_of(agency, record_type, period.name)}.{decided.submission}",
        agency=agency,
        record_type=record_type,
        kind=ObligationKind.DECISION,
        mode=decided.mode,
        cycle=None,
        period=period,
        opens_at=opens_at(ObligationKind.DECISION, period),
        due=due_date(due, calendar),
        due_at=due.until,
        decided=ObligationState.MET_LATE,
        met_at=decided.received_at,
        submission=decided.submission,
        records=decided.records,
        override_basis=None if other is None else other.legal_basis,
    )
