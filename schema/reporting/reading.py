"""One row read against its record type: a `Reported`, or every problem of it at once (Art. 7 to 9, 11, 12).

Pure: the day comes in. What needs the register, an agency's competence or earlier versions is for who submits.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from schema.definition import FieldDefinition, RecordDefinition
from schema.records.enums import IdDocumentType
from schema.reporting import codes
from schema.reporting.days import day, instant
from schema.reporting.names import NOT_KEPT, Column, field_named
from schema.reporting.numbers import amount, number
from schema.reporting.problems import RowCode, RowProblem, shown_name
from schema.reporting.reported import PersonNamed, Reported
from schema.reporting.row import COMMON_COLUMNS, Action, Row
from schema.reporting.spelling import is_nothing
from schema.reporting.subject import SubjectNamed, read_id_number, subject_of
from schema.reporting.texts import LONGEST_KEY, LONGEST_TEXT, Reader, Unreadable, digest_of, text
from schema.reporting.words import flag, listed, word, words
from schema.tiers import Tier

__all__ = ["MOST_COLUMNS", "read_row"]

MOST_COLUMNS: Final = 200
"""Columns that a row may have: no record type has a quarter of them."""

PLATFORM_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "personKey": ("personIdNumber", "idNumber"),
    "officerKey": ("officerIdNumber",),
    "restrictedPersonKey": (),
}
"""Keys of persons that the platform makes, with the fields that have the person's number."""
CONTENT_DIGEST: Final = "contentDigest"
"""The digest of a text, where it is part of a key (AMB-37): the platform's to make."""


def read_row(definition: RecordDefinition, row: Row, *, today: date) -> Reported | list[RowProblem]:
    """Read a row: what it reports, or all that keeps it from being taken in (R11.1)."""
    return _Reading(_compiled(definition), row, today).result()


# --- how a record type's fields are read, compiled once

_SIGNED: Final = frozenset({"totalProfit"})
"""Sums that may be below nothing."""
_OWN_UNIT: Final = frozenset({"registeredCapital", "score"})
"""Decimals that are not in yuan."""
_ENDLESS: Final = ("To", "Until")
"""How the names of days end that may stand for no end (长期)."""
_YEARS: Final = "Year"

_SCALARS: Final[Mapping[str, Reader]] = {
    "UnifiedSocialCreditCode": codes.unified_social_credit_code,
    "OrganizationCode": codes.organization_code,
    "RegistrationNumber": codes.registration_number,
    "RegionCode": codes.region,
    "Boolean": flag,
}
_NAMED: Final[Mapping[str, Reader]] = {
    "taxpayerNumber": codes.taxpayer_number,
    "debtorCode": codes.either_code,
}
_SPELT: Final[Mapping[str, Mapping[str, str]]] = {
    "licenceStatus": {"1": "VALID", "2": "INVALID"},
    "legalRepresentativeIdType": {"居民身份证": "RESIDENT_ID", "护照": "PASSPORT"},
    "counterpartyIdType": {"居民身份证": "RESIDENT_ID", "护照": "PASSPORT"},
}
"""Further spellings of some words in the double-publicity standard."""


def _reader(definition: RecordDefinition, field: FieldDefinition, unit: int) -> Reader:
    reader = _NAMED.get(field.name) or _SCALARS.get(field.type)
    if reader is not None:
        return reader
    if field.enum is not None:
        return words(field.enum) if field.is_list else word(field.enum, _SPELT.get(field.name))
    return _PLAIN.get(field.type, _text)(definition, field, unit)


def _text(definition: RecordDefinition, field: FieldDefinition, _unit: int) -> Reader:
    return text(LONGEST_KEY if field.name in definition.key else LONGEST_TEXT)


def _amount(_definition: RecordDefinition, field: FieldDefinition, unit: int) -> Reader:
    if field.name in _OWN_UNIT:
        return amount(places=6)
    return amount(unit=unit, signed=field.name in _SIGNED)


_PLAIN: Final[Mapping[str, Callable[[RecordDefinition, FieldDefinition, int], Reader]]] = {
    "[String!]": lambda _definition, _field, _unit: listed(),
    "Date": lambda _definition, field, _unit: day(endless=field.name.endswith(_ENDLESS)),
    "Decimal": _amount,
    "Int": lambda _definition, field, _unit: number(1900, 2200) if field.name.endswith(_YEARS) else number(),
}
"""How plain types are read."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A record type's readers by field and unit."""

    definition: RecordDefinition
    readers: Mapping[tuple[str, int], Reader]
    numbers: Mapping[str, str | None]
    """The fields with numbers of identity documents, each with the field that has the document's type."""


