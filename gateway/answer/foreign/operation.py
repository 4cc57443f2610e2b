"""An operation on a foreign graph: read under the same limits and the same guard as one on the credit graph."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Self

from cachetools import LRUCache
from graphql import DocumentNode, GraphQLSchema, OperationType, get_variable_values

from gateway.errors import BadUserInput, MethodNotAllowed, Text
from gateway.federation.cost import Bounds, Guard
from gateway.federation.operations import Operation, Operations
from gateway.settings import Limits

__all__ = ["ForeignOperation", "ForeignOperations"]

_CHARACTERS_KEPT: Final = 1_000_000


class ForeignOperation(NamedTuple):
    """One operation, and a document of it alone for the planner."""

    operation: Operation
    document: DocumentNode


class ForeignOperations:
    """Reads documents against the API schema of a foreign graph, and remembers those that are good."""

    def __init__(self, schema: GraphQLSchema, operations: Operations) -> None:
        """Take what *operations* reads against *schema*."""
        self._schema = schema
        self._operations = operations
        self._known: LRUCache[Operation, ForeignOperation] = LRUCache(
            _CHARACTERS_KEPT, getsizeof=lambda known: known.operation.length
        )

    @classmethod
    def within(cls, limits: Limits, schema: GraphQLSchema) -> Self:
        """Read against *schema*, and nothing larger than *limits* allow."""
        return cls(schema, Operations(schema, limits.tokens, Guard(Bounds.within(limits), {}).check))

    def read(self, text: str, name: str | None, *, by_get: bool = False) -> ForeignOperation:
        """Give the operation *name* of a document, or its only one.

        Raises:
            ParsingError: the text is no GraphQL.
            ValidationFailed: it does not fit the graph.
            BadUserInput: no such operation, none named among several, or a subscription.
            MethodNotAllowed: it would change something, and came by GET.
            LimitExceeded: it is larger than an operation may be.

        """
        operation = self._operations.read(text, name)
        kind = operation.node.operation
        if kind is not OperationType.QUERY:
            if kind is OperationType.SUBSCRIPTION:
                raise BadUserInput(Text("subscriptions are not served", "不支持订阅（subscription）"))
            if by_get:
                raise MethodNotAllowed(Text("send a mutation by POST", "变更操作（mutation）须以 POST 发送"))
        known = self._known.get(operation)
        if known is None:
            known = ForeignOperation(operation, _alone(operation))
            if operation.length <= _CHARACTERS_KEPT:
                self._known[operation] = known
        return known

    def check(self, operation: Operation, given: Mapping[str, Any]) -> None:
        """Refuse null where @skip or @include needs true or false: a default does not stand in for it.

        Raises:
            BadUserInput: naming the variable.

        """
        for name in operation.condition_names:
            if given.get(name, False) is None:
                raise BadUserInput(Text(f"${name} decides on a field: true or false", f"${name} 须为 true 或 false"))

    def coerced(self, operation: Operation, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the coerced variables.

        Raises:
            BadUserInput: naming what does not fit.

        """
        self.check(operation, given)
        definitions = operation.node.variable_definitions or ()
        coerced = get_variable_values(self._schema, definitions, dict(given), max_errors=20)
        if isinstance(coerced, list):
            raise BadUserInput("; ".join(error.message for error in coerced))
        return coerced.coerced


def _alone(operation: Operation) -> DocumentNode:
    """Give a document of one operation; it says where it is from, so that it need not be printed to be found again."""
    return DocumentNode(definitions=(operation.node, *operation.fragments.values()), loc=operation.node.loc)
