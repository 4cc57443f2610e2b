"""The plain schema: one graph with its types and fields, before anybody cuts it into subgraphs.

Type references are written as GraphQL writes them (``[Company!]!``); a selection, as in the field sets of federation
(``id seat { city }``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from graphql import GraphQLSchema, SelectionSetNode, build_schema, parse
from graphql.language import OperationDefinitionNode

__all__ = [
    "LEAVES",
    "Argument",
    "Kind",
    "Plain",
    "PlainField",
    "PlainType",
    "fields_of",
    "item_of",
    "named",
    "selection",
]

LEAVES = ("String", "Int", "Float", "Boolean", "ID")


class Kind(Enum):
    """What a type is. An entity has keys; a value is an object without."""

    ENTITY = "entity"
    VALUE = "value"
    ROOT = "root"
    INTERFACE = "interface"
    UNION = "union"
    ENUM = "enum"
    INPUT = "input"
    SCALAR = "scalar"

    @property
    def has_fields(self) -> bool:
        """Say whether an operation selects fields of it."""
        return self in {Kind.ENTITY, Kind.VALUE, Kind.ROOT, Kind.INTERFACE}


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument, or a field of an input object; ``default`` is written as a literal."""

    name: str
    type: str
    default: str | None = None

    def __str__(self) -> str:
        """Write it as SDL."""
        return f"{self.name}: {self.type}" + (f" = {self.default}" if self.default is not None else "")


@dataclass(frozen=True, slots=True)
class PlainField:
    """A field of an object, of an interface or of a root.

    ``runtime`` are the object types of which its values can be; ``lookup`` finds an entity by the argument ``id``;
    a ``hidden`` field exists for keys between subgraphs and is not in the graph.
    """

    name: str
    type: str
    args: tuple[Argument, ...] = ()
    runtime: tuple[str, ...] = ()
    lookup: bool = False
    hidden: bool = False

    def sdl(self) -> str:
        """Write it as SDL."""
        args = f"({', '.join(map(str, self.args))})" if self.args else ""
        return f"{self.name}{args}: {self.type}"


@dataclass(slots=True)
class PlainType:
    """A type. ``keys`` are an entity's field sets; ``members`` the object types of a union or an interface.

    The fields of a ``split`` value need not all be in one subgraph; it is the type of one field only.
    """

    name: str
    kind: Kind
    fields: dict[str, PlainField] = field(default_factory=dict)
    interfaces: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    inputs: list[Argument] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    split: bool = False

    def sdl(self) -> str:
        """Write it as SDL, without what is hidden."""
        shown = [each.sdl() for each in self.fields.values() if not each.hidden]
        match self.kind:
            case Kind.ENUM:
                return f"enum {self.name} {{ {' '.join(self.values)} }}"
            case Kind.SCALAR:
                return f"scalar {self.name}"
            case Kind.UNION:
                return f"union {self.name} = {' | '.join(self.members)}"
            case Kind.INPUT:
                return _block(f"input {self.name}", map(str, self.inputs))
            case Kind.INTERFACE:
                return _block(f"interface {self.name}{_implements(self.interfaces)}", shown)
            case _:
                return _block(f"type {self.name}{_implements(self.interfaces)}", shown)


@dataclass(slots=True)
class Plain:
    """A whole plain schema, by names of types."""

    types: dict[str, PlainType] = field(default_factory=dict)

    def of(self, *kinds: Kind) -> list[PlainType]:
        """Give the types of some kinds, in the order in which they were made."""
        return [each for each in self.types.values() if each.kind in kinds]

    def kind(self, name: str) -> Kind:
        """Give the kind of a named type."""
        return self.types[name].kind if name in self.types else Kind.SCALAR

    def sdl(self) -> str:
        """Write the schema that the monolith serves."""
        return "\n\n".join(each.sdl() for each in self.types.values())

    def schema(self) -> GraphQLSchema:
        """Give the monolith's schema."""
        return build_schema(self.sdl())

    def possible(self, name: str) -> tuple[str, ...]:
        """Give the object types of a composite type; nothing for a leaf."""
        kind = self.kind(name)
        if kind in {Kind.UNION, Kind.INTERFACE}:
            return tuple(self.types[name].members)
        return (name,) if kind.has_fields else ()


def named(type_: str) -> str:
    """Give the name inside all wrappings.

    >>> named("[[Company!]]!")
    'Company'
    """
    return type_.strip("[]!")


def item_of(type_: str) -> str | None:
    """Give the type of the items of a list, None if it is none.

    >>> item_of("[Company!]!"), item_of("Company!")
    ('Company!', None)
    """
    bare = type_.removesuffix("!")
    return bare[1:-1] if bare.startswith("[") else None


_SELECTIONS: dict[str, SelectionSetNode] = {}


def selection(field_set: str) -> SelectionSetNode:
    """Read a field set of federation."""
    known = _SELECTIONS.get(field_set)
    if known is None:
        definition = parse(f"{{ {field_set} }}", no_location=True).definitions[0]
        assert isinstance(definition, OperationDefinitionNode)
        known = _SELECTIONS[field_set] = definition.selection_set
    return known


def fields_of(types: Mapping[str, PlainType], kind: Kind) -> Iterator[tuple[PlainType, PlainField]]:
    """Give every field of every type of a kind."""
    for each in types.values():
        if each.kind is kind:
            yield from ((each, one) for one in each.fields.values())


def _implements(interfaces: list[str]) -> str:
    return f" implements {' & '.join(interfaces)}" if interfaces else ""


def _block(head: str, lines: Iterable[str]) -> str:
    return "\n".join([f"{head} {{", *(f"  {line}" for line in lines), "}"])
