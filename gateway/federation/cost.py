"""What a document may cost: counted before it is validated, in one pass that reads every fragment once.

Fragments are expanded by arithmetic, never in fact, so that a fragment bomb costs as little as its text. Only what is
within the limits is merged as an executor would merge it, which bounds the comparisons of the rule on overlapping
fields. Pure: no clock, no network, no database.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Final, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
)

from gateway.errors import (
    LimitExceeded,
    Text,
    TooDeep,
    TooExpensive,
    TooManyAliases,
    TooManyDirectives,
    TooManyRootFields,
    ValidationFailed,
)
from gateway.settings import Limits

__all__ = ["Bounds", "Cost", "Guard"]

UNKNOWN: Final = 100
"""The length taken for a list whose length stands in a variable: the most that a list may have."""
COMPARISONS: Final = 10_000
"""How many pairs of fields of one response key are compared at most when a document is validated."""
_SPREADS: Final = 100
"""How many fragments may stand one in another: no client nests them so."""
_SUBJECTS: Final = "subjects"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large an operation may be: `Limits` of the settings."""

    depth: int
    aliases: int
    root_fields: int
    directives: int
    fields: int
    cost: int

    @classmethod
    def within(cls, limits: Limits) -> "Bounds":
        """Give the bounds that the settings set."""
        return cls(**{each.name: getattr(limits, each.name) for each in fields(cls)})


class Cost(NamedTuple):
    """What a selection amounts to, its fragments expanded."""

    depth: int = 0
    aliases: int = 0
    root_fields: int = 0
    directives: int = 0
    fields: int = 0
    nodes: int = 0
    """Objects of an answer, where every list is as long as asked."""

    def as_dict(self) -> dict[str, int]:
        """Give it as a plan's JSON has it."""
        return {"estimated": self.nodes, "fields": self.fields, "depth": self.depth}

    def told(self) -> str:
        """Give it as a line under a plan."""
        return f"cost: {self.nodes} objects estimated, {self.fields} fields, {self.depth} deep"


@dataclass(frozen=True, slots=True)
class Guard:
    """Refuses documents larger than the bounds; ``lists`` gives the lengths of lists asked without ``first``."""

    bounds: Bounds
    lists: Mapping[str, int]

    def check(self, document: DocumentNode) -> dict[str | None, Cost]:
        """Give the cost of each operation of a document, by its name.

        Raises:
            LimitExceeded: an operation, or all operations together, is larger than it may be.
            ValidationFailed: a fragment is used by no operation, within itself, or there twice.

        """
        try:
            return self._check(document)
        except RecursionError as error:
            raise TooDeep(self.bounds.depth) from error

    def _check(self, document: DocumentNode) -> dict[str | None, Cost]:
        measuring = _Measuring(self.bounds, self.lists, _fragments(document))
        operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
        costs = {each.name.value if each.name else None: measuring.operation(each) for each in operations}
        measuring.refuse_unused()
        _refuse(TooExpensive, self.bounds.fields, sum(cost.fields for cost in costs.values()))
        for each in operations:
            _refuse(TooExpensive, COMPARISONS, measuring.comparisons(each))
        return costs


