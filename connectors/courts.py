"""What the courts know: parties written by hand, with their codes in every spelling, and cases that may be sealed.

A party is one line of ``dsr`` per case. An organisation's code stands there as eighteen characters, as the nine of
the organisation code, or as those with a hyphen; a natural person has an identity number and the court's own number.
"""

from typing import ClassVar

import sqlalchemy as sa

from connectors import columns as read
from connectors.connector import Connector, Key, Table
from schema.records.courts import (
    BankruptcyResponsibility,
    ConsumptionRestriction,
    DishonestJudgmentDebtor,
    EffectiveJudgment,
    EnforcementCase,
    OfficerCriminalPunishment,
)
from schema.records.enums import (
    EnforcementStatus,
    JudicialDocumentType,
    LitigantRole,
    PerformanceStatus,
    PersonnelPosition,
)

__all__ = ["METADATA", "Courts"]

METADATA = sa.MetaData()


def _table(name: str, *texts: str, amounts: tuple[str, ...] = ()) -> sa.Table:
    return sa.Table(
        name,
        METADATA,
        sa.Column("lsh", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("dsrbh", sa.BigInteger, nullable=False, index=True),
        *(sa.Column(text, sa.Text) for text in texts),
        *(sa.Column(amount, sa.Numeric(18, 2)) for amount in amounts),
        sa.Column("gxsj", sa.DateTime),
    )


PARTY = sa.Table(
    "dsr",
    METADATA,
    sa.Column("dsrbh", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("dsrlb", sa.Text, nullable=False),
    sa.Column("dsrmc", sa.Text, nullable=False),
    sa.Column("dm", sa.Text, index=True),
    sa.Column("sfzhm", sa.Text, index=True),
    sa.Column("rybh", sa.Text),
    sa.Column("fddbr", sa.Text),
)
JUDGMENT = _table("cp_ws", "ah", "fymc", "wslx", "ay", "ssdw", "cpjg", "sxrq", "sfgbk", amounts=("pdje",))
ENFORCEMENT = _table("zx_aj", "ah", "fymc", "larq", "yjwh", "ajzt", "jarq", amounts=("sqbd", "lxje"))
DEBTOR = _table(
    "sx_bzxr", "ah", "fymc", "sf", "yjwh", "larq", "yjdw", "yw", "lxqk", "jtqx", "fbrq", "ylx", "wlx", "cxrq"
)
RESTRICTION = _table("xg_ling", "ah", "bxz_rybh", "bxz_mc", "fymc", "fbrq", "jcrq")
CONVICTION = _table("xs_ggry", "pjswh", "rybh", "xm", "sfzhm", "zw", "zm", "xf", "fymc", "sxrq", "lz")
BANKRUPTCY = _table("pc_zrr", "pcah", "pcqy_dm", "rybh", "xm", "sfzhm", "zw", "zrrd", "rdrq", "fymc", "jzrq")

DOCUMENTS = {
    "判决书": JudicialDocumentType.JUDGMENT,
    "裁定书": JudicialDocumentType.RULING,
    "调解书": JudicialDocumentType.MEDIATION,
}
ROLES = {
    "原告": LitigantRole.PLAINTIFF,
    "被告": LitigantRole.DEFENDANT,
    "上诉人": LitigantRole.APPELLANT,
    "被上诉人": LitigantRole.APPELLEE,
    "第三人": LitigantRole.THIRD_PARTY,
    "申请人": LitigantRole.APPLICANT,
    "被申请人": LitigantRole.RESPONDENT,
}
STATES = {
    "10": EnforcementStatus.ONGOING,
    "20": EnforcementStatus.CONCLUDED,
    "30": EnforcementStatus.TERMINATED_THIS_ROUND,
    "40": EnforcementStatus.TERMINATED,
}
PERFORMANCES = {
    "全部未履行": PerformanceStatus.NOT_PERFORMED,
    "部分履行": PerformanceStatus.PARTIALLY_PERFORMED,
    "全部已履行": PerformanceStatus.FULLY_PERFORMED,
}
POSITIONS = {
    "法定代表人": PersonnelPosition.LEGAL_REPRESENTATIVE,
    "董事长": PersonnelPosition.CHAIR,
    "执行董事": PersonnelPosition.CHAIR,
    "董事": PersonnelPosition.DIRECTOR,
    "监事": PersonnelPosition.SUPERVISOR,
    "总经理": PersonnelPosition.GENERAL_MANAGER,
    "高级管理人员": PersonnelPosition.SENIOR_MANAGER,
    "经营者": PersonnelPosition.OPERATOR,
}


def _by_any_spelling(key: Key) -> sa.ColumnElement[bool]:
    return PARTY.c.dm.in_([key.identifier, key.organization_code, key.hyphenated_code])


def _by_identity_number(key: Key) -> sa.ColumnElement[bool]:
    return PARTY.c.sfzhm == key.identifier


ANYONE = {"LEGAL_PERSON": _by_any_spelling, "INDIVIDUAL": _by_identity_number}


def _of_party(table: sa.Table) -> sa.Join:
    return table.join(PARTY, table.c.dsrbh == PARTY.c.dsrbh)


class Courts(Connector):
    """The courts, which answer for the truth of what they serve (Art. 4)."""

    agency = "COURT"
    name = "郑州市中级人民法院(演示)"
    tables: ClassVar = (
        Table(
            EffectiveJudgment,
            _of_party(JUDGMENT),
            ANYONE,
            {
                "caseNumber": read.text(JUDGMENT.c.ah),
                "courtName": read.text(JUDGMENT.c.fymc),
                "documentType": read.code(JUDGMENT.c.wslx, DOCUMENTS),
                "causeOfAction": read.text(JUDGMENT.c.ay),
                "litigantRole": read.code(JUDGMENT.c.ssdw, ROLES),
                "outcomeSummary": read.text(JUDGMENT.c.cpjg),
                "amount": read.yuan(JUDGMENT.c.pdje),
                "effectiveOn": read.day(JUDGMENT.c.sxrq),
                "sealed": read.flag(JUDGMENT.c.sfgbk, yes=("1",), no=("0",)),
                "reportedAt": read.instant(JUDGMENT.c.gxsj),
            },
        ),
        Table(
            EnforcementCase,
            _of_party(ENFORCEMENT),
            ANYONE,
            {
                "caseNumber": read.text(ENFORCEMENT.c.ah),
                "courtName": read.text(ENFORCEMENT.c.fymc),
                "filedOn": read.day(ENFORCEMENT.c.larq),
                "enforcementBasis": read.text(ENFORCEMENT.c.yjwh),
                "appliedAmount": read.yuan(ENFORCEMENT.c.sqbd),
                "performedAmount": read.yuan(ENFORCEMENT.c.lxje),
                "status": read.code(ENFORCEMENT.c.ajzt, STATES),
                "concludedOn": read.day(ENFORCEMENT.c.jarq),
                "reportedAt": read.instant(ENFORCEMENT.c.gxsj),
            },
        ),
        Table(
            DishonestJudgmentDebtor,
            _of_party(DEBTOR),
            ANYONE,
            {
                "debtorName": read.text(PARTY.c.dsrmc),
                # As the court wrote it: nine, eight and one, or eighteen characters.
                "debtorCode": read.text(PARTY.c.dm),
                "debtorIdNumber": read.text(PARTY.c.sfzhm),
                "legalRepresentativeName": read.text(PARTY.c.fddbr),
                "courtName": read.text(DEBTOR.c.fymc),
                "province": read.text(DEBTOR.c.sf),
                "basisDocumentNumber": read.text(DEBTOR.c.yjwh),
                "filedOn": read.day(DEBTOR.c.larq),
                "caseNumber": read.text(DEBTOR.c.ah),
                "basisAuthority": read.text(DEBTOR.c.yjdw),
                "obligation": read.text(DEBTOR.c.yw),
                "performanceStatus": read.code(DEBTOR.c.lxqk, PERFORMANCES),
                "behaviour": read.text(DEBTOR.c.jtqx),
                "publishedOn": read.day(DEBTOR.c.fbrq),
                "performedPart": read.text(DEBTOR.c.ylx),
                "unperformedPart": read.text(DEBTOR.c.wlx),
                "removedOn": read.day(DEBTOR.c.cxrq),
                "reportedAt": read.instant(DEBTOR.c.gxsj),
            },
        ),
        Table(
            ConsumptionRestriction,
            _of_party(RESTRICTION),
            ANYONE,
            {
                "caseNumber": read.text(RESTRICTION.c.ah),
                "restrictedPersonKey": read.person_key(RESTRICTION.c.bxz_rybh),
                "restrictedPersonName": read.text(RESTRICTION.c.bxz_mc),
                "courtName": read.text(RESTRICTION.c.fymc),
                "issuedOn": read.day(RESTRICTION.c.fbrq),
                "liftedOn": read.day(RESTRICTION.c.jcrq),
                "reportedAt": read.instant(RESTRICTION.c.gxsj),
            },
        ),
        Table(
            OfficerCriminalPunishment,
            _of_party(CONVICTION),
            ANYONE,
            {
                "judgmentNumber": read.text(CONVICTION.c.pjswh),
                "officerKey": read.person_key(CONVICTION.c.rybh),
                "officerName": read.text(CONVICTION.c.xm),
                "officerIdNumber": read.text(CONVICTION.c.sfzhm),
                "position": read.code(CONVICTION.c.zw, POSITIONS),
                "crime": read.text(CONVICTION.c.zm),
                "sentence": read.text(CONVICTION.c.xf),
                "courtName": read.text(CONVICTION.c.fymc),
                "effectiveOn": read.day(CONVICTION.c.sxrq),
                "dutyRelated": read.flag(CONVICTION.c.lz, yes=("是",), no=("否",)),
                "reportedAt": read.instant(CONVICTION.c.gxsj),
            },
        ),
        Table(
            BankruptcyResponsibility,
            _of_party(BANKRUPTCY),
            ANYONE,
            {
                "bankruptcyCaseNumber": read.text(BANKRUPTCY.c.pcah),
                "bankruptEnterprise": read.text(BANKRUPTCY.c.pcqy_dm),
                "personKey": read.person_key(BANKRUPTCY.c.rybh),
                "personName": read.text(BANKRUPTCY.c.xm),
                "personIdNumber": read.text(BANKRUPTCY.c.sfzhm),
                "position": read.code(BANKRUPTCY.c.zw, POSITIONS),
                "liabilityFinding": read.text(BANKRUPTCY.c.zrrd),
                "foundOn": read.day(BANKRUPTCY.c.rdrq),
                "courtName": read.text(BANKRUPTCY.c.fymc),
                "banUntil": read.day(BANKRUPTCY.c.jzrq),
                "reportedAt": read.instant(BANKRUPTCY.c.gxsj),
            },
        ),
    )
