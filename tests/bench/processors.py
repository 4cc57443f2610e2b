"""How much of the processors a work takes: of this process and those it began, and of PostgreSQL, which serves it."""

import asyncio
import os
import resource
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import asyncpg

__all__ = ["Taken", "taken_by"]

T = TypeVar("T")
_EVERY_S: Final = 0.2
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_USER_AND_SYSTEM: Final = slice(11, 13)
"""In ``/proc/PID/stat``, of what stands behind the process's name."""
_SESSIONS: Final = """
SELECT DISTINCT pid FROM pg_locks JOIN pg_class ON pg_class.oid = relation
 WHERE relnamespace = $1::regnamespace AND pid <> pg_backend_pid()"""


class Taken(NamedTuple):
    """What a work took: seconds by the clock, of our own processors, and of PostgreSQL's."""

    wall_s: float
    own_s: float
    postgresql_s: float | None
    """None: its processes are not to be seen from here."""


def taken_by(work: Callable[[], Coroutine[Any, Any, T]], dsn: str, schema: str) -> tuple[T, Taken]:
    """Do a work that reads the tables of a schema, and give what it took.

    The sessions of PostgreSQL are those that hold a lock there. They are looked at five times a second, so that what
    one does in its last moment is not told.
    """
    sessions: dict[int, float] = {}
    done = threading.Event()
    watch = threading.Thread(target=lambda: asyncio.run(_watch(dsn, schema, sessions, done)))
    watch.start()
    begun, own = time.perf_counter(), _own_s()
    try:
        result = asyncio.run(work())
        wall_s, own_s = time.perf_counter() - begun, _own_s() - own
    finally:
        done.set()
        watch.join()
    return result, Taken(wall_s, own_s, sum(sessions.values()) if sessions else None)


async def _watch(dsn: str, schema: str, sessions: dict[int, float], done: threading.Event) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        while not done.wait(_EVERY_S):
            there = {row[0] for row in await connection.fetch(_SESSIONS, schema)}
            for pid in there | {*sessions}:
                taken = _of_process(pid)
                if taken is not None:
                    sessions[pid] = taken
    finally:
        await connection.close()


def _of_process(pid: int) -> float | None:
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    return sum(map(int, told.rpartition(")")[2].split()[_USER_AND_SYSTEM])) / _TICKS


def _own_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
