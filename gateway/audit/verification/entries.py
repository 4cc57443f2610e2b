"""Verifies entry by entry: leaf, head, columns, sealed part, chain, lines; and each against its place in the log."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import orjson

from gateway.audit.seal.suites import HASH_BYTES, STD, Suite
from gateway.audit.seal.tiles import WIDTH
from gateway.audit.verification.findings import Findings
from gateway.audit.verification.lines import Line, Lines
from gateway.audit.verification.projections import (
    LINE_COLUMNS,
    PAPER_COLUMNS,
    RECORD_COLUMNS,
    lines_said,
    record_said,
)
from gateway.audit.verification.snapshot import Snapshot
from gateway.audit.verification.streams import StreamPlaces, read_places

__all__ = ["Entries", "Range", "Seen"]

_COLUMNS: Final = ", ".join((*RECORD_COLUMNS, "head"))


@dataclass(frozen=True, slots=True)
class Range:
    """Which entries are looked at, by their instants in microseconds since 1970; None: from the first, to the last."""

    first_us: int | None = None
    end_us: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is all of them."""
        return self.first_us is None and self.end_us is None

    def where(self) -> tuple[str, tuple[int, ...]]:
        """Write it as SQL."""
        values = tuple(value for value in (self.first_us, self.end_us) if value is not None)
        parts = ["at >= $1"] if self.first_us is not None else []
        parts += [f"at < ${len(values)}"] if self.end_us is not None else []
        return (f"WHERE {' AND '.join(parts)}" if parts else ""), values


@dataclass(slots=True)
class Seen:
    """What was counted on the way."""

    entries: int = 0
    unsealed: int = 0
    below: int = 0
    """Entries below the expired index that are there still."""
    first_index: int | None = None
    last_index: int | None = None
    streams: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Next:
    """What must come next in a stream."""

    places: StreamPlaces
    seq: int
    previous: str | None
    """The leaf that it must name; None where that cannot be known."""


