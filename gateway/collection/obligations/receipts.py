"""What agencies reported, as the room of submissions keeps it in the centre's database: read, never written (R13.1)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.sql import func

from gateway.collection.centre import Centre
from gateway.collection.obligations.obligation import Decided, Received
from gateway.store.tables import RECORD_VERSION, SUBMISSION
from schema.catalogue import RECORDS
from schema.definition import SubmissionClass
from schema.terms import SubmissionMode

__all__ = ["Receipts", "SubmittedReceipts"]

_MOST: Final = 1_000
_LONGEST: Final = timedelta(days=1)
_S: Final = SUBMISSION.c
_V: Final = RECORD_VERSION.c
_DECISIONS: Final = {
    each.name: each.occurred_on
    for each in RECORDS.values()
    if each.submission_class is SubmissionClass.DECISION and each.occurred_on is not None
}
"""The record types that are due by their decision, and the field that says its day (R12.4)."""


class Receipts(Protocol):
    """Gives what agencies reported."""

    async def received(
        self, agency: str, record_type: str, since: datetime, until: datetime, periods: Sequence[str] = ()
    ) -> list[Received]:
        """Give receipts from an instant until before another, the first first: those without a period, or of these."""
        ...

    async def lately(self, since: datetime, until: datetime) -> set[tuple[str, str]]:
        """Give the agencies and record types of which anything was received in a time."""
        ...

    async def decided(self, since: datetime, until: datetime) -> list[Decided]:
        """Give what was reported of decisions on licences and penalties in a time, by decision day and submission."""
        ...


class SubmittedReceipts:
    """The receipts of submissions in the centre's database."""

    def __init__(self, centre: Centre) -> None:
        """Look into the *centre*'s database."""
        self._centre = centre

    async def received(
        self, agency: str, record_type: str, since: datetime, until: datetime, periods: Sequence[str] = ()
    ) -> list[Received]:
        """Give receipts of which something was taken, nil ones among them (R12.2)."""
        asked = (
            select(_S.id, _S.received_at, _S.period)
            .where(
                _S.provider == agency,
                _S.record_type == record_type,
                *_taken(since, until),
                or_(_S.period.is_(None), _S.period.in_(periods)),
            )
            .order_by(_S.received_at, _S.id)
            .limit(_MOST)
        )
        async with self._centre.reading() as connection:
            rows = (await connection.execute(asked)).all()
        return [Received(row.id, agency, record_type, row.received_at, row.period) for row in rows]

    async def lately(self, since: datetime, until: datetime) -> set[tuple[str, str]]:
        """Give who reported what; a submission that took longer than a day to come in is found when all are settled."""
        begun = _S.begun_at >= since - _LONGEST
        asked = select(_S.provider, _S.record_type).where(begun, *_taken(since, until)).distinct()
        async with self._centre.reading() as connection:
            return {(row.provider, row.record_type) for row in (await connection.execute(asked)).all()}

    async def decided(self, since: datetime, until: datetime) -> list[Decided]:
        """Give the first reports of decisions."""
        found: list[Decided] = []
        for record_type, field in _DECISIONS.items():
            day = _V.payload[field].as_string().label("day")
            asked = (
                select(_S.provider, _S.id, _S.received_at, _S.mode, day, func.count().label("records"))
                .join(RECORD_VERSION, _V.submission_id == _S.id)
                .where(_S.record_type == record_type, *_taken(since, until), _V.version == 1, _V.action == "UPSERT")
                .group_by(_S.provider, _S.id, _S.received_at, _S.mode, day)
            )
            async with self._centre.reading() as connection:
                rows = (await connection.execute(asked)).all()
            found += [each for each in (_read(record_type, row) for row in rows) if each is not None]
        return found


def _taken(since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    """Name submissions that are done and said something: that there was nothing, or at least one good row."""
    good = _S.accepted + _S.updated + _S.unchanged + _S.revoked + _S.stale
    nil = and_(_S.rows == 0, _S.problems == 0)
    return [_S.state == "DONE", _S.received_at >= since, _S.received_at < until, or_(nil, good > 0)]


def _read(record_type: str, row: Any) -> Decided | None:  # noqa: ANN401 - a row's columns have no types
    try:
        day = date.fromisoformat(row.day or "")
    except ValueError:  # erased by law, or before days were checked: nobody can say whether it was late
        return None
    return Decided(row.provider, record_type, day, row.id, row.received_at, SubmissionMode[row.mode], row.records)
