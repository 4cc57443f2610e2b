"""What is not as it was signed about the log's keys is found, and the row named (R19.10)."""

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from gateway.audit import Entry, Trail
from gateway.audit.seal.anchors import FolderAnchor
from gateway.audit.seal.notes import Checkpoint, Signer
from gateway.audit.seal.rotation import replace_key
from gateway.audit.seal.sealer import Sealer
from gateway.audit.seal.stored import StoredLog
from gateway.audit.seal.succession import Reason, signed_succession
from gateway.audit.seal.suites import STD
from gateway.audit.seal.turn import Turn
from gateway.audit.verification import Range, Trust, verify_trail
from gateway.errors import StartRefused
from gateway.store import Store
from gateway.store.tables import CHECKPOINT, LOG, LOG_KEY
from tests.gateway.audit.verification.small_trail import ORIGIN, found

MakeEntry = Callable[..., Entry]
FIRST, SECOND, THIRD, THIEF = (Signer(ORIGIN, seed * 32) for seed in (b"1", b"2", b"3", b"t"))
VKEYS = tuple(each.reader.vkey for each in (FIRST, SECOND, THIRD))


@dataclass(frozen=True)
class Rotated:
    """A log of 50 entries, whose key was replaced at 10 and at 30."""

    store: Store
    anchors: Path

    async def do(self, statement: Any) -> None:  # noqa: ANN401 (any statement)
        """Change something."""
        async with self.store.engine.begin() as connection:
            await connection.execute(statement)

    async def note(self, size: int) -> Checkpoint:
        """Give the checkpoint of a size, as any of the keys signed it."""
        async with self.store.engine.connect() as connection:
            note = (
                await connection.scalars(
                    CHECKPOINT.select().with_only_columns(CHECKPOINT.c.note).where(CHECKPOINT.c.size == size)
                )
            ).one()
        return Checkpoint.read(note.partition("\n\n")[0] + "\n")

    async def resign(self, size: int, signer: Signer) -> None:
        """Sign a checkpoint with another key."""
        note = signer.sign(await self.note(size))
        await self.do(update(CHECKPOINT).where(CHECKPOINT.c.size == size).values(note=note))

    async def found(self, trust: Trust) -> list[tuple[str, str]]:
        """Verify, and give kind and row of what was found."""
        return found((await verify_trail(self.store.address, trust, Range())).findings)


@pytest.fixture
async def rotated(store: Store, trail: Trail, entry: MakeEntry, tmp_path: Path) -> AsyncIterator[Rotated]:
    turn = Turn(store, 30.0)
    anchor = FolderAnchor(tmp_path / "anchors", FIRST.reader, StoredLog(store.engine, STD))
    for signer, former, counts in ((FIRST, None, (4, 6)), (SECOND, FIRST, (20,)), (THIRD, SECOND, (15, 5))):
        if former:
            await replace_key(store.engine, former, signer, Reason.YEARLY)
        for count in counts:
            for _ in range(count):
                await trail.append(entry())
            sealed = await Sealer(turn, signer, STD).tick()
            assert sealed is not None
            await anchor.publish(sealed)
    yield Rotated(store, tmp_path / "anchors")
    await turn.give_back()


def about(number: int) -> tuple[str, str]:
    return "key", f"audit_log_key number {number}"


LOG_ROW = ("key", "audit_log id 1")


async def test_every_key_of_the_log_is_trusted_and_the_present_one_is_the_houses(rotated: Rotated) -> None:
    assert await rotated.found(Trust(VKEYS, rotated.anchors, VKEYS[2:])) == []
    assert await rotated.found(Trust(house=(VKEYS[1], VKEYS[2]))) == []
    assert await rotated.found(Trust(house=VKEYS[:2])) == [LOG_ROW]
    assert LOG_ROW in await rotated.found(Trust((THIEF.reader.vkey, *VKEYS)))
    report = await verify_trail(rotated.store.address, Trust(VKEYS[:1], rotated.anchors), Range())
    assert (report.checkpoints, report.anchored) == (5, 8)


@pytest.mark.parametrize(
    ("size", "signer", "found"),
    [
        (45, SECOND, ("key", "audit_checkpoint size 45")),
        (45, FIRST, ("key", "audit_checkpoint size 45")),
        (4, THIRD, ("key", "audit_checkpoint size 4")),
        (30, THIRD, ("key", "audit_checkpoint size 30")),
        (45, THIEF, ("checkpoint", "audit_checkpoint size 45")),
    ],
)
async def test_a_checkpoint_signed_with_a_key_of_another_time_is_found(
    rotated: Rotated, size: int, signer: Signer, found: tuple[str, str]
) -> None:
    await rotated.resign(size, signer)
    assert await rotated.found(Trust(VKEYS)) == [found]


