"""Papers as the graph shows them: who may ask on what, in which state, with what history (Art. 9(3), 15, 18).

No identity number is ever in an answer; names of individuals are masked for whoever is neither the subject, the
presenter nor staff.
"""

import enum
from datetime import date, datetime

import strawberry

from schema.connections import PageInfo
from schema.enumerations import PurposeCode
from schema.terms import SubjectKind

__all__ = [
    "Evidence",
    "Grant",
    "GrantConnection",
    "GrantState",
    "GrantStep",
    "LegalBasisEntry",
    "Paper",
    "PaperConnection",
    "PaperKind",
    "PaperScope",
    "PaperState",
    "PaperStep",
    "PaperSubject",
    "ReviewDecision",
    "SignatureKind",
    "VerificationMethod",
]


@strawberry.enum(description="材料种类: the kinds of paper that are presented and reviewed (Art. 9(3), 15, 18)")
class PaperKind(enum.StrEnum):
    """A kind of paper; grants go another way, since the supervisor approves them."""

    IDENTITY_DOCUMENT = "IDENTITY_DOCUMENT"
    ENTITY_CERTIFICATE = "ENTITY_CERTIFICATE"
    AUTHORISATION = "AUTHORISATION"
    OFFICIAL_LETTER = "OFFICIAL_LETTER"
    COLLECTION_CONSENT = "COLLECTION_CONSENT"
    RECOGNITION = "RECOGNITION"


@strawberry.enum(description="材料状态 (R18.6): only an accepted paper may be cited")
class PaperState(enum.StrEnum):
    """Where a paper is on its way; the last three come after acceptance, and none leads back."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    EXHAUSTED = "EXHAUSTED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


@strawberry.enum(description="有限共享类授权状态 (Art. 15(3))")
class GrantState(enum.StrEnum):
    """Where a grant is on its way: the agency proposes, the centre reviews, the supervisor approves."""

    PROPOSED = "PROPOSED"
    REVIEWED = "REVIEWED"
    APPROVED = "APPROVED"
    ACTIVE = "ACTIVE"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


@strawberry.enum(description="签署方式 (R18.3)")
class SignatureKind(enum.StrEnum):
    """How a paper was signed."""

    PAPER = "PAPER"
    E_SIGNATURE = "E_SIGNATURE"


@strawberry.enum(description="核验方式 (R18.1)")
class VerificationMethod(enum.StrEnum):
    """How it was verified that an identity document is its holder's."""

    WINDOW_SIGHTED = "WINDOW_SIGHTED"
    EID = "EID"
    FACE = "FACE"


@strawberry.enum(description="审查结论")
class ReviewDecision(enum.StrEnum):
    """What a reviewer decides."""

    ACCEPT = "ACCEPT"
    REJECT = "REJECT"


@strawberry.type(name="LegalBasis", description="依据: where a step or a refusal rests in the law")
class LegalBasisEntry:
    """An article of an instrument."""

    instrument: str
    article: str
    paragraph: str | None = None
    item: str | None = None
    rule_pack: str | None = None
    status: str | None = None


@strawberry.type(description="材料所涉主体: a subject that a paper is about")
class PaperSubject:
    """A subject by the graph's own id; ``name`` is as the reader may see it."""

    id: strawberry.ID
    kind: SubjectKind
    name: str | None = None


@strawberry.type(description="授权范围: what a paper opens, by names of the catalogue (R18.3)")
class PaperScope:
    """Record types and coordinates such as ``SocialInsurancePayment.paidAmount``."""

    all_shared: bool = strawberry.field(description="Whether all of tier B is open")
    shared: list[str] = strawberry.field(description="What of tier B is open by name")
    restricted: list[str] = strawberry.field(description="What of tier C is open, each by name")


@strawberry.type(description="证明文件: a file kept outside the graph, by its digest")
class Evidence:
    """What proves a paper; its content is behind ``/evidence/{digest}``."""

    digest: str
    media_type: str
    size: int
    name: str | None = None
    also_proves: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="Other papers that rest on the same file, so that none is used anew; for staff, of one paper",
    )


@strawberry.type(description="记载事项: what is written in a paper besides, such as its seal or its handler's name")
class PaperParticular:
    """A thing that a reviewer compares with the evidence; numbers of persons are masked."""

    name: str
    value: str


@strawberry.type(description="One step of a paper: by whom, when, why, on what basis")
class PaperStep:
    """A transition from one state to another; a first step comes from none."""

    at: datetime
    actor: str
    to: PaperState
    legal_basis: LegalBasisEntry
    organisation: str | None = None
    from_: PaperState | None = strawberry.field(default=None, name="from")
    reason: str | None = None


@strawberry.type(description="材料: a paper on which queries, or a collection, may rest (Art. 9(3), 15, 18)")
class Paper:
    """One paper with its history."""

    id: strawberry.ID
    kind: PaperKind
    state: PaperState
    subjects: list[PaperSubject] = strawberry.field(description="Whom it is about, listed one by one")
    holders: list[str] = strawberry.field(description="The persons who may use it, as their tokens name them")
    purposes: list[PurposeCode] = strawberry.field(description="What for; empty: whatever fits the standing")
    presented_by: str
    evidence: list[Evidence]
    use_count: int = strawberry.field(description="Uses so far, each subject counted (R18.4)")
    history: list[PaperStep]
    organisation: str | None = strawberry.field(default=None, description="The organisation that it serves")
    number: str | None = strawberry.field(default=None, description="文号: of a letter, a recognition")
    signatory: str | None = None
    scope: PaperScope | None = strawberry.field(default=None, description="Null: as far as the law goes")
    issued_on: date | None = None
    signed_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = strawberry.field(default=None, description="Its last day; null: long-term (长期)")
    signature: SignatureKind | None = None
    verification: VerificationMethod | None = None
    max_uses: int | None = strawberry.field(default=None, description="Uses for each subject; null: without limit")
    reviewed_by: str | None = None
    particulars: list[PaperParticular] = strawberry.field(
        default_factory=list,
        description="What is written in it besides: for staff, who presented it, and whom it is about",
    )


@strawberry.type(description="A page of papers, newest first")
class PaperConnection:
    """One's own papers and those about oneself; staff see all."""

    nodes: list[Paper]
    page_info: PageInfo
    total_count: int


@strawberry.type(description="One step of a grant")
class GrantStep:
    """A transition from one state to another; a first step comes from none."""

    at: datetime
    actor: str
    to: GrantState
    legal_basis: LegalBasisEntry
    organisation: str | None = None
    from_: GrantState | None = strawberry.field(default=None, name="from")
    reason: str | None = None


@strawberry.type(description="有限共享类查询授权: what of tier C an agency may ask for at all (Art. 15(3))")
class Grant:
    """The standing list behind the word 部分; a letter, or an authorisation, is needed besides."""

    id: strawberry.ID
    agency: str
    state: GrantState
    scope: PaperScope
    purposes: list[PurposeCode]
    valid_from: date
    valid_to: date
    approval_document: str = strawberry.field(description="批准文号")
    history: list[GrantStep]


@strawberry.type(description="A page of grants, newest first")
class GrantConnection:
    """One's own organisation's grants; staff see all."""

    nodes: list[Grant]
    page_info: PageInfo
    total_count: int
