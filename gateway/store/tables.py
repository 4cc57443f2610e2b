"""The tables of the trail: streams, entries, lines about subjects, cumulative counts, keys (Art. 19).

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
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine

__all__ = ["KEY", "METADATA", "PARTITIONED", "RECORD", "STREAM", "SUBJECT", "TALLY", "Instant", "microseconds"]

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

PARTITIONED = (RECORD, SUBJECT)
"""The tables that PostgreSQL keeps by month."""
