"""Finishes a cut: what follows from where the fields are, and small differences that composition must level."""

import random

from tests.federation.fuzz.cut import Cut, CutField, CutSubgraph, CutType
from tests.federation.fuzz.plain import Argument, Kind, PlainField
from tests.federation.fuzz.world import World

__all__ = ["finish"]


def finish(world: World, cut: Cut, chance: random.Random) -> None:
    """Complete interfaces, mark what is shared, let Federation 1 extend, add what the graph does not show."""
    for subgraph in cut.subgraphs:
        for type_ in list(subgraph.types.values()):
            if type_.kind is Kind.INTERFACE and not type_.interface_object:
                _complete(world, subgraph, type_, chance)
    _make_stricter(world, cut, chance)
    _add_the_unseen(cut, chance)
    _share(cut)
    for subgraph in cut.subgraphs:
        if subgraph.federation_1:
            _extend(subgraph, chance)


def _complete(world: World, subgraph: CutSubgraph, interface: CutType, chance: random.Random) -> None:
    """Give an interface its implementers here, and fields that each of them has here."""
    plain = world.plain.types[interface.name]
    members = [subgraph.types[name] for name in plain.members if name in subgraph.types]
    for each in members:
        each.interfaces.append(interface.name)
        if "id" not in each.fields:
            each.fields["id"] = CutField(world.plain.types[each.name].fields["id"], "ID!")
    able = [
        field
        for field in plain.fields.values()
        if all(field.name in each.fields and not each.fields[field.name].external for each in members)
    ]
    must = {"id", *(key.fields for key in interface.keys), *interface.fields}
    for field in able:
        if field.name in must or chance.random() < 0.7:
            interface.fields[field.name] = CutField(field, field.type)


def _make_stricter(world: World, cut: Cut, chance: random.Random) -> None:
    """Let one of several subgraphs promise a value where another does not, if the data keep the promise."""
    for subgraph in cut.subgraphs[1:]:
        for type_ in subgraph.types.values():
            for field in type_.fields.values():
                several = len(cut.resolvers(type_.name, field.plain.name)) > 1
                promised = field.type.endswith("!") or field.external or type_.kind is Kind.INTERFACE
                if several and not promised and _is_always(world, type_.name, field.plain) and chance.random() < 0.2:
                    others = [
                        each.field(type_.name, field.plain.name) for each in cut.resolvers(type_.name, field.plain.name)
                    ]
                    if any(each is not None and each is not field and not each.type.endswith("!") for each in others):
                        field.type += "!"


def _is_always(world: World, type_: str, field: PlainField) -> bool:
    """Say whether a field of an entity, or of a root, has a value in every thing."""
    things = world.things.get(type_, [world.roots[type_]] if type_ in world.roots else [])
    kept = all(isinstance(each, object) and each is not None for thing in things for each in thing.values[field.name])
    failing = any(isinstance(each, Exception) for thing in things for each in thing.values[field.name])
    return bool(things) and kept and not failing and not field.lookup and (type_, field.name) not in world.requirements


def _add_the_unseen(cut: Cut, chance: random.Random) -> None:
    """Add fields that are inaccessible, and arguments and input fields that only one of several subgraphs has."""
    for n, subgraph in enumerate(cut.subgraphs):
        for type_ in subgraph.types.values():
            if type_.kind is Kind.ENTITY and not subgraph.federation_1 and chance.random() < 0.15:
                name = f"internal{n}"
                type_.fields[name] = CutField(PlainField(name, "String"), "String", inaccessible=True)
            for field in type_.fields.values():
                shared = len(cut.resolvers(type_.name, field.plain.name)) > 1
                free = type_.kind in {Kind.ENTITY, Kind.VALUE} and not _is_bound(cut, subgraph, type_, field.plain.name)
                if shared and field.resolvable and free and chance.random() < 0.05:
                    field.more_args = (Argument(f"only{n}", "Int"),)
            several = sum(type_.name in each.types for each in cut.subgraphs) > 1
            if type_.kind is Kind.INPUT and several and chance.random() < 0.2:
                type_.inputs.append(Argument(f"only{n}", "String"))


def _is_bound(cut: Cut, subgraph: CutSubgraph, type_: CutType, name: str) -> bool:
    """Say whether a field must have just the arguments it has: keys, field sets and interfaces name it."""
    declared = any(name in subgraph.types[each].fields for each in type_.interfaces)
    types = [each for one in cut.subgraphs for each in one.types.values()]
    sets = [key.fields for each in types for key in each.keys]
    sets += [
        told for each in types for field in each.fields.values() for told in (field.requires, field.provides) if told
    ]
    return declared or any(name in field_set for field_set in sets)


def _share(cut: Cut) -> None:
    """Mark every field as shareable that several subgraphs serve, or that one lends."""
    for subgraph in cut.subgraphs:
        for type_ in subgraph.types.values():
            for name, field in type_.fields.items():
                lent = any((found := each.field(type_.name, name)) and found.external for each in cut.subgraphs)
                field.shareable = lent or len(cut.resolvers(type_.name, name)) > 1


def _extend(subgraph: CutSubgraph, chance: random.Random) -> None:
    for type_ in subgraph.types.values():
        if (type_.kind is Kind.ENTITY and chance.random() < 0.6) or type_.kind is Kind.ROOT:
            type_.extension = True
