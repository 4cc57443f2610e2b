"""What an entry about expiry says, so that the log still verifies where five years are over (Art. 19, AMB-27).

Entries expire from the beginning of the log up to the size of one of its checkpoints: since its instant is signed,
everybody can see that all of them were sealed, and so created, long enough ago. What is kept below (a legal hold) is
reckoned: the log says how many it let go in all. Of the tiles, those of level 0 that lie wholly below may go; with
all others every root, inclusion and consistency from there on is proved as before (c2sp.org/tlog-tiles, "Pruning").
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Self

from gateway.audit.seal.tiles import WIDTH
from schema.days import ZONE
from schema.retention import keep_through

__all__ = ["Expiry", "expirable", "first_kept_tile", "purgeable_from"]

_LAG: Final = timedelta(minutes=1)
"""How much later than it was created an entry may be sealed and still count for the day of its creation."""


@dataclass(frozen=True, slots=True, order=True)
class Expiry:
    """What one entry of the kind EXPIRY says, under ``about`` in its head."""

    min_index: int
    """Entries below this index of the log may be gone; it is the size of a checkpoint."""
    entries: int
    """How many of them are gone, in all."""

    def about(self) -> dict[str, int]:
        """Give it as the head has it."""
        return {"min": self.min_index, "entries": self.entries}

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self | None:
        """Read it off a head; None where it is not there as it should be."""
        match said.get("about"):
            case {"min": int(min_index), "entries": int(entries)} if 0 <= entries <= min_index:
                return cls(min_index, entries)
            case _:
                return None

    def is_lawful(self, sealed_at: datetime, expired_at: datetime) -> bool:
        """Say whether five years were over: *sealed_at* is the instant of the checkpoint of this size."""
        return expired_at.astimezone(ZONE).date() >= purgeable_from((sealed_at - _LAG).astimezone(ZONE).date())


def purgeable_from(created_on: date) -> date:
    """Give the first day on which what was created on a day may be deleted: the one after five calendar years.

    >>> purgeable_from(date(2024, 2, 29)), purgeable_from(date(2023, 2, 28))
    (datetime.date(2029, 3, 1), datetime.date(2028, 2, 29))
    """
    return keep_through(created_on) + timedelta(days=1)


def expirable(checkpoints: Iterable[tuple[int, datetime]], now: datetime) -> int:
    """Give the index below which everything may be deleted, out of the sizes and instants of checkpoints; else 0."""
    return max((size for size, sealed_at in checkpoints if Expiry(size, 0).is_lawful(sealed_at, now)), default=0)


def first_kept_tile(min_index: int) -> int:
    """Give the number of the first tile of level 0 that must stay."""
    return min_index // WIDTH
