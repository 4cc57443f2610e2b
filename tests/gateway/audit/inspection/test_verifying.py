"""One entry verified by itself, its lines, its neighbours and the log; evidence that verifies elsewhere (R19.10)."""

import asyncio
import base64
import io
import subprocess
import sys
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from gateway.audit import Entry, SubjectLine
from gateway.audit.inspection import Trail
from gateway.audit.seal.notes import Signer
from gateway.audit.seal.proofs import Place
from gateway.audit.seal.rotation import replace_key
from gateway.audit.seal.succession import Reason
from gateway.errors import BadUserInput
from gateway.store import Store
from schema.inspection import QueryLogVerification
from tests.gateway.audit.inspection.conftest import NEXT_SEED, SIGNER

Kept = Callable[[Entry], Awaitable[str]]
Make = Callable[..., Entry]
Line = Callable[..., SubjectLine]
Seal = Callable[[], Awaitable[None]]
KINDS = {
    "column": "UPDATE audit_record SET organisation = 'COURT' WHERE seq = 1",
    "sealed": "UPDATE audit_record SET sealed = head WHERE seq = 1",
    "line": "UPDATE audit_subject SET nth = 77 WHERE seq = 1",
    "no line": "DELETE FROM audit_subject WHERE seq = 1",
    "missing": "DELETE FROM audit_record WHERE seq = 1",
    "paper": "DELETE FROM audit_paper WHERE seq = 1",
    "tile": "DELETE FROM audit_tile",
    "key": "UPDATE audit_log SET vkey = 'test/log+00000000+AAAA'",
}


@pytest.fixture
async def receipt(kept: Kept, entry: Make, line: Line, seal: Seal) -> str:
    """Give the receipt of the second of three entries, all sealed."""
    made = [await kept(entry(line(f"LP-{n}"))) for n in range(3)]
    await seal()
    return made[1]


async def verified(trail: Trail, receipt: str) -> QueryLogVerification:
    return await trail.verification(trail.place_of(receipt))


async def test_what_is_as_it_was_recorded_is_verified(inspected: Trail, receipt: str) -> None:
    told = await verified(inspected, receipt)
    assert (told.verified, told.findings) == (True, [])
    assert (told.index, told.checkpoint) == (1, 3)
    seal = await inspected.seal(inspected.place_of(receipt))
    assert seal is not None
    assert (seal.index, seal.checkpoint) == (1, 3)


async def test_who_has_the_former_key_follows_the_log_to_the_present_one(
    store: Store, inspected: Trail, receipt: str, kept: Kept, entry: Make, seal: Seal
) -> None:
    await replace_key(store.engine, SIGNER, Signer(SIGNER.name, NEXT_SEED), Reason.YEARLY)
    assert (await verified(inspected, receipt)).verified
    later = await kept(entry())
    await seal()
    for each in (receipt, later):
        assert (await verified(inspected, each)).findings == []
    lost = Signer(SIGNER.name, b"o" * 32)
    await replace_key(store.engine, None, lost, Reason.LOST)
    told = await verified(inspected, receipt)
    assert [(each.kind, each.row) for each in told.findings] == [("key", "audit_log id 1")]


async def test_before_anything_is_sealed_an_entry_is_said_not_to_be(inspected: Trail, kept: Kept, entry: Make) -> None:
    told = await verified(inspected, await kept(entry()))
    assert [each.kind for each in told.findings] == ["unsealed"]


async def test_what_is_not_sealed_yet_is_said_to_be_so(inspected: Trail, kept: Kept, entry: Make, seal: Seal) -> None:
    await kept(entry())
    await seal()
    told = await verified(inspected, await kept(entry()))
    assert [each.kind for each in told.findings] == ["unsealed"]
    assert not told.verified


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (
            "UPDATE audit_record SET (head, leaf) = (SELECT head, leaf FROM audit_record WHERE seq = 0) WHERE seq = 1",
            ("chain", 2),
        ),
        ("DELETE FROM audit_record WHERE seq = 1", ("missing", 1)),
        ("DELETE FROM audit_record WHERE seq = 2", ("missing", 2)),
    ],
)
async def test_what_keeps_an_entry_from_being_sealed_is_named(
    store: Store, inspected: Trail, kept: Kept, entry: Make, seal: Seal, change: str, finding: tuple[str, int]
) -> None:
    for _ in range(2):
        await kept(entry())
    await seal()
    *_, last = [await kept(entry()) for _ in range(3)]
    async with store.engine.begin() as connection:
        await connection.execute(text(change))
    await seal()
    told = await verified(inspected, last)
    kind, seq = finding
    stream = inspected.place_of(last).stream
    assert (kind, f"audit_record stream {stream} seq {seq}") in [(each.kind, each.row) for each in told.findings]
    assert "unsealed" in [each.kind for each in told.findings]


@pytest.mark.parametrize("kind", list(KINDS))
async def test_each_change_is_found_and_its_row_named(store: Store, inspected: Trail, receipt: str, kind: str) -> None:
    place = inspected.place_of(receipt)
    async with store.engine.begin() as connection:
        await connection.execute(text(KINDS[kind]))
    told = await verified(inspected, receipt)
    assert not told.verified
    rows = " ".join(each.row for each in told.findings)
    assert f"seq {place.seq}" in rows or "audit_log" in rows or "log index" in rows


async def test_an_entry_that_takes_another_ones_place_is_found_by_the_next(
    store: Store, inspected: Trail, receipt: str
) -> None:
    """Head and leaf alike are rewritten, as one could who owns the database."""
    place = inspected.place_of(receipt)
    async with store.engine.begin() as connection:
        other = (await connection.execute(text("SELECT head, leaf FROM audit_record WHERE seq = 2"))).one()
        await connection.execute(
            text("UPDATE audit_record SET head = :head, leaf = :leaf WHERE seq = 1"),
            {"head": bytes(other.head), "leaf": bytes(other.leaf)},
        )
    kinds = {each.kind for each in (await verified(inspected, receipt)).findings}
    assert {"chain", "log", "proof"} <= kinds
    by_row = await inspected.verification(Place(place.stream, place.seq, bytes(other.leaf)))
    assert not by_row.verified


async def test_evidence_is_checked_by_a_script_that_needs_nothing_of_ours(
    inspected: Trail, receipt: str, tmp_path: Path
) -> None:
    given = await inspected.evidence([receipt])
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(given.content))) as bundle:
        bundle.extractall(tmp_path)
    folder = tmp_path / "evidence"
    call: list[Any] = [sys.executable, "-I", folder / "verify.py", folder]
    assert await asyncio.to_thread(_fails, call) == 0
    file = next((folder / "entries").iterdir())
    file.write_text(file.read_text().replace("TAX", "TAY"))
    assert await asyncio.to_thread(_fails, call) != 0
    assert (await inspected.evidence([receipt])).content == given.content, "equal evidence is equal bytes"


def _fails(call: list[Any]) -> int:
    return subprocess.run(call, capture_output=True, check=False).returncode


async def test_no_evidence_is_given_of_what_cannot_be_proved(inspected: Trail, kept: Kept, entry: Make) -> None:
    unsealed = await kept(entry())
    for receipts in ([], ["nonsense"], [unsealed], [unsealed] * 101):
        with pytest.raises(BadUserInput):
            await inspected.evidence(receipts)
    with pytest.raises(BadUserInput):
        inspected.place_of("nonsense")
