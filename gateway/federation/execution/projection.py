"""Projection: from the store to the data of an answer, as one Python function for each kind of object of a plan.

The functions take the ordinary way only. Where anything is not as it should be (a null too many, a wrong type, a
missing field) they give up with `Odd`, and `completion` says exactly what and where.

An object of which one request asks just what is answered of it, in that order, is looked through and answered as it
came: to make it anew takes longer. Once something came otherwise than it was asked for, all objects are made anew.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLScalarType,
)

from gateway.federation.execution.leaves import MAX_INT, MIN_INT, is_shallow
from gateway.federation.planning.needs import TYPENAME
from gateway.federation.planning.plan import OperationPlan
from gateway.federation.planning.shapes import Shape, ShapeField
from gateway.federation.planning.sites import Selection

__all__ = ["Odd", "Projection", "projection"]

Projection = Callable[[Any], Any]
_Place = tuple[str, ...]
"""The keys that lead to objects in the store."""
_Asked = Mapping[_Place, Sequence[Selection]]
"""By place, all that is asked of the objects there."""
_DEEP = 8
"""Objects and lists in each other, below which another function begins: Python takes no more than twenty loops so."""


class Odd(Exception):
    """Something is out of the ordinary."""


class _Otherwise(Odd):
    """An object cannot be answered as it came: it has other keys, or in another order, or an ID that is no string."""


def projection(plan: OperationPlan) -> Projection:
    """Compile the projection of a plan; the function raises Odd, KeyError or TypeError where it gives up."""
    return _Projection(plan)


class _Projection:
    """The projection of a plan: with objects as they came, until one came otherwise."""

    __slots__ = ("_plan", "_project")

    def __init__(self, plan: OperationPlan) -> None:
        asked: dict[_Place, list[Selection]] = {}
        for fetch in plan.fetches:
            _spread(fetch.selection, tuple(step.key for step in fetch.path), asked)
        self._plan = plan
        self._project = _compiled(asked, (), plan.shape, plan.root_type)

    def __call__(self, root: Any) -> Any:  # noqa: ANN401 - whatever subgraphs said, and what is answered
        try:
            return self._project(root)
        except (_Otherwise, ValueError):  # the latter where an object has more keys, or less
            self._project = _compiled({}, (), self._plan.shape, self._plan.root_type)
            return self._project(root)


def _spread(selection: Selection, place: _Place, into: dict[_Place, list[Selection]]) -> None:
    """Note what is asked at a place, and below it."""
    into.setdefault(place, []).append(selection)
    for part in (selection, *selection.narrowed.values()):
        for key, each in part.fields.items():
            if each.selection is not None:
                _spread(each.selection, (*place, key), into)


def _compiled(asked: _Asked, place: _Place, shape: Shape, concrete: str) -> Projection:
    """Compile the projection of one concrete type, with what stands below it as far as its type is known."""
    function = _Function(asked)
    lines, made = _Object(function, place, 0).written(shape, concrete, "o")
    text = "\n".join(["def project(o):", *_within([*lines, f"return {made}"])])
    exec(compile(text, "<projection>", "exec"), function.space)  # noqa: S102 - names are written with repr
    found: Projection = function.space["project"]
    return found


class _ByType(dict[Any, Projection]):
    """Projections by concrete type, compiled when the type is first met."""

    def __init__(self, asked: _Asked, place: _Place, shape: Shape) -> None:
        super().__init__()
        self._asked = asked
        self._place = place
        self._shape = shape

    def __missing__(self, concrete: Any) -> Projection:  # noqa: ANN401 - what a subgraph says is its type
        if not isinstance(concrete, str) or self._shape.of(concrete) is None:
            raise Odd
        self[concrete] = found = _compiled(self._asked, self._place, self._shape, concrete)
        return found


def _identity(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Read an ID that is no string."""
    if value.__class__ is int:
        return str(value)
    raise Odd


class _Function:
    """A function while it is written: the names that it knows, and those that are free."""

    def __init__(self, asked: _Asked) -> None:
        self.asked = asked
        self.space: dict[str, Any] = {
            "Odd": Odd,
            "Otherwise": _Otherwise,
            "identity": _identity,
            "is_shallow": is_shallow,
        }
        self._numbers = itertools.count()

    def name(self, letter: str) -> str:
        """Give a name that is free."""
        return f"{letter}{next(self._numbers)}"

    def knows(self, letter: str, value: object) -> str:
        """Give the name of a value."""
        name = self.name(letter)
        self.space[name] = value
        return name


