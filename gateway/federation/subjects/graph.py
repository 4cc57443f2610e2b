"""The credit graph as a joined graph: which subgraph holds which part of it, and by which key it is asked.

The *register* knows who there is: it gives subjects, and their names and codes. Each connector is a subgraph that
holds a part of its record types' records, of subjects by id and identifier. The *office* is the gateway itself: what
it says of a subject from its own trail, and all else that it answers, through its own schema.

Records stand in it as agencies give them: lists, of whose parts the office makes pages. A record's way back to its
subject has no home, since that subject is in hand.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

from connectors.connector import OPEN
from gateway.federation.planning import JoinedGraph
from gateway.federation.planning.joined_graph import FieldJoin, JoinedType, KeyJoin
from gateway.federation.subjects.supergraph import Supergraph
from schema.catalogue import BY_GRAPH_FIELD, ENVELOPE, RECORDS
from schema.definition import RecordDefinition

__all__ = ["OFFICE", "OF_THE_REGISTER", "REGISTER", "TYPE_NAMES", "join"]

REGISTER: Final = "REGISTER"
OFFICE: Final = "OFFICE"
TYPE_NAMES: Final[Mapping[str, str]] = {"LEGAL_PERSON": "LegalPerson", "INDIVIDUAL": "Individual"}
OF_THE_REGISTER: Final = frozenset({"subject", "subjects", "searchSubjects"})
"""The root fields that give subjects."""
_KEY: Final = "id identifier"
"""By what agencies know a subject; the identifier is told to agencies alone."""
_OF_THE_OFFICE: Final = frozenset({"sources", "queryCount", "queryLog"})
"""What the office itself says of a subject."""
_FOUND: Final = frozenset({"SubjectConnection", "PageInfo"})
"""Types below the register's root fields."""
_TEXT: Final = FieldJoin("String", "String")


def join(schema: GraphQLSchema, supergraph: Supergraph) -> JoinedGraph:
    """Join what *schema* declares and what the connectors of *supergraph* serve."""
    types = {name: _of_the_office(each) for name, each in schema.type_map.items() if not name.startswith("__")}
    for record in RECORDS.values():
        if record.name in types:
            _give_to_agencies(types[record.name], record, supergraph)
    for kind, name in TYPE_NAMES.items():
        _share_subject(types[name], kind, supergraph)
    _share_interface(types["Subject"])
    for name in _FOUND:
        _share(types[name], REGISTER, types[name].fields)
    if schema.query_type is not None:
        _move(types[schema.query_type.name], REGISTER, OF_THE_REGISTER)
    return JoinedGraph(dict.fromkeys([REGISTER, *supergraph.connectors, OFFICE], ""), types, schema)


def _of_the_office(declared: GraphQLNamedType) -> JoinedType:
    """Give a type as the office has it, which declares the whole graph."""
    kind = JoinedType(
        name=declared.name,
        kind=_kind(declared),
        fields={},
        subgraphs={OFFICE: None},
        joins={},
        keys=[],
        interface_object_in=set(),
        interfaces={},
        members={},
        values={},
    )
    if isinstance(declared, GraphQLObjectType | GraphQLInterfaceType):
        kind.interfaces = {each.name: {OFFICE} for each in declared.interfaces}
        joins = {name: FieldJoin(get_named_type(f.type).name, str(f.type)) for name, f in declared.fields.items()}
        kind.fields = {name: each.named for name, each in joins.items()}
        kind.joins = {OFFICE: joins}
    elif isinstance(declared, GraphQLUnionType):
        kind.members = {each.name: {OFFICE} for each in declared.types}
    elif isinstance(declared, GraphQLEnumType):
        kind.values = {name: {OFFICE} for name in declared.values}
    return kind


def _kind(declared: GraphQLNamedType) -> str:
    kinds: Mapping[type[GraphQLNamedType], str] = {
        GraphQLObjectType: "OBJECT",
        GraphQLInterfaceType: "INTERFACE",
        GraphQLUnionType: "UNION",
        GraphQLEnumType: "ENUM",
        GraphQLScalarType: "SCALAR",
    }
    return next((name for each, name in kinds.items() if isinstance(declared, each)), "INPUT")


def _give_to_agencies(kind: JoinedType, record: RecordDefinition, supergraph: Supergraph) -> None:
    """Give a record type to the agencies that serve it: of each record they know every column, if only as null."""
    agencies = _serving(record.name, record.subject_kinds, supergraph)
    declared = kind.joins.pop(OFFICE)
    columns = {name: declared.get(name, _TEXT) for name in (*record.fields, *ENVELOPE, OPEN)}
    kind.fields |= {name: each.named for name, each in columns.items()}
    kind.subgraphs = dict.fromkeys(agencies)
    kind.joins = dict.fromkeys(agencies, columns)
    kind.interfaces = {name: set(agencies) for name in kind.interfaces}


def _share_subject(kind: JoinedType, name: str, supergraph: Supergraph) -> None:
    """Share a kind of subject among the register, the office, and the agencies that have records of such subjects."""
    records = {field: record for field, record in BY_GRAPH_FIELD.items() if field in kind.fields}
    _share_interface(kind)
    kind.fields |= {field: record.name for field, record in records.items()}
    kind.joint = frozenset(records)
    kind.fields["identifier"] = "String"
    kind.joins[REGISTER]["identifier"] = _TEXT
    for field, record in records.items():
        for agency in _serving(record.name, (name,), supergraph):
            _share(kind, agency, [field])
            kind.joins[agency][field] = FieldJoin(record.name, f"[{record.name}!]!")
    for agency in supergraph.connectors:
        if agency in kind.joins:
            kind.joins[agency] |= {"id": FieldJoin("ID", "ID!"), "identifier": _TEXT}
            kind.keys.append(KeyJoin(agency, _KEY))
    kind.keys += [KeyJoin(REGISTER, "id"), KeyJoin(OFFICE, "id")]
    kind.interfaces["Subject"] = set(kind.subgraphs)


def _share_interface(kind: JoinedType) -> None:
    """Leave to the office what it says itself, and to the register all that is neither that nor records."""
    own = [name for name in kind.fields if name not in BY_GRAPH_FIELD and name not in _OF_THE_OFFICE]
    _move(kind, REGISTER, own)
    kind.joins[OFFICE] = {name: each for name, each in kind.joins[OFFICE].items() if name in _OF_THE_OFFICE} | {
        "id": kind.joins[REGISTER]["id"]
    }


def _serving(record: str, kinds: Iterable[str], supergraph: Supergraph) -> list[str]:
    """Name the agencies that serve a record type for some kinds of subjects, each once, in the connectors' order."""
    serving = {each.agency for kind in kinds for each in supergraph.serving.get((record, kind), ())}
    return [agency for agency in supergraph.connectors if agency in serving]


def _share(kind: JoinedType, subgraph: str, fields: Iterable[str]) -> None:
    declared = kind.joins[OFFICE]
    kind.subgraphs[subgraph] = None
    kind.joins.setdefault(subgraph, {}).update({name: declared[name] for name in fields if name in declared})


def _move(kind: JoinedType, subgraph: str, fields: Iterable[str]) -> None:
    moved = [name for name in fields if name in kind.joins[OFFICE]]
    _share(kind, subgraph, moved)
    for name in moved:
        del kind.joins[OFFICE][name]
