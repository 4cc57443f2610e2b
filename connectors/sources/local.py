"""A subgraph in this very process: a schema of graphql-core or of Strawberry, asked as one behind an address is.

Documents are parsed and validated once and kept, since a plan sends the same ones again and again.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from inspect import isawaitable
from typing import Any, Final

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    execute,
    parse,
    validate,
)
from strawberry.schema.base import BaseSchema

from connectors.errors import SourceMisbehaved, SourceUnavailable
from connectors.subgraph import GraphqlRequest, GraphqlResponse

__all__ = ["LocalSource"]

_LOG = logging.getLogger(__name__)
_DOCUMENTS: Final = 512
_UNFORESEEN: Final = "INTERNAL_SERVER_ERROR"

Context = Callable[[GraphqlRequest], Any]
"""Gives the context of a request's resolvers."""


class LocalSource:
    """A subgraph that is a schema of this process."""

    def __init__(
        self,
        schema: GraphQLSchema | BaseSchema,
        *,
        deadline_s: float = 5.0,
        root_value: object = None,
        context: Context | None = None,
    ) -> None:
        """Answer from *schema*; a Strawberry schema keeps its extensions and its own cache of documents."""
        self._schema = schema
        self._deadline_s = deadline_s
        self._root_value = root_value
        self._context = context
        self._documents: LRUCache[str, DocumentNode | list[GraphQLError]] = LRUCache(_DOCUMENTS)

    async def ask(self, request: GraphqlRequest) -> GraphqlResponse:
        """Give the schema's response.

        What a resolver raises without saying that it is for the asker (an error with ``extensions``) is logged, and its
        words are not told.

        Raises:
            SourceUnavailable: it did not answer within its deadline.
            SourceMisbehaved: it gave neither data nor errors.

        """
        context = None if self._context is None else self._context(request)
        try:
            async with asyncio.timeout(self._deadline_s):
                result = await self._result(request, context)
        except TimeoutError as error:
            message = f"the schema did not answer within {self._deadline_s:g} s"
            raise SourceUnavailable(message) from error
        data, errors = getattr(result, "data", None), getattr(result, "errors", None) or ()
        if data is None and not errors:
            message = "the schema answers neither data nor errors"
            raise SourceMisbehaved(message)
        return GraphqlResponse(data, [_told(error) for error in errors])

    async def close(self) -> None:
        """Hold nothing, so give nothing back."""

    async def _result(self, request: GraphqlRequest, context: object) -> Any:
        variables: Mapping[str, Any] = request.variables
        if not isinstance(self._schema, GraphQLSchema):
            return await self._schema.execute(
                request.document,
                variable_values=dict(variables),
                context_value=context,
                root_value=self._root_value,
                operation_name=request.operation_name,
            )
        document = self._documents.get(request.document)
        if document is None:
            document = self._documents[request.document] = _checked(self._schema, request.document)
        if isinstance(document, list):
            return ExecutionResult(None, document)
        result = execute(
            self._schema,
            document,
            root_value=self._root_value,
            context_value=context,
            variable_values=dict(variables),
            operation_name=request.operation_name,
        )
        return await result if isawaitable(result) else result


def _checked(schema: GraphQLSchema, text: str) -> DocumentNode | list[GraphQLError]:
    try:
        document = parse(text)
    except GraphQLSyntaxError as error:
        return [error]
    return validate(schema, document) or document


def _told(error: GraphQLError) -> Mapping[str, Any]:
    """Write an error as it would come over HTTP."""
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError) or error.extensions:
        return dict(error.formatted)
    _LOG.error("a resolver of a schema in process failed", exc_info=cause)
    return {
        **error.formatted,
        "message": "The subgraph failed",
        "extensions": {"code": _UNFORESEEN},
    }
