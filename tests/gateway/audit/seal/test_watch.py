"""What was acknowledged must be in the log, as it was acknowledged, within seconds: the writer itself looks."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.audit import Entry, Trail
from gateway.audit.head import leaf_of
from gateway.audit.seal import watch as watching
from gateway.audit.seal.rows import index_of
from gateway.audit.seal.sealer import Sealer
from gateway.audit.seal.suites import STD
from gateway.audit.seal.watch import Watch
from gateway.store import Store, open_store
from gateway.store.tables import RECORD

MakeEntry = Callable[..., Entry]
ReadTable = Callable[[Table], Awaitable[Sequence[Any]]]


class Clock:
    """A clock that is set."""

    now = 0.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(store: Store, clock: Clock) -> Watch:
    return Watch(store.engine, STD, 10.0, clock)


async def test_what_is_sealed_in_time_is_well(
    watch: Watch, clock: Clock, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    watch.note(await trail.append(entry()))
    clock.now = 3
    await watch.look()
    assert (watch.well, watch.waiting_s) == (True, 3)
    await sealer.tick()
    await watch.look()
    assert (watch.well, watch.waiting_s) == (True, 0)


async def test_what_is_not_sealed_in_time_is_an_alarm_until_it_is(
    watch: Watch, clock: Clock, sealer: Sealer, trail: Trail, entry: MakeEntry, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = await trail.append(entry())
    watch.note(receipt)
    clock.now = 10.5
    await watch.look()
    assert not watch.well
    assert [each.levelname for each in caplog.records] == ["CRITICAL"]
    assert str(receipt) in caplog.text
    await watch.look()
    assert len(caplog.records) == 1
    await sealer.tick()
    await watch.look()
    assert watch.well


async def test_an_entry_removed_before_it_was_sealed_is_missed(
    watch: Watch, clock: Clock, store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    watch.note(await trail.append(entry()))
    await sealer.tick()
    clock.now = 5
    watch.note(await trail.append(entry()))
    async with store.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit_record WHERE seq = 1"))
    await sealer.tick()
    clock.now = 16
    await watch.look()
    assert not watch.well


async def test_an_entry_exchanged_before_it_was_sealed_is_noticed(
    watch: Watch, store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry, read: ReadTable
) -> None:
    watch.note(await trail.append(entry()))
    (row,) = await read(RECORD)
    head = bytes(row.head).replace(b'"nspans":1', b'"nspans":2')
    async with store.engine.begin() as connection:
        await connection.execute(RECORD.update().values(head=head, leaf=leaf_of(head)))
    await sealer.tick()
    await watch.look()
    assert not watch.well
    assert "another stands in the log" in watch.altered[0]


async def test_a_tile_that_went_is_noticed_with_the_entries_in_it(
    watch: Watch, store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    watch.note(await trail.append(entry()))
    await sealer.tick()
    async with store.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit_tile"))
    await watch.look()
    assert not watch.well


async def test_a_database_set_back_under_a_running_gateway_is_noticed(
    watch: Watch, store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    for _ in range(2):
        watch.note(await trail.append(entry()))
        await sealer.tick()
        await watch.look()
    assert watch.well
    async with store.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit_checkpoint WHERE size = 2"))
    await watch.look()
    assert "set back" in watch.altered[0]


async def test_acknowledgements_close_together_are_one_mark(
    watch: Watch, clock: Clock, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    for number in range(5):
        clock.now = number / 20
        watch.note(await trail.append(entry()))
    clock.now = 1
    assert watch.waiting_s == 1
    await sealer.tick()
    await watch.look()
    assert watch.waiting_s == 0


async def test_the_last_that_was_sealed_of_a_stream_vouches_for_those_before_it(
    watch: Watch, clock: Clock, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    for second in range(3):
        clock.now = second
        watch.note(await trail.append(entry()))
    await sealer.tick()
    clock.now = 3
    watch.note(await trail.append(entry()))
    clock.now = 4
    await watch.look()
    assert (watch.well, watch.waiting_s) == (True, 1)


async def test_a_stream_that_is_not_sealed_hides_no_other(
    watch: Watch, store: Store, sealer: Sealer, trail: Trail, other_trail: Trail, entry: MakeEntry, read: ReadTable
) -> None:
    for each in (lost := await trail.append(entry()), await other_trail.append(entry())):
        watch.note(each)
    (row,) = [each for each in await read(RECORD) if each.stream != lost.stream]
    head = bytes(row.head).replace(b'"nspans":1', b'"nspans":2')
    async with store.engine.begin() as connection:
        await connection.execute(RECORD.delete().where(RECORD.c.stream == lost.stream))
        await connection.execute(RECORD.update().values(head=head, leaf=leaf_of(head)))
    await sealer.tick()
    await watch.look()
    assert [f"{row.stream}.0." in each for each in watch.altered] == [True]


async def test_what_is_acknowledged_while_the_watch_looks_is_no_alarm(  # the mark goes on to a later entry
    watch: Watch, clock: Clock, sealer: Sealer, trail: Trail, entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.note(await trail.append(entry()))
    await sealer.tick()
    later = await trail.append(entry())

    async def meanwhile(connection: AsyncConnection, stream: int, seq: int) -> int | None:
        index = await index_of(connection, stream, seq)
        if seq == 0:
            watch.note(later)
        return index

    monkeypatch.setattr(watching, "index_of", meanwhile)
    await watch.look()
    assert watch.well
    clock.now = 4
    assert watch.waiting_s == 4
    await sealer.tick()
    await watch.look()
    assert (watch.well, watch.waiting_s) == (True, 0)


async def test_a_database_that_cannot_be_read_is_an_alarm_in_time_and_no_crash(
    sqlite_url: str, clock: Clock, trail: Trail, entry: MakeEntry
) -> None:
    elsewhere = open_store(f"{sqlite_url}.empty")
    watch = Watch(elsewhere.engine, STD, 10.0, clock)
    watch.note(await trail.append(entry()))
    await watch.look()
    assert watch.well
    clock.now = 11
    await watch.look()
    assert not watch.well
    await elsewhere.close()
