"""`@composeDirective`: directives of the subgraphs' own that stand in the supergraph too."""

from typing import Final, NamedTuple

from gateway.errors import Text
from gateway.federation.composition.arguments import merge_argument
from gateway.federation.composition.links import Feature
from gateway.federation.composition.merged import MergedDirective, Specification
from gateway.federation.composition.problems import listed
from gateway.federation.composition.sources import Merge, Place
from gateway.federation.composition.specifications import CARRIED, is_known

__all__ = ["compose_directives"]

_CODE: Final = "DIRECTIVE_COMPOSITION_ERROR"
_APOLLO: Final = "https://specs.apollo.dev"
_OURS: Final = {f"{_APOLLO}/{name}" for name in ("core", "join", "link", "source", "context", "cost")}


class _Wanted(NamedTuple):
    """A directive that a subgraph wants in the supergraph."""

    place: Place
    local: str
    feature: Feature
    name: str


def compose_directives(merge: Merge) -> None:
    """Carry the directives that subgraphs name, with the newest definition among them."""
    wanted = [each for place in merge.places for each in _wanted(merge, place)]
    by_identity: dict[str, list[_Wanted]] = {}
    for each in wanted:
        by_identity.setdefault(each.feature.url.identity, []).append(each)
    names = _consistent_names(merge, wanted)
    for identity, group in by_identity.items():
        newest = _newest(merge, identity, group)
        if newest is None:
            continue
        imports: dict[str, str] = {}
        for each in group:
            if each.local not in names:
                continue
            merge.carried[each.place.index][each.local] = each.local
            imports[f"@{each.name}"] = f"@{each.local}"
        for theirs, ours in imports.items():
            _define(merge, group, newest, theirs.removeprefix("@"), ours.removeprefix("@"))
        url = newest.feature.url
        merge.supergraph.specifications.append(Specification(str(url), imports=tuple(imports.items())))


def _wanted(merge: Merge, place: Place) -> list[_Wanted]:
    found = []
    for applied in place.schema.schema.marks("composeDirective"):
        given = applied.value("name")
        if not isinstance(given, str) or not given:
            _refuse(merge, place, "@composeDirective names no directive", "@composeDirective 未指明指令")
            continue
        if not given.startswith("@"):
            _refuse(
                merge,
                place,
                f'@composeDirective(name: "{given}") lacks the "@" of the name',
                f'@composeDirective(name: "{given}") 的名称缺少 @',
            )
            continue
        local = given.removeprefix("@")
        source = place.schema.links.directive(local)
        if local not in place.schema.directives and not (source and is_known(source[0].url.identity)):
            _refuse(merge, place, f'"{given}" is defined nowhere in the subgraph', f"子图未定义 {given}")
        elif source is None:
            _refuse(
                merge,
                place,
                f'"{given}" is of no specification: @link the one that it is from',
                f"{given} 不属于任何规范：请以 @link 引用其规范",
            )
        elif is_known(source[0].url.identity) or source[0].url.identity in _OURS:
            _of_federation(merge, place, given, source[1])
        elif any(local == name for index in merge.carried for name in _automatic(merge, index)):
            _refuse(
                merge,
                place,
                f'"{given}" is also the name of a directive that is composed by itself',
                f"{given} 与自动保留的指令同名",
            )
        else:
            found.append(_Wanted(place, local, *source))
    return found


def _automatic(merge: Merge, index: int) -> set[str]:
    links = merge.places[index].schema.links
    federation = links.federation
    return {federation.directive(name) if federation else name for name in ("tag", "inaccessible")}


def _of_federation(merge: Merge, place: Place, given: str, name: str) -> None:
    if name in CARRIED:
        message = Text(f'"{given}" is composed without @composeDirective', f"{given} 无需 @composeDirective 即保留")
        merge.findings.hint("DIRECTIVE_COMPOSITION_INFO", message, [place.name], given)
    else:
        _refuse(merge, place, f'"{given}" is of Federation, and cannot be composed', f"{given} 属 Federation，不能保留")


def _refuse(merge: Merge, place: Place, english: str, chinese: str) -> None:
    merge.findings.refuse(_CODE, Text(english, chinese), [place.name], None)


def _consistent_names(merge: Merge, wanted: list[_Wanted]) -> set[str]:
    """Give the names that mean one directive, and that one alone."""
    names = set()
    for local in dict.fromkeys(each.local for each in wanted):
        sharing = [each for each in wanted if each.local == local]
        if len({(each.feature.url.identity, each.name) for each in sharing}) == 1:
            names.add(local)
            continue
        subgraphs = [each.place.name for each in sharing]
        message = Text(
            f'"@{local}" is not the same directive in {listed(subgraphs)}',
            f"@{local} 在 {listed(subgraphs)} 中并非同一指令",
        )
        merge.findings.refuse(_CODE, message, subgraphs, f"@{local}")
    for key in dict.fromkeys((each.feature.url.identity, each.name) for each in wanted):
        sharing = [each for each in wanted if (each.feature.url.identity, each.name) == key]
        called = dict.fromkeys(each.local for each in sharing)
        if len(called) > 1:
            names -= set(called)
            subgraphs = [each.place.name for each in sharing]
            shown = listed(f"@{each}" for each in called)
            message = Text(
                f'"@{key[1]}" has different names in {listed(subgraphs)}: {shown}',
                f"@{key[1]} 在 {listed(subgraphs)} 中名称不一：{shown}",
            )
            merge.findings.refuse(_CODE, message, subgraphs, f"@{key[1]}")
    return names


def _newest(merge: Merge, identity: str, group: list[_Wanted]) -> _Wanted | None:
    if len({each.feature.url.version.major for each in group}) > 1:
        subgraphs = [each.place.name for each in group]
        message = Text(
            f'"{identity}" is used in versions that do not go together in {listed(subgraphs)}',
            f"{listed(subgraphs)} 所用 {identity} 的主版本不一",
        )
        merge.findings.refuse(_CODE, message, subgraphs, None)
        return None
    return max(group, key=lambda each: each.feature.url.version)


def _define(merge: Merge, group: list[_Wanted], newest: _Wanted, name: str, local: str) -> None:
    having = [each for each in group if each.name == name and each.local in each.place.schema.directives]
    chosen = max(having, key=lambda each: each.feature.url.version, default=newest)
    place = newest.place if local in newest.place.schema.directives else chosen.place
    definition = place.schema.directives[local]
    if definition.repeatable:
        merge.repeatable.add(local)
    merged = MergedDirective(local, definition.description, [], {}, definition.locations, definition.repeatable)
    merge.supergraph.directives[local] = merged
    for argument in definition.arguments.values():
        at = f"@{local}({argument.name}:)"
        merged.arguments[argument.name] = merge_argument(merge, {place.index: argument}, argument.name, at)
