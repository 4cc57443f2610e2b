"""The commands on the trail: verify it, prove an entry to a receipt's holder, write evidence (R19.10, R19.12)."""

import getpass
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click

from gateway.access import key_files
from gateway.access.log_key import LogKeyFiles
from gateway.audit.codes import AUDIT_READ
from gateway.audit.retention.acts import entry_of_act
from gateway.audit.seal.evidence import write_evidence
from gateway.audit.seal.notes import Signer
from gateway.audit.seal.proofs import Proofs, prove, read_receipt
from gateway.audit.verification import Progress, Range, Report, Trust, verify_trail
from gateway.commands.retention import trail_beside
from gateway.memory import settle_memory
from gateway.settings import Settings
from gateway.store import open_store
from gateway.store.tables import microseconds
from schema.days import midnight

__all__ = ["days", "export", "proofs_of", "verified", "verified_lines", "verified_tree"]

_EVERY_S: Final = 0.5
_EVERY_S_IN_A_FILE: Final = 30.0


def days(first: datetime | None, last: datetime | None) -> Range:
    """Give the range of whole days in Zhengzhou, the last one included."""
    return Range(
        None if first is None else _midnight(first.date()),
        None if last is None else _midnight(last.date() + timedelta(days=1)),
    )


async def verified(
    settings: Settings, among: Range, vkey: str | None, anchors: Path | None, processes: int = 1
) -> Report:
    """Verify the trail of these settings, with the house's own key, the one given, and the anchors.

    How far it is, is said on stderr.

    Raises:
        StartRefused: database or anchors cannot be read.

    """
    house = [Signer(settings.audit.origin, seed).reader.vkey for seed in LogKeyFiles(settings.keys.folder).all()]
    folder = anchors or settings.audit.anchors.folder
    believed = folder if folder and (anchors or folder.is_dir()) else None
    trust = Trust((vkey.strip(),) if vkey else (), believed, tuple(house))
    settle_memory()
    with _progress() as progress:
        return await verify_trail(open_store(settings.database.url).address, trust, among, progress, processes)


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


async def export(settings: Settings, receipts: Sequence[str], folder: Path) -> Proofs:
    """Write evidence of these entries into a folder, and give what it proves; that it was done is an entry (R19.12).

    Raises:
        StartRefused: an entry cannot be proved, the folder is in use, or the trail cannot be written.

    """
    proved = await proofs_of(settings, receipts)
    entry = entry_of_act(AUDIT_READ, "export", {"entries": len(proved.proofs)}, person=getpass.getuser())
    async with trail_beside(settings) as (_, _, trail):
        await trail.append(entry._replace(inspected={"receipts": [each.receipt for each in proved.proofs]}))
    write_evidence(folder, proved)
    return proved


def _midnight(day: date) -> int:
    return microseconds(midnight(day).astimezone(UTC))


@contextmanager
def _progress() -> Iterator[Progress]:
    """Say how far a long work is: on a terminal in one line that goes in the end, else now and then in a line."""
    terminal = sys.stderr.isatty()
    every_s = _EVERY_S if terminal else _EVERY_S_IN_A_FILE
    told_at = time.monotonic()
    begun: dict[str, float] = {}

    def tell(what: str, done: int, of: int | None) -> None:
        nonlocal told_at
        now = time.monotonic()
        rate = done / max(now - begun.setdefault(what, told_at), _EVERY_S)
        if now - told_at > every_s:
            told_at = now
            line = _told(what, done, of, rate)
            click.echo(f"\r{line:78}" if terminal else line, nl=not terminal, err=True)

    yield tell
    if terminal:
        click.echo(f"\r{'':78}\r", nl=False, err=True)


def _told(what: str, done: int, of: int | None, rate: float) -> str:
    """Write how far a work is, and how long it will take where that is known.

    >>> _told("entries", 250_000, 1_000_000, 50_000.0)
    '250,000 of 1,000,000 entries, 50,000 a second, 15 s left'
    >>> _told("tiles", 40, None, 20.0)
    '40 tiles, 20 a second'
    """
    if of is None or not rate:
        return f"{done:,} {what}, {rate:,.0f} a second"
    return f"{done:,} of {of:,} {what}, {rate:,.0f} a second, {max(0, of - done) / rate:,.0f} s left"