async def test_a_succession_that_is_gone_is_missed_by_who_has_a_later_key(rotated: Rotated) -> None:
    await rotated.do(delete(LOG_KEY).where(LOG_KEY.c.number == 2))
    for trust in (Trust(VKEYS[2:]), Trust(house=VKEYS[2:]), Trust(anchors=rotated.anchors)):
        assert LOG_ROW in await rotated.found(trust)
    assert ("anchor", "anchor successions/002") in await rotated.found(Trust(VKEYS[:1], rotated.anchors))


async def test_an_anchored_succession_of_another_log_is_found(rotated: Rotated, tmp_path: Path) -> None:
    anchors = tmp_path / "copy"
    shutil.copytree(rotated.anchors, anchors)
    last = anchors / "successions/002"
    last.write_text(last.read_text().replace("because YEARLY", "because LEFT"))
    assert await rotated.found(Trust(VKEYS, anchors)) == [("anchor", "anchor successions/002")]


CHANGES: dict[str, dict[str, Any]] = {
    "vkey": {"vkey": THIEF.reader.vkey},
    "no key": {"vkey": "no key"},
    "reason": {"reason": "LEFT"},
    "reason without witness": {"reason": "STOLEN"},
    "size": {"size": 4},
    "at": {"at": datetime(2026, 1, 1, tzinfo=UTC)},
    "number": {"number": 7},
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_succession_whose_columns_were_changed_is_found(rotated: Rotated, change: str) -> None:
    await rotated.do(update(LOG_KEY).where(LOG_KEY.c.number == 2).values(CHANGES[change]))
    kinds = await rotated.found(Trust(VKEYS[:1]))
    assert about(7 if change == "number" else 2) in kinds


async def test_a_succession_of_a_checkpoint_that_the_log_has_not_is_found(rotated: Rotated) -> None:
    for size, root in ((30, bytes(32)), (31, (await rotated.note(30)).root), (4, (await rotated.note(4)).root)):
        told = Checkpoint(ORIGIN, size, root, datetime.now(UTC))
        note = signed_succession(told, Reason.YEARLY, SECOND, THIRD)
        row = {"note": note, "size": size, "at": told.sealed_at}
        await rotated.do(update(LOG_KEY).where(LOG_KEY.c.number == 2).values(row))
        assert about(2) in await rotated.found(Trust(VKEYS))


async def test_a_thief_who_names_themselves_successor_is_found(rotated: Rotated) -> None:
    """Without the present key they can only say that it was stolen, which nobody outside was told of."""
    told = Checkpoint(ORIGIN, 50, (await rotated.note(50)).root, datetime.now(UTC))
    row = {"number": 3, "size": 50, "vkey": THIEF.reader.vkey, "at": told.sealed_at}
    note = THIEF.sign_too(THIRD.sign(told))
    await rotated.do(insert(LOG_KEY).values({**row, "reason": "YEARLY", "note": note}))
    assert await rotated.found(Trust(VKEYS)) == [about(3)]
    note = signed_succession(told, Reason.STOLEN, VKEYS[2], THIEF)
    await rotated.do(update(LOG_KEY).where(LOG_KEY.c.number == 3).values(reason="STOLEN", note=note))
    assert await rotated.found(Trust(VKEYS)) == [("unwitnessed", "audit_log_key number 3")]
    assert LOG_ROW in await rotated.found(Trust(house=VKEYS[2:]))


async def test_whoever_puts_another_key_at_the_beginning_is_found_by_the_succession(rotated: Rotated) -> None:
    """A later key vouches for the one before, by name: earlier checkpoints cannot be signed anew."""
    await rotated.do(update(LOG).values(vkey=THIEF.reader.vkey))
    for size in (4, 10):
        await rotated.resign(size, THIEF)
    told = await rotated.found(Trust(VKEYS[1:]))
    assert told == [about(1)]


async def test_a_beginning_without_a_key_is_found_by_who_has_a_later_one(rotated: Rotated) -> None:
    await rotated.do(update(LOG).values(vkey="no key"))
    assert LOG_ROW in await rotated.found(Trust(VKEYS[1:]))
    with pytest.raises(StartRefused, match="not to be used"):
        await rotated.found(Trust())


async def test_a_thief_with_all_but_the_published_key_is_found_by_it(rotated: Rotated) -> None:
    for statement in (delete(LOG_KEY), update(LOG).values(vkey=THIEF.reader.vkey)):
        await rotated.do(statement)
    for size in (4, 10, 30, 45, 50):
        await rotated.resign(size, THIEF)
    assert await rotated.found(Trust()) == []
    for key in VKEYS:
        assert LOG_ROW in await rotated.found(Trust((key,)))
