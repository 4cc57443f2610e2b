"""The log's key is replaced under entries that are written and sealed; no former key signs on, whatever happens."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, event

from gateway.audit import Entry, Trail
from gateway.audit.seal import Seal, Sealing
from gateway.audit.seal.errors import LogRefused, SealingFailed
from gateway.audit.seal.keyring import Keyring
from gateway.audit.seal.notes import Signer
from gateway.audit.seal.rotation import replace_key
from gateway.audit.seal.rows import put_tiles
from gateway.audit.seal.sealer import Sealer
from gateway.audit.seal.succession import LogKeys, Reason
from gateway.audit.seal.suites import STD
from gateway.audit.seal.turn import Turn
from gateway.audit.verification import Range, Trust, verify_trail
from gateway.errors import StartRefused
from gateway.store import Store
from gateway.store.tables import CHECKPOINT, LOG_KEY
from tests.gateway.audit.seal.conftest import SIGNER, Verify
from tests.gateway.audit.seal.test_anchors import read_log
from tests.gateway.audit.seal.test_seal import until

MakeEntry = Callable[..., Entry]
ReadTable = Callable[[Table], Awaitable[Sequence[Any]]]
SEED, NEXT = b"s" * 32, b"n" * 32
SUCCESSOR = Signer(SIGNER.name, NEXT)


async def test_two_processes_that_seal_take_up_each_new_key_while_entries_are_written(
    store: Store, other_store: Store, trail: Trail, other_trail: Trail, entry: MakeEntry, tmp_path: Path
) -> None:
    seeds = [SEED]
    how = Sealing(SIGNER.name, "std", 0.02, tmp_path / "anchors", None, 0.02)
    seals = [Seal(each, Keyring(SIGNER.name, SEED, lambda: seeds[-2:]), how) for each in (store, other_store)]
    writing = True

    async def write(into: Trail) -> int:
        count = 0
        while writing:
            await into.append(entry())
            count += 1
        return count

    def sealed() -> int:
        return max(int(value) for seal in seals for name, _, value in seal.figures() if name == "audit_log_size")

    writers = [asyncio.create_task(write(each)) for each in (trail, other_trail)]
    await until(lambda: sealed() > 0)
    present = SIGNER
    for seed in (NEXT, b"o" * 32):
        former, present = present, Signer(SIGNER.name, seed)
        seeds.append(seed)
        keys = await replace_key(store.engine, former, present, Reason.YEARLY)
        size = keys.successions[-1].size
        await until(lambda size=size: sealed() > size)  # type: ignore[misc] # a default binds it
        assert all(seal.well for seal in seals)
    writing = False
    count = sum(await asyncio.gather(*writers))
    await until(lambda: sealed() == count)
    for seal in seals:
        await seal.close()
    assert all(seal.well for seal in seals)
    assert read_log(tmp_path / "anchors") == count
    trust = Trust((SIGNER.reader.vkey,), tmp_path / "anchors", (present.reader.vkey,))
    report = await verify_trail(store.address, trust, Range())
    assert (report.findings, report.entries, report.log_size) == ((), count, count)


async def test_a_process_that_has_only_the_former_key_signs_nothing_more(
    store: Store, other_store: Store, turn: Turn, sealer: Sealer, trail: Trail, entry: MakeEntry, read: ReadTable
) -> None:
    await trail.append(entry())
    await sealer.tick()
    await replace_key(store.engine, SIGNER, SUCCESSOR, Reason.LEFT)
    await trail.append(entry())
    with pytest.raises(LogRefused, match="restore it from a younger backup"):
        await sealer.tick()
    with pytest.raises(LogRefused, match=r"and log\.key is"):
        await Sealer(turn, Signer(SIGNER.name, b"x" * 32), STD).tick()
    assert [row.size for row in await read(CHECKPOINT)] == [1]
    other_turn = Turn(other_store, 30.0)
    held = await Sealer(other_turn, Keyring(SIGNER.name, SEED, lambda: [SEED, NEXT]), STD).tick()
    await other_turn.give_back()
    assert held is not None, "whoever is refused lets another have the turn at once"
    assert SUCCESSOR.reader.open(held.note).size == 2


async def test_keys_that_cannot_be_read_are_a_log_that_is_not_sealed(
    store: Store, turn: Turn, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    await trail.append(entry())
    await sealer.tick()
    await replace_key(store.engine, SIGNER, SUCCESSOR, Reason.YEARLY)
    await trail.append(entry())

    def unreadable() -> list[bytes]:
        message = "others may read log-next.key"
        raise StartRefused(message)

    with pytest.raises(LogRefused, match="others may read"):
        await Sealer(turn, Keyring(SIGNER.name, SEED, unreadable), STD).tick()


async def test_a_key_that_is_replaced_in_the_middle_of_a_tick_does_not_sign_it(
    store: Store,
    other_store: Store,
    turn: Turn,
    sealer: Sealer,
    trail: Trail,
    entry: MakeEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await trail.append(entry())
    await sealer.tick()
    await trail.append(entry())
    grow = Sealer._grow  # noqa: SLF001 (the step after the key was chosen)

    async def overtaken(self: Sealer, *arguments: Any) -> Any:  # noqa: ANN401 (as the step is)
        done = await grow(self, *arguments)
        await replace_key(other_store.engine, SIGNER, SUCCESSOR, Reason.YEARLY)
        return done

    monkeypatch.setattr(Sealer, "_grow", overtaken)
    sealed = await Sealer(turn, Keyring(SIGNER.name, SEED, lambda: [NEXT]), STD).tick()
    assert sealed is not None
    assert SUCCESSOR.reader.open(sealed.note).size == 2
    assert "replaced at the same time" in caplog.text
    trust = Trust((SIGNER.reader.vkey,), None, (SUCCESSOR.reader.vkey,))
    assert (await verify_trail(store.address, trust, Range())).findings == ()


async def test_who_replaces_a_key_waits_for_the_tick_that_is_under_way(
    other_store: Store, turn: Turn, trail: Trail, entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The checkpoint is written and not committed: the succession must be of the log with it, or not be yet."""
    first = Sealer(turn, SIGNER, STD)
    await trail.append(entry())
    await first.tick()
    await trail.append(entry())
    replacing: list[asyncio.Task[LogKeys]] = []

    async def held_up(*arguments: Any) -> None:  # noqa: ANN401 (as the step is)
        replacing.append(asyncio.create_task(replace_key(other_store.engine, SIGNER, SUCCESSOR, Reason.YEARLY)))
        await asyncio.wait(replacing, timeout=0.3)
        assert not replacing[0].done()
        await put_tiles(*arguments)

    monkeypatch.setattr("gateway.audit.seal.sealer.put_tiles", held_up)
    sealed = await first.tick()
    assert sealed is not None
    assert SIGNER.reader.open(sealed.note).size == 2
    assert (await replacing[0]).successions[0].size == 2


