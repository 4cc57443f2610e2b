"""Entries that their subjects do not see yet: by a rule that is cited, until a day that is named (AMB-29)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.audit.errors import TrailUnread
from gateway.store.tables import HIDING, RECORD

__all__ = ["Hiding", "has_asked", "hide", "hidings", "is_any_hidden", "is_hidden", "lift"]


@dataclass(frozen=True, slots=True)
class Hiding:
    """One rule: an entry by its place, or all of an organisation for a purpose (empty: whatever the purpose)."""

    id: str
    article: str
    reason: str
    until: date
    set_by: str
    place: tuple[int, int] | None = None
    organisation: str | None = None
    purpose: str = ""

    def about(self) -> dict[str, object]:
        """Give what the entry about it says in the open."""
        return {"hiding": self.id, "article": self.article, "until": self.until.isoformat()}


Day = date | ColumnElement[date]


def is_any_hidden(day: Day) -> ColumnElement[bool]:
    """Say, in a statement, whether anything is hidden from anybody on a day."""
    return exists(select(HIDING.c.id).where(HIDING.c.lifted_at.is_(None), HIDING.c.until > day))


def is_hidden(day: Day, entry: Any) -> ColumnElement[bool]:  # noqa: ANN401 (a table's columns)
    """Say whether an *entry*, by its columns in a statement, is hidden on a day."""
    own = HIDING.c
    one = and_(own.stream == entry.stream, own.seq == entry.seq)
    purpose = or_(own.purpose == "", own.purpose == entry.purpose)
    return exists(
        select(own.id).where(
            own.lifted_at.is_(None), own.until > day, or_(one, and_(own.organisation == entry.organisation, purpose))
        )
    )


async def hide(engine: AsyncEngine, hiding: Hiding, at: datetime) -> None:
    """Put a rule in force.

    Raises:
        AuditUnavailable: the database took it not.

    """
    stream, seq = hiding.place or (None, None)
    row = {
        "id": hiding.id,
        "stream": stream,
        "seq": seq,
        "organisation": hiding.organisation,
        "purpose": hiding.purpose,
        "article": hiding.article,
        "reason": hiding.reason,
        "until": hiding.until,
        "set_by": hiding.set_by,
        "set_at": at,
    }
    try:
        async with engine.begin() as connection:
            await connection.execute(HIDING.insert().values(row))
    except (SQLAlchemyError, OSError) as failure:
        message = f"the rule could not be written: {failure}"
        raise TrailUnread(message) from failure


async def lift(engine: AsyncEngine, hiding_id: str, by: str, at: datetime) -> bool:
    """End a rule before its day; say whether it was in force.

    Raises:
        AuditUnavailable: the database took it not.

    """
    ended = update(HIDING).where(HIDING.c.id == hiding_id, HIDING.c.lifted_at.is_(None))
    try:
        async with engine.begin() as connection:
            found = await connection.execute(ended.values(lifted_by=by, lifted_at=at))
    except (SQLAlchemyError, OSError) as failure:
        message = f"the rule could not be ended: {failure}"
        raise TrailUnread(message) from failure
    return found.rowcount == 1


async def hidings(engine: AsyncEngine) -> list[Hiding]:
    """Give the rules that were not ended, by the day on which they end by themselves.

    Raises:
        AuditUnavailable: they cannot be read.

    """
    asked = select(HIDING).where(HIDING.c.lifted_at.is_(None)).order_by(HIDING.c.until, HIDING.c.id)
    try:
        async with engine.connect() as connection:
            rows = (await connection.execute(asked)).all()
    except (SQLAlchemyError, OSError) as failure:
        message = f"the rules cannot be read: {failure}"
        raise TrailUnread(message) from failure
    return [
        Hiding(
            id=row.id,
            article=row.article,
            reason=row.reason,
            until=row.until,
            set_by=row.set_by,
            place=None if row.stream is None else (row.stream, row.seq),
            organisation=row.organisation,
            purpose=row.purpose or "",
        )
        for row in rows
    ]


async def has_asked(engine: AsyncEngine, organisation: str) -> bool:
    """Say whether any entry is by an organisation: a rule about a misspelt one hides nothing.

    Raises:
        AuditUnavailable: the trail cannot be read.

    """
    asked = select(RECORD.c.seq).where(RECORD.c.organisation == organisation).limit(1)
    try:
        async with engine.connect() as connection:
            return (await connection.execute(asked)).first() is not None
    except (SQLAlchemyError, OSError) as failure:
        message = f"the trail cannot be read: {failure}"
        raise TrailUnread(message) from failure
