"""Violation cases (Art. 25): each with its evidence and its steps, in the gateway's own database."""

from sqlalchemy import Column, Index, Integer, Table, Text, text

from gateway.store.tables.columns import METADATA, Instant

__all__ = ["VIOLATION", "VIOLATION_EVIDENCE", "VIOLATION_STEP"]

VIOLATION = Table(
    "violation_case",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False, comment="V1 to V8: the item of Art. 25"),
    Column("agency", Text, nullable=False, comment="against whom, by its code"),
    Column("matter", Text, nullable=False, comment="what it is about, as the room that opened it names it"),
    Column("state", Text, nullable=False),
    Column("opened_by", Text, nullable=False, comment="a room, or a person"),
    Column("opened_at", Instant, nullable=False),
    # While a case is open, whatever else is found in the matter joins it: two processes cannot open two.
    Index(
        "violation_open",
        "kind",
        "agency",
        "matter",
        unique=True,
        sqlite_where=text("state = 'OPEN'"),
        postgresql_where=text("state = 'OPEN'"),
    ),
    Index("violation_of_agency", "agency", "opened_at"),
    Index("violation_opened", "opened_at", "id"),
)

VIOLATION_EVIDENCE = Table(
    "violation_evidence",
    METADATA,
    Column("case_id", Text, primary_key=True),
    Column("source", Text, primary_key=True, comment="the room that found it"),
    Column("reference", Text, primary_key=True, comment="its id there: what was seen once is no new evidence"),
    Column("found_at", Instant, nullable=False),
    Column("english", Text, nullable=False),
    Column("chinese", Text, nullable=False),
    Column("rule", Text, comment="by which rule it was found; not for the alleged agency"),
    Index("violation_evidence_reference", "source", "reference"),
)

VIOLATION_STEP = Table(
    "violation_step",
    METADATA,
    Column("case_id", Text, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("organisation", Text),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("reason", Text),
    Column("document", Text, comment="the number of the written decision"),
)
"""Every transition of every case: by whom, when, why."""
