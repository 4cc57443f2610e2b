"""How the fields of a record type are read, worked out once for each record type (Art. 26)."""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from schema.definition import FieldDefinition, RecordDefinition
from schema.records.enums import IdDocumentType
from schema.reporting import codes
from schema.reporting.days import day, instant, month
from schema.reporting.numbers import amount, number
from schema.reporting.row import Action
from schema.reporting.texts import LONGEST_KEY, LONGEST_TEXT, Reader, text
from schema.reporting.words import flag, listed, word, words
from schema.tiers import Tier

__all__ = ["COMMON", "CompiledRecord", "compiled"]

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
    "period": month,
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
class CompiledRecord:
    """A record type's readers by field and unit."""

    definition: RecordDefinition
    readers: Mapping[tuple[str, int], Reader]
    numbers: Mapping[str, str | None]
    """The fields with numbers of identity documents, each with the field that has the document's type."""
    texts: Mapping[str, bool]
    """The fields of plain text, each with whether it is free: neither a name, nor a number, nor who decided."""
    consent: tuple[str, ...]
    """The fields that of an individual need consent (R9.5)."""


@functools.lru_cache(maxsize=256)
def compiled(definition: RecordDefinition) -> CompiledRecord:
    """Give how the fields of a record type are read."""
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
    texts = {field.name: _is_free(definition, field) for field in fields if field.type in {"String", "[String!]"}}
    consent = tuple(field.name for field in fields if field.prohibited and field.prohibited.rule == CONSENT)
    return CompiledRecord(definition, readers, numbers, texts, consent)


CONSENT: Final = "CONSENT_REQUIRED"
_NOT_FREE: Final = re.compile(
    r"(?:^name|Name|Names|Number|Code|Key|Digest|Period|Authority|authority|Body|Unit|court|province|period|number|level)$"
)


def _is_free(definition: RecordDefinition, field: FieldDefinition) -> bool:
    return field.name not in definition.key and field.personal is None and _NOT_FREE.search(field.name) is None


def _type_names(number: str) -> tuple[str, ...]:
    """Give the names that the field with a document's type may have: counterpartyId has counterpartyIdType."""
    return (f"{number}Type", number.removesuffix("Number") + "Type", "idType")


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
