"""Entries that are made durable together: what they add to the tallies, and the rows they become (R19.2, R19.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.audit import body
from gateway.audit.codes import OUTCOMES, TIERS
from gateway.audit.entry import Receipt
from gateway.audit.head import leaf_of, line_of, parts_of
from gateway.audit.pending import COUNTED, EVERYBODY, Pending, Place, TallyKey
from gateway.store.tables import microseconds
from schema.line_shapes import LineShape

__all__ = ["Batch", "Rows"]

Record = tuple[int, int, bytes, str, int, str, int, int, bytes, bytes, bytes]
Line = tuple[bytes, int, int, int, int, int, bytes]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that a batch becomes, in the order of its entries, with their receipts.

    A record is (seq, kind, viewer_key, organisation, way, purpose, outcome, tier, head, sealed, leaf), a line
    (subject_key, seq, nth, nth_of_organisation, outcome, tier, shape), a paper (seq, id); stream, instant and key are
    the same for all. The shapes are those of the lines, each once.
    """

    stream: int
    at: datetime
    key_id: int
    records: list[Record]
    lines: list[Line]
    papers: list[tuple[int, str]]
    shapes: dict[bytes, LineShape]
    receipts: list[Receipt]

    @property
    def end(self) -> Place:
        """The stream's end once these rows are durable."""
        last = self.receipts[-1]
        return Place(self.stream, last.seq + 1, last.leaf)


class Batch:
    """Entries that share one transaction."""

    def __init__(self, entries: Sequence[Pending]) -> None:
        """Sum up what the entries add to each subject's tallies: everybody's, and the asking organisation's."""
        self.entries = entries
        self.added: dict[TallyKey, list[int]] = {}
        for pending in entries:
            for key, lane in zip(pending.keys, pending.lanes, strict=True):
                if lane is None:
                    continue
                self._add((key, EVERYBODY), lane)
                if lane == COUNTED:
                    self._add((key, pending.asker), lane)

    def _add(self, tally: TallyKey, lane: int) -> None:
        counts = self.added.get(tally)
        if counts is None:
            counts = self.added[tally] = [0, 0, 0, 0]
        counts[lane] += 1

    def rows(self, place: Place, at: datetime, totals: Mapping[TallyKey, int], cipher: body.MonthCipher) -> Rows:
        """Give each entry its place, its ordinals out of the new *totals*, its sealed body, head and leaf."""
        rows = Rows(place.stream, at, cipher.key_id, [], [], [], {}, [])
        at_us = microseconds(at)
        nths = {tally: totals[tally] - counts[COUNTED] for tally, counts in self.added.items()}
        for pending, nonce in zip(self.entries, body.nonces(len(self.entries)), strict=True):
            stream, seq, _ = place
            sealed = cipher.seal(pending.body, nonce, stream, seq)
            counted, lines = _lines(rows, pending, seq, nths)
            head = parts_of(pending, place, sealed, cipher).at(at_us, lines)
            leaf = leaf_of(head)
            rows.records.append((seq, *pending.columns, head, sealed, leaf))
            if pending.entry.papers:
                rows.papers.extend([(seq, paper) for paper in pending.entry.papers])
            rows.receipts.append(Receipt(stream, seq, leaf, counted))
            place = Place(stream, seq + 1, leaf)
        return rows


def _lines(rows: Rows, pending: Pending, seq: int, nths: dict[TallyKey, int]) -> tuple[dict[str, int], str]:
    """Add an entry's lines to *rows*; give the ordinals by subject, and the lines as the head has them."""
    counted: dict[str, int] = {}
    written: list[str] = []
    lines = zip(pending.entry.subjects, pending.keys, pending.lanes, pending.numbers, strict=True)
    for line, key, lane, number in lines:
        nth = nth_of_organisation = 0
        if lane == COUNTED:
            nth = counted[line.subject_id] = nths[key, EVERYBODY] = nths[key, EVERYBODY] + 1
            nth_of_organisation = nths[key, pending.asker] = nths[key, pending.asker] + 1
        shape, outcome, tier = line.shape, OUTCOMES[line.outcome], TIERS[line.tier]
        rows.shapes[shape.digest] = shape
        written.append(line_of(key, f"{nth},{nth_of_organisation}", outcome, tier, number))
        rows.lines.append((key, seq, nth, nth_of_organisation, outcome, tier, shape.digest))
    return counted, ",".join(written)
