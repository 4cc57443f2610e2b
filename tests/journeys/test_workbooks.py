"""A workbook from the template to the next answer and back: filled in, sent, marked, mended, sent again (Art. 12)."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from gateway.collection.workbooks import media_type
from gateway.collection.workbooks.columns import REASONS
from gateway.collection.workbooks.template import SHEETS
from gateway.store import migrate
from tests.gateway.collection.workbooks.filled import filled
from tests.journeys.reporting import Reporter, honour, reporting, settings_of
from tests.journeys.visitor import Told


@asynccontextmanager
async def opened(url: str, folder: Path) -> AsyncIterator[Reporter]:
    """Open a house in an empty database."""
    await migrate(url)
    async with reporting(settings_of(url, folder, workbooks={"rows": 20})) as someone:
        yield someone


@pytest.fixture
async def reporter(tmp_path: Path) -> AsyncIterator[Reporter]:
    async with opened(f"sqlite:///{tmp_path}/house.sqlite", tmp_path) as someone:
        yield someone


def row(number: str = "1", **over: Any) -> dict[str, Any]:  # noqa: ANN401  # a cell of any kind
    """Give a row of an honour as the template has it."""
    return honour(number, honourLevel="市级政府", awardedOn=date(2026, 3, 1)) | over


async def sent(reporter: Reporter, content: bytes, *, back: bool = False, query: str = "", **headers: str) -> Told:
    asked = {"content-type": media_type, **reporter.as_("tax-reporter"), **headers}
    if back:
        asked["accept"] = media_type
    return await reporter.at("POST", query=query, content=content, headers=asked)


def reasons(content: bytes) -> list[str]:
    """Give the last column of a marked workbook, below its name."""
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        _, headers, *rows = book.get_sheet_by_name(SHEETS[0]).to_python()
    assert headers[-1] == REASONS
    return [str(each[-1]) for each in rows]


async def test_a_filled_in_template_is_in_the_next_answer_corrected_and_revoked_like_any_other(
    url: str, tmp_path: Path
) -> None:
    async with opened(url, tmp_path) as reporter:
        content = filled("Honour", [row("1"), row("2")])
        told = await sent(reporter, content, query="?period=2026-11")
        assert told.status == 201, told.body
        assert (told.json["recordType"], told.json["mode"], told.json["period"]) == ("Honour", "BATCH", "2026-11")
        assert told.json["counts"]["accepted"] == 2
        assert {each["documentNumber"] for each in await reporter.honours()} == {"1", "2"}
        again = await sent(reporter, content, query="?period=2026-11")
        assert (again.json["id"], again.json["again"]) == (told.json["id"], True)
        corrected = await sent(reporter, filled("Honour", [row("1", awardingBody="河南省人民政府")]))
        assert corrected.json["counts"]["updated"] == 1
        revoked = await sent(reporter, filled("Honour", [row("1", action="撤销"), row("2", action="撤销")]))
        assert revoked.json["counts"]["revoked"] == 2
        assert await reporter.honours() == []


async def test_good_rows_are_taken_and_the_bad_come_back_marked_mended_and_taken(reporter: Reporter) -> None:
    bad = {"awardedOn": "2026-02-30", "documentNumber": 20261.0}
    told = await sent(reporter, filled("Honour", [row("1"), row("2") | bad]), back=True)
    assert (told.status, told.headers["content-type"]) == (201, media_type)
    good, wrong = reasons(told.body)
    assert good == ""
    assert "DATE" in wrong
    assert "NUMERIC_CODE" in wrong
    location = told.headers["location"]
    receipt = await reporter.at("GET", location.removeprefix("/submissions"), headers=reporter.as_("tax-reporter"))
    assert {name: n for name, n in receipt.json["counts"].items() if n} == {"accepted": 1, "refused": 1}
    assert {each["row"] for each in receipt.json["problems"]} == {4}

    mended = await sent(reporter, filled("Honour", [row("1"), row("2")]), back=True)
    assert reasons(mended.body) == ["", ""]
    assert {each["documentNumber"] for each in await reporter.honours()} == {"1", "2"}


async def test_what_came_back_can_be_sent_again_as_it_is(reporter: Reporter) -> None:
    told = await sent(reporter, filled("Honour", [row("1"), row("2", awardedOn="?")]), back=True)
    again = await sent(reporter, told.body)
    assert {name: n for name, n in again.json["counts"].items() if n} == {"unchanged": 1, "refused": 1}


async def test_what_only_the_register_knows_is_told_in_the_workbook_too(reporter: Reporter) -> None:
    await sent(reporter, filled("Honour", [row("1")]))
    conflict = row("2", subjectOrganizationCode="DEM001076")
    told = await sent(reporter, filled("Honour", [conflict]), back=True)
    assert reasons(told.body)[0]


async def test_all_or_nothing_gives_the_marked_workbook_and_takes_nothing(reporter: Reporter) -> None:
    told = await sent(
        reporter, filled("Honour", [row("1"), row("2", awardedOn="?")]), back=True, query="?allOrNothing=true"
    )
    assert told.status == 422
    assert "DATE" in reasons(told.body)[1]
    assert await reporter.honours() == []


async def test_a_workbook_that_is_refused_says_why_and_leaves_an_entry_and_no_value(
    reporter: Reporter, tmp_path: Path
) -> None:
    canary = "canary-8842"
    for content, code, query in (
        (f"税种,{canary}".encode(), "WORKBOOK_FORMAT", ""),
        (filled("Honour", [row(canary)], formula), "WORKBOOK_LAYOUT", ""),
        (filled("Honour", [row("1") | {"血型": canary}], further=["血型"]), "PROHIBITED_FIELD", ""),
        (filled("Honour", [row(f"{canary}{n}") for n in range(21)]), "TOO_MANY_ROWS", ""),
        (filled("Honour", [row(canary)]), "BAD_USER_INPUT", "?recordType=TaxArrears"),
    ):
        before = await reporter.entries()
        told = await sent(reporter, content, back=True, query=query, **{"accept-language": "zh"})
        (error,) = told.json["errors"]
        assert (error["extensions"]["code"], bool(error["extensions"]["hint"])) == (code, True)
        alleged = code == "PROHIBITED_FIELD"  # that is a candidate case besides (Art. 25(2))
        assert await reporter.entries() == before + 1 + alleged
        assert canary.encode() not in told.body
    assert not kept(tmp_path, canary.encode()), "a refused value was kept"


def kept(folder: Path, value: bytes) -> list[Path]:
    """Give the files that hold a value."""
    return [file for file in folder.rglob("*") if file.is_file() and value in file.read_bytes()]


def formula(_: Any, sheet: Any) -> None:  # noqa: ANN401  # as the writer gives them
    """Put a formula into the first row."""
    sheet.write_formula("B3", "=1+1", None, 2)


async def test_only_a_reporter_sends_workbooks(reporter: Reporter) -> None:
    asked = {"content-type": media_type, **reporter.as_("tax-officer")}
    told = await reporter.at("POST", content=filled("Honour", [row("1")]), headers=asked)
    assert told.json["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_many_workbooks_at_once_wait_for_their_turn(reporter: Reporter) -> None:
    told = await asyncio.gather(*(sent(reporter, filled("Honour", [row(str(n))])) for n in range(6)))
    assert [each.status for each in told] == [201] * 6
    assert len(await reporter.honours()) == 6


async def test_the_receipts_address_is_given_at_once_to_who_prefers_it(reporter: Reporter) -> None:
    told = await sent(reporter, filled("Honour", [row("1")]), prefer="respond-async")
    assert told.status == 202
    assert told.json["state"] == "RUNNING"
    assert reporter.house.submissions is not None


async def test_the_same_file_comes_back_marked_later_and_no_other(reporter: Reporter) -> None:
    """Nothing of it was kept: whoever sends it again to its receipt has it marked, and reports nothing by that."""
    content = filled("Honour", [row("1"), row("2", awardedOn="?")])
    told = await sent(reporter, content)
    path = f"/{told.json['id']}/workbook"
    asked = {"content-type": media_type, **reporter.as_("tax-reporter")}
    async with reporter.leaving(entries=0):
        back = await reporter.at("POST", path, content=content, headers=asked)
        assert (back.status, back.headers["content-type"]) == (200, media_type)
        good, wrong = reasons(back.body)
        assert (good, "DATE" in wrong) == ("", True)
        other = await reporter.at("POST", path, content=filled("Honour", [row("3")]), headers=asked)
        assert other.json["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        for persona in ("public", "market-reporter"):
            stranger = {"content-type": media_type, **reporter.as_(persona)}
            assert (await reporter.at("POST", path, content=content, headers=stranger)).status == 404
        plain = {**asked, "content-type": "application/json"}
        assert (await reporter.at("POST", path, content=content, headers=plain)).status == 415
