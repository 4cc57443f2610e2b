"""Random operations over a plain schema: every field, alias, fragment, directive and kind of variable there is.

A response key is a field's name, or an alias of its own; some borrow another's alias, which may not merge: what does
not validate is thrown away.
"""

# A value of a made-up graph is of any type.

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import parse, validate

from tests.federation.fuzz.literals import Literals
from tests.federation.fuzz.plain import Argument, Kind, PlainField, named
from tests.federation.fuzz.variables import Variables
from tests.federation.fuzz.world import World

__all__ = ["Operation", "Operations"]

_DEEPEST = (4, 5, 5, 7)
_MOST_FIELDS = 60


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as it is sent."""

    document: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None

    def __str__(self) -> str:
        """Write it so that it can be sent again."""
        said = json.dumps(self.variables, ensure_ascii=False)
        return f"{self.document}\nvariables: {said}\noperation name: {self.name}"


class Operations:
    """Makes operations that fit a world's schema."""

    def __init__(self, world: World, chance: random.Random) -> None:
        """Ask for what is in *world*."""
        self.world, self.plain, self.chance = world, world.plain, chance
        self.schema = world.schema
        self.ids = [each.values["id"][0] for things in world.things.values() for each in things]

    def next(self) -> Operation:
        """Give an operation."""
        while True:
            operation = _Writing(self).operation()
            if not validate(self.schema, parse(operation.document)):
                return operation


class _Writing:
    """One operation in the making."""

    def __init__(self, operations: Operations) -> None:
        self.chance, self.plain = operations.chance, operations.plain
        self.variables = Variables(self.plain, self.chance, operations.ids)
        self.literals = Literals(self.plain, self.chance, operations.ids)
        self.fragments: list[tuple[str, str]] = []
        self.bodies: list[str] = []
        self.aliases = 0
        self.deepest = self.chance.choice(_DEEPEST)
        self.left = self.chance.choice((8, 16, 32, _MOST_FIELDS))
        self.borrows = self.maybe(0.15)
        self.conditions = self.maybe(0.4)

    def maybe(self, probability: float) -> bool:
        return self.chance.random() < probability

    def operation(self) -> Operation:
        mutates = "Mutation" in self.plain.types and self.maybe(0.15)
        root = "Mutation" if mutates else "Query"
        body = self._root(root)
        name = "Asked" if self.maybe(0.3) or self.variables.declared else ""
        declared = self.variables.declarations()
        head = "" if not mutates and not name and self.maybe(0.5) else f"{root.lower()} {name}{declared} "
        text = "\n".join([f"{head}{{ {body} }}", *self.bodies])
        other = bool(name) and self.maybe(0.1)
        if other:
            text += "\nquery Other { __typename }"
        return Operation(text, self.variables.values, name if other or (name and self.maybe(0.5)) else None)

    def _root(self, root: str) -> str:
        fields = [*self.plain.types[root].fields.values()]
        chosen = self.chance.choices(fields, k=self.chance.choice((1, 1, 1, 2, 2, 3)))
        parts = [self._field(each, 1) for each in chosen]
        if self.maybe(0.05):
            parts.append("__typename")
        if self.maybe(0.1):
            parts = [f"... on {root}{self._condition()} {{ {' '.join(parts)} }}"]
        return " ".join(parts)

    def _field(self, declared: PlainField, depth: int) -> str:
        self.left -= 1
        args = self._arguments(declared.args)
        alias = ""
        if self.borrows and self.maybe(0.2):
            alias = f"a{self.chance.randint(1, 4)}: "
        elif args or self.maybe(0.12):
            self.aliases += 1
            alias = f"f{self.aliases}: "
        inner = f" {self._selected(named(declared.type), depth + 1)}" if declared.runtime else ""
        return f"{alias}{declared.name}{args}{self._condition()}{inner}"

    def _arguments(self, declared: Sequence[Argument]) -> str:
        given = [f"{each.name}: {self._argument(each)}" for each in declared if self.literals.is_given(each)]
        return f"({', '.join(given)})" if given else ""

    def _argument(self, declared: Argument) -> str:
        if self.maybe(0.4):
            return self.variables.of(declared.type, has_default=declared.default is not None)
        return self.variables.inside(declared.type) if self.maybe(0.2) else self.literals.literal(declared.type)

    def _condition(self) -> str:
        if not self.conditions or not self.maybe(0.12):
            return ""
        word = self.chance.choice(("skip", "include"))
        value = self.variables.of("Boolean!") if self.maybe(0.7) else self.chance.choice(("true", "false"))
        more = f" @include(if: {self.variables.of('Boolean!')})" if word == "skip" and self.maybe(0.1) else ""
        return f" @{word}(if: {value}){more}"

    def _selected(self, name: str, depth: int) -> str:
        """Give a selection set of a composite type."""
        parts = self._parts(name, depth)
        if self.maybe(0.15):
            self.aliases += 1
            parts.append("__typename" if self.maybe(0.7) else f"t{self.aliases}: __typename")
        self.chance.shuffle(parts)
        return f"{{ {' '.join(parts)} }}"

    def _parts(self, name: str, depth: int) -> list[str]:
        kind = self.plain.kind(name)
        parts: list[str] = []
        if kind is not Kind.UNION:
            shown = [each for each in self.plain.types[name].fields.values() if not each.hidden]
            able = shown if depth < self.deepest and self.left > 0 else [each for each in shown if not each.runtime]
            for each in self.chance.sample(able, min(len(able), self.chance.choice((1, 2, 3, 3, 5)))):
                part = self._field(each, depth)
                parts.append(part)
                if self.maybe(0.04):
                    parts.append(part)
        if kind in {Kind.UNION, Kind.INTERFACE} and self.left > 0:
            members = self.plain.types[name].members
            chosen = self.chance.sample(members, self.chance.randint(0, len(members)))
            parts += [self._fragment(member, depth) for member in chosen]
        elif self.maybe(0.12) and self.left > 0:
            parts.append(self._fragment(self._wider(name), depth))
        return parts or ["__typename"]

    def _wider(self, name: str) -> str:
        """Give a type of which an object of *name* may be: itself, an interface, a union."""
        wider = [each.name for each in self.plain.of(Kind.INTERFACE, Kind.UNION) if name in each.members]
        return self.chance.choice([name, *wider])

    def _fragment(self, name: str, depth: int) -> str:
        known = [label for of, label in self.fragments if of == name]
        if known and self.maybe(0.15):
            return f"...{self.chance.choice(known)}{self._condition()}"
        if depth + 1 > self.deepest:
            return f"... on {name} {{ __typename }}"
        selected = self._selected(name, depth + 1)
        if self.maybe(0.25):
            label = f"Part{len(self.bodies) + 1}"
            self.bodies.append(f"fragment {label} on {name} {selected}")
            self.fragments.append((name, label))
            return f"...{label}{self._condition()}"
        if self.maybe(0.1):
            selected = f"{{ ...{self._condition()} {selected} }}"
        return f"... on {name}{self._condition()} {selected}"
