"""Obligations in numbers: how many were due in a span, and how many were met, late or not at all (R4.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.store.tables import OBLIGATION
from schema.obligations import ObligationKind, ObligationState

__all__ = ["BANDS", "Kept", "measure"]

BANDS: Final = (1, 5, 10, 30)
"""Days after the due instant by which lateness is told apart."""
_C: Final = OBLIGATION.c
_MOST: Final = 20_000
"""Late ones of which the days are told apart."""


@dataclass(slots=True)
class Kept:
    """What one agency had to report, and how it did."""

    met: int = 0
    met_late: int = 0
    unmet: int = 0
    late_records: int = 0
    late_by: dict[int | None, int] = field(default_factory=lambda: dict.fromkeys((*BANDS, None), 0))

    @property
    def due(self) -> int:
        """How many there were."""
        return self.met + self.met_late + self.unmet


async def measure(
    connection: AsyncConnection, first: date, last: date, now: datetime, agency: str | None = None
) -> Mapping[str, Kept]:
    """Count what was due from a day to another and is past now, of one agency or of all; nothing that was withdrawn."""
    where: list[ColumnElement[bool]] = [_C.due_on >= first, _C.due_on <= last, _C.due_at <= now]
    where += [] if agency is None else [_C.agency == agency]
    asked = (
        select(_C.agency, _C.kind, _C.decided, func.count().label("n"), func.sum(_C.records).label("records"))
        .where(*where, _C.decided != ObligationState.WITHDRAWN.value)
        .group_by(_C.agency, _C.kind, _C.decided)
    )
    told: dict[str, Kept] = {}
    for row in (await connection.execute(asked)).all():
        kept = told.setdefault(row.agency, Kept())
        if row.kind == ObligationKind.DECISION.value:
            kept.late_records += int(row.records or 0)
        elif row.decided == ObligationState.MET.value:
            kept.met += int(row.n)
        elif row.decided == ObligationState.MET_LATE.value:
            kept.met_late += int(row.n)
        else:
            kept.unmet += int(row.n)
    late = (_C.decided == ObligationState.MET_LATE.value, _C.kind != ObligationKind.DECISION.value)
    asked_late = select(_C.agency, _C.due_at, _C.met_at).where(*where, *late).order_by(_C.due_at).limit(_MOST)
    for row in (await connection.execute(asked_late)).all():
        if row.met_at is not None:
            told[row.agency].late_by[_band(row.met_at - row.due_at)] += 1
    return told


def _band(late: timedelta) -> int | None:
    """Give the band of a lateness.

    >>> _band(timedelta(hours=3)), _band(timedelta(days=7)), _band(timedelta(days=90))
    (1, 10, None)
    """
    return next((days for days in BANDS if late <= timedelta(days=days)), None)
