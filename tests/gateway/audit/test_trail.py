"""What the trail promises on every engine (Art. 19)."""

import asyncio
import hashlib
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import Table, text

from gateway.audit import AuditUnavailable, Entry, Keys, Receipt, SubjectLine, Trail, open_trail, pseudonyms
from gateway.audit.body import answer_digest, unseal
from gateway.audit.entry import read_opaque
from gateway.audit.pending import EVERYBODY
from gateway.store import Store, migrate, open_store
from gateway.store.tables import KEY, PAPER_LINE, RECORD, SHAPE, STREAM, SUBJECT, TALLY
from schema.disclosure import Outcome, Standing
from schema.line_shapes import LineShape, Ruling, digest_of

MakeLine = Callable[..., SubjectLine]
MakeEntry = Callable[..., Entry]
ReadTable = Callable[[Table], Awaitable[Sequence[Any]]]


async def test_200_parallel_queries_of_one_subject_are_numbered_without_a_gap(
    trail: Trail, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    before = [await trail.append(entry(line("uscc:1"))) for _ in range(3)]
    receipts = await asyncio.gather(*(trail.append(entry(line("uscc:1"))) for _ in range(200)))
    assert [receipt.nth["uscc:1"] for receipt in before] == [1, 2, 3]
    assert sorted(receipt.nth["uscc:1"] for receipt in receipts) == list(range(4, 204))
    assert await trail.query_count(["uscc:1", "uscc:2"]) == {"uscc:1": 203, "uscc:2": 0}
    assert sorted(row.nth for row in await read(SUBJECT)) == list(range(1, 204))


async def test_each_organisations_queries_of_a_subject_are_numbered_without_a_gap_as_well(
    trail: Trail, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    askers = ["TAX", "COURT", ""] * 40
    await asyncio.gather(
        *(trail.append(entry(line("uscc:1"), organisation=each, person=f"of {each}")) for each in askers),
        *(trail.append(entry(line("uscc:2"))) for _ in range(5)),
    )
    of = {(row.stream, row.seq): row.organisation for row in await read(RECORD)}
    numbered: dict[tuple[bytes, str], list[int]] = {}
    for row in await read(SUBJECT):
        numbered.setdefault((row.subject_key, of[row.stream, row.seq]), []).append(row.nth_of_organisation)
    assert sorted(map(len, numbered.values())) == [5, 40, 40, 40]
    assert all(sorted(each) == list(range(1, len(each) + 1)) for each in numbered.values())
    tallies = sorted((row.n, len(row.organisation)) for row in await read(TALLY))
    assert tallies == [(5, 0), (5, 3), (40, 3), (40, 5), (40, 32), (120, 0)]


async def test_lines_are_found_by_what_was_decided_on_a_coordinate_without_a_key(
    trail: Trail, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    other = LineShape([Ruling("TaxArrears.taxType", "A", "ALLOWED", article="15(1)")], ["LegalPerson.taxArrears"])
    await trail.append(entry(line("uscc:1"), line("uscc:2", shape=other)))
    await trail.append(entry(line("uscc:3", shape=other)))
    shapes: dict[bytes, list[Ruling]] = {}
    for row in sorted(await read(SHAPE), key=lambda row: int(row.position)):
        ruling = Ruling(row.coordinate, row.tier, row.decision, row.missing_paper, row.article)
        shapes.setdefault(row.digest, []).append(ruling)
    assert {digest_of(rows): rows for rows in shapes.values()} == shapes
    assert tuple(shapes[other.digest]) == (*other.rulings, Ruling("LegalPerson.taxArrears", "", "COUNTED"))
    withheld = [digest for digest, rows in shapes.items() if any(each.decision == "TIER_FORBIDDEN" for each in rows)]
    lines = await read(SUBJECT)
    assert len([row for row in lines if row.shape == other.digest]) == 2
    assert [row.seq for row in lines if row.shape in withheld] == [0]


async def test_an_answer_is_recognised_by_who_holds_the_months_key_alone(
    trail: Trail, keys: Keys, entry: MakeEntry, read: ReadTable
) -> None:
    await trail.append(entry(response_digest=hashlib.sha256(b"the answer").digest()))
    (row,) = await read(RECORD)
    kept = orjson.loads(row.head)["answer"]
    assert kept == answer_digest(b"the answer", keys.month_key(row.at)[1]).hex()
    assert kept != answer_digest(b"another", keys.month_key(row.at)[1]).hex()
    assert kept != answer_digest(b"the answer", b"x" * 32).hex()
    assert hashlib.sha256(b"the answer").hexdigest() not in str(row)


async def test_two_trails_on_one_database_share_the_count(
    trail: Trail, other_trail: Trail, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    both = entry(line("uscc:1"), line("uscc:2")), entry(line("uscc:2"), line("uscc:1"))
    await asyncio.gather(*(each.append(both[n % 2]) for n in range(50) for each in (trail, other_trail)))
    assert await trail.query_count(["uscc:1", "uscc:2"]) == {"uscc:1": 100, "uscc:2": 100}
    rows = await read(RECORD)
    for stream in {row.stream for row in rows}:
        places = sorted(row.seq for row in rows if row.stream == stream)
        assert places == list(range(len(places)))


async def test_two_subjects_get_two_lines_under_one_receipt(
    trail: Trail, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    receipt = await trail.append(entry(line("uscc:1"), line("uscc:2", tier="C")))
    lines = await read(SUBJECT)
    assert receipt.nth == {"uscc:1": 1, "uscc:2": 1}
    assert len({row.subject_key for row in lines}) == 2
    assert {(row.stream, row.seq) for row in lines} == {(receipt.stream, receipt.seq)}
    assert sorted(row.tier for row in lines) == [2, 3]
    assert [row.tier for row in await read(RECORD)] == [3]


async def test_an_operation_about_no_subject_has_its_entry_too(trail: Trail, entry: MakeEntry, read: ReadTable) -> None:
    receipt = await trail.append(entry())
    (record,) = await read(RECORD)
    assert (record.stream, record.seq, record.tier) == (receipt.stream, receipt.seq, 0)
    assert receipt.nth == {}
    assert await read(SUBJECT) == []


@pytest.mark.parametrize(
    "case",
    [
        ({"outcome": Outcome.DENIED, "counted": False, "tier": ""}, "denied"),
        ({"outcome": Outcome.DENIED, "counted": True, "tier": ""}, "denied"),
        ({"standing": Standing.PUBLIC, "counted": False, "tier": "A"}, "viewed"),
        ({"standing": Standing.SELF, "counted": False}, "own"),
        ({"outcome": Outcome.NOT_FOUND, "counted": True, "tier": ""}, None),
        ({"outcome": Outcome.FAILED, "counted": True, "tier": ""}, None),
    ],
)
async def test_what_was_not_disclosed_to_another_does_not_raise_the_count(
    trail: Trail, entry: MakeEntry, line: MakeLine, read: ReadTable, case: tuple[dict[str, Any], str | None]
) -> None:
    changes, lane = case
    await trail.append(entry(line("uscc:1")))
    receipt = await trail.append(entry(line("uscc:1", **changes)))
    counted = await trail.append(entry(line("uscc:1")))
    assert receipt.nth == {}
    assert counted.nth == {"uscc:1": 2}
    (tally,) = [row for row in await read(TALLY) if row.organisation == EVERYBODY]
    assert {name: getattr(tally, name) for name in ("n", "denied", "viewed", "own")} == {
        "n": 2,
        **{name: int(name == lane) for name in ("denied", "viewed", "own")},
    }


async def test_the_head_hashes_to_the_leaf_and_names_the_one_before(
    trail: Trail, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    receipts = [await trail.append(entry(line(f"uscc:{n}"))) for n in range(3)]
    rows = sorted(await read(RECORD), key=lambda row: int(row.seq))
    before = ""
    for receipt, row in zip(receipts, rows, strict=True):
        head = orjson.loads(row.head)
        assert row.leaf == receipt.leaf == hashlib.sha256(b"\x00" + row.head).digest()
        assert orjson.dumps(head, option=orjson.OPT_SORT_KEYS) == row.head
        assert head["prev"] == before
        assert (head["stream"], head["seq"]) == (row.stream, row.seq) == (receipt.stream, receipt.seq)
        assert head["sealed"] == hashlib.sha256(row.sealed).hexdigest()
        assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=head["at"]) == row.at
        assert (head["viewer"], head["organisation"], head["way"]) == (row.viewer_key.hex(), row.organisation, row.way)
        assert (head["purpose"], head["outcome"], head["tier"]) == (row.purpose, row.outcome, row.tier)
        before = row.leaf.hex()
    columns = [
        (row.seq, row.subject_key.hex(), row.nth, row.nth_of_organisation, row.outcome, row.tier, row.shape.hex())
        for row in await read(SUBJECT)
    ]
    heads = [(row.seq, orjson.loads(row.head)) for row in rows]
    told = [(seq, *line[:5], head["shapes"][line[5]]) for seq, head in heads for line in head["subjects"]]
    assert sorted(told) == sorted(columns)
    papers = sorted((row.seq, row.paper) for row in await read(PAPER_LINE))
    assert papers == [(seq, paper) for seq, head in heads for paper in head["papers"]]
    assert {row.kind for row in rows} == {head["kind"] for _, head in heads}


async def test_the_body_tells_who_why_and_which_fields_to_the_holder_of_the_key_alone(
    trail: Trail, keys: Keys, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    receipt = await trail.append(entry(line("uscc:1"), line("uscc:2")))
    (row,) = await read(RECORD)
    (known,) = await read(KEY)
    assert known.key_id == row.key_id
    body = orjson.loads(unseal(row.sealed, receipt.stream, receipt.seq, keys.month_key(known.month)[1]))
    assert (body["person"], body["purpose"], body["purposeText"]) == ("officer Zhang", "LICENSING", "食品经营许可审查")
    assert body["subjects"] == [
        ["uscc:1", "DUTY", "15(2)", "DISCLOSED", "B", True, "DEMO-LETTER-TAX", 0, [4, 3]],
        ["uscc:2", "DUTY", "15(2)", "DISCLOSED", "B", True, "DEMO-LETTER-TAX", 0, [4, 3]],
    ]
    assert body["spans"] == [["fetch TAX", 1000, 250, [["rows", 7]]]]
    with pytest.raises(InvalidTag):
        unseal(row.sealed, receipt.stream, receipt.seq + 1, keys.month_key(known.month)[1])


async def test_nothing_outside_the_sealed_body_tells_who_asked_about_whom(
    trail: Trail, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    await trail.append(entry(line("rid:canary-110101")))
    stored = [repr(row) for table in (STREAM, RECORD, SUBJECT, TALLY, KEY) for row in await read(table)]
    for secret in ("canary", "officer Zhang", "食品"):
        assert not any(secret in text or repr(secret.encode())[2:-1] in text for text in stored)


async def test_two_lines_about_one_subject_in_one_entry_are_a_mistake(
    trail: Trail, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    with pytest.raises(ValueError, match="one line about each subject"):
        await trail.append(entry(line("uscc:1"), line("uscc:1")))
    assert await read(RECORD) == []


async def test_text_that_is_no_unicode_is_kept_all_the_same(
    trail: Trail, keys: Keys, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    receipt = await trail.append(entry(line("uscc:1"), purpose_text="half \ud83d", person="\ud83d"))
    (row,) = await read(RECORD)
    body = orjson.loads(
        unseal(row.sealed, receipt.stream, receipt.seq, keys.month_key(row.at)[1]).replace(b"\\ud83d", b"?")
    )
    assert body["purposeText"] == "half ?"


async def test_an_entry_that_the_database_refuses_takes_no_other_with_it(
    trail: Trail, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    entries = [entry(line("uscc:1"), organisation="TA\ud83dX" if number == 5 else "TAX") for number in range(12)]
    results = await asyncio.gather(*(trail.append(each) for each in entries), return_exceptions=True)
    assert [number for number, each in enumerate(results) if isinstance(each, AuditUnavailable)] == [5]
    kept = [each for each in results if isinstance(each, Receipt)]
    assert sorted(receipt.nth["uscc:1"] for receipt in kept) == list(range(1, 12))
    assert len(await read(RECORD)) == 11


async def test_an_asker_who_left_is_recorded_all_the_same(
    trail: Trail, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    asked = asyncio.ensure_future(trail.append(entry(line("uscc:1"))))
    await asyncio.sleep(0)
    asked.cancel()
    assert (await trail.append(entry(line("uscc:1")))).nth == {"uscc:1": 2}
    assert len(await read(RECORD)) == 2


async def test_closing_writes_what_waits_and_takes_no_more(
    store: Store, keys: Keys, entry: MakeEntry, line: MakeLine, read: ReadTable
) -> None:
    trail = await open_trail(store, keys)
    waiting = [asyncio.ensure_future(trail.append(entry(line("uscc:1")))) for _ in range(20)]
    await asyncio.sleep(0)
    await trail.close()
    assert sorted(receipt.seq for receipt in await asyncio.gather(*waiting)) == list(range(20))
    assert len(await read(RECORD)) == 20
    with pytest.raises(AuditUnavailable):
        await trail.append(entry())


async def test_a_refusal_says_503_and_when_to_ask_again(store: Store, keys: Keys, entry: MakeEntry) -> None:
    trail = await open_trail(store, keys)
    await trail.close()
    with pytest.raises(AuditUnavailable) as refused:
        await trail.append(entry())
    assert (refused.value.code, refused.value.status) == ("AUDIT_UNAVAILABLE", 503)
    assert getattr(refused.value, "retry_after", None) == 1


async def test_without_tables_every_answer_is_refused_within_the_deadline(
    url: str, keys: Keys, entry: MakeEntry
) -> None:
    store = open_store(url)
    trail = await open_trail(store, keys, deadline_s=0.3)
    begun = time.monotonic()
    with pytest.raises(AuditUnavailable):
        await trail.append(entry())
    assert time.monotonic() - begun < 0.8
    with pytest.raises(AuditUnavailable):
        await trail.query_count(["uscc:1"])
    await trail.close()
    await store.close()


async def test_a_locked_file_refuses_answers_in_time_and_heals(
    sqlite_url: str, keys: Keys, entry: MakeEntry, line: MakeLine
) -> None:
    await migrate(sqlite_url)
    store = open_store(sqlite_url)
    trail = await open_trail(store, keys, deadline_s=0.3)
    await trail.append(entry(line("uscc:1")))
    path = store.address.path
    assert path is not None
    intruder = sqlite3.connect(path, isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    with pytest.raises(AuditUnavailable):
        await trail.append(entry(line("uscc:1")))
    assert time.monotonic() - begun < 0.8
    intruder.execute("ROLLBACK")
    intruder.close()
    healed = None
    while healed is None:
        try:
            healed = await trail.append(entry(line("uscc:1")))
        except AuditUnavailable:
            assert time.monotonic() - begun < 10
    assert healed.nth["uscc:1"] in {2, 3}
    await trail.close()
    await store.close()


async def test_a_commit_that_fails_refuses_the_answer(sqlite_url: str, keys: Keys, entry: MakeEntry) -> None:
    await migrate(sqlite_url)
    store = open_store(sqlite_url)
    async with store.engine.begin() as connection:
        for statement in (
            "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
            "CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TRIGGER orphan AFTER INSERT ON audit_record BEGIN INSERT INTO child VALUES (1); END",
        ):
            await connection.execute(text(statement))
    trail = await open_trail(store, keys)
    with pytest.raises(AuditUnavailable, match="COMMIT failed"):
        await trail.append(entry())
    async with store.engine.begin() as connection:
        await connection.execute(text("DROP TRIGGER orphan"))
    assert (await trail.append(entry())).stream == 2
    await trail.close()
    await store.close()


def test_the_same_subject_has_the_same_keyed_name_however_many_were_named_between(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pseudonyms, "_REMEMBERED", 2)
    names = pseudonyms.Pseudonyms(b"p" * 32)
    first = [names.subject("1"), names.viewer("TAX", "1")]
    between = [names.subject(str(n)) for n in range(2, 9)] + [names.viewer("TAX", str(n)) for n in range(2, 9)]
    assert [names.subject("1"), names.viewer("TAX", "1")] == first
    assert len({*first, *between}) == 16
    assert names.viewer("TA", "X1") != names.viewer("TAX", "1")
    assert pseudonyms.Pseudonyms(b"q" * 32).subject("1") != first[0]


def test_an_opaque_receipt_is_read_by_the_holder_of_the_key_alone() -> None:
    receipt = Receipt(7, 123_456, bytes(range(32)))
    opaque = receipt.opaque(b"k" * 32)
    assert read_opaque(opaque, b"k" * 32) == (7, 123_456, bytes(range(16)))
    assert read_opaque(opaque, b"x" * 32) is None
    assert read_opaque("not a receipt", b"k" * 32) is None
    assert str(receipt.seq) not in opaque
    assert opaque != Receipt(7, 123_457, bytes(range(32))).opaque(b"k" * 32)
