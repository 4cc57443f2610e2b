"""What is written down of a paper when it is presented, kind by kind (R9.5, R15.4, R18.1 to R18.4, AMB-10)."""

from datetime import date, datetime

import strawberry
from strawberry import UNSET

from schema.enumerations import PurposeCode
from schema.papers import SignatureKind, VerificationMethod
from schema.records.enums import IdDocumentType
from schema.references import SubjectRef
from schema.scalars import UnifiedSocialCreditCode

__all__ = [
    "AuthorisationInput",
    "CollectionConsentInput",
    "EntityCertificateInput",
    "GrantInput",
    "IdentityDocumentInput",
    "OfficialLetterInput",
    "PaperInput",
    "RecognitionInput",
    "ScopeInput",
]

_EVIDENCE = "证明文件: digests of files that were sent to /evidence"
_HOLDER = "Whom it serves, as the token names a person; at the window only, by default oneself"


@strawberry.input(
    description="授权范围: names of record types, or coordinates such as SocialInsurancePayment.paidAmount"
)
class ScopeInput:
    """What is opened; tier C by name alone."""

    all_shared: bool = strawberry.field(default=False, description="All of tier B")
    shared: list[str] = strawberry.field(default_factory=list, description="Of tier B, by name")
    restricted: list[str] = strawberry.field(default_factory=list, description="Of tier C, by name; no wildcard")


@strawberry.input(description="有效身份证件 (R18.1)")
class IdentityDocumentInput:
    """An individual's own paper."""

    subject: SubjectRef
    number: str = strawberry.field(description="证件号码; only a keyed digest of it is kept")
    verification: VerificationMethod
    evidence: list[str] = strawberry.field(description=_EVIDENCE)
    document_type: IdDocumentType = strawberry.field(default=IdDocumentType.RESIDENT_ID, description="证件类型")
    valid_from: date | None = None
    valid_to: date | None = strawberry.field(default=None, description="Its last day; none: long-term (长期)")
    holder: str | None = strawberry.field(default=None, description=_HOLDER)


@strawberry.input(description="社会法人书面证明 (R18.2): a legal person names who acts for it")
class EntityCertificateInput:
    """A legal person's own paper."""

    subject: SubjectRef
    issuer: UnifiedSocialCreditCode = strawberry.field(description="出具单位: the subject itself")
    handler_name: str = strawberry.field(description="经办人姓名")
    handler_id_number: str = strawberry.field(description="经办人证件号码; only a keyed digest of it is kept")
    issued_on: date
    seal: str = strawberry.field(description="公章或电子印章编号")
    signature: SignatureKind
    evidence: list[str] = strawberry.field(description=_EVIDENCE)
    valid_to: date | None = strawberry.field(default=None, description="Its last day; none: 30 days from its issue")
    holder: str | None = strawberry.field(default=None, description=_HOLDER)


@strawberry.input(description="被查询人的书面授权 (R18.3)")
class AuthorisationInput:
    """A subject lets a third party query."""

    subject: SubjectRef
    scope: ScopeInput
    purposes: list[PurposeCode]
    signatory: str = strawberry.field(description="签署人: the subject, or who signs for it")
    signed_on: date
    valid_to: date
    signature: SignatureKind
    evidence: list[str] = strawberry.field(description=_EVIDENCE)
    valid_from: date | None = strawberry.field(default=None, description="Its first day; none: the day of signing")
    seal: str | None = strawberry.field(default=None, description="公章或电子印章编号: of a legal person")
    requester: str | None = strawberry.field(
        default=None, description="被授权人: an organisation's code or a person's account; none: the caller's"
    )
    max_uses: int | None = strawberry.field(default=None, description="How often it may be used; 1: one-time")


@strawberry.input(description="本机关的正式函件 (R18.4)")
class OfficialLetterInput:
    """An organ asks for what is of limited sharing; subjects are listed one by one (AMB-08)."""

    letter_number: str = strawberry.field(description="文号: unique for each organ")
    issued_on: date
    signatory: str = strawberry.field(description="签发人")
    seal: str = strawberry.field(description="公章或电子印章编号")
    signature: SignatureKind
    subjects: list[SubjectRef]
    purposes: list[PurposeCode]
    handlers: list[str] = strawberry.field(description="经办人: as their tokens name them; nobody else may cite it")
    valid_to: date = strawberry.field(description="Its last day, at most 90 days after its issue")
    evidence: list[str] = strawberry.field(description=_EVIDENCE)
    organ: str | None = strawberry.field(default=None, description="The organ's code; none: the caller's")
    case_number: str | None = strawberry.field(default=None, description="案号或事项编号")
    scope: ScopeInput | None = strawberry.field(default=None, description="None: as far as the organ's grant")
    valid_from: date | None = strawberry.field(default=None, description="Its first day; none: the day of its issue")
    max_uses: int | None = strawberry.field(default=None, description="Uses for each subject; 1: one-time")


@strawberry.input(description="采集同意 (Art. 9(3), AMB-10): consent is for collecting, an authorisation for querying")
class CollectionConsentInput:
    """An individual agrees in writing that items of Art. 9(3) are collected."""

    subject: SubjectRef
    items: list[str] = strawberry.field(description="Coordinates, field by field")
    purpose: str = strawberry.field(description="采集目的")
    notice: str = strawberry.field(description="不利后果告知书全文: the exact text that the subject was given")
    notice_version: str
    notice_given_at: datetime = strawberry.field(description="When it was given: before the signing")
    signatory: str
    signed_at: datetime
    signature: SignatureKind
    given_expressly: bool = strawberry.field(description="By an act of the subject: silence or a ticked box is none")
    document_of_its_own: bool = strawberry.field(description="Not a clause inside another contract")
    valid_to: date
    evidence: list[str] = strawberry.field(description=_EVIDENCE)
    agency: str | None = strawberry.field(default=None, description="采集单位; none: the caller's")
    valid_from: date | None = strawberry.field(default=None, description="Its first day; none: the day of signing")


@strawberry.input(description="信用服务机构认定 (R15.4, AMB-31)")
class RecognitionInput:
    """The supervisor recognises a credit service."""

    organisation: UnifiedSocialCreditCode
    approval_document: str = strawberry.field(description="认定文号")
    issued_on: date
    valid_to: date
    evidence: list[str] = strawberry.field(description=_EVIDENCE)
    valid_from: date | None = strawberry.field(default=None, description="Its first day; none: the day of its issue")


@strawberry.input(one_of=True, description="A paper of exactly one kind")
class PaperInput:
    """What is presented."""

    identity_document: IdentityDocumentInput | None = strawberry.field(default=UNSET)
    entity_certificate: EntityCertificateInput | None = strawberry.field(default=UNSET)
    authorisation: AuthorisationInput | None = strawberry.field(default=UNSET)
    official_letter: OfficialLetterInput | None = strawberry.field(default=UNSET)
    collection_consent: CollectionConsentInput | None = strawberry.field(default=UNSET)
    recognition: RecognitionInput | None = strawberry.field(default=UNSET)


@strawberry.input(description="有限共享类查询授权申请 (Art. 15(3), R15.5)")
class GrantInput:
    """What of tier C an agency asks to be allowed to ask for."""

    scope: ScopeInput
    purposes: list[PurposeCode]
    valid_from: date
    valid_to: date
    approval_document: str = strawberry.field(description="批准文号")
    agency: str | None = strawberry.field(default=None, description="The agency's code; none: the caller's")
