"""The gateway's own tables: the trail (Art. 19), and the register of papers (Art. 18).

Of the trail: streams, entries, lines about subjects, cumulative counts, keys; and the log that seals them.

``head`` is stored as the very bytes that were hashed; every other column of an entry is a projection of it.
PostgreSQL keeps entries and lines in monthly partitions, so that five years later a month can be dropped.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Dialect,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine

__all__ = [
    "CHECKPOINT",
    "EVIDENCE",
    "GRANT",
    "KEY",
    "LEASE",
    "LOG",
    "METADATA",
    "PAPER",
    "PAPER_EVIDENCE",
    "PAPER_PERSON",
    "PAPER_STEP",
    "PAPER_SUBJECT",
    "PARTITIONED",
    "RECORD",
    "RUN",
    "STREAM",
    "SUBJECT",
    "TALLY",
    "TILE",
    "Instant",
    "microseconds",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(instant: datetime) -> int:
    """Give an aware instant as microseconds since 1970.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (instant - _EPOCH) // _MICROSECOND


class Instant(TypeDecorator[datetime]):
    """An aware instant: ``timestamptz`` on PostgreSQL, whole microseconds since 1970 on SQLite."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column's type by engine."""
        chosen: TypeEngine[Any] = TIMESTAMP(timezone=True) if dialect.name == "postgresql" else BigInteger()
        return dialect.type_descriptor(chosen)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        """Write an aware instant."""
        if value is None or dialect.name == "postgresql":
            return value
        return microseconds(value)

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        """Read an aware instant."""
        del dialect
        return _EPOCH + value * _MICROSECOND if isinstance(value, int) else value  # type: ignore[return-value]  # the driver's


METADATA = MetaData()

