"""Why and by what way a query is made, read from what the caller sent (Art. 19: 查询事由, 查询方式; R19.5, R19.6)."""

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from gateway.errors import BadUserInput, Text
from schema.disclosure import Purpose, PurposeCode, QueryMethod

__all__ = ["PLACEHOLDERS", "Problem", "read_method", "read_purpose", "read_purpose_header"]

SHORTEST: Final = 4
LONGEST: Final = 200

PLACEHOLDERS: Final = frozenset(
    """
    测试 测试数据 测试用例 测试一下 试一下 查询 查询信息 信用查询 查一下 查看 看看 目的 查询目的 用途 事由 原因 理由
    业务 业务需要 工作 工作需要 其他 其它 同上 无 没有 暂无 未知 不详 略 空 待补充 待定 占位
    test tests testing purpose reason query search check look lookup other work text string sample example demo
    na none null nil nan undefined empty todo tbd tba placeholder lorem loremipsum foo foobar foobarbaz xyz
    """.split()  # noqa: SIM905  (a page of words reads better than a column)
)
"""What people write where nobody reads; compared without case, blanks and punctuation."""

_RUNS: Final = "12345678901234567890 98765432109876543210 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm"
_ENCODED: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
_SMALLEST_REPEATED: Final = re.compile(r"(.+?)\1*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Problem:
    """What was sent as a purpose is none, and why: the words for PURPOSE_REQUIRED."""

    said: Text


@functools.lru_cache(maxsize=4_096)
def read_purpose(code: str | None, text: str | None) -> Purpose | Problem | None:
    """Read a purpose: None where nothing was sent, a `Problem` where what was sent is no purpose (R19.6).

    The text is kept with its blanks folded; it must say something in 4 to 200 characters.

    >>> read_purpose("LICENSING", "餐饮许可 2026-118 号审查")
    Purpose(code=<PurposeCode.LICENSING: 'LICENSING'>, text='餐饮许可 2026-118 号审查')
    >>> read_purpose("LICENSING", "测试测试").said.english
    'the text is a placeholder'

    Raises:
        BadUserInput: where the code is not one of the list.

    """
    if code is None:
        return None if text is None else Problem(Text("the text has no code", "缺少目的代码"))
    known = _code(code)
    folded = " ".join((text or "").split())
    problem = _problem_of(folded)
    return Purpose(known, folded) if problem is None else Problem(problem)


def read_purpose_header(value: str | None) -> Purpose | Problem | None:
    """Read ``X-Query-Purpose: CODE;<percent-encoded text>``.

    >>> read_purpose_header("SUPERVISION;%E5%B9%B4%E5%BA%A6%E6%8A%BD%E6%9F%A5").text
    '年度抽查'

    Raises:
        BadUserInput: where the code is unknown or the text is not percent-encoded UTF-8.

    """
    if value is None:
        return None
    code, separator, encoded = value.partition(";")
    try:
        text = _ENCODED.sub(lambda match: bytes.fromhex(match[1].decode()), encoded.strip().encode("ascii")).decode()
    except UnicodeError as error:
        raise BadUserInput(
            Text(
                "the text of X-Query-Purpose is not percent-encoded UTF-8",
                "X-Query-Purpose 的文字须为 UTF-8 百分号编码",
            )
        ) from error
    return read_purpose(code.strip(), text if separator else None)


def read_method(value: str | None) -> QueryMethod:
    """Read ``X-Query-Method``; an operation without it came in by API (R19.5).

    Raises:
        BadUserInput: where the method is not one of the list.

    """
    if value is None:
        return QueryMethod.API
    try:
        return QueryMethod(value.strip())
    except ValueError as error:
        known = ", ".join(QueryMethod)
        raise BadUserInput(Text(f"the query method is one of {known}", f"查询方式应为 {known} 之一")) from error


def _code(code: str) -> PurposeCode:
    try:
        return PurposeCode(code)
    except ValueError as error:
        known = ", ".join(PurposeCode)
        raise BadUserInput(Text(f"the purpose's code is one of {known}", f"查询目的代码应为 {known} 之一")) from error


def _problem_of(text: str) -> Text | None:
    """Say why *text* gives no purpose, or None."""
    if not text:
        return Text("the text is missing", "缺少查询目的说明")
    if not text.isprintable():
        return Text("the text has characters that cannot be seen", "说明含不可见字符")
    if not SHORTEST <= len(text) <= LONGEST:
        return Text(
            f"the text has {len(text)} characters, not {SHORTEST} to {LONGEST}",
            f"说明为 {len(text)} 字，应为 {SHORTEST} 至 {LONGEST} 字",
        )
    bare = _bare(text)
    unit = _smallest_repeated(bare)
    if len(unit) <= 1 and unit not in PLACEHOLDERS:
        return Text("the text is one character repeated", "说明为同一字符的重复")
    if bare in PLACEHOLDERS or unit in PLACEHOLDERS or unit in _RUNS:
        return Text("the text is a placeholder", "说明为占位文字")
    return None


def _bare(text: str) -> str:
    """Leave the letters and figures of a text, so that blanks and dots between them hide nothing."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(each for each in folded if unicodedata.category(each)[0] in "LN")


def _smallest_repeated(bare: str) -> str:
    match = _SMALLEST_REPEATED.fullmatch(bare)
    return match[1] if match else ""
