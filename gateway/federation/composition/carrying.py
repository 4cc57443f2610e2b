"""Directives that stand in the supergraph as they stand in the subgraphs: tags, accessibility, scopes, costs, custom."""

from collections import Counter
from collections.abc import Iterable, Mapping

from graphql import (
    ConstListValueNode,
    ConstValueNode,
    IntValueNode,
    ListValueNode,
    StringValueNode,
    print_ast,
    value_from_ast_untyped,
)

from gateway.errors import Text
from gateway.federation.composition.elements import Applied, Described
from gateway.federation.composition.merged import MergedElement
from gateway.federation.composition.sources import Merge

__all__ = ["carried_by", "carry", "carry_from"]

_REPEATABLE = {"tag", "context"}
_UNIONS = {"requiresScopes", "policy"}


def carried_by(merge: Merge, index: int, element: Described) -> list[Applied]:
    """Give the directives of a subgraph's element that the supergraph carries, under their names there."""
    names = merge.carried.get(index, {})
    return [
        Applied(names[each.name], each.meaning, _arguments(merge, index, each))
        for each in element.applied
        if each.name in names
    ]


def _arguments(merge: Merge, index: int, applied: Applied) -> Mapping[str, ConstValueNode]:
    """Give the arguments; a context is named after its subgraph, so that two of one name stay apart."""
    if applied.meaning != "context":
        return applied.arguments
    return {"name": StringValueNode(value=f"{merge.places[index].name}__{applied.text('name')}")}


def carry(merge: Merge, sources: Mapping[int, Described], merged: MergedElement, at: str) -> None:
    """Let *merged* carry what its sources carry."""
    carry_from(merge, [(index, source) for index, source in sources.items()], merged, at)


def carry_from(merge: Merge, sources: Iterable[tuple[int, Described]], merged: MergedElement, at: str) -> None:
    """Let *merged* carry what the elements carry: each once, and a directive that stands only once as one."""
    by_name: dict[str, list[list[Applied]]] = {}
    for index, source in sources:
        own: dict[str, list[Applied]] = {}
        for each in carried_by(merge, index, source):
            own.setdefault(each.name, []).append(each)
        for name, applications in own.items():
            by_name.setdefault(name, []).append(applications)
    for name, given in by_name.items():
        flat = [each for applications in given for each in applications]
        different = list(dict.fromkeys(flat))
        if len(different) == 1 or flat[0].meaning in _REPEATABLE or name in merge.repeatable:
            merged.carried += different
        else:
            merged.carried.append(_one_of(merge, different, flat, at))


def _one_of(merge: Merge, different: list[Applied], flat: list[Applied], at: str) -> Applied:
    """Make one of several: scopes and costs as strictly as each says, else what most say."""
    first = different[0]
    if first.meaning in _UNIONS:
        name = next(iter(first.arguments))
        combined = _strictest([each.arguments[name] for each in different])
        return Applied(first.name, first.meaning, {name: combined})
    if first.meaning in {"cost", "listSize"}:
        names = dict.fromkeys(name for each in different for name in each.arguments)
        merged = {
            name: _largest([each.arguments[name] for each in different if name in each.arguments]) for name in names
        }
        return Applied(first.name, first.meaning, merged)
    chosen = Counter(flat).most_common(1)[0][0]
    message = Text(
        f'"@{first.name}" stands on "{at}" with different arguments; {chosen} is kept',
        f"{at} 上的 @{first.name} 参数不一，取 {chosen}",
    )
    merge.findings.hint("INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS", message, (), at)
    return chosen


def _strictest(values: list[ConstValueNode]) -> ConstValueNode:
    """Combine alternatives of joint demands so that each subgraph's is fulfilled: every pair of alternatives, joined."""
    combined: list[frozenset[str]] = [frozenset()]
    for value in values:
        alternatives = value_from_ast_untyped(value)
        combined = [one | frozenset(other) for one in combined for other in alternatives]
    least = [each for each in dict.fromkeys(combined) if not any(other < each for other in combined)]
    return ConstListValueNode(
        values=tuple(
            ConstListValueNode(values=tuple(StringValueNode(value=each) for each in sorted(demands)))
            for demands in least
        )
    )


def _largest(values: list[ConstValueNode]) -> ConstValueNode:
    numbers = [each for each in values if isinstance(each, IntValueNode)]
    if numbers:
        return max(numbers, key=lambda each: int(each.value))
    lists = [each for each in values if isinstance(each, ListValueNode)]
    if lists:
        together = dict.fromkeys(print_ast(item) for each in lists for item in each.values or ())
        items = {print_ast(item): item for each in lists for item in each.values or ()}
        return ConstListValueNode(values=tuple(items[text] for text in together))
    return next((each for each in values if value_from_ast_untyped(each) is True), values[0])
