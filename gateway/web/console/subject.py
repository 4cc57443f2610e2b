"""The subject's own view: everything about itself, with tier and provider, and how complete it is (Art. 15, R15.6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from gateway.web.console.documents import ABOUT_ME, OWN_PAPERS
from gateway.web.console.trail_documents import MY_LOG
from gateway.web.console.visit import Visit
from schema.catalogue import BY_GRAPH_FIELD
from schema.definition import RecordDefinition

__all__ = ["log", "subject"]

_UNPROVED: Final = ("IDENTITY_DOCUMENT", "ENTITY_CERTIFICATE", "AUTHORISATION")
"""What the graph misses of somebody who has not proved that it asks about itself: it is a third party until then."""


@dataclass(frozen=True, slots=True)
class Section:
    """The records of one type."""

    definition: RecordDefinition
    total: int | None
    nodes: Sequence[Mapping[str, Any]]


async def subject(visit: Visit) -> Response:
    """Show everything about the subject that the caller is, or acts for."""
    reference = await _reference(visit)
    if reference is None:
        return visit.page("no_subject.html", {})
    reply = await visit.ask(ABOUT_ME, {"by": reference})
    found = reply.of("subject")
    if found is None:
        return visit.page("no_subject.html", {})
    missing = reply.missing()
    told = {"subject": found, "sections": list(_sections(found)), "empty": _empty(found), "missing": missing}
    unproved, unread = any(each.missing_paper in _UNPROVED for each in missing), reply.lacks("queryLog")
    return visit.page("subject.html", {**told, "unproved": unproved, "unread": unread})


async def log(visit: Visit) -> Response:
    """Show who looked at the subject that the caller is, or acts for: when, why, which fields, on which paper."""
    reference = await _reference(visit)
    if reference is None:
        return visit.page("no_subject.html", {})
    reply = await visit.ask(MY_LOG, {"by": reference, "after": visit.query("after")})
    found = reply.of("subject")
    if found is None:
        return visit.page("no_subject.html", {})
    told = {"subject": found, "page": found["queryLog"], "missing": reply.missing()}
    return visit.page("my_log.html", {**told, "unread": reply.lacks("queryLog")})


async def _reference(visit: Visit) -> dict[str, Any] | None:
    """Name the subject: as the token says, else by the caller's own accepted paper (R18.1, R18.2)."""
    kind, code = visit.caller.subject or ("", "")
    if kind == "uscc":
        return {"unifiedSocialCreditCode": code}
    if kind == "rid":
        return {"individual": {"idNumber": code, "name": visit.caller.name}}
    reply = await visit.ask(OWN_PAPERS)
    for field in ("individual", "legalPerson"):
        for paper in reply.of(field)["nodes"]:
            if visit.caller.person in paper["holders"] and paper["subjects"]:
                return {"id": paper["subjects"][0]["id"]}
    return None


def _sections(found: Mapping[str, Any]) -> Iterator[Section]:
    for name, value in found.items():
        if name in BY_GRAPH_FIELD and value and value["nodes"]:
            yield Section(BY_GRAPH_FIELD[name], value["totalCount"], value["nodes"])


def _empty(found: Mapping[str, Any]) -> list[str]:
    """Name the types of which there is no record; those that could not be asked are not among them."""
    asked = ((BY_GRAPH_FIELD[name], value) for name, value in found.items() if name in BY_GRAPH_FIELD)
    return [definition.chinese for definition, value in asked if value and not value["nodes"]]
