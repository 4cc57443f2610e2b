"""An agency that is gone, late or talks nonsense loses its own fields, with an error, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.connector import Batch, Rows, Source
from tests.journeys.visitor import CODES, SUPERVISION, Place, Told, Visitor, visiting

QUERY = """query Subject($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) {
  name
  effectiveJudgments { totalCount nodes { caseNumber } }
  administrativePenalties { totalCount nodes { penaltyDocumentNumber } }
  ... on LegalPerson { taxCreditRatings { totalCount nodes { ratingYear } } }
  sources { connector asked reached } } }"""
LP_07 = {"code": CODES["LP-07"]}
LISTS = ("effectiveJudgments", "administrativePenalties", "taxCreditRatings")


async def asked(visitor: Visitor) -> Told:
    async with visitor.leaving(entries=1):
        told = await visitor.ask(QUERY, LP_07, persona="market-officer", purpose=SUPERVISION)
    assert told.status == 200
    assert told.headers["audit-record"]
    return told


def lost(told: Told, code: str, connector: str) -> list[list[str]]:
    """Give the paths of the errors of one code and connector, which must be all errors there are."""
    assert [
        (each["extensions"]["code"], each["extensions"]["connector"])
        for each in told.errors
        if each["extensions"]["code"] != "FORBIDDEN"
    ] == [(code, connector)] * len(told.errors)
    return [each["path"] for each in told.errors]


def reached(told: Told) -> dict[str, bool | None]:
    return {each["connector"]: each["reached"] for each in told.data["subject"]["sources"] if each["asked"]}


@pytest.fixture
async def whole(files: Place) -> dict[str, Any]:
    """Give the answer when all is well."""
    async with visiting(files.settings()) as visitor:
        told = await asked(visitor)
    assert told.errors == []
    subject: dict[str, Any] = told.data["subject"]
    assert all(subject[name]["nodes"] for name in LISTS)
    return subject


class _Replaced:
    """A source that another stands before."""

    def __init__(self, source: Source, gather: Callable[[Any, Batch], Awaitable[Rows]]) -> None:
        self.gather = gather
        self._source = source

    async def close(self) -> None:
        await self._source.close()


@pytest.fixture
async def at(files: Place) -> AsyncIterator[Callable[..., Any]]:
    """Give a way to stand before an agency's source: every question to it goes to a function."""
    async with visiting(files.settings(connectors=_impatient(files))) as visitor:

        def replaced(agency: str, gather: Callable[[Any, Batch], Awaitable[Rows]]) -> Visitor:
            connector = visitor.house._connectors[agency]  # noqa: SLF001 (the test stands before the agency)
            connector.source = _Replaced(connector.source, gather)
            return visitor

        yield replaced


def _impatient(files: Place) -> dict[str, Any]:
    return {agency: {"url": url, "deadline_s": 0.2} for agency, url in files.urls.items()}


async def test_a_missing_database_of_one_agency_loses_its_fields_alone(
    files: Place, whole: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "court.sqlite").unlink()
    async with visiting(files.settings()) as visitor:
        told = await asked(visitor)
    assert lost(told, "SOURCE_UNAVAILABLE", "COURT") == [["subject", "effectiveJudgments"]]
    subject = told.data["subject"]
    assert subject["effectiveJudgments"] is None
    assert {name: subject[name] for name in LISTS[1:]} == {name: whole[name] for name in LISTS[1:]}
    assert reached(told) == {**dict.fromkeys(reached(told), True), "COURT": False}
    assert not (tmp_path / "court.sqlite").exists()


async def test_an_agency_that_comes_back_is_asked_again(files: Place, whole: dict[str, Any], tmp_path: Path) -> None:
    court, away = tmp_path / "court.sqlite", tmp_path / "away.sqlite"
    court.rename(away)
    async with visiting(files.settings()) as visitor:
        assert (await asked(visitor)).data["subject"]["effectiveJudgments"] is None
        away.rename(court)
        told = await asked(visitor)
    assert told.errors == []
    assert told.data["subject"]["effectiveJudgments"] == whole["effectiveJudgments"]


async def test_a_late_agency_is_not_waited_for(at: Callable[..., Visitor], whole: dict[str, Any]) -> None:
    async def never(_tables: Any, _batch: Batch) -> Rows:  # noqa: ANN401 (the seam's own)
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]  # never comes

    visitor = at("TAX", never)
    told = await asked(visitor)
    assert lost(told, "SOURCE_UNAVAILABLE", "TAX") == [["subject", "administrativePenalties", "totalCount"], ["subject", "taxCreditRatings"]] or (
        lost(told, "SOURCE_UNAVAILABLE", "TAX") == [["subject", "taxCreditRatings"]]
    )
    assert told.data["subject"]["effectiveJudgments"] == whole["effectiveJudgments"]
    assert told.data["subject"]["taxCreditRatings"] is None
    assert reached(told)["TAX"] is False
