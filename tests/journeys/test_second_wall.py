"""A city with the second wall: every answer is the one that it gives without, and a forgotten tier leaks nothing."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from connectors.connector import Table
from connectors.credit_centre import REPORTED_RECORD
from connectors.sources import statement
from connectors.wall import READERS
from gateway.store import open_store
from gateway.store.wall import put_up
from tests.conftest import make_roles
from tests.journeys.conftest import postgresql_place
from tests.journeys.questions import EVERYTHING_OF_A_LEGAL_PERSON, EVERYTHING_OF_AN_INDIVIDUAL
from tests.journeys.visitor import CODES, PERSONS, SUPERVISION, Place, Visitor, visiting

ASKERS: Mapping[str, Mapping[str, Any] | None] = {
    "public": None,
    "company": None,
    "individual": None,
    "market-officer": SUPERVISION,
}


@pytest.fixture(scope="module")
def place(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Give a city of its own in PostgreSQL, as yet without a wall before the centre's records."""
    with postgresql_place(postgres_url, tmp_path_factory.mktemp("walled")) as written:
        yield written


@pytest.fixture(scope="module")
def answers_before(place: Place) -> dict[str, Any]:
    """Give every answer that the city gives without the wall."""

    async def ask() -> dict[str, Any]:
        async with visiting(place.settings()) as visitor:
            assert await roles(visitor) == set()
            return await everything(visitor)

    return asyncio.run(ask())


@pytest.fixture(scope="module")
def walled(postgres_url: str, place: Place, answers_before: dict[str, Any]) -> Place:
    """Give the same city after its wall was put up."""
    assert answers_before

    async def wall() -> None:
        await make_roles(postgres_url, urlsplit(postgres_url).username or "postgres")
        store = open_store(place.urls["CREDIT_CENTRE"])
        async with store.engine.begin() as connection:
            await connection.run_sync(put_up)
        await store.close()

    asyncio.run(wall())
    return place


async def everything(visitor: Visitor) -> dict[str, Any]:
    """Ask everything about every third subject, LP-07, LP-16 and IN-10 among them, as each asker."""
    told: dict[str, Any] = {}
    for persona, purpose in ASKERS.items():
        for key, code in list(CODES.items())[::3]:
            asked = await visitor.ask(EVERYTHING_OF_A_LEGAL_PERSON, {"code": code}, persona=persona, purpose=purpose)
            told[f"{persona} {key}"] = plain(asked.data), sorted(asked.codes)
        for key, person in list(PERSONS.items())[::3]:
            who = {"number": person["idNumber"], "name": person["name"]}
            asked = await visitor.ask(EVERYTHING_OF_AN_INDIVIDUAL, who, persona=persona, purpose=purpose)
            told[f"{persona} {key}"] = plain(asked.data), sorted(asked.codes)
    return told


def plain(told: Any) -> Any:  # noqa: ANN401 (JSON)
    """Take out what changes from one answer to the next: counts of queries, instants of sources."""
    if isinstance(told, list):
        return [plain(each) for each in told]
    if isinstance(told, dict):
        return {name: plain(each) for name, each in told.items() if name not in {"queryCount", "sources"}}
    return told


async def roles(visitor: Visitor) -> set[str]:
    """Give the roles that the centre's connections have taken."""
    await visitor.ask(EVERYTHING_OF_A_LEGAL_PERSON, {"code": CODES["LP-07"]}, persona="company")
    lanes = visitor.house.graph.connectors["CREDIT_CENTRE"].source._idle  # type: ignore[attr-defined]  # noqa: SLF001
    return {READERS[tier] for tier, idle in lanes.items() if idle and tier is not None}


async def test_the_gateway_uses_the_wall_by_itself_and_answers_as_before(
    walled: Place, answers_before: dict[str, Any]
) -> None:
    async with visiting(walled.settings()) as visitor:
        assert await everything(visitor) == answers_before
        assert await roles(visitor) == set(READERS.values())


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the statements to the centre forget the tier."""
    within_tier = statement._within_tier  # noqa: SLF001 (what is broken here)

    def forgetting(table: Table, *more: Any) -> Iterator[Any]:  # noqa: ANN401 (as it is called)
        return iter(()) if table.rows is REPORTED_RECORD else within_tier(table, *more)

    monkeypatch.setattr(statement, "_within_tier", forgetting)


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize("cache", [False, True])
async def test_a_gateway_that_forgets_the_tier_of_reported_records_answers_as_before_all_the_same(
    walled: Place, answers_before: dict[str, Any], *, cache: bool
) -> None:
    async with visiting(walled.settings(cache={"enabled": cache})) as visitor:
        assert await everything(visitor) == answers_before


@pytest.mark.usefixtures("forgetful")
async def test_without_the_wall_the_same_mistake_would_be_seen(files: Place) -> None:
    leaked = 0
    async with visiting(files.settings()) as visitor:
        for code in CODES.values():
            asked = {"query": EVERYTHING_OF_A_LEGAL_PERSON, "variables": {"code": code}}
            # past the visitor, who would not let such an answer pass
            told = (await visitor.client.post("/graphql", json=asked)).json()["data"]
            leaked += sum(each["recordTier"] > "A" for each in records(told))
    assert leaked


def records(told: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 (JSON)
    if isinstance(told, dict):
        if "recordType" in told:
            yield told
        for each in told.values():
            yield from records(each)
    elif isinstance(told, list):
        for each in told:
            yield from records(each)
