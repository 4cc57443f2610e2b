"""Compares the log with what was laid down outside: only so a rebuilt or restored log is told from the true one."""

from pathlib import Path

from gateway.audit.seal.anchors import read_anchored
from gateway.audit.seal.notes import NoteRefused
from gateway.audit.seal.succession import LogKeys
from gateway.audit.verification.findings import Findings
from gateway.audit.verification.snapshot import Snapshot
from gateway.errors import StartRefused

__all__ = ["anchored_key", "holds_checkpoints", "verify_anchors"]


def anchored_key(folder: Path) -> str | None:
    """Give the public key that lies in an anchor's folder; None where none does."""
    return _read(folder)[0]


def holds_checkpoints(folder: Path) -> bool:
    """Say whether anything was ever anchored there."""
    return bool(_read(folder)[1])


async def verify_anchors(snapshot: Snapshot, folder: Path, keys: LogKeys, size: int, found: Findings) -> int:
    """Find each anchored checkpoint and succession in the log, as it was anchored; give how many there are."""
    _, notes = _read(folder)
    for path, note in notes.items():
        name = f"anchor {path.relative_to(folder)}"
        try:
            anchored = keys.open(note)
        except NoteRefused as refused:
            found.add("anchor", name, str(refused))
            continue
        rows = await snapshot.rows("SELECT root FROM audit_checkpoint WHERE size = $1", anchored.size)
        if anchored.size > size:
            what = f"it is of {anchored.size} entries, and the log has only {size}: the log was set back"
            found.add("anchor", name, what)
        elif not rows:
            found.add("anchor", name, f"the log has no checkpoint of {anchored.size} entries: it was rebuilt")
        elif bytes(rows[0][0]) != anchored.root:
            found.add("anchor", name, f"audit_checkpoint size {anchored.size} has another root: the log was rebuilt")
    return len(notes)


def _read(folder: Path) -> tuple[str | None, dict[Path, str]]:
    try:
        return read_anchored(folder)
    except OSError as failure:
        message = f"the anchors in {folder} cannot be read: {failure.strerror}"
        raise StartRefused(message) from failure
