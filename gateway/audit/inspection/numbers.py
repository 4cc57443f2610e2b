"""The trail in numbers: entries by day and by organisation, how many of them denied (R19.12)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, case, cast, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.audit.codes import OUTCOMES, QUERY
from gateway.store.tables import RECORD
from schema.disclosure import Outcome
from schema.inspection import QueryLogCount

__all__ = ["DENIED", "by_day", "by_organisation", "hour_of", "queries_between"]

DENIED: Final = OUTCOMES[Outcome.DENIED]
_DENIALS: Final = func.sum(case((RECORD.c.outcome == DENIED, 1), else_=0))
_SHOWN: Final = 50


def queries_between(first: datetime, end: datetime) -> list[ColumnElement[bool]]:
    """Say which entries are counted: queries, by their instant."""
    return [RECORD.c.kind == QUERY, RECORD.c.at >= first, RECORD.c.at < end]


def hour_of(dialect: str) -> ColumnElement[int]:
    """Give the hour of an entry in Zhengzhou."""
    if dialect == "postgresql":
        return cast(func.extract("hour", _local()), Integer)
    return cast(literal_column("(at / 1000000 + 28800) % 86400 / 3600", Integer), Integer)


async def by_day(connection: AsyncConnection, where: Sequence[ColumnElement[bool]]) -> list[QueryLogCount]:
    """Count by day in Zhengzhou, the earliest first."""
    day: ColumnElement[Any]
    if connection.dialect.name == "postgresql":
        day = func.to_char(_local(), "YYYY-MM-DD")
    else:
        day = literal_column("date(at / 1000000 + 28800, 'unixepoch')")
    day = day.label("day")
    asked = (
        select(day, func.count(), _DENIALS).where(*where).group_by(literal_column("1")).order_by(literal_column("1"))
    )
    return [QueryLogCount(of=of, entries=n, denied=denied) for of, n, denied in await connection.execute(asked)]


async def by_organisation(connection: AsyncConnection, where: Sequence[ColumnElement[bool]]) -> list[QueryLogCount]:
    """Count by organisation, the most first; persons without one are together under the empty name."""
    own, count = RECORD.c.organisation, func.count()
    asked = select(own, count, _DENIALS).where(*where).group_by(own).order_by(count.desc(), own).limit(_SHOWN)
    return [QueryLogCount(of=of, entries=n, denied=denied) for of, n, denied in await connection.execute(asked)]


def _local() -> ColumnElement[Any]:
    return func.timezone("Asia/Shanghai", RECORD.c.at)
