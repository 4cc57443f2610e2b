"""What the tax authority knows, in its own tables: taxpayers by an internal number, pinyin columns, compact days.

A taxpayer is found once, in the register ``dj_nsrxx``; every other table names it by its internal number ``djxh``.
"""

from typing import Any, ClassVar

import sqlalchemy as sa

from connectors import columns as read
from connectors.connector import Connector, Key, Table
from schema.records.any_agency import AdministrativePenalty
from schema.records.enums import (
    CounterpartyCategory,
    DishonestySeverity,
    IdDocumentType,
    PenaltyType,
    SettlementStatus,
    TaxCreditGrade,
    TaxpayerStatus,
    TaxpayerType,
    TaxViolationType,
)
from schema.records.tax import (
    AbnormalTaxpayer,
    AnnualFinancialSummary,
    MajorTaxViolation,
    TaxArrears,
    TaxCreditRating,
    TaxRegistration,
)

__all__ = ["METADATA", "Tax"]

NAME = "国家税务总局郑州市税务局(演示)"
CODE = "11410199DEM00121XD"
METADATA = sa.MetaData()


def _table(name: str, *columns: sa.Column[Any]) -> sa.Table:
    return sa.Table(
        name,
        METADATA,
        sa.Column("xh", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("djxh", sa.Text, nullable=False, index=True),
        *columns,
        sa.Column("xgsj", sa.DateTime),
    )


def _texts(*names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(sa.Column(name, sa.Text) for name in names)


def _amounts(*names: str) -> tuple[sa.Column[Any], ...]:
    return tuple(sa.Column(name, sa.Numeric(18, 2)) for name in names)


TAXPAYER = sa.Table(
    "dj_nsrxx",
    METADATA,
    sa.Column("djxh", sa.Text, primary_key=True),
    sa.Column("nsrsbh", sa.Text, nullable=False),
    sa.Column("shxydm", sa.Text, index=True),
    sa.Column("sfzjhm", sa.Text, index=True),
    *_texts("nsrmc", "nsrzt_dm", "nsrlx_dm", "djrq", "zxrq", "zgswjg_mc", "cwfzr_xm", "fddbr_xm"),
    sa.Column("xgsj", sa.DateTime),
)
RATING = _table(
    "nsxy_pj",
    sa.Column("pjnd", sa.Integer),
    *_texts("pjjb_dm"),
    sa.Column("pjdf", sa.Numeric(5, 2)),
    *_texts("pjrq", "pjjg_mc"),
)
ARREARS = _table("qs_gg", *_texts("zsxm_dm", "ssqj", "qjzt_dm", "qjrq", "ggrq", "ggjg_mc"), *_amounts("qsye", "xzqs"))
VIOLATION = _table(
    "zdwf_aj",
    *_texts("ajbh", "wfxz_dm", "wfss", "flyj", "clcf", "jdrq", "gbrq", "rdjg_mc", "zrr_xm", "zrr_sfzjhm", "tzgbrq"),
    sa.Column("sase_wy", sa.Numeric(18, 6)),
)
STATEMENT = _table("cwbb_nd", sa.Column("kjnd", sa.Integer), *_amounts("yysr", "lrze", "zcze", "fzze", "sjse"))
NON_NORMAL = _table("fzc_rd", *_texts("rdrq", "rdyy", "rdjg_mc", "jcrq", "jcyy"))
PENALTY = _table(
    "cf_jd",
    *_texts(
        "cfjdwsh", "wfxw_mc", "wfss", "cfyj", "cflx_dm", "cfnr", "jdrq", "gsjzq", "jyaj_bz", "sxcd_dm", "cfjg_mc", "bz"
    ),
    *_amounts("fkje", "msje"),
)

STATUSES = {
    "03": TaxpayerStatus.NORMAL,
    "04": TaxpayerStatus.SUSPENDED,
    "05": TaxpayerStatus.NON_NORMAL,
    "07": TaxpayerStatus.DEREGISTERED,
    "08": TaxpayerStatus.DEREGISTERED,
}
TYPES = {"101": TaxpayerType.GENERAL, "102": TaxpayerType.SMALL_SCALE}
GRADES = {
    "1": TaxCreditGrade.A,
    "2": TaxCreditGrade.B,
    "3": TaxCreditGrade.M,
    "4": TaxCreditGrade.C,
    "5": TaxCreditGrade.D,
}
TAXES = {
    "10101": "增值税",
    "10102": "消费税",
    "10104": "企业所得税",
    "10106": "个人所得税",
    "10109": "城市维护建设税",
    "10110": "房产税",
    "10112": "城镇土地使用税",
}
SETTLEMENTS = {
    "0": SettlementStatus.UNSETTLED,
    "1": SettlementStatus.PARTIALLY_SETTLED,
    "2": SettlementStatus.SETTLED,
}
VIOLATIONS = {
    "01": TaxViolationType.TAX_EVASION,
    "02": TaxViolationType.EVADING_ARREARS_RECOVERY,
    "03": TaxViolationType.EXPORT_REFUND_FRAUD,
    "04": TaxViolationType.TAX_RESISTANCE,
    "05": TaxViolationType.FALSE_INVOICING,
    "99": TaxViolationType.OTHER,
}
PENALTIES = {
    "1": PenaltyType.WARNING,
    "2": PenaltyType.FINE,
    "3": PenaltyType.CONFISCATION,
    "4": PenaltyType.BUSINESS_RESTRICTION,
    "9": PenaltyType.OTHER,
}
SEVERITIES = {"1": DishonestySeverity.MINOR, "2": DishonestySeverity.GENERAL, "3": DishonestySeverity.SERIOUS}


def _by_credit_code(key: Key) -> sa.ColumnElement[bool]:
    return TAXPAYER.c.shxydm == key.identifier


def _by_identity_number(key: Key) -> sa.ColumnElement[bool]:
    return TAXPAYER.c.sfzjhm == key.identifier


UNITS = {"LEGAL_PERSON": _by_credit_code}
ANYONE = {"LEGAL_PERSON": _by_credit_code, "INDIVIDUAL": _by_identity_number}


def _of_taxpayer(table: sa.Table) -> sa.Join:
    return table.join(TAXPAYER, table.c.djxh == TAXPAYER.c.djxh)


def _of_units(column: sa.ColumnElement[object]) -> sa.ColumnElement[object]:
    """Give an amount of legal persons alone: an individual's tax amounts are not collected (Art. 9(3))."""
    return sa.case((TAXPAYER.c.shxydm.is_not(None), column))


class Tax(Connector):
    """The tax authority, which answers for the truth of what it serves (Art. 4)."""

    agency = "TAX"
    name = NAME
    tables: ClassVar = (
        Table(
            TaxRegistration,
            TAXPAYER,
            UNITS,
            {
                "taxpayerNumber": read.text(TAXPAYER.c.nsrsbh),
                "taxpayerName": read.text(TAXPAYER.c.nsrmc),
                "taxpayerStatus": read.code(TAXPAYER.c.nsrzt_dm, STATUSES),
                "taxpayerType": read.code(TAXPAYER.c.nsrlx_dm, TYPES),
                "registeredOn": read.day(TAXPAYER.c.djrq),
                "deregisteredOn": read.day(TAXPAYER.c.zxrq),
                "competentTaxAuthority": read.text(TAXPAYER.c.zgswjg_mc),
                "financeOfficerName": read.text(TAXPAYER.c.cwfzr_xm),
                "reportedAt": read.instant(TAXPAYER.c.xgsj),
            },
        ),
        Table(
            TaxCreditRating,
            _of_taxpayer(RATING),
            UNITS,
            {
                "taxpayerNumber": read.text(TAXPAYER.c.nsrsbh),
                "ratingYear": read.number(RATING.c.pjnd),
                "grade": read.code(RATING.c.pjjb_dm, GRADES),
                "score": read.yuan(RATING.c.pjdf),
                "ratedOn": read.day(RATING.c.pjrq),
                "ratingAuthority": read.text(RATING.c.pjjg_mc),
                "reportedAt": read.instant(RATING.c.xgsj),
            },
        ),
        Table(
            TaxArrears,
            _of_taxpayer(ARREARS),
            ANYONE,
            {
                "taxpayerNumber": read.text(TAXPAYER.c.nsrsbh),
                "taxType": read.code(ARREARS.c.zsxm_dm, TAXES),
                "arrearsPeriod": read.text(ARREARS.c.ssqj),
                "arrearsBalance": read.yuan(_of_units(ARREARS.c.qsye)),
                "newArrears": read.yuan(_of_units(ARREARS.c.xzqs)),
                "settlementStatus": read.code(ARREARS.c.qjzt_dm, SETTLEMENTS),
                "settledOn": read.day(ARREARS.c.qjrq),
                "announcedOn": read.day(ARREARS.c.ggrq),
                "announcingAuthority": read.text(ARREARS.c.ggjg_mc),
                "reportedAt": read.instant(ARREARS.c.xgsj),
            },
        ),
        Table(
            MajorTaxViolation,
            _of_taxpayer(VIOLATION),
            ANYONE,
            {
                "caseNumber": read.text(VIOLATION.c.ajbh),
                "violationType": read.code(VIOLATION.c.wfxz_dm, VIOLATIONS),
                "facts": read.text(VIOLATION.c.wfss),
                "amountInvolved": read.yuan(_of_units(VIOLATION.c.sase_wy), unit=10_000),
                "legalBasis": read.text(VIOLATION.c.flyj),
                "treatment": read.text(VIOLATION.c.clcf),
                "decisionDate": read.day(VIOLATION.c.jdrq),
                "publishedOn": read.day(VIOLATION.c.gbrq),
                "authority": read.text(VIOLATION.c.rdjg_mc),
                "responsiblePersonName": read.text(VIOLATION.c.zrr_xm),
                "responsiblePersonId": read.text(VIOLATION.c.zrr_sfzjhm),
                "terminatedOn": read.day(VIOLATION.c.tzgbrq),
                "reportedAt": read.instant(VIOLATION.c.xgsj),
            },
        ),
        Table(
            AnnualFinancialSummary,
            _of_taxpayer(STATEMENT),
            UNITS,
            {
                "taxpayerNumber": read.text(TAXPAYER.c.nsrsbh),
                "fiscalYear": read.number(STATEMENT.c.kjnd),
                "operatingRevenue": read.yuan(STATEMENT.c.yysr),
                "totalProfit": read.yuan(STATEMENT.c.lrze),
                "totalAssets": read.yuan(STATEMENT.c.zcze),
                "totalLiabilities": read.yuan(STATEMENT.c.fzze),
                "taxPaid": read.yuan(STATEMENT.c.sjse),
                "reportedAt": read.instant(STATEMENT.c.xgsj),
            },
        ),
        Table(
            AbnormalTaxpayer,
            _of_taxpayer(NON_NORMAL),
            UNITS,
            {
                "taxpayerNumber": read.text(TAXPAYER.c.nsrsbh),
                "determinedOn": read.day(NON_NORMAL.c.rdrq),
                "reason": read.text(NON_NORMAL.c.rdyy),
                "authority": read.text(NON_NORMAL.c.rdjg_mc),
                "liftedOn": read.day(NON_NORMAL.c.jcrq),
                "liftedReason": read.text(NON_NORMAL.c.jcyy),
                "reportedAt": read.instant(NON_NORMAL.c.xgsj),
            },
        ),
        # The tax authority keeps neither the counterparty's other codes (registration, institution, social
        # organisation) nor what was suspended: it takes away no licences.
        Table(
            AdministrativePenalty,
            _of_taxpayer(PENALTY),
            ANYONE,
            {
                "counterpartyName": read.text(TAXPAYER.c.nsrmc),
                "counterpartyCategory": read.code(
                    sa.case((TAXPAYER.c.shxydm.is_(None), "自"), (TAXPAYER.c.shxydm.like("92%"), "个"), else_="法"),
                    {
                        "法": CounterpartyCategory.LEGAL_PERSON_OR_ORGANIZATION,
                        "自": CounterpartyCategory.NATURAL_PERSON,
                        "个": CounterpartyCategory.INDIVIDUAL_BUSINESS,
                    },
                ),
                "unifiedSocialCreditCode": read.text(TAXPAYER.c.shxydm),
                "taxRegistrationNumber": read.text(_of_units(TAXPAYER.c.nsrsbh)),
                "legalRepresentativeName": read.text(TAXPAYER.c.fddbr_xm),
                "counterpartyIdType": read.code(
                    sa.case((TAXPAYER.c.sfzjhm.is_not(None), "201")), {"201": IdDocumentType.RESIDENT_ID}
                ),
                "counterpartyId": read.text(TAXPAYER.c.sfzjhm),
                "penaltyDocumentNumber": read.text(PENALTY.c.cfjdwsh),
                "violationType": read.text(PENALTY.c.wfxw_mc),
                "violationFacts": read.text(PENALTY.c.wfss),
                "penaltyBasis": read.text(PENALTY.c.cfyj),
                "penaltyTypes": read.codes(PENALTY.c.cflx_dm, PENALTIES, separator=","),
                "penaltyContent": read.text(PENALTY.c.cfnr),
                "fineAmount": read.yuan(PENALTY.c.fkje),
                "confiscatedAmount": read.yuan(PENALTY.c.msje),
                "decisionDate": read.day(PENALTY.c.jdrq),
                "publicityUntil": read.day(PENALTY.c.gsjzq),
                "severity": read.code(PENALTY.c.sxcd_dm, SEVERITIES),
                "simplifiedProcedure": read.flag(PENALTY.c.jyaj_bz, yes=("Y",), no=("N",)),
                "authorityName": read.text(PENALTY.c.cfjg_mc),
                "authorityCode": read.constant(CODE),
                "sourceUnitName": read.constant(NAME),
                "sourceUnitCode": read.constant(CODE),
                "remarks": read.text(PENALTY.c.bz),
                "reportedAt": read.instant(PENALTY.c.xgsj),
            },
        ),
    )
