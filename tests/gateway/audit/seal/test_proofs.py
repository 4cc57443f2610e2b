"""Who holds a receipt has it proved in a kilobyte, and learns when the entry is not what the receipt says."""

import asyncio
import base64
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from gateway.audit import Entry, Receipt, Trail
from gateway.audit.head import leaf_of
from gateway.audit.seal.notes import Checkpoint
from gateway.audit.seal.proofs import NotProved, Place, Proof, prove, read_receipt
from gateway.audit.seal.sealer import Sealer
from gateway.audit.seal.suites import STD, suite_named
from gateway.audit.seal.tiles import grown
from gateway.audit.seal.tree import Tree, root_by_path
from gateway.audit.seal.turn import Turn
from gateway.store import Store
from gateway.store.tables import RECORD
from tests.gateway.audit.seal.conftest import SIGNER

KEY = b"r" * 32
MakeEntry = Callable[..., Entry]


def place_of(receipt: Receipt) -> Place:
    return read_receipt(str(receipt), KEY)


async def test_every_receipt_is_proved_open_or_closed(
    store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    receipts = await asyncio.gather(*(trail.append(entry()) for _ in range(300)))
    await sealer.tick()
    proved = await prove(store.engine, [place_of(each) for each in receipts])
    checkpoint = SIGNER.reader.open(proved.checkpoint.note)
    assert [proof.receipt for proof in proved.proofs] == [str(each) for each in receipts]
    for proof in proved.proofs:
        assert root_by_path(STD, proof.leaf, proof.index, checkpoint.size, proof.path) == checkpoint.root
        assert len(proof.packed(proved.checkpoint.note)) <= 1024
    closed = await prove(store.engine, [read_receipt(receipts[7].opaque(KEY), KEY)])
    assert closed.proofs == proved.proofs[7:8]


async def test_a_proof_is_written_as_stock_tools_read_it(
    store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    receipt, *_ = await asyncio.gather(*(trail.append(entry()) for _ in range(5)))
    await sealer.tick()
    proved = await prove(store.engine, [place_of(receipt)])
    (proof,) = proved.proofs
    version, extra, index, *path = proof.text(proved.checkpoint.note).partition("\n\n")[0].split("\n")
    assert version == "c2sp.org/tlog-proof@v1"
    assert base64.b64decode(extra.removeprefix("extra ")).decode() == str(receipt)
    assert index == f"index {proof.index}"
    assert [base64.b64decode(each) for each in path] == list(proof.path)
    assert proof.text(proved.checkpoint.note).partition("\n\n")[2] == proved.checkpoint.note
    tree = proved.tree(proof)
    assert base64.b64decode(tree["packed"]) == proof.packed(proved.checkpoint.note)
    assert (tree["size"], tree["vkey"], tree["leaf"]) == (5, SIGNER.reader.vkey, receipt.leaf.hex())


def test_a_proof_in_a_log_of_two_million_has_at_most_a_kilobyte() -> None:
    size = 2_000_000
    leaves = [number.to_bytes(32, "big") for number in range(size)]
    tree = Tree(STD, grown(STD, {}, 0, leaves))
    note = SIGNER.sign(Checkpoint(SIGNER.name, size, tree.root(size), datetime.now(UTC)))
    for index in (0, 1_234_567, size - 1):
        path = tree.inclusion(index, size)
        assert root_by_path(STD, leaves[index], index, size, path) == tree.root(size)
        assert len(Proof("1.1.ab", index, leaves[index], tuple(path), b"", b"").packed(note)) <= 1024


def test_a_kilobyte_is_enough_up_to_sixteen_million_entries() -> None:
    size = (1 << 24) - 1
    note = SIGNER.sign(Checkpoint(SIGNER.name, size + 1, bytes(32), datetime.now(UTC)))
    assert len(Proof("1.1.ab", size, bytes(32), (bytes(32),) * 24, b"", b"").packed(note)) <= 1024


async def test_a_log_of_the_national_suite_proves_too(store: Store, turn: Turn, trail: Trail, entry: MakeEntry) -> None:
    gm = suite_named("gm")
    receipt, *_ = await asyncio.gather(*(trail.append(entry()) for _ in range(5)))
    await Sealer(turn, SIGNER, gm).tick()
    proved = await prove(store.engine, [place_of(receipt)])
    (proof,) = proved.proofs
    assert root_by_path(gm, proof.leaf, proof.index, 5, proof.path) == proved.checkpoint.root
    assert proof.leaf != receipt.leaf


NO_RECEIPTS = ["", "1.2", "1.2.ab", f"1.x.{'0' * 64}", f"1.2.{'g' * 64}", "AAAA"]
NO_PLACES = [f"{2**31}.1.{'0' * 64}", f"1.{2**63}.{'0' * 64}", f"{'9' * 5_000}.1.{'0' * 64}"]


@pytest.mark.parametrize("receipt", [*NO_RECEIPTS, *NO_PLACES])
def test_what_is_no_receipt_is_told(receipt: str) -> None:
    with pytest.raises(NotProved, match="is no receipt"):
        read_receipt(receipt, KEY)


def test_a_receipt_that_another_house_closed_is_none() -> None:
    with pytest.raises(NotProved, match=r"receipt\.key"):
        read_receipt(Receipt(1, 2, bytes(32)).opaque(b"o" * 32), KEY)


async def test_before_the_seal_nothing_is_proved_yet(
    store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    receipt = await trail.append(entry())
    with pytest.raises(NotProved, match="is not sealed yet"):
        await prove(store.engine, [place_of(receipt)])
    await sealer.tick()
    later = await trail.append(entry())
    with pytest.raises(NotProved, match="not sealed yet"):
        await prove(store.engine, [place_of(later)])


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("DELETE FROM audit_record", "is not in the trail: it was removed, or the trail was set back"),
        ("DELETE FROM audit_tile", "the log lacks tile"),
        ("UPDATE audit_run SET first_index = 7", "not sealed yet"),
        ("UPDATE audit_checkpoint SET note = 'x'", "is not to be believed"),
        ("UPDATE audit_checkpoint SET root = (SELECT hashes FROM audit_tile)", "does not stand at log index 0"),
    ],
)
async def test_a_receipt_whose_entry_or_log_was_changed_is_not_proved(
    store: Store, sealer: Sealer, trail: Trail, entry: MakeEntry, statement: str, why: str
) -> None:
    receipt = await trail.append(entry())
    await trail.append(entry())
    await sealer.tick()
    async with store.engine.begin() as connection:
        await connection.execute(text(statement))
    with pytest.raises(NotProved, match=why):
        await prove(store.engine, [place_of(receipt)])


async def test_a_log_rebuilt_with_the_stolen_key_does_not_prove_the_receipts_that_are_out(
    store: Store, turn: Turn, sealer: Sealer, trail: Trail, entry: MakeEntry
) -> None:
    receipt = await trail.append(entry())
    await sealer.tick()
    async with store.engine.begin() as connection:
        row = (await connection.execute(RECORD.select())).one()
        head = bytes(row.head).replace(b'"nspans":1', b'"nspans":2')
        await connection.execute(RECORD.update().values(head=head, leaf=leaf_of(head)))
        for table in ("run", "tile", "checkpoint"):
            await connection.execute(text(f"DELETE FROM audit_{table}"))  # noqa: S608 - three names
    assert await Sealer(turn, SIGNER, STD).tick() is not None
    with pytest.raises(NotProved, match="another entry stands in the place"):
        await prove(store.engine, [place_of(receipt)])
