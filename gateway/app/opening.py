"""The opening of a house: before the credit graph, or before a graph that a city brought along."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from opentelemetry.sdk.trace import SpanProcessor

from connectors.subgraph import GraphqlSource
from gateway.access.callers import Verifier
from gateway.access.keys import Keys
from gateway.answer import CreditGraph, Desk, Graph
from gateway.answer.foreign import ForeignGraph, ForeignOperations, open_sources, read_graph
from gateway.app.credit import open_credit_graph
from gateway.app.house import House
from gateway.app.trail import SealedTrail, open_sealed_trail
from gateway.app.verifier import verifier_of, verifier_of_foreign
from gateway.audit.retention import Keeping, Retention
from gateway.audit.spans import open_copies
from gateway.collection.rulebook import read_rules
from gateway.collection.workbooks import WorkbookDesk, bounds_of
from gateway.federation.execution import Federation
from gateway.federation.planning import JoinedGraph
from gateway.settings import Limits, Settings
from gateway.web.evidence import EvidenceDoor
from gateway.web.graphql import GraphqlDoor, Manner
from gateway.web.metrics import Metrics
from gateway.web.pace import Pace
from gateway.web.page import FOREIGN_PAGE
from gateway.web.submissions import SubmissionsDoor

__all__ = ["foreign_graph_of", "open_foreign_house", "open_house", "open_named"]

G_co = TypeVar("G_co", bound=Graph, covariant=True)


async def open_house(settings: Settings, spans: SpanProcessor | None = None) -> House[CreditGraph]:
    """Open a gateway before the credit graph; copies of its spans go to *spans*, else to the settings' collector.

    Raises:
        StartRefused: naming what is missing, and how to mend it.

    """
    keys, rules = Keys(settings.keys.folder), read_rules(settings.rules.file)
    verifier = await verifier_of(settings)
    entrance = _Entrance(keys, verifier, Manner(settings.limits.body_bytes, _pace_of_questions(settings.limits)))
    house = await _opened(settings, entrance, lambda opened: open_credit_graph(settings, keys, opened), spans)
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
    verifier = await verifier_of_foreign(settings)
    operations = ForeignOperations.within(limits, joined.api)
    graph = ForeignGraph(operations, Federation.over(joined, reached), foreign.operation_s, reached)
    passed = tuple(name.lower() for name in foreign.passed_headers)
    manner = Manner(limits.body_bytes, _pace_of_questions(limits), passed, FOREIGN_PAGE)
    return await _opened(settings, _Entrance(Keys(settings.keys.folder), verifier, manner), lambda _: graph, spans)


def foreign_graph_of(settings: Settings) -> JoinedGraph | None:
    """Give the graph that a city brought along, None where the credit graph is served.

    Raises:
        StartRefused: the one that the settings name cannot be served.

    """
    return read_graph(settings.foreign) if settings.foreign.is_served else None


async def open_named(settings: Settings, joined: JoinedGraph | None) -> House[Graph]:
    """Open a gateway before a foreign graph, or before the credit graph where there is none.

    Raises:
        StartRefused: naming what is missing, and how to mend it.

    """
    return await open_house(settings) if joined is None else await open_foreign_house(settings, joined)


@dataclass(frozen=True, slots=True)
class _Entrance:
    """What a question passes first: the house's keys, who checks tokens, and how questions are taken."""

    keys: Keys
    verifier: Verifier
    manner: Manner


def _pace_of_questions(limits: Limits) -> Pace:
    """Give how fast a question's body must come: nobody knows yet who sends it."""
    return Pace(limits.question_s, limits.body_pace)


async def _opened(
    settings: Settings,
    entrance: _Entrance,
    graph_of: Callable[[SealedTrail], G_co],
    spans: SpanProcessor | None,
) -> House[G_co]:
    """Open the rooms that every graph has, and put the graph between trail and door."""
    keys, verifier = entrance.keys, entrance.verifier
    copies = open_copies(settings.telemetry.otlp_endpoint, spans)
    opened = await open_sealed_trail(settings, keys)
    trail, seal, store = opened.trail, opened.seal, opened.store
    graph = graph_of(opened)
    keeping = Keeping(store, Retention(store, keys, trail.append))
    desk, metrics = Desk(graph, trail, keys.receipt), Metrics(lambda: (*seal.figures(), *keeping.figures()))
    door = GraphqlDoor(desk, verifier, entrance.manner, metrics, copies)
    return House(graph, door, desk, trail, keys, verifier, settings, metrics, seal, keeping, store, copies)
