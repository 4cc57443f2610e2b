"""The pages of catalogue versions: the list, one with what it changes, and its steps by three persons (Art. 5, 26)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import quote

import orjson
from starlette.datastructures import UploadFile
from starlette.responses import Response

from gateway.access.papers.rights import ORGANS
from gateway.errors import Text
from gateway.web.console.asking import Reply
from gateway.web.console.catalogue_documents import (
    APPROVE_VERSION,
    CATALOGUE_VERSION,
    CATALOGUE_VERSIONS,
    PROPOSE_VERSION,
    PUBLISH_VERSION,
    REVIEW_VERSION,
)
from gateway.web.console.errors import NoSuchPage
from gateway.web.console.steps import allowed, shown
from gateway.web.console.visit import Visit
from gateway.web.frame import goes_to
from schema.disclosure import OrganizationKind, Role

__all__ = ["approve", "propose", "publish", "review", "version", "versions"]

_ASKED: Final = ("effectiveFrom", "reason")
_NO_FILE: Final = Text("choose a file", "请选择文件")
_NO_JSON: Final = Text("the file is no JSON", "文件不是 JSON")
_NO_DAY: Final = Text("its first day, as 2027-01-01", "生效日期，如 2027-01-01")


async def versions(visit: Visit) -> Response:
    """Show the versions of the city and of counties, and the form by which one is proposed."""
    return await _listed(visit)


async def _listed(visit: Visit, problems: tuple[Text, ...] = (), sent: Mapping[str, str] | None = None) -> Response:
    region = visit.query("region")
    listed = (await visit.ask(CATALOGUE_VERSIONS, {"region": region})).of("catalogueVersions")
    told = {"listed": listed, "region": region, "problems": problems, "proposes": _proposes(visit)}
    told["sent"] = sent or dict.fromkeys(_ASKED, "")
    return visit.page("catalogue_versions.html", told, mend=problems)


async def propose(visit: Visit) -> Response:
    """Propose what stands in a file; all that is wrong with it is said above the form."""
    sent = visit.sent(*_ASKED)
    document, problem = await _document(visit)
    if problem is None and not _is_day(sent["effectiveFrom"]):
        problem = _NO_DAY
    if problem is not None:
        return await _listed(visit, (problem,), sent)
    reply = await visit.ask(PROPOSE_VERSION, {"document": document, **sent})
    problems = _problems_in(reply)
    if problems:
        return await _listed(visit, problems, sent)
    made = reply.of("done")["version"]
    return goes_to(f"{_path(made['region'], made['version'])}?done=propose")


async def _document(visit: Visit) -> tuple[Any, Text | None]:
    """Give what stands in the file that was sent, or what is wrong with that."""
    file = visit.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return None, _NO_FILE
    try:
        return orjson.loads(await file.read()), None
    except orjson.JSONDecodeError:
        return None, _NO_JSON


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


async def version(visit: Visit) -> Response:
    """Show one version: where it is on its way, and what it changes of the one in force, breaking changes first."""
    return await _version(visit)


async def _version(visit: Visit, problems: tuple[Text, ...] = ()) -> Response:
    region, number = _named(visit)
    reply = await visit.ask(CATALOGUE_VERSION, {"region": region, "version": number})
    found = next((each for each in reply.of("catalogueVersions") if each["version"] == number), None)
    if found is None:
        raise NoSuchPage
    changes = sorted(reply.of("catalogueChanges"), key=lambda each: not each["breaking"])
    told = {"version": found, "changes": changes, "breaking": [each for each in changes if each["breaking"]]}
    told |= {"may": _may(visit, found), "path": _path(region, number)}
    return shown(visit, "catalogue_version.html", told, problems)


async def review(visit: Visit) -> Response:
    """Review a version for the centre."""
    return await _done(visit, "review", REVIEW_VERSION, {"decision": _decision(visit)})


async def approve(visit: Visit) -> Response:
    """Approve a version for the supervisor."""
    return await _done(visit, "approve", APPROVE_VERSION, {"decision": _decision(visit)})


async def publish(visit: Visit) -> Response:
    """Publish a version; what it breaks is named, and the person says that they know."""
    knows = visit.form.get("knowsBreaking") == "true"
    return await _done(visit, "publish", PUBLISH_VERSION, {"knowsBreaking": knows})


async def _done(visit: Visit, name: str, document: str, said: Mapping[str, object]) -> Response:
    region, number = _named(visit)
    step = {"region": region, "version": number, **visit.sent("reason")}
    problems = _problems_in(await visit.ask(document, {"step": step, **said}))
    return await _version(visit, problems) if problems else goes_to(f"{_path(region, number)}?done={name}")


def _decision(visit: Visit) -> str:
    return str(visit.form.get("decision", ""))


def _named(visit: Visit) -> tuple[str, str]:
    return visit.request.path_params["region"], visit.request.path_params["version"]


def _path(region: str, number: str) -> str:
    return f"/console/catalogue/{quote(region, safe='')}/{quote(number, safe='')}"


def _problems_in(reply: Reply) -> tuple[Text, ...]:
    """Give what the person can mend, each with its place in the document where it has one."""
    return tuple(_problem(each) for each in reply.of("done")["errors"])


def _problem(error: Mapping[str, Any]) -> Text:
    first, *rest = error["field"]
    place = rest[0] if rest and first in ("document", "version") else ""
    chinese = error["messageChinese"] or error["message"]
    return Text(f"{place}: {error['message']}", f"{place}：{chinese}") if place else Text(error["message"], chinese)


def _proposes(visit: Visit) -> bool:
    """Say whether to show the form; whether it works, the graph decides."""
    officer = visit.has(Role.OFFICER) and visit.caller.organisation_kind in ORGANS
    return officer or (visit.has(Role.OPERATOR) and _of_the_centre(visit))


def _may(visit: Visit, found: Mapping[str, Any]) -> frozenset[str]:
    """Say which buttons to show: different persons propose, review and approve."""
    before = {each["actor"] for each in found["history"]}
    another = visit.caller.person not in before
    return allowed(
        review=found["state"] == "PROPOSED" and another and visit.has(Role.APPROVER) and _of_the_centre(visit),
        approve=found["state"] == "REVIEWED" and another and visit.has(Role.SUPERVISOR),
        publish=found["state"] == "APPROVED" and visit.has(Role.OPERATOR, Role.APPROVER) and _of_the_centre(visit),
    )


def _of_the_centre(visit: Visit) -> bool:
    return visit.caller.organisation_kind is OrganizationKind.CREDIT_CENTRE
