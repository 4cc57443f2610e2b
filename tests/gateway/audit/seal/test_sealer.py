"""One log over all streams: nothing lost, nothing doubled, never forked, whatever happens to the sealer (R19.10)."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.audit import Entry, SubjectLine, Trail, open_trail
from gateway.audit.seal import sealer as sealing
from gateway.audit.seal.errors import LogRefused, SealingFailed
from gateway.audit.seal.notes import Signer
from gateway.audit.seal.rows import Sealed, put_tiles
from gateway.audit.seal.sealer import Sealer
from gateway.audit.seal.suites import STD, suite_named
from gateway.audit.seal.tiles import Place
from gateway.audit.seal.turn import Turn
from gateway.audit.verification import Report
from gateway.store import Store
from gateway.store.tables import CHECKPOINT, LOG, RECORD, RUN, TILE
from tests.gateway.audit.conftest import FixedKeys
from tests.gateway.audit.seal.conftest import SIGNER

MakeLine = Callable[..., SubjectLine]
MakeEntry = Callable[..., Entry]
ReadTable = Callable[[Table], Awaitable[Sequence[Any]]]
Verify = Callable[[], Awaitable[Report]]
ROOT = Path(__file__).parents[4]


async def write(trail: Trail, entry: MakeEntry, line: MakeLine, count: int) -> None:
    await asyncio.gather(*(trail.append(entry(line(f"uscc:{number % 7}"))) for number in range(count)))


async def test_entries_of_all_streams_go_into_one_log(
    sealer: Sealer, trail: Trail, other_trail: Trail, entry: MakeEntry, line: MakeLine, read: ReadTable, verify: Verify
) -> None:
    await write(trail, entry, line, 300)
    await write(other_trail, entry, line, 200)
    first = await sealer.tick()
    await write(trail, entry, line, 5)
    second = await sealer.tick()
    assert (first and first.size, second and second.size) == (500, 505)
    assert max((row.first_index, row.n) for row in await read(RUN)) == (500, 5)
    assert [(row.size, row.prev_size) for row in await read(CHECKPOINT)] == [(500, 0), (505, 500)]
    report = await verify()
    assert report.is_clean
    assert (report.entries, report.log_size, report.unsealed) == (505, 505, 0)


async def test_where_nothing_is_new_nothing_is_written(
    sealer: Sealer, trail: Trail, entry: MakeEntry, read: ReadTable
) -> None:
    assert await sealer.tick() is None
    assert await read(LOG) == []
    await trail.append(entry())
    await sealer.tick()
    assert await sealer.tick() is None
    assert len(await read(CHECKPOINT)) == 1


async def test_a_backlog_is_sealed_page_by_page(
    sealer: Sealer,
    trail: Trail,
    other_trail: Trail,
    entry: MakeEntry,
    line: MakeLine,
    verify: Verify,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sealing, "_PAGE", 70)
    monkeypatch.setattr(sealing, "_READ", 64)
    monkeypatch.setattr(sealing, "_AT_ONCE", 32)
    await write(trail, entry, line, 200)
    await write(other_trail, entry, line, 100)
    sizes = []
    while sealed := await sealer.tick():
        sizes.append((sealed.size, sealer.is_behind))
    assert sizes == [(70, True), (140, True), (210, True), (280, True), (300, False)]
    assert not sealer.is_behind
    assert (await verify()).is_clean


async def test_killed_at_any_statement_nothing_is_lost_and_nothing_doubled(
    store: Store, trail: Trail, entry: MakeEntry, line: MakeLine, read: ReadTable, verify: Verify
) -> None:
    await write(trail, entry, line, 260)
    engine = store.engine.sync_engine
    left = 0

    def strike(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            message = "killed"
            raise ConnectionError(message)

    event.listen(engine, "before_cursor_execute", strike)
    deaths = 0
    sealed: Sealed | None = None
    while sealed is None:
        turn = Turn(store, 30.0)
        left = deaths
        try:
            sealed = await Sealer(turn, SIGNER, STD).tick()
        except SealingFailed:
            deaths += 1
            left = 1000
            assert await read(RUN) == await read(TILE) == await read(CHECKPOINT) == []
        finally:
            left = 1000
            await turn.give_back()
            if not store.address.is_postgresql:
                async with store.engine.begin() as connection:
                    await connection.execute(text("DELETE FROM audit_lease"))
    event.remove(engine, "before_cursor_execute", strike)
    assert deaths > 10
    assert sealed.size == 260
    assert (await verify()).is_clean


_VICTIM = """
import asyncio, sys
from gateway.audit import open_trail
from gateway.audit.seal import sealer as sealing
from gateway.audit.seal.rows import Sealed, put_tiles
from gateway.audit.seal.sealer import Sealer
from gateway.audit.seal.suites import STD
from gateway.audit.seal.turn import Turn
from gateway.store import open_store
from tests.gateway.audit.conftest import FixedKeys
from tests.gateway.audit.seal.conftest import SIGNER
from tests.gateway.audit.verification.small_trail import written

