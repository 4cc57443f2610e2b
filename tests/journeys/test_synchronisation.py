"""Connected systems: what changed in them is in the next answer, and each day has its receipt (Art. 12; R12.2)."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from connectors.errors import SourceUnavailable
from gateway.__main__ import cli
from gateway.collection.intake.sync import Synchronisation
from gateway.collection.intake.syncing import Syncing
from schema.reporting import RowOutcome
from tests.journeys.reporting import Reporter, reporting
from tests.journeys.visitor import CODES, Place

GRADES = """query($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) { ... on LegalPerson {
  taxArrears { nodes { taxType arrearsPeriod arrearsBalance } } } } }"""


@pytest.fixture
async def reporter(files: Place, tmp_path: Path) -> AsyncIterator[Reporter]:
    """Give a reporter in the city of files, whose tax authority is a copy that the test may change."""
    for agency in ("TAX", "CREDIT_CENTRE"):
        link = tmp_path / f"{agency.lower()}.sqlite"
        content = link.read_bytes()
        link.unlink()
        link.write_bytes(content)
    async with reporting(files.settings()) as someone:
        yield someone


def tax(folder: Path, statement: str) -> Any:  # noqa: ANN401 (a row)
    with contextlib.closing(sqlite3.connect(folder / "tax.sqlite")) as connection, connection:
        return connection.execute(statement).fetchone()


def run_of(reporter: Reporter) -> Synchronisation:
    graph = reporter.house.graph
    assert graph.collection is not None
    return Synchronisation(graph.collection.intake, graph.connectors, reporter.house.keys)


async def test_a_connected_system_is_in_corrected_and_gone_and_each_run_says_so(
    reporter: Reporter,
) -> None:
    run = run_of(reporter)
    async with reporter.leaving(entries=len(run.connectors["TAX"].records)):
        first = {each.record_type: each for each in await run.run("TAX")}
    arrears = first["TaxArrears"]
    assert arrears.counts[RowOutcome.ACCEPTED] == arrears.rows > 0
    assert {(each.state, each.mode.value, each.provider) for each in first.values()} == {("DONE", "SYSTEM", "TAX")}

    again = {each.record_type: each for each in await run.run("TAX")}["TaxArrears"]
    assert (again.counts[RowOutcome.UNCHANGED], again.rows) == (arrears.rows, arrears.rows)
    assert again.id != arrears.id
    told = await reporter.at("GET", f"/{again.id}", headers=reporter.as_("tax-reporter"))
    assert told.json["mode"] == "SYSTEM"


async def test_what_changed_in_a_system_is_in_the_next_answer_after_the_run(reporter: Reporter, tmp_path: Path) -> None:
    run = run_of(reporter)
    await run.run("TAX")
    for code in CODES.values():
        if before := await arrears_of(reporter, code):
            break
    else:
        pytest.fail("nobody is in arrears")
    tax(tmp_path, "UPDATE qs_gg SET qsye = qsye + 1")
    assert await arrears_of(reporter, code) == before  # from the cache
    changed = {each.record_type: each for each in await run.run("TAX")}["TaxArrears"]
    assert changed.counts[RowOutcome.UPDATED] >= len(before)
    assert [each["taxType"] for each in await arrears_of(reporter, code)] == [each["taxType"] for each in before]
    assert await arrears_of(reporter, code) != before
    tax(tmp_path, "DELETE FROM qs_gg")
    gone = {each.record_type: each for each in await run.run("TAX")}["TaxArrears"]
    assert gone.counts[RowOutcome.REVOKED] == gone.rows == changed.rows
    assert await arrears_of(reporter, code) == []


async def arrears_of(reporter: Reporter, code: str) -> list[dict[str, Any]]:
    told = await reporter.ask(GRADES, {"code": code})
    subject = told.data["subject"]
    return subject["taxArrears"]["nodes"] if subject and "taxArrears" in subject else []


async def test_a_system_that_is_down_has_no_receipt_and_the_next_run_goes_on(
    reporter: Reporter, tmp_path: Path
) -> None:
    run = run_of(reporter)
    (tmp_path / "tax.sqlite").rename(tmp_path / "away.sqlite")
    with pytest.raises(SourceUnavailable):
        await run.run("TAX")
    listed = await reporter.at("GET", query="?mode=SYSTEM", headers=reporter.as_("tax-reporter"))
    begun = {each["id"] for each in listed.json["submissions"]}
    assert {each["state"] for each in listed.json["submissions"]} == {"RUNNING"}
    (tmp_path / "away.sqlite").rename(tmp_path / "tax.sqlite")
    assert {each.id for each in await run.run("TAX")} == begun


async def test_the_house_runs_over_each_system_once_a_day(reporter: Reporter, tmp_path: Path) -> None:
    (tmp_path / "court.sqlite").unlink()
    syncing = Syncing(run_of(reporter), every_s=86_400)
    try:
        assert await syncing.go_round() == ["TAX", "SOCIAL_INSURANCE", "MARKET_REGULATION"]
        assert await syncing.go_round() == []
    finally:
        await syncing.close()


async def test_what_a_connected_system_serves_is_not_taken_in_besides(reporter: Reporter) -> None:
    told = await reporter.report([], "TaxArrears")
    assert (told.status, told.codes) == (409, ["SUBMISSION_MODE"])
    assert (await reporter.report([], "Honour")).status == 201


def test_the_command_says_what_is_new_and_which_system_did_not_answer(files: Place, tmp_path: Path) -> None:
    (tmp_path / "court.sqlite").unlink()
    link = tmp_path / "credit_centre.sqlite"
    content = link.read_bytes()
    link.unlink()
    link.write_bytes(content)
    told_settings = files.settings().model_dump(mode="json", exclude_defaults=True, by_alias=True)
    (tmp_path / "xinyong.yaml").write_text(yaml.safe_dump(told_settings))
    told = CliRunner().invoke(cli, ["--config", str(tmp_path / "xinyong.yaml"), "sync"])
    assert told.exit_code == 1, told.output
    assert "COURT: SOURCE_UNAVAILABLE" in told.output
    assert "TAX TaxArrears: " in told.output