class _Object:
    """The part of a function that is about the objects at one place."""

    def __init__(self, function: _Function, place: _Place, depth: int) -> None:
        self._function = function
        self._place = place
        self._depth = depth
        self._is_whole = False
        """One request gives just what is answered."""
        self._changes = False
        """A value may be answered otherwise than it came."""

    def written(self, shape: Shape, concrete: str, name: str) -> tuple[list[str], str]:
        """Write the lines that look through an object of a concrete type, and what is answered: it, or a new one."""
        fields = shape.of(concrete) or ()
        self._is_whole = self._asks_for(fields)
        lines: list[str] = []
        shown = []
        for field in fields:
            if field.type is None:
                value = repr(concrete) if field.key == TYPENAME else f"{name}[{field.key!r}]"
                shown.append(f"{field.response!r}: {value}")
                continue
            own = self._function.name("v")
            lines.append(f"{own} = {name}[{field.key!r}]")
            if field.is_promised:
                lines.append(f"if {own} is None: raise Odd")
            lines += self._value(field, field.type, own)
            shown.append(f"{field.response!r}: {own}")
        if not lines:  # else, what is no object fails when its fields are read
            lines.append(f"if {name}.__class__ is not dict: raise Odd")
        if self._is_whole and not self._changes:
            return [*lines, *_in_order(name, [field.key for field in fields])], name
        return lines, f"{{{', '.join(shown)}}}"

    def _asks_for(self, fields: Sequence[ShapeField]) -> bool:
        """Say whether one request asks here for just these fields, under the keys of the answer and in its order."""
        here = self._function.asked.get(self._place, ())
        if len(here) != 1 or here[0].narrowed or here[0].typename or not fields:
            return False
        return [(key, key) for key in here[0].fields] == [(each.key, each.response) for each in fields]

    def _value(self, field: ShapeField, kind: GraphQLOutputType, name: str) -> list[str]:
        """Write the lines that check a value, and replace it by what is answered where that may be another."""
        if isinstance(kind, GraphQLNonNull):
            return self._present(field, kind.of_type, name, nullable=False)
        return self._present(field, kind, name, nullable=True)

    def _present(self, field: ShapeField, kind: GraphQLOutputType, name: str, *, nullable: bool) -> list[str]:
        if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            return self._leaf(kind, name, nullable=nullable)
        if isinstance(kind, GraphQLList):
            lines = [f"if {name}.__class__ is not list: raise Odd", *self._list(field, kind.of_type, name)]
        else:
            lines = self._composite(field, name)
        return [f"if {name} is not None:", *_within(lines)] if nullable else lines

    def _list(self, field: ShapeField, kind: GraphQLOutputType, name: str) -> list[str]:
        item, made = self._function.name("i"), self._function.name("l")
        changes, self._changes = self._changes, False
        self._depth += 1
        lines = self._value(field, kind, item)
        self._depth -= 1
        if not self._changes:
            self._changes = changes
            return [f"for {item} in {name}:", *_within(lines)] if lines else []
        return [
            f"{made} = []",
            f"for {item} in {name}:",
            *_within([*lines, f"{made}.append({item})"]),
            f"{name} = {made}",
        ]

    def _composite(self, field: ShapeField, name: str) -> list[str]:
        shape, place, function = field.below, (*self._place, field.key), self._function
        if shape is None:
            raise Odd
        if shape.is_told:
            self._changes = True
            below = function.knows("p", _ByType(function.asked, place, shape))
            return [f"{name} = {below}[{name}[{TYPENAME!r}]]({name})"]
        if self._depth >= _DEEP:
            self._changes = True
            below = function.knows("p", _compiled(function.asked, place, shape, shape.static))
            return [f"{name} = {below}({name})"]
        lines, made = _Object(function, place, self._depth + 1).written(shape, shape.static, name)
        if made == name:
            return lines
        self._changes = True
        return [*lines, f"{name} = {made}"]

    def _leaf(self, kind: GraphQLScalarType | GraphQLEnumType, name: str, *, nullable: bool) -> list[str]:
        if isinstance(kind, GraphQLEnumType):
            values = self._function.knows("e", frozenset([*kind.values, None] if nullable else kind.values))
            return [f"if {name} not in {values}: raise Odd"]
        spared = f" and {name} is not None" if nullable else ""
        if kind.name == "ID" and not self._is_whole:
            self._changes = True
            return [f"if {name}.__class__ is not str{spared}: {name} = identity({name})"]
        wrong = _wrong(kind, name)
        if wrong is None:
            deep = f"if {name}.__class__ is not str and not is_shallow({name}): raise Odd"
            return [deep] if nullable else [f"if {name} is None: raise Odd", deep]
        return [f"if ({wrong}){spared}: raise {'Otherwise' if kind.name == 'ID' else 'Odd'}"]


def _in_order(name: str, keys: Sequence[str]) -> list[str]:
    """Write the lines that give up an object with other keys, in another order, or so many more or less of them."""
    own = [f"k{index}" for index in range(len(keys))]
    differ = (f"{each} != {key!r}" for each, key in zip(own, keys, strict=True))
    return [f"{', '.join(own)}, = {name}", f"if {' or '.join(differ)}: raise Otherwise"]


def _within(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _wrong(kind: GraphQLScalarType | GraphQLEnumType, name: str) -> str | None:
    match kind.name:
        case "String" | "ID":
            return f"{name}.__class__ is not str"
        case "Int":
            return f"{name}.__class__ is not int or not {MIN_INT} <= {name} <= {MAX_INT}"
        case "Float":
            return f"{name}.__class__ is not float and {name}.__class__ is not int"
        case "Boolean":
            return f"{name}.__class__ is not bool"
    return None
