"""Fields of object types and interfaces, merged: who resolves them, who only knows of them."""

from collections.abc import Iterator

from graphql import print_ast

from gateway.errors import Text
from gateway.federation.composition.arguments import merge_arguments, merge_type, same_value
from gateway.federation.composition.carrying import carried_by, carry
from gateway.federation.composition.elements import Field, TypeDefinition
from gateway.federation.composition.facts import split_context
from gateway.federation.composition.merged import ContextArgument, JoinField, MergedField, MergedType
from gateway.federation.composition.overriding import Overrides, abstracting, read_overrides
from gateway.federation.composition.problems import listed
from gateway.federation.composition.sources import Merge, Sources, merge_description, told_apart

__all__ = ["check_sharing", "merge_fields"]


def merge_fields(
    merge: Merge, definitions: Sources[TypeDefinition], merged: MergedType
) -> Iterator[tuple[MergedField, Sources[Field], Overrides]]:
    """Merge the fields of a type, one after the other."""
    for name in dict.fromkeys(name for definition in definitions.values() for name in definition.fields):
        sources = {
            index: definition.fields[name] for index, definition in definitions.items() if name in definition.fields
        }
        overrides = read_overrides(merge, sources, merged)
        field = merged.fields[name]
        if _merge_field(merge, sources, merged, field, overrides):
            yield field, sources, overrides


def _merge_field(
    merge: Merge, sources: Sources[Field], parent: MergedType, field: MergedField, overrides: Overrides
) -> bool:
    at = f"{parent.name}.{field.name}"
    own = {
        index: source
        for index, source in sources.items()
        if not merge.places[index].facts.external(parent.name, source)
    }
    through = [place for place in merge.places if _gives_through_interface(merge, place.index, parent, field.name)]
    if not own and not through:
        message = Text(
            f'Field "{at}" is external in every subgraph that has it: {listed(merge.names(sources))}',
            f"字段 {at} 在所有含该字段的子图（{listed(merge.names(sources))}）中均为外部字段",
        )
        merge.findings.refuse("EXTERNAL_MISSING_ON_BASE", message, merge.names(sources), at)
        field.type = next(iter(sources.values())).type
        return False
    _check_marks_of_externals(merge, sources, own, at)
    merge_description(own.values(), field)
    carry(merge, own, field, at)
    field.arguments = merge_arguments(merge, own, at)
    field.type, agreed = merge_type(merge, own or sources, at, "FIELD_TYPE_MISMATCH", into=False)
    externals = {index: source for index, source in sources.items() if index not in own}
    _check_externals(merge, sources, externals, field, at, agreed=agreed)
    if _needs_joins(merge, sources, parent, overrides, agreed=agreed):
        field.joins = list(_joins(merge, sources, parent, overrides, agreed=agreed))
    return True


def _gives_through_interface(merge: Merge, index: int, parent: MergedType, name: str) -> bool:
    place = merge.places[index]
    return any(
        not place.facts.external(interface, field) for interface, field in abstracting(merge, place, parent, name)
    )


def _check_marks_of_externals(merge: Merge, sources: Sources[Field], own: Sources[Field], at: str) -> None:
    for index, source in sources.items():
        if index in own:
            continue
        for applied in carried_by(merge, index, source):
            message = Text(
                f'"{applied}" stands on "{at}", which is external in "{merge.places[index].name}"',
                f"{merge.places[index].name} 中的外部字段 {at} 上有 {applied}",
            )
            merge.findings.refuse("MERGED_DIRECTIVE_APPLICATION_ON_EXTERNAL", message, merge.names([index]), at)