class Entries:
    """Verifies the entries of a range against themselves, their lines and the log."""

    def __init__(self, snapshot: Snapshot, suite: Suite, floor: int, found: Findings) -> None:
        """Take the index below which entries may have expired."""
        self._snapshot = snapshot
        self._suite = suite
        self._floor = floor
        self._found = found
        self.seen = Seen()

    async def verify(self, among: Range, progress: Callable[[int], None]) -> Seen:
        """Go through all entries of the range in the order of their streams."""
        where, values = among.where()
        lines = Lines(self._snapshot, where, values)
        papers = Lines(self._snapshot, where, values, PAPER_COLUMNS, "audit_paper")
        columns = f"{_COLUMNS}, {self._snapshot.hashed('sealed')}, leaf"
        statement = f"SELECT {columns} FROM audit_record {where} ORDER BY stream, seq"  # noqa: S608 - names of ours
        coming: _Next | None = None
        async for page in self._snapshot.pages(statement, *values):
            for rows in _by_stream(page):
                if coming is None or coming.places.number != rows[0][0]:
                    self._end(coming, among)
                    coming = await self._begin(rows[0][0], 0 if among.is_whole else rows[0][1])
                last = rows[0][0], rows[-1][1]
                leaves = self._check(coming, rows, await lines.up_to(*last), await papers.up_to(*last))
                await self._compare(coming.places, leaves)
            self.seen.entries += len(page)
            progress(self.seen.entries)
        self._end(coming, among)
        self._strangers(await lines.rest())
        self._strange_papers(await papers.rest())
        if among.is_whole:
            await self._unseen()
        return self.seen

    async def _begin(self, stream: int, first: int) -> _Next:
        self.seen.streams.add(stream)
        if not await self._snapshot.rows("SELECT 1 FROM audit_stream WHERE id = $1", stream):
            self._found.add("stream", f"audit_stream id {stream}", "it is not there, and entries of it are")
        places = await read_places(self._snapshot, stream, self._found)
        if first == 0:
            return _Next(places, 0, "")
        before = "SELECT leaf FROM audit_record WHERE stream = $1 AND seq = $2"
        rows = await self._snapshot.rows(before, stream, first - 1)
        return _Next(places, first, bytes(rows[0][0]).hex() if rows else None)

    def _check(
        self, coming: _Next, rows: Sequence[Sequence[Any]], lines: list[Line], papers: list[Line]
    ) -> list[tuple[int, bytes]]:
        """Verify each entry by itself and after the one before; give numbers and leaves, for the log."""
        digest, found, stream = hashlib.sha256, self._found, coming.places.number
        std, by_seq = self._suite is STD, self._by_seq(stream, lines)
        cited: defaultdict[tuple[int, int], set[tuple[str, int]]] = defaultdict(set)
        for paper_stream, paper_seq, paper, at in papers:
            cited[paper_stream, paper_seq].add((paper, at))
        leaves: list[tuple[int, bytes]] = []
        for row in rows:
            seq, head = row[1], row[-3]
            if seq != coming.seq and not self._jump(coming, seq):
                continue
            leaf = digest(b"\x00" + head).digest()
            if leaf != row[-1]:
                found.add("leaf", _name(stream, seq), "its leaf is not that of its head")
            got = by_seq.pop(seq, [])
            try:
                said = orjson.loads(head)
                previous, expected = said["prev"], (record_said(said), said["sealed"], lines_said(said))
            except (ValueError, KeyError, TypeError):
                found.add("head", _name(stream, seq), "its head cannot be read")
            else:
                if expected != (row[:-3], row[-2], got):
                    self._differences(row, *expected, got)
                kept = cited.pop((stream, seq), None) if cited else None
                if (kept or said["papers"]) and kept != {(paper, said["at"]) for paper in said["papers"]}:
                    found.add("paper", _name(stream, seq), "audit_paper does not have the papers that its head says")
                if previous != coming.previous and coming.previous is not None:
                    found.add("chain", _name(stream, seq), "it does not name the entry before it")
            leaves.append((seq, leaf if std else self._suite.leaf(head)))
            coming.seq, coming.previous = seq + 1, leaf.hex()
        self._strangers(line for left in by_seq.values() for line in left)
        self._strange_papers((*place, *each) for place, left in cited.items() for each in left)
        return leaves

    def _strange_papers(self, papers: Iterable[Line]) -> None:
        for stream, seq, paper, _ in papers:
            self._found.add("paper", f"audit_paper {paper} stream {stream} seq {seq}", "there is no such entry")

    def _by_seq(self, stream: int, lines: list[Line]) -> dict[int, list[Line]]:
        """Put lines to their entries; those of streams that have no entry here are strangers."""
        found: defaultdict[int, list[Line]] = defaultdict(list)
        for line in lines:
            if line[0] == stream:
                found[line[1]].append(line)
            else:
                self._strangers([line])
        return found

    def _jump(self, coming: _Next, seq: int) -> bool:
        """Go on at a later number than expected: what lies between is missing, or it expired."""
        if seq < coming.seq:
            self._found.add("inserted", _name(coming.places.number, seq), "there are two of this number")
            return False
        self._missing(coming.places, coming.seq, seq)
        coming.previous = None
        return True

    def _differences(
        self, row: Sequence[Any], columns: Sequence[Any], sealed: str, lines: list[Line], got: list[Line]
    ) -> None:
        """Say what of an entry is not as its head says."""
        name = _name(row[0], row[1])
        for column, is_, said in zip(RECORD_COLUMNS, row[:-3], columns, strict=True):
            if is_ != said:
                self._found.add("column", name, f"{column} is {_shown(is_)}, and its head says {_shown(said)}")
        if row[-2] != sealed:
            self._found.add("sealed", name, "its sealed part is not the one that its head names")
        by_subject = {line[2]: line for line in got}
        for line in lines:
            self._line(line, by_subject.pop(line[2], None))
        self._strangers(by_subject.values())

    def _line(self, said: Line, is_: Line | None) -> None:
        """Say in what a line is not as the head says, if it is not."""
        row = f"audit_subject stream {said[0]} seq {said[1]} subject {said[2].hex()}"
        if is_ is None:
            self._found.add("line", row, "it is missing")
            return
        for column, one, other in zip(LINE_COLUMNS, is_, said, strict=True):
            if one != other:
                self._found.add("line", row, f"{column} is {_shown(one)}, and the head says {_shown(other)}")

    def _strangers(self, lines: Iterable[Line]) -> None:
        for line in lines:
            row = f"audit_subject stream {line[0]} seq {line[1]} subject {line[2].hex()}"
            self._found.add("line", row, "there is no such entry, or its head knows nothing of this subject")

    def _missing(self, places: StreamPlaces, first: int, end: int) -> None:
        for begin, stop, index in places.between(first, end, self._floor):
            row = _name(places.number, begin) + (f" to {stop - 1}" if stop - begin > 1 else "")
            place = f" (log index {index})" if index is not None else ""
            self._found.add("missing", row, f"it is not there{place}")

    def _end(self, coming: _Next | None, among: Range) -> None:
        """Say what is missing at the end of a stream."""
        if coming is not None and among.is_whole and coming.seq < coming.places.sealed:
            self._missing(coming.places, coming.seq, coming.places.sealed)

    async def _unseen(self) -> None:
        """Say which streams stand in the log and have no entry left."""
        for (stream,) in await self._snapshot.rows("SELECT DISTINCT stream FROM audit_run ORDER BY stream"):
            if stream not in self.seen.streams:
                places = await read_places(self._snapshot, stream, self._found)
                self._missing(places, 0, places.sealed)

    async def _compare(self, places: StreamPlaces, leaves: list[tuple[int, bytes]]) -> None:
        """Compare leaves with those of the log's tiles."""
        for first, end, index in _stretches(places, leaves):
            if index is None:
                self.seen.unsealed += end - first
            else:
                await self._compare_stretch(places.number, index, leaves[first:end])

    async def _compare_stretch(self, stream: int, first: int, leaves: list[tuple[int, bytes]]) -> None:
        """Compare leaves that stand one behind the other in the log, from an index on."""
        seen, end = self.seen, first + len(leaves)
        seen.first_index = first if seen.first_index is None else min(seen.first_index, first)
        seen.last_index = end - 1 if seen.last_index is None else max(seen.last_index, end - 1)
        seen.below += max(0, min(end, self._floor) - first)
        asked = "SELECT n, hashes FROM audit_tile WHERE level = 0 AND n BETWEEN $1 AND $2 ORDER BY n"
        rows = await self._snapshot.rows(asked, first // WIDTH, (end - 1) // WIDTH)
        at = first % WIDTH * HASH_BYTES
        if b"".join([row[1] for row in rows])[at : at + len(leaves) * HASH_BYTES] == b"".join(
            [leaf for _, leaf in leaves]
        ):
            return
        tiles: dict[int, bytes] = {row[0]: row[1] for row in rows}
        for index, (seq, leaf) in enumerate(leaves, first):
            at = index % WIDTH * HASH_BYTES
            kept = tiles.get(index // WIDTH, b"")[at : at + HASH_BYTES]
            if kept != leaf and (kept or index >= self._floor):
                what = f"its leaf is not that of the entry, stream {stream} seq {seq}"
                self._found.add("log", f"log index {index}", what)


def _stretches(places: StreamPlaces, leaves: list[tuple[int, bytes]]) -> Iterator[tuple[int, int, int | None]]:
    """Cut leaves where their places in the log do not follow each other: first, end, log index of the first.

    What stands before the sealed end and in no run is left out: the runs are at fault, and named.
    """
    at = 0
    while at < len(leaves):
        seq, end = leaves[at][0], at + 1
        run = places.run(seq)
        if leaves[-1][0] - seq == len(leaves) - 1 - at and (run is not None or seq >= places.sealed):
            end = min(len(leaves), at + run.end - seq) if run is not None else len(leaves)
        if run is not None:
            yield at, end, run.first_index + seq - run.first_seq
        elif seq >= places.sealed:
            yield at, end, None
        at = end


def _name(stream: int, seq: int) -> str:
    return f"audit_record stream {stream} seq {seq}"


def _shown(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else repr(value)


def _by_stream(page: Sequence[Sequence[Any]]) -> Sequence[Sequence[Sequence[Any]]]:
    """Cut a page where the stream changes."""
    if page[0][0] == page[-1][0]:
        return [page]
    cuts = [0, *(at for at in range(1, len(page)) if page[at][0] != page[at - 1][0]), len(page)]
    return [page[first:end] for first, end in pairwise(cuts)]
