"""A trail in memory: what it keeps is the same, and nobody waits for a disk."""

import hashlib
from collections import Counter
from collections.abc import Sequence

from gateway.audit.entry import Entry, Receipt

__all__ = ["Remembered"]


class Remembered:
    """Numbers entries and counts the subjects that were disclosed to others."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._entries = 0
        self._counts: Counter[str] = Counter()

    async def append(self, entry: Entry) -> Receipt:
        """Give the receipt of an entry."""
        self._entries += 1
        self._counts.update(line.subject_id for line in entry.subjects if line.counted)
        return Receipt(1, self._entries, hashlib.sha256(entry.response_digest).digest())

    async def query_count(self, subject_ids: Sequence[str]) -> dict[str, int]:
        """Give each subject's count."""
        return {each: self._counts[each] for each in subject_ids}

    async def close(self) -> None:
        """Forget everything."""
