"""How names and numbers of persons are masked in public output (Art. 17)."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from schema.definition import Mask
from schema.identifiers import (
    check_organization_code,
    check_registration_number,
    check_unified_social_credit_code,
)
from schema.identity import born_on, resident_check
from schema.regions import is_known
from schema.terms import SubjectKind

__all__ = ["SHORTEST", "mask", "mask_code", "mask_identity_number", "mask_name", "mask_phone", "mask_text"]


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


_LENGTH = 18
_OLD_LENGTH = 15
SHORTEST = _OLD_LENGTH
"""Characters of a text at least that can hold a number: what is shorter need not be looked at."""
_X = "XxＸｘХхΧχⅩⅹ"
"""The check character X, as it is and as it is mistaken for: full-width, Cyrillic, Greek, the Roman numeral."""
_BETWEEN = " \u00a0\u3000\\-\u2010\u2011\u2013\uff0d"
_AROUND = rf"[\s{_BETWEEN}\u2012\u2014\u2015\u2212_./／．·•,，、:：;；()（）\[\]【】'\"*\u200b-\u200f\u2060\ufeff]"
_RUN = re.compile(rf"\d(?:{_AROUND}{{0,3}}[\d{_X}]){{{_OLD_LENGTH - 1},}}")
"""Digits of any script and X, at least as many as a number has, with a few blanks or signs between them."""
_WITHOUT_LETTERS = re.compile(rf"[\W\d_{_X}]{{{_OLD_LENGTH}}}")
"""What a run is besides, found four times as fast: most texts have a letter between any two numbers."""
_PLAUSIBLE = re.compile(
    r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9X]",
    re.ASCII,
)
_PLAUSIBLE_OLD = re.compile(r"[1-8]\d{5}(?:2[7-9]|[3-9]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}", re.ASCII)
"""Fifteen digits as they were given until 1999: two of the year, which is of somebody not yet a hundred years old."""
_OLD_PARTS = frozenset({6, 12})


def mask_text(text: str) -> str:
    """Mask what reads like a resident identity number in a text, since judgments name third persons (Art. 17).

    Of a number that stands alone the check character is not asked: a mistyped one gives a person away as well, unless
    it is a legal person's credit code, which has a check character of its own. Within a longer run of digits, or with
    more than a blank or hyphen between its digits, it is what tells a number from the digits around it. A number of
    fifteen digits has none: it is masked where it stands alone, and has a province and a birthday. A code that is good
    as a person's number and as a legal person's is masked: only `mask_code` knows that no person is meant.

    >>> mask_text("被告李某(410199199003070018)应付"), mask_text("证号410199 19900307 0018")
    ('被告李某(4101************18)应付', '证号4101** ******** **18')
    >>> mask_text("旧证号410199900307001"), mask_text("向12410000415800001X支付")
    ('旧证号4101*********01', '向12410000415800001X支付')
    """
    return _RUN.sub(_masked_run, text) if _WITHOUT_LETTERS.search(text) else text


def mask_code(code: str) -> str:
    """Mask a person's number that stands where a legal person's code should (Art. 17).

    Agencies enter the number of who runs a business as its credit code or taxpayer number. A code that is good as a
    credit code, a registration number, or a taxpayer number of region and organisation code is a legal person's, even
    where it reads like a number of fifteen digits; one that is good as a resident identity number is not.

    >>> mask_code("410199199003070018"), mask_code("91410199DEM0000145"), mask_code("310115600985533")
    ('4101************18', '91410199DEM0000145', '310115600985533')
    """
    return code if len(code) == _OLD_LENGTH and _is_old_code(code) else mask_text(code)


def _is_old_code(code: str) -> bool:
    """Say whether fifteen characters are a registration number, or a region and an organisation code."""
    return check_registration_number(code).valid or check_organization_code(code[6:]).valid


def _masked_run(found: re.Match[str]) -> str:
    """Mask each number in a run; of numbers that overlap, a character that one of them hides is hidden."""
    run = found[0]
    if run.isascii() and run.isalnum():
        places: Sequence[int] = range(len(run))
        code = run.upper()
    else:
        places = [place for place, character in enumerate(run) if character.isdecimal() or character in _X]
        code = "".join("X" if run[place] in _X else str(int(run[place])) for place in places)
    numbers = list(_numbers(code, run, places))
    masked = list(run) if numbers else []
    for start, length in numbers:
        for offset, character in enumerate(mask_identity_number(code[start : start + length])):
            if character == "*":
                masked[places[start + offset]] = character
    return "".join(masked) or run


def _numbers(code: str, run: str, places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give where in *code* identity numbers begin and how long they are; *places* is where it stood in the *run*."""
    for start in range(len(code) - _OLD_LENGTH + 1):
        if _PLAUSIBLE.match(code, start) and _is_number(code, run, places, start):
            yield start, _LENGTH
        elif _PLAUSIBLE_OLD.match(code, start) and _is_old_number(code, places, start):
            yield start, _OLD_LENGTH


def _is_number(code: str, run: str, places: Sequence[int], start: int) -> bool:
    """Say whether eighteen characters are a person's: by their check character, or by how they stand."""
    number = code[start : start + _LENGTH]
    if number[-1] == resident_check(number) and born_on(number):
        return True
    if not _stands_alone(code, places, start, _LENGTH):
        return False
    gaps = [run[left + 1 : right] for left, right in pairwise(places[start : start + _LENGTH])]
    if any(gap and _PLAIN_GAP.fullmatch(gap) is None for gap in gaps):
        return False
    return not check_unified_social_credit_code(number).valid


_PLAIN_GAP = re.compile(f"[{_BETWEEN}]")


def _is_old_number(code: str, places: Sequence[int], start: int) -> bool:
    """Say whether fifteen digits are a person's: standing alone, whole or in their three parts."""
    if not (is_known(code[start : start + 2] + "0000") and _stands_alone(code, places, start, _OLD_LENGTH)):
        return False
    if born_on(f"{code[start : start + 6]}19{code[start + 6 : start + 12]}") is None:
        return False
    steps = [right - left for left, right in pairwise(places[start : start + _OLD_LENGTH])]
    return all(step == 1 or (step == 2 and n in _OLD_PARTS) for n, step in enumerate(steps, 1))  # noqa: PLR2004 (one sign)


def _stands_alone(code: str, places: Sequence[int], start: int, length: int) -> bool:
    """Say whether a number begins and ends where the run does, or at a blank or sign, or begins after an X."""
    end = start + length
    begins = start == 0 or places[start] - places[start - 1] > 1 or code[start - 1] == "X"
    return begins and (end == len(code) or places[end] - places[end - 1] > 1)
