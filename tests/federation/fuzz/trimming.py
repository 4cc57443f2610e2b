"""Trims a plain schema to what its subgraphs have together: what nobody serves is not in the graph."""

from tests.federation.fuzz.cut import Cut, CutType
from tests.federation.fuzz.plain import Kind, Plain, PlainType

__all__ = ["trim"]


def trim(plain: Plain, cut: Cut) -> None:
    """Leave out of a plain schema every type, field, interface and member that no subgraph has."""
    for type_ in list(plain.types.values()):
        there = [each.types[type_.name] for each in cut.subgraphs if type_.name in each.types]
        if there:
            _trim(type_, there, cut)
        else:
            del plain.types[type_.name]
    for interface in plain.of(Kind.INTERFACE):
        known = [name for name in interface.members if name in plain.types]
        interface.members = [name for name in known if interface.name in plain.types[name].interfaces]


def _trim(type_: PlainType, there: list[CutType], cut: Cut) -> None:
    served = {name for each in there for name, field in each.fields.items() if not field.external}
    by_interfaces = {
        name
        for interface in type_.interfaces
        for each in cut.subgraphs
        if each.is_interface_object(interface)
        for name in each.types[interface].fields
    }
    type_.fields = {
        name: field for name, field in type_.fields.items() if name in served or name in by_interfaces or field.hidden
    }
    type_.interfaces = [name for name in type_.interfaces if any(name in each.interfaces for each in there)]
    if type_.kind is Kind.UNION:
        type_.members = [name for name in type_.members if any(name in each.members for each in there)]
