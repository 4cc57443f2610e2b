"""What a row does to a record: a new version, nothing, or nothing since it is older (Art. 11; R12.6).

Pure. Increments come late, twice and out of order: whatever says as of when it is leads to one state, in any order and
however often. A record is in the state of its newest increment, and has the content of its newest UPSERT.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

import orjson

from schema.reporting import Action, Reported, RowOutcome

__all__ = ["Decision", "Head", "content_digest", "decide"]

IN_FORCE: Final = "ACTIVE"
WITHDRAWN: Final = "REVOKED"
_REPAIRED: Final = "REPAIRED"


class _Order(NamedTuple):
    """Where an increment stands among those of its record: by its instant, then a revocation after what it revokes."""

    at: datetime
    rank: int
    digest: str


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a record's newest state; ``content`` is None where only a revocation of it came yet."""

    version: int
    status: str
    ordered_at: datetime
    content_at: datetime | None
    content: str | None

    @property
    def is_withdrawn(self) -> bool:
        """Whether it is revoked."""
        return self.status == WITHDRAWN

    @property
    def newest(self) -> _Order:
        """Where its newest increment stands."""
        return _Order(self.ordered_at, 1, "") if self.is_withdrawn else _Order(self.ordered_at, 0, self.content or "")

    @property
    def newest_content(self) -> _Order | None:
        """Where its newest UPSERT stands."""
        return None if self.content_at is None else _Order(self.content_at, 0, self.content or "")


class Decision(NamedTuple):
    """What became of a row, the record's head from now on (None: as it was), and whether a version is written.

    ``outcome`` is REFUSED where there is nothing to be revoked.
    """

    outcome: RowOutcome
    head: Head | None
    writes: bool


def content_digest(reported: Reported) -> str:
    """Give the digest of all that a row says of its record."""
    said = {
        "values": dict(reported.values),
        "terminatedOn": reported.terminated_on,
        "publicityUntil": reported.publicity_until,
        "recordTier": str(reported.record_tier.value),
        "sealed": reported.sealed,
        "statement": reported.statement,
    }
    return digest_of(said)


def digest_of(said: Mapping[str, object]) -> str:
    """Give the digest of a content, whatever the order of its names."""
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def decide(head: Head | None, action: Action, digest: str, said_at: datetime | None, now: datetime) -> Decision:
    """Decide on a row of *digest*, as of *said_at*; one that does not say is as of *now*, and newer than all before."""
    if said_at is None:
        said_at = now if head is None else max(now, head.ordered_at)
        always = True
    else:
        always = False
    if action is Action.REVOKE:
        return _revoked(head, said_at, always=always)
    return _said(head, digest, said_at, always=always)


def _said(head: Head | None, digest: str, at: datetime, *, always: bool) -> Decision:
    if head is None:
        return Decision(RowOutcome.ACCEPTED, Head(1, IN_FORCE, at, at, digest), writes=True)
    order = _Order(at, 0, digest)
    if head.is_withdrawn:
        if always or order > head.newest:
            return Decision(RowOutcome.UPDATED, Head(head.version + 1, IN_FORCE, at, at, digest), writes=True)
        return _said_before(head, order)
    if digest == head.content:
        later = replace(head, ordered_at=at, content_at=at) if at > head.ordered_at else None
        return Decision(RowOutcome.UNCHANGED, later, writes=False)
    if always or order > head.newest:
        status = head.status if head.status == _REPAIRED else IN_FORCE
        return Decision(RowOutcome.UPDATED, Head(head.version + 1, status, at, at, digest), writes=True)
    return Decision(RowOutcome.STALE, None, writes=False)


def _said_before(head: Head, order: _Order) -> Decision:
    """Take in what a revoked record said at the last, where it comes after the revocation."""
    known = head.newest_content
    if known is not None and order <= known:
        return Decision(RowOutcome.STALE, None, writes=False)
    if order.digest == head.content:
        return Decision(RowOutcome.STALE, replace(head, content_at=order.at), writes=False)
    filled = Head(head.version + 1, head.status, head.ordered_at, order.at, order.digest)
    return Decision(RowOutcome.STALE, filled, writes=True)


def _revoked(head: Head | None, at: datetime, *, always: bool) -> Decision:
    if head is None:
        if always:
            return Decision(RowOutcome.REFUSED, None, writes=False)
        return Decision(RowOutcome.REVOKED, Head(1, WITHDRAWN, at, None, None), writes=True)
    if head.is_withdrawn:
        return Decision(
            RowOutcome.UNCHANGED, replace(head, ordered_at=at) if at > head.ordered_at else None, writes=False
        )
    if not always and _Order(at, 1, "") < head.newest:
        return Decision(RowOutcome.STALE, None, writes=False)
    withdrawn = Head(head.version + 1, WITHDRAWN, at, head.content_at, head.content)
    return Decision(RowOutcome.REVOKED, withdrawn, writes=True)