async def test_two_that_replace_a_key_at_once_replace_it_once(
    store: Store, other_store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry, read: ReadTable
) -> None:
    await trail.append(entry())
    await sealer.tick()
    done = await asyncio.gather(
        *(replace_key(each.engine, SIGNER, SUCCESSOR, Reason.YEARLY) for each in (store, other_store))
    )
    assert done[0] == done[1]
    assert len(await read(LOG_KEY)) == 1


async def test_killed_at_any_statement_a_key_is_replaced_or_is_not(
    store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry, read: ReadTable, verify: Verify
) -> None:
    await trail.append(entry())
    await sealer.tick()
    left = deaths = 0

    def strike(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            message = "killed"
            raise ConnectionError(message)

    keys: LogKeys | None = None
    event.listen(store.engine.sync_engine, "before_cursor_execute", strike)
    while keys is None:
        left = deaths
        try:
            keys = await replace_key(store.engine, SIGNER, SUCCESSOR, Reason.YEARLY)
        except SealingFailed:
            deaths += 1
            left = 1000
            assert await read(LOG_KEY) == []
        left = 1000
    event.remove(store.engine.sync_engine, "before_cursor_execute", strike)
    assert deaths > 4
    assert keys.present == SUCCESSOR.reader.vkey
    assert (await verify()).is_clean


async def test_a_log_that_always_grows_first_is_said_to(
    store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry, read: ReadTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    await trail.append(entry())
    newest = await sealer.tick()
    seen = iter(range(1000))

    async def another(_: object) -> object:
        return newest if next(seen) % 2 == 0 else None

    monkeypatch.setattr("gateway.audit.seal.rotation.newest_checkpoint", another)
    with pytest.raises(LogRefused, match="faster than its key"):
        await replace_key(store.engine, SIGNER, SUCCESSOR, Reason.YEARLY)
    assert await read(LOG_KEY) == []
