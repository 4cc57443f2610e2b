"""Whether what is stored is what was reported: a version against its digest, a record against its version (R4.2).

No code changes a version, so that one which does not fit its digest was changed behind the gateway's back.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import and_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.credit_centre import REPORTED_RECORD
from gateway.collection.intake.adopting import ADOPTED, told_in
from gateway.collection.intake.versions import digest_of
from gateway.store.tables import RECORD_VERSION

__all__ = ["CHUNK", "Altered", "Place", "altered"]

CHUNK: Final = 500

_VERSION, _RECORD = RECORD_VERSION.c, REPORTED_RECORD.c
_KEY: Final = (_VERSION.record_type, _VERSION.provider, _VERSION.subject_id, _VERSION.natural_key, _VERSION.version)


class Place(NamedTuple):
    """Where a version stands."""

    record_type: str
    provider: str
    subject_id: str
    natural_key: str
    version: int


class Altered(NamedTuple):
    """A version that is not as it was reported; ``shown`` says that what readers get differs from it."""

    place: Place
    shown: bool

    @property
    def reference(self) -> str:
        """Name it by its digest and version: no code of anybody is in it."""
        place = self.place
        return f"{place.record_type}/{place.provider}/{place.natural_key[:24]}.{place.version}"


async def altered(connection: AsyncConnection, after: Place | None) -> tuple[list[Altered], Place | None]:
    """Check the next versions, and give those that were changed, and where to go on; None at the end."""
    same = and_(*(_RECORD[name] == _VERSION[name] for name in Place._fields))
    asked = (
        select(RECORD_VERSION, *(_RECORD[name].label(f"shown_{name}") for name in _SHOWN))
        .outerjoin(REPORTED_RECORD, same)
        .order_by(*_KEY)
        .limit(CHUNK)
    )
    if after is not None:
        asked = asked.where(tuple_(*_KEY) > after)
    rows: Sequence[Any] = (await connection.execute(asked)).mappings().all()
    found = [each for row in rows if (each := _checked(row)) is not None]
    return found, _place(rows[-1]) if len(rows) == CHUNK else None


_SHOWN: Final = ("payload", "terminated_on", "sealed", "record_tier")


def _checked(row: Any) -> Altered | None:  # noqa: ANN401 (a row has no type)
    if row["payload"] is None:
        return None
    said = {
        "values": told_in(row["payload"]) if row["officer"] == ADOPTED else row["payload"],
        "terminatedOn": row["terminated_on"],
        "publicityUntil": row["publicity_until"],
        "recordTier": row["record_tier"],
        "sealed": row["sealed"],
        "statement": row["statement"],
    }
    if digest_of(said) != row["content_digest"]:
        return Altered(_place(row), shown=False)
    # of a revocation the record goes on to show what it said before
    stands = row["action"] == "UPSERT" and row["shown_payload"] is not None
    if stands and any(row[name] != row[f"shown_{name}"] for name in _SHOWN):
        return Altered(_place(row), shown=True)
    return None


def _place(row: Any) -> Place:  # noqa: ANN401 (as above)
    return Place(*(row[name] for name in Place._fields))
