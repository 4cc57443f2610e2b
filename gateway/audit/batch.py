"""Entries that are made durable together: what they add to the tallies, and the rows they become (R19.2, R19.7)."""

import asyncio
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from gateway.audit import body
from gateway.audit.codes import OUTCOMES, TIERS, VERSION, WAYS
from gateway.audit.entry import Entry, Receipt, SubjectLine
from gateway.audit.head import canonical, leaf_of
from gateway.audit.pseudonyms import Pseudonyms
from gateway.store.tables import microseconds
from schema.disclosure import Outcome, Standing
from schema.line_shapes import LineShape

__all__ = ["EVERYBODY", "LANES", "Batch", "Pending", "Place", "Rows", "TallyKey"]

LANES: Final = ("n", "denied", "viewed", "own")
"""The tally's columns: counted queries, denied attempts, public views, a subject's own queries (AMB-25)."""

TallyKey = tuple[bytes, str]
"""A subject's keyed name, and the organisation whose queries of it are counted, or `EVERYBODY`."""
EVERYBODY: Final = ""
"""Stands for all who ask, where an organisation would (R19.7)."""

_COUNTED = 0
_LANE_OF_STANDING = {Standing.PUBLIC: LANES.index("viewed"), Standing.SELF: LANES.index("own")}


Record = tuple[int, int, bytes, str, int, str, int, int, bytes, bytes, bytes]
Line = tuple[bytes, int, int, int, int, int, bytes]


class Pending:
    """An entry on its way into the trail, with the future that its answer waits for."""

    __slots__ = (
        "alone",
        "asker",
        "body",
        "entry",
        "expires_at",
        "future",
        "keys",
        "lanes",
        "numbers",
        "shapes",
        "tier",
        "viewer",
    )

    def __init__(self, entry: Entry, names: Pseudonyms, future: asyncio.Future[Receipt], expires_at: float) -> None:
        """Do all of the work that needs no place in the trail yet.

        Raises:
            ValueError: where two lines are about one subject.

        """
        self.entry = entry
        self.keys = [names.subject(line.subject_id) for line in entry.subjects]
        if len(set(self.keys)) != len(self.keys):
            message = "an entry has one line about each subject, not two"
            raise ValueError(message)
        self.viewer = names.viewer(entry.organisation, entry.person)
        self.asker = entry.organisation or self.viewer.hex()
        """Whose queries of a subject are counted together: those of the organisation, else of the person (AMB-25)."""
        self.shapes = list({id(line.shape): line.shape for line in entry.subjects}.values())
        places = {id(shape): place for place, shape in enumerate(self.shapes)}
        self.numbers = [places[id(line.shape)] for line in entry.subjects]
        self.body = body.encode(entry, self.numbers)
        self.lanes = [_lane(line) for line in entry.subjects]
        self.tier = max((TIERS[line.tier] for line in entry.subjects), default=0)
        self.future = future
        self.expires_at = expires_at
        self.alone = False
        """Whether it is tried by itself, since the database refused it in company."""


class Place(NamedTuple):
    """The end of a stream: the next entry's number, and the leaf of the one before."""

    stream: int
    seq: int
    prev: bytes = b""


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

    def __init__(self, entries: Sequence[Pending], names: Pseudonyms) -> None:
        """Sum up what the entries add to each subject's tallies: everybody's, and the asking organisation's."""
        self.entries = entries
        self._names = names
        self.added: dict[TallyKey, list[int]] = {}
        for pending in entries:
            for key, lane in zip(pending.keys, pending.lanes, strict=True):
                if lane is None:
                    continue
                self._add((key, EVERYBODY), lane)
                if lane == _COUNTED:
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
        nths = {tally: totals[tally] - counts[_COUNTED] for tally, counts in self.added.items()}
        for pending, nonce in zip(self.entries, _nonces(len(self.entries)), strict=True):
            sealed = cipher.seal(pending.body, nonce, place.stream, place.seq)
            counted, subjects = _lines(rows, pending, place.seq, nths)
            entry = pending.entry
            way, outcome, purpose = WAYS[entry.method], OUTCOMES[entry.outcome], entry.purpose_code or ""
            told: dict[str, object] = {  # in the order in which they are written, which costs less than to sort them
                "answer": cipher.digest(entry.response_digest).hex(),
                "at": at_us,
                "key": cipher.key_id,
                "kind": entry.kind,
                "nspans": len(entry.spans),
                "organisation": entry.organisation,
                "outcome": outcome,
                "papers": entry.papers,
                "prev": place.prev.hex(),
                "purpose": purpose,
                "sealed": hashlib.sha256(sealed).hexdigest(),
                "seq": place.seq,
                "shapes": [shape.digest.hex() for shape in pending.shapes],
                "stream": place.stream,
                "subjects": subjects,
                "tier": pending.tier,
                "trace": entry.trace_id,
                "v": VERSION,
                "viewer": pending.viewer.hex(),
                "way": way,
            }
            if entry.about is not None:
                told["about"] = entry.about
            head = canonical(told)
            leaf = leaf_of(head)
            common = (way, purpose, outcome, pending.tier)
            rows.records.append(
                (place.seq, entry.kind, pending.viewer, entry.organisation, *common, head, sealed, leaf)
            )
            rows.papers.extend((place.seq, paper) for paper in entry.papers)
            rows.receipts.append(Receipt(place.stream, place.seq, leaf, counted))
            place = Place(place.stream, place.seq + 1, leaf)
        return rows


def _lines(
    rows: Rows, pending: Pending, seq: int, nths: dict[TallyKey, int]
) -> tuple[dict[str, int], list[tuple[str, int, int, int, int, int]]]:
    """Add an entry's lines to *rows*; give the ordinals by subject, and the lines as the head has them.

    There a line is the subject's keyed name, its ordinals among all queries and among the organisation's, outcome,
    tier, and which of the head's shapes is its own.
    """
    counted: dict[str, int] = {}
    subjects: list[tuple[str, int, int, int, int, int]] = []
    lines = zip(pending.entry.subjects, pending.keys, pending.lanes, pending.numbers, strict=True)
    for line, key, lane, number in lines:
        nth = nth_of_organisation = 0
        if lane == _COUNTED:
            nth = counted[line.subject_id] = nths[key, EVERYBODY] = nths[key, EVERYBODY] + 1
            nth_of_organisation = nths[key, pending.asker] = nths[key, pending.asker] + 1
        shape, outcome, tier = line.shape, OUTCOMES[line.outcome], TIERS[line.tier]
        rows.shapes[shape.digest] = shape
        subjects.append((key.hex(), nth, nth_of_organisation, outcome, tier, number))
        rows.lines.append((key, seq, nth, nth_of_organisation, outcome, tier, shape.digest))
    return counted, subjects


def _lane(line: SubjectLine) -> int | None:
    """Say which of the subject's counts a line raises: only what was disclosed under a counting standing is counted."""
    if line.outcome is Outcome.DENIED:
        return LANES.index("denied")
    if line.outcome is not Outcome.DISCLOSED:
        return None
    return _COUNTED if line.counted else _LANE_OF_STANDING.get(line.standing)


def _nonces(count: int) -> Iterator[bytes]:
    drawn = os.urandom(body.NONCE_BYTES * count)
    return (drawn[start : start + body.NONCE_BYTES] for start in range(0, len(drawn), body.NONCE_BYTES))
