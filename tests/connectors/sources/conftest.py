"""An agency's database on either engine, with just the rows that a test puts into it."""

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from connectors.sources.sql import SqlSource


@dataclass(frozen=True)
class Database:
    """An empty database, as its agency and as the gateway reach it."""

    url: str
    source: SqlSource

    async def hold(self, tables: sa.MetaData, rows: Mapping[sa.Table, Sequence[Mapping[str, Any]]]) -> None:
        """Create these tables of an agency's and put these rows into them."""
        parsed = make_url(self.url)
        if parsed.get_backend_name() == "sqlite":
            engine = create_async_engine(parsed.set(drivername="sqlite+aiosqlite"))
        else:
            query = dict(parsed.query)
            settings = {"search_path": str(query.pop("schema"))}
            address = parsed.set(drivername="postgresql+asyncpg", query=query)
            engine = create_async_engine(address, connect_args={"server_settings": settings})
        try:
            async with engine.begin() as connection:
                await connection.run_sync(partial(tables.create_all, tables=list(rows)))
                for table, values in rows.items():
                    names = [column.name for column in table.c]
                    await connection.execute(
                        sa.insert(table), [{name: row.get(name) for name in names} for row in values]
                    )
        finally:
            await engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/agency.sqlite"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def database(server: str) -> AsyncIterator[Database]:
    """Give an empty database of each engine."""
    name = f"test_{uuid.uuid4().hex}"
    joint = "&" if "?" in server else "?"
    url = server if server.startswith("sqlite") else f"{server}{joint}schema={name}"
    given = Database(url, SqlSource(url))
    if url != server:
        await _execute(server, f'CREATE SCHEMA "{name}"')
    yield given
    await given.source.close()
    if url != server:
        await _execute(server, f'DROP SCHEMA "{name}" CASCADE')


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
