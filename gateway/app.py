"""Puts the house together: settings in, an ASGI application out. The only module that knows every room."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import uvicorn
from opentelemetry.sdk.trace import SpanProcessor
from starlette.applications import Starlette
from starlette.routing import Route

from connectors.connector import Connector, Pseudonym
from connectors.register import Register
from connectors.registry import discover
from connectors.sources.sql import SqlSource
from connectors.subgraph import GraphqlSource
from gateway.access import tokens
from gateway.access.callers import PUBLIC_CALLER, Caller, Verifier
from gateway.access.enumeration import DistinctSubjects
from gateway.access.keys import Keys
from gateway.access.log_key import LogKeyFiles
from gateway.access.papers import EvidenceFiles, open_room
from gateway.access.remote_keys import fetch_keys
from gateway.access.signatures import IssuerKeys
from gateway.answer import AboutItself, CreditGraph, Desk, Graph
from gateway.answer.foreign import ForeignGraph, ForeignOperations, open_sources, read_graph
from gateway.answer.inspector import Inspection
from gateway.audit.inspection import open_inspection
from gateway.audit.retention import Keeping, Retention
from gateway.audit.seal import Seal, Sealing, open_seal
from gateway.audit.seal.notes import Signer
from gateway.audit.spans import SpanCopies, open_copies
from gateway.audit.trail import Trail, open_trail
from gateway.collection.centre import Centre
from gateway.collection.intake import Ledger
from gateway.collection.obligations import Timeliness
from gateway.collection.opening import Ground, Working, offset_s, open_collection
from gateway.collection.rulebook import Rule, missing, read_rules
from gateway.collection.workbooks import WorkbookDesk, bounds_of
from gateway.errors import AuditUnavailable, CollectionUnavailable, StartRefused
from gateway.federation.cost import Bounds, Guard
from gateway.federation.execution import Federation
from gateway.federation.operations import Operations
from gateway.federation.planning import JoinedGraph
from gateway.federation.rows.bell import Bell
from gateway.federation.rows.cache import CacheNotDropped, ProcessCache, RedisCache, RowCache
from gateway.federation.rows.line import Line
from gateway.federation.subjects.cursors import Cursors
from gateway.federation.subjects.deciding import SubjectPlanner
from gateway.federation.subjects.gathering import Gathering
from gateway.federation.subjects.parties import Parties
from gateway.federation.subjects.plan import DEFAULT_FIRST
from gateway.federation.subjects.references import References
from gateway.federation.subjects.resolve import Resolver
from gateway.federation.subjects.supergraph import CENTRE, Supergraph
from gateway.memory import settle_memory
from gateway.settings import ConnectorSource, Limits, Settings, handed_down, load
from gateway.store import Store, open_store, prepare
from gateway.store.durability import require_durable
from gateway.web.console import EvidenceByDoor, ReportingByDoor, Rooms, pages
from gateway.web.evidence import PATH as EVIDENCE
from gateway.web.evidence import EvidenceDoor
from gateway.web.graphql import GraphqlDoor, Manner, Receive, Scope, Send
from gateway.web.health import routes
from gateway.web.login import EndedSessions
from gateway.web.metrics import Metrics
from gateway.web.pace import Pace, Paced
from gateway.web.page import FOREIGN_PAGE
from gateway.web.submissions import PATH as SUBMISSIONS
from gateway.web.submissions import SubmissionsDoor
from gateway.web.workbooks import routes as template_routes
from schema.catalogue import AGENCIES, BY_GRAPH_FIELD
from schema.days import day_of
from schema.disclosure import Standing
from schema.graph import graph

__all__ = [
    "House",
    "application",
    "cache_of",
    "dropping_from",
    "ledger_of",
    "open_foreign_house",
    "open_house",
    "serve",
    "verifier_of",
]


_PAGED = ("obligations", "reportingReminders", "criticismReports", "submissions")
"""Pages of what is due and of what came, beside those of papers."""
_START_S = 5.0
"""How long the database may take at the start to say what it keeps."""
G_co = TypeVar("G_co", bound=Graph, covariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class House(Generic[G_co]):
    """An open gateway before one graph: its door, and all that must be closed again."""

    graph: G_co
    door: GraphqlDoor
    desk: Desk
    trail: Trail
    keys: Keys
    verifier: Verifier
    settings: Settings
    metrics: Metrics
    seal: Seal
    keeping: Keeping
    store: Store
    _copies: SpanCopies | None
    rules: tuple[Rule, ...] | None = None
    """The platform's own rules, one for each matter of Art. 14; a foreign graph rests on none."""
    evidence: EvidenceDoor | None = None
    """The door of files that prove papers; a foreign graph has none."""
    submissions: SubmissionsDoor | None = None
    """The door of what agencies report; a foreign graph has none."""
    working: Working | None = None
    """What the rooms of collection do by themselves; a foreign graph has none."""

    async def close(self) -> None:
        """Write what waits, and give everything back."""
        if self.working is not None:
            await self.working.close()
        if self.submissions is not None:
            await self.submissions.close()
        if self._copies is not None:
            await asyncio.to_thread(self._copies.close)
        await self.keeping.close()
        await self.trail.close()
        await self.seal.close()
        await self.graph.close()
        await self.store.close()

    async def probe(self) -> dict[str, bool]:
        """Say of each part whether it is ready."""
        try:
            await self.trail.query_count(["probe"])
            trail = True
        except AuditUnavailable:
            trail = False
        rules = {} if self.rules is None else {"rules": not missing(self.rules, day_of(time.time()))}
        return {**await self.graph.ready(), "trail": trail, "seal": self.seal.well, **rules}


