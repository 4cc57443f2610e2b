"""Puts the house together: settings in, an ASGI application out. The only module that knows every room."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any

import uvicorn
from opentelemetry.sdk.trace import SpanProcessor
from starlette.applications import Starlette

from connectors.connector import Connector
from connectors.errors import SourceError
from connectors.register import Register
from connectors.registry import discover
from connectors.sources.sql import SqlSource
from gateway.access import tokens
from gateway.access.callers import Verifier
from gateway.access.keys import Keys
from gateway.access.personas import RECOGNISED_CREDIT_SERVICES
from gateway.access.remote_keys import fetch_keys
from gateway.access.signatures import IssuerKeys
from gateway.answer import AboutItself, Desk
from gateway.audit.spans import SpanCopies, open_copies
from gateway.audit.trail import Trail, open_trail
from gateway.errors import AuditUnavailable, StartRefused
from gateway.federation.cache import ProcessCache, RedisCache, RowCache
from gateway.federation.cost import Bounds, Guard
from gateway.federation.cursors import Cursors
from gateway.federation.fetch import Fetching, Line
from gateway.federation.operations import Operations
from gateway.federation.plan import DEFAULT_FIRST, SubjectPlanner
from gateway.federation.references import References
from gateway.federation.resolve import Resolver
from gateway.federation.supergraph import CENTRE, Supergraph, day_of
from gateway.settings import ConnectorSource, Settings, handed_down, load
from gateway.store import Store, open_store, prepare
from gateway.web.graphql import GraphqlDoor, Receive, Scope, Send
from gateway.web.health import routes
from gateway.web.metrics import Metrics
from schema.catalogue import AGENCIES, BY_GRAPH_FIELD
from schema.graph import graph

__all__ = ["House", "application", "open_house", "serve"]


@dataclass(frozen=True, slots=True, eq=False)
class House:
    """An open gateway: the door of the graph, and all that must be closed again."""

    door: GraphqlDoor
    desk: Desk
    trail: Trail
    cache: RowCache | None
    keys: Keys
    verifier: Verifier
    settings: Settings
    metrics: Metrics
    _store: Store
    _connectors: Mapping[str, Connector]
    _register: Register
    _copies: SpanCopies | None

    async def close(self) -> None:
        """Write what waits, and give everything back."""
        if self._copies is not None:
            await asyncio.to_thread(self._copies.close)
        await self.trail.close()
        if self.cache is not None:
            await self.cache.close()
        for connector in self._connectors.values():
            await connector.close()
        await self._store.close()

    async def probe(self) -> dict[str, bool]:
        """Say of each part whether it is ready; an agency that is down does not make the gateway unready."""
        try:
            async with asyncio.timeout(1.0):
                await self._register.find("id", ["probe"])
            register = True
        except (SourceError, TimeoutError):
            register = False
        try:
            await self.trail.query_count(["probe"])
            trail = True
        except AuditUnavailable:
            trail = False
        return {"register": register, "trail": trail}


async def open_house(settings: Settings, spans: SpanProcessor | None = None) -> House:
    """Open a gateway; copies of its spans go to *spans*, else to the settings' collector, if there is one.

    Raises:
        StartRefused: naming what is missing, and how to mend it.

    """
    copies = open_copies(settings.telemetry.otlp_endpoint, spans)
    keys = Keys(settings.keys.folder)
    verifier = await _verifier(settings)
    store = open_store(settings.database.url)
    await prepare(store)
    trail = await open_trail(store, keys, deadline_s=settings.audit.deadline_s)
    sources = _sources(settings)
    reached = {agency: SqlSource(source.url, source.lanes) for agency, source in sources.items()}
    connectors = _connectors(reached, keys)
    register = Register(reached[CENTRE], keys.open)
    cache = _cache(settings, keys)
    lines = {
        agency: Line(each, sources[agency].lanes, sources[agency].deadline_s, sources[agency].lifetime_s)
        for agency, each in connectors.items()
    }
    supergraph = Supergraph.of(list(connectors.values()), {code: each.chinese for code, each in AGENCIES.items()})
    planner = SubjectPlanner(supergraph, Cursors(keys.cursor), keys.cursor, whole_records=cache is not None)
    resolver = Resolver(
        planner,
        Fetching(lines, cache),
        register,
        References(keys.subject_id, allow_synthetic_region=settings.allow_synthetic_region),
        trail.query_count,
        register_deadline_s=sources[CENTRE].deadline_s,
    )
    schema = graph()._schema  # noqa: SLF001 (Strawberry has no public way to its graphql-core schema)
    desk = Desk(
        operations=Operations(schema, settings.limits.tokens, _guard(settings).check),
        resolver=resolver,
        trail=trail,
        schema=schema,
        root_value=AboutItself(supergraph, _recognised(settings)),
        recognised=_recognised(settings),
        receipt_key=keys.receipt,
        most_subjects=settings.limits.subjects,
        today_offset_s=_offset_s(settings),
    )
    metrics = Metrics()
    door = GraphqlDoor(desk, verifier, settings.limits.body_bytes, metrics, copies)
    return House(door, desk, trail, cache, keys, verifier, settings, metrics, store, connectors, register, copies)


def _guard(settings: Settings) -> Guard:
    """Give the guard over documents, which knows how long a connection is when nothing is said."""
    limits = settings.limits
    bounds = Bounds(
        depth=limits.depth,
        aliases=limits.aliases,
        root_fields=limits.root_fields,
        directives=limits.directives,
        fields=limits.fields,
        cost=limits.cost,
    )
    return Guard(bounds, dict.fromkeys([*BY_GRAPH_FIELD, "searchSubjects"], DEFAULT_FIRST))


def _sources(settings: Settings) -> dict[str, ConnectorSource]:
    """Give each connector's address; the credit centre's own records are in the gateway's database by default."""
    own = ConnectorSource(url=settings.database.url)
    return {**settings.connectors, CENTRE: settings.connectors.get(CENTRE, own)}


