"""How names and numbers of persons are masked in public output (Art. 17)."""

import re
from collections.abc import Iterator, Sequence

from schema.definition import Mask
from schema.identity import born_on, resident_check
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


_LENGTH = 18
_BETWEEN = " \u00a0\u3000\\-\u2010\u2011\u2013\uff0d"
_DIGIT = "0-9０-９"
_RUN = re.compile(f"[{_DIGIT}](?:[{_BETWEEN}]?[{_DIGIT}XxＸｘ]){{{_LENGTH - 1},}}")
"""Digits and X, at least as many as a number has, with single blanks or hyphens between them."""
_ASCII = str.maketrans("０１２３４５６７８９Ｘｘx", "0123456789XXX")
_PLAUSIBLE = re.compile(
    r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9X]",
    re.ASCII,
)


def mask_text(text: str) -> str:
    """Mask what reads like a resident identity number in a free text, since judgments name third persons (Art. 17).

    Of a number that stands alone the check character is not asked: a mistyped one gives a person away as well.
    Within a longer run of digits it is what tells a number from the digits around it.

    >>> mask_text("被告李某(410199199003070018)应付"), mask_text("证号410199 19900307 0018")
    ('被告李某(4101************18)应付', '证号4101** ******** **18')
    """
    return _RUN.sub(_masked_run, text)


def _masked_run(found: re.Match[str]) -> str:
    """Mask each number in a run; of numbers that overlap, a character that one of them hides is hidden."""
    run = found[0]
    places = [place for place, character in enumerate(run) if character.isalnum()]
    code = "".join(run[place] for place in places).translate(_ASCII)
    masked = list(run)
    for start in _numbers(code, places):
        for offset, character in enumerate(mask_identity_number(code[start : start + _LENGTH])):
            if character == "*":
                masked[places[start + offset]] = character
    return "".join(masked)


def _numbers(code: str, places: Sequence[int]) -> Iterator[int]:
    """Give where in *code* identity numbers begin; *places* says where its characters stood in the text."""
    for start in range(len(code) - _LENGTH + 1):
        if _PLAUSIBLE.match(code, start):
            number = code[start : start + _LENGTH]
            if _stands_alone(code, places, start) or (born_on(number) and number[-1] == resident_check(number)):
                yield start


def _stands_alone(code: str, places: Sequence[int], start: int) -> bool:
    """Say whether a number begins and ends where the run does, or at a blank or hyphen, or begins after an X."""
    end = start + _LENGTH
    begins = start == 0 or places[start] - places[start - 1] > 1 or code[start - 1] == "X"
    return begins and (end == len(code) or places[end] - places[end - 1] > 1)
