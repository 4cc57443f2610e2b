"""Words of closed lists, and lists of texts, in a row: by name or by their Chinese (Art. 26)."""

import re
from collections.abc import Mapping
from typing import Final

from schema.definition import EnumClass
from schema.reporting.problems import RowCode
from schema.reporting.spelling import folded, tidy
from schema.reporting.texts import LONGEST_KEY, LONGEST_TEXT, Reader, Unreadable, plain_text, text

__all__ = ["flag", "listed", "word", "words"]

MOST_MEMBERS: Final = 100
_YES: Final = frozenset({"是", "true", "yes", "y", "1", "有"})
_NO: Final = frozenset({"否", "false", "no", "n", "0"})


def flag(value: object) -> bool | None:
    """Read a yes or no: true, 是, Y, 1 and their opposites."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in {0, 1}:
        return bool(value)
    found = plain_text(value)
    if found is None:
        return None
    written = folded(found).lower()
    if written in _YES:
        return True
    if written in _NO:
        return False
    raise Unreadable(RowCode.UNKNOWN_WORD, "yes or no is needed (是/否)", "须填写是或否")


def _spellings(named: EnumClass) -> dict[str, str]:
    meanings: dict[str, str] = {}
    for member in named:
        meanings[member.name] = member.name
        meanings[folded(str(getattr(member, "chinese", member.name)))] = member.name
    return meanings


def _choices(named: EnumClass) -> Unreadable:
    english = ", ".join(member.name for member in named)
    chinese = "、".join(str(getattr(member, "chinese", member.name)) for member in named)
    return Unreadable(RowCode.UNKNOWN_WORD, f"one of {english} is needed", f"须为以下之一: {chinese}")


def word(named: EnumClass, also: Mapping[str, str] | None = None) -> Reader:
    """Read a word of a closed list, by its name or its Chinese; ``also`` are further spellings."""
    meanings = _spellings(named) | dict(also or {})
    refusal = _choices(named)

    def read(value: object) -> str | None:
        found = plain_text(value)
        if found is None:
            return None
        written = folded(found) if len(found) <= LONGEST_KEY else ""
        meaning = meanings.get(written) or meanings.get(written.upper())
        if meaning is None:
            raise Unreadable(refusal.code, refusal.said.english, refusal.said.chinese)
        return meaning

    return read


_SEPARATORS: Final = re.compile(r"[;；\r\n|]+")
_COMMAS: Final = re.compile(r"[,，、]")


def _members(value: object) -> list[object]:
    if isinstance(value, list | tuple):
        if len(value) > MOST_MEMBERS:
            raise Unreadable(RowCode.TOO_LONG, f"at most {MOST_MEMBERS} members", f"最多 {MOST_MEMBERS} 项")
        return list(value)
    found = plain_text(value)
    if found is None:
        return []
    parts = _SEPARATORS.split(found, maxsplit=MOST_MEMBERS)
    if len(parts) > MOST_MEMBERS:
        raise Unreadable(RowCode.TOO_LONG, f"at most {MOST_MEMBERS} members", f"最多 {MOST_MEMBERS} 项")
    return [part for part in parts if tidy(part)]


def listed(longest: int = LONGEST_KEY) -> Reader:
    """Read a list of texts: a JSON list, or one text parted by semicolons or lines."""
    one = text(longest)

    def read(value: object) -> list[str] | None:
        found = [member for each in _members(value) if (member := one(each)) is not None]
        return list(dict.fromkeys(found)) or None

    return read


def words(named: EnumClass) -> Reader:
    """Read several words of a closed list; words that have a comma of their own are known whole.

    >>> from schema.records.enums import PenaltyType
    >>> words(PenaltyType)("警告、没收违法所得、没收非法财物")
    ['WARNING', 'CONFISCATION']
    """
    meanings = _spellings(named)
    refusal = _choices(named)

    def read(value: object) -> list[str] | None:
        found: list[str] = []
        for each in _members(value):
            written = plain_text(each)
            if written is None:
                continue
            names = _parted(folded(written), meanings) if len(written) <= LONGEST_TEXT else None
            if names is None:
                raise Unreadable(refusal.code, refusal.said.english, refusal.said.chinese)
            found += names
        return list(dict.fromkeys(found)) or None

    return read


def _parted(written: str, meanings: Mapping[str, str]) -> list[str] | None:
    """Part a text at its commas into known words, the longest first."""
    if (whole := meanings.get(written) or meanings.get(written.upper())) is not None:
        return [whole]
    parts = _COMMAS.split(written)
    if len(parts) > MOST_MEMBERS:
        return None
    names: list[str] = []
    start = 0
    while start < len(parts):
        for end in range(min(len(parts), start + 4), start, -1):
            candidate = "、".join(parts[start:end])
            meaning = meanings.get(candidate) or meanings.get(candidate.upper())
            if meaning is not None:
                names.append(meaning)
                start = end
                break
        else:
            return None
    return names
