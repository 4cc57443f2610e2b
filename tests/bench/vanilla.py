"""The peer to compare with: plain Strawberry types, a DataLoader a list, SQLAlchemy's ORM on async sessions.

It is what a good developer writes first: correct, no query per row, nothing read twice in a request. It knows neither
tiers nor a trail. It has the very graph of W1, so that it is asked with the same bytes and gives the same JSON.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, Generic, TypeVar

import strawberry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import registry
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

from connectors import courts, credit_centre, market_regulation, social_insurance, tax
from schema.records.enums import (
    InsuranceKind,
    IntellectualPropertyKind,
    JudicialDocumentType,
    LitigantRole,
    PerformanceStatus,
    SettlementStatus,
    TaxCreditGrade,
)
from tests.bench.city import SCHEMAS
from tests.bench.readings import distinct, spellings, to_day, to_money, to_text

__all__ = ["app"]

_models = registry()
T = TypeVar("T")
Loaders = Mapping[str, DataLoader[str, Any]]
Info = strawberry.Info[Any, None]
Sessions = Mapping[str, "async_sessionmaker[AsyncSession]"]
Load = Callable[[AsyncSession, list[str]], Awaitable[Mapping[str, Any]]]


@_models.mapped
class SubjectRow:
    """A line of the subject register."""

    __table__ = credit_centre.SUBJECT


@_models.mapped
class TaxpayerRow:
    """A taxpayer."""

    __table__ = tax.TAXPAYER


@_models.mapped
class RatingRow:
    """A year's credit rating."""

    __table__ = tax.RATING


@_models.mapped
class ArrearsRow:
    """Arrears of one tax."""

    __table__ = tax.ARREARS


@_models.mapped
class PartyRow:
    """A party to a case."""

    __table__ = courts.PARTY


@_models.mapped
class JudgmentRow:
    """A judgment in force."""

    __table__ = courts.JUDGMENT


@_models.mapped
class DebtorRow:
    """A judgment debtor that does not perform."""

    __table__ = courts.DEBTOR


@_models.mapped
class UnitRow:
    """An employer."""

    __table__ = social_insurance.UNIT


@_models.mapped
class EntityRow:
    """An entity of the register."""

    __table__ = market_regulation.ENTITY


@_models.mapped
class PropertyRow:
    """A product, brand, trademark or patent."""

    __table__ = market_regulation.PROPERTY


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
        return await info.context["subjects"].load_many([each.unified_social_credit_code for each in by])


async def _subjects(session: AsyncSession, codes: list[str]) -> Mapping[str, LegalPerson]:
    found = await session.scalars(select(SubjectRow).where(SubjectRow.identifier.in_(codes)))
    return {row.identifier: LegalPerson(name=row.name, unified_social_credit_code=row.identifier) for row in found}


async def _ratings(session: AsyncSession, codes: list[str]) -> Mapping[str, list[TaxCreditRating]]:
    statement = (
        select(TaxpayerRow.shxydm, RatingRow)
        .join(RatingRow, RatingRow.djxh == TaxpayerRow.djxh)
        .where(TaxpayerRow.shxydm.in_(codes))
        .order_by(RatingRow.pjrq.desc())
    )
    grouped = _grouped(await session.execute(statement))
    return {code: [_rating(row) for row in distinct(rows, attrgetter("pjnd"))] for code, rows in grouped.items()}


def _rating(row: RatingRow) -> TaxCreditRating:
    return TaxCreditRating(
        rating_year=row.pjnd, grade=tax.GRADES[row.pjjb_dm], score=to_money(row.pjdf), rated_on=to_day(row.pjrq)
    )


async def _arrears(session: AsyncSession, codes: list[str]) -> Mapping[str, list[TaxArrears]]:
    statement = (
        select(TaxpayerRow.shxydm, ArrearsRow)
        .join(ArrearsRow, ArrearsRow.djxh == TaxpayerRow.djxh)
        .where(TaxpayerRow.shxydm.in_(codes))
        .order_by(ArrearsRow.ggrq.desc())
    )
    grouped = _grouped(await session.execute(statement))
    key = attrgetter("zsxm_dm", "ssqj")
    return {code: [_arrears_of(row) for row in distinct(rows, key)] for code, rows in grouped.items()}


def _arrears_of(row: ArrearsRow) -> TaxArrears:
    return TaxArrears(
        tax_type=tax.TAXES[row.zsxm_dm],
        arrears_period=row.ssqj,
        arrears_balance=to_money(row.qsye),
        new_arrears=to_money(row.xzqs),
        settlement_status=tax.SETTLEMENTS[row.qjzt_dm],
        settled_on=to_day(row.qjrq),
        announced_on=to_day(row.ggrq),
        announcing_authority=to_text(row.ggjg_mc),
    )


async def _judgments(session: AsyncSession, codes: list[str]) -> Mapping[str, list[EffectiveJudgment]]:
    owners = _owners(codes)
    statement = (
        select(PartyRow.dm, JudgmentRow)
        .join(JudgmentRow, JudgmentRow.dsrbh == PartyRow.dsrbh)
        .where(PartyRow.dm.in_(owners), JudgmentRow.sfgbk == "0")
        .order_by(JudgmentRow.sxrq.desc())
    )
    grouped = _grouped(await session.execute(statement), owners)
    key = attrgetter("ah", "wslx")
    return {code: [_judgment(row) for row in distinct(rows, key)] for code, rows in grouped.items()}


