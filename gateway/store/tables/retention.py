"""What is left of a record that was deleted after its five years: nothing that tells of a person (Art. 20; R20.2)."""

from sqlalchemy import Column, Date, Index, Table, Text

from gateway.store.tables.columns import CENTRE

__all__ = ["TOMBSTONE"]

TOMBSTONE = Table(
    "record_tombstone",
    CENTRE,
    Column("digest", Text, primary_key=True, comment="keyed: of record type, provider, subject and natural key"),
    Column("id", Text, nullable=False, comment="the record's id, as the graph told it"),
    Column("record_type", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("deleted_on", Date, nullable=False),
    Column("run", Text, nullable=False, comment="in which run: its entry in the trail names it too"),
    Index("record_tombstone_deleted", "deleted_on", "digest"),
    Index("record_tombstone_run", "run"),
)
