"""The desk at which an auditor reads the trail: who may is asked first, what was read is noted (R19.12).

Nobody else learns whether there is anything: the refusal comes before a look.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Protocol

from gateway.access.callers import Caller
from gateway.access.finding import FINDING_REASONS, may_inspect
from gateway.access.papers.paper import Named
from gateway.audit.codes import OUTCOMES
from gateway.audit.entry import SubjectLine
from gateway.audit.inspection import Trail, Wanted
from gateway.audit.seal.proofs import Place
from gateway.errors import BadUserInput, Forbidden, Text
from schema.days import day_of
from schema.disclosure import Outcome, Standing
from schema.inspection import (
    QueryLogConnection,
    QueryLogEvidence,
    QueryLogFilter,
    QueryLogSeal,
    QueryLogSummary,
    QueryLogThresholds,
    QueryLogVerification,
)
from schema.line_shapes import LOG_LOOKED_AT, withheld_of
from schema.masks import mask_text
from schema.references import SubjectRef

__all__ = ["Inspection", "InspectorsDesk", "Noted", "Subjects"]

_MOST: Final = 100
_SUMMED: Final = timedelta(days=30)
_MOST_SUMMED: Final = timedelta(days=366)


class Subjects(Protocol):
    """Names subjects."""

    async def named(self, refs: Sequence[SubjectRef], today: date) -> list[Named | Text]:
        """Give each subject, or the words why there is none."""
        ...


@dataclass(slots=True)
class Noted:
    """What was read of the trail during one operation, for its own entry."""

    read: list[Mapping[str, object]] = field(default_factory=list)
    subject_ids: list[str] = field(default_factory=list)

    def lines(self, known: Container[str], outcome: Outcome) -> list[SubjectLine]:
        """Give a line of each subject whose entries were looked for but those *known*: no query of information."""
        shape = LOG_LOOKED_AT if outcome is Outcome.DISCLOSED else withheld_of(LOG_LOOKED_AT)
        return [
            SubjectLine(each, Standing.STAFF, outcome, "", counted=False, shape=shape)
            for each in dict.fromkeys(self.subject_ids)
            if each not in known
        ]


@dataclass(frozen=True, slots=True)
class Inspection:
    """The trail for reading, and who names subjects: makes the desk of each caller."""

    trail: Trail
    subjects: Subjects

    def desk(self, caller: Caller, now: float, noted: Noted) -> "InspectorsDesk":
        """Give the desk as *caller* finds it at the instant *now*."""
        return InspectorsDesk(self, caller, now, noted)


@dataclass(frozen=True, slots=True)
class InspectorsDesk:
    """What one caller may read of the trail; each method raises Forbidden for who is no auditor."""

    inspection: Inspection
    caller: Caller
    now: float
    noted: Noted
    _asked: dict[tuple[int, int], Place] = field(default_factory=dict)
    """Receipts that were given, by place: what the row says now may be something else."""

    async def search(self, by: QueryLogFilter | None, page: tuple[int, str | None]) -> QueryLogConnection:
        """Give a page of entries, newest first."""
        self._may()
        first, after = page
        if not 1 <= first <= _MOST:
            raise BadUserInput(Text(f"first: 1 to {_MOST}", f"first：应为 1 至 {_MOST}"))
        wanted = await self._wanted(by)
        found = await self.inspection.trail.search(wanted, first, after)
        self._note("search", wanted, shown=len(found.nodes), after=after is not None)
        return found

    async def summary(self, by: QueryLogFilter | None, thresholds: QueryLogThresholds) -> QueryLogSummary:
        """Give the trail of some days in numbers; without days of the last thirty."""
        self._may()
        wanted = await self._wanted(by)
        end = wanted.end or datetime.now(UTC)
        first = wanted.first or end - _SUMMED
        if not timedelta() < end - first <= _MOST_SUMMED:
            said = "filter: from lies before to, and not more than a year", "filter：from 应早于 to，且相距不超过一年"
            raise BadUserInput(Text(*said))
        self._note("summary", Wanted(first=first, end=end))
        return await self.inspection.trail.summary(first, end, thresholds)

    async def evidence(self, receipts: list[str]) -> QueryLogEvidence:
        """Give evidence of entries."""
        self._may()
        given = await self.inspection.trail.evidence(receipts)
        self.noted.read.append({"read": "evidence", "receipts": [mask_text(each) for each in receipts]})
        return given

    async def seal(self, receipt: str) -> QueryLogSeal | None:
        """Give where an entry stands in the log."""
        self._may()
        return await self.inspection.trail.seal(self.inspection.trail.place_of(receipt))

    async def verification(self, receipt: str) -> QueryLogVerification:
        """Verify an entry, as the receipt says that was asked for, else as its row does."""
        self._may()
        place = self.inspection.trail.place_of(receipt)
        place = self._asked.get((place.stream, place.seq), place)
        self.noted.read.append({"read": "verification", "entry": f"{place.stream}.{place.seq}"})
        return await self.inspection.trail.verification(place)

    def _may(self) -> None:
        decision = may_inspect(self.caller)
        if not decision.allowed:
            raise Forbidden(Text(decision.reason, FINDING_REASONS[decision.reason]), legal_basis=decision.legal_basis)

    async def _wanted(self, by: QueryLogFilter | None) -> Wanted:
        """Put a filter in the trail's own terms."""
        if by is None:
            return Wanted()
        place = self.inspection.trail.place_of(by.receipt) if by.receipt else None
        if place is not None:
            self._asked[place.stream, place.seq] = place
        first, end = _aware("from", by.from_ or None), _aware("to", by.to or None)
        if first is not None and end is not None and first >= end:
            raise BadUserInput(Text("filter: from lies before to", "filter：from 应早于 to"))
        return Wanted(
            place=None if place is None else (place.stream, place.seq),
            requester=by.requester or None,
            organisation=by.organisation or None,
            subject_id=await self._subject(by.subject) if by.subject else None,
            first=first,
            end=end,
            purpose=by.purpose.value if by.purpose else None,
            paper=by.paper or None,
            outcome=OUTCOMES[by.outcome] if by.outcome else None,
            coordinate=by.coordinate or None,
        )

    async def _subject(self, ref: SubjectRef) -> str:
        (found,) = await self.inspection.subjects.named([ref], day_of(self.now))
        if isinstance(found, Text):
            raise BadUserInput(Text(f"subject: {found.english}", f"subject：{found.chinese}"))
        self.noted.subject_ids.append(found.id)
        return found.id

    def _note(self, read: str, wanted: Wanted, **more: object) -> None:
        told: dict[str, Any] = {name: getattr(wanted, name) for name in Wanted.__slots__}
        asked = {name: _written(value) for name, value in told.items() if value is not None}
        self.noted.read.append({"read": read, "filter": asked, **more})


def _written(value: object) -> object:
    """Write one condition; an identity number that somebody typed into it is masked (R9.7)."""
    if isinstance(value, datetime):
        return value.isoformat()
    return mask_text(value) if isinstance(value, str) else value


def _aware(name: str, instant: datetime | None) -> datetime | None:
    if instant is not None and instant.tzinfo is None:
        raise BadUserInput(Text(f"{name}: an instant carries its zone", f"{name}：时间须带时区"))
    return instant
