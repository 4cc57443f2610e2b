"""What cannot be read any more of the query log is an error in the graph and a sentence on the pages."""

import asyncio
import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from starlette.testclient import TestClient

from gateway.app import application
from tests.journeys.test_console_entries import log_in
from tests.journeys.test_inspection import LOG, LP_07, OWN_LOG, look
from tests.journeys.visitor import Place, Told, visiting

PURPOSE = "遗失核查"
DECIDED = ("fields", "withheld", "rows")
LOST = "对各字段所作的决定已缺失或被改动"
SEALED = {"requester", "organisationKind", "channel", "purposeText", "operationName", "document", "inspected"}
SEALED |= {"subjects", "sources", "spans", "errors"}
HEAD = {"papers", "responseDigest", "traceId"}
UNDECIDED = "DELETE FROM audit_shape"
UNOPENED = "UPDATE audit_record SET sealed = x'00'"
HEADLESS = "UPDATE audit_record SET head = x'7b7d'"


@pytest.fixture
def receipt(files: Place) -> str:
    """Let a house answer one query, and close it; the next one remembers nothing."""

    async def looked() -> str:
        async with visiting(files.settings()) as visitor:
            return await look(visitor, PURPOSE)

    return asyncio.run(looked())


def harm(place: Place, statement: str) -> None:
    """Change the trail behind the gateway's back."""
    with closing(sqlite3.connect(place.trail.removeprefix("sqlite:///"), timeout=10)) as database, database:
        assert database.execute(statement).rowcount > 0


async def asked(place: Place, persona: str, query: str, variables: dict[str, Any]) -> Told:
    async with visiting(place.settings()) as visitor:
        return await visitor.ask(query, variables, persona=persona)


def shown(place: Place, persona: str, *paths: str) -> list[str]:
    """Give pages as somebody sees them, without their tags."""
    with TestClient(application(place.settings()), base_url="http://house.test") as client:
        log_in(client, persona)
        return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", client.get(path).text)) for path in paths]


async def test_auditors_are_told_which_decisions_are_lost(files: Place, receipt: str) -> None:
    harm(files, UNDECIDED)
    told = await asked(files, "auditor", LOG, {"filter": {"receipt": receipt}})
    (entry,) = told.data["queryLog"]["nodes"]
    (subject,) = entry["subjects"]
    assert [subject[each] for each in DECIDED] == [None, None, None]
    assert (entry["opened"], entry["purposeText"]) == (True, PURPOSE)
    assert (subject["outcome"], subject["tier"], subject["counted"]) == ("DISCLOSED", "B", True)
    at = ["queryLog", "nodes", 0, "subjects", 0]
    assert sorted(each["path"] for each in told.errors) == sorted([*at, each] for each in DECIDED)
    assert set(told.codes) == {"INTERNAL_SERVER_ERROR"}


async def test_the_subject_is_told_which_decisions_are_lost_and_all_else(files: Place, receipt: str) -> None:
    assert receipt
    harm(files, UNDECIDED)
    told = await asked(files, "company", OWN_LOG, {"by": LP_07})
    (line,) = told.data["subject"]["queryLog"]["nodes"]
    assert [line[each] for each in DECIDED] == [None, None, None]
    assert (line["organisation"], line["purposeText"], line["outcome"]) == ("MARKET_REGULATION", PURPOSE, "DISCLOSED")
    at = ["subject", "queryLog", "nodes", 0]
    assert sorted(each["path"] for each in told.errors) == sorted([*at, each] for each in DECIDED)
    assert set(told.codes) == {"INTERNAL_SERVER_ERROR"}


def test_the_pages_say_which_decisions_are_lost(files: Place, receipt: str) -> None:
    entry = f"/console/trail/entries/{receipt}"
    assert LOST not in shown(files, "auditor", entry)[0]
    harm(files, UNDECIDED)
    (page,) = shown(files, "auditor", entry)
    assert (PURPOSE in page, LOST in page) == (True, True)
    for page in shown(files, "company", "/console/subject", "/console/subject/log"):
        assert (PURPOSE in page, LOST in page) == (True, True)


@pytest.mark.parametrize(("statement", "lost"), [(UNOPENED, SEALED), (HEADLESS, SEALED | HEAD)])
async def test_of_an_entry_that_cannot_be_opened_each_field_is_an_error(
    files: Place, receipt: str, statement: str, lost: set[str]
) -> None:
    harm(files, statement)
    told = await asked(files, "auditor", LOG, {"filter": {"receipt": receipt}})
    (entry,) = told.data["queryLog"]["nodes"]
    assert {name for name, value in entry.items() if value is None} == lost
    assert {each["path"][-1] for each in told.errors} == lost
    assert set(told.codes) == {"INTERNAL_SERVER_ERROR"}
    assert (entry["opened"], entry["organisation"]) == (False, "MARKET_REGULATION")


@pytest.mark.parametrize("statement", [UNOPENED, HEADLESS])
def test_the_pages_do_not_say_none_of_what_cannot_be_opened(files: Place, receipt: str, statement: str) -> None:
    harm(files, statement)
    paths = f"/console/trail/entries/{receipt}", f"/console/trail?receipt={receipt}", "/console/trail/numbers"
    entry, found, numbers = shown(files, "auditor", *paths)
    for said in ("涉及哪些主体、哪些字段，已无法读取", "询问过哪些单位，已无法读取", "各步骤已无法读取"):
        assert said in entry
    for denied in ("不涉及任何主体", "未询问任何单位", "没有步骤", "None"):
        assert denied not in entry
    assert ("On which papers无法读取" in entry) is (statement == HEADLESS)
    assert ("无 none" in entry) is (statement == UNOPENED), "no paper was cited, and that is known"
    (row,) = re.findall(r"市场监督管理\S* MARKET_REGULATION .{0,200}?已提供", found)
    assert (row.count("无法读取"), "—" in row) == (2, False)
    unread = "另有 1 条无法开启，未能比对"
    assert (unread in numbers) is (statement == UNOPENED), "with the head alone gone the text is there"
