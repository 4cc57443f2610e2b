"""What the merging of every element needs: the subgraphs, the supergraph so far, and where an element comes from."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from gateway.errors import Text
from gateway.federation.composition.elements import Described, Kind, TypeDefinition
from gateway.federation.composition.facts import Facts
from gateway.federation.composition.merged import Graph, MergedElement, Supergraph
from gateway.federation.composition.problems import Findings, listed
from gateway.federation.composition.reading import SubgraphSchema

__all__ = ["Merge", "Place", "Sources", "graphs_of", "merge_description", "told_apart"]

_E = TypeVar("_E")
Sources = dict[int, _E]
"""An element of each subgraph that has it, by the subgraph's place in the order given."""


@dataclass(frozen=True, slots=True)
class Place:
    """A subgraph at its place in the order given."""

    index: int
    schema: SubgraphSchema
    facts: Facts
    graph: Graph

    @property
    def name(self) -> str:
        """Give the subgraph's name."""
        return self.schema.name


@dataclass(slots=True)
class Merge:
    """The merging under way; ``enum_use`` collects where each enum is used, as input and as output."""

    places: Sequence[Place]
    supergraph: Supergraph
    findings: Findings
    carried: dict[int, dict[str, str]] = field(default_factory=dict)
    repeatable: set[str] = field(default_factory=set)
    inputs_of: dict[str, str] = field(default_factory=dict)
    outputs_of: dict[str, str] = field(default_factory=dict)

    def types(self, name: str, kind: Kind) -> Sources[TypeDefinition]:
        """Give the definitions of a type, as far as they are of its kind."""
        found = {}
        for place in self.places:
            definition = place.schema.types.get(name)
            if definition is None:
                continue
            of = Kind.INTERFACE if definition.interface_object else definition.kind
            if of is kind:
                found[place.index] = definition
        return found

    def names(self, indexes: Iterable[int]) -> list[str]:
        """Give the subgraphs' names."""
        return [self.places[index].name for index in indexes]

    def is_subtype(self, narrow: str, wide: str) -> bool:
        """Say whether one type is the other or narrower: non-null, a member, an implementation.

        Lists are narrower where what is in them is.
        """
        if narrow == wide:
            return True
        if narrow.endswith("!"):
            return self.is_subtype(narrow[:-1], wide.removesuffix("!"))
        if wide.endswith("!") or narrow.startswith("[") != wide.startswith("["):
            return False
        if narrow.startswith("["):
            return self.is_subtype(narrow[1:-1], wide[1:-1])
        return self._is_narrower(narrow, wide)

    def _is_narrower(self, narrow: str, wide: str) -> bool:
        one, other = self.supergraph.types.get(narrow), self.supergraph.types.get(wide)
        if one is None or other is None:
            return False
        return narrow in other.members if other.kind is Kind.UNION else wide in one.interfaces


_UNNAMEABLE: Final = re.compile(r"\W", re.ASCII)


def graphs_of(schemas: Sequence[SubgraphSchema]) -> list[Graph]:
    """Give each subgraph its value of `join__Graph`: its name in capitals, told apart where two would be the same.

    >>> from gateway.federation.composition.links import Links
    >>> [each.enum for each in graphs_of([SubgraphSchema("tax-1", "", Links()), SubgraphSchema("2b", "", Links())])]
    ['TAX_1_', '_2B']
    """
    plain = [_enum_name(each.name) for each in schemas]
    count, seen, graphs = Counter(plain), Counter[str](), []
    for schema, name in zip(schemas, plain, strict=True):
        seen[name] += 1
        enum = name if count[name] == 1 else f"{name}_{seen[name]}"
        graphs.append(Graph(schema.name, enum, schema.url))
    return graphs


def _enum_name(name: str) -> str:
    enum = _UNNAMEABLE.sub("_", name).upper()
    if enum[:1].isdigit():
        enum = f"_{enum}"
    return f"{enum}_" if re.search(r"_\d+$", enum) else enum


def told_apart(merge: Merge, sources: Sources[_E], tell: Callable[[_E], str]) -> Text:
    """Say which subgraphs say what, for a message.

    The result reads like ``"Int" in "tax", "courts"; "ID" in "water"``.
    """
    by_value: dict[str, list[str]] = {}
    for index, source in sources.items():
        by_value.setdefault(tell(source), []).append(merge.places[index].name)
    english = "; ".join(f"{value} in {listed(names)}" for value, names in by_value.items())
    chinese = "；".join(f"{listed(names)} 中为 {value}" for value, names in by_value.items())
    return Text(english, chinese)


def merge_description(sources: Iterable[Described], merged: MergedElement) -> None:
    """Take the description that most subgraphs give, the first of those if there are several."""
    counted = Counter(each.description for each in sources if each.description)
    if counted:
        merged.description = counted.most_common(1)[0][0]
