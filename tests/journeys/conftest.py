"""The small city with its papers on every engine that answers, written once, and a house in it for each test."""

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from connectors.demonstration import METADATA, write_city
from gateway.access.keys import Keys
from gateway.store import migrate, migrate_centre
from tests.journeys.chromium import Tab, chromium_before
from tests.journeys.reporting import Reporter, reporting, settings_of
from tests.journeys.test_served import serving
from tests.journeys.visitor import AS_OF, Place, Visitor, visiting
from tests.papers import seed_papers


def write(place: Place) -> Place:
    """Write the small city, and the papers of the demonstration."""
    keys = Keys(place.keys)
    write_city(
        "small",
        place.urls,
        as_of=AS_OF,
        seed=80,
        subject_id=keys.subject_id,
        seal=keys.seal,
        id_digest=keys.id_number_digest,
    )
    asyncio.run(seed_papers(place.trail, place.keys, AS_OF))
    return place


def new_place(folder: Path) -> Place:
    """Name a file for each agency, and one for the trail."""
    urls = {agency: f"sqlite:///{folder}/{agency.lower()}.sqlite" for agency in METADATA}
    return Place(urls, folder / "keys", f"sqlite:///{folder}/trail.sqlite")


@pytest.fixture(scope="session")
def sqlite_city(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Give the city in SQLite files."""
    return write(new_place(tmp_path_factory.mktemp("city")))


@contextmanager
def postgresql_place(url: str, folder: Path) -> Iterator[Place]:
    """Give the city in schemas of PostgreSQL, and a schema for the trail; all of it is gone afterwards."""
    run, joint = uuid.uuid4().hex[:8], "&" if "?" in url else "?"
    names = {agency: f"test_{run}_{agency.lower()}" for agency in (*METADATA, "trail")}
    urls = {agency: f"{url}{joint}schema={name}" for agency, name in names.items()}
    trail = urls.pop("trail")
    try:
        asyncio.run(_execute(url, [f'CREATE SCHEMA "{names["trail"]}"']))
        asyncio.run(migrate(trail))
        yield write(Place(urls, folder / "keys", trail))
    finally:
        asyncio.run(_execute(url, [f'DROP SCHEMA IF EXISTS "{name}" CASCADE' for name in names.values()]))


@pytest.fixture(scope="session")
def postgresql_city(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Give the city in schemas of PostgreSQL, and a schema for the trail."""
    with postgresql_place(postgres_url, tmp_path_factory.mktemp("keys")) as place:
        asyncio.run(migrate_centre(place.urls["CREDIT_CENTRE"]))  # as `xinyong migrate` does, as it is another database
        yield place


async def _execute(url: str, statements: list[str]) -> None:
    connection = await asyncpg.connect(url)
    try:
        for each in statements:
            await connection.execute(each)
    finally:
        await connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def city(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Give the city, once on each engine."""
    place: Place = request.getfixturevalue(f"{request.param}_city")
    return replace(place, trail=_copied(place, tmp_path)) if request.param == "sqlite" else place


def _copied(place: Place, folder: Path) -> str:
    """Give a copy of the database that holds papers and nothing in its trail yet."""
    shutil.copy(place.trail.removeprefix("sqlite:///"), folder / "trail.sqlite")
    return f"sqlite:///{folder}/trail.sqlite"


@pytest.fixture
def files(sqlite_city: Place, tmp_path: Path) -> Place:
    """Give the city in files that a test may harm: links to the written ones, and a trail of its own."""
    urls = {}
    for agency, url in sqlite_city.urls.items():
        link = tmp_path / f"{agency.lower()}.sqlite"
        link.symlink_to(url.removeprefix("sqlite:///"))
        urls[agency] = f"sqlite:///{link}"
    return Place(urls, sqlite_city.keys, _copied(sqlite_city, tmp_path))


@pytest.fixture
async def visitor(city: Place) -> AsyncIterator[Visitor]:
    """Give a visitor at the door of a house in the city."""
    async with visiting(city.settings()) as someone:
        yield someone


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, str]]:
    """Serve the city, once on each engine, and give its address."""
    place: Place = request.getfixturevalue(f"{request.param}_city")
    folder = tmp_path_factory.mktemp("served")
    if request.param == "sqlite":
        shutil.copy(place.trail.removeprefix("sqlite:///"), folder / "trail.sqlite")
        place = replace(place, trail=f"sqlite:///{folder}/trail.sqlite")
    with serving(place, folder) as (_, client):
        yield place, str(client.base_url).rstrip("/")


@pytest.fixture
def tab(house: tuple[Place, str], chromium: str) -> Iterator[Tab]:
    """Give a browser before the house; whatever it says or tries outside fails the test."""
    with chromium_before(chromium, house[1], viewport={"width": 1000, "height": 800}) as open_tab:
        yield open_tab
        assert not open_tab.unexpected()


@pytest.fixture
async def reporter(url: str, tmp_path: Path) -> AsyncIterator[Reporter]:
    """Give somebody who reports to a house that knows nobody yet."""
    await migrate(url)
    async with reporting(settings_of(url, tmp_path)) as someone:
        yield someone
