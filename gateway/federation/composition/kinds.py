"""Types of each kind, merged."""

from gateway.errors import Text
from gateway.federation.composition.arguments import INPUT_FIELDS, leave_out, merge_default, merge_type
from gateway.federation.composition.carrying import carry
from gateway.federation.composition.elements import Argument, Field, Kind, TypeDefinition
from gateway.federation.composition.fields import check_sharing, merge_fields
from gateway.federation.composition.interfaces import check_interface
from gateway.federation.composition.merged import (
    JoinField,
    JoinType,
    MergedArgument,
    MergedField,
    MergedType,
    MergedValue,
)
from gateway.federation.composition.problems import listed
from gateway.federation.composition.reading import ROOTS
from gateway.federation.composition.sources import Merge, Sources, merge_description, told_apart

__all__ = ["add_types", "merge_enum", "merge_members", "merge_type_definition"]

_KIND_NAMES = {
    Kind.SCALAR: "scalar",
    Kind.OBJECT: "object type",
    Kind.INTERFACE: "interface",
    Kind.UNION: "union",
    Kind.ENUM: "enum",
    Kind.INPUT: "input type",
}


def add_types(merge: Merge) -> None:
    """Give the supergraph every type, and every field's name, without what is in them."""
    types = merge.supergraph.types
    for name in dict.fromkeys(name for place in merge.places for name in place.schema.types):
        definitions = {place.index: place.schema.types[name] for place in merge.places if name in place.schema.types}
        kinds = {Kind.INTERFACE if each.interface_object else each.kind for each in definitions.values()}
        if len(kinds) > 1:
            told = told_apart(merge, definitions, _kind_name)
            message = Text(
                f'Type "{name}" is not of one kind: {told.english}', f"类型 {name} 的种类不一：{told.chinese}"
            )
            merge.findings.refuse("TYPE_KIND_MISMATCH", message, merge.names(definitions), name)
        elif all(each.interface_object for each in definitions.values()):
            message = Text(
                f'"{name}" is an interface object in {listed(merge.names(definitions))}, and an interface nowhere',
                f"{name} 在 {listed(merge.names(definitions))} 中均为接口对象，没有子图将其定义为接口",
            )
            merge.findings.refuse("INTERFACE_OBJECT_USAGE_ERROR", message, merge.names(definitions), name)
        first = next(iter(definitions.values()))
        kind = Kind.INTERFACE if first.interface_object else first.kind
        merged = types[name] = MergedType(name, kind=kind)
        for definition in merge.types(name, kind).values():
            for field in definition.fields:
                merged.fields.setdefault(field, MergedField(field))


def _kind_name(definition: TypeDefinition) -> str:
    return "interface object" if definition.interface_object else _KIND_NAMES[definition.kind]


def merge_members(merge: Merge, merged: MergedType) -> None:
    """Merge which interfaces a type implements, and which types a union has: subtyping rests on it."""
    for index, definition in merge.types(merged.name, merged.kind).items():
        graph = merge.places[index].graph.enum
        for interface in definition.interfaces:
            merged.interfaces.setdefault(interface, []).append(graph)
        for member in definition.members:
            merged.members.setdefault(member, []).append(graph)


def merge_type_definition(merge: Merge, merged: MergedType) -> None:
    """Merge a type, all but the values of an enum."""
    definitions = merge.types(merged.name, merged.kind)
    _check_bases(merge, definitions, merged)
    merge_description(definitions.values(), merged)
    carry(merge, definitions, merged, merged.name)
    for index, definition in definitions.items():
        merged.joins += _join_types(merge, index, definition)
    if merged.kind is Kind.OBJECT:
        _merge_object(merge, definitions, merged)
    elif merged.kind is Kind.INTERFACE:
        check_interface(merge, definitions, merged)
        for _ in merge_fields(merge, definitions, merged):
            pass
    elif merged.kind is Kind.INPUT:
        _merge_input(merge, definitions, merged)


def _check_bases(merge: Merge, definitions: Sources[TypeDefinition], merged: MergedType) -> None:
    if merged.name in ROOTS.values() or any(each.defined for each in definitions.values()):
        return
    extending = merge.names(definitions)
    message = Text(
        f'Type "{merged.name}" is extended in {listed(extending)}, and defined in no subgraph',
        f"类型 {merged.name} 在 {listed(extending)} 中仅有扩展，各子图均未定义",
    )
    merge.findings.refuse("EXTENSION_WITH_NO_BASE", message, extending, merged.name)


def _join_types(merge: Merge, index: int, definition: TypeDefinition) -> list[JoinType]:
    place = merge.places[index]
    keys = definition.marks("key")
    if not keys:
        return [JoinType(place.graph.enum, interface_object=definition.interface_object)]
    return [
        JoinType(
            place.graph.enum,
            key.text("fields"),
            place.facts.extends(definition, key),
            key.value("resolvable") is not False,
            definition.interface_object,
        )
        for key in keys
    ]


