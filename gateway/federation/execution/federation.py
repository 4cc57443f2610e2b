"""The federation: a joined graph and the sources of its subgraphs, which together answer operations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from cachetools import LRUCache
from graphql import (
    BooleanValueNode,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    get_variable_values,
    print_ast,
    visit,
)

from connectors.subgraph import GraphqlSource
from gateway.federation.execution.answers import FederatedAnswer, FieldError
from gateway.federation.execution.completion import complete
from gateway.federation.execution.introspection import introspect
from gateway.federation.execution.leaves import is_shallow
from gateway.federation.execution.projection import Odd, Projection, projection
from gateway.federation.execution.running import Course, Run
from gateway.federation.execution.seam import Leg, Way
from gateway.federation.execution.store import Store
from gateway.federation.execution.timing import Timing
from gateway.federation.execution.ways.documents import Operation
from gateway.federation.execution.ways.remote import Remote
from gateway.federation.plain_variables import SCALARS, PlainVariables, plain_variables, read_plain
from gateway.federation.planning import Holdings, JoinedGraph, OperationPlan, Unplannable, draw

__all__ = ["Federation"]

_CHARACTERS_KEPT = 1_000_000
"""Characters of all documents whose plans are kept, those asked last; a larger one is planned each time."""
_SEEN = 64
"""Documents that are known without their text, which have no more characters than that together."""
_FEW = 32
"""Objects that are completed step by step in less time than it takes to compile a projection."""
_PLANS = 16
"""Plans of one operation that are kept, for the values of its conditions."""


@dataclass(slots=True)
class _Operation:
    """An operation of a document, as far as it can be prepared without its variables."""

    document: DocumentNode
    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    length: int
    """Characters of the document."""
    conditions: tuple[str, ...]
    """The variables that @skip and @include ask."""
    plain: PlainVariables | None
    """How variables are told that need no coercion."""
    plans: dict[tuple[bool, ...], "_Ready | Unplannable"] = field(default_factory=dict)


class _Ready:
    """A plan, how it is carried out, and its projection, which is compiled when it is worth that."""

    __slots__ = ("_is_seen", "_project", "course", "plan")

    def __init__(self, plan: OperationPlan, course: Course[Operation]) -> None:
        self.plan = plan
        self.course = course
        self._project: Projection | None = None
        self._is_seen = False

    def projection(self, store: Store, timings: Sequence[Timing]) -> Projection | None:
        """Give the compiled projection; None for a first small answer: to compile takes longer than to complete it."""
        if self._project is None:
            if not self._is_seen and _is_small(store, timings):
                self._is_seen = True
                return None
            self._project = projection(self.plan)
        return self._project


def _is_small(store: Store, timings: Sequence[Timing]) -> bool:
    lists = (value for value in store.root.values() if value.__class__ is list)
    return sum(each.objects for each in timings) <= _FEW and all(len(each) <= _FEW for each in lists)


class _Conditions(Visitor):
    """Finds the variables of @skip and @include."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def enter_directive(self, node: Any, *_: Any) -> None:  # noqa: ANN401 - as graphql-core calls visitors
        if node.name.value in {"skip", "include"}:
            for argument in node.arguments or ():
                if isinstance(argument.value, VariableNode):
                    self.names[argument.value.name.value] = None


