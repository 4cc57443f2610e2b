"""The page of reporting officers: whom each agency has named, and the forms by which one is named or goes (Art. 10)."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from gateway.access.papers.rights import ORGANS, is_staff
from gateway.errors import Text
from gateway.web.console.officer_documents import END_OFFICER, NAME_OFFICER, OFFICERS
from gateway.web.console.steps import problems_in
from gateway.web.console.visit import Visit
from gateway.web.frame import goes_to
from schema.disclosure import OrganizationKind, Role

__all__ = ["end", "name", "officers"]

_ASKED: Final = ("agency", "person", "name", "document", "deputy")


async def officers(visit: Visit) -> Response:
    """Show the agencies that the caller may see, with their officers; those that want one come first."""
    return await _listed(visit)


async def _listed(visit: Visit, problems: tuple[Text, ...] = (), sent: Mapping[str, str] | None = None) -> Response:
    listed = (await visit.ask(OFFICERS, {"agency": visit.query("agency")})).of("reportingOfficers")
    listed.sort(key=lambda each: (_ORDER.index(each["standing"]), each["agency"]))
    told = {
        "listed": listed,
        "problems": problems,
        "sent": sent or dict.fromkeys(_ASKED, ""),
        "staff": is_staff(visit.caller),
        "names": _names(visit),
        "done": visit.query("done"),
    }
    return visit.page("officers.html", told, mend=problems)


_ORDER: Final = ("DEGRADED", "NONE", "WITHOUT_DEPUTY", "READY")


def _names(visit: Visit) -> bool:
    """Say whether to show the forms; whether they work, the graph decides."""
    own = visit.has(Role.OFFICER) and visit.caller.organisation_kind in ORGANS
    return own or (visit.has(Role.OPERATOR) and visit.caller.organisation_kind is OrganizationKind.CREDIT_CENTRE)


async def name(visit: Visit) -> Response:
    """Name somebody; whatever is wrong is said above the form, which keeps what was written."""
    sent = visit.sent(*_ASKED)
    given = {each: text for each, text in sent.items() if text and each != "deputy"}
    officer = {"person": "", "name": "", **given, "deputy": sent["deputy"] == "true"}
    problems = problems_in(await visit.ask(NAME_OFFICER, {"officer": officer}))
    return await _listed(visit, problems, sent) if problems else goes_to("/console/officers?done=name")


async def end(visit: Visit) -> Response:
    """Say that somebody reports no longer, with the reason."""
    sent = visit.sent("agency", "person", "reason")
    problems = problems_in(await visit.ask(END_OFFICER, {**sent, "agency": sent["agency"] or None}))
    return await _listed(visit, problems) if problems else goes_to("/console/officers?done=end")
