"""Verifies one entry now: itself, its lines, its neighbours in the stream, its place in the signed log (R19.10)."""

from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.audit.errors import TrailUnread
from gateway.audit.head import leaf_of
from gateway.audit.seal.notes import NoteRefused, Reader
from gateway.audit.seal.proofs import NotProved, Place, prove
from gateway.audit.seal.rows import index_of
from gateway.audit.seal.succession import LogKeys
from gateway.audit.seal.suites import suite_named
from gateway.audit.verification.entries import Entries, Range
from gateway.audit.verification.findings import Findings
from gateway.audit.verification.keys import known_keys
from gateway.audit.verification.snapshot import Snapshot, open_snapshot
from gateway.audit.verification.verify import lawful_expiry
from gateway.errors import StartRefused
from gateway.store.engine import Address
from gateway.store.tables import CHECKPOINT
from schema.inspection import QueryLogFinding, QueryLogSeal, QueryLogVerification

__all__ = ["Verifying", "seal_of"]

_UNSEALED: Final = "not sealed yet"
_UNNAMED: Final = "it does not name the entry before it"


async def seal_of(connection: AsyncConnection, stream: int, seq: int) -> QueryLogSeal | None:
    """Give where an entry stands in the log, and the first checkpoint that covers it."""
    index = await index_of(connection, stream, seq)
    if index is None:
        return None
    covering = select(CHECKPOINT.c.size, CHECKPOINT.c.at).where(CHECKPOINT.c.size > index)
    row = (await connection.execute(covering.order_by(CHECKPOINT.c.size).limit(1))).first()
    return None if row is None else QueryLogSeal(index=index, checkpoint=row.size, sealed_at=row.at)


@dataclass(frozen=True, slots=True)
class Verifying:
    """Verifies entries of the trail at one address; its sessions cannot write."""

    address: Address
    reader: AsyncEngine
    vkey: str | None
    """The log's public key, as the house had it at its start; who trusts it can follow the log to a later one."""

    async def verify(self, place: Place) -> QueryLogVerification:
        """Verify the entry at *place*, which is as a receipt or a row says.

        Raises:
            AuditUnavailable: the trail cannot be read.

        """
        found = Findings()
        index = size = None
        try:
            async with open_snapshot(self.address) as snapshot:
                await self._entry(snapshot, place, found)
        except StartRefused as unread:
            raise TrailUnread(str(unread)) from unread
        try:
            proved = await prove(self.reader, [place])
        except NotProved as refused:
            kind = "unsealed" if _UNSEALED in str(refused) else "proof"
            found.add(kind, _name(place), refused.detail.english)
        else:
            index, size = proved.proofs[0].index, proved.checkpoint.size
            if self.vkey is not None and not proved.keys.leads_from(self.vkey):
                found.add("key", "audit_log id 1", "the log names a key that is not the house's own, nor follows it")
        findings = [QueryLogFinding(kind=kind, row=row, what=what) for kind, row, what in found.listed]
        return QueryLogVerification(verified=not findings, findings=findings, index=index, checkpoint=size)

    async def _entry(self, snapshot: Snapshot, place: Place, found: Findings) -> None:
        """Verify what was committed together with the entry, and that the next entry names it."""
        asked = "SELECT at, head FROM audit_record WHERE stream = $1 AND seq = $2"
        rows = await snapshot.rows(asked, place.stream, place.seq)
        if not rows:
            found.add("missing", _name(place), "it is not there")
            return
        at, head = rows[0][0], bytes(rows[0][1])
        log = await snapshot.rows("SELECT suite FROM audit_log")
        suite = suite_named(log[0][0] if log else "std")
        expiry = await lawful_expiry(snapshot, await self._keys(snapshot, found), Findings())
        await Entries(snapshot, suite, expiry.min_index, found).verify(Range(at, at + 1))
        await self._next(snapshot, place, leaf_of(head).hex(), found)
        await self._end_of_sealed(snapshot, place, found)

    async def _end_of_sealed(self, snapshot: Snapshot, place: Place, found: Findings) -> None:
        """Find what keeps an entry from being sealed: whether its stream goes on where what is sealed of it ends."""
        asked = "SELECT first_seq + n FROM audit_run WHERE stream = $1 ORDER BY first_seq DESC LIMIT 1"
        ends = await snapshot.rows(asked, place.stream)
        seq = ends[0][0] if ends else 0
        if seq >= place.seq or seq == 0:
            return
        asked = "SELECT seq, head FROM audit_record WHERE stream = $1 AND seq BETWEEN $2 AND $3"
        heads = {row[0]: bytes(row[1]) for row in await snapshot.rows(asked, place.stream, seq - 1, seq)}
        for each in (seq - 1, seq):
            if each not in heads:
                found.add("missing", _name(Place(place.stream, each, b"")), "it is not there")
                return
        if _previous(heads[seq]) != leaf_of(heads[seq - 1]).hex():
            found.add("chain", _name(Place(place.stream, seq, b"")), _UNNAMED)

    async def _next(self, snapshot: Snapshot, place: Place, leaf: str, found: Findings) -> None:
        asked = "SELECT head FROM audit_record WHERE stream = $1 AND seq = $2"
        rows = await snapshot.rows(asked, place.stream, place.seq + 1)
        if rows and _previous(bytes(rows[0][0])) != leaf:
            name = _name(Place(place.stream, place.seq + 1, b""))
            found.add("chain", name, _UNNAMED)

    async def _keys(self, snapshot: Snapshot, found: Findings) -> LogKeys | None:
        """Give the log's keys, where they are those that follow the house's own; else the house's own alone."""
        keys = await known_keys(snapshot)
        try:
            for vkey in keys.vkeys if keys else ():
                Reader.of(vkey)
        except NoteRefused as refused:
            found.add("key", "audit_log id 1", str(refused))
            return None
        return keys if self.vkey is None or (keys and self.vkey in keys.vkeys) else LogKeys(self.vkey)


def _previous(head: bytes) -> str | None:
    try:
        return str(orjson.loads(head)["prev"])
    except (ValueError, KeyError, TypeError):
        return None


def _name(place: Place) -> str:
    return f"audit_record stream {place.stream} seq {place.seq}"
