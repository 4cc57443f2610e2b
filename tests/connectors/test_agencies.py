"""Each agency's own tables, read through its declared mapping, on every engine."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from schema.catalogue import RECORDS
from schema.tiers import Tier

Ask = Callable[..., Awaitable[list[dict[str, Any]]]]


@pytest.mark.parametrize("record", RECORDS)
async def test_every_record_type_is_in_the_small_city_and_nothing_of_it_is_lost(ask_everyone: Ask, record: str) -> None:
    found = await ask_everyone(record)
    assert found
    assert [each["lost"] for each in found if each["lost"]] == []
    required = [name for name, field in RECORDS[record].fields.items() if field.required]
    assert [name for each in found for name in required if each[name] is None] == []


@pytest.mark.parametrize("record", RECORDS)
async def test_every_enum_is_a_name_of_the_catalogue(ask_everyone: Ask, record: str) -> None:
    enums = {name: field.enum for name, field in RECORDS[record].fields.items() if field.enum is not None}
    for each in await ask_everyone(record):
        for name, members in enums.items():
            values = each[name] if isinstance(each[name], list) else [each[name]]
            assert {value for value in values if value is not None} <= set(members.__members__), name


async def test_the_court_finds_a_company_under_every_spelling_of_its_code(ask: Ask) -> None:
    debts = await ask("LP-06", "DishonestJudgmentDebtor")
    assert len(debts) == 181
    assert {each["debtorCode"] for each in debts} == {"91410199DEM001068X", "DEM001068", "DEM00106-8"}
    assert {each["debtorIdNumber"] for each in debts} == {None}


async def test_a_sealed_case_is_read_for_nobody(ask: Ask) -> None:
    causes = [each["amount"] for each in await ask("LP-06", "EffectiveJudgment")]
    assert causes == ["912000.00"]
    assert await ask("IN-05", "EffectiveJudgment") == []


async def test_a_mediation_is_not_read_for_the_public(ask: Ask) -> None:
    public = await ask("LP-04", "EffectiveJudgment", Tier.PUBLIC)
    shared = await ask("LP-04", "EffectiveJudgment", Tier.SHARED)
    assert [each["documentType"] for each in public] == ["JUDGMENT"]
    assert sorted(each["documentType"] for each in shared) == ["JUDGMENT", "MEDIATION"]


async def test_a_persons_judgments_are_read_only_with_the_highest_tier(ask: Ask) -> None:
    assert await ask("IN-02", "EffectiveJudgment", Tier.SHARED) == []
    assert len(await ask("IN-02", "EffectiveJudgment", Tier.RESTRICTED)) == 1


async def test_only_the_best_tax_rating_is_read_for_the_public(ask: Ask) -> None:
    assert [each["grade"] for each in await ask("LP-10", "TaxCreditRating", Tier.PUBLIC)] == ["A"]
    assert sorted(each["grade"] for each in await ask("LP-10", "TaxCreditRating", Tier.SHARED)) == ["A", "M"]


async def test_minor_penalties_and_watch_lists_are_not_read_for_the_public(ask: Ask) -> None:
    assert await ask("LP-08", "AdministrativePenalty", Tier.PUBLIC) == []
    (minor,) = await ask("LP-08", "AdministrativePenalty", Tier.SHARED)
    assert (minor["severity"], minor["simplifiedProcedure"]) == ("MINOR", True)
    assert await ask("LP-16", "ListDesignation", Tier.PUBLIC) == []
    assert [each["listKind"] for each in await ask("LP-16", "ListDesignation", Tier.SHARED)] == ["WATCH"]


async def test_no_tax_amount_of_an_individual_is_given(ask: Ask) -> None:
    (arrears,) = await ask("IN-01", "TaxArrears")
    assert arrears["taxType"] == "个人所得税"
    assert (arrears["arrearsBalance"], arrears["newArrears"]) == (None, None)


async def test_ten_thousands_arrive_in_yuan(ask: Ask) -> None:
    (violation,) = await ask("LP-09", "MajorTaxViolation")
    assert violation["amountInvolved"] == "12684539.12"
    (penalty,) = await ask("LP-02", "AdministrativePenalty")
    assert penalty["fineAmount"] == "38000.00"
    assert penalty["penaltyTypes"] == ["FINE", "CONFISCATION"]


async def test_long_term_and_nothing_are_null(ask: Ask) -> None:
    (registration,) = await ask("LP-02", "EntityRegistration")
    assert registration["operatingTermTo"] is None
    (penalty,) = await ask("LP-02", "AdministrativePenalty")
    assert (penalty["validTo"], penalty["licenceSuspendedOrRevoked"], penalty["remarks"]) == (None, None, None)


async def test_the_centre_says_whose_record_it_is_and_what_became_of_it(ask: Ask) -> None:
    (penalty,) = await ask("LP-07", "AdministrativePenalty")
    assert penalty["agency"] == "CREDIT_CENTRE"
    assert penalty["provider"] == "URBAN_MANAGEMENT"
    assert (penalty["recordStatus"], penalty["disputeStatus"], penalty["version"]) == ("REVOKED", "UPHELD", 2)
    assert penalty["penaltyTypes"] == ["WARNING", "FINE"]
    assert penalty["reportedAt"].endswith("+08:00")


async def test_a_list_of_texts_reported_to_the_centre_is_a_list(ask: Ask) -> None:
    (designation,) = await ask("LP-01", "ListDesignation")
    assert designation["measures"] == ["容缺受理", "减少抽查"]
    (registration,) = await ask("LP-14", "EntityRegistration")
    assert (registration["agency"], registration["formerNames"]) == ("CREDIT_CENTRE", [])


async def test_a_persons_key_is_the_gateways_hash_of_the_agencys_own_number(ask: Ask) -> None:
    (restriction,) = await ask("LP-06", "ConsumptionRestriction")
    assert restriction["restrictedPersonKey"] == "key of R00000105"
