"""A connector says what an agency knows, a source how it is reached.

An author subclasses `Connector`, names the agency, and says for each record type where its records are: a
declared `Table` (the whole statement is built from it), or a method marked with `serves`.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar, NamedTuple, Protocol

from sqlalchemy import ColumnElement, FromClause

from connectors.columns import Column, constant, text
from connectors.documents import OF_A_SYSTEM, check_rows
from connectors.errors import SourceError, SourceMisbehaved
from connectors.wall import Wall
from schema.definition import RecordDefinition
from schema.tiers import Tier

__all__ = [
    "OPEN",
    "Batch",
    "Connector",
    "Found",
    "Key",
    "Loss",
    "Pseudonym",
    "RegisteredSubject",
    "Rows",
    "Selection",
    "Selections",
    "Source",
    "SubjectKey",
    "Table",
    "serves",
]

LIMIT = 10_000
"""The most records of one type and subject that a source may give; more is an error, never a cut."""

_OF_A_SYSTEM: Mapping[str, Column] = {name: constant(value) for name, value in OF_A_SYSTEM.items()}


class SubjectKey(NamedTuple):
    """By what an agency finds a subject: a credit code or an identity number, and the gateway's own id."""

    id: str
    identifier: str


class RegisteredSubject(NamedTuple):
    """A subject as the register knows it; ``identifier`` is the code by which agencies are asked."""

    id: str
    kind: str
    identifier: str
    name: str
    unified_social_credit_code: str | None
    organization_code: str | None
    registration_number: str | None
    taxpayer_number: str | None
    organization_type: str | None
    established_on: str | None
    region_code: str | None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which fields of which record type are wanted, in which order a row holds them.

    ``digest`` names it: the same for equal selections, in every process.
    """

    record: RecordDefinition = field(compare=False)
    columns: tuple[str, ...]
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        """Make the digest, since a selection is looked up on every query."""
        written = "\x1f".join((self.record.name, *self.columns)).encode()
        object.__setattr__(self, "digest", hashlib.blake2b(written, digest_size=12).hexdigest())

    def __hash__(self) -> int:
        """Hash by digest."""
        return hash(self.digest)


class Selections(tuple[Selection, ...]):  # noqa: SLOT001 (a tuple can have no slots of its own)
    """Selections that are asked for together; they know their hash, since they are looked up on every query."""

    def __init__(self, _: Iterable[Selection] = ()) -> None:
        """Hash once."""
        self._hash = super().__hash__()

    def __hash__(self) -> int:
        """Give the hash of the tuple."""
        return self._hash


class Batch(NamedTuple):
    """One question to one agency: these subjects, all of one kind, these selections, up to this tier.

    A record whose own tier is above ``highest`` does not exist for the batch (R15.2): it is not in the rows,
    unless a selection holds `OPEN`. Where ``own`` names an agency, the records that others answer for do not either.
    """

    kind: str
    keys: Sequence[SubjectKey]
    selections: tuple[Selection, ...]
    highest: Tier
    own: str = ""


class Loss(NamedTuple):
    """A value that could not be read: its row (the very list), and the field."""

    row: list[Any]
    field: str


class Found(NamedTuple):
    """One subject's records of each selection, and what of them could not be read."""

    rows: tuple[list[list[Any]], ...]
    losses: tuple[Loss, ...] = ()


Rows = list[Found | SourceError]
"""The answer to a batch: for each key, in the keys' order, what was found, or how this one subject failed."""

OPEN = "(open)"
"""A column that a selection may hold beside the catalogue's: whether the record is within the batch's tier.

With it, records above the tier are among the rows too, false in this column and without any value but their natural
key and version: where several agencies serve a type, a record that one of them has raised is raised in all (R15.2).
"""


class Key(NamedTuple):
    """The asked subject as expressions of the agency's statement; each `Table` says which of its columns match."""

    id: ColumnElement[str]
    identifier: ColumnElement[str]
    organization_code: ColumnElement[str]
    """The organisation code inside a credit code: nine characters."""
    hyphenated_code: ColumnElement[str]
    """The same in the older spelling: eight, a hyphen, one."""


