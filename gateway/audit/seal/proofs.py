"""Proves to the holder of a receipt that the entry stands in the log, and where: a kilobyte, checked by anybody."""

import base64
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.audit.decisions import Rulings, read_rulings
from gateway.audit.entry import Receipt, read_opaque
from gateway.audit.head import leaf_of
from gateway.audit.seal.errors import SealingFailed
from gateway.audit.seal.notes import NoteRefused, Reader
from gateway.audit.seal.rows import (
    KnownLog,
    Sealed,
    connected,
    index_of,
    known_log,
    log_keys,
    newest_checkpoint,
    with_tiles,
)
from gateway.audit.seal.succession import LogKeys
from gateway.audit.seal.suites import Suite, suite_named
from gateway.audit.seal.tree import TileMissing, root_by_path
from gateway.errors import StartRefused, Text
from gateway.store.tables import RECORD

__all__ = ["NotProved", "Place", "Proof", "Proofs", "look_up", "prove", "read_receipt", "shapes_in"]

_PACKED: Final = struct.Struct(">BQB")
_VERSION: Final = 1
_LEAF_HEX: Final = 64
_PARTS: Final = 3
_LAST_STREAM: Final = 2**31 - 1
_LAST_SEQ: Final = 2**63 - 1
"""The trail can have no place beyond these: its columns hold no greater number."""


class NotProved(StartRefused):
    """What a receipt promises does not stand in the trail, or cannot be proved now."""

    cure = Text(
        "Keep the receipt: it is the evidence. Run `xinyong audit verify` and compare with the anchors.",
        "请保留该回执：它就是证据。请运行 `xinyong audit verify`，并与外部锚点比对。",
    )


class Place(NamedTuple):
    """What a receipt says: stream, number, and the leaf or its beginning."""

    stream: int
    seq: int
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """One entry, and the way from it to the root that the log signed."""

    receipt: str
    index: int
    leaf: bytes
    path: tuple[bytes, ...]
    head: bytes
    sealed: bytes

    def packed(self, note: str) -> bytes:
        """Give the proof in a kilobyte: version, index, path, checkpoint; the receipt has the leaf."""
        return _PACKED.pack(_VERSION, self.index, len(self.path)) + b"".join(self.path) + note.encode()

    def text(self, note: str) -> str:
        """Give it as c2sp.org/tlog-proof, which stock tools verify."""
        extra = base64.b64encode(self.receipt.encode()).decode()
        path = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.path)
        return f"c2sp.org/tlog-proof@v1\nextra {extra}\nindex {self.index}\n{path}\n{note}"


@dataclass(frozen=True, slots=True)
class Proofs:
    """Proofs of several entries against one checkpoint."""

    log: KnownLog
    checkpoint: Sealed
    proofs: tuple[Proof, ...]
    keys: LogKeys
    """The log's keys; the last one signed the checkpoint."""
    rulings: Mapping[bytes, Rulings]
    """What was decided in the shapes that the entries name; absent where it is not there as it was written."""

    @property
    def undecided(self) -> list[str]:
        """The receipts of entries of which it cannot be read any more what was decided."""
        return [each.receipt for each in self.proofs if not self.rulings.keys() >= set(shapes_in(each.head))]

    def tree(self, proof: Proof) -> dict[str, Any]:
        """Give one proof as JSON."""
        return {
            "receipt": proof.receipt,
            "suite": self.log.suite,
            "leaf": proof.leaf.hex(),
            "index": proof.index,
            "size": self.checkpoint.size,
            "path": [each.hex() for each in proof.path],
            "checkpoint": self.checkpoint.note,
            "vkey": self.keys.present,
            "packed": base64.b64encode(proof.packed(self.checkpoint.note)).decode(),
        }


def read_receipt(text: str, key: bytes) -> Place:
    """Read a receipt as an answer gave it: open, or closed with the house's *key*.

    Raises:
        NotProved: it is neither.

    """
    parts = text.strip().split(".")
    if len(parts) == _PARTS and len(parts[2]) == _LEAF_HEX and parts[0].isdecimal() and parts[1].isdecimal():
        try:
            place = Place(int(parts[0]), int(parts[1]), bytes.fromhex(parts[2]))
        except ValueError:
            pass
        else:
            if place.stream <= _LAST_STREAM and place.seq <= _LAST_SEQ:
                return place
    opened = read_opaque(text.strip(), key)
    if opened is None:
        message = f"{text!r} is no receipt: neither STREAM.SEQ.LEAF, nor one that this house's receipt.key closed"
        raise NotProved(message)
    return Place(*opened)


