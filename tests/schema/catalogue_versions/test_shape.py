import copy
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schema.catalogue import export
from schema.catalogue_versions import digest_of, document_problems, is_overlay, overlay_problems
from schema.catalogue_versions.overlay import applied

DECLARED: dict[str, Any] = json.loads(json.dumps(export()))


def with_record(**over: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    document = copy.deepcopy(DECLARED)
    document["recordTypes"][1].update(over)
    return document


def with_field(**over: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    document = copy.deepcopy(DECLARED)
    document["recordTypes"][1]["fields"][2].update(over)
    return document


def test_what_is_declared_is_a_catalogue() -> None:
    assert document_problems(DECLARED) == []


@pytest.mark.parametrize(
    ("document", "code", "place"),
    [
        ([], "NOT_A_CATALOGUE", ""),
        ({**DECLARED, "version": "a b"}, "VERSION", "version"),
        ({**DECLARED, "recordTypes": "x"}, "NOT_A_CATALOGUE", "recordTypes"),
        (with_record(agency="NOBODY"), "WORD", "TaxCreditRating.agency"),
        (with_record(categories=["LP_17"]), "WORD", "TaxCreditRating.categories"),
        (with_record(name="TaxRegistration"), "DOUBLE", "TaxRegistration"),
        (with_record(recordTier="D"), "TIER", "TaxCreditRating.recordTier"),
        (with_record(naturalKey=["providerCode", "subjectKey", "score"]), "KEY", "TaxCreditRating.naturalKey"),
        (with_record(naturalKey=["taxpayerNumber"]), "KEY", "TaxCreditRating.naturalKey"),
        (with_record(occurredOn="never"), "NAME", "TaxCreditRating.occurredOn"),
        (with_record(tierRules=[{"when": "nothing == A", "recordTier": "B"}]), "RULE", "TaxCreditRating.tierRules[0]"),
        (with_record(tierRules=[{"when": "grade", "recordTier": "B"}]), "RULE", "TaxCreditRating.tierRules[0]"),
        (with_record(legalBasis="某某文件"), "LEGAL_BASIS_UNKNOWN", "TaxCreditRating.legalBasis"),
        (with_record(fields=[]), "FIELDS", "TaxCreditRating.fields"),
        (with_field(tier=None), "TIER", "TaxCreditRating.grade.tier"),
        (with_field(type="BloodType"), "TYPE", "TaxCreditRating.grade.type"),
        (with_field(required="yes"), "TYPE", "TaxCreditRating.grade.required"),
        (with_field(prohibitedClass={"rule": "PROHIBITED"}), "PROHIBITED_FIELD", "TaxCreditRating.grade"),
    ],
)
def test_each_fault_is_named_at_its_place(document: object, code: str, place: str) -> None:
    assert (code, place) in [(each.code, each.place) for each in document_problems(document)]


def test_all_faults_are_told_at_once_and_not_more_than_one_can_read() -> None:
    document = copy.deepcopy(DECLARED)
    for record in document["recordTypes"]:
        for field in record["fields"]:
            field["tier"] = "Z"
    assert len(document_problems(document)) == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
PARTS = st.sampled_from([*DECLARED, *DECLARED["recordTypes"][1], *DECLARED["recordTypes"][1]["fields"][2]])


@settings(max_examples=60)
@example("enums", {"": None})
@given(PARTS, JSON)
def test_whatever_stands_in_a_document_is_told_and_breaks_nothing(part: str, value: object) -> None:
    for document in ({**DECLARED, part: value}, with_record(**{part: value}), with_field(**{part: value}), value):
        assert isinstance(document_problems(document), list)
    overlay = {"version": "1", "region": "410181", "base": DECLARED["version"], part: value}
    found = overlay_problems(overlay, DECLARED)
    if not found and is_overlay(overlay):
        assert document_problems(applied(overlay, DECLARED)) == []


def test_a_digest_depends_on_nothing_but_what_is_said() -> None:
    turned = dict(reversed(DECLARED.items()))
    assert digest_of(turned) == digest_of(DECLARED)
    assert digest_of(with_field(tier="C")) != digest_of(DECLARED)