@functools.lru_cache(maxsize=256)
def _compiled(definition: RecordDefinition) -> _Compiled:
    fields = definition.fields.values()
    readers = {
        (field.name, unit): _reader(definition, field, unit)
        for field in fields
        for unit in (1, 10_000)
        if unit == 1 or field.type == "Decimal"
    }
    types = {field.name for field in fields if field.enum is IdDocumentType}
    numbers = {
        field.name: next((name for name in _type_names(field.name) if name in types), None)
        for field in fields
        if field.type == "IdDocumentNumber"
    }
    return _Compiled(definition, readers, numbers)


def _type_names(number: str) -> tuple[str, ...]:
    """Give the names that the field with a document's type may have: counterpartyId has counterpartyIdType."""
    return (f"{number}Type", number.removesuffix("Number") + "Type", "idType")


_COMMON: Final[Mapping[str, Reader]] = {
    "action": word(Action, {"I": "UPSERT", "U": "UPSERT", "D": "REVOKE", "新增": "UPSERT", "更新": "UPSERT"}),
    "sourceUpdatedAt": instant,
    "correctionReason": text(LONGEST_KEY),
    "terminatedOn": day(),
    "publicityUntil": day(endless=True),
    "recordTier": word(Tier, {str(tier.value): tier.name for tier in Tier}),
    "sealed": flag,
    "statement": text(LONGEST_TEXT),
}


