"""The pages of rows that a person must look at: the list, one row, what is proposed and decided (Art. 9; R9.4).

What a row says the graph shows to reviewers alone, while it is held; a page has nothing else to show.
"""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from gateway.errors import BadUserInput, Text
from gateway.web import collection_words, words
from gateway.web.console.quarantine_documents import DECIDE_ROW, HELD_ROW, HELD_ROWS, PROPOSE_ROW
from gateway.web.console.steps import Step, allowed, found_by_id, reasoned, shown, take
from gateway.web.console.visit import Visit
from schema.disclosure import OrganizationKind, Role
from schema.quarantine import QuarantineState

__all__ = ["decide", "propose", "quarantine", "quarantined"]


async def quarantine(visit: Visit) -> Response:
    """Show the rows that the caller may know of, by state and agency."""
    state = visit.query("state")
    if state is not None and state not in collection_words.HELD:
        raise BadUserInput(Text("there is no such state", "没有该状态"))
    chosen = {"state": state, "provider": visit.query("provider")}
    page = (await visit.ask(HELD_ROWS, {**chosen, "after": visit.query("after")})).of("quarantine")
    told = {"page": page, "chosen": chosen, "reviews": _reviews(visit)}
    return visit.page("quarantine.html", {**told, "agencies": [code for code in words.agencies() if code != "ANY"]})


def _reviews(visit: Visit) -> bool:
    """Say whether the caller is of the centre; what it may see of a row, the graph decides."""
    return visit.caller.organisation_kind is OrganizationKind.CREDIT_CENTRE


async def quarantined(visit: Visit) -> Response:
    """Show one row: why it is held, what a reviewer may see of it, who proposed and decided what."""
    return await _quarantined(visit, ())


async def _quarantined(visit: Visit, problems: tuple[Text, ...]) -> Response:
    found = await found_by_id(visit, HELD_ROW, "quarantined")
    return shown(visit, "held_row.html", {"held": found, "may": _may(visit, found)}, problems)


def _may(visit: Visit, found: Mapping[str, Any]) -> frozenset[str]:
    """Say which buttons to show; whether they work, the graph decides."""
    if not _reviews(visit):
        return frozenset()
    own = found["proposedBy"] == visit.caller.person
    return allowed(
        propose=found["state"] == QuarantineState.WAITING.value and visit.has(Role.OPERATOR),
        decide=found["state"] == QuarantineState.PROPOSED.value and visit.has(Role.APPROVER, Role.SECURITY) and not own,
    )


async def propose(visit: Visit) -> Response:
    """Propose to release or to refuse a row, with the reason."""
    return await take(visit, Step("propose", PROPOSE_ROW), reasoned(visit, decided=True), _quarantined)


async def decide(visit: Visit) -> Response:
    """Release or refuse it, as another person."""
    return await take(visit, Step("decide", DECIDE_ROW), reasoned(visit, decided=True), _quarantined)
