"""Closed lists of words: the value is the name, and each word has its Chinese (Art. 7, 8, 12, 23)."""

import enum
from collections.abc import Callable
from typing import Self, TypeVar

import strawberry

__all__ = ["DisputeStatus", "Polarity", "RecordStatus", "SubjectKind", "SubmissionMode", "Term", "terms"]


class Term(enum.StrEnum):
    """One word of a closed list, written ``NAME = "NAME", "中文"``: equal to its name, and knowing its Chinese.

    >>> Polarity.NEGATIVE == "NEGATIVE", Polarity.NEGATIVE.chinese
    (True, '不良信息')
    """

    chinese: str

    def __new__(cls, name: str, chinese: str) -> Self:
        """Make a word that is its own name."""
        word = str.__new__(cls, name)
        word._value_ = name
        word.chinese = chinese
        return word


_T = TypeVar("_T", bound=Term)


def terms(chinese: str, *, name: str | None = None) -> Callable[[type[_T]], type[_T]]:
    """Put a list of words into the graph: *chinese* describes the list, each word's Chinese describes it.

    ``name`` is the list's name in the graph where it differs from the class's.
    """

    def dress(cls: type[_T]) -> type[_T]:
        strawberry.enum(cls, name=name, description=chinese)
        for value in cls.__strawberry_definition__.values:  # type: ignore[attr-defined]  # set by strawberry.enum
            value.description = cls[value.name].chinese
        return cls

    return dress


@terms("信用主体种类 (Art. 2)")
class SubjectKind(Term):
    """Whether information is about a legal person or an individual (Art. 2, 7, 8)."""

    LEGAL_PERSON = "LEGAL_PERSON", "社会法人(凡持统一社会信用代码者, 含其他组织与个体工商户)"
    INDIVIDUAL = "INDIVIDUAL", "个人"


@terms("信息性质 (Art. 8, 20, 21)")
class Polarity(Term):
    """Whether a record speaks for, against or merely of its subject (Art. 8(2), 20)."""

    POSITIVE = "POSITIVE", "优良信息"
    NEGATIVE = "NEGATIVE", "不良信息"
    NEUTRAL = "NEUTRAL", "基础信息(既非优良也非不良)"


@terms("报送方式 (Art. 12(1))")
class SubmissionMode(Term):
    """By which of the three ways a record came in (Art. 12(1))."""

    SYSTEM = "SYSTEM", "系统对接"
    BATCH = "BATCH", "批量上传"
    MANUAL = "MANUAL", "逐条录入"


@terms("记录状态 (Art. 11, 20, 23)")
class RecordStatus(Term):
    """Where a record is in its life (Art. 11, 20, 23)."""

    ACTIVE = "ACTIVE", "有效"
    CORRECTED = "CORRECTED", "已更正"
    REVOKED = "REVOKED", "已撤销"
    REPAIRED = "REPAIRED", "已修复"
    EXPIRED = "EXPIRED", "已过保存期限"


@terms("异议状态 (Art. 22-24)")
class DisputeStatus(Term):
    """Whether the subject disputes a record, and how that ended (Art. 22 to 24)."""

    NONE = "NONE", "无异议"
    IN_PROGRESS = "IN_PROGRESS", "异议处理中"
    UPHELD = "UPHELD", "异议成立"
    REJECTED = "REJECTED", "异议不成立"