@dataclass(slots=True)
class _Measuring:
    """One document under measurement."""

    bounds: Bounds
    lists: Mapping[str, int]
    fragments: Mapping[str, FragmentDefinitionNode]
    known: dict[str, Cost] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def operation(self, node: OperationDefinitionNode) -> Cost:
        """Measure one operation; its variables may carry directives too."""
        cost = self.of(node.selection_set, 0)
        declared = sum(len(each.directives or ()) for each in node.variable_definitions or ())
        cost = cost._replace(directives=cost.directives + len(node.directives or ()) + declared)
        self._refuse(cost)
        _refuse(TooManyRootFields, self.bounds.root_fields, cost.root_fields)
        return cost

    def of(self, selection_set: SelectionSetNode, depth: int) -> Cost:
        """Measure what is selected at one place, *depth* selections below the root of its definition."""
        if depth > self.bounds.depth:
            raise TooDeep(self.bounds.depth)
        below = aliases = roots = directives = fields = nodes = 0
        for selection in selection_set.selections:
            directives += len(selection.directives or ())
            cost = self._selected(selection, depth)
            below = max(below, cost.depth)
            aliases += cost.aliases
            roots += cost.root_fields
            directives += cost.directives
            fields += cost.fields
            nodes += cost.nodes
        return Cost(below, aliases, roots, directives, fields, nodes)

    def _selected(self, selection: object, depth: int) -> Cost:
        if isinstance(selection, FieldNode):
            return self._field(selection, depth)
        if isinstance(selection, InlineFragmentNode):
            return self.of(selection.selection_set, depth)
        return self._spread(selection.name.value) if isinstance(selection, FragmentSpreadNode) else Cost()

    def _field(self, node: FieldNode, depth: int) -> Cost:
        alias = 1 if node.alias else 0
        if node.selection_set is None:
            return Cost(1, alias, 1, 0, 1, 0)
        below = self.of(node.selection_set, depth + 1)
        nodes = self._nodes(node, below.nodes)
        return Cost(below.depth + 1, below.aliases + alias, 1, below.directives, below.fields + 1, nodes)

    def _spread(self, name: str) -> Cost:
        cost = self.known.get(name)
        fragment = self.fragments.get(name)
        if cost is not None or fragment is None:  # of an unknown one validation tells
            return cost or Cost()
        if name in self.open:
            raise ValidationFailed(Text(f"fragment {name!r} is within itself", f"片段 {name} 引用了自身"))
        if len(self.open) >= _SPREADS:
            raise TooDeep(_SPREADS)
        self.open.add(name)
        cost = self.of(fragment.selection_set, 0)
        self.open.discard(name)
        cost = cost._replace(directives=cost.directives + len(fragment.directives or ()))
        self._refuse(cost)
        self.known[name] = cost
        return cost

    def _nodes(self, node: FieldNode, below: int) -> int:
        """Give how many objects a field stands for, with *below* in each of its elements."""
        arguments = {each.name.value: each.value for each in node.arguments or ()}
        name = node.name.value
        if "first" in arguments:
            return 1 + _number(arguments["first"]) * below
        if name in self.lists:
            return 1 + self.lists[name] * below
        return (_items(arguments.get("by")) if name == _SUBJECTS else 1) * (1 + below)

    def _refuse(self, cost: Cost) -> None:
        bounds = self.bounds
        _refuse(TooDeep, bounds.depth, cost.depth)
        _refuse(TooManyAliases, bounds.aliases, cost.aliases)
        _refuse(TooManyDirectives, bounds.directives, cost.directives)
        _refuse(TooExpensive, bounds.fields, cost.fields)
        _refuse(TooExpensive, bounds.cost, cost.nodes)

    def refuse_unused(self) -> None:
        """Refuse fragments that no operation uses, which validation would otherwise compare first."""
        for name in self.fragments:
            if name not in self.known:
                raise ValidationFailed(Text(f"fragment {name!r} is never used", f"片段 {name} 未被使用"))

    def comparisons(self, node: OperationDefinitionNode) -> int:
        """Give how many pairs of fields meet under one response key, stopping past what is allowed."""
        found = 0
        waiting: list[list[SelectionSetNode]] = [[node.selection_set]]
        while waiting and found <= COMPARISONS:
            merged: dict[str, list[FieldNode]] = {}
            for each in self._flat(waiting.pop(), set()):
                merged.setdefault(each.alias.value if each.alias else each.name.value, []).append(each)
            for same in merged.values():
                found += len(same) * (len(same) - 1) // 2
                below = [each.selection_set for each in same if each.selection_set]
                if below:
                    waiting.append(below)
        return found

    def _flat(self, selection_sets: Iterable[SelectionSetNode], seen: set[str]) -> Iterator[FieldNode]:
        """Give the fields of selection sets that meet at one place, each fragment once."""
        for selection_set in selection_sets:
            for each in selection_set.selections:
                if isinstance(each, FieldNode):
                    yield each
                elif isinstance(each, InlineFragmentNode):
                    yield from self._flat((each.selection_set,), seen)
                elif isinstance(each, FragmentSpreadNode) and each.name.value not in seen:
                    seen.add(each.name.value)
                    fragment = self.fragments.get(each.name.value)
                    if fragment is not None:
                        yield from self._flat((fragment.selection_set,), seen)


def _refuse(kind: type[LimitExceeded], limit: int, found: int) -> None:
    if found > limit:
        raise kind(limit)


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    fragments: dict[str, FragmentDefinitionNode] = {}
    for each in document.definitions:
        if isinstance(each, FragmentDefinitionNode):
            if each.name.value in fragments:
                name = each.name.value
                raise ValidationFailed(Text(f"there are several fragments {name!r}", f"有多个片段 {name}"))
            fragments[each.name.value] = each
    return fragments


def _number(value: ValueNode) -> int:
    """Read a page's size; what cannot be one is refused later, and counts as the largest."""
    return min(int(value.value), UNKNOWN) if isinstance(value, IntValueNode) and value.value.isdigit() else UNKNOWN


def _items(value: ValueNode | None) -> int:
    if isinstance(value, ListValueNode):
        return min(len(value.values), UNKNOWN)
    return UNKNOWN
