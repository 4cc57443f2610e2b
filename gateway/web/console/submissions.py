"""The pages of submissions: the receipts, a file to be sent, one receipt with what came of each row (Art. 11, 12)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.responses import Response

from gateway.access.papers.rights import is_staff
from gateway.collection.workbooks import media_type as workbook_type
from gateway.errors import BadUserInput, Text
from gateway.web import collection_words, words
from gateway.web.console.collection_documents import MARKED, RECEIPT, SUBMISSIONS
from gateway.web.console.errors import NoSuchPage
from gateway.web.console.reporting import Reported, media_type_of
from gateway.web.console.steps import shown
from gateway.web.console.visit import Visit
from gateway.web.frame import HEADERS, goes_to
from gateway.web.refusal import Refused
from schema.catalogue import RECORDS
from schema.terms import SubmissionMode

__all__ = ["marked", "receipt", "send", "submissions"]

_A_PAGE: Final = 20
_PROBLEMS: Final = 50
_SAID: Final = ("recordType", "period", "allOrNothing")
_NO_FILE: Final = Text("choose a file", "请选择文件")
_NO_TYPE: Final = Text("choose the record type of which there is nothing to report", "请选择零报送的信息类型")
_NOTHING: Final = ("nothing.jsonl", b"")
"""What says that there is nothing to report: no row."""
_SOONEST_S, _LATEST_S = 1, 15
"""Seconds after which the page of a submission that is coming in asks again: the longer it takes, the more."""


async def submissions(visit: Visit) -> Response:
    """Show the receipts of the caller's agency, of all for staff, and the form by which a file is sent."""
    await visit.ask(SUBMISSIONS)
    return await _listed(visit)


async def _listed(visit: Visit, problems: tuple[Text, ...] = (), sent: Mapping[str, str] | None = None) -> Response:
    chosen = {
        "recordType": _word(RECORDS, visit.query("recordType")),
        "mode": _word(collection_words.MODES, visit.query("mode")),
        "agency": visit.query("agency"),
    }
    said = {name: value for name, value in {**chosen, "after": visit.query("after")}.items() if value}
    own = {"agency": chosen["agency"]} if chosen["agency"] else {}
    broken = await visit.console.reporting.receipts(visit.caller, {**own, "unfinished": "true", "first": str(_A_PAGE)})
    page = await visit.console.reporting.receipts(visit.caller, {**said, "first": str(_A_PAGE)})
    told = {
        "unfinished": broken["submissions"],
        "page": {**page, "pageInfo": {"hasNextPage": page["after"] is not None, "endCursor": page["after"]}},
        "chosen": chosen,
        "problems": problems,
        "sent": dict.fromkeys(_SAID, "") if sent is None else sent,
        "may_send": visit.console.reporting.record_types(visit.caller),
        "staff": is_staff(visit.caller),
        "record_types": RECORDS.values(),
        "agencies": [code for code in words.agencies() if code != "ANY"],
    }
    return visit.page("submissions.html", told, mend=problems)


def _word(listed: Mapping[str, object], chosen: str | None) -> str | None:
    if chosen is not None and chosen not in listed:
        raise BadUserInput(Text("there is no such record type or mode", "没有该信息类型或报送方式"))
    return chosen


async def send(visit: Visit) -> Response:
    """Send a file, or that there is nothing to report: its receipt is shown at once, and says how far it is."""
    sent = visit.sent(*_SAID)
    if visit.form.get("nil") == "true":
        found = _NOTHING if sent["recordType"] else _NO_TYPE
    else:
        found = await _file(visit.form.get("file"))
    if isinstance(found, Text):
        await visit.ask(SUBMISSIONS)
        return await _listed(visit, (found,), sent)
    filename, content = found
    said = {name: value for name, value in {**sent, "mode": "BATCH"}.items() if value}
    reported = Reported(content, media_type_of(filename, content), said)
    try:
        begun = await visit.console.reporting.send(visit.caller, reported, at_once=False)
    except Refused as refused:
        refusal = refused.refusal
        return await _listed(visit, (_said(refusal.said, refusal.code), refusal.cure), sent)
    done = "send" if begun["state"] == "RUNNING" else "again"
    return goes_to(f"/console/submissions/{begun['id']}?done={done}")


async def _file(given: UploadFile | str | None) -> tuple[str, bytes] | Text:
    """Give a file by its name and content, or say that there is none."""
    if not isinstance(given, UploadFile) or not given.filename:
        return _NO_FILE
    return given.filename, await given.read()


def _said(text: Text, code: str) -> Text:
    return Text(f"{text.english} ({code})", f"{text.chinese}（{code}）")


async def receipt(visit: Visit) -> Response:
    """Show one receipt: what came of how many rows, and all that is wrong with which."""
    return await _receipt(visit)


async def _receipt(visit: Visit, problems: tuple[Text, ...] = ()) -> Response:
    await visit.ask(RECEIPT)
    after = _place(visit.query("after"))
    name = visit.request.path_params["id"]
    found = await visit.console.reporting.receipt(visit.caller, name, (_PROBLEMS, after))
    if found is None:
        raise NoSuchPage
    again_s = _again_s(found, visit.console.reporting.now())
    told = {"receipt": found, "again_s": again_s, "first": after + 1}
    marks = again_s is None and found["problemCount"] > 0 and found["mode"] == SubmissionMode.BATCH.value
    return shown(visit, "submission.html", {**told, "marks": marks}, problems)


async def marked(visit: Visit) -> Response:
    """Give the workbook of a receipt back with its bad cells marked: the same file is sent again for it (R11.1)."""
    name = visit.request.path_params["id"]
    file = visit.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return await _receipt(visit, (_NO_FILE,))
    try:
        content = await visit.console.reporting.marked(visit.caller, name, await file.read())
    except Refused as refused:
        refusal = refused.refusal
        return await _receipt(visit, (_said(refusal.said, refusal.code), refusal.cure))
    await visit.ask(MARKED)
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{quote(name, safe="")}.xlsx"'}
    return Response(content, media_type=workbook_type, headers=headers)


def _again_s(found: Mapping[str, Any], now: float) -> int | None:
    """Say when to look again at what is still coming in; None: it is in."""
    if found["state"] != "RUNNING" or found["unfinished"]:
        return None
    age_s = now - datetime.fromisoformat(found["begunAt"]).timestamp()
    return max(_SOONEST_S, min(_LATEST_S, int(age_s / 5)))


def _place(written: str | None) -> int:
    if written is None:
        return 0
    if not (written.isascii() and written.isdigit() and len(written) <= len("1000000")):
        raise BadUserInput(Text("after: a whole number", "after：应为整数"))
    return int(written)
