"""How agencies report is told of what is known, and never as if nothing were there to know."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.collection.centre import Centre
from gateway.collection.obligations import Timeliness, timeliness
from gateway.errors import ObligationsUnavailable
from gateway.store.tables import SUBMISSION
from tests.gateway.collection.obligations.conftest import House, at

TAKEN_AWAY, PUT_BACK = "ALTER TABLE obligation RENAME TO elsewhere", "ALTER TABLE elsewhere RENAME TO obligation"
TOLD = {"TAX": (datetime(2026, 11, 20, 1, tzinfo=UTC), True), "COURT": (None, True)}


@pytest.fixture
async def reported(every_house: House) -> House:
    """Give a house in which the tax authority reported once, and something is overdue of it and of the court."""
    for day in ("2026-11-23", "2027-03-01"):
        await every_house.go_to(at(day))
    said = {
        "id": "S-1",
        "provider": "TAX",
        "state": "DONE",
        "begun_at": at("2026-11-20"),
        "received_at": at("2026-11-20"),
    }
    rest = {each.name: each.type.python_type() for each in SUBMISSION.c if not each.nullable and each.name not in said}
    async with every_house.store.engine.begin() as connection:
        await connection.execute(SUBMISSION.insert().values({**rest, **said}))
    return every_house


async def changed(house: House, statement: str) -> None:
    async with house.store.engine.begin() as connection:
        await connection.execute(text(statement))


def asking(house: House, centre: Centre | None = None) -> Timeliness:
    return Timeliness(house.store.engine, centre or Centre(house.store), house.now.timestamp)


async def test_who_reported_when_and_who_is_late(reported: House) -> None:
    told = await asking(reported)()
    assert {agency: told[agency] for agency in TOLD} == TOLD
    assert told["CREDIT_CENTRE"] == TOLD["TAX"], "its records come from all"


async def test_where_the_register_does_not_answer_nothing_is_known_and_that_is_said(reported: House) -> None:
    asked = asking(reported)
    await changed(reported, TAKEN_AWAY)
    for _ in range(2):  # whoever asks while it is fresh hears the same
        with pytest.raises(ObligationsUnavailable, match="obligation"):
            await asked()


async def test_what_was_known_before_is_told_while_the_register_does_not_answer(
    reported: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeliness, "_FRESH_S", 0.0)
    asked = asking(reported)
    await changed(reported, TAKEN_AWAY)
    with pytest.raises(ObligationsUnavailable):
        await asked()
    await changed(reported, PUT_BACK)
    known = await asked()
    await changed(reported, TAKEN_AWAY)
    assert await asked() == known
    assert known["COURT"] == TOLD["COURT"]


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        """Begin."""
        self.seconds = 0.0

    def __call__(self) -> float:
        """Give them."""
        return self.seconds


async def test_what_was_known_is_told_for_five_minutes_and_then_that_nothing_is_known(reported: House) -> None:
    steady = Clock()
    asked = Timeliness(reported.store.engine, Centre(reported.store), reported.now.timestamp, steady)
    known = await asked()
    await changed(reported, TAKEN_AWAY)
    steady.seconds = 300.0
    assert await asked() == known
    for seconds in (300.5, 331.0, 86_400.0):  # asked again or not
        steady.seconds = seconds
        with pytest.raises(ObligationsUnavailable, match="obligation"):
            await asked()
    await changed(reported, PUT_BACK)
    steady.seconds += 31.0
    assert await asked() == known


class Silent(Centre):
    """A centre's database that does not answer."""

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        await asyncio.Event().wait()
        yield  # type: ignore[misc]  # nobody comes so far


async def test_silence_is_told_as_a_failure_is(reported: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeliness, "_PATIENCE_S", 0.01)
    asked = asking(reported, Silent(reported.store))
    told = await asyncio.gather(*(asked() for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in told] == [ObligationsUnavailable] * 3