STREAM = Table(
    "audit_stream",
    METADATA,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("writer", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
)

RECORD = Table(
    "audit_record",
    METADATA,
    Column("stream", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, primary_key=True),
    Column("kind", SmallInteger, nullable=False),
    Column("viewer_key", LargeBinary, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("way", SmallInteger, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("outcome", SmallInteger, nullable=False),
    Column("tier", SmallInteger, nullable=False),
    Column("key_id", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    CheckConstraint(r"leaf = sha256('\x00'::bytea || head)", name="leaf_is_of_head").ddl_if(dialect="postgresql"),
    Index("audit_record_at", "at", postgresql_using="brin").ddl_if(dialect="postgresql"),
    Index("audit_record_viewer", "viewer_key", "at"),
    postgresql_partition_by="RANGE (at)",
)

SUBJECT = Table(
    "audit_subject",
    METADATA,
    Column("subject_key", LargeBinary, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("stream", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("nth", BigInteger, nullable=False, comment="the n-th counted query of this subject; 0: not counted"),
    Column("outcome", SmallInteger, nullable=False),
    Column("tier", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (at)",
)

TALLY = Table(
    "audit_tally",
    METADATA,
    Column("subject_key", LargeBinary, primary_key=True),
    Column("n", BigInteger, nullable=False, comment="counted queries: 累计查询次数"),
    Column("denied", BigInteger, nullable=False),
    Column("viewed", BigInteger, nullable=False, comment="views by the public"),
    Column("own", BigInteger, nullable=False, comment="queries of the subject itself"),
    Column("last_at", Instant, nullable=False),
    sqlite_with_rowid=False,
    postgresql_with={"fillfactor": 70},
)

KEY = Table(
    "audit_key",
    METADATA,
    Column("key_id", Integer, primary_key=True, autoincrement=False),
    Column("month", Date, nullable=False),
)

LOG = Table(
    "audit_log",
    METADATA,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("origin", Text, nullable=False),
    Column("suite", Text, nullable=False),
    Column("vkey", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    CheckConstraint("id = 1", name="one_log"),
)
"""The one log over all streams: its name, how it hashes, its public key; constants of the log."""

RUN = Table(
    "audit_run",
    METADATA,
    Column("first_index", BigInteger, primary_key=True, autoincrement=False),
    Column("stream", Integer, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("n", Integer, nullable=False),
    Index("audit_run_stream", "stream", "first_seq", unique=True),
)
"""Which entries stand where in the log: n of one stream, one behind the other."""

TILE = Table(
    "audit_tile",
    METADATA,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False, comment="up to 256 of 32 bytes; only the last of a level grows"),
    sqlite_with_rowid=False,
)
"""The hashes of the log, as C2SP's tiles."""

CHECKPOINT = Table(
    "audit_checkpoint",
    METADATA,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    # Two sealers that start from one state cannot both go on: the log never forks.
    Column("prev_size", BigInteger, nullable=False, unique=True),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False, comment="the signed checkpoint"),
    Column("at", Instant, nullable=False),
)

LEASE = Table(
    "audit_lease",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("held_until", Instant, nullable=False),
)
"""Whose turn it is, on SQLite; PostgreSQL has locks of its own for that."""

PARTITIONED = (RECORD, SUBJECT)
"""The tables that PostgreSQL keeps by month."""

PAPER = Table(
    "paper",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False, comment="as it was last decided; expiry and exhaustion are reckoned"),
    Column("organisation", Text, comment="whom it serves, where that is an organisation"),
    Column("number", Text, comment="the number of a letter or of a recognition"),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, comment="its last day; null: long-term"),
    Column("purposes", Text, nullable=False, comment="codes with blanks between"),
    Column("scope", Text, comment="JSON: allShared, shared, restricted; null: as far as the law goes"),
    Column("max_uses", Integer, comment="for each subject"),
    Column("capacity", Integer, comment="uses in all: for each subject, times the subjects"),
    Column("uses", Integer, nullable=False),
    Column("used_at", Instant, comment="when it was last used"),
    Column("presented_by", Text, nullable=False, index=True),
    Column("presented_at", Instant, nullable=False, index=True),
    Column("reviewed_by", Text),
    Column("sealed", LargeBinary, nullable=False, comment="what names persons, under AES-GCM"),
    # A letter's number is unique for each organ (R18.4); one that was rejected may be presented anew.
    Index(
        "paper_letter_number",
        "organisation",
        "number",
        unique=True,
        sqlite_where=text("kind = 'OFFICIAL_LETTER' AND state <> 'REJECTED'"),
        postgresql_where=text("kind = 'OFFICIAL_LETTER' AND state <> 'REJECTED'"),
    ),
    Index("paper_organisation", "organisation", "kind"),
)
"""The register of papers on which queries and collections rest (Art. 9, 15, 18)."""

PAPER_SUBJECT = Table(
    "paper_subject",
    METADATA,
    Column("paper_id", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True, index=True),
    Column("position", Integer, nullable=False),
    Column("uses", Integer, nullable=False),
)
"""Whom a paper is about, one by one, with the uses for each (R18.4)."""

PAPER_PERSON = Table(
    "paper_person",
    METADATA,
    Column("paper_id", Text, primary_key=True),
    Column("person", Text, primary_key=True, index=True),
)
"""Who may use a paper: its holder, or its handlers."""

PAPER_EVIDENCE = Table(
    "paper_evidence",
    METADATA,
    Column("paper_id", Text, primary_key=True),
    Column("digest", Text, primary_key=True, index=True),
    Column("sent_by", Text, nullable=False),
    Column("position", Integer, nullable=False),
)

EVIDENCE = Table(
    "paper_file",
    METADATA,
    Column("digest", Text, primary_key=True, comment="SHA-256 of the file"),
    Column("sent_by", Text, primary_key=True, index=True),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sealed_name", LargeBinary),
    Column("sent_at", Instant, nullable=False),
)
"""Files that prove papers; their content is kept outside the database."""

GRANT = Table(
    "paper_grant",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("agency", Text, nullable=False, index=True),
    Column("state", Text, nullable=False, comment="as it was last decided; activity and expiry are reckoned"),
    Column("scope", Text, nullable=False),
    Column("purposes", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("approval_document", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("reviewed_by", Text),
)
"""What of tier C an organisation may ask for at all (Art. 15(3))."""

PAPER_STEP = Table(
    "paper_step",
    METADATA,
    Column("of_id", Text, primary_key=True, comment="a paper's or a grant's"),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("organisation", Text),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("reason", Text),
    Column("article", Text, nullable=False),
    Column("paragraph", Text),
    Column("item", Text),
)
"""Every transition of every paper and grant: by whom, when, why, on what article."""
