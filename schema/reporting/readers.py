"""How the values of each column are read, by what the catalogue says of the field (Art. 26).

Words, days and codes of authorities come again and again: what they mean is remembered, within bounds; nothing about a
person is.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from schema.definition import FieldDefinition, RecordDefinition
from schema.reporting import codes
from schema.reporting.days import day, instant, month
from schema.reporting.numbers import amount, number
from schema.reporting.row import Action
from schema.reporting.spelling import is_nothing
from schema.reporting.texts import LONGEST_KEY, LONGEST_TEXT, Reader, text
from schema.reporting.words import flag, listed, word, words
from schema.tiers import Tier

__all__ = ["COMMON", "PLAIN", "Remembered", "as_it_came", "if_anything", "plainly", "reader_of"]

_SIGNED: Final = frozenset({"totalProfit"})
"""Sums that may be below nothing."""
_OWN_UNIT: Final = frozenset({"registeredCapital", "score"})
"""Decimals that are not in yuan."""
_ENDLESS: Final = ("To", "Until")
"""How the names of days end that may stand for no end (长期)."""
_YEARS: Final = "Year"
_REMEMBERED: Final = 2_000
_LONGEST_REMEMBERED: Final = 60


PLAIN: Final[frozenset[type]] = frozenset({str, date, bool, int, float})
"""Types of which every value can be looked up."""


class Remembered(dict[object, Any]):
    """A reader that remembers what short texts and days mean, within bounds; never one that was refused.

    ``remembered[value]`` reads a value that is of a `PLAIN` type; a call, a value of any type.
    """

    def __init__(self, read: Reader) -> None:
        """Remember what *read* gives."""
        super().__init__()
        self._read = read

    def __repr__(self) -> str:
        """Tell none of the values."""
        return f"{type(self).__name__}({self._read!r})"

    def __call__(self, value: object) -> Any:  # noqa: ANN401  # as the reader gives
        """Read a value of any type."""
        return self[value] if type(value) in PLAIN else self._read(value)

    def __missing__(self, value: object) -> Any:  # noqa: ANN401  # as the reader gives
        """Read a value that is not known, and remember it."""
        found = self._read(value)
        if (type(value) is str and len(value) <= _LONGEST_REMEMBERED) or type(value) is date:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[value] = found
        return found


def plainly(read: Reader) -> Reader:
    """Give how the same reader reads what is of a `PLAIN` type: by a look at what it remembers."""
    return read.__getitem__ if isinstance(read, Remembered) else read


_SCALARS: Final[Mapping[str, Callable[[], Reader]]] = {
    "UnifiedSocialCreditCode": lambda: Remembered(codes.unified_social_credit_code),
    "OrganizationCode": lambda: codes.organization_code,
    "RegistrationNumber": lambda: codes.registration_number,
    "RegionCode": lambda: Remembered(codes.region),
    "Boolean": lambda: Remembered(flag),
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


def reader_of(definition: RecordDefinition, of: FieldDefinition, unit: int) -> Reader:
    """Give how the values of a field are read that come in *unit* yuan."""
    if of.name in _NAMED:
        return _NAMED[of.name]
    if of.type in _SCALARS:
        return _SCALARS[of.type]()
    if of.enum is not None:
        return Remembered(words(of.enum) if of.is_list else word(of.enum, _SPELT.get(of.name)))
    return _OTHERS.get(of.type, _text)(definition, of, unit)


def _text(definition: RecordDefinition, of: FieldDefinition, _unit: int) -> Reader:
    return text(LONGEST_KEY if of.name in definition.key else LONGEST_TEXT)


def _amount(_definition: RecordDefinition, of: FieldDefinition, unit: int) -> Reader:
    if of.name in _OWN_UNIT:
        return amount(places=6)
    return amount(unit=unit, signed=of.name in _SIGNED)


_OTHERS: Final[Mapping[str, Callable[[RecordDefinition, FieldDefinition, int], Reader]]] = {
    "[String!]": lambda _definition, _of, _unit: listed(),
    "Date": lambda _definition, of, _unit: Remembered(day(endless=of.name.endswith(_ENDLESS))),
    "Decimal": _amount,
    "Int": lambda _definition, of, _unit: number(1900, 2200) if of.name.endswith(_YEARS) else number(),
}
"""How other types are read; what is of none of them is a text."""

COMMON: Final[Mapping[str, Reader]] = {
    "action": Remembered(
        word(Action, {"I": "UPSERT", "U": "UPSERT", "D": "REVOKE", "新增": "UPSERT", "更新": "UPSERT"})
    ),
    "sourceUpdatedAt": instant,
    "correctionReason": text(LONGEST_KEY),
    "terminatedOn": Remembered(day()),
    "publicityUntil": Remembered(day(endless=True)),
    "recordTier": Remembered(word(Tier, {str(tier.value): tier.name for tier in Tier})),
    "sealed": Remembered(flag),
    "statement": text(LONGEST_TEXT),
    "sourceId": text(LONGEST_KEY),
}
"""How the columns are read that any row may have."""


def as_it_came(value: object) -> object:
    """Give a value that is read when more of the row is known."""
    return value


def if_anything(value: object) -> object:
    """Give a value that is read when more of the row is known, if it says anything."""
    return None if isinstance(value, str) and is_nothing(value) else value
