"""How a record type's rows are read, worked out once for each record type and each set of columns (Art. 26).

A file has one set of columns and ten thousand rows: what a column's name means is looked up once. Words, days and codes
of authorities come again and again: what they mean is remembered, within bounds; nothing about a person is.
"""

import enum
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

from schema.definition import FieldDefinition, RecordDefinition
from schema.records.enums import IdDocumentType
from schema.reporting import codes
from schema.reporting.days import day, instant, month
from schema.reporting.names import NOT_KEPT, field_named
from schema.reporting.numbers import amount, number
from schema.reporting.row import COMMON_COLUMNS, Action
from schema.reporting.texts import LONGEST_KEY, LONGEST_TEXT, Reader, text
from schema.reporting.together import Checks, checks_of
from schema.reporting.words import flag, listed, word, words
from schema.tiers import Tier

__all__ = ["COMMON", "CompiledRecord", "Part", "Step", "compiled"]

_SIGNED: Final = frozenset({"totalProfit"})
"""Sums that may be below nothing."""
_OWN_UNIT: Final = frozenset({"registeredCapital", "score"})
"""Decimals that are not in yuan."""
_ENDLESS: Final = ("To", "Until")
"""How the names of days end that may stand for no end (长期)."""
_YEARS: Final = "Year"
_REMEMBERED: Final = 2_000
_LONGEST_REMEMBERED: Final = 60


def _remembering(read: Reader) -> Reader:
    """Give a reader that remembers what short texts and days mean, within bounds; never one that was refused."""
    known: dict[object, Any] = {}

    def reading(value: object) -> Any:  # noqa: ANN401  # as the reader gives
        if not (isinstance(value, str) and len(value) <= _LONGEST_REMEMBERED) and type(value) is not date:
            return read(value)
        found = known.get(value, known)
        if found is not known:
            return found
        found = read(value)
        if len(known) >= _REMEMBERED:
            known.clear()
        known[value] = found
        return found

    return reading


_SCALARS: Final[Mapping[str, Callable[[], Reader]]] = {
    "UnifiedSocialCreditCode": lambda: _remembering(codes.unified_social_credit_code),
    "OrganizationCode": lambda: codes.organization_code,
    "RegistrationNumber": lambda: codes.registration_number,
    "RegionCode": lambda: _remembering(codes.region),
    "Boolean": lambda: _remembering(flag),
}
_NAMED: Final[Mapping[str, Reader]] = {
    "taxpayerNumber": codes.taxpayer_number,
    "debtorCode": codes.either_code,
    "period": month,
}
_SPELT: Final[Mapping[str, Mapping[str, str]]] = {
    "licenceStatus": {"1": "VALID", "2": "INVALID"},
    "legalRepresentativeIdType": {"居民身份证": "RESIDENT_ID", "护照": "PASSPORT"},
    "counterpartyIdType": {"居民身份证": "RESIDENT_ID", "护照": "PASSPORT"},
}
"""Further spellings of some words in the double-publicity standard."""


def _reader(definition: RecordDefinition, of: FieldDefinition, unit: int) -> Reader:
    if of.name in _NAMED:
        return _NAMED[of.name]
    if of.type in _SCALARS:
        return _SCALARS[of.type]()
    if of.enum is not None:
        return _remembering(words(of.enum) if of.is_list else word(of.enum, _SPELT.get(of.name)))
    return _PLAIN.get(of.type, _text)(definition, of, unit)


def _text(definition: RecordDefinition, of: FieldDefinition, _unit: int) -> Reader:
    return text(LONGEST_KEY if of.name in definition.key else LONGEST_TEXT)


def _amount(_definition: RecordDefinition, of: FieldDefinition, unit: int) -> Reader:
    if of.name in _OWN_UNIT:
        return amount(places=6)
    return amount(unit=unit, signed=of.name in _SIGNED)


_PLAIN: Final[Mapping[str, Callable[[RecordDefinition, FieldDefinition, int], Reader]]] = {
    "[String!]": lambda _definition, _of, _unit: listed(),
    "Date": lambda _definition, of, _unit: _remembering(day(endless=of.name.endswith(_ENDLESS))),
    "Decimal": _amount,
    "Int": lambda _definition, of, _unit: number(1900, 2200) if of.name.endswith(_YEARS) else number(),
}
"""How plain types are read."""

