"""Kinds of tampering, each done to a real trail, each found by verification with the row named (R19.10)."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from gateway.audit.seal.notes import Signer
from gateway.audit.verification import Range, Report, Trust, verify_snapshot
from tests.gateway.audit.verification.small_trail import ORIGIN, SIGNER, Forger, SmallTrail, found

Deed = Callable[[Forger], Awaitable[None]]
VKEY = SIGNER.reader.vkey
THIEF = Signer(ORIGIN, b"t" * 32)
WHOLE = Range()


async def verified(forger: Forger, anchors: Path | None = None, among: Range = WHOLE) -> Report:
    """Verify what the forger's transaction sees, trusting the true key."""
    return await verify_snapshot(forger.snapshot, Trust((VKEY,), anchors), among)


async def head_edited(forger: Forger) -> None:
    await forger.unchecked()
    await forger.put_head(1, 40, await forger.head(1, 40) | {"purpose": "RESEARCH"}, leaf=False)


async def head_and_leaf_edited(forger: Forger) -> None:
    await forger.put_head(1, 40, await forger.head(1, 40) | {"purpose": "RESEARCH"})
    await forger.do("UPDATE audit_record SET purpose = 'RESEARCH' WHERE stream = 1 AND seq = 40")


async def last_entry_edited(forger: Forger) -> None:
    """There is no later entry whose chain would tell."""
    last = await forger.one("SELECT max(seq) FROM audit_record WHERE stream = 3")
    await forger.put_head(3, last, await forger.head(3, last) | {"nspans": 999})


async def stream_rehashed(forger: Forger) -> None:
    await head_and_leaf_edited(forger)
    await forger.rechain(1)


async def tiles_rebuilt(forger: Forger) -> None:
    await stream_rehashed(forger)
    await forger.rebuild_tiles()


async def resigned_with_another_key(forger: Forger) -> None:
    await tiles_rebuilt(forger)
    await forger.resign(THIEF)


async def key_exchanged(forger: Forger) -> None:
    await resigned_with_another_key(forger)
    await forger.do("UPDATE audit_log SET vkey = $1", THIEF.reader.vkey)


async def column_edited(forger: Forger) -> None:
    await forger.do("UPDATE audit_record SET organisation = 'COURT' WHERE stream = 2 AND seq = 7")


async def instant_edited(forger: Forger) -> None:
    at = await forger.one("SELECT at FROM audit_record WHERE stream = 2 AND seq = 8")
    await forger.do("UPDATE audit_record SET at = $1 WHERE stream = 2 AND seq = 8", at + 1)


async def sealed_edited(forger: Forger) -> None:
    await forger.do("UPDATE audit_record SET sealed = $1 WHERE stream = 2 AND seq = 9", b"nothing to see")


async def leaf_edited(forger: Forger) -> None:
    await forger.unchecked()
    await forger.do("UPDATE audit_record SET leaf = $1 WHERE stream = 2 AND seq = 10", bytes(32))


async def ordinal_edited(forger: Forger) -> None:
    await forger.do("UPDATE audit_subject SET nth = nth + 1000 WHERE stream = 1 AND seq = 1")


async def line_deleted(forger: Forger) -> None:
    await forger.do("DELETE FROM audit_subject WHERE stream = 1 AND seq = 2")


async def line_added(forger: Forger) -> None:
    await forger.do(
        "INSERT INTO audit_subject (subject_key, at, stream, seq, nth, nth_of_organisation, outcome, tier, shape)"
        " SELECT $1, at, stream, seq, 1, 1, 1, 1, (SELECT digest FROM audit_shape LIMIT 1)"
        " FROM audit_record WHERE stream = 1 AND seq = 2",
        b"n" * 16,
    )


async def line_moved(forger: Forger) -> None:
    await forger.do("UPDATE audit_subject SET subject_key = $1 WHERE stream = 1 AND seq = 4", b"n" * 16)


async def tally_lowered(forger: Forger) -> None:
    await forger.do(
        "UPDATE audit_tally SET n = n - 1 WHERE subject_key ="
        " (SELECT subject_key FROM audit_subject WHERE stream = 1 AND seq = 1)"
    )


async def tally_deleted(forger: Forger) -> None:
    await forger.do(
        "DELETE FROM audit_tally WHERE subject_key ="
        " (SELECT subject_key FROM audit_subject WHERE stream = 1 AND seq = 1)"
    )


