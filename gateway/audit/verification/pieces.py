"""Pieces of streams, looked at apart, joined to the streams they are of: nothing missing, nothing twice, one chain.

Wherever a piece was looked at, and by whichever process, it leaves its two ends: what its first entry names as the one
before, and the leaf of its last. What lies between two pieces that do not meet is missing, or it expired.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final, NamedTuple

from gateway.audit.verification.findings import Findings, record_row
from gateway.audit.verification.snapshot import Snapshot
from gateway.audit.verification.streams import read_places

__all__ = ["Ends", "Piece", "join_pieces"]


_SEALED: Final = "SELECT stream, max(first_seq + n) FROM audit_run GROUP BY stream"


class Piece(NamedTuple):
    """Entries of one stream, each after the one before it."""

    stream: int
    first: int
    end: int
    """The number after its last entry's."""
    named: str | None
    """The leaf that its first entry names; None where its head cannot be read."""
    leaf: str
    """That of its last entry."""


class Ends:
    """The ends of the piece that is looked at; where an entry does not follow, it ends and another one begins."""

    def __init__(self, pieces: list[Piece], stream: int, found: Findings) -> None:
        """Go on with the last of *pieces*, if it is of this stream."""
        self._pieces = pieces
        self._stream = stream
        self._found = found
        goes_on = bool(pieces) and pieces[-1].stream == stream
        begun = pieces.pop() if goes_on else Piece(stream, -1, -1, None, "")
        _, self._first, self._next, self._named, self._leaf = begun

    def goes_on(self, seq: int, previous: str | None, leaf: str) -> bool:
        """Say whether the next entry, which names *previous*, is one more: not the second of its number."""
        if seq == self._next:
            if previous != self._leaf and previous is not None:
                self._found.add("chain", record_row(self._stream, seq), "it does not name the entry before it")
        elif seq > self._next:
            self.close()
            self._first, self._named = seq, previous
        else:
            self._found.add("inserted", record_row(self._stream, seq), "there are two of this number")
            return False
        self._next, self._leaf = seq + 1, leaf
        return True

    def close(self) -> None:
        """Keep the piece as far as it goes."""
        if self._next > self._first:
            self._pieces.append(Piece(self._stream, self._first, self._next, self._named, self._leaf))


async def join_pieces(snapshot: Snapshot, pieces: Iterable[Piece], floor: int, found: Findings, *, whole: bool) -> None:
    """Join pieces in whatever order they come; of the *whole* trail, all that was sealed must be among them.

    *floor* is the index of the log below which entries may have expired.
    """
    joining = _Joining(snapshot, floor, found, dict(map(tuple, await snapshot.rows(_SEALED))) if whole else None)
    known = {stream for (stream,) in await snapshot.rows("SELECT id FROM audit_stream")}
    seen: set[int] = set()
    for stream, its in groupby(sorted(pieces, key=lambda piece: piece[:3]), key=lambda piece: piece.stream):
        seen.add(stream)
        if stream not in known:
            found.add("stream", f"audit_stream id {stream}", "it is not there, and entries of it are")
        await joining.join(stream, list(its))
    await joining.miss_streams(seen)


@dataclass(frozen=True, slots=True)
class _Joining:
    """Joins the pieces of one stream after the other."""

    snapshot: Snapshot
    floor: int
    found: Findings
    sealed: dict[int, int] | None
    """How many entries of each stream are sealed; None where only a range is looked at."""

    async def join(self, stream: int, pieces: list[Piece]) -> None:
        """Join the pieces of one stream, in the order of their numbers."""
        end, leaf = await self._begin(stream, pieces[0].first)
        for piece in pieces:
            if piece.first < end:
                row = _rows(stream, piece.first, min(end, piece.end))
                self.found.add("inserted", row, "there are two of this number")
            elif piece.first > end:
                await self._miss(stream, end, piece.first)
            elif piece.named != leaf and None not in {piece.named, leaf}:
                self.found.add("chain", record_row(stream, piece.first), "it does not name the entry before it")
            if piece.end > end:
                end, leaf = piece.end, piece.leaf
        if self.sealed is not None and end < self.sealed.get(stream, 0):
            await self._miss(stream, end, self.sealed[stream])

    async def miss_streams(self, seen: set[int]) -> None:
        """Say which streams stand in the log and have no entry left."""
        for stream, sealed in sorted((self.sealed or {}).items()):
            if stream not in seen:
                await self._miss(stream, 0, sealed)

    async def _begin(self, stream: int, first: int) -> tuple[int, str | None]:
        """Give with which number a stream must begin, and what that entry must name; None where it cannot be known."""
        if self.sealed is not None or first <= 0:
            return 0, ""
        before = "SELECT leaf FROM audit_record WHERE stream = $1 AND seq = $2"
        rows = await self.snapshot.rows(before, stream, first - 1)
        return first, bytes(rows[0][0]).hex() if rows else None

    async def _miss(self, stream: int, first: int, end: int) -> None:
        """Say which of these entries should be there."""
        places = await read_places(self.snapshot, stream)
        for begin, stop, index in places.between(first, end, self.floor):
            place = f" (log index {index})" if index is not None else ""
            self.found.add("missing", _rows(stream, begin, stop), f"it is not there{place}")


def _rows(stream: int, first: int, end: int) -> str:
    return record_row(stream, first) + (f" to {end - 1}" if end - first > 1 else "")
