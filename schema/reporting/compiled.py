"""How a record type's rows are read, worked out once for each record type and each set of columns (Art. 26).

A file has one set of columns and ten thousand rows: what a column's name means is looked up once.
"""

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from schema.definition import FieldDefinition, RecordDefinition
from schema.records.enums import IdDocumentType
from schema.reporting.names import NOT_KEPT, field_named
from schema.reporting.readers import COMMON, as_it_came, if_anything, plainly, reader_of
from schema.reporting.row import COMMON_COLUMNS, Action
from schema.reporting.texts import Reader
from schema.reporting.together import Checks, checks_of

__all__ = ["CONTENT_DIGEST", "PLATFORM_KEYS", "CompiledRecord", "Part", "Plan", "Step", "compiled"]

PLATFORM_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "personKey": ("personIdNumber", "idNumber"),
    "officerKey": ("officerIdNumber",),
    "restrictedPersonKey": (),
}
"""Keys of persons that the platform makes, with the fields that have the person's number."""
CONTENT_DIGEST: Final = "contentDigest"
"""The digest of a text, where it is part of a key: the platform's to make."""


class Part(enum.Enum):
    """To what part of a row a column belongs."""

    FIELD = "the record's own values"
    NUMBER = "a number of a document in it, read when the document's type is known"
    SHARED = "what any row may have"
    SUBJECT = "whom it is about, read last"


class Step(NamedTuple):
    """One column of a row: what it gives, and how that is read."""

    name: str
    part: Part
    read: Reader
    again: bool
    """Whether an earlier column gives the same."""


class Plan(NamedTuple):
    """How the rows with one set of columns are read, and the columns that the catalogue has not.

    ``steps`` has each column in its order, with how a plain value is read unless an earlier column gives the same; no
    step where nothing is kept of a column. ``shared`` and ``subject`` are the columns that any row may have, and those
    of whom it is about; ``texts`` and ``lists`` the fields of one text, and of several; ``numbers`` those with numbers
    of identity documents, each with the field that has the document's type.
    """

    steps: tuple[tuple[str, Reader | None, Step | None], ...] = ()
    undeclared: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    numbers: tuple[tuple[str, str | None], ...] = ()


_PLANS: Final = 64
_MOST_PLANNED: Final = 200

CONSENT: Final = "CONSENT_REQUIRED"
_NOT_FREE: Final = re.compile(
    r"(?:^name|Name|Names|Number|Code|Key|Digest|Period|Authority|authority|Body|Unit|court|province|period|number|level)$"
)


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRecord:
    """A record type as its rows are read.

    ``numbers`` are the fields with numbers of identity documents, each with the field that has the document's type;
    ``texts`` those of plain text, each with whether it is free: neither a name, nor a number, nor who decided;
    ``consent`` those that of an individual need consent (R9.5); ``wanted`` those that may not be missing, by what is to
    be done; ``key`` those of the natural key, and ``persons`` those of them that are keys of persons.
    """

    definition: RecordDefinition
    readers: Mapping[tuple[str, int], Reader]
    numbers: Mapping[str, str | None]
    texts: Mapping[str, bool]
    consent: tuple[str, ...]
    wanted: Mapping[Action, frozenset[str]]
    key: frozenset[str]
    persons: tuple[str, ...]
    has_digest: bool
    checks: Checks
    _plans: dict[tuple[str, ...], Plan] = field(default_factory=dict)

    def plan(self, columns: tuple[str, ...]) -> Plan:
        """Give how rows with these columns are read; remembered where the catalogue has them all."""
        known = self._plans.get(columns)
        if known is not None:
            return known
        plan = self._planned(columns)
        if not plan.undeclared and len(columns) <= _MOST_PLANNED:
            if len(self._plans) >= _PLANS:
                self._plans.clear()
            self._plans[columns] = plan
        return plan

    def _planned(self, columns: tuple[str, ...]) -> Plan:
        steps: list[tuple[str, Reader | None, Step | None]] = []
        undeclared: list[str] = []
        parts: dict[str, Part] = {}
        not_kept = NOT_KEPT.get(self.definition.name, frozenset())
        for written in columns:
            column = field_named(self.definition, written)
            if column is None:
                steps.append((written, None, None))
                if written not in not_kept:
                    undeclared.append(written)
                continue
            part, read = self._part(column.name, column.unit)
            step = Step(column.name, part, read, column.name in parts)
            steps.append((column.name, None if step.again else plainly(read), step))
            parts[column.name] = part
        made = {CONTENT_DIGEST} if self.has_digest else set()
        texts = [name for name in self.texts if name in parts or name in made]
        return Plan(
            tuple(steps),
            tuple(undeclared),
            shared=tuple(name for name, part in parts.items() if part is Part.SHARED),
            subject=tuple(name for name, part in parts.items() if part is Part.SUBJECT),
            texts=tuple(name for name in texts if not self.definition.fields[name].is_list),
            lists=tuple(name for name in texts if self.definition.fields[name].is_list),
            numbers=tuple((name, kind) for name, kind in self.numbers.items() if name in parts),
        )

    def _part(self, name: str, unit: int) -> tuple[Part, Reader]:
        if name in self.numbers:
            return Part.NUMBER, as_it_came
        if name in self.definition.fields:
            return Part.FIELD, self.readers[name, unit]
        return (Part.SHARED, COMMON[name]) if name in COMMON_COLUMNS else (Part.SUBJECT, if_anything)


_COMPILED: Final[dict[int, CompiledRecord]] = {}
_MOST_COMPILED: Final = 256


def compiled(definition: RecordDefinition) -> CompiledRecord:
    """Give how the rows of a record type are read."""
    known = _COMPILED.get(id(definition))  # whose definition is held, so that its id is nobody else's
    if known is None or known.definition is not definition:
        if len(_COMPILED) >= _MOST_COMPILED:
            _COMPILED.clear()
        known = _COMPILED[id(definition)] = _compile(definition)
    return known


def _compile(definition: RecordDefinition) -> CompiledRecord:
    fields = definition.fields.values()
    readers = {
        (each.name, unit): reader_of(definition, each, unit)
        for each in fields
        for unit in (1, 10_000)
        if unit == 1 or each.type == "Decimal"
    }
    types = {each.name for each in fields if each.enum is IdDocumentType}
    numbers = {
        each.name: next((name for name in _type_names(each.name) if name in types), None)
        for each in fields
        if each.type == "IdDocumentNumber"
    }
    key = frozenset(definition.key)
    return CompiledRecord(
        definition,
        readers,
        numbers,
        texts={each.name: _is_free(definition, each) for each in fields if each.type in {"String", "[String!]"}},
        consent=tuple(each.name for each in fields if each.prohibited and each.prohibited.rule == CONSENT),
        wanted={Action.UPSERT: key | {each.name for each in fields if each.required}, Action.REVOKE: key},
        key=key,
        persons=tuple(name for name in definition.key if name in PLATFORM_KEYS),
        has_digest=CONTENT_DIGEST in definition.fields,
        checks=checks_of(definition),
    )


def _type_names(number: str) -> tuple[str, ...]:
    """Give the names that the field with a document's type may have: counterpartyId has counterpartyIdType."""
    return (f"{number}Type", number.removesuffix("Number") + "Type", "idType")


def _is_free(definition: RecordDefinition, of: FieldDefinition) -> bool:
    return of.name not in definition.key and of.personal is None and _NOT_FREE.search(of.name) is None
