"""The second world differs from the first only in what lies above the standing, and there it differs a lot."""

import asyncio
from pathlib import Path

import pytest

from gateway.access.keys import Keys
from schema.tiers import Tier
from tests.agreement.city import AS_OF, registered
from tests.agreement.records import Record, scrubbed
from tests.interference.rows import Lying, lying
from tests.interference.standings import STANDINGS, Standing
from tests.interference.watched import watching
from tests.interference.worlds import Worlds, of_standing

Shown = dict[tuple[str, str, str, str], dict[str, str]]


async def _rows(worlds: Worlds, folder: Path) -> list[Lying]:
    subjects, keys = registered(folder), Keys(folder / "keys")
    rows: list[Lying] = []
    for agency, each in worlds.connectors.items():
        database = folder / f"{agency.lower()}.sqlite"
        if database.is_file():
            rows += await lying(each, f"sqlite:///{database}", keys, subjects)
    return rows


def _shown(rows: list[Lying], standing: Standing) -> Shown:
    """Give every value that is within the standing, of every record that is."""
    hidden = {_named(each.record) for each in rows if standing.hides(each.record, AS_OF)}
    told: Shown = {}
    for each in rows:
        highest = standing.highest(each.record)
        if highest is not None and _named(each.record) not in hidden:
            told[*_named(each.record), each.record.source] = _values(each.record, highest)
    return told


def _named(record: Record) -> tuple[str, str, str]:
    return record.definition.name, record.subject.id, str(record.natural_key)


def _values(record: Record, highest: Tier) -> dict[str, str]:
    fields = {
        name: each for name, each in record.definition.fields.items() if each.tier <= highest and each.mask is None
    }
    told = {name: str(scrubbed(record[name]) if highest < Tier.RESTRICTED else record[name]) for name in fields}
    return {**told, "version": str(record["version"]), "status": str(record["recordStatus"]), "id": record.id}


@pytest.mark.parametrize("name", ["company", "officer", "credit-service", "auditor"])
async def test_worlds_differ_above_the_standing_alone(city: Path, seed: int, tmp_path: Path, name: str) -> None:
    standing = STANDINGS[name]
    worlds = await of_standing(city, tmp_path, standing, seed)
    one, other = await _rows(worlds, worlds.one), await _rows(worlds, worlds.other)
    assert _shown(one, standing) == _shown(other, standing)
    below = {str(each.record.values) for each in one} ^ {str(each.record.values) for each in other}
    assert len(below) > 100, "the worlds must differ in what is hidden"


async def test_a_watched_house_does_nothing_on_its_own(city: Path, seed: int, tmp_path: Path) -> None:
    worlds = await of_standing(city, tmp_path, STANDINGS["public"], seed)
    before = asyncio.all_tasks()
    async with watching(worlds):
        begun = {each.get_name() for each in asyncio.all_tasks() - before}
    assert begun.isdisjoint({"synchronisation", "obligations", "daily deletion", "violations watching"}), begun
