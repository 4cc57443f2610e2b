import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connectors import credit_centre
from connectors.demonstration.centre_desk import CentreDesk, Keys
from connectors.demonstration.city import METADATA
from connectors.demonstration.court_desk import CourtDesk
from connectors.demonstration.insurance_desk import InsuranceDesk
from connectors.demonstration.ledger import Ledger
from connectors.demonstration.market_desk import MarketDesk
from connectors.demonstration.parties import story_parties
from connectors.demonstration.stories import Desks, tell
from connectors.demonstration.tax_desk import TaxDesk
from schema.catalogue import RECORDS
from schema.reporting import Reported, Row, RowProblem, read_row

TODAY = date(2026, 11, 23)
VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))  # Any: JSON


class Kept:
    """A writer that keeps what the centre's desk reported."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def create(self, tables: Iterable[sa.Table]) -> None:
        """Nothing to make."""

    def write(self, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Keep reported records by column."""
        if table is credit_centre.REPORTED_RECORD:
            self.rows += [dict(zip(table.columns.keys(), row, strict=True)) for row in rows]

    def finish(self, tables: Iterable[sa.Table]) -> None:
        """Nothing to end."""


def reported_by_the_demonstration() -> list[tuple[dict[str, Any], str, str]]:
    """Give each reported record with its subject's kind and code."""
    kept = Kept()
    ledger = Ledger(TODAY, dict.fromkeys(METADATA.values(), kept))
    keys = Keys(lambda prefix, code: f"{prefix}:{code}", lambda plain, _context: plain, lambda number: number.encode())
    centre = CentreDesk(ledger, keys)
    desks = Desks(ledger, TaxDesk(ledger), CourtDesk(ledger), InsuranceDesk(ledger), MarketDesk(ledger), centre)
    tell(desks, story_parties(TODAY))
    ledger.flush()
    return [(row, *row["subject_id"].split(":")) for row in kept.rows]


def read(record: str, **values: object) -> Reported | list[RowProblem]:
    """Read one row of a record type about LP-01, unless its values say otherwise."""
    whom = {"subjectUnifiedSocialCreditCode": "91410199DEM0000145"}
    return read_row(RECORDS[record], Row(1, whom | values), today=TODAY)


def codes(found: Reported | list[RowProblem]) -> set[tuple[str | None, str]]:
    """Give what is wrong, by column and code."""
    assert isinstance(found, list)
    return {(problem.column, problem.code) for problem in found}


def good(found: Reported | list[RowProblem]) -> Reported:
    """Give what was read of a row that has no problem."""
    assert isinstance(found, Reported), found
    return found


def test_what_the_demonstration_reported_reads_back_as_itself() -> None:
    reported = reported_by_the_demonstration()
    assert len({row["record_type"] for row, *_ in reported}) > 10
    for row, prefix, code in reported:
        payload = {name: value for name, value in json.loads(row["payload"]).items() if value not in (None, [])}
        whom = (
            {"subjectUnifiedSocialCreditCode": code}
            if prefix == "uscc"
            else {"subjectKind": "INDIVIDUAL", "subjectIdNumber": code, "subjectName": "王小明"}
        )
        found = good(read_row(RECORDS[row["record_type"]], Row(1, payload | whom), today=TODAY))
        whole = found.with_person_key(str(payload.get("personKey")))
        assert {name: str(value).removesuffix(".00") for name, value in whole.values.items()} == {
            name: str(value).removesuffix(".00") for name, value in payload.items()
        }
        assert whole.natural_key(row["provider"], row["subject_id"]) == row["natural_key"]


