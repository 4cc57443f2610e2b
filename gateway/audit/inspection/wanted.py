"""Which entries are wanted, in the trail's own terms: keyed names, numbers for words, instants (R19.12)."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

__all__ = ["At", "Wanted"]


class At(NamedTuple):
    """Where an entry stands among all, newest last: its instant, then stream and number."""

    at: datetime
    stream: int
    seq: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that is said must hold; None: whatever."""

    place: tuple[int, int] | None = None
    """Stream and number, of a receipt."""
    requester: str | None = None
    organisation: str | None = None
    subject_id: str | None = None
    first: datetime | None = None
    end: datetime | None = None
    purpose: str | None = None
    paper: str | None = None
    outcome: int | None = None
    coordinate: str | None = None
