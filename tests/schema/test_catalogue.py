"""The catalogue read back off the declared records is the catalogue (Art. 26)."""

import json
from pathlib import Path
from typing import Any

import pytest

from schema.catalogue import AGENCIES, BY_GRAPH_FIELD, CATEGORIES, ENVELOPE, RECORDS, VERSION, RecordType, export
from schema.record import definition_of
from schema.tiers import Tier

CATALOGUE: dict[str, Any] = json.loads(Path(__file__).with_name("catalogue.json").read_text("utf-8"))  # Any: JSON
EXPORT = export()


@pytest.mark.parametrize("part", sorted(CATALOGUE.keys() - {"recordTypes"}))
def test_the_export_is_the_catalogue(part: str) -> None:
    assert EXPORT[part] == CATALOGUE[part]


@pytest.mark.parametrize("published", CATALOGUE["recordTypes"], ids=lambda published: published["name"])
def test_each_record_type_is_exported_as_published(published: dict[str, Any]) -> None:
    declared = {entry["name"]: entry for entry in EXPORT["recordTypes"]}
    assert declared[published["name"]] == published


def test_nothing_is_exported_beyond_the_catalogue() -> None:
    assert EXPORT.keys() == CATALOGUE.keys()
    assert [entry["name"] for entry in EXPORT["recordTypes"]] == [entry["name"] for entry in CATALOGUE["recordTypes"]]
    assert list(EXPORT["enums"]) == list(CATALOGUE["enums"])


def test_the_export_is_json() -> None:
    assert json.loads(json.dumps(EXPORT)) == EXPORT


def test_the_catalogue_has_36_types_and_356_fields() -> None:
    tiers = [field.tier for definition in RECORDS.values() for field in definition.fields.values()]
    assert len(RECORDS) == 36
    assert [tiers.count(level) for level in Tier] == [252, 61, 43]


def test_records_are_found_by_name_and_by_field() -> None:
    assert len(BY_GRAPH_FIELD) == len(RECORDS)
    assert all(RECORDS[definition.name] is definition for definition in BY_GRAPH_FIELD.values())
    assert list(RecordType) == list(RECORDS)
    assert all(definition_of(definition.python_type) is definition for definition in RECORDS.values())


def test_every_agency_and_category_is_used() -> None:
    assert {definition.agency for definition in RECORDS.values()} == set(AGENCIES)
    assert {code for definition in RECORDS.values() for code in definition.categories} == set(CATEGORIES)


def test_the_envelope_promises_only_what_is_public() -> None:
    promised = {said.name for said in ENVELOPE.values() if said.non_null}
    assert len(ENVELOPE) == 21
    assert {"id", "recordType", "provider"} <= promised
    assert promised.isdisjoint({"submissionId", "submissionMode", "sealed", "occurredOn"})


def test_persons_numbers_are_all_restricted() -> None:
    fields = [field for definition in RECORDS.values() for field in definition.fields.values()]
    assert all(field.tier is Tier.RESTRICTED for field in fields if field.type == "IdDocumentNumber")
    assert all(field.tier is Tier.RESTRICTED for field in fields if field.personal == "SENSITIVE")


def test_the_version_is_the_catalogues() -> None:
    assert CATALOGUE["version"] == VERSION
