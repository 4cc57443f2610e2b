"""What ``xinyong check`` and the house say of rules that are missing, and of a catalogue that is not what runs."""

import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.app import open_house
from gateway.collection.catalogue import CatalogueRegister
from gateway.commands.check import notes, problems
from gateway.errors import StartRefused
from gateway.settings import Settings
from gateway.store import migrate, open_store
from tests.gateway.collection.catalogue.offices import Offices, catalogue, overlay

STORAGE = """rules:
  - {topic: STORAGE, title: 保存规程, version: "1", owner: CREDIT_CENTRE, in_force_from: 2026-01-01, text: 保存五年。}
"""


@pytest.fixture
async def url(tmp_path: Path) -> str:
    """Give the address of a database of the gateway."""
    url = f"sqlite:///{tmp_path}/city.sqlite"
    await migrate(url)
    return url


def settings(url: str, tmp_path: Path, **more: Any) -> Settings:  # noqa: ANN401 (sections of the settings)
    return Settings.model_validate({"database": {"url": url}, "keys": {"folder": tmp_path / "keys"}, **more})


async def published(url: str, *, breaking: bool) -> None:
    """Publish a version that is in force from today."""
    document = catalogue("7", tier="C" if breaking else None)
    document["recordTypes"][0]["zh"] = "另一名称"
    store = open_store(url)
    try:
        await Offices(CatalogueRegister(store.engine), now=datetime.now(UTC)).published(document, days=0)
    finally:
        await store.close()


async def test_rules_that_are_missing_are_problems_and_those_that_are_shipped_are_none(
    url: str, tmp_path: Path
) -> None:
    assert [each for each in await problems(lambda: settings(url, tmp_path)) if each.room == "rules"] == []
    file = tmp_path / "rules.yaml"
    file.write_text(STORAGE)
    found = await problems(lambda: settings(url, tmp_path, rules={"file": file}))
    told = [each.text for each in found if each.room == "rules"]
    assert len(told) == 6
    assert told[0] == "no rule on COLLECTION (采集) is in force (Art. 14)"
    file.write_text("rules: 7")
    (broken,) = (
        each for each in await problems(lambda: settings(url, tmp_path, rules={"file": file})) if each.room == "rules"
    )
    assert "it must have a list of rules" in broken.text


async def test_a_house_without_its_rules_is_not_ready_and_with_unreadable_ones_does_not_open(
    url: str, tmp_path: Path
) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(STORAGE)
    for over, ready in (({"file": file}, False), ({}, True)):
        house = await open_house(settings(url, tmp_path, rules=over))
        assert (await house.probe())["rules"] is ready
        await house.close()
    file.write_text("x")
    with pytest.raises(StartRefused, match="list of rules"):
        await open_house(settings(url, tmp_path, rules={"file": file}))


@pytest.mark.parametrize("breaking", [True, False])
async def test_what_runs_otherwise_than_published_is_told(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, *, breaking: bool
) -> None:
    await published(url, breaking=breaking)
    found = [each.text for each in await problems(lambda: settings(url, tmp_path)) if each.room == "catalogue"]
    noted = [each.text for each in await notes(lambda: settings(url, tmp_path)) if each.room == "catalogue"]
    told, others = (found, noted) if breaking else (noted, found)
    assert others == []
    assert "what runs is not version 7, which was published" in told[0]
    with caplog.at_level(logging.WARNING, "xinyong"):
        await (await open_house(settings(url, tmp_path))).close()
    assert f"{2 if breaking else 1} changes, {int(breaking)} breaking" in caplog.text


async def test_a_countys_overlay_by_which_no_tier_is_raised_here_is_told(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_store(url)
    await Offices(CatalogueRegister(store.engine), now=datetime.now(UTC)).published(overlay(), days=0)
    await store.close()
    noted = [each.text for each in await notes(lambda: settings(url, tmp_path)) if each.room == "catalogue"]
    assert len(noted) == 1
    assert "the overlay of 410181 is in force, and this house serves the city" in noted[0]
    with caplog.at_level(logging.WARNING, "xinyong"):
        await (await open_house(settings(url, tmp_path))).close()
    assert "the overlay of 410181 is in force" in caplog.text


async def test_nothing_is_said_where_nothing_was_published_yet(url: str, tmp_path: Path) -> None:
    store = open_store(url)
    await Offices(CatalogueRegister(store.engine), now=datetime.now(UTC)).approved(catalogue("7", tier="C"), days=0)
    await store.close()
    assert [each for each in await problems(lambda: settings(url, tmp_path)) if each.room == "catalogue"] == []
    nowhere = f"sqlite:///{tmp_path}/nowhere.sqlite"
    assert [each for each in await problems(lambda: settings(nowhere, tmp_path)) if each.room == "catalogue"] == []
    assert "nowhere.sqlite" not in os.listdir(tmp_path)  # noqa: PTH208 (a look, beside no path)
