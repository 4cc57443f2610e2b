"""A room of cases on each engine, with the people of the demonstration before it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from gateway.access.keys import Keys
from gateway.collection.violations import CaseRegister
from gateway.store import migrate, open_store
from gateway.store.tables import VIOLATION, VIOLATION_EVIDENCE, VIOLATION_STEP
from tests.conftest import kept_schema
from tests.gateway.collection.violations.room import Room


@pytest.fixture(scope="session")
def postgresql_place(postgres_url: str) -> Iterator[str]:
    """Give a schema of PostgreSQL with the gateway's tables, which all tests of cases share one after the other."""
    with kept_schema(postgres_url, "cases", migrate) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database of each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/cases.sqlite"
    return str(request.getfixturevalue("postgresql_place"))


@pytest.fixture
async def room(url: str, tmp_path: Path) -> AsyncIterator[Room]:
    """Give the room with no case in it."""
    if url.startswith("sqlite"):
        await migrate(url)
    store = open_store(url)
    async with store.engine.begin() as connection:
        for table in (VIOLATION, VIOLATION_EVIDENCE, VIOLATION_STEP):
            await connection.execute(delete(table))
    try:
        yield Room(CaseRegister(store.engine, 10.0), store, Keys(tmp_path / "keys"))
    finally:
        await store.close()
