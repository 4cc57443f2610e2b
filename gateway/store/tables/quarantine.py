"""Rows that a person must look at before they are taken in (Art. 9; R7.3, R9.4): sealed, and gone when decided.

They stand in the centre's database, since they are kept in the transaction of their submission.
"""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from gateway.store.tables.columns import CENTRE, Instant

__all__ = ["QUARANTINED", "QUARANTINE_REASON"]

QUARANTINED = Table(
    "quarantined_row",
    CENTRE,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False, comment="WAITING, PROPOSED, RELEASED or REFUSED"),
    Column("provider", Text, nullable=False, comment="the reporting agency's code"),
    Column("record_type", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("submission_id", Text, nullable=False),
    Column("row", Integer, nullable=False, comment="its number in the submission"),
    Column("officer", Text, nullable=False, comment="who sent it"),
    Column("held_at", Instant, nullable=False),
    Column("sealed", LargeBinary, comment="the row as it came, under AES-GCM; null: decided, and deleted"),
    Column("proposal", Text, comment="RELEASE or REFUSE"),
    Column("proposed_by", Text),
    Column("proposed_at", Instant),
    Column("proposed_for", Text, comment="the reason of the proposal"),
    Column("decided_by", Text),
    Column("decided_at", Instant),
    Column("decided_for", Text, comment="the reason of the decision"),
    Column("outcome", Text, comment="what became of the row after its release"),
    Index("quarantined_row_held", "held_at", "id"),
    Index("quarantined_row_of_provider", "provider", "held_at"),
    Index("quarantined_row_of_submission", "submission_id", "row", unique=True),
)
"""Each row that is or was held, and what people decided; of a decided one nothing is left that it said."""

QUARANTINE_REASON = Table(
    "quarantine_reason",
    CENTRE,
    Column("of_id", Text, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("column", Text, comment="null: the whole row"),
    Column("code", Text, nullable=False),
    Column("english", Text, nullable=False, comment="never a value"),
    Column("chinese", Text, nullable=False),
    Column("article", Text),
    sqlite_with_rowid=False,
)
"""Why a row is held, one thing each."""
