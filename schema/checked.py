"""What a check of a code gives: its canonical form, what is wrong with it, and what is only odd (Art. 7(1), 8(1))."""

from dataclasses import dataclass
from typing import Self

from schema.terms import Term

__all__ = ["ALPHANUMERIC", "DIGITS", "Checked", "Fault", "canonical", "consists_of"]

DIGITS = "0123456789"
ALPHANUMERIC = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Fault(Term):
    """What is wrong or odd about a code: the machine's word and the Chinese one (R11.1)."""

    EMPTY = "EMPTY", "为空"
    LENGTH = "LENGTH", "长度不符"
    LENGTH_15 = "LENGTH_15", "15位旧身份证号码, 须升为18位"
    ALPHABET = "ALPHABET", "含有不允许的字符"
    NON_ASCII_DIGITS = "NON_ASCII_DIGITS", "含有非ASCII数字"
    CHECKSUM = "CHECKSUM", "校验码不符"
    INNER_ORG_CHECK = "INNER_ORG_CHECK", "第9-17位组织机构代码校验码不符"
    REGION_FORMAT = "REGION_FORMAT", "第3-8位行政区划须为数字"
    BIRTH_DATE = "BIRTH_DATE", "出生日期无效"
    EXCEL_TRUNCATION = "EXCEL_TRUNCATION", "末位被表格软件截为0, 须用文本单元格"
    EXCEL_SCIENTIFIC = "EXCEL_SCIENTIFIC", "被表格软件转为科学计数, 须用文本单元格"
    FLOAT_ROUNDING = "FLOAT_ROUNDING", "被当作浮点数读入而失去末位, 须用文本单元格"
    CASE = "CASE", "小写字母已转为大写"
    FULLWIDTH = "FULLWIDTH", "全角字符已转为半角"
    DEPARTMENT_UNKNOWN = "DEPARTMENT_UNKNOWN", "登记管理部门代码未知"
    REGION_UNKNOWN = "REGION_UNKNOWN", "行政区划代码未知"
    REGION_PERIOD = "REGION_PERIOD", "行政区划代码晚于出生日期"
    HMT_RESIDENT = "HMT_RESIDENT", "港澳台居民居住证号码"
    LEGACY = "LEGACY", "旧编码"


@dataclass(frozen=True, slots=True)
class Checked:
    """A code in canonical form, with what is wrong (``errors``) apart from what is odd (``warnings``)."""

    canonical: str
    errors: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors

    def wrong(self, *faults: Fault) -> Self:
        """Give the same code with more that is wrong about it."""
        return type(self)(self.canonical, self.errors + faults, self.warnings)

    def odd(self, *faults: Fault) -> Self:
        """Give the same code with more that is odd about it."""
        return type(self)(self.canonical, self.errors, self.warnings + faults) if faults else self


_FULLWIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_UPPER = {ord(letter): letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
_DROPPED = dict.fromkeys(map(ord, " \t\r\n\u00a0\u3000\ufeff\u200b\u200c\u200d\u2060-"))


def canonical(text: str) -> Checked:
    """Fold full-width ASCII, drop spaces, hyphens and invisible characters, upper-case; never NFKC, which guesses.

    >>> canonical(" \uff19\uff11-a").canonical
    '91A'
    >>> canonical("\u2460").canonical == "1"
    False
    """
    if text.isascii() and text.isalnum() and text == text.upper():
        return Checked(text)  # as nearly all are
    folded = text.translate(_FULLWIDTH)
    bare = folded.translate(_DROPPED)
    code = bare.translate(_UPPER)
    found = Checked(code) if code else Checked(code, (Fault.EMPTY,))
    if folded != text:
        found = found.odd(Fault.FULLWIDTH)
    return found if code == bare else found.odd(Fault.CASE)


def consists_of(text: str, alphabet: str) -> bool:
    """Say whether each character is of an alphabet; ``str.isdigit`` would let other scripts' digits in."""
    return not text.strip(alphabet)
