"""Representations: what is sent of an object so that a subgraph knows it again."""

import functools
from collections.abc import Sequence
from typing import NamedTuple

from gateway.federation.planning.joined_graph import JoinedGraph
from gateway.federation.planning.needs import Needs
from gateway.federation.planning.sites import Draft, Place

__all__ = ["Representation", "Sent", "Wrapping", "representation", "wrapping"]


class Sent(NamedTuple):
    """One field that is sent."""

    name: str
    key: str
    """Under which it was kept."""
    below: "Representation | None"
    only: frozenset[str] | None
    """The concrete types of which it is sent; None for all."""
    wrapping: "Wrapping"
    """What may be sent, by the subgraph that gets it."""
    values: frozenset[str] | None
    """Of an enum, the values that may be sent."""
    is_key: bool
    """Part of a key: where the whole key is null, the object is not asked for."""


class Wrapping(NamedTuple):
    """A type as it is written: whether null may stand, and whether it is a list, of what."""

    nullable: bool
    item: "Wrapping | None"
    name: str
    """The named type within."""


@functools.lru_cache(maxsize=10_000)
def wrapping(shape: str) -> Wrapping:
    """Read a type as it is written.

    >>> wrapping("[ID!]")
    Wrapping(nullable=True, item=Wrapping(nullable=False, item=None, name='ID'), name='ID')
    """
    inner = shape.removesuffix("!")
    nullable = inner == shape
    if inner.startswith("["):
        item = wrapping(inner[1:-1])
        return Wrapping(nullable, item, item.name)
    return Wrapping(nullable, None, inner)


class Representation(NamedTuple):
    """The fields that are sent of an object."""

    fields: tuple[Sent, ...]
    types: frozenset[str] | None
    """Of an abstract type: the concrete types that it may be, one of which is sent too."""


def representation(graph: JoinedGraph, draft: Draft) -> Representation:
    """Join the key and the fields of @requires of a fetch into what is sent of an object."""
    place = draft.place
    sent = _sent(graph, draft, place, draft.on, draft.key, is_key=True) if draft.key is not None else {}
    for needs in draft.requires:
        for where, each in _sent(graph, draft, place, draft.on, needs, is_key=False).items():
            sent[where] = _joined(sent[where], each) if where in sent else each
    return Representation(tuple(sent.values()), None)


def _sent(  # noqa: PLR0913 - where it is sent to, and where it is taken from
    graph: JoinedGraph, draft: Draft, place: Place | None, on: str, needs: Needs, *, is_key: bool
) -> dict[tuple[str | None, str], Sent]:
    found: dict[tuple[str | None, str], Sent] = {}
    for need in needs.items.values():
        whole = need.on in {needs.static, on}
        met_on = on if whole else need.on
        below = None
        if need.sub is not None:
            static = need.sub.static
            child = place.children.get((met_on, need.key)) if place is not None else None
            inner = _sent(graph, draft, child, static, need.sub, is_key=is_key)
            types = (
                graph.possible(static)
                if graph.is_abstract(static) and not graph.is_opaque(draft.subgraph, static)
                else None
            )
            below = Representation(tuple(inner.values()), types)
        only = None if whole else graph.possible(need.on)
        join = graph.join(draft.subgraph, need.on, need.name)
        shape = wrapping(join.shape if join is not None else graph.field_type(need.on, need.name))
        shape = _tightened(shape, _given(place, met_on, need.key))
        values = graph.values(draft.subgraph, shape.name)
        found[(None if whole else need.on, need.name)] = Sent(need.name, need.key, below, only, shape, values, is_key)
    return found


def _given(place: Place | None, on: str, key: str) -> list[Wrapping]:
    """Give the types by which the subgraphs that give a field declare it."""
    if place is None:
        return []
    selections = [part for site in place.sites for part in (site.selection, site.selection.narrowed.get(on))]
    return [wrapping(part.fields[key].shape) for part in selections if part is not None and key in part.fields]


def _tightened(sent: Wrapping, given: Sequence[Wrapping]) -> Wrapping:
    """Allow no null that none of those who give the value allows: it would be no value, but a loss."""
    item = None
    if sent.item is not None:
        item = _tightened(sent.item, [each.item for each in given if each.item is not None])
    return sent._replace(nullable=sent.nullable and (not given or any(each.nullable for each in given)), item=item)


def _joined(one: Sent, other: Sent) -> Sent:
    if one.below is None or other.below is None:
        return one
    fields = {(each.only, each.name): each for each in one.below.fields}
    for each in other.below.fields:
        where = (each.only, each.name)
        fields[where] = _joined(fields[where], each) if where in fields else each
    return one._replace(below=Representation(tuple(fields.values()), one.below.types))
