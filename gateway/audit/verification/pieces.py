"""Pieces of streams, looked at apart, joined to the streams they are of: nothing missing, nothing twice, one chain.

Wherever a piece was looked at, and by whichever process, it leaves its two ends: what its first entry names as the one
before, and the leaf of its last. What lies between two pieces that do not meet is missing, or it expired.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from gateway.audit.verification.findings import Findings, record_row
from gateway.audit.verification.snapshot import Snapshot
from gateway.audit.verification.streams import StreamPlaces, read_places

__all__ = ["Piece", "join_pieces"]


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


async def join_pieces(snapshot: Snapshot, pieces: Iterable[Piece], floor: int, found: Findings, *, whole: bool) -> None:
    """Join pieces in whatever order they come; of the *whole* trail, all that was sealed must be among them.

    *floor* is the index of the log below which entries may have expired.
    """
    joining = _Joining(snapshot, floor, found, whole)
    seen: set[int] = set()
    for stream, its in groupby(sorted(pieces, key=lambda piece: piece[:3]), key=lambda piece: piece.stream):
        seen.add(stream)
        await joining.join(stream, list(its))
    if whole:
        for (stream,) in await snapshot.rows("SELECT DISTINCT stream FROM audit_run ORDER BY stream"):
            if stream not in seen:
                places = await read_places(snapshot, stream, found)
                joining.miss(places, 0, places.sealed)


@dataclass(frozen=True, slots=True)
class _Joining:
    """Joins the pieces of one stream after the other."""

    snapshot: Snapshot
    floor: int
    found: Findings
    whole: bool

    async def join(self, stream: int, pieces: list[Piece]) -> None:
        """Join the pieces of one stream, in the order of their numbers."""
        if not await self.snapshot.rows("SELECT 1 FROM audit_stream WHERE id = $1", stream):
            self.found.add("stream", f"audit_stream id {stream}", "it is not there, and entries of it are")
        places = await read_places(self.snapshot, stream, self.found)
        end, leaf = await self._begin(stream, pieces[0].first)
        for piece in pieces:
            if piece.first < end:
                self._twice(piece, min(end, piece.end))
            elif piece.first > end:
                self.miss(places, end, piece.first)
            elif piece.named != leaf and None not in {piece.named, leaf}:
                self.found.add("chain", record_row(stream, piece.first), "it does not name the entry before it")
            if piece.end > end:
                end, leaf = piece.end, piece.leaf
        if self.whole and end < places.sealed:
            self.miss(places, end, places.sealed)

    async def _begin(self, stream: int, first: int) -> tuple[int, str | None]:
        """Give with which number a stream must begin, and what that entry must name; None where it cannot be known."""
        if self.whole or first <= 0:
            return 0, ""
        before = "SELECT leaf FROM audit_record WHERE stream = $1 AND seq = $2"
        rows = await self.snapshot.rows(before, stream, first - 1)
        return first, bytes(rows[0][0]).hex() if rows else None

    def miss(self, places: StreamPlaces, first: int, end: int) -> None:
        """Say which of these entries should be there."""
        for begin, stop, index in places.between(first, end, self.floor):
            place = f" (log index {index})" if index is not None else ""
            self.found.add("missing", _rows(places.number, begin, stop), f"it is not there{place}")

    def _twice(self, piece: Piece, end: int) -> None:
        self.found.add("inserted", _rows(piece.stream, piece.first, end), "there are two of this number")


def _rows(stream: int, first: int, end: int) -> str:
    return record_row(stream, first) + (f" to {end - 1}" if end - first > 1 else "")
