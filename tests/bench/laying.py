"""Lays down a trail of any size in a scratch schema of PostgreSQL: five years of entries, counted, chained, sealed.

Entries are made by the gateway's own code, from the question to the row: sealed body, head, leaf, line, ordinals,
papers, shapes, and the tallies that they come to. Each day is a stream, since a writer leaves its own after a day. Each
month is made by a process of its own out of its own seed, whatever else is made meanwhile, and goes by COPY into a
table that gets its indexes once it is full, and becomes the month's partition then. The log is the sealer's: tiles,
runs, a checkpoint for each run.

What differs from a trail that was written: several entries share an instant; a run is as long as the sealer's page, as
where many ask, and not as short as two seconds are; nothing is anchored or expired; all is about queries, of one
subject each. What is the same in every run is what was asked, not the bytes: nonces are drawn anew, and the last entry
is of now.
"""

import asyncio
import os
import shutil
import sys
import time
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

import asyncpg
import click

from gateway.audit.batch import Batch, Rows
from gateway.audit.body import MonthCipher
from gateway.audit.pending import EVERYBODY, LANES, Pending, Place, TallyKey
from gateway.audit.pseudonyms import Pseudonyms
from gateway.audit.seal.notes import Checkpoint, Signer
from gateway.audit.seal.suites import HASH_BYTES, STD
from gateway.audit.seal.tiles import FULL, edges, grown
from gateway.audit.seal.tiles import Place as TilePlace
from gateway.audit.seal.tree import Tree
from gateway.audit.shapes import KnownShapes
from gateway.store import migrate
from schema.days import ZONE, midnight
from tests.bench.entries import AGENCIES, SHAPES, BenchKeys, Question, entry_of, question_of

__all__ = ["LOG_SIGNER", "NoRoom", "drop", "lay_down", "subjects_of"]

LOG_SIGNER: Final = Signer("bench.example/trail", b"s" * 32)
MONTHS: Final = 60
_SEED: Final = 2017
_GROUP: Final = 20
"""Entries of one instant."""
_COPIED: Final = 4_000
"""Entries that a process holds at once."""
_RUN: Final = 4_096
_ENTRIES_FOR_EACH: Final = 20
"""So many for each subject, on average: a few have many more."""
_BYTES_OF_ENTRY: Final = 2_700
"""With its line, indexes and tallies, measured; the smaller part of it is indexes."""
_BYTES_BESIDE: Final = 4 << 30
"""For the write-ahead log, and for the sorting of indexes."""
_SAID_EVERY_S: Final = 30.0
_LANES: Final = 2 + len(AGENCIES)
"""Counts kept of each subject: counted queries, those of each agency, denied ones last."""
_RECORD: Final = (
    *("stream", "seq", "at", "kind", "viewer_key", "organisation", "way", "purpose", "outcome", "tier", "key_id"),
    *("head", "sealed", "leaf"),
)
_LINE: Final = ("subject_key", "at", "stream", "seq", "nth", "nth_of_organisation", "outcome", "tier", "shape")
_PAPER: Final = ("paper", "at", "stream", "seq")
_SHAPE: Final = ("digest", "position", "coordinate", "tier", "decision", "missing_paper", "article")
_TALLY: Final = ("subject_key", "organisation", *LANES, "last_at")
_TABLES: Final = ("audit_record", "audit_subject", "audit_paper")


class NoRoom(Exception):
    """The disk has not the room that is needed."""


class _Day(NamedTuple):
    """The entries of one day, which are one stream."""

    stream: int
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class _Month:
    """What a process needs to know to lay down one month."""

    dsn: str
    schema: str
    month: date
    days: Sequence[_Day]
    subjects: int
    began_at: datetime
    step: timedelta

    @property
    def entries(self) -> int:
        """How many there are."""
        return self.days[-1].end - self.days[0].first

    def questions(self) -> Iterator[Question]:
        """Draw what is asked in this month."""
        random = Random(f"{_SEED} {self.month} questions")  # noqa: S311 (the same in every run)
        return (question_of(random, self.subjects) for _ in range(self.entries))


class _Sealable(NamedTuple):
    """The leaves of one stream, and when its last entry was."""

    stream: int
    leaves: bytes
    last_at: datetime