Match = Callable[[Key], ColumnElement[bool]]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Where an agency keeps the records of one type, and how its columns are read.

    ``fields`` goes by the catalogue's field names, the envelope's (``reportedAt``, ``version``, ``recordStatus``,
    ``terminatedOn``, …) among them. ``matches`` says for each kind of subject how a record names it.
    ``record_tier`` is a column that holds a record's tier as reported ("A", "B", "C"), where there is one.
    ``hidden`` tells the keys of what a wall hides in ``rows``, under the same names of columns.
    """

    record: type
    rows: FromClause
    matches: Mapping[str, Match]
    fields: Mapping[str, Column]
    where: ColumnElement[bool] | None = None
    record_tier: ColumnElement[str] | None = None
    hidden: FromClause | None = None


class Pseudonym(Protocol):
    """The gateway's keyed hash of a person's number."""

    def __call__(self, number: str) -> str:
        """Give the opaque key of *number*."""
        ...


class Source(Protocol):
    """How an agency is reached."""

    async def gather(self, tables: "Mapping[str, Table]", batch: Batch) -> Rows:
        """Fetch a batch from declared tables.

        Raises:
            SourceUnavailable: the agency was not reached.
            SourceMisbehaved: it answered what cannot be read.

        """
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...


Serving = Callable[[Any, Batch], Awaitable[Rows]]


def serves(*records: type) -> Callable[[Serving], Serving]:
    """Mark a method that answers batches of these record types itself (a REST service, a file).

    The batch it gets holds a single selection; rows of records above ``batch.highest`` may be among its answer,
    since the gateway filters them when the connector does not say ``filters_tiers = True``.
    """

    def mark(method: Serving) -> Serving:
        method.__serves__ = records  # type: ignore[attr-defined]  # a mark on the function, read in __init_subclass__
        return method

    return mark


@dataclass
class Connector:
    """What one agency knows, and what it answers for (Art. 4, 10)."""

    agency: ClassVar[str]
    """The agency's code in the catalogue, spelt out: it is written in the trail."""
    name: ClassVar[str]
    """The agency's Chinese name, as it answers to the public."""
    tables: ClassVar[tuple[Table, ...]] = ()
    lifetime: ClassVar[timedelta] = timedelta(seconds=60)
    """How long its rows may be served from the cache."""
    filters_tiers: ClassVar[bool] = True
    wall: ClassVar[Wall | None] = None
    """The database's own guard of its records, where they are kept in tables of ours."""

    source: Source
    pseudonym: Pseudonym
    served: frozenset[str] | None = None
    """Which of its record types are asked of it here; None: all that it declares."""
    _tables: dict[str, Table] = field(init=False, repr=False)
    _methods: dict[str, Serving] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Read off what the class declares."""
        self._tables = {
            _name(table.record): self._completed(table)
            for table in self.tables
            if self.served is None or _name(table.record) in self.served
        }
        self._methods = {
            _name(record): attribute
            for attribute in vars(type(self)).values()
            if hasattr(attribute, "__serves__")
            for record in attribute.__serves__
        }

    def _completed(self, table: Table) -> Table:
        """Add what every record of an agency's own system has in common, and the key of its pseudonyms."""
        reported = {} if table.record_tier is None else {"recordTier": text(table.record_tier)}
        fields = {**_OF_A_SYSTEM, "provider": constant(self.agency), **reported, **table.fields}
        return replace(table, fields={name: self._keyed(column) for name, column in fields.items()})

    def _keyed(self, column: Column) -> Column:
        if not column.needs_pseudonym or column.read is None:
            return column
        read, pseudonym = column.read, self.pseudonym
        return replace(column, read=lambda raw: pseudonym(read(raw)), needs_pseudonym=False)

    @property
    def records(self) -> tuple[str, ...]:
        """The record types that it serves, by name."""
        return (*self._tables, *self._methods)

    def serves_kind(self, record: str, kind: str) -> bool:
        """Say whether it knows records of this type for this kind of subject."""
        table = self._tables.get(record)
        return kind in table.matches if table else record in self._methods

    def is_constant(self, record: str, field: str) -> bool:
        """Say whether a field of the envelope is the same for all of its records of a type."""
        table = self._tables.get(record)
        column = table.fields.get(field) if table else None
        return column is not None and column.column is None

    def tells(self, record: str, field: str) -> bool:
        """Say whether its records of a type may have a value of a field; of a method that is not known before."""
        table = self._tables.get(record)
        return field in table.fields if table else record in self._methods

    async def gather(self, batch: Batch) -> Rows:
        """Answer a batch: all declared tables in one statement, each method on its own.

        Raises:
            SourceUnavailable: the agency was not reached.
            SourceMisbehaved: it answered what cannot be read.

        """
        if not self._methods or all(each.record.name in self._tables for each in batch.selections):
            return await self.source.gather(self._tables, batch)
        return await self._gather_apart(batch)

    async def _gather_apart(self, batch: Batch) -> Rows:
        parts: list[Rows] = []
        for selection in batch.selections:
            alone = batch._replace(selections=(selection,))
            method = self._methods.get(selection.record.name)
            if method is None:
                parts.append(await self.source.gather(self._tables, alone))
            else:
                parts.append([_checked(selection, each) for each in await method(self, alone)])
        return [_joined([part[n] for part in parts]) for n in range(len(batch.keys))]

    async def close(self) -> None:
        """Give back what the source holds."""
        await self.source.close()


def _checked(selection: Selection, found: Found | SourceError) -> Found | SourceError:
    """Let what a method found pass if it is what was asked for; else that is how this subject failed (R9.6)."""
    if isinstance(found, SourceError):
        return found
    try:
        for rows in found.rows:
            check_rows(selection, rows)
    except SourceMisbehaved as refusal:
        return refusal
    return found


def _joined(parts: Sequence[Found | SourceError]) -> Found | SourceError:
    rows: list[list[list[Any]]] = []
    losses: list[Loss] = []
    for part in parts:
        if isinstance(part, SourceError):
            return part
        rows.append(part.rows[0])
        losses += part.losses
    return Found(tuple(rows), tuple(losses))


def _name(record: type) -> str:
    return record.__name__
