"""The pages of papers: the list, one paper with its history, and what may be done with it (Art. 18; R18.5, R18.6)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from gateway.access.papers.rights import is_staff
from gateway.errors import BadUserInput, Text
from gateway.web.console.console import File
from gateway.web.console.documents import PAPER, PAPERS, REVIEW, REVOKE, SUBMIT
from gateway.web.console.errors import NoSuchPage
from gateway.web.console.steps import Step, allowed, found_by_id, reasoned, shown, take
from gateway.web.console.visit import Visit
from gateway.web.frame import HEADERS
from schema.disclosure import Role
from schema.papers import PaperKind, PaperState

__all__ = ["evidence", "paper", "papers", "review", "revoke", "submit"]


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
    return await _paper(visit, ())


async def _paper(visit: Visit, problems: tuple[Text, ...]) -> Response:
    found = await found_by_id(visit, PAPER, "paper")
    return shown(visit, "paper.html", {"paper": found, "may": _may(visit, found)}, problems)


def _may(visit: Visit, found: Mapping[str, Any]) -> frozenset[str]:
    """Say which buttons to show; whether they work, the graph decides."""
    person, state = visit.caller.person, found["state"]
    own = found["presentedBy"] == person
    concerned = own or person in found["holders"] or visit.has(Role.APPROVER, Role.SUPERVISOR)
    # who sees a paper that serves another organisation, and is no staff, is whom it is about
    about = not is_staff(visit.caller) and found["organisation"] != visit.caller.organisation
    return allowed(
        submit=state == "DRAFT" and own,
        review=state == "SUBMITTED" and visit.has(Role.APPROVER) and not own,
        revoke=state == "ACCEPTED" and (concerned or about),
    )


async def submit(visit: Visit) -> Response:
    """Hand a draft in."""
    return await take(visit, Step("submit", SUBMIT), {}, _paper)


async def review(visit: Visit) -> Response:
    """Accept or reject a paper, with the reason."""
    return await take(visit, Step("review", REVIEW), reasoned(visit, decided=True), _paper)


async def revoke(visit: Visit) -> Response:
    """End a paper, with the reason; it counts from the next operation on (R18.5)."""
    return await take(visit, Step("revoke", REVOKE), reasoned(visit, decided=False), _paper)


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
