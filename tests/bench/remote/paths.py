"""The two ways from an operation to the answer's bytes that are compared: ours, and graphql-core over the same fetches.

Theirs is given an advantage: it is told what to fetch, in which stages, and need not put the parts together; it only
executes the operation, parsed and validated beforehand, over the whole data by its default resolvers.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute_sync, parse, validate

from connectors.subgraph import GraphqlRequest, GraphqlResponse, GraphqlSource
from gateway.federation.execution import Federation
from gateway.federation.planning import JoinedGraph

__all__ = ["Disagreement", "Path", "Question", "Replaying", "paths", "questions"]


class Disagreement(Exception):
    """The two ways gave different answers, or one an error."""


@dataclass(frozen=True, slots=True)
class Question:
    """The operation with one set of variables; what is fetched for it in which stages, and what comes of that."""

    variables: Mapping[str, Any]
    stages: Sequence[Sequence[tuple[str, GraphqlRequest]]]
    data: Mapping[str, Any]


class Path(Protocol):
    """A way from an operation to bytes."""

    async def answer(self, question: Question) -> bytes:
        """Give the answer's bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Ours:
    """Our planner and executor, its plan kept; what waits at the same time shares requests."""

    federation: Federation
    document: DocumentNode

    async def answer(self, question: Question) -> bytes:
        """Fetch, put together, project, write."""
        told = await self.federation.answer(self.document, None, question.variables)
        if told.errors:
            raise Disagreement(str(told.errors[0]))
        return orjson.dumps({"data": told.data})


@dataclass(frozen=True, slots=True)
class GraphqlCore:
    """The same fetches, then graphql-core."""

    sources: Mapping[str, GraphqlSource]
    schema: GraphQLSchema
    document: DocumentNode
    text: str | None = None
    """Where the document is parsed and validated each time, as a server without caches does."""

    async def answer(self, question: Question) -> bytes:
        """Fetch, execute, write."""
        for stage in question.stages:
            await asyncio.gather(*(self.sources[name].ask(request) for name, request in stage))
        document = self.document
        if self.text is not None:
            document = parse(self.text)
            validate(self.schema, document)
        result = execute_sync(self.schema, document, question.data, variable_values=dict(question.variables))
        assert isinstance(result, ExecutionResult)
        if result.errors:
            raise Disagreement(str(result.errors[0]))
        return orjson.dumps({"data": result.data})


@dataclass(slots=True)
class Recording:
    """Remembers what a subgraph is asked, and in which stage: requests that were under way together are one."""

    name: str
    source: GraphqlSource
    kept: "list[list[tuple[str, GraphqlRequest]]]"
    under_way: list[int]

    async def ask(self, request: GraphqlRequest) -> GraphqlResponse:
        """Ask, and remember."""
        if not self.under_way[0]:
            self.kept.append([])
        self.kept[-1].append((self.name, request))
        self.under_way[0] += 1
        try:
            return await self.source.ask(request)
        finally:
            self.under_way[0] -= 1

    async def close(self) -> None:
        """Close it."""
        await self.source.close()


@dataclass(slots=True)
class Replaying:
    """A subgraph without a network: gives the bytes that it once gave, read anew each time."""

    source: GraphqlSource
    known: dict[tuple[str, bytes], bytes] = field(default_factory=dict)

    async def ask(self, request: GraphqlRequest) -> GraphqlResponse:
        """Give the answer to a request that was asked before, else ask."""
        key = (request.document, orjson.dumps(request.variables))
        bytes_ = self.known.get(key)
        if bytes_ is None:
            told = await self.source.ask(request)
            bytes_ = self.known[key] = orjson.dumps({"data": told.data})
        said = orjson.loads(bytes_)
        return GraphqlResponse(said["data"])

    async def close(self) -> None:
        """Close it."""
        await self.source.close()


async def questions(
    graph: JoinedGraph, sources: Mapping[str, GraphqlSource], query: str, asked: Sequence[Mapping[str, Any]]
) -> list[Question]:
    """Ask the operation once with each set of variables, and remember what was fetched for it.

    Raises:
        Disagreement: an answer has an error.

    """
    found = []
    kept: list[list[tuple[str, GraphqlRequest]]] = []
    under_way = [0]
    recording = {name: Recording(name, source, kept, under_way) for name, source in sources.items()}
    federation = Federation.over(graph, recording)
    for variables in asked:
        kept.clear()
        told = await federation.answer(parse(query), None, variables)
        if told.errors or told.data is None:
            raise Disagreement(str(told.errors))
        found.append(Question(variables, list(kept), told.data))
    return found


async def paths(
    graph: JoinedGraph, sources: Mapping[str, GraphqlSource], query: str, asked: Sequence[Question]
) -> dict[str, Path]:
    """Give the ways, after all of them gave the same answers.

    Raises:
        Disagreement: they did not.

    """
    document = parse(query)
    found: dict[str, Path] = {
        "ours": Ours(Federation.over(graph, sources), document),
        "graphql-core": GraphqlCore(sources, graph.api, document),
        "graphql-core, no caches": GraphqlCore(sources, graph.api, document, query),
    }
    for name, each in found.items():
        for question in asked:
            if await each.answer(question) != orjson.dumps({"data": question.data}):
                raise Disagreement(name)
    return found
