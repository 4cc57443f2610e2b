"""What one API changes of another: which coordinates come, go and change, and whom that breaks."""

import re
from enum import Enum
from typing import Final, NamedTuple

from graphql import BreakingChange, DangerousChange, GraphQLSchema, SchemaChange, find_schema_changes

__all__ = ["Change", "Kind", "Severity", "changes"]


class Severity(Enum):
    """Whom a change concerns: operations that would fail, those that may see something new, or nobody."""

    BREAKING = "breaking"
    DANGEROUS = "dangerous"
    SAFE = "safe"


class Kind(Enum):
    """What happens to the coordinate."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Change(NamedTuple):
    """A change of one coordinate."""

    severity: Severity
    kind: Kind
    coordinate: str
    description: str


_OF_ITSELF: Final = ("REPEATABLE", "LOCATION", "IMPLEMENTED_INTERFACE", "DEFAULT_VALUE")
_MEMBER: Final = re.compile(r"^(\w+) was (?:added to|removed from) union type (\w+)")
_WHERE: Final = (
    re.compile(r"^Description of (\S+) has changed"),
    re.compile(r"added to interfaces implemented by (\w+)"),
    re.compile(r"(@?\w+\.\w+(?:\(\w+:\))?|@\w+(?:\(\w+:\))?)"),
    re.compile(r"^(\w+)"),
)


def changes(before: GraphQLSchema, after: GraphQLSchema) -> list[Change]:
    """Give the changes from one API to another: what breaks first, then by coordinate.

    >>> from graphql import build_schema
    >>> old, new = build_schema("type Query { a: Int b: Int }"), build_schema("type Query { a: Int c: Int }")
    >>> [(each.severity.value, each.kind.value, each.coordinate) for each in changes(old, new)]
    [('breaking', 'removed', 'Query.b'), ('safe', 'added', 'Query.c')]
    """
    order = list(Severity)
    found = {_read(each) for each in find_schema_changes(before, after)}
    return sorted(found, key=lambda each: (order.index(each.severity), each.coordinate, each.description))


def _read(change: SchemaChange) -> Change:
    severity = Severity.SAFE
    if isinstance(change, BreakingChange):
        severity = Severity.BREAKING
    elif isinstance(change, DangerousChange):
        severity = Severity.DANGEROUS
    name = change.type.name
    kind = Kind.CHANGED
    if not any(word in name for word in _OF_ITSELF):
        if "ADDED" in name:
            kind = Kind.ADDED
        elif "REMOVED" in name:
            kind = Kind.REMOVED
    return Change(severity, kind, _coordinate(change.description), change.description)


def _coordinate(description: str) -> str:
    """Find the coordinate that graphql-core's sentence speaks of."""
    member = _MEMBER.search(description)
    if member is not None:
        return f"{member[2]}.{member[1]}"
    return next(found[1] for each in _WHERE if (found := each.search(description)) is not None)
