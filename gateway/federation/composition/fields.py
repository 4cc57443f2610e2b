"""Fields of object types and interfaces, merged: who resolves them, who only knows of them."""

from collections.abc import Iterator

from gateway.errors import Text
from gateway.federation.composition.arguments import merge_arguments, merge_type
from gateway.federation.composition.carrying import carry
from gateway.federation.composition.elements import Field, TypeDefinition
from gateway.federation.composition.externals import Declared, check_externals
from gateway.federation.composition.facts import split_context
from gateway.federation.composition.merged import ContextArgument, JoinField, MergedField, MergedType
from gateway.federation.composition.overriding import Overrides, abstracting, read_overrides
from gateway.federation.composition.problems import listed
from gateway.federation.composition.sources import Merge, Sources, merge_description

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
    merge_description(own.values(), field)
    carry(merge, own, field, at)
    field.arguments = merge_arguments(merge, own, at)
    field.type, agreed = merge_type(merge, own or sources, at, "FIELD_TYPE_MISMATCH", into=False)
    check_externals(merge, Declared(field, at, sources, own), agreed=agreed)
    if _needs_joins(merge, sources, parent, overrides, agreed=agreed):
        field.joins = list(_joins(merge, sources, parent, overrides, agreed=agreed))
    return True


def _gives_through_interface(merge: Merge, index: int, parent: MergedType, name: str) -> bool:
    place = merge.places[index]
    return any(
        not place.facts.external(interface, field) for interface, field in abstracting(merge, place, parent, name)
    )


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
            f'Field "{at}" is resolved by {listed(resolving)}, and is not shareable in {listed(refusing)}'
            f"{extra.english}",
            f"字段 {at} 由 {listed(resolving)} 共同解析，而在 {listed(refusing)} 中不可共享{extra.chinese}",
        )
        subgraphs = [
            place.name for place in merge.places if any(each.split(" (")[0] == place.name for each in resolving)
        ]
        merge.findings.refuse("INVALID_FIELD_SHARING", message, subgraphs, at)
