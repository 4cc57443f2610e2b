"""Until when an individual's negative record is kept, and what a value says of a record's polarity (Art. 20, R20.1).

Pure: the record's values come in by field name.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from schema.definition import RecordDefinition

__all__ = ["dated_on", "dating", "kept_until", "polarity_of", "retention_end"]

_LAST_DAY_OF_YEAR: Final = "-12-31"


def retention_end(anchor: str, years: int) -> str:
    """Give the last day of a term of years; one that began on 29 February ends on 1 March, never early.

    >>> retention_end("2021-11-24", 5)
    '2026-11-24'
    >>> retention_end("2020-02-29", 5)
    '2025-03-01'
    """
    begun = date.fromisoformat(anchor)
    try:
        return begun.replace(year=begun.year + years).isoformat()
    except ValueError:
        return date(begun.year + years, 3, 1).isoformat()


def dating(record: RecordDefinition) -> Callable[[Any], str]:
    """Give how the value that dates a record is read as a day: a month is its last one, a year 31 December."""
    if record.occurred_on is None:
        return lambda instant: str(instant)[:10]
    kind = record.fields[record.occurred_on].type
    if kind == "Int":
        return lambda year: f"{year}{_LAST_DAY_OF_YEAR}"
    if kind == "String":
        return _end_of_month
    return str


def _end_of_month(month: str) -> str:
    year, number = int(month[:4]), int(month[5:7])
    return f"{month}-{monthrange(year, number)[1]:02d}"


def dated_on(definition: RecordDefinition, values: Mapping[str, object]) -> date | None:
    """Give the day that dates a record by its own values; None where it has none, or one that is no day."""
    if definition.occurred_on is None or values.get(definition.occurred_on) is None:
        return None
    try:
        return date.fromisoformat(dating(definition)(values[definition.occurred_on]))
    except ValueError:
        return None


def polarity_of(definition: RecordDefinition, values: Mapping[str, object]) -> str:
    """Give whether a record speaks for or against its subject, by its values (Art. 8(2)).

    >>> from schema.catalogue import RECORDS
    >>> str(polarity_of(RECORDS["TaxCreditRating"], {"grade": "D"}))
    'NEGATIVE'
    """
    if definition.polarity is not None:
        return definition.polarity
    if definition.polarity_field:
        return str(values.get(definition.polarity_field) or "NEUTRAL")
    for polarity, when in definition.polarity_rules:
        if when is None or when.holds(values):
            return polarity
    return "NEUTRAL"


def kept_until(
    definition: RecordDefinition, values: Mapping[str, object], *, reported_on: date, terminated_on: date | None = None
) -> date | None:
    """Give the last day on which an individual's record is kept; None where Art. 20 does not limit it (AMB-03).

    That the subject is one whom Art. 20 protects is for who asks to know.

    >>> from schema.catalogue import RECORDS
    >>> kept_until(RECORDS["AdministrativePenalty"], {"decisionDate": "2021-11-23"}, reported_on=date(2021, 12, 1))
    datetime.date(2026, 11, 23)
    """
    retention = definition.retention
    if retention is None or polarity_of(definition, values) != "NEGATIVE":
        return None
    ended: object = terminated_on or (values.get(retention.end) if retention.end else None)
    if ended is None and retention.ongoing and retention.ongoing.holds(values):
        return None
    anchor = ended or dated_on(definition, values) or reported_on
    return date.fromisoformat(retention_end(str(anchor)[:10], retention.years))
