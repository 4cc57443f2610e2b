"""How a fetch went."""

from typing import NamedTuple

__all__ = ["Timing"]


class Timing(NamedTuple):
    """How one fetch went, for its span: when, how long, over how many subjects; never a value."""

    agency: str
    started_ns: int
    duration_ns: int
    subjects: int
    failed: str | None
    cached: int
