"""One writer of the trail by itself, on PostgreSQL: how many entries a second become durable, how long each waits."""

import asyncio
import itertools
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from statistics import median
from typing import Final

from gateway.audit.postgresql import PostgresqlStreams
from gateway.audit.pseudonyms import Pseudonyms
from gateway.audit.writer import Limits, Writer
from gateway.memory import settle_memory
from gateway.store import Store, open_store
from tests.bench.entries import BenchKeys, entry_of, question_of

__all__ = ["Written", "written"]

_CAPS: Final = (1, 512)
_ASKERS: Final = 512
_SUBJECTS: Final = 10_000
_DEADLINE_S: Final = 30.0
_WARMING: Final = 0.25
_DIFFERENT: Final = 2_000
_SEED: Final = 2017


@dataclass(frozen=True, slots=True)
class Written:
    """What one writer did: the median over all rounds."""

    cap: int
    """Entries that a group may hold."""
    askers: int
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    """Of this process for each entry: what other processes do meanwhile does not change it."""


async def written(url: str, seconds: float, rounds: int) -> list[Written]:
    """Write entries at *url*, whose tables are there, each of which 512 askers wait for before the next."""
    store = open_store(url)
    settle_memory()  # as the gateway does, whose process this stands for
    try:
        found: dict[int, list[Written]] = {cap: [] for cap in _CAPS}
        for _ in range(rounds):
            for cap, each in found.items():
                each.append(await _turn(store, cap, seconds))
    finally:
        await store.close()
    return [_medians(each) for each in found.values()]


async def _turn(store: Store, cap: int, seconds: float) -> Written:
    keys = BenchKeys()
    names = Pseudonyms(keys.pseudonym)
    limits = Limits(deadline_s=_DEADLINE_S, entries=cap, lanes=2 if cap > 1 else 1)
    writer = Writer(PostgresqlStreams(store.address, keys, _DEADLINE_S), names, store.engine, limits)
    try:
        await _asked(writer, seconds * _WARMING)
        before = time.process_time()
        took = await _asked(writer, seconds)
        cpu_s = time.process_time() - before
    finally:
        await writer.close()
    ordered = sorted(took)
    p50, p99 = (ordered[int(len(took) * share)] * 1e3 for share in (0.5, 0.99))
    return Written(cap, _ASKERS, len(took) / seconds, p50, p99, cpu_s / len(took) * 1e6)


async def _asked(writer: Writer, seconds: float) -> "array[float]":
    """Give how long each entry waited that was durable in time."""
    took = array("d")
    random = Random(_SEED)  # noqa: S311 (the same in every run)
    entries = itertools.cycle([entry_of(question_of(random, _SUBJECTS), random) for _ in range(_DIFFERENT)])
    end = time.perf_counter() + seconds

    async def ask() -> None:
        while (begun := time.perf_counter()) < end:
            await writer.append(next(entries))
            ended = time.perf_counter()
            if ended <= end:
                took.append(ended - begun)

    await asyncio.gather(*(ask() for _ in range(_ASKERS)))
    return took


def _medians(turns: Sequence[Written]) -> Written:
    return replace(
        turns[0],
        per_second=median(each.per_second for each in turns),
        p50_ms=median(each.p50_ms for each in turns),
        p99_ms=median(each.p99_ms for each in turns),
        cpu_us=median(each.cpu_us for each in turns),
    )
