"""Verifies the whole trail, or the entries of some days, and says which row is not as it was recorded (R19.10)."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import orjson

from gateway.audit.codes import EXPIRY
from gateway.audit.seal.expiry import Expiry
from gateway.audit.seal.notes import NoteRefused
from gateway.audit.seal.succession import LogKeys
from gateway.audit.seal.suites import suite_named
from gateway.audit.seal.tiles import WIDTH
from gateway.audit.verification.counts import counts_verified_beside, verify_counts
from gateway.audit.verification.entries import Range, Seen
from gateway.audit.verification.findings import Finding, Findings
from gateway.audit.verification.keys import verify_keys
from gateway.audit.verification.log import Log
from gateway.audit.verification.ordinals import Ordinals
from gateway.audit.verification.outside import anchored_key, holds_checkpoints, verify_anchors
from gateway.audit.verification.parts import Looking, look_at_parts
from gateway.audit.verification.pieces import join_pieces
from gateway.audit.verification.rulings import verify_rulings
from gateway.audit.verification.snapshot import Snapshot, open_snapshot
from gateway.audit.verification.streams import verify_runs
from gateway.audit.verification.types import verify_types
from gateway.store.engine import Address

__all__ = ["Progress", "Report", "Trust", "lawful_expiry", "verify_snapshot", "verify_trail"]

# The number stands in the text, as it stands in the condition of the index that is of these entries alone.
_EXPIRIES: Final = f"SELECT stream, seq, at, head FROM audit_record WHERE kind = {EXPIRY} ORDER BY at"  # noqa: S608 - of ours
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Trust:
    """What is believed without the database: the log's keys as published, the folder of an anchor, the house's own.

    The house has two keys while one takes the other's place; one of them must be the log's present key.
    """

    vkeys: tuple[str, ...] = ()
    anchors: Path | None = None
    house: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What was verified, and what was found."""

    entries: int
    unsealed: int
    expired: int
    log_size: int
    checkpoints: int
    anchored: int
    seconds: float
    found: int
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether everything is as it was recorded."""
        return not self.found


Progress = Callable[[str, int, int | None], None]
"""Hears of what so many are done, and of how many there are about; None: nobody knows."""


async def verify_trail(
    address: Address, trust: Trust, among: Range, progress: Progress | None = None, processes: int = 1
) -> Report:
    """Verify the trail at *address*, on PostgreSQL by so many *processes*.

    Raises:
        StartRefused: database or anchors cannot be read.

    """
    async with open_snapshot(address) as snapshot:
        return await verify_snapshot(snapshot, trust, among, progress, processes)


async def verify_snapshot(
    snapshot: Snapshot, trust: Trust, among: Range, progress: Progress | None = None, processes: int = 1
) -> Report:
    """Verify what one snapshot of a trail holds.

    Raises:
        StartRefused: the anchors cannot be read.

    """
    begun, found = time.perf_counter(), Findings()
    counts = await _verified(snapshot, trust, among, progress or (lambda *_: None), processes, found)
    return Report(*counts, time.perf_counter() - begun, found.total, tuple(found.listed))


async def _verified(  # noqa: PLR0913, PLR0917 - what a verification is told, and where it writes
    snapshot: Snapshot, trust: Trust, among: Range, progress: Progress, processes: int, found: Findings
) -> tuple[int, int, int, int, int, int]:
    if not await verify_types(snapshot, found):
        return 0, 0, 0, 0, 0, 0
    rows = await snapshot.rows("SELECT suite FROM audit_log")
    suite = suite_named(rows[0][0] if rows else "std")
    anchor = anchored_key(trust.anchors) if trust.anchors else None
    keys = await verify_keys(snapshot, trust.vkeys, anchor, trust.house, found)
    newest = await snapshot.rows("SELECT size FROM audit_checkpoint ORDER BY size DESC LIMIT 1")
    size: int = newest[0][0] if newest else 0
    expiry = await lawful_expiry(snapshot, keys, found)
    looking = Looking(suite.name, expiry.min_index, secrets.token_bytes(), processes)
    to_come = max(0, size - expiry.entries) if among.is_whole else None
    seen = await _entries(snapshot, among, looking, _told(progress, "entries", to_come), found)
    # What was announced to expire may be there still for a moment; what was not must be.
    if among.is_whole and seen.below < expiry.min_index - expiry.entries:
        what = f"{expiry.entries} of {expiry.min_index} expired, and {seen.below} are there still"
        found.add("missing", f"log index 0 to {expiry.min_index - 1}", what)
    checkpoints = anchored = 0
    if keys is not None:
        log = Log(snapshot, suite, keys, found)
        tiles = _tiles_of(seen, among)
        await log.verify(size, expiry.min_index, tiles, _told(progress, "tiles", None if tiles else size // WIDTH))
        checkpoints = log.checkpoints
        if trust.anchors is not None:
            anchored = await verify_anchors(snapshot, trust.anchors, keys, size, found)
    elif trust.anchors is not None and holds_checkpoints(trust.anchors):
        found.add("key", "audit_log id 1", "the log names no public key, and there are anchored checkpoints of it")
    return seen.entries, seen.unsealed, expiry.entries, size, checkpoints, anchored


async def _entries(
    snapshot: Snapshot, among: Range, looking: Looking, progress: Callable[[int], None], found: Findings
) -> Seen:
    """Verify the entries of a range, and what of them is counted; of the whole trail, all that is decided too."""
    looked, counts = Findings(), Findings()
    look = look_at_parts(snapshot, among, looking, progress, looked)
    if among.is_whole or looking.floor > 0:
        seen = await look
    else:
        async with counts_verified_beside(snapshot, among, counts):
            seen = await look
    await verify_runs(snapshot, looked)
    await join_pieces(snapshot, seen.pieces, looking.floor, looked, whole=among.is_whole)
    if looking.floor > 0:
        await verify_counts(snapshot, among, expired=True, held=seen.below > 0, found=counts)
    elif among.is_whole:
        # Which row is to blame only the database can tell; mostly there is none.
        if looked.total or not await Ordinals(looking.secret).are_counted(snapshot, seen.worth):
            await verify_counts(snapshot, among, expired=False, held=False, found=counts)
        else:
            await verify_rulings(snapshot, counts, seen.shapes)
    found.join(looked)
    found.join(counts)
    return seen


def _told(progress: Progress, what: str, of: int | None) -> Callable[[int], None]:
    """Give what hears of so many more that are done."""
    done = 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        progress(what, done, of)

    return tell


async def lawful_expiry(snapshot: Snapshot, keys: LogKeys | None, found: Findings) -> Expiry:
    """Give the last lawful expiry that the trail itself tells of; every other is a finding."""
    last = Expiry(0, 0)
    for stream, seq, at, head in await snapshot.rows(_EXPIRIES):
        expiry = _read_expiry(head)
        rows = [] if expiry is None else await _note_of(snapshot, expiry.min_index)
        try:
            sealed_at = keys.open(rows[0][0]).sealed_at if rows and keys else None
        except NoteRefused:
            sealed_at = None
        expired_at = min(_EPOCH + timedelta(microseconds=at), datetime.now(UTC))
        if expiry is None or sealed_at is None or not expiry.is_lawful(sealed_at, expired_at):
            what = "it says that entries expired, and their five years cannot be shown to have been over"
            found.add("expiry", f"audit_record stream {stream} seq {seq}", what)
        else:
            last = max(last, expiry)
    return last


def _read_expiry(head: bytes) -> Expiry | None:
    try:
        return Expiry.read(orjson.loads(head))
    except ValueError:
        return None


async def _note_of(snapshot: Snapshot, size: int) -> list[tuple[str]]:
    return [tuple(row) for row in await snapshot.rows("SELECT note FROM audit_checkpoint WHERE size = $1", size)]


def _tiles_of(seen: Seen, among: Range) -> tuple[int, int] | None:
    """Give the tiles of level 0 in which the entries of a range stand; None for all of them."""
    if among.is_whole:
        return None
    if seen.first_index is None or seen.last_index is None:
        return (0, -1)
    return seen.first_index // WIDTH, seen.last_index // WIDTH
