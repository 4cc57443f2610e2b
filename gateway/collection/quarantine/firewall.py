"""What stands between good rows and the records: consent, and what a person must look at (Art. 9; R9.4, R9.5)."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.collection.quarantine.consents import Consents, covers, together_with_consents
from gateway.collection.quarantine.register import Coming, QuarantineRegister, Waiting
from gateway.errors import Text
from schema.days import day_of
from schema.reporting import Reported, RowCode, RowProblem

__all__ = ["Firewall"]

_ARTICLE: Final = "9(3)"


class Firewall:
    """The room's side of intake, in intake's own transaction."""

    def __init__(self, consents: Consents, register: QuarantineRegister) -> None:
        """Ask *consents*, and hold rows in *register*."""
        self._consents = consents
        self._register = register

    async def refused(
        self,
        connection: AsyncConnection,
        coming: Coming,
        rows: Sequence[tuple[Reported, str]],
    ) -> Sequence[RowProblem | None]:
        """Say of each row, with its subject's id, why it may not be taken in; None where it may (R9.5).

        Raises:
            PapersUnavailable: nobody could say whether there is a consent; nothing is taken in.

        """
        needing = {subject_id for row, subject_id in rows if row.consent_items}
        if not needing:
            return [None] * len(rows)
        await together_with_consents(connection)
        today = day_of(coming.at.timestamp())
        items = await self._consents.covering(coming.provider, needing, today)
        return [_without_consent(row, items.get(subject_id, frozenset())) for row, subject_id in rows]

    async def hold(self, connection: AsyncConnection, coming: Coming, rows: Sequence[Waiting]) -> None:
        """Keep rows, sealed, for reviewers (R7.3, R9.4)."""
        await self._register.hold(connection, coming, rows)


def _without_consent(row: Reported, items: frozenset[str]) -> RowProblem | None:
    """Name the first value that the subject has not agreed to; what it says is nowhere."""
    record = row.definition
    for name in row.consent_items:
        if not covers(items, record.name, name):
            chinese = record.fields[name].chinese
            said = Text(
                f"{name} of an individual is collected with written consent only: present the consent, or leave it out",
                f"个人的“{chinese}”须有信息主体书面同意方可归集: 请先提交采集同意书, 或不报送该项",
            )
            return RowProblem(row.row, name, RowCode.CONSENT_REQUIRED, said, _ARTICLE)
    return None