async def denials_hidden(forger: Forger) -> None:
    await forger.do("UPDATE audit_tally SET denied = 0 WHERE denied > 0")


async def tile_edited(forger: Forger) -> None:
    hashes = await forger.one("SELECT hashes FROM audit_tile WHERE level = 0 AND n = 1")
    await forger.do("UPDATE audit_tile SET hashes = $1 WHERE level = 0 AND n = 1", bytes(32) + hashes[32:])


async def tile_shortened(forger: Forger) -> None:
    hashes = await forger.one("SELECT hashes FROM audit_tile WHERE level = 0 AND n = 2")
    await forger.do("UPDATE audit_tile SET hashes = $1 WHERE level = 0 AND n = 2", hashes[:-32])


async def tile_deleted(forger: Forger) -> None:
    await forger.do("DELETE FROM audit_tile WHERE level = 0 AND n = 1")


async def upper_tile_edited(forger: Forger) -> None:
    hashes = await forger.one("SELECT hashes FROM audit_tile WHERE level = 1 AND n = 0")
    await forger.do("UPDATE audit_tile SET hashes = $1 WHERE level = 1 AND n = 0", bytes(32) + hashes[32:])


async def upper_tile_deleted(forger: Forger) -> None:
    await forger.do("DELETE FROM audit_tile WHERE level = 1")


async def run_shifted(forger: Forger) -> None:
    await forger.do("UPDATE audit_run SET first_seq = first_seq + 1 WHERE first_index = 100")


async def run_deleted(forger: Forger) -> None:
    await forger.do("DELETE FROM audit_run WHERE first_index = 100")


async def checkpoint_root_edited(forger: Forger) -> None:
    await forger.do("UPDATE audit_checkpoint SET root = $1 WHERE size = 300", bytes(32))


async def checkpoint_note_edited(forger: Forger) -> None:
    note = await forger.one("SELECT note FROM audit_checkpoint WHERE size = 300")
    await forger.do("UPDATE audit_checkpoint SET note = $1 WHERE size = 300", note.replace("sealed 2", "sealed 1"))


async def checkpoint_deleted(forger: Forger) -> None:
    await forger.do("DELETE FROM audit_checkpoint WHERE size = 300")


async def entry_deleted(forger: Forger) -> None:
    await forger.do("DELETE FROM audit_record WHERE stream = 1 AND seq = 50")


async def entry_and_lines_deleted(forger: Forger) -> None:
    await entry_deleted(forger)
    await forger.do("DELETE FROM audit_subject WHERE stream = 1 AND seq = 50")


async def first_entries_deleted(forger: Forger) -> None:
    for table in ("record", "subject"):
        await forger.do(f"DELETE FROM audit_{table} WHERE stream = 1 AND seq < 10")


async def tail_deleted(forger: Forger) -> None:
    for table in ("record", "subject"):
        await forger.do(f"DELETE FROM audit_{table} WHERE stream = 2 AND seq >= 500")


async def stream_deleted(forger: Forger) -> None:
    for table in ("record", "subject"):
        await forger.do(f"DELETE FROM audit_{table} WHERE stream = 3")
    await forger.do("DELETE FROM audit_stream WHERE id = 3")


async def entry_inserted(forger: Forger) -> None:
    """Put a second entry of one number beside the true one, at another instant."""
    columns = "kind, viewer_key, organisation, way, purpose, outcome, tier, key_id, head, sealed, leaf"
    await forger.do(
        f"INSERT INTO audit_record (stream, seq, at, {columns})"
        f" SELECT stream, seq, $1, {columns} FROM audit_record WHERE stream = 1 AND seq = 60",
        await forger.one("SELECT at FROM audit_record WHERE stream = 1 AND seq = 60") + 1,
    )


async def stream_invented(forger: Forger) -> None:
    await forger.do("UPDATE audit_record SET stream = 99 WHERE stream = 1 AND seq = 61")


async def entries_swapped(forger: Forger) -> None:
    await forger.do("UPDATE audit_record SET seq = -1 WHERE stream = 1 AND seq = 70")
    await forger.do("UPDATE audit_record SET seq = 70 WHERE stream = 1 AND seq = 71")
    await forger.do("UPDATE audit_record SET seq = 71 WHERE stream = 1 AND seq = -1")


