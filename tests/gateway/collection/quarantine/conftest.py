"""A room of quarantine on each engine, its rows and papers in one database."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from gateway.access.keys import Keys
from gateway.store import migrate, migrate_centre, open_store
from gateway.store.tables import PAPER, PAPER_SUBJECT, QUARANTINE_REASON, QUARANTINED
from tests.conftest import kept_schema
from tests.gateway.collection.quarantine.room import Room


@pytest.fixture(scope="session")
def postgresql_place(postgres_url: str) -> Iterator[str]:
    """Give a schema of PostgreSQL with all tables, which these tests share one after the other."""
    with kept_schema(postgres_url, "quarantine", migrate, migrate_centre) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database of each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/quarantine.sqlite"
    return str(request.getfixturevalue("postgresql_place"))


@pytest.fixture
async def room(url: str, tmp_path: Path) -> AsyncIterator[Room]:
    """Give the room with nothing held in it."""
    if url.startswith("sqlite"):
        await migrate(url)
        await migrate_centre(url)
    store = open_store(url)
    async with store.engine.begin() as connection:
        for table in (QUARANTINED, QUARANTINE_REASON, PAPER, PAPER_SUBJECT):
            await connection.execute(delete(table))
    try:
        yield Room(store, Keys(tmp_path / "keys"))
    finally:
        await store.close()
