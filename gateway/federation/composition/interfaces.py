"""Interfaces with keys, and the object types that stand for them elsewhere."""

from gateway.errors import Text
from gateway.federation.composition.elements import Kind, TypeDefinition
from gateway.federation.composition.fields import check_sharing
from gateway.federation.composition.merged import JoinField, MergedArgument, MergedField, MergedType
from gateway.federation.composition.overriding import Overrides
from gateway.federation.composition.problems import listed
from gateway.federation.composition.sources import Merge, Sources

__all__ = ["check_implementations", "check_interface", "give_to_implementations"]


def check_interface(merge: Merge, definitions: Sources[TypeDefinition], merged: MergedType) -> None:
    """Refuse a key of an interface in a subgraph that does not know every implementation, and the like."""
    everyone = merge.supergraph.possible(merged.name)
    for index, definition in definitions.items():
        place = merge.places[index]
        if definition.interface_object:
            known = [name for name in everyone if name in place.schema.types]
            if known:
                message = Text(
                    f'"{merged.name}" is an interface object in "{place.name}", which defines {listed(known)} that'
                    " implement it",
                    f"{merged.name} 在 {place.name} 中为接口对象，该子图却定义了其实现 {listed(known)}",
                )
                merge.findings.refuse("INTERFACE_OBJECT_USAGE_ERROR", message, [place.name], merged.name)
            continue
        resolvable = [each for each in definition.marks("key") if each.value("resolvable") is not False]
        missing = [name for name in everyone if name not in place.schema.possible(merged.name)]
        if resolvable and missing:
            message = Text(
                f'Interface "{merged.name}" has {resolvable[0]} in "{place.name}", which does not know that'
                f" {listed(missing)} implement it",
                f"接口 {merged.name} 在 {place.name} 中有 {resolvable[0]}，而该子图不含其实现 {listed(missing)}",
            )
            code = "INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE"
            merge.findings.refuse(code, message, [place.name], merged.name)


def give_to_implementations(merge: Merge) -> None:
    """Give every implementation the fields that interface objects add to its interface."""
    types = merge.supergraph.types
    for merged in types.values():
        if merged.kind is not Kind.OBJECT:
            continue
        for interface in merged.interfaces:
            for name, field in types[interface].fields.items() if interface in types else ():
                if name not in merged.fields and _is_given(merge, interface, name):
                    merged.fields[name] = _copy(field)
                    check_sharing(merge, {}, merged, field, Overrides())


def _is_given(merge: Merge, interface: str, name: str) -> bool:
    for place in merge.places:
        local = place.schema.types.get(interface)
        if local is None or not local.interface_object or name not in local.fields:
            continue
        if not place.facts.external(interface, local.fields[name]):
            return True
    return False


def _copy(field: MergedField) -> MergedField:
    arguments = {
        name: MergedArgument(name, each.description, list(each.carried), each.type, each.default)
        for name, each in field.arguments.items()
    }
    return MergedField(field.name, field.description, list(field.carried), field.type, arguments, [JoinField(None)])


def check_implementations(merge: Merge) -> None:
    """Refuse a type that lacks a field of an interface that it implements in another subgraph."""
    types = merge.supergraph.types
    for merged in types.values():
        for interface, graphs in merged.interfaces.items():
            for name in types[interface].fields if interface in types else ():
                if name in merged.fields:
                    continue
                having = [
                    place.name
                    for place in merge.places
                    if (local := place.schema.types.get(interface)) is not None and name in local.fields
                ]
                implementing = [place.name for place in merge.places if place.graph.enum in graphs]
                message = Text(
                    f'Field "{interface}.{name}" is there in {listed(having)}, and "{merged.name}", which implements'
                    f' "{interface}" in {listed(implementing)}, lacks it',
                    f"{listed(having)} 中有接口字段 {interface}.{name}，而在 {listed(implementing)} 中实现该接口的"
                    f" {merged.name} 没有此字段",
                )
                subgraphs = list(dict.fromkeys([*having, *implementing]))
                merge.findings.refuse("INTERFACE_FIELD_NO_IMPLEM", message, subgraphs, f"{merged.name}.{name}")
