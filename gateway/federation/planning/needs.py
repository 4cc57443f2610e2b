"""Needs: what must be known of an object, free of the caller's aliases, fragments and conditions.

A field is named by its *key*: its name, and a digest of its arguments where it has some. Two selections of the same
field with the same arguments are one need, whatever the caller calls them; two with different arguments never collide.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    print_ast,
)

__all__ = ["TYPENAME", "Arguments", "Need", "Needs", "NeedsReader", "Types", "apart", "arguments_of", "is_wanted"]

TYPENAME = "__typename"


class Arguments:
    """A field's arguments as they are written to a subgraph, and the variables that stand in them."""

    __slots__ = ("text", "variables")

    def __init__(self, text: str = "", variables: tuple[str, ...] = ()) -> None:
        """Keep the text, with its parentheses."""
        self.text = text
        self.variables = variables


_NONE = Arguments()


class Need:
    """One field that must be known of every object that is an ``on``."""

    __slots__ = ("among", "arguments", "is_promised", "key", "name", "on", "sub")

    def __init__(self, on: str, name: str, key: str, arguments: Arguments, sub: "Needs | None") -> None:
        """Need *name* of each *on*; *sub* of what it gives, if that is an object."""
        self.on = on
        self.name = name
        self.key = key
        self.arguments = arguments
        self.sub = sub
        self.is_promised: bool | None = None
        """Every subgraph that is asked for it declares that it is never null there; None as long as none is."""
        self.among: frozenset[str] | None = None
        """Of a joint field: the subgraphs that may be asked for it; None for all that have it."""


class Needs:
    """All that must be known at one place, whose type is ``static``; the same key may be needed on several types.

    ``typename`` says that the concrete type must be learnt there.
    """

    __slots__ = ("items", "static", "typename")

    def __init__(self, static: str) -> None:
        """Start with nothing."""
        self.static = static
        self.items: dict[tuple[str, str], Need] = {}
        self.typename = False


class Types(Protocol):
    """What of a graph must be known to read a selection."""

    def field_type(self, type_name: str, field: str) -> str:
        """Give the name of the type of a field."""
        ...

    def is_composite(self, type_name: str) -> bool:
        """Say whether a type has fields or members."""
        ...

    def is_abstract(self, type_name: str) -> bool:
        """Say whether a type is an interface or a union."""
        ...

    def possible(self, type_name: str) -> frozenset[str]:
        """Give the object types that a type may be."""
        ...


def arguments_of(node: FieldNode) -> tuple[str, Arguments]:
    """Give the key of a field and its arguments."""
    if not node.arguments:
        return node.name.value, _NONE
    ordered = sorted(node.arguments, key=_argument_name)
    written = ", ".join(f"{each.name.value}: {print_ast(each.value)}" for each in ordered)
    variables: dict[str, None] = {}
    for each in ordered:
        _note_variables(each.value, variables)
    digest = hashlib.blake2s(written.encode(), digest_size=5).hexdigest()
    return f"{node.name.value}__{digest}", Arguments(f"({written})", tuple(variables))


def apart(node: FieldNode) -> str:
    """Give the key of a mutation's field: what is asked twice is done twice, so its response key is part of it."""
    key, _ = arguments_of(node)
    return key if node.alias is None or node.alias.value == node.name.value else f"{key}__{node.alias.value}"


def _argument_name(node: ArgumentNode) -> str:
    return node.name.value


def _note_variables(value: ValueNode, into: dict[str, None]) -> None:
    if isinstance(value, VariableNode):
        into[value.name.value] = None
        return
    for inner in getattr(value, "values", None) or ():
        _note_variables(inner, into)
    for field in getattr(value, "fields", None) or ():
        _note_variables(field.value, into)


