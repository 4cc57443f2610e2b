"""Finishes a cut: what follows from where the fields are, and small differences that composition must level."""

import random

from tests.federation.fuzz.cut import Cut, CutField, CutKey, CutSubgraph, CutType, Imports
from tests.federation.fuzz.plain import Argument, Kind, PlainField, named
from tests.federation.fuzz.world import World

__all__ = ["finish"]


def finish(world: World, cut: Cut, chance: random.Random) -> None:
    """Complete interfaces, mark what is shared, let Federation 1 extend, add what the graph does not show."""
    for subgraph in cut.subgraphs:
        interfaces = [each for each in subgraph.types.values() if each.kind is Kind.INTERFACE]
        for interface in sorted(interfaces, key=lambda each: -len(world.plain.types[each.name].members)):
            if not interface.interface_object:
                _complete(world, cut, subgraph, interface, chance)
    for below in world.plain.of(Kind.INTERFACE):
        _let_go(cut, below.name)
    _narrow(cut, chance)
    _make_stricter(world, cut, chance)
    _add_the_unseen(cut, chance)
    _share(cut)
    inaccessible = f"{chance.choice(list(Imports)).value}inaccessible"
    for subgraph in cut.subgraphs:
        _extend(subgraph, chance, first=subgraph is cut.subgraphs[0])
        subgraph.inaccessible = inaccessible
        if not subgraph.federation_1:
            subgraph.imports = chance.choice((Imports.PLAIN, Imports.PLAIN, Imports.RENAMED, Imports.NOTHING))
            if "Query" in subgraph.types and chance.random() < 0.2:
                subgraph.roots = {"Query": "Reading", "Mutation": "Writing"}


def _complete(world: World, cut: Cut, subgraph: CutSubgraph, interface: CutType, chance: random.Random) -> None:
    """Give an interface its implementers here, and fields that each of them has here."""
    plain = world.plain.types[interface.name]
    members = [subgraph.types[name] for name in plain.members if name in subgraph.types]
    for each in members:
        each.interfaces.append(interface.name)
        if "id" not in each.fields:
            each.fields["id"] = CutField(world.plain.types[each.name].fields["id"], "ID!")
    must = {"id", *interface.fields}
    for above in plain.interfaces:
        if above in subgraph.types and len(members) == len(plain.members):
            interface.interfaces.append(above)
            must |= set(subgraph.types[above].fields)
    for field in plain.fields.values():
        there = all(field.name in each.fields and not each.fields[field.name].external for each in members)
        if field.name in must or (there and chance.random() < 0.7):
            interface.fields[field.name] = CutField(field, field.type)
        elif not there and not field.runtime and chance.random() < 0.15:
            _declare_what_others_serve(world, cut, members, interface, field)
    by_id = all(CutKey("id") in each.keys for each in members)
    if (
        not subgraph.federation_1
        and by_id
        and len(members) == len(plain.members)
        and CutKey("id") not in interface.keys
        and chance.random() < 0.4
    ):
        interface.keys += [CutKey("id")] if _is_kept_by(cut, interface.name) else []


def _let_go(cut: Cut, below: str) -> None:
    """Let an interface implement none, if it lacks a field that some subgraph has given to one of them."""
    there = [each.types[below] for each in cut.subgraphs if below in each.types]
    has = {name for each in there for name in each.fields}
    above = {name for each in there for name in each.interfaces}
    wanted = {name for each in cut.subgraphs for one in above if one in each.types for name in each.types[one].fields}
    if not wanted <= has:
        for each in there:
            each.interfaces.clear()


def _declare_what_others_serve(
    world: World, cut: Cut, members: list[CutType], interface: CutType, field: PlainField
) -> None:
    """Let an interface have a field that some of its types here do not serve: it is external in them."""
    served = all(cut.resolvers(each.name, field.name) for each in members)
    known = [one.field(each.name, field.name) for one in cut.subgraphs for each in members]
    taken = any(each is not None and each.overridden for each in known)
    if served and not taken and not any(named(argument.type) in world.plain.types for argument in field.args):
        leaf = named(field.type)
        if leaf in world.plain.types:
            return
        for each in members:
            declared = world.plain.types[each.name].fields[field.name]
            each.fields.setdefault(field.name, CutField(declared, declared.type, external=True))
        interface.fields[field.name] = CutField(field, field.type)


def _is_kept_by(cut: Cut, interface: str) -> bool:
    """Say whether some subgraph knows an interface by its key already."""
    return any(each.types[interface].keys for each in cut.subgraphs if interface in each.types)


def _narrow(cut: Cut, chance: random.Random) -> None:
    """Let one of several subgraphs say the very type of which a shared field's values are."""
    for subgraph in cut.subgraphs:
        for type_ in subgraph.types.values():
            for field in type_.fields.values():
                target, runtime = named(field.type), field.plain.runtime
                able = field.resolvable and len(runtime) == 1 and target != runtime[0] and runtime[0] in subgraph.types
                wide = [each for each in cut.resolvers(type_.name, field.plain.name) if each is not subgraph]
                wide = [each for each in wide if target in (each.field(type_.name, field.plain.name) or field).type]
                told = not subgraph.is_interface_object(target) and type_.kind is not Kind.INTERFACE
                if able and wide and told and chance.random() < 0.3:
                    field.type = field.type.replace(target, runtime[0])


def _make_stricter(world: World, cut: Cut, chance: random.Random) -> None:
    """Let one of several subgraphs promise a value where another does not, if the data keep the promise."""
    for subgraph in cut.subgraphs[1:]:
        for type_ in subgraph.types.values():
            for field in type_.fields.values():
                resolvers = cut.resolvers(type_.name, field.plain.name)
                told = {each.types[type_.name].fields[field.plain.name].type for each in resolvers}
                able = len(resolvers) > 1 and told == {field.plain.type} and not field.type.endswith("!")
                plain = field.resolvable and type_.kind is not Kind.INTERFACE
                if able and plain and _is_always(world, type_.name, field.plain) and chance.random() < 0.2:
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


def _extend(subgraph: CutSubgraph, chance: random.Random, *, first: bool) -> None:
    """Write some types as extensions; the first subgraph has what they extend."""
    for type_ in subgraph.types.values():
        often = 0.6 if subgraph.federation_1 else 0.1
        root = type_.kind is Kind.ROOT and subgraph.federation_1
        type_.extension = root or (type_.kind is Kind.ENTITY and not first and chance.random() < often)
