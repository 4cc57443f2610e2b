"""Submissions in numbers: how many rows each agency sent, what became of them, why, by whom (R4.3, R10.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.store.tables import SUBMISSION, SUBMISSION_PROBLEM

__all__ = ["Counted", "Sent", "measure"]

_C: Final = SUBMISSION.c
_REASONS: Final = 10
_OFFICERS: Final = 50


@dataclass(frozen=True, slots=True)
class Sent:
    """What one agency sent: submissions and rows, by what became of them."""

    submissions: int
    nil: int
    refused_whole: int
    rows: int
    taken: int
    refused: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The numbers of a span, each by agency; ``last`` is when a row of a record type came last, before the span too."""

    sent: Mapping[str, Sent]
    reasons: Mapping[str, Sequence[tuple[str, int]]]
    officers: Mapping[str, Sequence[tuple[str, int, int, int]]]
    """Who, and how many submissions, rows and refused rows."""
    last: Mapping[tuple[str, str], datetime]


async def measure(
    connection: AsyncConnection, since: datetime, until: datetime, provider: str | None = None
) -> Counted:
    """Count the submissions that began from an instant until before another and are in, of one agency or of all."""
    where: list[ColumnElement[bool]] = [_C.begun_at >= since, _C.begun_at < until, _C.state != "RUNNING"]
    own = [] if provider is None else [_C.provider == provider]
    return Counted(
        await _sent(connection, [*where, *own]),
        await _reasons(connection, [*where, *own]),
        await _officers(connection, [*where, *own]),
        await _last(connection, [_C.begun_at < until, *own]),
    )


async def _sent(connection: AsyncConnection, where: Sequence[ColumnElement[bool]]) -> dict[str, Sent]:
    taken = _C.accepted + _C.updated + _C.unchanged + _C.revoked + _C.stale
    asked = (
        select(
            _C.provider,
            func.count().label("submissions"),
            func.sum(case((_C.rows == 0, 1), else_=0)).label("nil"),
            func.sum(case((_C.state == "REFUSED", 1), else_=0)).label("refused_whole"),
            func.sum(_C.rows).label("rows"),
            func.sum(taken).label("taken"),
            func.sum(_C.refused).label("refused"),
            func.sum(_C.quarantined).label("quarantined"),
        )
        .where(*where)
        .group_by(_C.provider)
    )
    rows = (await connection.execute(asked)).mappings().all()
    return {row["provider"]: Sent(**{name: int(row[name]) for name in Sent.__slots__}) for row in rows}


async def _reasons(
    connection: AsyncConnection, where: Sequence[ColumnElement[bool]]
) -> dict[str, list[tuple[str, int]]]:
    """Count the problems that are kept, by code; remarks on rows that were taken are none."""
    problem = SUBMISSION_PROBLEM.c
    count = func.count().label("times")
    asked = (
        select(_C.provider, problem.code, count)
        .select_from(SUBMISSION.join(SUBMISSION_PROBLEM, problem.submission_id == _C.id))
        .where(*where, problem.warning.is_(False))
        .group_by(_C.provider, problem.code)
        .order_by(_C.provider, count.desc(), problem.code)
    )
    found = [(row.provider, (row.code, int(row.times))) for row in (await connection.execute(asked)).all()]
    return _first(found, _REASONS)


async def _officers(
    connection: AsyncConnection, where: Sequence[ColumnElement[bool]]
) -> dict[str, list[tuple[str, int, int, int]]]:
    submissions = func.count().label("submissions")
    asked = (
        select(
            _C.provider,
            _C.officer,
            submissions,
            func.sum(_C.rows).label("sent"),
            func.sum(_C.refused).label("refused"),
        )
        .where(*where)
        .group_by(_C.provider, _C.officer)
        .order_by(_C.provider, submissions.desc(), _C.officer)
    )
    found = [
        (row.provider, (row.officer, int(row.submissions), int(row.sent), int(row.refused)))
        for row in (await connection.execute(asked)).all()
    ]
    return _first(found, _OFFICERS)


def _first(found: Sequence[tuple[str, Any]], most: int) -> dict[str, list[Any]]:
    """Give the first of each agency."""
    told: dict[str, list[Any]] = {}
    for agency, each in found:
        listed = told.setdefault(agency, [])
        if len(listed) < most:
            listed.append(each)
    return told


async def _last(connection: AsyncConnection, where: Sequence[ColumnElement[bool]]) -> dict[tuple[str, str], datetime]:
    asked = (
        select(_C.provider, _C.record_type, func.max(_C.received_at).label("at"))
        .where(*where, _C.state == "DONE", _C.rows > 0)
        .group_by(_C.provider, _C.record_type)
    )
    return {(row.provider, row.record_type): row.at for row in (await connection.execute(asked)).all()}
