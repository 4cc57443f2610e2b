"""The identity numbers of individuals, checked (Art. 8(1)): a resident's by GB 11643-1999, others for being there.

No clock is asked: the day comes in. Source: GB 11643-1999.
"""

import re
from dataclasses import replace
from datetime import date
from operator import mul

from schema.checked import ALPHANUMERIC, DIGITS, Checked, Fault, canonical, consists_of
from schema.regions import RESIDENCE_PERMITS, is_known, known_since

__all__ = [
    "born_on",
    "check_id_document_number",
    "check_resident_identity_number",
    "document_key",
    "resident_check",
    "sex",
    "unreadable",
]

LENGTH = 18
_OLD_LENGTH = 15
_RESIDENT_WEIGHTS = tuple(pow(2, 17 - position, 11) for position in range(17))
_RESIDENT_CHECKS = "10X98765432"
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?E\+?\d+$")
_OLDEST = 150


def check_resident_identity_number(text: str, *, on: date, legacy: bool = False) -> Checked:
    """Check a resident identity number as of a day (Art. 8(1)).

    A number of 15 digits is wrong; *legacy* upgrades it and calls it odd. Unknown regions are odd, never wrong.

    >>> check_resident_identity_number("41019919790630009x", on=date(2026, 1, 1)).canonical
    '41019919790630009X'
    """
    found = canonical(text)
    code = found.canonical
    if found.errors:
        return found
    if len(code) == _OLD_LENGTH and consists_of(code, DIGITS):
        upgraded = replace(found, canonical=_upgraded(code))
        return _resident(upgraded.odd(Fault.LENGTH_15), on) if legacy else upgraded.wrong(Fault.LENGTH_15)
    fault = unreadable(code)
    return _resident(found, on) if fault is None else found.wrong(fault)


def unreadable(code: str) -> Fault | None:
    """Say what keeps a canonical text from being a number of 18 characters at all, before its check character."""
    if _SCIENTIFIC.match(code):
        return Fault.EXCEL_SCIENTIFIC
    if not code.isascii() and any(character.isdigit() and character not in DIGITS for character in code):
        return Fault.NON_ASCII_DIGITS
    if len(code) != LENGTH:
        return Fault.LENGTH
    if not (consists_of(code[:17], DIGITS) and code[17] in DIGITS + "X"):
        return Fault.ALPHABET
    return None


def _resident(found: Checked, on: date) -> Checked:
    code = found.canonical
    if code[17] != resident_check(code):
        return found.wrong(_how_it_was_lost(code))
    birth = born_on(code)
    if birth is None or birth > on or on.year - birth.year > _OLDEST:
        return found.wrong(Fault.BIRTH_DATE)
    return found.odd(*_region_warnings(code[:6], birth))


def resident_check(code: str) -> str:
    """Give the check character of a number's first 17 digits."""
    total = sum(map(mul, map(int, code[:17]), _RESIDENT_WEIGHTS))
    return _RESIDENT_CHECKS[total % 11]


def _how_it_was_lost(code: str) -> Fault:
    """Tell a spreadsheet's damage from a typing error: both fail the check."""
    if code.endswith("000"):
        return Fault.EXCEL_TRUNCATION
    if code.isdigit() and int(float(code)) == int(code):
        return Fault.FLOAT_ROUNDING
    return Fault.CHECKSUM


def _region_warnings(region: str, birth: date) -> tuple[Fault, ...]:
    if region in RESIDENCE_PERMITS:
        return (Fault.HMT_RESIDENT,)
    if not is_known(region):
        return (Fault.REGION_UNKNOWN,)
    since = known_since(region)
    return (Fault.REGION_PERIOD,) if since is not None and birth.year < since else ()


def _upgraded(code: str) -> str:
    body = f"{code[:6]}19{code[6:]}"
    return body + resident_check(body)


def born_on(resident_identity_number: str) -> date | None:
    """Give the birth date in a canonical resident identity number, or None where it is no date."""
    try:
        return date.fromisoformat(resident_identity_number[6:14])
    except ValueError:
        return None


def sex(resident_identity_number: str) -> str:
    """Give what position 17 says: M or F."""
    return "M" if int(resident_identity_number[16]) % 2 else "F"


def document_key(id_type: str | None) -> str:
    """Give the kind by which a document's number is keyed: ``rid`` for a resident's, else its own (AMB-38).

    >>> document_key("RESIDENT_ID"), document_key("PASSPORT")
    ('rid', 'passport')
    """
    return "rid" if id_type in (None, "RESIDENT_ID") else str(id_type).lower()


def check_id_document_number(text: str, *, on: date, resident: bool = True) -> Checked:
    """Check the number of an identity document: a resident's by its standard, another's for being there at all."""
    if resident:
        return check_resident_identity_number(text, on=on)
    found = canonical(text)
    return found if found.errors or consists_of(found.canonical, ALPHANUMERIC) else found.wrong(Fault.ALPHABET)
