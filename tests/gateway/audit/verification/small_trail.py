"""A small real trail with its log and anchor, and a forger who may write what they like into it."""

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.audit import Entry, Receipt, SubjectLine, Trail, open_trail
from gateway.audit.head import canonical, leaf_of
from gateway.audit.seal.anchors import FolderAnchor
from gateway.audit.seal.notes import Checkpoint, Signer
from gateway.audit.seal.rows import Sealed
from gateway.audit.seal.sealer import Sealer
from gateway.audit.seal.stored import StoredLog
from gateway.audit.seal.suites import STD
from gateway.audit.seal.tiles import Place, grown
from gateway.audit.seal.tree import Tree
from gateway.audit.seal.turn import Turn
from gateway.audit.verification.snapshot import PostgresqlSnapshot, Snapshot, SqliteSnapshot
from gateway.store import Address, Store, migrate, open_store
from gateway.store.engine import connect_postgresql
from schema.disclosure import Outcome, Standing
from schema.line_shapes import withheld_of
from tests.gateway.audit.conftest import SHAPE, FixedKeys
from tests.gateway.audit.test_spans import entry as an_entry

ORIGIN = "city.example/trail"
SIGNER = Signer(ORIGIN, b"s" * 32)
_SUBJECTS = 40


@dataclass(frozen=True)
class SmallTrail:
    """Where the trail is, where its checkpoints were anchored, and receipts that were given out."""

    url: str
    anchors: Path
    receipts: tuple[Receipt, ...]

    @property
    def address(self) -> Address:
        """Where it is."""
        return Address.parse(self.url)


def line(number: int) -> SubjectLine:
    """Make a line about one of a few subjects: mostly of an officer, some denied, some of the public."""
    subject = f"uscc:{number % _SUBJECTS}"
    match number % 10:
        case 3:
            return SubjectLine(subject, Standing.DUTY, Outcome.DENIED, "", counted=False, shape=withheld_of(SHAPE))
        case 7:
            return SubjectLine(
                subject, Standing.PUBLIC, Outcome.DISCLOSED, "A", counted=False, shape=SHAPE, counts=(2, 0)
            )
        case _:
            return SubjectLine(subject, Standing.DUTY, Outcome.DISCLOSED, "B", counted=True, shape=SHAPE, counts=(4, 3))


def entry_about(number: int) -> Entry:
    """Make an entry; every fifth is about two subjects, every eleventh about none."""
    lines = () if number % 11 == 0 else (line(number), line(number + 1)) if number % 5 == 0 else (line(number),)
    return an_entry(subjects=lines)


async def written(trail: Trail, first: int, count: int) -> list[Receipt]:
    """Write some entries."""
    return await asyncio.gather(*(trail.append(entry_about(number)) for number in range(first, first + count)))


def sealer_of(store: Store) -> tuple[Sealer, Turn]:
    """Give a sealer that works when it is told to."""
    turn = Turn(store, 5.0)
    return Sealer(turn, SIGNER, STD), turn


async def build(url: str, anchors: Path) -> SmallTrail:
    """Write three streams and seal them in five checkpoints, over more than two full tiles."""
    await migrate(url)
    store = open_store(url)
    sealer, turn = sealer_of(store)
    anchor = FolderAnchor(anchors, SIGNER.reader, StoredLog(store.engine, STD))
    trails = []
    receipts: list[Receipt] = []
    for _ in range(3):  # one after the other, so that the streams are numbered in that order
        trails.append(await open_trail(store, FixedKeys(), deadline_s=20))
        receipts += await written(trails[-1], 0, 1)
    counts = [1, 1, 1]
    for step, count in enumerate((99, 157, 80, 120, 60)):
        for number, trail in enumerate(trails[: 2 if step % 2 else 3]):
            receipts += await written(trail, counts[number], count)
            counts[number] += count
        sealed = await sealer.tick()
        assert sealed is not None
        await anchor.publish(sealed)
    for trail in trails:
        await trail.close()
    await turn.give_back()
    await store.close()
    return SmallTrail(url, anchors, tuple(receipts))


