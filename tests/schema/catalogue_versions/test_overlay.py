"""A county's overlay adds record types and raises tiers; what loosens or drops is refused (Art. 26, R26.2, AMB-33)."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.catalogue import export
from schema.catalogue_versions import ChangeKind, applied, changes, document_problems, is_overlay, overlay_problems

MUNICIPAL: dict[str, Any] = json.loads(json.dumps(export()))
OWN = {
    **next(each for each in MUNICIPAL["recordTypes"] if each["name"] == "OtherRecord"),
    "name": "VillageHonour",
    "graphField": "villageHonours",
    "zh": "村级荣誉",
}


def overlay(**over: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    told = {"version": "1", "region": "410181", "base": MUNICIPAL["version"], "recordTypes": [copy.deepcopy(OWN)]}
    return {**told, "tiers": {"Honour": "B", "TaxArrears.taxType": "C"}, **over}


def test_a_county_adds_and_raises_and_its_whole_catalogue_is_one() -> None:
    assert is_overlay(overlay())
    assert overlay_problems(overlay(), MUNICIPAL) == []
    whole = applied(overlay(), MUNICIPAL)
    assert document_problems(whole) == []
    assert {str(each.kind) for each in changes(MUNICIPAL, whole)} == {"RECORD_TYPE_ADDED", "TIER_RAISED"}
    assert whole["version"] == f"{MUNICIPAL['version']}+410181.1"


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"region": "410100"}, "REGION"),
        ({"region": "440300"}, "REGION"),
        ({"base": "0.0.1"}, "BASE"),
        ({"version": ""}, "VERSION"),
        ({"removed": ["Honour"]}, "NOT_AN_OVERLAY"),
        ({"tiers": {"SocialInsurancePayment.paidAmount": "A"}}, "TIER_LOWERED"),
        ({"tiers": {"SocialInsurancePayment": "A"}}, "TIER_LOWERED"),
        ({"tiers": {"Nothing.there": "C"}}, "NAME"),
        ({"tiers": {"Honour": "EXCLUDED"}}, "NAME"),
        ({"recordTypes": [{**OWN, "name": "Honour"}]}, "MUNICIPAL_TYPE"),
        ({"recordTypes": [{**OWN, "graphField": "honours"}]}, "MUNICIPAL_TYPE"),
        ({"recordTypes": [{**OWN, "recordTier": None}]}, "TIER"),
        ({"enums": {"TaxCreditGrade": {"Z": "末级"}}}, "MUNICIPAL_LIST"),
    ],
)
def test_what_loosens_drops_or_is_none_is_refused(over: dict[str, Any], code: str) -> None:
    assert code in [each.code for each in overlay_problems(overlay(**over), MUNICIPAL)]


COORDINATES = [
    coordinate
    for each in MUNICIPAL["recordTypes"]
    for coordinate in (each["name"], *(f"{each['name']}.{field['name']}" for field in each["fields"]))
]


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(COORDINATES), st.sampled_from("ABC"), max_size=6))
def test_no_overlay_that_passes_lowers_or_drops_anything(tiers: dict[str, str]) -> None:
    told = overlay(tiers=tiers)
    refused = {each.code for each in overlay_problems(told, MUNICIPAL)}
    made = {each.kind for each in changes(MUNICIPAL, applied(told, MUNICIPAL))}
    assert refused <= {"TIER_LOWERED"}
    assert made <= {ChangeKind.RECORD_TYPE_ADDED, ChangeKind.TIER_RAISED}
