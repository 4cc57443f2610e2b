"""A subgraph in this process answers as one behind an address does, and its failures have the same codes."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, GraphQLError, GraphQLResolveInfo, GraphQLSchema, build_schema
from strawberry.extensions import SchemaExtension
from strawberry.federation import Schema
from strawberry.schema.base import BaseSchema

from connectors.errors import SourceMisbehaved, SourceUnavailable
from connectors.sources.local import LocalSource
from connectors.subgraph import GraphqlRequest, GraphqlResponse

SDL = "type Query { name(of: Int = 1): String broken: String refused: String slow: String asker: String }"

Info = GraphQLResolveInfo[Any]


class Root:
    """What the fields of the root give."""

    def name(self, _: Info, of: int) -> str:
        """Give a name."""
        return f"某{of}"

    def broken(self, _: Info) -> str:
        """Fail as programs do."""
        message = "the password is hunter2"
        raise KeyError(message)

    def refused(self, _: Info) -> str:
        """Fail with words for the asker."""
        message = "not today"
        raise GraphQLError(message, extensions={"code": "CLOSED"})

    async def slow(self, _: Info) -> str:
        """Never end."""
        await asyncio.Event().wait()
        return ""

    def asker(self, info: Info) -> str:
        """Give what the request's context holds."""
        return str(info.context["asker"])


@pytest.fixture
def schema() -> GraphQLSchema:
    return build_schema(SDL)


async def told(
    schema: GraphQLSchema | BaseSchema, document: str, variables: dict[str, Any] | None = None
) -> GraphqlResponse:
    source = LocalSource(schema, root_value=Root())
    try:
        return await source.ask(GraphqlRequest(document, variables or {}))
    finally:
        await source.close()


async def test_a_schema_of_this_process_answers(schema: GraphQLSchema) -> None:
    document = "query Q($of: Int) { name(of: $of) }"
    assert await told(schema, document, {"of": 7}) == GraphqlResponse({"name": "某7"}, [])


@pytest.mark.parametrize(("document", "said"), [("{ name", "Syntax Error"), ("{ nothing }", "Cannot query field")])
async def test_a_document_that_does_not_fit_is_answered_with_errors(
    schema: GraphQLSchema, document: str, said: str
) -> None:
    answer = await told(schema, document)
    assert answer.data is None
    assert said in answer.errors[0]["message"]


async def test_words_for_the_asker_are_told_with_their_code_and_path(schema: GraphQLSchema) -> None:
    answer = await told(schema, "{ name refused }")
    assert answer.data == {"name": "某1", "refused": None}
    (error,) = answer.errors
    assert (error["message"], error["path"], error["extensions"]) == ("not today", ["refused"], {"code": "CLOSED"})


async def test_a_programs_own_words_are_logged_and_never_told(
    schema: GraphQLSchema, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await told(schema, "{ name broken }")
    assert answer.data == {"name": "某1", "broken": None}
    (error,) = answer.errors
    assert error["path"] == ["broken"]
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
    assert "hunter2" not in str(error)
    assert "hunter2" in caplog.text


async def test_a_schema_that_does_not_end_is_unavailable(schema: GraphQLSchema) -> None:
    source = LocalSource(schema, root_value=Root(), deadline_s=0.05)
    with pytest.raises(SourceUnavailable):
        await source.ask(GraphqlRequest("{ name slow }"))


async def test_resolvers_see_the_context_of_their_request(schema: GraphQLSchema) -> None:
    source = LocalSource(schema, root_value=Root(), context=lambda request: {"asker": request.headers["x-asker"]})
    answer = await source.ask(GraphqlRequest("{ asker }", headers={"x-asker": "me"}))
    assert answer.data == {"asker": "me"}


async def test_the_operation_of_a_name_is_carried_out(schema: GraphQLSchema) -> None:
    source = LocalSource(schema, root_value=Root())
    document = "query One { a: name } query Two { b: name(of: 2) }"
    assert (await source.ask(GraphqlRequest(document, operation_name="Two"))).data == {"b": "某2"}


def entities() -> Schema:
    """Give a subgraph of Strawberry with one entity."""

    @strawberry.federation.type(keys=["id"])
    class Shop:
        id: strawberry.ID
        name: str

        @classmethod
        def resolve_reference(cls, id: strawberry.ID) -> "Shop":  # noqa: A002 (the key's name)
            return cls(id=id, name=f"某店{id}")

    @strawberry.type
    class Query:
        @strawberry.field
        def shops(self) -> list[Shop]:
            return []

    return Schema(query=Query)


async def test_a_subgraph_of_strawberry_gives_its_entities() -> None:
    document = "query E($of: [_Any!]!) { _entities(representations: $of) { ... on Shop { name } } }"
    answer = await told(entities(), document, {"of": [{"__typename": "Shop", "id": "1"}]})
    assert answer == GraphqlResponse({"_entities": [{"name": "某店1"}]}, [])


class Speechless(SchemaExtension):
    """Makes a schema say nothing."""

    def on_execute(self) -> Iterator[None]:
        """Put nothing in the result's place."""
        self.execution_context.result = ExecutionResult(None, None)
        yield


async def test_neither_data_nor_errors_is_no_answer() -> None:
    @strawberry.type
    class Query:
        name: str = ""

    with pytest.raises(SourceMisbehaved):
        await told(strawberry.Schema(query=Query, extensions=[Speechless]), "{ name }")
