"""The centre's database with records in it, the gateway's keys, and what was told to trail and caches."""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import delete, func, insert, select

from connectors.credit_centre import REPORTED_RECORD, SUBJECT
from gateway.access.keys import Keys
from gateway.audit.entry import Entry, Receipt
from gateway.collection.centre import Centre
from gateway.collection.retention import Deletion, Tombstone, Tombstones
from gateway.errors import AuditUnavailable, CollectionUnavailable
from gateway.store.tables import CENTRE, RECORD_HEAD, RECORD_VERSION, TOMBSTONE
from schema.retention import Anchor

TODAY: Final = date(2026, 11, 24)
"""The day after five years since 2021-11-23."""
OVER: Final = "2021-11-23"
NOT_OVER: Final = "2021-11-24"
CANARY: Final = "金丝雀"
BUSINESS: Final = "92410199DEM0000166"


@dataclass
class Cellar:
    """The database as a test sees it."""

    centre: Centre
    keys: Keys
    entries: list[Entry] = field(default_factory=list)
    dropped: list[set[str]] = field(default_factory=list)
    trail_is_down: bool = False
    drops_left: int | None = None
    """How often caches can be told; None: always."""

    async def append(self, entry: Entry) -> Receipt:
        """Keep an entry, or refuse."""
        if self.trail_is_down:
            raise AuditUnavailable
        self.entries.append(entry)
        return Receipt(1, len(self.entries), b"")

    async def dropping(self, subject_ids: Collection[str]) -> None:
        """Forget subjects, or fail."""
        if self.drops_left is not None:
            if not self.drops_left:
                message = "the cache is away"
                raise CollectionUnavailable(message)
            self.drops_left -= 1
        self.dropped.append(set(subject_ids))

    def deletion(self, anchor: Anchor = Anchor.END) -> Deletion:
        """Give what deletes."""
        return Deletion(self.centre, self.keys, self.append, self.dropping, anchor)

    async def empty(self) -> None:
        """Leave nothing of an earlier test."""
        async with self.centre.writing() as connection:
            for table in (*CENTRE.sorted_tables, REPORTED_RECORD, SUBJECT):
                await connection.execute(delete(table))

    async def put(self, *records: dict[str, Any]) -> None:
        """Store records, each with its newest version and its head."""
        versions = [{**_same(each), **_VERSION, "payload": each["payload"]} for each in records]
        heads = [
            {name: each[name] for name in ("record_type", "provider", "natural_key", "subject_id", "version")}
            | {"record_status": "ACTIVE", "ordered_at": _AT}
            for each in records
        ]
        async with self.centre.writing() as connection:
            await connection.execute(insert(REPORTED_RECORD), list(records))
            await connection.execute(insert(RECORD_VERSION), versions)
            await connection.execute(insert(RECORD_HEAD), heads)

    async def put_versions(self, *records: dict[str, Any]) -> None:
        """Store versions alone."""
        versions = [{**_same(each), **_VERSION, "payload": each["payload"]} for each in records]
        async with self.centre.writing() as connection:
            await connection.execute(insert(RECORD_VERSION), versions)

    async def enter(self, subject_id: str, code: str) -> None:
        """Enter a legal person into the register."""
        row = {"id": subject_id, "kind": "LEGAL_PERSON", "identifier": code, "name": "某单位"}
        async with self.centre.writing() as connection:
            await connection.execute(insert(SUBJECT).values(row))

    async def left(self) -> list[str]:
        """Give the numbers of the documents that are there still."""
        async with self.centre.reading() as connection:
            found = (await connection.execute(select(REPORTED_RECORD.c.payload))).scalars()
            return sorted(str(each["penaltyDocumentNumber"]) for each in found)

    async def counts(self) -> tuple[int, int, int, int]:
        """Count records, versions, heads and tombstones."""
        tables = (REPORTED_RECORD, RECORD_VERSION, RECORD_HEAD, TOMBSTONE)
        async with self.centre.reading() as connection:
            a, b, c, d = [
                (await connection.execute(select(func.count()).select_from(each))).scalar_one() for each in tables
            ]
        return a, b, c, d

    async def tombstones(self) -> list[Tombstone]:
        """Give all tombstones."""
        async with self.centre.reading() as connection:
            return [each async for each in Tombstones.all(connection)]

    async def whole(self) -> str:
        """Give everything that stands in the centre's database, written out."""
        told: list[str] = []
        async with self.centre.reading() as connection:
            for table in (*CENTRE.sorted_tables, REPORTED_RECORD):
                rows: Iterable[Any] = (await connection.execute(select(table))).all()
                told += [json.dumps([str(each) for each in row], ensure_ascii=False) for row in rows]
        return "\n".join(told)


_AT: Final = datetime(2021, 12, 1, tzinfo=UTC)
_VERSION: Final[dict[str, Any]] = {
    "action": "UPSERT",
    "record_status": "ACTIVE",
    "content_digest": "0" * 64,
    "row": 1,
    "mode": "BATCH",
    "officer": "demo:tax-reporter",
}
_SAME: Final = (
    "record_type",
    "provider",
    "subject_id",
    "natural_key",
    "version",
    "kind",
    "sealed",
    "record_tier",
    "reported_at",
    "submission_id",
    "catalogue_version",
)


def _same(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in _SAME} | {"terminated_on": record["terminated_on"]}


def penalty(number: str, decided: str, subject: str = "person", **over: Any) -> dict[str, Any]:  # noqa: ANN401 (columns)
    """Give a penalty against an individual, as it is stored."""
    values = over.pop("values", {})
    payload = {"penaltyDocumentNumber": number, "decisionDate": decided, "violationFacts": CANARY, **values}
    return {
        "record_type": "AdministrativePenalty",
        "provider": "TAX",
        "subject_id": subject,
        "natural_key": hashlib.sha256(f"TAX{subject}{number}".encode()).hexdigest(),
        "kind": "INDIVIDUAL",
        "version": 1,
        "reported_at": "2021-12-01T15:30:00+08:00",
        "submission_id": "S-1",
        "submission_mode": "BATCH",
        "record_status": "ACTIVE",
        "dispute_status": "NONE",
        "terminated_on": None,
        "sealed": False,
        "record_tier": "B",
        "catalogue_version": "0.2.0",
        "payload": payload,
        **over,
    }


def other(number: str, day: str, polarity: str, **over: Any) -> dict[str, Any]:  # noqa: ANN401 (columns)
    """Give a record whose polarity its own values say."""
    values = {"recordNumber": number, "occurredOn": day, "polarity": polarity}
    told = penalty(number, day, **over)
    return {**told, "record_type": "OtherRecord", "payload": {**told["payload"], **values}}
