"""Selections and a clearance, made a plan: the answer's shape, the fetches, what is withheld and why.

Decisions fall here, before anything is fetched: a field above the clearance is in no selection, and a type that can
hold no record for the clearance is in no fetch (R15.2, R15.9). Pure: no clock, no network, no database.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode, IntValueNode

from gateway.errors import Text
from gateway.federation.planning import Hold, Holdings, Plan, draw_onward
from gateway.federation.planning.needs import Needs, NeedsReader
from gateway.federation.rows.requests import RowsRequest, requests_of
from gateway.federation.selections import Selector, argument_of
from gateway.federation.subjects.columns import columns_of, floor_of, told_by
from gateway.federation.subjects.cursors import Cursors
from gateway.federation.subjects.decisions import Decisions
from gateway.federation.subjects.graph import REGISTER, TYPE_NAMES, join
from gateway.federation.subjects.logs import LogPlan, log_fields
from gateway.federation.subjects.plan import (
    DEFAULT_FIRST,
    LARGEST_PAGE,
    ConnectionPlan,
    Path,
    SourcesPlan,
    SubjectPlan,
    Viewpoint,
)
from gateway.federation.subjects.project import compile_projection
from gateway.federation.subjects.reach import Reach
from gateway.federation.subjects.records import Layout, Reading
from gateway.federation.subjects.shape import (
    BackReference,
    ConnectionShape,
    Constant,
    Fields,
    NodesShape,
    PageInfoShape,
    ProviderShape,
    QueryCount,
    QueryLog,
    RecordValue,
    Shape,
    SourcesShape,
    SubjectValue,
    Total,
)
from gateway.federation.subjects.supergraph import Supergraph
from schema.catalogue import BY_GRAPH_FIELD, ENVELOPE, RECORDS
from schema.definition import RecordDefinition
from schema.disclosure import Decision, LegalBasis
from schema.graph import graph
from schema.retention import Anchor
from schema.tiers import Tier

__all__ = ["SubjectPlanner"]

_REPORTED = (RecordValue("lastSubmission"), RecordValue("overdue"))
"""How an agency reports, of all that is said of a source."""
_WRITTEN_BY_HAND = frozenset({"name", "organizationCode", "registrationNumber", "taxpayerNumber", "regionCode"})
"""What of a subject may hold anything; its credit code is the register's own key, checked before it is there."""


class SubjectPlanner:
    """Makes the plans of one supergraph."""

    def __init__(
        self,
        supergraph: Supergraph,
        cursors: Cursors,
        identity: bytes,
        *,
        whole_records: bool,
        anchor: Anchor = Anchor.END,
    ) -> None:
        """Prepare; *whole_records* selects all that a clearance opens, so that cached rows serve any later question.

        *anchor* says from when the five years of Art. 20 count (AMB-03).
        """
        self.supergraph = supergraph
        self.graph = join(graph()._schema, supergraph)  # noqa: SLF001 (Strawberry has no public way to its schema)
        self.holdings = Holdings(self.graph)
        self.cursors = cursors
        self.identity = identity
        self.whole_records = whole_records
        self.anchor = anchor

    def plan(self, nodes: Sequence[FieldNode], selector: Selector, viewpoint: Viewpoint) -> SubjectPlan:
        """Plan what *nodes*, all of one response key, select of a subject."""
        reader = NeedsReader(self.graph, selector.fragments, selector.conditions)
        needs = Needs(TYPE_NAMES[viewpoint.kind])
        reach, decisions = Reach(self.supergraph, viewpoint), Decisions(viewpoint)
        return _Planning(self, selector, viewpoint, reach, reader, decisions, needs).plan(nodes)

    def asked(self, needs: Needs) -> Plan:
        """Give who is asked for what must be known of a subject that the register has in hand."""
        return draw_onward(self.graph, Hold(REGISTER, needs.static), needs, self.holdings)

    def requests(self, plan: Plan) -> Iterator[RowsRequest]:
        """Give what a plan asks the connectors for, in their order: of equal versions the earlier's is told."""
        of = {fetch.subgraph: fetch for fetch in plan.fetches}
        for agency, connector in self.supergraph.connectors.items():
            if agency in of:
                yield from requests_of(connector, of[agency].selection)


