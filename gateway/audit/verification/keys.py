"""Verifies by which keys the log is signed: each leads to the next, and those that are trusted are of them (R19.10)."""

from typing import Any

from gateway.audit.seal.notes import NoteRefused, Reader
from gateway.audit.seal.succession import LogKeys, Succession
from gateway.audit.verification.findings import Findings
from gateway.audit.verification.snapshot import Snapshot
from gateway.errors import StartRefused
from gateway.store.tables import microseconds

__all__ = ["known_keys", "verify_keys"]

_LOG = "audit_log id 1"


async def known_keys(snapshot: Snapshot) -> LogKeys | None:
    """Give the keys that the log names, believed or not; None before anything was sealed."""
    rows = await snapshot.rows("SELECT vkey FROM audit_log")
    if not rows:
        return None
    asked = "SELECT number, size, vkey, reason, at, note FROM audit_log_key ORDER BY number"
    return LogKeys.of(rows[0][0], await snapshot.rows(asked))


async def verify_keys(
    snapshot: Snapshot, vkeys: tuple[str, ...], anchored: str | None, house: tuple[str, ...], found: Findings
) -> LogKeys | None:
    """Give the keys by which the log's notes are opened; None where nobody names one.

    Those that were published, *vkeys*, and the one at an anchor must be of the log; of those that the *house* has one
    must be the log's present key.

    Raises:
        StartRefused: a key that is trusted is none.

    """
    keys = await known_keys(snapshot)
    published = (*map(_readable, vkeys), *([anchored] if anchored else []))
    _believed(keys, published, house, found)
    trusted = [*vkeys, *house, *published]
    if keys is None or (trusted and not set(trusted) & set(keys.vkeys)):
        return LogKeys(_readable(trusted[0])) if trusted else None
    if trusted and not _is_key(keys.first):
        found.add("key", _LOG, f"the log was begun with {keys.first}, which is no key")
        return LogKeys(_readable(trusted[0]))
    _readable(keys.first)
    known: list[Succession] = []
    for former, succession in keys.each():
        if not await _succeeds(snapshot, former, succession, known, found):
            break
        known.append(succession)
        is_told = not {*published}.isdisjoint(each.vkey for each in keys.successions[len(known) - 1 :])
        if not succession.is_witnessed and not is_told:
            what = (
                f"{succession.vkey} took the place of {former} without its signature ({succession.reason}): "
                "give the new key, as it was published, by --key"
            )
            found.add("unwitnessed", _row(succession), what)
    return LogKeys(keys.first, tuple(known))


def _believed(keys: LogKeys | None, published: tuple[str, ...], house: tuple[str, ...], found: Findings) -> None:
    known = published[:1] if keys is None else keys.vkeys
    for vkey in published:
        if vkey not in known:
            found.add("key", _LOG, f"the log names the key {keys and keys.present}, and {vkey} is trusted")
    if house and known and known[-1] not in house:
        found.add("key", _LOG, f"the log is signed with {known[-1]}, and the house has {' and '.join(house)}")


async def _succeeds(
    snapshot: Snapshot, former: str, succession: Succession, before: list[Succession], found: Findings
) -> bool:
    """Find one succession to be as it was signed; say whether its key can be read at all."""
    row = _row(succession)
    try:
        Reader.of(succession.vkey)
        told = succession.check(former)
    except NoteRefused as refused:
        found.add("key", row, f"{succession.vkey} did not take the place of {former}: {refused}")
        return _is_key(succession.vkey)
    rows = await snapshot.rows("SELECT root FROM audit_checkpoint WHERE size = $1", succession.size)
    if [bytes(each) for (each,) in rows] != [told.root]:
        found.add("key", row, f"the log has no such checkpoint of {succession.size} entries as it tells of")
    at: Any = succession.at  # of a snapshot: microseconds
    if (succession.number, microseconds(told.sealed_at)) != (len(before) + 1, at):
        found.add("key", row, "its columns are not what its signed note says")
    if before and before[-1].size > succession.size:
        found.add("key", row, "it is of a smaller log than the one before it")
    return True


def _is_key(vkey: str) -> bool:
    try:
        Reader.of(vkey)
    except NoteRefused:
        return False
    return True


def _readable(vkey: str) -> str:
    try:
        Reader.of(vkey)
    except NoteRefused as refused:
        message = f"{vkey!r} is not to be used: {refused}"
        raise StartRefused(message) from refused
    return vkey


def _row(succession: Succession) -> str:
    return f"audit_log_key number {succession.number}"
