import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from schema.catalogue import export
from schema.catalogue_versions import ChangeKind, changes

DECLARED: dict[str, Any] = json.loads(json.dumps(export()))
Edit = Callable[[dict[str, Any], dict[str, Any]], object]


def record(document: dict[str, Any], name: str = "TaxCreditRating") -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in document["recordTypes"] if each["name"] == name)
    return found


def field(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in record(document)["fields"] if each["name"] == name)
    return found


def edited(edit: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    document = copy.deepcopy(DECLARED)
    edit(document)
    return document


EDITS: dict[str, tuple[Callable[[dict[str, Any]], object], str, bool]] = {
    "RECORD_TYPE_REMOVED": (lambda told: told["recordTypes"].remove(record(told)), "TaxCreditRating", True),
    "FIELD_REMOVED": (lambda told: record(told)["fields"].remove(field(told, "score")), "TaxCreditRating.score", True),
    "FIELD_ADDED": (
        lambda told: record(told)["fields"].append(
            {"name": "remark", "zh": "备注", "type": "String", "tier": "B", "required": False}
        ),
        "TaxCreditRating.remark",
        False,
    ),
    "REQUIRED_ADDED": (lambda told: field(told, "score").update(required=True), "TaxCreditRating.score", True),
    "REQUIRED_DROPPED": (lambda told: field(told, "grade").update(required=False), "TaxCreditRating.grade", False),
    "TYPE_CHANGED": (lambda told: field(told, "ratingYear").update(type="String"), "TaxCreditRating.ratingYear", True),
    "TIER_RAISED": (lambda told: field(told, "grade").update(tier="C"), "TaxCreditRating.grade", True),
    "TIER_LOWERED": (lambda told: field(told, "score").update(tier="A"), "TaxCreditRating.score", True),
    "TIER_RULES_CHANGED": (lambda told: record(told).pop("tierRules"), "TaxCreditRating", True),
    "KEY_CHANGED": (lambda told: record(told)["naturalKey"].pop(), "TaxCreditRating", True),
    "GRAPH_FIELD_CHANGED": (lambda told: record(told).update(graphField="ratings"), "TaxCreditRating", True),
    "SUBJECT_KIND_ADDED": (lambda told: record(told)["subjectKinds"].append("INDIVIDUAL"), "TaxCreditRating", False),
    "SUBJECT_KIND_REMOVED": (lambda told: record(told)["subjectKinds"].clear(), "TaxCreditRating", True),
    "AGENCY_CHANGED": (lambda told: record(told).update(agency="COURT"), "TaxCreditRating", True),
    "POLARITY_CHANGED": (lambda told: record(told).update(polarity="NEGATIVE"), "TaxCreditRating", True),
    "RETENTION_CHANGED": (lambda told: record(told).update(retention={"INDIVIDUAL": {}}), "TaxCreditRating", True),
    "DATE_CHANGED": (lambda told: record(told).update(occurredOn=None), "TaxCreditRating", True),
    "CYCLE_CHANGED": (lambda told: record(told).update(nonSystemCycle="MONTHLY"), "TaxCreditRating", False),
    "ENUM_REMOVED": (lambda told: told["enums"].pop("TaxCreditGrade"), "TaxCreditGrade", True),
    "ENUM_ADDED": (lambda told: told["enums"].update(Colour={"RED": "红"}), "Colour", False),
    "ENUM_VALUE_REMOVED": (lambda told: told["enums"]["TaxCreditGrade"].pop("D"), "TaxCreditGrade.D", True),
    "ENUM_VALUE_ADDED": (lambda told: told["enums"]["TaxCreditGrade"].update(E="戊级"), "TaxCreditGrade.E", False),
    "WORDING_CHANGED": (lambda told: field(told, "grade").update(zh="等级"), "TaxCreditRating.grade", False),
}


@pytest.mark.parametrize("kind", EDITS)
def test_each_change_is_found_and_it_is_said_whether_it_breaks_something(kind: str) -> None:
    edit, coordinate, breaking = EDITS[kind]
    found = changes(DECLARED, edited(edit))
    assert (kind, coordinate, breaking) in [(str(each.kind), each.coordinate, each.breaking) for each in found]
    assert all(each.said.chinese and each.said.english for each in found)


def test_nothing_changes_between_a_catalogue_and_itself() -> None:
    assert changes(DECLARED, copy.deepcopy(DECLARED)) == []


def test_a_new_field_that_agencies_must_report_breaks_their_submissions() -> None:
    new = {"name": "remark", "zh": "备注", "type": "String", "tier": "B", "required": True}
    (found,) = changes(DECLARED, edited(lambda told: record(told)["fields"].append(new)))
    assert (found.kind, found.breaking) == (ChangeKind.REQUIRED_ADDED, True)


def test_what_breaks_something_is_told_first() -> None:
    def both(told: dict[str, Any]) -> None:
        field(told, "grade").update(zh="等级")
        told["recordTypes"].remove(record(told, "Honour"))

    assert [each.breaking for each in changes(DECLARED, edited(both))] == [True, False]


def test_every_change_has_its_way_back() -> None:
    opposite = {"ADDED": "REMOVED", "RAISED": "LOWERED"}
    for kind, (edit, _, _) in EDITS.items():
        there, back = changes(DECLARED, edited(edit)), changes(edited(edit), DECLARED)
        assert len(there) == len(back), kind
        for word, other in opposite.items():
            if kind.endswith(word) and not kind.startswith("REQUIRED"):
                assert kind.replace(word, other) in [str(each.kind) for each in back]