async def open_house(settings: Settings, spans: SpanProcessor | None = None) -> House[CreditGraph]:
    """Open a gateway before the credit graph; copies of its spans go to *spans*, else to the settings' collector.

    Raises:
        StartRefused: naming what is missing, and how to mend it.

    """
    keys, rules = Keys(settings.keys.folder), read_rules(settings.rules.file)
    verifier = await verifier_of(settings)

    def credit(trail: Trail, store: Store) -> CreditGraph:
        return _credit_graph(settings, keys, trail, store)

    manner = Manner(settings.limits.body_bytes, _pace_of_questions(settings.limits))
    house = await _opened(settings, keys, verifier, manner, graph_of=credit, spans=spans)
    house = replace(house, rules=rules)
    room, collection, ahead_s = house.graph.room, house.graph.collection, house.graph.today_offset_s
    if room is None or collection is None:
        return house
    await collection.settle(settings)
    evidence = EvidenceDoor(room, house.trail, verifier, lambda: time.time() + ahead_s)
    desk = WorkbookDesk(bounds_of(settings.workbooks))
    submissions = SubmissionsDoor(collection.intake, verifier, settings.collection, desk)
    working = collection.work(settings, house.graph.connectors)
    house.metrics.watch(working.figures)
    return replace(house, evidence=evidence, submissions=submissions, working=working)


async def open_foreign_house(
    settings: Settings,
    joined: JoinedGraph,
    sources: Mapping[str, GraphqlSource] | None = None,
    spans: SpanProcessor | None = None,
) -> House[ForeignGraph]:
    """Open a gateway before a foreign graph; its subgraphs are asked at their addresses, or by *sources*.

    Raises:
        StartRefused: naming what is missing, and how to mend it.

    """
    foreign, limits = settings.foreign, settings.limits
    reached = open_sources(joined, foreign) if sources is None else sources
    known = settings.demo or settings.auth.issuer is not None
    verifier = await verifier_of(settings) if known else _Anybody(IssuerKeys.none(), "", settings.auth.audience)
    operations = ForeignOperations.within(limits, joined.api)
    graph = ForeignGraph(operations, Federation.over(joined, reached), foreign.operation_s, reached)
    passed = tuple(name.lower() for name in foreign.passed_headers)
    manner = Manner(limits.body_bytes, _pace_of_questions(limits), passed, FOREIGN_PAGE)
    return await _opened(
        settings, Keys(settings.keys.folder), verifier, manner, graph_of=lambda _, __: graph, spans=spans
    )


