"""The joined graph: which subgraph gives which field, by which key one may enter it, and what it needs for that."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from graphql import GraphQLSchema, OperationDefinitionNode, parse

from gateway.federation.planning.needs import Needs, NeedsReader

__all__ = ["Entry", "FieldJoin", "JoinedGraph", "JoinedType", "KeyJoin"]


class FieldJoin(NamedTuple):
    """A field as one subgraph has it."""

    named: str
    """The name of its type there."""
    shape: str
    """Its type there as it is written."""
    external: bool = False
    """Declared there, and given there only where a @provides says so."""
    requires: str | None = None
    provides: str | None = None


class KeyJoin(NamedTuple):
    """A key by which a subgraph knows the objects of a type."""

    subgraph: str
    fields: str
    resolvable: bool = True


class Entry(NamedTuple):
    """A door into a subgraph: objects of a type are asked for there as ``type`` by these fields."""

    subgraph: str
    type: str
    fields: str | None
    """None for a root type, which needs no key."""
    needs: Needs | None


@dataclass(slots=True)
class JoinedType:
    """A type of the supergraph, and what each subgraph has of it."""

    name: str
    kind: str
    """OBJECT, INTERFACE, UNION, ENUM, SCALAR or INPUT."""
    fields: dict[str, str]
    """The named type of each field."""
    subgraphs: dict[str, None]
    joins: dict[str, dict[str, FieldJoin]]
    """By subgraph, the fields that it has."""
    keys: list[KeyJoin]
    interface_object_in: set[str]
    interfaces: dict[str, set[str]]
    """The interfaces that it implements, and the subgraphs that know it."""
    members: dict[str, set[str]]
    """Of a union: its members, and the subgraphs that know them."""
    values: dict[str, set[str]]
    """Of an enum: its values, and the subgraphs that know them."""
    inaccessible: bool = False
    joint: frozenset[str] = frozenset()
    """Lists of which each subgraph that has them holds a part: all are asked, and what they say is joined."""


class JoinedGraph:
    """A supergraph, read: the planner's input, and the API schema that callers see."""

    def __init__(self, subgraphs: Mapping[str, str], types: Mapping[str, JoinedType], api: GraphQLSchema) -> None:
        """Join *types*; *subgraphs* are addresses by name."""
        self.subgraphs = subgraphs
        self.types = types
        self.api = api
        self._possible: dict[str, frozenset[str]] = {}
        self._possible_in: dict[tuple[str, str], frozenset[str]] = {}
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._field_sets: dict[tuple[str, str, str], Needs] = {}
        self._covariant: dict[tuple[str, str | None], bool] = {}

    @cached_property
    def roots(self) -> dict[str, str]:
        """The names of the root types by operation."""
        named = {
            "query": self.api.query_type,
            "mutation": self.api.mutation_type,
            "subscription": self.api.subscription_type,
        }
        return {operation: each.name for operation, each in named.items() if each is not None}

    @cached_property
    def _implementers(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for each in self.types.values():
            if each.kind == "OBJECT":
                for interface in each.interfaces:
                    found.setdefault(interface, set()).add(each.name)
        return found

    def field_type(self, type_name: str, field: str) -> str:
        """Give the name of the type of a field."""
        return self.types[type_name].fields[field]

    def is_composite(self, type_name: str) -> bool:
        """Say whether a type has fields or members."""
        found = self.types.get(type_name)
        return found is not None and found.kind in {"OBJECT", "INTERFACE", "UNION"}

    def is_abstract(self, type_name: str) -> bool:
        """Say whether a type is an interface or a union."""
        return self.types[type_name].kind in {"INTERFACE", "UNION"}

    def possible(self, type_name: str) -> frozenset[str]:
        """Give the object types that a type may be, in the whole supergraph."""
        found = self._possible.get(type_name)
        if found is None:
            kind = self.types[type_name]
            if kind.kind == "UNION":
                found = frozenset(kind.members)
            elif kind.kind == "INTERFACE":
                found = frozenset(self._implementers.get(type_name, ()))
            else:
                found = frozenset((type_name,))
            self._possible[type_name] = found
        return found

    def possible_in(self, subgraph: str, type_name: str) -> frozenset[str]:
        """Give the object types that a type may be in one subgraph; of an interface object, all that it stands for."""
        found = self._possible_in.get((subgraph, type_name))
        if found is None:
            kind = self.types[type_name]
            if kind.kind == "OBJECT" or subgraph in kind.interface_object_in:
                found = self.possible(type_name)
            elif kind.kind == "UNION":
                found = frozenset(name for name, known in kind.members.items() if subgraph in known)
            else:
                found = frozenset(
                    name for name in self.possible(type_name) if subgraph in self.types[name].interfaces[type_name]
                )
            self._possible_in[(subgraph, type_name)] = found
        return found

    def join(self, subgraph: str, type_name: str, field: str) -> FieldJoin | None:
        """Give a field as a subgraph has it, None where it has not."""
        fields = self.types[type_name].joins.get(subgraph)
        return None if fields is None else fields.get(field)

    def homes(self, type_name: str, field: str) -> list[str]:
        """Give the subgraphs that have a field, whether of themselves or only where a @provides says so."""
        return [name for name, fields in self.types[type_name].joins.items() if field in fields]

    def is_joint(self, type_name: str, field: str) -> bool:
        """Say whether each home of a field holds a part of it; of any other, whoever has it can give it whole."""
        return field in self.types[type_name].joint

    def values(self, subgraph: str, type_name: str) -> frozenset[str] | None:
        """Give the values that an enum has in a subgraph, None of what is no enum."""
        kind = self.types.get(type_name)
        if kind is None or kind.kind != "ENUM":
            return None
        return frozenset(name for name, known in kind.values.items() if subgraph in known)

    def is_opaque(self, subgraph: str, type_name: str) -> bool:
        """Say whether a type is an interface object in a subgraph, which then cannot tell the concrete type."""
        return subgraph in self.types[type_name].interface_object_in

    def entries(self, type_name: str) -> tuple[Entry, ...]:
        """Give the doors by which objects of a type may be asked for anew."""
        found = self._entries.get(type_name)
        if found is None:
            kind = self.types[type_name]
            if type_name in self.roots.values():
                doors = [Entry(name, type_name, None, None) for name in kind.subgraphs]
            else:
                doors = self._doors(type_name, kind.keys)
                for interface in kind.interfaces:
                    above = self.types[interface]
                    doors += self._doors(interface, [k for k in above.keys if k.subgraph in above.interface_object_in])
            found = self._entries[type_name] = tuple(doors)
        return found

    def _doors(self, type_name: str, keys: list[KeyJoin]) -> list[Entry]:
        return [
            Entry(key.subgraph, type_name, key.fields, self.field_set(type_name, key.fields, key.subgraph))
            for key in keys
            if key.resolvable
        ]

    def field_set(self, type_name: str, fields: str, subgraph: str) -> Needs:
        """Read the fields of a key, of @requires or of @provides of a subgraph; read once.

        Objects of abstract types are sent with their concrete type, so that is needed below.
        """
        found = self._field_sets.get((type_name, fields, subgraph))
        if found is None:

            def must_know(type_name: str, field: str | None) -> bool:
                return field is None and self.is_abstract(type_name) and not self.is_opaque(subgraph, type_name)

            definition = parse("{" + fields + "}", no_location=True).definitions[0]
            assert isinstance(definition, OperationDefinitionNode)  # noqa: S101 - braces are an operation
            found = NeedsReader(self, {}, {}, must_know).read(definition.selection_set, type_name)
            self._field_sets[(type_name, fields, subgraph)] = found
        return found

    def must_know_type(self, type_name: str, field: str | None) -> bool:
        """Say whether an answer depends on the concrete type where this type (or its field) is asked for.

        So it is where a possible type is hidden from callers, and where a concrete type's field is narrower.
        """
        found = self._covariant.get((type_name, field))
        if found is None:
            found = self.is_abstract(type_name) and (
                any(self.types[each].inaccessible for each in self.possible(type_name))
                if field is None
                else self._is_narrowed(type_name, field)
            )
            self._covariant[(type_name, field)] = found
        return found

    def _is_narrowed(self, type_name: str, field: str) -> bool:
        declared = self.api.get_type(type_name)
        if declared is None:
            return False
        written = str(declared.fields[field].type)  # type: ignore[attr-defined]  # an interface: it has fields
        for each in self.possible(type_name):
            concrete = self.api.get_type(each)
            if concrete is not None and str(concrete.fields[field].type) != written:  # type: ignore[attr-defined]  # an object
                return True
        return False
