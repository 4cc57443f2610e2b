"""What the house itself brings as evidence of violations: unmet after criticism, not competent, altered (Art. 25).

Each is a candidate, opened once; whether it is a violation, people say (R25.1). Prohibited information in a column of
its own is brought when it is refused; in a text, by the room of quarantine when a reviewer has confirmed it.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.collection.centre import Centre
from gateway.collection.intake.alleging import Prohibited, Seen
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
        await self._open(ViolationKind.IMPROPER_MEANS, submission.provider, evidence)

    async def prohibited(self, found: Prohibited) -> None:
        """Bring that an officer sent what Art. 9 forbids to collect (Art. 25(2)); intake does not fail by it."""
        columns = _told(found.columns)
        english, chinese = ("a file", "文件") if found.whole else ("rows", "数据行")
        evidence = Evidence(
            "INTAKE",
            found.reference,
            Text(
                f"{found.officer} sent {english} of {found.record_type}, refused as prohibited: {columns.english}",
                f"报送人员 {found.officer} 报送的{_chinese(found.record_type)}{chinese}"
                f"因含有禁止采集的信息被拒收：{columns.chinese}",
            ),
            matter=f"prohibited:{found.record_type}",
            rule="PROHIBITED_FIELD: the items of Art. 9 in the names of columns (R9.3)",
        )
        await self._open(ViolationKind.PROHIBITED, found.provider, evidence)

    async def _open(self, kind: ViolationKind, agency: str, evidence: Evidence) -> None:
        try:
            await self.cases.open(kind, agency, evidence, by="INTAKE")
        except (CasesUnavailable, AuditUnavailable) as failure:
            _log.error("a candidate case could not be opened: %s", failure)

    async def _unmet(self, now: datetime) -> int:
        """Bring what is unmet on a day after it was criticised (Art. 25(1))."""
        before = midnight(day_of(now.timestamp()))
        async with asked(CasesUnavailable, _DEADLINE_S), self.engine.connect() as connection:
            unmet = await Register.criticised(connection, before, _MOST)
        for each in unmet:
            said = Text(
                f"{each.record_type} of {each.period.name} is unmet still, after reminder and criticism",
                f"“{_chinese(each.record_type)}”{each.period.name} 经催报并通报批评后仍未报送",
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


def _chinese(record_type: str) -> str:
    definition = RECORDS.get(record_type)
    return record_type if definition is None else definition.chinese


def _told(columns: Iterable[Seen]) -> Text:
    """Name the items of Art. 9, and the lexicon's words by which the columns were known; no heading as it was sent."""
    english: list[str] = []
    chinese: list[str] = []
    for each in columns:
        if each.item is None:
            english.append(f"Art. {each.article}")
            chinese.append(f"第{each.article}条")
        else:
            english.append(f"{each.item.english} (Art. {each.article}, {each.word!r})")
            chinese.append(f"{each.item.chinese}（第{each.article}条，“{each.word}”）")
    return Text("; ".join(english), "；".join(chinese))
