"""Deletes individuals' negative records whose five years are over: announced in the trail, then gone, chunk by chunk.

Each chunk is one transaction with its tombstones, alone with the agency's reporting of that type. Whoever ends it in
the middle finds the rest the next time; nothing is deleted twice, and nothing is left without its tombstone (Art. 20).
"""

import secrets
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Table, delete, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.credit_centre import REPORTED_RECORD
from gateway.audit.codes import DELETION
from gateway.audit.entry import Entry, Receipt
from gateway.audit.retention.acts import entry_of_act
from gateway.collection.centre import Centre
from gateway.collection.retention.scanning import CHUNK, OldVersion, agencies, old_versions, records
from gateway.collection.retention.terms import EXPIRING, Place, Standing, has_term, is_over
from gateway.collection.retention.tombstones import DeletionKeys, Tombstone, Tombstones
from gateway.collection.retention.waiting import WaitingRows
from gateway.errors import CollectionUnavailable, StartRefused, Text
from gateway.store.tables import RECORD_HEAD, RECORD_VERSION
from schema.retention import Anchor, Term

__all__ = ["Deleted", "Deletion", "Due", "NotDeleted"]

_CLOCKS: Final = timedelta(minutes=1)
_RUN_BYTES: Final = 8

Append = Callable[[Entry], Awaitable[Receipt]]
Dropping = Callable[[Collection[str]], Awaitable[None]]
Progress = Callable[[int, int], None]
"""Hears how many records are deleted, and how many there were to delete."""


