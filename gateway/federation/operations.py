"""Documents, read once: parsed, validated, their root fields sorted by who answers them; kept in a bounded cache."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache
from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    Visitor,
    get_variable_values,
    parse,
    validate,
    visit,
)

from gateway.errors import BadUserInput, ParsingError, Text, ValidationFailed
from gateway.federation.cost import Cost
from gateway.federation.plain_variables import PlainVariables, plain_variables, read_plain
from gateway.federation.selections import Argument, Selector, argument_of
from gateway.federation.subjects.deciding import SubjectPlanner
from gateway.federation.subjects.graph import OF_THE_REGISTER
from gateway.federation.subjects.plan import SubjectPlan, Viewpoint
from schema.masks import mask_text

__all__ = ["Field", "Local", "Operation", "Operations", "SubjectField", "TypeName"]

_CHARACTERS_KEPT = 1_000_000
"""Characters of all documents that are remembered: a document with its plans takes some sixty bytes for each."""
_SETTINGS_OF_CONDITIONS = 16
_PLANS_PER_FIELD = 64


@dataclass(frozen=True, slots=True)
class TypeName:
    """``__typename`` at the root."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Local:
    """What the gateway answers from itself, through graphql-core: viewer, catalogue, introspection, mutations."""

    key: str
    document: DocumentNode
    """What asks for this root field alone: what becomes of it says nothing of those beside it."""

    coordinate: str
    """The root field: ``Query.papers``, ``Mutation.presentPaper``."""

    @property
    def describes(self) -> bool:
        """Whether it asks for the graph itself: introspection."""
        return self.coordinate.startswith("Query.__")

    @property
    def changes(self) -> bool:
        """Whether it is a mutation."""
        return self.coordinate.startswith("Mutation.")


@dataclass(slots=True, eq=False)
class SubjectField:
    """A root field that gives subjects: ``subject``, ``subjects`` or ``searchSubjects``."""

    key: str
    name: str
    nodes: list[FieldNode]
    """The nodes whose selections are a subject's."""
    connection: Mapping[str, list[FieldNode]]
    """Of a search: its connection's own fields."""
    lists: "Mapping[str, SubjectField]"
    """Of a search: what is selected of the subjects found, by the response key of their list."""
    selector: Selector
    arguments: Mapping[str, Argument]
    plans: LRUCache[Viewpoint, SubjectPlan] = field(default_factory=lambda: LRUCache(_PLANS_PER_FIELD))

    def plan(self, planner: SubjectPlanner, viewpoint: Viewpoint) -> SubjectPlan:
        """Give the plan for a viewpoint, made once."""
        plan = self.plans.get(viewpoint)
        if plan is None:
            plan = self.plans[viewpoint] = planner.plan(self.nodes, self.selector, viewpoint)
        return plan


Field = TypeName | Local | SubjectField


