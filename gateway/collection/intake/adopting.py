"""Records that stood here before their versions were kept get their first one: nothing is lost (Art. 4; R4.2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.credit_centre import REPORTED_RECORD
from gateway.collection.centre import Centre
from gateway.collection.intake.statements import inserting
from gateway.collection.intake.versions import Head, digest_of
from gateway.store.tables import RECORD_HEAD, RECORD_VERSION
from schema.reporting import Action

__all__ = ["ADOPTED", "adopt", "told_in"]

_AT_ONCE: Final = 500
ADOPTED: Final = "ADOPTED"
"""The officer of whom nothing is known any more."""
_PLACE: Final = ("record_type", "provider", "subject_id", "natural_key")
_SAME: Final = (
    *_PLACE,
    "version",
    "kind",
    "record_status",
    "payload",
    "terminated_on",
    "publicity_until",
    "sealed",
    "record_tier",
    "reported_at",
    "submission_id",
    "catalogue_version",
)


async def adopt(centre: Centre) -> int:
    """Give every record its version and its head, unless all have them, and say how many there were.

    Raises:
        CollectionUnavailable: the database did not take it; what was taken stays.

    """
    async with centre.reading() as connection:
        if await _all_have_one(connection):
            return 0
    count, after = 0, None
    while True:
        async with centre.writing() as connection:
            rows = await _page(connection, after)
            if rows:
                heads = [_head_of(row) for row in rows]
                versions = [_version_of(row, head) for row, head in zip(rows, heads, strict=True)]
                kept = [_head_row(row, head) for row, head in zip(rows, heads, strict=True)]
                await connection.execute(inserting(connection, RECORD_VERSION).on_conflict_do_nothing(), versions)
                await connection.execute(inserting(connection, RECORD_HEAD).on_conflict_do_nothing(), kept)
        count += len(rows)
        if len(rows) < _AT_ONCE:
            return count
        after = tuple(rows[-1][name] for name in _PLACE)


def told_in(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a record that stood here says, as a report would say it: in which no name is without a value.

    >>> told_in({"honourName": "x", "validTo": None, "measures": []})
    {'honourName': 'x'}
    """
    return {name: value for name, value in payload.items() if value not in (None, [])}


async def _all_have_one(connection: AsyncConnection) -> bool:
    """Say whether the last record in order has its head: it gets it last, and whatever comes later comes with one."""
    place = [REPORTED_RECORD.c[name] for name in _PLACE]
    last = (await connection.execute(select(*place).order_by(*(each.desc() for each in place)).limit(1))).first()
    if last is None:
        return True
    head = RECORD_HEAD.c
    same = [head.record_type == last.record_type, head.provider == last.provider, head.natural_key == last.natural_key]
    return (await connection.execute(select(head.version).where(*same))).first() is not None


async def _page(connection: AsyncConnection, after: tuple[Any, ...] | None) -> list[dict[str, Any]]:
    place = [REPORTED_RECORD.c[name] for name in _PLACE]
    asked = select(REPORTED_RECORD).order_by(*place).limit(_AT_ONCE)
    if after is not None:
        asked = asked.where(tuple_(*place) > after)
    return [dict(each) for each in (await connection.execute(asked)).mappings()]


def _head_of(row: Mapping[str, Any]) -> Head:
    at = datetime.fromisoformat(row["reported_at"])
    said = {
        "values": told_in(row["payload"]),
        "terminatedOn": row["terminated_on"],
        "publicityUntil": row["publicity_until"],
        "recordTier": row["record_tier"],
        "sealed": row["sealed"],
        "statement": None,
    }
    return Head(row["version"], row["record_status"], at, at, digest_of(said))


def _head_row(row: Mapping[str, Any], head: Head) -> dict[str, Any]:
    return {
        **{name: row[name] for name in _PLACE},
        "version": head.version,
        "record_status": head.status,
        "ordered_at": head.ordered_at,
        "content_at": head.content_at,
        "content_digest": head.content,
    }


def _version_of(row: Mapping[str, Any], head: Head) -> dict[str, Any]:
    return {
        **{name: row[name] for name in _SAME},
        "action": Action.UPSERT.value,
        "content_digest": head.content,
        "source_updated_at": None,
        "row": 0,
        "mode": row["submission_mode"],
        "officer": ADOPTED,
        "source_id": None,
        "reason": None,
        "statement": None,
    }
