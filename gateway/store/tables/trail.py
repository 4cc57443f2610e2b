"""The trail (Art. 19): streams, entries, lines about subjects, decisions, papers, counts, keys; and the log over it.

``head`` is stored as the very bytes that were hashed; every other column of an entry is a projection of it.
PostgreSQL keeps entries and lines in monthly partitions, so that five years later a month can be dropped.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)

from gateway.store.tables.columns import METADATA, Instant

_IS_EXPIRY = text("kind = 2")

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
    Index("audit_record_at", "at"),
    Index("audit_record_viewer", "viewer_key", "at"),
    Index("audit_record_organisation", "organisation", "at"),
    # Of the kind EXPIRY, which are a few among all: a verification of whatever part begins with them.
    Index("audit_record_expiry", "at", sqlite_where=_IS_EXPIRY, postgresql_where=_IS_EXPIRY),
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
    Column("nth_of_organisation", BigInteger, nullable=False, comment="the n-th of them by this organisation"),
    Column("outcome", SmallInteger, nullable=False),
    Column("tier", SmallInteger, nullable=False),
    Column("shape", LargeBinary, nullable=False, comment="what was decided on each coordinate: see audit_shape"),
    Index("audit_subject_shape", "shape", "at"),
    # Lines leave the table in the order in which they came: PostgreSQL finds them by blocks.
    Index("audit_subject_at", "at", postgresql_using="brin"),
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (at)",
)

PAPER_LINE = Table(
    "audit_paper",
    METADATA,
    Column("paper", Text, primary_key=True, comment="its id, as it was cited"),
    Column("at", Instant, primary_key=True),
    Column("stream", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
    postgresql_partition_by="RANGE (at)",
)
"""On which papers entries rest, or were to rest: a projection of the head, as all of a line is."""

SHAPE = Table(
    "audit_shape",
    METADATA,
    Column("digest", LargeBinary, primary_key=True),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),
    Column("coordinate", Text, nullable=False, index=True),
    Column("tier", Text, nullable=False),
    Column(
        "decision", Text, nullable=False, comment="ALLOWED, or the error's code; COUNTED: a line counts its records"
    ),
    Column("missing_paper", Text, nullable=False),
    Column("article", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""What plans decide on coordinates, each once: lines name it by a digest of its rows, and heads by the same."""

TALLY = Table(
    "audit_tally",
    METADATA,
    Column("subject_key", LargeBinary, primary_key=True),
    Column("organisation", Text, primary_key=True, comment="whose queries; empty: everybody's"),
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
    Column("destroyed_at", Instant, comment="since then nobody can read what was sealed in that month"),
)

HOLD = Table(
    "audit_hold",
    METADATA,
    Column("id", Integer, Identity(always=True), primary_key=True),
    Column("subject_key", LargeBinary, comment="all entries with a line about this subject"),
    Column("stream", Integer, comment="one entry, with seq"),
    Column("seq", BigInteger),
    Column("from_at", Instant, comment="all entries of a period, until before to_at"),
    Column("to_at", Instant),
    Column("reason", Text, nullable=False),
    Column("article", Text, nullable=False, comment="the law on which they are held"),
    Column("placed_by", Text, nullable=False),
    Column("placed_at", Instant, nullable=False),
    Column("released_by", Text),
    Column("released_at", Instant),
    Column("released_for", Text),
    CheckConstraint(
        "(subject_key IS NOT NULL) + (stream IS NOT NULL AND seq IS NOT NULL) "
        "+ (from_at IS NOT NULL AND to_at IS NOT NULL) = 1",
        name="holds_one_thing",
    ).ddl_if(dialect="sqlite"),
    CheckConstraint(
        "num_nonnulls(subject_key, stream, from_at) = 1 AND (stream IS NULL) = (seq IS NULL) "
        "AND (from_at IS NULL) = (to_at IS NULL)",
        name="holds_one_thing",
    ).ddl_if(dialect="postgresql"),
)
"""What is kept beyond five years, and why, until it is released (AMB-27)."""

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
"""The one log over all streams: its name, how it hashes, the public key it was begun with; constants of the log."""

LOG_KEY = Table(
    "audit_log_key",
    METADATA,
    # Two that replace one key at once cannot both: keys follow each other in one row.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False, comment="checkpoints of more entries are signed with this key"),
    Column("vkey", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("note", Text, nullable=False, comment="the succession: a checkpoint of this size that names both keys"),
)
"""The keys that took the place of the one in `audit_log`, and of each other; why, and from which size of the log on."""

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

HIDING = Table(
    "audit_hiding",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("stream", Integer, comment="of the one entry that is hidden; null: all of an organisation for a purpose"),
    Column("seq", BigInteger),
    Column("organisation", Text),
    Column("purpose", Text, comment="empty: whatever the purpose"),
    Column("article", Text, nullable=False, comment="the rule that is cited"),
    Column("reason", Text, nullable=False),
    Column("until", Date, nullable=False, comment="the day from which it is shown"),
    Column("set_by", Text, nullable=False),
    Column("set_at", Instant, nullable=False),
    Column("lifted_by", Text),
    Column("lifted_at", Instant),
)
"""Which entries their subjects do not see yet, by which rule, until which day (AMB-29); each step is an entry too."""

PARTITIONED = (RECORD, SUBJECT, PAPER_LINE)
"""The tables that PostgreSQL keeps by month."""
