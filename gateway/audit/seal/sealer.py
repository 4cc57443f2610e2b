"""Takes new entries into the log: reads them, checks them, appends, reckons everything twice, signs (R19.10).

One tick is one transaction. Killed in the middle of it, nothing was done; done twice at once, one of the two is
refused by the constraint on `audit_checkpoint.prev_size`. Entries are read from the primary, stream by stream in the
order of their numbers, and never waited for by an answer.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import orjson
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.audit.head import leaf_of
from gateway.audit.seal.errors import Broken, LogRefused, SealingFailed
from gateway.audit.seal.keyring import Signing
from gateway.audit.seal.notes import Checkpoint, Signer
from gateway.audit.seal.rows import (
    End,
    KnownLog,
    Sealed,
    entry_heads,
    entry_rows,
    known_log,
    log_keys,
    newest_checkpoint,
    put_tiles,
    stream_ends,
    tiles_at,
)
from gateway.audit.seal.suites import HASH_BYTES, STD, Suite
from gateway.audit.seal.tiles import Place, edges, expected_width, grown
from gateway.audit.seal.tree import TileMissing, Tree
from gateway.audit.seal.turn import Turn
from gateway.store.locks import Lock, in_turn
from gateway.store.tables import CHECKPOINT, LOG, RUN

__all__ = ["Sealer", "checked"]

_log = logging.getLogger(__name__)

_PAGE: Final = 4096
"""Entries sealed in one transaction."""
_READ: Final = 1024
"""Entries read at once: to ask costs as much as to read some hundreds."""
_AT_ONCE: Final = 256
"""Entries worked on before the answers have their turn again."""
_RECENT: Final = timedelta(hours=48)
"""How long after it was opened a stream is looked at in every tick; writers leave theirs after a day."""
_THOROUGH: Final = timedelta(hours=1)
"""How often every stream is looked at."""
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class _Run(NamedTuple):
    """Entries of one stream that go into the log together."""

    stream: int
    first_seq: int
    leaves: list[bytes]
    """As the log has them, which may hash otherwise than the stream."""


@dataclass(frozen=True, slots=True)
class _Grown:
    """The log after new entries, not yet written."""

    before: Sealed | None
    held: dict[Place, bytes]
    runs: list[_Run]
    touched: dict[Place, bytes]
    checkpoint: Checkpoint

    @property
    def first(self) -> int:
        """The first new index."""
        return self.before.size if self.before else 0


class _KeyReplaced(Exception):
    """The log's key was replaced meanwhile: what was reckoned is not to be signed with the former one."""


