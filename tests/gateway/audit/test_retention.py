"""Five years to the day, announced before it is done, nothing early, nothing that is held (Art. 19, R19.10)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any

import asyncpg
import orjson
import pytest
from sqlalchemy import Table, text
from sqlalchemy.exc import DBAPIError

from gateway.audit import AuditUnavailable, Entry, Receipt, SubjectLine, Trail, open_trail, postgresql, sqlite
from gateway.audit.codes import EXPIRY, HOLD, RELEASE
from gateway.audit.pseudonyms import Pseudonyms
from gateway.audit.retention import Hold, Holds, Keeping, NotExpired, Retention, expire
from gateway.audit.retention.days import kept_from
from gateway.audit.retention.expire import Append
from gateway.audit.seal import Sealing, open_seal, sealer
from gateway.audit.verification import Range, Trust, verify_trail
from gateway.errors import StartRefused
from gateway.store import Store, functions
from gateway.store.months import UNPLACED
from gateway.store.tables import HOLD as HOLDS
from gateway.store.tables import KEY, PAPER_LINE, RECORD, SUBJECT, TALLY

MakeLine = Callable[..., SubjectLine]
MakeEntry = Callable[..., Entry]
ReadTable = Callable[[Table], Awaitable[Sequence[Any]]]
Keep = Callable[..., Awaitable[list[Receipt]]]
Secrets = Any
"""The tests' own keys, which remember what was destroyed."""

ZONE = timezone(timedelta(hours=8))
LIMIT = kept_from(datetime.now(UTC))
OLD, YOUNG = LIMIT - timedelta(minutes=5), LIMIT + timedelta(minutes=5)
EARLIER_MONTH = LIMIT.replace(day=1) - timedelta(days=1)
VECTORS = [
    ("2026-11-23", "2031-11-24"),
    ("2024-02-29", "2029-03-01"),
    ("2021-12-31", "2027-01-01"),
    ("2023-02-28", "2028-02-29"),
]
"""The vectors of the law's retention: the day of creation, and the first day on which it may be deleted."""


def clock_at(instant: datetime) -> type[datetime]:
    """Give a clock that runs, and once stood at *instant*."""
    behind = datetime.now(UTC) - instant

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Clock":
            return cls.fromtimestamp((datetime.now(UTC) - behind).timestamp(), tz)

    return Clock


async def seal(store: Store) -> None:
    """Seal what is there."""
    await (await open_seal(store, b"s" * 32, Sealing("test.invalid/trail", "std", 60.0, None, None, 60.0))).close()


@pytest.fixture
def keep(store: Store, keys: Secrets, monkeypatch: pytest.MonkeyPatch) -> Keep:
    """Keep entries at an instant of the past, sealed then."""

    async def kept(instant: datetime, *entries: Entry) -> list[Receipt]:
        ago = (datetime.now(UTC) - instant) / timedelta(seconds=1)
        with monkeypatch.context() as patch:
            patch.setattr(sqlite, "datetime", clock_at(instant))
            patch.setattr(sealer, "datetime", clock_at(instant))
            for name in ("_NOW", "_TALLY", "STATEMENT", "CITING"):
                then = f"(clock_timestamp() - interval '{ago} seconds')"
                patch.setattr(postgresql, name, getattr(postgresql, name).replace("clock_timestamp()", then))
            trail = await open_trail(store, keys)
            receipts = [await trail.append(each) for each in entries]
            await trail.close()
            await seal(store)
        return receipts

    return kept


@pytest.fixture
def append(store: Store, keys: Secrets) -> Append:
    """Keep an entry of today, in a stream that was opened today."""

    async def kept(entry: Entry) -> Receipt:
        trail = await open_trail(store, keys)
        try:
            return await trail.append(entry)
        finally:
            await trail.close()

    return kept


@pytest.fixture
async def retention(store: Store, keys: Secrets, append: Append) -> Retention:
    return Retention(store, keys, append)


