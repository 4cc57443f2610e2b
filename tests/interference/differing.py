"""What is above a standing in one agency's tables, written differently: values, presence, number, seals."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

import orjson
import sqlalchemy as sa

from connectors.connector import Connector
from schema.catalogue import ENVELOPE, RECORDS
from schema.definition import Mask, RecordDefinition
from schema.tiers import Tier
from tests.agreement.city import AS_OF
from tests.agreement.records import Record
from tests.interference.rows import OWNER, Lying, columns_in
from tests.interference.standings import Standing

__all__ = ["Differing", "Group", "group_of"]

Group = tuple[str, str, tuple[Any, ...]]
"""A subject, a record type and a natural key: whatever sources tell of it is one record."""
_SOMEBODYS_NUMBER, _SOMEBODY_ELSES = "410199199003070018", "410101198506150018"
"""Two numbers that are the same once they are masked."""
_PAYLOAD = "payload"
_NOBODY_CAN_READ = ("不详", "x" * 40, "9999999999999999999", "{}")


def group_of(record: Record) -> Group:
    """Give the one record that a source's row tells of."""
    return (record.subject.id, record.definition.name, record.natural_key)


def vital(record: RecordDefinition) -> set[str]:
    """Give the fields on which it rests whether a record is there, which it is, and where in its list it stands."""
    ruling = {name for rule in record.tier_rules for name in rule.when.fields}
    turning = {name for _, when in record.polarity_rules if when for name in when.fields}
    ending = {record.retention.end} if record.retention and record.retention.end else set()
    going = set(record.retention.ongoing.fields) if record.retention and record.retention.ongoing else set()
    named = {record.occurred_on or "reportedAt", record.polarity_field or "", "terminatedOn", "reportedAt"}
    named.add("publicityUntil")
    kept = {"provider", "version", "recordStatus", "recordTier", "recordType", OWNER}
    return ruling | turning | ending | going | named | kept | set(record.key)


def _tier(record: RecordDefinition, name: str) -> Tier:
    known = record.fields.get(name) or ENVELOPE.get(name)
    return known.tier if known else Tier.PUBLIC