class Forger:
    """Somebody who may write into the database, in a transaction that is rolled back in the end."""

    def __init__(self, snapshot: Snapshot, execute: Callable[..., Any], *, is_postgresql: bool) -> None:
        self.snapshot = snapshot
        self._execute = execute
        self.is_postgresql = is_postgresql
        self.tiles: dict[Place, bytes] = {}

    async def do(self, statement: str, *values: object) -> None:
        """Write something."""
        done = self._execute(statement, *values)
        if done is not None:
            await done

    async def one(self, statement: str, *values: object) -> Any:  # noqa: ANN401 - whatever the column holds
        """Read one value."""
        return (await self.snapshot.rows(statement, *values))[0][0]

    async def unchecked(self) -> None:
        """Take away what PostgreSQL itself checks."""
        if self.is_postgresql:
            await self.do("ALTER TABLE audit_record DROP CONSTRAINT leaf_is_of_head")

    async def head(self, stream: int, seq: int) -> dict[str, Any]:
        """Read a head."""
        head = await self.one("SELECT head FROM audit_record WHERE stream = $1 AND seq = $2", stream, seq)
        said: dict[str, Any] = json.loads(head)
        return said

    async def put_head(self, stream: int, seq: int, said: dict[str, Any], *, leaf: bool = True) -> None:
        """Write a head, with its leaf or without."""
        head = canonical(said)
        where = "WHERE stream = $1 AND seq = $2"
        if leaf:
            await self.do(f"UPDATE audit_record SET head = $3, leaf = $4 {where}", stream, seq, head, leaf_of(head))
        else:
            await self.do(f"UPDATE audit_record SET head = $3 {where}", stream, seq, head)

    async def rechain(self, stream: int) -> None:
        """Make every entry of a stream name the one before it."""
        previous = ""
        for seq, head in await self.snapshot.rows(
            "SELECT seq, head FROM audit_record WHERE stream = $1 ORDER BY seq", stream
        ):
            said = json.loads(head) | {"prev": previous}
            await self.put_head(stream, seq, said)
            previous = leaf_of(canonical(said)).hex()

    async def rebuild_tiles(self) -> None:
        """Reckon the whole log anew from the entries."""
        leaves: list[bytes] = []
        for stream, first, n in await self.snapshot.rows(
            "SELECT stream, first_seq, n FROM audit_run ORDER BY first_index"
        ):
            heads = "SELECT head FROM audit_record WHERE stream = $1 AND seq >= $2 AND seq < $3 ORDER BY seq"
            leaves += STD.leaves(head for (head,) in await self.snapshot.rows(heads, stream, first, first + n))
        await self.do("DELETE FROM audit_tile")
        self.tiles = grown(STD, {}, 0, leaves)
        for place, hashes in self.tiles.items():
            await self.do("INSERT INTO audit_tile (level, n, hashes) VALUES ($1, $2, $3)", *place, hashes)

    async def resign(self, signer: Signer) -> None:
        """Sign every checkpoint anew over the tiles as they are."""
        tree = Tree(STD, self.tiles)
        for size, note in await self.snapshot.rows("SELECT size, note FROM audit_checkpoint ORDER BY size"):
            old = SIGNER.reader.open(note)
            new = Checkpoint(signer.name, size, tree.root(size), old.sealed_at)
            statement = "UPDATE audit_checkpoint SET root = $2, note = $3 WHERE size = $1"
            await self.do(statement, size, new.root, signer.sign(new))

    async def tiles_as_they_are(self) -> None:
        """Take the tiles of the database for true."""
        rows = await self.snapshot.rows("SELECT level, n, hashes FROM audit_tile")
        self.tiles = {Place(level, n): bytes(hashes) for level, n, hashes in rows}

    async def newest(self) -> Sealed:
        """Give the newest checkpoint."""
        rows = await self.snapshot.rows("SELECT size, root, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1")
        return Sealed(*rows[0])


@asynccontextmanager
async def forging(trail: SmallTrail) -> AsyncIterator[Forger]:
    """Open a transaction in which everything may be done, and which is rolled back."""
    if not trail.address.is_postgresql:
        with closing(sqlite3.connect(trail.address.path or "", isolation_level=None)) as connection:
            connection.execute("BEGIN")

            def execute(statement: str, *values: object) -> None:
                connection.execute(statement, {str(place): value for place, value in enumerate(values, 1)})

            yield Forger(SqliteSnapshot(connection), execute, is_postgresql=False)
            connection.execute("ROLLBACK")
        return
    session = await connect_postgresql(trail.address, {"timezone": "UTC"}, 5.0)
    try:
        transaction = session.transaction()
        await transaction.start()
        yield Forger(await PostgresqlSnapshot.of(session), session.execute, is_postgresql=True)
        await transaction.rollback()
    finally:
        await session.close()


def digest(content: bytes) -> str:
    """Give the SHA-256 of something, as heads have it."""
    return hashlib.sha256(content).hexdigest()


def found(findings: Sequence[Any]) -> list[tuple[str, str]]:
    """Give kind and row of each finding."""
    return [(each.kind, each.row) for each in findings]
