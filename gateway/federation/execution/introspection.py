"""Answers what an operation asks of the schema itself, by the API schema."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    NameNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    execute_sync,
)

from gateway.federation.planning.needs import is_wanted

__all__ = ["introspect"]

_ASKED = {"__schema", "__type"}


def introspect(
    api: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
) -> dict[str, Any]:
    """Give the fields ``__schema`` and ``__type`` of an operation, under ``<name> <response key>``."""
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    fields: list[FieldNode] = []
    _collect(operation.selection_set, fragments, variables, fields)
    alone = OperationDefinitionNode(
        operation=operation.operation,
        name=NameNode(value="Introspection"),
        variable_definitions=operation.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(fields)),
    )
    result = execute_sync(api, DocumentNode(definitions=(alone, *fragments.values())), variable_values=dict(variables))
    data = result.data or {}
    return {f"{node.name.value} {_response(node)}": data.get(_response(node)) for node in fields}


def _response(node: FieldNode) -> str:
    return node.alias.value if node.alias else node.name.value


def _collect(
    selections: SelectionSetNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
    into: list[FieldNode],
) -> None:
    node: SelectionNode
    for node in selections.selections:
        if not is_wanted(node.directives, variables):
            continue
        if isinstance(node, FieldNode):
            if node.name.value in _ASKED:
                into.append(node)
        elif isinstance(node, InlineFragmentNode):
            _collect(node.selection_set, fragments, variables, into)
        elif isinstance(node, FragmentSpreadNode):
            _collect(fragments[node.name.value].selection_set, fragments, variables, into)
