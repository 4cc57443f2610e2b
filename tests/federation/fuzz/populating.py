"""Fills a plain schema with things, whose values say whose they are."""

# A value of a made-up graph is of any type.
# ruff: noqa: ANN401

import random
from typing import Any

from tests.federation.fuzz.plain import Kind, Plain, PlainField, PlainType, item_of, named
from tests.federation.fuzz.world import Failure, Thing, World

__all__ = ["populate"]

_DEEPEST = 4


def populate(plain: Plain, chance: random.Random, failing: float = 0.0) -> World:
    """Give data for a schema, in which some values fail with a probability."""
    return _Populating(plain, chance, failing).world


class _Populating:
    def __init__(self, plain: Plain, chance: random.Random, failing: float) -> None:
        self.chance, self.failing, self.plain = chance, failing, plain
        self.world = World(plain)
        self.made = 0
        for entity in plain.of(Kind.ENTITY):
            count = chance.randint(2, 4)
            self.world.things[entity.name] = [Thing(entity.name, f"{entity.name}-{n + 1}") for n in range(count)]
        self._limit_keys_by_references()
        for entity in plain.of(Kind.ENTITY):
            for n, thing in enumerate(self.world.things[entity.name]):
                self._identify(entity, thing, n)
        for entity in plain.of(Kind.ENTITY):
            for thing in self.world.things[entity.name]:
                self._fill(entity, thing)
        for root in plain.of(Kind.ROOT):
            self.world.roots[root.name] = Thing(root.name, root.name)
            self._fill(root, self.world.roots[root.name])

    def _maybe(self, probability: float) -> bool:
        return self.chance.random() < probability

    def _limit_keys_by_references(self) -> None:
        """Let no entity have more things than the entity by which it is known."""
        for entity in self.plain.of(Kind.ENTITY):
            for key in entity.keys:
                of = entity.fields[key.split()[0]].runtime
                if of and self.plain.kind(of[0]) is Kind.ENTITY:
                    things = self.world.things[entity.name]
                    del things[len(self.world.things[of[0]]) :]

    def _identify(self, entity: PlainType, thing: Thing, n: int) -> None:
        """Give a thing its keys, each unique."""
        for key in entity.keys:
            name, *rest = key.replace("{", "").replace("}", "").split()
            declared = entity.fields[name]
            target = named(declared.type)
            if self.plain.kind(target) is Kind.ENTITY:
                thing.values[name] = [self.world.things[target][n]]
            elif self.plain.kind(target) is Kind.VALUE:
                holder = Thing(target, f"{thing.name}.{name}", {rest[0]: [f"{thing.name}#{n}"]})
                self._fill(self.plain.types[target], holder)
                thing.values[name] = [holder]
            else:
                null = not declared.type.endswith("!") and self._maybe(0.3)
                first = n // 2 if rest else n  # of two parts, neither is unique
                thing.values[name] = [
                    None if null else f"{name}-{entity.name}-{first}" if rest else f"{thing.name}:{name}"
                ]
            for second in rest if "{" not in key else ():
                grades = self.plain.types["Grade"].values
                thing.values[second] = [n % 2 if "Int" in entity.fields[second].type else grades[n % 2]]

    def _fill(self, of: PlainType, thing: Thing) -> None:
        for field in of.fields.values():
            if field.name not in thing.values:
                count = 3 if field.args else 1
                thing.values[field.name] = [self._value(field, field.type, thing, 0) for _ in range(count)]

    def _value(self, field: PlainField, type_: str, of: Thing, depth: int) -> Any:
        if self.failing and self._maybe(self.failing):
            self.made += 1
            return Failure(f"{of.name}.{field.name} fails ({self.made})")
        if not type_.endswith("!") and self._maybe(0.12):
            return None
        item = item_of(type_)
        if item is not None:
            return [self._value(field, item, of, depth + 1) for _ in range(self.chance.choice((0, 1, 2, 2, 3)))]
        return self._object(field) if field.runtime else self._leaf(named(type_), of, field)

    def _object(self, field: PlainField) -> Thing:
        type_ = self.plain.types[self.chance.choice(field.runtime)]
        if type_.kind is Kind.ENTITY:
            return self.chance.choice(self.world.things[type_.name])
        self.made += 1
        thing = Thing(type_.name, f"{type_.name}+{self.made}")
        self._fill(type_, thing)
        return thing

    def _leaf(self, name: str, of: Thing, field: PlainField) -> Any:
        self.made += 1
        match name:
            case "Int":
                return self.made
            case "Float":
                return self.made / 4
            case "Boolean":
                return self._maybe(0.5)
            case "String" | "ID":
                return f"{of.name}.{field.name}/{self.made}" if field.name != "id" else f"{of.name}"
            case "Json":
                return self.chance.choice((self.made, f"j{self.made}", {"a": [self.made, None]}, [self.made], True))
            case _:
                return self.chance.choice(self.plain.types[name].values)
