"""An office of catalogue versions on each engine."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from gateway.collection.catalogue import CatalogueRegister
from gateway.store import migrate, open_store
from gateway.store.tables import CATALOGUE_STEP, CATALOGUE_VERSION
from tests.conftest import kept_schema
from tests.gateway.collection.catalogue.offices import Offices


@pytest.fixture(scope="session")
def postgresql_place(postgres_url: str) -> Iterator[str]:
    """Give a schema of PostgreSQL with the gateway's tables, which all tests of versions share one after the other."""
    with kept_schema(postgres_url, "catalogue", migrate) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database of each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/catalogue.sqlite"
    return str(request.getfixturevalue("postgresql_place"))


@pytest.fixture
async def offices(url: str) -> AsyncIterator[Offices]:
    """Give the offices of everybody, before an empty register."""
    if url.startswith("sqlite"):
        await migrate(url)
    store = open_store(url)
    async with store.engine.begin() as connection:
        for table in (CATALOGUE_VERSION, CATALOGUE_STEP):
            await connection.execute(delete(table))
    try:
        yield Offices(CatalogueRegister(store.engine, 10.0))
    finally:
        await store.close()
