"""Reporting officers, made up: agencies in a list."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from schema.officers import AgencyOfficers, NamedOfficer, OfficersPayload, ReportingStanding

AT = datetime(2026, 1, 4, 1, 0, tzinfo=UTC)


def an_officer(person: str = "demo:tax-reporter", **over: Any) -> NamedOfficer:  # noqa: ANN401 (any field)
    told: dict[str, Any] = {"person": person, "name": "贾税报", "deputy": False, "named_at": AT}
    told |= {"named_by": "demo:tax-officer", "document": None, "ended_at": None, "ended_by": None, "reason": None}
    return NamedOfficer(**{**told, **over})


def an_agency(code: str = "TAX", standing: str = "READY", *officers: NamedOfficer) -> AgencyOfficers:
    return AgencyOfficers(
        agency=code, agency_name=f"单位{code}", standing=ReportingStanding(standing), officers=list(officers)
    )


@dataclass
class MadeUpOfficers:
    """A desk of reporting officers that lives in the shelf."""

    shelf: Any
    listed: list[AgencyOfficers] = field(default_factory=list)

    async def name(self, given: object) -> OfficersPayload:
        """Keep what was given."""
        return self._done(given)

    async def end(self, agency: str | None, person: str, reason: str) -> OfficersPayload:
        """Keep what was given."""
        return self._done((agency, person, reason))

    async def officers(self, agency: str | None) -> list[AgencyOfficers]:
        """Give those of an agency."""
        return [each for each in self.listed if agency in (None, each.agency)]

    def _done(self, given: object) -> OfficersPayload:
        self.shelf.given.append(given)
        if self.shelf.errors:
            return OfficersPayload(agency=None, errors=self.shelf.errors)
        return OfficersPayload(agency=an_agency(), errors=[])
