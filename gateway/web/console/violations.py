"""The pages of violation cases: the list, one case with its evidence and steps, and what may be decided (Art. 25)."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from gateway.errors import BadUserInput, Text
from gateway.web import words
from gateway.web.console.steps import Step, allowed, found_by_id, problems_in, shown, take
from gateway.web.console.violation_documents import (
    CLOSE_VIOLATION,
    DECIDE_VIOLATION,
    FIND_VIOLATION,
    OPEN_VIOLATION,
    VIOLATION,
    VIOLATIONS,
)
from gateway.web.console.visit import Visit
from gateway.web.frame import goes_to
from schema.disclosure import Role
from schema.violations import ViolationMeasure, ViolationState

__all__ = ["close", "decide", "find", "open_case", "violation", "violations"]

_ASKED: Final = ("kind", "agency", "said", "reference", "rule")
_FOLLOWED: Final = frozenset(ViolationMeasure)


async def violations(visit: Visit) -> Response:
    """Show the cases that the caller may see, by state and kind."""
    return await _listed(visit)


async def _listed(visit: Visit, problems: tuple[Text, ...] = (), sent: Mapping[str, str] | None = None) -> Response:
    chosen = {
        "state": _word(words.CASE_STATES, visit.query("state")),
        "kind": _word(words.VIOLATIONS, visit.query("kind")),
        "agency": visit.query("agency"),
    }
    page = (await visit.ask(VIOLATIONS, {**chosen, "after": visit.query("after")})).of("violations")
    told = {"page": page, "chosen": chosen, "problems": problems, "sent": sent or dict.fromkeys(_ASKED, "")}
    told["opens"] = visit.has(Role.APPROVER, Role.AUDITOR, Role.SUPERVISOR)
    return visit.page("violations.html", told, mend=problems)


def _word(listed: Mapping[str, Text], chosen: str | None) -> str | None:
    if chosen is not None and chosen not in listed:
        raise BadUserInput(Text("there is no such kind or state", "没有该种类或状态"))
    return chosen


async def open_case(visit: Visit) -> Response:
    """Open a case; whatever is wrong is said above the form, which keeps what was written."""
    sent = visit.sent(*_ASKED)
    _word(words.VIOLATIONS, sent["kind"])
    given = {name: text for name, text in sent.items() if text}
    reply = await visit.ask(OPEN_VIOLATION, {"violation": {"said": "", "agency": "", **given}})
    problems = problems_in(reply)
    if problems:
        return await _listed(visit, problems, sent)
    return goes_to(f"/console/violations/{reply.of('done')['violation']['id']}?done=open")


async def violation(visit: Visit) -> Response:
    """Show one case."""
    return await _violation(visit, ())


async def _violation(visit: Visit, problems: tuple[Text, ...]) -> Response:
    found = await found_by_id(visit, VIOLATION, "violation")
    measures = [each.value for each in ViolationMeasure if visit.has(Role.SUPERVISOR) or each.name in _BY_THE_CENTRE]
    told = {"case": found, "may": _may(visit, found), "measures": measures}
    return shown(visit, "violation.html", told, problems)


_BY_THE_CENTRE: Final = frozenset({"CORRECTION_ORDERED"})
"""The measures that the centre may decide on; all else is the supervisor's."""


def _may(visit: Visit, found: Mapping[str, Any]) -> frozenset[str]:
    """Say which buttons to show; whether they work, the graph decides."""
    state, concerned = found["state"], found["agency"] == visit.caller.organisation
    if not visit.has(Role.APPROVER, Role.SUPERVISOR) or concerned:
        return frozenset()
    return allowed(
        find=state == ViolationState.OPEN.value and found["openedBy"] != visit.caller.person,
        decide=state == ViolationState.SUBSTANTIATED.value,
        close=state in {each.value for each in _FOLLOWED},
    )


async def find(visit: Visit) -> Response:
    """Say whether there was a violation, with the reason."""
    return await take(visit, Step("find", FIND_VIOLATION), visit.sent("reason", "finding"), _violation)


async def decide(visit: Visit) -> Response:
    """Decide what follows from it, by a written decision."""
    return await take(visit, Step("decide", DECIDE_VIOLATION), visit.sent("reason", "measure", "document"), _violation)


async def close(visit: Visit) -> Response:
    """Close a case whose measure was carried out."""
    return await take(visit, Step("close", CLOSE_VIOLATION), visit.sent("reason"), _violation)
