"""Faults between the trail and PostgreSQL: never a loss of what was acknowledged, never a hang (R19.8)."""

import asyncio
import hashlib
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import orjson
import pytest
from sqlalchemy import Table, text
from sqlalchemy.exc import IntegrityError

from gateway.audit import (
    AuditUnavailable,
    Entry,
    Keys,
    Receipt,
    SubjectLine,
    Trail,
    head,
    open_trail,
    postgresql,
    pseudonyms,
)
from gateway.audit.batch import Batch
from gateway.audit.pending import Pending
from gateway.store import durability, migrate, open_store
from gateway.store.tables import RECORD, STREAM, SUBJECT, TALLY

MakeLine = Callable[..., SubjectLine]
MakeEntry = Callable[..., Entry]
OpenTrail = Callable[[float], Awaitable[Trail]]
ReadTable = Callable[[Table], Awaitable[Sequence[Any]]]


async def test_a_server_that_falls_silent_refuses_answers_in_time_and_heals(
    wire: Any,  # noqa: ANN401 - the fixture's own class
    wired_trail: OpenTrail,
    entry: MakeEntry,
    line: MakeLine,
) -> None:
    trail = await wired_trail(0.4)
    await trail.append(entry(line("uscc:1")))
    wire.stall()
    begun = time.monotonic()
    refused = await asyncio.gather(*(trail.append(entry(line("uscc:1"))) for _ in range(50)), return_exceptions=True)
    assert time.monotonic() - begun < 0.9
    assert all(isinstance(each, AuditUnavailable) for each in refused)
    wire.flow()
    healed = None
    while healed is None:
        try:
            healed = await trail.append(entry(line("uscc:1")))
        except AuditUnavailable:
            assert time.monotonic() - begun < 10
    assert healed.stream > 1
    assert healed.nth["uscc:1"] >= 2


@pytest.mark.parametrize(
    "wire",
    [
        {"asked": [3_000, 9_000, 20_000, 21_000, 60_000, 5_000]},
        {"answered": [1_500, 3_100, 3_350, 3_500, 5_000, 3_333]},
    ],
    ids=["questions cut", "answers cut"],
    indirect=True,
)
async def test_a_connection_cut_in_mid_batch_loses_and_doubles_nothing(
    wire: Any,  # noqa: ANN401 - the fixture's own class
    wired_trail: OpenTrail,
    straight: ReadTable,
    entry: MakeEntry,
    line: MakeLine,
) -> None:
    cuts = 6
    trail = await wired_trail(5.0)
    kept: dict[str, Receipt] = {}
    refused = 0
    numbers = iter(range(10_000))

    async def ask() -> None:
        nonlocal refused
        for number in numbers:
            request = f"{number:032x}"
            try:
                kept[request] = await trail.append(entry(line("uscc:1"), trace_id=request))
            except AuditUnavailable:
                refused += 1
            if wire.breaks >= cuts and len(kept) > 100:
                return

    await asyncio.gather(*(ask() for _ in range(8)))
    rows = await straight(RECORD)
    found: dict[str, Any] = {}
    for row in rows:
        request = orjson.loads(row.head)["trace"]
        assert request not in found
        found[request] = row
    assert wire.breaks == cuts
    assert kept.keys() <= found.keys()
    assert len(found) - len(kept) <= refused
    for request, receipt in kept.items():
        row = found[request]
        assert (row.stream, row.seq, row.leaf) == (receipt.stream, receipt.seq, receipt.leaf)
        assert [each[1] for each in orjson.loads(row.head)["subjects"]] == [receipt.nth["uscc:1"]]
    ordinals = sorted(row.nth for row in await straight(SUBJECT))
    assert ordinals == list(range(1, len(rows) + 1))
    assert sorted(row.nth_of_organisation for row in await straight(SUBJECT)) == ordinals
    assert {row.organisation: row.n for row in await straight(TALLY)} == {"": len(rows), "TAX": len(rows)}
    assert len(await straight(STREAM)) > 1


async def test_a_warning_during_commit_is_doubt_and_refuses_the_answer(
    postgres_schema: str, keys: Keys, entry: MakeEntry, line: MakeLine
) -> None:
    await migrate(postgres_schema)
    store = open_store(postgres_schema)
    trail = await open_trail(store, keys)
    first = await trail.append(entry(line("uscc:1")))
    async with store.engine.begin() as connection:
        await connection.execute(
            text(
                "CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS "
                "$$BEGIN RAISE WARNING 'committed locally'; RETURN NULL; END$$"
            )
        )
        await connection.execute(
            text(
                "CREATE CONSTRAINT TRIGGER warn AFTER UPDATE ON audit_tally DEFERRABLE INITIALLY DEFERRED "
                "FOR EACH ROW EXECUTE FUNCTION warn()"
            )
        )
    with pytest.raises(AuditUnavailable, match="committed locally"):
        await trail.append(entry(line("uscc:1")))
    healed = await trail.append(entry(line("uscc:2")))
    assert healed.stream > first.stream
    assert await trail.query_count(["uscc:1"]) == {"uscc:1": 2}
    await trail.close()
    await store.close()


async def test_an_entry_that_the_database_refuses_takes_no_other_with_it(
    postgres_schema: str, keys: Keys, entry: MakeEntry, line: MakeLine
) -> None:
    await migrate(postgres_schema)
    store = open_store(postgres_schema)
    trail = await open_trail(store, keys)
    entries = [entry(line("uscc:1"), organisation="TA\x00X" if number == 5 else "TAX") for number in range(12)]
    results = await asyncio.gather(*(trail.append(each) for each in entries), return_exceptions=True)
    assert [number for number, each in enumerate(results) if isinstance(each, AuditUnavailable)] == [5]
    kept = [each for each in results if isinstance(each, Receipt)]
    assert sorted(receipt.nth["uscc:1"] for receipt in kept) == list(range(1, 12))
    await trail.close()
    await store.close()


