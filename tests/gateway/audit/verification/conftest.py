"""The small trail on each engine, built once for all that try to forge it."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from tests.gateway.audit.verification.small_trail import Forger, SmallTrail, build, forging


@pytest.fixture(scope="session")
def sqlite_trail(tmp_path_factory: pytest.TempPathFactory) -> SmallTrail:
    """Give the trail in a file."""
    folder = tmp_path_factory.mktemp("trail")
    return asyncio.run(build(f"sqlite:///{folder}/trail.sqlite", folder / "anchors"))


@pytest.fixture(scope="session")
def postgresql_trail(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallTrail]:
    """Give the trail in a schema of PostgreSQL."""
    name = f"test_{uuid.uuid4().hex[:12]}_small"
    asyncio.run(_execute(postgres_url, f'CREATE SCHEMA "{name}"'))
    joint = "&" if "?" in postgres_url else "?"
    try:
        anchors = tmp_path_factory.mktemp("trail") / "anchors"
        yield asyncio.run(build(f"{postgres_url}{joint}schema={name}", anchors))
    finally:
        asyncio.run(_execute(postgres_url, f'DROP SCHEMA "{name}" CASCADE'))


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def small(request: pytest.FixtureRequest) -> SmallTrail:
    """Give the small trail, once on each engine."""
    trail: SmallTrail = request.getfixturevalue(f"{request.param}_trail")
    return trail


@pytest.fixture
async def forger(small: SmallTrail) -> AsyncIterator[Forger]:
    """Give a forger in the small trail."""
    async with forging(small) as someone:
        yield someone
