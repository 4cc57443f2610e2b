"""Gathers the objects of a fetch from the store, and says what is sent of each to the subgraph."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import orjson

from gateway.federation.execution.leaves import is_scalar_value
from gateway.federation.planning.needs import TYPENAME
from gateway.federation.planning.plan import Fetch, Step
from gateway.federation.planning.representations import Representation, Wrapping

__all__ = ["Gathered", "Object", "Unsendable", "gather", "representer", "walk"]

Object = dict[str, Any]
"""One object of the store: its fields by key."""


class Unsendable(Exception):
    """An object lacks what must be sent of it: *holder* has no *key*, or null there."""

    def __init__(self, holder: Any, key: str | int) -> None:  # noqa: ANN401 - an object or a list of the store
        """Name the place."""
        self.holder = holder
        self.key = key
        super().__init__(key)


class Gathered(NamedTuple):
    """The objects of one fetch, equal ones together."""

    representations: list[Object]
    targets: list[list[Object]]
    """For each representation, the objects that it stands for."""
    unsent: list[tuple[Object, Unsendable]]
    """Objects that cannot be asked for."""


def walk(root: Object, path: Sequence[Step]) -> list[Object]:
    """Give the objects at *path*; nulls and what is no object are passed over."""
    found = [root]
    for key, only in path:
        following: list[Object] = []
        for each in found:
            if only is not None and each.get(TYPENAME) not in only:
                continue
            value = each.get(key)
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


def gather(root: Object, fetch: Fetch, send: Callable[[Object], Object]) -> Gathered:
    """Give what is to be asked by *fetch*; one object that stands at many places is asked for once."""
    only = fetch.only
    representations: list[Object] = []
    targets: list[list[Object]] = []
    unsent: list[tuple[Object, Unsendable]] = []
    seen_objects: set[int] = set()
    index_of: dict[Any, int] = {}
    for each in walk(root, fetch.path):
        if (only is not None and each.get(TYPENAME) not in only) or id(each) in seen_objects:
            continue
        seen_objects.add(id(each))
        try:
            sent = send(each)
        except Unsendable as lack:
            unsent.append((each, lack))
            continue
        mark = orjson.dumps(sent)
        index = index_of.get(mark)
        if index is None:
            index_of[mark] = len(representations)
            representations.append(sent)
            targets.append([each])
        else:
            targets[index].append(each)
    return Gathered(representations, targets, unsent)


def representer(fetch: Fetch, lost: Callable[[Any, str | int], bool]) -> Callable[[Object], Object]:
    """Compile what is sent of an object; *lost* says whether a null stands for something that was lost.

    The function raises Unsendable where the whole key is null, or where something that is needed was lost.
    """
    assert fetch.representation is not None  # noqa: S101 - only fetches by key send anything
    typename, fields = fetch.entry_type, fetch.representation.fields
    if len(fields) == 1 and fields[0].below is None and fields[0].only is None:
        name, key, wrapping = fields[0].name, fields[0].key, fields[0].wrapping

        def send_one(each: Object) -> Object:
            value = each.get(key)
            if value is None or (value.__class__ is not str and not _is_leaf(value, wrapping)):
                raise Unsendable(each, key)
            return {TYPENAME: typename, name: value}

        return send_one
    representation = fetch.representation

    def send(each: Object) -> Object:
        sent = {TYPENAME: typename}
        keys: list[Any] = []
        _send(each, representation, sent, keys, lost)
        if keys and all(value is None for value in keys):
            first = next(field for field in representation.fields if field.is_key)
            raise Unsendable(each, first.key)
        return sent

    return send


def _send(
    each: Object,
    representation: Representation,
    sent: Object,
    keys: list[Any],
    lost: Callable[[Any, str | int], bool],
) -> None:
    for name, key, below, only, wrapping, is_key in representation.fields:
        if only is not None and each.get(TYPENAME) not in only:
            continue
        if key not in each:
            raise Unsendable(each, key)
        value = each[key]
        if value is None and lost(each, key):
            raise Unsendable(each, key)
        if below is None:
            if not _is_leaf(value, wrapping):
                raise Unsendable(each, key)
            sent[name] = value
            if is_key:
                keys.append(value)
        elif value is None:
            if not wrapping.nullable:
                raise Unsendable(each, key)
            sent[name] = None
        else:
            sent[name] = _Below(below, keys, lost).sent(each, key, wrapping)


def _is_leaf(value: Any, wrapping: Wrapping) -> bool:  # noqa: ANN401 - any JSON
    """Say whether a value fits the type that the subgraph expects."""
    if value is None:
        return wrapping.nullable
    if wrapping.item is not None:
        item = wrapping.item
        return value.__class__ is list and all(_is_leaf(each, item) for each in value)
    return is_scalar_value(wrapping.name, value)


class _Below(NamedTuple):
    """What is sent of objects within an object."""

    below: Representation
    keys: list[Any]
    lost: Callable[[Any, str | int], bool]

    def sent(self, holder: Any, key: str | int, wrapping: Wrapping) -> Any:  # noqa: ANN401 - any JSON
        value = holder[key]
        if value is None:
            if self.lost(holder, key) or not wrapping.nullable:
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
        _send(value, self.below, sent, self.keys, self.lost)
        return sent
