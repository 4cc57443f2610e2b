"""Measures the trail on PostgreSQL: ``python -m tests.bench.trail --entries N`` fills a scratch schema and reads it.

Entries are those that the writer would write, sealed bodies and all, laid down by COPY over several months; then they
are read as auditors and subjects read them, and new ones are written by many at once. It is no test: no time fails it.
"""

import argparse
import asyncio
import hashlib
import json
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final

import asyncpg
import click

from gateway.audit import Entry, SubjectLine, open_trail
from gateway.audit.batch import Batch
from gateway.audit.body import MonthCipher
from gateway.audit.inspection import Wanted, open_inspection
from gateway.audit.pending import LANES, Pending, Place, TallyKey
from gateway.audit.pseudonyms import Pseudonyms
from gateway.audit.shapes import KnownShapes
from gateway.store import migrate, open_store
from schema.disclosure import OrganizationKind, Outcome, PurposeCode, QueryMethod, Standing
from schema.line_shapes import ALLOWED, COUNTED, LineShape, Ruling

_POSTGRES: Final = "postgresql://postgres@127.0.0.1:5432/postgres"
_SCHEMA: Final = "bench_trail"
_GROUP: Final = 500
_MONTHS: Final = 60
_SEED: Final = 2017
_AGENCIES: Final = ("TAX", "COURT", "MARKET_REGULATION", "SOCIAL_INSURANCE", "HOUSING", "WATER")
_PERSONS: Final = 40
_SUBJECTS_FOR_EACH: Final = 20
"""Entries for each subject, on average: a few have many more."""
_RECORD: Final = [
    "stream",
    "seq",
    "at",
    "kind",
    "viewer_key",
    "organisation",
    "way",
    "purpose",
    "outcome",
    "tier",
    "key_id",
    "head",
    "sealed",
    "leaf",
]
_LINE: Final = ["subject_key", "at", "stream", "seq", "nth", "nth_of_organisation", "outcome", "tier", "shape"]
_PAPER: Final = ("paper", "at", "stream", "seq")
_SHAPE: Final = ["digest", "position", "coordinate", "tier", "decision", "missing_paper", "article"]
_TALLY: Final = ("subject_key", "organisation", *LANES, "last_at")
SHAPES: Final = tuple(
    LineShape(
        [Ruling(f"Record{n}.field{k}", "AB"[k % 2], ALLOWED, article="15(1)") for k in range(12)]
        + [Ruling(f"Record{n}.secret", "C", "TIER_FORBIDDEN", "OFFICIAL_LETTER", "18")],
        [f"LegalPerson.record{n}"],
    )
    for n in range(8)
)


