"""The desk at which one caller names reporting officers and reads who is one: `schema.officers.OfficerDesk` (Art. 10).

Each mutation is an operation, and so an entry of the trail before its answer leaves.
"""

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from gateway.access.callers import Caller
from gateway.access.papers.desk import folded, reasoned
from gateway.access.papers.problems import Problem, unusable, user_error
from gateway.access.papers.rights import is_staff
from gateway.collection.intake.ledger import Ledger
from gateway.collection.officers.officer import Officer, standing_of
from gateway.collection.officers.register import OfficerRegister, new_id
from gateway.collection.officers.rights import may_see, name_for
from gateway.errors import Text
from schema.officers import AgencyOfficers, NamedOfficer, OfficerInput, OfficersPayload, ReportingStanding

__all__ = ["CallersOfficers", "shown"]

_LOG: Final = logging.getLogger("xinyong")
_PERSON: Final = re.compile(r"[A-Za-z0-9._:@/+-]{2,100}", re.ASCII)
_NAME: Final = range(2, 51)
_DOCUMENT: Final = range(2, 101)


@dataclass(frozen=True, slots=True)
class CallersOfficers:
    """The desk as one caller finds it at one moment."""

    register: OfficerRegister
    ledger: Ledger
    caller: Caller
    now: float

    def may_name(self, agency: str | None) -> None:
        """Refuse whoever names nobody for that agency.

        Raises:
            Forbidden: saying who may.

        """
        name_for(self.caller, agency)

    async def name(self, given: OfficerInput) -> OfficersPayload:
        """Name who reports for an agency.

        Raises:
            Forbidden: this caller names nobody for it.
            StateConflict: the person is named already.
            OfficersUnavailable: the register did not take it.

        """
        agency = name_for(self.caller, given.agency)
        problems = [*self._of_agency(agency), *self._of_input(given)]
        if problems:
            return _refused(problems)
        document = folded(given.document) if given.document else None
        person, name = given.person.strip(), folded(given.name)
        officer = Officer(new_id(), agency, person, name, given.deputy, self.at, self.caller.person, document)
        await self.register.name(officer)
        return OfficersPayload(agency=await self._one(agency), errors=[])

    async def end(self, agency: str | None, person: str, reason: str) -> OfficersPayload:
        """Say that somebody reports no longer; when nobody is left, the supervisor is told (R10.1).

        Raises:
            Forbidden: this caller names nobody for the agency.
            NoSuchOfficer: the person is not named for it.
            OfficersUnavailable: the register did not take it.

        """
        of = name_for(self.caller, agency)
        problems = [*reasoned(reason)]
        if problems:
            return _refused(problems)
        await self.register.end(of, person.strip(), self.caller.person, folded(reason), self.at)
        found = await self._one(of)
        if found.standing is ReportingStanding.DEGRADED:
            _LOG.warning("%s has no reporting officer any more: what it sends is taken in, and it is to name one", of)
        return OfficersPayload(agency=found, errors=[])

    async def officers(self, agency: str | None) -> list[AgencyOfficers]:
        """Give each agency that reports, with its officers: the caller's own, all for staff.

        Raises:
            OfficersUnavailable: the register did not answer.

        """
        every = self.ledger.agencies if is_staff(self.caller) else [self.caller.organisation or ""]
        wanted = sorted(each for each in every if agency in (None, each) and may_see(self.caller, each))
        named = await self.register.named(wanted)
        return [shown(each, self.ledger.name_of(each), named.get(each, [])) for each in wanted]

    @property
    def at(self) -> datetime:
        """The instant."""
        return datetime.fromtimestamp(self.now, UTC)

    async def _one(self, agency: str) -> AgencyOfficers:
        return shown(agency, self.ledger.name_of(agency), (await self.register.named([agency])).get(agency, []))

    def _of_agency(self, agency: str) -> Iterator[Problem]:
        if agency not in self.ledger.agencies:
            yield unusable(("officer", "agency"), Text("no such agency reports here", "没有该报送单位"))

    def _of_input(self, given: OfficerInput) -> Iterator[Problem]:
        if _PERSON.fullmatch(given.person.strip()) is None:
            said = Text(
                "as the person's tokens say (sub): 2 to 100 letters, digits and . _ : @ / + -", "须为令牌中的 sub"
            )
            yield unusable(("officer", "person"), said)
        if not _is_text(folded(given.name), _NAME):
            yield unusable(("officer", "name"), Text("2 to 50 characters", "须为 2 至 50 个字"))
        own = self.caller.organisation == given.agency or given.agency is None
        written = folded(given.document or "")
        if (written or not own) and not _is_text(written, _DOCUMENT):
            said = Text("the number of the agency's letter, 2 to 100 characters", "单位来函文号，2 至 100 个字")
            yield unusable(("officer", "document"), said)


def _is_text(written: str, length: range) -> bool:
    return len(written) in length and written.isprintable()


def shown(agency: str, name: str, officers: Iterable[Officer]) -> AgencyOfficers:
    """Give an agency with its officers as the graph has it: those of now first."""
    listed = sorted(officers, key=lambda each: (each.ended_at is not None, each.deputy, each.named_at))
    return AgencyOfficers(
        agency=agency,
        agency_name=name,
        standing=standing_of(listed),
        officers=[
            NamedOfficer(
                person=each.person,
                name=each.name,
                deputy=each.deputy,
                named_at=each.named_at,
                named_by=each.named_by,
                document=each.document,
                ended_at=each.ended_at,
                ended_by=each.ended_by,
                reason=each.reason,
            )
            for each in listed
        ],
    )


def _refused(problems: Sequence[Problem]) -> OfficersPayload:
    return OfficersPayload(agency=None, errors=[user_error(each) for each in problems])
