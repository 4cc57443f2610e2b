"""A consent that is withdrawn takes its values with it: out of the record and all its versions (Art. 9(3); R9.5).

The record gets a new version without the values; in the versions before they are erased, and their digests made anew,
since a sum can be guessed from a digest. What another consent in force still covers stays.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.credit_centre import REPORTED_RECORD
from gateway.access.papers.paper import KeptPaper
from gateway.audit.codes import COLLECTION
from gateway.audit.entry import Entry, Receipt
from gateway.audit.retention.acts import entry_of_act
from gateway.collection.intake.versions import digest_of
from gateway.collection.quarantine.consents import Consents, alone_with_consents, covers
from gateway.collection.quarantine.register import Centre
from gateway.store.tables import RECORD_HEAD, RECORD_VERSION
from schema.catalogue import RECORDS
from schema.days import ZONE, day_of
from schema.papers import PaperKind

__all__ = ["Withdrawal"]

_REASON: Final = "信息主体撤回同意"
_CONSENT: Final = "CONSENT_REQUIRED"
_KEY: Final = ("record_type", "provider", "subject_id", "natural_key")

Items = Mapping[tuple[str, str], frozenset[str]]
"""The fields that may no longer be kept, by record type and subject."""


@dataclass(frozen=True, slots=True, eq=False)
class Withdrawal:
    """Carries withdrawals out."""

    centre: Centre
    consents: Consents
    dropping: Callable[[Collection[str]], Awaitable[None]]
    append: Callable[[Entry], Awaitable[Receipt]]

    async def __call__(self, paper: KeptPaper, person: str, now: float) -> None:
        """Remove what a consent allowed, before and after it is revoked: each time is whole, the second finds nothing.

        Raises:
            CollectionUnavailable, PapersUnavailable, AuditUnavailable: asking again mends it.

        """
        provider, subjects = paper.written.organisation, [each.id for each in paper.written.subjects]
        if paper.written.kind is not PaperKind.COLLECTION_CONSENT or provider is None or paper.written.scope is None:
            return
        still = await self.consents.covering(provider, subjects, day_of(now), but=paper.id)
        items = _withdrawn(paper.written.scope.restricted, subjects, still)
        if not items:
            return
        at = datetime.fromtimestamp(now, UTC)
        async with self.centre.writing() as connection:
            await alone_with_consents(connection)
            erased = await _erase_versions(connection, provider, items)
            removed = await _renew_records(connection, provider, items, _By(paper.id, person, at))
        if not (erased or removed):
            return
        await self.dropping(subjects)
        about = {"paper": paper.id, "agency": provider, "records": removed, "versions": erased}
        await self.append(entry_of_act(COLLECTION, "collection.consent.withdrawn", about, person=person))


@dataclass(frozen=True, slots=True)
class _By:
    """By what and whom values are removed, and when."""

    paper: str
    person: str
    at: datetime


def _withdrawn(named: frozenset[str], subjects: Sequence[str], still: Mapping[str, frozenset[str]]) -> Items:
    """Give what may no longer be kept of each subject: what the consent named, and no other one covers."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for record_type in {name.partition(".")[0] for name in named} & RECORDS.keys():
        asked = {
            each.name
            for each in RECORDS[record_type].fields.values()
            if each.prohibited is not None
            and each.prohibited.rule == _CONSENT
            and covers(named, record_type, each.name)
        }
        for subject in subjects:
            left = frozenset(each for each in asked if not covers(still.get(subject, frozenset()), record_type, each))
            if left:
                found[record_type, subject] = left
    return found


def _of(table: Table, provider: str, items: Items) -> ColumnElement[bool]:
    types, subjects = zip(*items, strict=True)
    return and_(
        table.c.provider == provider,
        table.c.record_type.in_(sorted(set(types))),
        table.c.subject_id.in_(sorted(set(subjects))),
    )


