"""An agency that is gone, late or talks nonsense loses its own fields, with an error, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.connector import Batch, Rows, Source, Table
from connectors.errors import SourceMisbehaved
from tests.journeys.visitor import CODES, SUPERVISION, Place, Told, Visitor, visiting

QUERY = """query Subject($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) {
  name
  effectiveJudgments { totalCount nodes { caseNumber } }
  administrativePenalties { totalCount nodes { penaltyDocumentNumber } }
  ... on LegalPerson { taxCreditRatings { totalCount nodes { ratingYear } } }
  sources { connector asked reached } } }"""
LP_09 = {"code": CODES["LP-09"]}
LISTS = ("effectiveJudgments", "administrativePenalties", "taxCreditRatings")


async def asked(visitor: Visitor) -> Told:
    async with visitor.leaving(entries=1):
        told = await visitor.ask(QUERY, LP_09, persona="market-officer", purpose=SUPERVISION)
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


Gather = Callable[[Any, Batch], Awaitable[Rows]]


class _Replaced:
    """A source that another stands before."""

    def __init__(self, source: Source, gather: Gather) -> None:
        self._gather = gather
        self._source = source

    async def gather(self, tables: Mapping[str, Table], batch: Batch) -> Rows:
        return await self._gather(tables, batch)

    async def close(self) -> None:
        await self._source.close()


@pytest.fixture
async def at(files: Place) -> AsyncIterator[Callable[..., Any]]:
    """Give a way to stand before an agency's source: every question to it goes to a function."""
    async with visiting(files.settings(connectors=_impatient(files))) as visitor:

        def replaced(agency: str, gather: Gather) -> Visitor:
            connector = visitor.house.graph.connectors[agency]
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


async def _never(_tables: object, _batch: Batch) -> Rows:
    await asyncio.get_running_loop().create_future()
    raise AssertionError


async def _too_few(_tables: object, _batch: Batch) -> Rows:
    return []


async def _not_rows(_tables: object, batch: Batch) -> Rows:
    message = f"no such column in {batch.kind}"
    raise SourceMisbehaved(message)


@pytest.mark.parametrize(
    ("gather", "code"),
    [(_never, "SOURCE_UNAVAILABLE"), (_not_rows, "SOURCE_MISBEHAVED"), (_too_few, "SOURCE_MISBEHAVED")],
)
async def test_a_late_or_garbled_agency_loses_its_fields_alone(
    at: Callable[..., Visitor], whole: dict[str, Any], gather: Gather, code: str
) -> None:
    told = await asked(at("TAX", gather))
    paths = lost(told, code, "TAX")
    assert paths == [["subject", "administrativePenalties", "totalCount"], ["subject", "taxCreditRatings"]]
    subject = told.data["subject"]
    assert subject["taxCreditRatings"] is None
    assert subject["administrativePenalties"] == {"totalCount": None, "nodes": []}
    assert subject["effectiveJudgments"] == whole["effectiveJudgments"]
    assert reached(told)["TAX"] is False
    assert "no such column" not in told.body.decode()


async def test_an_outage_of_what_the_public_may_not_see_changes_nothing_for_it(at: Callable[..., Visitor]) -> None:
    query = """query($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) {
      name administrativeCompulsions { totalCount } sources { connector asked reached } } }"""
    visitor = at("SOCIAL_INSURANCE", _never)
    told = await visitor.ask(query, LP_09)
    assert told.codes == ["TIER_FORBIDDEN"]
    assert all(told.data["subject"]["sources"])


async def test_with_all_agencies_down_the_subject_is_still_named(files: Place, tmp_path: Path) -> None:
    for agency in files.urls:
        if agency != "CREDIT_CENTRE":
            (tmp_path / f"{agency.lower()}.sqlite").unlink()
    async with visiting(files.settings()) as visitor:
        told = await asked(visitor)
    assert set(told.codes) == {"SOURCE_UNAVAILABLE"}
    assert told.data["subject"]["name"] == "郑州博远国际贸易有限公司"
    assert told.data["subject"]["taxCreditRatings"] is None
    assert reached(told) == {agency: agency == "CREDIT_CENTRE" for agency in reached(told)}


async def test_without_the_register_nobody_is_found_and_nobody_is_said_not_to_be_there(
    files: Place, tmp_path: Path
) -> None:
    (tmp_path / "credit_centre.sqlite").unlink()
    async with visiting(files.settings()) as visitor:
        told = await asked(visitor)
        probed = await visitor.house.probe()
    assert told.data["subject"] is None
    assert lost(told, "SOURCE_UNAVAILABLE", "CREDIT_CENTRE") == [["subject"]]
    assert probed == {"register": False, "trail": True, "seal": True, "rules": True}
