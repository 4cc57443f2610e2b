"""The command that deletes individuals' negative records after five years, after a restore too (Art. 20)."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.app import cache_of, dropping_from
from gateway.collection.centre import Centre
from gateway.collection.quarantine import QuarantineRegister
from gateway.collection.retention import Deleted, Deletion, Due, NotDeleted, Tombstone, Tombstones, WaitingRows
from gateway.collection.retention.tombstones import read_list
from gateway.commands.retention import trail_beside
from gateway.errors import CollectionUnavailable
from gateway.settings import Settings
from gateway.store import missing_in_centre, open_store
from schema.days import day_of

__all__ = ["Asked", "Done", "delete", "done_lines", "done_tree"]

Progress = Callable[[int, int], None]
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for: only to look, which list to bring back first, where to write the list then."""

    only_look: bool = False
    restored: Path | None = None
    saved: Path | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was deleted, or would be; and how many tombstones were brought back and saved."""

    deleted: Deleted | Due
    restored: int = 0
    saved: int = 0


async def delete(settings: Settings, asked: Asked, progress: Progress | None = None) -> Done:
    """Delete what has expired, or only say what would be.

    Raises:
        StartRefused: it was not done, or not to the end, and why.

    """
    today = day_of(time.time()) if settings.as_of is None else settings.as_of
    try:
        async with _deletion(settings) as deletion:
            restored = 0 if asked.restored is None else await _bring_back(deletion, asked.restored)
            deleted = await (deletion.find(today) if asked.only_look else deletion.run(today, progress))
            saved = 0 if asked.saved is None else await _save(deletion, asked.saved)
    except CollectionUnavailable as failure:
        raise NotDeleted(failure.detail.english) from failure
    return Done(deleted, restored, saved)


async def _bring_back(deletion: Deletion, file: Path) -> int:
    """Put the tombstones of a saved list into a database that was restored from before them."""
    stones = await asyncio.to_thread(_stones, file)
    for start in range(0, len(stones), _AT_ONCE):
        async with deletion.centre.writing() as connection:
            await Tombstones.put(connection, stones[start : start + _AT_ONCE])
    return len(stones)


def _stones(file: Path) -> list[Tombstone]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        return list(read_list(lines))


async def _save(deletion: Deletion, file: Path) -> int:
    """Write all tombstones, so that the file is either the old list or the new one, whole."""
    async with deletion.centre.reading() as connection:
        lines = [f"{each.line()}\n" async for each in Tombstones.all(connection)]
    await asyncio.to_thread(_write, file, lines)
    return len(lines)


def _write(file: Path, lines: list[str]) -> None:
    beside = file.with_name(f"{file.name}.new")
    with beside.open("w", encoding="utf-8") as written:
        written.writelines(lines)
    beside.replace(file)


def done_tree(done: Done) -> dict[str, Any]:
    """Give a run as JSON."""
    told = done.deleted
    run = {"run": told.run or None} if isinstance(told, Deleted) else {"dryRun": True}
    counts = {"records": told.total, "byType": dict(told.records), "versions": told.versions, "waiting": told.waiting}
    return {**run, **counts, "unreadable": told.unreadable, "restored": done.restored, "saved": done.saved}


def done_lines(done: Done) -> Iterator[str]:
    """Say what was done."""
    told = done.deleted
    would = "would be deleted" if isinstance(told, Due) else "were deleted"
    if done.restored:
        yield f"{done.restored} tombstones of the list are in the database."
    yield f"{told.total} negative records of individuals {would} (Art. 20), and {told.versions} versions by themselves."
    for name, count in told.records.items():
        yield f"  {name}: {count}"
    if told.waiting:
        yield f"  in quarantine: {told.waiting}"
    if told.unreadable:
        yield f"The term of {told.unreadable} records cannot be reckoned: see the runbook."
    if done.saved:
        yield f"{done.saved} tombstones are in the list."


@asynccontextmanager
async def _deletion(settings: Settings) -> AsyncIterator[Deletion]:
    async with trail_beside(settings) as (_, keys, trail):
        cache = cache_of(settings, keys)
        centre = Centre(open_store(settings.centre.url))
        try:
            if centre.store.address.is_postgresql and (lacking := await missing_in_centre(centre.store)):
                message = f"the centre's database lacks {', '.join(lacking)}: run `xinyong migrate`"
                raise NotDeleted(message)
            anchor = settings.retention.anchor
            waiting = WaitingRows(centre, QuarantineRegister(centre, keys), anchor)
            yield Deletion(centre, keys, trail.append, dropping_from(cache), anchor, waiting)
        finally:
            await centre.close()
            if cache is not None:
                await cache.close()
