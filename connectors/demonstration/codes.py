"""Identity codes with right check characters, for subjects that do not exist (GB 32100, GB 11714, GB 11643, GS 15).

All of them stand under region 410199, which GB/T 2260 has not assigned, and organisation codes that begin ``DEM``.
"""

from datetime import date, timedelta

__all__ = ["credit_code", "identity_number", "organization_code", "registration_number"]

REGION = "410199"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100 leaves out I, O, S, V and Z."""
_CREDIT_WEIGHTS = tuple(3**n % 31 for n in range(17))
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_WEIGHTS = tuple(2**n % 11 for n in range(17, 0, -1))
_BORN_FROM = date(1958, 1, 1)
_BIRTHDAYS = 17_000


def organization_code(number: int) -> str:
    """Give the *number*-th organisation code of the synthetic range.

    >>> organization_code(0)
    'DEM100007'
    """
    digits = ""
    for _ in range(4):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    body = f"DEM1{digits}"
    total = sum(int(character, 36) * weight for character, weight in zip(body, _ORGANIZATION_WEIGHTS, strict=True))
    return body + "0123456789X0"[(11 - total % 11)]


def credit_code(prefix: str, organization: str) -> str:
    """Give the unified social credit code of an organisation code, by its department and kind.

    >>> credit_code("91", "DEM001017")
    '91410199DEM001017M'
    """
    body = f"{prefix}{REGION}{organization}"
    total = sum(_ALPHABET.index(character) * weight for character, weight in zip(body, _CREDIT_WEIGHTS, strict=True))
    return body + _ALPHABET[-total % 31]


def registration_number(number: int) -> str:
    """Give the *number*-th registration number: fifteen digits, the last by ISO 7064 MOD 11,10.

    >>> registration_number(1001)
    '410199000010013'
    """
    body = f"{REGION}{number:08d}"
    product = 10
    for digit in body:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return f"{body}{(11 - product) % 10}"


def identity_number(number: int) -> str:
    """Give the *number*-th resident identity number of the synthetic range.

    >>> identity_number(0)
    '410199195801015007'
    """
    turn, day = divmod(number, _BIRTHDAYS)
    body = f"{REGION}{_BORN_FROM + timedelta(days=day):%Y%m%d}{500 + turn}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _IDENTITY_WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]
