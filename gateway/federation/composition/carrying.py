"""Directives that stand in the supergraph as they stand in the subgraphs: tags, demands, costs, custom ones."""

from collections import Counter
from collections.abc import Mapping

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

__all__ = ["carried_by", "carry", "strictest"]

_REPEATABLE = {"tag", "context"}
_JOINED = {"requiresScopes", "policy", "cost", "listSize"}


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
    """Let *merged* carry what its sources carry: each once, and a directive that stands only once as one."""
    by_name: dict[str, list[Applied]] = {}
    for index, source in sources.items():
        for each in carried_by(merge, index, source):
            by_name.setdefault(each.name, []).append(each)
    for name, given in by_name.items():
        different = list(dict.fromkeys(given))
        if len(different) == 1 or given[0].meaning in _REPEATABLE or name in merge.repeatable:
            merged.carried += different
        else:
            merged.carried.append(_one_of(merge, different, given, at))


def _one_of(merge: Merge, different: list[Applied], flat: list[Applied], at: str) -> Applied:
    """Make one of several: demands as strictly as each says, costs as high as any says, else what most say."""
    first = different[0]
    if first.meaning in _JOINED:
        message = Text(
            f'"@{first.name}" stands on "{at}" with different arguments, which are joined',
            f"{at} 上的 @{first.name} 参数不一，予以合并",
        )
        merge.findings.hint("MERGED_NON_REPEATABLE_DIRECTIVE_ARGUMENTS", message, (), at)
        return strictest(different)
    chosen = Counter(flat).most_common(1)[0][0]
    message = Text(
        f'"@{first.name}" stands on "{at}" with different arguments; {chosen} is kept',
        f"{at} 上的 @{first.name} 参数不一，取 {chosen}",
    )
    merge.findings.hint("INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS", message, (), at)
    return chosen


def strictest(different: list[Applied]) -> Applied:
    """Join several directives of one name into one that asks as much as all of them."""
    first = different[0]
    if len(different) == 1:
        return first
    names = dict.fromkeys(name for each in different for name in each.arguments)
    arguments: dict[str, ConstValueNode] = {}
    for name in names:
        giving = [each for each in different if name in each.arguments]
        if first.meaning in {"requiresScopes", "policy"}:
            arguments[name] = _demands([each.alternatives(name) for each in giving])
        else:
            arguments[name] = _largest([each.arguments[name] for each in giving])
    return Applied(first.name, first.meaning, arguments)


def _demands(given: list[list[frozenset[str]]]) -> ConstValueNode:
    """Join alternatives so that each subgraph's demand is fulfilled: every pair of alternatives, together."""
    combined: list[frozenset[str]] = [frozenset()]
    for alternatives in given:
        combined = [one | other for one in combined for other in alternatives or [frozenset[str]()]]
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
