"""One subject asked by the public, by itself and by an officer with a purpose: the answers differ by tier alone."""

import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.market_regulation import PENALTY
from tests.journeys.questions import EVERYTHING_OF_A_LEGAL_PERSON, TIERS, above
from tests.journeys.visitor import CODES, PERSONS, SUPERVISION, Place, Told, Visitor, visiting

LP_07 = {"code": CODES["LP-07"]}
IDENTITY_NUMBER = re.compile(r"(?<![0-9A-Z])[0-9]{17}[0-9Xx](?![0-9A-Z])")
SHOWN_TO_OTHERS = {"ACTIVE", "CORRECTED"}
WITHHELD = {"TIER_FORBIDDEN", "PURPOSE_REQUIRED", "FORBIDDEN"}
Record = dict[str, Any]


def subject_of(told: Told) -> Record:
    assert told.status == 200
    assert set(told.codes) <= WITHHELD
    subject: Record = told.data["subject"]
    return subject


def lists(subject: Record) -> dict[str, Record | None]:
    """Give the connections of a subject."""
    return {name: value for name, value in subject.items() if isinstance(value, dict) and "nodes" in value}


def cut(record: Record, highest: str) -> Record:
    """Give what remains of a record for a clearance, by the printed graph."""
    tiers = TIERS[record["__typename"]]
    return {name: value if tiers.get(name, "A") <= highest else None for name, value in record.items()}


def same_but_masked(shown: Record, whole: Record) -> bool:
    """Say whether each value is the same, or the same with letters starred out."""
    return shown.keys() == whole.keys() and all(
        value == whole[name] or ("*" in str(value) and _under_the_stars(str(value), str(whole[name])))
        for name, value in shown.items()
    )


def _under_the_stars(shown: str, whole: str) -> bool:
    return len(shown) == len(whole) and all(one in ("*", other) for one, other in zip(shown, whole, strict=True))


async def everything(visitor: Visitor, persona: str, variables: dict[str, str] = LP_07, **how: Any) -> Told:  # noqa: ANN401
    return await visitor.ask(EVERYTHING_OF_A_LEGAL_PERSON, variables, persona=persona, **how)


async def test_each_caller_sees_what_the_subject_sees_less_what_is_above_its_tier(visitor: Visitor) -> None:
    whole = subject_of(await everything(visitor, "company"))
    seen = {
        "A": subject_of(await everything(visitor, "public")),
        "B": subject_of(await everything(visitor, "market-officer", purpose=SUPERVISION)),
    }
    compared = 0
    for highest, subject in seen.items():
        for name, connection in lists(whole).items():
            assert connection is not None
            open_to_it = [
                cut(each, highest)
                for each in connection["nodes"]
                if each["recordTier"] <= highest and each["recordStatus"] in SHOWN_TO_OTHERS
            ]
            shown = subject[name]
            if shown is None:
                assert not open_to_it, f"{name} of tier {highest}"
                continue
            assert [each["id"] for each in shown["nodes"]] == [each["id"] for each in open_to_it], name
            assert all(map(same_but_masked, shown["nodes"], open_to_it)), name
            assert shown["totalCount"] == len(open_to_it)
            compared += len(open_to_it)
    assert compared > 100


async def test_a_second_naive_opinion_finds_nothing_above_the_tier(visitor: Visitor) -> None:
    told = await everything(visitor, "public")
    assert list(above(told.data["subject"], "A")) == []
    officer = await everything(visitor, "market-officer", purpose=SUPERVISION)
    assert list(above(officer.data["subject"], "B")) == []
    assert list(above(officer.data["subject"], "A")), "an officer sees something of tier B"
    own = await everything(visitor, "company")
    assert any(each.endswith("paidAmount") for each in above(own.data["subject"], "B")), (
        "the subject sees something of tier C"
    )
    assert own.errors == []


async def test_an_officer_without_a_purpose_sees_what_the_public_sees(visitor: Visitor) -> None:
    officer, public = await everything(visitor, "market-officer"), await everything(visitor, "public")
    assert list(above(officer.data["subject"], "A")) == []
    assert "PURPOSE_REQUIRED" in officer.codes
    assert "PURPOSE_REQUIRED" not in public.codes
    for name, connection in lists(public.data["subject"]).items():
        assert connection is not None
        assert officer.data["subject"][name]["totalCount"] == connection["totalCount"]


