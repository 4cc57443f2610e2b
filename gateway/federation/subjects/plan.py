"""Selections and a clearance, made a plan: the answer's shape, the fetches, what is withheld and why.

Decisions fall here, before anything is fetched: a field above the clearance is in no selection, and a type that can
hold no record for the clearance is in no fetch (R15.2, R15.9). Pure: no clock, no network, no database.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode, IntValueNode

from connectors.connector import OPEN, Connector, Selection, Selections
from gateway.errors import Forbidden, GatewayError, Text, Withheld, withheld
from gateway.federation.selections import Argument, Selector, argument_of
from gateway.federation.subjects.columns import columns_of, floor_of, told_by, whole_record
from gateway.federation.subjects.cursors import Cursors
from gateway.federation.subjects.logs import LogPlan, log_fields
from gateway.federation.subjects.project import Projection, compile_projection
from gateway.federation.subjects.records import Layout, Reading, excluding_columns, tier_columns
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
from gateway.federation.subjects.supergraph import CENTRE, Supergraph
from schema.catalogue import BY_GRAPH_FIELD, ENVELOPE, RECORDS
from schema.definition import RecordDefinition
from schema.disclosure import Clearance, Decision, LegalBasis
from schema.line_shapes import LineShape, Ruling, cited
from schema.retention import Anchor
from schema.tiers import Tier

__all__ = ["ConnectionPlan", "Denied", "Disclosed", "Fetch", "SubjectPlan", "SubjectPlanner", "Viewpoint"]

Path = tuple[str | int, ...]
DEFAULT_FIRST = 20
"""How many records a connection gives when it is not said."""
LARGEST_PAGE = 100
"""How many it gives at most."""
_WRITTEN_BY_HAND = frozenset({"name", "organizationCode", "registrationNumber", "taxpayerNumber", "regionCode"})
"""What of a subject may hold anything; its credit code is the register's own key, checked before it is there."""
_TYPE_NAMES = {"LEGAL_PERSON": "LegalPerson", "INDIVIDUAL": "Individual"}


@dataclass(frozen=True, slots=True, eq=False)
class Viewpoint:
    """All that a plan depends on beside the document: what may be seen, of which kind of subject.

    Equal only to itself, since plans are looked up by it on every question: whoever makes one keeps it.
    """

    clearance: Clearance
    kind: str
    expires: bool
    """Whether Art. 20 protects the subject as an individual."""
    count_visible: bool


@dataclass(frozen=True, slots=True)
class Denied:
    """One coordinate that is withheld: where in the answer, and the error that says why."""

    path: Path
    coordinate: str
    error: GatewayError
    under: int | None
    """The connection whose records' way back holds the path: without records, it does not exist."""


@dataclass(frozen=True, slots=True)
class Disclosed:
    """One coordinate that is open, the tier of what it holds, where it first stands, and the decision that opens it."""

    path: Path
    coordinate: str
    tier: Tier
    decision: Decision


@dataclass(frozen=True, slots=True, eq=False)
class ConnectionPlan:
    """One connection of the answer: which records, which page of them, and where it stands."""

    path: Path
    record: RecordDefinition
    first: Argument
    after: Argument
    plain_first: int | None
    """The page's size where the document itself says it and no cursor is given."""
    under: int | None
    totals: tuple[Path, ...]
    """Where ``totalCount`` stands, under each of its response keys."""
    watched: Mapping[str, tuple[tuple[str, str], ...]]
    """Where a column's value shows, as the keys of the nodes and of the field: for values that were lost."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """What one connector is asked: all selections of one subject in one question that are open up to one tier."""

    connector: Connector
    selections: Selections
    highest: Tier
    own: str = ""
    """The agency whose records alone are asked for; empty: whosever they are."""


@dataclass(frozen=True, slots=True, eq=False)
class SubjectPlan:
    """How one kind of subject is answered from one viewpoint."""

    viewpoint: Viewpoint
    project: Projection
    connections: tuple[ConnectionPlan, ...]
    resolvers: tuple[str, ...]
    """The names of the connections' spans, in their order."""
    readings: Mapping[str, Reading]
    fetches: tuple[Fetch, ...]
    places: tuple[str, ...]
    """Where a cache keeps each selection of each fetch."""
    denied: tuple[Denied, ...]
    counts: bool
    """Whether the query count is asked."""
    logs: tuple[LogPlan, ...]
    """The pages of the subject's log that are asked for."""
    asks_sources: bool
    """Whether the subject's sources are asked."""
    known_sources: tuple[str, ...]
    """The connectors that may be named: those with anything that this viewpoint may see (R15.7)."""
    disclosed: tuple[Disclosed, ...]
    shape: LineShape
    """What is decided on each coordinate, for the trail."""
    highest: str
    """The strictest tier among what is disclosed, for the trail."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The schema coordinates that are disclosed."""
        return self.shape.fields

    @property
    def withheld(self) -> tuple[str, ...]:
        """Those that are not."""
        return self.shape.withheld


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
        self.cursors = cursors
        self.identity = identity
        self.whole_records = whole_records
        self.anchor = anchor

    def plan(self, nodes: Sequence[FieldNode], selector: Selector, viewpoint: Viewpoint) -> SubjectPlan:
        """Plan what *nodes*, all of one response key, select of a subject."""
        return _Planning(self, selector, viewpoint).plan(nodes)


