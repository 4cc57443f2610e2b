"""Completes an answer step by step, by the GraphQL specification: every null that should not be has its error.

This is the exact way, taken where anything is out of the ordinary; `projection` is the fast one, and gives the same
answer where it gives any.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLScalarType,
)

from gateway.federation.execution.answers import Cause, FieldError, Path
from gateway.federation.execution.leaves import is_leaf_value
from gateway.federation.execution.store import MISBEHAVED, Object, Store
from gateway.federation.planning.needs import TYPENAME
from gateway.federation.planning.plan import OperationPlan
from gateway.federation.planning.shapes import Shape, ShapeField
from gateway.federation.planning.sites import Selection

__all__ = ["complete", "is_void"]


def complete(plan: OperationPlan, store: Store) -> tuple[dict[str, Any] | None, list[FieldError]]:
    """Give the data of an answer and the errors of all that was lost."""
    completion = _Completion(plan, store)
    try:
        data = completion.object(plan.shape, plan.root_type, store.root, _Where((), ()))
    except _Lost:
        data = None
    completion.tell_rest()
    return data, completion.errors


def is_void(plan: OperationPlan, store: Store, asked: Collection[str]) -> bool:
    """Say whether what is known already makes the whole answer null: one of the root fields *asked* must not be."""
    return _Completion(plan, store).lacks(asked)


class _Where(NamedTuple):
    """A place of the answer: its path for callers, and the keys that lead to it in the store."""

    path: Path
    keys: tuple[str, ...]

    def field(self, field: ShapeField) -> "_Where":
        return _Where((*self.path, field.response), (*self.keys, field.key))

    def item(self, index: int) -> "_Where":
        return _Where((*self.path, index), self.keys)


class _Lost(Exception):
    """A null travels up; its error is told."""


class _Completion:
    def __init__(self, plan: OperationPlan, store: Store) -> None:
        self._plan = plan
        self._store = store
        self._owners: dict[tuple[str, ...], str] | None = None
        self._collateral: set[int] = set()
        """Which of the errors are of what was lost with something else."""
        self.errors: list[FieldError] = []

    def lacks(self, asked: Collection[str]) -> bool:
        root = self._store.root
        for field in self._plan.shape.of(self._plan.root_type) or ():
            if field.type is not None and field.key in asked:
                try:
                    self._value(field, field.type, root, field.key, _Where((), ()))
                except _Lost:
                    return True
        return False

    def object(self, shape: Shape, concrete: str, value: Object, where: _Where) -> dict[str, Any]:
        data: dict[str, Any] = {}
        before = len(self.errors)
        is_lost = False
        for field in shape.of(concrete) or ():
            if field.type is None:
                data[field.response] = concrete if field.key == TYPENAME else value.get(field.key)
                continue
            try:
                data[field.response] = self._value(field, field.type, value, field.key, where.field(field))
            except _Lost:
                is_lost = True
        if is_lost:
            self._spare(before)
            raise _Lost
        return data

    def _spare(self, before: int) -> None:
        """Drop the errors of what was lost besides, in an object that is lost as a whole: its own loss is told."""
        own = self.errors[before:]
        kept = [each for each in own if id(each) not in self._collateral]
        if kept:
            self.errors[before:] = kept

    def _value(
        self,
        field: ShapeField,
        kind: GraphQLOutputType,
        holder: Any,  # noqa: ANN401 - an object or a list
        key: str | int,
        where: _Where,
    ) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(kind, GraphQLNonNull):
            if self._at(holder, key) is None:
                self._tell_null(field, holder, key, where, must="null for a value that is never null")
                raise _Lost
            return self._present(field, kind.of_type, holder, key, where)
        if self._at(holder, key) is None:
            must = "null for a value that it says is never null" if field.is_promised and isinstance(key, str) else None
            self._tell_null(field, holder, key, where, must)
            return None
        try:
            return self._present(field, kind, holder, key, where)
        except _Lost:
            return None

    @staticmethod
    def _at(holder: Any, key: str | int) -> Any:  # noqa: ANN401 - any JSON
        return holder.get(key) if isinstance(key, str) else holder[key]

    def _present(
        self,
        field: ShapeField,
        kind: GraphQLOutputType,
        holder: Any,  # noqa: ANN401 - an object or a list
        key: str | int,
        where: _Where,
    ) -> Any:  # noqa: ANN401 - any JSON
        value = self._at(holder, key)
        if isinstance(kind, GraphQLList):
            if value.__class__ is not list:
                self._misbehaved("no list where one is due", where)
                raise _Lost
            return self._list(field, kind.of_type, value, where)
        if isinstance(kind, GraphQLScalarType | GraphQLEnumType):
            if not is_leaf_value(kind, value):
                self._misbehaved(f"a value that is no {kind.name}", where)
                raise _Lost
            return str(value) if kind.name == "ID" and isinstance(value, int) else value
        return self._composite(field, value, where)

    def _list(self, field: ShapeField, kind: GraphQLOutputType, values: list[Any], where: _Where) -> list[Any]:
        data = []
        is_lost = False
        for index in range(len(values)):
            try:
                data.append(self._value(field, kind, values, index, where.item(index)))
            except _Lost:
                is_lost = True
        if is_lost:
            raise _Lost
        return data

    def _composite(self, field: ShapeField, value: Any, where: _Where) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        shape = field.below
        assert shape is not None  # noqa: S101 - a composite type has a selection
        if value.__class__ is not dict:
            self._misbehaved("no object where one is due", where)
            raise _Lost
        concrete = shape.static
        if shape.is_told:
            told = value.get(TYPENAME)
            if told is None:
                causes = self._store.lost.get((id(value), TYPENAME))
                self._tell(causes, "no __typename", field, where)
                raise _Lost
            if not isinstance(told, str) or shape.of(told) is None:
                self._misbehaved("a __typename that cannot stand here", where)
                raise _Lost
            concrete = told
        return self.object(shape, concrete, value, where)

    # Errors ----------------------------------------------------------------------------------------------------------

    def _tell_null(
        self,
        field: ShapeField,
        holder: Any,  # noqa: ANN401 - an object or a list
        key: str | int,
        where: _Where,
        must: str | None,
    ) -> None:
        causes = self._store.lost.get((id(holder), key))
        if causes is None and isinstance(key, str) and key not in holder:
            must = "no value at all" if field.is_asked else _stranger(holder)
        if causes is not None or must is not None:
            self._tell(causes, must or "", field, where)

    def _tell(self, causes: list[Cause] | None, otherwise: str, field: ShapeField, where: _Where) -> None:
        if causes is None:
            self._misbehaved(otherwise, where)
            return
        for cause in causes:
            below = _answered(cause.below, field.below) if cause.below else ()
            error = FieldError(cause.message, where.path + below, cause.code, cause.subgraph, cause.extensions)
            self.errors.append(error)
            if cause.origin is not None:
                self._collateral.add(id(error))

    def _misbehaved(self, what: str, where: _Where) -> None:
        subgraph = self._owner(where.keys)
        who = f"Subgraph {subgraph}" if subgraph is not None else "A subgraph"
        self.errors.append(FieldError(f"{who} gave {what}", where.path, MISBEHAVED, subgraph))

    def _owner(self, keys: tuple[str, ...]) -> str | None:
        """Give the subgraph that was asked for a field; for one that nobody was asked for, who gave its holder."""
        if self._owners is None:
            self._owners = {}
            for fetch in self._plan.fetches:
                _own(fetch.subgraph, fetch.selection, tuple(step.key for step in fetch.path), self._owners)
        for end in range(len(keys), 0, -1):
            owner = self._owners.get(keys[:end])
            if owner is not None:
                return owner
        return None

    def tell_rest(self) -> None:
        """Pass on the errors that point at no null. Those of what was lost within something lost stay untold."""
        for cause in self._store.causes:
            self.errors.append(FieldError(cause.message, None, cause.code, cause.subgraph, cause.extensions))


def _stranger(holder: Object) -> str:
    """Name an object whose fields are asked of nobody: whoever were asked instead would not know such a one."""
    return f"an object of type {holder.get(TYPENAME)}, which not every subgraph knows that can be asked for it here"


def _own(subgraph: str, selection: Selection, path: tuple[str, ...], owners: dict[tuple[str, ...], str]) -> None:
    for part in (selection, *selection.narrowed.values()):
        for key, each in part.fields.items():
            owners.setdefault((*path, key), subgraph)
            if each.selection is not None:
                _own(subgraph, each.selection, (*path, key), owners)


def _answered(path: Path, shape: Shape | None) -> Path:
    """Give the rest of a subgraph's path by response keys, as far as the caller asked for it."""
    found: list[str | int] = []
    for step in path:
        if isinstance(step, int):
            found.append(step)
            continue
        fields = (shape.of(shape.static) or ()) if shape is not None else ()
        field = next((each for each in fields if each.key == step), None)
        if field is None:
            break
        found.append(field.response)
        shape = field.below
    return tuple(found)
