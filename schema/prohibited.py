"""What may not be collected: how the items of Art. 9 are found in names and in texts (R9.1 to R9.4).

Pure. A name (of a column, a field, a nested key) that means a prohibited item is refused wherever it turns up. A word
in a text is only a suspicion: a person must look. About an individual every word of the lexicon counts; about a legal
person only a statement that can but be about a person (AMB-11). Individual businesses count as individuals (AMB-05).
"""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from schema.prohibited_items import ITEMS, OTHER_LAWS, ProhibitedItem

__all__ = [
    "ITEMS",
    "OTHER_LAWS",
    "ProhibitedItem",
    "ProhibitedKey",
    "may_speak_of_it",
    "prohibited_in_name",
    "prohibited_in_text",
    "prohibited_key",
    "prohibited_word",
]


# --- names

_INNOCENT_NAMES: Final = re.compile(
    "社会保险|社保|养老保险|失业保险|工伤保险|医疗保险|生育保险|参保|拖欠工资|欠薪|政府性基金|涉案基金|基金会|营业收入|主营收入"
    "|非法收入|违法收入|民族(?:宗教)?(?:事务)?(?:局|委|部门)|冻结存款|疾病预防"
)
"""What has a word of the lexicon in its name and is no information of a person's."""
_INNOCENT_TOKENS: Final = (
    "social insurance",
    "insurance kind",
    "insurance kinds",
    "insurance registration",
    "wage arrears",
    "operating income",
    "government fund",
    "disease control",
)
_SPELLING: Final = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad")),
}
"""Full-width letters are the narrow ones, and what is not seen is not there: so a heading is read by people."""
_BLANKS: Final = re.compile(r"\s+")
_PARTS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LONGEST_NAME: Final = 200


def prohibited_in_name(name: str) -> ProhibitedItem | None:
    """Give the item of Art. 9 that a name means, in Chinese, English or pinyin, however it is spelt; None if none.

    >>> [prohibited_in_name(name).code for name in ("血型", "BLOOD_GROUP", "员工宗教信仰", "monthly-income")]
    ['BLOOD_TYPE', 'BLOOD_TYPE', 'RELIGION', 'INCOME']
    >>> [prohibited_in_name(name).code for name in ("血　型", "ＢＬＯＯＤ　ＴＹＰＥ")]
    ['BLOOD_TYPE', 'BLOOD_TYPE']
    >>> prohibited_in_name("社会保险登记编号"), prohibited_in_name("braceletNumber")
    (None, None)
    """
    found = _in_name(name[:_LONGEST_NAME])
    return None if found is None else found[0]


def prohibited_word(name: str) -> tuple[ProhibitedItem, str] | None:
    """Give the item that a name means, and the word of the lexicon by which it does; None if it means none.

    A heading may hold a value beside the word (``血型AB``): the word is the lexicon's own, and may be repeated.

    >>> [(item.code, word) for item, word in map(prohibited_word, ("员工血型AB型", "BLOOD_GROUP_AB"))]
    [('BLOOD_TYPE', '血型'), ('BLOOD_TYPE', 'blood group')]
    """
    return _in_name(name[:_LONGEST_NAME])


@functools.lru_cache(maxsize=4096)
def _in_name(name: str) -> tuple[ProhibitedItem, str] | None:
    seen = name.translate(_SPELLING)
    chinese = _INNOCENT_NAMES.sub(" ", _BLANKS.sub("", seen))
    words = _words(_INNOCENT_NAMES.sub(" ", seen))
    for item in ITEMS.values():
        word = next((part for part in item.names if part in chinese), None)
        word = word or next((token.strip() for token in _padded(item.tokens) if token in words), None)
        if word is not None:
            return item, word
    return None


def _words(name: str) -> str:
    """Give a name's Latin words in small letters, each between blanks, without the innocent ones."""
    words = f" {' '.join(part.lower() for part in _PARTS.findall(name))} "
    for innocent in _INNOCENT_TOKENS:
        words = words.replace(f" {innocent} ", " ")
    return words


@functools.cache
def _padded(tokens: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f" {token} " for token in tokens)


# --- nested keys


@dataclass(frozen=True, slots=True)
class ProhibitedKey:
    """A key inside a nested value that means a prohibited item; never what stands under it."""

    name: str
    item: ProhibitedItem


_MOST_NODES: Final = 10_000


def prohibited_key(value: object) -> ProhibitedKey | None:
    """Give the first key in nested lists and objects that means a prohibited item; bounded, and without recursion.

    >>> prohibited_key({"remarks": [{"bloodType": "A"}]}).name
    'bloodType'
    """
    waiting: list[object] = [value]
    seen = 0
    while waiting and seen < _MOST_NODES:
        each = waiting.pop()
        seen += 1
        if isinstance(each, Mapping):
            for key, inside in each.items():
                item = prohibited_in_name(str(key))
                if item is not None:
                    return ProhibitedKey(str(key), item)
                if isinstance(inside, Mapping | list | tuple):
                    waiting.append(inside)
        elif isinstance(each, list | tuple):
            waiting.extend(inside for inside in each if isinstance(inside, Mapping | list | tuple))
    return None


# --- texts

