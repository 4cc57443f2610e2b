"""What the peer's DataLoaders load: one ORM query a list, for all subjects of the request."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from operator import attrgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from connectors import courts, market_regulation, social_insurance, tax
from tests.bench.readings import distinct, spellings, to_day, to_money, to_text
from tests.bench.vanilla.graph import (
    DishonestJudgmentDebtor,
    EffectiveJudgment,
    IntellectualProperty,
    LegalPerson,
    SocialInsuranceRegistration,
    TaxArrears,
    TaxCreditRating,
)
from tests.bench.vanilla.models import (
    ArrearsRow,
    DebtorRow,
    EntityRow,
    JudgmentRow,
    PartyRow,
    PropertyRow,
    RatingRow,
    SubjectRow,
    TaxpayerRow,
    UnitRow,
)

__all__ = ["LOADS", "Load"]

Codes = list[str]
Load = Callable[[AsyncSession, Codes], Awaitable[Mapping[str, Any]]]
"""What a loader does: by credit code, the records of each subject."""


async def subjects(session: AsyncSession, codes: Codes) -> Mapping[str, LegalPerson]:
    found = await session.scalars(select(SubjectRow).where(SubjectRow.identifier.in_(codes)))
    return {row.identifier: LegalPerson(name=row.name, unified_social_credit_code=row.identifier) for row in found}


async def ratings(session: AsyncSession, codes: Codes) -> Mapping[str, list[TaxCreditRating]]:
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


async def arrears(session: AsyncSession, codes: Codes) -> Mapping[str, list[TaxArrears]]:
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


async def judgments(session: AsyncSession, codes: Codes) -> Mapping[str, list[EffectiveJudgment]]:
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


async def debtors(session: AsyncSession, codes: Codes) -> Mapping[str, list[DishonestJudgmentDebtor]]:
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


async def units(session: AsyncSession, codes: Codes) -> Mapping[str, list[SocialInsuranceRegistration]]:
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


async def properties(session: AsyncSession, codes: Codes) -> Mapping[str, list[IntellectualProperty]]:
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


def _owners(codes: Codes) -> dict[str, str]:
    return {spelling: code for code in codes for spelling in spellings(code)}


def _grouped(rows: Any, owners: Mapping[str, str] | None = None) -> dict[str, list[Any]]:  # noqa: ANN401 (pairs)
    grouped: dict[str, list[Any]] = defaultdict(list)
    for code, row in rows:
        grouped[owners[code] if owners else code].append(row)
    return grouped


LOADS: Mapping[str, Load] = {
    "subjects": subjects,
    "ratings": ratings,
    "arrears": arrears,
    "judgments": judgments,
    "debtors": debtors,
    "units": units,
    "properties": properties,
}
"""Every loader by the name that the graph calls it by."""
