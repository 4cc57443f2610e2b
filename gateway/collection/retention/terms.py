"""Whether a stored record's five years are over: pure, by the one reading of Art. 20 in `schema.retention`."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from schema.catalogue import RECORDS
from schema.definition import RecordDefinition
from schema.retention import Term, polarity_of

__all__ = ["EXPIRING", "Place", "Standing", "has_term", "is_over", "values_of"]

EXPIRING: Final[Mapping[str, RecordDefinition]] = {
    name: definition for name, definition in RECORDS.items() if definition.retention is not None
}
"""The record types that may hold negative information about individuals."""


class Place(NamedTuple):
    """Where a record stands: what its natural key is the same by."""

    record_type: str
    provider: str
    subject_id: str
    natural_key: str


class Standing(NamedTuple):
    """A record, or one version of it, as far as its term depends on it."""

    place: Place
    version: int
    reported_at: str
    terminated_on: date | None
    payload: Mapping[str, Any]


def values_of(standing: Standing) -> Callable[[str], object]:
    """Give a record's values by name, those of the envelope among them: what policy set counts before the payload."""
    payload = standing.payload
    ended = standing.terminated_on or payload.get("terminatedOn")
    envelope = {"terminatedOn": ended, "reportedAt": standing.reported_at}
    return lambda name: envelope[name] if name in envelope else payload.get(name)


def is_over(term: Term, standing: Standing, today: date) -> bool:
    """Say whether the last day of a record's term has passed (R20.2).

    Raises:
        ValueError: a day that it rests on is no day.

    """
    until = term.kept_through(values_of(standing))
    return until is not None and until < today


def has_term(term: Term, standing: Standing) -> bool:
    """Say whether a record speaks against its subject, so that Art. 20 is about it at all."""
    return polarity_of(term.record, values_of(standing)) == "NEGATIVE"


def read_payload(written: object) -> Mapping[str, Any]:
    """Read a stored payload, whichever way the driver gives it; one that is none is empty."""
    read = json.loads(written) if isinstance(written, str | bytes) else written
    return read if isinstance(read, Mapping) else {}
