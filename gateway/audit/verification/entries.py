"""Verifies entry by entry: leaf, head, columns, sealed part, chain, lines; and each against its place in the log."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import orjson

from gateway.audit.seal.suites import STD, Suite
from gateway.audit.verification.findings import Findings, record_row
from gateway.audit.verification.leaves import LogLeaves
from gateway.audit.verification.lines import Line, Lines
from gateway.audit.verification.ordinals import Ordinals
from gateway.audit.verification.pieces import Ends, Piece, join_pieces
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

_Cited = dict[tuple[int, int], set[tuple[str, int]]]
"""The papers, each with its instant, by stream and number of the entry that they stand beside."""
_PAPERS_DIFFER: Final = "audit_paper does not have the papers that its head says"
_VIEWER: Final = RECORD_COLUMNS.index("viewer_key")
_ORGANISATION: Final = RECORD_COLUMNS.index("organisation")


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
    """What was seen on the way, and what must be known to go on with what was seen elsewhere."""

    entries: int = 0
    unsealed: int = 0
    below: int = 0
    """Entries below the expired index that are there still."""
    first_index: int | None = None
    last_index: int | None = None
    pieces: list[Piece] = field(default_factory=list)
    worth: int = 0
    """What the lines are worth: see `Ordinals`."""
    shapes: set[bytes] = field(default_factory=set)

    def join(self, other: "Seen") -> None:
        """Take over what was seen of other entries."""
        self.entries += other.entries
        self.unsealed += other.unsealed
        self.below += other.below
        for index in (other.first_index, other.last_index):
            if index is not None:
                self.stand_at(index)
        self.pieces += other.pieces
        self.worth += other.worth
        self.shapes |= other.shapes

    def stand_at(self, index: int) -> None:
        """Note that an entry stands at an index of the log."""
        self.first_index = index if self.first_index is None else min(self.first_index, index)
        self.last_index = index if self.last_index is None else max(self.last_index, index)


class Entries:
    """Verifies the entries of a range against themselves, their lines and the log."""

    def __init__(
        self, snapshot: Snapshot, suite: Suite, floor: int, found: Findings, ordinals: Ordinals | None = None
    ) -> None:
        """Take the index below which entries may have expired, and with what lines are reckoned."""
        self._snapshot = snapshot
        self._beside = snapshot
        self._leaves = LogLeaves(snapshot)
        self._suite = suite
        self._floor = floor
        self._found = found
        self._ordinals = ordinals or Ordinals(b"")
        self.seen = Seen()

    async def verify(self, among: Range) -> Seen:
        """Verify a range, and where it begins and ends: what is missing in it, what the first entries name."""
        await self._look(among, lambda _: None)
        await join_pieces(self._snapshot, self.seen.pieces, self._floor, self._found, whole=among.is_whole)
        return self.seen

    async def look(self, parts: Iterable[Range], progress: Callable[[int], None]) -> Seen:
        """Go through the entries of each part in the order of their streams; *progress* hears of so many more.

        The pieces of streams that are seen are not joined to each other yet.
        """
        async with self._snapshot.beside() as self._beside:
            self._leaves = LogLeaves(self._beside)
            for part in parts:
                await self._look(part, progress)
        self.seen.worth, self.seen.shapes = self._ordinals.worth, self._ordinals.shapes
        return self.seen

    async def _look(self, among: Range, progress: Callable[[int], None]) -> None:
        where, values = among.where()
        lines = Lines(self._beside, where, values)
        papers = Lines(self._beside, where, values, PAPER_COLUMNS, "audit_paper")
        columns = f"{', '.join(RECORD_COLUMNS)}, {self._snapshot.hashed('sealed')}, head, leaf"
        statement = f"SELECT {columns} FROM audit_record {where} ORDER BY stream, seq"  # noqa: S608 - names of ours
        places: StreamPlaces | None = None
        pieces: list[Piece] = []
        async for page in self._snapshot.pages(statement, *values):
            for rows in _by_stream(page):
                if places is None or places.number != rows[0][0]:
                    places = await read_places(self._beside, rows[0][0])
                last = rows[0][0], rows[-1][1]
                ends = Ends(pieces, last[0], self._found)
                leaves = self._check(rows, await lines.up_to(*last), await papers.up_to(*last), ends)
                await self._compare(places, leaves)
            self.seen.entries += len(page)
            progress(len(page))
        self._strangers(await lines.rest())
        self._strange_papers(await papers.rest())
        self.seen.pieces += pieces

    def _check(
        self, rows: Sequence[Sequence[Any]], lines: list[Line], papers: list[Line], ends: Ends
    ) -> list[tuple[int, bytes]]:
        """Verify each entry by itself and after the one before; give numbers and leaves, for the log."""
        digest, found, stream = hashlib.sha256, self._found, rows[0][0]
        leaf_in = None if self._suite is STD else self._suite.leaf
        by_seq, cited = self._by_seq(stream, lines), _cited(papers)
        counted: list[tuple[str, list[Line]]] = []
        leaves: list[tuple[int, bytes]] = []
        for row in rows:
            seq, head = row[1], row[-2]
            leaf = digest(b"\x00" + head).digest()
            if leaf != row[-1]:
                found.add("leaf", record_row(stream, seq), "its leaf is not that of its head")
            got = by_seq.pop(seq, [])
            previous = None
            try:
                said = orjson.loads(head)
                previous = said["prev"]
                columns, of_lines = record_said(said), lines_said(said)
                papers_said = {(paper, said["at"]) for paper in said["papers"]} if said["papers"] else None
            except (ValueError, KeyError, TypeError):
                found.add("head", record_row(stream, seq), "its head cannot be read")
            else:
                if columns != row[:-2] or of_lines != got:
                    self._differences(row, columns, of_lines, got)
                elif got:
                    counted.append((row[_ORGANISATION] or row[_VIEWER].hex(), got))
                if papers_said and cited.pop((stream, seq), None) != papers_said:
                    found.add("paper", record_row(stream, seq), _PAPERS_DIFFER)
            if ends.goes_on(seq, previous, leaf.hex()):
                leaves.append((seq, leaf if leaf_in is None else leaf_in(head)))
        ends.close()
        self._ordinals.add(counted)
        self._strangers(line for left in by_seq.values() for line in left)
        if cited:
            self._not_cited(cited, {(stream, row[1]) for row in rows})
        return leaves

    def _by_seq(self, stream: int, lines: list[Line]) -> dict[int, list[Line]]:
        """Put lines to their entries; those of streams that have no entry here are strangers."""
        found: defaultdict[int, list[Line]] = defaultdict(list)
        for line in lines:
            if line[0] == stream:
                found[line[1]].append(line)
            else:
                self._strangers([line])
        return found

    def _not_cited(self, cited: _Cited, entries: set[tuple[int, int]]) -> None:
        """Say of papers that no head here cites where they stand: beside an entry, or by themselves."""
        for place, papers in cited.items():
            if place in entries:
                self._found.add("paper", record_row(*place), _PAPERS_DIFFER)
            else:
                self._strange_papers((*place, *each) for each in papers)

    def _strange_papers(self, papers: Iterable[Line]) -> None:
        for stream, seq, paper, _ in papers:
            self._found.add("paper", f"audit_paper {paper} stream {stream} seq {seq}", "there is no such entry")

    def _differences(
        self, row: Sequence[Any], columns: Sequence[Any], lines: Sequence[Line], got: Sequence[Line]
    ) -> None:
        """Say what of an entry is not as its head says."""
        name = record_row(row[0], row[1])
        for column, is_, said in zip(RECORD_COLUMNS, row[:-3], columns[:-1], strict=True):
            if is_ != said:
                self._found.add("column", name, f"{column} is {_shown(is_)}, and its head says {_shown(said)}")
        if row[-3] != columns[-1]:
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
        seen.stand_at(first)
        seen.stand_at(end - 1)
        seen.below += max(0, min(end, self._floor) - first)
        if await self._leaves.are(first, b"".join([leaf for _, leaf in leaves])):
            return
        for index, (seq, leaf) in enumerate(leaves, first):
            kept = self._leaves.at(index)
            if kept != leaf and (kept or index >= self._floor):
                what = f"its leaf is not that of the entry, stream {stream} seq {seq}"
                self._found.add("log", f"log index {index}", what)


def _cited(papers: Iterable[Line]) -> _Cited:
    cited: defaultdict[tuple[int, int], set[tuple[str, int]]] = defaultdict(set)
    for stream, seq, paper, at in papers:
        cited[stream, seq].add((paper, at))
    return cited


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


def _shown(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else repr(value)


def _by_stream(page: Sequence[Sequence[Any]]) -> Sequence[Sequence[Sequence[Any]]]:
    """Cut a page where the stream changes."""
    if page[0][0] == page[-1][0]:
        return [page]
    cuts = [0, *(at for at in range(1, len(page)) if page[at][0] != page[at - 1][0]), len(page)]
    return [page[first:end] for first, end in pairwise(cuts)]
