"""The words of a disclosure that every room of the gateway shares: who, why, on what paper (Art. 15, 18, 19)."""

import enum
from dataclasses import dataclass

from schema.tiers import Tier

__all__ = [
    "Clearance",
    "Decision",
    "LegalBasis",
    "OrganizationKind",
    "Outcome",
    "Paper",
    "Purpose",
    "PurposeCode",
    "QueryMethod",
    "Role",
    "Standing",
]


class Standing(enum.StrEnum):
    """In what capacity a caller asks about one subject (R15, R18)."""

    PUBLIC = "PUBLIC"
    SELF = "SELF"
    AUTHORISATION = "AUTHORISATION"
    DUTY = "DUTY"
    OFFICIAL_LETTER = "OFFICIAL_LETTER"
    PROVIDER = "PROVIDER"
    STAFF = "STAFF"


class OrganizationKind(enum.StrEnum):
    """What kind of organisation a caller acts for: the claim ``org_kind``."""

    ADMINISTRATIVE = "ADMINISTRATIVE"
    JUDICIAL = "JUDICIAL"
    AUTHORISED_PUBLIC_BODY = "AUTHORISED_PUBLIC_BODY"
    CREDIT_SERVICE = "CREDIT_SERVICE"
    ENTERPRISE = "ENTERPRISE"
    CREDIT_CENTRE = "CREDIT_CENTRE"
    SUPERVISOR = "SUPERVISOR"


class Role(enum.StrEnum):
    """What a caller may do for its organisation: the claim ``roles``."""

    OFFICER = "OFFICER"
    REPORTER = "REPORTER"
    OPERATOR = "OPERATOR"
    APPROVER = "APPROVER"
    SECURITY = "SECURITY"
    AUDITOR = "AUDITOR"
    SUPERVISOR = "SUPERVISOR"


class PurposeCode(enum.StrEnum):
    """Why a query is made (Art. 19: 查询目的)."""

    LICENSING = "LICENSING"
    PROCUREMENT = "PROCUREMENT"
    SUPERVISION = "SUPERVISION"
    ENFORCEMENT = "ENFORCEMENT"
    ADJUDICATION = "ADJUDICATION"
    QUALIFICATION = "QUALIFICATION"
    HONOUR_REVIEW = "HONOUR_REVIEW"
    CREDIT_SERVICE = "CREDIT_SERVICE"
    TRANSACTION = "TRANSACTION"
    OTHER = "OTHER"
    SELF = "SELF"


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose as the law wants it recorded: a code, and 4 to 200 characters of text (R19.6)."""

    code: PurposeCode
    text: str


class QueryMethod(enum.StrEnum):
    """By what way a query came in (Art. 19: 查询方式; R19.5)."""

    WINDOW = "WINDOW"
    WEBSITE = "WEBSITE"
    MOBILE = "MOBILE"
    API = "API"
    SYSTEM_SHARING = "SYSTEM_SHARING"
    SELF_TERMINAL = "SELF_TERMINAL"


class Paper(enum.StrEnum):
    """A kind of paper on which a query may rest (Art. 18, 15)."""

    IDENTITY_DOCUMENT = "IDENTITY_DOCUMENT"
    ENTITY_CERTIFICATE = "ENTITY_CERTIFICATE"
    AUTHORISATION = "AUTHORISATION"
    OFFICIAL_LETTER = "OFFICIAL_LETTER"
    RESTRICTED_GRANT = "RESTRICTED_GRANT"
    RECOGNITION = "RECOGNITION"


class Outcome(enum.StrEnum):
    """How a query about one subject ended, as the trail says it."""

    DISCLOSED = "DISCLOSED"
    DENIED = "DENIED"
    NOT_FOUND = "NOT_FOUND"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """Where a decision rests in the law: ``extensions.legalBasis`` of an error."""

    article: str
    instrument: str = "郑政办〔2017〕80号"
    paragraph: str | None = None
    item: str | None = None
    rule_pack: str | None = "zhengzhou-2017-80"


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether one tier is open to one standing, and the reason with its article; never a bare boolean.

    ``missing_paper`` is the paper that would open it; ``purpose_missing`` says that a purpose alone would.
    """

    allowed: bool
    legal_basis: LegalBasis
    reason: str
    missing_paper: Paper | None = None
    purpose_missing: bool = False


@dataclass(frozen=True, slots=True)
class Clearance:
    """What one caller may see of one subject: a decision for each tier.

    Hashable, and the key under which plans, batches and cached rows are kept apart.
    """

    standing: Standing
    public: Decision
    shared: Decision
    restricted: Decision
    counts: bool
    """Whether a disclosure under it counts in the subject's cumulative query count (Art. 19)."""

    def decide(self, level: Tier) -> Decision:
        """Give the decision on *level* (Art. 15)."""
        if level is Tier.PUBLIC:
            return self.public
        return self.shared if level is Tier.SHARED else self.restricted

    @property
    def highest(self) -> Tier:
        """The strictest tier that is open (A is always open)."""
        if self.restricted.allowed:
            return Tier.RESTRICTED
        return Tier.SHARED if self.shared.allowed else Tier.PUBLIC
