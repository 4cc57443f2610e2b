"""Where five years are over the log still verifies, and who deletes earlier or more is found (Art. 19, AMB-27)."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from gateway.audit.codes import EXPIRY
from gateway.audit.head import canonical, leaf_of
from gateway.audit.seal.expiry import Expiry, expirable, first_kept_tile, purgeable_from
from gateway.audit.seal.notes import Checkpoint
from gateway.audit.seal.suites import STD
from gateway.audit.seal.tiles import Place, edges, grown
from gateway.audit.seal.tree import Tree, consistent, root_by_path
from gateway.audit.verification import Range, Report, Trust, verify_snapshot
from gateway.store.tables import microseconds
from tests.gateway.audit.verification.small_trail import ORIGIN, SIGNER, Forger, digest, found

SIX_YEARS = timedelta(days=6 * 366)
MIN = 614
"""The size of the second checkpoint."""


async def verified(forger: Forger) -> Report:
    return await verify_snapshot(forger.snapshot, Trust((SIGNER.reader.vkey,)), Range())


async def aged(forger: Forger, by: timedelta) -> None:
    """Let the whole trail have been written and sealed that much earlier."""
    earlier = by // timedelta(microseconds=1)
    for stream in (1, 2, 3):
        previous = ""
        rows = "SELECT seq, at FROM audit_record WHERE stream = $1 ORDER BY seq"
        for seq, at in await forger.snapshot.rows(rows, stream):
            head = canonical(await forger.head(stream, seq) | {"at": at - earlier, "prev": previous})
            await forger.do(
                "UPDATE audit_record SET at = $3, head = $4, leaf = $5 WHERE stream = $1 AND seq = $2",
                stream, seq, at - earlier, head, leaf_of(head),
            )  # fmt: skip
            await forger.do(
                "UPDATE audit_subject SET at = $3 WHERE stream = $1 AND seq = $2", stream, seq, at - earlier
            )
            previous = leaf_of(head).hex()
    await forger.rebuild_tiles()
    tree = Tree(STD, forger.tiles)
    for size, note in await forger.snapshot.rows("SELECT size, note FROM audit_checkpoint"):
        sealed_at = SIGNER.reader.open(note).sealed_at - by
        new = Checkpoint(ORIGIN, size, tree.root(size), sealed_at)
        statement = "UPDATE audit_checkpoint SET root = $2, note = $3, at = $4 WHERE size = $1"
        await forger.do(statement, size, new.root, SIGNER.sign(new), microseconds(sealed_at))


async def told(forger: Forger, expiry: Expiry) -> None:
    """Write and seal the entry of an expiry, as the gateway does it."""
    now = datetime.now(UTC)
    stream = 1 + await forger.one("SELECT max(stream) FROM audit_run")
    said = await forger.head(1, 200) | {
        "stream": stream, "seq": 0, "at": microseconds(now), "prev": "", "kind": EXPIRY, "subjects": [],
        "sealed": digest(b"why"), "about": expiry.about(),
    }  # fmt: skip
    head = canonical(said)
    columns = "viewer_key, organisation, way, purpose, outcome, tier, key_id"
    id_ = "OVERRIDING SYSTEM VALUE " if forger.is_postgresql else ""
    await forger.do(
        f"INSERT INTO audit_stream (id, writer, pid, opened_at) {id_}VALUES ($1, 'w', 1, $2)",
        stream,
        microseconds(now),
    )
    await forger.do(
        f"INSERT INTO audit_record (stream, seq, at, kind, {columns}, head, sealed, leaf)"
        f" SELECT $1, 0, $2, {EXPIRY}, {columns}, $3, $4, $5 FROM audit_record WHERE stream = 1 AND seq = 200",
        stream, microseconds(now), head, b"why", leaf_of(head),
    )  # fmt: skip
    size = (await forger.newest()).size
    await forger.do("INSERT INTO audit_run (first_index, stream, first_seq, n) VALUES ($1, $2, 0, 1)", size, stream)
    held = {place: forger.tiles[place] for place in edges(size)}
    forger.tiles |= grown(STD, held, size, [leaf_of(head)])
    for place, hashes in grown(STD, held, size, [leaf_of(head)]).items():
        await forger.do("UPDATE audit_tile SET hashes = $3 WHERE level = $1 AND n = $2", *place, hashes)
    new = Checkpoint(ORIGIN, size + 1, Tree(STD, forger.tiles).root(size + 1), now)
    await forger.do(
        "INSERT INTO audit_checkpoint (size, prev_size, root, note, at) VALUES ($1, $2, $3, $4, $5)",
        size + 1, size, new.root, SIGNER.sign(new), microseconds(now),
    )  # fmt: skip


async def deleted(forger: Forger, below: int, *, but: int = 0) -> None:
    """Delete the entries below an index of the log, but for the first few, and the tiles that may go."""
    runs = "SELECT first_index, stream, first_seq, n FROM audit_run WHERE first_index < $1 ORDER BY first_index"
    for index, stream, first, n in await forger.snapshot.rows(runs, below):
        begin, end = first + max(0, but - index), first + min(n, below - index)
        for table in ("record", "subject"):
            await forger.do(
                f"DELETE FROM audit_{table} WHERE stream = $1 AND seq >= $2 AND seq < $3", stream, begin, end
            )
    await forger.do("DELETE FROM audit_tile WHERE level = 0 AND n < $1", first_kept_tile(below))


async def test_what_expired_is_gone_and_all_that_is_kept_still_verifies(forger: Forger) -> None:
    await aged(forger, SIX_YEARS)
    assert (await verified(forger)).is_clean
    await told(forger, Expiry(MIN, MIN))
    await deleted(forger, MIN)
    report = await verified(forger)
    assert found(report.findings) == []
    assert (report.entries, report.expired, report.log_size) == (1275 - MIN, MIN, 1275)
    rows = await forger.snapshot.rows("SELECT level, n, hashes FROM audit_tile")
    left = {Place(level, n): bytes(hashes) for level, n, hashes in rows}
    assert Place(0, 1) not in left
    tree = Tree(STD, left)
    for index in (MIN, MIN + 1, 1000, 1274):
        assert root_by_path(STD, tree.leaf(index), index, 1275, tree.inclusion(index, 1275)) == tree.root(1275)
    for older, newer in itertools.combinations((MIN, 854, 1094, 1274, 1275), 2):
        path = tree.consistency(older, newer)
        assert consistent(STD, (older, tree.root(older)), (newer, tree.root(newer)), path)


async def test_what_a_legal_hold_keeps_is_counted_and_missed(forger: Forger) -> None:
    await aged(forger, SIX_YEARS)
    await told(forger, Expiry(MIN, MIN - 20))
    await deleted(forger, MIN, but=20)
    assert found((await verified(forger)).findings) == []
    await forger.do("DELETE FROM audit_record WHERE stream = 1 AND seq = 7")
    await forger.do("DELETE FROM audit_subject WHERE stream = 1 AND seq = 7")
    assert ("missing", f"log index 0 to {MIN - 1}") in found((await verified(forger)).findings)


async def test_who_deletes_before_five_years_are_over_is_found(forger: Forger) -> None:
    await forger.tiles_as_they_are()
    await told(forger, Expiry(MIN, MIN))
    await deleted(forger, MIN)
    kinds = found((await verified(forger)).findings)
    assert ("expiry", "audit_record stream 4 seq 0") in kinds
    assert ("missing", "audit_record stream 1 seq 0 to 99") in kinds


async def test_who_deletes_without_telling_the_trail_is_found(forger: Forger) -> None:
    await aged(forger, SIX_YEARS)
    await deleted(forger, MIN)
    kinds = found((await verified(forger)).findings)
    assert ("missing", "audit_record stream 1 seq 0 to 99") in kinds
    assert ("tile", "audit_tile level 0 n 0") in kinds


async def test_who_deletes_more_than_the_trail_tells_is_found(forger: Forger) -> None:
    await aged(forger, SIX_YEARS)
    await told(forger, Expiry(MIN, MIN))
    await deleted(forger, MIN + 5)
    assert ("missing", "audit_record stream 1 seq 257 to 261") in found((await verified(forger)).findings)


@pytest.mark.parametrize("about", [{"min": 613, "entries": 613}, {"min": 614, "entries": 615}, {"min": "614"}, {}])
async def test_an_expiry_that_no_checkpoint_bears_out_is_found(forger: Forger, about: dict[str, Any]) -> None:
    class Forged(Expiry):
        def about(self) -> dict[str, Any]:
            return about

    await aged(forger, SIX_YEARS)
    await told(forger, Forged(0, 0))
    assert found((await verified(forger)).findings) == [("expiry", "audit_record stream 4 seq 0")]


@pytest.mark.parametrize(
    ("created", "purgeable"),
    [
        ("2026-11-23", "2031-11-24"),
        ("2024-02-29", "2029-03-01"),
        ("2021-12-31", "2027-01-01"),
        ("2023-02-28", "2028-02-29"),
    ],
)
def test_the_day_from_which_an_entry_may_go_is_the_laws(created: str, purgeable: str) -> None:
    assert purgeable_from(date.fromisoformat(created)) == date.fromisoformat(purgeable)


def test_what_may_expire_is_reckoned_in_the_citys_days() -> None:
    late = datetime(2021, 11, 22, 16, 30, tzinfo=UTC)  # already the 23rd in Zhengzhou
    just_sealed = datetime(2021, 11, 22, 16, 0, 30, tzinfo=UTC)  # what it covers was created on the 22nd
    checkpoints = [(5, just_sealed), (9, late)]
    assert expirable(checkpoints, datetime(2026, 11, 22, 15, 59, tzinfo=UTC)) == 0
    assert expirable(checkpoints, datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == 5
    assert expirable(checkpoints, datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == 9
