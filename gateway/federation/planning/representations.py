"""Representations: what is sent of an object so that a subgraph knows it again."""

from collections.abc import Iterable
from typing import NamedTuple

from gateway.federation.planning.joined_graph import JoinedGraph
from gateway.federation.planning.needs import Needs

__all__ = ["Representation", "Sent", "representation"]


class Sent(NamedTuple):
    """One field that is sent."""

    name: str
    key: str
    """Under which it was kept."""
    below: "Representation | None"
    only: frozenset[str] | None
    """The concrete types of which it is sent; None for all."""
    is_key: bool
    """Part of a key: where the whole key is null, the object is not asked for."""


class Representation(NamedTuple):
    """The fields that are sent of an object."""

    fields: tuple[Sent, ...]
    typename: bool
    """The concrete type is sent too."""


def representation(graph: JoinedGraph, on: str, key: Needs | None, requires: Iterable[Needs]) -> Representation:
    """Join a key and the fields of @requires into what is sent of an object that is an *on*."""
    sent = _sent(graph, on, key, is_key=True) if key is not None else {}
    for needs in requires:
        for where, each in _sent(graph, on, needs, is_key=False).items():
            sent[where] = _joined(sent[where], each) if where in sent else each
    return Representation(tuple(sent.values()), typename=False)


def _sent(graph: JoinedGraph, on: str, needs: Needs, *, is_key: bool) -> dict[tuple[str | None, str], Sent]:
    found: dict[tuple[str | None, str], Sent] = {}
    for need in needs.items.values():
        whole = need.on in {needs.static, on}
        below = None
        if need.sub is not None:
            inner = _sent(graph, need.sub.static, need.sub, is_key=is_key)
            below = Representation(tuple(inner.values()), graph.is_abstract(need.sub.static))
        only = None if whole else graph.possible(need.on)
        found[(None if whole else need.on, need.name)] = Sent(need.name, need.key, below, only, is_key)
    return found


def _joined(one: Sent, other: Sent) -> Sent:
    if one.below is None or other.below is None:
        return one
    fields = {(each.only, each.name): each for each in one.below.fields}
    for each in other.below.fields:
        where = (each.only, each.name)
        fields[where] = _joined(fields[where], each) if where in fields else each
    return one._replace(below=Representation(tuple(fields.values()), one.below.typename))
