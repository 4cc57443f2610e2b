"""The pages of the trail: search, one entry, verification, evidence, numbers (Art. 19, R19.12).

They are for auditors; whoever else comes is refused by the graph, and that is recorded as denied.
"""

import base64
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from starlette.responses import Response

from gateway.audit.codes import OUTCOMES
from gateway.errors import BadUserInput, Text
from gateway.web.console.charts import bars, columns, waterfall
from gateway.web.console.errors import NoSuchPage
from gateway.web.console.trail_documents import ENTRY, EVIDENCE, NUMBERS, SEARCH, VERIFY
from gateway.web.console.visit import Visit
from gateway.web.frame import HEADERS
from schema.days import ZONE, midnight
from schema.disclosure import PurposeCode

__all__ = ["entry", "evidence", "numbers", "search", "search_person", "verify"]

_A_PAGE: Final = 20
_AT_ONCE: Final = 100
_USCC_CHARACTERS: Final = 18
_WORDS: Final = ("receipt", "requester", "organisation", "purpose", "paper", "outcome", "coordinate")
_THRESHOLDS: Final = {"nightQueries": 5, "subjects": 50, "denials": 10, "samePurpose": 20}
_DAYS: Final = 30


async def search(visit: Visit) -> Response:
    """Show the form, and the entries that were searched for, newest first."""
    chosen = {name: visit.query(name) or "" for name in (*_WORDS, "subject", "from", "to")}
    reply = await visit.ask(SEARCH, {"filter": _filter(chosen), "first": _A_PAGE, "after": visit.query("after")})
    return _found(visit, reply.of("queryLog"), chosen)


async def search_person(visit: Visit) -> Response:
    """Show the entries about an individual: number and name travel in the body, never in an address (R9.7)."""
    sent = visit.sent("number", "name")
    named = {"subject": {"individual": {"idNumber": sent["number"], "name": sent["name"]}}}
    reply = await visit.ask(SEARCH, {"filter": named, "first": _AT_ONCE, "after": None})
    page = reply.of("queryLog")
    return _found(visit, {**page, "pageInfo": {"hasNextPage": False}}, {})


def _found(visit: Visit, page: Mapping[str, Any], chosen: Mapping[str, str]) -> Response:
    listed = {"purposes": list(PurposeCode), "outcomes": list(OUTCOMES)}
    told = {"page": page, "chosen": {name: chosen.get(name, "") for name in (*_WORDS, "subject", "from", "to")}}
    return visit.page("trail.html", {**told, **listed})


async def entry(visit: Visit) -> Response:
    """Show one entry: who, when, how, why, on what, which fields, and how long each step took."""
    return await _shown(visit, ENTRY)


async def verify(visit: Visit) -> Response:
    """Verify one entry now, and show what is wrong if anything is."""
    return await _shown(visit, VERIFY)


async def _shown(visit: Visit, document: str) -> Response:
    receipt = visit.request.path_params["receipt"]
    reply = await visit.ask(document, {"receipt": receipt})
    nodes = reply.of("queryLog")["nodes"]
    if not nodes:
        raise NoSuchPage
    (found,) = nodes
    told = {"entry": found, "verification": found.get("verification"), "spans": waterfall(found["spans"] or ())}
    lacking = {"missing": reply.missing(), "seal_unknown": reply.lacks("seal")}
    return visit.page("trail_entry.html", {**told, **lacking, "asked": receipt})


async def evidence(visit: Visit) -> Response:
    """Give evidence of the entries that were chosen, as a zip to be kept."""
    receipts = [str(each) for each in visit.form.getlist("receipt")]
    given = (await visit.ask(EVIDENCE, {"receipts": receipts})).of("queryLogEvidence")
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{given["name"]}"'}
    return Response(base64.b64decode(given["content"]), media_type="application/zip", headers=headers)


async def numbers(visit: Visit) -> Response:
    """Show the trail of some days in numbers, and what is unusual in it."""
    today = datetime.now(ZONE).date()
    first = visit.day("from") or today - timedelta(days=_DAYS - 1)
    last = visit.day("to") or today
    thresholds = {name: _number(name, visit.query(name), usual) for name, usual in _THRESHOLDS.items()}
    between = {"from": _midnight(first), "to": _midnight(last + timedelta(days=1))}
    summary = (await visit.ask(NUMBERS, {"filter": between, "thresholds": thresholds})).of("queryLogSummary")
    told = {
        "summary": summary,
        "columns": columns(summary["days"], first, last),
        "bars": bars(summary["organisations"]),
    }
    chosen = {"from": first.isoformat(), "to": last.isoformat(), **thresholds}
    after = (last + timedelta(days=1)).isoformat()
    return visit.page("trail_numbers.html", {**told, "chosen": chosen, "after_last": after})


def _filter(chosen: Mapping[str, str]) -> dict[str, Any]:
    """Write what the form says as the graph's filter."""
    told: dict[str, Any] = {name: chosen[name] for name in _WORDS if chosen[name]}
    subject = chosen["subject"].strip()
    if subject:
        told["subject"] = {"unifiedSocialCreditCode" if len(subject) == _USCC_CHARACTERS else "id": subject}
    for name in ("from", "to"):
        if chosen[name]:
            told[name] = _instant(name, chosen[name])
    return told


def _instant(name: str, text: str) -> str:
    """Read a time of the city's clocks."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE).isoformat()
    except ValueError as error:
        raise BadUserInput(Text(f"{name}: write it as 2026-11-23T09:30", f"{name}：应写作 2026-11-23T09:30")) from error


def _midnight(day: date) -> str:
    return midnight(day).isoformat()


def _number(name: str, text: str | None, usual: int) -> int:
    if text is None:
        return usual
    if not text.isdecimal() or len(text) > len("1000000"):
        raise BadUserInput(Text(f"{name}: a whole number", f"{name}：应为整数"))
    return int(text)
