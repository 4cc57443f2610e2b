"""Deletes what is five years old: announced in the trail first, then gone, its month's key with it (Art. 19, R19.10).

Entries go from the beginning of the log up to the size of one of its checkpoints (`gateway.audit.seal.expiry`), so that
all who hold a checkpoint see that none went early; a row that is younger by its own instant stays for the next day.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.audit.codes import EXPIRY
from gateway.audit.entry import Entry, Receipt
from gateway.audit.retention.acts import entry_of_act
from gateway.audit.retention.days import kept_from
from gateway.audit.retention.statements import BELOW, MONTHS, NEWEST_BEFORE, SQLITE_EXPIRE, SQLITE_PRUNE
from gateway.audit.seal.expiry import Expiry, expirable
from gateway.errors import StartRefused, Text
from gateway.store import Store
from gateway.store.engine import connect_sqlite
from gateway.store.functions import CLOCKS_DIFFER
from gateway.store.tables import KEY, RECORD, Instant, microseconds
from schema.days import ZONE

__all__ = ["Append", "Expired", "MonthKeyFiles", "NotExpired", "Retention"]

Append = Callable[[Entry], Awaitable[Receipt]]
"""Makes an entry durable."""

_AT_ONCE: Final = 5_000
"""Entries deleted in one transaction: the writers wait for none of them, and locks are short."""
_CLOCKS: Final = timedelta(minutes=1)
_LATE: Final = timedelta(minutes=1)
"""An entry may be sealed so much later than it was created, and still count for that day."""
_RECORDS: Final = 3
"""Which of the statements deletes the entries themselves."""
_AROUND: Final = timedelta(days=2)


class NotExpired(StartRefused):
    """Nothing was deleted, since it is not certain what day it is, or the database could not be used."""

    cure = Text(
        "Set the clocks of gateway and database right (NTP), then run `xinyong expire`.",
        "请校准网关与数据库的时钟（NTP），再运行 `xinyong expire`。",
    )


class MonthKeyFiles(Protocol):
    """Where the months' keys lie."""

    def destroy_month(self, number: int) -> None:
        """Remove the key of month *number* (YYYYMM) for ever."""
        ...


@dataclass(frozen=True, slots=True)
class Expired:
    """What one run deleted."""

    entries: int = 0
    below: int = 0
    """The index of the log below which entries may be gone."""
    kept: int = 0
    """Entries below it that are there still: held, or a day too young."""
    months: tuple[date, ...] = ()
    """Months of which nothing is left, whose keys were destroyed."""


class Retention:
    """Expires the entries of one store."""

    def __init__(self, store: Store, keys: MonthKeyFiles, append: Append) -> None:
        """Take the store, where the months' keys lie, and how an entry is made durable."""
        self._store = store
        self._keys = keys
        self._append = append

    async def expire(self) -> Expired:
        """Delete all entries whose five years are over and that nothing holds.

        Raises:
            NotExpired: the clocks differ, or the database failed.
            AuditUnavailable: the expiry could not be announced; nothing was deleted.

        """
        now = datetime.now(UTC)
        limit = kept_from(now)
        try:
            async with self._store.engine.connect() as connection:
                await self._agree(connection)
                below = await self._below(connection, limit, now)
                there, over = await self._count(connection, below, limit) if below else (0, 0)
            if over:
                await self._append(entry_of_act(EXPIRY, "expire", Expiry(below, below - there + over).about()))
                await self._delete(below, limit)
            return Expired(over, below, there - over, await self._end_months(limit))
        except (SQLAlchemyError, OSError) as failure:
            message = _clocks_differ(failure) or f"the database failed: {failure}"
            raise NotExpired(message) from failure

    async def _agree(self, connection: AsyncConnection) -> None:
        """Let nothing expire by a clock that is not the database's: one of them is wrong."""
        if not self._store.address.is_postgresql:
            return
        theirs: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        if abs(theirs - datetime.now(UTC)) > _CLOCKS:
            message = f"the database's clock says {theirs.isoformat(timespec='seconds')}, which is not ours"
            raise NotExpired(message)

    async def _below(self, connection: AsyncConnection, limit: datetime, now: datetime) -> int:
        asked = text(NEWEST_BEFORE).columns(at=Instant())
        found = (await connection.execute(asked, {"before": self._written(limit + _LATE)})).all()
        return expirable([(size, at) for size, at in found], now)

    async def _count(self, connection: AsyncConnection, below: int, limit: datetime) -> tuple[int, int]:
        values = {"below": below, "kept_from": self._written(limit), "horizon": self._written(limit + _AROUND)}
        there, over = (await connection.execute(text(BELOW), values)).one()
        return int(there), int(over)

    async def _delete(self, below: int, limit: datetime) -> None:
        if not self._store.address.is_postgresql:
            await asyncio.to_thread(self._delete_from_file, below, limit)
            return
        asked, deleted = text("SELECT audit_expire(:below, :most, :now_at)"), _AT_ONCE
        while deleted:
            async with self._store.engine.begin() as connection:
                values = {"below": below, "most": _AT_ONCE, "now_at": datetime.now(UTC)}
                deleted = (await connection.execute(asked, values)).scalar_one()
        async with self._store.engine.begin() as connection:
            await connection.execute(text("SELECT audit_prune_tiles(:below)"), {"below": below})
        async with self._store.engine.begin() as connection:
            await connection.execute(text("SELECT audit_drop_months()"))

    def _delete_from_file(self, below: int, limit: datetime) -> None:
        values: dict[str, Any] = {"below": below, "kept_from": microseconds(limit), "most": _AT_ONCE}
        values["horizon"] = microseconds(limit + _AROUND)
        with closing(connect_sqlite(self._store.address)) as connection:
            deleted = _AT_ONCE
            while deleted:
                connection.execute("BEGIN IMMEDIATE")
                for statement in SQLITE_EXPIRE:
                    done = connection.execute(statement, values)
                    deleted = done.rowcount if statement is SQLITE_EXPIRE[_RECORDS] else deleted
                connection.execute("COMMIT")
            connection.execute(SQLITE_PRUNE, values)

    async def _end_months(self, limit: datetime) -> tuple[date, ...]:
        """Destroy the keys of months of which no entry is left: copies in backups stay sealed as well."""
        async with self._store.engine.begin() as connection:
            rows = (await connection.execute(text(MONTHS).columns(month=KEY.c.month.type))).all()
            ended = [(key_id, month) for key_id, month in rows if not await self._is_needed(connection, month, limit)]
            for key_id, _ in ended:
                self._keys.destroy_month(key_id)
                destroyed = KEY.update().where(KEY.c.key_id == key_id).values(destroyed_at=datetime.now(UTC))
                await connection.execute(destroyed)
        return tuple(month for _, month in ended)

    async def _is_needed(self, connection: AsyncConnection, month: date, limit: datetime) -> bool:
        begins = datetime(month.year, month.month, 1, tzinfo=ZONE)
        ends = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=ZONE)
        if ends > limit:
            return True
        left = RECORD.select().with_only_columns(RECORD.c.seq).where(RECORD.c.at >= begins, RECORD.c.at < ends).limit(1)
        return (await connection.execute(left)).first() is not None

    def _written(self, instant: datetime) -> datetime | int:
        return instant if self._store.address.is_postgresql else microseconds(instant)


def _clocks_differ(failure: Exception) -> str:
    """Give what the database itself said where it refused to delete by our clock."""
    said = getattr(failure.orig, "sqlstate", None) if isinstance(failure, DBAPIError) else None
    return "the clocks of database and gateway differ by more than a minute" if said == CLOCKS_DIFFER else ""
