"""The trail is looked at in parts, of time or by several processes, and what is found is what one look would find."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.audit.head import canonical, leaf_of
from gateway.audit.verification import Range, Trust, verify_snapshot, verify_trail
from gateway.audit.verification.findings import Findings
from gateway.audit.verification.pieces import Piece, join_pieces
from gateway.audit.verification.snapshot import SqliteSnapshot
from gateway.store import open_store
from tests.gateway.audit.verification.small_trail import SIGNER, Forger, build, found

TRUST = Trust((SIGNER.reader.vkey,))
A_MONTH = timedelta(days=31) // timedelta(microseconds=1)


async def moved(forger: Forger, first: int, end: int, by: int) -> None:
    """Let some entries of the first stream have been written that much later, the log being of them as they are."""
    rows = "SELECT seq, at FROM audit_record WHERE stream = 1 AND seq >= $1 AND seq < $2 ORDER BY seq"
    for seq, at in await forger.snapshot.rows(rows, first, end):
        head = canonical(await forger.head(1, seq) | {"at": at + by})
        await forger.do(
            "UPDATE audit_record SET at = $2, head = $3, leaf = $4 WHERE stream = 1 AND seq = $1",
            seq, at + by, head, leaf_of(head),
        )  # fmt: skip
        await forger.do("UPDATE audit_subject SET at = $2 WHERE stream = 1 AND seq = $1", seq, at + by)
    await forger.rechain(1)
    await forger.rebuild_tiles()
    await forger.resign(SIGNER)


@pytest.mark.parametrize("end", [517, 300])
async def test_a_stream_over_the_end_of_a_month_is_one_also_where_the_clock_was_set_back(
    forger: Forger, end: int
) -> None:
    await moved(forger, 200, end, A_MONTH)
    report = await verify_snapshot(forger.snapshot, TRUST, Range())
    assert (found(report.findings), report.entries, report.log_size) == ([], 1274, 1274)


async def test_what_is_missing_where_a_month_ends_is_named(forger: Forger) -> None:
    await moved(forger, 200, 300, A_MONTH)
    for table in ("record", "subject"):
        await forger.do(f"DELETE FROM audit_{table} WHERE stream = 1 AND seq >= 198 AND seq < 202")
    kinds = found((await verify_snapshot(forger.snapshot, TRUST, Range())).findings)
    assert ("missing", "audit_record stream 1 seq 198 to 201") in kinds


async def test_a_chain_that_breaks_where_a_month_ends_is_named(forger: Forger) -> None:
    await moved(forger, 200, 300, A_MONTH)
    await forger.put_head(1, 199, await forger.head(1, 199) | {"nspans": 999})
    kinds = found((await verify_snapshot(forger.snapshot, TRUST, Range())).findings)
    assert ("chain", "audit_record stream 1 seq 200") in kinds
    assert ("log", "log index 199") not in kinds
    assert [kind for kind, _ in kinds].count("log") == 1


@pytest.fixture
def runs() -> Iterator[SqliteSnapshot]:
    """Give a log in which ten entries of one stream stand."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE audit_stream (id)")
        connection.execute("CREATE TABLE audit_run (first_index, stream, first_seq, n)")
        connection.execute("INSERT INTO audit_stream VALUES (1)")
        connection.execute("INSERT INTO audit_run VALUES (50, 1, 0, 10)")
        yield SqliteSnapshot(connection)


@pytest.mark.parametrize(
    ("pieces", "floor", "names"),
    [
        ([Piece(1, 0, 10, "", "z")], 0, []),
        ([Piece(1, 6, 10, "f", "z"), Piece(1, 0, 2, "", "b"), Piece(1, 2, 6, "b", "f")], 0, []),
        ([Piece(1, 0, 12, "", "z")], 0, []),
        ([Piece(1, 0, 5, "", "e"), Piece(1, 5, 10, "x", "z")], 0, [("chain", "seq 5")]),
        ([Piece(1, 0, 5, "", "e"), Piece(1, 5, 10, None, "z")], 0, []),
        ([Piece(1, 0, 5, "", "e"), Piece(1, 7, 10, "x", "z")], 0, [("missing", "seq 5 to 6")]),
        ([Piece(1, 0, 5, "", "e"), Piece(1, 7, 10, "x", "z")], 56, [("missing", "seq 6")]),
        ([Piece(1, 0, 5, "", "e"), Piece(1, 7, 10, "x", "z")], 57, []),
        ([Piece(1, 1, 10, "a", "z")], 0, [("missing", "seq 0")]),
        ([Piece(1, 0, 9, "", "y")], 0, [("missing", "seq 9")]),
        ([Piece(1, 0, 10, "", "z"), Piece(1, 3, 5, "c", "e")], 0, [("inserted", "seq 3 to 4")]),
        ([Piece(1, 0, 6, "", "f"), Piece(1, 5, 10, "e", "z")], 0, [("inserted", "seq 5")]),
        ([], 0, [("missing", "seq 0 to 9")]),
    ],
)
async def test_pieces_are_joined_in_whatever_order_they_come(
    runs: SqliteSnapshot, pieces: list[Piece], floor: int, names: list[tuple[str, str]]
) -> None:
    findings = Findings()
    await join_pieces(runs, pieces, floor, findings, whole=True)
    assert found(findings.listed) == [(kind, f"audit_record stream 1 {row}") for kind, row in names]


async def test_several_processes_find_what_one_does(postgres_schema: str, tmp_path: Path) -> None:
    small = await build(postgres_schema, tmp_path / "anchors")
    trust = Trust((SIGNER.reader.vkey,), small.anchors)
    heard: list[tuple[str, int, int | None]] = []
    report = await verify_trail(small.address, trust, Range(), lambda *told: heard.append(told), 2)
    assert (report.findings, report.entries, report.anchored) == ((), 1274, 6)
    assert max(done for what, done, _ in heard if what == "entries") == 1274
    store = open_store(postgres_schema)
    async with store.engine.begin() as connection:
        for change in (
            "UPDATE audit_record SET purpose = 'RESEARCH' WHERE stream = 1 AND seq = 40",
            "DELETE FROM audit_subject WHERE stream = 2 AND seq = 8",
            "UPDATE audit_tally SET n = n + 1 WHERE organisation = ''",
            "DELETE FROM audit_record WHERE stream = 3 AND seq = 9",
        ):
            await connection.exec_driver_sql(change)
    await store.close()
    by_one, by_two = await asyncio.gather(
        verify_trail(small.address, trust, Range()), verify_trail(small.address, trust, Range(), None, 2)
    )
    assert by_two.findings == by_one.findings
    assert {each.kind for each in by_two.findings} == {"column", "line", "tally", "missing"}
