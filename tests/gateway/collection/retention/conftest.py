"""The centre's database on each engine, with nothing in it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gateway.access.keys import Keys
from gateway.collection.centre import Centre
from gateway.store import migrate_centre, open_store
from tests.conftest import kept_schema
from tests.gateway.collection.retention.cellar import Cellar


@pytest.fixture(scope="session")
def postgresql_place(postgres_url: str) -> Iterator[str]:
    """Give a schema of PostgreSQL with the centre's tables, which all tests of retention share one after the other."""
    with kept_schema(postgres_url, "retention", migrate_centre) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database of each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/centre.sqlite"
    return str(request.getfixturevalue("postgresql_place"))


@pytest.fixture
async def cellar(url: str, tmp_path: Path) -> AsyncIterator[Cellar]:
    """Give the cellar, empty."""
    centre = Centre(open_store(url))
    found = Cellar(centre, Keys(tmp_path / "keys"))
    await found.empty()
    try:
        yield found
    finally:
        await centre.close()
