"""One statement for a whole batch, on both engines: what is read, what is lost, what is refused."""

import asyncio
import datetime as dt
import threading
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from connectors.columns import NULL_WORDS
from connectors.connector import OPEN, Batch, Found, Rows, Selection, SubjectKey
from connectors.courts import DEBTOR, PARTY, Courts
from connectors.courts import METADATA as COURT_TABLES
from connectors.errors import SourceMisbehaved, SourceUnavailable
from connectors.sources import statement
from connectors.sources.sql import SqlSource
from connectors.tax import ARREARS, RATING, TAXPAYER, Tax
from connectors.tax import METADATA as TAX_TABLES
from schema.catalogue import RECORDS
from schema.tiers import Tier
from tests.connectors.sources.conftest import Database

ONE, OTHER = "91410199DEM001076Q", "91410199DEM00108XX"
HOSTILE = [
    "'",
    "''; DROP TABLE dj_nsrxx; --",
    "' OR '1'='1",
    '"',
    '","x"],["',
    "\\",
    "$1",
    "%s",
    "{}",
    "中\u0001\t'",
]


def keys(*identifiers: str) -> list[SubjectKey]:
    return [SubjectKey(f"id of {each}", each) for each in identifiers]


def batch(record: str, columns: Sequence[str], *identifiers: str, highest: Tier = Tier.RESTRICTED) -> Batch:
    return Batch("LEGAL_PERSON", keys(*identifiers), (Selection(RECORDS[record], tuple(columns)),), highest)


def taxpayer(code: str, number: str = "1", **more: str | None) -> dict[str, Any]:
    return {"djxh": number, "nsrsbh": code, "shxydm": code, **more}


def arrear(n: int, number: str = "1", **more: object) -> dict[str, Any]:
    return {"xh": n, "djxh": number, **more}


def all_found(rows: Rows) -> list[Found]:
    """Give what was found of each subject, where nobody's part failed."""
    found = [each for each in rows if isinstance(each, Found)]
    assert found == rows
    return found


async def ask(database: Database, asked: Batch) -> list[Found]:
    return all_found(await Tax(database.source, lambda number: number).gather(asked))


async def test_each_subject_has_its_own_records_in_the_order_asked_and_one_may_be_asked_twice(
    database: Database,
) -> None:
    await database.hold(
        TAX_TABLES,
        {
            TAXPAYER: [taxpayer(ONE, "1"), taxpayer(OTHER, "2")],
            ARREARS: [arrear(1, "1", ssqj="2024-01"), arrear(2, "2", ssqj="2024-02")],
        },
    )
    found = await ask(database, batch("TaxArrears", ["arrearsPeriod", "provider"], OTHER, "nobody", ONE, OTHER))
    second = [["2024-02", "TAX"]]
    assert [each.rows[0] for each in found] == [second, [], [["2024-01", "TAX"]], second]


async def test_a_key_is_never_part_of_the_statement(database: Database) -> None:
    await database.hold(
        TAX_TABLES,
        {
            TAXPAYER: [taxpayer(each, f"no. {n}") for n, each in enumerate(HOSTILE)],
            ARREARS: [arrear(n, f"no. {n}", ssqj=f"of {n}") for n in range(len(HOSTILE))],
        },
    )
    for n, hostile in enumerate(HOSTILE):
        found = await ask(database, batch("TaxArrears", ["arrearsPeriod"], hostile, f"{hostile}{hostile}", OTHER))
        assert [each.rows[0] for each in found] == [[[f"of {n}"]], [], []]
    found = await ask(database, batch("TaxArrears", ["arrearsPeriod"], *HOSTILE))
    assert [each.rows[0] for each in found] == [[[f"of {n}"]] for n in range(len(HOSTILE))]


async def test_a_key_with_a_line_break_finds_nothing_and_shifts_nobody_elses_answer(database: Database) -> None:
    """On PostgreSQL keys travel as lines: the batch is refused. On SQLite they do not, and nothing is found."""
    await database.hold(TAX_TABLES, {TAXPAYER: [taxpayer(ONE)], ARREARS: [arrear(1, ssqj="2024-01")]})
    asked = batch("TaxArrears", ["arrearsPeriod"], f"nobody\n{ONE}", OTHER)
    if database.source.dialect.name == "postgresql":
        with pytest.raises(SourceMisbehaved):
            await ask(database, asked)
    else:
        assert [each.rows[0] for each in await ask(database, asked)] == [[], []]