@dataclass
class _Planning:
    """One plan in the making."""

    planner: SubjectPlanner
    selector: Selector
    viewpoint: Viewpoint
    reach: Reach
    reader: NeedsReader
    decisions: Decisions
    needs: Needs
    """Of what is open: the subject's own values, and what the office says of it; records come to it last."""
    connections: list[ConnectionPlan | None] = field(default_factory=list)
    columns: dict[str, set[str]] = field(default_factory=dict)
    counts: bool = False
    logs: list[LogPlan] = field(default_factory=list)
    sources: list[SourcesPlan] = field(default_factory=list)

    def plan(self, nodes: Sequence[FieldNode]) -> SubjectPlan:
        shape = self._subject(nodes, (), None)
        planner, viewpoint, reach = self.planner, self.viewpoint, self.reach
        readings = {name: self._reading(RECORDS[name], wanted) for name, wanted in self.columns.items()}
        self.needs.items.update({(each.on, each.key): each for each in reach.needs(readings)})
        asked = planner.asked(self.needs)
        fetches, decisions = tuple(planner.requests(asked)), self.decisions
        connections = tuple(each for each in self.connections if each is not None)
        return SubjectPlan(
            viewpoint=viewpoint,
            project=compile_projection(shape, viewpoint.kind, readings, planner.cursors, planner.supergraph.agencies),
            connections=connections,
            resolvers=tuple(f"resolve {self.needs.static}.{each.record.graph_field}" for each in connections),
            readings=readings,
            asked=asked.made_ready(),
            fetches=fetches,
            places=tuple(place for each in fetches for place in each.places),
            denied=tuple(decisions.denied),
            counts=self.counts,
            logs=tuple(self.logs),
            sources=tuple(self.sources),
            asks_reported=any(each.reported for each in self.sources),
            known_sources=tuple(reach.known_sources()),
            disclosed=tuple(decisions.disclosed.values()),
            shape=decisions.line_shape(connections),
            highest=str(decisions.highest.value),
        )

    def _reading(self, record: RecordDefinition, wanted: set[str]) -> Reading:
        planner = self.planner
        return self.reach.reading(record, wanted, planner.identity, planner.anchor, whole_records=planner.whole_records)

    # The subject

    def _subject(self, nodes: Sequence[FieldNode], path: Path, under: int | None) -> Fields:
        name = TYPE_NAMES[self.viewpoint.kind]
        selected = self.selector.under(nodes, (name, "Subject"))
        return Fields(
            tuple((key, self._of_subject(name, below, (*path, key), under)) for key, below in selected.items())
        )

    def _of_subject(self, type_name: str, nodes: list[FieldNode], path: Path, under: int | None) -> Shape:
        name = nodes[0].name.value
        record = BY_GRAPH_FIELD.get(name)
        if record is not None:
            return self._connection(type_name, record, nodes, path, under)
        if name == "__typename":
            return Constant(type_name)
        if name == "sources":
            return self._sources(type_name, nodes, path, under)
        if name == "queryCount":
            return self._query_count(type_name, nodes, path, under)
        if name == "queryLog":
            return self._query_log(type_name, nodes, path, under)
        self.decisions.disclose(f"{type_name}.{name}", Tier.PUBLIC, path)
        self.reader.add(nodes, type_name, self.needs)
        clearance = self.viewpoint.clearance
        unknown = clearance.highest is Tier.PUBLIC and clearance.scope is None
        masked = name == "name" and type_name == "Individual" and unknown
        scrubbed = name in _WRITTEN_BY_HAND and clearance.highest is not Tier.RESTRICTED
        return SubjectValue(_attribute(name), masked, scrubbed)

    def _sources(self, type_name: str, nodes: Sequence[FieldNode], path: Path, under: int | None) -> Shape:
        self.reader.add(nodes, type_name, self.needs)
        fields = self._plain(nodes, "SourceStatus")
        reported = tuple(key for key, shape in fields.members if shape in _REPORTED)
        self.sources.append(SourcesPlan(path, under, reported))
        return SourcesShape(fields)

    def _query_count(self, type_name: str, nodes: Sequence[FieldNode], path: Path, under: int | None) -> Shape:
        if self.viewpoint.count_visible:
            self.counts = True
            self.reader.add(nodes, type_name, self.needs)
            self.decisions.disclose(f"{type_name}.queryCount", Tier.PUBLIC, path)
            return QueryCount()
        said = Text("the query count is for the subject itself and for auditors", "累计查询次数仅供本人和审计人员查阅")
        return self._forbid(f"{type_name}.queryCount", path, under, said)

    def _query_log(self, type_name: str, nodes: Sequence[FieldNode], path: Path, under: int | None) -> Shape:
        if not self.viewpoint.count_visible:
            said = Text("who looked is told to the subject itself and to auditors", "查询记录仅供本人和审计人员查阅")
            return self._forbid(f"{type_name}.queryLog", path, under, said)
        self.decisions.disclose(f"{type_name}.queryLog", Tier.PUBLIC, path)
        self.reader.add(nodes, type_name, self.needs)
        first, after = argument_of(nodes[0], "first", DEFAULT_FIRST), argument_of(nodes[0], "after", None)
        self.logs.append(LogPlan(path, first, after, under, log_fields(self.selector, nodes)))
        return QueryLog(len(self.logs) - 1)

    def _forbid(self, coordinate: str, path: Path, under: int | None, said: Text) -> Shape:
        self.decisions.forbid(coordinate, path, under, said)
        return Constant(None)

    def _plain(self, nodes: Sequence[FieldNode], type_name: str) -> Fields:
        """Shape an object whose fields are all its own and open."""
        return Fields(
            tuple(
                (key, _plain_value(below[0].name.value, type_name))
                for key, below in self.selector.under(nodes, (type_name,)).items()
            )
        )

    # Connections

    def _connection(
        self, type_name: str, record: RecordDefinition, nodes: list[FieldNode], path: Path, under: int | None
    ) -> Shape:
        floor = floor_of(record, self.viewpoint.kind)
        decision = self.viewpoint.clearance.decide_records(floor, record.name) if floor else _EXCLUDED_BY_LAW
        if not decision.allowed:
            own_too = floor is not None and self.reach.reports(record)
            if not own_too or self.reach.others_serve(record):
                coordinate = f"{type_name}.{record.graph_field}"
                self.decisions.deny(path, coordinate, floor or Tier.RESTRICTED, decision, under)
            if not own_too:
                return Constant(None)
        index = len(self.connections)
        self.connections.append(None)
        always = Layout.always(record, expires=self.viewpoint.expires, published=self.reach.is_published(record))
        wanted = self.columns.setdefault(record.name, set(always))
        watched: dict[str, list[tuple[str, str]]] = {}
        totals: list[Path] = []
        members: list[tuple[str, Shape]] = []
        for key, below in self.selector.under(nodes, (f"{record.name}Connection",)).items():
            match below[0].name.value:
                case "__typename":
                    members.append((key, Constant(f"{record.name}Connection")))
                case "totalCount":
                    totals.append((*path, key))
                    members.append((key, Total()))
                case "pageInfo":
                    members.append((key, PageInfoShape(self._plain(below, "PageInfo"))))
                case _:
                    node = _Node(self, record, path, key, index, under, floor or record.tier, wanted, watched)
                    members.append((key, NodesShape(node.fields(below))))
        self.decisions.disclose(f"{type_name}.{record.graph_field}", floor or record.tier, path, decision)
        self.connections[index] = ConnectionPlan(
            path=path,
            record=record,
            first=argument_of(nodes[0], "first", DEFAULT_FIRST),
            after=argument_of(nodes[0], "after", None),
            plain_first=_plain_first(nodes[0]) if under is None and self.reach.serving(record) else None,
            under=under,
            totals=tuple(totals),
            watched={column: tuple(paths) for column, paths in watched.items()},
        )
        return ConnectionShape(index, record.name, Fields(tuple(members)))


