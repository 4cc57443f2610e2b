"""Goes through the stored records of those whom Art. 20 protects, chunk by chunk, each agency and type by itself.

A record goes with all of its versions by what its newest state says. A version goes by itself where the record is not
negative any more, or is not there: then it is the only place where it still speaks against somebody.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.credit_centre import REPORTED_RECORD, SUBJECT
from gateway.collection.retention.terms import EXPIRING, Place, Standing, read_payload
from gateway.store.tables import RECORD_VERSION
from schema.retention import INDIVIDUAL_BUSINESS

__all__ = ["CHUNK", "OldVersion", "agencies", "old_versions", "records"]

CHUNK: Final = 500
"""Records of one transaction: locks are short, and memory is bounded."""

_RECORD, _VERSION = REPORTED_RECORD.c, RECORD_VERSION.c


class OldVersion(NamedTuple):
    """A version that is not the record's newest state; ``now`` is that state, None where there is none."""

    standing: Standing
    now: Standing | None


async def agencies(connection: AsyncConnection) -> list[tuple[str, str]]:
    """Give each record type that may expire with each agency that reported some, in order."""
    found: set[tuple[str, str]] = set()
    for columns in (_RECORD, _VERSION):
        asked = select(columns.record_type, columns.provider).where(columns.record_type.in_(EXPIRING)).distinct()
        found |= {(row.record_type, row.provider) for row in (await connection.execute(asked)).all()}
    return sorted(found)


async def records(
    connection: AsyncConnection, record_type: str, provider: str, after: tuple[str, str] | None
) -> list[Standing]:
    """Give the next records of one agency and type that are about those whom Art. 20 protects."""
    asked = (
        _with_subject(
            select(
                _RECORD.subject_id,
                _RECORD.natural_key,
                _RECORD.version,
                _RECORD.reported_at,
                _RECORD.terminated_on,
                _RECORD.payload,
            ),
            _RECORD,
        )
        .where(_RECORD.record_type == record_type, _RECORD.provider == provider)
        .order_by(_RECORD.subject_id, _RECORD.natural_key)
        .limit(CHUNK)
    )
    if after is not None:
        asked = asked.where(tuple_(_RECORD.subject_id, _RECORD.natural_key) > tuple_(*after))
    return [
        Standing(
            Place(record_type, provider, row.subject_id, row.natural_key),
            row.version,
            row.reported_at,
            row.terminated_on,
            read_payload(row.payload),
        )
        for row in (await connection.execute(asked)).all()
    ]


async def old_versions(
    connection: AsyncConnection, record_type: str, provider: str, after: tuple[str, str, int] | None
) -> list[OldVersion]:
    """Give the next versions of one agency and type that are not their records' newest state."""
    same = and_(
        _RECORD.record_type == _VERSION.record_type,
        _RECORD.provider == _VERSION.provider,
        _RECORD.subject_id == _VERSION.subject_id,
        _RECORD.natural_key == _VERSION.natural_key,
    )
    asked = (
        _with_subject(
            select(
                _VERSION.subject_id,
                _VERSION.natural_key,
                _VERSION.version,
                _VERSION.reported_at,
                _VERSION.terminated_on,
                _VERSION.payload,
                _RECORD.version.label("now_version"),
                _RECORD.reported_at.label("now_reported_at"),
                _RECORD.terminated_on.label("now_terminated_on"),
                _RECORD.payload.label("now_payload"),
            ),
            _VERSION,
        )
        .outerjoin(REPORTED_RECORD, same)
        .where(_VERSION.record_type == record_type, _VERSION.provider == provider)
        .where(or_(_RECORD.version.is_(None), _VERSION.version < _RECORD.version))
        .order_by(_VERSION.subject_id, _VERSION.natural_key, _VERSION.version)
        .limit(CHUNK)
    )
    if after is not None:
        asked = asked.where(tuple_(_VERSION.subject_id, _VERSION.natural_key, _VERSION.version) > tuple_(*after))
    return [_old(record_type, provider, row) for row in (await connection.execute(asked)).all()]


def _with_subject(asked: Any, columns: Any) -> Select[Any]:  # noqa: ANN401 (any columns of a table's)
    """Keep what is about those whom Art. 20 protects, as `schema.retention.protects` says it of one."""
    protected: Sequence[ColumnElement[bool]] = (
        columns.kind == "INDIVIDUAL",
        SUBJECT.c.identifier.startswith(INDIVIDUAL_BUSINESS),
    )
    found: Select[Any] = asked.outerjoin(SUBJECT, SUBJECT.c.id == columns.subject_id).where(or_(*protected))
    return found


def _old(record_type: str, provider: str, row: Any) -> OldVersion:  # noqa: ANN401 (a row has no type)
    place = Place(record_type, provider, row.subject_id, row.natural_key)
    own = Standing(place, row.version, row.reported_at, row.terminated_on, read_payload(row.payload))
    if row.now_version is None:
        return OldVersion(own, None)
    payload = read_payload(row.now_payload)
    return OldVersion(own, Standing(place, row.now_version, row.now_reported_at, row.now_terminated_on, payload))
