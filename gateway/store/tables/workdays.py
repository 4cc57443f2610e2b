"""The calendar of working days as notices announced it, day by day (Art. 12, 23; AMB-14)."""

from sqlalchemy import Boolean, Column, Date, Integer, Table, Text

from gateway.store.tables.columns import METADATA, Instant

CALENDAR_NOTICE = Table(
    "calendar_notice",
    METADATA,
    Column(
        "version", Integer, primary_key=True, autoincrement=False, comment="counts the notices; the later one holds"
    ),
    Column("year", Integer, nullable=False),
    Column("kind", Text, nullable=False, comment="ANNUAL, or AMENDMENT"),
    Column("document", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("digest", Text, nullable=False, unique=True, comment="SHA-256 of the file: the same again changes nothing"),
    Column("loaded_by", Text, nullable=False),
    Column("loaded_at", Instant, nullable=False),
)

CALENDAR_DAY = Table(
    "calendar_day",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False, comment="of the notice"),
    Column("day", Date, primary_key=True),
    Column("works", Boolean, comment="null: as its weekday says"),
    Column("festival", Text),
    Column("festival_english", Text),
)
"""What a notice says of a day."""
