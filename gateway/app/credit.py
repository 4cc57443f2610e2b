"""The credit graph, put together over the agencies' connectors, the rooms of collection, papers and trail (Art. 6)."""

import time
from dataclasses import replace
from typing import Final

from graphql import GraphQLSchema

from gateway.access.enumeration import DistinctSubjects
from gateway.access.keys import Keys
from gateway.access.papers import EvidenceFiles, PapersRoom, open_room
from gateway.answer import AboutItself, CreditGraph
from gateway.answer.inspector import Inspection
from gateway.app.caches import cache_of, dropping_from
from gateway.app.connectors import Connected, connect
from gateway.app.trail import SealedTrail
from gateway.audit.inspection import open_inspection
from gateway.audit.seal.notes import Signer
from gateway.collection.centre import Centre
from gateway.collection.obligations import Timeliness
from gateway.collection.opening import Ground, OpenCollection, offset_s, open_collection
from gateway.federation.cost import Bounds, Guard
from gateway.federation.operations import Operations
from gateway.federation.subjects.cursors import Cursors
from gateway.federation.subjects.deciding import SubjectPlanner
from gateway.federation.subjects.gathering import Gathering
from gateway.federation.subjects.parties import Parties
from gateway.federation.subjects.plan import DEFAULT_FIRST
from gateway.federation.subjects.references import References
from gateway.federation.subjects.resolve import Resolver
from gateway.federation.subjects.supergraph import Supergraph
from gateway.settings import Limits, Settings
from gateway.store import Store, open_store
from schema.catalogue import AGENCIES, BY_GRAPH_FIELD
from schema.disclosure import Standing
from schema.graph import graph

__all__ = ["open_credit_graph"]

_PAGED: Final = (
    *BY_GRAPH_FIELD,
    "searchSubjects",
    "papers",
    "grants",
    "queryLog",
    "violations",
    "quarantine",
    "obligations",
    "reportingReminders",
    "criticismReports",
    "submissions",
)
"""The fields that give a page of their things, of so many where a question does not say how many."""


def open_credit_graph(settings: Settings, keys: Keys, opened: SealedTrail) -> CreditGraph:
    """Open the credit graph, whose questions are counted and whose steps are entered in the trail.

    Raises:
        StartRefused: the settings name a connector that is not installed.

    """
    trail, store = opened.trail, opened.store
    connected = connect(settings, keys)
    centre = Centre(open_store(settings.centre.url))
    cache = cache_of(settings, keys)
    ground = Ground(store, centre, connected.ledger, keys, trail.append, dropping_from(cache))
    collection = open_collection(settings, ground)
    supergraph = _supergraph(connected)
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
        Gathering(connected.lines, cache),
        connected.register,
        references,
        trail.query_count,
        register_deadline_s=settings.centre.deadline_s,
        logs=inspected,
        timeliness=Timeliness(store.engine, centre, lambda: time.time() + offset_s(settings)),
    )
    parties = Parties(references, connected.register)
    papers = _papers(settings, keys, store, parties, collection)
    schema = graph()._schema  # noqa: SLF001 (Strawberry has no public way to its graphql-core schema)
    return CreditGraph(
        operations=_operations(settings.limits, schema),
        resolver=resolver,
        register=connected.register,
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
        introspection=frozenset(settings.limits.introspection),
        most_subjects=settings.limits.subjects,
        today_offset_s=offset_s(settings),
        connectors=connected.connectors,
        cache=cache,
        obligations=collection.obligations.desk,
        quality=collection.quality.desk,
        officers=collection.officers,
        collection=collection,
    )


def _supergraph(connected: Connected) -> Supergraph:
    """Give who serves which field, with the agencies' names as the ledger has them."""
    names = {code: each.chinese for code, each in AGENCIES.items()}
    names |= {code: connected.ledger.name_of(code) for code in connected.ledger.agencies}
    return Supergraph.of(list(connected.connectors.values()), names)


def _papers(settings: Settings, keys: Keys, store: Store, parties: Parties, collection: OpenCollection) -> PapersRoom:
    """Open the room of papers; a consent that ends there takes values out of what was collected (Art. 9(3))."""
    files = EvidenceFiles(settings.evidence_folder, keys, settings.evidence.file_bytes)
    papers = open_room(store, keys, files, parties, settings.audit.deadline_s)
    return replace(papers, ending=collection.withdrawal)


def _operations(limits: Limits, schema: GraphQLSchema) -> Operations:
    """Give how documents are read: within bounds, and with suggestions where everybody may see the whole graph."""
    guard = Guard(Bounds.within(limits), dict.fromkeys(_PAGED, DEFAULT_FIRST))
    suggests = frozenset(limits.introspection) == frozenset(Standing)
    return Operations(schema, limits.tokens, guard.check, suggests=suggests)
