"""``extensions.xinyong.sources``: who was asked for an answer, whether it was reached, and of when what it said is."""

import functools
import time
from collections.abc import Mapping
from typing import Any

__all__ = ["sources_of"]


def sources_of(seen: Mapping[str, tuple[bool, float | None]]) -> list[dict[str, Any]]:
    """Write, by name, whether a source was reached, and of when the oldest of what it said is, in seconds since 1970.

    In the order of their names: that in which they answered would tell who had more to look through (R15.7).

    >>> sources_of({"TAX": (True, 0.5), "COURT": (False, None)})[1]
    {'connector': 'TAX', 'reached': True, 'asOf': '1970-01-01T00:00:00Z'}
    """
    return [
        {"connector": name, "reached": reached, "asOf": None if as_of is None else _instant(int(as_of))}
        for name, (reached, as_of) in sorted(seen.items())
    ]


@functools.lru_cache(maxsize=256)
def _instant(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
