"""The commands of reporting officers: list, name, end (Art. 10; R10.1).

Who names is known by a token, as at the door; each step is an entry of the trail before it has effect.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.access.callers import Caller
from gateway.access.keys import Keys
from gateway.app import ledger_of, verifier_of
from gateway.audit.codes import COLLECTION
from gateway.audit.retention.acts import entry_of_act
from gateway.collection.officers import CallersOfficers, OfficerRegister
from gateway.commands.retention import trail_beside
from gateway.errors import BadUserInput, Text
from gateway.settings import Settings
from schema.disclosure import OrganizationKind, Role
from schema.officers import AgencyOfficers, OfficerInput, OfficersPayload

__all__ = ["Ending", "end", "listed", "name", "officer_lines", "officer_tree"]

_HERE = Caller(
    "GATEWAY", "", "CREDIT_CENTRE", OrganizationKind.CREDIT_CENTRE, frozenset({Role.OPERATOR}), None, "command line"
)
"""Who reads at the command line: whoever may run it there has the database anyway."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Who reports for which agency no longer, and why."""

    agency: str
    person: str
    reason: str


async def listed(settings: Settings, agency: str | None) -> list[AgencyOfficers]:
    """Give each agency that reports, with whom it has named."""
    async with trail_beside(settings) as (store, keys, _trail):
        desk = CallersOfficers(OfficerRegister(store.engine), ledger_of(settings, keys), _HERE, time.time())
        return await desk.officers(agency)


async def name(settings: Settings, given: OfficerInput, token: str) -> AgencyOfficers:
    """Name somebody.

    Raises:
        ClientError: saying why not.

    """
    async with trail_beside(settings) as (store, keys, trail):
        desk = await _desk(settings, store.engine, keys, token)
        desk.may_name(given.agency)
        about = {"agency": given.agency or desk.caller.organisation or "", "officer": given.person}
        await trail.append(entry_of_act(COLLECTION, "officer.named", about, person=desk.caller.person))
        return _done(await desk.name(given))


async def end(settings: Settings, told: Ending, token: str) -> AgencyOfficers:
    """Say that somebody reports no longer.

    Raises:
        ClientError: saying why not.

    """
    async with trail_beside(settings) as (store, keys, trail):
        desk = await _desk(settings, store.engine, keys, token)
        desk.may_name(told.agency)
        about = {"agency": told.agency, "officer": told.person}
        act = entry_of_act(COLLECTION, "officer.ended", about, person=desk.caller.person, reason=told.reason)
        await trail.append(act)
        return _done(await desk.end(told.agency, told.person, told.reason))


async def _desk(settings: Settings, engine: Any, keys: Keys, token: str) -> CallersOfficers:  # noqa: ANN401 (an engine)
    verified = (await verifier_of(settings)).verified(token.strip(), time.time())
    return CallersOfficers(OfficerRegister(engine), ledger_of(settings, keys), verified.caller, time.time())


def _done(payload: OfficersPayload) -> AgencyOfficers:
    if payload.agency is None:
        english = "; ".join(f"{'.'.join(each.field)}: {each.message}" for each in payload.errors)
        chinese = "；".join(f"{'.'.join(each.field)}：{each.message_chinese}" for each in payload.errors)
        raise BadUserInput(Text(english, chinese))
    return payload.agency


def officer_lines(agencies: Sequence[AgencyOfficers]) -> Iterator[str]:
    """Write agencies with their officers, a line each."""
    for agency in agencies:
        yield f"{agency.agency} {agency.agency_name}: {agency.standing.value}"
        for each in agency.officers:
            post = "deputy" if each.deputy else "officer"
            until = "" if each.ended_at is None else f", until {each.ended_at:%Y-%m-%d}: {each.reason}"
            yield f"  {each.person} {each.name}, {post} since {each.named_at:%Y-%m-%d}{until}"


def officer_tree(agencies: Sequence[AgencyOfficers]) -> list[dict[str, Any]]:
    """Give agencies with their officers as JSON."""
    return [
        {
            "agency": agency.agency,
            "agencyName": agency.agency_name,
            "standing": agency.standing.value,
            "officers": [
                {
                    "person": each.person,
                    "name": each.name,
                    "deputy": each.deputy,
                    "namedAt": each.named_at.isoformat(),
                    "namedBy": each.named_by,
                    "document": each.document,
                    "endedAt": None if each.ended_at is None else each.ended_at.isoformat(),
                    "endedBy": each.ended_by,
                    "reason": each.reason,
                }
                for each in agency.officers
            ],
        }
        for agency in agencies
    ]
