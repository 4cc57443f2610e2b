"""What the house itself brings as evidence of violations: unmet after criticism, not competent, altered (Art. 25).

Each is a candidate, opened once; whether it is a violation, people say (R25.1). Prohibited information is brought by
the room of quarantine, when a reviewer has confirmed it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.collection.centre import Centre
from gateway.collection.intake.integrity import Altered, Place, altered
from gateway.collection.intake.submission import Submission
from gateway.collection.obligations.register import Register
from gateway.collection.violations.case import Evidence
from gateway.collection.violations.cases import Cases
from gateway.collection.violations.errors import CasesUnavailable
from gateway.errors import AuditUnavailable, Text
from gateway.store.asking import asked
from schema.catalogue import RECORDS
from schema.days import day_of, midnight
from schema.violations import ViolationKind

__all__ = ["Allegations", "Found"]

_log = logging.getLogger(__name__)
_CENTRE: Final = "CREDIT_CENTRE"
"""Who keeps what is stored, and answers for it (Art. 5)."""
_MOST: Final = 500
_DEADLINE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Found:
    """How much evidence one look brought."""

    unmet: int = 0
    altered: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Allegations:
    """Looks for evidence in the house's own rooms."""

    engine: AsyncEngine
    centre: Centre
    cases: Cases

    async def look(self, now: datetime) -> Found:
        """Bring everything that there is evidence of at an instant.

        Raises:
            CasesUnavailable, CollectionUnavailable: a database failed; the next look brings the rest.
            AuditUnavailable: the entry about a candidate could not be kept.

        """
        return Found(await self._unmet(now), await self._altered())

    async def not_competent(self, submission: Submission) -> None:
        """Bring that an agency sent what it is not competent for (Art. 25(3)); intake does not fail by it."""
        definition = RECORDS.get(submission.record_type)
        if definition is None:  # a misspelt name is nobody's information
            return
        evidence = Evidence(
            "INTAKE",
            submission.digest,
            Text(
                f"it sent {definition.name}, which it is not competent for",
                f"报送其无权报送的信息类型：{definition.chinese}",
            ),
            matter=definition.name,
            rule="competence: which agency may report which record type (R2.2)",
        )
        try:
            await self.cases.open(ViolationKind.IMPROPER_MEANS, submission.provider, evidence, by="INTAKE")
        except (CasesUnavailable, AuditUnavailable) as failure:
            _log.error("a candidate case could not be opened: %s", failure)

    async def _unmet(self, now: datetime) -> int:
        """Bring what is unmet on a day after it was criticised (Art. 25(1))."""
        before = midnight(day_of(now.timestamp()))
        async with asked(CasesUnavailable, _DEADLINE_S), self.engine.connect() as connection:
            unmet = await Register.criticised(connection, before, _MOST)
        for each in unmet:
            chinese = RECORDS[each.record_type].chinese if each.record_type in RECORDS else each.record_type
            said = Text(
                f"{each.record_type} of {each.period.name} is unmet still, after reminder and criticism",
                f"“{chinese}”{each.period.name} 经催报并通报批评后仍未报送",
            )
            evidence = Evidence("OBLIGATIONS", each.id, said, matter=each.record_type, rule="unmet after criticism")
            await self.cases.open(ViolationKind.NOT_REPORTING, each.agency, evidence, by="OBLIGATIONS")
        return len(unmet)

    async def _altered(self) -> int:
        """Bring every stored version that is not as it was reported (Art. 25(5))."""
        count, after = 0, None
        while True:
            found, after = await self._check(after)
            for each in found:
                await self._bring(each)
            count += len(found)
            if after is None:
                return count

    async def _check(self, after: Place | None) -> tuple[list[Altered], Place | None]:
        async with self.centre.reading() as connection:
            return await altered(connection, after)

    async def _bring(self, each: Altered) -> None:
        said = (
            Text("what readers get differs from what was reported", "对外提供的内容与报送内容不一致")
            if each.shown
            else Text("a stored version does not fit its digest", "留存版本与其摘要不符")
        )
        rule = "every version against its digest, each record against its version"
        matter = f"{each.place.record_type} of {each.place.provider}"
        evidence = Evidence("INTEGRITY", each.reference, said, matter=matter, rule=rule)
        await self.cases.open(ViolationKind.FABRICATION, _CENTRE, evidence, by="INTEGRITY")
