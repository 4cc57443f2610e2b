"""The commands on the key that signs the log: replace it by another, list them all (R19.10)."""

import getpass
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import orjson
from sqlalchemy import select

from gateway.access.log_key import LogKeyFiles
from gateway.audit.codes import LOG_KEY
from gateway.audit.retention.acts import entry_of_act
from gateway.audit.seal.anchors import FolderAnchor, HttpAnchor
from gateway.audit.seal.errors import AnchorFailed, LogRefused, SealingFailed
from gateway.audit.seal.notes import Reader, Signer
from gateway.audit.seal.rotation import former_of, replace_key
from gateway.audit.seal.rows import Sealed, connected, known_log, log_keys, newest_checkpoint
from gateway.audit.seal.stored import StoredLog
from gateway.audit.seal.succession import LogKeys, Reason, Succession
from gateway.audit.seal.suites import suite_named
from gateway.audit.trail import Trail
from gateway.commands.retention import trail_beside
from gateway.errors import AuditUnavailable, StartRefused, Text
from gateway.settings import Settings
from gateway.store import Store, open_store
from gateway.store.tables import RECORD

__all__ = ["NotReplaced", "Replaced", "keys_tree", "listed", "replaced_lines", "rotate"]


_CLOCKS: Final = timedelta(days=1)
"""By how much the clocks of gateway and database surely do not differ."""


class NotReplaced(StartRefused):
    """The log's key was not replaced, or not to the end: the former one is kept until it is."""

    cure = Text(
        "The former key is there still. Mend what the message says, then run the command again: it goes on.",
        "原密钥仍在。请按提示处理后再次运行该命令，将从中断处继续。",
    )


@dataclass(frozen=True, slots=True)
class Replaced:
    """A key that was replaced: what was written down, the key before, and at how many anchors it lies."""

    succession: Succession
    former: str
    anchors: int


async def rotate(settings: Settings, reason: Reason) -> Replaced:
    """Replace the log's key, while the gateway runs; stopped anywhere, it is done to the end by doing it again.

    The former seed is destroyed last: after the succession is durable, lies at every anchor, and is an entry.

    Raises:
        StartRefused: it was not done, or not to the end, and why.

    """
    async with trail_beside(settings) as (store, _, trail):
        try:
            return await _replaced(settings, store, trail, reason)
        except (LogRefused, AnchorFailed, SealingFailed) as failure:
            raise NotReplaced(str(failure)) from failure
        except AuditUnavailable as failure:
            message = f"the entry about it could not be kept: {failure.detail.english}"
            raise NotReplaced(message) from failure


async def listed(settings: Settings) -> LogKeys | None:
    """Give the log's keys; None before anything was sealed.

    Raises:
        StartRefused: the database cannot be read.

    """
    store = open_store(settings.database.url)
    try:
        async with connected(store.engine) as connection:
            return await log_keys(connection)
    except SealingFailed as failure:
        message = f"the log cannot be read: {failure}"
        raise StartRefused(message) from failure
    finally:
        await store.close()


def keys_tree(keys: LogKeys | None) -> list[dict[str, Any]]:
    """Give keys as JSON, the oldest first: each signs what is larger than its size."""
    if keys is None:
        return []
    first = {"vkey": keys.first, "size": 0, "reason": None, "at": None, "witnessed": True}
    return [first, *map(_tree, keys.successions)]


def replaced_lines(replaced: Replaced) -> Sequence[str]:
    """Write what was done, and what is left to people."""
    succession = replaced.succession
    witness = "signed by both" if succession.is_witnessed else "signed by the new key alone, the former being gone"
    return (
        f"From {succession.size} entries on the log is signed with a new key ({succession.reason}; {witness}):",
        succession.vkey,
        f"Publish it beside the former: {replaced.former}",
        "Back keys.folder up now, and destroy older backups of log.key."
        + ("" if replaced.anchors else " No anchor is set: whoever has the former key can still write another log."),
    )


async def _replaced(settings: Settings, store: Store, trail: Trail, reason: Reason) -> Replaced:
    files, name = LogKeyFiles(settings.keys.folder), settings.audit.origin
    async with connected(store.engine) as connection:
        known, keys = await known_log(connection), await log_keys(connection)
    if known is not None and known.origin != name:
        message = f"the log is called {known.origin}, and audit.origin is {name}"
        raise LogRefused(message)
    seed = files.present()
    present = Signer(name, seed) if seed else None
    waiting = files.next()
    if waiting is None:
        former_of(keys, present, reason)  # before anything is made
    elif keys is not None and Signer(name, waiting).reader.vkey in keys.vkeys[:-1]:
        files.drop_next()  # of a former time: a key signs once
    new = files.make_next()
    signer = Signer(name, new)
    keys = await replace_key(store.engine, present, signer, reason)
    succession = keys.successions[-1]
    about = {"number": succession.number, "size": succession.size, "key": succession.vkey, "reason": succession.reason}
    if not await _is_told(store, succession):
        await trail.append(entry_of_act(LOG_KEY, "replace log key", about, person=getpass.getuser()))
    anchors = await _anchored(settings, store, signer.reader, succession)
    files.settle(new)
    return Replaced(succession, keys.vkeys[-2], anchors)


async def _anchored(settings: Settings, store: Store, reader: Reader, succession: Succession) -> int:
    """Lay the succession down at every anchor, and give how many there are."""
    audit = settings.audit
    async with connected(store.engine) as connection:
        newest = await newest_checkpoint(connection)
    if audit.anchors.folder and newest:
        log = StoredLog(store.engine, suite_named(audit.suite))
        await FolderAnchor(audit.anchors.folder, reader, log).publish(newest)
    if audit.anchors.url:
        await HttpAnchor(audit.anchors.url).publish(Sealed(succession.size, b"", succession.note))
    return sum(map(bool, (audit.anchors.folder, audit.anchors.url)))


async def _is_told(store: Store, succession: Succession) -> bool:
    """Say whether the trail has an entry about this key: one that broke off is not told of twice."""
    since = RECORD.c.at > succession.at - _CLOCKS  # an entry's instant is the database's
    async with connected(store.engine) as connection:
        heads = await connection.scalars(select(RECORD.c.head).where(RECORD.c.kind == LOG_KEY, since))
        return any(orjson.loads(head)["about"]["key"] == succession.vkey for head in heads)


def _tree(succession: Succession) -> dict[str, Any]:
    return {
        "vkey": succession.vkey,
        "size": succession.size,
        "reason": succession.reason,
        "at": succession.at.isoformat(),
        "witnessed": succession.is_witnessed,
    }
