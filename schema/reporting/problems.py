"""What can be wrong with a row: a code, the column, two languages, an article; never a value (R9.3, R11.1)."""

import re
from dataclasses import dataclass
from typing import Final

from schema.masks import mask_text
from schema.terms import Term
from schema.text import Text

__all__ = ["LONGEST_NAME", "RowCode", "RowProblem", "shown_name"]

LONGEST_NAME: Final = 40
"""Characters of a column's name that a message repeats."""


class RowCode(Term):
    """Why a row is refused, quarantined or only remarked on; a faulty code of a subject has a `Fault`'s name."""

    PROHIBITED_FIELD = "PROHIBITED_FIELD", "禁止采集的信息"
    CONSENT_REQUIRED = "CONSENT_REQUIRED", "须有信息主体的书面同意"
    SUSPECTED_PROHIBITED = "SUSPECTED_PROHIBITED", "文本疑含禁止采集的信息"
    IDENTITY_CONFLICT = "IDENTITY_CONFLICT", "各代码指向不同主体"
    SUBJECT_REQUIRED = "SUBJECT_REQUIRED", "未说明信用主体"
    SUBJECT_MISMATCH = "SUBJECT_MISMATCH", "主体列与记录自身的列不一致"
    SUBJECT_UNKNOWN = "SUBJECT_UNKNOWN", "未登记的信用主体"
    CATEGORY_SUBJECT_MISMATCH = "CATEGORY_SUBJECT_MISMATCH", "该信息类型不适用于该种主体"
    PROVIDER_UNKNOWN = "PROVIDER_UNKNOWN", "未登记的信息提供单位"
    RECORD_TYPE_NOT_COMPETENT = "RECORD_TYPE_NOT_COMPETENT", "该单位无权报送该类信息"
    OFFICER_REQUIRED = "OFFICER_REQUIRED", "该单位尚无报送人员"
    UNKNOWN_COLUMN = "UNKNOWN_COLUMN", "目录中没有的列"
    DUPLICATE_COLUMN = "DUPLICATE_COLUMN", "同一字段出现两次"
    TOO_MANY_COLUMNS = "TOO_MANY_COLUMNS", "列数过多"
    REQUIRED = "REQUIRED", "必填项为空"
    KEY_INCOMPLETE = "KEY_INCOMPLETE", "自然键不完整"
    NUMERIC_CODE = "NUMERIC_CODE", "编码或文本须为文本, 不得为数值"
    TYPE = "TYPE", "值的类型不符"
    NESTED = "NESTED", "不得为嵌套结构"
    UNKNOWN_WORD = "UNKNOWN_WORD", "不在规定的选项之内"
    FORMAT = "FORMAT", "格式不符"
    DATE = "DATE", "日期无效"
    FUTURE_DATE = "FUTURE_DATE", "日期晚于今日"
    DATES_OUT_OF_ORDER = "DATES_OUT_OF_ORDER", "日期先后颠倒"
    NEGATIVE_AMOUNT = "NEGATIVE_AMOUNT", "金额不得为负"
    RANGE = "RANGE", "数值超出范围"
    TOO_LONG = "TOO_LONG", "文本过长"
    CHARACTERS = "CHARACTERS", "含有不可用的字符"
    IMPLAUSIBLE = "IMPLAUSIBLE", "数值可疑, 请核对单位"
    CODE_ODD = "CODE_ODD", "编码可疑"
    NOT_EFFECTIVE = "NOT_EFFECTIVE", "尚未生效的法律文书"
    OUT_OF_SCOPE = "OUT_OF_SCOPE", "不属于本类信息"
    LEGAL_BASIS_REQUIRED = "LEGAL_BASIS_REQUIRED", "须载明依据"
    STATEMENT_REQUIRED = "STATEMENT_REQUIRED", "须附报送单位说明"
    MINOR = "MINOR", "行为发生时未满十八周岁"
    RETENTION_EXPIRED = "RETENTION_EXPIRED", "已过保存期限"
    LATE = "LATE", "迟报"
    NO_SUCH_RECORD = "NO_SUCH_RECORD", "没有可撤销的记录"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing about one row: where, which code, what to do in two languages, by which article.

    ``row`` is the row's number, ``column`` the camelCase name (None where it is the whole row). ``warning`` says that
    the row is taken all the same. A message never repeats a value.
    """

    row: int
    column: str | None
    code: str
    message: Text
    article: str | None = None
    warning: bool = False


def shown_name(name: object) -> str:
    r"""Give as much of a sender's own column name as a message may repeat: short, printable, no long number.

    A file without a heading has values where names belong.

    >>> shown_name("血型\x00" + "x" * 100)[:5], shown_name("手机13912345678"), shown_name("CF_CFLB1")
    ('血型?xx', '手机#', 'CF_CFLB1')
    """
    text = str(name)[: 2 * LONGEST_NAME]
    clean = "".join(character if character.isprintable() else "?" for character in text)
    return _NUMBER.sub("#", mask_text(clean))[:LONGEST_NAME]


_NUMBER: Final = re.compile(r"[\d*]{5,}[\dXx]?")
