"""How rows are put in and looked up, many at once, on either engine."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, Text, cast, func, select, true, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["Insert", "inserting", "one_by_one", "replacing"]

Insert = postgresql.Insert | sqlite.Insert


def inserting(connection: AsyncConnection, table: Table) -> Insert:
    """Give an insertion that may say what happens on a conflict."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def replacing(connection: AsyncConnection, table: Table, *but: str) -> Insert:
    """Give an insertion that overwrites the row of the same key, *but* the columns named."""
    statement = inserting(connection, table)
    key = [column.name for column in table.primary_key]
    changed = {each.name: statement.excluded[each.name] for each in table.columns if each.name not in (*key, *but)}
    return statement.on_conflict_do_update(index_elements=key, set_=changed)


def one_by_one(
    connection: AsyncConnection,
    told: Sequence[ColumnElement[Any]],
    of_these: Sequence[ColumnElement[bool]],
    wanted: Mapping[ColumnElement[str], Sequence[str]],
) -> Select[Any]:
    """Ask for the rows that have, in the *wanted* columns, these values side by side; at most one for each.

    PostgreSQL looks each up by itself: what it believes of a table that has just been filled is wrong, and it would
    read all of it for every chunk.
    """
    if connection.dialect.name != "postgresql":
        side_by_side = list(zip(*wanted.values(), strict=True))
        return select(*told).where(*of_these, tuple_(*wanted).in_(side_by_side))
    lists = [cast(list(values), postgresql.ARRAY(Text)) for values in wanted.values()]
    asked = func.unnest(*lists).table_valued(*(f"wanted_{n}" for n in range(len(lists)))).render_derived()
    same = [column == asked.c[f"wanted_{n}"] for n, column in enumerate(wanted)]
    found = select(*told).where(*of_these, *same).limit(1).lateral()
    return select(found).select_from(asked.join(found, true()))
