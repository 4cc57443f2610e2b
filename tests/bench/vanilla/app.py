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

from tests.bench.vanilla.graph import Query
from tests.bench.vanilla.loads import LOADS, Load

__all__ = ["app"]

Loaders = Mapping[str, DataLoader[str, Any]]
Sessions = async_sessionmaker[AsyncSession]
_POOL = 15
"""As many as SQLAlchemy's own default of 5 and 10 more, but all of them kept open, which is better for the peer."""


def app(postgres: str, *, caches: bool) -> GraphQL[Any, None]:
    """Give the application, with or without Strawberry's caches of parsing and validation."""
    schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache] if caches else [])
    url = postgres.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url, pool_size=_POOL, max_overflow=0)
    return _View(schema, async_sessionmaker(engine, expire_on_commit=False))


class _View(GraphQL[Any, None]):
    """Strawberry's own Starlette view, with loaders of its own for each request."""

    def __init__(self, schema: strawberry.Schema, sessions: Sessions) -> None:
        super().__init__(schema)
        self._sessions = sessions

    async def get_context(self, request: Any, response: Any) -> Loaders:  # noqa: ANN401, ARG002 (Strawberry's interface)
        return {
            name: _loader(self._sessions, load, none=None if name == "subjects" else []) for name, load in LOADS.items()
        }


def _loader(sessions: Sessions, load: Load, *, none: object) -> DataLoader[str, Any]:
    async def load_all(codes: list[str]) -> Sequence[Any]:
        async with sessions() as session:
            found = await load(session, codes)
        return [found.get(code, none) for code in codes]

    return DataLoader(load_fn=load_all)
