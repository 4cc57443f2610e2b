"""Local: a schema in this process, carried out by graphql-core, with no network in between."""

import inspect
from collections.abc import Mapping
from typing import Any

from cachetools import LRUCache
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute, parse

from connectors.subgraph import GraphqlRequest, GraphqlResponse
from gateway.federation.execution.joining import Line
from gateway.federation.execution.seam import Leg
from gateway.federation.execution.ways.documents import DocumentLeg, Operation
from gateway.federation.planning.plan import Plan

__all__ = ["Local", "carry_out"]

_DOCUMENTS = 1_000
"""Documents that are kept as they were read: a plan writes the same ones again and again."""


async def carry_out(  # noqa: PLR0913, PLR0917 (all that graphql-core rests on)
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: Mapping[str, Any],
    root_value: Any = None,  # noqa: ANN401 (whatever the schema's resolvers read)
    context: Any = None,  # noqa: ANN401 (as above)
    watching: tuple[object, ...] = (),
) -> ExecutionResult:
    """Carry out a document on a schema in this process; who is *watching* resolves its fields."""
    result = execute(
        schema,
        document,
        root_value=root_value,
        context_value=context,
        variable_values=dict(variables),
        middleware=watching or None,
    )
    return await result if inspect.isawaitable(result) else result


class Local:
    """The way to a schema in this process: requests are documents, and a resolver's error is told as a subgraph's."""

    def __init__(self, schema: GraphQLSchema, root_value: Any = None, context: Any = None) -> None:  # noqa: ANN401 (as above)
        """Ask *schema*, whose resolvers find *root_value* and *context*."""
        self._schema = schema
        self._root_value = root_value
        self._context = context
        self._documents: LRUCache[str, DocumentNode] = LRUCache(_DOCUMENTS)
        self._line = Line(self)

    def leg(self, plan: Plan, subgraph: str) -> Leg[Operation]:
        """Make ready what a plan asks there."""
        return DocumentLeg(self._line, plan, subgraph)

    async def ask(self, request: GraphqlRequest) -> GraphqlResponse:
        """Give the schema's response; nothing is raised, as nothing lies between."""
        document = self._documents.get(request.document)
        if document is None:
            document = self._documents[request.document] = parse(request.document, no_location=True)
        told = await carry_out(self._schema, document, request.variables, self._root_value, self._context)
        return GraphqlResponse(told.data, [dict(each.formatted) for each in told.errors or ()])

    async def close(self) -> None:
        """Hold nothing."""
