"""Projection: from the store to the data of an answer, as one Python function for each kind of object of a plan.

The functions take the ordinary way only. Where anything is not as it should be (a null too many, a wrong type, a
missing field) they give up with `Odd`, and `completion` says exactly what and where.

An object of which one request asks just what is answered of it, in that order, is looked through and answered as it
came: to make it anew takes longer. Once something came otherwise than it was asked for, all objects are made anew.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLScalarType,
)

from gateway.federation.execution.leaves import MAX_INT, MIN_INT
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
        self._project = self._compiled(asked)

    def _compiled(self, asked: _Asked) -> Projection:
        return _Function(asked, ()).object(self._plan.shape, self._plan.root_type).project

    def __call__(self, root: Any) -> Any:  # noqa: ANN401 - whatever subgraphs said, and what is answered
        try:
            return self._project(root)
        except (_Otherwise, ValueError):  # the latter where the keys of an object are more, or less
            self._project = self._compiled({})
            return self._project(root)


def _spread(selection: Selection, place: _Place, into: dict[_Place, list[Selection]]) -> None:
    """Note what is asked at a place, and below it."""
    into.setdefault(place, []).append(selection)
    for part in (selection, *selection.narrowed.values()):
        for key, each in part.fields.items():
            if each.selection is not None:
                _spread(each.selection, (*place, key), into)


class _Compiled(NamedTuple):
    """The projection of one kind of object."""

    project: Projection
    is_same: bool
    """It gives the very object that it is given, or gives up."""


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
        self[concrete] = found = _Function(self._asked, self._place).object(self._shape, concrete).project
        return found


def _identity(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Read an ID that is no string."""
    if value.__class__ is int:
        return str(value)
    raise Odd


class _Function:
    """Writes a function for the objects at one place."""

    def __init__(self, asked: _Asked, place: _Place) -> None:
        self._asked = asked
        self._place = place
        self._names = itertools.count()
        self._space: dict[str, Any] = {"Odd": Odd, "Otherwise": _Otherwise, "identity": _identity}
        self._is_whole = False
        """One request gives just what is answered."""
        self._changes = False
        """A value may be answered otherwise than it came."""

    def object(self, shape: Shape, concrete: str) -> _Compiled:
        """Compile the projection of one concrete type."""
        fields = shape.of(concrete) or ()
        self._is_whole = self._asks_for(fields)
        lines: list[str] = []
        shown = []
        for index, field in enumerate(fields):
            if field.type is None:
                value = repr(concrete) if field.key == TYPENAME else f"o[{field.key!r}]"
                shown.append(f"{field.response!r}: {value}")
                continue
            name = f"v{index}"
            lines.append(f"{name} = o[{field.key!r}]")
            if field.is_promised:
                lines.append(f"if {name} is None: raise Odd")
            lines += self._value(field, field.type, name)
            shown.append(f"{field.response!r}: {name}")
        if not lines:  # whatever has no fields is told from an object when its fields are read
            lines.append("if o.__class__ is not dict: raise Odd")
        is_same = self._is_whole and not self._changes
        if is_same:
            lines += [*_in_order([field.key for field in fields]), "return o"]
        else:
            lines.append(f"return {{{', '.join(shown)}}}")
        text = "\n".join(["def project(o):", *_within(lines)])
        exec(compile(text, "<projection>", "exec"), self._space)  # noqa: S102 - names are written with repr
        return _Compiled(self._space["project"], is_same)

    def _asks_for(self, fields: Sequence[ShapeField]) -> bool:
        """Say whether one request asks here for just these fields, under the keys of the answer and in its order."""
        here = self._asked.get(self._place, ())
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
            lines = [self._call(field, name)]
        return [f"if {name} is not None:", *_within(lines)] if nullable else lines

    def _list(self, field: ShapeField, kind: GraphQLOutputType, name: str) -> list[str]:
        number = next(self._names)
        item, into = f"i{number}", f"l{number}"
        changes, self._changes = self._changes, False
        lines = self._value(field, kind, item)
        if not self._changes:
            self._changes = changes
            return [f"for {item} in {name}:", *_within(lines)] if lines else []
        return [
            f"{into} = []",
            f"for {item} in {name}:",
            *_within([*lines, f"{into}.append({item})"]),
            f"{name} = {into}",
        ]

    def _call(self, field: ShapeField, name: str) -> str:
        shape = field.below
        if shape is None:
            raise Odd
        below, place = f"p{next(self._names)}", (*self._place, field.key)
        if shape.is_told:
            self._changes = True
            self._space[below] = _ByType(self._asked, place, shape)
            return f"{name} = {below}[{name}[{TYPENAME!r}]]({name})"
        self._space[below], is_same = _Function(self._asked, place).object(shape, shape.static)
        if is_same:
            return f"{below}({name})"
        self._changes = True
        return f"{name} = {below}({name})"

    def _leaf(self, kind: GraphQLScalarType | GraphQLEnumType, name: str, *, nullable: bool) -> list[str]:
        if isinstance(kind, GraphQLEnumType):
            values = f"e{next(self._names)}"
            self._space[values] = frozenset([*kind.values, None] if nullable else kind.values)
            return [f"if {name} not in {values}: raise Odd"]
        spared = f" and {name} is not None" if nullable else ""
        if kind.name == "ID" and not self._is_whole:
            self._changes = True
            return [f"if {name}.__class__ is not str{spared}: {name} = identity({name})"]
        wrong = _wrong(kind, name)
        if wrong is None:
            return [] if nullable else [f"if {name} is None: raise Odd"]
        return [f"if ({wrong}){spared}: raise {'Otherwise' if kind.name == 'ID' else 'Odd'}"]


def _in_order(keys: Sequence[str]) -> list[str]:
    """Write the lines that give up an object with other keys, in another order, or so many more or less of them."""
    names = [f"k{index}" for index in range(len(keys))]
    differ = (f"{name} != {key!r}" for name, key in zip(names, keys, strict=True))
    return [f"{', '.join(names)}, = o", f"if {' or '.join(differ)}: raise Otherwise"]


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
