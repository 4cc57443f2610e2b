"""The commands on the calendar of working days: import, show, due (Art. 12, 23; AMB-14)."""

import getpass
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from gateway.app import ledger_of
from gateway.audit.codes import CALENDAR
from gateway.audit.retention.acts import entry_of_act
from gateway.collection.centre import Centre
from gateway.collection.opening import obligations_of, offset_s
from gateway.commands.retention import trail_beside
from gateway.errors import StartRefused
from gateway.settings import Settings
from gateway.store import Store, open_store, prepare
from gateway.workdays import Calendar, Calendars, Counted, Due, Imported, Kept, Notice, NoticeRefused, read_notice
from gateway.workdays.notice import MOST_BYTES

__all__ = [
    "calendar_tree",
    "counted",
    "due_lines",
    "due_tree",
    "import_lines",
    "import_tree",
    "known",
    "notes_of",
    "read_file",
    "take",
    "tried",
]

_SURE_AHEAD: Final = 11
"""The month from which on the next year ought to be announced: the notice comes in October to December."""


def read_file(path: Path) -> tuple[Notice, str]:
    """Read a notice from a file, and give its text too.

    Raises:
        NoticeRefused: naming every problem.

    """
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoticeRefused(["the file is not UTF-8"]) from None
    return read_notice(text), text


async def tried(settings: Settings, notice: Notice) -> Imported:
    """Say what an import would change."""
    async with _store(settings) as store:
        return await Calendars(store.engine).tried(notice)


async def take(settings: Settings, notice: Notice, text: str) -> Imported:
    """Take a notice in, after the entry about it is kept; open clocks are reckoned anew at once (AMB-14).

    Raises:
        StartRefused: it was not done, and why.

    """
    by, at = getpass.getuser(), datetime.now(UTC)
    async with trail_beside(settings) as (store, keys, trail):
        calendars = Calendars(store.engine)
        about = {"year": notice.year, "kind": notice.kind.value, "document": notice.document, "days": len(notice.days)}
        await trail.append(entry_of_act(CALENDAR, "calendar import", about, person=by))
        imported = await calendars.take(notice, text, by=by, at=at)
        centre = Centre(open_store(settings.centre.url))
        try:
            room = obligations_of(settings, store, centre, ledger_of(settings, keys), keys)
            await room.upkeep.reckon_anew(at + timedelta(seconds=offset_s(settings)), await calendars.current())
        finally:
            await centre.close()
        return imported


async def known(settings: Settings) -> tuple[Calendar, list[Kept]]:
    """Give the calendar in force and the notices that were imported."""
    async with _store(settings) as store:
        calendars = Calendars(store.engine)
        return await calendars.current(), await calendars.notices()


async def counted(settings: Settings, start: date, working_days: int) -> Due:
    """Give the last of so many working days after a day.

    Raises:
        StartRefused: no such day is counted.

    """
    calendar, _ = await known(settings)
    try:
        return calendar.due(start, working_days)
    except ValueError as error:
        raise StartRefused(str(error)) from error


def import_tree(notice: Notice, imported: Imported) -> dict[str, Any]:
    """Give an import as JSON."""
    return {
        "year": notice.year,
        "kind": notice.kind.value,
        "document": notice.document,
        "version": imported.version,
        "isNew": imported.is_new,
        "workingDays": imported.working_days,
        "changed": [
            {"day": each.after.day.isoformat(), "from": each.before.kind.value, "to": each.after.kind.value}
            for each in imported.changed
        ],
    }


def import_lines(notice: Notice, imported: Imported) -> Iterator[str]:
    """Give an import line by line: each day that is another now."""
    yield f"{notice.document}: {notice.title}, issued on {notice.issued_on}"
    for each in imported.changed:
        yield f"  {each.after.day} {each.before.kind.value} -> {each.after.kind.value}: {each.after.reason.english}"
    if not imported.changed:
        yield "  no day is another than before"
    yield f"  {notice.year} has {imported.working_days} working days"


def calendar_tree(calendar: Calendar, notices: list[Kept], now: float) -> dict[str, Any]:
    """Give the calendar as JSON: which years are CONFIRMED, by what."""
    this_year = datetime.fromtimestamp(now, UTC).year
    return {
        "version": calendar.version,
        "years": [
            {"year": year, "status": "CONFIRMED", "document": each.document}
            for year, each in sorted(calendar.years.items())
        ],
        "notices": [
            {
                "version": each.version,
                "year": each.notice.year,
                "kind": each.notice.kind.value,
                "document": each.notice.document,
                "issuedOn": each.notice.issued_on.isoformat(),
                "loadedBy": each.loaded_by,
                "loadedAt": each.loaded_at.isoformat(),
            }
            for each in notices
        ],
        "provisional": [year for year in (this_year, this_year + 1) if year not in calendar.years],
    }


def due_tree(due: Due) -> dict[str, Any]:
    """Give a time limit as JSON, day by day."""
    return {
        "start": due.start.isoformat(),
        "due": due.day.isoformat(),
        "status": due.status.value,
        "until": due.until.isoformat(),
        "days": [_day_tree(each) for each in due.days],
    }


def due_lines(due: Due) -> Iterator[str]:
    """Give a time limit line by line: each day with its number, or why it does not count."""
    for each in due.days:
        number = "  -" if each.nth is None else f"{each.nth:3}"
        by = "" if each.document is None else f" ({each.document})"
        yield f"{number}  {each.day}  {each.reason.english}{by}"
    yield f"Due on {due.day} until 24:00 Asia/Shanghai: {due.status.value}"


def notes_of(calendar: Calendar, now: float) -> list[str]:
    """Say which year ought to be announced by now: the notice of the next one comes before December (AMB-14)."""
    today = datetime.fromtimestamp(now, UTC)
    wanted = [today.year] + ([today.year + 1] if today.month > _SURE_AHEAD else [])
    return [
        f"{year} is PROVISIONAL: import the State Council's notice by `xinyong calendar import`, "
        "or nobody can be reminded of what is due in it"
        for year in wanted
        if year not in calendar.years
    ]


def _day_tree(day: Counted) -> Mapping[str, Any]:
    return {
        "day": day.day.isoformat(),
        "kind": day.kind.value,
        "nth": day.nth,
        "reason": day.reason.english,
        "reasonChinese": day.reason.chinese,
        "document": day.document,
    }


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[Store]:
    store = open_store(settings.database.url)
    try:
        await prepare(store)
        yield store
    finally:
        await store.close()
