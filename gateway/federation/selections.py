"""What a document selects: fields collected by response key, with fragments, type conditions, @skip and @include."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    value_from_ast_untyped,
)

__all__ = ["Argument", "Selector", "argument_of"]

Argument = Callable[[Mapping[str, Any]], Any]
"""What an argument gives for the coerced variables of a request."""


@dataclass(frozen=True, slots=True)
class Selector:
    """Collects selections of one document, for one setting of the variables of @skip and @include."""

    fragments: Mapping[str, FragmentDefinitionNode]
    conditions: Mapping[str, bool]

    def collect(self, selection_sets: Iterable[SelectionSetNode], types: Collection[str]) -> dict[str, list[FieldNode]]:
        """Give the fields that apply to an object of *types* (its own name and its interfaces'), in document order."""
        collected: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for selection_set in selection_sets:
            self._collect(selection_set, types, collected, seen)
        return collected

    def under(self, nodes: Iterable[FieldNode], types: Collection[str]) -> dict[str, list[FieldNode]]:
        """Give what is selected below several nodes of one response key."""
        return self.collect((node.selection_set for node in nodes if node.selection_set), types)

    def _collect(
        self,
        selection_set: SelectionSetNode,
        types: Collection[str],
        collected: dict[str, list[FieldNode]],
        seen: set[str],
    ) -> None:
        for selection in selection_set.selections:
            if not self._included(selection.directives):
                continue
            if isinstance(selection, FieldNode):
                key = selection.alias.value if selection.alias else selection.name.value
                collected.setdefault(key, []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                if condition is None or condition.name.value in types:
                    self._collect(selection.selection_set, types, collected, seen)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in seen:
                seen.add(selection.name.value)
                fragment = self.fragments[selection.name.value]
                if fragment.type_condition.name.value in types:
                    self._collect(fragment.selection_set, types, collected, seen)

    def _included(self, directives: Iterable[DirectiveNode] | None) -> bool:
        for directive in directives or ():
            name = directive.name.value
            if name in ("skip", "include") and self._truth(next(iter(directive.arguments or ())).value) is (
                name == "skip"
            ):
                return False
        return True

    def _truth(self, value: ValueNode) -> bool:
        if isinstance(value, VariableNode):
            return self.conditions[value.name.value]
        return isinstance(value, BooleanValueNode) and value.value


def argument_of(node: FieldNode, name: str, default: object) -> Argument:
    """Give the reading of one argument: a constant where it holds no variable, else a look-up."""
    for argument in node.arguments or ():
        if argument.name.value == name:
            return _value(argument.value, default)
    return lambda _: default


def _value(value: ValueNode, default: object) -> Argument:
    if isinstance(value, VariableNode):
        variable = value.name.value
        return lambda variables: variables.get(variable, default)
    fields = getattr(value, "fields", None)
    if fields is not None:
        members = [(field.name.value, _value(field.value, None)) for field in fields]
        return lambda variables: {key: read(variables) for key, read in members}
    values = getattr(value, "values", None)
    if values is not None:
        items = [_value(item, None) for item in values]
        return lambda variables: [read(variables) for read in items]
    constant = value_from_ast_untyped(value)
    return lambda _: constant