@dataclass
class _Planning:
    """One plan in the making."""

    planner: SubjectPlanner
    selector: Selector
    viewpoint: Viewpoint
    connections: list[ConnectionPlan | None] = field(default_factory=list)
    columns: dict[str, set[str]] = field(default_factory=dict)
    denied: list[Denied] = field(default_factory=list)
    disclosed: dict[str, Disclosed] = field(default_factory=dict)
    counts: bool = False
    logs: list[LogPlan] = field(default_factory=list)
    asks_sources: bool = False

    def plan(self, nodes: Sequence[FieldNode]) -> SubjectPlan:
        shape = self._subject(nodes, (), None)
        readings = {name: self._reading(RECORDS[name], wanted) for name, wanted in self.columns.items()}
        planner, viewpoint = self.planner, self.viewpoint
        fetches = self._fetches(readings)
        return SubjectPlan(
            viewpoint=viewpoint,
            project=compile_projection(shape, viewpoint.kind, readings, planner.cursors, planner.supergraph.agencies),
            connections=tuple(each for each in self.connections if each is not None),
            resolvers=tuple(
                f"resolve {_TYPE_NAMES[viewpoint.kind]}.{each.record.graph_field}"
                for each in self.connections
                if each is not None
            ),
            readings=readings,
            fetches=fetches,
            places=tuple(
                place_of(fetch.connector, each, fetch.highest, fetch.own)
                for fetch in fetches
                for each in fetch.selections
            ),
            denied=tuple(self.denied),
            counts=self.counts,
            logs=tuple(self.logs),
            asks_sources=self.asks_sources,
            known_sources=tuple(self._known_sources()),
            disclosed=tuple(self.disclosed.values()),
            shape=self._shape(),
            highest=str(max((each.tier for each in self.disclosed.values()), default=Tier.PUBLIC).value),
        )

    def _shape(self) -> LineShape:
        """Give what the trail says of every line that this plan answers."""
        name, public = _TYPE_NAMES[self.viewpoint.kind], self.viewpoint.clearance.public
        told = [Ruling.told(each.coordinate, each.tier, each.decision) for each in self.disclosed.values()]
        counted = [f"{name}.{each.record.graph_field}" for each in self.connections if each is not None]
        return LineShape(told + [_withheld(each) for each in self.denied], counted, cited(public.legal_basis))

    # The subject

    def _subject(self, nodes: Sequence[FieldNode], path: Path, under: int | None) -> Fields:
        name = _TYPE_NAMES[self.viewpoint.kind]
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
            self.asks_sources = True
            return SourcesShape(self._plain(nodes, "SourceStatus"))
        if name == "queryCount":
            return self._query_count(type_name, path, under)
        if name == "queryLog":
            return self._query_log(type_name, nodes, path, under)
        self._disclose(f"{type_name}.{name}", Tier.PUBLIC, path)
        clearance = self.viewpoint.clearance
        unknown = clearance.highest is Tier.PUBLIC and clearance.scope is None
        masked = name == "name" and type_name == "Individual" and unknown
        scrubbed = name in _WRITTEN_BY_HAND and clearance.highest is not Tier.RESTRICTED
        return SubjectValue(_attribute(name), masked, scrubbed)

    def _query_count(self, type_name: str, path: Path, under: int | None) -> Shape:
        if self.viewpoint.count_visible:
            self.counts = True
            self._disclose(f"{type_name}.queryCount", Tier.PUBLIC, path)
            return QueryCount()
        said = Text("the query count is for the subject itself and for auditors", "累计查询次数仅供本人和审计人员查阅")
        return self._forbid(f"{type_name}.queryCount", path, under, said)

    def _query_log(self, type_name: str, nodes: Sequence[FieldNode], path: Path, under: int | None) -> Shape:
        if not self.viewpoint.count_visible:
            said = Text("who looked is told to the subject itself and to auditors", "查询记录仅供本人和审计人员查阅")
            return self._forbid(f"{type_name}.queryLog", path, under, said)
        self._disclose(f"{type_name}.queryLog", Tier.PUBLIC, path)
        first, after = argument_of(nodes[0], "first", DEFAULT_FIRST), argument_of(nodes[0], "after", None)
        self.logs.append(LogPlan(path, first, after, under, log_fields(self.selector, nodes)))
        return QueryLog(len(self.logs) - 1)

    def _forbid(self, coordinate: str, path: Path, under: int | None, said: Text) -> Shape:
        forbidden = Forbidden(said, legal_basis=LegalBasis("19"))
        self.denied.append(Denied(path, coordinate, forbidden, under))
        return Constant(None)

    def _plain(self, nodes: Sequence[FieldNode], type_name: str) -> Fields:
        """Shape an object whose fields are all its own and open."""
        return Fields(
            tuple(
                (key, _plain_value(below[0].name.value, type_name))
                for key, below in self.selector.under(nodes, (type_name,)).items()
            )
        )

    def _disclose(self, coordinate: str, level: Tier, path: Path, decision: Decision | None = None) -> None:
        """Note what is open; what is not, though it is shown, is so in one's own agency's records."""
        if decision is None:
            decision = self.viewpoint.clearance.public
        opened = decision if decision.allowed else _OF_ONES_OWN_AGENCY
        self.disclosed.setdefault(coordinate, Disclosed(path, coordinate, level, opened))

    # Connections

    def _connection(
        self, type_name: str, record: RecordDefinition, nodes: list[FieldNode], path: Path, under: int | None
    ) -> Shape:
        floor = floor_of(record, self.viewpoint.kind)
        decision = self.viewpoint.clearance.decide_records(floor, record.name) if floor else _EXCLUDED_BY_LAW
        if not decision.allowed:
            own_too = floor is not None and self._reports(record)
            if not own_too or self._others_serve(record):
                self._deny(path, f"{type_name}.{record.graph_field}", floor or Tier.RESTRICTED, decision, under)
            if not own_too:
                return Constant(None)
        index = len(self.connections)
        self.connections.append(None)
        always = Layout.always(record, expires=self.viewpoint.expires, published=self._is_published(record))
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
        self._disclose(f"{type_name}.{record.graph_field}", floor or record.tier, path, decision)
        self.connections[index] = ConnectionPlan(
            path=path,
            record=record,
            first=argument_of(nodes[0], "first", DEFAULT_FIRST),
            after=argument_of(nodes[0], "after", None),
            plain_first=_plain_first(nodes[0]) if under is None and self._serving(record) else None,
            under=under,
            totals=tuple(totals),
            watched={column: tuple(paths) for column, paths in watched.items()},
        )
        return ConnectionShape(index, record.name, Fields(tuple(members)))

    def _deny(self, path: Path, coordinate: str, level: Tier, decision: Decision, under: int | None) -> None:
        if not any(each.path == path and each.coordinate == coordinate for each in self.denied):
            self.denied.append(Denied(path, coordinate, withheld(coordinate, level, decision), under))

    # Rows

    def highest_of(self, record: RecordDefinition) -> Tier:
        """Give the strictest tier of a type's records that are open, whosever they are."""
        floor = floor_of(record, self.viewpoint.kind) or record.tier
        return self.viewpoint.clearance.highest_of(record.name, floor)

    def _reports(self, record: RecordDefinition) -> bool:
        """Say whether the viewpoint is that of an agency whose own records of a type may be here."""
        own = self.viewpoint.clearance.own
        return bool(own) and any(each.agency in (own, CENTRE) for each in self._serving(record))

    def _others_serve(self, record: RecordDefinition) -> bool:
        """Say whether a type's records may be of other agencies than the viewpoint's own."""
        return any(each.agency != self.viewpoint.clearance.own for each in self._serving(record))

    def _reading(self, record: RecordDefinition, wanted: set[str]) -> Reading:
        viewpoint, planner = self.viewpoint, self.planner
        columns = wanted
        if planner.whole_records:
            highest = Tier.RESTRICTED if self._reports(record) else self.highest_of(record)
            columns = columns | whole_record(record, highest)
        serving = self._serving(record)
        if any(not each.filters_tiers for each in serving):
            columns = columns | tier_columns(record) | excluding_columns(record)
        if len(serving) > 1:
            columns = columns | {OPEN}
        return Reading(
            Layout(record, tuple(sorted(columns))),
            viewpoint.kind,
            expires=viewpoint.expires,
            identity=planner.identity,
            all_active=all(each.is_constant(record.name, "recordStatus") for each in serving),
            own=viewpoint.clearance.own,
            published=self._is_published(record),
            anchor=planner.anchor,
        )

    def _is_published(self, record: RecordDefinition) -> bool:
        """Say whether a record's term of publicity ends it: for who sees what is public alone (R17.3).

        Where no source says until when, nobody is asked for it.
        """
        if self.highest_of(record) is not Tier.PUBLIC:
            return False
        return any(each.tells(record.name, "publicityUntil") for each in self._serving(record))

    def _serving(self, record: RecordDefinition) -> Sequence[Connector]:
        return self.planner.supergraph.serving.get((record.name, self.viewpoint.kind), ())

    def _known_sources(self) -> Iterator[str]:
        for agency, connector in self.planner.supergraph.connectors.items():
            if agency == CENTRE or any(self._may_see(connector, record) for record in connector.records):
                yield agency

    def _may_see(self, connector: Connector, name: str) -> bool:
        kind = self.viewpoint.kind
        floor = floor_of(RECORDS[name], kind) if connector.serves_kind(name, kind) else None
        clearance = self.viewpoint.clearance
        if floor is None:
            return False
        return clearance.decide_records(floor, name).allowed or connector.agency == clearance.own

    def _fetches(self, readings: Mapping[str, Reading]) -> tuple[Fetch, ...]:
        """Give a fetch for each connector and each tier up to which some of its selections are open."""
        asked: dict[tuple[str, Tier, str], list[Selection]] = {}
        for name, reading in readings.items():
            record = RECORDS[name]
            for connector in self._serving(record):
                for highest, own in self._asked_of(connector, record):
                    columns = reading.layout.columns if own else self._open_columns(record, reading, highest)
                    asked.setdefault((connector.agency, highest, own), []).append(Selection(record, columns))
        return tuple(
            Fetch(connector, Selections(selections), highest, own)
            for agency, connector in self.planner.supergraph.connectors.items()
            for (of, highest, own), selections in asked.items()
            if of == agency
        )

    def _asked_of(self, connector: Connector, record: RecordDefinition) -> Iterator[tuple[Tier, str]]:
        """Say up to which tier a connector is asked for a type's records, and whose: one's own before others'."""
        own, floor = self.viewpoint.clearance.own, floor_of(record, self.viewpoint.kind)
        if own and connector.agency in (own, CENTRE):
            yield Tier.RESTRICTED, own
        others = connector.agency != own
        if others and floor and self.viewpoint.clearance.decide_records(floor, record.name).allowed:
            yield self.highest_of(record), ""

    def _open_columns(self, record: RecordDefinition, reading: Reading, highest: Tier) -> tuple[str, ...]:
        """Give the columns of a layout that are open in others' records: all, where one has none of one's own there."""
        columns, clearance = reading.layout.columns, self.viewpoint.clearance
        if not clearance.own:
            return columns
        always = (
            Layout.always(record, expires=self.viewpoint.expires) | tier_columns(record) | excluding_columns(record)
        )

        def is_open(name: str) -> bool:
            definition = record.fields.get(name) or ENVELOPE.get(name)
            return definition is None or name in always or definition.tier <= highest

        return tuple(name for name in columns if is_open(name))


