"""Whom a row is about, as the row says it: every code given, canonical; who that is, is for the register to say (R7.3).

A row names its subject in the subject columns, or in columns of the record itself (a penalty's counterparty).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from schema.definition import RecordDefinition
from schema.identifiers import check_id_document_number
from schema.identity import born_on
from schema.records.enums import IdDocumentType
from schema.reporting import codes
from schema.reporting.problems import RowCode
from schema.reporting.readers import Remembered
from schema.reporting.texts import LONGEST_KEY, Reader, Unreadable, text
from schema.reporting.words import word
from schema.retention import protects
from schema.terms import SubjectKind

__all__ = ["SubjectNamed", "read_id_number", "subject_of"]

_CODES: Final[tuple[tuple[str, str, Reader], ...]] = (
    ("subjectUnifiedSocialCreditCode", "unifiedSocialCreditCode", Remembered(codes.unified_social_credit_code)),
    ("subjectOrganizationCode", "organizationCode", codes.organization_code),
    ("subjectRegistrationNumber", "registrationNumber", codes.registration_number),
    ("subjectTaxpayerNumber", "taxpayerNumber", codes.taxpayer_number),
)
"""Each code's column, the record's own column of it, and how it is read; in the order of `SubjectNamed`."""

_OWN_NAMES: Final = ("counterpartyName", "entityName", "taxpayerName", "debtorName", "name")
_OWN_NUMBERS: Final = ("counterpartyId", "debtorIdNumber", "idNumber")
_OWN_TYPES: Final = ("counterpartyIdType", "idType")


@dataclass(frozen=True, slots=True)
class SubjectNamed:
    """A subject by all that a row says of it: codes of a legal person, or document and name of an individual.

    Several codes may turn out to be several subjects; that is found by asking the register (``IDENTITY_CONFLICT``).
    """

    kind: SubjectKind
    name: str | None = field(default=None, repr=False)
    unified_social_credit_code: str | None = None
    organization_code: str | None = None
    registration_number: str | None = None
    taxpayer_number: str | None = None
    id_type: IdDocumentType | None = None
    id_number: str | None = field(default=None, repr=False)

    @property
    def protected(self) -> bool:
        """Whether Art. 9 and 20 protect it as an individual: one, or an individual business (AMB-05)."""
        return protects(self.kind, self.unified_social_credit_code)

    @property
    def born_on(self) -> date | None:
        """The birth date that a resident's number tells."""
        return born_on(self.id_number) if self.id_number and self.id_type is IdDocumentType.RESIDENT_ID else None


Told = tuple[str | None, Unreadable]
"""A problem with its column."""


def read_id_number(today: date, id_type: IdDocumentType) -> Reader:
    """Read the number of an identity document of a type, as of a day."""
    resident = id_type is IdDocumentType.RESIDENT_ID
    return codes.checked_code(lambda found: check_id_document_number(found, on=today, resident=resident))


_KIND: Final = Remembered(
    word(
        SubjectKind, {"法人": "LEGAL_PERSON", "社会法人": "LEGAL_PERSON", "自然人": "INDIVIDUAL", "个人": "INDIVIDUAL"}
    )
)
_ID_TYPE: Final = Remembered(word(IdDocumentType, {"居民身份证": "RESIDENT_ID", "护照": "PASSPORT"}))
_NAME: Final = text(LONGEST_KEY)


