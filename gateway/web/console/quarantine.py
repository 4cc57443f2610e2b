"""The pages of rows that a person must look at: the list, one row, what is proposed and decided (Art. 9; R9.4).

What a row says the graph shows to reviewers alone, while it is held; a page has nothing else to show.
"""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from gateway.errors import BadUserInput, Text
from gateway.web import collection_words, words
from gateway.web.console.errors import NoSuchPage
from gateway.web.console.quarantine_documents import DECIDE_ROW, HELD_ROW, HELD_ROWS, PROPOSE_ROW
from gateway.web.console.steps import Step, problems_in, reasoned
from gateway.web.console.visit import Visit
from gateway.web.frame import goes_to
from schema.disclosure import OrganizationKind, Role
from schema.quarantine import QuarantineState

__all__ = ["decide", "propose", "quarantine", "quarantined"]

_UNPROCESSABLE: Final = 422


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
    return await _shown(visit)


async def _shown(visit: Visit, problems: tuple[Text, ...] = ()) -> Response:
    found = (await visit.ask(HELD_ROW, {"id": visit.request.path_params["id"]})).of("quarantined")
    if found is None:
        raise NoSuchPage
    told = {"held": found, "may": _may(visit, found), "problems": problems, "done": visit.query("done")}
    return visit.page("held_row.html", told, status=_UNPROCESSABLE if problems else 200)


def _may(visit: Visit, found: Mapping[str, Any]) -> frozenset[str]:
    """Say which buttons to show; whether they work, the graph decides."""
    if not _reviews(visit):
        return frozenset()
    own = found["proposedBy"] == visit.caller.person
    may = {
        "propose": found["state"] == QuarantineState.WAITING.value and visit.has(Role.OPERATOR),
        "decide": found["state"] == QuarantineState.PROPOSED.value
        and visit.has(Role.APPROVER, Role.SECURITY)
        and not own,
    }
    return frozenset(name for name, allowed in may.items() if allowed)


async def propose(visit: Visit) -> Response:
    """Propose to release or to refuse a row, with the reason."""
    return await _done(visit, Step("propose", PROPOSE_ROW))


async def decide(visit: Visit) -> Response:
    """Release or refuse it, as another person."""
    return await _done(visit, Step("decide", DECIDE_ROW))


async def _done(visit: Visit, step: Step) -> Response:
    name = visit.request.path_params["id"]
    reply = await visit.ask(step.document, {"id": name, **reasoned(visit, decided=True)})
    problems = problems_in(reply)
    return await _shown(visit, problems) if problems else goes_to(f"/console/quarantine/{name}?done={step.name}")
