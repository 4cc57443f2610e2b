"""What comes in with submissions (Art. 4, 12): each with its receipt, its chunks and problems, and every version kept.

They stand beside ``reported_record`` in the centre's database, since they change in the same transaction. A version is
written once; ``reported_record`` holds the newest of each record, and is what is read.
"""

from sqlalchemy import JSON, Boolean, Column, Date, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from gateway.store.tables.columns import CENTRE, Instant

__all__ = ["RECORD_HEAD", "RECORD_VERSION", "SUBMISSION", "SUBMISSION_CHUNK", "SUBMISSION_PROBLEM", "SYNCED"]

SUBMISSION = Table(
    "submission",
    CENTRE,
    Column("id", Text, primary_key=True),
    Column("identity", Text, nullable=False, unique=True, comment="digest of all that was sent: the same comes once"),
    Column("provider", Text, nullable=False, comment="the reporting agency's code"),
    Column("record_type", Text, nullable=False),
    Column("mode", Text, nullable=False, comment="SYSTEM, BATCH or MANUAL"),
    Column("period", Text, comment="as the agency says, 2026-11 or 2026-Q4; null: not said"),
    Column("all_or_nothing", Boolean, nullable=False),
    Column("state", Text, nullable=False, comment="RUNNING, DONE, or REFUSED where all or nothing was asked for"),
    Column("digest", Text, nullable=False, comment="SHA-256 of the file"),
    Column("rows", Integer, nullable=False, comment="read so far"),
    Column("accepted", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("revoked", Integer, nullable=False),
    Column("stale", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("quarantined", Integer, nullable=False),
    Column("problems", Integer, nullable=False, comment="found; those kept have a row each"),
    Column("officer", Text, nullable=False, comment="who sent it"),
    Column("organisation", Text, nullable=False, comment="for whom"),
    Column("catalogue_version", Text, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("received_at", Instant, comment="when its receipt was given; null: not yet"),
    Index("submission_of_provider", "provider", "record_type", "received_at"),
    Index("submission_begun", "begun_at", "id"),
)
"""Submissions and what came of them, nil ones among them (R11.2, R12.2)."""

SUBMISSION_CHUNK = Table(
    "submission_chunk",
    CENTRE,
    Column("submission_id", Text, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("rows", Integer, nullable=False),
    Column("told", Boolean, nullable=False, comment="whether the caches of its subjects were dropped"),
    sqlite_with_rowid=False,
)
"""The parts of a submission that are in, each written whole: a broken one goes on behind them."""

SUBMISSION_PROBLEM = Table(
    "submission_problem",
    CENTRE,
    Column("submission_id", Text, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("row", Integer, nullable=False),
    Column("column", Text),
    Column("code", Text, nullable=False),
    Column("english", Text, nullable=False, comment="never a value that was refused (R9.3)"),
    Column("chinese", Text, nullable=False),
    Column("article", Text),
    Column("warning", Boolean, nullable=False, comment="the row was taken all the same"),
    sqlite_with_rowid=False,
)
"""What is wrong with which row, all of it (R11.1)."""

RECORD_VERSION = Table(
    "record_version",
    CENTRE,
    Column("record_type", Text, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True),
    Column("natural_key", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("action", Text, nullable=False, comment="UPSERT or REVOKE"),
    Column("record_status", Text, nullable=False, comment="as this version came"),
    Column("payload", JSON().with_variant(JSONB(), "postgresql"), comment="null: erased by law"),
    Column("content_digest", Text, nullable=False, comment="SHA-256 of what it says"),
    Column("terminated_on", Date),
    Column("publicity_until", Date),
    Column("sealed", Boolean, nullable=False),
    Column("record_tier", Text, nullable=False),
    Column("source_updated_at", Instant, comment="by which versions are ordered; null: as they came"),
    Column("reported_at", Text, nullable=False, comment="ISO 8601 with its zone"),
    Column("submission_id", Text, nullable=False),
    Column("row", Integer, nullable=False, comment="in the submission"),
    Column("mode", Text, nullable=False),
    Column("officer", Text, nullable=False),
    Column("source_id", Text, comment="of the record in the agency's own system"),
    Column("reason", Text, comment="of a correction or revocation"),
    Column("statement", Text, comment="what the agency stated beside the row"),
    Column("catalogue_version", Text, nullable=False),
    Index("record_version_of_submission", "submission_id"),
    Index("record_version_of_subject", "subject_id"),
)
"""Every version of every reported record, with where it came from (R4.1, R4.2); none is ever changed."""

RECORD_HEAD = Table(
    "record_head",
    CENTRE,
    Column("record_type", Text, primary_key=True),
    Column("provider", Text, primary_key=True),
    Column("natural_key", Text, primary_key=True, comment="digest, which has provider and subject in it"),
    Column("subject_id", Text, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("record_status", Text, nullable=False),
    Column("ordered_at", Instant, nullable=False, comment="as of when its newest increment is"),
    Column("content_at", Instant, comment="as of when its content is; null: only a revocation came yet"),
    Column("content_digest", Text, comment="of its content"),
    sqlite_with_rowid=False,
)
"""Where each record stands among its increments, so that they may come late, twice and out of order (R12.6)."""

SYNCED = Table(
    "synced_key",
    CENTRE,
    Column("connector", Text, primary_key=True),
    Column("record_type", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True),
    Column("digests", Text, nullable=False, comment="of each natural key and of what it said"),
    sqlite_with_rowid=False,
)
"""What each connected system said at the last synchronisation, by keyed digests alone (R12.2)."""
