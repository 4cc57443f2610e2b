"""The seal works beside the answers: in time, through failures of anchors, and to the end when it is closed."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.audit import Entry, Trail, open_trail
from gateway.audit.seal import Seal, Sealing, open_seal, sealer
from gateway.audit.seal.notes import Checkpoint
from gateway.audit.verification import Range, Trust, verify_trail
from gateway.store import Store
from tests.gateway.audit.conftest import FixedKeys
from tests.gateway.audit.seal.conftest import SIGNER
from tests.gateway.audit.seal.test_anchors import Department, department, read_log

__all__ = ["department"]

SEED = b"s" * 32
MakeEntry = Callable[..., Entry]


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that comes by itself; it is wrong by never coming, not by its time."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < 20
        await asyncio.sleep(0.01)


def figure(seal: Seal, name: str) -> float:
    return {each[0]: each[2] for each in seal.figures()}[f"audit_{name}"]


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(SIGNER.name, "std", 0.02, tmp_path / "anchors", None, 0.02)


@pytest.fixture
async def seal(store: Store, sealing: Sealing) -> AsyncIterator[Seal]:
    opened = await open_seal(store, SEED, sealing)
    yield opened
    await opened.close()


@pytest.fixture
async def sealed_trail(store: Store, keys: FixedKeys, seal: Seal) -> AsyncIterator[Trail]:
    opened = await open_trail(store, keys, kept=seal.kept)
    yield opened
    await opened.close()


async def test_entries_are_sealed_and_anchored_without_being_asked(
    seal: Seal, sealed_trail: Trail, sealing: Sealing, entry: MakeEntry
) -> None:
    for size in (1, 2):
        await sealed_trail.append(entry())
        assert figure(seal, "seal_waiting_seconds") > 0
        await until(lambda size=size: figure(seal, "log_size") == size)  # type: ignore[misc] # a default binds it
    assert sealing.folder is not None
    checkpoint = sealing.folder / "checkpoint"
    await until(lambda: checkpoint.is_file() and "\n2\n" in checkpoint.read_text())
    assert read_log(sealing.folder) == 2
    await until(lambda: figure(seal, "seal_waiting_seconds") == 0)
    assert seal.well


@pytest.mark.parametrize("page", [4096, 6])
async def test_closing_seals_and_anchors_what_is_there(
    store: Store, keys: FixedKeys, sealing: Sealing, entry: MakeEntry, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(sealer, "_PAGE", page)
    seal = await open_seal(store, SEED, replace(sealing, every_s=3600.0))
    trail = await open_trail(store, keys, kept=seal.kept)
    await asyncio.gather(*(trail.append(entry()) for _ in range(20)))
    await trail.close()
    await seal.close()
    assert sealing.folder is not None
    assert read_log(sealing.folder) == 20
    trust = Trust((SIGNER.reader.vkey,), sealing.folder)
    report = await verify_trail(store.address, trust, Range())
    assert (report.is_clean, report.unsealed, report.anchored) == (True, 0, 2)


async def test_an_anchor_that_fails_is_an_alarm_and_stops_nothing(
    store: Store, keys: FixedKeys, sealing: Sealing, entry: MakeEntry, department: Department
) -> None:
    department.status = 500
    seal = await open_seal(store, SEED, replace(sealing, url=department.url))
    trail = await open_trail(store, keys, kept=seal.kept)
    await trail.append(entry())
    await until(lambda: figure(seal, "anchor_http_failing") == 1)
    await trail.append(entry())
    await until(lambda: figure(seal, "log_size") == 2)
    assert seal.well
    assert figure(seal, "anchor_folder_failures") == 0
    department.status = 200
    await trail.close()
    await seal.close()
    assert "\n2\n" in department.notes[-1]
    assert figure(seal, "anchor_http_failing") == 0


async def test_a_log_that_an_anchor_knows_to_be_longer_is_not_signed(
    store: Store, keys: FixedKeys, sealing: Sealing, entry: MakeEntry
) -> None:
    """An old backup was put back: to go on signing would fork the log."""
    assert sealing.folder is not None
    sealing.folder.mkdir()
    known = Checkpoint(SIGNER.name, 1000, bytes(32), datetime.now(UTC))
    (sealing.folder / "checkpoint").write_text(SIGNER.sign(known))
    seal = await open_seal(store, SEED, sealing)
    trail = await open_trail(store, keys, kept=seal.kept)
    await trail.append(entry())
    await until(lambda: not seal.well)
    assert figure(seal, "seal_alarms") == 1
    await trail.append(entry())
    await trail.close()
    await seal.close()
    for vkeys, why in (((SIGNER.reader.vkey,), "the log was set back"), ((), "names no public key")):
        report = await verify_trail(store.address, Trust(vkeys, sealing.folder), Range())
        assert (report.log_size, report.unsealed) == (0, 2)
        assert why in report.findings[0].what


async def test_a_broken_stream_makes_the_house_unready(
    store: Store, seal: Seal, sealed_trail: Trail, entry: MakeEntry
) -> None:
    await sealed_trail.append(entry())
    await until(lambda: figure(seal, "log_size") == 1)
    async with store.engine.begin() as connection:
        await connection.execute(text("UPDATE audit_record SET seq = 5"))
    await sealed_trail.append(entry())
    await until(lambda: not seal.well)
    assert figure(seal, "seal_alarms") == 1
