"""A room of papers on each engine."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import delete

from gateway.access.keys import Keys
from gateway.access.papers import EvidenceFiles, open_room
from gateway.store import Store, migrate, open_store
from gateway.store.tables import EVIDENCE, GRANT, PAPER, PAPER_EVIDENCE, PAPER_PERSON, PAPER_STEP, PAPER_SUBJECT
from tests.conftest import kept_schema
from tests.gateway.access.papers.office import Office, Townspeople

PAPER_TABLES = (PAPER, PAPER_SUBJECT, PAPER_PERSON, PAPER_EVIDENCE, PAPER_STEP, EVIDENCE, GRANT)


@pytest.fixture(scope="session")
def postgresql_place(postgres_url: str) -> Iterator[str]:
    """Give a schema of PostgreSQL with the gateway's tables, which all tests of papers share one after the other."""
    with kept_schema(postgres_url, "papers", migrate) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a database without papers, of each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/papers.sqlite"
    return str(request.getfixturevalue("postgresql_place"))


@pytest.fixture
async def office(url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """Give the room of papers on each engine."""
    async with opened(url, tmp_path) as room:
        yield room


@pytest.fixture
async def small_office(tmp_path: Path) -> AsyncIterator[Office]:
    """Give the room of papers on SQLite alone, for what no engine has a part in."""
    async with opened(f"sqlite:///{tmp_path}/papers.sqlite", tmp_path) as room:
        yield room


@asynccontextmanager
async def opened(url: str, folder: Path) -> AsyncIterator[Office]:
    """Open a room of papers in an empty database."""
    store = open_store(url)
    if store.address.is_postgresql:
        await _empty(store)
    else:
        await migrate(url)
    keys = Keys(folder / "keys")
    people = Townspeople(keys)
    room = open_room(store, keys, EvidenceFiles(folder / "evidence", keys, 100_000), people, 10.0)
    try:
        yield Office(room, store, keys, people)
    finally:
        await store.close()


async def _empty(store: Store) -> None:
    async with store.engine.begin() as connection:
        for table in PAPER_TABLES:
            await connection.execute(delete(table))