DEEDS: list[tuple[Deed, str, str]] = [
    (head_edited, "leaf", "audit_record stream 1 seq 40"),
    (head_edited, "column", "audit_record stream 1 seq 40"),
    (head_and_leaf_edited, "chain", "audit_record stream 1 seq 41"),
    (head_and_leaf_edited, "log", "log index 40"),
    (last_entry_edited, "log", "log index 1273"),
    (stream_rehashed, "log", "log index 40"),
    (tiles_rebuilt, "checkpoint", "audit_checkpoint size 300"),
    (resigned_with_another_key, "checkpoint", "audit_checkpoint size 300"),
    (key_exchanged, "key", "audit_log id 1"),
    (column_edited, "column", "audit_record stream 2 seq 7"),
    (instant_edited, "column", "audit_record stream 2 seq 8"),
    (sealed_edited, "sealed", "audit_record stream 2 seq 9"),
    (leaf_edited, "leaf", "audit_record stream 2 seq 10"),
    (ordinal_edited, "line", "audit_subject stream 1 seq 1 subject {1.1}"),
    (line_deleted, "line", "audit_subject stream 1 seq 2 subject {1.2}"),
    (line_added, "line", f"audit_subject stream 1 seq 2 subject {(b'n' * 16).hex()}"),
    (line_moved, "line", "audit_subject stream 1 seq 4 subject {1.4}"),
    (tally_lowered, "tally", "audit_tally subject {1.1}"),
    (tally_deleted, "tally", "audit_tally subject {1.1}"),
    (denials_hidden, "tally", "audit_tally subject {1.3}"),
    (tile_edited, "tile", "audit_tile level 0 n 1"),
    (tile_edited, "log", "log index 256"),
    (tile_shortened, "tile", "audit_tile level 0 n 2"),
    (tile_deleted, "tile", "audit_tile level 0 n 1"),
    (upper_tile_edited, "tile", "audit_tile level 0 n 0"),
    (upper_tile_deleted, "tile", "audit_tile level 1 n 0"),
    (run_shifted, "run", "audit_run first_index 100"),
    (run_deleted, "run", "audit_run first_index 200"),
    (checkpoint_root_edited, "checkpoint", "audit_checkpoint size 300"),
    (checkpoint_note_edited, "checkpoint", "audit_checkpoint size 300"),
    (checkpoint_deleted, "checkpoint", "audit_checkpoint size 614"),
    (entry_deleted, "missing", "audit_record stream 1 seq 50"),
    (entry_deleted, "line", "audit_subject stream 1 seq 50 subject {1.50}"),
    (entry_and_lines_deleted, "missing", "audit_record stream 1 seq 50"),
    (first_entries_deleted, "missing", "audit_record stream 1 seq 0 to 9"),
    (tail_deleted, "missing", "audit_record stream 2 seq 500 to 516"),
    (stream_deleted, "missing", "audit_record stream 3 seq 0 to 99"),
    (entry_inserted, "inserted", "audit_record stream 1 seq 60"),
    (stream_invented, "stream", "audit_stream id 99"),
    (stream_invented, "missing", "audit_record stream 1 seq 61"),
    (entries_swapped, "column", "audit_record stream 1 seq 70"),
    (entries_swapped, "chain", "audit_record stream 1 seq 71"),
]


async def test_the_trail_as_it_was_recorded_is_clean(forger: Forger, small: SmallTrail) -> None:
    report = await verified(forger, small.anchors)
    assert found(report.findings) == []
    assert (report.entries, report.log_size, report.unsealed) == (len(small.receipts),) * 2 + (0,)
    assert (report.checkpoints, report.anchored) == (5, 6)


@pytest.mark.parametrize(("deed", "kind", "row"), DEEDS, ids=[f"{deed.__name__}-{kind}" for deed, kind, _ in DEEDS])
async def test_tampering_is_found_and_the_row_is_named(forger: Forger, deed: Deed, kind: str, row: str) -> None:
    place = row.partition("{")[2].partition("}")[0]
    if place:
        key = await forger.one(
            "SELECT subject_key FROM audit_subject WHERE stream = $1 AND seq = $2 ORDER BY subject_key LIMIT 1",
            *map(int, place.split(".")),
        )
        row = row.replace(f"{{{place}}}", key.hex())
    await deed(forger)
    assert (kind, row) in found((await verified(forger)).findings)


