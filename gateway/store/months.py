"""The monthly partitions of the trail on PostgreSQL, and the one that catches every other day (Art. 19)."""

from typing import Final

from sqlalchemy import Connection, text

from gateway.store.tables import PARTITIONED, RECORD

__all__ = ["AHEAD", "UNPLACED", "add_default_partitions", "add_months"]

AHEAD: Final = 3
"""Months made beside the current one, so that a late run of ``migrate`` refuses no query."""

UNPLACED: Final = """
SELECT (SELECT count(*) FROM audit_record_rest) + (SELECT count(*) FROM audit_subject_rest)
     + (SELECT count(*) FROM audit_paper_rest)"""
"""Counts the rows that no month holds: there should be none."""


def add_default_partitions(connection: Connection) -> None:
    """Make the partitions that hold what no month holds: a missing month must refuse no query."""
    for table in PARTITIONED:
        connection.execute(text(f"CREATE TABLE {table.name}_rest PARTITION OF {table.name} DEFAULT"))
    # Ciphertext does not compress, so nothing should try.
    connection.execute(text(f"ALTER TABLE {RECORD.name} ALTER COLUMN sealed SET STORAGE EXTERNAL"))


def add_months(connection: Connection) -> None:
    """Make the partitions of this month and the next ones, where they are missing."""
    connection.execute(text("SELECT audit_add_months(:ahead)"), {"ahead": AHEAD})
