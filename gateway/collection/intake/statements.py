"""How rows are put in on either engine: both know what to do where one is there already, each by its own word."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["Insert", "inserting"]

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
