"""Hints on what subgraphs say differently of the same element: it composes, and is perhaps not meant."""

from collections import Counter
from collections.abc import Iterable, Mapping

from gateway.errors import Text
from gateway.federation.composition.elements import Described, Kind, TypeDefinition
from gateway.federation.composition.merged import MergedType
from gateway.federation.composition.problems import listed
from gateway.federation.composition.reading import ROOTS
from gateway.federation.composition.sources import Merge, Sources

__all__ = ["hint_differences"]


def hint_differences(merge: Merge) -> None:
    """Write down, for each type, what some of its subgraphs have and others lack."""
    for merged in merge.supergraph.types.values():
        definitions = merge.types(merged.name, merged.kind)
        _descriptions(merge, definitions, merged.name)
        if merged.kind in {Kind.OBJECT, Kind.INTERFACE}:
            _fields(merge, definitions, merged)
        elif merged.kind is Kind.UNION:
            for member in merged.members:
                lacking = [index for index, each in definitions.items() if member not in each.members]
                _some(merge, definitions, lacking, "INCONSISTENT_UNION_MEMBER", f"{merged.name}.{member}")
        elif merged.kind is Kind.ENUM:
            _values(merge, definitions, merged)


def _fields(merge: Merge, definitions: Sources[TypeDefinition], merged: MergedType) -> None:
    keyed = [index for index, each in definitions.items() if each.has("key")]
    if merged.kind is Kind.OBJECT and keyed:
        lacking = [index for index in definitions if index not in keyed]
        _some(merge, definitions, lacking, "INCONSISTENT_ENTITY", merged.name)
    for name in merged.fields:
        at = f"{merged.name}.{name}"
        sources = {index: each.fields[name] for index, each in definitions.items() if name in each.fields}
        _descriptions(merge, sources, at)
        if keyed or merged.name in ROOTS.values() or not sources:
            continue
        lacking = [
            index
            for index, each in definitions.items()
            if name not in each.fields and not each.interface_object and _answers(merge, index, each)
        ]
        kind = "OBJECT" if merged.kind is Kind.OBJECT else "INTERFACE"
        _some(merge, definitions, lacking, f"INCONSISTENT_{kind}_VALUE_TYPE_FIELD", at)


def _answers(merge: Merge, index: int, definition: TypeDefinition) -> bool:
    facts = merge.places[index].facts
    return not all(facts.external(definition.name, each) for each in definition.fields.values())


def _values(merge: Merge, definitions: Sources[TypeDefinition], merged: MergedType) -> None:
    used = merged.name in merge.inputs_of or merged.name in merge.outputs_of
    if not used:
        message = Text(f'Enum "{merged.name}" is not used', f"枚举 {merged.name} 未使用")
        merge.findings.hint("UNUSED_ENUM_TYPE", message, merge.names(definitions), merged.name)
    if merged.name in merge.inputs_of:
        return
    for name in merged.values:
        lacking = [index for index, each in definitions.items() if name not in each.values]
        _some(merge, definitions, lacking, "INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM", f"{merged.name}.{name}")


def _some(merge: Merge, definitions: Iterable[int], lacking: list[int], code: str, at: str) -> None:
    if not lacking:
        return
    having = merge.names(index for index in definitions if index not in lacking)
    without = merge.names(lacking)
    if code == "INCONSISTENT_ENTITY":
        message = Text(
            f'"{at}" has a @key in {listed(having)} and none in {listed(without)}',
            f"{at} 在 {listed(having)} 中有 @key，在 {listed(without)} 中没有",
        )
    else:
        message = Text(
            f'"{at}" is there in {listed(having)} and not in {listed(without)}',
            f"{at} 见于 {listed(having)}，不见于 {listed(without)}",
        )
    merge.findings.hint(code, message, [*having, *without], at)


def _descriptions(merge: Merge, sources: Mapping[int, Described], at: str) -> None:
    given = Counter(each.description for each in sources.values() if each.description)
    if len(given) > 1:
        message = Text(
            f'"{at}" is described differently in {listed(merge.names(sources))}; the most frequent is taken',
            f"{at} 在 {listed(merge.names(sources))} 中的说明不一，取最常见者",
        )
        merge.findings.hint("INCONSISTENT_DESCRIPTION", message, merge.names(sources), at)
