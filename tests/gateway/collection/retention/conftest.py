"""The centre's database on each engine, with nothing in it."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from gateway.access.keys import Keys
from gateway.collection.centre import Centre
from gateway.store import migrate_centre, open_store
from tests.gateway.collection.retention.cellar import Cellar


@pytest.fixture(scope="session")
def postgresql_place(postgres_url: str) -> Iterator[str]:
    """Give a schema of PostgreSQL with the centre's tables, which all tests of retention share one after the other."""
    name = f"test_retention_{uuid.uuid4().hex[:8]}"
    url = f"{postgres_url}{'&' if '?' in postgres_url else '?'}schema={name}"
    try:
        asyncio.run(migrate_centre(url))
        yield url
    finally:
        asyncio.run(_execute(postgres_url, f'DROP SCHEMA IF EXISTS "{name}" CASCADE'))


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


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