async def main():
    store = open_store(sys.argv[1])
    trail = await open_trail(store, FixedKeys(), deadline_s=20)
    sealer = Sealer(Turn(store, 0.1), SIGNER, STD)
    while True:
        await written(trail, 0, 40)
        sealed = await sealer.tick()
        print(sealed and sealed.size, flush=True)

asyncio.run(main())
"""


async def test_a_killed_process_leaves_a_log_that_the_next_one_continues(
    url: str, store: Store, verify: Verify
) -> None:
    for lives in (1, 2):
        process = await asyncio.to_thread(
            subprocess.Popen,
            [sys.executable, "-c", _VICTIM, url],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        for _ in range(2 * lives):
            assert await asyncio.to_thread(process.stdout.readline)
        process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(process.wait)
        process.stdout.close()
    turn = Turn(store, 0.1)
    begun = time.monotonic()
    while (await verify()).unsealed or not (await verify()).entries:
        await Sealer(turn, SIGNER, STD).tick()
        assert time.monotonic() - begun < 20
    await turn.give_back()
    report = await verify()
    assert report.is_clean
    assert report.entries == report.log_size >= 200


async def test_two_sealers_at_once_never_fork_the_log(
    store: Store,
    other_store: Store,
    keys: FixedKeys,
    entry: MakeEntry,
    line: MakeLine,
    verify: Verify,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each believes that it is its turn: what keeps the log in one piece is the database's constraint."""

    async def always(turn: Turn) -> bool:
        await turn.look()
        return True

    monkeypatch.setattr(Turn, "take", always)
    turns = Turn(store, 30.0), Turn(other_store, 30.0)
    trail = await open_trail(store, keys, deadline_s=30)
    sealers = [Sealer(turn, SIGNER, STD) for turn in turns]

    async def seal(sealer: Sealer) -> int:
        done = 0
        for _ in range(12):
            await write(trail, entry, line, 9)
            try:
                done += await sealer.tick() is not None
            except SealingFailed:  # SQLite: the file is locked by the other
                continue
        return done

    done = await asyncio.gather(*map(seal, sealers))
    while await sealers[0].tick():
        pass
    assert sum(done) > 0
    await trail.close()
    report = await verify()
    assert report.is_clean
    assert report.entries == report.log_size == 216
    for turn in turns:
        await turn.give_back()


async def test_it_is_one_process_turn_until_it_gives_it_back(
    store: Store, other_store: Store, trail: Trail, entry: MakeEntry
) -> None:
    mine, theirs = Turn(store, 30.0), Turn(other_store, 30.0)
    assert await mine.take()
    assert await mine.take()
    assert not await theirs.take()
    await trail.append(entry())
    assert await Sealer(theirs, SIGNER, STD).tick() is None
    await mine.give_back()
    assert await Sealer(theirs, SIGNER, STD).tick() is not None
    assert not await mine.take()
    await theirs.give_back()
    await mine.give_back()


async def test_a_lost_connection_loses_the_turn(store: Store, other_store: Store) -> None:
    mine, theirs = Turn(store, 0.2), Turn(other_store, 0.2)
    assert await mine.take()
    await mine.lose()
    begun = time.monotonic()
    while not await theirs.take():
        assert time.monotonic() - begun < 10
    await theirs.give_back()
    await mine.give_back()


