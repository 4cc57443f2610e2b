"""Where in the log the entries of one stream stand, by the runs that were sealed of it."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final, NamedTuple

from gateway.audit.verification.findings import Findings
from gateway.audit.verification.snapshot import Snapshot

__all__ = ["Run", "StreamPlaces", "read_places", "verify_runs"]

_BROKEN: Final = """
SELECT first_index, stream, first_seq, expected
  FROM (SELECT first_index, stream, first_seq,
               coalesce(lag(first_seq + n) OVER (PARTITION BY stream ORDER BY first_seq), 0) AS expected
          FROM audit_run) AS run
 WHERE first_seq <> expected ORDER BY first_index"""


class Run(NamedTuple):
    """Entries of one stream that stand one behind the other in the log."""

    first_seq: int
    n: int
    first_index: int

    @property
    def end(self) -> int:
        """The number after its last entry's."""
        return self.first_seq + self.n


@dataclass(slots=True)
class StreamPlaces:
    """The places of one stream's entries; they are asked for forwards."""

    number: int
    runs: list[Run]
    _at: int = 0

    @property
    def sealed(self) -> int:
        """How many of its entries are sealed."""
        return self.runs[-1].end if self.runs else 0

    def run(self, seq: int) -> Run | None:
        """Give the run of an entry, None where it is in none; never ask for an earlier one afterwards."""
        runs = self.runs
        while self._at < len(runs) and runs[self._at].end <= seq:
            self._at += 1
        return None if self._at == len(runs) or seq < runs[self._at].first_seq else runs[self._at]

    def between(self, first: int, end: int, floor: int) -> list[tuple[int, int, int | None]]:
        """Give the entries from *first* to *end* that did not expire: first, end, log index of the first."""
        found: list[tuple[int, int, int | None]] = []
        for run in self.runs[max(0, bisect_right(self.runs, (first,)) - 1) :]:
            if run.first_seq >= end:
                break
            begin = max(first, run.first_seq, run.first_seq + floor - run.first_index)
            if begin < min(end, run.end):
                found.append((begin, min(end, run.end), run.first_index + begin - run.first_seq))
        if end > self.sealed:
            found.append((max(first, self.sealed), end, None))
        return found


async def read_places(snapshot: Snapshot, stream: int) -> StreamPlaces:
    """Read the runs of a stream."""
    asked = "SELECT first_seq, n, first_index FROM audit_run WHERE stream = $1 ORDER BY first_seq"
    return StreamPlaces(stream, [Run(*row) for row in await snapshot.rows(asked, stream)])


async def verify_runs(snapshot: Snapshot, found: Findings) -> None:
    """Find whether the runs of each stream follow each other."""
    async for page in snapshot.pages(_BROKEN):
        for index, stream, first, expected in page:
            what = f"it begins at stream {stream} seq {first}, and the one before ends at {expected}"
            found.add("run", f"audit_run first_index {index}", what)
