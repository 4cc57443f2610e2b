"""Every vector of the standards: canonical form, errors apart from warnings (GB 32100, GB 11714, GS 15, GB 11643)."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from hypothesis import given
from hypothesis import strategies as st

from schema.identifiers import (
    Checked,
    Fault,
    born_on,
    check_id_document_number,
    check_organization_code,
    check_registration_number,
    check_resident_identity_number,
    check_taxpayer_number,
    check_unified_social_credit_code,
    hyphenated,
    organization_code_of,
    registration_check,
    sex,
)

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))  # Any: JSON
AS_OF = date.fromisoformat(VECTORS["asOf"])


def vectors(section: str, group: str) -> list[ParameterSet]:
    return [pytest.param(each, id=each.get("input", each.get("code"))) for each in VECTORS[section][group]]


def resident(text: str, *, legacy: bool = False) -> Checked:
    return check_resident_identity_number(text, on=AS_OF, legacy=legacy)


# --- unified social credit code


@pytest.mark.parametrize("vector", vectors("unifiedSocialCreditCode", "valid"))
def test_a_right_credit_code_is_valid_whoever_registered_it(vector: dict[str, Any]) -> None:
    found = check_unified_social_credit_code(vector["code"])
    assert found.valid
    assert found.canonical == vector["canonical"]


@pytest.mark.parametrize("vector", vectors("unifiedSocialCreditCode", "invalid"))
def test_a_wrong_credit_code_says_what_is_wrong(vector: dict[str, Any]) -> None:
    found = check_unified_social_credit_code(vector["input"])
    reason = Fault[vector["reason"]]
    if reason is Fault.DEPARTMENT_UNKNOWN:
        assert found.valid
        assert reason in found.warnings
    else:
        assert found.errors == (reason,)


@pytest.mark.parametrize("vector", vectors("unifiedSocialCreditCode", "normalisation"))
def test_a_credit_code_has_one_canonical_form(vector: dict[str, Any]) -> None:
    found = check_unified_social_credit_code(vector["input"])
    assert found.valid
    assert found.canonical == vector["canonical"]


def test_a_wrong_inner_code_is_only_odd_in_legacy_data() -> None:
    found = check_unified_social_credit_code("91410199DEM0000158", legacy=True)
    assert found.valid
    assert Fault.INNER_ORG_CHECK in found.warnings


def test_an_unknown_region_is_odd_and_never_wrong() -> None:
    found = check_unified_social_credit_code("91410199DEM0000145")
    assert found.valid
    assert found.warnings == (Fault.REGION_UNKNOWN,)


# --- organisation code


@pytest.mark.parametrize("vector", vectors("organizationCode", "valid"))
def test_a_right_organisation_code_is_valid_with_and_without_hyphen(vector: dict[str, Any]) -> None:
    assert check_organization_code(vector["code"]) == Checked(vector["canonical"])
    assert check_organization_code(hyphenated(vector["canonical"])).canonical == vector["canonical"]


@pytest.mark.parametrize("vector", vectors("organizationCode", "invalid"))
def test_a_wrong_organisation_code_says_what_is_wrong(vector: dict[str, Any]) -> None:
    found = check_organization_code(vector["input"])
    if "normalisesTo" in vector:
        assert found == Checked(vector["normalisesTo"], (), (Fault[vector["reason"]],))
    else:
        assert found.errors == (Fault[vector["reason"]],)


def test_a_credit_code_holds_its_organisation_code() -> None:
    for vector in VECTORS["unifiedSocialCreditCode"]["valid"]:
        assert check_organization_code(organization_code_of(vector["canonical"])).valid


# --- registration number


@pytest.mark.parametrize("vector", vectors("registrationNumber15", "valid"))
def test_a_right_registration_number_is_valid(vector: dict[str, Any]) -> None:
    assert check_registration_number(vector["code"]).valid


@pytest.mark.parametrize("vector", vectors("registrationNumber15", "invalid"))
def test_a_wrong_registration_number_says_what_is_wrong(vector: dict[str, Any]) -> None:
    assert check_registration_number(vector["input"]).errors == (Fault[vector["reason"]],)


@pytest.mark.parametrize("vector", VECTORS["registrationNumber15"]["edge"])
def test_the_edges_of_the_registration_check_are_right(vector: dict[str, Any]) -> None:
    assert registration_check(vector["body"]) == vector["check"]


# --- resident identity number


@pytest.mark.parametrize("vector", vectors("residentIdNumber", "valid"))
def test_a_right_identity_number_is_valid_and_tells_birth_and_sex(vector: dict[str, Any]) -> None:
    found = resident(vector["code"])
    assert found.valid
    assert str(born_on(found.canonical)) == vector["birthDate"]
    assert sex(found.canonical) == vector["sex"]


@pytest.mark.parametrize("vector", vectors("residentIdNumber", "invalid"))
def test_a_wrong_identity_number_says_what_is_wrong(vector: dict[str, Any]) -> None:
    found = resident(vector["input"])
    assert found.errors == (Fault[vector["reason"]],)
    assert found.canonical == vector.get("normalisesTo", found.canonical)


@pytest.mark.parametrize("vector", vectors("residentIdNumber", "warnings"))
def test_an_odd_identity_number_is_valid_with_a_warning(vector: dict[str, Any]) -> None:
    found = resident(vector["code"])
    assert found.valid
    assert found.warnings == (Fault[vector["warning"]],)


@pytest.mark.parametrize("vector", vectors("residentIdNumber", "normalisation"))
def test_an_identity_number_has_one_canonical_form(vector: dict[str, Any]) -> None:
    assert resident(vector["input"]).canonical == vector["canonical"]


def test_an_old_identity_number_is_upgraded_in_legacy_data_only() -> None:
    found = resident("410199900307001", legacy=True)
    assert found.valid
    assert found.canonical == "410199199003070018"
    assert Fault.LENGTH_15 in found.warnings
    assert resident("410199900307001").errors == (Fault.LENGTH_15,)


def test_another_document_is_taken_as_it_is() -> None:
    assert check_id_document_number(" e1234567 ", on=AS_OF, resident=False).canonical == "E1234567"
    assert check_id_document_number("E12*4567", on=AS_OF, resident=False).errors == (Fault.ALPHABET,)
    assert check_id_document_number("410199199003070010", on=AS_OF).errors == (Fault.CHECKSUM,)


# --- taxpayer number


@pytest.mark.parametrize(
    ("text", "errors", "warnings"),
    [
        ("91410199DEM0000145", (), (Fault.REGION_UNKNOWN,)),
        ("91410199DEM0000140", (Fault.CHECKSUM,), ()),
        ("410199DEM000014", (), (Fault.LEGACY,)),
        ("410199199003070018", (), (Fault.LEGACY,)),
        ("41019919900307001801", (), (Fault.LEGACY,)),
        ("410199DEM00001", (Fault.LENGTH,), ()),
        ("410199DEM0000*4", (Fault.ALPHABET,), ()),
        ("", (Fault.EMPTY,), ()),
    ],
)
def test_a_taxpayer_number_is_a_credit_code_or_an_old_number(
    text: str, errors: tuple[Fault, ...], warnings: tuple[Fault, ...]
) -> None:
    found = check_taxpayer_number(text)
    assert (found.errors, found.warnings) == (errors, warnings)


# --- all of them


@given(st.text())
def test_no_input_makes_a_check_fail(text: str) -> None:
    for found in (
        check_unified_social_credit_code(text),
        check_organization_code(text),
        check_registration_number(text),
        check_taxpayer_number(text),
        resident(text),
        check_id_document_number(text, on=AS_OF, resident=False),
    ):
        assert set(found.errors).isdisjoint(found.warnings)


@given(st.sampled_from([each["code"] for each in VECTORS["residentIdNumber"]["valid"]]), st.integers(0, 17), st.data())
def test_one_wrong_digit_is_always_found(code: str, position: int, data: st.DataObject) -> None:
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != code[position]]))
    assert not resident(code[:position] + other + code[position + 1 :]).valid


def test_every_fault_has_its_chinese() -> None:
    assert all(fault.chinese for fault in Fault)
