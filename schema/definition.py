"""What the catalogue knows of a record type and its fields, read off the declared types (Art. 7, 8, 26)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TypeAlias

from schema.conditions import Condition
from schema.terms import Term, terms
from schema.tiers import Tier

__all__ = [
    "Cycle",
    "FieldDefinition",
    "Mask",
    "Prohibition",
    "RecordDefinition",
    "Retention",
    "SubmissionClass",
    "TierRule",
]

EnumClass: TypeAlias = type[Enum]
"""An enum itself, not a member of one."""


@terms("归集周期 (Art. 12(2))", name="NonSystemCycle")
class Cycle(Term):
    """How often an agency reports when its system is not connected (归集周期, Art. 12(2))."""

    MONTHLY = "MONTHLY", "月"
    QUARTERLY = "QUARTERLY", "季"
    HALF_YEARLY = "HALF_YEARLY", "半年"
    YEARLY = "YEARLY", "年"


@terms("报送时限类别 (Art. 12(2))")
class SubmissionClass(Term):
    """Whether the seven working days of licences and penalties apply (Art. 12)."""

    ROUTINE = "ROUTINE", "一般信息(按周期)"
    DECISION = "DECISION", "行政许可/行政处罚(决定之日起7个工作日)"


class Mask(StrEnum):
    """How a value is masked when a caller of tier A reads it."""

    NAME = "NAME"
    NAME_IF_INDIVIDUAL = "NAME_IF_INDIVIDUAL"
    ID = "ID"


@dataclass(frozen=True, slots=True)
class Prohibition:
    """A value that Art. 9 lets nobody collect, or only with written consent."""

    article: str
    applies_to: str
    rule: str
    exception: str | None = None


@dataclass(frozen=True, slots=True)
class TierRule:
    """A rule on values that raises a record's tier (R15.2); ``tier`` None means EXCLUDED."""

    when: Condition
    tier: Tier | None
    why: str


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a negative record of an individual is kept, and from when (Art. 20).

    ``end`` names the field that says when the behaviour or event ended; without a value there,
    the record's own date counts, unless ``ongoing`` holds, and then it has not begun to expire.
    """

    years: int
    anchor: str
    action: str
    legal_basis: str
    end: str | None = None
    ongoing: Condition | None = None


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """One field of a record type: ``name`` is its GraphQL name, ``type`` as the catalogue writes it.

    ``type`` is one of String, Int, Boolean, Decimal, Date, UnifiedSocialCreditCode, OrganizationCode,
    RegistrationNumber, IdDocumentNumber, RegionCode, an enum's name, or a list such as ``[PenaltyType!]``.
    ``enum`` is the enum's class where the type (or the list's item) is one.
    """

    name: str
    attribute: str
    chinese: str
    type: str
    tier: Tier
    required: bool = False
    enum: EnumClass | None = None
    is_list: bool = False
    personal: str | None = None
    mask: Mask | None = None
    double_publicity: str | None = None
    double_publicity_verified: bool = True
    prohibited: Prohibition | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RecordDefinition:
    """One record type of the catalogue; ``key`` leaves out providerCode and subjectKey, which all have.

    ``agency`` is the catalogue's code of who is competent (``ANY`` for any). ``polarity`` is None where
    ``polarity_rules`` decide by value (the first that holds; a rule without a condition is "otherwise").
    ``occurred_on`` names the field that dates a record (None: the day it was reported).
    """

    name: str
    graph_field: str
    chinese: str
    agency: str
    categories: tuple[str, ...]
    subject_kinds: tuple[str, ...]
    polarity: str | None
    submission_class: SubmissionClass
    cycle: Cycle
    recommended_mode: str
    key: tuple[str, ...]
    occurred_on: str | None
    tier: Tier
    fields: Mapping[str, FieldDefinition] = field(hash=False)
    python_type: type = field(hash=False, repr=False)
    tier_rules: tuple[TierRule, ...] = ()
    polarity_rules: tuple[tuple[str, Condition | None], ...] = ()
    polarity_field: str | None = None
    retention: Retention | None = None
    publicity_term: Mapping[str, object] | None = field(default=None, hash=False)
    adopters: str | None = None
    note: str | None = None
