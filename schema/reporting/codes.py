"""Codes of subjects and regions in a row: canonical, or the first thing that is wrong with them (R7.3, R12.8)."""

from collections.abc import Callable, Mapping
from typing import Final

from schema.checked import DIGITS, Checked, Fault, consists_of
from schema.identifiers import (
    check_organization_code,
    check_registration_number,
    check_taxpayer_number,
    check_unified_social_credit_code,
)
from schema.reporting.problems import RowCode
from schema.reporting.spelling import folded
from schema.reporting.texts import LONGEST_KEY, Reader, Unreadable, plain_text

__all__ = [
    "checked_code",
    "either_code",
    "organization_code",
    "region",
    "registration_number",
    "taxpayer_number",
    "unified_social_credit_code",
]


def checked_code(check: Callable[[str], Checked]) -> Reader:
    """Read a code by its check: canonical, or the first thing that is wrong with it."""

    def read(value: object) -> str | None:
        found = plain_text(value)
        if found is None:
            return None
        if len(found) > LONGEST_KEY:
            raise Unreadable(Fault.LENGTH, "the length is wrong", Fault.LENGTH.chinese)
        result = check(found)
        if result.errors:
            raise faulty(result.errors[0])
        return result.canonical

    return read


def faulty(fault: Fault) -> Unreadable:
    """Give the refusal of a code by its fault."""
    said = _FAULTS.get(fault, "this is no such code")
    return Unreadable(fault, said, fault.chinese)


_FAULTS: Final[Mapping[Fault, str]] = {
    Fault.EMPTY: "it is empty",
    Fault.LENGTH: "the length is wrong",
    Fault.LENGTH_15: "an old number of 15 digits: send the one of 18",
    Fault.ALPHABET: "it has characters that such a code never has",
    Fault.NON_ASCII_DIGITS: "it has digits of another script",
    Fault.CHECKSUM: "the check character does not fit",
    Fault.INNER_ORG_CHECK: "the check character of characters 9 to 17 does not fit",
    Fault.REGION_FORMAT: "characters 3 to 8 are digits",
    Fault.BIRTH_DATE: "the birth date is none",
    Fault.EXCEL_TRUNCATION: "a spreadsheet has made its last digits 0: use a text cell",
    Fault.EXCEL_SCIENTIFIC: "a spreadsheet has turned it into a number: use a text cell",
    Fault.FLOAT_ROUNDING: "it was read as a number and lost its last digits: use a text cell",
}


def either_code(value: object) -> str | None:
    """Read an organisation code in any of its three spellings: nine characters, eight and one, or eighteen.

    >>> either_code("10774368-0"), either_code("91410199dem0000145")
    ('107743680', '91410199DEM0000145')
    """
    found = plain_text(value)
    if found is None:
        return None
    long = check_unified_social_credit_code(found, legacy=True)
    result = check_organization_code(found) if Fault.LENGTH in long.errors else long
    if result.errors:
        raise faulty(result.errors[0])
    return result.canonical


unified_social_credit_code: Final = checked_code(lambda found: check_unified_social_credit_code(found, legacy=True))
organization_code: Final = checked_code(check_organization_code)
registration_number: Final = checked_code(check_registration_number)
taxpayer_number: Final = checked_code(check_taxpayer_number)


def region(value: object) -> str | None:
    """Read a region code: six digits, and nothing more is asked of it (GB/T 2260)."""
    found = plain_text(value)
    if found is None:
        return None
    code = folded(found)
    if len(code) != 6 or not consists_of(code, DIGITS):  # noqa: PLR2004  # GB/T 2260
        raise Unreadable(RowCode.FORMAT, "a region code is six digits", "行政区划代码为6位数字")
    return code
