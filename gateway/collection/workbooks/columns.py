"""The columns of a record type's workbook, read off the catalogue (R12.7). Pure.

In order: what is to be done with the row, whom it is about, the record type's own fields, and what any row may say
besides. What the platform computes itself (the keyed hash of a person's number) no agency sends, so it has no column.
"""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from schema.catalogue import RECORDS, VERSION
from schema.definition import FieldDefinition, RecordDefinition
from schema.records.enums import IdDocumentType
from schema.reporting import COMMON_COLUMNS, SUBJECT_COLUMNS, Action
from schema.reporting.compiled import CONTENT_DIGEST, PLATFORM_KEYS
from schema.terms import SubjectKind, Term
from schema.tiers import Tier

__all__ = ["REASONS", "Column", "Written", "columns_of", "template_version"]

REASONS: Final = "退回原因"
"""The column that says what was wrong with a row: written by the platform, never read by it."""


class Written(Enum):
    """How the cells of a column are written."""

    TEXT = "文本"
    WORD = "从列表中选择"
    WORDS = "一项或多项, 以分号分隔"
    DAY = "日期"
    INSTANT = "时间"
    AMOUNT = "数值"
    WHOLE = "整数"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``name`` as the catalogue has it, ``header`` its Chinese with the unit; ``words`` may be chosen."""

    name: str
    header: str
    written: Written
    required: bool = False
    words: tuple[str, ...] = ()
    note: str = ""


_OWN: Final[Mapping[str, Written]] = {
    "Int": Written.WHOLE,
    "Decimal": Written.AMOUNT,
    "Date": Written.DAY,
    "Boolean": Written.WORD,
}
_YES_NO: Final = ("是", "否")
_LEGAL_PERSON: Final = (
    "subjectName",
    "subjectUnifiedSocialCreditCode",
    "subjectOrganizationCode",
    "subjectRegistrationNumber",
    "subjectTaxpayerNumber",
)
_INDIVIDUAL: Final = ("subjectName", "subjectIdType", "subjectIdNumber")
_NUMBER_OF_THE_PERSON: Final = "填写该人员的证件号码; 平台入库时散列, 不保存号码本身"
_ABOUT_THE_SUBJECT: Final = "信用主体各列至少填一项代码, 或证件号码与姓名; 本表其他列已写明的可不填"


@functools.cache
def columns_of(record_type: str) -> tuple[Column, ...]:
    """Give the columns of a record type's workbook, in order; *record_type* is a name of the catalogue.

    >>> [column.header for column in columns_of("TaxCreditRating")][:3]
    ['报送操作', '信用主体名称', '信用主体统一社会信用代码']
    """
    definition = RECORDS[record_type]
    own = [_of_field(each) for each in definition.fields.values() if not _is_made(each.name, definition)]
    taken = {column.name for column in own}
    about = [column for column in _about(definition) if column.name not in taken]
    beside = [_beside(name) for name in COMMON_COLUMNS if name not in taken and name != "action"]
    return (_beside("action"), *about, *own, *beside)


def template_version(record_type: str) -> str:
    """Give the version of a record type's template: the catalogue's, and a digest of what the columns are.

    >>> template_version("TaxCreditRating").partition("-")[0] == VERSION
    True
    """
    said = repr([(each.name, each.header, each.written.name, each.words) for each in columns_of(record_type)])
    return f"{VERSION}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def _is_made(name: str, definition: RecordDefinition) -> bool:
    """Say whether the platform makes a field from others that the agency sends."""
    if name == CONTENT_DIGEST:
        return "content" in definition.fields
    return any(number in definition.fields for number in PLATFORM_KEYS.get(name, ()))


def _of_field(field: FieldDefinition) -> Column:
    words: tuple[str, ...] = ()
    written = Written.WORDS if field.is_list else _OWN.get(field.type, Written.TEXT)
    if field.enum is not None:
        words = tuple(_chinese(member) for member in field.enum)
        written = Written.WORDS if field.is_list else Written.WORD
    elif field.type == "Boolean":
        words = _YES_NO
    note = _NUMBER_OF_THE_PERSON if field.name in PLATFORM_KEYS else field.note or ""
    return Column(field.name, field.chinese, written, field.required, words, note)


def _chinese(member: Enum) -> str:
    return member.chinese if isinstance(member, Term) else member.name


def _about(definition: RecordDefinition) -> list[Column]:
    kinds = set(definition.subject_kinds)
    both = len(kinds) > 1
    names = dict.fromkeys(
        [
            *(["subjectKind"] if both else []),
            *(_LEGAL_PERSON if SubjectKind.LEGAL_PERSON in kinds else ()),
            *(_INDIVIDUAL if SubjectKind.INDIVIDUAL in kinds else ()),
        ]
    )
    return [_beside(name) for name in names]


@functools.cache
def _beside(name: str) -> Column:
    """Give a column that is no field of the record type's own."""
    header = {**COMMON_COLUMNS, **SUBJECT_COLUMNS}[name]
    note = _NOTES.get(name, _ABOUT_THE_SUBJECT if name in SUBJECT_COLUMNS else "")
    if name in _WORDS:
        return Column(name, header, Written.WORD, words=_WORDS[name], note=note)
    return Column(name, header, _WRITTEN.get(name, Written.TEXT), note=note)


_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "action": tuple(each.chinese for each in Action),
    "subjectKind": ("社会法人", "个人"),
    "subjectIdType": tuple(each.chinese for each in IdDocumentType),
    "recordTier": tuple(str(each.value) for each in Tier),
    "sealed": _YES_NO,
}
_WRITTEN: Final[Mapping[str, Written]] = {
    "sourceUpdatedAt": Written.INSTANT,
    "terminatedOn": Written.DAY,
    "publicityUntil": Written.DAY,
}
_NOTES: Final[Mapping[str, str]] = {
    "action": "不填即为新增或更新; 撤销时只须填写信用主体和自然键各列",
    "sourceUpdatedAt": "本单位系统中该记录的最后更新时间; 早于平台现有版本的行将被忽略",
    "correctionReason": "更正或撤销已报送记录时填写",
    "recordTier": "只能高于目录规定的信息等级",
}