def _pace_of_questions(limits: Limits) -> Pace:
    """Give how fast a question's body must come: nobody knows yet who sends it."""
    return Pace(limits.question_s, limits.body_pace)


async def _opened(  # noqa: PLR0913 (all that a house is opened with)
    settings: Settings,
    keys: Keys,
    verifier: Verifier,
    manner: Manner,
    *,
    graph_of: Callable[[Trail, Store], G_co],
    spans: SpanProcessor | None,
) -> House[G_co]:
    """Open the rooms that every graph has, and put the graph between trail and door."""
    copies = open_copies(settings.telemetry.otlp_endpoint, spans)
    store = open_store(settings.database.url)
    await prepare(store)
    audit = settings.audit
    if not settings.demo:
        await require_durable(
            store.address, require_standby=audit.require_standby, timeout_s=max(audit.deadline_s, _START_S)
        )
    seal = await open_seal(store, keys.log, _sealing(settings), LogKeyFiles(settings.keys.folder).all)
    trail = await open_trail(
        store, keys, deadline_s=audit.deadline_s, require_standby=audit.require_standby, kept=seal.kept
    )
    graph = graph_of(trail, store)
    keeping = Keeping(store, Retention(store, keys, trail.append))
    desk, metrics = Desk(graph, trail, keys.receipt), Metrics(lambda: (*seal.figures(), *keeping.figures()))
    door = GraphqlDoor(desk, verifier, manner, metrics, copies)
    return House(graph, door, desk, trail, keys, verifier, settings, metrics, seal, keeping, store, copies)


def _sealing(settings: Settings) -> Sealing:
    audit = settings.audit
    return Sealing(
        audit.origin, audit.suite, audit.seal_s, audit.anchors.folder, audit.anchors.url, audit.anchors.every_s
    )


def _credit_graph(settings: Settings, keys: Keys, trail: Trail, store: Store) -> CreditGraph:
    sources = _sources(settings)
    installed = _installed(sources)
    reached = {
        agency: SqlSource(source.url, source.lanes, installed[agency].wall) for agency, source in sources.items()
    }
    pseudonym = _pseudonym(keys)
    connectors = {code: installed[code](source, pseudonym) for code, source in reached.items() if code != CENTRE}
    ledger = Ledger.of(settings.collection.agencies, {code: each.records for code, each in connectors.items()})
    centre = Centre(open_store(settings.centre.url))
    connectors[CENTRE] = installed[CENTRE](reached[CENTRE], pseudonym, ledger.kept_by_centre())
    register = Register(reached[CENTRE], keys.open)
    cache = cache_of(settings, keys)
    ground = Ground(store, centre, ledger, keys, trail.append, dropping_from(cache))
    collection = open_collection(settings, ground)
    lines = {
        agency: Line(each, sources[agency].lanes, sources[agency].deadline_s, sources[agency].lifetime_s)
        for agency, each in connectors.items()
    }
    names = {code: each.chinese for code, each in AGENCIES.items()}
    names |= {code: ledger.name_of(code) for code in ledger.agencies}
    supergraph = Supergraph.of(list(connectors.values()), names)
    planner = SubjectPlanner(
        supergraph,
        Cursors(keys.cursor),
        keys.cursor,
        whole_records=cache is not None,
        anchor=settings.retention.anchor,
    )
    references = References(keys.subject_id, allow_synthetic_region=settings.allow_synthetic_region)
    inspected = open_inspection(store, keys, Signer(settings.audit.origin, keys.log).reader.vkey)
    resolver = Resolver(
        planner,
        Gathering(lines, cache),
        register,
        references,
        trail.query_count,
        register_deadline_s=sources[CENTRE].deadline_s,
        logs=inspected,
        timeliness=Timeliness(store.engine, centre, lambda: time.time() + offset_s(settings)),
    )
    schema = graph()._schema  # noqa: SLF001 (Strawberry has no public way to its graphql-core schema)
    guard = Guard(
        Bounds.within(settings.limits),
        dict.fromkeys(
            [*BY_GRAPH_FIELD, "searchSubjects", "papers", "grants", "queryLog", "violations", "quarantine", *_PAGED],
            DEFAULT_FIRST,
        ),
    )
    files = EvidenceFiles(settings.evidence_folder, keys, settings.evidence.file_bytes)
    parties = Parties(references, register)
    papers = open_room(store, keys, files, parties, settings.audit.deadline_s)
    papers = replace(papers, ending=collection.withdrawal)
    described = frozenset(settings.limits.introspection)
    return CreditGraph(
        operations=Operations(schema, settings.limits.tokens, guard.check, suggests=described == frozenset(Standing)),
        resolver=resolver,
        register=register,
        schema=schema,
        papers=papers.register,
        room=papers,
        subject_id=keys.subject_id,
        root_value=AboutItself(supergraph),
        desk=papers.desk,
        catalogues=collection.catalogues,
        violations=collection.violations,
        submissions=collection.submissions,
        quarantine=collection.quarantine,
        inspection=Inspection(inspected, parties),
        distinct=DistinctSubjects(settings.limits.subjects_per_hour),
        introspection=described,
        most_subjects=settings.limits.subjects,
        today_offset_s=offset_s(settings),
        connectors=connectors,
        cache=cache,
        obligations=collection.obligations.desk,
        quality=collection.quality.desk,
        officers=collection.officers,
        collection=collection,
    )


