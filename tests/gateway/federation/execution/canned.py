"""Subgraphs that answer what a test gives them, and remember what they were asked."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from graphql import parse, validate

from connectors.errors import SourceError
from connectors.subgraph import GraphqlRequest, GraphqlResponse
from gateway.federation.execution import FederatedAnswer, Federation
from gateway.federation.planning import JoinedGraph

__all__ = ["Canned", "Reply", "answered", "data", "told"]

Reply = Mapping[str, Any] | SourceError | Callable[[GraphqlRequest], Mapping[str, Any] | SourceError]
"""A response as JSON, an error to raise, or what computes one."""


class Canned:
    """A subgraph with its replies, one for each request; the last stays."""

    def __init__(self, *replies: Reply) -> None:
        """Give *replies* in turn."""
        self.replies = list(replies)
        self.asked: list[GraphqlRequest] = []
        self.began = asyncio.Event()
        """Set once anything was asked."""
        self.gate: asyncio.Event | None = None
        """Where it is set, no request is answered before it opens."""

    async def ask(self, request: GraphqlRequest) -> GraphqlResponse:
        """Give the next reply."""
        self.asked.append(request)
        self.began.set()
        if self.gate is not None:
            await self.gate.wait()
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if callable(reply):
            reply = reply(request)
        if isinstance(reply, SourceError):
            raise reply
        fresh = deepcopy(reply)
        return GraphqlResponse(fresh.get("data"), fresh.get("errors", ()))

    async def close(self) -> None:
        """Nothing is held."""

    @property
    def representations(self) -> list[Any]:
        """All representations that were sent."""
        sent = (value for each in self.asked for value in each.variables.values() if isinstance(value, list))
        return [one for value in sent for one in value]


def data(**fields: object) -> dict[str, object]:
    """Give a response without errors."""
    return {"data": fields}


async def answered(
    graph: JoinedGraph, text: str, variables: Mapping[str, Any] | None = None, **sources: Canned
) -> FederatedAnswer:
    """Answer an operation from canned subgraphs."""
    document = parse(text)
    assert not validate(graph.api, document)
    return await Federation.over(graph, sources).answer(document, None, variables or {})


def told(answer: FederatedAnswer) -> Sequence[tuple[str, str, str | None]]:
    """Give an answer's errors: path, code and subgraph."""
    return [(".".join(map(str, each.path or ())), each.code, each.subgraph) for each in answer.errors]
