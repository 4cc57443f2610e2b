"""How names and numbers of persons are masked in public output (Art. 17)."""

import re

from schema.definition import Mask
from schema.terms import SubjectKind

__all__ = ["mask", "mask_identity_number", "mask_name", "mask_phone", "mask_text"]


def mask(kind: Mask, value: str, subject_kind: SubjectKind | str) -> str:
    """Mask a value by the catalogue's word for it; the name of a legal person is not a secret.

    >>> mask(Mask.NAME_IF_INDIVIDUAL, "王小明", "INDIVIDUAL"), mask(Mask.NAME_IF_INDIVIDUAL, "某公司", "LEGAL_PERSON")
    ('王**', '某公司')
    """
    if kind is Mask.ID:
        return mask_identity_number(value)
    if kind is Mask.NAME_IF_INDIVIDUAL and subject_kind == SubjectKind.LEGAL_PERSON:
        return value
    return mask_name(value)


def mask_name(name: str) -> str:
    """Keep a name's first character; of a name of one character, none.

    >>> mask_name("欧阳若兰")
    '欧***'
    """
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def mask_identity_number(number: str) -> str:
    """Keep the first four and the last two characters; of a number so short that this shows most of it, none.

    >>> mask_identity_number("410199199003070018")
    '4101************18'
    """
    return _kept(number, 4, 2)


def mask_phone(number: str) -> str:
    """Keep the first three and the last four digits.

    >>> mask_phone("13800000000")
    '138****0000'
    """
    return _kept(number, 3, 4)


def _kept(text: str, first: int, last: int) -> str:
    hidden = len(text) - first - last
    return text[:first] + "*" * hidden + text[-last:] if hidden >= (first + last) // 2 else "*" * len(text)


_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])",
    re.ASCII,
)


def mask_text(text: str) -> str:
    """Mask what reads like a resident identity number in a free text, since judgments name third persons (Art. 17).

    The check character is not asked for: a mistyped number gives a person away as well.

    >>> mask_text("被告李某(410199199003070018)应付")
    '被告李某(4101************18)应付'
    """
    return _NUMBER.sub(lambda found: mask_identity_number(found[0]), text)
