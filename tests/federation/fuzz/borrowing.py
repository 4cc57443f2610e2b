"""Lets subgraphs build on what others serve: what they compute of it (``@requires``), and lend (``@provides``)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tests.federation.fuzz.cut import CutField, CutSubgraph, CutType
from tests.federation.fuzz.literals import Literals
from tests.federation.fuzz.plain import Kind, PlainField, named
from tests.federation.fuzz.world import World

if TYPE_CHECKING:
    from tests.federation.fuzz.cutting import Placing

__all__ = ["Borrowing"]

Coordinate = tuple[str, str]


class Borrowing:
    """Adds ``@requires`` and ``@provides`` to a cut in which every field has its place."""

    def __init__(self, world: World, placing: Placing, chance: random.Random) -> None:
        """Work on what *placing* has made."""
        self.world, self.plain, self.placing, self.chance = world, world.plain, placing, chance
        self.cut = placing.cut
        self.literals = Literals(world.plain, chance)
        self.needs: dict[Coordinate, set[Coordinate]] = {}

    def borrow(self) -> None:
        """Do it, at random places."""
        for subgraph in self.cut.subgraphs:
            for type_ in list(subgraph.types.values()):
                if type_.kind is Kind.ENTITY or type_.interface_object:
                    for field in list(type_.fields.values()):
                        if self._may_require(subgraph, type_, field) and self.chance.random() < 0.3:
                            self._require(subgraph, type_, field)
        for subgraph in self.cut.subgraphs:
            for type_ in list(subgraph.types.values()):
                for field in list(type_.fields.values()):
                    if field.resolvable and field.plain.runtime and self.chance.random() < 0.4:
                        self._provide(subgraph, field)

    def _may_require(self, subgraph: CutSubgraph, type_: CutType, field: CutField) -> bool:
        """Say whether a field can be computed: a leaf that one subgraph serves, and that is no part of a key."""
        keys = {word for each in self.cut.subgraphs for key in _keys(each, type_.name) for word in _words(key)}
        keyed = any(key.resolvable for key in type_.keys)
        only = self.cut.resolvers(type_.name, field.plain.name) == [subgraph]
        leaf = not field.plain.runtime and not field.plain.lookup
        return keyed and only and leaf and field.plain.name not in {*keys, "id"}

    def _require(self, subgraph: CutSubgraph, type_: CutType, field: CutField) -> None:
        of = self.plain.types[type_.name]
        able = [each for each in of.fields.values() if self._may_be_required(subgraph, type_, field.plain.name, each)]
        chosen = self.chance.sample(able, min(len(able), self.chance.choice((1, 1, 2))))
        parts = []
        for each in chosen:
            self._need(type_.name, field.plain.name, (type_.name, each.name))
            part = self._selected(subgraph, each, (type_.name, field.plain.name))
            if part:
                self._external(subgraph, type_.name, each)
                parts.append(f"{each.name}{self.literals.arguments(each.args)}{part}")
        if parts:
            field.requires = " ".join(parts)
            names = [type_.name] if type_.kind is Kind.ENTITY else of.members
            self.world.requirements.update(dict.fromkeys(((name, field.plain.name) for name in names), field.requires))

    def _may_be_required(self, subgraph: CutSubgraph, type_: CutType, computed: str, field: PlainField) -> bool:
        if subgraph.resolves(type_.name, field.name) or field.hidden or field.name in {computed, "id"}:
            return False
        if (
            not self.placing.fits(subgraph, field)
            or self.plain.types.get(named(field.type), self.plain.types["Query"]).split
        ):
            return False
        if type_.interface_object:  # only what the first subgraph serves for each that the interface can be
            every = all(self.placing.first.resolves(name, field.name) for name in self.plain.types[type_.name].members)
            return every and not field.runtime and not self._reaches((type_.name, field.name), (type_.name, computed))
        there = any(each is not subgraph for each in self.cut.resolvers(type_.name, field.name))
        overridden = any(
            found is not None and (found.overridden or found.override)
            for found in (each.field(type_.name, field.name) for each in self.cut.subgraphs)
        )
        return there and not overridden and not self._reaches((type_.name, field.name), (type_.name, computed))

    def _selected(self, subgraph: CutSubgraph, field: PlainField, computed: Coordinate) -> str:
        """Give what is required inside a field, with a space before it where that is nothing; empty if it cannot be."""
        target = named(field.type)
        if not field.runtime:
            return " "
        if target in self.placing.objects:
            return ""
        if self.plain.kind(target) in {Kind.ENTITY, Kind.VALUE}:
            inner = self._leaves(subgraph, target, computed)
            return f" {{ {inner} }}" if inner else ""
        parts = []
        for name in field.runtime:
            inner = self._leaves(subgraph, name, computed)
            parts += [f"... on {name} {{ {inner} }}"] if inner else []
        return f" {{ {' '.join(parts)} }}" if parts else ""

    def _leaves(self, subgraph: CutSubgraph, name: str, computed: Coordinate) -> str:
        """Give some leaves of an object that are served somewhere, the missing ones external here."""
        able = [
            each
            for each in self.plain.types[name].fields.values()
            if not each.runtime
            and not each.hidden
            and (each.name != "id" or subgraph.resolves(name, "id"))
            and self.cut.resolvers(name, each.name)
            and not any(self._is_taken_over(one, name, each.name) for one in self.cut.subgraphs)
            and (name, each.name) != computed
            and not self._reaches((name, each.name), computed)
            and (self.plain.kind(name) is Kind.ENTITY or subgraph.resolves(name, each.name))
        ]
        chosen = self.chance.sample(able, min(len(able), self.chance.choice((1, 1, 2))))
        for each in chosen:
            self._need(*computed, (name, each.name))
        return " ".join(self._leaf_of(subgraph, name, each) for each in chosen)

    def _leaf_of(self, subgraph: CutSubgraph, name: str, field: PlainField) -> str:
        self.placing.define(subgraph, name)
        if not subgraph.resolves(name, field.name):
            self._external(subgraph, name, field)
        return f"{field.name}{self.literals.arguments(field.args)}"

    @staticmethod
    def _is_taken_over(subgraph: CutSubgraph, type_: str, name: str) -> bool:
        found = subgraph.field(type_, name)
        return found is not None and (found.overridden or found.override is not None)

    def _external(self, subgraph: CutSubgraph, type_: str, field: PlainField) -> None:
        if subgraph.field(type_, field.name) is None:
            self.placing.place(subgraph, type_, field).external = True
            if subgraph.is_interface_object(type_):
                self.placing.first.types[type_].fields.setdefault(
                    field.name, CutField(self.plain.types[type_].fields[field.name], field.type)
                )

    def _need(self, type_: str, computed: str, needed: Coordinate) -> None:
        self.needs.setdefault((type_, computed), set()).add(needed)

    def _reaches(self, start: Coordinate, target: Coordinate) -> bool:
        """Say whether a field is computed, by whatever way, of another; an interface counts as all it can be."""
        waiting, seen = [start], set[Coordinate]()
        while waiting:
            current = waiting.pop()
            if current == target:
                return True
            if current not in seen:
                seen.add(current)
                waiting += [other for one in self._same(current) for other in self.needs.get(one, ())]
                waiting += self._same(current)
        return False

    def _same(self, of: Coordinate) -> list[Coordinate]:
        type_ = self.plain.types[of[0]]
        names = type_.members if type_.kind is Kind.INTERFACE else type_.interfaces
        return [of, *((name, of[1]) for name in names if of[1] in self.plain.types[name].fields)]

    def _provide(self, subgraph: CutSubgraph, field: CutField) -> None:
        if self.placing.objects.get(named(field.plain.type)) is not None:
            return
        abstract = len(field.plain.runtime) > 1 or named(field.plain.type) not in field.plain.runtime
        parts = []
        for name in field.plain.runtime:
            able = list(self._lendable(subgraph, name))
            chosen = self.chance.sample(able, min(len(able), self.chance.choice((0, 1, 2))))
            for each in chosen:
                self._external(subgraph, name, each)
            lent = [*(each.name for each in chosen), *self._lent_within(subgraph, name)]
            if lent:
                inner = " ".join(lent)
                parts.append(f"... on {name} {{ {inner} }}" if abstract else inner)
        if parts:
            field.provides = " ".join(parts)

    def _lent_within(self, subgraph: CutSubgraph, name: str) -> Iterator[str]:
        """Give a field that leads from an entity to another, with a leaf of that, where both are others'."""
        if self.plain.kind(name) is not Kind.ENTITY or self.chance.random() < 0.7:
            return
        for each in self.plain.types[name].fields.values():
            target = named(each.type)
            plain = each.runtime == (target,) and self.plain.kind(target) is Kind.ENTITY and not each.args
            served = self.cut.resolvers(name, each.name) and not subgraph.resolves(name, each.name)
            taken = any(self._is_taken_over(one, name, each.name) for one in self.cut.subgraphs)
            if plain and served and not taken and not each.hidden and self.placing.fits(subgraph, each):
                leaf = next(self._lendable(subgraph, target), None)
                if leaf is not None:
                    self._external(subgraph, name, each)
                    self._external(subgraph, target, leaf)
                    yield f"{each.name} {{ {leaf.name} }}"

    def _lendable(self, subgraph: CutSubgraph, name: str) -> Iterator[PlainField]:
        """Give the leaves of an entity that others serve, and that a field here may serve for what it leads to."""
        type_ = self.plain.types[name]
        if type_.kind is not Kind.ENTITY:
            return
        for each in type_.fields.values():
            plain_leaf = not each.runtime and not each.args and not each.hidden and each.name != "id"
            taken = any(self._is_taken_over(one, name, each.name) for one in self.cut.subgraphs)
            computed = (name, each.name) in self.world.requirements
            served = self.cut.resolvers(name, each.name)
            if plain_leaf and served and not taken and not computed and not subgraph.resolves(name, each.name):
                yield each


def _keys(subgraph: CutSubgraph, name: str) -> Sequence[str]:
    return [key.fields for key in subgraph.types[name].keys] if name in subgraph.types else []


def _words(key: str) -> list[str]:
    return key.replace("{", " ").replace("}", " ").split()
