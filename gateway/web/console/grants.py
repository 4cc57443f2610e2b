"""The pages of grants: what of tier C an agency may ask for at all, by three different persons (Art. 15(3), R15.5)."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from gateway.errors import BadUserInput, Text
from gateway.web.console.documents import APPROVE_GRANT, GRANTS, PROPOSE_GRANT, REVIEW_GRANT, VIEWER, WITHDRAW_GRANT
from gateway.web.console.errors import NoSuchPage
from gateway.web.console.forms import GRANT, Filled, empty, problems_of, read
from gateway.web.console.steps import Step, allowed, reasoned, shown, take
from gateway.web.console.visit import Visit
from gateway.web.frame import goes_to
from schema.disclosure import Role
from schema.papers import GrantState

__all__ = ["approve", "fill", "grant", "grants", "propose", "review", "withdraw"]

_A_PAGE: Final = 20
_AT_ONCE: Final = 100
_ENDED: Final = ("EXPIRED", "WITHDRAWN")


async def grants(visit: Visit) -> Response:
    """Show the grants that the caller may see, by state."""
    state = visit.query("state")
    if state is not None and state not in GrantState.__members__:
        raise BadUserInput(Text("there is no such state", "没有该状态"))
    reply = await visit.ask(GRANTS, {"state": state, "after": visit.query("after"), "first": _A_PAGE})
    told = {"page": reply.of("grants"), "chosen": state, "states": list(GrantState)}
    return visit.page("grants.html", {**told, "proposes": visit.has(Role.OFFICER, Role.REPORTER)})


async def fill(visit: Visit) -> Response:
    """Show the form by which a grant is proposed."""
    await visit.ask(VIEWER)
    return _form(visit, empty(GRANT, {}))


async def propose(visit: Visit) -> Response:
    """Propose a grant; whatever is wrong is shown at its field."""
    filled = read(GRANT, visit.form)
    if filled.problems:
        await visit.ask(VIEWER)
        return _form(visit, filled)
    done = (await visit.ask(PROPOSE_GRANT, {"grant": filled.argument()})).of("done")
    if done["errors"]:
        return _form(visit, filled.with_problems(problems_of(GRANT, done["errors"])))
    return goes_to(f"/console/grants/{done['grant']['id']}?done=propose")


def _form(visit: Visit, filled: Filled) -> Response:
    told = {"filled": filled, "form": GRANT, "action": "/console/grants/new", "drafts": False}
    return visit.page("form.html", told, mend=filled.problems)


async def grant(visit: Visit) -> Response:
    """Show one grant: what it opens, for whom, and who decided what."""
    return await _grant(visit, ())


async def _grant(visit: Visit, problems: tuple[Text, ...]) -> Response:
    found = await _found(visit, visit.request.path_params["id"])
    return shown(visit, "grant.html", {"grant": found, "may": _may(visit, found)}, problems)


async def _found(visit: Visit, name: str) -> Mapping[str, Any]:
    """Look a grant up among those that the caller may see: the graph has them as a list."""
    after, more = None, True
    while more:
        page = (await visit.ask(GRANTS, {"state": None, "after": after, "first": _AT_ONCE})).of("grants")
        for each in page["nodes"]:
            if each["id"] == name:
                found: Mapping[str, Any] = each
                return found
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    raise NoSuchPage


def _may(visit: Visit, found: Mapping[str, Any]) -> frozenset[str]:
    """Say which buttons to show; whether they work, the graph decides."""
    state, acted = found["state"], {step["actor"] for step in found["history"]}
    fresh = visit.caller.person not in acted
    concerned = found["agency"] == visit.caller.organisation or visit.has(Role.APPROVER, Role.SUPERVISOR)
    return allowed(
        review=state == "PROPOSED" and visit.has(Role.APPROVER) and fresh,
        approve=state == "REVIEWED" and visit.has(Role.SUPERVISOR) and fresh,
        withdraw=state not in _ENDED and concerned,
    )


async def review(visit: Visit) -> Response:
    """Review a grant for the credit centre."""
    return await take(visit, Step("review", REVIEW_GRANT), reasoned(visit, decided=True), _grant)


async def approve(visit: Visit) -> Response:
    """Approve a grant for the supervisor."""
    return await take(visit, Step("approve", APPROVE_GRANT), reasoned(visit, decided=True), _grant)


async def withdraw(visit: Visit) -> Response:
    """End a grant."""
    return await take(visit, Step("withdraw", WITHDRAW_GRANT), reasoned(visit, decided=False), _grant)
