"""What agencies reported to the centre: a JSON document under the catalogue's names, read as strictly as any column."""

from typing import Any

import pytest

from connectors.connector import Batch, Found, Selection, SubjectKey
from connectors.credit_centre import METADATA, REPORTED_RECORD, CreditCentre
from schema.catalogue import RECORDS
from schema.tiers import Tier
from tests.connectors.sources.conftest import Database

PENALTY = RECORDS["AdministrativePenalty"]


def reported(**payload: Any) -> dict[str, Any]:  # noqa: ANN401 (a payload)
    return {
        "record_type": PENALTY.name,
        "provider": "ECOLOGY",
        "subject_id": "s",
        "natural_key": "k",
        "kind": "LEGAL_PERSON",
        "version": 1,
        "reported_at": "2024-05-06T08:00:00+08:00",
        "submission_id": "S",
        "submission_mode": "BATCH",
        "record_status": "ACTIVE",
        "dispute_status": "NONE",
        "sealed": False,
        "record_tier": "A",
        "catalogue_version": "1",
        "payload": payload,
    }


async def read(database: Database, column: str, payload: dict[str, Any]) -> Found:
    await database.hold(METADATA, {REPORTED_RECORD: [reported(**payload)]})
    centre = CreditCentre(database.source, lambda number: number)
    asked = Batch("LEGAL_PERSON", [SubjectKey("s", "c")], (Selection(PENALTY, (column,)),), Tier.PUBLIC)
    (found,) = await centre.gather(asked)
    assert isinstance(found, Found)
    return found


async def test_a_list_of_words_is_read_by_its_words(database: Database) -> None:
    found = await read(database, "penaltyTypes", {"penaltyTypes": ["WARNING", "FINE"]})
    assert found == Found(([[["WARNING", "FINE"]]],))


@pytest.mark.parametrize("told", [["FINE", "410199199003070018"], ["fine"], [1], [None], "FINE", {"FINE": 1}])
async def test_a_list_with_a_word_of_no_list_is_lost(database: Database, told: object) -> None:
    found = await read(database, "penaltyTypes", {"penaltyTypes": told})
    assert found.rows == ([[None]],)
    assert [each.field for each in found.losses] == ["penaltyTypes"]


async def test_an_empty_list_is_a_list(database: Database) -> None:
    assert (await read(database, "penaltyTypes", {"penaltyTypes": []})).rows == ([[[]]],)