@dataclass(slots=True, eq=False)
class Operation:
    """One operation of a document, ready to be asked again with other variables."""

    name: str | None
    document: DocumentNode
    """The whole document that it stands in."""
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    digest: str
    """Of the document as it was sent, but for identity numbers: nobody can guess one back from it."""
    length: int
    """Characters of the document."""
    condition_names: tuple[str, ...]
    schema: GraphQLSchema
    plain_variables: PlainVariables | None
    cost: Cost
    """What it amounts to, whoever asks and whatever comes of it."""
    _fields: LRUCache[tuple[bool, ...], tuple[Field, ...]] = field(
        default_factory=lambda: LRUCache(_SETTINGS_OF_CONDITIONS)
    )

    @property
    def changes(self) -> bool:
        """Whether it is a mutation."""
        return self.node.operation is OperationType.MUTATION

    def variables(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the coerced variables.

        Raises:
            BadUserInput: naming what does not fit.

        """
        if not self.node.variable_definitions:
            return {}
        if self.plain_variables is not None:
            plain = read_plain(self.plain_variables, given)
            if plain is not None:
                return plain
        coerced = get_variable_values(self.schema, self.node.variable_definitions, dict(given), max_errors=20)
        if isinstance(coerced, list):
            raise BadUserInput("; ".join(_without_values(error.message) for error in coerced))
        return coerced.coerced

    def fields(self, variables: Mapping[str, Any]) -> tuple[Field, ...]:
        """Give the root fields for the values of the variables of @skip and @include, in document order."""
        setting = tuple(bool(variables.get(name)) for name in self.condition_names)
        if not all(setting):
            self.refuse_null(variables)
        fields = self._fields.get(setting)
        if fields is None:
            fields = self._fields[setting] = tuple(self._sort(dict(zip(self.condition_names, setting, strict=True))))
        return fields

    def refuse_null(self, variables: Mapping[str, Any]) -> None:
        """Refuse null where @skip or @include needs true or false: a default does not stand in for it.

        Raises:
            BadUserInput: naming the variable.

        """
        for name in self.condition_names:
            if variables.get(name, False) is None:
                raise BadUserInput(Text(f"${name} decides on a field: true or false", f"${name} 须为 true 或 false"))

    def _sort(self, conditions: Mapping[str, bool]) -> Iterator[Field]:
        selector = Selector(self.fragments, conditions)
        root = "Mutation" if self.changes else "Query"
        for key, nodes in selector.collect([self.node.selection_set], (root,)).items():
            name = nodes[0].name.value
            if name == "__typename":
                yield TypeName(key, root)
            elif name in OF_THE_REGISTER:
                yield _subject_field(key, nodes, selector)
            else:
                yield Local(key, self._alone(nodes), f"{root}.{name}")

    def _alone(self, nodes: Sequence[FieldNode]) -> DocumentNode:
        """Make a document that asks for one root field alone, with the same variables and fragments."""
        operation = OperationDefinitionNode(
            operation=self.node.operation,
            name=self.node.name,
            variable_definitions=self.node.variable_definitions,
            directives=(),
            selection_set=SelectionSetNode(selections=tuple(nodes)),
        )
        return DocumentNode(definitions=(operation, *self.fragments.values()))


def _subject_field(key: str, nodes: list[FieldNode], selector: Selector) -> SubjectField:
    name, first = nodes[0].name.value, nodes[0]
    if name != "searchSubjects":
        by = argument_of(first, "by", None)
        return SubjectField(key, name, nodes, {}, {}, selector, {"by": _as_list(by) if name == "subjects" else by})
    connection = selector.under(nodes, ("SubjectConnection",))
    arguments = {
        "text": argument_of(first, "text", ""),
        "kind": argument_of(first, "kind", "LEGAL_PERSON"),
        "first": argument_of(first, "first", None),
        "after": argument_of(first, "after", None),
    }
    lists = {
        each: SubjectField(key, name, below, {}, {}, selector, arguments)
        for each, below in connection.items()
        if below[0].name.value == "nodes"
    }
    return SubjectField(key, name, nodes, connection, lists, selector, arguments)


def _as_list(argument: Argument) -> Argument:
    """Read a single value as a list of it, as GraphQL's input coercion does."""

    def read(variables: Mapping[str, Any]) -> object:
        value = argument(variables)
        return value if isinstance(value, list | tuple) else [value]

    return read


class Operations:
    """Reads documents against one graph, and remembers those that are good."""

    def __init__(
        self,
        schema: GraphQLSchema,
        max_tokens: int,
        costs_of: Callable[[DocumentNode], Mapping[str | None, Cost]],
        *,
        suggests: bool = True,
    ) -> None:
        """Read against *schema*; a document of more than *max_tokens*, or that *costs_of* refuses, is not validated.

        Unless it *suggests*, a refusal names nothing that the asker did not write.
        """
        self._schema = schema
        self._suggests = suggests
        self._max_tokens = max_tokens
        self._costs_of = costs_of
        self._known: LRUCache[tuple[str, str | None], Operation] = LRUCache(
            _CHARACTERS_KEPT, getsizeof=lambda operation: operation.length
        )

    def read(self, text: str, name: str | None) -> Operation:
        """Give the operation *name* of a document, or its only one.

        Raises:
            ParsingError: the text is no GraphQL.
            ValidationFailed: it does not fit the graph.
            BadUserInput: no such operation, or none named among several.
            LimitExceeded: it is larger than an operation may be.

        """
        operation = self._known.get((text, name))
        if operation is None:
            operation = self._read(text, name)
            if operation.length <= _CHARACTERS_KEPT:
                self._known[text, name] = operation
        return operation

    def _read(self, text: str, name: str | None) -> Operation:
        try:
            document = parse(text, max_tokens=self._max_tokens, allow_empty_selection_sets=False)
        except GraphQLSyntaxError as error:
            raise ParsingError(mask_text(error.message), _places(error)) from error
        except RecursionError as error:
            raise ParsingError(Text("it is nested too deeply", "嵌套过深")) from error
        costs = self._costs_of(document)
        self._validate(document)
        node = _chosen(document, name)
        return Operation(
            name=node.name.value if node.name else None,
            document=document,
            node=node,
            fragments=_fragments(document),
            digest=hashlib.sha256(mask_text(text).encode()).hexdigest(),
            length=len(text),
            condition_names=_condition_names(document),
            schema=self._schema,
            plain_variables=plain_variables(node.variable_definitions or ()),
            cost=costs[node.name.value if node.name else None],
        )

    def _validate(self, document: DocumentNode) -> None:
        try:
            errors = validate(self._schema, document, max_errors=10, hide_suggestions=not self._suggests)
        except RecursionError as error:
            raise ValidationFailed(Text("it is nested too deeply", "嵌套过深")) from error
        if errors:
            raise ValidationFailed(
                mask_text("; ".join(error.message for error in errors)),
                [place for error in errors for place in _places(error)],
            )


def _without_values(message: str) -> str:
    """Leave out what was sent: it may hold an identity number, and the sender knows it."""
    return mask_text(_VALUES.sub(r"\1", message).rstrip(".")) + "."


_VALUES = re.compile(r", found: .*|( represent [\w -]*value): .*", re.DOTALL)
"""Where graphql-core quotes what was sent."""


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}


def _places(error: GraphQLError) -> list[tuple[int, int]]:
    return [(place.line, place.column) for place in error.locations or ()]


def _chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if name is not None:
        operations = [each for each in operations if each.name is not None and each.name.value == name]
        if not operations:
            masked = mask_text(name)
            raise BadUserInput(Text(f"the document has no operation {masked!r}", f"文档中没有操作 {masked}"))
    if len(operations) > 1:
        raise BadUserInput(
            Text("the document has several operations: say which in operationName", "请在 operationName 中指明所用操作")
        )
    if not operations:
        raise BadUserInput(Text("the document has no operation", "文档中没有操作"))
    return operations[0]


def _condition_names(document: DocumentNode) -> tuple[str, ...]:
    """Give the variables that @skip and @include look at."""
    found: dict[str, None] = {}

    class Conditions(Visitor):
        def enter_directive(self, node: DirectiveNode, *_: object) -> None:
            if node.name.value in ("skip", "include"):
                values = (each.value for each in node.arguments or ())
                found.update({value.name.value: None for value in values if isinstance(value, VariableNode)})

    visit(document, Conditions())
    return tuple(found)
