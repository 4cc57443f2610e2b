"""Variables that need no coercion: told by their types at once, since graphql-core's way costs more than a fetch.

Only values that coercion would leave as they are pass; for anything else graphql-core decides, and words the error.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from graphql import VariableDefinitionNode, print_ast

__all__ = ["SCALARS", "PlainVariables", "plain_variables", "read_plain"]

PlainVariables = tuple[tuple[str, Callable[[Any], bool]], ...]
"""By variable: whether a value is already what its type makes of it."""

_CODES = frozenset({"id", "unifiedSocialCreditCode", "organizationCode", "registrationNumber", "taxpayerNumber"})
_LARGEST_INT = 2**31


Tests = Mapping[str, Callable[[Any], bool]]
"""By type: whether a value is already what coercion makes of it."""


def plain_variables(definitions: Iterable[VariableDefinitionNode], known: Tests | None = None) -> PlainVariables | None:
    """Give the tests of an operation's variables; None where one of them has a type that needs coercion.

    Those of the credit graph's types, or of those *known*: a foreign graph may call something else by their names.
    """
    tests = []
    for each in definitions:
        test = (_TESTS if known is None else known).get(print_ast(each.type).rstrip("!"))
        if test is None:
            return None
        tests.append((each.variable.name.value, test))
    return tuple(tests)


def read_plain(tests: PlainVariables, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give the variables as they are, or None where one is absent, null or not plain."""
    read = {}
    for name, test in tests:
        value = given.get(name)
        if value is None or not test(value):
            return None
        read[name] = value
    return read


def _is_reference(value: object) -> bool:
    if type(value) is not dict or len(value) != 1:
        return False
    ((field, code),) = value.items()
    return field in _CODES and type(code) is str


SCALARS: Tests = {
    "String": lambda value: type(value) is str,
    "ID": lambda value: type(value) is str,
    "Boolean": lambda value: type(value) is bool,
    "Int": lambda value: type(value) is int and -_LARGEST_INT <= value < _LARGEST_INT,
}
"""Of the scalars that every graph has."""
_TESTS: Tests = {
    **SCALARS,
    "SubjectRef": _is_reference,
    "[SubjectRef!]": lambda value: type(value) is list and all(map(_is_reference, value)),
}