class _Reading:
    """One row being read: what is known of it so far, and what is wrong."""

    def __init__(self, compiled: _Compiled, row: Row, today: date) -> None:
        self._compiled = compiled
        self._definition = compiled.definition
        self._row = row
        self._today = today
        self._problems: list[RowProblem] = []
        self._warnings: list[RowProblem] = []
        self._values: dict[str, Any] = {}
        self._common: dict[str, Any] = {}
        self._subject: dict[str, object] = {}
        self._faulty: set[str] = set()

    def result(self) -> Reported | list[RowProblem]:
        """Read the columns, then what they say together."""
        self._columns()
        action = Action[self._common.get("action") or Action.UPSERT]
        self._numbers()
        person = self._person()
        self._digest()
        self._complete(action, person)
        subject = self._whom()
        if self._problems or subject is None:
            return self._problems
        return self._reported(action, subject, person)

    # --- columns

    def _columns(self) -> None:
        definition = self._definition
        if len(self._row.values) > MOST_COLUMNS:
            self._wrong(
                None, Unreadable(RowCode.TOO_MANY_COLUMNS, f"at most {MOST_COLUMNS} columns", f"最多 {MOST_COLUMNS} 列")
            )
            return
        not_kept = NOT_KEPT.get(definition.name, frozenset())
        for written, value in self._row.values.items():
            column = field_named(definition, written)
            if column is not None:
                self._read(column, value)
            elif written not in not_kept:
                self._unknown(written)

    def _read(self, column: Column, value: object) -> None:
        name = column.name
        if name in self._definition.fields:
            if name not in self._compiled.numbers:
                self._keep(name, value, self._compiled.readers[name, column.unit])
                return
            self._values[name] = value  # read when the document's type is known
        elif name in COMMON_COLUMNS:
            self._taken(self._common, name, value, _COMMON[name])
        elif not (value is None or (isinstance(value, str) and is_nothing(value))):
            self._subject[name] = value

    def _keep(self, name: str, value: object, reader: Reader) -> None:
        earlier = self._values.get(name)
        if earlier is None or not isinstance(earlier, list):
            if earlier is not None and value is not None:
                self._twice(name)
                return
            self._taken(self._values, name, value, reader)
            return
        further: dict[str, Any] = {}
        self._taken(further, name, value, reader)
        self._values[name] = list(dict.fromkeys([*earlier, *(further.get(name) or [])]))

    def _taken(self, into: dict[str, Any], name: str, value: object, reader: Reader) -> None:
        try:
            into[name] = reader(value)
        except Unreadable as wrong:
            self._wrong(name, wrong)

    def _twice(self, name: str) -> None:
        self._wrong(
            name,
            Unreadable(
                RowCode.DUPLICATE_COLUMN, "two columns give this field: keep one", "同一字段由两列给出: 请保留一列"
            ),
        )

    def _unknown(self, written: str) -> None:
        shown = shown_name(written)
        said = Unreadable(
            RowCode.UNKNOWN_COLUMN,
            f"the catalogue has no column {shown!r} in {self._definition.name}: remove it",
            f"目录中{self._definition.chinese}没有“{shown}”列: 请删除",
        )
        self._wrong(shown, said, article="26")

    def _wrong(self, column: str | None, wrong: Unreadable, *, article: str | None = None) -> None:
        if column is not None:
            self._faulty.add(column)
        self._problems.append(RowProblem(self._row.number, column, str(wrong.code), wrong.said, article))

    # --- what columns say together

    def _numbers(self) -> None:
        """Read numbers of identity documents by their types."""
        for name, type_field in self._compiled.numbers.items():
            if name in self._values:
                given = self._values.pop(name)
                said = self._values.get(type_field) if type_field else None
                id_type = IdDocumentType[said] if said else IdDocumentType.RESIDENT_ID
                self._taken(self._values, name, given, read_id_number(self._today, id_type))

    def _person(self) -> PersonNamed | None:
        """Say whose key the platform has to make, if a part of the natural key is one."""
        for name in self._definition.key:
            numbers = PLATFORM_KEYS.get(name)
            if numbers is None:
                continue
            own = self._values.pop(name, None)
            for given in numbers:
                if self._values.get(given) is not None:
                    return PersonNamed(name, self._type_of(given), self._values[given])
            return PersonNamed(name, own_number=own) if own is not None else None
        return None

    def _type_of(self, number: str) -> str:
        type_field = self._compiled.numbers.get(number)
        said = self._values.get(type_field) if type_field else None
        return str(said or IdDocumentType.RESIDENT_ID.name)

    def _digest(self) -> None:
        """Make the digest that stands for a content in its key."""
        if CONTENT_DIGEST in self._definition.fields and self._values.get("content") is not None:
            self._values[CONTENT_DIGEST] = digest_of(self._values["content"])

    def _complete(self, action: Action, person: PersonNamed | None) -> None:
        """Ask for what the provider must report, and for the whole natural key; who revokes gives the key alone."""
        made = {person.key_field} if person else set()
        for field in self._definition.fields.values():
            key = field.name in self._definition.key
            wanted = key or (field.required and action is Action.UPSERT)
            missing = self._values.get(field.name) is None and field.name not in self._faulty | made
            if wanted and missing:
                self._wrong(field.name, _missing(field, key=key))

    def _whom(self) -> SubjectNamed | None:
        found = subject_of(self._definition, self._subject, self._values, self._today)
        if isinstance(found, SubjectNamed):
            return found
        for column, wrong in found:
            self._wrong(column, wrong, article="7(1)")
        return None

    def _reported(self, action: Action, subject: SubjectNamed, person: PersonNamed | None) -> Reported:
        common = self._common
        terminated = common.get("terminatedOn") or self._values.get("terminatedOn")
        until = common.get("publicityUntil") or self._values.get("publicityUntil")
        return Reported(
            definition=self._definition,
            row=self._row.number,
            action=action,
            subject=subject,
            values={name: value for name, value in self._values.items() if value is not None},
            source_updated_at=common.get("sourceUpdatedAt"),
            terminated_on=None if terminated is None else date.fromisoformat(terminated),
            publicity_until=None if until is None else date.fromisoformat(until),
            record_tier=max(
                self._definition.tier, Tier[common["recordTier"]] if common.get("recordTier") else Tier.PUBLIC
            ),
            sealed=bool(common.get("sealed")),
            correction_reason=common.get("correctionReason"),
            statement=common.get("statement"),
            person=person,
            warnings=tuple(self._warnings),
        )


def _missing(field: FieldDefinition, *, key: bool) -> Unreadable:
    if key:
        return Unreadable(
            RowCode.KEY_INCOMPLETE,
            f"{field.name} is part of the natural key: without it no record can be told from another",
            f"“{field.chinese}”是自然键的一部分, 不得为空",
        )
    return Unreadable(RowCode.REQUIRED, f"{field.name} must be reported", f"“{field.chinese}”为必填项")
