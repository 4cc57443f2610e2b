"""A value as a text, or why it is none: what every reading of a value begins with (R11.1, R12.8).

A number where a text belongs is refused, even if it looks right: who wrote it as a number has lost digits already.
"""

import hashlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from schema.reporting.problems import RowCode
from schema.reporting.spelling import BEGINNINGS_OF_NOTHING, is_nothing, tidy, unusable
from schema.text import Text

__all__ = ["LONGEST_KEY", "LONGEST_TEXT", "Reader", "Unreadable", "digest_of", "plain_text", "text"]

LONGEST_KEY: Final = 200
"""Characters of a name, a number or a part of a key."""
LONGEST_TEXT: Final = 10_000
"""Characters of any other text."""

Reader: TypeAlias = Callable[[object], Any]  # Any: a str, int, bool, list of str, or None, by the field's type
"""Gives the canonical value, None for nothing, or raises `Unreadable`."""


class Unreadable(Exception):
    """A value that its field cannot hold: the code and the words of its problem."""

    def __init__(self, code: str, english: str, chinese: str) -> None:
        self.code = code
        self.said = Text(english, chinese)
        super().__init__(code)


def plain_text(value: object) -> str | None:
    """Give a text, or None for nothing."""
    if value is None:
        return None
    if isinstance(value, str):
        return None if is_nothing(value) else value
    if isinstance(value, Mapping | list | tuple):
        raise Unreadable(
            RowCode.NESTED, "one plain value is needed, no list and no object", "须为单一值, 不得为列表或对象"
        )
    if isinstance(value, bool):
        raise Unreadable(RowCode.TYPE, "a text is needed, no yes or no", "须为文本, 不得为布尔值")
    if isinstance(value, int | float | Decimal):
        raise Unreadable(
            RowCode.NUMERIC_CODE,
            "a number has lost digits and leading zeros: send it as text",
            "数值会丢失位数和前导零: 请以文本报送(单元格设为文本格式)",
        )
    raise Unreadable(RowCode.TYPE, "a text is needed", "须为文本")


def text(longest: int = LONGEST_TEXT) -> Reader:
    """Read a text of at most *longest* characters, kept as written but for the blanks around it."""

    def read(value: object) -> str | None:
        if isinstance(value, str) and len(value) <= longest and value.isprintable():  # as nearly all are
            return None if value[:1] in BEGINNINGS_OF_NOTHING and is_nothing(value) else value.strip(" ")
        found = plain_text(value)
        if found is None:
            return None
        if len(found) > longest:
            found = tidy(found)
            if len(found) > longest:
                raise Unreadable(RowCode.TOO_LONG, f"at most {longest} characters", f"最多 {longest} 字")
        if found.isprintable():  # no blank but the plain one, nothing invisible, no control character
            return found.strip(" ")
        if unusable(found):
            raise Unreadable(
                RowCode.CHARACTERS,
                "it has control characters or halves of characters: type it anew",
                "含有控制字符或残缺字符: 请重新录入",
            )
        return tidy(found)

    return read


def digest_of(content: str) -> str:
    """Give the digest that stands for a text in a natural key: the same for the same words (R12.6)."""
    return hashlib.sha256(content.strip().encode()).hexdigest()[:32]
