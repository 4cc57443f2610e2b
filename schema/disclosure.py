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
    "Scope",
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
    COLLECTION_CONSENT = "COLLECTION_CONSENT"


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

    ``missing_paper`` is the paper that would open it; ``purpose_missing`` says that a purpose alone would;
    ``out_of_scope`` that a paper was cited which does not reach so far.
    """

    allowed: bool
    legal_basis: LegalBasis
    reason: str
    missing_paper: Paper | None = None
    purpose_missing: bool = False
    out_of_scope: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What a paper opens beyond its holder's own standing, by name (R18.3, R18.4).

    A name is a record type's (``SocialInsurancePayment``) or a field's (``SocialInsurancePayment.paidAmount``).
    Tier B may be opened as a whole; what is of tier C must be named.
    """

    all_shared: bool = False
    shared: frozenset[str] = frozenset()
    restricted: frozenset[str] = frozenset()

    def opens(self, level: Tier, record: str, field: str = "") -> bool:
        """Say whether records of a type, or a field of them, are open at *level*.

        A record's own tier is opened by its type's name; one field's name opens no records above those open anyway.

        >>> scope = Scope(all_shared=True, restricted=frozenset({"SocialInsurancePayment.paidAmount"}))
        >>> scope.opens(Tier.RESTRICTED, "SocialInsurancePayment", "paidAmount")
        True
        >>> scope.opens(Tier.RESTRICTED, "SocialInsurancePayment")
        False
        >>> scope.opens(Tier.SHARED, "TaxArrears")
        True
        """
        names = self.restricted
        if level is not Tier.RESTRICTED:
            if self.all_shared:
                return True
            names = self.shared | self.restricted
        return record in names or (bool(field) and f"{record}.{field}" in names)

    def touches(self, level: Tier, record: str) -> bool:
        """Say whether a field of a record type is named at *level*, be it alone.

        >>> Scope(restricted=frozenset({"EmploymentStatus.state"})).touches(Tier.RESTRICTED, "EmploymentStatus")
        True
        """
        names = self.restricted if level is Tier.RESTRICTED else self.shared | self.restricted
        return any(name.partition(".")[0] == record for name in names)

    def within(self, other: "Scope") -> "Scope":
        """Give exactly what both open: a letter reaches no farther than the grant behind it (R15.5).

        What is named of tier C opens tier B too, so that a type named there by one, and in tier B by the other, stays.

        >>> letter, grant = Scope(shared=frozenset({"PersonIdentity"})), Scope(restricted=frozenset({"PersonIdentity"}))
        >>> sorted(letter.within(grant).shared), sorted(letter.within(grant).restricted)
        (['PersonIdentity'], [])
        """
        all_of = self.all_shared, other.all_shared
        restricted = _both(self.restricted, other.restricted)
        shared = _both(self.shared | self.restricted, other.shared | other.restricted, all_of)
        besides = {name for name in shared if not _named(name, restricted)}
        return Scope(all(all_of), frozenset() if all(all_of) else frozenset(besides), restricted)


def _both(one: frozenset[str], other: frozenset[str], all_of: tuple[bool, bool] = (False, False)) -> frozenset[str]:
    """Give the names that both sets open, of which either may open all."""
    kept = {name for name in one if all_of[1] or _named(name, other)}
    return frozenset(kept | {name for name in other if all_of[0] or _named(name, one)})


def _named(name: str, names: frozenset[str]) -> bool:
    """Say whether *names* have a name, or the type's of which it is a field."""
    return name in names or name.partition(".")[0] in names


@dataclass(frozen=True, slots=True)
class Clearance:
    """What one caller may see of one subject: a decision for each tier, and what papers open beyond.

    Hashable, and the key under which plans, batches and cached rows are kept apart.
    """

    standing: Standing
    public: Decision
    shared: Decision
    restricted: Decision
    counts: bool
    """Whether a disclosure under it counts in the subject's cumulative query count (Art. 19)."""
    scope: Scope | None = None
    """What a paper opens beyond the tiers that are open as a whole."""
    in_scope: Decision | None = None
    """The decision on what the scope opens."""
    granted: Scope | None = None
    """What a grant opens besides, though the paper cited does not reach so far."""
    beyond: Decision | None = None
    """The decision on that."""
    own: str = ""
    """The agency whose own records are open as a whole: its reporting officer asks (R15.3)."""

    def decide(self, level: Tier, record: str = "", field: str = "") -> Decision:
        """Give the decision on *level*, of a record type or of one of its fields (Art. 15)."""
        if level is Tier.PUBLIC:
            return self.public
        decision = self.shared if level is Tier.SHARED else self.restricted
        if decision.allowed or self.scope is None or self.in_scope is None:
            return decision
        if self.scope.opens(level, record, field):
            return self.in_scope
        if self.granted is not None and self.beyond is not None and self.granted.opens(level, record, field):
            return self.beyond
        return decision

    def decide_field(self, level: Tier, record: str, field: str, floor: Tier) -> Decision:
        """Give the decision on a field of records that are there, the lowest of which are of *floor* (R15.2).

        A value is of no lower tier than its record: where a paper names one field of records that nothing else opens,
        their other fields stay withheld, also those that would be public in another subject's.
        """
        return self.decide(level if self.scope is None else max(level, floor), record, field)

    def decide_records(self, floor: Tier, record: str) -> Decision:
        """Give the decision on whether records of a type are there at all, the lowest of which are of *floor* (R15.2).

        Where a paper names a field of them, so many are there as have nothing but that type's own tier.
        """
        decision = self.decide(floor, record)
        if decision.allowed or self.scope is None or self.in_scope is None:
            return decision
        return self.in_scope if self.scope.touches(floor, record) else decision

    @property
    def highest(self) -> Tier:
        """The strictest tier that is open as a whole (A is always open)."""
        return self.highest_of("", Tier.PUBLIC)

    def highest_of(self, record: str, floor: Tier) -> Tier:
        """Give the strictest tier of a type's records that are open, the lowest of which are of *floor* (R15.2)."""
        if self.decide(Tier.RESTRICTED, record).allowed:
            return Tier.RESTRICTED
        highest = Tier.SHARED if self.decide(Tier.SHARED, record).allowed else Tier.PUBLIC
        return max(highest, floor) if self.decide_records(floor, record).allowed else highest

    @property
    def everything(self) -> bool:
        """Whether withdrawn and repaired records are shown too: to the subject itself (section 3 of the rules)."""
        return self.standing is Standing.SELF
