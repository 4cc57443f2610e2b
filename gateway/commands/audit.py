"""The commands on the trail: verify it, prove an entry to a receipt's holder, write evidence (R19.10, R19.12)."""

import getpass
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from gateway.access import key_files
from gateway.access.log_key import LogKeyFiles
from gateway.audit.codes import AUDIT_READ
from gateway.audit.retention.acts import entry_of_act
from gateway.audit.seal.evidence import write_evidence
from gateway.audit.seal.notes import Signer
from gateway.audit.seal.proofs import Proofs, prove, read_receipt
from gateway.audit.verification import Range, Report, Trust, verify_trail
from gateway.commands.retention import trail_beside
from gateway.settings import Settings
from gateway.store import open_store
from gateway.store.tables import microseconds
from schema.days import midnight

__all__ = ["days", "export", "proofs_of", "verified", "verified_lines", "verified_tree"]

_EVERY_S: Final = 0.5


def days(first: datetime | None, last: datetime | None) -> Range:
    """Give the range of whole days in Zhengzhou, the last one included."""
    return Range(
        None if first is None else _midnight(first.date()),
        None if last is None else _midnight(last.date() + timedelta(days=1)),
    )


async def verified(settings: Settings, among: Range, vkey: str | None, anchors: Path | None) -> Report:
    """Verify the trail of these settings, with the house's own key, the one given, and the anchors.

    Raises:
        StartRefused: database or anchors cannot be read.

    """
    house = [Signer(settings.audit.origin, seed).reader.vkey for seed in LogKeyFiles(settings.keys.folder).all()]
    folder = anchors or settings.audit.anchors.folder
    believed = folder if folder and (anchors or folder.is_dir()) else None
    trust = Trust((vkey.strip(),) if vkey else (), believed, tuple(house))
    progress = _progress() if sys.stderr.isatty() else None
    return await verify_trail(open_store(settings.database.url).address, trust, among, progress)


def verified_tree(report: Report) -> dict[str, Any]:
    """Give a report as JSON."""
    return {
        "clean": report.is_clean,
        "entries": report.entries,
        "unsealed": report.unsealed,
        "expired": report.expired,
        "logSize": report.log_size,
        "checkpoints": report.checkpoints,
        "anchored": report.anchored,
        "seconds": round(report.seconds, 3),
        "found": report.found,
        "findings": [each._asdict() for each in report.findings],
    }


def verified_lines(report: Report) -> Iterator[str]:
    """Write a report: what was found, each with its row, then what was looked at."""
    for kind, row, what in report.findings:
        yield f"{kind}: {row}: {what}"
    if report.found > len(report.findings):
        yield f"... and {report.found - len(report.findings)} more"
    rate = report.entries / report.seconds if report.seconds else 0
    yield f"{report.entries} entries in {report.seconds:.1f} s ({rate:,.0f} a second), {report.unsealed} not sealed yet"
    yield (
        f"log of {report.log_size}, {report.checkpoints} checkpoints, {report.anchored} anchored, "
        f"{report.expired} expired"
    )
    yield "Every entry is as it was recorded." if report.is_clean else f"{report.found} thing(s) are not as recorded."


async def proofs_of(settings: Settings, receipts: Sequence[str]) -> Proofs:
    """Prove the entries of these receipts, open or closed.

    Raises:
        NotProved: naming the first that cannot be.

    """
    key = key_files.read(settings.keys.folder / "receipt.key") or bytes(32)
    places = [read_receipt(each, key) for each in receipts]
    store = open_store(settings.database.url)
    try:
        return await prove(store.engine, places)
    finally:
        await store.close()


async def export(settings: Settings, receipts: Sequence[str], folder: Path) -> int:
    """Write evidence of these entries into a folder, and give their number; that it was done is an entry (R19.12).

    Raises:
        StartRefused: an entry cannot be proved, the folder is in use, or the trail cannot be written.

    """
    proved = await proofs_of(settings, receipts)
    entry = entry_of_act(AUDIT_READ, "export", {"entries": len(proved.proofs)}, person=getpass.getuser())
    async with trail_beside(settings) as (_, _, trail):
        await trail.append(entry._replace(inspected={"receipts": [each.receipt for each in proved.proofs]}))
    write_evidence(folder, proved)
    return len(proved.proofs)


def _midnight(day: date) -> int:
    return microseconds(midnight(day).astimezone(UTC))


def _progress() -> Callable[[int], None]:
    told_at = begun = time.monotonic()

    def tell(entries: int) -> None:
        nonlocal told_at
        now = time.monotonic()
        if now - told_at > _EVERY_S:
            told_at = now
            sys.stderr.write(f"\r{entries:,} entries, {entries / (now - begun):,.0f} a second ".ljust(50))
            sys.stderr.flush()

    return tell
