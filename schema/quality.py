"""How well agencies report, as the graph shows it: each number is of one agency and one span of days (R4.3)."""

from datetime import date, datetime
from typing import Annotated, Protocol

import strawberry
from strawberry import UNSET

from schema.context import Context

__all__ = [
    "LatenessBand",
    "QualityDesk",
    "QualityReason",
    "ReportingOfficer",
    "ReportingQuality",
    "SilentRecordType",
    "reporting_quality",
]


@strawberry.type(description="退回原因: how often rows were refused for one reason")
class QualityReason:
    """One code of a row's problem, with its Chinese."""

    code: str
    chinese: str
    count: int


@strawberry.type(description="迟报分布: how many obligations were met how late")
class LatenessBand:
    """Up to so many days after the due instant; null: later still."""

    up_to_days: int | None
    count: int


@strawberry.type(description="静默: a record type of which nothing came in the span")
class SilentRecordType:
    """``lastReceivedAt`` is when a row of it came last, null where none ever did."""

    record_type: str
    record_type_name: str
    last_received_at: datetime | None


@strawberry.type(description="报送人员: who reported how much")
class ReportingOfficer:
    """One reporting officer of an agency (Art. 10)."""

    person: str
    submissions: int
    rows: int
    refused: int


@strawberry.type(description="报送质量: what one agency reported in a span of days, and how well (R4.3)")
class ReportingQuality:
    """Submissions by the day they began, obligations by the day they were due."""

    agency: str
    agency_name: str
    from_: date = strawberry.field(name="from")
    to: date
    submissions: int
    nil_submissions: int = strawberry.field(description="零报送: of them, those that said there was nothing")
    refused_submissions: int = strawberry.field(description="Of them, those of which all or nothing was to be taken")
    rows: int
    taken: int = strawberry.field(description="Rows that came in: accepted, updated, unchanged, revoked or stale")
    refused: int
    quarantined: int
    acceptance: float | None = strawberry.field(description="合规率: taken by rows, 0 to 1; null: there was no row")
    reasons: list[QualityReason] = strawberry.field(description="The most frequent reasons of refusal")
    due: int = strawberry.field(description="Obligations whose due instant is past")
    met: int
    met_late: int
    unmet: int
    late_records: int = strawberry.field(description="Licences and penalties that came after seven working days")
    late_by: list[LatenessBand]
    silent: list[SilentRecordType]
    officers: list[ReportingOfficer]


class QualityDesk(Protocol):
    """What one caller may know of how agencies report, at one moment."""

    async def quality(self, first: date, last: date, agency: str | None) -> list[ReportingQuality]:
        """Give the measures of each agency: the caller's own, all for staff."""
        ...


async def reporting_quality(
    info: strawberry.Info,
    first: Annotated[date, strawberry.argument(name="from")],
    to: date,
    agency: str | None = UNSET,
) -> list[ReportingQuality]:
    """Give the measures of each agency that the caller may see."""
    context: Context = info.context
    return await context.quality.quality(first, to, agency or None)
