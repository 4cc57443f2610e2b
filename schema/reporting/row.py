"""A row as it came: a number, and values by the catalogue's names; and what may become of it (Art. 11, 12)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from schema.terms import Term, terms

__all__ = ["COMMON_COLUMNS", "SUBJECT_COLUMNS", "Action", "Row", "RowOutcome"]


@terms("报送操作 (Art. 11, 12(3))")
class Action(Term):
    """What a row asks for: to say something of a natural key, or to take it back (R12.6)."""

    UPSERT = "UPSERT", "新增或更新"
    REVOKE = "REVOKE", "撤销"


@terms("报送行处理结果 (Art. 11)")
class RowOutcome(Term):
    """What became of a row (R11.2, R12.6)."""

    ACCEPTED = "ACCEPTED", "已接收"
    UPDATED = "UPDATED", "已更新"
    UNCHANGED = "UNCHANGED", "无变化"
    REVOKED = "REVOKED", "已撤销"
    STALE = "STALE", "早于现有版本, 已忽略"
    REFUSED = "REFUSED", "已拒收"
    QUARANTINED = "QUARANTINED", "已隔离, 待人工审核"


SUBJECT_COLUMNS: Final[Mapping[str, str]] = {
    "subjectKind": "信用主体种类",
    "subjectName": "信用主体名称",
    "subjectUnifiedSocialCreditCode": "信用主体统一社会信用代码",
    "subjectOrganizationCode": "信用主体组织机构代码",
    "subjectRegistrationNumber": "信用主体注册号",
    "subjectTaxpayerNumber": "信用主体纳税人识别号",
    "subjectIdType": "信用主体证件类型",
    "subjectIdNumber": "信用主体证件号码",
}
"""The columns that say whom a row is about, each with its Chinese; a record type's own columns may say it as well."""

COMMON_COLUMNS: Final[Mapping[str, str]] = {
    "action": "报送操作",
    "sourceUpdatedAt": "来源更新时间",
    "correctionReason": "更正或撤销原因",
    "terminatedOn": "行为或事件终止日期",
    "publicityUntil": "公示截止",
    "recordTier": "信息等级",
    "sealed": "是否封存",
    "statement": "报送单位说明",
    "sourceId": "来源系统记录标识",
}
"""The columns that any row may have besides its record type's own, each with its Chinese (Art. 11, 15, 20)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it came: workbook cells or JSON values by camelCase names; ``number`` is its place in what was sent.

    A workbook names a column by the catalogue's name of it, or by a name that :func:`schema.reporting.field_named`
    knows. What the values are is not told by ``repr``: a row that is refused leaves no trace in a log (R9.3).

    >>> Row(7, {"bloodType": "A"})
    Row(number=7, reviewed=False)
    """

    number: int
    values: Mapping[str, object] = field(repr=False)
    reviewed: bool = False
    """Whether a reviewer of the centre has looked at its free text and let it pass (R9.4)."""
