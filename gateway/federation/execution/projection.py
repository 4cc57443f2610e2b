"""Projection: from the store to the data of an answer, as one Python function for each kind of object of a plan.

The functions take the ordinary way only. Where anything is not as it should be (a null too many, a wrong type, a
missing field) they give up with `Odd`, and `completion` says exactly what and where.
"""

import itertools
from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLScalarType,
    get_named_type,
)

from gateway.federation.execution.leaves import MAX_INT, MIN_INT
from gateway.federation.planning.needs import TYPENAME
from gateway.federation.planning.plan import OperationPlan
from gateway.federation.planning.shapes import Shape, ShapeField

__all__ = ["Odd", "Projection", "projection"]

Projection = Callable[[Any], Any]


class Odd(Exception):
    """Something is out of the ordinary."""


def projection(plan: OperationPlan) -> Projection:
    """Compile the projection of a plan; the function raises Odd, KeyError or TypeError where it gives up."""
    return _Compiler().object(plan.shape, plan.root_type)


class _ByType(dict[Any, Projection]):
    """Projections by concrete type, compiled when the type is first met."""

    def __init__(self, compiler: "_Compiler", shape: Shape) -> None:
        super().__init__()
        self._compiler = compiler
        self._shape = shape

    def __missing__(self, concrete: Any) -> Projection:  # noqa: ANN401 - what a subgraph says is its type
        if not isinstance(concrete, str) or self._shape.of(concrete) is None:
            raise Odd
        self[concrete] = found = self._compiler.object(self._shape, concrete)
        return found


def _identity(value: Any) -> str | None:  # noqa: ANN401 - any JSON
    """Read an ID that is no string."""
    if value is None:
        return None
    if value.__class__ is int:
        return str(value)
    raise Odd


class _Compiler:
    """Writes the functions."""

    def __init__(self) -> None:
        self._names = itertools.count()

    def object(self, shape: Shape, concrete: str) -> Projection:
        """Compile the projection of one concrete type."""
        space: dict[str, Any] = {"Odd": Odd, "identity": _identity}
        lines = ["def project(o):", "    if o.__class__ is not dict: raise Odd"]
        shown = []
        for index, field in enumerate(shape.of(concrete) or ()):
            if field.type is None:
                value = repr(concrete) if field.key == TYPENAME else f"o[{field.key!r}]"
                shown.append(f"{field.response!r}: {value}")
                continue
            name = f"v{index}"
            lines.append(f"    {name} = o[{field.key!r}]")
            if field.is_promised:
                lines.append(f"    if {name} is None: raise Odd")
            lines += [f"    {line}" for line in self._value(field, field.type, name, space)]
            shown.append(f"{field.response!r}: {name}")
        lines.append(f"    return {{{', '.join(shown)}}}")
        exec(compile("\n".join(lines), "<projection>", "exec"), space)  # noqa: S102 - names are written with repr
        found: Projection = space["project"]
        return found

    def _value(self, field: ShapeField, kind: GraphQLOutputType, name: str, space: dict[str, Any]) -> list[str]:
        """Write the lines that check a value and replace it by what is answered."""
        if isinstance(kind, GraphQLNonNull):
            return self._present(field, kind.of_type, name, space, nullable=False)
        return self._present(field, kind, name, space, nullable=True)

    def _present(
        self, field: ShapeField, kind: GraphQLOutputType, name: str, space: dict[str, Any], *, nullable: bool
    ) -> list[str]:
        if isinstance(kind, GraphQLList):
            lines = [f"if {name}.__class__ is not list: raise Odd", *self._list(field, kind.of_type, name, space)]
        elif isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            return self._leaf(kind, name, space, nullable=nullable)
        else:
            lines = [f"{name} = {self._call(field, space)}".replace("(o)", f"({name})").replace("[o[", f"[{name}[")]
        if nullable:
            return [f"if {name} is not None:", *(f"    {line}" for line in lines)]
        return lines

    def _list(self, field: ShapeField, kind: GraphQLOutputType, name: str, space: dict[str, Any]) -> list[str]:
        item = f"i{next(self._names)}"
        inner = self._value(field, kind, item, space)
        if isinstance(get_named_type(kind), GraphQLScalarType | GraphQLEnumType) and not _changes(kind):
            return [f"for {item} in {name}:", *(f"    {line}" for line in inner)] if inner else []
        if not isinstance(get_named_type(kind), GraphQLScalarType | GraphQLEnumType) and not _is_list(kind):
            call = self._call(field, space).replace("(o)", f"({item})").replace("[o[", f"[{item}[")
            guard = "" if isinstance(kind, GraphQLNonNull) else f"None if {item} is None else "
            return [f"{name} = [{guard}{call} for {item} in {name}]"]
        into = f"l{next(self._names)}"
        return [
            f"{into} = []",
            f"for {item} in {name}:",
            *(f"    {line}" for line in inner),
            f"    {into}.append({item})",
            f"{name} = {into}",
        ]

    def _call(self, field: ShapeField, space: dict[str, Any]) -> str:
        shape = field.below
        if shape is None:
            raise Odd
        name = f"p{next(self._names)}"
        if shape.is_told:
            space[name] = _ByType(self, shape)
            return f"{name}[o[{TYPENAME!r}]](o)"
        space[name] = self.object(shape, shape.static)
        return f"{name}(o)"

    def _leaf(
        self, kind: GraphQLScalarType | GraphQLEnumType, name: str, space: dict[str, Any], *, nullable: bool
    ) -> list[str]:
        wrong = _wrong(kind, name)
        if isinstance(kind, GraphQLEnumType):
            values = f"e{next(self._names)}"
            space[values] = frozenset([*kind.values, None] if nullable else kind.values)
            return [f"if {name} not in {values}: raise Odd"]
        if kind.name == "ID":
            lines = [f"if {name}.__class__ is not str: {name} = identity({name})"]
            return lines if nullable else [*lines, f"if {name} is None: raise Odd"]
        if wrong is None:
            return [] if nullable else [f"if {name} is None: raise Odd"]
        spared = f" and {name} is not None" if nullable else ""
        return [f"if ({wrong}){spared}: raise Odd"]


def _changes(kind: GraphQLOutputType) -> bool:
    """Say whether a value may be answered otherwise than it came."""
    named = get_named_type(kind)
    return named.name == "ID" or _is_list(kind)


def _is_list(kind: GraphQLOutputType) -> bool:
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


def _wrong(kind: GraphQLScalarType | GraphQLEnumType, name: str) -> str | None:
    match kind.name:
        case "String":
            return f"{name}.__class__ is not str"
        case "Int":
            return f"{name}.__class__ is not int or not {MIN_INT} <= {name} <= {MAX_INT}"
        case "Float":
            return f"{name}.__class__ is not float and {name}.__class__ is not int"
        case "Boolean":
            return f"{name}.__class__ is not bool"
    return None
