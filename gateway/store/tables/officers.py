"""Who is named to report for which agency, and who no longer is (Art. 10; R10.1)."""

from sqlalchemy import Boolean, Column, Index, Table, Text, text

from gateway.store.tables.columns import METADATA, Instant

__all__ = ["REPORTING_OFFICER"]

REPORTING_OFFICER = Table(
    "reporting_officer",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("agency", Text, nullable=False, comment="by its code"),
    Column("person", Text, nullable=False, comment="as tokens name the person: sub"),
    Column("name", Text, nullable=False),
    Column("deputy", Boolean, nullable=False),
    Column("named_at", Instant, nullable=False),
    Column("named_by", Text, nullable=False),
    Column("document", Text, comment="the number of the letter by which the agency named the person"),
    Column("ended_at", Instant, comment="null: is one still"),
    Column("ended_by", Text),
    Column("reason", Text, comment="why the person is none any more"),
    # A person is named once at a time: two processes cannot name the same one twice.
    Index(
        "reporting_officer_active",
        "agency",
        "person",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)
"""Every naming; one that ended stays."""
