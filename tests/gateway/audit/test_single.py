"""An entry that waits by itself is one statement on PostgreSQL, and as safe as a group (R19.8)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import orjson
import pytest
from sqlalchemy import Table, text

from gateway.audit import AuditUnavailable, Entry, SubjectLine, Trail, open_trail
from gateway.audit.batch import Batch
from gateway.audit.body import MonthCipher
from gateway.audit.entry import Receipt
from gateway.audit.pending import Pending, Place
from gateway.audit.postgresql import PostgresqlStream, PostgresqlStreams
from gateway.audit.pseudonyms import Pseudonyms
from gateway.audit.single import CITING, STATEMENT, Draft, in_month
from gateway.store import Store, migrate, open_store
from gateway.store.tables import PAPER_LINE, RECORD, SUBJECT, TALLY, microseconds
from schema.days import ZONE
from schema.disclosure import Outcome, Standing
from schema.line_shapes import LineShape, Ruling
from tests.gateway.audit.conftest import FixedKeys

MakeLine = Callable[..., SubjectLine]
MakeEntry = Callable[..., Entry]
ReadTable = Callable[[Table], Awaitable[Sequence[Any]]]
Commit = Callable[[Entry], Awaitable[Receipt]]


@pytest.fixture
async def store(postgres_schema: str) -> AsyncIterator[Store]:
    """Give a store of PostgreSQL alone."""
    await migrate(postgres_schema)
    opened = open_store(postgres_schema)
    yield opened
    await opened.close()


@pytest.fixture
async def by_one_statement(
    store: Store, keys: FixedKeys, entry: MakeEntry, line: MakeLine, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Commit]:
    """Write entries to a stream that has written a group before, and may write none any more."""
    stream = await PostgresqlStreams(store.address, keys, 5.0).open()
    names = Pseudonyms(keys.pseudonym)

    async def commit(one: Entry) -> Receipt:
        pending = Pending(one, names, asyncio.get_running_loop().create_future(), 0.0)
        (receipt,) = await stream.commit(Batch([pending]), more=lambda: False)
        return receipt

    await commit(entry(line("uscc:1")))
    monkeypatch.setattr(PostgresqlStream, "_insert", None)
    yield commit
    await stream.close()


@pytest.mark.parametrize(
    ("line_of", "counts", "tally"),
    [
        ({}, (2, 2), (2, 0, 0, 0)),
        ({"outcome": Outcome.DENIED, "tier": ""}, (0, 0), (1, 1, 0, 0)),
        ({"standing": Standing.PUBLIC, "counted": False, "tier": "A"}, (0, 0), (1, 0, 1, 0)),
        ({"standing": Standing.SELF, "counted": False}, (0, 0), (1, 0, 0, 1)),
        ({"outcome": Outcome.NOT_FOUND, "tier": ""}, (0, 0), (1, 0, 0, 0)),
    ],
    ids=["counted", "denied", "viewed", "own", "not found"],
)
async def test_its_line_raises_the_same_tallies_as_in_a_group(
    by_one_statement: Commit,
    entry: MakeEntry,
    line: MakeLine,
    read: ReadTable,
    line_of: dict[str, Any],
    counts: tuple[int, int],
    tally: tuple[int, ...],
) -> None:
    receipt = await by_one_statement(entry(line("uscc:1", **line_of)))
    assert receipt.nth == ({"uscc:1": counts[0]} if counts[0] else {})
    (row,) = [each for each in await read(SUBJECT) if each.seq == receipt.seq]
    assert (row.nth, row.nth_of_organisation) == counts
    (head,) = [orjson.loads(each.head) for each in await read(RECORD) if each.seq == receipt.seq]
    assert head["subjects"] == [[row.subject_key.hex(), *counts, row.outcome, row.tier, 0]]
    assert head["shapes"] == [row.shape.hex()]
    tallies = {each.organisation: (each.n, each.denied, each.viewed, each.own) for each in await read(TALLY)}
    assert tallies == {"": tally, "TAX": (tally[0], 0, 0, 0)}


@pytest.mark.parametrize("papers", [(), ("DEMO-LETTER-TAX",), ("A", '","at":0,"subjects":[["')])
@pytest.mark.parametrize("subjects", [(), ("uscc:2",)])
async def test_its_rows_are_those_of_a_group(
    by_one_statement: Commit,
    entry: MakeEntry,
    line: MakeLine,
    read: ReadTable,
    papers: tuple[str, ...],
    subjects: tuple[str, ...],
) -> None:
    odd = '","at":0,"subjects":[["\\'
    asked = entry(*map(line, subjects), papers=papers, organisation=odd, trace_id=odd)
    receipts = [await by_one_statement(asked) for _ in range(2)]
    before, *rows = sorted(await read(RECORD), key=lambda row: int(row.seq))
    for nth, (receipt, row) in enumerate(zip(receipts, rows, strict=True), 1):
        head = orjson.loads(row.head)
        assert orjson.dumps(head, option=orjson.OPT_SORT_KEYS) == row.head
        assert row.leaf == receipt.leaf == hashlib.sha256(b"\x00" + row.head).digest()
        assert (head["stream"], head["seq"], head["prev"]) == (row.stream, row.seq, before.leaf.hex())
        assert (row.stream, row.seq) == (receipt.stream, receipt.seq)
        assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=head["at"]) == row.at
        assert head["sealed"] == hashlib.sha256(row.sealed).hexdigest()
        assert (head["organisation"], head["trace"], tuple(head["papers"])) == (odd, odd, papers)
        assert (head["viewer"], head["way"], head["purpose"]) == (row.viewer_key.hex(), row.way, row.purpose)
        assert (head["outcome"], head["tier"], head["kind"], head["key"]) == (
            row.outcome,
            row.tier,
            row.kind,
            row.key_id,
        )
        assert [each[1:3] for each in head["subjects"]] == [[nth, nth] for _ in subjects]
        before = row
    found = sorted((row.seq, row.paper) for row in await read(PAPER_LINE) if row.seq)
    assert found == sorted((receipt.seq, paper) for receipt in receipts for paper in papers)


@pytest.mark.parametrize("shape", [None, LineShape([Ruling("A.b", "A", "ALLOWED", article="15(1)")], [])])
async def test_what_needs_more_than_one_statement_gets_it(
    store: Store, keys: FixedKeys, entry: MakeEntry, line: MakeLine, read: ReadTable, shape: LineShape | None
) -> None:
    trail = await open_trail(store, keys)
    await trail.append(entry(line("uscc:1")))
    lines = [line("uscc:1"), line("uscc:2")] if shape is None else [line("uscc:1", shape=shape)]
    receipt = await trail.append(entry(*lines))
    told = await trail.append(entry(about={"at": 0}))
    await trail.close()
    assert receipt.nth == {each.subject_id: 2 if each.subject_id == "uscc:1" else 1 for each in lines}
    assert [orjson.loads(row.head).get("about") for row in await read(RECORD) if row.seq == told.seq] == [{"at": 0}]


def drafted(entry: Entry, keys: FixedKeys, month: date) -> Draft:
    pending = Pending(entry, Pseudonyms(keys.pseudonym), asyncio.get_running_loop().create_future(), 0.0)
    return Draft(pending, Place(1, 0), MonthCipher(month, *keys.month_key(month)))


@pytest.mark.parametrize("papers", [(), ("DEMO-LETTER-TAX",)])
@pytest.mark.parametrize("damaged", [3, 4, 5, 6, 7, None])
async def test_what_was_damaged_on_its_way_or_has_another_months_key_is_refused_as_a_whole(
    store: Store,
    keys: FixedKeys,
    entry: MakeEntry,
    line: MakeLine,
    read: ReadTable,
    damaged: int | None,
    papers: tuple[str, ...],
) -> None:
    today = datetime.now(ZONE).date()
    month = today.replace(day=1) if damaged is not None else date(2020, 2, 1)
    draft = drafted(entry(line("uscc:1"), papers=papers), keys, month)
    arguments: list[Any] = list(draft.arguments)
    if damaged is not None:
        arguments[damaged] = bytes([arguments[damaged][0] ^ 1]) + arguments[damaged][1:]
    connection: Any = await asyncpg.connect(store.address.dsn, server_settings={"search_path": store.address.schema})
    try:
        with pytest.raises(asyncpg.NotNullViolationError):
            await connection.fetch(CITING if draft.cites else STATEMENT, *arguments)
    finally:
        await connection.close()
    assert [await read(table) for table in (RECORD, SUBJECT, TALLY, PAPER_LINE)] == [[], [], [], []]


@pytest.mark.parametrize(
    ("at", "is_within"),
    [
        (datetime(2026, 2, 1, 0, 0, 4, tzinfo=ZONE), False),
        (datetime(2026, 2, 1, 0, 0, 5, tzinfo=ZONE), True),
        (datetime(2026, 2, 28, 23, 59, 54, tzinfo=ZONE), True),
        (datetime(2026, 2, 28, 23, 59, 55, tzinfo=ZONE), False),
        (datetime(2026, 3, 1, tzinfo=ZONE), False),
    ],
)
def test_at_the_turn_of_a_month_the_servers_clock_is_asked_first(at: datetime, *, is_within: bool) -> None:
    assert in_month(microseconds(at), MonthCipher(date(2026, 2, 1), 1, b"m" * 32)) is is_within
    ends_us = MonthCipher(date(2026, 12, 1), 1, b"m" * 32).ends_us
    assert ends_us == microseconds(datetime(2027, 1, 1, tzinfo=ZONE))


FAULTS = {
    "what was kept is not what was sent": (
        "NEW.head := NEW.head || ' '::bytea; NEW.leaf := sha256('\\x00'::bytea || NEW.head); RETURN NEW;",
        "BEFORE INSERT ON audit_record",
    ),
    "sent and not acknowledged": (
        "PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW;",
        "BEFORE INSERT ON audit_record",
    ),
    "came with a warning": ("RAISE WARNING 'committed locally'; RETURN NEW;", "BEFORE INSERT ON audit_record"),
}


async def faulty(store: Store, does: str, when: str, *, kind: str = "TRIGGER") -> None:
    function = f"CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {does} END$$"
    async with store.engine.begin() as connection:
        await connection.execute(text(function))
        await connection.execute(text(f"CREATE {kind} fail {when} FOR EACH ROW EXECUTE FUNCTION fail()"))


@pytest.mark.parametrize("said", FAULTS)
async def test_what_is_in_doubt_is_refused_and_the_next_goes_to_another_stream(
    store: Store, keys: FixedKeys, entry: MakeEntry, line: MakeLine, said: str
) -> None:
    trail = await open_trail(store, keys)
    first = await trail.append(entry(line("uscc:1")))
    await faulty(store, *FAULTS[said])
    with pytest.raises(AuditUnavailable, match=said):
        await trail.append(entry(line("uscc:1")))
    async with store.engine.begin() as connection:
        await connection.execute(text("DROP FUNCTION fail() CASCADE"))
    healed = await trail.append(entry(line("uscc:1")))
    assert healed.stream > first.stream
    await trail.close()


async def test_an_error_that_comes_with_the_commit_leaves_nothing_behind(
    store: Store, keys: FixedKeys, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    """The server has said by then that the statement is done."""
    trail: Trail = await open_trail(store, keys, deadline_s=0.5)
    await trail.append(entry(line("uscc:1")))
    when = "AFTER UPDATE ON audit_tally DEFERRABLE INITIALLY DEFERRED"
    await faulty(store, "RAISE EXCEPTION 'too late'; RETURN NULL;", when, kind="CONSTRAINT TRIGGER")
    with pytest.raises(AuditUnavailable):
        await trail.append(entry(line("uscc:1")))
    async with store.engine.begin() as connection:
        await connection.execute(text("DROP FUNCTION fail() CASCADE"))
    assert (await trail.append(entry(line("uscc:1")))).nth == {"uscc:1": 2}
    await trail.close()
    assert len(await read(RECORD)) == len(await read(SUBJECT)) == 2