def test_at_least_twenty_kinds_of_tampering_are_tried() -> None:
    assert len({deed for deed, _, _ in DEEDS}) >= 20


async def test_a_log_rebuilt_with_the_stolen_key_is_found_by_the_anchor_alone(
    forger: Forger, small: SmallTrail
) -> None:
    await tiles_rebuilt(forger)
    await forger.resign(SIGNER)
    assert (await verified(forger)).is_clean
    assert ("anchor", "anchor checkpoints/300") in found((await verified(forger, small.anchors)).findings)


async def test_a_log_cut_back_to_an_older_state_is_found_by_the_anchor(forger: Forger, small: SmallTrail) -> None:
    size = (await forger.newest()).size
    older = await forger.one("SELECT max(prev_size) FROM audit_checkpoint")
    runs = "SELECT stream, first_seq FROM audit_run WHERE first_index >= $1"
    for stream, first in await forger.snapshot.rows(runs, older):
        for table in ("record", "subject"):
            await forger.do(f"DELETE FROM audit_{table} WHERE stream = $1 AND seq >= $2", stream, first)
    await forger.do("DELETE FROM audit_run WHERE first_index >= $1", older)
    await forger.do("DELETE FROM audit_checkpoint WHERE size = $1", size)
    await forger.rebuild_tiles()
    await forger.do("DELETE FROM audit_tally")
    await forger.do(
        "INSERT INTO audit_tally (subject_key, organisation, n, denied, viewed, own, last_at)"
        " SELECT subject_key, '', max(nth),"
        " count(*) FILTER (WHERE outcome = 2), count(*) FILTER (WHERE outcome = 1 AND nth = 0), 0, max(at)"
        " FROM audit_subject GROUP BY subject_key"
    )
    await forger.do(
        "INSERT INTO audit_tally (subject_key, organisation, n, denied, viewed, own, last_at)"
        " SELECT subject_key, 'TAX', max(nth_of_organisation), 0, 0, 0, max(at)"
        " FROM audit_subject WHERE nth > 0 GROUP BY subject_key"
    )
    assert (await verified(forger)).is_clean
    report = await verified(forger, small.anchors)
    assert ("anchor", "anchor checkpoint") in found(report.findings)
    assert any("the log was set back" in each.what for each in report.findings)


async def test_an_anchor_that_was_itself_changed_is_named(forger: Forger, small: SmallTrail, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors"
    shutil.copytree(small.anchors, anchors)
    note = anchors / "checkpoints/300"
    note.write_text(note.read_text().replace("300", "301"))
    (anchors / "log.vkey").write_text(THIEF.reader.vkey)
    kinds = found((await verified(forger, anchors)).findings)
    assert ("anchor", "anchor checkpoints/300") in kinds
    assert ("key", "audit_log id 1") in kinds


@pytest.mark.parametrize(
    ("table", "column", "row"),
    [
        ("audit_record", "head", "audit_record stream 1 seq 40 at "),
        ("audit_record", "sealed", "audit_record stream 1 seq 40 at "),
        ("audit_subject", "subject_key", "audit_subject subject_key planted "),
    ],
)
async def test_a_text_where_bytes_belong_is_named_on_sqlite(forger: Forger, table: str, column: str, row: str) -> None:
    if forger.is_postgresql:
        return  # it keeps no text there
    await forger.do(f"UPDATE {table} SET {column} = 'planted ' || hex({column}) WHERE stream = 1 AND seq = 40")
    report = await verified(forger)
    assert report.findings
    assert {(each.kind, each.row.startswith(row)) for each in report.findings} == {("type", True)}


@pytest.mark.parametrize("deed", [column_edited, sealed_edited, line_deleted, tile_edited, entry_deleted])
async def test_a_range_of_days_is_verified_by_itself(forger: Forger, deed: Deed) -> None:
    """All entries lie in the range; those outside are not looked at."""
    first, last = (await forger.snapshot.rows("SELECT min(at), max(at) FROM audit_record"))[0]
    assert (await verified(forger, among=Range(first, last + 1))).is_clean
    half = await verified(forger, among=Range((first + last) // 2, None))
    assert half.is_clean
    assert 0 < half.entries < 1000
    await deed(forger)
    assert not (await verified(forger, among=Range(first, last + 1))).is_clean
    assert (await verified(forger, among=Range(last + 1, None))).entries == 0