def _connectors(sources: Mapping[str, SqlSource], keys: Keys) -> dict[str, Connector]:
    installed = discover()
    unknown = ", ".join(f"connectors.{agency}" for agency in sources if agency not in installed)
    if unknown:
        message = f"{unknown}: no such connector is installed, only {', '.join(installed)}"
        raise StartRefused(message)

    def pseudonym(number: str) -> str:
        return keys.subject_id("rid", number)

    return {agency: installed[agency](source, pseudonym) for agency, source in sources.items()}


def _cache(settings: Settings, keys: Keys) -> RowCache | None:
    if not settings.cache.enabled:
        return None
    if settings.redis.url is not None:
        return RedisCache(settings.redis.url, keys.cache)
    return ProcessCache(settings.cache.entries)


async def _verifier(settings: Settings) -> Verifier:
    """Give who checks tokens; the issuer's keys are read here, once."""
    auth = settings.auth
    if settings.demo:
        return Verifier(tokens.issuer_keys(settings.keys.folder), tokens.ISSUER, tokens.AUDIENCE)
    if auth.issuer is not None and auth.jwks_url is not None:
        return Verifier(await fetch_keys(auth.jwks_url), auth.issuer, auth.audience)
    if auth.issuer is not None and auth.jwks_file is not None:
        return Verifier(IssuerKeys.from_file(auth.jwks_file), auth.issuer, auth.audience)
    return Verifier(IssuerKeys.none(), "", auth.audience)


def _recognised(settings: Settings) -> Callable[[], Container[str]]:
    """Give the credit services recognised today (R15.4)."""
    if settings.demo:
        return lambda: RECOGNISED_CREDIT_SERVICES
    services = settings.auth.recognised_credit_services

    def today() -> Container[str]:
        day = day_of(time.time())
        return {
            each.code
            for each in services
            if each.recognised_from <= day and (each.recognised_to is None or day <= each.recognised_to)
        }

    return today if services else lambda: ()


def _offset_s(settings: Settings) -> float:
    """Give how far the demonstration's day lies from today, in seconds."""
    if settings.as_of is None:
        return 0.0
    return (settings.as_of - day_of(time.time())).days * 86_400.0


class _Front:
    """The ASGI application: the graph's path goes straight to its door, all else to Starlette."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._house: House | None = None
        self._others = Starlette(routes=routes(self._probe, self._metrics))
        self.refused: Exception | None = None
        """Why the house could not be opened."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        house = self._house
        if house is not None and scope["type"] == "http" and scope["path"] == "/graphql":
            await house.door(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._others(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Open the house when the server starts, and close it when it stops."""
        await receive()
        try:
            self._house = await open_house(self._settings)
        except Exception as refused:  # noqa: BLE001 (whatever it was, it is told where the command ends)
            self.refused = refused
            await send({"type": "lifespan.startup.failed"})
            return
        _settle_memory()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        house, self._house = self._house, None
        await house.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _metrics(self) -> Metrics | None:
        return self._house.metrics if self._house else None

    async def _probe(self) -> dict[str, bool]:
        return await self._house.probe() if self._house else {"open": False}


def _settle_memory() -> None:
    """Keep the garbage collector from walking through the graph, which stays, at every few hundred answers."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def application(settings: Settings | None = None) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Give the ASGI application of *settings*, or of the configuration's file and environment."""
    return _Front(settings or load())


def serve(settings: Settings) -> None:
    """Serve until told to stop.

    Raises:
        StartRefused: a part is missing, or the port is taken; with the cure.

    """
    server = settings.server
    options: dict[str, Any] = {
        "host": server.host,
        "port": server.port,
        "loop": "uvloop",
        "http": "httptools",
        "access_log": False,
        "log_level": "warning",
        "lifespan": "on",
        "date_header": True,
        "server_header": False,
    }
    if server.workers == 1:
        front = _Front(settings)
        try:
            uvicorn.run(front, **options)
        except SystemExit as ended:
            message = f"{server.host} port {server.port} cannot be listened on: take another by --port or server.port"
            raise front.refused or StartRefused(message) from ended
        return
    asyncio.run(_proved(settings))
    with handed_down(settings):
        uvicorn.run("gateway.app:application", factory=True, workers=server.workers, **options)


async def _proved(settings: Settings) -> None:
    """Open the house once before several processes do, so that what is missing is told once."""
    await (await open_house(settings)).close()