def is_wanted(directives: tuple[DirectiveNode, ...] | None, booleans: Mapping[str, object]) -> bool:
    """Say whether @skip and @include let a selection stand, with the variables that decide it."""
    for directive in directives or ():
        name = directive.name.value
        if name in {"skip", "include"} and directive.arguments:
            value = directive.arguments[0].value
            if isinstance(value, BooleanValueNode):
                holds = value.value
            else:
                holds = isinstance(value, VariableNode) and bool(booleans.get(value.name.value))
            if holds is (name == "skip"):
                return False
    return True


class NeedsReader:
    """Reads selections as needs; @skip and @include are resolved with the booleans given."""

    def __init__(
        self,
        types: Types,
        fragments: Mapping[str, FragmentDefinitionNode],
        booleans: Mapping[str, object],
        must_know: Callable[[str, str | None], bool] = lambda _type, _field: False,
    ) -> None:
        """Read against *types*; *must_know* says where a type (or a field on it) asks for the concrete type."""
        self._types = types
        self._fragments = fragments
        self._booleans = booleans
        self._must_know = must_know
        self._apart: str | None = None

    def read(self, selections: SelectionSetNode, static: str) -> Needs:
        """Give the needs of a selection on *static*."""
        needs = Needs(static)
        self._collect(selections, static, needs)
        return needs

    def add(self, nodes: Iterable[FieldNode], on: str, needs: Needs) -> None:
        """Add what *nodes* select of each *on* to *needs*."""
        for node in nodes:
            self._field(node, on, needs)

    def read_apart(self, selections: SelectionSetNode, static: str) -> Needs:
        """Give the needs of a mutation, whose fields are each done for themselves."""
        self._apart = static
        return self.read(selections, static)

    def _collect(self, selections: SelectionSetNode, on: str, needs: Needs) -> None:
        for node in selections.selections:
            if node.directives and not is_wanted(node.directives, self._booleans):
                continue
            if isinstance(node, FieldNode):
                self._field(node, on, needs)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition.name.value if node.type_condition else on
                self._fragment(node.selection_set, condition, on, needs)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                self._fragment(fragment.selection_set, fragment.type_condition.name.value, on, needs)

    def _fragment(self, selections: SelectionSetNode, condition: str, on: str, needs: Needs) -> None:
        types = self._types
        if condition == on:
            self._collect(selections, on, needs)
            return
        here, there = types.possible(on), types.possible(condition)
        if not here & there:
            return
        if there <= here:
            self._narrow(selections, condition, needs)
        elif here <= there and (len(here) == 1 or on == needs.static):
            # The condition always holds: fields that only it declares are still asked on it.
            self._collect_widened(selections, on, needs)
        else:
            for concrete in sorted(here & there):
                self._narrow(selections, concrete, needs)

    def _narrow(self, selections: SelectionSetNode, on: str, needs: Needs) -> None:
        if on != needs.static:
            needs.typename = True
        self._collect(selections, on, needs)

    def _collect_widened(self, selections: SelectionSetNode, on: str, needs: Needs) -> None:
        if not self._types.is_abstract(on):
            self._collect(selections, on, needs)
            return
        for concrete in sorted(self._types.possible(on)):
            self._narrow(selections, concrete, needs)

    def _field(self, node: FieldNode, on: str, needs: Needs) -> None:
        name = node.name.value
        if name == TYPENAME:
            needs.typename = needs.typename or self._types.is_abstract(needs.static)
            return
        if name.startswith("__"):
            return
        if self._must_know(on, name):
            needs.typename = True
        key, arguments = arguments_of(node)
        if on == self._apart:
            key = apart(node)
        need = needs.items.get((on, key))
        if need is None:
            child = self._types.field_type(on, name)
            sub = Needs(child) if self._types.is_composite(child) else None
            if sub is not None and self._must_know(child, None):
                sub.typename = True
            need = needs.items[(on, key)] = Need(on, name, key, arguments, sub)
        if need.sub is not None and node.selection_set is not None:
            self._collect(node.selection_set, need.sub.static, need.sub)
