"""One record type's rows, made one list: merged by natural key, filtered by the law's terms, newest first.

Rows stay what a source gave: lists in the order of a `Layout`. Everything here is pure; a day comes in as ``today``.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

from connectors.connector import OPEN
from schema.definition import RecordDefinition
from schema.record_ids import record_id
from schema.retention import Anchor, Term, dating, polarity_of
from schema.tiers import Tier

__all__ = ["Layout", "Reading", "Row"]

Row = list[Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which column stands where in the rows of one record type."""

    record: RecordDefinition
    columns: tuple[str, ...]
    position: dict[str, int] = field(init=False, hash=False, compare=False)

    def __post_init__(self) -> None:
        """Number the columns."""
        object.__setattr__(self, "position", {name: n for n, name in enumerate(self.columns)})

    def __hash__(self) -> int:
        """Hash by name and columns."""
        return hash((self.record.name, self.columns))

    @staticmethod
    def always(record: RecordDefinition, *, expires: bool, published: bool = False) -> frozenset[str]:
        """Give the columns without which rows cannot be merged, ordered, or kept to their terms.

        ``expires`` says that Art. 20 applies to the subject, ``published`` that the reader sees what is public alone.
        """
        wanted = {*record.key, "provider", "version", "recordStatus", record.occurred_on or "reportedAt"}
        wanted |= {_PUBLICITY} if published else set()
        retention = record.retention
        if expires and retention is not None:
            wanted |= {"reportedAt", "terminatedOn"} | ({retention.end} if retention.end else set())
            wanted |= retention.ongoing.fields if retention.ongoing else frozenset()
            wanted |= polarity_columns(record)
        return frozenset(wanted)


def polarity_columns(record: RecordDefinition) -> frozenset[str]:
    """Give the columns on which a record's polarity rests."""
    if record.polarity_field:
        return frozenset({record.polarity_field})
    return frozenset(name for _, when in record.polarity_rules if when for name in when.fields)


def tier_columns(record: RecordDefinition) -> frozenset[str]:
    """Give the columns on which a record's own tier rests."""
    named = frozenset(name for rule in record.tier_rules if rule.tier for name in rule.when.fields)
    return (named - {"subjectKind"}) | {"recordTier"}


def excluding_columns(record: RecordDefinition) -> frozenset[str]:
    """Give the columns that decide whether a record is for nobody: a seal."""
    named = frozenset(name for rule in record.tier_rules if rule.tier is None for name in rule.when.fields)
    return named - {"subjectKind"}


def deciding_columns(record: RecordDefinition, *, expires: bool, published: bool) -> frozenset[str]:
    """Give the columns without which it is not known whether a record is there at all: its status, its terms."""
    publicity = frozenset({_PUBLICITY} if published else ())
    if not expires or record.retention is None:
        return publicity | {"recordStatus"}
    return publicity | (Layout.always(record, expires=True) - {"provider", "version", *record.key})