class _Anybody(Verifier):
    """Takes everybody for the public: without an issuer, what a foreign graph's asker sends is for its subgraphs."""

    def caller_of(self, authorization_header: str | None, now: float) -> Caller:  # noqa: ARG002 (the door's own call)
        """Give the public."""
        return PUBLIC_CALLER


def _sources(settings: Settings) -> dict[str, ConnectorSource]:
    """Give each connector's address; the credit centre's own records are in the gateway's database by default."""
    return {**settings.connectors, CENTRE: settings.centre}


def _installed(sources: Mapping[str, ConnectorSource]) -> Mapping[str, type[Connector]]:
    """Give the installed connectors by agency, of which every source must be one."""
    installed = discover()
    unknown = ", ".join(f"connectors.{agency}" for agency in sources if agency not in installed)
    if unknown:
        message = f"{unknown}: no such connector is installed, only {', '.join(installed)}"
        raise StartRefused(message)
    return installed


def _pseudonym(keys: Keys) -> Pseudonym:
    def pseudonym(number: str) -> str:
        return keys.subject_id("rid", number)

    return pseudonym


def ledger_of(settings: Settings, keys: Keys) -> Ledger:
    """Give the agencies that report, with what the connected systems of the settings serve; none is asked."""
    installed, pseudonym = _installed(_sources(settings)), _pseudonym(keys)
    served = {
        code: installed[code](SqlSource(source.url), pseudonym).records
        for code, source in settings.connectors.items()
        if code != CENTRE
    }
    return Ledger.of(settings.collection.agencies, served)


def dropping_from(cache: RowCache | None) -> Callable[[Collection[str]], Awaitable[None]]:
    """Give how every process's cache is made to forget subjects (R11.3)."""

    async def dropping(subject_ids: Collection[str]) -> None:
        try:
            if cache is not None:
                await cache.drop(*subject_ids)
        except CacheNotDropped as failure:
            message = f"rows that were kept could not be dropped: {failure}"
            raise CollectionUnavailable(message) from failure

    return dropping