def _judgment(row: JudgmentRow) -> EffectiveJudgment:
    return EffectiveJudgment(
        case_number=row.ah,
        court_name=row.fymc,
        document_type=courts.DOCUMENTS[row.wslx],
        litigant_role=courts.ROLES[row.ssdw],
        amount=to_money(row.pdje),
        effective_on=to_day(row.sxrq),
    )


async def _debtors(session: AsyncSession, codes: list[str]) -> Mapping[str, list[DishonestJudgmentDebtor]]:
    owners = _owners(codes)
    statement = (
        select(PartyRow.dm, DebtorRow)
        .join(DebtorRow, DebtorRow.dsrbh == PartyRow.dsrbh)
        .where(PartyRow.dm.in_(owners))
        .order_by(DebtorRow.larq.desc())
    )
    grouped = _grouped(await session.execute(statement), owners)
    return {code: [_debtor(row) for row in distinct(rows, attrgetter("ah"))] for code, rows in grouped.items()}


def _debtor(row: DebtorRow) -> DishonestJudgmentDebtor:
    return DishonestJudgmentDebtor(
        case_number=row.ah,
        court_name=row.fymc,
        performance_status=courts.PERFORMANCES[row.lxqk],
        filed_on=to_day(row.larq),
        obligation=to_text(row.yw),
        published_on=to_day(row.fbrq),
    )


async def _units(session: AsyncSession, codes: list[str]) -> Mapping[str, list[SocialInsuranceRegistration]]:
    found = await session.scalars(select(UnitRow).where(UnitRow.aab998.in_(codes)).order_by(UnitRow.aab050.desc()))
    grouped = _grouped((row.aab998, row) for row in found)
    return {code: [_unit(row) for row in distinct(rows, attrgetter("aab001"))] for code, rows in grouped.items()}


def _unit(row: UnitRow) -> SocialInsuranceRegistration:
    return SocialInsuranceRegistration(
        unit_number=row.aab001,
        insurance_kinds=[social_insurance.KINDS[kind] for kind in row.aae140.split(",")],
        insured_headcount=row.aab055,
        insured_status=social_insurance.UNIT_STATES[row.aab051],
        registered_on=to_day(row.aab050),
    )


async def _properties(session: AsyncSession, codes: list[str]) -> Mapping[str, list[IntellectualProperty]]:
    statement = (
        select(EntityRow.UNISCID, PropertyRow)
        .join(PropertyRow, PropertyRow.PRIPID == EntityRow.PRIPID)
        .where(EntityRow.UNISCID.in_(codes))
        .order_by(PropertyRow.SQRQ.desc())
    )
    grouped = _grouped(await session.execute(statement))
    key = attrgetter("LX", "ZCH")
    return {code: [_property(row) for row in distinct(rows, key)] for code, rows in grouped.items()}


def _property(row: PropertyRow) -> IntellectualProperty:
    return IntellectualProperty(
        kind=market_regulation.PROPERTIES[row.LX],
        name=row.MC,
        number=row.ZCH,
        granted_on=to_day(row.SQRQ),
        valid_to=to_day(row.YXQZ),
        legal_status=to_text(row.FLZT),
    )


def _owners(codes: list[str]) -> dict[str, str]:
    return {spelling: code for code in codes for spelling in spellings(code)}


def _grouped(rows: Any, owners: Mapping[str, str] | None = None) -> dict[str, list[Any]]:  # noqa: ANN401 (pairs)
    grouped: dict[str, list[Any]] = defaultdict(list)
    for code, row in rows:
        grouped[owners[code] if owners else code].append(row)
    return grouped


_LOADS: Mapping[str, tuple[str, Load]] = {
    "subjects": ("CREDIT_CENTRE", _subjects),
    "ratings": ("TAX", _ratings),
    "arrears": ("TAX", _arrears),
    "judgments": ("COURT", _judgments),
    "debtors": ("COURT", _debtors),
    "units": ("SOCIAL_INSURANCE", _units),
    "properties": ("MARKET_REGULATION", _properties),
}


def _loader(sessions: "async_sessionmaker[AsyncSession]", load: Load, *, listed: bool) -> DataLoader[str, Any]:
    async def load_all(codes: list[str]) -> Sequence[Any]:
        async with sessions() as session:
            found = await load(session, codes)
        return [found.get(code, [] if listed else None) for code in codes]

    return DataLoader(load_fn=load_all)


class _View(GraphQL[Any, None]):
    """Strawberry's own Starlette view, with loaders of its own for each request."""

    def __init__(self, schema: strawberry.Schema, sessions: Sessions) -> None:
        super().__init__(schema)
        self._sessions = sessions

    async def get_context(self, request: Any, response: Any) -> Loaders:  # noqa: ANN401, ARG002 (Strawberry's interface)
        return {
            name: _loader(self._sessions[agency], load, listed=name != "subjects")
            for name, (agency, load) in _LOADS.items()
        }


def _sessions(postgres: str, schema: str) -> "async_sessionmaker[AsyncSession]":
    """Give sessions of one agency's database, over a pool of the usual size (5 and 10 more)."""
    url = postgres.replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url, connect_args={"server_settings": {"search_path": schema}})
    return async_sessionmaker(engine, expire_on_commit=False)


def app(postgres: str, *, caches: bool) -> GraphQL[Any, None]:
    """Give the application, with or without Strawberry's caches of parsing and validation."""
    schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache] if caches else [])
    return _View(schema, {agency: _sessions(postgres, name) for agency, name in SCHEMAS.items()})
