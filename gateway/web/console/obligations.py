"""The pages of obligations: what is due by when, and one of them with its day explained (Art. 12)."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from gateway.access.papers.rights import is_staff
from gateway.errors import BadUserInput, Text
from gateway.web import words
from gateway.web.console.obligation_documents import OBLIGATION, OBLIGATIONS
from gateway.web.console.steps import found_by_id
from gateway.web.console.visit import Visit
from schema.catalogue import RECORDS

__all__ = ["obligation", "obligations"]

_CHOSEN: Final = ("state", "recordType", "agency", "dueBefore")


async def obligations(visit: Visit) -> Response:
    """Show the obligations that the caller may see, the first due first."""
    chosen = {name: visit.query(name) for name in _CHOSEN}
    _known(chosen)
    by = {name: value for name, value in chosen.items() if value is not None}
    reply = await visit.ask(OBLIGATIONS, {"filter": by, "after": visit.query("after")})
    counts = {name: reply.of(name)["totalCount"] for name in ("overdue", "drafts", "sent", "reports")}
    told = {"page": reply.of("obligations"), "chosen": chosen, "counts": counts, "records": RECORDS}
    return visit.page("obligations.html", {**told, "staff": is_staff(visit.caller)})


def _known(chosen: Mapping[str, str | None]) -> None:
    state, record_type = chosen["state"], chosen["recordType"]
    if state is not None and state not in words.OBLIGATION_STATES:
        raise BadUserInput(Text("there is no such state", "没有该状态"))
    if record_type is not None and record_type not in RECORDS:
        raise BadUserInput(Text("there is no such record type", "没有该信息类型"))


async def obligation(visit: Visit) -> Response:
    """Show one obligation: its day counted day by day, and all that happened to it."""
    return visit.page("obligation.html", {"obligation": await found_by_id(visit, OBLIGATION, "obligation")})
