"""`@override`: a field moves from one subgraph to another, at once or by label."""

import re
from dataclasses import dataclass, field
from typing import Final

from gateway.errors import Text
from gateway.federation.composition.elements import Applied, Field, Kind
from gateway.federation.composition.merged import MergedType
from gateway.federation.composition.problems import listed
from gateway.federation.composition.sources import Merge, Place, Sources

__all__ = ["Overrides", "abstracting", "read_overrides"]

_LABEL: Final = re.compile(r"^[a-zA-Z][a-zA-Z0-9_\-:./]*$")
_PERCENT: Final = re.compile(r"^percent\((\d{1,2}(\.\d{1,8})?|100)\)$")


@dataclass(slots=True)
class Overrides:
    """What the overrides of one field amount to, by the subgraphs' places."""

    used: set[int] = field(default_factory=set)
    unused: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    labels: dict[int, str] = field(default_factory=dict)

    def gone(self, index: int) -> bool:
        """Say whether the field was taken from this subgraph."""
        return index in self.used or index in self.unused


def read_overrides(merge: Merge, sources: Sources[Field], parent: MergedType) -> Overrides:
    """Read the overrides of a field, and refuse those that cannot be."""
    found = Overrides()
    marks = {index: mark for index, source in sources.items() if (mark := source.mark("override")) is not None}
    for index, mark in marks.items():
        _Override(merge, sources, parent, marks, found, index, mark).read()
    return found


def abstracting(merge: Merge, place: Place, parent: MergedType, name: str) -> list[tuple[str, Field]]:
    """Give the interface objects of a subgraph by which it gives a field to a type that it does not know."""
    if parent.kind is not Kind.OBJECT or parent.name in place.schema.types:
        return []
    found = []
    for interface in parent.interfaces:
        local = place.schema.types.get(interface)
        merged = merge.supergraph.types[interface]
        if local is not None and local.kind is Kind.OBJECT and name in local.fields and name in merged.fields:
            found.append((interface, local.fields[name]))
    return found


@dataclass(frozen=True, slots=True)
class _Override:
    """One `@override`."""

    merge: Merge
    sources: Sources[Field]
    parent: MergedType
    marks: Sources[Applied]
    found: Overrides
    index: int
    mark: Applied

    @property
    def at(self) -> str:
        return f"{self.parent.name}.{self.sources[self.index].name}"

    def read(self) -> None:
        """Write down what the override does, or why it cannot."""
        place = self.merge.places[self.index]
        definition = place.schema.types[self.parent.name]
        origin = self.mark.text("from")
        other = next((each for each in self.merge.places if each.name == origin), None)
        if definition.kind is Kind.INTERFACE:
            self._refuse("OVERRIDE_ON_INTERFACE", "fields of interfaces cannot be overridden", "接口字段不得覆盖")
        elif definition.interface_object:
            self._refuse(
                "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
                "fields of interface objects cannot be overridden",
                "接口对象的字段不得覆盖",
            )
        elif other is None:
            self.found.unknown.add(self.index)
            self._hint("FROM_SUBGRAPH_DOES_NOT_EXIST", f'there is no subgraph "{origin}"', f"没有子图 {origin}")
        elif origin == place.name:
            self._refuse("OVERRIDE_FROM_SELF_ERROR", "it overrides itself", "覆盖自身")
        elif other.index in self.marks:
            self._refuse(
                "OVERRIDE_SOURCE_HAS_OVERRIDE",
                f'the field has an @override in "{origin}" too',
                f"{origin} 中该字段亦有 @override",
            )
        else:
            self._move(place, other)

    def _move(self, place: Place, other: Place) -> None:
        name = self.sources[self.index].name
        theirs = self.sources.get(other.index)
        if theirs is None:
            given = [interface for interface, _ in abstracting(self.merge, other, self.parent, name)]
            if given:
                self._refuse(
                    "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
                    f'"{other.name}" gives the field through interface object {listed(given)}',
                    f"{other.name} 经接口对象 {listed(given)} 提供该字段",
                )
            else:
                self._hint("OVERRIDE_DIRECTIVE_CAN_BE_REMOVED", "the field is gone there", "原子图已无该字段")
            return
        against = [each for each in ("requires", "provides") if theirs.has(each)]
        if place.facts.external(self.parent.name, self.sources[self.index]):
            against.append("external")
        if against:
            self._refuse(
                "OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE",
                f"the field is marked with {listed((f'@{each}' for each in against), '')}",
                f"该字段另有 {listed((f'@{each}' for each in against), '')}",
            )
            return
        if other.facts.external(self.parent.name, theirs):
            self._hint("OVERRIDE_DIRECTIVE_CAN_BE_REMOVED", "the field is external there", "原子图中该字段为外部字段")
        elif other.facts.used(self.parent.name, theirs):
            self.found.used.add(other.index)
        else:
            self.found.unused.add(other.index)
        self._label(other)

    def _label(self, other: Place) -> None:
        label = self.mark.text("label")
        if not label:
            if self.found.gone(other.index):
                self._hint("OVERRIDDEN_FIELD_CAN_BE_REMOVED", f'"{other.name}" may drop it', f"{other.name} 可删去")
        elif _LABEL.match(label) or _PERCENT.match(label):
            self.found.labels[self.index] = self.found.labels[other.index] = label
            self._hint("OVERRIDE_MIGRATION_IN_PROGRESS", f'it moves by label "{label}"', f"按标签 {label} 逐步迁移")
        else:
            self._refuse(
                "OVERRIDE_LABEL_INVALID",
                f'the label "{label}" is neither a name nor percent(0 to 100)',
                f"标签 {label} 既非名称，也非 percent(0 至 100)",
            )

    def _said(self, english: str, chinese: str) -> tuple[Text, list[str]]:
        name = self.merge.places[self.index].name
        text = Text(
            f'"{name}" overrides "{self.at}" from "{self.mark.text("from")}": {english}',
            f"{name} 以 @override 自 {self.mark.text('from')} 取得 {self.at}：{chinese}",
        )
        return text, list(dict.fromkeys([name, self.mark.text("from")]))

    def _refuse(self, code: str, english: str, chinese: str) -> None:
        message, subgraphs = self._said(english, chinese)
        self.merge.findings.refuse(code, message, subgraphs, self.at)

    def _hint(self, code: str, english: str, chinese: str) -> None:
        message, subgraphs = self._said(english, chinese)
        self.merge.findings.hint(code, message, subgraphs, self.at)
