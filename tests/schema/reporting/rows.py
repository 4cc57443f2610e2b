"""A whole, good row of every record type, made from its definition."""

from typing import Any, Final

from schema.definition import FieldDefinition, RecordDefinition
from schema.records.enums import IdDocumentType
from schema.terms import SubjectKind

__all__ = ["CODE", "NUMBER", "value_of", "whole_row"]

CODE: Final = "91410199DEM0000145"
NUMBER: Final = "410199199003070018"

_BY_NAME: Final[dict[str, Any]] = {
    "taxpayerNumber": CODE,
    "debtorCode": CODE,
    "period": "2026-03",
    "accidentLevel": "MAJOR",
    "dutyRelated": True,
    "lifetime": True,
    "banTo": None,
    "penaltyContent": "罚款123.40元",
}
_BY_TYPE: Final[dict[str, Any]] = {
    "UnifiedSocialCreditCode": CODE,
    "OrganizationCode": "DEM000014",
    "RegistrationNumber": "410199000000018",
    "IdDocumentNumber": NUMBER,
    "RegionCode": "410100",
    "Date": "2026-03-01",
    "Decimal": "123.40",
    "Int": "7",
    "Boolean": False,
    "[String!]": ["甲", "乙"],
    "String": "如实填写的文本",
}
_NATURAL_PERSON: Final = "NATURAL_PERSON"


def value_of(field: FieldDefinition) -> Any:  # noqa: ANN401 (a value of JSON)
    """Give a good value of a field; None where it has none in a whole row."""
    if field.name in _BY_NAME:
        return _BY_NAME[field.name]
    if field.name.endswith("Year"):
        return "2025"
    if field.enum is not None:
        first = IdDocumentType.RESIDENT_ID if field.enum is IdDocumentType else next(iter(field.enum))
        return [first.name] if field.is_list else first.name
    return _BY_TYPE[field.type]


def whole_row(definition: RecordDefinition, kind: SubjectKind | None = None) -> dict[str, Any]:
    """Give a row with every field, about a company or, where the type is not about these, a person."""
    row = {field.name: value_of(field) for field in definition.fields.values()}
    row.pop("contentDigest", None)
    chosen = kind or SubjectKind[definition.subject_kinds[0]]
    if chosen is SubjectKind.LEGAL_PERSON:
        whom = {"subjectKind": "LEGAL_PERSON", "subjectUnifiedSocialCreditCode": CODE}
    else:
        whom = {"subjectKind": "INDIVIDUAL", "subjectIdNumber": NUMBER, "subjectName": "王小明"}
        row |= {"counterpartyCategory": _NATURAL_PERSON} if "counterpartyCategory" in row else {}
    return {name: value for name, value in (row | whom).items() if value is not None}