def _without(row: Mapping[str, Any], items: Items) -> dict[str, Any] | None:
    """Give a payload without what may not be kept, None where there is nothing to remove."""
    gone = items.get((row["record_type"], row["subject_id"]), frozenset())
    payload: Mapping[str, Any] | None = row["payload"]
    if payload is None or not gone & payload.keys():
        return None
    return {name: value for name, value in payload.items() if name not in gone}


def _digest(row: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    """Give the digest of what a version says without the values."""
    return digest_of(
        {
            "values": payload,
            "terminatedOn": row["terminated_on"],
            "publicityUntil": row["publicity_until"],
            "recordTier": row["record_tier"],
            "sealed": row["sealed"],
            "statement": row["statement"],
        }
    )


async def _erase_versions(connection: AsyncConnection, provider: str, items: Items) -> int:
    """Put erased versions in the place of those that had the values; a version itself is never changed."""
    asked = select(RECORD_VERSION).where(_of(RECORD_VERSION, provider, items))
    rows = [dict(each) for each in (await connection.execute(asked)).mappings()]
    erased = 0
    for row in rows:
        payload = _without(row, items)
        if payload is None:
            continue
        digest, before = _digest(row, payload), row["content_digest"]
        same = [RECORD_VERSION.c[name] == row[name] for name in (*_KEY, "version")]
        await connection.execute(delete(RECORD_VERSION).where(*same))
        await connection.execute(insert(RECORD_VERSION).values({**row, "payload": payload, "content_digest": digest}))
        head = [RECORD_HEAD.c[name] == row[name] for name in ("record_type", "provider", "natural_key")]
        renewed = update(RECORD_HEAD).where(*head, RECORD_HEAD.c.content_digest == before)
        await connection.execute(renewed.values(content_digest=digest))
        erased += 1
    return erased


async def _renew_records(connection: AsyncConnection, provider: str, items: Items, by: _By) -> int:
    """Give each record that has the values a new version without them."""
    asked = select(REPORTED_RECORD).where(_of(REPORTED_RECORD, provider, items))
    rows = [dict(each) for each in (await connection.execute(asked)).mappings()]
    histories = await _histories(connection, provider, items)
    removed = 0
    for row in rows:
        payload = _without(row, items)
        if payload is None:
            continue
        removed += 1
        version, reported_at = row["version"] + 1, by.at.astimezone(ZONE).isoformat(timespec="seconds")
        own = [REPORTED_RECORD.c[name] == row[name] for name in _KEY]
        changed = {"payload": payload, "version": version, "reported_at": reported_at}
        await connection.execute(update(REPORTED_RECORD).where(*own).values(changed))
        latest = histories.get(row["natural_key"])
        if latest is not None:  # one that was here before versions were kept gets its history when it next changes
            digest = _digest({**row, "statement": latest["statement"]}, payload)
            version_row = {**latest, "version": version, "record_status": row["record_status"], "payload": payload}
            version_row |= {"content_digest": digest, "reported_at": reported_at, "officer": by.person}
            version_row |= {"submission_id": by.paper, "row": 0, "reason": _REASON, "source_updated_at": None}
            await connection.execute(insert(RECORD_VERSION).values(version_row))
            head = [RECORD_HEAD.c[name] == row[name] for name in ("record_type", "provider", "natural_key")]
            await connection.execute(update(RECORD_HEAD).where(*head).values(version=version, content_digest=digest))
    return removed


async def _histories(connection: AsyncConnection, provider: str, items: Items) -> Mapping[str, Mapping[str, Any]]:
    """Give the newest version of each record that has a history."""
    asked = select(RECORD_VERSION).where(_of(RECORD_VERSION, provider, items)).order_by(RECORD_VERSION.c.version)
    found: defaultdict[str, Mapping[str, Any]] = defaultdict(dict)
    for each in (await connection.execute(asked)).mappings():
        found[each["natural_key"]] = dict(each)
    return found
