"""Subgraphs with their data, in a few lines each, and the federation of them: what the conformance tests stand on.

Data are dicts by type. A dict with a ``__typename`` and a key stands for the entity of that key; a function stands for
what a field computes of its object (with what the gateway sent for it) and its arguments.
"""

# A value of an answer, or of a made-up graph, is of any type.
# ruff: noqa: ANN401

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import FieldNode, GraphQLResolveInfo, SelectionSetNode, execute_sync, parse, print_schema, validate

from connectors.errors import SourceError
from connectors.subgraph import GraphqlRequest, GraphqlResponse, Subgraph
from gateway.federation.composition import compose
from gateway.federation.execution import Federation
from gateway.federation.planning import read_supergraph
from tests.federation.executable import Executable, executable
from tests.federation.rounds import Asked, Rounds

__all__ = ["LINK", "Answered", "City", "Stand", "Wrong"]

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable", "@external", '
    '"@requires", "@provides", "@override", "@interfaceObject", "@inaccessible", "@tag"])\n'
)
"""What a subgraph of Federation 2 begins with."""
Object = dict[str, Any]
Reply = Callable[[GraphqlRequest], GraphqlResponse | SourceError]


class Wrong(NamedTuple):
    """An error of an answer, without its words."""

    path: str
    code: str
    subgraph: str


class Answered(NamedTuple):
    """What a federation answered, and whom it asked for it, round by round."""

    data: Any
    wrong: list[Wrong]
    rounds: list[list[str]]
    requests: list[Asked]
    messages: list[str]
    """Of the errors, in the order in which they are answered."""

    @property
    def whole(self) -> Any:
        """Give the data of an answer that has no error."""
        assert not self.wrong
        return self.data


@dataclass
class Stand:
    """A subgraph with its data: ``objects`` by type (lists of entities; one dict for a root)."""

    name: str
    sdl: str
    objects: Mapping[str, Any] = field(default_factory=dict)
    reply: Reply | None = None
    rounds: Rounds = field(default_factory=Rounds)
    served: Executable = field(init=False)

    def __post_init__(self) -> None:
        """Build the schema."""
        self.served = executable(self.sdl)

    async def ask(self, request: GraphqlRequest) -> GraphqlResponse:
        """Answer from the data, or as the test says."""
        await self.rounds.take(Asked(self.name, request))
        if self.reply is not None:
            told = self.reply(request)
            if isinstance(told, SourceError):
                raise told
            return told
        return self.answered(request)

    def answered(self, request: GraphqlRequest) -> GraphqlResponse:
        """Answer from the data; a document that does not fit the schema fails the test."""
        document = parse(request.document)
        assert not validate(self.served.schema, document), request.document
        told = execute_sync(
            self.served.schema,
            document,
            variable_values=dict(request.variables),
            operation_name=request.operation_name,
            field_resolver=self._resolve,
            type_resolver=lambda value, *_: value["__typename"],
        )
        return GraphqlResponse(told.data, [dict(each.formatted) for each in told.errors or ()])

    async def close(self) -> None:
        """Hold nothing."""

    def _resolve(self, source: Object | None, info: GraphQLResolveInfo[Any], **args: Any) -> Any:
        if source is None and info.field_name == "_entities":
            return [self._entity(each) for each in args["representations"]]
        known = self.objects.get(info.parent_type.name, {}) if source is None else source
        assert info.field_name in known, f"{self.name} serves no {info.parent_type.name}.{info.field_name}"
        value = known[info.field_name]
        if callable(value):
            value = value(known, args)
        if isinstance(value, Exception):
            raise value
        return self._met(value)

    def _met(self, value: Any) -> Any:
        """Give what a reference stands for, as far as this subgraph knows it."""
        if isinstance(value, list):
            return [self._met(each) for each in value]
        if isinstance(value, dict) and self.served.keys.get(value.get("__typename", "")):
            return {**(self._found(value) or {}), **value}
        return value

    def _entity(self, representation: Object) -> Any:
        found = self._found(representation)
        return None if found is None else {**found, **representation, "__typename": found["__typename"]}

    def _found(self, representation: Object) -> Object | None:
        name = representation["__typename"]
        for each in self.objects.get(name, ()):
            for key in self.served.keys[name]:
                if _has_key(representation, key.fields) and _agree(representation, each, key.fields):
                    return {"__typename": name, **each}
        return None


class City:
    """A federation of stands."""

    def __init__(self, *stands: Stand) -> None:
        """Compose the stands, and serve them."""
        self.stands = {each.name: each for each in stands}
        self.rounds = Rounds()
        for each in stands:
            each.rounds = self.rounds
        published = [Subgraph(each.name, f"http://{each.name}.invalid", each.sdl) for each in stands]
        self.supergraph = compose(published).supergraph
        self.graph = read_supergraph(self.supergraph)
        self.federation = Federation.over(self.graph, self.stands)

    @property
    def api(self) -> str:
        """Give the graph as its callers see it."""
        return print_schema(self.graph.api)

    def objections(self, document: str) -> list[str]:
        """Say what the graph has against an operation."""
        return [each.message for each in validate(self.graph.api, parse(document))]

    async def ask(self, document: str, variables: Mapping[str, Any] | None = None, name: str | None = None) -> Answered:
        """Ask an operation that fits the graph, and nothing else meanwhile."""
        self.rounds.forget()
        return await self.answer(document, variables, name)

    async def answer(
        self, document: str, variables: Mapping[str, Any] | None = None, name: str | None = None
    ) -> Answered:
        """Ask an operation that fits the graph; the rounds are those of all that is asked meanwhile."""
        parsed = parse(document)
        assert not validate(self.graph.api, parsed)
        told = await self.federation.answer(parsed, name, dict(variables or {}), headers={})
        wrong = [Wrong(".".join(map(str, each.path or ())), each.code, each.subgraph or "") for each in told.errors]
        messages = [each.message for each in told.errors]
        return Answered(told.data, sorted(wrong), self.rounds.told(), self.rounds.requests, messages)


def _has_key(representation: Object, key: SelectionSetNode) -> bool:
    for node in key.selections:
        assert isinstance(node, FieldNode)
        value = representation.get(node.name.value)
        inner = node.selection_set
        if value is None or (inner is not None and not (isinstance(value, dict) and _has_key(value, inner))):
            return False
    return True


def _agree(one: Object, other: Object, key: SelectionSetNode) -> bool:
    for node in key.selections:
        assert isinstance(node, FieldNode)
        mine, theirs = one[node.name.value], other.get(node.name.value)
        if node.selection_set is not None and isinstance(theirs, dict):
            if not _agree(mine, theirs, node.selection_set):
                return False
        elif mine != theirs:
            return False
    return True


def told_of(requests: Sequence[Asked], subgraph: str) -> list[GraphqlRequest]:
    """Give what a subgraph was asked."""
    return [each.request for each in requests if each.subgraph == subgraph]