@pytest.mark.parametrize("around", ["", " ", "\t", "\r\n", "\u3000", " \u3000\n"], ids=ascii)
async def test_blanks_around_a_text_mean_nothing(database: Database, around: str) -> None:
    written = [*sorted(NULL_WORDS), "无 欠税", "a\u3000b", "0"]
    await database.hold(
        TAX_TABLES,
        {
            TAXPAYER: [taxpayer(ONE)],
            ARREARS: [arrear(n, ssqj=f"{around}{each}{around}") for n, each in enumerate(written)],
        },
    )
    (found,) = await ask(database, batch("TaxArrears", ["arrearsPeriod"], ONE))
    told = [value for (value,) in found.rows[0]]
    assert sorted(filter(None, told)) == sorted(["无 欠税", "a\u3000b", "0"])
    assert told.count(None) == len(NULL_WORDS)
    assert found.losses == ()


async def test_a_value_that_cannot_be_read_is_a_loss_with_its_row_and_field_and_the_rest_is_there(
    database: Database,
) -> None:
    await database.hold(
        TAX_TABLES,
        {
            TAXPAYER: [taxpayer(ONE, "1"), taxpayer(OTHER, "2")],
            ARREARS: [
                arrear(1, ssqj="2024-01", ggrq="20240131", qjzt_dm="?"),
                arrear(2, ssqj="2024-02", ggrq="no day", qjzt_dm="?"),
                arrear(3, "2", ssqj="2024-03", ggrq="20240331"),
            ],
        },
    )
    columns = ["arrearsPeriod", "announcedOn", "settlementStatus"]
    one, other = await ask(database, batch("TaxArrears", columns, ONE, OTHER))
    assert sorted(one.rows[0]) == [["2024-01", "2024-01-31", None], ["2024-02", None, None]]
    assert sorted((loss.row[0], loss.field) for loss in one.losses) == [
        ("2024-01", "settlementStatus"),
        ("2024-02", "announcedOn"),
        ("2024-02", "settlementStatus"),
    ]
    assert all(any(loss.row is row for row in one.rows[0]) for loss in one.losses)
    assert other == Found(([["2024-03", "2024-03-31", None]],))


async def test_two_selections_of_one_batch_stay_apart(database: Database) -> None:
    await database.hold(
        TAX_TABLES,
        {TAXPAYER: [taxpayer(ONE)], ARREARS: [arrear(1, ssqj="2024-01")], RATING: [arrear(1, pjnd=2024, pjjb_dm="1")]},
    )
    selections = (
        Selection(RECORDS["TaxCreditRating"], ("grade", "ratingYear")),
        Selection(RECORDS["TaxArrears"], ("arrearsPeriod",)),
    )
    (found,) = await ask(database, Batch("LEGAL_PERSON", keys(ONE), selections, Tier.RESTRICTED))
    assert found.rows == ([["A", 2024]], [["2024-01"]])


async def test_records_are_counted_though_nothing_of_their_table_is_asked(database: Database) -> None:
    await database.hold(TAX_TABLES, {TAXPAYER: [taxpayer(ONE)], ARREARS: [arrear(1), arrear(2)]})
    (found,) = await ask(database, batch("TaxArrears", ["provider", "recordStatus"], ONE))
    assert found.rows == ([["TAX", "ACTIVE"], ["TAX", "ACTIVE"]],)


@pytest.mark.parametrize(("highest", "years"), [(Tier.PUBLIC, [2021]), (Tier.SHARED, [2021, 2022, 2023, 2024])])
async def test_a_record_above_the_tier_does_not_leave_its_agency(
    database: Database, highest: Tier, years: list[int]
) -> None:
    """What is not surely of the tier is above it: another grade, none, an unknown one."""
    grades = {2021: "1", 2022: "2", 2023: None, 2024: "?"}
    ratings = [arrear(year, pjnd=year, pjjb_dm=grade) for year, grade in grades.items()]
    await database.hold(TAX_TABLES, {TAXPAYER: [taxpayer(ONE)], RATING: ratings})
    (found,) = await ask(database, batch("TaxCreditRating", ["ratingYear"], ONE, highest=highest))
    assert sorted(year for (year,) in found.rows[0]) == years


OPENED = ["taxpayerNumber", "ratingYear", "provider", "version", "grade", "score", "ratedOn", "reportedAt", OPEN]


