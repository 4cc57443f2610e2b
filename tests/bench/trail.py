"""Measures the trail on PostgreSQL: ``python -m tests.bench.trail --entries N`` fills a scratch schema and reads it.

Entries are those that the writer would write, sealed bodies and all, over five years (`tests.bench.laying`); then they
are read as auditors and subjects read them, and new ones are written by many at once. It is no test: no time fails it.
"""

import argparse
import asyncio
import json
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final

import asyncpg
import click

from gateway.audit import open_trail
from gateway.audit.inspection import Wanted, open_inspection
from gateway.store import open_store
from tests.bench.entries import AGENCIES, PAPERS, PERSONS, BenchKeys, entry_of, question_of
from tests.bench.laying import NoRoom, drop, lay_down, subjects_of
from tests.bench.options import POSTGRES

SCHEMA: Final = "bench_trail"
"""Where it is laid down; it is verified there too (`tests.bench.verifying`)."""
_SEED: Final = 2017


def main() -> int:
    """Run it, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--postgres", default=os.environ.get("XINYONG_TEST_POSTGRES_URL") or POSTGRES)
    parser.add_argument("--processes", type=int, help="that make the entries (default: one for each processor)")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long new entries are written")
    parser.add_argument("--keep", action="store_true", help="leave the scratch schema, and read it again if it is full")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        told = asyncio.run(_run(options))
    except NoRoom as refused:
        click.echo(f"bench: {refused}", err=True)
        return 1
    click.echo(
        json.dumps(told, indent=2) if options.json else "\n".join(f"{name:<52} {value}" for name, value in told.items())
    )
    return 0


async def _run(options: argparse.Namespace) -> dict[str, Any]:
    joint = "&" if "?" in options.postgres else "?"
    url = f"{options.postgres}{joint}schema={SCHEMA}"
    told: dict[str, Any] = {}
    try:
        begun = time.perf_counter()
        if await lay_down(options.postgres, SCHEMA, options.entries, options.processes):
            seconds = time.perf_counter() - begun
            rate = f"{options.entries / seconds:,.0f} a second"
            told["entries laid down"] = f"{options.entries:,} in {seconds:.0f} s, {rate}"
        told |= await _sizes(options.postgres, options.entries)
        told |= await _read(url, subjects_of(options.entries))
        told |= await _write(url, options.seconds)
    finally:
        if not options.keep:
            await drop(options.postgres, SCHEMA)
    return told


async def _sizes(dsn: str, entries: int) -> dict[str, Any]:
    asked = (
        "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = $1 AND c.relkind = 'r'"
    )
    connection = await asyncpg.connect(dsn)
    try:
        size = int(await connection.fetchval(asked, SCHEMA))
    finally:
        await connection.close()
    return {"size with indexes": f"{size / 2**20:,.0f} MiB, {size / entries:,.0f} bytes an entry"}


async def _read(url: str, subjects: int) -> dict[str, Any]:
    """Read as auditors and subjects do, bodies opened."""
    store = open_store(url)
    trail = open_inspection(store, BenchKeys(), None)
    random = Random(_SEED + 1)  # noqa: S311 (the same in every run)
    now = datetime.now(UTC)
    day = date(2026, 11, 23)

    def some() -> str:
        return f"subject-{random.randrange(subjects)}"

    def week() -> Wanted:
        first = now - timedelta(days=random.randrange(8, 1_700))
        return Wanted(first=first, end=first + timedelta(days=7))

    asked: dict[str, Callable[[], Awaitable[Any]]] = {
        "latest 50 of a subject, as it sees them": lambda: trail.lines(some(), 50, None, day),
        "latest 50 of a subject, as auditors do": lambda: trail.search(Wanted(subject_id=some()), 50, None),
        "latest 50 of the subject asked about most": lambda: trail.lines("subject-0", 50, None, day),
        "newest 50 of all": lambda: trail.search(Wanted(), 50, None),
        "newest 50 of an organisation": lambda: trail.search(Wanted(organisation=random.choice(AGENCIES)), 50, None),
        "newest 50 of a person": lambda: trail.search(
            Wanted(requester=f"officer {random.randrange(PERSONS)}", organisation="TAX"), 50, None
        ),
        "newest 50 of a person, organisation unknown": lambda: trail.search(
            Wanted(requester=f"officer {random.randrange(PERSONS)}"), 50, None
        ),
        "newest 50 on a paper": lambda: trail.search(Wanted(paper=f"LETTER-{random.randrange(PAPERS)}"), 50, None),
        "newest 50 with a coordinate": lambda: trail.search(Wanted(coordinate="Record3.field4"), 50, None),
        "newest 50 denied": lambda: trail.search(Wanted(outcome=2), 50, None),
        "newest 50 of a week": lambda: trail.search(week(), 50, None),
    }
    try:
        return {name: await _timed(ask) for name, ask in asked.items()}
    finally:
        await trail.close()
        await store.close()


async def _timed(ask: Callable[[], Awaitable[Any]], rounds: int = 100) -> str:
    await ask()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await ask()
        taken.append((time.perf_counter() - begun) * 1_000)
    return f"p50 {statistics.median(taken):6.2f} ms   p99 {_percentile(taken, 0.99):6.2f} ms"


def _percentile(taken: Sequence[float], part: float) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * part))]


async def _write(url: str, seconds: float) -> dict[str, Any]:
    """Write new entries by one and by many at once, each waiting for its own."""
    told: dict[str, Any] = {}
    store = open_store(url)
    trail = await open_trail(store, BenchKeys())
    random = Random(_SEED + 2)  # noqa: S311 (the same in every run)
    made = [entry_of(question_of(random, 10_000), random) for _ in range(2_000)]

    async def client(n: int, until: float) -> int:
        count = 0
        while time.perf_counter() < until:
            await trail.append(made[(n * 31 + count) % len(made)])
            count += 1
        return count

    try:
        for clients in (1, 64, 512):
            await trail.append(made[0])
            begun = time.perf_counter()
            counts = await asyncio.gather(*(client(n, begun + seconds) for n in range(clients)))
            rate = sum(counts) / (time.perf_counter() - begun)
            told[f"entries written by {clients} at once"] = f"{rate:,.0f} a second"
    finally:
        await trail.close()
        await store.close()
    return told


if __name__ == "__main__":
    raise SystemExit(main())
