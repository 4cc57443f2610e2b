"""The monthly partitions of the trail on PostgreSQL, and the one that catches every other day (Art. 19)."""

from datetime import date

from sqlalchemy import Connection, Table, text

from gateway.store.tables import PARTITIONED, RECORD

__all__ = ["AHEAD", "add_default_partitions", "add_months"]

AHEAD = 3
"""Months made beside the current one, so that a late run of ``migrate`` refuses no query."""

_ZONE = "+08"


def add_default_partitions(connection: Connection) -> None:
    """Make the partitions that hold what no month holds: a missing month must refuse no query."""
    for table in PARTITIONED:
        connection.execute(text(f"CREATE TABLE {table.name}_rest PARTITION OF {table.name} DEFAULT"))
    # Ciphertext does not compress, so nothing should try.
    connection.execute(text(f"ALTER TABLE {RECORD.name} ALTER COLUMN sealed SET STORAGE EXTERNAL"))


def add_months(connection: Connection, today: date) -> None:
    """Make the partitions of this month and the next ones, where they are missing."""
    first = today.replace(day=1)
    for _ in range(AHEAD + 1):
        following = _next(first)
        for table in PARTITIONED:
            _add_month(connection, table, first, following)
        first = following


def _add_month(connection: Connection, table: Table, first: date, following: date) -> None:
    name = f"{table.name}_{first:%Y_%m}"
    if connection.execute(text("SELECT to_regclass(:name)"), {"name": name}).scalar() is not None:
        return
    bounds = f"FROM ('{first} 00:00{_ZONE}') TO ('{following} 00:00{_ZONE}')"
    connection.execute(text(f"CREATE TABLE {name} PARTITION OF {table.name} FOR VALUES {bounds}"))


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
