"""Breaks what a subgraph answers, in every way in which a gateway can notice.

A wrong value of the right type cannot be noticed, nor a null that the subgraph's schema allows: those are not made,
but for a null that comes with its error. So whatever is lost by a fault must have an error.
"""

# A value of a response is of any type.
# ruff: noqa: ANN401

import copy
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLEnumType, GraphQLScalarType, get_nullable_type, is_list_type, is_non_null_type

from connectors.errors import SourceMisbehaved, SourceUnavailable
from connectors.subgraph import GraphqlRequest, GraphqlResponse
from tests.federation.fuzz.subgraphs import Position, Served
from tests.federation.rounds import Asked

__all__ = ["Faulty"]

_OPEN_SCALARS = {"Json", "_Any"}


@dataclass(slots=True)
class Faulty:
    """A subgraph that fails at times; ``made`` are the faults it has made, in words."""

    served: Served
    chance: random.Random
    probability: float = 0.0
    made: list[str] = field(default_factory=list)

    async def ask(self, request: GraphqlRequest) -> GraphqlResponse:
        """Answer, wrongly at times."""
        await self.served.rounds.take(Asked(self.served.cut.name, request))
        if self.chance.random() >= self.probability:
            return self.served.answered(request)
        return self._failed(request)

    async def close(self) -> None:
        """Hold nothing."""

    def _failed(self, request: GraphqlRequest) -> GraphqlResponse:
        kind = self.chance.choice(("unavailable", "misbehaved", "refused", "nulled", *["wrong"] * 8))
        if kind == "unavailable":
            self.made.append("is not reached")
            message = "a fault"
            raise SourceUnavailable(message)
        if kind == "misbehaved":
            self.made.append("gives no GraphQL response")
            message = "a fault"
            raise SourceMisbehaved(message)
        told = self.served.answered(request)
        if kind == "refused" or not told.data:
            self.made.append("gives errors and no data")
            return GraphqlResponse(None, [{"message": "a fault", "extensions": {"code": "A_FAULT"}}])
        data = copy.deepcopy(dict(told.data))
        place = self._place(data)
        if place is None:
            return told
        if kind == "nulled":
            return self._nulled(data, place, told)
        return GraphqlResponse(self._wronged(data, place), told.errors)

    def _place(self, data: dict[str, Any]) -> Position | None:
        """Choose a place of the response at which there is a value; an item of a list, or a field."""
        there = []
        for position in self.served.positions:
            there += _places(data, position)
        return self.chance.choice(there) if there else None

    def _nulled(self, data: dict[str, Any], place: Position, told: GraphqlResponse) -> GraphqlResponse:
        _put(data, place.path, None)
        self.made.append(f"nulls {place.path} with an error")
        return GraphqlResponse(data, [*told.errors, {"message": "a fault", "path": list(place.path)}])

    def _wronged(self, data: dict[str, Any], place: Position) -> dict[str, Any]:
        holder, key = _holder(data, place.path)
        value: Any = holder[key]
        if isinstance(value, dict) and "__typename" in value and self.chance.random() < 0.3:
            value["__typename"] = self.chance.choice(("NoSuchType", None, 5))
            self.made.append(f"lies about the type of {place.path}: {value['__typename']!r}")
            return data
        if isinstance(value, list) and str(place.type) == "[_Entity]!":
            self._miscount(value)
            return data
        if isinstance(key, str) and self.chance.random() < 0.2:
            del holder[key]
            self.made.append(f"leaves out {place.path}")
            return data
        wrong = self._wrong(place, value)
        if wrong is not _NOTHING_WRONG:
            holder[key] = wrong
            self.made.append(f"gives {wrong!r} at {place.path}")
        return data

    def _miscount(self, entities: list[Any]) -> None:
        kind = self.chance.choice(("few", "many", "order"))
        if kind == "order" and len(entities) == len({_written(each) for each in entities}) > 1:
            entities.reverse()
            self.made.append("gives the entities in another order")
        elif kind == "few":
            entities.pop()
            self.made.append("gives an entity too few")
        else:
            entities.append(copy.deepcopy(entities[-1]))
            self.made.append("gives an entity too many")

    def _wrong(self, place: Position, value: Any) -> Any:
        """Give what cannot be at a place."""
        must = is_non_null_type(place.type) or str(place.type) == "_Entity"
        if must and self.chance.random() < 0.4:
            return None
        bare = get_nullable_type(place.type)
        if is_list_type(bare):
            return self.chance.choice(("no list", {}, 7))
        if isinstance(bare, GraphQLEnumType):
            return self.chance.choice(("NO_SUCH_VALUE", 7, ["A"]))
        if isinstance(bare, GraphQLScalarType):
            if bare.name in _OPEN_SCALARS:
                return _NOTHING_WRONG
            return self.chance.choice(_NO_LEAVES[bare.name])
        return self.chance.choice(("no object", [], 7)) if isinstance(value, Mapping) else _NOTHING_WRONG


_NOTHING_WRONG = object()
_NO_LEAVES: dict[str, tuple[Any, ...]] = {
    "Int": ({"no": "leaf"}, ["no leaf"], "5", 2**40, 1.5, True),
    "Float": ({"no": "leaf"}, ["no leaf"], "0.5", False),
    "Boolean": ({"no": "leaf"}, ["no leaf"], "true", 0),
    "String": ({"no": "leaf"}, ["no leaf"], 7, True),
    "ID": ({"no": "leaf"}, ["no leaf"], 1.5, True),
}


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _places(data: Any, position: Position) -> list[Position]:
    try:
        holder, key = _holder(data, position.path)
        value = holder[key]
    except (LookupError, TypeError):
        return []
    if value is None:
        return []
    found = [position]
    bare = get_nullable_type(position.type)
    if isinstance(value, list) and is_list_type(bare):
        for n in range(len(value)):
            found += _places(data, Position((*position.path, n), bare.of_type))
    return found


def _holder(data: Any, path: tuple[str | int, ...]) -> tuple[Any, str | int]:
    for step in path[:-1]:
        data = data[step]
    return data, path[-1]


def _put(data: Any, path: tuple[str | int, ...], value: Any) -> None:
    holder, key = _holder(data, path)
    holder[key] = value