def _check_externals(
    merge: Merge, sources: Sources[Field], externals: Sources[Field], field: MergedField, at: str, *, agreed: bool
) -> None:
    """Refuse an external field that is not the field that others resolve."""
    for source in externals.values():
        narrower = not agreed and merge.is_subtype(source.type, field.type)
        if source.type != field.type and not narrower:
            told = told_apart(merge, sources, lambda each: f'"{each.type}"')
            message = Text(
                f'Field "{at}" has another type where it is external: {told.english}',
                f"外部字段 {at} 的类型与其他子图不符：{told.chinese}",
            )
            merge.findings.refuse("EXTERNAL_TYPE_MISMATCH", message, merge.names(sources), at)
    for name, argument in field.arguments.items():
        coordinate = f"{at}({name}:)"
        having = {i: each.arguments[name] for i, each in sources.items() if name in each.arguments}
        lacking = merge.names(index for index, each in externals.items() if name not in each.arguments)
        if lacking:
            message = Text(
                f'Argument "{coordinate}" is not there in {listed(lacking)}, where the field is external',
                f"参数 {coordinate} 在字段为外部的 {listed(lacking)} 中没有",
            )
            merge.findings.refuse("EXTERNAL_ARGUMENT_MISSING", message, merge.names(sources), coordinate)
        theirs = [each.arguments[name] for each in externals.values() if name in each.arguments]
        if any(not merge.is_subtype(argument.type, each.type) for each in theirs):
            told = told_apart(merge, having, lambda each: f'"{each.type}"')
            message = Text(
                f'Argument "{coordinate}" has another type where the field is external: {told.english}',
                f"参数 {coordinate} 在字段为外部的子图中类型不符：{told.chinese}",
            )
            merge.findings.refuse("EXTERNAL_ARGUMENT_TYPE_MISMATCH", message, merge.names(having), coordinate)
        if any(not same_value(argument.default, each.default) for each in theirs):
            told = told_apart(merge, having, lambda each: print_ast(each.default) if each.default else "no default")
            message = Text(
                f'Argument "{coordinate}" has another default where the field is external: {told.english}',
                f"参数 {coordinate} 在字段为外部的子图中默认值不符：{told.chinese}",
            )
            merge.findings.refuse("EXTERNAL_ARGUMENT_DEFAULT_MISMATCH", message, merge.names(having), coordinate)


def _needs_joins(
    merge: Merge, sources: Sources[Field], parent: MergedType, overrides: Overrides, *, agreed: bool
) -> bool:
    """Say whether it must be written who resolves the field: else everyone who has the type does."""
    if not agreed or overrides.used or overrides.labels:
        return True
    for place in merge.places:
        source = sources.get(place.index)
        if source is None or place.index in overrides.unused:
            if parent.name in place.schema.types:
                return True
        elif (
            place.facts.external(parent.name, source)
            or source.has("requires")
            or source.has("provides")
            or any(argument.has("fromContext") for argument in source.arguments.values())
        ):
            return True
    return False


def _joins(
    merge: Merge, sources: Sources[Field], parent: MergedType, overrides: Overrides, *, agreed: bool
) -> Iterator[JoinField]:
    for index, source in sources.items():
        label = overrides.labels.get(index)
        if index in overrides.unused and not label:
            continue
        place = merge.places[index]
        requires, provides, override = (source.mark(each) for each in ("requires", "provides", "override"))
        yield JoinField(
            place.graph.enum,
            requires.text("fields") if requires else None,
            provides.text("fields") if provides else None,
            None if agreed else source.type,
            place.facts.external(parent.name, source),
            override.text("from") if override else None,
            index in overrides.used,
            label,
            tuple(_contexts(place.name, source)),
        )


def _contexts(subgraph: str, source: Field) -> Iterator[ContextArgument]:
    for argument in source.arguments.values():
        asked = argument.mark("fromContext")
        if asked is not None:
            context, selection = split_context(asked.text("field"))
            yield ContextArgument(argument.name, argument.type, f"{subgraph}__{context}", selection)


def check_sharing(
    merge: Merge, sources: Sources[Field], parent: MergedType, field: MergedField, overrides: Overrides
) -> None:
    """Refuse a field that several subgraphs resolve, unless each says that it may be shared."""
    resolving: dict[str, bool] = {}
    doubtful: list[str] = []
    for place in merge.places:
        source = sources.get(place.index)
        if source is None:
            given = [(place.name, each) for each in abstracting(merge, place, parent, field.name)]
        elif overrides.gone(place.index):
            continue
        else:
            given = [(place.name, (parent.name, source))]
        for name, (type_name, each) in given:
            if not place.facts.fully_external(type_name, each):
                shown = name if type_name == parent.name else f"{name} ({type_name}.{field.name})"
                resolving[shown] = place.facts.shareable(type_name, each)
                if place.index in overrides.unknown:
                    doubtful.append(each.marks("override")[0].text("from"))
    refusing = [name for name, shareable in resolving.items() if not shareable]
    if refusing and len(resolving) > 1:
        at = f"{parent.name}.{field.name}"
        extra = Text("", "")
        if doubtful:
            extra = Text(
                f"; @override names {listed(doubtful)}, which is no subgraph",
                f"；@override 所指 {listed(doubtful)} 不是子图",
            )
        message = Text(
            f'Field "{at}" is resolved by {listed(resolving)}, and is not shareable in {listed(refusing)}{extra.english}',
            f"字段 {at} 由 {listed(resolving)} 共同解析，而在 {listed(refusing)} 中不可共享{extra.chinese}",
        )
        subgraphs = [
            place.name for place in merge.places if any(each.split(" (")[0] == place.name for each in resolving)
        ]
        merge.findings.refuse("INVALID_FIELD_SHARING", message, subgraphs, at)
