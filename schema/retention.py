"""How long an individual's negative record is kept, and from which day that counts (Art. 20; R20.1, AMB-03, AMB-05).

Pure: one reading of the article for all that rests on it: what an answer hides, what the daily job deletes, what a
submission is refused for.
"""

import calendar
import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from schema.days import ZONE
from schema.definition import RecordDefinition

__all__ = [
    "INDIVIDUAL_BUSINESS",
    "YEARS",
    "Anchor",
    "AnchorKind",
    "Anchored",
    "Term",
    "dating",
    "keep_through",
    "polarity_of",
    "protects",
]

YEARS: Final = 5
"""保存期限为5年 (Art. 20)."""
INDIVIDUAL_BUSINESS: Final = "92"
"""How the credit code of an individual business begins: 工商, 个体工商户 (GB 32100)."""

Values = Callable[[str], object]
"""Gives a record's value by its name in the catalogue or the envelope; a day or an instant as ISO 8601 has it."""


class Anchor(enum.StrEnum):
    """From when the five years count, which the article does not say (AMB-03)."""

    END = "END"
    """From the end of the conduct or event; where none was reported, from the record's own day."""
    DECISION = "DECISION"
    """From the record's own day whatever became of it since: the reading that protects the person more."""


class AnchorKind(enum.StrEnum):
    """What a record's five years really count from."""

    END = "END"
    DECISION = "DECISION"
    REPORT = "REPORT"


class Anchored(NamedTuple):
    """The day from which a record's term counts, and which of its days that is."""

    on: date
    kind: AnchorKind


def keep_through(anchored_on: date, years: int = YEARS) -> date:
    """Give the last day of a term of years: the corresponding day, or the month's last where there is none (Art. 20).

    >>> keep_through(date(2021, 11, 24)).isoformat(), keep_through(date(2024, 2, 29)).isoformat()
    ('2026-11-24', '2029-02-28')
    """
    year = anchored_on.year + years
    return anchored_on.replace(year=year, day=min(anchored_on.day, calendar.monthrange(year, anchored_on.month)[1]))


def protects(kind: str, identifier: str | None) -> bool:
    """Say whether Art. 20 protects a subject: an individual, or an individual business by its credit code (AMB-05).

    >>> protects("INDIVIDUAL", None), protects("LEGAL_PERSON", "92410199DEM0000166")
    (True, True)
    >>> protects("LEGAL_PERSON", "91410199DEM0000158")
    False
    """
    return kind == "INDIVIDUAL" or (identifier or "").startswith(INDIVIDUAL_BUSINESS)


def polarity_of(record: RecordDefinition, value_of: Values) -> str:
    """Give whether a record speaks for or against its subject (Art. 8(2), 20)."""
    if record.polarity is not None:
        return record.polarity
    if record.polarity_field:
        return str(value_of(record.polarity_field) or "NEUTRAL")
    return next(
        (polarity for polarity, when in record.polarity_rules if when is None or when.holds_for(value_of)), "NEUTRAL"
    )


@dataclass(frozen=True, slots=True)
class Term:
    """The term of one record type's negative records, read with one anchor (R20.1)."""

    record: RecordDefinition
    anchor: Anchor = Anchor.END

    def anchored(self, value_of: Values) -> Anchored | None:
        """Give the day from which a record's term counts; None where it has none, or has not begun.

        None has what is not negative, and a record of a type that Art. 20 does not speak of; conduct that goes on has
        not begun to expire, unless the anchor is the decision.
        """
        kept = self.record.retention
        if kept is None or polarity_of(self.record, value_of) != "NEGATIVE":
            return None
        if self.anchor is Anchor.END:
            ended = value_of("terminatedOn") or (value_of(kept.end) if kept.end else None)
            if ended is not None:
                return Anchored(_day(ended), AnchorKind.END)
            if kept.ongoing is not None and kept.ongoing.holds_for(value_of):
                return None
        own = None if self.record.occurred_on is None else value_of(self.record.occurred_on)
        if own is not None:
            return Anchored(_day(dating(self.record)(own)), AnchorKind.DECISION)
        reported = value_of("reportedAt")
        return None if reported is None else Anchored(_day(reported), AnchorKind.REPORT)

    def kept_through(self, value_of: Values) -> date | None:
        """Give the last day on which a record may be read; None where it may be for ever, or for now."""
        anchored = self.anchored(value_of)
        kept = self.record.retention
        return None if anchored is None or kept is None else keep_through(anchored.on, kept.years)


def dating(record: RecordDefinition) -> Callable[[object], str]:
    """Give how the value of the field that dates a record type becomes a day: a month or a year counts as its last."""
    kind = "DateTime" if record.occurred_on is None else record.fields[record.occurred_on].type
    return _DATED.get(kind, str)


def _day(said: object) -> date:
    """Read a day; of an instant, its day in the city (R20.2)."""
    if isinstance(said, datetime):
        return said.astimezone(ZONE).date()
    if isinstance(said, date):
        return said
    text = str(said)
    return datetime.fromisoformat(text).astimezone(ZONE).date() if "T" in text else date.fromisoformat(text[:10])


def _end_of_month(month: object) -> str:
    text = str(month)
    return f"{text}-{calendar.monthrange(int(text[:4]), int(text[5:7]))[1]:02d}"


_DATED: Final[dict[str, Callable[[object], str]]] = {
    "Int": lambda year: f"{year}-12-31",
    "String": _end_of_month,
    "DateTime": lambda instant: str(instant)[:10],
}
