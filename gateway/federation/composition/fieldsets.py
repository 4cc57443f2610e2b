"""Field sets, the selections in `@key(fields:)`, `@requires(fields:)` and `@provides(fields:)`."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from graphql import (
    FieldNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
)

from gateway.federation.composition.elements import Applied, Field, Kind, TypeDefinition, named
from gateway.federation.composition.reading import SubgraphSchema

__all__ = [
    "FieldSetInvalid",
    "Selected",
    "alike",
    "field_set",
    "field_set_of",
    "is_known",
    "kept",
    "selected_fields",
    "written",
]


class FieldSetInvalid(ValueError):
    """A field set that is none: its text says why."""


class Selected(NamedTuple):
    """A field that a field set selects, and the type that it is of."""

    parent: TypeDefinition
    field: Field


def field_set(text: str) -> SelectionSetNode:
    """Read a field set.

    >>> print_ast(field_set("id owner { id }")).split()
    ['{', 'id', 'owner', '{', 'id', '}', '}']

    Raises:
        FieldSetInvalid: if it is no selection.

    """
    try:
        document = parse(f"{{ {text} }}", no_location=True)
    except GraphQLSyntaxError as error:
        raise FieldSetInvalid(error.message) from error
    first = document.definitions[0]
    if len(document.definitions) != 1 or not isinstance(first, OperationDefinitionNode):
        message = "it is not one selection"
        raise FieldSetInvalid(message)
    if not _selects(first.selection_set):
        message = "it selects nothing"
        raise FieldSetInvalid(message)
    return first.selection_set


def _selects(selection: SelectionSetNode) -> bool:
    below = (getattr(each, "selection_set", None) for each in selection.selections)
    return bool(selection.selections) and all(_selects(each) for each in below if each is not None)


def field_set_of(applied: Applied) -> SelectionSetNode | None:
    """Give the field set of a directive; None where it cannot be read, which a rule tells elsewhere."""
    try:
        return field_set(applied.text("fields"))
    except FieldSetInvalid:
        return None


def alike(one: Applied, other: Applied) -> bool:
    """Say whether two directives select the same, in whatever order."""
    first, second = field_set_of(one), field_set_of(other)
    return first is not None and second is not None and _sorted(first) == _sorted(second)


def _sorted(selection: SelectionSetNode) -> list[str]:
    return sorted(
        f"{each.name.value} {_sorted(each.selection_set) if each.selection_set else ''}"
        if isinstance(each, FieldNode)
        else print_ast(each)
        for each in selection.selections
    )


def selected_fields(
    schema: SubgraphSchema, type_name: str, selection: SelectionSetNode, *, implementations: bool
) -> Iterator[Selected]:
    """Give every field that a field set selects, as far as it is known here, from the outside in.

    With *implementations*, a field of an interface stands for that of each type that implements it too.
    """
    definition = schema.types.get(type_name)
    if definition is None:
        return
    for each in selection.selections:
        if isinstance(each, InlineFragmentNode):
            inner = each.type_condition.name.value if each.type_condition else type_name
            yield from selected_fields(schema, inner, each.selection_set, implementations=implementations)
            continue
        if not isinstance(each, FieldNode) or each.name.value not in definition.fields:
            continue
        field = definition.fields[each.name.value]
        yield Selected(definition, field)
        if implementations and definition.kind is Kind.INTERFACE:
            yield from _of_implementations(schema, type_name, each)
        if each.selection_set is not None:
            yield from selected_fields(schema, named(field.type), each.selection_set, implementations=implementations)


def _of_implementations(schema: SubgraphSchema, interface: str, node: FieldNode) -> Iterator[Selected]:
    for name in schema.possible(interface):
        field = schema.field(name, node.name.value)
        if field is not None:
            yield Selected(schema.types[name], field)


def is_known(schema: SubgraphSchema, type_name: str, selection: SelectionSetNode) -> bool:
    """Say whether every field of a field set is defined here, and selected down to its leaves."""
    definition = schema.types.get(type_name)
    if definition is None:
        return False
    for each in selection.selections:
        if isinstance(each, InlineFragmentNode):
            inner = each.type_condition.name.value if each.type_condition else type_name
            if not is_known(schema, inner, each.selection_set):
                return False
        elif isinstance(each, FieldNode) and each.name.value != "__typename":
            field = definition.fields.get(each.name.value)
            target = schema.types.get(named(field.type)) if field is not None else None
            composite = target is not None and target.composite
            if field is None or composite is (each.selection_set is None):
                return False
            if each.selection_set is not None and not is_known(schema, named(field.type), each.selection_set):
                return False
    return True


def kept(
    schema: SubgraphSchema,
    type_name: str,
    selection: SelectionSetNode,
    wanted: Callable[[TypeDefinition, Field], bool],
) -> SelectionSetNode | None:
    """Give what is left of a field set when the leaves that are not *wanted* go, None if nothing is.

    A field that is wanted stays with all that is below it.
    """
    definition = schema.types[type_name]
    left: list[FieldNode | InlineFragmentNode] = []
    for each in selection.selections:
        if isinstance(each, InlineFragmentNode):
            inner = each.type_condition.name.value if each.type_condition else type_name
            below = kept(schema, inner, each.selection_set, wanted) if inner in schema.types else None
            if below is not None:
                left.append(InlineFragmentNode(type_condition=each.type_condition, selection_set=below))
        elif isinstance(each, FieldNode):
            field = definition.fields.get(each.name.value)
            if field is None or wanted(definition, field):
                left.append(each)
            elif each.selection_set is not None and named(field.type) in schema.types:
                below = kept(schema, named(field.type), each.selection_set, wanted)
                if below is not None:
                    left.append(FieldNode(name=each.name, arguments=each.arguments, selection_set=below))
    return SelectionSetNode(selections=tuple(left)) if left else None


def written(selection: SelectionSetNode) -> str:
    """Write a field set on one line, without the outer braces."""
    return " ".join(print_ast(selection).split())[1:-1].strip()