class Federation:
    """Plans operations on a joined graph, and answers them from its subgraphs."""

    def __init__(self, graph: JoinedGraph, ways: Mapping[str, Way[Operation]]) -> None:
        """Answer by *ways*, which are named as the graph's subgraphs are."""
        self.graph = graph
        self._ways = ways
        self._holdings = Holdings(graph)
        self._operations: LRUCache[tuple[str, str | None], _Operation] = LRUCache(
            _CHARACTERS_KEPT, getsizeof=lambda operation: operation.length
        )
        self._seen: dict[tuple[int, str | None], _Operation] = {}

    @classmethod
    def over(cls, graph: JoinedGraph, sources: Mapping[str, GraphqlSource]) -> Self:
        """Answer by services that are all asked over a network."""
        return cls(graph, {name: Remote(source) for name, source in sources.items()})

    def plan(self, document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any]) -> OperationPlan:
        """Give the plan of an operation, whose document is valid by the API schema; planned once.

        Raises:
            Unplannable: a field cannot be reached.

        """
        operation = self._operation(document, operation_name)
        return self._ready(operation, variables).plan

    async def answer(
        self,
        document: DocumentNode,
        operation_name: str | None,
        variables: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> FederatedAnswer:
        """Answer an operation, whose document is valid by the API schema."""
        operation = self._operation(document, operation_name)
        definitions = operation.node.variable_definitions
        values: Mapping[str, Any] = variables
        if definitions:
            plain = None if operation.plain is None else read_plain(operation.plain, variables)
            if plain is None:
                read = get_variable_values(self.graph.api, definitions, dict(variables))
                if isinstance(read, list):
                    return FederatedAnswer(None, [_bad_input(each) for each in read], [])
                plain = read.coerced
                deep = [name for name, value in plain.items() if not is_shallow(value)]
                if deep:
                    return FederatedAnswer(None, [_too_deep(name) for name in deep], [])
            values = plain
        try:
            ready = self._ready(operation, values)
        except Unplannable as error:
            return FederatedAnswer(None, [FieldError(str(error), None, "QUERY_PLANNING_FAILED")], [])
        hand = Operation(values, headers or {})
        if ready.plan.introspection:
            hand.store.root.update(introspect(self.graph.api, operation.document, operation.node, values))
        await Run(ready.course, hand).carry_out()
        return _answer(ready, hand)

    def _operation(self, document: DocumentNode, name: str | None) -> _Operation:
        """Give an operation, prepared once for each text; the very same document is known without its text."""
        seen = self._seen.get((id(document), name))
        if seen is not None:  # it holds its document, so that no other can have that identity
            return seen
        text = document.loc.source.body if document.loc is not None else print_ast(document)
        found = self._operations.get((text, name))
        if found is None:
            found = _prepared(document, name, len(text))
            if found.length <= _CHARACTERS_KEPT:
                self._operations[(text, name)] = found
        if found.document is document and found.length <= _CHARACTERS_KEPT // _SEEN:
            if len(self._seen) >= _SEEN:
                self._seen.clear()
            self._seen[(id(document), name)] = found
        return found

    def _ready(self, operation: _Operation, variables: Mapping[str, Any]) -> _Ready:
        key = tuple([bool(self._value(operation, name, variables)) for name in operation.conditions])
        found = operation.plans.get(key)
        if found is None:
            booleans = dict(zip(operation.conditions, key, strict=True))
            try:
                plan = draw(self.graph, operation.node, operation.fragments, booleans, self._holdings)
                found = _Ready(plan, Course(plan, self._legs(plan)))
            except Unplannable as error:
                found = error
            if len(operation.plans) >= _PLANS:
                operation.plans.clear()
            operation.plans[key] = found
        if isinstance(found, Unplannable):
            raise found
        return found

    def _legs(self, plan: OperationPlan) -> dict[str, Leg[Operation]]:
        """Give the legs of a plan; whoever only plans has no ways."""
        ways = self._ways
        asked = dict.fromkeys(batch.subgraph for batch in plan.batches)
        return {name: ways[name].leg(plan, name) for name in asked if name in ways}

    @staticmethod
    def _value(operation: _Operation, name: str, variables: Mapping[str, Any]) -> object:
        if name in variables:
            return variables[name]
        for each in operation.node.variable_definitions or ():
            if each.variable.name.value == name and isinstance(each.default_value, BooleanValueNode):
                return each.default_value.value
        return None


def _answer(ready: _Ready, hand: Operation) -> FederatedAnswer:
    """Give what comes of a run: by the compiled projection where all is well, else step by step."""
    store = hand.store
    if not store.causes and not store.lost:
        try:
            project = ready.projection(store, hand.timings)
            if project is not None:
                return FederatedAnswer(project(store.root), [], hand.timings)
        except (Odd, KeyError, TypeError):
            pass
    data, errors = complete(ready.plan, store)
    return FederatedAnswer(data, errors, hand.timings)


def _prepared(document: DocumentNode, name: str | None, length: int) -> _Operation:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    node = next(each for each in operations if name is None or (each.name is not None and each.name.value == name))
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    conditions = _Conditions()
    visit(document, conditions)
    declared = {each.variable.name.value for each in node.variable_definitions or ()}
    asked = tuple(each for each in conditions.names if each in declared)
    plain = plain_variables(node.variable_definitions or (), SCALARS)
    return _Operation(document, node, fragments, length, asked, plain)


def _too_deep(variable: str) -> FieldError:
    return FieldError(f"Variable '${variable}' is nested too deeply.", None, "BAD_USER_INPUT")


def _bad_input(error: GraphQLError) -> FieldError:
    return FieldError(error.message, None, "BAD_USER_INPUT")