async def test_a_lease_far_ahead_is_of_a_clock_that_was_set_back(sqlite_url: str, other_store: Store) -> None:
    if other_store.address.is_postgresql:
        assert sqlite_url  # there is no lease on PostgreSQL
        return
    async with other_store.engine.begin() as connection:
        row = {"name": "seal", "holder": "the future", "held_until": 4_000_000_000_000_000}
        await connection.execute(text("INSERT INTO audit_lease VALUES (:name, :holder, :held_until)"), row)
    turn = Turn(other_store, 30.0)
    assert await turn.take()
    await turn.give_back()


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("DELETE FROM audit_record WHERE stream = {stream} AND seq = 3", "a later one is there"),
        ("UPDATE audit_record SET seq = 99 WHERE stream = {stream} AND seq = 9", "it is missing"),
        ("UPDATE audit_record SET stream = 77 WHERE stream = {stream} AND seq = 3", "it is missing"),
    ],
)
async def test_a_stream_that_was_changed_is_sealed_no_further_and_the_others_are(
    store: Store,
    sealer: Sealer,
    trail: Trail,
    other_trail: Trail,
    entry: MakeEntry,
    line: MakeLine,
    statement: str,
    why: str,
) -> None:
    stream = (await trail.append(entry())).stream
    await write(trail, entry, line, 9)
    await other_trail.append(entry())
    async with store.engine.begin() as connection:
        await connection.execute(text(statement.format(stream=stream)))
    sealed = await sealer.tick()
    assert sealed is not None
    (broken,) = sealer.broken.values()
    assert why in str(broken)
    assert sealed.size == broken.seq + 1
    await trail.append(entry())
    assert await sealer.tick() is None


async def test_an_entry_that_does_not_name_the_one_before_it_is_not_sealed(
    store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry, read: ReadTable
) -> None:
    await trail.append(entry())
    await sealer.tick()
    await trail.append(entry())
    (first, _) = sorted(await read(RECORD), key=lambda row: int(row.seq))
    head = bytes(first.head).replace(b'"nspans":1', b'"nspans":2')
    assert head != first.head
    async with store.engine.begin() as connection:
        await connection.execute(RECORD.update().where(RECORD.c.seq == 0).values(head=head, leaf=STD.leaf(head)))
    assert await sealer.tick() is None
    assert [str(each) for each in sealer.broken.values()] == [
        f"audit_record stream {first.stream} seq 1: it does not name the entry before it"
    ]


@pytest.mark.parametrize(
    ("signer", "suite"),
    [(Signer("city.example/trail", b"t" * 32), "std"), (Signer("other.example", b"s" * 32), "std"), (SIGNER, "gm")],
)
async def test_a_log_is_never_continued_with_another_key_name_or_suite(
    turn: Turn, sealer: Sealer, trail: Trail, entry: MakeEntry, signer: Signer, suite: str
) -> None:
    await trail.append(entry())
    await sealer.tick()
    await trail.append(entry())
    with pytest.raises(LogRefused, match="the log was begun as"):
        await Sealer(turn, signer, suite_named(suite)).tick()


async def test_a_log_of_the_national_suite_verifies_too(
    turn: Turn, trail: Trail, entry: MakeEntry, line: MakeLine, verify: Verify, read: ReadTable
) -> None:
    sealer = Sealer(turn, SIGNER, suite_named("gm"))
    await write(trail, entry, line, 300)
    await sealer.tick()
    await write(trail, entry, line, 3)
    await sealer.tick()
    assert (await verify()).is_clean
    leaves = {bytes(row.leaf) for row in await read(RECORD)}
    assert all(bytes(row.hashes)[:32] not in leaves for row in await read(TILE))


async def test_damaged_tiles_are_not_built_upon(store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry) -> None:
    await trail.append(entry())
    await sealer.tick()
    await trail.append(entry())
    for hashes, why in ((b"short", "has 5 bytes"), (b"x" * 32, "not signed")):
        async with store.engine.begin() as connection:
            await connection.execute(TILE.update().values(hashes=hashes))
        with pytest.raises(LogRefused, match=why):
            await sealer.tick()


async def test_a_bit_that_flips_on_its_way_is_not_signed(
    sealer: Sealer, trail: Trail, entry: MakeEntry, read: ReadTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def flipping(connection: AsyncConnection, tiles: dict[Place, bytes]) -> None:
        await put_tiles(connection, {place: bytes([hashes[0] ^ 1]) + hashes[1:] for place, hashes in tiles.items()})

    monkeypatch.setattr(sealing, "put_tiles", flipping)
    await trail.append(entry())
    with pytest.raises(LogRefused, match="not what was reckoned"):
        await sealer.tick()
    assert await read(CHECKPOINT) == []
    monkeypatch.undo()
    assert await sealer.tick() is not None