@pytest.mark.parametrize("placeholder", ["测试测试", "....", "aaaaaa", "无"])
async def test_a_placeholder_is_no_purpose(visitor: Visitor, placeholder: str) -> None:
    async with visitor.leaving(entries=1):
        told = await everything(visitor, "market-officer", purpose={"code": "SUPERVISION", "text": placeholder})
    assert "PURPOSE_REQUIRED" in told.codes
    assert list(above(told.data["subject"], "A")) == []


async def test_every_error_of_something_withheld_names_its_coordinate_tier_and_article(visitor: Visitor) -> None:
    told = await everything(visitor, "public")
    withheld = [each["extensions"] for each in told.errors if each["extensions"]["code"] == "TIER_FORBIDDEN"]
    assert withheld
    assert [each for each in withheld if not each["legalBasis"]["article"] or each["tier"] not in ("B", "C")] == []
    coordinates = [each["coordinate"] for each in withheld]
    assert len(coordinates) == len(set(coordinates))
    for coordinate in coordinates:
        owner, _, name = coordinate.partition(".")
        assert name in TIERS[owner]


async def test_fail_on_denied_gives_nothing_at_all(visitor: Visitor) -> None:
    async with visitor.leaving(entries=1):
        told = await everything(visitor, "public", extensions={"onDenied": "FAIL"})
    assert told.data is None
    assert set(told.codes) <= WITHHELD
    assert "TIER_FORBIDDEN" in told.codes


@pytest.mark.parametrize("key", CODES)
async def test_no_identity_number_is_in_any_public_answer(visitor: Visitor, key: str) -> None:
    told = await everything(visitor, "public", {"code": CODES[key]})
    assert told.data["subject"]["id"]
    assert IDENTITY_NUMBER.findall(told.body.decode()) == []


@pytest.mark.parametrize("persona", ["market-officer", "tax-officer", "court-officer", "credit-service", "auditor"])
async def test_nobody_but_the_subject_sees_tier_c(visitor: Visitor, persona: str) -> None:
    told = await everything(visitor, persona, purpose=SUPERVISION)
    assert list(above(told.data["subject"], "B")) == []


PENALTIES = """query($code: String!) { subject(by: {unifiedSocialCreditCode: $code}) {
  ... on LegalPerson { administrativePenalties { nodes { counterpartyName violationFacts } } } } }"""


async def test_names_are_masked_for_the_public_and_numbers_in_texts_below_tier_c(files: Place, tmp_path: Path) -> None:
    copied = tmp_path / "copied.sqlite"
    shutil.copyfile(files.urls["MARKET_REGULATION"].removeprefix("sqlite:///"), copied)
    with closing(sqlite3.connect(copied)) as database, database:
        written = ("自然人", "秦立恒", f"当事人{PERSONS['IN-01']['idNumber']}自认", CODES["LP-08"])
        changes = "CF_JYCX = '否', CF_SXCD = '一般', CF_XDR_LB = ?, CF_XDR_MC = ?, CF_SY = ?"
        sql = f"UPDATE {PENALTY.name} SET {changes} WHERE CF_XDR_SHXYM = ?"  # noqa: S608 (a table of ours)
        assert database.execute(sql, written).rowcount > 0
    place = replace(files, urls={**files.urls, "MARKET_REGULATION": f"sqlite:///{copied}"})
    async with visiting(place.settings()) as visitor:
        variables = {"code": CODES["LP-08"]}
        public = subject_of(await visitor.ask(PENALTIES, variables))["administrativePenalties"]["nodes"]
        officer = await visitor.ask(PENALTIES, variables, persona="market-officer", purpose=SUPERVISION)
        known = subject_of(officer)["administrativePenalties"]["nodes"]
    assert {"counterpartyName": "秦立恒", "violationFacts": "当事人4101************10自认"} in known
    assert {"counterpartyName": "秦**", "violationFacts": "当事人4101************10自认"} in public
    assert [each for each in public if "秦立恒" in str(each)] == []
