"""The commands on how long the trail is kept: expire, hold, release, holds; and the rotation of keys (Art. 19)."""

import getpass
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from gateway.access.keys import Keys
from gateway.audit.pseudonyms import Pseudonyms
from gateway.audit.retention import Expired, Held, Hold, Holds, Retention
from gateway.audit.seal.proofs import look_up, read_receipt
from gateway.audit.trail import Trail, open_trail
from gateway.errors import AuditUnavailable, StartRefused
from gateway.settings import Settings
from gateway.store import Store, open_store, prepare
from schema.days import ZONE
from schema.identifiers import check_unified_social_credit_code

__all__ = ["Named", "expire", "expired_tree", "held_tree", "holds", "place", "release", "rotate", "trail_beside"]


@dataclass(frozen=True, slots=True)
class Named:
    """What the command line names to be held; exactly one of the three."""

    subject: str | None = None
    receipt: str | None = None
    first: datetime | None = None
    last: datetime | None = None


async def expire(settings: Settings) -> Expired:
    """Delete what is five years old.

    Raises:
        StartRefused: it was not done, and why.

    """
    async with trail_beside(settings) as (store, keys, trail):
        return await Retention(store, keys, trail.append).expire()


async def place(settings: Settings, named: Named, reason: str, article: str) -> int:
    """Hold what is named, and give the hold's number.

    Raises:
        StartRefused: it was not done, and why.

    """
    async with trail_beside(settings) as (store, keys, trail):
        hold = await _hold(named, store, keys, reason, article)
        return await _holds(store, keys, trail).place(hold, getpass.getuser())


async def release(settings: Settings, number: int, reason: str) -> None:
    """Release a hold.

    Raises:
        StartRefused: it was not done, and why.

    """
    async with trail_beside(settings) as (store, keys, trail):
        await _holds(store, keys, trail).release(number, reason, getpass.getuser())


async def holds(settings: Settings) -> list[Held]:
    """Give all holds."""
    async with trail_beside(settings) as (store, keys, trail):
        return await _holds(store, keys, trail).all()


def rotate(settings: Settings) -> int:
    """Wrap the months' keys by a new key-encryption key, and say how many."""
    return Keys(settings.keys.folder).rotate()


def expired_tree(expired: Expired) -> dict[str, Any]:
    """Give a run as JSON."""
    months = [f"{month:%Y-%m}" for month in expired.months]
    return {"entries": expired.entries, "belowIndex": expired.below, "kept": expired.kept, "keysDestroyed": months}


def held_tree(held: Held) -> dict[str, Any]:
    """Give a hold as JSON."""
    return {
        "id": held.id,
        "holds": held.what,
        "reason": held.reason,
        "article": held.article,
        "placedBy": held.placed_by,
        "placedAt": held.placed_at.isoformat(),
        "releasedAt": held.released_at.isoformat() if held.released_at else None,
    }


@asynccontextmanager
async def trail_beside(settings: Settings) -> AsyncIterator[tuple[Store, Keys, Trail]]:
    """Open the trail beside the gateway, which may run: each has a stream of its own."""
    keys, store = Keys(settings.keys.folder), open_store(settings.database.url)
    try:
        await prepare(store)
        audit = settings.audit
        trail = await open_trail(
            store, keys, deadline_s=max(audit.deadline_s, 5.0), require_standby=audit.require_standby
        )
        try:
            yield store, keys, trail
        except AuditUnavailable as failure:
            message = f"the entry about it could not be kept, so nothing was done: {failure.detail.english}"
            raise StartRefused(message) from failure
        finally:
            await trail.close()
    finally:
        await store.close()


def _holds(store: Store, keys: Keys, trail: Trail) -> Holds:
    return Holds(store, Pseudonyms(keys.pseudonym), trail.append)


async def _hold(named: Named, store: Store, keys: Keys, reason: str, article: str) -> Hold:
    """Give what is to be held: a hold that would keep nothing is refused, since somebody relies on it."""
    subject = None if named.subject is None else _subject_id(named.subject.strip(), keys)
    place_ = None
    if named.receipt is not None:
        receipt = read_receipt(named.receipt, keys.receipt)
        await look_up(store.engine, receipt)
        place_ = (receipt.stream, receipt.seq)
    period = None
    if named.first is not None and named.last is not None:
        period = (named.first.replace(tzinfo=ZONE), named.last.replace(tzinfo=ZONE) + timedelta(days=1))
    return Hold(reason, article, subject, place_, period)


def _subject_id(named: str, keys: Keys) -> str:
    """Give the id of the subject that is named, by its id or as uscc:CODE."""
    if named.startswith("uscc:"):
        checked = check_unified_social_credit_code(named.removeprefix("uscc:"))
        if checked.errors:
            message = f"{named} is no unified social credit code: {checked.errors[0].value}"
            raise StartRefused(message)
        return keys.subject_id("uscc", checked.canonical)
    if _ID.fullmatch(named) is None:  # it is not repeated: it may be an identity number
        message = "--subject is a subject's id of 22 characters, or uscc:CODE; an identity number has no place here"
        raise StartRefused(message)
    return named


_ID: Final = re.compile(r"[A-Za-z0-9_-]{22}")