def _merge_object(merge: Merge, definitions: Sources[TypeDefinition], merged: MergedType) -> None:
    for field, sources, overrides in merge_fields(merge, definitions, merged):
        if merged.name == ROOTS["subscription"]:
            _refuse_shared_subscription(merge, sources, f"{merged.name}.{field.name}")
        check_sharing(merge, sources, merged, field, overrides)


def _refuse_shared_subscription(merge: Merge, sources: Sources[Field], at: str) -> None:
    marked = merge.names(index for index, each in sources.items() if each.has("shareable"))
    if marked:
        message = Text(
            f'Field "{at}" is shareable in {listed(marked)}: a subscription has one source',
            f"字段 {at} 在 {listed(marked)} 中标为可共享，而订阅只能有一个来源",
        )
        merge.findings.refuse("INVALID_FIELD_SHARING", message, marked, at)


def _merge_input(merge: Merge, definitions: Sources[TypeDefinition], merged: MergedType) -> None:
    """Keep the fields that all subgraphs know: of others a subgraph could not make anything."""
    for name in dict.fromkeys(name for definition in definitions.values() for name in definition.inputs):
        sources = {i: each.inputs[name] for i, each in definitions.items() if name in each.inputs}
        at = f"{merged.name}.{name}"
        field = _merge_input_field(merge, sources, name, at)
        if len(sources) == len(definitions):
            merged.inputs[name] = field
        elif field.inaccessible:
            field.joins = field.joins or [JoinField(merge.places[index].graph.enum) for index in sources]
            merged.inputs[name] = field
        else:
            leave_out(merge, definitions, sources, at, INPUT_FIELDS)
    if not merged.inputs:
        message = Text(
            f'Input type "{merged.name}" has no field that all its subgraphs know',
            f"输入类型 {merged.name} 没有各子图共有的字段",
        )
        merge.findings.refuse("EMPTY_MERGED_INPUT_TYPE", message, merge.names(definitions), merged.name)


def _merge_input_field(merge: Merge, sources: Sources[Argument], name: str, at: str) -> MergedArgument:
    field = MergedArgument(name)
    merge_description(sources.values(), field)
    carry(merge, sources, field, at)
    field.type, agreed = merge_type(merge, sources, at, "FIELD_TYPE_MISMATCH", into=True)
    if not agreed:
        field.joins = [JoinField(merge.places[i].graph.enum, type=each.type) for i, each in sources.items()]
    field.default = merge_default(merge, sources, at, "INPUT_FIELD_DEFAULT_MISMATCH")
    return field


def merge_enum(merge: Merge, merged: MergedType) -> None:
    """Merge an enum's values: what may go in must be known to all, what comes out may be known to one."""
    definitions = merge.types(merged.name, Kind.ENUM)
    goes_in, comes_out = merge.inputs_of.get(merged.name), merge.outputs_of.get(merged.name)
    for name in dict.fromkeys(name for definition in definitions.values() for name in definition.values):
        sources = {i: each.values[name] for i, each in definitions.items() if name in each.values}
        value = MergedValue(name, graphs=[merge.places[index].graph.enum for index in sources])
        at = f"{merged.name}.{name}"
        merge_description(sources.values(), value)
        carry(merge, sources, value, at)
        lacking = merge.names(index for index in definitions if index not in sources)
        if not lacking or value.inaccessible or not goes_in:
            merged.values[name] = value
        elif comes_out:
            merged.values[name] = value
            message = Text(
                f'Enum value "{at}" is not there in {listed(lacking)}; the enum goes in ("{goes_in}") and comes out'
                f' ("{comes_out}"), so that all must have the same values',
                f"枚举值 {at} 在 {listed(lacking)} 中没有；该枚举既作输入（{goes_in}）又作输出（{comes_out}），"
                "各子图取值须一致",
            )
            merge.findings.refuse("ENUM_VALUE_MISMATCH", message, merge.names(definitions), at)
        else:
            message = Text(
                f'Enum value "{at}" is not there in {listed(lacking)}, and is left out',
                f"枚举值 {at} 在 {listed(lacking)} 中没有，不列入超图",
            )
            merge.findings.hint("INCONSISTENT_ENUM_VALUE_FOR_INPUT_ENUM", message, merge.names(definitions), at)
    if not merged.values:
        message = Text(
            f'Enum "{merged.name}" has no value that all its subgraphs know', f"枚举 {merged.name} 没有各子图共有的取值"
        )
        merge.findings.refuse("EMPTY_MERGED_ENUM_TYPE", message, merge.names(definitions), merged.name)