class NotDeleted(StartRefused):
    """Nothing was deleted, or not all: it is not certain what day it is, or a database or a cache failed."""

    cure = Text(
        "Mend what is named, then run `xinyong expire` again: it goes on with what is left.",
        "请排除所指故障后再次运行 `xinyong expire`，将继续处理剩余部分。",
    )


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be deleted, by record type, and how many records cannot be read."""

    records: Mapping[str, int]
    versions: int = 0
    unreadable: int = 0
    waiting: int = 0
    """Rows in quarantine."""

    @property
    def total(self) -> int:
        """How many records."""
        return sum(self.records.values())


@dataclass(frozen=True, slots=True)
class Deleted:
    """What one run deleted; ``run`` is empty where there was nothing to do."""

    run: str = ""
    records: Mapping[str, int] = field(default_factory=dict)
    versions: int = 0
    unreadable: int = 0
    waiting: int = 0
    """Rows in quarantine."""

    @property
    def total(self) -> int:
        """How many records."""
        return sum(self.records.values())


@dataclass(slots=True)
class _Chunk:
    """What is over among some records."""

    over: list[Standing] = field(default_factory=list)
    unreadable: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Deletion:
    """Deletes from the centre's database, and lets every cache forget."""

    centre: Centre
    keys: DeletionKeys
    append: Append
    dropping: Dropping
    anchor: Anchor = Anchor.END
    waiting: WaitingRows | None = None
    """The rows in quarantine, where there is that room."""

    async def find(self, today: date) -> Due:
        """Say what would be deleted today; nothing is.

        Raises:
            NotDeleted: the clocks differ, or the database failed.

        """
        try:
            async with self.centre.reading() as connection:
                await self._agree(connection)
                due = await self._due(connection, today)
            held = [] if self.waiting is None else await self.waiting.over(today)
            return replace(due, waiting=len(held))
        except CollectionUnavailable as failure:
            raise NotDeleted(failure.detail.english) from failure

    async def run(self, today: date, progress: Progress | None = None) -> Deleted:
        """Delete everything whose five years are over, and what was deleted before and has come back.

        Raises:
            NotDeleted: it was not done, or not to the end; what is left is found the next time.
            AuditUnavailable: it could not be announced; nothing was deleted.

        """
        due = await self.find(today)
        if not due.total and not due.versions and not due.waiting:
            return Deleted(unreadable=due.unreadable)
        run = secrets.token_hex(_RUN_BYTES)
        about = {"run": run, "day": today.isoformat(), "records": due.total, "versions": due.versions}
        about |= {"waiting": due.waiting}
        about |= {f"of {name}": count for name, count in due.records.items()}
        await self.append(entry_of_act(DELETION, "delete records", about))
        counted: Counter[str] = Counter()
        versions = waiting = 0
        try:
            if self.waiting is not None and due.waiting:
                waiting = await self.waiting.refuse(await self.waiting.over(today), datetime.now(UTC))
            async with self.centre.reading() as connection:
                found = await agencies(connection)
            for record_type, provider in found:
                async for gone in self._deleting(record_type, provider, today, run):
                    counted[record_type] += gone
                    if progress is not None:
                        progress(counted.total(), due.total)
                versions += await self._delete_versions(record_type, provider, today, run)
        except CollectionUnavailable as failure:
            message = f"{counted.total()} records were deleted before it failed: {failure.detail.english}"
            raise NotDeleted(message) from failure
        return Deleted(run, dict(counted), versions, due.unreadable, waiting)

    # Finding

    async def _agree(self, connection: AsyncConnection) -> None:
        """Delete nothing by a clock that is not the database's: one of them is wrong."""
        if not self.centre.store.address.is_postgresql:
            return
        theirs: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        if abs(theirs - datetime.now(UTC)) > _CLOCKS:
            message = f"the database's clock says {theirs.isoformat(timespec='seconds')}, which is not ours"
            raise NotDeleted(message)

    async def _due(self, connection: AsyncConnection, today: date) -> Due:
        counted: Counter[str] = Counter()
        versions = unreadable = 0
        for record_type, provider in await agencies(connection):
            after: tuple[str, str] | None = None
            while True:
                found = await records(connection, record_type, provider, after)
                chunk = await self._over(connection, found, today)
                counted[record_type] += len(chunk.over)
                unreadable += chunk.unreadable
                if len(found) < CHUNK:
                    break
                after = found[-1].place[2:]
            versions += await self._count_versions(connection, record_type, provider, today)
        return Due({name: count for name, count in counted.items() if count}, versions, unreadable)

    async def _over(self, connection: AsyncConnection, found: Sequence[Standing], today: date) -> _Chunk:
        """Give the records whose term is over, and those that were deleted before."""
        known = await Tombstones(self.keys).known(connection, (each.place for each in found))
        chunk = _Chunk()
        for each in found:
            try:
                over = each.place in known or is_over(self._term(each.place.record_type), each, today)
            except (ValueError, TypeError):  # a day that is none: a person must look at it
                chunk.unreadable += 1
                continue
            if over:
                chunk.over.append(each)
        return chunk

    async def _count_versions(self, connection: AsyncConnection, record_type: str, provider: str, today: date) -> int:
        count, after = 0, None
        while True:
            found = await old_versions(connection, record_type, provider, after)
            count += sum(self._goes_alone(each, today) for each in found)
            if len(found) < CHUNK:
                return count
            after = (*found[-1].standing.place[2:], found[-1].standing.version)

    def _goes_alone(self, old: OldVersion, today: date) -> bool:
        """Say whether a version goes though its record stays, or is not there."""
        term = self._term(old.standing.place.record_type)
        try:
            stays = old.now is not None and has_term(term, old.now)  # then it goes with its record
            return not stays and is_over(term, old.standing, today)
        except (ValueError, TypeError):
            return False

    def _term(self, record_type: str) -> Term:
        return Term(EXPIRING[record_type], self.anchor)

    # Deleting

    async def _deleting(self, record_type: str, provider: str, today: date, run: str) -> AsyncIterator[int]:
        """Delete chunk by chunk, and give how many each one was."""
        after: tuple[str, str] | None = None
        while True:
            async with self.centre.writing() as connection:
                await self.centre.alone(connection, f"{provider}/{record_type}")
                found = await records(connection, record_type, provider, after)
                over = (await self._over(connection, found, today)).over
                subject_ids = {each.place.subject_id for each in over}
                if over:
                    await self.dropping(subject_ids)
                    await self._erase(connection, over, today, run)
            if over:  # again, since somebody may have read it meanwhile
                await self.dropping(subject_ids)
                yield len(over)
            if len(found) < CHUNK:
                return
            after = found[-1].place[2:]

    async def _erase(self, connection: AsyncConnection, over: Sequence[Standing], today: date, run: str) -> None:
        tombstones = Tombstones(self.keys)
        stones = [tombstones.of(each.place, each.payload, today, run) for each in over]
        await tombstones.put(connection, stones)
        places = [each.place for each in over]
        for table in (REPORTED_RECORD, RECORD_VERSION, RECORD_HEAD):
            await connection.execute(delete(table).where(_at(table, places)))

    async def _delete_versions(self, record_type: str, provider: str, today: date, run: str) -> int:
        count, after = 0, None
        while True:
            async with self.centre.writing() as connection:
                await self.centre.alone(connection, f"{provider}/{record_type}")
                found = await old_versions(connection, record_type, provider, after)
                over = [each for each in found if self._goes_alone(each, today)]
                await self._erase_versions(connection, over, today, run)
            count += len(over)
            if len(found) < CHUNK:
                return count
            after = (*found[-1].standing.place[2:], found[-1].standing.version)

    async def _erase_versions(
        self, connection: AsyncConnection, over: Sequence[OldVersion], today: date, run: str
    ) -> None:
        """Delete versions; of a record of which nothing else is there, its head too, and a tombstone stays."""
        if not over:
            return
        tombstones, columns = Tombstones(self.keys), RECORD_VERSION.c
        named = [(*each.standing.place, each.standing.version) for each in over]
        own = tuple_(columns.record_type, columns.provider, columns.subject_id, columns.natural_key, columns.version)
        await connection.execute(delete(RECORD_VERSION).where(own.in_(named)))
        alone = {each.standing.place: each.standing for each in over if each.now is None}
        stones: list[Tombstone] = [tombstones.of(place, told.payload, today, run) for place, told in alone.items()]
        await tombstones.put(connection, stones)
        if alone:
            await connection.execute(delete(RECORD_HEAD).where(_at(RECORD_HEAD, list(alone))))


def _at(table: Table, places: Sequence[Place]) -> ColumnElement[bool]:
    own = tuple_(*(table.c[name] for name in Place._fields))
    return own.in_([tuple(each) for each in places])
