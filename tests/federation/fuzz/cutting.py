"""Cuts a plain schema into subgraphs that compose, at random.

The first subgraph knows every entity, so what cannot be placed elsewhere is placed there. Every other subgraph of an
entity has a key in common with an earlier one; that is what makes every field reachable from everywhere.
"""

import random
from collections import defaultdict

from graphql import FieldNode

from tests.federation.fuzz.borrowing import Borrowing
from tests.federation.fuzz.cut import Cut, CutField, CutKey, CutSubgraph, CutType
from tests.federation.fuzz.finishing import finish
from tests.federation.fuzz.plain import Kind, Plain, PlainField, PlainType, named, selection
from tests.federation.fuzz.world import World

__all__ = ["cut"]

_NAMES = ("register", "tax", "court", "market", "insurance", "customs")


def cut(world: World, chance: random.Random) -> Cut:
    """Give subgraphs for a world; what is computed of other fields is noted in its ``requirements``."""
    placing = Placing(world.plain, chance)
    placing.place_all()
    Borrowing(world, placing, chance).borrow()
    finish(world, placing.cut, chance)
    return Cut([each for each in placing.cut.subgraphs if each.types])


class Placing:
    """Decides which subgraph serves which field."""

    def __init__(self, plain: Plain, chance: random.Random) -> None:
        """Begin with subgraphs that have nothing."""
        self.plain, self.chance = plain, chance
        count = chance.randint(2, len(_NAMES))
        subgraphs = [CutSubgraph(name, n > 0 and chance.random() < 0.2) for n, name in enumerate(_NAMES[:count])]
        self.cut, self.first = Cut(subgraphs), subgraphs[0]
        self.banned: dict[str, set[str]] = defaultdict(set)
        self.objects: dict[str, list[CutSubgraph]] = {}
        self.object_fields: dict[tuple[str, str], CutSubgraph] = {}
        self.keys: dict[str, list[str]] = {}
        self.homes: dict[str, list[CutSubgraph]] = {}

    def place_all(self) -> None:
        """Place every field of every type somewhere."""
        for interface in self.plain.of(Kind.INTERFACE):
            self._choose_interface_object(interface)
        for entity in self.plain.of(Kind.ENTITY):
            self._choose_homes(entity)
        for name, subgraphs in self.objects.items():
            self.define(self.first, name)
            self.first.types[name].keys.append(CutKey("id"))
            for subgraph in subgraphs:
                self.define(subgraph, name)
                serves = any(of == name and each is subgraph for (of, _), each in self.object_fields.items())
                if not serves and self.maybe(0.5):
                    subgraph.types[name].keys[:] = [CutKey("id", resolvable=False)]
        for entity in self.plain.of(Kind.ENTITY):
            for field in entity.fields.values():
                self._place_field(entity, field)
        for root in self.plain.of(Kind.ROOT):
            for field in root.fields.values():
                self._place_root(root, field)

    def maybe(self, probability: float) -> bool:
        """Throw a coin."""
        return self.chance.random() < probability

    def fits(self, subgraph: CutSubgraph, field: PlainField, seen: frozenset[str] = frozenset()) -> bool:
        """Say whether a subgraph can have all the types that a field leads to."""
        target = named(field.type)
        if subgraph in self.objects.get(target, ()):
            return True
        return all(self._admits(subgraph, name, seen) for name in field.runtime)

    def _admits(self, subgraph: CutSubgraph, name: str, seen: frozenset[str]) -> bool:
        if name in self.banned[subgraph.name]:
            return False
        type_ = self.plain.types[name]
        if type_.split:
            return name in subgraph.types
        if name in seen or type_.kind is Kind.ENTITY:
            return name in subgraph.types or bool(self._stub_keys(subgraph, name, seen | {name}))
        return all(self.fits(subgraph, each, seen | {name}) for each in type_.fields.values())

    def _stub_keys(self, subgraph: CutSubgraph, entity: str, seen: frozenset[str] = frozenset()) -> list[str]:
        return [key for key in self.keys[entity] if self._key_fits(subgraph, entity, key, seen)]

    def _key_fits(self, subgraph: CutSubgraph, entity: str, key: str, seen: frozenset[str]) -> bool:
        field = self.plain.types[entity].fields[key.split(maxsplit=1)[0]]
        told = field.hidden and subgraph.federation_1  # which cannot say that it is inaccessible
        return not told and self.fits(subgraph, field, seen)

    def define(self, subgraph: CutSubgraph, name: str) -> None:
        """Give a subgraph a type, with all that it must have."""
        if name not in self.plain.types or name in subgraph.types:
            return
        type_ = self.plain.types[name]
        made = subgraph.types[name] = CutType(name, type_.kind, values=list(type_.values), inputs=list(type_.inputs))
        for each in type_.inputs:
            self.define(subgraph, named(each.type))
        if type_.kind is Kind.VALUE and not type_.split:
            for field in type_.fields.values():
                self.place(subgraph, name, field)
        elif type_.kind is Kind.ENTITY:
            # A subgraph that serves nothing of an entity refers to it by a key that another resolves.
            keys = self._stub_keys(subgraph, name)
            resolvable = subgraph.federation_1 or self.maybe(0.5)
            self.add_key(subgraph, name, CutKey(self.chance.choice(keys), resolvable))
        elif subgraph in self.objects.get(name, ()):
            made.interface_object = True
            self.add_key(subgraph, name, CutKey("id"))

    def add_key(self, subgraph: CutSubgraph, name: str, key: CutKey) -> None:
        """Give a type of a subgraph a key, and the fields of the key."""
        subgraph.types[name].keys.append(key)
        for node in selection(key.fields).selections:
            assert isinstance(node, FieldNode)
            field = self.plain.types[name].fields[node.name.value]
            self.place(subgraph, name, field)
            for inner in node.selection_set.selections if node.selection_set else ():
                assert isinstance(inner, FieldNode)
                self.place(subgraph, named(field.type), self.plain.types[named(field.type)].fields[inner.name.value])

    def place(self, subgraph: CutSubgraph, type_: str, field: PlainField) -> CutField:
        """Give a subgraph a field, and the types that it leads to."""
        self.define(subgraph, type_)
        made = subgraph.types[type_].fields.get(field.name)
        if made is None:
            made = CutField(field, field.type, inaccessible=field.hidden)
            subgraph.types[type_].fields[field.name] = made
            self._lead(subgraph, field)
        return made

    def _lead(self, subgraph: CutSubgraph, field: PlainField) -> None:
        for argument in field.args:
            self.define(subgraph, named(argument.type))
        target = named(field.type)
        self.define(subgraph, target)
        if not subgraph.is_interface_object(target):
            for name in field.runtime:
                self.define(subgraph, name)
        if self.plain.kind(target) is Kind.UNION:
            members = subgraph.types[target].members
            members += [name for name in field.runtime if name not in members]

    def _choose_interface_object(self, interface: PlainType) -> None:
        """Perhaps let a subgraph know an interface as an object, with some fields that nobody else has."""
        able = [each for each in self.cut.subgraphs[1:] if not each.federation_1]
        entities = all(self.plain.kind(each) is Kind.ENTITY for each in interface.members)
        kin = interface.interfaces or any(interface.name in each.interfaces for each in self.plain.of(Kind.INTERFACE))
        if not able or not entities or kin or not self.maybe(0.4):
            return
        subgraphs = self.objects[interface.name] = self.chance.sample(
            able, 2 if len(able) > 2 and self.maybe(0.3) else 1
        )
        for subgraph in subgraphs:
            self.banned[subgraph.name] |= set(interface.members)
        for field in interface.fields.values():
            declared = {self.plain.types[each].fields[field.name].type for each in interface.members}
            if field.name != "id" and not field.runtime and declared == {field.type} and self.maybe(0.6):
                self.object_fields[interface.name, field.name] = self.chance.choice(subgraphs)

    def _choose_homes(self, entity: PlainType) -> None:
        able = [each for each in self.cut.subgraphs[1:] if entity.name not in self.banned[each.name]]
        homes = [self.first, *self.chance.sample(able, self.chance.randint(0, len(able)))]
        known: list[str] = []
        self.keys[entity.name] = known
        must = any(each in self.objects for each in entity.interfaces) or len(homes) == 1
        self.homes[entity.name] = []
        for home in homes:
            keys = [key for key in entity.keys if self._key_fits(home, entity.name, key, frozenset())]
            anchors = [key for key in keys if key in known] if known else ["id"] if must else keys
            if not anchors:
                continue
            chosen = {self.chance.choice(anchors), *(key for key in keys if self.maybe(0.3))}
            home.types[entity.name] = CutType(entity.name, Kind.ENTITY)
            self.homes[entity.name].append(home)
            known += [key for key in entity.keys if key in chosen and key not in known]
            for key in (each for each in entity.keys if each in chosen):
                self.add_key(home, entity.name, CutKey(key))

    def _place_field(self, entity: PlainType, field: PlainField) -> None:
        if any((each, field.name) in self.object_fields for each in entity.interfaces):
            for interface in entity.interfaces:
                subgraph = self.object_fields.get((interface, field.name))
                if subgraph is not None:
                    self.place(subgraph, interface, self.plain.types[interface].fields[field.name])
            return
        homes = self.homes[entity.name]
        if self.plain.types.get(named(field.type), entity).split:
            self._place_split(entity, field)
            return
        able = [home for home in homes if self.fits(home, field)]
        served = bool(self.cut.resolvers(entity.name, field.name))
        if field.hidden and not served:
            return
        if not served or self.maybe(0.2):
            owner = self.chance.choice(able)
            self.place(owner, entity.name, field)
            more = [home for home in able if home is not owner]
            if more and self.maybe(0.2):
                for home in self.chance.sample(more, self.chance.randint(1, len(more))):
                    self.place(home, entity.name, field)
            elif more and not served and not owner.federation_1 and self.maybe(0.15):
                self._override(owner, self.chance.choice(more), entity, field)

    def _override(self, target: CutSubgraph, source: CutSubgraph, entity: PlainType, field: PlainField) -> None:
        """Let a subgraph take a field over that another still has."""
        if source.field(entity.name, field.name) is None:
            self.place(source, entity.name, field).overridden = True
            self.place(target, entity.name, field).override = source.name

    def _place_split(self, entity: PlainType, field: PlainField) -> None:
        """Share a field among subgraphs, of which each has some fields of its value."""
        split = self.plain.types[named(field.type)]
        more = [home for home in self.homes[entity.name] if home is not self.first]
        among = [self.first, *self.chance.sample(more, self.chance.randint(0, len(more)))]
        for subgraph in among:
            self.define(subgraph, split.name)
            self.place(subgraph, entity.name, field)
        for each in split.fields.values():
            able = [subgraph for subgraph in among if self.fits(subgraph, each)]
            for subgraph in self.chance.sample(able, self.chance.randint(1, min(2, len(able)))):
                self.place(subgraph, split.name, each)
        for subgraph in among:
            if not subgraph.types[split.name].fields:
                fitting = [each for each in split.fields.values() if self.fits(subgraph, each)]
                if fitting:
                    self.place(subgraph, split.name, fitting[0])
                else:
                    del subgraph.types[split.name], subgraph.types[entity.name].fields[field.name]

    def _place_root(self, root: PlainType, field: PlainField) -> None:
        able = [each for each in self.cut.subgraphs if self.fits(each, field)]
        count = 1 if root.name == "Mutation" or self.maybe(0.7) else self.chance.randint(1, len(able))
        chosen = self.chance.sample(able, count)
        for subgraph in chosen:
            self.place(subgraph, root.name, field)
        more = [each for each in able if each not in chosen]
        if count == 1 and more and not chosen[0].federation_1 and self.maybe(0.1):
            self._override(chosen[0], self.chance.choice(more), root, field)
