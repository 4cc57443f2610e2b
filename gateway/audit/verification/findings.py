"""What a verification found: each thing with the row it is about, so that an investigation knows where to begin."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

__all__ = ["Finding", "Findings", "record_row"]

_SHOWN_OF_A_KIND: Final = 100
"""So many are listed of one kind; of more, the number is said."""


class Finding(NamedTuple):
    """One thing that is not as it was recorded."""

    kind: str
    row: str
    what: str


@dataclass(slots=True)
class Findings:
    """All that was found, and what was looked at."""

    listed: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, row: str, what: str) -> None:
        """Note one thing."""
        self.counts[kind] += 1
        if self.counts[kind] <= _SHOWN_OF_A_KIND:
            self.listed.append(Finding(kind, row, what))

    def join(self, others: "Findings") -> None:
        """Take over what was found elsewhere, of other kinds or of the same."""
        listed = Counter(finding.kind for finding in self.listed)
        for finding in others.listed:
            listed[finding.kind] += 1
            if listed[finding.kind] <= _SHOWN_OF_A_KIND:
                self.listed.append(finding)
        self.counts.update(others.counts)

    @property
    def total(self) -> int:
        """How many things were found."""
        return self.counts.total()


def record_row(stream: int, seq: int) -> str:
    """Name an entry's row."""
    return f"audit_record stream {stream} seq {seq}"
