"""Rows in quarantine whose record's five years ended while they waited: nothing of them is kept (Art. 20; R20.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from gateway.audit.retention.acts import HOUSE
from gateway.collection.centre import Centre
from gateway.collection.quarantine.held import Held, Said
from gateway.collection.quarantine.register import QuarantineRegister
from gateway.collection.retention.terms import EXPIRING
from gateway.errors import StateConflict
from gateway.store.tables import QUARANTINED
from schema.quarantine import QuarantineDecision, QuarantineState
from schema.reporting import Row, RowCode, read_row
from schema.retention import Anchor

__all__ = ["WaitingRows"]

_SAID: Final = "保存期限届满，依法删除 its five years are over"
_DECIDABLE: Final = (QuarantineState.WAITING, QuarantineState.PROPOSED)


@dataclass(frozen=True, slots=True, eq=False)
class WaitingRows:
    """The rows that wait, opened one by one: there are never many."""

    centre: Centre
    register: QuarantineRegister
    anchor: Anchor = Anchor.END

    async def over(self, today: date) -> list[Held]:
        """Give the rows that would be refused now since their record's term is over.

        Raises:
            CollectionUnavailable: the database did not answer.

        """
        own = QUARANTINED.c
        asked = select(own.id).where(own.sealed.is_not(None), own.record_type.in_(EXPIRING)).order_by(own.id)
        async with self.centre.reading() as connection:
            ids = list((await connection.execute(asked)).scalars())
        return [held for each in ids if (held := await self.register.one(each)) and self._is_over(held, today)]

    async def refuse(self, rows: Sequence[Held], at: datetime) -> int:
        """Refuse rows, and delete what they said; one that a person decides on meanwhile is theirs.

        Raises:
            CollectionUnavailable: the database did not take it.

        """
        count = 0
        for each in rows:
            said = Said(QuarantineDecision.REFUSE, HOUSE, at, _SAID)
            try:
                await self.register.decide(each, QuarantineState.REFUSED, said, str(RowCode.RETENTION_EXPIRED.value))
            except StateConflict:
                continue
            count += 1
        return count

    def _is_over(self, held: Held, today: date) -> bool:
        if held.values is None or held.state not in _DECIDABLE:
            return False
        read = read_row(EXPIRING[held.record_type], Row(held.row, held.values), today=today, anchor=self.anchor)
        return isinstance(read, list) and any(each.code == RowCode.RETENTION_EXPIRED for each in read)
