"""A reporting officer as the room has it, and how an agency stands by those it has named (Art. 10; R10.1). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from schema.officers import ReportingStanding

__all__ = ["Officer", "standing_of"]


@dataclass(frozen=True, slots=True)
class Officer:
    """One naming: who reports for whom, since when, by whom; ``ended_at`` None while it holds."""

    id: str
    agency: str
    person: str
    name: str
    deputy: bool
    named_at: datetime
    named_by: str
    document: str | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    reason: str | None = None


def standing_of(officers: Iterable[Officer]) -> ReportingStanding:
    """Give how an agency stands, by all whom it ever named.

    >>> standing_of([]).value
    'NONE'
    """
    listed = list(officers)
    if not listed:
        return ReportingStanding.NONE
    active = [each for each in listed if each.ended_at is None]
    if not active:
        return ReportingStanding.DEGRADED
    both = {each.deputy for each in active} == {True, False}
    return ReportingStanding.READY if both else ReportingStanding.WITHOUT_DEPUTY