def _withheld(denied: Denied) -> Ruling:
    error = denied.error
    if not isinstance(error, Withheld):
        return Ruling.withheld(denied.coordinate, Tier.PUBLIC, error.code, error.legal_basis)
    missing = error.decision.missing_paper
    basis = error.decision.legal_basis
    return Ruling.withheld(denied.coordinate, error.tier, error.code, basis, missing.value if missing else "")


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
            own_too = self.planning._reports(self.record)  # noqa: SLF001 (one room)
            if not own_too or self.planning._others_serve(self.record):  # noqa: SLF001 (one room)
                self.planning._deny(self.path, coordinate, definition.tier, decision, self.under)  # noqa: SLF001 (one room)
            if not own_too:
                return Constant(None)
        self.planning._disclose(coordinate, max(definition.tier, self.floor), self.path, decision)  # noqa: SLF001 (one room)
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
        highest = self.planning.highest_of(self.record)
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


def place_of(connector: Connector, selection: Selection, highest: Tier, own: str = "") -> str:
    """Name the place at which a cache keeps a selection of a connector's rows: each clearance has its own."""
    whose = f":{own}" if own else ""
    return f"{connector.agency}:{highest.value}{whose}:{selection.digest}"


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
_OF_ONES_OWN_AGENCY = Decision(
    allowed=True, legal_basis=LegalBasis("15", item="2"), reason="An agency reads the records that it reported"
)