class _Naming:
    """The subject columns of one row, read beside the record's own values."""

    def __init__(self, given: Mapping[str, object], own: Mapping[str, Any], today: date) -> None:
        self._given = given
        self._own = own
        self._today = today
        self.told: list[Told] = []

    def read(self, column: str, reader: Reader) -> Any:  # noqa: ANN401  # as the reader gives
        if column not in self._given:
            return None
        try:
            return reader(self._given[column])
        except Unreadable as wrong:
            self.told.append((column, wrong))
            return None

    def own(self, names: tuple[str, ...]) -> Any:  # noqa: ANN401  # a value already read
        for name in names:
            if (value := self._own.get(name)) is not None:
                return value
        return None

    def agreed(self, column: str, reader: Reader, own: str | None) -> str | None:
        """Give what is said of the subject in a column, or what the record itself says, where the two agree."""
        said = self.read(column, reader)
        if said is not None and own is not None and said != own:
            wrong = Unreadable(
                RowCode.SUBJECT_MISMATCH,
                "the subject column and the record's own column name different subjects",
                "主体列与记录自身的主体列不一致",
            )
            self.told.append((column, wrong))
        return said if said is not None else own

    def individual(self) -> SubjectNamed | None:
        type_name = self.read("subjectIdType", _ID_TYPE) or self.own(_OWN_TYPES) or IdDocumentType.RESIDENT_ID.name
        id_type = IdDocumentType[type_name]
        number = self.agreed("subjectIdNumber", read_id_number(self._today, id_type), self.own(_OWN_NUMBERS))
        name = self.read("subjectName", _NAME) or self.own(_OWN_NAMES)
        if number is None or name is None:
            if not self.told:
                self.told.append(
                    (None, _nobody("an individual is named by document number and name", "个人须填写证件号码和姓名"))
                )
            return None
        return SubjectNamed(SubjectKind.INDIVIDUAL, name, id_type=id_type, id_number=number)

    def legal_person(self) -> SubjectNamed | None:
        own = self._own.get
        found = [
            self.agreed(column, reader, own(itself)) if column in self._given else own(itself)
            for column, itself, reader in _CODES
        ]
        name = self.read("subjectName", _NAME) or self.own(_OWN_NAMES)
        if not any(found):
            if not self.told:
                self.told.append(
                    (None, _nobody("a legal person is named by one of its codes", "法人须至少填写一种代码"))
                )
            return None
        credit_code, organization, registration, taxpayer = found
        return SubjectNamed(SubjectKind.LEGAL_PERSON, name, credit_code, organization, registration, taxpayer)


def _nobody(english: str, chinese: str) -> Unreadable:
    return Unreadable(
        RowCode.SUBJECT_REQUIRED, f"the row does not say whom it is about: {english}", f"未说明信用主体: {chinese}"
    )


def subject_of(
    definition: RecordDefinition, given: Mapping[str, object], own: Mapping[str, Any], today: date
) -> SubjectNamed | list[Told]:
    """Say whom a row is about, or everything that keeps it from saying so (R7.2, R7.3).

    *given* are the subject columns as they came, *own* the record's values already read.
    """
    naming = _Naming(given, own, today)
    kind = _kind(definition, naming, given, own)
    if kind is None:
        return naming.told
    if kind not in definition.subject_kinds:
        said = Unreadable(
            RowCode.CATEGORY_SUBJECT_MISMATCH,
            f"{definition.name} is not about {kind.name}",
            f"{definition.chinese}不适用于{kind.chinese}",
        )
        return [*naming.told, ("subjectKind", said)]
    named = naming.individual() if kind is SubjectKind.INDIVIDUAL else naming.legal_person()
    return naming.told if named is None or naming.told else named


def _kind(
    definition: RecordDefinition, naming: _Naming, given: Mapping[str, object], own: Mapping[str, Any]
) -> SubjectKind | None:
    said = naming.read("subjectKind", _KIND)
    if naming.told:
        return None
    if said is not None:
        return SubjectKind[said]
    if len(definition.subject_kinds) == 1:
        return definition_kind(definition)
    if own.get("counterpartyCategory") is not None:
        return SubjectKind.INDIVIDUAL if own["counterpartyCategory"] == "NATURAL_PERSON" else SubjectKind.LEGAL_PERSON
    coded = any(given.get(column) is not None or own.get(itself) is not None for column, itself, _ in _CODES)
    numbered = given.get("subjectIdNumber") is not None or any(own.get(name) is not None for name in _OWN_NUMBERS)
    if coded == numbered:
        said_so = _nobody(
            "say in subjectKind whether it is a legal person or an individual", "请在信用主体种类列填写法人或个人"
        )
        naming.told.append(("subjectKind", said_so))
        return None
    return SubjectKind.LEGAL_PERSON if coded else SubjectKind.INDIVIDUAL


def definition_kind(definition: RecordDefinition) -> SubjectKind:
    """Give the one kind of subject that a record type is about."""
    return SubjectKind[definition.subject_kinds[0]]