PENALTY = {
    "CF_XDR_MC": "郑州某某有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_XDR_SHXYM": "91410199DEM0000145",
    "CF_WSH": "郑市监罚〔2026〕1号",
    "CF_WFXW": "虚假宣传",
    "CF_SY": "经查, 当事人虚假宣传",
    "CF_YJ": "《中华人民共和国广告法》第五十五条",
    "CF_CFLB": "罚款、没收违法所得、没收非法财物",
    "CF_NR": "罚款",
    "CF_JDRQ": "2026/11/3",
    "CF_CFJG": "郑州市市场监督管理局",
    "CF_CFJGDM": "11410199DEM0000490",
    "CF_SJLY": "郑州市市场监督管理局",
    "CF_SJLYDM": "11410199DEM0000490",
}


def penalty(**values: object) -> Reported | list[RowProblem]:
    """Read a penalty under the columns of the double-publicity standard."""
    return read_row(RECORDS["AdministrativePenalty"], Row(1, PENALTY | values), today=TODAY)


@pytest.mark.parametrize("vector", VECTORS["units"], ids=lambda vector: str(vector["input"]))
def test_sums_of_the_double_publicity_standard_are_in_ten_thousands(vector: dict[str, str]) -> None:
    found = penalty(CF_NR_FK=vector["input"])
    if "error" in vector:
        assert codes(found) == {("fineAmount", vector["error"])}
    else:
        assert good(found).values["fineAmount"] == vector["yuan"]


@pytest.mark.parametrize("vector", VECTORS["dates"], ids=lambda vector: str(vector["input"]))
def test_days_are_read_however_they_are_spelt(vector: dict[str, str]) -> None:
    found = penalty(CF_YXQ=vector["input"])
    if vector["result"].startswith("ERROR"):
        assert codes(found) == {("validTo", "DATE")}
    else:
        expected = None if vector["result"].startswith("null") else vector["result"]
        assert good(found).values.get("validTo") == expected


def test_every_problem_of_a_row_is_told_at_once() -> None:
    found = penalty(CF_WSH="", CF_JDRQ="46082", CF_CFLB="鞭刑", CF_NR_FK="1,000", CF_CFJGDM=11410199, 心情="好")
    assert codes(found) == {
        ("penaltyDocumentNumber", "KEY_INCOMPLETE"),
        ("decisionDate", "DATE"),
        ("penaltyTypes", "UNKNOWN_WORD"),
        ("fineAmount", "FORMAT"),
        ("authorityCode", "NUMERIC_CODE"),
        ("心情", "UNKNOWN_COLUMN"),
    }


def test_what_is_nested_in_a_column_that_the_catalogue_has_not_is_looked_into() -> None:
    found = penalty(附件=[{"more": {"religion": "x", "n": 1}}], 附注={"n": 1}, CF_YXQ={"血型": "x"})
    assert codes(found) == {
        ("附件", "UNKNOWN_COLUMN"),
        ("附件.religion", "PROHIBITED_FIELD"),
        ("附注", "UNKNOWN_COLUMN"),
        ("validTo.血型", "PROHIBITED_FIELD"),
    }


def test_what_wants_the_consent_of_an_individual_is_told_of_individuals_alone() -> None:
    assert codes(penalty(附注={"工资": 1})) == {("附注", "UNKNOWN_COLUMN")}


def test_no_problem_repeats_a_value() -> None:
    canary = "金丝雀4101"
    found = read_row(
        RECORDS["AdministrativePenalty"], Row(1, dict.fromkeys(PENALTY, canary) | {"血型": canary}), today=TODAY
    )
    assert isinstance(found, list)
    assert canary not in repr(found)


def test_three_spellings_of_an_organisation_code_are_one_code() -> None:
    debtor = {
        "debtorName": "某公司",
        "caseNumber": "(2026)豫01执1号",
        "court": "郑州市中级人民法院",
        "province": "河南省",
    }
    spelt = {
        str(code): read("DishonestJudgmentDebtor", debtorCode=code, **debtor)
        for code in ("10774368-0", "１０７７４３６８０")
    }
    assert {str(problem.column) for found in spelt.values() if isinstance(found, list) for problem in found} >= {
        "filedOn"
    }
    assert all("debtorCode" not in str(found) for found in spelt.values())
