"""The peer's graph: plain Strawberry types for W1, with its names and arguments, each list from a DataLoader."""

from datetime import date
from typing import Any, Generic, TypeVar

import strawberry

from schema.records.enums import (
    InsuranceKind,
    IntellectualPropertyKind,
    JudicialDocumentType,
    LitigantRole,
    PerformanceStatus,
    SettlementStatus,
    TaxCreditGrade,
)

__all__ = [
    "DishonestJudgmentDebtor",
    "EffectiveJudgment",
    "IntellectualProperty",
    "LegalPerson",
    "Query",
    "SocialInsuranceRegistration",
    "TaxArrears",
    "TaxCreditRating",
]

T = TypeVar("T")
Info = strawberry.Info[Any, None]


@strawberry.type
class TaxCreditRating:
    """A year's credit rating."""

    rating_year: int
    grade: TaxCreditGrade
    score: str | None
    rated_on: date | None


@strawberry.type
class TaxArrears:
    """Arrears of one tax."""

    tax_type: str
    arrears_period: str
    arrears_balance: str | None
    new_arrears: str | None
    settlement_status: SettlementStatus
    settled_on: date | None
    announced_on: date | None
    announcing_authority: str | None


@strawberry.type
class EffectiveJudgment:
    """A judgment in force."""

    case_number: str
    court_name: str
    document_type: JudicialDocumentType
    litigant_role: LitigantRole
    amount: str | None
    effective_on: date | None


@strawberry.type
class DishonestJudgmentDebtor:
    """A judgment debtor that does not perform."""

    case_number: str
    court_name: str
    performance_status: PerformanceStatus
    filed_on: date | None
    obligation: str | None
    published_on: date | None


@strawberry.type
class SocialInsuranceRegistration:
    """An employer."""

    unit_number: str
    insurance_kinds: list[InsuranceKind]
    insured_headcount: int | None
    insured_status: str
    registered_on: date | None


@strawberry.type
class IntellectualProperty:
    """A product, brand, trademark or patent."""

    kind: IntellectualPropertyKind
    name: str
    number: str
    granted_on: date | None
    valid_to: date | None
    legal_status: str | None


@strawberry.type
class Page(Generic[T]):
    """The first records of a list."""

    nodes: list[T]


async def _page(info: Info, name: str, code: str, first: int) -> Page[Any]:
    records = await info.context[name].load(code)
    return Page(nodes=records[:first])


@strawberry.type
class LegalPerson:
    """A subject with its lists."""

    name: str
    unified_social_credit_code: str

    @strawberry.field
    async def tax_credit_ratings(self, info: Info, first: int = 20) -> Page[TaxCreditRating]:
        """Give the ratings."""
        return await _page(info, "ratings", self.unified_social_credit_code, first)

    @strawberry.field
    async def tax_arrears(self, info: Info, first: int = 20) -> Page[TaxArrears]:
        """Give the arrears."""
        return await _page(info, "arrears", self.unified_social_credit_code, first)

    @strawberry.field
    async def effective_judgments(self, info: Info, first: int = 20) -> Page[EffectiveJudgment]:
        """Give the judgments."""
        return await _page(info, "judgments", self.unified_social_credit_code, first)

    @strawberry.field
    async def dishonest_judgment_debtors(self, info: Info, first: int = 20) -> Page[DishonestJudgmentDebtor]:
        """Give the entries as a debtor."""
        return await _page(info, "debtors", self.unified_social_credit_code, first)

    @strawberry.field
    async def social_insurance_registrations(self, info: Info, first: int = 20) -> Page[SocialInsuranceRegistration]:
        """Give the registrations as an employer."""
        return await _page(info, "units", self.unified_social_credit_code, first)

    @strawberry.field
    async def intellectual_properties(self, info: Info, first: int = 20) -> Page[IntellectualProperty]:
        """Give products, brands, trademarks and patents."""
        return await _page(info, "properties", self.unified_social_credit_code, first)


@strawberry.input
class SubjectRef:
    """By what a subject is asked for."""

    unified_social_credit_code: str


@strawberry.type
class Query:
    """The graph."""

    @strawberry.field
    async def subject(self, info: Info, by: SubjectRef) -> LegalPerson | None:
        """Give one subject."""
        found: LegalPerson | None = await info.context["subjects"].load(by.unified_social_credit_code)
        return found

    @strawberry.field
    async def subjects(self, info: Info, by: list[SubjectRef]) -> list[LegalPerson | None]:
        """Give several subjects."""
        codes = [each.unified_social_credit_code for each in by]
        found: list[LegalPerson | None] = await info.context["subjects"].load_many(codes)
        return found
