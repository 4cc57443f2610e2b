"""An operation on a foreign graph: read under the same limits and the same guard as one on the credit graph."""

from typing import Self

from graphql import GraphQLSchema, OperationType

from gateway.errors import BadUserInput, MethodNotAllowed, Text
from gateway.federation.cost import Bounds, Guard
from gateway.federation.operations import Operation, Operations
from gateway.settings import Limits

__all__ = ["ForeignOperations"]


class ForeignOperations:
    """Reads documents against the API schema of a foreign graph: queries, and mutations where they may be sent."""

    def __init__(self, operations: Operations) -> None:
        """Take what *operations* reads."""
        self._operations = operations

    @classmethod
    def within(cls, limits: Limits, schema: GraphQLSchema) -> Self:
        """Read against *schema*, and nothing larger than *limits* allow."""
        return cls(Operations(schema, limits.tokens, Guard(Bounds.within(limits), {}).check))

    def read(self, text: str, name: str | None, *, by_get: bool = False) -> Operation:
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
        if kind is OperationType.SUBSCRIPTION:
            raise BadUserInput(Text("subscriptions are not served", "不支持订阅（subscription）"))
        if kind is OperationType.MUTATION and by_get:
            raise MethodNotAllowed(Text("send a mutation by POST", "变更操作（mutation）须以 POST 发送"))
        return operation
