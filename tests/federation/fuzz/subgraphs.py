"""Serves the subgraphs of a cut in this process, strictly: each answers only what its SDL says that it can.

What no gateway may do is a violation, which fails the run even where the answer is right: to ask for a field that is
external or overridden here, to send a representation without a whole key or without a required field, to send a
document that does not fit the schema.
"""

# A value of a made-up graph is of any type.
# ruff: noqa: ANN401

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
    execute_sync,
    parse,
    validate,
)

from connectors.subgraph import GraphqlRequest, GraphqlResponse
from tests.federation.executable import Executable, Key, executable
from tests.federation.fuzz.cut import CutField, CutSubgraph
from tests.federation.fuzz.made import Made
from tests.federation.fuzz.plain import Kind, item_of, selection
from tests.federation.fuzz.world import Missing, Thing, World, key_of, pruned
from tests.federation.rounds import Asked, Rounds

__all__ = ["Position", "Served", "serve"]


class Violation(GraphQLError):
    """The gateway asked for what the subgraph does not serve."""


class Position(NamedTuple):
    """A place in a response, and its type there."""

    path: tuple[str | int, ...]
    type: Any


@dataclass(frozen=True, slots=True)
class _Seen:
    """A thing as a subgraph meets it: with what it was told of it, and what is lent on the way to it."""

    thing: Thing
    type: str
    told: Mapping[str, Any] | None = None
    lent: SelectionSetNode | None = None


@dataclass(slots=True)
class Served:
    """One subgraph of a cut, as a `GraphqlSource`."""

    cut: CutSubgraph
    world: World
    rounds: Rounds
    violations: list[str] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    _executable: Executable | None = None
    _documents: dict[str, DocumentNode] = field(default_factory=dict)

    async def ask(self, request: GraphqlRequest) -> GraphqlResponse:
        """Answer a request."""
        await self.rounds.take(Asked(self.cut.name, request))
        return self.answered(request)

    async def close(self) -> None:
        """Hold nothing."""

    @property
    def executable(self) -> Executable:
        """Give the schema, built at the first question."""
        if self._executable is None:
            self._executable = executable(self.cut.sdl())
        return self._executable

    def answered(self, request: GraphqlRequest) -> GraphqlResponse:
        """Answer without waiting."""
        document = self._documents.get(request.document)
        if document is None:
            document = parse(request.document)
            wrong = validate(self.executable.schema, document)
            if wrong:
                self._violation(f"a document that does not fit: {wrong[0].message}\n{request.document}")
            self._documents[request.document] = document
        self.positions.clear()
        told = execute_sync(
            self.executable.schema,
            document,
            variable_values=dict(request.variables),
            operation_name=request.operation_name,
            field_resolver=self._resolve,
            type_resolver=lambda seen, *_: seen.type,
        )
        return GraphqlResponse(told.data, [dict(each.formatted) for each in told.errors or ()])

    def _resolve(self, source: _Seen | None, info: GraphQLResolveInfo[Any], **args: Any) -> Any:
        self.positions.append(Position(tuple(info.path.as_list()), info.return_type))
        name = info.field_name
        if source is None and name == "_entities":
            return [self._entity(each) for each in args["representations"]]
        if name in {"_service", "sdl"}:
            return self.cut.sdl()
        root = next((root for root, of in self.cut.roots.items() if of == info.parent_type.name), info.parent_type.name)
        seen = source or _Seen(self.world.roots[root], root)
        declared = self.cut.types[seen.type].fields[name]
        for each in declared.more_args:
            args.pop(each.name, None)
        lent = _inside(seen.lent, name, seen.thing.type)
        if not declared.resolvable and lent is None:
            self._violation(f"{seen.type}.{name} is not served by {self.cut.name}")
        value = self._computed(seen, declared, args) if declared.requires else self._value(seen, name, args)
        inner = selection(declared.provides) if declared.provides else lent
        return self._seen(value, declared, declared.type, inner)

    def _value(self, seen: _Seen, name: str, args: Mapping[str, Any]) -> Any:
        for argument in self.cut.types[seen.type].fields[name].plain.args:
            if argument.name in args and isinstance(args[argument.name], dict | list):
                args = {**args, argument.name: _without_extras(args[argument.name])}
        return self.world.value(seen.thing, name, args)

    def _computed(self, seen: _Seen, declared: CutField, args: Mapping[str, Any]) -> Any:
        if seen.told is None:
            self._violation(f"{seen.type}.{declared.plain.name} is asked for without what it requires")
        try:
            basis = pruned(self.world.plain, seen.told or {}, selection(declared.requires or ""), seen.type)
        except Missing as missing:
            self._violation(f"{seen.type}.{declared.plain.name} is asked for without {missing}, told {seen.told}")
        plain = self.world.plain.types[seen.thing.type].fields[declared.plain.name]
        return self.world.computed(seen.thing, plain, args, basis)

    def _seen(self, value: Any, declared: CutField, type_: str, lent: SelectionSetNode | None) -> Any:
        if isinstance(value, list):
            return [self._seen(each, declared, item_of(type_) or type_, lent) for each in value]
        if not isinstance(value, Thing):
            return value
        return _Seen(value, self._known_as(value, declared.plain.type), lent=lent)

    def _known_as(self, thing: Thing, declared: str) -> str:
        """Give the type by which this subgraph knows a thing: an interface where it knows only that."""
        target = declared.strip("[]!")
        return target if self.cut.is_interface_object(target) else thing.type

    def _entity(self, representation: Mapping[str, Any]) -> Any:
        name = representation.get("__typename", "")
        keys = [each for each in self.executable.keys.get(name, ()) if each.resolvable]
        if not keys:
            self._violation(f"{self.cut.name} resolves no {name!r}: {representation}")
        known = self.world.plain.types[name]
        types = known.members if known.kind is Kind.INTERFACE else [name]
        for key in keys:
            given = key_of(representation, key.fields)
            if given is not None:
                thing = self._found(types, key, given)
                if thing is None:
                    return None
                type_ = name if self.cut.is_interface_object(name) else thing.type
                return _Seen(thing, type_, representation)
        return self._violation(f"{self.cut.name} got no whole key of {name!r}: {representation}")

    def _found(self, types: Sequence[str], key: Key, given: Mapping[str, Any]) -> Thing | None:
        every = (each for name in types for each in self.world.things[name])
        return next((each for each in every if self.world.read(each, key.fields) == given), None)

    def _violation(self, message: str) -> NoReturn:
        self.violations.append(message)
        raise Violation(message)


def serve(made: Made) -> tuple[Rounds, dict[str, Served]]:
    """Give the subgraphs of a cut by name, and the rounds in which they are asked."""
    rounds = Rounds()
    return rounds, {each.name: Served(each, made.world, rounds) for each in made.cut.subgraphs}


def _inside(lent: SelectionSetNode | None, name: str, type_: str) -> SelectionSetNode | None:
    """Give what is lent inside a field; empty where the field itself is, None where it is not."""
    for node in lent.selections if lent else ():
        if isinstance(node, InlineFragmentNode):
            if node.type_condition is not None and node.type_condition.name.value == type_:
                found = _inside(node.selection_set, name, type_)
                if found is not None:
                    return found
        elif isinstance(node, FieldNode) and node.name.value == name:
            return node.selection_set or SelectionSetNode(selections=())
    return None


def _without_extras(value: Any) -> Any:
    """Leave out the input fields that only one subgraph has: no operation can give them."""
    if isinstance(value, list):
        return [_without_extras(each) for each in value]
    if isinstance(value, dict):
        return {name: _without_extras(each) for name, each in value.items() if not name.startswith("only")}
    return value
