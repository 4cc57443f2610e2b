"""The data behind a plain schema: things, and what each field of a thing is, whoever serves it.

The monolith and every subgraph take their values from here, so where two answers differ, the gateway made the
difference. A field that a subgraph computes of what another serves (``@requires``) is computed by the monolith of the
things themselves, and by the subgraph of what it was sent.
"""

# A value of a made-up graph is of any type; a value for a mark is told in one table of cases.
# ruff: noqa: ANN401, PLR0911

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_argument_values,
)

from tests.federation.fuzz.plain import Kind, Plain, PlainField, item_of, named, selection

__all__ = ["Failure", "Missing", "Thing", "World", "key_of", "pruned"]

Args = Mapping[str, Any]


class Failure(GraphQLError):
    """A value that cannot be had: its resolver fails, in the monolith as in the subgraph."""


class Missing(LookupError):
    """A representation lacks what a selection asks of it."""


@dataclass(slots=True, eq=False)
class Thing:
    """An object of some type. Each field has one value, or one for each of some arguments."""

    type: str
    name: str
    values: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class World:
    """A plain schema with data. ``requirements`` are the field sets of which fields are computed, by type and field."""

    plain: Plain
    things: dict[str, list[Thing]] = field(default_factory=dict)
    roots: dict[str, Thing] = field(default_factory=dict)
    requirements: dict[tuple[str, str], str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    @cached_property
    def schema(self) -> GraphQLSchema:
        """Give the monolith's schema."""
        return self.plain.schema()

    def value(self, thing: Thing, name: str, args: Args) -> Any:
        """Give what a field of a thing is; a thing, a leaf, a list of them, None, or a `Failure`."""
        declared = self.plain.types[thing.type].fields[name]
        required = self.requirements.get((thing.type, name))
        if required is not None:
            return self.computed(thing, declared, args, self.read(thing, selection(required)))
        if declared.lookup:
            return self.found(declared.runtime, args["id"])
        if thing is self.roots.get("Mutation"):
            self.calls.append(f"{name} {_written(args)}")
        variants = thing.values[name]
        if not declared.args:
            return variants[0]
        mark = _mark(args)
        chosen = variants[int(mark, 16) % len(variants)]
        return f"{chosen}~{mark[:4]}" if isinstance(chosen, str) and named(declared.type) == "String" else chosen

    def found(self, types: Sequence[str], id_: str) -> Thing | None:
        """Give the entity of an id, if it is one of some types."""
        every = (each for name in types for each in self.things[name])
        return next((each for each in every if each.values["id"][0] == id_), None)

    def computed(self, thing: Thing, declared: PlainField, args: Args, basis: Any) -> Any:
        """Give the value of a field that is computed of *basis*."""
        mark = _mark([thing.name, declared.name, dict(args), basis])
        return self._made_of(mark, declared.type, f"{thing.name}.{declared.name}")

    def read(self, thing: Thing, selected: SelectionSetNode) -> dict[str, Any]:
        """Give what a field set selects of a thing; a `Failure` in it is raised."""
        given: dict[str, Any] = {}
        for node in selected.selections:
            if isinstance(node, InlineFragmentNode):
                if thing.type in self.plain.possible(node.type_condition.name.value if node.type_condition else ""):
                    _merge(given, self.read(thing, node.selection_set))
            elif isinstance(node, FieldNode) and node.name.value != "__typename":
                declared = self.plain.types[thing.type].fields[node.name.value]
                value = self.value(thing, declared.name, self._arguments(thing, node))
                _merge(given, {declared.name: self._read_value(value, node.selection_set)})
        return given

    def key(self, thing: Thing, key: str) -> dict[str, Any] | None:
        """Give a thing's key, or None where a part of it is null."""
        read = self.read(thing, selection(key))
        return None if _has_null(read) else read

    def _arguments(self, thing: Thing, node: FieldNode) -> dict[str, Any]:
        """Give the arguments of a field in a field set, as an executor would read them."""
        if not node.arguments and not self.plain.types[thing.type].fields[node.name.value].args:
            return {}
        type_ = self.schema.type_map[thing.type]
        assert isinstance(type_, GraphQLObjectType)
        return get_argument_values(type_.fields[node.name.value], node)

    def _read_value(self, value: Any, selected: SelectionSetNode | None) -> Any:
        if isinstance(value, Failure):
            raise value
        if isinstance(value, list):
            return [self._read_value(each, selected) for each in value]
        return self.read(value, selected) if isinstance(value, Thing) and selected else value

    def _made_of(self, mark: str, type_: str, label: str) -> Any:
        number = int(mark, 16)
        if not type_.endswith("!") and number % 7 == 0:
            return None
        item = item_of(type_)
        if item is not None:
            return [self._made_of(_mark([mark, n]), item, label) for n in range(number % 3)]
        match named(type_):
            case "Int":
                return number % 100_000
            case "Float":
                return number % 100_000 / 8
            case "Boolean":
                return bool(number // 7 % 2)
            case "String" | "ID":
                return f"{label}<{mark[:6]}>"
            case name if self.plain.kind(name) is Kind.ENUM:
                return self.plain.types[name].values[number // 7 % len(self.plain.types[name].values)]
            case _:
                return {"of": label, "mark": [mark[:6]]}


def pruned(plain: Plain, representation: Mapping[str, Any], selected: SelectionSetNode, type_: str) -> dict[str, Any]:
    """Give of a representation what a field set selects, as `World.read` would.

    Raises:
        Missing: the representation lacks a field, or the type by which to choose a fragment.

    """
    given: dict[str, Any] = {}
    for node in selected.selections:
        if isinstance(node, InlineFragmentNode):
            condition = node.type_condition.name.value if node.type_condition else type_
            if _is_of(plain, representation, condition, type_):
                _merge(given, pruned(plain, representation, node.selection_set, condition))
        elif isinstance(node, FieldNode) and node.name.value != "__typename":
            name = node.name.value
            if name not in representation:
                raise Missing(name)
            inner = named(plain.types[type_].fields[name].type)
            _merge(given, {name: _pruned_value(plain, representation[name], node.selection_set, inner)})
    return given


def _is_of(plain: Plain, representation: Mapping[str, Any], condition: str, type_: str) -> bool:
    if condition == type_:
        return True
    if "__typename" not in representation:
        name = "__typename"
        raise Missing(name)
    return representation["__typename"] in plain.possible(condition)


def _pruned_value(plain: Plain, value: Any, selected: SelectionSetNode | None, type_: str) -> Any:
    if isinstance(value, list):
        return [_pruned_value(plain, each, selected, type_) for each in value]
    return pruned(plain, value, selected, type_) if isinstance(value, Mapping) and selected else value


def key_of(representation: Mapping[str, Any], key: SelectionSetNode) -> dict[str, Any] | None:
    """Give the key that a representation has, None where it lacks a part or a part is null."""
    given: dict[str, Any] = {}
    for node in key.selections:
        assert isinstance(node, FieldNode)
        value = representation.get(node.name.value)
        if node.selection_set is not None:
            value = key_of(value, node.selection_set) if isinstance(value, Mapping) else None
        if value is None:
            return None
        given[node.name.value] = value
    return given


def _has_null(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_has_null(each) for each in value.values())
    return value is None


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        if isinstance(into.get(name), dict) and isinstance(value, Mapping):
            _merge(into[name], value)
        elif isinstance(into.get(name), list) and isinstance(value, list):
            for one, other in zip(into[name], value, strict=True):
                if isinstance(one, dict) and isinstance(other, Mapping):
                    _merge(one, other)
        else:
            into[name] = value


def _written(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def _mark(value: Any) -> str:
    return hashlib.sha256(_written(value).encode()).hexdigest()[:12]
