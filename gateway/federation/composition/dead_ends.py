"""Why a field cannot be reached: said for each subgraph from which it was tried, and each that has it."""

from collections.abc import Iterator, Sequence

from graphql import FieldNode

from gateway.errors import Text
from gateway.federation.composition.elements import Kind
from gateway.federation.composition.fieldsets import field_set
from gateway.federation.composition.problems import listed
from gateway.federation.composition.reach import Network, Site

__all__ = ["dead_ends"]


def dead_ends(network: Network, type_name: str, name: str, starts: Sequence[Site]) -> Iterator[Text]:
    """Say why field *name* of *type_name* cannot be had from any of the sites *starts*; each reason once."""
    told = set()
    for start in starts:
        reached = network.reached(type_name, start)
        reasons = [*_here(network, type_name, name, reached), *_elsewhere(network, type_name, name, reached)]
        for reason in reasons:
            if reason.english not in told:
                told.add(reason.english)
                yield reason


def _here(network: Network, type_name: str, name: str, reached: Sequence[Site]) -> Iterator[Text]:
    at = f"{type_name}.{name}"
    for site in reached:
        subgraph = network.places[site.graph].name
        join = network.joined(site, name)
        if join is None:
            field = network.definition(site).fields.get(name)
            if field is None:
                yield Text(f'"{subgraph}" has no field "{at}"', f"{subgraph} 没有字段 {at}")
            else:
                yield Text(f'"{at}" of "{subgraph}" is overridden', f"{subgraph} 的 {at} 已被覆盖")
        elif network.overridden(join):
            yield Text(f'"{at}" of "{subgraph}" is overridden', f"{subgraph} 的 {at} 已被覆盖")
        elif join.external:
            yield Text(f'"{at}" is external in "{subgraph}"', f"{at} 在 {subgraph} 中为外部字段")
        elif join.requires is None:
            yield Text(
                f'"{subgraph}" takes arguments of "{at}" from a context that is not set on the way',
                f"{subgraph} 的 {at} 有参数取自上下文，而途中未设置该上下文",
            )
        else:
            why, because = _lost_keys(network, site)
            yield Text(
                f'"{subgraph}" resolves "{at}" only with "{join.requires}", which cannot be had there{why}',
                f"{subgraph} 解析 {at} 需要 {join.requires}，而由此无法取得{because}",
            )


def _lost_keys(network: Network, site: Site) -> tuple[str, str]:
    """Say which key fields are @external at a site, so that nobody can be asked for anything from there."""
    lost = {
        f"{site.type}.{node.name.value}": None
        for mark in network.definition(site).marks("key")
        for node in field_set(mark.text("fields")).selections
        if isinstance(node, FieldNode) and (join := network.joined(site, node.name.value)) is not None and join.external
    }
    if not lost:
        return "", ""
    names = listed(lost)
    return (
        f": of its own @key, {names} is external there; take @external off",
        f"：其 @key 中的 {names} 在该处为外部字段，请去掉 @external",
    )


def _elsewhere(network: Network, type_name: str, name: str, reached: Sequence[Site]) -> Iterator[Text]:
    at = f"{type_name}.{name}"
    here = {site.graph for site in reached}
    origin = network.places[reached[0].graph].name
    for place in network.places:
        definition = place.schema.types.get(type_name)
        if place.index in here or definition is None or name not in definition.fields:
            continue
        join = network.joined(Site(place.index, type_name), name)
        if join is None or join.external:
            continue
        keys = definition.marks("key")
        jumps = [each for each in network.jumps(type_name) if each.target.graph == place.index]
        if not jumps and definition.kind is Kind.OBJECT:
            why = "no @key of it is resolvable there" if keys else "it has no @key there"
            because = "该处的 @key 均不可解析" if keys else "该处没有 @key"
            yield Text(
                f'"{place.name}" has "{at}", but cannot be entered at "{type_name}": {why}',
                f"{place.name} 有 {at}，但不能由 {type_name} 进入：{because}",
            )
        for jump in jumps:
            yield Text(
                f'"{place.name}" has "{at}", but cannot be entered from "{origin}": its key "{jump.key}" cannot be had'
                " there",
                f"{place.name} 有 {at}，但不能由 {origin} 进入：其键 {jump.key} 在该处无法取得",
            )
