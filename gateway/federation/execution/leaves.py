"""Leaves: which JSON values a scalar or an enum may have."""

from typing import Any

from graphql import GraphQLEnumType, GraphQLScalarType

__all__ = ["MAX_INT", "MIN_INT", "is_leaf_value", "is_scalar_value", "is_shallow"]

MAX_INT = 2_147_483_647
MIN_INT = -2_147_483_648
_LEVELS = 100
"""Lists and objects that may lie in each other in one value: what lies deeper cannot be written in every answer."""


def is_leaf_value(kind: GraphQLScalarType | GraphQLEnumType, value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Say whether *value* is one of *kind*; a scalar of the graph's own may be anything that can be written.

    >>> from graphql import GraphQLInt
    >>> is_leaf_value(GraphQLInt, True)
    False
    """
    if isinstance(kind, GraphQLEnumType):
        return isinstance(value, str) and value in kind.values
    return is_scalar_value(kind.name, value)


def is_scalar_value(name: str, value: Any) -> bool:  # noqa: ANN401 - any JSON
    """Say whether *value* is one of the scalar called *name*, where GraphQL itself defines it."""
    match name:
        case "String":
            return isinstance(value, str)
        case "Int":
            return value.__class__ is int and MIN_INT <= value <= MAX_INT
        case "Float":
            return value.__class__ is float or value.__class__ is int
        case "Boolean":
            return isinstance(value, bool)
        case "ID":
            return isinstance(value, str) or value.__class__ is int
    return is_shallow(value)


def is_shallow(value: Any, levels: int = _LEVELS) -> bool:  # noqa: ANN401 - any JSON
    """Say whether no more than so many lists and objects lie in each other.

    >>> is_shallow([{"a": 1}], 2), is_shallow([{"a": []}], 2)
    (True, False)
    """
    if value.__class__ is dict:
        value = value.values()
    elif value.__class__ is not list:
        return True
    return levels > 0 and all(is_shallow(each, levels - 1) for each in value)
