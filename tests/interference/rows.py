"""Every row of a city's databases, read without any tier: of which record it is, and where it lies."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from connectors import columns as read
from connectors.connector import Batch, Connector, Found, Key, Selection, SubjectKey, Table
from connectors.sources.sql import SqlSource
from gateway.access.keys import Keys
from schema.catalogue import ENVELOPE, RECORDS
from schema.tiers import Tier
from tests.agreement.city import Registered
from tests.agreement.records import Record

__all__ = ["OWNER", "Lying", "base_of", "columns_in", "lying"]

OWNER = "(owner)"
"""Under this name stand the columns by which a row is found to be a subject's."""
PLACE = "(place)"
"""A field that no record has: the number of its row."""
_DERIVED = {"id", "recordType", "subject", "categories", "recordPolarity", "occurredOn", "retentionUntil"}
_ANY_KEY = Key(sa.literal("1"), sa.literal("2"), sa.literal("3"), sa.literal("4"))


@dataclass(eq=False)
class Lying:
    """A record, and the row in which it lies: its declaration, SQLite's number of the row, the agency's table."""

    record: Record
    table: Table
    row: int
    base: sa.Table


def base_of(table: Table) -> sa.Table:
    """Give the table that has a row for each record; registers are joined to it."""
    rows = table.rows
    while isinstance(rows, sa.Join):
        rows = rows.left
    assert isinstance(rows, sa.Table)
    return rows


def _opened(agency: type[Connector]) -> type[Connector]:
    """Give a connector that hides nothing, tells the tier that was reported, and where each record lies."""

    def open_table(table: Table) -> Table:
        place = {PLACE: read.number(sa.literal_column(f'"{base_of(table).name}".rowid', sa.Integer))}
        reported = {} if table.record_tier is None else {"recordTier": read.text(table.record_tier)}
        return replace(table, fields={**table.fields, **reported, **place}, record_tier=None)

    class Opened(agency):  # type: ignore[valid-type, misc]  # any connector's own class
        tables: ClassVar = tuple(open_table(table) for table in agency.tables)

    return Opened


async def lying(agency: type[Connector], url: str, keys: Keys, subjects: Sequence[Registered]) -> list[Lying]:
    """Give every record that an agency holds of these subjects."""
    connector: Connector = _opened(agency)(SqlSource(url), lambda number: keys.subject_id("rid", number))
    found: list[Lying] = []
    for table in agency.tables:
        if table.record.__name__ not in connector.records:  # declared, and asked of another agency
            continue
        for kind in table.matches:
            of_kind = [each for each in subjects if each.kind == kind]
            found += [each async for each in _of(connector, table, kind, of_kind, keys)]
    await connector.close()
    return found


async def _of(
    connector: Connector, table: Table, kind: str, subjects: list[Registered], keys: Keys
) -> AsyncIterator[Lying]:
    definition = RECORDS[table.record.__name__]
    columns = (*dict.fromkeys([*definition.fields, *(each for each in ENVELOPE if each not in _DERIVED)]), PLACE)
    selection = Selection(replace(definition, tier_rules=()), columns)
    asked = [SubjectKey(each.id, each.identifier) for each in subjects]
    answers = await connector.gather(Batch(kind, asked, (selection,), Tier.RESTRICTED))
    for subject, found in zip(subjects, answers, strict=True):
        assert isinstance(found, Found)
        for row in found.rows[0]:
            values: Mapping[str, Any] = dict(zip(columns, row, strict=True))
            lost = frozenset(loss.field for loss in found.losses if loss.row is row)
            record = Record(definition, subject, values, connector.agency, lost, keys.cursor)
            yield Lying(record, table, values[PLACE], base_of(table))


def columns_in(table: Table) -> Iterator[tuple[str, sa.Column[Any]]]:
    """Give the agency's columns on which each field rests; as `OWNER` those that say whose a row is."""
    for name, column in table.fields.items():
        yield from ((name, each) for each in _named(column.column))
    yield from (("recordTier", each) for each in _named(table.record_tier))
    yield from (("recordType", each) for each in _named(table.where))
    owning: list[Any] = [match(_ANY_KEY) for match in table.matches.values()]
    rows = table.rows
    while isinstance(rows, sa.Join):
        owning.append(rows.onclause)
        rows = rows.left
    for expression in owning:
        yield from ((OWNER, each) for each in _named(expression))


def _named(expression: Any) -> Iterator[sa.Column[Any]]:  # noqa: ANN401 (any expression of SQL)
    if expression is not None:
        yield from (each for each in visitors.iterate(expression) if isinstance(each, sa.Column))
