"""What follows from a decision on a held row: it is taken in like any other, or its agency is named (Art. 9, 25)."""

import hashlib
from dataclasses import dataclass
from typing import Final

from gateway.collection.intake import Intake, Submission
from gateway.collection.quarantine.held import Held, Released
from gateway.collection.violations import Cases, Evidence
from gateway.errors import Text
from schema.terms import SubmissionMode
from schema.violations import ViolationKind

__all__ = ["Aftermath"]

_SOURCE: Final = "QUARANTINE"


@dataclass(frozen=True, slots=True, eq=False)
class Aftermath:
    """Carries decisions out."""

    intake: Intake
    cases: Cases

    async def release(self, released: Released) -> str:
        """Take a released row in, once, however often it is asked; give what became of it (`RowOutcome`).

        Raises:
            ClientError: its agency may not report such records any more.
            CollectionUnavailable, AuditUnavailable, PapersUnavailable: it may not be in; asking again mends it.

        """
        submission = Submission(
            provider=released.provider,
            officer=released.officer,
            record_type=released.record_type,
            mode=SubmissionMode[released.mode],
            digest=hashlib.sha256(released.number.encode()).hexdigest(),  # of its place: nothing is told of the row
            number=released.number,
        )
        receipt = await self.intake.submit(submission, [released.row])
        return next(outcome.value for outcome, count in receipt.counts.items() if count)

    async def confirm(self, held: Held) -> None:
        """Open a candidate of Art. 25(2): reviewers found that an agency did report what Art. 9 forbids.

        Raises:
            CasesUnavailable, AuditUnavailable: it was not opened; asking again does it once.

        """
        articles = sorted({reason.article or "9" for reason in held.reasons})
        said = Text(
            f"a row was refused in quarantine as prohibited information (Art. {', '.join(articles)})",
            f"隔离审核认定所报送的行含有禁止采集的信息(第{'、'.join(articles)}条)",
        )
        rule = ", ".join(sorted({str(reason.code) for reason in held.reasons}))
        evidence = Evidence(_SOURCE, held.id, said, matter=f"prohibited:{held.record_type}", rule=rule)
        await self.cases.open(ViolationKind.PROHIBITED, held.provider, evidence)
