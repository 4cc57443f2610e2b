"""What the story subjects of the small city are there to show."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from connectors.demonstration import sample
from schema.catalogue import RECORDS

Ask = Callable[..., Awaitable[list[dict[str, Any]]]]
REGISTRATIONS = {"EntityRegistration", "TaxRegistration", "SocialInsuranceRegistration"}
LEGAL_PERSONS = [each["key"] for each in sample()["legalPersons"]]


@pytest.mark.parametrize("key", LEGAL_PERSONS)
async def test_every_legal_person_has_each_of_its_registrations_once(ask: Ask, key: str) -> None:
    for record in REGISTRATIONS:
        assert len(await ask(key, record)) == 1, record


async def test_the_empty_graph_has_nothing_but_registrations(ask: Ask) -> None:
    for name, definition in RECORDS.items():
        if "LEGAL_PERSON" in definition.subject_kinds and name not in REGISTRATIONS:
            assert await ask("LP-05", name) == [], name


async def test_the_model_company_has_five_best_ratings_and_no_negative_record(ask: Ask) -> None:
    assert [each["grade"] for each in await ask("LP-01", "TaxCreditRating")] == ["A"] * 5
    assert [each["kind"] for each in await ask("LP-01", "IntellectualProperty")] == ["INVENTION_PATENT"] * 3
    for name, definition in RECORDS.items():
        if definition.polarity == "NEGATIVE" and "LEGAL_PERSON" in definition.subject_kinds:
            assert await ask("LP-01", name) == [], name


async def test_the_debtor_is_listed_by_three_agencies(ask: Ask) -> None:
    assert len(await ask("LP-06", "DishonestJudgmentDebtor")) == 181
    assert len(await ask("LP-06", "AbnormalTaxpayer")) == 1
    assert [each["taxpayerStatus"] for each in await ask("LP-06", "TaxRegistration")] == ["NON_NORMAL"]
    listings = [(each["listedOn"], each["reasonCode"]) for each in await ask("LP-06", "AbnormalOperation")]
    assert len(listings) == 3
    assert len(set(listings)) == 2, "one listing is there twice, as in a real report"


@pytest.mark.parametrize("key", ["LP-07", "LP-10"])
async def test_two_years_of_dues_have_both_amounts(ask: Ask, key: str) -> None:
    dues = await ask(key, "SocialInsurancePayment")
    assert len(dues) == 24 * 4
    assert len({(each["period"], each["insuranceKind"]) for each in dues}) == 96
    assert all(each["payableAmount"] and each["paidAmount"] for each in dues)
    assert max(each["period"] for each in dues) == "2026-10"


async def test_the_hauler_has_many_licences_and_a_penalty_still_in_publicity(ask: Ask) -> None:
    assert len(await ask("LP-03", "AdministrativeLicence")) == 6
    (penalty,) = await ask("LP-03", "AdministrativePenalty")
    assert penalty["provider"] == "ECOLOGY"
    assert penalty["publicityUntil"] > "2026-11-23"


async def test_the_builder_has_offended_many_agencies(ask: Ask) -> None:
    for record in ("WageArrearsCase", "MajorAccident", "AdministrativePenalty", "LabourSecurityViolation"):
        assert len(await ask("LP-04", record)) == 1, record


async def test_the_bankrupt_and_its_head_share_their_fate(ask: Ask) -> None:
    for record in ("BankruptcyResponsibility", "IndustryBan", "OfficerCriminalPunishment"):
        (company,), (person,) = await ask("LP-09", record), await ask("IN-07", record)
        assert company.get("personName") == person.get("personName")


async def test_the_software_house_has_two_branches(ask: Ask) -> None:
    branches = await ask("LP-07", "Branch")
    assert len({each["branchCode"] for each in branches}) == 2
    assert {each["parentCode"] for each in branches} == {"91410199DEM001076Q"}


async def test_one_penalty_is_kept_until_tomorrow_and_one_is_past_its_five_years(ask: Ask) -> None:
    decided = {date.fromisoformat(each["decisionDate"]) for each in await ask("IN-09", "AdministrativePenalty")}
    assert {date(2021, 11, 24), date(2021, 10, 24), date(2024, 11, 23)} == decided


async def test_the_disputant_has_a_record_in_dispute(ask: Ask) -> None:
    (disputed,) = await ask("IN-10", "OtherRecord")
    assert disputed["disputeStatus"] == "IN_PROGRESS"
    assert disputed["subjectStatement"]


@pytest.mark.parametrize("key", [each["key"] for each in sample()["individuals"]])
async def test_the_centre_knows_who_each_individual_is(ask: Ask, key: str) -> None:
    (identity,) = await ask(key, "PersonIdentity")
    names = {each["key"]: each["name"] for each in sample()["individuals"]}
    assert identity["name"] == names[key]
    assert identity["personKey"] != identity["idNumber"]
