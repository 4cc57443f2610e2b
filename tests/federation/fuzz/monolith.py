"""The oracle: graphql-core over the plain schema, with the plainest resolvers that can be."""

# A value of a made-up graph is of any type.
# ruff: noqa: ANN401

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import GraphQLResolveInfo, execute_sync, parse

from tests.federation.fuzz.operations import Operation
from tests.federation.fuzz.world import Failure, Thing, World

__all__ = ["Answer", "Monolith"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an executor answered: data, and the paths of errors with their messages."""

    data: dict[str, Any] | None
    errors: Sequence[tuple[tuple[str | int, ...], str]]


class _Pair(NamedTuple):
    """An object, and what was answered for it."""

    thing: Thing | None
    given: Mapping[Any, Any]


class Monolith:
    """Answers from the plain schema, with graphql-core."""

    def __init__(self, world: World) -> None:
        """Serve *world*."""
        self.world, self.schema = world, world.schema

    def answer(self, operation: Operation) -> Answer:
        """Answer an operation that fits the schema."""
        told = execute_sync(
            self.schema,
            parse(operation.document),
            variable_values=dict(operation.variables),
            operation_name=operation.name,
            field_resolver=self._resolve,
            type_resolver=lambda thing, *_: thing.type,
        )
        return Answer(told.data, [(tuple(each.path or ()), each.message) for each in told.errors or ()])

    def objections(self, operation: Operation, data: dict[str, Any]) -> list[str]:
        """Say what the schema has against an answer: nulls where none may be, keys that are not there."""
        before = list(self.world.calls)
        told = execute_sync(
            self.schema,
            parse(operation.document),
            root_value=_Pair(None, data),
            variable_values=dict(operation.variables),
            operation_name=operation.name,
            field_resolver=self._resolve_pair,
            type_resolver=lambda pair, *_: pair.thing.type,
        )
        self.world.calls[:] = before
        return [f"{'.'.join(map(str, each.path or ()))}: {each.message}" for each in told.errors or ()]

    def _resolve_pair(self, source: _Pair, info: GraphQLResolveInfo[Any], **args: Any) -> Any:
        try:
            value = self._resolve(source.thing, info, **args)
        except Failure as failure:
            value = failure
        return _paired(value, source.given[info.path.key])

    def _resolve(self, source: Thing | None, info: GraphQLResolveInfo[Any], **args: Any) -> Any:
        return self.world.value(source or self.world.roots[info.parent_type.name], info.field_name, args)


def _paired(value: Any, given: Any) -> Any:
    if isinstance(value, list) and isinstance(given, list):
        return [_paired(one, other) for one, other in zip(value, given, strict=False)]
    return _Pair(value, given) if isinstance(value, Thing) and isinstance(given, Mapping) else given
