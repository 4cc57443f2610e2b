"""Entries that are made durable together: what they add to the tallies, and the rows they become (R19.2, R19.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.audit import body
from gateway.audit.codes import OUTCOMES, TIERS
from gateway.audit.entry import Receipt
from gateway.audit.head import SubjectOfHead, head_of, leaf_of
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
            sealed = cipher.seal(pending.body, nonce, place.stream, place.seq)
            counted, subjects = _lines(rows, pending, place.seq, nths)
            head = head_of(pending, place, at_us, sealed, cipher, subjects)
            leaf = leaf_of(head)
            rows.records.append((place.seq, *pending.columns, head, sealed, leaf))
            rows.papers.extend((place.seq, paper) for paper in pending.entry.papers)
            rows.receipts.append(Receipt(place.stream, place.seq, leaf, counted))
            place = Place(place.stream, place.seq + 1, leaf)
        return rows


def _lines(
    rows: Rows, pending: Pending, seq: int, nths: dict[TallyKey, int]
) -> tuple[dict[str, int], list[SubjectOfHead]]:
    """Add an entry's lines to *rows*; give the ordinals by subject, and the lines as the head has them."""
    counted: dict[str, int] = {}
    subjects: list[SubjectOfHead] = []
    lines = zip(pending.entry.subjects, pending.keys, pending.lanes, pending.numbers, strict=True)
    for line, key, lane, number in lines:
        nth = nth_of_organisation = 0
        if lane == COUNTED:
            nth = counted[line.subject_id] = nths[key, EVERYBODY] = nths[key, EVERYBODY] + 1
            nth_of_organisation = nths[key, pending.asker] = nths[key, pending.asker] + 1
        shape, outcome, tier = line.shape, OUTCOMES[line.outcome], TIERS[line.tier]
        rows.shapes[shape.digest] = shape
        subjects.append((key.hex(), nth, nth_of_organisation, outcome, tier, number))
        rows.lines.append((key, seq, nth, nth_of_organisation, outcome, tier, shape.digest))
    return counted, subjects
