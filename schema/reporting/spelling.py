"""How agencies spell nothing, for ever, and plain text: folded to one spelling before it is read (Art. 11).

Full-width ASCII becomes ASCII where a word, a number or a day is meant; never NFKC, which guesses. A text that is to be
kept is kept as the provider wrote it, without the blanks around it (R4.2).
"""

import re
from typing import Final

__all__ = ["BEGINNINGS_OF_NOTHING", "LONG_TERM", "folded", "is_long_term", "is_nothing", "key_part", "tidy", "unusable"]

_NOTHING: Final = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "—",
        "——",
        "———",
        "－",
        "/",
        "\\",
        "无",
        "暂无",
        "空",
        "未知",
        "不详",
        "暂缺",
        "null",
        "none",
    }
    | {"n/a", "na", "nil", "nan", "#n/a"}
)
"""What agencies write where they mean that there is no value, without blanks and in small letters."""

_AROUND: Final = " \t\r\n\f\v\u00a0\u3000\ufeff\u200b\u200c\u200d\u2060\u00ad"
_FULLWIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_INVISIBLE: Final = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))
_WIDE: Final = {narrow: wide for wide, narrow in _FULLWIDTH.items()}


def _spelt(letters: str) -> str:
    """Give letters in every spelling that is folded to them: large and small, narrow and full-width."""
    both = letters + letters.upper()
    return both + both.translate(_WIDE)


BEGINNINGS_OF_NOTHING: Final = frozenset(
    {"", *filter(str.isspace, map(chr, range(0x3001))), *_AROUND, *_spelt("".join(text[:1] for text in _NOTHING))}
)
"""The first characters of whatever means nothing."""
_MAY_BE_NOTHING: Final = re.compile(rf"[\s{re.escape(_AROUND + _spelt(''.join(_NOTHING)))}]*")
"""What whatever means nothing is made of: a text with any other character means something."""
_LONGEST_NOTHING: Final = 16
"""Characters of the longest of them, blanks between included."""

LONG_TERM: Final = frozenset({"2099-12-31", "9999-12-31"})
"""Days that stand for 长期 in the double-publicity standard and its neighbours."""
_FOR_EVER: Final = frozenset({"长期", "永久", "长期有效", "永久有效", "无固定期限", "长期有效期"})

_SPACES: Final = re.compile(r"[\s\u3000]+")
_UNUSABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_BRACKETS: Final = {ord(left): "(" for left in "〔[【{「『"} | {ord(right): ")" for right in "〕]】}」』"}


def tidy(text: str) -> str:
    r"""Give a text without the blanks around it, ideographic and invisible ones too.

    >>> tidy("\u3000某公司 \ufeff")
    '某公司'
    """
    return text.strip(_AROUND)


def folded(text: str) -> str:
    """Give a word, a number or a day in one spelling: ASCII for full-width ASCII, no blanks, nothing invisible.

    >>> folded(" ２０２６ 年３月１日 "), folded("①")
    ('2026年3月1日', '①')
    """
    if text.isascii() and text.isalnum():
        return text
    return _SPACES.sub("", text.translate(_FULLWIDTH).translate(_INVISIBLE))


def is_nothing(text: str) -> bool:
    r"""Say whether a text means that there is no value.

    >>> [is_nothing(text) for text in ("— —", "暂无", " 无 ", "无锡", "\u3000")]
    [True, True, True, False, True]
    """
    if text[:1] not in BEGINNINGS_OF_NOTHING or _MAY_BE_NOTHING.fullmatch(text) is None:  # as nearly every text
        return False
    if len(text) > _LONGEST_NOTHING:
        return not tidy(text)
    return folded(text).lower() in _NOTHING


def is_long_term(folded_text: str) -> bool:
    """Say whether a folded text means that a term has no end.

    >>> is_long_term("长期"), is_long_term("2099-12-31")
    (True, False)
    """
    return folded_text in _FOR_EVER


def unusable(text: str) -> bool:
    r"""Say whether a text has characters that no database, page or log should get: control, surrogate, reordering.

    >>> unusable("a\x00b"), unusable("第一行\n第二行")
    (True, False)
    """
    return _UNUSABLE.search(text) is not None


def key_part(value: object) -> str:
    """Give a part of a natural key as it is compared: one spelling of digits, blanks and brackets (R12.6).

    >>> key_part("郑市监罚〔２０２６〕 1号") == key_part("郑市监罚(2026)1号")
    True
    """
    if not isinstance(value, str):
        return str(value)
    return folded(value).translate(_BRACKETS)
