"""Against those who ask for everybody, one after the other: how many subjects a client may ask about (R15.7)."""

from collections.abc import Iterable
from typing import Final

from gateway.errors import RateLimitExceeded

__all__ = ["DistinctSubjects"]

_HOUR_S: Final = 3_600
_CLIENTS: Final = 20_000


class DistinctSubjects:
    """Counts, for this process and the present hour, the distinct subjects that each client was told of or refused.

    A client is a person with its organisation; of the public, an address. Nothing of it outlives the hour.
    """

    def __init__(self, most_per_hour: int | None) -> None:
        """Admit at most so many; None: as many as they like."""
        self._most = most_per_hour
        self._hour = 0
        self._seen: dict[str, set[str]] = {}

    def admit(self, client: str, subject_ids: Iterable[str], now: float) -> None:
        """Count subjects for *client* at the instant *now* (seconds since 1970); the same ones again cost nothing.

        Raises:
            RateLimitExceeded: they are more than a client may ask about in an hour; it says when the hour ends.

        """
        if self._most is None:
            return
        hour = int(now // _HOUR_S)
        if hour != self._hour:
            self._hour, self._seen = hour, {}
        seen = self._seen.get(client)
        if seen is None:
            if len(self._seen) >= _CLIENTS:
                del self._seen[next(iter(self._seen))]
            seen = self._seen[client] = set()
        if len(seen) > self._most:
            raise RateLimitExceeded(self._most, self._left_s(now))
        seen.update(subject_ids)
        if len(seen) > self._most:
            raise RateLimitExceeded(self._most, self._left_s(now))

    @staticmethod
    def _left_s(now: float) -> int:
        return int(_HOUR_S - now % _HOUR_S) + 1
