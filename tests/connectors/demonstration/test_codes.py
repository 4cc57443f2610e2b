"""Codes of subjects that do not exist, with check characters as if they did."""

import pytest

from connectors.demonstration import codes, sample


@pytest.mark.parametrize("party", sample()["legalPersons"], ids=lambda party: party["key"])
def test_the_samples_credit_codes_come_out(party: dict[str, str]) -> None:
    code = party["unifiedSocialCreditCode"]
    assert codes.credit_code(code[:2], party["organizationCode"]) == code


def test_generated_codes_differ_and_stand_in_the_synthetic_range() -> None:
    organizations = {codes.organization_code(number) for number in range(5_000)}
    people = {codes.identity_number(number) for number in range(20_000)}
    assert (len(organizations), len(people)) == (5_000, 20_000)
    assert all(code.startswith("DEM1") and len(code) == 9 for code in organizations)
    assert all(number.startswith("410199") and len(number) == 18 for number in people)


def test_no_generated_person_is_a_story_person() -> None:
    assert not {codes.identity_number(number) for number in range(20_000)} & {
        each["idNumber"] for each in sample()["individuals"]
    }


def test_registration_numbers_end_in_a_check_digit() -> None:
    numbers = [each["registrationNumber"] for each in sample()["legalPersons"] if "registrationNumber" in each]
    assert numbers
    for number in numbers:
        assert codes.registration_number(int(number[6:14])) == number
