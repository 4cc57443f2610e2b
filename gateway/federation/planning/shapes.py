"""The answer's shape: which response keys stand where, of which type, and under which key each is kept.

Shapes of abstract types are read for each concrete type when it is first met.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
)

from gateway.federation.planning.joined_graph import JoinedGraph
from gateway.federation.planning.needs import TYPENAME, Need, Needs, apart, arguments_of, is_wanted

__all__ = ["Shape", "ShapeField", "ShapeReader"]

_INTROSPECTION = {"__schema", "__type"}


class ShapeField(NamedTuple):
    """One response key of an object."""

    response: str
    key: str
    name: str
    type: GraphQLOutputType | None
    """By the API schema; None for what introspection gives."""
    below: "Shape | None"
    is_promised: bool = False
    """The subgraph that gives it declares that it is never null there, whatever the API schema says."""
    is_asked: bool = True
    """Some subgraph is asked for it: nobody is for the fields of a type that not all know who could be asked here."""


class Shape:
    """What is answered of the objects at one place."""

    __slots__ = ("_asked", "_found", "_needs", "_reader", "is_told", "static")

    def __init__(
        self, reader: "ShapeReader", static: str, asked: tuple[SelectionSetNode, ...], needs: tuple[Needs, ...]
    ) -> None:
        """Read *asked* on *static* when it is met; *needs* are those that were planned for it."""
        self._reader = reader
        self._asked = asked
        self._needs = needs
        self._found: dict[str, tuple[ShapeField, ...] | None] = {}
        self.static = static
        self.is_told = any(each.typename for each in needs)
        """The answer depends on the concrete type."""

    def of(self, concrete: str) -> tuple[ShapeField, ...] | None:
        """Give the fields of objects of a type; None if no such object may stand here for callers."""
        if concrete not in self._found:
            self._found[concrete] = self._reader.fields(self.static, concrete, self._asked, self._needs)
        return self._found[concrete]


class ShapeReader:
    """Reads an operation's shapes."""

    def __init__(
        self,
        graph: JoinedGraph,
        fragments: Mapping[str, FragmentDefinitionNode],
        booleans: Mapping[str, object],
    ) -> None:
        """Read by the API schema of *graph*."""
        self._graph = graph
        self._api: GraphQLSchema = graph.api
        self._fragments = fragments
        self._booleans = booleans

    def root(self, selections: SelectionSetNode, needs: Needs) -> Shape:
        """Give the shape of an operation."""
        return Shape(self, needs.static, (selections,), (needs,))

    def fields(
        self, static: str, concrete: str, asked: tuple[SelectionSetNode, ...], needs: tuple[Needs, ...]
    ) -> tuple[ShapeField, ...] | None:
        """Give the fields of one concrete type, or of the static type itself."""
        found = self._api.get_type(concrete)
        is_known = isinstance(found, GraphQLObjectType | GraphQLInterfaceType)
        if concrete != static and (not is_known or concrete not in self._graph.possible(static)):
            return None
        grouped: dict[str, list[FieldNode]] = {}
        for selections in asked:
            self._collect(selections, concrete, grouped)
        return tuple(self._field(found, response, nodes, needs) for response, nodes in grouped.items())

    def _field(self, parent: object, response: str, nodes: list[FieldNode], needs: tuple[Needs, ...]) -> ShapeField:
        name = nodes[0].name.value
        if name == TYPENAME:
            return ShapeField(response, TYPENAME, name, None, None)
        if name in _INTROSPECTION:
            return ShapeField(response, f"{name} {response}", name, None, None)
        kind = cast("GraphQLObjectType | GraphQLInterfaceType", parent)
        key = apart(nodes[0]) if kind is self._api.mutation_type else arguments_of(nodes[0])[0]
        given = self._type_of(kind.name, name)
        asked = tuple(node.selection_set for node in nodes if node.selection_set is not None)
        planned = tuple(self._planned(needs, key, kind.name))
        below = None
        if asked:
            inner = tuple(need.sub for need in planned if need.sub is not None)
            below = Shape(self, get_named_type(given).name, asked, inner)
        is_promised = any(need.is_promised for need in planned)
        is_asked = any(need.is_promised is not None for need in planned)
        return ShapeField(response, key, name, given, below, is_promised, is_asked)

    def _type_of(self, parent: str, name: str) -> GraphQLOutputType:
        """Give a field's type. A fragment that always holds may ask for what only the possible types declare."""
        kinds = (self._api.get_type(each) for each in (parent, *sorted(self._graph.possible(parent))))
        declaring = (each for each in kinds if isinstance(each, GraphQLObjectType | GraphQLInterfaceType))
        found: GraphQLOutputType = next(each.fields[name].type for each in declaring if name in each.fields)
        return found

    def _planned(self, needs: tuple[Needs, ...], key: str, concrete: str) -> Iterable[Need]:
        """Give the needs that were planned for a field of a concrete type."""
        for each in needs:
            for (on, planned), need in each.items.items():
                if planned == key and self._applies(on, concrete):
                    yield need

    def _applies(self, condition: str, concrete: str) -> bool:
        return condition == concrete or self._graph.possible(concrete) <= self._graph.possible(condition)

    def _collect(self, selections: SelectionSetNode, concrete: str, grouped: dict[str, list[FieldNode]]) -> None:
        for node in selections.selections:
            if node.directives and not is_wanted(node.directives, self._booleans):
                continue
            if isinstance(node, FieldNode):
                response = node.alias.value if node.alias else node.name.value
                grouped.setdefault(response, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._applies(node.type_condition.name.value, concrete):
                    self._collect(node.selection_set, concrete, grouped)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                if self._applies(fragment.type_condition.name.value, concrete):
                    self._collect(fragment.selection_set, concrete, grouped)