COMMON: Final[Mapping[str, Reader]] = {
    "action": word(Action, {"I": "UPSERT", "U": "UPSERT", "D": "REVOKE", "新增": "UPSERT", "更新": "UPSERT"}),
    "sourceUpdatedAt": instant,
    "correctionReason": text(LONGEST_KEY),
    "terminatedOn": day(),
    "publicityUntil": day(endless=True),
    "recordTier": word(Tier, {str(tier.value): tier.name for tier in Tier}),
    "sealed": flag,
    "statement": text(LONGEST_TEXT),
    "sourceId": text(LONGEST_KEY),
}
"""How the columns are read that any row may have."""


class Part(enum.Enum):
    """To what part of a row a column belongs."""

    FIELD = "the record's own values"
    NUMBER = "a number of a document in it, read when the document's type is known"
    SHARED = "what any row may have"
    SUBJECT = "whom it is about, read last"


class Step(NamedTuple):
    """One column of a row: under which name it came, what it gives, how it is read (a subject's columns later)."""

    written: str
    name: str
    part: Part
    read: Reader | None
    again: bool
    """Whether an earlier column gives the same."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the rows with one set of columns are read, and the columns that the catalogue has not.

    Each step comes with what is asked of it for every row: its names, how a value of the record is read (None for all
    other parts), and whether an earlier column gives the same.
    """

    steps: tuple[tuple[str, str, Reader | None, bool, Step], ...]
    undeclared: tuple[str, ...]


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
    ``consent`` those that of an individual need consent (R9.5); ``wanted`` and ``key`` those that may not be missing.
    """

    definition: RecordDefinition
    readers: Mapping[tuple[str, int], Reader]
    numbers: Mapping[str, str | None]
    texts: Mapping[str, bool]
    consent: tuple[str, ...]
    wanted: frozenset[str]
    key: frozenset[str]
    checks: Checks
    _plans: dict[tuple[str, ...], Plan] = field(default_factory=dict)

    def plan(self, columns: tuple[str, ...]) -> Plan:
        """Give how rows with these columns are read; remembered where the catalogue has them all."""
        known = self._plans.get(columns)
        if known is not None:
            return known
        steps, undeclared = self._steps(columns)
        plan = Plan(
            tuple(
                (step.written, step.name, step.read if step.part is Part.FIELD else None, step.again, step)
                for step in steps
            ),
            tuple(undeclared),
        )
        if not undeclared and len(columns) <= _MOST_PLANNED:
            if len(self._plans) >= _PLANS:
                self._plans.clear()
            self._plans[columns] = plan
        return plan

    def _steps(self, columns: tuple[str, ...]) -> tuple[list[Step], list[str]]:
        steps: list[Step] = []
        undeclared: list[str] = []
        seen: set[str] = set()
        not_kept = NOT_KEPT.get(self.definition.name, frozenset())
        for written in columns:
            column = field_named(self.definition, written)
            if column is not None:
                part, read = self._part(column.name, column.unit)
                steps.append(Step(written, column.name, part, read, column.name in seen))
                seen.add(column.name)
            elif written not in not_kept:
                undeclared.append(written)
        return steps, undeclared

    def _part(self, name: str, unit: int) -> tuple[Part, Reader | None]:
        if name in self.numbers:
            return Part.NUMBER, None
        if name in self.definition.fields:
            return Part.FIELD, self.readers[name, unit]
        return (Part.SHARED, COMMON[name]) if name in COMMON_COLUMNS else (Part.SUBJECT, None)


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
        (each.name, unit): _reader(definition, each, unit)
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
    return CompiledRecord(
        definition,
        readers,
        numbers,
        texts={each.name: _is_free(definition, each) for each in fields if each.type in {"String", "[String!]"}},
        consent=tuple(each.name for each in fields if each.prohibited and each.prohibited.rule == CONSENT),
        wanted=frozenset(each.name for each in fields if each.required) | frozenset(definition.key),
        key=frozenset(definition.key),
        checks=checks_of(definition),
    )


def _type_names(number: str) -> tuple[str, ...]:
    """Give the names that the field with a document's type may have: counterpartyId has counterpartyIdType."""
    return (f"{number}Type", number.removesuffix("Number") + "Type", "idType")


def _is_free(definition: RecordDefinition, of: FieldDefinition) -> bool:
    return of.name not in definition.key and of.personal is None and _NOT_FREE.search(of.name) is None