class Reading:
    """How the rows of one layout are read for one kind of subject."""

    def __init__(  # noqa: PLR0913 (all that reading depends on)
        self,
        layout: Layout,
        kind: str,
        *,
        expires: bool,
        identity: bytes,
        all_active: bool = False,
        published: bool = False,
        own: str = "",
        anchor: Anchor = Anchor.END,
    ) -> None:
        """Prepare positions; *identity* is the key under which record ids are hashed.

        *anchor* says from when the five years of Art. 20 count. ``all_active`` says that every source's records are in
        force, none withdrawn or repaired; ``published`` that the reader sees what is public alone, and some source says
        until when that is (R17.3); *own* is the agency to whose officers its records are open whatever their tier.
        """
        self.layout = layout
        self.published = published
        self._own = own
        self.kind = kind
        self._identity = identity
        record, position = layout.record, layout.position
        keys = [position["provider"], *(position[name] for name in record.key)]
        self.key: Callable[[Row], tuple[Any, ...]] = itemgetter(*keys)
        self._status = position["recordStatus"]
        self._version = position["version"]
        self.occurred_at = position[record.occurred_on or "reportedAt"]
        self.dated = dating(record)
        self._day: Callable[[Row], Any] = itemgetter(self.occurred_at) if record.occurred_on else self.occurred_on
        self._expires = expires and record.retention is not None
        self._term = Term(record, anchor)
        self._all_active = all_active
        self._open = position.get(OPEN)
        self._publicity = position[_PUBLICITY] if published else None

    def merge(
        self, sources: Sequence[list[Row]], today: date, *, everything: bool, doubtful: Collection[int] = ()
    ) -> list[Row]:
        """Give one list out of every source's, newest first.

        Records with the same natural key are one: the higher version wins, then the earlier source. Withdrawn and
        repaired records are for the subject (*everything*) and for who reported them; an individual's negative record
        past its term is for nobody (R20.2). What is no longer published is not there for who sees what is public alone
        (R17.3), nor are rows, by their ``id()``, of which it is *doubtful* until when they are.
        """
        if not sources:
            return []
        rows = self._joined(sources, today, doubtful)
        status = self._status
        if self._all_active:
            rows = list(rows) if len(rows) == 1 else rows
        elif everything:
            rows = [row for row in rows if row[status] != "EXPIRED"]
        elif self._own:
            rows = [row for row in rows if row[status] in (_SHOWN_TO_ITSELF if self._is_own(row) else _SHOWN)]
        else:
            rows = [row for row in rows if row[status] in _SHOWN]
        if self._expires and rows:
            rows = [row for row in rows if self._in_term(row, today)]
        if len(rows) > 1:
            self._order(rows)
        return rows

    def _is_own(self, row: Row) -> bool:
        """Say whether a record is of the reader's own agency: it is shown withdrawn, repaired or unpublished too."""
        return bool(self._own) and row[self.layout.position["provider"]] == self._own

    def in_question(
        self, sources: Sequence[list[Row]], today: date, *, everything: bool, doubtful: Collection[int] = ()
    ) -> list[Row]:
        """Give the rows that are records of this reader's, or would be if their status or their term were known.

        A *doubtful* row is among them though another source's takes its place: it hides that one too.
        """
        status, shown = self._status, _SHOWN_TO_ITSELF if everything else _SHOWN
        told = self._told(sources, today)
        found = [*self._distinct(told), *(row for row in told if id(row) in doubtful)]
        return [row for row in found if row[status] is None or row[status] in shown]

    def _joined(self, sources: Sequence[list[Row]], today: date, doubtful: Collection[int]) -> list[Row]:
        rows = self._told(sources, today, doubtful)
        return self._distinct(rows) if len(rows) > 1 else rows

    def _told(self, sources: Sequence[list[Row]], today: date, doubtful: Collection[int] = ()) -> list[Row]:
        """Give every source's rows but those that one of them hides."""
        rows = sources[0] if len(sources) == 1 else [row for each in sources for row in each]
        if self._open is not None:
            opened = self._open
            # two sources' tiers are joined by the stricter (R15.2)
            rows = self._without(rows, [row for row in rows if row[opened] is False])
        if self._publicity is not None:
            # and so are their terms of publicity
            ended = self._no_longer_public(rows, self._publicity, today.isoformat(), doubtful)
            rows = self._without(rows, [row for row in ended if not self._is_own(row)])
        return rows

    def _without(self, rows: list[Row], hidden: list[Row]) -> list[Row]:
        """Drop what any source hides: the same record of another source with it, whichever version is higher."""
        if not hidden:
            return rows
        gone = {id(row) for row in hidden}
        keys = {self.key(row) for row in hidden if not self._is_own(row)}
        keys = {key for key in keys if None not in key}  # a key with a part lost is nobody else's
        return [row for row in rows if id(row) not in gone and self.key(row) not in keys]

    @staticmethod
    def _no_longer_public(rows: list[Row], until: int, today: str, doubtful: Collection[int]) -> list[Row]:
        """Give the rows whose last day of publicity was before *today*, or is not known (R17.3)."""
        if doubtful:
            return [row for row in rows if id(row) in doubtful or (row[until] is not None and row[until] < today)]
        return [row for row in rows if row[until] is not None and row[until] < today]

    def _distinct(self, rows: list[Row]) -> list[Row]:
        key, version = self.key, self._version
        if len({*map(key, rows)}) == len(rows):
            return list(rows)
        found: dict[Any, Row] = {}
        for row in rows:
            natural = key(row)
            if None in natural:
                natural = (*natural, id(row))
            known = found.get(natural)
            if known is None or (row[version] or 0) > (known[version] or 0):
                found[natural] = row
        return list(found.values())

    def _order(self, rows: list[Row]) -> None:
        """Sort newest first, nulls last, then by id; ids are made only where days are equal."""
        day = self._day
        try:
            rows.sort(key=day, reverse=True)
        except TypeError:  # a null among them: it goes last
            rows.sort(key=lambda row: str(day(row) or ""), reverse=True)
        if len({*map(day, rows)}) == len(rows):
            return
        start = 0
        for n in range(1, len(rows) + 1):
            if n == len(rows) or day(rows[n]) != day(rows[start]):
                if n - start > 1:
                    rows[start:n] = sorted(rows[start:n], key=self.own_id)
                start = n

    def own_id(self, row: Row) -> str:
        """Give a record's id: opaque, stable, and the same from whichever source it came."""
        return record_id(self.layout.record.name, self.key(row), self._identity)

    def occurred_on(self, row: Row) -> str | None:
        """Give the day that dates a record: a month counts as its last day, a year as 31 December."""
        value = row[self.occurred_at]
        return None if value is None else self.dated(value)

    def polarity(self, row: Row) -> str:
        """Give whether a record speaks for or against its subject."""
        position = self.layout.position
        return polarity_of(self.layout.record, lambda name: row[position[name]])

    def tier(self, row: Row) -> str:
        """Give a record's own tier: the strictest of its type's, the reported and every rule that holds (R15.2)."""
        record, position = self.layout.record, self.layout.position
        strictest = str(record.tier.value)
        reported = row[position["recordTier"]]
        if reported is not None and reported > strictest:
            strictest = reported
        for rule in record.tier_rules:
            if rule.tier is not None and str(rule.tier.value) > strictest:
                holds = rule.when.holds_for(lambda name: self.kind if name == "subjectKind" else row[position[name]])
                strictest = str(rule.tier.value) if holds else strictest
        return strictest

    def opened(self, rows: list[Row], highest: Tier) -> list[Row]:
        """Keep the rows that exist for a clearance, or mark those that do not where other sources must know."""
        if self._open is None:
            return [row for row in rows if self.exists(row, highest)]
        for row in rows:
            row[self._open] = self.exists(row, highest)
        return rows

    def exists(self, row: Row, highest: Tier) -> bool:
        """Say whether a record is within a clearance: for sources that cannot filter by themselves."""
        position = self.layout.position
        if "sealed" in position and row[position["sealed"]] is True:  # of whatever type it is (AMB-46)
            return False
        excluded = any(
            rule.tier is None
            and rule.when.holds_for(lambda name: self.kind if name == "subjectKind" else row[position[name]])
            for rule in self.layout.record.tier_rules
        )
        return not excluded and self.tier(row) <= str(highest.value)

    def retention_until(self, row: Row) -> str | None:
        """Give the last day on which an individual's negative record may be read, or None (Art. 20)."""
        if not self._expires:
            return None
        position = self.layout.position
        until = self._term.kept_through(lambda name: row[position[name]])
        return None if until is None else until.isoformat()

    def _in_term(self, row: Row, today: date) -> bool:
        until = self.retention_until(row)
        return until is None or today.isoformat() <= until


_PUBLICITY = "publicityUntil"
"""The last day on which a record is published: a day of Zhengzhou, over at its midnight whatever job has run."""
_SHOWN = frozenset({"ACTIVE", "CORRECTED"})
_SHOWN_TO_ITSELF = _SHOWN | {"REVOKED", "REPAIRED"}
