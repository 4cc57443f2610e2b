"""Gathers the objects of a fetch from the store, and says what is sent of each to the subgraph."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import orjson

from gateway.federation.execution.leaves import is_scalar_value
from gateway.federation.execution.store import Object, Store
from gateway.federation.planning.needs import TYPENAME
from gateway.federation.planning.plan import Fetch, Group, Step
from gateway.federation.planning.representations import Representation, Wrapping

__all__ = ["Gather", "Part", "Plain", "Unsendable", "gatherer", "walk"]


class Unsendable(Exception):
    """An object lacks what must be sent of it: *holder* has no *key*, or null there."""

    def __init__(self, holder: Any, key: str | int) -> None:  # noqa: ANN401 - an object or a list of the store
        """Name the place."""
        self.holder = holder
        self.key = key
        super().__init__(key)


Send = Callable[[Object, Store], tuple[Any, Object]]
"""Gives a mark that equal ones share, and what is sent of an object; raises Unsendable."""


class Plain(NamedTuple):
    """Representations that differ by the value of one field only: what they are of, and how that field is called."""

    type: str
    name: str
    key: str
    """Under which it is kept."""
    is_echoed: bool
    """What comes back is added to its object as it is, where it tells the same type and the same value."""


class Part:
    """One ``_entities`` field of a request: what is sent, and the objects that each representation stands for."""

    __slots__ = (
        "alias",
        "fetches",
        "group",
        "marks",
        "objects",
        "others",
        "plain",
        "representations",
        "unsent",
        "variable",
    )

    def __init__(self, group: Group, plain: Plain | None) -> None:
        """Send what a group's fetches ask for."""
        self.group = group
        self.plain = plain
        """What all representations are of, where they differ by one value only, which is their mark."""
        self.alias = self.variable = ""
        """By what it is asked for, and with what it is sent."""
        self.representations: list[Object] = []
        self.marks: dict[Any, int] = {}
        """Where each representation stands, by what equal ones share."""
        self.objects: list[Object] = []
        self.fetches: list[Fetch] = []
        """By representation, of which object it is, and for which fetch; of plain ones there is only one fetch."""
        self.others: dict[int, list[tuple[Fetch, Object]]] = {}
        """By representation, of which objects it is besides."""
        self.unsent: list[tuple[Fetch, Object, Unsendable]] = []
        """Objects that cannot be asked for."""

    def add(self, fetch: Fetch, each: Object, mark: Any, sent: Object) -> None:  # noqa: ANN401 - whatever is equal
        """Ask for an object, once with those that are equal."""
        index = self.marks.setdefault(mark, len(self.objects))
        if index < len(self.objects):
            self.others.setdefault(index, []).append((fetch, each))
        else:
            self.representations.append(sent)
            self.objects.append(each)
            if self.plain is None:
                self.fetches.append(fetch)

    def targets(self, index: int) -> list[tuple[Fetch, Object]]:
        """Give all objects that a representation stands for, with what is fetched for each."""
        fetch = self.fetches[index] if self.plain is None else self.group.fetches[0]
        return [(fetch, self.objects[index]), *self.others.get(index, ())]


Gather = Callable[[Store], Part]
"""Gives what is to be asked by a group."""


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


def gatherer(group: Group) -> Gather:
    """Compile what gathers the objects of a group; one that stands at many places is asked for once."""
    if len(group.fetches) == 1 and (plain := _plain(group.fetches[0])) is not None:
        return _gatherer_of_plain(group, group.fetches[0], plain)
    senders = [(fetch, _sender(fetch)) for fetch in group.fetches]

    def gather(store: Store) -> Part:
        part = Part(group, None)
        for fetch, send in senders:
            only = fetch.only
            for each in walk(store.root, fetch.path):
                if only is not None and each.get(TYPENAME) not in only:
                    continue
                try:
                    part.add(fetch, each, *send(each, store))
                except Unsendable as lack:
                    part.unsent.append((fetch, each, lack))
        return part

    return gather


def _plain(fetch: Fetch) -> Plain | None:
    """Give what is sent where it is one value of a key only."""
    representation = fetch.representation
    assert representation is not None  # noqa: S101 - only fetches by key send anything
    if len(representation.fields) != 1:
        return None
    (field,) = representation.fields
    is_one_value = field.below is None and field.only is None and field.wrapping.item is None
    if not is_one_value or fetch.entry_type is None:
        return None
    echoes = [(each.name, each.key) for each in fetch.echoes]
    is_echoed = fetch.is_plain and fetch.is_concrete and echoes == [(field.name, field.key)]
    return Plain(fetch.entry_type, field.name, field.key, is_echoed)


def _gatherer_of_plain(group: Group, fetch: Fetch, plain: Plain) -> Gather:
    assert fetch.representation is not None  # noqa: S101 - only fetches by key send anything
    (field,) = fetch.representation.fields
    wrapping, values, only, path = field.wrapping, field.values, fetch.only, fetch.path
    typename, name, key, _ = plain
    is_text = values is None and wrapping.name in {"ID", "String"}

    def gather(store: Store) -> Part:
        part = Part(group, plain)
        marks, representations, objects = part.marks, part.representations, part.objects
        for each in walk(store.root, path):
            if only is not None and each.get(TYPENAME) not in only:
                continue
            value: Any = each.get(key)
            if value.__class__ is str and is_text and value not in marks:
                marks[value] = len(objects)
                objects.append(each)
                representations.append({TYPENAME: typename, name: value})
            elif value is None or not _is_leaf(value, wrapping, values):
                part.unsent.append((fetch, each, Unsendable(each, key)))
            else:
                mark = value if value.__class__ is str else orjson.dumps(value)
                part.add(fetch, each, mark, {TYPENAME: typename, name: value})
        return part

    return gather


def _sender(fetch: Fetch) -> Send:
    """Compile what is sent of an object.

    The function raises Unsendable where the whole key is null, where something that is needed was lost, and where a
    value cannot be what the subgraph expects.
    """
    representation = fetch.representation
    assert representation is not None  # noqa: S101 - only fetches by key send anything
    typename, fields = fetch.entry_type, representation.fields

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
