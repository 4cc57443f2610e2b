"""The calendar as it is in force: the announced years of the library, and over them the notices in the database.

A notice that one process imports is seen by all others with their next question: its number is asked for each time,
and the days only when it has changed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.errors import StartRefused, Text
from gateway.store.tables import CALENDAR_DAY, CALENDAR_NOTICE
from gateway.workdays.calendar import Calendar, Counted, Special, Year
from gateway.workdays.notice import Notice, NoticeKind
from gateway.workdays.official import official_calendar

__all__ = ["Calendars", "Changed", "Imported", "Kept", "over"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A notice in the database, and who loaded it when."""

    version: int
    notice: Notice
    loaded_by: str
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class Changed:
    """A day that works by one calendar and not by the other, or is so for another reason."""

    before: Counted
    after: Counted


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the notice's number, whether it is new, the days it changed, the year's working days."""

    version: int
    is_new: bool
    changed: tuple[Changed, ...]
    working_days: int


class Calendars:
    """Gives the calendar in force, and takes notices in."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Look notices up in the database of *engine*."""
        self._engine = engine
        self._known = official_calendar()

    async def current(self, connection: AsyncConnection | None = None) -> Calendar:
        """Give the calendar in force now, within the transaction of *connection* if there is one."""
        if connection is not None:
            return await self._current(connection)
        async with self._engine.connect() as own:
            return await self._current(own)

    async def as_of(self, version: int) -> Calendar:
        """Give the calendar as it was when so many notices had been imported: a closed clock was counted by it."""
        current = await self.current()
        if version >= current.version:
            return current
        calendar = official_calendar()
        for each in await self.notices():
            if each.version <= version:
                calendar = over(calendar, each.version, each.notice)
        return calendar

    async def notices(self) -> list[Kept]:
        """Give every notice in the order in which they were loaded."""
        async with self._engine.connect() as connection:
            return await _notices(connection)

    async def tried(self, notice: Notice, digest: str = "") -> Imported:
        """Say what an import would change, and change nothing."""
        async with self._engine.connect() as connection:
            kept = await _version_of(connection, digest)
            before = await self._current(connection)
        return _told(notice, before, over(before, before.version + 1, notice), kept)

    async def take(self, notice: Notice, text: str, *, by: str, at: datetime) -> Imported:
        """Keep a notice; the same file again changes nothing (AMB-14).

        Raises:
            StartRefused: another import came in between.

        """
        digest = digest_of(text)
        try:
            async with self._engine.begin() as connection:
                kept = await _version_of(connection, digest)
                before = await self._current(connection)
                if kept is not None:
                    return _told(notice, before, before, kept)
                version = before.version + 1
                row = {
                    "version": version,
                    "year": notice.year,
                    "kind": notice.kind.value,
                    "document": notice.document,
                    "title": notice.title,
                    "issued_on": notice.issued_on,
                    "digest": digest,
                    "loaded_by": by,
                    "loaded_at": at,
                }
                await connection.execute(insert(CALENDAR_NOTICE).values(row))
                await connection.execute(
                    insert(CALENDAR_DAY), [_day_row(version, *each) for each in notice.days.items()]
                )
        except IntegrityError as error:
            message = "another notice was imported at the same moment: look at `xinyong calendar show`, then try again"
            raise StartRefused(message) from error
        return _told(notice, before, over(before, version, notice), None)

    async def _current(self, connection: AsyncConnection) -> Calendar:
        newest = (await connection.execute(select(func.max(CALENDAR_NOTICE.c.version)))).scalar_one() or 0
        if newest != self._known.version:
            calendar = official_calendar()
            for each in await _notices(connection):
                calendar = over(calendar, each.version, each.notice)
            self._known = calendar
        return self._known


def digest_of(text: str) -> str:
    """Give the digest by which a file is known again."""
    return hashlib.sha256(text.encode()).hexdigest()


def over(calendar: Calendar, version: int, notice: Notice) -> Calendar:
    """Lay a notice over a calendar: an annual one announces its year anew, an amendment changes its days."""
    years, changed = dict(calendar.years), dict(calendar.changed)
    beyond = dict(notice.days)
    if notice.kind is NoticeKind.ANNUAL:
        own = {day: special for day, special in notice.days.items() if day.year == notice.year and special is not None}
        years[notice.year] = Year(notice.title, MappingProxyType(own))
        changed = {day: special for day, special in changed.items() if day.year != notice.year}
        beyond = {day: special for day, special in notice.days.items() if day.year != notice.year}
    return Calendar(MappingProxyType(years), MappingProxyType(changed | beyond), version)


def _told(notice: Notice, before: Calendar, after: Calendar, kept: int | None) -> Imported:
    days = sorted(set(notice.days) | {date.fromordinal(n) for n in _ordinals(notice.year)})
    pairs = [(before.look_up(day), after.look_up(day)) for day in days]
    changed = tuple(Changed(old, new) for old, new in pairs if (old.kind, old.nth) != (new.kind, new.nth))
    working = sum(after.works(date.fromordinal(n)) for n in _ordinals(notice.year))
    return Imported(after.version if kept is None else kept, kept is None, changed, working)


def _ordinals(year: int) -> range:
    return range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())


async def _version_of(connection: AsyncConnection, digest: str) -> int | None:
    statement = select(CALENDAR_NOTICE.c.version).where(CALENDAR_NOTICE.c.digest == digest)
    found: int | None = (await connection.execute(statement)).scalar_one_or_none()
    return found


async def _notices(connection: AsyncConnection) -> list[Kept]:
    rows = (await connection.execute(select(CALENDAR_NOTICE).order_by(CALENDAR_NOTICE.c.version))).all()
    days = (await connection.execute(select(CALENDAR_DAY))).all()
    return [_read(row, [each for each in days if each.version == row.version]) for row in rows]


def _read(row: Any, days: Sequence[Any]) -> Kept:  # noqa: ANN401 - a row's columns have no types
    kind = NoticeKind(row.kind)
    specials = {each.day: _special(each, row.document) for each in days}
    notice = Notice(row.year, kind, row.document, row.title, row.issued_on, MappingProxyType(specials))
    return Kept(row.version, notice, row.loaded_by, row.loaded_at)


def _special(row: Any, document: str) -> Special | None:  # noqa: ANN401 - as above
    if row.works is None:
        return None
    return Special(working=row.works, festival=Text(row.festival_english, row.festival), document=document)


def _day_row(version: int, day: date, special: Special | None) -> dict[str, Any]:
    festival = None if special is None else special.festival
    return {
        "version": version,
        "day": day,
        "works": None if special is None else special.working,
        "festival": None if festival is None else festival.chinese,
        "festival_english": None if festival is None else festival.english,
    }