class BenchKeys:
    """Keys of the scratch schema alone."""

    pseudonym = b"p" * 32
    receipt = b"r" * 32
    cursor = b"c" * 32

    def month_key(self, month: date) -> tuple[int, bytes]:
        """Give the one key."""
        return month.year * 100 + month.month, b"m" * 32

    def destroy_month(self, number: int) -> None:
        """Keep it: the scratch schema goes as a whole."""

    def existing_month_key(self, number: int) -> bytes | None:
        """Give the one key."""
        return self.month_key(date(number // 100, number % 100, 1))[1]


def main() -> int:
    """Run it, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--postgres", default=os.environ.get("XINYONG_TEST_POSTGRES_URL", _POSTGRES))
    parser.add_argument("--seconds", type=float, default=3.0, help="how long new entries are written")
    parser.add_argument("--keep", action="store_true", help="leave the scratch schema, and read it again if it is full")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    told = asyncio.run(_run(options))
    click.echo(
        json.dumps(told, indent=2) if options.json else "\n".join(f"{name:<52} {value}" for name, value in told.items())
    )
    return 0


async def _run(options: argparse.Namespace) -> dict[str, Any]:
    joint = "&" if "?" in options.postgres else "?"
    url = f"{options.postgres}{joint}schema={_SCHEMA}"
    connection = await asyncpg.connect(options.postgres)
    told: dict[str, Any] = {}
    try:
        subjects = max(1, options.entries // _SUBJECTS_FOR_EACH)
        if not await _is_full(connection, options.entries):
            await connection.execute(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE")
            await migrate(url)
            told |= await _fill(connection, options.entries, subjects)
        told |= await _sizes(connection, options.entries)
        told |= await _read(url, subjects)
        told |= await _write(url, options.seconds)
    finally:
        if not options.keep:
            await connection.execute(f"DROP SCHEMA IF EXISTS {_SCHEMA} CASCADE")
        await connection.close()
    return told


async def _is_full(connection: Any, entries: int) -> bool:  # noqa: ANN401 (asyncpg has no types)
    there = await connection.fetchval("SELECT to_regclass($1)", f"{_SCHEMA}.audit_record")
    if not there:
        return False
    counted = f"SELECT count(*) FROM {_SCHEMA}.audit_record"  # noqa: S608 (a name of ours)
    return bool(await connection.fetchval(counted) >= entries)


async def _fill(connection: Any, entries: int, subjects: int) -> dict[str, Any]:  # noqa: ANN401 (as above)
    """Lay entries down, by months."""
    begun = time.perf_counter()
    await connection.execute(f"SET search_path TO {_SCHEMA}")
    first = await _months(connection)
    stream = await connection.fetchval(
        "INSERT INTO audit_stream (writer, pid, opened_at) VALUES ('bench', 1, now()) RETURNING id"
    )
    filling = _Filling(Random(_SEED), subjects, stream, first, entries)  # noqa: S311 (the same in every run)
    known = KnownShapes()
    for rows in filling.groups():
        records = [(rows.stream, r[0], rows.at, *r[1:8], rows.key_id, *r[8:]) for r in rows.records]
        await connection.copy_records_to_table("audit_record", records=records, columns=_RECORD)
        lines = [(line[0], rows.at, rows.stream, *line[1:]) for line in rows.lines]
        await connection.copy_records_to_table("audit_subject", records=lines, columns=_LINE)
        papers = [(paper, rows.at, rows.stream, seq) for seq, paper in rows.papers]
        await connection.copy_records_to_table("audit_paper", records=papers, columns=_PAPER)
        new = known.new_among(rows.shapes)
        if new:
            await connection.copy_records_to_table("audit_shape", records=new, columns=_SHAPE)
    tallies = [(*key, n, 0, 0, 0, datetime.now(UTC)) for key, n in filling.totals.items()]
    await connection.copy_records_to_table("audit_tally", records=tallies, columns=_TALLY)
    await connection.execute("ANALYZE")
    seconds = time.perf_counter() - begun
    return {"entries laid down": f"{entries:,} in {seconds:.0f} s, {entries / seconds:,.0f} a second"}


async def _months(connection: Any) -> datetime:  # noqa: ANN401 (as above)
    """Make the months of five years, and give the instant at which the first begins."""
    today = datetime.now(UTC)
    months = [divmod(today.year * 12 + today.month - 1 - n, 12) for n in range(_MONTHS)]
    for year, month in months[1:]:
        following = divmod(year * 12 + month + 1, 12)
        for table in ("audit_record", "audit_subject", "audit_paper"):
            bounds = (
                f"FROM ('{year}-{month + 1:02}-01 00:00+08') TO ('{following[0]}-{following[1] + 1:02}-01 00:00+08')"
            )
            name = f"{table}_{year}_{month + 1:02}"
            await connection.execute(
                f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {table} FOR VALUES {bounds}"
                " WITH (toast_tuple_target = 8160)"
            )
    year, month = months[-1]
    return datetime(year, month + 1, 2, tzinfo=UTC)


class _Filling:
    """Makes groups of entries, one behind the other in one stream."""

    def __init__(self, random: Random, subjects: int, stream: int, first: datetime, entries: int) -> None:
        self._random = random
        self._subjects = subjects
        self._place = Place(stream, 0)
        self._first = first
        self._entries = entries
        self._step = (datetime.now(UTC) - first) / entries
        self._names = Pseudonyms(BenchKeys.pseudonym)
        self.totals: dict[TallyKey, int] = {}

    def groups(self) -> Iterator[Any]:
        loop, cipher = asyncio.get_running_loop(), None
        for start in range(0, self._entries, _GROUP):
            at = self._first + start * self._step
            month = (at + timedelta(hours=8)).date().replace(day=1)
            if cipher is None or cipher.month != month:
                cipher = MonthCipher(month, *BenchKeys().month_key(month))
            count = min(_GROUP, self._entries - start)
            pending = [
                Pending(entry_of(self._random, self._subjects), self._names, loop.create_future(), 0.0)
                for _ in range(count)
            ]
            batch = Batch(pending)
            for key, counts in batch.added.items():
                self.totals[key] = self.totals.get(key, 0) + counts[0]
            rows = batch.rows(self._place, at, self.totals, cipher)
            self._place = rows.end
            yield rows


def entry_of(random: Random, subjects: int) -> Entry:
    """Make one entry, of an officer about one subject; some subjects are asked about far more often than others."""
    agency = random.choice(_AGENCIES)
    shape = random.choice(SHAPES)
    subject = (
        min(int(random.paretovariate(1.2)) - 1, subjects - 1) if random.random() < 0.2 else random.randrange(subjects)
    )
    denied = random.random() < 0.02
    counted = [each for each in shape.rows if each.decision == COUNTED]
    line = SubjectLine(
        f"subject-{subject}",
        Standing.DUTY,
        Outcome.DENIED if denied else Outcome.DISCLOSED,
        "B",
        counted=True,
        shape=shape,
        counts=(3,) * len(counted),
    )
    return Entry(
        request_id=f"{random.getrandbits(64):016x}",
        person=f"officer {random.randrange(_PERSONS)}",
        organisation=agency,
        organisation_kind=OrganizationKind.ADMINISTRATIVE,
        method=QueryMethod.API,
        channel="QUERY",
        purpose_code=random.choice((PurposeCode.LICENSING, PurposeCode.SUPERVISION)),
        purpose_text="年度双随机抽查",
        papers=(f"LETTER-{random.randrange(200)}",) if random.random() < 0.1 else (),
        operation_name="Subject",
        document_digest="ab" * 32,
        outcome=Outcome.DENIED if denied else Outcome.DISCLOSED,
        errors=(),
        subjects=(line,),
        sources=((agency, True, True), ("CREDIT_CENTRE", True, True)),
        trace_id=f"{random.getrandbits(128):032x}",
        spans=tuple((f"fetch {each}", 1_000, 250_000, (("subjects", 1),)) for each in _AGENCIES),
        response_digest=hashlib.sha256(b"answer").digest(),
        started_at_ns=1,
    )


async def _sizes(connection: Any, entries: int) -> dict[str, Any]:  # noqa: ANN401 (as above)
    asked = (
        "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = $1 AND c.relkind = 'r'"
    )
    size = int(await connection.fetchval(asked, _SCHEMA))
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
        "newest 50 of an organisation": lambda: trail.search(Wanted(organisation=random.choice(_AGENCIES)), 50, None),
        "newest 50 of a person": lambda: trail.search(
            Wanted(requester=f"officer {random.randrange(_PERSONS)}", organisation="TAX"), 50, None
        ),
        "newest 50 of a person, organisation unknown": lambda: trail.search(
            Wanted(requester=f"officer {random.randrange(_PERSONS)}"), 50, None
        ),
        "newest 50 on a paper": lambda: trail.search(Wanted(paper=f"LETTER-{random.randrange(200)}"), 50, None),
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
    made = [entry_of(random, 10_000) for _ in range(2_000)]

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