async def test_postgresql_refuses_a_leaf_that_is_not_of_its_head(
    postgres_schema: str, keys: Keys, entry: MakeEntry, line: MakeLine
) -> None:
    await migrate(postgres_schema)
    store = open_store(postgres_schema)
    trail = await open_trail(store, keys)
    await trail.append(entry(line("uscc:1")))
    await trail.close()
    async with store.engine.connect() as connection:
        (row,) = (await connection.execute(RECORD.select())).mappings().all()
        damaged = {**row, "seq": 1, "head": row["head"] + b" "}
        with pytest.raises(IntegrityError, match="leaf_is_of_head"):
            await connection.execute(RECORD.insert().values(damaged))
        await connection.rollback()
        whole = {**damaged, "leaf": hashlib.sha256(b"\x00" + damaged["head"]).digest()}
        await connection.execute(RECORD.insert().values(whole))
        await connection.rollback()
    await store.close()


async def test_a_server_that_would_not_keep_what_it_acknowledges_gets_no_entry(
    postgres_schema: str, keys: Keys, entry: MakeEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(postgres_schema)
    store = open_store(postgres_schema)
    monkeypatch.setitem(postgresql._SETTINGS, "synchronous_commit", "off")  # noqa: SLF001
    trail = await open_trail(store, keys, deadline_s=0.3)
    with pytest.raises(AuditUnavailable):
        await trail.append(entry())
    monkeypatch.undo()
    receipt = None
    while receipt is None:
        try:
            receipt = await trail.append(entry())
        except AuditUnavailable:
            continue
    assert receipt.seq == 0
    await trail.close()
    await store.close()


async def test_a_terminated_backend_costs_no_answer(
    postgres_schema: str, keys: Keys, entry: MakeEntry, line: MakeLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(postgres_schema)
    store = open_store(postgres_schema)
    monkeypatch.setitem(postgresql._SETTINGS, "application_name", name := uuid.uuid4().hex)  # noqa: SLF001
    trail = await open_trail(store, keys)
    first = await trail.append(entry(line("uscc:1")))
    connection: Any = await asyncpg.connect(store.address.dsn)
    ended = await connection.fetchval(
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE application_name = $1", name
    )
    await connection.close()
    second = await trail.append(entry(line("uscc:1")))
    assert ended == 1
    assert (first.nth, second.nth) == ({"uscc:1": 1}, {"uscc:1": 2})
    assert second.stream > first.stream
    await trail.close()
    await store.close()


async def test_a_fault_of_the_writer_itself_refuses_what_waits_and_starts_anew(
    postgres_schema: str, keys: Keys, entry: MakeEntry, line: MakeLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(postgres_schema)
    store = open_store(postgres_schema)
    trail = await open_trail(store, keys)
    await trail.append(entry(line("uscc:1")))
    monkeypatch.setattr(head, "canonical", None)
    with pytest.raises(AuditUnavailable):
        await trail.append(entry(line("uscc:1")))
    monkeypatch.undo()
    assert (await trail.append(entry(line("uscc:1")))).nth == {"uscc:1": 2}
    await trail.close()
    await store.close()


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
async def test_a_setting_that_becomes_unsafe_stops_the_answers_until_it_is_mended(
    postgres_schema: str, keys: Keys, entry: MakeEntry, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    await migrate(postgres_schema)
    store = open_store(postgres_schema)
    trail = await open_trail(store, keys, deadline_s=0.3, heartbeat_s=0.05)
    first = await trail.append(entry())
    # What the server says is changed in the question: others use it too, so that it cannot really be set.
    monkeypatch.setattr(postgresql, "ASKED", durability.ASKED.replace(f"current_setting('{name}') AS", "'off' AS"))
    refused = None
    async with asyncio.timeout(10):
        while refused is None:
            try:
                await trail.append(entry())
            except AuditUnavailable as unavailable:
                refused = unavailable
    with pytest.raises(AuditUnavailable):
        await trail.append(entry())
    monkeypatch.undo()
    healed = None
    async with asyncio.timeout(10):
        while healed is None:
            try:
                healed = await trail.append(entry())
            except AuditUnavailable:
                continue
    assert healed.stream > first.stream
    await trail.close()
    await store.close()


async def test_without_a_standby_nothing_is_kept_where_one_is_required(
    postgres_schema: str, keys: Keys, entry: MakeEntry
) -> None:
    await migrate(postgres_schema)
    store = open_store(postgres_schema)
    trail = await open_trail(store, keys, deadline_s=0.3, require_standby=True)
    with pytest.raises(AuditUnavailable):
        await trail.append(entry())
    await trail.close()
    with pytest.raises(durability.Unsafe, match="synchronous_standby_names is empty"):
        await durability.require_durable(store.address, require_standby=True, timeout_s=5)
    await durability.require_durable(store.address, require_standby=False, timeout_s=5)
    await store.close()


async def test_a_stream_that_was_checked_goes_on_where_it_was(
    postgres_schema: str, keys: Keys, entry: MakeEntry
) -> None:
    await migrate(postgres_schema)
    store = open_store(postgres_schema)
    stream = await postgresql.PostgresqlStreams(store.address, keys, 2.0).open()
    names = pseudonyms.Pseudonyms(keys.pseudonym)
    seqs = []
    for _ in range(3):
        await stream.check()
        pending = Pending(entry(), names, asyncio.get_running_loop().create_future(), 0.0)
        seqs += [each.seq for each in await stream.commit(Batch([pending]), more=lambda: False)]
    await stream.check()
    await stream.close()
    await store.close()
    assert seqs == [0, 1, 2]
