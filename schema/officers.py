"""Reporting officers as the graph shows them: whom each agency has named to report for it (Art. 10; R10.1)."""

import enum
from datetime import datetime
from typing import Protocol

import strawberry
from strawberry import UNSET

from schema.context import Context
from schema.desk import UserError

__all__ = [
    "AgencyOfficers",
    "NamedOfficer",
    "OfficerDesk",
    "OfficerInput",
    "OfficerMutation",
    "OfficersPayload",
    "ReportingStanding",
    "reporting_officers",
]


@strawberry.enum(description="报送岗位状态: whether anybody is named to report for an agency (R10.1)")
class ReportingStanding(enum.StrEnum):
    """NONE: nobody ever was, and nothing is taken in; DEGRADED: the last one has gone, and the supervisor is told.

    WITHOUT_DEPUTY says that one of officer and deputy is missing.
    """

    NONE = "NONE"
    READY = "READY"
    WITHOUT_DEPUTY = "WITHOUT_DEPUTY"
    DEGRADED = "DEGRADED"


@strawberry.type(description="报送人员: a person whom an agency has named to report for it (Art. 10)")
class NamedOfficer:
    """One naming; ``endedAt`` is null while it holds."""

    person: str = strawberry.field(description="As the person's tokens say: sub")
    name: str
    deputy: bool = strawberry.field(description="副岗: stands in for the officer")
    named_at: datetime
    named_by: str
    document: str | None = strawberry.field(description="来函文号: the agency's letter, where the centre entered it")
    ended_at: datetime | None
    ended_by: str | None
    reason: str | None


@strawberry.type(description="One agency with whom it has named")
class AgencyOfficers:
    """Those who are named now first, then those who were."""

    agency: str
    agency_name: str
    standing: ReportingStanding
    officers: list[NamedOfficer]


@strawberry.type(description="An agency's officers after what was done, or why nothing was")
class OfficersPayload:
    """Where ``errors`` is not empty nothing was done."""

    agency: AgencyOfficers | None
    errors: list[UserError]


@strawberry.input(description="A person whom an agency names")
class OfficerInput:
    """``agency`` may be left out by its own officer; the centre names the agency and its letter."""

    person: str
    name: str
    deputy: bool = False
    agency: str | None = None
    document: str | None = None


class OfficerDesk(Protocol):
    """What one caller may do about reporting officers, at one moment.

    What the caller can mend stands in the payload's ``errors``; every method raises what it cannot: Forbidden,
    StateConflict, NoSuchOfficer, OfficersUnavailable.
    """

    async def name(self, given: OfficerInput) -> OfficersPayload:
        """Name somebody."""
        ...

    async def end(self, agency: str | None, person: str, reason: str) -> OfficersPayload:
        """Say that somebody reports no longer."""
        ...

    async def officers(self, agency: str | None) -> list[AgencyOfficers]:
        """Give each agency with its officers: the caller's own, all for staff."""
        ...


def _desk(info: strawberry.Info) -> OfficerDesk:
    context: Context = info.context
    return context.officers


async def reporting_officers(info: strawberry.Info, agency: str | None = UNSET) -> list[AgencyOfficers]:
    """Give agencies with their officers."""
    return await _desk(info).officers(agency or None)


async def _name(info: strawberry.Info, officer: OfficerInput) -> OfficersPayload:
    return await _desk(info).name(officer)


async def _end(info: strawberry.Info, person: str, reason: str, agency: str | None = UNSET) -> OfficersPayload:
    return await _desk(info).end(agency or None, person, reason)


@strawberry.type(description="Who names reporting officers")
class OfficerMutation:
    """Agencies name them, before anything is taken in from them (Art. 10)."""

    name_reporting_officer: OfficersPayload | None = strawberry.field(
        resolver=_name, description="Name who reports for an agency: its own officer does, or the centre by its letter"
    )
    end_reporting_officer: OfficersPayload | None = strawberry.field(
        resolver=_end, description="Say that a person reports for the agency no longer, with the reason"
    )
