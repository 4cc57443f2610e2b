"""The log's rows in the gateway's database: read and written by one sealer, read by all who prove and watch."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.audit.seal.errors import SealingFailed
from gateway.audit.seal.succession import LogKeys
from gateway.audit.seal.suites import Suite
from gateway.audit.seal.tiles import Place
from gateway.audit.seal.tree import TileMissing, Tree
from gateway.store.tables import CHECKPOINT, LOG, LOG_KEY, RECORD, RUN, STREAM, TILE

__all__ = [
    "End",
    "KnownLog",
    "Sealed",
    "checkpoint_of",
    "connected",
    "entry_heads",
    "entry_rows",
    "index_of",
    "known_log",
    "log_keys",
    "newest_checkpoint",
    "put_tiles",
    "sealed_end",
    "stream_ends",
    "tiles_at",
    "with_tiles",
]

T = TypeVar("T")
_AT_ONCE: Final = 400
"""Tiles asked for in one statement."""


@dataclass(frozen=True, slots=True)
class KnownLog:
    """The constants of the log; the key is the one that it was begun with."""

    origin: str
    suite: str
    vkey: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A checkpoint as it is kept."""

    size: int
    root: bytes
    note: str


class End(NamedTuple):
    """A stream's end: the first entry that is not sealed, and the last that is there."""

    stream: int
    next_seq: int
    last_seq: int


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Give a connection for reading; every failure of the database becomes one of the seal's.

    Raises:
        SealingFailed: the database cannot be read.

    """
    try:
        async with engine.connect() as connection:
            yield connection
    except (SQLAlchemyError, OSError) as failure:
        raise SealingFailed(str(failure)) from failure


async def known_log(connection: AsyncConnection) -> KnownLog | None:
    """Give the log's constants; None before anything was sealed."""
    row = (await connection.execute(select(LOG.c.origin, LOG.c.suite, LOG.c.vkey))).first()
    return None if row is None else KnownLog(*row)


async def log_keys(connection: AsyncConnection) -> LogKeys | None:
    """Give the log's keys; None before anything was sealed.

    Read after a checkpoint they are at least those of its time.
    """
    known = await known_log(connection)
    if known is None:
        return None
    return LogKeys.of(
        known.vkey, list(map(tuple, await connection.execute(select(LOG_KEY).order_by(LOG_KEY.c.number))))
    )


async def newest_checkpoint(connection: AsyncConnection) -> Sealed | None:
    """Give the newest checkpoint; None before anything was sealed."""
    columns = CHECKPOINT.c.size, CHECKPOINT.c.root, CHECKPOINT.c.note
    row = (await connection.execute(select(*columns).order_by(CHECKPOINT.c.size.desc()).limit(1))).first()
    return None if row is None else Sealed(row.size, bytes(row.root), row.note)


async def checkpoint_of(connection: AsyncConnection, size: int) -> Sealed | None:
    """Give the checkpoint of exactly this size, if there is one."""
    columns = CHECKPOINT.c.size, CHECKPOINT.c.root, CHECKPOINT.c.note
    row = (await connection.execute(select(*columns).where(CHECKPOINT.c.size == size))).first()
    return None if row is None else Sealed(row.size, bytes(row.root), row.note)


async def stream_ends(connection: AsyncConnection, opened_after: datetime) -> list[End]:
    """Give the streams opened since then that have entries which are not sealed."""
    next_seq = _next_of(STREAM.c.id).scalar_subquery()
    last_seq = select(func.max(RECORD.c.seq)).where(RECORD.c.stream == STREAM.c.id).scalar_subquery()
    asked = select(STREAM.c.id, func.coalesce(next_seq, 0), last_seq).where(STREAM.c.opened_at >= opened_after)
    rows = await connection.execute(asked.order_by(STREAM.c.id))
    return [End(stream, next_, last) for stream, next_, last in rows if last is not None and last >= next_]


async def sealed_end(connection: AsyncConnection, stream: int) -> int:
    """Give the number of a stream's first entry that is not sealed."""
    next_seq: int | None = (await connection.execute(_next_of(stream))).scalar()
    return next_seq or 0


def _next_of(stream: ColumnElement[int] | int) -> Select[int]:
    runs = select(RUN.c.first_seq + RUN.c.n).where(RUN.c.stream == stream)
    return runs.order_by(RUN.c.first_seq.desc()).limit(1)


async def entry_rows(
    connection: AsyncConnection, stream: int, first: int, count: int
) -> list[tuple[int, bytes, bytes]]:
    """Give seq, head and leaf of up to *count* entries of a stream from *first* on, in their order."""
    asked = (
        select(RECORD.c.seq, RECORD.c.head, RECORD.c.leaf)
        .where(RECORD.c.stream == stream, RECORD.c.seq >= first)
        .order_by(RECORD.c.seq)
        .limit(count)
    )
    return [(seq, bytes(head), bytes(leaf)) for seq, head, leaf in await connection.execute(asked)]


async def entry_heads(connection: AsyncConnection, stream: int, first: int, count: int) -> list[bytes]:
    """Give the heads alone, likewise."""
    asked = (
        select(RECORD.c.head)
        .where(RECORD.c.stream == stream, RECORD.c.seq >= first)
        .order_by(RECORD.c.seq)
        .limit(count)
    )
    return list(map(bytes, (await connection.execute(asked)).scalars()))


async def index_of(connection: AsyncConnection, stream: int, seq: int) -> int | None:
    """Give the log index of an entry; None where it is not sealed."""
    asked = (
        select(RUN.c.first_index, RUN.c.first_seq, RUN.c.n)
        .where(RUN.c.stream == stream, RUN.c.first_seq <= seq)
        .order_by(RUN.c.first_seq.desc())
        .limit(1)
    )
    row = (await connection.execute(asked)).first()
    if row is None or seq >= row.first_seq + row.n:
        return None
    index: int = row.first_index + seq - row.first_seq
    return index


async def tiles_at(connection: AsyncConnection, places: Iterable[Place]) -> dict[Place, bytes]:
    """Give those of these tiles that are there."""
    wanted = list(places)
    found: dict[Place, bytes] = {}
    for at in range(0, len(wanted), _AT_ONCE):
        asked = select(TILE).where(tuple_(TILE.c.level, TILE.c.n).in_(wanted[at : at + _AT_ONCE]))
        found |= {Place(row.level, row.n): bytes(row.hashes) for row in await connection.execute(asked)}
    return found


async def put_tiles(connection: AsyncConnection, tiles: dict[Place, bytes]) -> None:
    """Write tiles over their narrower selves."""
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(TILE)
    statement = insert.on_conflict_do_update(index_elements=["level", "n"], set_={"hashes": insert.excluded.hashes})
    rows = [{"level": place.level, "n": place.number, "hashes": hashes} for place, hashes in tiles.items()]
    await connection.execute(statement, rows)


async def with_tiles(connection: AsyncConnection, suite: Suite, reckon: Callable[[Tree], T]) -> T:
    """Give what *reckon* finds in the tree, fetching the few tiles that it turns out to need.

    Raises:
        TileMissing: one of them is not in the database.

    """
    held: dict[Place, bytes] = {}
    while True:
        try:
            return reckon(Tree(suite, held))
        except TileMissing as missing:
            found = await tiles_at(connection, [missing.place])
            if not found or missing.place in held:
                raise
            held |= found
