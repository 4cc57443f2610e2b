"""The small numbers that stand in the trail's columns for words; a number once given is never given again."""

from collections.abc import Mapping
from typing import Final

from schema.disclosure import Outcome, QueryMethod

__all__ = ["EXPIRY", "OUTCOMES", "QUERY", "TIERS", "VERSION", "WAYS"]

VERSION: Final = 1
"""The version of the head's form."""

QUERY: Final = 1
"""The kind of an entry about a query."""

EXPIRY: Final = 2
"""The kind of an entry about entries that were deleted, their five years being over (Art. 19)."""

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
