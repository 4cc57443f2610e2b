"""A city's own graph of two subgraphs, companies and permits, and a guest at the door of a house before it."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import orjson
from graphql import GraphQLError, GraphQLResolveInfo, GraphQLSchema, build_schema

from connectors.sources.local import LocalSource
from connectors.subgraph import GraphqlRequest, GraphqlResponse, GraphqlSource, Subgraph
from gateway.access.keys import Keys
from gateway.answer.foreign import ForeignGraph
from gateway.app import House, open_foreign_house
from gateway.audit.body import unseal
from gateway.federation.composition import compose
from gateway.federation.planning import read_supergraph
from gateway.settings import Settings
from tests.journeys.visitor import Told

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@inaccessible"])'
COMPANIES = f"""{LINK}
type Query {{ companies(first: Int = 2): [Company!]! company(code: ID!, as: Shape): Company busy: Int }}
type Mutation {{ rename(code: ID!, name: String!): Company }}
type Subscription {{ renamed: Company }}
enum Shape {{ SHORT LONG }}
type Company @key(fields: "code") {{ code: ID! name: String secret: String @inaccessible }}
"""
PERMITS = f"""{LINK}
type Company @key(fields: "code") {{ code: ID! permits: [Permit!] }}
type Permit {{ number: String holder: Company }}
"""
SDL = {"companies": COMPANIES, "permits": PERMITS}
_MACHINERY = "scalar _Any union _Entity = Company"
_ENTITIES = "extend type Query { _entities(representations: [_Any!]!): [_Entity]! }"
Info = GraphQLResolveInfo[Any]


@dataclass
class City:
    """What the subgraphs know, and what happened to them."""

    names: dict[str, str] = field(default_factory=lambda: {"1": "某一公司", "2": "某二公司"})
    permit_error: GraphQLError | None = None
    busy: asyncio.Event = field(default_factory=asyncio.Event)

    def companies(self, _: Info, first: int) -> list[dict[str, Any]]:
        """Give the first companies."""
        return [self._company(code) for code in list(self.names)[:first]]

    def company(self, _: Info, code: str, **__: object) -> dict[str, Any] | None:
        """Give one company."""
        return self._company(code) if code in self.names else None

    def rename(self, _: Info, code: str, name: str) -> dict[str, Any]:
        """Give a company another name."""
        self.names[code] = name
        return self._company(code)

    async def wait(self, *_: object) -> int:
        """Give a number once the city is not busy any more."""
        await self.busy.wait()
        return 7

    def permits(self, company: Mapping[str, Any], _: Info) -> list[dict[str, Any]]:
        """Give a company's permits."""
        if self.permit_error is not None:
            raise self.permit_error
        return [{"number": f"P-{company['code']}", "holder": company}]

    def _company(self, code: str) -> dict[str, Any]:
        return {"__typename": "Company", "code": code, "name": self.names[code]}

    def schema(self, name: str) -> GraphQLSchema:
        """Give a subgraph's schema, with this city behind it."""
        root = "" if "type Query" in SDL[name] else "type Query"
        schema = build_schema(f"{SDL[name]} {root} {_MACHINERY} {_ENTITIES}", assume_valid_sdl=True)
        assert schema.query_type is not None
        fields = schema.query_type.fields
        fields["_entities"].resolve = lambda _, __, representations: representations
        schema.type_map["_Entity"].resolve_type = lambda value, *_: value["__typename"]  # type: ignore[attr-defined]  # a union
        if name == "companies":
            assert schema.mutation_type is not None
            fields["companies"].resolve = lambda _, info, **given: self.companies(info, **given)
            fields["company"].resolve = lambda _, info, **given: self.company(info, **given)
            fields["busy"].resolve = self.wait
            schema.mutation_type.fields["rename"].resolve = lambda _, info, **given: self.rename(info, **given)
        else:
            schema.type_map["Company"].fields["permits"].resolve = self.permits  # type: ignore[attr-defined]  # an object
        return schema


@dataclass
class Watched:
    """A subgraph, and what it was asked."""

    source: GraphqlSource
    asked: list[GraphqlRequest] = field(default_factory=list)

    async def ask(self, request: GraphqlRequest) -> GraphqlResponse:
        """Ask, and remember."""
        self.asked.append(request)
        return await self.source.ask(request)

    async def close(self) -> None:
        """Close it."""
        await self.source.close()


def composed(urls: Mapping[str, str] | None = None) -> str:
    """Give the city's supergraph."""
    given = urls or dict.fromkeys(SDL, "http://127.0.0.1:1/graphql")
    return compose([Subgraph(name, given[name], sdl) for name, sdl in SDL.items()]).supergraph


def settings_of(folder: Path, **over: Any) -> Settings:  # noqa: ANN401 (sections of the settings)
    """Give the settings of a house in a folder."""
    told = {"database": {"url": f"sqlite:///{folder}/trail.sqlite"}, "keys": {"folder": folder / "keys"}}
    return Settings.model_validate({**told, **over})


@dataclass(frozen=True)
class Guest:
    """Someone at the door of a house before the city's graph."""

    house: House[ForeignGraph]
    client: httpx2.AsyncClient
    city: City
    subgraphs: Mapping[str, Watched]

    async def ask(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **said: Any,  # noqa: ANN401 (the rest of a request)
    ) -> Told:
        """Ask one question by POST."""
        content = json.dumps({"query": query, "variables": dict(variables or {}), **said}, ensure_ascii=False).encode()
        return await self.send("POST", content=content, headers={"content-type": "application/json", **(headers or {})})

    async def send(
        self, method: str, *, content: bytes = b"", headers: Mapping[str, str] | None = None, query: str = ""
    ) -> Told:
        """Send any request."""
        answer = await self.client.request(method, f"/graphql{query}", content=content, headers=dict(headers or {}))
        return Told(answer.status_code, answer.headers, answer.content)

    @property
    def asked(self) -> dict[str, int]:
        """How often each subgraph was asked."""
        return {name: len(each.asked) for name, each in self.subgraphs.items()}

    def entries(self) -> list[dict[str, Any]]:
        """Give what the trail holds, heads and opened bodies together, the oldest first."""
        path = self.house.settings.database.url.removeprefix("sqlite:///")
        keys = Keys(self.house.settings.keys.folder)
        with closing(sqlite3.connect(path)) as database:
            asked = "SELECT stream, seq, key_id, head, sealed FROM audit_record ORDER BY at, seq"
            rows = database.execute(asked).fetchall()
        opened = []
        for stream, seq, key_id, head, sealed in rows:
            key = keys.existing_month_key(key_id)
            assert key is not None
            opened.append({**orjson.loads(head), **orjson.loads(unseal(sealed, stream, seq, key))})
        return opened


@asynccontextmanager
async def staying(
    settings: Settings,
    sources: Mapping[str, GraphqlSource] | None = None,
    spans: Any = None,  # noqa: ANN401 (an SDK's)
    sdl: str | None = None,
) -> AsyncIterator[Guest]:
    """Open a house before the city's graph, whose subgraphs are in this process unless *sources* has others."""
    city = City()
    local: dict[str, GraphqlSource] = {name: LocalSource(city.schema(name)) for name in SDL}
    watched = {name: Watched(source) for name, source in {**local, **(sources or {})}.items()}
    house = await open_foreign_house(settings, read_supergraph(sdl or composed()), watched, spans)
    try:
        transport = httpx2.ASGITransport(house.door, raise_app_exceptions=True)
        async with httpx2.AsyncClient(transport=transport, base_url="http://house.test") as client:
            yield Guest(house, client, city, watched)
    finally:
        await house.close()