async def lay_down(dsn: str, schema: str, entries: int, processes: int | None = None) -> bool:
    """Fill a schema with so many entries, and say on stderr how far it is; give whether it was not full already.

    Raises:
        NoRoom: before anything is written.

    """
    connection = await asyncpg.connect(dsn, server_settings={"search_path": schema})
    try:
        if await _is_full(connection, schema, entries):
            return False
        await connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        await _require_room(connection, entries)
        joint = "&" if "?" in dsn else "?"
        await migrate(f"{dsn}{joint}schema={schema}")
        months = await _months(connection, dsn, schema, entries)
        await _begin(connection, months)
        workers = processes or os.cpu_count() or 1
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            counts = array("I", bytes(4 * _LANES * subjects_of(entries)))
            await _fill(connection, _laid(pool, workers, months, counts), counts, _Said(entries))
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    return True


def subjects_of(entries: int) -> int:
    """Give how many subjects so many entries are about."""
    return max(1, entries // _ENTRIES_FOR_EACH)


async def drop(dsn: str, schema: str) -> None:
    """Take a schema away."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    finally:
        await connection.close()


async def _is_full(connection: Any, schema: str, entries: int) -> bool:  # noqa: ANN401 (asyncpg has no types)
    if not await connection.fetchval("SELECT to_regclass($1)", f"{schema}.audit_log"):
        return False
    # What is sealed was laid down whole, since the log is what is written last.
    counted = "SELECT count(*) > 0 AND (SELECT sum(n) FROM audit_run) >= $1 FROM audit_log"
    return bool(await connection.fetchval(counted, entries))


async def _begin(connection: Any, months: Sequence[_Month]) -> None:  # noqa: ANN401 (as above)
    """Write what entries rest on: what was decided, and the keys of the months."""
    shapes = KnownShapes().new_among({each.digest: each for each in SHAPES})
    await connection.copy_records_to_table("audit_shape", records=shapes, columns=_SHAPE)
    keys = [(BenchKeys().month_key(each.month)[0], each.month) for each in months]
    await connection.copy_records_to_table("audit_key", records=keys, columns=("key_id", "month"))


async def _fill(
    connection: Any,  # noqa: ANN401 (as above)
    laid: Iterator["Future[list[_Sealable]]"],
    counts: "array[int]",
    said: "_Said",
) -> None:
    """Seal each month as it comes, and write the tallies in the end."""
    log = _Log()
    for month in laid:
        for each in await asyncio.wrap_future(month):
            log.seal(each)
        await log.write(connection)
        said.so_far(log.size)
    tallies = _tallies(counts, datetime.now(UTC))
    await connection.copy_records_to_table("audit_tally", records=tallies, columns=_TALLY)
    await connection.execute("VACUUM ANALYZE audit_tally")
    await log.close(connection)
    said.done()


async def _require_room(connection: Any, entries: int) -> None:  # noqa: ANN401 (asyncpg has no types)
    """Compare what the entries need with what the server's disk has, where that disk is to be seen from here."""
    needed = entries * _BYTES_OF_ENTRY + _BYTES_BESIDE
    folder = Path(await connection.fetchval("SHOW data_directory"))
    told = f"{entries:,} entries need about {needed / 2**30:,.1f} GiB"
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        click.echo(f"{told}; how much the server has free cannot be seen from here", err=True)
        return
    told += f", and {free / 2**30:,.1f} GiB are free at {folder}"
    if free < needed:
        raise NoRoom(told)
    click.echo(told, err=True)


async def _months(connection: Any, dsn: str, schema: str, entries: int) -> list[_Month]:  # noqa: ANN401 (as above)
    """Spread the entries over five years, and give each day its stream."""
    now = datetime.now(UTC)
    today = now.astimezone(ZONE).date()
    year, month = divmod(today.year * 12 + today.month - MONTHS, 12)
    began_at = midnight(date(year, month + 1, 1)).astimezone(UTC) + timedelta(days=1)
    step = (now - began_at) / entries
    first = began_at.astimezone(ZONE).date()
    dates = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    begins = [max(0, -((began_at - midnight(day)) // step)) for day in dates]  # the first entry that is not before it
    days = [(day, *between) for day, between in zip(dates, pairwise([*begins, entries]), strict=True)]
    days = [(day, first, end) for day, first, end in days if end > first]
    opened = (
        "INSERT INTO audit_stream (writer, pid, opened_at) SELECT 'bench', 1, unnest($1::timestamptz[]) RETURNING id"
    )
    streams = sorted(row[0] for row in await connection.fetch(opened, [midnight(day) for day, _, _ in days]))
    found = []
    numbered = zip(streams, days, strict=True)
    for begins_on, each in groupby(numbered, key=lambda numbered: numbered[1][0].replace(day=1)):
        places = [_Day(stream, first, end) for stream, (_, first, end) in each]
        found.append(_Month(dsn, schema, begins_on, places, subjects_of(entries), began_at, step))
    return found


def _laid(
    pool: ProcessPoolExecutor, workers: int, months: Sequence[_Month], counts: "array[int]"
) -> Iterator["Future[list[_Sealable]]"]:
    """Give the months to the processes, no more than are worked on and one to come; give them back in their order.

    What is asked in a month is drawn here too, so that the next one knows with which counts it begins.
    """
    coming: deque[Future[list[_Sealable]]] = deque()
    for month in months:
        coming.append(pool.submit(_lay_month, month, counts.tobytes()))
        for subject, agency, denied in month.questions():
            place = subject * _LANES
            if denied:
                counts[place + _LANES - 1] += 1
            else:
                counts[place] += 1
                counts[place + 1 + agency] += 1
        if len(coming) > workers:
            yield coming.popleft()
    yield from coming


def _lay_month(month: _Month, counts: bytes) -> list[_Sealable]:
    """Lay down a month, in a process of its own."""
    held: array[int] = array("I")
    held.frombytes(counts)
    return asyncio.run(_lay(month, held))


async def _lay(month: _Month, counts: "array[int]") -> list[_Sealable]:
    settings = {"search_path": month.schema, "maintenance_work_mem": "512MB", "synchronous_commit": "off"}
    connection = await asyncpg.connect(month.dsn, server_settings=settings)
    try:
        tables = [f"{table}_{month.month:%Y_%m}" for table in _TABLES]
        is_there = await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", tables[0])
        if not is_there:
            for parent, table in zip(_TABLES, tables, strict=True):
                like = "INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE"
                await connection.execute(
                    f"CREATE TABLE {table} (LIKE {parent} {like}) WITH (toast_tuple_target = 8160)"
                )
        sealable = await _copy(connection, month, counts, tables)
        for parent, table in zip(_TABLES, tables, strict=True):
            if not is_there:
                following = (month.month + timedelta(days=31)).replace(day=1)
                bounds = f"FROM ('{midnight(month.month)}') TO ('{midnight(following)}')"
                await connection.execute(f"ALTER TABLE {parent} ATTACH PARTITION {table} FOR VALUES {bounds}")
            await connection.execute(f"VACUUM ANALYZE {table}")
        return sealable
    finally:
        await connection.close()


async def _copy(
    connection: Any,  # noqa: ANN401 (asyncpg has no types)
    month: _Month,
    counts: "array[int]",
    tables: Sequence[str],
) -> list[_Sealable]:
    found = []
    making = _Making(month, counts)
    for day in month.days:
        leaves: list[bytes] = []
        at = month.began_at
        for made in making.chunks(day):
            records = [
                (rows.stream, r[0], rows.at, *r[1:8], rows.key_id, *r[8:]) for rows in made for r in rows.records
            ]
            lines = [(line[0], rows.at, rows.stream, *line[1:]) for rows in made for line in rows.lines]
            papers = [(paper, rows.at, rows.stream, seq) for rows in made for seq, paper in rows.papers]
            for table, kept, columns in zip(tables, (records, lines, papers), (_RECORD, _LINE, _PAPER), strict=True):
                await connection.copy_records_to_table(table, records=kept, columns=columns)
            leaves += [record[-1] for record in records]
            at = made[-1].at
        found.append(_Sealable(day.stream, b"".join(leaves), at))
    return found


class _Making:
    """Makes the rows of one month, day by day."""

    def __init__(self, month: _Month, counts: "array[int]") -> None:
        """Take the counts, which are raised with each entry."""
        self._month = month
        self._counts = counts
        self._questions = month.questions()
        self._random = Random(f"{_SEED} {month.month} entries")  # noqa: S311 (the same in every run)
        self._names = Pseudonyms(BenchKeys.pseudonym)
        self._cipher = MonthCipher(month.month, *BenchKeys().month_key(month.month))
        self._future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def chunks(self, day: _Day) -> Iterator[list[Rows]]:
        """Give the rows of a day, as many at once as are copied at once."""
        place, made = Place(day.stream, 0), list[Rows]()
        for first in range(day.first, day.end, _GROUP):
            rows = self._rows(place, first, min(_GROUP, day.end - first))
            place = rows.end
            made.append(rows)
            if len(made) * _GROUP >= _COPIED:
                yield made
                made = []
        if made:
            yield made

    def _rows(self, place: Place, first: int, count: int) -> Rows:
        pending, totals = [], dict[TallyKey, int]()
        for _ in range(count):
            question = next(self._questions)
            each = Pending(entry_of(question, self._random), self._names, self._future, 0.0)
            pending.append(each)
            if not question.denied:
                counts, at, agency = self._counts, question.subject * _LANES, question.subject * _LANES + 1
                agency += question.agency
                counts[at] += 1
                counts[agency] += 1
                totals[each.keys[0], EVERYBODY] = counts[at]
                totals[each.keys[0], each.asker] = counts[agency]
            else:
                totals.setdefault((each.keys[0], EVERYBODY), self._counts[question.subject * _LANES])
        at_instant = self._month.began_at + first * self._month.step
        return Batch(pending).rows(place, at_instant, totals, self._cipher)


class _Log:
    """Seals what was laid down, in the order of the streams."""

    def __init__(self) -> None:
        """Begin with the empty log."""
        self.size = 0
        self._held: dict[TilePlace, bytes] = {}
        self._tiles: dict[TilePlace, bytes] = {}
        self._runs: list[tuple[int, int, int, int]] = []
        self._checkpoints: list[tuple[int, int, bytes, str, datetime]] = []

    def seal(self, sealable: _Sealable) -> None:
        """Take the entries of one stream into the log, by runs."""
        whole = sealable.leaves
        leaves = [whole[at : at + HASH_BYTES] for at in range(0, len(whole), HASH_BYTES)]
        for first in range(0, len(leaves), _RUN):
            run, before = leaves[first : first + _RUN], self.size
            touched = grown(STD, self._held, before, run)
            self.size = before + len(run)
            known = self._held | touched
            root = Tree(STD, known).root(self.size)
            self._held = {place: known[place] for place in edges(self.size)}
            self._tiles |= {place: hashes for place, hashes in touched.items() if len(hashes) == FULL}
            note = LOG_SIGNER.sign(Checkpoint(LOG_SIGNER.name, self.size, root, sealable.last_at))
            self._runs.append((before, sealable.stream, first, len(run)))
            self._checkpoints.append((self.size, before, root, note, sealable.last_at))

    async def write(self, connection: Any) -> None:  # noqa: ANN401 (asyncpg has no types)
        """Write what was sealed and is written no more."""
        tiles = [(*place, hashes) for place, hashes in self._tiles.items()]
        await connection.copy_records_to_table("audit_tile", records=tiles)
        await connection.copy_records_to_table("audit_run", records=self._runs)
        await connection.copy_records_to_table("audit_checkpoint", records=self._checkpoints)
        self._tiles, self._runs, self._checkpoints = {}, [], []

    async def close(self, connection: Any) -> None:  # noqa: ANN401 (as above)
        """Write the tiles that are not full, and what the log is."""
        self._tiles = dict(self._held)
        await self.write(connection)
        constants = (1, LOG_SIGNER.name, STD.name, LOG_SIGNER.reader.vkey)
        await connection.execute("INSERT INTO audit_log VALUES ($1, $2, $3, $4, now())", *constants)


def _tallies(counts: "array[int]", now: datetime) -> Iterator[tuple[bytes, str, int, int, int, int, datetime]]:
    names = Pseudonyms(BenchKeys.pseudonym)
    for subject in range(len(counts) // _LANES):
        n, *by_agency, denied = counts[subject * _LANES : (subject + 1) * _LANES]
        key = names.subject(f"subject-{subject}")
        if n or denied:
            yield key, EVERYBODY, n, denied, 0, 0, now
        for agency, of_agency in zip(AGENCIES, by_agency, strict=True):
            if of_agency:
                yield key, agency, of_agency, 0, 0, 0, now


class _Said:
    """Says how far it is, and how long it will take still."""

    def __init__(self, entries: int) -> None:
        """Take how many there are to be."""
        self._entries = entries
        self._begun = self._said = time.monotonic()

    def so_far(self, done: int) -> None:
        """Say it, on a terminal at once, else every half a minute."""
        now = time.monotonic()
        rate = done / (now - self._begun)
        told = (
            f"{done:,} of {self._entries:,} entries, {rate:,.0f} a second, {(self._entries - done) / rate:,.0f} s left"
        )
        if sys.stderr.isatty():
            click.echo(f"\r{told:78}", nl=False, err=True)
        elif now - self._said > _SAID_EVERY_S:
            self._said = now
            click.echo(told, err=True)

    def done(self) -> None:
        """End the line."""
        if sys.stderr.isatty():
            click.echo(err=True)