@dataclass
class Differing:
    """One agency's database in the other world.

    ``closed`` are the records that are above the standing by what any source says, ``mixed`` those of them of which
    some source says nothing of the kind: there the one that does must go on saying so.
    """

    agency: type[Connector]
    database: sqlite3.Connection
    rows: Sequence[Lying]
    standing: Standing
    chance: Random
    closed: set[Group]
    mixed: set[Group]
    made: int = 0
    _neighbours: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def write(self) -> None:
        """Change everything that is above the standing, and nothing else."""
        owners = Counter((each.base.name, each.row) for each in self.rows)
        for each in self.rows:
            highest = self.standing.highest(each.record)
            if owners[each.base.name, each.row] > 1:  # one row for two subjects, of whom one may be seen
                continue
            if group_of(each.record) in self.closed:
                self._hidden(each, raised=self.standing.hides(each.record, AS_OF))
            elif highest is not None and highest < Tier.RESTRICTED:
                self._open(each, highest)
        self.database.commit()

    # A record that is not there

    def _hidden(self, each: Lying, *, raised: bool) -> None:
        if each.record.lost and not self.standing.forbids(each.record):
            return  # its source tells of it, and is asked again for what it could not read
        register = _is_register(each.base)
        if raised and not register and self.chance.random() < 0.5:
            for _ in range(self.chance.randint(1, 4)):
                self._copy(each)
        lots = self.chance.random()
        if lots < 0.3 and not register and not (raised and group_of(each.record) in self.mixed):
            self.database.execute(f'DELETE FROM "{each.base.name}" WHERE rowid = ?', (each.row,))  # noqa: S608 (a name of ours)
        elif lots < 0.75 and self.standing.forbids(each.record):
            self._rewrite(each)

    def _rewrite(self, each: Lying) -> None:
        """Write other values into everything that does not make it the hidden record that it is."""
        record = each.record.definition
        kept = vital(record) - {"recordStatus", "version"}
        new = {
            name: self._another(each.base, name)
            for name, uses in self._uses[each.base.name].items()
            if all(of == record.name and by not in kept for of, by in uses)
        }
        if each.base.c.get(_PAYLOAD) is not None:
            said = self._payload(each)
            said |= {name: self._said(record, name) for name in record.fields if name not in kept}
            new = {"submission_id": "S-?", "version": self.chance.choice((0, 7, "?")), _PAYLOAD: said}
        self._update(each, new)

    def _copy(self, each: Lying) -> None:
        """Add one more like it, of the same subject or of another."""
        self.made += 1
        fresh = self._fresh_key(each)
        if fresh is None:
            return
        row = {**self._row(each), **fresh}
        if self.chance.random() < 0.6:
            donor = self._row(self.chance.choice(self._alike[self._likeness(each)]))
            row |= {name: donor[name] for name in self._owning(each.base)}
        serial = next(iter(each.base.columns))
        if serial.primary_key and isinstance(serial.type, sa.BigInteger):
            row[serial.name] = 10_000_000 + self.made
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        self.database.execute(f'INSERT INTO "{each.base.name}" ({names}) VALUES ({marks})', [*row.values()])  # noqa: S608 (names of ours)

    @cached_property
    def _alike(self) -> Mapping[tuple[str, str, Tier | None], list[Lying]]:
        """Rows among which one may be another subject's and still be as far above the standing."""
        alike: dict[tuple[str, str, Tier | None], list[Lying]] = defaultdict(list)
        for each in self.rows:
            alike[self._likeness(each)].append(each)
        return alike

    def _likeness(self, each: Lying) -> tuple[str, str, Tier | None]:
        return each.base.name, each.record.subject.kind, self.standing.highest(each.record)

    def _fresh_key(self, each: Lying) -> dict[str, Any] | None:
        """Give a part of a natural key that no record has; None where none can be made."""
        record = each.record.definition
        if each.base.c.get(_PAYLOAD) is not None:
            plain = {"String": f"隐{self.made}", "Int": 1000 + self.made}
            name = next((name for name in record.key if record.fields[name].type in plain), None)
            if name is None:
                return None
            said = {**self._payload(each), name: plain[record.fields[name].type]}
            return {"natural_key": f"hidden-{self.made}", _PAYLOAD: orjson.dumps(said).decode()}
        for name in record.key:
            column = each.table.fields[name]
            inner = column.column
            if isinstance(inner, sa.Column) and inner.table is each.base and column.raw_values is None:
                if record.fields[name].type == "String" and isinstance(inner.type, sa.Text):
                    return {inner.name: f"隐{self.made}"}
                if isinstance(inner.type, sa.Integer) and record.fields[name].type == "Int":
                    return {inner.name: 1000 + self.made}
        return None

    # A record that is there

    def _open(self, each: Lying, highest: Tier) -> None:
        """Write other values where they are withheld, and other letters where they are masked."""
        row = self._row(each)
        new: dict[str, Any] = {}
        for name, uses in self._uses[each.base.name].items():
            if name == _PAYLOAD:
                new[name] = self._payload_of(each, highest)
            elif all(_tier(of, by) > highest and by not in vital(of) for of, by in _known(uses)):
                new[name] = self._another(each.base, name)
            elif isinstance(row[name], str) and not any(by in (*of.key, OWNER) for of, by in _known(uses)):
                masked = all(_masked(each.record, by, highest) or _tier(of, by) > highest for of, by in _known(uses))
                new[name] = self._under_mask(row[name], name=masked)
        self._update(each, new)

    def _payload_of(self, each: Lying, highest: Tier) -> dict[str, Any]:
        record = each.record.definition
        said = self._payload(each)
        for name, definition in record.fields.items():
            if name in vital(record):
                continue
            if definition.tier > highest:
                said[name] = self._said(record, name)
            elif isinstance(said.get(name), str) and definition.type == "String":
                said[name] = self._under_mask(said[name], name=_masked(each.record, name, highest))
        return {name: value for name, value in said.items() if value is not None}

    def _under_mask(self, value: str, *, name: bool) -> str:
        if name and len(value) > 1 and value == value.strip():
            return value[0] + "".join(self.chance.choice("甲乙丙丁戊己") for _ in value[1:])
        return value.replace(_SOMEBODYS_NUMBER, _SOMEBODY_ELSES)

    # Rows

    @cached_property
    def _uses(self) -> Mapping[str, Mapping[str, set[tuple[str, str]]]]:
        """Of each table and column: for which fields of which record types it is read."""
        uses: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
        for table in self.agency.tables:
            for name, column in columns_in(table):
                uses[column.table.name][column.name].add((table.record.__name__, name))
        return uses

    def _owning(self, base: sa.Table) -> list[str]:
        return [name for name, uses in self._uses[base.name].items() if OWNER in {by for _, by in uses}]

    def __post_init__(self) -> None:
        """Read every row as the first world has it, before any is changed."""
        self._before = self._read()

    def _read(self) -> Mapping[tuple[str, int], dict[str, Any]]:
        before: dict[tuple[str, int], dict[str, Any]] = {}
        for name in {each.base.name for each in self.rows}:
            cursor = self.database.execute(f'SELECT rowid, * FROM "{name}"')  # noqa: S608 (a name of ours)
            columns = [column[0] for column in cursor.description[1:]]
            before |= {(name, row[0]): dict(zip(columns, row[1:], strict=True)) for row in cursor}
        return before

    def _row(self, each: Lying) -> dict[str, Any]:
        return self._before[each.base.name, each.row]

    def _payload(self, each: Lying) -> dict[str, Any]:
        said: dict[str, Any] = orjson.loads(self._row(each)[_PAYLOAD])
        return said

    def _another(self, base: sa.Table, column: str) -> Any:  # noqa: ANN401 (a database's value)
        """Give another value for a column: a neighbour's, none, or what cannot be read."""
        other = self._anybodys(base, column)
        nothing = None if base.c[column].nullable else other
        return self.chance.choice([nothing, self.chance.choice(_NOBODY_CAN_READ), other, other, other])

    def _anybodys(self, base: sa.Table, column: str) -> Any:  # noqa: ANN401 (as above)
        rows = self._neighbours.get(base.name)
        if rows is None:
            rows = self._neighbours[base.name] = [row for (name, _), row in self._before.items() if name == base.name]
        return self.chance.choice(rows)[column]

    def _said(self, record: RecordDefinition, name: str) -> Any:  # noqa: ANN401 (a payload's value)
        told = [each.record[name] for each in self.rows if each.record.definition.name == record.name]
        return self.chance.choice([None, self.chance.choice(_NOBODY_CAN_READ), *self.chance.sample(told, 1) * 3])

    def _update(self, each: Lying, new: Mapping[str, Any]) -> None:
        if not new:
            return
        written = [orjson.dumps(value).decode() if name == _PAYLOAD else value for name, value in new.items()]
        changes = ", ".join(f'"{name}" = ?' for name in new)
        self.database.execute(f'UPDATE "{each.base.name}" SET {changes} WHERE rowid = ?', [*written, each.row])  # noqa: S608 (names of ours)


def _known(uses: Iterable[tuple[str, str]]) -> list[tuple[RecordDefinition, str]]:
    return [(RECORDS[of], by) for of, by in uses]


def _masked(record: Record, name: str, highest: Tier) -> bool:
    """Say whether all but the first letter of a value is starred out for everybody of a tier (Art. 17)."""
    definition = record.definition.fields.get(name)
    if highest is not Tier.PUBLIC or definition is None:
        return False
    person = record.subject.kind == "INDIVIDUAL" or record["counterpartyCategory"] == "NATURAL_PERSON"
    return definition.mask is Mask.NAME or (definition.mask is Mask.NAME_IF_INDIVIDUAL and person)


def _is_register(base: sa.Table) -> bool:
    """Say whether other tables are joined to this one: its rows are no single record's."""
    first = next(iter(base.columns))
    return bool(first.primary_key) and isinstance(first.type, sa.Text) and base.c.get(_PAYLOAD) is None
