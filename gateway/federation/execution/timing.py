"""How a request went, whatever its way."""

from typing import NamedTuple

__all__ = ["Timing"]


class Timing(NamedTuple):
    """How one request to a subgraph went, for its span: when, how long, over how many objects; never a value.

    Times are those of `time.perf_counter_ns`.
    """

    subgraph: str
    started_ns: int
    duration_ns: int
    objects: int
    """Of how many objects; 0 for a request to a root type."""
    failed: str | None
    """The code of the failure."""
    cached: int = 0
    """Of how many of them nobody was asked, since it was known."""
    request: int | None = None
    """Its number in the plan; None where it is only a part of one."""
