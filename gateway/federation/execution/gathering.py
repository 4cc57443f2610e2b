"""Gathers the objects of a fetch from the store, and says what is sent of each to the subgraph."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import orjson

from gateway.federation.execution.leaves import is_scalar_value
from gateway.federation.execution.store import Object, Store
from gateway.federation.planning.needs import TYPENAME
from gateway.federation.planning.plan import Fetch, Group, Step
from gateway.federation.planning.representations import Representation, Wrapping

__all__ = ["Part", "Send", "Unsendable", "gather", "sender", "walk"]


class Unsendable(Exception):
    """An object lacks what must be sent of it: *holder* has no *key*, or null there."""

    def __init__(self, holder: Any, key: str | int) -> None:  # noqa: ANN401 - an object or a list of the store
        """Name the place."""
        self.holder = holder
        self.key = key
        super().__init__(key)


Send = Callable[[Object, Store], tuple[Any, Object]]
"""Gives what is sent of an object, and a mark that equal ones share; raises Unsendable."""


class Part:
    """One ``_entities`` field of a request: what is sent, and the objects that each representation stands for."""

    __slots__ = ("alias", "group", "marks", "representations", "targets", "unsent")

    def __init__(self, group: Group) -> None:
        """Send what a group's fetches ask for."""
        self.group = group
        self.alias = ""
        self.representations: list[Object] = []
        self.marks: dict[Any, int] = {}
        """Where each representation stands, by what equal ones share."""
        self.targets: list[list[tuple[Fetch, Object]]] = []
        self.unsent: list[tuple[Fetch, Object, Unsendable]] = []
        """Objects that cannot be asked for."""


def walk(root: Object, path: Sequence[Step]) -> list[Object]:
    """Give the objects at *path*; nulls and what is no object are passed over."""
    found = [root]
    for key, only in path:
        following: list[Object] = []
        for each in found:
            if only is not None and each.get(TYPENAME) not in only:
                continue
            value: Any = each.get(key)
            if value.__class__ is dict:
                following.append(value)
            elif value.__class__ is list:
                _flatten(value, following)
        found = following
    return found


def _flatten(values: list[Any], into: list[Object]) -> None:
    for value in values:
        if value.__class__ is dict:
            into.append(value)
        elif value.__class__ is list:
            _flatten(value, into)


def gather(store: Store, group: Group, senders: Sequence[Send]) -> Part:
    """Give what is to be asked by a group; one object that stands at many places is asked for once."""
    part = Part(group)
    representations, targets, index_of = part.representations, part.targets, part.marks
    for fetch, send in zip(group.fetches, senders, strict=True):
        only = fetch.only
        for each in walk(store.root, fetch.path):
            if only is not None and each.get(TYPENAME) not in only:
                continue
            try:
                mark, sent = send(each, store)
            except Unsendable as lack:
                part.unsent.append((fetch, each, lack))
                continue
            index = index_of.get(mark)
            if index is None:
                index_of[mark] = len(representations)
                representations.append(sent)
                targets.append([(fetch, each)])
            else:
                targets[index].append((fetch, each))
    return part


def sender(fetch: Fetch) -> Send:
    """Compile what is sent of an object.

    The function raises Unsendable where the whole key is null, where something that is needed was lost, and where a
    value cannot be what the subgraph expects.
    """
    representation = fetch.representation
    assert representation is not None  # noqa: S101 - only fetches by key send anything
    typename, fields = fetch.entry_type, representation.fields
    if len(fields) == 1 and fields[0].below is None and fields[0].only is None:
        name, key, wrapping = fields[0].name, fields[0].key, fields[0].wrapping

        def send_one(each: Object, _: Store) -> tuple[Any, Object]:
            value = each.get(key)
            if value.__class__ is str:
                return (typename, name, value), {TYPENAME: typename, name: value}
            if value is None or not _is_leaf(value, wrapping, fields[0].values):
                raise Unsendable(each, key)
            sent = {TYPENAME: typename, name: value}
            return orjson.dumps(sent), sent

        return send_one

    def send(each: Object, store: Store) -> tuple[Any, Object]:
        sent = {TYPENAME: typename}
        keys: list[Any] = []
        _send(each, representation, sent, keys, store)
        if keys and all(value is None for value in keys):
            first = next(field for field in fields if field.is_key)
            raise Unsendable(each, first.key)
        return orjson.dumps(sent), sent

    return send


def _send(
    each: Object,
    representation: Representation,
    sent: Object,
    keys: list[Any],
    store: Store,
) -> None:
    for name, key, below, only, wrapping, values, is_key in representation.fields:
        if only is not None and each.get(TYPENAME) not in only:
            continue
        if key not in each:
            raise Unsendable(each, key)
        value = each[key]
        if value is None and store.is_lost(each, key):
            raise Unsendable(each, key)
        if below is None:
            if not _is_leaf(value, wrapping, values):
                raise Unsendable(each, key)
            _check_items(value, store)
            sent[name] = value
            if is_key:
                keys.append(value)
        elif value is None:
            if not wrapping.nullable:
                raise Unsendable(each, key)
            sent[name] = None
        else:
            sent[name] = _Below(below, keys, store).sent(each, key, wrapping)


def _is_leaf(value: Any, wrapping: Wrapping, values: frozenset[str] | None) -> bool:  # noqa: ANN401 - any JSON
    """Say whether a value fits the type that the subgraph expects."""
    if value is None:
        return wrapping.nullable
    if wrapping.item is not None:
        item = wrapping.item
        return value.__class__ is list and all(_is_leaf(each, item, values) for each in value)
    if values is not None:
        return isinstance(value, str) and value in values
    return is_scalar_value(wrapping.name, value)


def _check_items(values: Any, store: Store) -> None:  # noqa: ANN401 - any JSON
    """Raise Unsendable where an item of a list was lost."""
    if store.lost and values.__class__ is list:
        for index, value in enumerate(values):
            if value is None and store.is_lost(values, index):
                raise Unsendable(values, index)
            _check_items(value, store)


class _Below(NamedTuple):
    """What is sent of objects within an object."""

    below: Representation
    keys: list[Any]
    store: Store

    def sent(self, holder: Any, key: str | int, wrapping: Wrapping) -> Any:  # noqa: ANN401 - any JSON
        value = holder[key]
        if value is None:
            if self.store.is_lost(holder, key) or not wrapping.nullable:
                raise Unsendable(holder, key)
            return None
        if wrapping.item is not None:
            if value.__class__ is not list:
                raise Unsendable(holder, key)
            return [self.sent(value, index, wrapping.item) for index in range(len(value))]
        if value.__class__ is not dict:
            raise Unsendable(holder, key)
        sent: Object = {}
        if self.below.types is not None:
            told = sent[TYPENAME] = value.get(TYPENAME)
            if not isinstance(told, str) or told not in self.below.types:
                raise Unsendable(value, TYPENAME)
        _send(value, self.below, sent, self.keys, self.store)
        return sent
