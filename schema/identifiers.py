"""The codes by which subjects are known, checked and in canonical form (Art. 7(1), 8(1)).

Each check gives a :class:`Checked`: the canonical value, what is wrong with it, and what is only odd. A code is
compared, stored and shown in canonical form alone.

Source: GB 32100-2015, GB 11714-1997, GS 15-2006 (ISO 7064 MOD 11,10), GB 11643-1999.
"""

from operator import mul

from schema.checked import ALPHANUMERIC, DIGITS, Checked, Fault, canonical, consists_of
from schema.identity import (
    born_on,
    check_id_document_number,
    check_resident_identity_number,
    resident_check,
    sex,
    unreadable,
)
from schema.regions import is_known
from schema.scalars import OrganizationCode

__all__ = [
    "Checked",
    "Fault",
    "born_on",
    "check_id_document_number",
    "check_organization_code",
    "check_registration_number",
    "check_resident_identity_number",
    "check_taxpayer_number",
    "check_unified_social_credit_code",
    "hyphenated",
    "organization_code_of",
    "registration_check",
    "sex",
]

# --- unified social credit code, GB 32100

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_LENGTH = 18
_USCC_WEIGHTS = tuple(pow(3, position, 31) for position in range(17))
_USCC_VALUES = {character: value for value, character in enumerate(_USCC)}
_DEPARTMENTS = "123456789ANY"


def check_unified_social_credit_code(text: str, *, legacy: bool = False) -> Checked:
    """Check a unified social credit code (Art. 7(1)).

    *legacy* is for what agencies have held for long: there a wrong inner organisation code is odd, not wrong.

    >>> check_unified_social_credit_code(" 91 410199 dem0000145").canonical
    '91410199DEM0000145'
    >>> check_unified_social_credit_code("91410199DEM0000140").errors[0].value
    'CHECKSUM'
    """
    found = canonical(text)
    code = found.canonical
    fault = None if found.errors else _uscc_fault(code)
    if found.errors or fault is not None:
        return found if fault is None else found.wrong(fault)
    if code[0] not in _DEPARTMENTS:
        found = found.odd(Fault.DEPARTMENT_UNKNOWN)
    if not is_known(code[2:8]):
        found = found.odd(Fault.REGION_UNKNOWN)
    if code[16] == _organization_check(code[8:16]):
        return found
    return found.odd(Fault.INNER_ORG_CHECK) if legacy else found.wrong(Fault.INNER_ORG_CHECK)


def _uscc_fault(code: str) -> Fault | None:
    if len(code) != _USCC_LENGTH:
        return Fault.LENGTH
    if not consists_of(code, _USCC):
        return Fault.ALPHABET
    if not consists_of(code[2:8], DIGITS):
        return Fault.REGION_FORMAT
    return None if code[17] == _uscc_check(code) else Fault.CHECKSUM


def _uscc_check(code: str) -> str:
    total = sum(map(mul, [_USCC_VALUES[character] for character in code[:17]], _USCC_WEIGHTS))
    return _USCC[(31 - total % 31) % 31]


# --- organisation code, GB 11714

_ORGANIZATION_LENGTH = 9
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ALPHANUMERIC_VALUES = {character: value for value, character in enumerate(ALPHANUMERIC)}


def check_organization_code(text: str) -> Checked:
    """Check an organisation code, written with or without hyphen (Art. 7(1)).

    >>> check_organization_code("10774368-0")
    Checked(canonical='107743680', errors=(), warnings=())
    """
    found = canonical(text)
    code = found.canonical
    if found.errors:
        return found
    if len(code) != _ORGANIZATION_LENGTH:
        return found.wrong(Fault.LENGTH)
    if not consists_of(code, ALPHANUMERIC):
        return found.wrong(Fault.ALPHABET)
    return found if code[8] == _organization_check(code[:8]) else found.wrong(Fault.CHECKSUM)


def _organization_check(body: str) -> str:
    total = sum(map(mul, [_ALPHANUMERIC_VALUES[character] for character in body], _ORGANIZATION_WEIGHTS))
    return "0123456789X0"[11 - total % 11]


def organization_code_of(unified_social_credit_code: str) -> OrganizationCode:
    """Give the organisation code inside a canonical unified social credit code.

    >>> organization_code_of("91410199DEM0000145")
    'DEM000014'
    """
    return OrganizationCode(unified_social_credit_code[8:17])


def hyphenated(organization_code: str) -> str:
    """Write a canonical organisation code as older papers do: eight characters, a hyphen, the check character.

    >>> hyphenated("DEM000014")
    'DEM00001-4'
    """
    return f"{organization_code[:8]}-{organization_code[8:]}"


# --- registration number, GS 15

_REGISTRATION_LENGTH = 15


def check_registration_number(text: str) -> Checked:
    """Check a 15-digit registration number (Art. 7(1)); older ones, of 13 digits or in words, are not of this kind.

    >>> check_registration_number("310115600985533").valid
    True
    """
    found = canonical(text)
    code = found.canonical
    if found.errors:
        return found
    if len(code) != _REGISTRATION_LENGTH:
        return found.wrong(Fault.LENGTH)
    if not consists_of(code, DIGITS):
        return found.wrong(Fault.ALPHABET)
    return found if code[14] == registration_check(code[:14]) else found.wrong(Fault.CHECKSUM)


def registration_check(body: str) -> str:
    """Give the check digit of a registration number's first 14 digits (ISO 7064 MOD 11,10)."""
    product = 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


# --- taxpayer number

_TAXPAYER_LENGTHS = range(15, 21)


def check_taxpayer_number(text: str) -> Checked:
    """Check a taxpayer number (Art. 7(1)): since 2015 the unified social credit code; older ones are odd, not wrong.

    >>> [fault.value for fault in check_taxpayer_number("410199DEM000014").warnings]
    ['LEGACY']
    """
    found = canonical(text)
    code = found.canonical
    if found.errors:
        return found
    if len(code) not in _TAXPAYER_LENGTHS:
        return found.wrong(Fault.LENGTH)
    if not consists_of(code, ALPHANUMERIC):
        return found.wrong(Fault.ALPHABET)
    if len(code) == _USCC_LENGTH and not _is_resident(code):
        return check_unified_social_credit_code(text, legacy=True)
    return found.odd(Fault.LEGACY)


def _is_resident(code: str) -> bool:
    """Whether 18 characters are a person's number, as old taxpayer numbers of individual businesses were."""
    return unreadable(code) is None and code[17] == resident_check(code) and born_on(code) is not None
