"""The peer to compare with: plain Strawberry types, a DataLoader a list, SQLAlchemy's ORM on async sessions.

It is what a good developer writes first: correct, no query per row, nothing read twice in a request. It knows neither
tiers nor a trail. It has the very graph of W1, so that it is asked with the same bytes and gives the same JSON.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from tests.bench.city import SCHEMAS
from tests.bench.vanilla.graph import Query
from tests.bench.vanilla.loads import LOADS, Load

__all__ = ["app"]

Loaders = Mapping[str, DataLoader[str, Any]]
Sessions = Mapping[str, "async_sessionmaker[AsyncSession]"]


def _loader(sessions: "async_sessionmaker[AsyncSession]", load: Load, *, listed: bool) -> DataLoader[str, Any]:
    async def load_all(codes: list[str]) -> Sequence[Any]:
        async with sessions() as session:
            found = await load(session, codes)
        return [found.get(code, [] if listed else None) for code in codes]

    return DataLoader(load_fn=load_all)


class _View(GraphQL[Any, None]):
    """Strawberry's own Starlette view, with loaders of its own for each request."""

    def __init__(self, schema: strawberry.Schema, sessions: Sessions) -> None:
        super().__init__(schema)
        self._sessions = sessions

    async def get_context(self, request: Any, response: Any) -> Loaders:  # noqa: ANN401, ARG002 (Strawberry's interface)
        return {
            name: _loader(self._sessions[agency], load, listed=name != "subjects")
            for name, (agency, load) in LOADS.items()
        }


def _sessions(postgres: str, schema: str) -> "async_sessionmaker[AsyncSession]":
    """Give sessions of one agency's database, over a pool of the usual size (5 and 10 more)."""
    url = postgres.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url, connect_args={"server_settings": {"search_path": schema}})
    return async_sessionmaker(engine, expire_on_commit=False)


def app(postgres: str, *, caches: bool) -> GraphQL[Any, None]:
    """Give the application, with or without Strawberry's caches of parsing and validation."""
    schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache] if caches else [])
    return _View(schema, {agency: _sessions(postgres, name) for agency, name in SCHEMAS.items()})
