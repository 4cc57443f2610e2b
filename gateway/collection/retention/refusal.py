"""Keeps what was deleted by law from coming back: before every other wall of intake (Art. 20; R20.4)."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.collection.intake.chunks import Firewall, Waiting
from gateway.collection.intake.records import Coming
from gateway.collection.retention.terms import EXPIRING, Place
from gateway.collection.retention.tombstones import DeletionKeys, Tombstones
from gateway.errors import Text
from schema.reporting import Reported, RowCode, RowProblem

__all__ = ["Kept"]

_SAID: Final = Text(
    "this record was deleted when its five years were over, and does not come back",
    "该记录保存期限届满已删除，不得再次报送",
)


class Kept:
    """A firewall before another one: what was deleted is refused, all else is the other's to judge."""

    def __init__(self, keys: DeletionKeys, firewall: Firewall) -> None:
        """Know deleted records by the gateway's own *keys*, and stand before *firewall*."""
        self._tombstones = Tombstones(keys)
        self._firewall = firewall

    async def refused(
        self, connection: AsyncConnection, coming: Coming, rows: Sequence[tuple[Reported, str]]
    ) -> Sequence[RowProblem | None]:
        """Say of each row, with its subject's id, why it may not be taken in; None where it may (R20.4).

        By the date alone a row is refused when it is read (`schema.reporting`); this is for what was deleted.
        """
        refusals = await self._firewall.refused(connection, coming, rows)
        places = [self._place(coming, row, subject_id) for row, subject_id in rows]
        known = await self._tombstones.known(connection, {each for each in places if each is not None})
        return [
            _refusal(row) if place in known else refusal
            for (row, _), place, refusal in zip(rows, places, refusals, strict=True)
        ]

    async def hold(self, connection: AsyncConnection, coming: Coming, rows: Sequence[Waiting]) -> None:
        """Hold rows as the other does; what is released later comes by here again."""
        await self._firewall.hold(connection, coming, rows)

    @staticmethod
    def _place(coming: Coming, row: Reported, subject_id: str) -> Place | None:
        if coming.record_type not in EXPIRING or row.person is not None:
            return None
        key = row.natural_key(coming.provider, subject_id)
        return Place(coming.record_type, coming.provider, subject_id, key)


def _refusal(row: Reported) -> RowProblem:
    return RowProblem(row.row, None, RowCode.RETENTION_EXPIRED, _SAID, "20")
