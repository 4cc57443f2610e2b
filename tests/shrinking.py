"""Makes an operation smaller for as long as it still shows what is wrong."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Protocol, TypeVar

from graphql import (
    REMOVE,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    SelectionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    validate,
    visit,
)

__all__ = ["Asked", "shrunk"]

_N = TypeVar("_N", bound=Node)


class Asked(Protocol):
    """An operation as it is sent: a dataclass with a document and the values of its variables."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def document(self) -> str:
        """The text of the document."""
        ...

    @property
    def variables(self) -> Mapping[str, Any]:
        """The values of its variables."""
        ...


A = TypeVar("A", bound=Asked)


async def shrunk(schema: GraphQLSchema, operation: A, fails: Callable[[A], Awaitable[bool]]) -> A:
    """Give a smaller operation that still fails, by leaving out selections, arguments and directives one at a time."""
    smaller = True
    while smaller:
        smaller = False
        for document in _with_one_less(parse(operation.document, no_location=True)):
            declared = {each.variable.name.value for each in _of_kind(document, VariableDefinitionNode)}
            values = {name: value for name, value in operation.variables.items() if name in declared}
            candidate = replace(operation, document=print_ast(document), variables=values)
            if not validate(schema, document) and await fails(candidate):
                operation, smaller = candidate, True
                break
    return operation


def _with_one_less(document: DocumentNode) -> Iterator[DocumentNode]:
    """Give the document without one of its parts, for each in turn, or with an inner part in its place."""
    for wanted in _of_kind(document, SelectionSetNode):
        for place, left_out in enumerate(wanted.selections):
            before, after = wanted.selections[:place], wanted.selections[place + 1 :]
            if before or after:
                yield _tidy(_replaced(document, wanted, (*before, *after)))
            if isinstance(left_out, InlineFragmentNode):
                yield _tidy(_replaced(document, wanted, (*before, *left_out.selection_set.selections, *after)))
            if isinstance(left_out, FragmentSpreadNode):
                inside = _definition(document, left_out.name.value)
                condition = InlineFragmentNode(
                    type_condition=inside.type_condition, directives=(), selection_set=inside.selection_set
                )
                yield _tidy(_replaced(document, wanted, (*before, condition, *after)))
    for field in _of_kind(document, FieldNode):
        if field.directives:
            yield _tidy(_exchanged(document, field, replace(field, directives=())))
        for argument in field.arguments or ():
            fewer = tuple(each for each in field.arguments or () if each is not argument)
            yield _tidy(_exchanged(document, field, replace(field, arguments=fewer)))


def _definition(document: DocumentNode, name: str) -> FragmentDefinitionNode:
    return next(
        each for each in document.definitions if isinstance(each, FragmentDefinitionNode) and each.name.value == name
    )


def _replaced(document: DocumentNode, wanted: SelectionSetNode, selections: tuple[SelectionNode, ...]) -> DocumentNode:
    return _exchanged(document, wanted, replace(wanted, selections=selections))


def _exchanged(document: DocumentNode, wanted: Node, other: Node) -> DocumentNode:
    class Exchanging(Visitor):
        def enter(self, node: Node, *_: object) -> Node | None:
            return other if node is wanted else None

    made: DocumentNode = visit(document, Exchanging())
    return made


def _tidy(document: DocumentNode) -> DocumentNode:
    """Leave out fragments and variables that nothing uses any more."""
    spread = {each.name.value for each in _of_kind(document, FragmentSpreadNode)}
    kept = tuple(
        each
        for each in document.definitions
        if not isinstance(each, FragmentDefinitionNode) or each.name.value in spread
    )
    if len(kept) < len(document.definitions):
        return _tidy(replace(document, definitions=kept))
    uses = Counter(each.name.value for each in _of_kind(document, VariableNode))

    class Dropping(Visitor):
        def enter_variable_definition(self, node: VariableDefinitionNode, *_: object) -> Any:  # noqa: ANN401 (a visitor's signature)
            return REMOVE if uses[node.variable.name.value] < 2 else None

    tidied: DocumentNode = visit(document, Dropping())
    return tidied


def _of_kind(node: Node, kind: type[_N]) -> list[_N]:
    found: list[_N] = []

    class Finding(Visitor):
        def enter(self, each: Node, *_: object) -> None:
            if isinstance(each, kind):
                found.append(each)

    visit(node, Finding())
    return found
