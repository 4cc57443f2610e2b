"""A checker of any answer: a null may stand only where the printed graph allows one (GraphQL, section 6.4.4).

It knows the graph, the document and the data; not which engine made them, nor what went wrong.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    is_abstract_type,
    is_composite_type,
    parse,
)

from tests.journeys.questions import GRAPH

__all__ = ["misplaced_nulls"]


def misplaced_nulls(said: Mapping[str, Any], data: Any, graph: GraphQLSchema = GRAPH) -> list[str]:  # noqa: ANN401 (JSON)
    """Name every null in the data of an answer where the graph has a type that is never null; *said* is the request.

    >>> misplaced_nulls({"query": "{ me: viewer { person } paper(id: 1) { id } }"}, {"me": None, "paper": None})
    ['me: null for Viewer!']
    """
    if data is None:
        return []
    document = parse(said["query"])
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    (asked,) = [each for each in operations if said.get("operationName") in (None, each.name and each.name.value)]
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    root = graph.get_root_type(asked.operation)
    assert root is not None
    return list(_Walk(graph, fragments).of_object(root, [asked.selection_set], data, ""))


@dataclass(frozen=True)
class _Walk:
    graph: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]

    def of_object(
        self, kind: GraphQLCompositeType, sets: Sequence[SelectionSetNode], told: Mapping[str, Any], where: str
    ) -> Iterator[str]:
        """Walk an object; one whose type is not told may be any that has these keys, and is taken for the best."""
        readings = []
        for concrete in self._possible(kind):
            selected: dict[str, list[FieldNode]] = {}
            for each in sets:
                self._collect(concrete, each, selected)
            if told.keys() <= selected.keys() and _is_named(concrete, selected, told):
                readings.append(
                    [
                        found
                        for key, value in told.items()
                        for found in self._of_field(concrete, selected[key], value, f"{where}.{key}".lstrip("."))
                    ]
                )
        assert readings, f"{where}: no {kind} has {list(told)}"
        yield from min(readings, key=len)

    def _of_field(self, kind: GraphQLObjectType, nodes: list[FieldNode], value: Any, where: str) -> Iterator[str]:  # noqa: ANN401 (JSON)
        definition = self.graph.get_field(kind, nodes[0].name.value)
        assert definition is not None
        yield from self._of_value(definition.type, [each.selection_set for each in nodes], value, where)

    def _of_value(self, kind: Any, sets: Sequence[SelectionSetNode | None], value: Any, where: str) -> Iterator[str]:  # noqa: ANN401 (any type, and JSON)
        if value is None:
            if isinstance(kind, GraphQLNonNull):
                yield f"{where}: null for {kind}"
            return
        inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        if isinstance(inner, GraphQLList):
            for n, each in enumerate(value):
                yield from self._of_value(inner.of_type, sets, each, f"{where}.{n}")
        elif is_composite_type(inner):
            yield from self.of_object(inner, [each for each in sets if each], value, where)

    def _possible(self, kind: GraphQLNamedType) -> Sequence[GraphQLObjectType]:
        if is_abstract_type(kind):
            return self.graph.get_possible_types(kind)
        assert isinstance(kind, GraphQLObjectType)
        return [kind]

    def _collect(self, kind: GraphQLObjectType, of: SelectionSetNode, selected: dict[str, list[FieldNode]]) -> None:
        for each in of.selections:
            if isinstance(each, FieldNode):
                selected.setdefault(each.alias.value if each.alias else each.name.value, []).append(each)
                continue
            inner = self.fragments[each.name.value] if isinstance(each, FragmentSpreadNode) else each
            assert isinstance(inner, FragmentDefinitionNode | InlineFragmentNode)
            condition = self.graph.type_map[inner.type_condition.name.value] if inner.type_condition else kind
            if kind in self._possible(condition):
                self._collect(kind, inner.selection_set, selected)


def _is_named(kind: GraphQLObjectType, selected: Mapping[str, list[FieldNode]], told: Mapping[str, Any]) -> bool:
    """Say whether an object may be of a type, by what it says of itself."""
    names = [value for key, value in told.items() if selected[key][0].name.value == "__typename"]
    return all(each == kind.name for each in names)