def cache_of(settings: Settings, keys: Keys) -> RowCache | None:
    """Give where rows are kept between questions, None where nowhere."""
    if not settings.cache.enabled:
        return None
    if settings.redis.url is not None:
        return RedisCache(settings.redis.url, keys.cache)
    return ProcessCache(settings.cache.entries, Bell(settings.keys.folder / "caches.bell"))


async def verifier_of(settings: Settings) -> Verifier:
    """Give who checks tokens; the issuer's keys are read here, once."""
    auth = settings.auth
    if settings.demo:
        return Verifier(tokens.issuer_keys(settings.keys.folder), tokens.ISSUER, tokens.AUDIENCE)
    if auth.issuer is not None and auth.jwks_url is not None:
        return Verifier(await fetch_keys(auth.jwks_url), auth.issuer, auth.audience)
    if auth.issuer is not None and auth.jwks_file is not None:
        return Verifier(IssuerKeys.from_file(auth.jwks_file), auth.issuer, auth.audience)
    return Verifier(IssuerKeys.none(), "", auth.audience)


class _Front:
    """The ASGI application: the graph's path goes straight to its door, all else to Starlette."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._joined = read_graph(settings.foreign) if settings.foreign.is_served else None
        self._house: House[Graph] | None = None
        self._pace = Pace(settings.limits.body_s, settings.limits.body_pace)
        self._others = Starlette(routes=routes(self._probe, self._metrics))
        """All but the graph's own path; the pages for people come in when the house is open."""
        self.refused: Exception | None = None
        """Why the house could not be opened."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        house = self._house
        if house is not None and scope["type"] == "http" and scope["path"] == "/graphql":
            await house.door(scope, receive, send)
            return
        if scope["type"] == "http" and scope["method"] == "POST":
            paced = Paced(receive, self._pace)
            receive, send = paced.receive, paced.closing(send)
        if house is not None and house.evidence is not None and _is_below(EVIDENCE, scope):
            await house.evidence(scope, receive, send)
        elif house is not None and house.submissions is not None and _is_below(SUBMISSIONS, scope):
            await house.submissions(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._others(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Open the house when the server starts, and close it when it stops."""
        await receive()
        try:
            self._house = await _open_any(self._settings, self._joined)
            self._others = Starlette(routes=[*routes(self._probe, self._metrics), *_pages(self._house)])
        except Exception as refused:  # noqa: BLE001 (whatever it was, it is told where the command ends)
            self.refused = refused
            await send({"type": "lifespan.startup.failed"})
            return
        settle_memory()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        house, self._house = self._house, None
        await house.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _metrics(self) -> Metrics | None:
        return self._house.metrics if self._house else None

    async def _probe(self) -> dict[str, bool]:
        return await self._house.probe() if self._house else {"open": False}


def _is_below(door: str, scope: Scope) -> bool:
    path: str = scope["path"] if scope["type"] == "http" else ""
    return path == door or path.startswith(f"{door}/")


def _pages(house: House[Graph]) -> list[Route]:
    """Give the pages for people: they are of the credit graph, and a city's own graph has none."""
    evidence, submissions = house.evidence, house.submissions
    if evidence is None or submissions is None:
        return []
    reporting = ReportingByDoor(submissions.before, submissions.intake)
    ended = EndedSessions(house.store.engine, house.keys.session)
    evidence_room = EvidenceByDoor(evidence.before)
    rooms = Rooms(house.desk, evidence_room, house.verifier, house.keys.session, ended, reporting)
    return [*template_routes(), *pages(house.settings, rooms)]


def application(settings: Settings | None = None) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Give the ASGI application of *settings*, or of the configuration's file and environment.

    Raises:
        StartRefused: the foreign graph that the settings name cannot be served.

    """
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
    joined = read_graph(settings.foreign) if settings.foreign.is_served else None
    house = await _open_any(settings, joined)
    await house.close()


async def _open_any(settings: Settings, joined: JoinedGraph | None) -> House[Graph]:
    return await open_house(settings) if joined is None else await open_foreign_house(settings, joined)