async def test_who_asks_what_is_open_is_told_of_the_rest_its_key_agency_and_version_alone(database: Database) -> None:
    """Where several agencies serve a type, the others must know of a record above the tier (R15.2)."""
    told = {"pjdf": 90, "pjrq": "20240401", "xgsj": dt.datetime(2024, 4, 2, 8)}  # noqa: DTZ001 (the agency's own clock)
    ratings = [{**arrear(year, pjnd=year, pjjb_dm=grade), **told} for year, grade in ((2021, "1"), (2022, "2"))]
    await database.hold(TAX_TABLES, {TAXPAYER: [taxpayer(ONE)], RATING: ratings})
    (found,) = await ask(database, batch("TaxCreditRating", OPENED, ONE, highest=Tier.PUBLIC))
    opened, closed = sorted(found.rows[0], key=lambda row: int(row[1]))
    assert opened[:5] == [ONE, 2021, "TAX", 1, "A"]
    assert None not in opened
    assert opened[-1] is True
    assert closed == [ONE, 2022, "TAX", 1, None, None, None, None, False]
    assert found.losses == ()
    (found,) = await ask(database, batch("TaxCreditRating", OPENED, ONE, highest=Tier.SHARED))
    assert [row[-1] for row in found.rows[0]] == [True, True]


def test_nothing_is_lost_of_a_record_that_is_not_there() -> None:
    """What cannot be read of it would tell of it: an answer with a loss is not kept, and its source is asked again."""
    tables = {table.record.__name__: table for table in Tax.tables}
    built = statement.build(tables, batch("TaxCreditRating", ["ratingYear", "grade", OPEN], ONE), sqlite.dialect())
    (found,) = built.read('[[[["x", "2", 0], ["y", "1", 1]]]]')
    assert isinstance(found, Found)
    assert [(loss.row, loss.field) for loss in found.losses] == [([None, "A", True], "ratingYear")]


async def test_where_no_rule_raises_a_record_all_are_open(database: Database) -> None:
    await database.hold(TAX_TABLES, {TAXPAYER: [taxpayer(ONE)], ARREARS: [arrear(1, ssqj="2024-01")]})
    (found,) = await ask(database, batch("TaxArrears", ["arrearsPeriod", OPEN], ONE, highest=Tier.PUBLIC))
    assert found == Found(([["2024-01", True]],))


@pytest.mark.parametrize("asked", [("",), ("", ""), ("", ONE, "")], ids=len)
async def test_a_subject_without_a_code_has_no_records_even_where_the_agency_left_its_codes_empty(
    database: Database, asked: tuple[str, ...]
) -> None:
    nameless = [{**taxpayer(code, number), "nsrsbh": code} for number, code in (("1", ONE), ("2", ""))]
    parties = [{"dsrbh": n, "dsrlb": "1", "dsrmc": "某", "dm": dm, "sfzhm": ""} for n, dm in enumerate(["", "-", ONE])]
    await database.hold(TAX_TABLES, {TAXPAYER: nameless, ARREARS: [arrear(1, "1"), arrear(2, "2")]})
    await database.hold(COURT_TABLES, {PARTY: parties, DEBTOR: [{"lsh": n, "dsrbh": n, "ah": "x"} for n in range(3)]})
    expected = [int(each == ONE) for each in asked]
    arrears = await ask(database, batch("TaxArrears", ["provider"], *asked))
    courts = Courts(database.source, lambda number: number)
    debts = all_found(await courts.gather(batch("DishonestJudgmentDebtor", ["caseNumber"], *asked)))
    assert [len(each.rows[0]) for each in arrears] == [len(each.rows[0]) for each in debts] == expected


async def test_the_court_finds_a_party_by_each_spelling_of_its_code_and_by_no_part_of_it(database: Database) -> None:
    spellings = [ONE, "DEM001076", "DEM00107-6", "DEM00107", "DEM00107-7", ONE.lower()]
    organisation = ONE[8:17]
    assert organisation == "DEM001076"
    await database.hold(
        COURT_TABLES,
        {
            PARTY: [{"dsrbh": n, "dsrlb": "1", "dsrmc": "某", "dm": each} for n, each in enumerate(spellings)],
            DEBTOR: [{"lsh": n, "dsrbh": n, "ah": each} for n, each in enumerate(spellings)],
        },
    )
    asked = batch("DishonestJudgmentDebtor", ["caseNumber"], ONE)
    (found,) = all_found(await Courts(database.source, lambda number: number).gather(asked))
    assert sorted(found.rows[0]) == sorted([[each] for each in spellings[:3]])