async def look_up(engine: AsyncEngine, place: Place) -> None:
    """Make sure that the entry of a receipt is in the trail, sealed or not.

    Raises:
        NotProved: it is not there as its receipt says, or the trail cannot be read.

    """
    try:
        async with connected(engine) as connection:
            await _kept(connection, place)
    except SealingFailed as failure:
        message = f"the trail cannot be read: {failure}"
        raise NotProved(message) from failure


def shapes_in(head: bytes) -> list[bytes]:
    """Give the digests of what was decided, which a head names."""
    return [bytes.fromhex(each) for each in orjson.loads(head)["shapes"]]


async def prove(engine: AsyncEngine, places: Sequence[Place]) -> Proofs:
    """Prove each entry against the newest checkpoint.

    Raises:
        NotProved: naming the first that is not in the trail as its receipt says, or is not sealed.

    """
    try:
        async with connected(engine) as connection:
            log, keys = await known_log(connection), await log_keys(connection)
            newest = await newest_checkpoint(connection)
            again = await log_keys(connection)
            while keys != again:  # the key was replaced at the same time
                keys, newest, again = again, await newest_checkpoint(connection), await log_keys(connection)
            if log is None or newest is None or keys is None:
                message = "the log is not sealed yet: the gateway seals every few seconds"
                raise NotProved(message)
            suite = suite_named(log.suite)
            proofs = [await _proved(connection, place, newest, suite) for place in places]
            newest = _checked(keys, newest)
            rulings = await read_rulings(connection, {name for each in proofs for name in shapes_in(each.head)})
    except SealingFailed as failure:
        message = f"the trail cannot be read: {failure}"
        raise NotProved(message) from failure
    return Proofs(log, newest, tuple(proofs), keys, rulings)


async def _kept(connection: AsyncConnection, place: Place) -> tuple[bytes, bytes]:
    """Give head and sealed body of an entry that is as its receipt says."""
    name = f"stream {place.stream} seq {place.seq}"
    asked = select(RECORD.c.head, RECORD.c.sealed).where(RECORD.c.stream == place.stream, RECORD.c.seq == place.seq)
    row = (await connection.execute(asked)).first()
    if row is None:
        message = f"the entry of this receipt ({name}) is not in the trail: it was removed, or the trail was set back"
        raise NotProved(message)
    head = bytes(row.head)
    if not leaf_of(head).startswith(place.leaf):
        message = f"another entry stands in the place of this receipt's ({name}): it was changed"
        raise NotProved(message)
    return head, bytes(row.sealed)


async def _proved(connection: AsyncConnection, place: Place, newest: Sealed, suite: Suite) -> Proof:
    name = f"stream {place.stream} seq {place.seq}"
    head, sealed = await _kept(connection, place)
    index = await index_of(connection, place.stream, place.seq)
    if index is None or index >= newest.size:
        message = f"the entry ({name}) is in the trail and not sealed yet: try again in a few seconds"
        raise NotProved(message)
    leaf = suite.leaf(head)
    try:
        path = await with_tiles(connection, suite, lambda tree: tree.inclusion(index, newest.size))
    except TileMissing as missing:
        message = f"the log lacks {missing}, so that nothing can be proved of log index {index}"
        raise NotProved(message) from missing
    if root_by_path(suite, leaf, index, newest.size, path) != newest.root:
        message = f"the entry ({name}) does not stand at log index {index}, where it was sealed: it was changed"
        raise NotProved(message)
    receipt = str(Receipt(place.stream, place.seq, leaf_of(head)))
    return Proof(receipt, index, leaf, tuple(path), head, sealed)


def _checked(keys: LogKeys, newest: Sealed) -> Sealed:
    """Give the checkpoint as the log's present key signed it."""
    note = keys.newest(newest.size, newest.note)
    try:
        Reader.of(keys.present).open(note)
    except NoteRefused as refused:
        message = f"the checkpoint of {newest.size} entries is not to be believed: {refused}"
        raise NotProved(message) from refused
    return replace(newest, note=note)
