"""What the cellar's tables share: where they are collected, and how an instant is kept on either engine."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Integer, MetaData, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine

__all__ = ["CENTRE", "METADATA", "Instant", "microseconds", "step_columns"]

METADATA = MetaData()
"""All tables of the gateway's own database."""

CENTRE = MetaData()
"""Tables beside the reported records, in the centre's database: what changes with such a record (Art. 12)."""

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


def step_columns(of: str) -> tuple[Column[Any], ...]:
    """Give the columns of a table of steps: *of* says whose id ``of_id`` is."""
    return (
        Column("of_id", Text, primary_key=True, comment=of),
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
