"""Prices: what it takes to learn something, as the requests that it needs beside those that are there."""

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["FREE", "NEVER", "Price", "Request", "price"]

Request = tuple[str, int]
"""A request to a subgraph in a stage: whatever is asked of it then is asked together."""

_REQUEST = 10.0
_STAGE = 0.5
"""Of ways with as many requests, the one with fewer stages is better."""


class Price(NamedTuple):
    """What something takes. Prices are joined, not added: what two things need in common is paid once."""

    weight: float
    requests: frozenset[Request]
    fields: float
    """A little for each field of a later request: it decides between equals."""
    stage: int
    """The stage whose requests bring it."""

    def __and__(self, other: "Price") -> "Price":
        """Give the price of both."""
        if other is FREE or self is NEVER:
            return self
        if self is FREE or other is NEVER:
            return other
        return price(self.requests | other.requests, self.fields + other.fields, max(self.stage, other.stage))

    def beside(self, present: frozenset[Request]) -> float:
        """Give what it weighs beside requests that are made anyway."""
        return self.weight - _REQUEST * len(self.requests & present)

    @property
    def is_possible(self) -> bool:
        """Say whether there is a way at all."""
        return self is not NEVER


def price(requests: Iterable[Request], fields: float = 0.0, stage: int = 0) -> Price:
    """Give a price."""
    found = frozenset(requests)
    return Price(_REQUEST * len(found) + fields + _STAGE * stage, found, fields, stage)


FREE = price(())
NEVER = Price(float("inf"), frozenset(), 0.0, 0)
