"""The desk at which one caller reads how agencies report: `QualityDesk` (R4.3)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.access.callers import Caller
from gateway.collection.centre import Centre
from gateway.collection.intake import Ledger
from gateway.collection.intake.measures import Counted, Sent
from gateway.collection.intake.measures import measure as measure_submissions
from gateway.collection.intake.rights import may_see
from gateway.collection.obligations.asking import asked
from gateway.collection.obligations.measures import Kept
from gateway.collection.obligations.measures import measure as measure_obligations
from gateway.errors import BadUserInput, Forbidden, Text
from schema.catalogue import RECORDS
from schema.days import midnight
from schema.quality import LatenessBand, QualityReason, ReportingOfficer, ReportingQuality, SilentRecordType
from schema.reporting import RowCode

__all__ = ["CallersQuality", "QualityRoom"]

_MOST_DAYS: Final = 400
_LONGEST_CODE: Final = 64
_NOTHING_SENT: Final = Sent(0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class QualityRoom:
    """What the numbers are read from: the gateway's database, the centre's, and the ledger of agencies."""

    engine: AsyncEngine
    centre: Centre
    ledger: Ledger
    bring_up: Callable[[float], Awaitable[None]]
    """Brings obligations up to date: what a receipt has met is met before it is counted."""

    def desk(self, caller: Caller, now: float) -> "CallersQuality":
        """Give the desk as *caller* finds it at the instant *now*."""
        return CallersQuality(self, caller, now)


@dataclass(frozen=True, slots=True)
class CallersQuality:
    """The desk as one caller finds it at one moment."""

    room: QualityRoom
    caller: Caller
    now: float

    async def quality(self, first: date, last: date, agency: str | None) -> list[ReportingQuality]:
        """Give the measures of each agency, those that sent nothing among them: the caller's own, all for staff.

        Raises:
            Forbidden: the caller is neither staff nor of an agency that reports.
            BadUserInput: the span cannot be counted.
            CollectionUnavailable, ObligationsUnavailable: a database did not answer.

        """
        own = agency if may_see(self.caller, None) else self.caller.organisation
        if self.caller.is_public or not may_see(self.caller, own) or agency not in (None, own):
            raise Forbidden(
                Text("agencies see their own measures, staff all", "各单位可查阅本单位的报送质量，工作人员可查阅全部")
            )
        _check(first, last, own)
        await self.room.bring_up(self.now)
        since, until = midnight(first), midnight(last + timedelta(days=1))
        async with self.room.centre.reading() as connection:
            counted = await measure_submissions(connection, since, until, own)
        async with asked(), self.room.engine.connect() as connection:
            at = datetime.fromtimestamp(self.now, UTC)
            kept = await measure_obligations(connection, first, last, at, own)
        found = sorted({*counted.sent, *kept} if own is None else {own})
        return [self._shown(each, (first, last), counted, kept.get(each, Kept())) for each in found]

    def _shown(self, agency: str, span: tuple[date, date], counted: Counted, kept: Kept) -> ReportingQuality:
        sent = counted.sent.get(agency, _NOTHING_SENT)
        return ReportingQuality(
            agency=agency,
            agency_name=self.room.ledger.name_of(agency),
            from_=span[0],
            to=span[1],
            submissions=sent.submissions,
            nil_submissions=sent.nil,
            refused_submissions=sent.refused_whole,
            rows=sent.rows,
            taken=sent.taken,
            refused=sent.refused,
            quarantined=sent.quarantined,
            acceptance=round(sent.taken / sent.rows, 4) if sent.rows else None,
            reasons=[
                QualityReason(code=code, chinese=_said(code), count=n) for code, n in counted.reasons.get(agency, ())
            ],
            due=kept.due,
            met=kept.met,
            met_late=kept.met_late,
            unmet=kept.unmet,
            late_records=kept.late_records,
            late_by=[LatenessBand(up_to_days=days, count=count) for days, count in kept.late_by.items()],
            silent=self._silent(agency, span[0], counted),
            officers=[
                ReportingOfficer(person=person, submissions=submissions, rows=rows, refused=refused)
                for person, submissions, rows, refused in counted.officers.get(agency, ())
            ],
        )

    def _silent(self, agency: str, first: date, counted: Counted) -> list[SilentRecordType]:
        """Name the agency's own record types of which no row came since a day, the longest silent first."""
        since = midnight(first)
        last = {name: counted.last.get((agency, name)) for name in self.room.ledger.obliged(agency)}
        silent = [(name, at) for name, at in last.items() if at is None or at < since]
        silent.sort(key=lambda each: (each[1] is not None, each[1] or since, each[0]))
        return [
            SilentRecordType(record_type=n, record_type_name=RECORDS[n].chinese, last_received_at=at)
            for n, at in silent
        ]


def _check(first: date, last: date, agency: str | None) -> None:
    if not timedelta() <= last - first < timedelta(days=_MOST_DAYS):
        raise BadUserInput(Text(f"from, to: up to {_MOST_DAYS} days", f"from、to：最多 {_MOST_DAYS} 天"))
    if agency is not None and not (agency.isprintable() and len(agency) <= _LONGEST_CODE):
        raise BadUserInput(Text("agency: its code", "agency：单位代码"))


def _said(code: str) -> str:
    known = RowCode.__members__.get(code)
    return code if known is None else known.chinese