async def is_whole(store: Store) -> bool:
    """Say whether everything verifies."""
    await seal(store)
    report = await verify_trail(store.address, Trust(), Range())
    assert report.findings == ()
    return report.is_clean


async def heads(read: ReadTable, kind: int) -> list[dict[str, Any]]:
    """Give what entries of a kind say in the open."""
    return [orjson.loads(row.head)["about"] for row in await read(RECORD) if row.kind == kind]


async def test_what_is_five_years_old_goes_and_what_is_younger_stays_and_all_still_verifies(
    *, keep: Keep, retention: Retention, store: Store, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    await keep(OLD, *(entry(line("uscc:1"), line("uscc:2")) for _ in range(4)))
    await keep(YOUNG, *(entry(line("uscc:1")) for _ in range(3)))
    expired = await retention.expire()
    assert (expired.entries, expired.below, expired.kept) == (4, 4, 0)
    assert await heads(read, EXPIRY) == [{"min": 4, "entries": 4}]
    assert len([row for row in await read(RECORD) if row.kind != EXPIRY]) == 3
    assert sorted(row.nth for row in await read(SUBJECT)) == [5, 6, 7]
    assert len(await read(PAPER_LINE)) == 3
    assert {row.n for row in await read(TALLY)} == {4, 7}
    assert await is_whole(store)
    assert (await retention.expire()).entries == 0
    assert len(await heads(read, EXPIRY)) == 1


async def test_what_was_sealed_with_the_days_last_entries_and_is_younger_stays_for_a_day(
    keep: Keep, retention: Retention, store: Store, entry: MakeEntry, read: ReadTable
) -> None:
    await keep(OLD, entry())
    await keep(LIMIT + timedelta(seconds=20), entry())
    expired = await retention.expire()
    assert (expired.entries, expired.below, expired.kept) == (1, 2, 1)
    assert len([row for row in await read(RECORD) if row.kind != EXPIRY]) == 1
    assert await is_whole(store)


async def test_nothing_goes_a_moment_before_its_five_years_are_over(
    *, keep: Keep, retention: Retention, store: Store, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    await keep(LIMIT + timedelta(milliseconds=50), entry(line("uscc:1")))
    assert (await retention.expire()).entries == 0
    if store.address.is_postgresql:
        async with store.engine.begin() as connection:
            asked = text("SELECT audit_expire(1000000, 1000, clock_timestamp())")
            assert (await connection.execute(asked)).scalar_one() == 0
    assert len(await read(RECORD)) == 1
    assert await heads(read, EXPIRY) == []


async def test_what_was_never_sealed_is_not_deleted(
    keep: Keep, retention: Retention, entry: MakeEntry, read: ReadTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unsealed(_: Store) -> None:
        return None

    monkeypatch.setattr(f"{__name__}.seal", unsealed)
    await keep(OLD, entry())
    assert (await retention.expire()).entries == 0
    assert len(await read(RECORD)) == 1


@pytest.mark.parametrize("what", ["subject", "receipt", "period"])
async def test_what_is_held_stays_until_it_is_released(
    *,
    keep: Keep,
    retention: Retention,
    store: Store,
    append: Append,
    keys: Secrets,
    entry: MakeEntry,
    line: MakeLine,
    read: ReadTable,
    what: str,
) -> None:
    receipts = await keep(OLD, *(entry(line(f"uscc:{n % 2}")) for n in range(4)))
    holds = Holds(store, Pseudonyms(keys.pseudonym), append)
    ways: dict[str, dict[str, Any]] = {
        "subject": {"subject_id": "uscc:1"},
        "receipt": {"place": (receipts[1].stream, receipts[1].seq)},
        "period": {"period": (OLD, OLD + timedelta(minutes=1))},
    }
    named = ways[what]
    number = await holds.place(Hold("a criminal case", "刑事诉讼法第54条", **named), "officer Wang")
    expired = await retention.expire()
    left = {"subject": 2, "receipt": 1, "period": 4}[what]
    assert (expired.entries, expired.kept if expired.entries else 4) == (4 - left, left)
    assert len([row for row in await read(RECORD) if row.at < LIMIT]) == left
    assert await is_whole(store)
    await holds.release(number, "the case is closed", "officer Wang")
    assert (await retention.expire()).entries == left
    assert [row for row in await read(RECORD) if row.at < LIMIT] == []
    assert await is_whole(store)
    assert [about["article"] for about in await heads(read, HOLD)] == ["刑事诉讼法第54条"]
    assert await heads(read, RELEASE) == [{"hold": number}]
    (held,) = await holds.all()
    assert held.released_at is not None


@pytest.mark.parametrize(
    "hold",
    [
        Hold("", "x", subject_id="uscc:1"),
        Hold("x", " ", subject_id="uscc:1"),
        Hold("x", "x"),
        Hold("x", "x", subject_id="uscc:1", place=(1, 1)),
    ],
)
async def test_a_hold_needs_a_reason_an_article_and_one_thing_to_hold(
    store: Store, append: Append, read: ReadTable, hold: Hold
) -> None:
    with pytest.raises(StartRefused):
        await Holds(store, Pseudonyms(b"p" * 32), append).place(hold, "officer Wang")
    assert (await read(HOLDS), await read(RECORD)) == ([], [])


async def test_only_a_hold_in_force_is_released(store: Store, append: Append) -> None:
    with pytest.raises(StartRefused):
        await Holds(store, Pseudonyms(b"p" * 32), append).release(1, "a reason", "officer Wang")


async def test_an_expiry_that_was_stopped_after_it_was_announced_is_gone_on_with(
    *,
    keep: Keep,
    retention: Retention,
    store: Store,
    entry: MakeEntry,
    read: ReadTable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await keep(OLD, *(entry() for _ in range(4)))

    async def stopped(*_: object) -> None:
        raise OSError(5, "the power went out")

    with monkeypatch.context() as patch:
        patch.setattr(retention, "_delete", stopped)
        with pytest.raises(NotExpired):
            await retention.expire()
    assert len(await read(RECORD)) == 5
    assert await is_whole(store)
    assert (await retention.expire()).entries == 4
    assert await is_whole(store)


async def test_without_an_entry_about_it_nothing_is_deleted(
    keep: Keep,
    store: Store,
    keys: Secrets,
    entry: MakeEntry,
    read: ReadTable,
) -> None:
    await keep(OLD, entry())

    async def refused(_: Entry) -> Receipt:
        raise AuditUnavailable

    with pytest.raises(AuditUnavailable):
        await Retention(store, keys, refused).expire()
    assert len(await read(RECORD)) == 1


async def test_a_month_of_which_nothing_is_left_is_dropped_and_its_key_destroyed(
    *,
    keep: Keep,
    retention: Retention,
    store: Store,
    keys: Secrets,
    entry: MakeEntry,
    line: MakeLine,
    read: ReadTable,
) -> None:
    month = EARLIER_MONTH.date().replace(day=1)
    partition = f"audit_record_{month:%Y_%m}"
    if store.address.is_postgresql:
        async with store.engine.begin() as connection:
            for table in ("audit_record", "audit_subject", "audit_paper"):
                bounds = f"FROM ('{month} 00:00+08') TO ('{LIMIT.replace(day=1)}')"
                await connection.execute(
                    text(f"CREATE TABLE {table}_{month:%Y_%m} PARTITION OF {table} FOR VALUES {bounds}")
                )
    await keep(EARLIER_MONTH, entry(line("uscc:1")))
    await keep(YOUNG, entry(line("uscc:1")))
    number = keys.month_key(month)[0]
    expired = await retention.expire()
    assert expired.months == (month,)
    assert keys.destroyed == [number]
    assert {row.key_id for row in await read(KEY) if row.destroyed_at is not None} == {number}
    if store.address.is_postgresql:
        async with store.engine.connect() as connection:
            there = (await connection.execute(text(f"SELECT to_regclass('{partition}')"))).scalar_one()
        assert there is None
    assert (await retention.expire()).months == ()
    assert await is_whole(store)


async def test_a_held_entry_keeps_its_months_key(
    *,
    keep: Keep,
    retention: Retention,
    store: Store,
    append: Append,
    keys: Secrets,
    entry: MakeEntry,
) -> None:
    first, _ = await keep(EARLIER_MONTH, entry(), entry())
    holds = Holds(store, Pseudonyms(keys.pseudonym), append)
    await holds.place(Hold("a case", "Art. 54", place=(first.stream, first.seq)), "officer Wang")
    assert (await retention.expire()).entries == 1
    assert keys.destroyed == []


async def test_nothing_expires_by_a_clock_that_is_not_the_databases(
    *,
    keep: Keep,
    retention: Retention,
    store: Store,
    entry: MakeEntry,
    read: ReadTable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not store.address.is_postgresql:
        return  # a file has no clock of its own
    await keep(YOUNG, entry())
    monkeypatch.setattr(expire, "datetime", clock_at(datetime.now(UTC) + timedelta(days=2)))
    with pytest.raises(NotExpired, match="clock"):
        await retention.expire()
    async with store.engine.connect() as connection:
        for ahead in ("2 minutes", "-2 minutes"):
            asked = text(f"SELECT audit_expire(1000, 1000, clock_timestamp() + interval '{ahead}')")
            with pytest.raises(DBAPIError) as refused:
                await connection.execute(asked)
            assert getattr(refused.value.orig, "sqlstate", None) == functions.CLOCKS_DIFFER
            await connection.rollback()
    assert len(await read(RECORD)) == 1


async def test_a_clock_that_was_set_while_the_gateway_ran_expires_nothing(
    *,
    keep: Keep,
    retention: Retention,
    store: Store,
    entry: MakeEntry,
    read: ReadTable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await keep(OLD, entry())
    keeping = Keeping(store, retention)
    await keeping.close()  # before its own first round: the one round below is the only one
    monkeypatch.setattr("gateway.audit.retention.keeping.time.time", lambda: 4e9)
    await keeping.go_round()
    assert len(await read(RECORD)) == 1
    assert ("audit_keeping_failures", 1) in [(name, value) for name, _, value in keeping.figures()]


async def test_the_running_gateway_makes_months_and_says_when_rows_have_none(
    *,
    keep: Keep,
    retention: Retention,
    store: Store,
    entry: MakeEntry,
    line: MakeLine,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if not store.address.is_postgresql:
        return  # a file has no months
    ahead = date.today().replace(day=1) + timedelta(days=70)  # noqa: DTZ011 (any day will do)
    month = f"{ahead:%Y_%m}"
    async with store.engine.begin() as connection:
        for table in ("audit_record", "audit_subject", "audit_paper"):
            await connection.execute(text(f"DROP TABLE {table}_{month}"))
    await keep(YOUNG, entry(line("uscc:1")))
    keeping = Keeping(store, retention)
    with caplog.at_level(logging.CRITICAL):
        await keeping.go_round()
    await keeping.close()
    async with store.engine.connect() as connection:
        there = text(f"SELECT to_regclass('audit_record_{month}'), to_regclass('audit_paper_{month}')")
        assert None not in (await connection.execute(there)).one()
    assert "rows of the trail lie in no month" in caplog.text
    assert ("audit_unplaced_rows", 3) in [(name, value) for name, _, value in keeping.figures()]


async def test_rows_that_came_before_their_month_was_made_are_moved_there(
    store: Store, trail: Trail, entry: MakeEntry, line: MakeLine
) -> None:
    if not store.address.is_postgresql:
        return  # a file has no months
    month = f"{datetime.now(ZONE):%Y_%m}"
    async with store.engine.begin() as connection:
        for table in ("audit_record", "audit_subject", "audit_paper"):
            await connection.execute(text(f"DROP TABLE {table}_{month}"))
    receipt = await trail.append(entry(line("uscc:1")))
    async with store.engine.begin() as connection:
        assert (await connection.execute(text("SELECT audit_add_months(3)"))).scalar_one() == 3
    async with store.engine.connect() as connection:
        found = (await connection.execute(text(f"SELECT stream, seq FROM audit_record_{month}"))).all()  # noqa: S608 (ours)
    assert found == [(receipt.stream, receipt.seq)]
    assert (await trail.append(entry(line("uscc:1")))).nth == {"uscc:1": 2}
    assert await is_whole(store)


async def test_an_entry_that_comes_while_its_month_is_made_is_kept(
    store: Store, trail: Trail, entry: MakeEntry, line: MakeLine
) -> None:
    if not store.address.is_postgresql:
        return  # a file has no months
    await trail.append(entry(line("uscc:1")))
    month = f"{datetime.now(ZONE):%Y_%m}"
    waits = text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'audit_record_rest'::regclass)")
    async with store.engine.begin() as connection:
        for table in ("audit_record", "audit_subject", "audit_paper"):
            await connection.execute(text(f"DROP TABLE {table}_{month}"))
    async with store.engine.connect() as maker, store.engine.connect() as looker:
        await maker.execute(text("SELECT audit_add_months(3)"))
        entering = asyncio.ensure_future(trail.append(entry(line("uscc:1"))))
        async with asyncio.timeout(5):
            while not (await looker.execute(waits)).scalar():
                await looker.rollback()
        await maker.commit()
        assert (await entering).nth == {"uscc:1": 2}
    async with store.engine.connect() as connection:
        assert (await connection.execute(text(UNPLACED))).scalar() == 0


async def test_months_are_made_in_one_schema_while_they_are_in_another(store: Store, postgres_url: str) -> None:
    if not store.address.is_postgresql:
        return  # a file has no months
    month = f"{datetime.now(ZONE):%Y_%m}"
    elsewhere: Any = await asyncpg.connect(postgres_url)
    try:
        await elsewhere.fetchval("SELECT pg_advisory_lock(20170082), pg_advisory_lock(20170082, hashtext('another'))")
        async with store.engine.begin() as connection:
            await connection.execute(text(f"DROP TABLE audit_paper_{month}"))
            assert (await connection.execute(text("SELECT audit_add_months(3)"))).scalar_one() == 1
    finally:
        await elsewhere.close()


@pytest.mark.parametrize(("created", "purgeable"), VECTORS)
def test_the_laws_vectors_hold(created: str, purgeable: str) -> None:
    day, first = (datetime.fromisoformat(each).replace(tzinfo=ZONE) for each in (created, purgeable))
    last_moment = day + timedelta(days=1) - timedelta(microseconds=1)
    assert kept_from(first) > last_moment
    assert kept_from(first - timedelta(microseconds=1)) <= day


@pytest.mark.parametrize(("created", "purgeable"), VECTORS)
async def test_the_laws_vectors_hold_in_the_database_as_well(store: Store, created: str, purgeable: str) -> None:
    if not store.address.is_postgresql:
        return  # there the code decides
    async with store.engine.begin() as connection:
        (body,) = [
            each
            for each in functions._FUNCTIONS.read_text(encoding="utf-8").split("\n\n\n")  # noqa: SLF001 (the tests' own look)
            if "FUNCTION audit_kept_from" in each
        ]
        kept = []
        for now in (
            f"'{purgeable} 00:00+08'::timestamptz",
            f"'{purgeable} 00:00+08'::timestamptz - interval '1 microsecond'",
        ):
            await connection.exec_driver_sql(body.replace("clock_timestamp()", f"({now})"))
            kept.append((await connection.execute(text("SELECT audit_kept_from()"))).scalar_one())
        await connection.rollback()
    day = datetime.fromisoformat(created).replace(tzinfo=ZONE)
    assert kept[0] >= day + timedelta(days=1)
    assert kept[1] <= day


async def test_the_database_and_the_gateway_mean_the_same_day(store: Store) -> None:
    if not store.address.is_postgresql:
        return  # as above
    async with store.engine.connect() as connection:
        theirs = (await connection.execute(text("SELECT audit_kept_from()"))).scalar_one()
    assert theirs in (LIMIT, kept_from(datetime.now(UTC)))
