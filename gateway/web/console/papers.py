"""The pages of papers: the list, one paper with its history, and what may be done with it (Art. 18; R18.5, R18.6)."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import Response

from gateway.access.papers.rights import is_staff
from gateway.errors import BadUserInput, Text
from gateway.web.console.console import File
from gateway.web.console.documents import PAPER, PAPERS, REVIEW, REVOKE, SUBMIT
from gateway.web.console.errors import NoSuchPage
from gateway.web.console.steps import Step, problems_in, reasoned
from gateway.web.console.visit import Visit
from gateway.web.frame import HEADERS, goes_to
from schema.disclosure import Role
from schema.papers import PaperKind, PaperState

__all__ = ["evidence", "paper", "papers", "review", "revoke", "submit"]

_UNPROCESSABLE: Final = 422


async def papers(visit: Visit) -> Response:
    """Show the papers that the caller may see, by kind and state."""
    chosen = {"kind": _word(PaperKind, visit.query("kind")), "state": _word(PaperState, visit.query("state"))}
    reply = await visit.ask(PAPERS, {**chosen, "after": visit.query("after")})
    told = {"page": reply.of("papers"), "waiting": reply.of("submitted")["totalCount"], "chosen": chosen}
    return visit.page("papers.html", {**told, "kinds": list(PaperKind), "states": list(PaperState)})


def _word(words: Any, chosen: str | None) -> str | None:  # noqa: ANN401 (either enum)
    if chosen is not None and chosen not in words.__members__:
        raise BadUserInput(Text("there is no such kind or state", "没有该种类或状态"))
    return chosen


async def paper(visit: Visit) -> Response:
    """Show one paper: what it is, what proves it, whom it serves, what it opens, and all that happened to it."""
    return await _shown(visit)


async def _shown(visit: Visit, problems: tuple[Text, ...] = ()) -> Response:
    found = (await visit.ask(PAPER, {"id": visit.request.path_params["id"]})).of("paper")
    if found is None:
        raise NoSuchPage
    told = {"paper": found, "may": _may(visit, found), "problems": problems, "done": visit.query("done")}
    return visit.page("paper.html", told, status=_UNPROCESSABLE if problems else 200)


def _may(visit: Visit, found: Mapping[str, Any]) -> frozenset[str]:
    """Say which buttons to show; whether they work, the graph decides."""
    person, state = visit.caller.person, found["state"]
    own = found["presentedBy"] == person
    concerned = own or person in found["holders"] or visit.has(Role.APPROVER, Role.SUPERVISOR)
    # who sees a paper that serves another organisation, and is no staff, is whom it is about
    about = not is_staff(visit.caller) and found["organisation"] != visit.caller.organisation
    may = {
        "submit": state == "DRAFT" and own,
        "review": state == "SUBMITTED" and visit.has(Role.APPROVER) and not own,
        "revoke": state == "ACCEPTED" and (concerned or about),
    }
    return frozenset(name for name, allowed in may.items() if allowed)


async def submit(visit: Visit) -> Response:
    """Hand a draft in."""
    return await _done(visit, Step("submit", SUBMIT), {})


async def review(visit: Visit) -> Response:
    """Accept or reject a paper, with the reason."""
    return await _done(visit, Step("review", REVIEW), reasoned(visit, decided=True))


async def revoke(visit: Visit) -> Response:
    """End a paper, with the reason; it counts from the next operation on (R18.5)."""
    return await _done(visit, Step("revoke", REVOKE), reasoned(visit, decided=False))


async def _done(visit: Visit, step: Step, sent: Mapping[str, str]) -> Response:
    name = visit.request.path_params["id"]
    reply = await visit.ask(step.document, {"id": name, **sent})
    problems = problems_in(reply)
    return await _shown(visit, problems) if problems else goes_to(f"/console/papers/{name}?done={step.name}")


async def evidence(visit: Visit) -> Response:
    """Give a file that proves a paper, to be kept and never run."""
    digest = visit.request.path_params["digest"]
    file: File | None = await visit.console.evidence.give(visit.caller, digest)
    if file is None:
        raise NoSuchPage
    headers = {
        **HEADERS,
        "content-security-policy": "sandbox; default-src 'none'",
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name or digest[:16], safe='')}",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)
