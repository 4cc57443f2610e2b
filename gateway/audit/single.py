"""An entry that waits by itself, on PostgreSQL: one statement numbers it, writes it and makes it durable.

Its head cannot be finished before the tallies are raised, so it is sent in parts: the server puts instant and ordinals
between them. It looks first whether it got what was sent; we look afterwards whether it kept what we would have kept.
"""

import hashlib
from typing import Final

from gateway.audit import body
from gateway.audit.batch import Batch
from gateway.audit.codes import OUTCOMES, TIERS
from gateway.audit.entry import Receipt
from gateway.audit.errors import CommitUnknown
from gateway.audit.head import leaf_of, line_of, parts_of
from gateway.audit.pending import COUNTED, Pending, Place
from schema.line_shapes import LineShape

__all__ = ["CITING", "STATEMENT", "Draft", "in_month", "is_single", "shape_of"]

STATEMENT: Final = r"""
WITH raised AS (
  INSERT INTO audit_tally (subject_key, organisation, n, denied, viewed, own, last_at)
  SELECT $1::bytea, organisation, ($3 = 0)::int, ($3 = 1)::int, ($3 = 2)::int, ($3 = 3)::int, clock_timestamp()
    FROM (VALUES (''), ($2::text)) AS asker (organisation)
   WHERE $3::smallint = 0 OR ($3 IS NOT NULL AND organisation = '')
  ON CONFLICT (subject_key, organisation) DO UPDATE
     SET n = audit_tally.n + excluded.n, denied = audit_tally.denied + excluded.denied,
         viewed = audit_tally.viewed + excluded.viewed, own = audit_tally.own + excluded.own, last_at = excluded.last_at
  RETURNING organisation, n),
placed AS (
  SELECT clock_timestamp() AS at, coalesce(max(n) FILTER (WHERE organisation = '' AND $3 = 0), 0) AS nth,
         coalesce(max(n) FILTER (WHERE organisation <> ''), 0) AS nth_of_organisation
    FROM raised),
timed AS MATERIALIZED (
  SELECT *, (extract(epoch FROM at) * 1000000)::bigint AS at_us FROM placed),
headed AS MATERIALIZED (
  SELECT at, at_us, nth, nth_of_organisation,
         $4::bytea || convert_to(at_us::text, 'UTF8') || $5::bytea
         || CASE WHEN $1 IS NULL THEN '' ELSE convert_to(nth || ',' || nth_of_organisation, 'UTF8') END
         || $6::bytea AS head
    FROM timed),
line AS (
  INSERT INTO audit_subject (subject_key, at, stream, seq, nth, nth_of_organisation, outcome, tier, shape)
  SELECT $1, at, $9, $10, nth, nth_of_organisation, $21::smallint, $22::smallint, $23::bytea
    FROM headed WHERE $1 IS NOT NULL)
INSERT INTO audit_record (stream, seq, at, kind, viewer_key, organisation, way, purpose, outcome, tier, key_id,
                          head, sealed, leaf)
SELECT $9::int, $10::bigint, at, $11::smallint, $12::bytea, $13::text, $14::smallint, $15::text, $16::smallint,
       $17::smallint, $18::int, head,
       CASE WHEN at_us >= $19::bigint AND at_us < $20::bigint AND sha256($4 || $5 || $6 || $7::bytea) = $8::bytea
            THEN $7 END,
       sha256('\x00'::bytea || head)
  FROM headed
RETURNING leaf, (SELECT at_us FROM headed), (SELECT nth FROM headed), (SELECT nth_of_organisation FROM headed)"""
"""Refuses, since ``sealed`` is then missing, what was damaged on its way and what has another month's key."""
CITING: Final = STATEMENT.replace(
    "line AS (",
    """papers AS (
  INSERT INTO audit_paper (paper, at, stream, seq)
  SELECT paper, at, $9, $10 FROM headed, unnest($24::text[]) AS paper),
line AS (""",
)
"""The same of an entry that cites papers, which few do: a table that is not named need not be opened."""
_ORDINALS: Final = "?"
_NO_LINE: Final[tuple[int | None, int | None, bytes | None]] = (None, None, None)
_MARGIN_US: Final = 5_000_000
"""How near to the turn of a month the server's clock is asked first."""


def is_single(batch: Batch) -> bool:
    """Say whether one statement takes it: one entry about one subject or none, which says nothing else in the open."""
    if len(batch.entries) > 1:
        return False
    (pending,) = batch.entries
    return len(pending.keys) <= 1 and pending.entry.about is None


def shape_of(pending: Pending) -> LineShape | None:
    """Give the shape of its line, which must be in the trail before the line is."""
    return pending.shapes[0] if pending.shapes else None


def in_month(at_us: int, cipher: body.MonthCipher) -> bool:
    """Say whether an instant is well within the month of a cipher."""
    return cipher.begins_us + _MARGIN_US <= at_us < cipher.ends_us - _MARGIN_US


class Draft:
    """An entry for its place in the trail, finished but for its instant and its ordinals."""

    __slots__ = ("_parts", "_pending", "_place", "arguments", "cites")

    def __init__(self, pending: Pending, place: Place, cipher: body.MonthCipher) -> None:
        """Write what can be written, and leave out what the server is to write."""
        sealed = cipher.seal(pending.body, next(body.nonces(1)), place.stream, place.seq)
        self._pending, self._place = pending, place
        before, between, behind = parts_of(pending, place, sealed, cipher)
        key, lane, line = None, None, _NO_LINE
        if pending.keys:
            (key,), (lane,), (told,) = pending.keys, pending.lanes, pending.entry.subjects
            outcome, tier = OUTCOMES[told.outcome], TIERS[told.tier]
            line = outcome, tier, told.shape.digest
            opening, closing = line_of(key, _ORDINALS, outcome, tier, 0).split(_ORDINALS)
            between, behind = between + opening, closing + behind
        else:
            between, behind = between + behind, ""
        self._parts = parts = before.encode(), between.encode(), behind.encode()
        self.cites = bool(pending.entry.papers)
        self.arguments = (
            key,
            pending.asker,
            lane,
            *parts,
            sealed,
            hashlib.sha256(b"".join((*parts, sealed))).digest(),
            place.stream,
            place.seq,
            *pending.columns,
            cipher.key_id,
            cipher.begins_us,
            cipher.ends_us,
            *line,
            *((pending.entry.papers,) if self.cites else ()),
        )

    def receipt(self, leaf: bytes, at_us: int, nth: int, nth_of_organisation: int) -> Receipt:
        """Give the receipt of what the server says it kept.

        Raises:
            CommitUnknown: where it is not what was to be kept.

        """
        before, between, behind = self._parts
        ordinals = b"%d,%d" % (nth, nth_of_organisation) if self._pending.keys else b""
        if leaf_of(b"".join((before, b"%d" % at_us, between, ordinals, behind))) != leaf:
            message = "what was kept is not what was sent"
            raise CommitUnknown(message)
        counted = {self._pending.entry.subjects[0].subject_id: nth} if self._pending.lanes == [COUNTED] else {}
        return Receipt(self._place.stream, self._place.seq, leaf, counted)
