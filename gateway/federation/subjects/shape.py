"""The shape of an answer: what stands under each response key. Plans make it, projections read it."""

from dataclasses import dataclass
from typing import Any

__all__ = [
    "BackReference",
    "ConnectionShape",
    "Constant",
    "Fields",
    "Nested",
    "NodesShape",
    "PageInfoShape",
    "ProviderShape",
    "QueryCount",
    "QueryLog",
    "RecordValue",
    "Shape",
    "SourcesShape",
    "SubjectValue",
    "Total",
]


@dataclass(frozen=True, slots=True)
class Constant:
    """The same for every object: a type's name, or null where the value is withheld."""

    value: Any


@dataclass(frozen=True, slots=True)
class SubjectValue:
    """A value of the subject itself; masked where only tier A is open and the subject is an individual.

    ``scrubbed`` says, as of a record's value, that an identity number in it is masked (R17.1).
    """

    attribute: str
    masked: bool = False
    scrubbed: bool = False


@dataclass(frozen=True, slots=True)
class QueryCount:
    """The subject's cumulative query count (Art. 19)."""


@dataclass(frozen=True, slots=True)
class QueryLog:
    """Who looked at the subject (Art. 19): its place among the plan's logs."""

    index: int


@dataclass(frozen=True, slots=True)
class RecordValue:
    """A value of a record: a column, or what is derived from columns (``name`` of the envelope).

    ``public`` says that a reader of tier A sees it, so that names are masked; ``scrubbed`` that identity numbers are
    above the reader's tier, so that one written in a free text is masked too (R17.1); the records of the agency
    ``own`` are the reader's own, and told as they are; where ``alone``, no other's value is told.
    """

    name: str
    public: bool = False
    scrubbed: bool = False
    own: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Total:
    """``totalCount``."""


@dataclass(frozen=True, slots=True)
class Fields:
    """An object's fields by response key."""

    members: tuple[tuple[str, "Shape"], ...]


@dataclass(frozen=True, slots=True)
class Nested:
    """An object, or a list of them, under an attribute."""

    attribute: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class ProviderShape:
    """The agency that answers for a record."""

    fields: Fields


@dataclass(frozen=True, slots=True)
class PageInfoShape:
    """A connection's ``pageInfo``."""

    fields: Fields


@dataclass(frozen=True, slots=True)
class SourcesShape:
    """The sources of the subject."""

    fields: Fields


@dataclass(frozen=True, slots=True)
class NodesShape:
    """A connection's ``nodes``."""

    fields: Fields


@dataclass(frozen=True, slots=True)
class BackReference:
    """A record's way back to its subject: made once for a connection's records."""

    fields: Fields


@dataclass(frozen=True, slots=True)
class ConnectionShape:
    """One connection: its place among the plan's pages, and the type of its records."""

    index: int
    record: str
    fields: Fields


Shape = (
    Constant
    | SubjectValue
    | QueryCount
    | QueryLog
    | Nested
    | RecordValue
    | Total
    | ProviderShape
    | PageInfoShape
    | SourcesShape
    | NodesShape
    | BackReference
    | ConnectionShape
)