class Sealer:
    """Seals the log of one store, whenever it is this process's turn, with the key that the log has then."""

    def __init__(self, turn: Turn, signing: Signing, suite: Suite) -> None:
        """Take who has the key; the log is begun at the first entry."""
        self._turn = turn
        self._signing = signing
        self._suite = suite
        self._looked_at = _EVER
        self.is_behind = False
        """Whether the last tick filled its page, so that there may be more to seal at once."""
        self.broken: dict[int, Broken] = {}
        """Streams that are not sealed any further, each with the row that does not fit."""

    async def tick(self) -> Sealed | None:
        """Seal what is new, up to a page of it; None where nothing is, or it is another's turn.

        Raises:
            SealingFailed: the database could not be used; nothing of the tick was done.
            LogRefused: this log must not be sealed with this key.

        """
        self.is_behind = False
        try:
            return await self._tick()
        except IntegrityError as fence:
            _log.warning("another process sealed at the same time: %s", fence.orig)
            await self._turn.lose()
            return None
        except _KeyReplaced:
            _log.warning("the log's key was replaced at the same time: it is sealed with the new one")
            await self._turn.lose()
            return await self.tick()
        except LogRefused:
            await self._turn.give_back()  # another process may have the key
            raise
        except (SQLAlchemyError, OSError) as failure:
            await self._turn.lose()
            raise SealingFailed(str(failure)) from failure
        except BaseException:
            await self._turn.lose()
            raise

    async def _tick(self) -> Sealed | None:
        connection = await self._turn.look()
        now = datetime.now(UTC)
        thorough = abs(now - self._looked_at) > _THOROUGH
        ends = await stream_ends(connection, _EVER if thorough else now - _RECENT)
        ends = [end for end in ends if end.stream not in self.broken]
        await connection.rollback()
        if thorough:
            self._looked_at = now
        if not ends or not await self._turn.take():
            return None
        await self._begin_log(connection, now)
        before = await newest_checkpoint(connection)
        signer = await self._signer_of(connection)
        runs = await self._gather(connection, ends)
        if not runs:
            await connection.rollback()
            return None
        sealed = await self._write(connection, await self._grow(connection, before, runs, now), signer)
        await connection.commit()
        self.is_behind = sum(len(run.leaves) for run in runs) >= _PAGE
        return sealed

    async def _begin_log(self, connection: AsyncConnection, now: datetime) -> None:
        """Find the log's constants to be ours, or begin the log with them."""
        ours = KnownLog(self._signing.name, self._suite.name, self._signing.reader.vkey)
        known = await known_log(connection)
        if known is None:
            insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(LOG)
            row = {"id": 1, "origin": ours.origin, "suite": ours.suite, "vkey": ours.vkey, "opened_at": now}
            await connection.execute(insert.values(row).on_conflict_do_nothing())
            await connection.commit()
            known = await known_log(connection)
        if known is None or (known.origin, known.suite) != (ours.origin, ours.suite):
            message = f"the log was begun as {known}, and the settings and log.key say {ours}"
            raise LogRefused(message)

    async def _signer_of(self, connection: AsyncConnection) -> Signer:
        """Give who signs with the log's present key, which may have been replaced since the last tick."""
        keys = await log_keys(connection)
        signer = None if keys is None else self._signing.signer_of(keys.present)
        if signer is not None:
            return signer
        ours = self._signing.reader.vkey
        if keys is None or not keys.successions:
            message = f"the log was begun as {keys and keys.first}, and log.key is {ours}"
        elif ours in keys.vkeys:
            message = (
                f"the log is signed with {keys.present} since its key was replaced, and log.key is the former {ours}: "
                "restore it from a younger backup of keys.folder"
            )
        else:
            message = f"the log is signed with {keys.present}, and log.key is {ours}"
        raise LogRefused(message)

    async def _gather(self, connection: AsyncConnection, ends: Sequence[End]) -> list[_Run]:
        """Read a page of new entries, and leave out what does not fit."""
        runs: list[_Run] = []
        room = _PAGE
        for end in ends:
            if room <= 0:
                break
            run = await self._run_of(connection, end, room)
            if run.leaves:
                runs.append(run)
                room -= len(run.leaves)
        return runs

    async def _run_of(self, connection: AsyncConnection, end: End, room: int) -> _Run:
        stream, first = end.stream, end.next_seq
        run = _Run(stream, first, [])
        try:
            previous = await self._leaf_before(connection, stream, first)
            while len(run.leaves) < room:
                count = min(_READ, room - len(run.leaves))
                rows = await entry_rows(connection, stream, first + len(run.leaves), count)
                for at in range(0, len(rows), _AT_ONCE):
                    seq = first + len(run.leaves)
                    for head, leaf in checked(stream, seq, previous, rows[at : at + _AT_ONCE]):
                        run.leaves.append(leaf if self._suite is STD else self._suite.leaf(head))
                        previous = leaf
                    await asyncio.sleep(0)
                if len(rows) < count:
                    break
        except Broken as broken:
            self.broken[stream] = broken
            _log.critical("an entry cannot be sealed: %s", broken)
        return run

    async def _leaf_before(self, connection: AsyncConnection, stream: int, seq: int) -> bytes:
        """Give the leaf that entry *seq* of a stream must name: that of the last sealed one."""
        if seq == 0:
            return b""
        rows = await entry_rows(connection, stream, seq - 1, 1)
        if not rows or rows[0][0] != seq - 1:
            raise Broken(stream, seq - 1, "it was sealed, and is not there")
        return leaf_of(rows[0][1])

    async def _grow(
        self, connection: AsyncConnection, before: Sealed | None, runs: list[_Run], now: datetime
    ) -> _Grown:
        size = before.size if before else 0
        # Another sealer may have widened a tile meanwhile; then the fence stops us, and nothing here is wrong.
        rows = await tiles_at(connection, edges(size))
        held = {place: hashes[: expected_width(place, size) * HASH_BYTES] for place, hashes in rows.items()}
        leaves = [leaf for run in runs for leaf in run.leaves]
        try:
            touched = grown(self._suite, held, size, leaves)
            root = Tree(self._suite, held | touched).root(size + len(leaves))
        except (ValueError, TileMissing) as wrong:
            message = f"audit_tile does not hold a log of {size} entries: {wrong}"
            raise LogRefused(message) from wrong
        return _Grown(before, held, runs, touched, Checkpoint(self._signing.name, size + len(leaves), root, now))

    async def _write(self, connection: AsyncConnection, new: _Grown, signer: Signer) -> Sealed:
        """Write everything, the checkpoint first, since it is the fence; then look whether it is so."""
        checkpoint = new.checkpoint
        sealed = Sealed(checkpoint.size, checkpoint.root, signer.sign(checkpoint))
        row = {"size": sealed.size, "prev_size": new.first, "root": sealed.root, "note": sealed.note}
        await connection.execute(CHECKPOINT.insert(), {**row, "at": checkpoint.sealed_at})
        # From here on nobody replaces the key before this is committed: by the lock, or as SQLite was written to.
        await in_turn(connection, Lock.LOG_KEY, shared=True)
        keys = await log_keys(connection)
        if keys is None or keys.present != signer.reader.vkey:
            raise _KeyReplaced
        index = new.first
        runs = []
        for run in new.runs:
            count = len(run.leaves)
            runs.append({"first_index": index, "stream": run.stream, "first_seq": run.first_seq, "n": count})
            index += count
        await connection.execute(RUN.insert(), runs)
        await put_tiles(connection, new.touched)
        await self._reckon_again(connection, new)
        return sealed

    async def _reckon_again(self, connection: AsyncConnection, new: _Grown) -> None:
        """Read entries and tiles a second time and reckon from them: a bit that flipped on the way is not signed."""
        leaves: list[bytes] = []
        for run in new.runs:
            for start in range(0, len(run.leaves), _READ):
                count = min(_READ, len(run.leaves) - start)
                heads = await entry_heads(connection, run.stream, run.first_seq + start, count)
                for at in range(0, len(heads), _AT_ONCE):
                    leaves += self._suite.leaves(heads[at : at + _AT_ONCE])
                    await asyncio.sleep(0)
        stored = await tiles_at(connection, new.touched)
        tree = Tree(self._suite, {**new.held, **stored})
        size, before = new.checkpoint.size, new.before
        if (
            stored != grown(self._suite, new.held, new.first, leaves)
            or tree.root(size) != new.checkpoint.root
            or (before is not None and Tree(self._suite, new.held).root(before.size) != before.root)
        ):
            message = f"what was written of the log of {size} entries is not what was reckoned; it is not signed"
            raise LogRefused(message)


def checked(
    stream: int, seq: int, previous: bytes, rows: Iterable[tuple[int, bytes, bytes]]
) -> Iterator[tuple[bytes, bytes]]:
    """Give head and leaf of entries that follow each other from *seq* on, the first naming the leaf *previous*.

    Raises:
        Broken: naming the first that does not follow.

    """
    for number, head, leaf in rows:
        if number != seq:
            raise Broken(stream, seq, "it is missing, and a later one is there")
        if leaf != leaf_of(head):
            raise Broken(stream, seq, "its leaf is not that of its head")
        try:
            said = orjson.loads(head)
            place, named = (said["stream"], said["seq"]), said["prev"]
        except (ValueError, KeyError, TypeError) as unreadable:
            raise Broken(stream, seq, "its head cannot be read") from unreadable
        if place != (stream, seq):
            raise Broken(stream, seq, "its head is of another place")
        if named != previous.hex():
            raise Broken(stream, seq, "it does not name the entry before it")
        yield head, leaf
        previous, seq = leaf, seq + 1