@pytest.mark.parametrize(("limit", "too_many"), [(3, False), (2, True)])
async def test_too_many_records_of_one_subject_are_an_error_and_never_a_cut(
    database: Database, monkeypatch: pytest.MonkeyPatch, limit: int, *, too_many: bool
) -> None:
    """It is that one subject's failure, in its place; who was asked for beside it keeps its records."""
    monkeypatch.setattr(statement, "LIMIT", limit)
    await database.hold(
        TAX_TABLES,
        {
            TAXPAYER: [taxpayer(ONE, "1"), taxpayer(OTHER, "2")],
            ARREARS: [*(arrear(n, "1") for n in range(3)), *(arrear(n, "2") for n in range(3, 5))],
        },
    )
    one, other = await Tax(database.source, lambda number: number).gather(batch("TaxArrears", ["provider"], ONE, OTHER))
    assert other == Found(([["TAX"], ["TAX"]],))
    if too_many:
        assert isinstance(one, SourceMisbehaved)
        assert "more than 2 records of TaxArrears" in str(one)
    else:
        assert one == Found(([["TAX"]] * 3,))


async def test_many_records_of_many_subjects_are_not_too_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement, "LIMIT", 1)
    await database.hold(
        TAX_TABLES,
        {TAXPAYER: [taxpayer(ONE, "1"), taxpayer(OTHER, "2")], ARREARS: [arrear(1, "1"), arrear(2, "2")]},
    )
    found = await ask(database, batch("TaxArrears", ["provider"], ONE, OTHER))
    assert [len(each.rows[0]) for each in found] == [1, 1]


async def test_a_missing_table_is_the_agencys_misbehaviour(database: Database) -> None:
    await database.hold(sa.MetaData(), {})
    with pytest.raises(SourceMisbehaved):
        await ask(database, batch("TaxArrears", ["arrearsPeriod"], ONE))


@pytest.mark.parametrize("url", ["sqlite:////nowhere/agency.sqlite", "postgresql://nobody@127.0.0.1:1/none"])
async def test_a_database_that_is_not_there_is_unavailable(url: str) -> None:
    source = SqlSource(url)
    with pytest.raises(SourceUnavailable):
        await Tax(source, lambda number: number).gather(batch("TaxArrears", ["arrearsPeriod"], ONE))
    await source.close()
    for thread in threading.enumerate():
        if "connection_worker" in thread.name:  # SQLite's own: it must not outlive the loop to which it reports
            await asyncio.to_thread(thread.join, 5)


async def test_a_lane_that_failed_is_opened_anew(database: Database) -> None:
    asked = batch("TaxArrears", ["arrearsPeriod"], ONE)
    await database.hold(sa.MetaData(), {})
    for _ in range(database.source.lanes + 1):
        with pytest.raises(SourceMisbehaved):
            await ask(database, asked)
    await database.hold(TAX_TABLES, {TAXPAYER: [taxpayer(ONE)], ARREARS: [arrear(1, ssqj="2024-01")]})
    (found,) = await ask(database, asked)
    assert found.rows == ([["2024-01"]],)


async def test_the_gateway_cannot_write_to_an_agency(database: Database) -> None:
    await database.hold(TAX_TABLES, {TAXPAYER: [taxpayer(ONE)]})
    with pytest.raises((SourceMisbehaved, SourceUnavailable)):
        await database.source.fetch("DELETE FROM dj_nsrxx", ())
    (found,) = await ask(database, batch("TaxRegistration", ["taxpayerNumber"], ONE))
    assert found.rows == ([[ONE]],)


@pytest.mark.parametrize("written", ["", "no JSON", "3", "[3]"])
async def test_an_answer_of_another_shape_is_the_agencys_misbehaviour(database: Database, written: str) -> None:
    asked = batch("TaxArrears", ["arrearsPeriod"], ONE)
    tables = Tax(database.source, lambda number: number)._tables  # noqa: SLF001 (what it hands its source)
    built = statement.build(tables, asked, database.source.dialect)
    with pytest.raises(SourceMisbehaved):
        built.read(written)
    assert built.read(orjson.dumps([[[["2024-01"]]]]).decode()) == [Found(([["2024-01"]],))]
