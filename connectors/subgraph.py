"""A subgraph: an agency that already runs GraphQL. What it is, and the one seam by which it is asked.

However a subgraph is reached, over HTTP or in this process, it is a `GraphqlSource`: one request in, one response
out, and nothing raised but `connectors.errors.SourceError`.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol

__all__ = ["GraphqlRequest", "GraphqlResponse", "GraphqlSource", "Subgraph"]


class Subgraph(NamedTuple):
    """A subgraph as its owner gives it: a name, an address, and its SDL (Federation 1 or 2)."""

    name: str
    url: str
    sdl: str


_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


class GraphqlRequest(NamedTuple):
    """One request to a subgraph, by the GraphQL over HTTP specification.

    ``headers`` are those that the gateway passes on (``traceparent`` and the named ones), lower case.
    """

    document: str
    variables: Mapping[str, Any] = _NONE
    operation_name: str | None = None
    headers: Mapping[str, str] = _NONE


class GraphqlResponse(NamedTuple):
    """What a subgraph answered: ``data`` is an object or None; ``errors`` are objects, as they came."""

    data: Mapping[str, Any] | None
    errors: Sequence[Mapping[str, Any]] = ()


class GraphqlSource(Protocol):
    """Where a subgraph's answers come from."""

    async def ask(self, request: GraphqlRequest) -> GraphqlResponse:
        """Give the subgraph's response.

        Raises:
            SourceUnavailable: it could not be reached, or did not answer within its deadline.
            SourceMisbehaved: what it answered is no GraphQL response, or is too large.

        """
        ...

    async def close(self) -> None:
        """Give back what is held."""
        ...