_INNOCENT_TEXTS: Final = (
    "《[^》]{0,80}》|疾病预防控制(?:中心|局)?|职业病危害|民族(?:宗教事务)?(?:委员会|事务|局|委|路|大道|街|大厦|饭店|中学|大学)|民族(?:区域)?自治"
    "|中华民族|宗教(?:事务)?局|社会保险(?:费|金|基金|法|登记|待遇)?|(?:基本)?(?:养老|失业|工伤|医疗|生育)保险(?:费|金|基金)?"
    "|保险(?:公司|法|业|监督|经纪|代理|机构)|(?:交强|责任)险|安全生产责任保险|营业收入|(?:违法|非法)(?:收入|所得)|收入证明专用章"
    "|(?:拖欠|克扣|支付|追讨|足额发放)[^,，。;；]{0,8}工资|农民工工资|工资支付|政府性基金|社会保障基金|基金会|公积金"
    "|证券(?:公司|法|交易所|监督|业)|不动产登记(?:中心|机构|局)|房产(?:管理局|中介|经纪|开发)|冻结存款"
    "|转基因|诊断(?:仪|设备|试剂|证明书专用章)"
    "|指纹(?:锁|膜|考勤机)"
)
_MOST_HITS: Final = 5


def _compiled(patterns: Iterable[tuple[str, Sequence[str]]]) -> re.Pattern[str]:
    named = "|".join(f"(?P<{code}>{'|'.join(alternatives)})" for code, alternatives in patterns if alternatives)
    return re.compile(f"(?:{_INNOCENT_TEXTS})|{named}")


_ANCHORS: Final = tuple(dict.fromkeys(anchor for item in ITEMS.values() for anchor in item.anchors))
_ANCHOR: Final = re.compile("|".join(map(re.escape, _ANCHORS)))


def _either_case(letters: Iterable[str]) -> str:
    return "".join(sorted({spelt for letter in letters for spelt in (letter, letter.upper())}))


_BEGINNING: Final = re.compile(
    f"[{_either_case(each[0] for each in _ANCHORS)}]"
    f"(?:[{_either_case(each[1] for each in _ANCHORS if len(each) > 1)}]"
    f"|(?<=[{_either_case(each for each in _ANCHORS if len(each) == 1)}]))"
)
"""How each anchor begins, in two characters or its only one: a text without any has none."""
_KEY_IN_TEXT: Final = re.compile(r"""["']([A-Za-z_\u4e00-\u9fff]{2,40})["']\s*[:=：]""")
_ABOUT_INDIVIDUALS: Final = _compiled((item.code, (*item.statements, *item.lexicon)) for item in ITEMS.values())
_ABOUT_ANYBODY: Final = _compiled((item.code, item.statements) for item in ITEMS.values())


_ODD: Final = re.compile("[ \t\u3000\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\ufeff\u200b-\u200d\u2060\u00ad]")
_LETTERS: Final = {
    0x3000: 0x20,
    **{wide: narrow for wide, narrow in _SPELLING.items() if narrow is None or chr(narrow).isalnum()},
}
_BETWEEN: Final = re.compile("(?<=[\u4e00-\u9fff])[ \t\u3000]+(?=[\u4e00-\u9fff])")


def _as_read(text: str) -> str:
    """Give a text as people read it: narrow letters, nothing invisible, no blanks between Chinese characters."""
    if _ODD.search(text) is None:
        return text
    return _BETWEEN.sub("", text.translate(_LETTERS))


def prohibited_in_text(text: str, *, individual: bool) -> tuple[ProhibitedItem, ...]:
    """Give the items of Art. 9 that a text seems to speak of, each once, in the order found; none is a clean text.

    *individual* says that the text is about a person whom Art. 9 protects: then every word of the lexicon counts.

    >>> [item.code for item in prohibited_in_text("张某, 男, 汉族, 患有糖尿病", individual=False)]
    ['ETHNICITY', 'DISEASE']
    >>> [item.code for item in prohibited_in_text('{"bloodType": "A"}', individual=False)]
    ['BLOOD_TYPE']
    >>> [item.code for item in prohibited_in_text("其 血　型 为 Ａ", individual=True)]
    ['BLOOD_TYPE']
    >>> prohibited_in_text("郑州市管城回族区疾病预防控制中心", individual=True)
    ()
    """
    found: dict[str, ProhibitedItem] = {}
    text = _as_read(text)
    if not may_speak_of_it(text):
        return ()
    pattern = _ABOUT_INDIVIDUALS if individual else _ABOUT_ANYBODY
    for match in pattern.finditer(text):
        if match.lastgroup is not None:
            found[match.lastgroup] = ITEMS[match.lastgroup]
            if len(found) >= _MOST_HITS:
                break
    for key in _KEY_IN_TEXT.findall(text):
        item = prohibited_in_name(key)
        if item is not None and (individual or item.group != 3):  # noqa: PLR2004  # of a legal person that is allowed
            found[item.code] = item
    return tuple(found.values())


def may_speak_of_it(text: str) -> bool:
    """Say, quickly, whether it is worth while to look closer at a text: most have no word of the lexicon at all.

    >>> may_speak_of_it("虚假宣传"), may_speak_of_it("患有疾病"), may_speak_of_it('{"xuexing": "A"}')
    (False, True, True)
    """
    text = _as_read(text)
    if _BEGINNING.search(text) is not None and _ANCHOR.search(text.lower()) is not None:
        return True
    return ('"' in text or "'" in text) and _KEY_IN_TEXT.search(text) is not None
