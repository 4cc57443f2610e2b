"""第二十六条: the indicator catalogue follows the content of collection, and the graph follows the catalogue."""

import pytest

from schema.catalogue import CATEGORIES, RECORDS
from schema.definition import RecordDefinition
from schema.graph import graph


@pytest.mark.parametrize("definition", RECORDS.values(), ids=RECORDS)
def test_each_record_type_falls_under_the_content_of_collection(definition: RecordDefinition) -> None:
    kinds = {CATEGORIES[code].kind for code in definition.categories}
    assert kinds == set(definition.subject_kinds)


@pytest.mark.parametrize("definition", RECORDS.values(), ids=RECORDS)
def test_each_record_is_told_apart_by_what_its_provider_must_report(definition: RecordDefinition) -> None:
    assert definition.key
    assert all(definition.fields[name].required for name in definition.key)


def test_every_record_type_of_the_catalogue_is_in_the_graph() -> None:
    for definition in RECORDS.values():
        assert graph().get_type_by_name(definition.name) is not None
        assert graph().get_type_by_name(f"{definition.name}Connection") is not None
