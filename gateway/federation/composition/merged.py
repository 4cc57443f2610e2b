"""The supergraph in the making: each element with where it comes from."""

from dataclasses import dataclass, field

from graphql import ConstValueNode

from gateway.federation.composition.elements import Applied, Kind

__all__ = [
    "ContextArgument",
    "Graph",
    "JoinField",
    "JoinType",
    "MergedArgument",
    "MergedDirective",
    "MergedElement",
    "MergedField",
    "MergedType",
    "MergedValue",
    "Specification",
    "Supergraph",
]


@dataclass(frozen=True, slots=True)
class Graph:
    """A subgraph as the supergraph names it: ``enum`` is its value of `join__Graph`."""

    name: str
    enum: str
    url: str


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """An argument that the gateway fills from a context, instead of the client."""

    name: str
    type: str
    context: str
    selection: str


@dataclass(frozen=True, slots=True)
class JoinField:
    """How one subgraph takes part in a field; ``graph`` is None where an interface object gives the field to all."""

    graph: str | None
    requires: str | None = None
    provides: str | None = None
    type: str | None = None
    external: bool = False
    override: str | None = None
    used_overridden: bool = False
    override_label: str | None = None
    contexts: tuple[ContextArgument, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinType:
    """How one subgraph takes part in a type."""

    graph: str
    key: str | None = None
    extension: bool = False
    resolvable: bool = True
    interface_object: bool = False


@dataclass(slots=True)
class MergedElement:
    """What all elements have; ``carried`` are the subgraphs' directives that stand in the supergraph too."""

    name: str
    description: str | None = None
    carried: list[Applied] = field(default_factory=list)

    @property
    def inaccessible(self) -> bool:
        """Say whether the element is not part of the API."""
        return any(each.meaning == "inaccessible" for each in self.carried)


@dataclass(slots=True)
class MergedArgument(MergedElement):
    """An argument, or a field of an input type."""

    type: str = ""
    default: ConstValueNode | None = None
    joins: list[JoinField] = field(default_factory=list)


@dataclass(slots=True)
class MergedField(MergedElement):
    """A field; without joins, every subgraph that has the type resolves it."""

    type: str = ""
    arguments: dict[str, MergedArgument] = field(default_factory=dict)
    joins: list[JoinField] = field(default_factory=list)


@dataclass(slots=True)
class MergedValue(MergedElement):
    """A value of an enum, and the subgraphs that have it."""

    graphs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class MergedType(MergedElement):
    """A type, and how each subgraph takes part in it."""

    kind: Kind = Kind.OBJECT
    joins: list[JoinType] = field(default_factory=list)
    interfaces: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, MergedField] = field(default_factory=dict)
    inputs: dict[str, MergedArgument] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    values: dict[str, MergedValue] = field(default_factory=dict)


@dataclass(slots=True)
class MergedDirective(MergedElement):
    """A directive's definition."""

    arguments: dict[str, MergedArgument] = field(default_factory=dict)
    locations: tuple[str, ...] = ()
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class Specification:
    """A specification that the supergraph links: url, its name if another, purpose, imports, definitions."""

    url: str
    called: str | None = None
    purpose: str | None = None
    imports: tuple[tuple[str, str], ...] = ()
    definitions: tuple[str, ...] = ()


@dataclass(slots=True)
class Supergraph:
    """All of the supergraph."""

    graphs: list[Graph]
    types: dict[str, MergedType] = field(default_factory=dict)
    directives: dict[str, MergedDirective] = field(default_factory=dict)
    specifications: list[Specification] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)
    schema: MergedElement = field(default_factory=lambda: MergedElement("schema"))

    def possible(self, name: str) -> list[str]:
        """Give the object types that a value of this type may have."""
        merged = self.types.get(name)
        if merged is None:
            return []
        if merged.kind is Kind.UNION:
            return list(merged.members)
        if merged.kind is Kind.INTERFACE:
            return [each.name for each in self.types.values() if each.kind is Kind.OBJECT and name in each.interfaces]
        return [name]
