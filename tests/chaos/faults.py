"""The faults: each begins, lasts, and is mended; whoever asks meanwhile is answered with an entry, or refused."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from tests.chaos.database import Database
from tests.chaos.offices import Office
from tests.chaos.shim import Shim
from tests.chaos.wire import ANSWERED, ASKED, Wire

__all__ = ["FAULTS", "Fault", "Stage"]

_HOUR_S, _DAY_S = 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Stage:
    """All that a fault can strike at."""

    database: Database
    wire: Wire
    offices: Sequence[Office]
    disk: Shim | None


Striking = Callable[[Stage], AsyncIterator[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: while its context is open it is there; when the context has closed, all is whole again."""

    name: str
    says: str
    seconds: float
    needs_shim: bool
    strikes: Callable[[Stage], AbstractAsyncContextManager[None]]


FAULTS: dict[str, Fault] = {}


def _fault(says: str, seconds: float = 3.0, *, shim: bool = False) -> Callable[[Striking], Striking]:
    def kept(strikes: Striking) -> Striking:
        name = strikes.__name__.strip("_").replace("_", "-")
        FAULTS[name] = Fault(name, says, seconds, shim, contextlib.asynccontextmanager(strikes))
        return strikes

    return kept


@_fault("every process of PostgreSQL is killed", 2.0)
async def _database_killed(stage: Stage) -> AsyncIterator[None]:
    stage.database.kill()
    yield
    await stage.database.start()


@_fault("PostgreSQL is stopped at once, without a checkpoint, and started again", 0.0)
async def _database_restarted(stage: Stage) -> AsyncIterator[None]:
    await asyncio.to_thread(stage.database.stop, signal.SIGQUIT)
    yield
    await stage.database.start()


@_fault("each flush to the disk fails (EIO)", shim=True)
async def _flush_fails(stage: Stage) -> AsyncIterator[None]:
    with _disk(stage).failing_flush():
        yield
    await stage.database.mend()


@_fault("the disk is full: no file grows (ENOSPC)", shim=True)
async def _disk_full(stage: Stage) -> AsyncIterator[None]:
    with _disk(stage).full_disk():
        yield
    await stage.database.mend()


@_fault("each flush to the disk takes 300 ms more", shim=True)
async def _slow_flush(stage: Stage) -> AsyncIterator[None]:
    with _disk(stage).slow_flush(0.3):
        yield


@_fault("PostgreSQL stands still (SIGSTOP)", 4.0)
async def _database_stopped(stage: Stage) -> AsyncIterator[None]:
    stage.database.send(signal.SIGSTOP)
    try:
        yield
    finally:
        stage.database.send(signal.SIGCONT)


@_fault("nothing comes through, in either direction", 4.0)
async def _black_hole(stage: Stage) -> AsyncIterator[None]:
    with stage.wire.holding(ASKED, ANSWERED):
        yield


@_fault("what the database replies is lost, acknowledged commits too, again and again")
async def _replies_lost(stage: Stage) -> AsyncIterator[None]:
    async def storm() -> None:
        while True:
            # Shorter than a question's deadline: who is in doubt still has the time to do something wrong.
            with stage.wire.holding(ANSWERED):
                await asyncio.sleep(0.4)
                stage.wire.reset()
            await asyncio.sleep(0.4)

    async with _meanwhile(storm()):
        yield


@_fault("all connections are reset, five times a second")
async def _resets(stage: Stage) -> AsyncIterator[None]:
    async def storm() -> None:
        while True:
            stage.wire.reset()
            await asyncio.sleep(0.2)

    async with _meanwhile(storm()):
        yield


@_fault("connections are cut in the middle of a reply")
async def _cut_in_reply(stage: Stage) -> AsyncIterator[None]:
    with stage.wire.cutting(500, 12_000):
        yield


@_fault("everything is late by 30 to 270 ms, each way")
async def _latency(stage: Stage) -> AsyncIterator[None]:
    with stage.wire.late(0.03, 0.27):
        yield


@_fault("bytes are changed on the wire, in 2 % of what is sent")
async def _corruption(stage: Stage) -> AsyncIterator[None]:
    with stage.wire.damaging(0.02):
        yield


@_fault("the database's port is closed")
async def _port_refused(stage: Stage) -> AsyncIterator[None]:
    stage.wire.refuse()
    yield
    await stage.wire.listen()


@_fault("sessions are terminated, three times a second")
async def _sessions_terminated(stage: Stage) -> AsyncIterator[None]:
    async def storm() -> None:
        while True:
            await stage.database.ask(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'xinyong'"
            )
            await asyncio.sleep(0.3)

    async with _meanwhile(storm()):
        yield


@_fault("somebody holds a lock on the tallies")
async def _table_locked(stage: Stage) -> AsyncIterator[None]:
    connection = await stage.database.connect()
    try:
        await connection.execute("BEGIN")
        await connection.execute("LOCK TABLE xinyong.audit_tally IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        connection.terminate()


@_fault("a gateway is killed", 1.0)
async def _gateway_killed(stage: Stage) -> AsyncIterator[None]:
    stage.offices[0].kill()
    yield
    await stage.offices[0].mend()


@_fault("a gateway stands still (SIGSTOP)", 4.0)
async def _gateway_stopped(stage: Stage) -> AsyncIterator[None]:
    held_up = asyncio.create_task(stage.offices[0].hold_up(4.0))
    yield
    await held_up


@_fault("a gateway's clock is an hour slow", shim=True)
async def _clock_slow(stage: Stage) -> AsyncIterator[None]:
    with _clock(stage).clock_off(-_HOUR_S):
        yield


@_fault("a gateway's clock is 400 days fast", shim=True)
async def _clock_fast(stage: Stage) -> AsyncIterator[None]:
    with _clock(stage).clock_off(400 * _DAY_S):
        yield


@_fault("an administrator sets synchronous_commit to off")
async def _commit_unsafe(stage: Stage) -> AsyncIterator[None]:
    async with _set(stage, "synchronous_commit"):
        yield


@_fault("an administrator sets full_page_writes to off", 7.0)
async def _pages_unsafe(stage: Stage) -> AsyncIterator[None]:
    async with _set(stage, "full_page_writes"):
        yield


@contextlib.asynccontextmanager
async def _set(stage: Stage, setting: str) -> AsyncIterator[None]:
    await stage.database.ask(f"ALTER SYSTEM SET {setting} = off", "SELECT pg_reload_conf()")
    try:
        yield
    finally:
        await stage.database.ask(f"ALTER SYSTEM RESET {setting}", "SELECT pg_reload_conf()")


@contextlib.asynccontextmanager
async def _meanwhile(storm: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(storm)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def _disk(stage: Stage) -> Shim:
    assert stage.disk is not None
    return stage.disk


def _clock(stage: Stage) -> Shim:
    shim = stage.offices[0].shim
    assert shim is not None
    return shim
