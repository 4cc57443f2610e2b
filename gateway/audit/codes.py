"""The small numbers that stand in the trail's columns for words; a number once given is never given again."""

from collections.abc import Mapping
from typing import Final

from schema.disclosure import Outcome, QueryMethod

__all__ = [
    "AUDIT_READ",
    "CALENDAR",
    "CATALOGUE",
    "COLLECTION",
    "DELETION",
    "EXPIRY",
    "HIDING",
    "HOLD",
    "LOG_KEY",
    "OUTCOMES",
    "QUERY",
    "RELEASE",
    "TIERS",
    "VERSION",
    "VIOLATION",
    "WAYS",
]

VERSION: Final = 1
"""The version of the head's form."""

QUERY: Final = 1
"""The kind of an entry about a query."""

HOLD: Final = 3
"""The kind of an entry about entries that are held beyond their five years (AMB-27)."""

RELEASE: Final = 4
"""The kind of an entry about the release of what was held."""

EXPIRY: Final = 2
"""The kind of an entry about entries that were deleted, their five years being over (Art. 19)."""

AUDIT_READ: Final = 5
"""The kind of an entry about a reading of the trail itself (R19.12)."""

HIDING: Final = 6
"""The kind of an entry about entries that were hidden from their subjects until a day, or shown again (AMB-29)."""

COLLECTION: Final = 7
"""The kind of an entry about what agencies report, and what becomes of it (Art. 9 to 13)."""
VIOLATION: Final = 20
"""The kind of an entry about a candidate case that a room opened (Art. 25)."""

DELETION: Final = 21
"""The kind of an entry about individuals' negative records that were deleted after five years (Art. 20)."""

CATALOGUE: Final = 22
"""The kind of an entry about a step of a version of the catalogue (Art. 26)."""
CALENDAR: Final = 11
"""The kind of an entry about a notice of the State Council that was taken into the calendar (AMB-14)."""

LOG_KEY: Final = 30
"""The kind of an entry about the log's key, which was replaced by another (R19.10)."""

WAYS: Final[Mapping[str, int]] = {
    QueryMethod.WINDOW: 1,
    QueryMethod.WEBSITE: 2,
    QueryMethod.MOBILE: 3,
    QueryMethod.API: 4,
    QueryMethod.SYSTEM_SHARING: 5,
    QueryMethod.SELF_TERMINAL: 6,
}

OUTCOMES: Final[Mapping[str, int]] = {
    Outcome.DISCLOSED: 1,
    Outcome.DENIED: 2,
    Outcome.NOT_FOUND: 3,
    Outcome.FAILED: 4,
}

TIERS: Final[Mapping[str, int]] = {"": 0, "A": 1, "B": 2, "C": 3}