def _plain_value(name: str, type_name: str) -> Shape:
    return Constant(type_name) if name == "__typename" else RecordValue(name)


@dataclass
class _Node:
    """The records of one connection: their fields, and which columns those need."""

    planning: _Planning
    record: RecordDefinition
    path: Path
    place: str
    index: int
    under: int | None
    floor: Tier
    wanted: set[str]
    watched: dict[str, list[tuple[str, str]]]

    def fields(self, nodes: Sequence[FieldNode]) -> Fields:
        selected = self.planning.selector.under(nodes, (self.record.name, "CreditRecord"))
        return Fields(tuple((key, self._field(key, below)) for key, below in selected.items()))

    def _field(self, key: str, nodes: list[FieldNode]) -> Shape:
        name = nodes[0].name.value
        if name in _CONSTANTS:
            return Constant(_CONSTANTS[name](self.record, self.planning.viewpoint.kind))
        coordinate = f"{self.record.name}.{name}"
        definition = self.record.fields.get(name) or ENVELOPE[name]
        clearance = self.planning.viewpoint.clearance
        decision = self._decision(name, definition.tier)
        if not decision.allowed:
            own_too = self.planning.reach.reports(self.record)
            if not own_too or self.planning.reach.others_serve(self.record):
                self.planning.decisions.deny(self.path, coordinate, definition.tier, decision, self.under)
            if not own_too:
                return Constant(None)
        self.planning.decisions.disclose(coordinate, max(definition.tier, self.floor), self.path, decision)
        if name == "subject":
            path = (*self.path, self.place, 0, key)
            return BackReference(self.planning._subject(nodes, path, self.index))  # noqa: SLF001 (one room)
        for column in columns_of(self.record, name):
            self.wanted.add(column)
            self.watched.setdefault(column, []).append((self.place, key))
        if name == "provider":
            return ProviderShape(self.planning._plain(nodes, "Agency"))  # noqa: SLF001 (one room)
        if definition.mask is not None and "counterpartyCategory" in self.record.fields:
            self.wanted.add("counterpartyCategory")
        highest = self.planning.reach.highest_of(self.record)
        public, scrubbed = highest is Tier.PUBLIC, highest is not Tier.RESTRICTED
        return RecordValue(name, public, scrubbed, clearance.own, alone=not decision.allowed)

    def _decision(self, name: str, level: Tier) -> Decision:
        """Decide on a field; a day or word of the envelope that is one of the record's own values is decided as that.

        What else the envelope has is there with the record, since no paper can name it.
        """
        clearance, record = self.planning.viewpoint.clearance, self.record
        if name in record.fields:
            return clearance.decide_field(level, record.name, name, self.floor)
        told = sorted(told_by(record, name))
        decisions = [clearance.decide(level, record.name, name)]
        decisions += [clearance.decide_field(level, record.name, each, self.floor) for each in told]
        return next((each for each in decisions if not each.allowed), decisions[0])


def _plain_first(node: FieldNode) -> int | None:
    """Give the number of records that a document's own literal asks for, where it is a good one."""
    first = DEFAULT_FIRST
    for argument in node.arguments or ():
        if argument.name.value != "first" or not isinstance(argument.value, IntValueNode):
            return None
        first = int(argument.value.value)
    return first if 1 <= first <= LARGEST_PAGE else None


_CONSTANTS: Mapping[str, Callable[[RecordDefinition, str], Any]] = {
    "__typename": lambda record, _: record.name,
    "recordType": lambda record, _: record.name,
    "categories": lambda record, kind: [each for each in record.categories if each[:2] == _CATEGORIES_OF[kind]],
}
_CATEGORIES_OF: Mapping[str, str] = {"LEGAL_PERSON": "LP", "INDIVIDUAL": "IN"}


def _attribute(name: str) -> str:
    return _CAPITAL.sub(r"_\1", name).lower()


_CAPITAL = re.compile(r"([A-Z])")
_EXCLUDED_BY_LAW = Decision(allowed=False, legal_basis=LegalBasis("9"), reason="Such records are not collected")
