"""Directives of operations: those that every subgraph knows stand in the supergraph."""

from typing import Final

from gateway.errors import Text
from gateway.federation.composition.arguments import ARGUMENTS, leave_out, merge_argument
from gateway.federation.composition.elements import DirectiveDefinition
from gateway.federation.composition.merged import MergedDirective
from gateway.federation.composition.problems import listed
from gateway.federation.composition.sources import Merge, Sources, merge_description

__all__ = ["merge_executable"]

_EXECUTABLE: Final = (
    "QUERY",
    "MUTATION",
    "SUBSCRIPTION",
    "FIELD",
    "FRAGMENT_DEFINITION",
    "FRAGMENT_SPREAD",
    "INLINE_FRAGMENT",
    "VARIABLE_DEFINITION",
)
_BUILT_IN: Final = {"skip", "include", "defer", "stream"}


def merge_executable(merge: Merge) -> None:
    """Merge the directives that may stand in an operation, as far as all subgraphs agree on them."""
    names = dict.fromkeys(name for place in merge.places for name in place.schema.directives)
    for name in names:
        if name in merge.supergraph.directives or name in _BUILT_IN:
            continue
        sources = {
            place.index: place.schema.directives[name] for place in merge.places if name in place.schema.directives
        }
        locations = [set(each.locations) & set(_EXECUTABLE) for each in sources.values()]
        if not any(locations):
            continue
        shared = set.intersection(*locations) if len(sources) == len(merge.places) else set()
        if shared:
            _merge(merge, sources, name, tuple(each for each in _EXECUTABLE if each in shared))
        else:
            lacking = merge.names(place.index for place in merge.places if place.index not in sources)
            reason = f"is not there in {listed(lacking)}" if lacking else "has no location that all know"
            because = f"在 {listed(lacking)} 中没有" if lacking else "没有各子图共有的位置"
            code = "INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE"
            message = Text(f'"@{name}" {reason}, and is left out', f"@{name} {because}，不列入超图")
            merge.findings.hint(code, message, merge.names(sources), f"@{name}")


def _merge(merge: Merge, sources: Sources[DirectiveDefinition], name: str, locations: tuple[str, ...]) -> None:
    merged = MergedDirective(name, locations=locations, repeatable=all(each.repeatable for each in sources.values()))
    merge_description(sources.values(), merged)
    merge.supergraph.directives[name] = merged
    for argument in dict.fromkeys(argument for each in sources.values() for argument in each.arguments):
        having = {i: each.arguments[argument] for i, each in sources.items() if argument in each.arguments}
        at = f"@{name}({argument}:)"
        if len(having) == len(sources):
            merged.arguments[argument] = merge_argument(merge, having, argument, at)
            continue
        leave_out(merge, sources, having, at, ARGUMENTS)
