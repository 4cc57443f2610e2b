"""What market regulation knows: the entity register in capitals, and the tables of double publicity (双公示).

``CF_*`` and ``XK_*`` are the standard's columns: fines in 万元 with six decimals, ``2099-12-31`` for 长期 and
``— —`` where there is nothing. Codes and names come as words.
"""

from typing import ClassVar

import sqlalchemy as sa

from connectors import columns as read
from connectors.connector import Connector, Key, Table
from schema.records.any_agency import AdministrativeLicence, AdministrativePenalty
from schema.records.enums import (
    CounterpartyCategory,
    DishonestySeverity,
    EntityStatus,
    IdDocumentType,
    IntellectualPropertyKind,
    LicenceStatus,
    LicenceType,
    OrganizationType,
    PenaltyType,
    PersonnelPosition,
)
from schema.records.market_regulation import (
    AbnormalOperation,
    Branch,
    Certification,
    EntityRegistration,
    IntellectualProperty,
    KeyPersonnel,
)

__all__ = ["METADATA", "MarketRegulation"]

METADATA = sa.MetaData()


def _texts(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.Text) for name in names)


def _of_entity_table(name: str, *texts: str) -> sa.Table:
    return sa.Table(
        name,
        METADATA,
        sa.Column("ID", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("PRIPID", sa.Text, nullable=False, index=True),
        *_texts(*texts),
        sa.Column("S_EXT_TIMESTAMP", sa.DateTime),
    )


ENTITY = sa.Table(
    "JB_ZTXX",
    METADATA,
    sa.Column("PRIPID", sa.Text, primary_key=True),
    sa.Column("UNISCID", sa.Text, nullable=False, index=True),
    *_texts("REGNO", "ZZJGDM", "ENTNAME", "OLDNAME", "ZTLX", "ENTTYPE_CN", "FRDB", "FRDB_CERNO", "REGCAPCUR_CN"),
    sa.Column("REGCAP", sa.Numeric(18, 6)),
    *(sa.Column(name, sa.Date) for name in ("ESTDATE", "OPFROM", "OPTO", "APPRDATE")),
    *_texts("DOM", "DOMDISTRICT", "OPSCOPE", "INDUSTRYCO", "REGORG_CN", "REGSTATE", "TEL"),
    sa.Column("S_EXT_TIMESTAMP", sa.DateTime),
)
BRANCH = _of_entity_table("FZ_JG", "BRUNISCID", "BRNAME", "PRIL", "OPLOC", "REGORG_CN", "ESTDATE", "REGSTATE")
PERSONNEL = _of_entity_table("ZY_RY", "PERSONID", "NAME", "CERNO", "POSITION_CN", "ACCDATE", "OFFDATE")
PROPERTY = _of_entity_table("ZS_CQ", "LX", "MC", "ZCH", "FL", "SQRQ", "YXQZ", "FLZT", "SYJG")
CERTIFICATE = _of_entity_table("RZ_ZS", "ZSBH", "RZXM", "RZJG", "FZRQ", "YXQZ", "ZSZT")
ABNORMAL = _of_entity_table(
    "JY_YC", "SPECAUSE", "SPECAUSE_CN", "ABNTIME", "DECORG_CN", "REMEXCPRES_CN", "REMDATE", "REDECORG_CN"
)

_PARTY = ("MC", "LB", "SHXYM", "GSZC", "ZZJG", "SWDJ", "SYDW", "SHZZ", "ZJLX", "ZJHM")


def _double_publicity(prefix: str, name: str, *texts: str) -> sa.Table:
    columns = [f"{prefix}_XDR_{each}" for each in _PARTY] + [
        f"{prefix}_{each}" for each in ("FRDB", "FR_ZJLX", "FR_ZJHM", *texts)
    ]
    indexed = {f"{prefix}_XDR_SHXYM", f"{prefix}_XDR_ZJHM"}
    return sa.Table(
        name,
        METADATA,
        sa.Column("ID", sa.BigInteger, primary_key=True, autoincrement=False),
        *(sa.Column(column, sa.Text, index=column in indexed) for column in columns),
        sa.Column("BZ", sa.Text),
        sa.Column("GXSJ", sa.DateTime),
    )


LICENCE = _double_publicity(
    "XK",
    "XZ_XK",
    "XKWS",
    "WSH",
    "XKLB",
    "XKZS",
    "XKBH",
    "NR",
    "JDRQ",
    "YXQZ",
    "YXQZI",
    "XKJG",
    "XKJGDM",
    "ZT",
    "LYDW",
    "LYDWDM",
)
PENALTY = _double_publicity(
    "CF", "XZ_CF",
    "WSH", "WFXW", "SY", "YJ", "CFLB", "NR", "NR_FK", "NR_WFFF", "NR_ZKDX", "JDRQ", "YXQ", "GSJZQ",
    "CFJG", "CFJGDM", "SJLY", "SJLYDM", "ZT", "SXCD", "JYCX",
)  # fmt: skip

ORGANIZATIONS = {
    "1": OrganizationType.ENTERPRISE,
    "2": OrganizationType.INDIVIDUAL_BUSINESS,
    "3": OrganizationType.FARMERS_COOPERATIVE,
}
REGISTER_STATES = {
    "1": EntityStatus.ACTIVE,
    "2": EntityStatus.REVOKED,
    "3": EntityStatus.DEREGISTERED,
    "4": EntityStatus.MOVED_OUT,
    "6": EntityStatus.SUSPENDED,
}
POSITIONS = {
    "法定代表人": PersonnelPosition.LEGAL_REPRESENTATIVE,
    "董事长": PersonnelPosition.CHAIR,
    "执行董事": PersonnelPosition.CHAIR,
    "董事": PersonnelPosition.DIRECTOR,
    "监事": PersonnelPosition.SUPERVISOR,
    "总经理": PersonnelPosition.GENERAL_MANAGER,
    "经理": PersonnelPosition.GENERAL_MANAGER,
    "副总经理": PersonnelPosition.SENIOR_MANAGER,
    "财务负责人": PersonnelPosition.SENIOR_MANAGER,
    "经营者": PersonnelPosition.OPERATOR,
}
PROPERTIES = {
    "10": IntellectualPropertyKind.MAIN_PRODUCT,
    "20": IntellectualPropertyKind.BRAND,
    "30": IntellectualPropertyKind.TRADEMARK,
    "41": IntellectualPropertyKind.INVENTION_PATENT,
    "42": IntellectualPropertyKind.UTILITY_MODEL,
    "43": IntellectualPropertyKind.DESIGN,
}
CATEGORIES = {
    "法人及非法人组织": CounterpartyCategory.LEGAL_PERSON_OR_ORGANIZATION,
    "自然人": CounterpartyCategory.NATURAL_PERSON,
    "个体工商户": CounterpartyCategory.INDIVIDUAL_BUSINESS,
}
ID_TYPES = {
    "身份证": IdDocumentType.RESIDENT_ID,
    "护照号": IdDocumentType.PASSPORT,
    "港澳居民来往内地通行证": IdDocumentType.HK_MACAO_PERMIT,
    "台湾居民来往大陆通行证": IdDocumentType.TAIWAN_PERMIT,
    "外国人永久居留身份证": IdDocumentType.FOREIGN_PERMANENT_RESIDENT_ID,
}
LICENCE_TYPES = {
    "普通": LicenceType.GENERAL,
    "特许": LicenceType.CONCESSION,
    "认可": LicenceType.RECOGNITION,
    "核准": LicenceType.APPROVAL,
    "登记": LicenceType.REGISTRATION,
    "其他": LicenceType.OTHER,
}
LICENCE_STATES = {"1": LicenceStatus.VALID, "2": LicenceStatus.INVALID}
PENALTY_TYPES = {
    "警告": PenaltyType.WARNING,
    "通报批评": PenaltyType.CIRCULATED_CRITICISM,
    "罚款": PenaltyType.FINE,
    "没收违法所得、没收非法财物": PenaltyType.CONFISCATION,
    "没收违法所得": PenaltyType.CONFISCATION,
    "暂扣许可证件": PenaltyType.LICENCE_SUSPENSION,
    "降低资质等级": PenaltyType.GRADE_REDUCTION,
    "吊销许可证件": PenaltyType.LICENCE_REVOCATION,
    "限制开展生产经营活动": PenaltyType.BUSINESS_RESTRICTION,
    "责令停产停业": PenaltyType.ORDER_TO_SUSPEND,
    "责令关闭": PenaltyType.ORDER_TO_CLOSE,
    "限制从业": PenaltyType.PRACTICE_RESTRICTION,
    "行政拘留": PenaltyType.DETENTION,
    "其他": PenaltyType.OTHER,
}
SEVERITIES = {"轻微": DishonestySeverity.MINOR, "一般": DishonestySeverity.GENERAL, "严重": DishonestySeverity.SERIOUS}
PENALTY_STATES = {"0": "ACTIVE", "1": "REVOKED", "2": "ACTIVE", "3": "REPAIRED"}
"""正常, 撤销, 异议 (shown as before, Art. 24), 修复."""


def _entity(key: Key) -> sa.ColumnElement[bool]:
    return key.identifier == ENTITY.c.UNISCID


def _licensee(key: Key) -> sa.ColumnElement[bool]:
    return key.identifier == LICENCE.c.XK_XDR_SHXYM


def _licensed_person(key: Key) -> sa.ColumnElement[bool]:
    return key.identifier == LICENCE.c.XK_XDR_ZJHM


def _punished(key: Key) -> sa.ColumnElement[bool]:
    return key.identifier == PENALTY.c.CF_XDR_SHXYM


def _punished_person(key: Key) -> sa.ColumnElement[bool]:
    return key.identifier == PENALTY.c.CF_XDR_ZJHM


def _of_entity(table: sa.Table) -> sa.Join:
    return table.join(ENTITY, table.c.PRIPID == ENTITY.c.PRIPID)


def _counterparty(table: sa.Table, prefix: str) -> dict[str, read.Column]:
    """Give the thirteen columns that licences and penalties share."""
    party = {name: table.c[f"{prefix}_XDR_{name}"] for name in _PARTY}
    return {
        "counterpartyName": read.text(party["MC"]),
        "counterpartyCategory": read.code(party["LB"], CATEGORIES),
        "unifiedSocialCreditCode": read.text(party["SHXYM"]),
        "registrationNumber": read.text(party["GSZC"]),
        "organizationCode": read.text(party["ZZJG"]),
        "taxRegistrationNumber": read.text(party["SWDJ"]),
        "institutionCertificateNumber": read.text(party["SYDW"]),
        "socialOrganizationNumber": read.text(party["SHZZ"]),
        "legalRepresentativeName": read.text(table.c[f"{prefix}_FRDB"]),
        "legalRepresentativeIdType": read.code(table.c[f"{prefix}_FR_ZJLX"], ID_TYPES),
        "legalRepresentativeId": read.text(table.c[f"{prefix}_FR_ZJHM"]),
        "counterpartyIdType": read.code(party["ZJLX"], ID_TYPES),
        "counterpartyId": read.text(party["ZJHM"]),
    }


class MarketRegulation(Connector):
    """Market regulation, which answers for the truth of what it serves (Art. 4)."""

    agency = "MARKET_REGULATION"
    name = "郑州市市场监督管理局(演示)"
    tables: ClassVar = (
        Table(
            EntityRegistration,
            ENTITY,
            {"LEGAL_PERSON": _entity},
            {
                "unifiedSocialCreditCode": read.text(ENTITY.c.UNISCID),
                "entityName": read.text(ENTITY.c.ENTNAME),
                "formerNames": read.listed(ENTITY.c.OLDNAME),
                "registrationNumber": read.text(ENTITY.c.REGNO),
                "organizationCode": read.text(ENTITY.c.ZZJGDM),
                "organizationType": read.code(ENTITY.c.ZTLX, ORGANIZATIONS),
                "entityTypeName": read.text(ENTITY.c.ENTTYPE_CN),
                "legalRepresentativeName": read.text(ENTITY.c.FRDB),
                "legalRepresentativeId": read.text(ENTITY.c.FRDB_CERNO),
                # The catalogue keeps capital in 万元 as the register does.
                "registeredCapital": read.yuan(ENTITY.c.REGCAP),
                "capitalCurrency": read.text(ENTITY.c.REGCAPCUR_CN),
                "establishedOn": read.day(ENTITY.c.ESTDATE),
                "operatingTermFrom": read.day(ENTITY.c.OPFROM),
                "operatingTermTo": read.day(ENTITY.c.OPTO),
                "address": read.text(ENTITY.c.DOM),
                "regionCode": read.text(ENTITY.c.DOMDISTRICT),
                "businessScope": read.text(ENTITY.c.OPSCOPE),
                "industryCode": read.text(ENTITY.c.INDUSTRYCO),
                "registrationAuthority": read.text(ENTITY.c.REGORG_CN),
                "approvedOn": read.day(ENTITY.c.APPRDATE),
                "status": read.code(ENTITY.c.REGSTATE, REGISTER_STATES),
                "contactPhone": read.text(ENTITY.c.TEL),
                "reportedAt": read.instant(ENTITY.c.S_EXT_TIMESTAMP),
            },
        ),
        Table(
            Branch,
            _of_entity(BRANCH),
            {"LEGAL_PERSON": _entity},
            {
                "branchCode": read.text(BRANCH.c.BRUNISCID),
                "branchName": read.text(BRANCH.c.BRNAME),
                "parentCode": read.text(ENTITY.c.UNISCID),
                "headName": read.text(BRANCH.c.PRIL),
                "address": read.text(BRANCH.c.OPLOC),
                "registrationAuthority": read.text(BRANCH.c.REGORG_CN),
                "establishedOn": read.day(BRANCH.c.ESTDATE),
                "status": read.code(BRANCH.c.REGSTATE, REGISTER_STATES),
                "reportedAt": read.instant(BRANCH.c.S_EXT_TIMESTAMP),
            },
        ),
        Table(
            KeyPersonnel,
            _of_entity(PERSONNEL),
            {"LEGAL_PERSON": _entity},
            {
                "unifiedSocialCreditCode": read.text(ENTITY.c.UNISCID),
                "personKey": read.person_key(PERSONNEL.c.PERSONID),
                "personName": read.text(PERSONNEL.c.NAME),
                "personIdNumber": read.text(PERSONNEL.c.CERNO),
                "position": read.code(PERSONNEL.c.POSITION_CN, POSITIONS),
                "appointedOn": read.day(PERSONNEL.c.ACCDATE),
                "leftOn": read.day(PERSONNEL.c.OFFDATE),
                "reportedAt": read.instant(PERSONNEL.c.S_EXT_TIMESTAMP),
            },
        ),
        Table(
            IntellectualProperty,
            _of_entity(PROPERTY),
            {"LEGAL_PERSON": _entity},
            {
                "kind": read.code(PROPERTY.c.LX, PROPERTIES),
                "name": read.text(PROPERTY.c.MC),
                "number": read.text(PROPERTY.c.ZCH),
                "classification": read.text(PROPERTY.c.FL),
                "grantedOn": read.day(PROPERTY.c.SQRQ),
                "validTo": read.day(PROPERTY.c.YXQZ),
                "legalStatus": read.text(PROPERTY.c.FLZT),
                "grantingAuthority": read.text(PROPERTY.c.SYJG),
                "reportedAt": read.instant(PROPERTY.c.S_EXT_TIMESTAMP),
            },
        ),
        Table(
            Certification,
            _of_entity(CERTIFICATE),
            {"LEGAL_PERSON": _entity},
            {
                "certificateNumber": read.text(CERTIFICATE.c.ZSBH),
                "certificationName": read.text(CERTIFICATE.c.RZXM),
                "certificationBody": read.text(CERTIFICATE.c.RZJG),
                "issuedOn": read.day(CERTIFICATE.c.FZRQ),
                "validTo": read.day(CERTIFICATE.c.YXQZ),
                "status": read.text(CERTIFICATE.c.ZSZT),
                "reportedAt": read.instant(CERTIFICATE.c.S_EXT_TIMESTAMP),
            },
        ),
        Table(
            AbnormalOperation,
            _of_entity(ABNORMAL),
            {"LEGAL_PERSON": _entity},
            {
                "reasonCode": read.text(ABNORMAL.c.SPECAUSE),
                "reason": read.text(ABNORMAL.c.SPECAUSE_CN),
                "listedOn": read.day(ABNORMAL.c.ABNTIME),
                "listingAuthority": read.text(ABNORMAL.c.DECORG_CN),
                "removedReason": read.text(ABNORMAL.c.REMEXCPRES_CN),
                "removedOn": read.day(ABNORMAL.c.REMDATE),
                "removingAuthority": read.text(ABNORMAL.c.REDECORG_CN),
                "reportedAt": read.instant(ABNORMAL.c.S_EXT_TIMESTAMP),
            },
        ),
        Table(
            AdministrativeLicence,
            LICENCE,
            {"LEGAL_PERSON": _licensee, "INDIVIDUAL": _licensed_person},
            {
                **_counterparty(LICENCE, "XK"),
                "licenceDocumentName": read.text(LICENCE.c.XK_XKWS),
                "licenceDocumentNumber": read.text(LICENCE.c.XK_WSH),
                "licenceType": read.code(LICENCE.c.XK_XKLB, LICENCE_TYPES),
                "licenceCertificateName": read.text(LICENCE.c.XK_XKZS),
                "licenceNumber": read.text(LICENCE.c.XK_XKBH),
                "licenceContent": read.text(LICENCE.c.XK_NR),
                "decisionDate": read.day(LICENCE.c.XK_JDRQ),
                "validFrom": read.day(LICENCE.c.XK_YXQZ),
                "validTo": read.day(LICENCE.c.XK_YXQZI),
                "authorityName": read.text(LICENCE.c.XK_XKJG),
                "authorityCode": read.text(LICENCE.c.XK_XKJGDM),
                "licenceStatus": read.code(LICENCE.c.XK_ZT, LICENCE_STATES),
                "sourceUnitName": read.text(LICENCE.c.XK_LYDW),
                "sourceUnitCode": read.text(LICENCE.c.XK_LYDWDM),
                "remarks": read.text(LICENCE.c.BZ),
                "reportedAt": read.instant(LICENCE.c.GXSJ),
            },
        ),
        Table(
            AdministrativePenalty,
            PENALTY,
            {"LEGAL_PERSON": _punished, "INDIVIDUAL": _punished_person},
            {
                **_counterparty(PENALTY, "CF"),
                "penaltyDocumentNumber": read.text(PENALTY.c.CF_WSH),
                "violationType": read.text(PENALTY.c.CF_WFXW),
                "violationFacts": read.text(PENALTY.c.CF_SY),
                "penaltyBasis": read.text(PENALTY.c.CF_YJ),
                "penaltyTypes": read.codes(PENALTY.c.CF_CFLB, PENALTY_TYPES),
                "penaltyContent": read.text(PENALTY.c.CF_NR),
                "fineAmount": read.yuan(PENALTY.c.CF_NR_FK, unit=10_000),
                "confiscatedAmount": read.yuan(PENALTY.c.CF_NR_WFFF, unit=10_000),
                "licenceSuspendedOrRevoked": read.text(PENALTY.c.CF_NR_ZKDX),
                "decisionDate": read.day(PENALTY.c.CF_JDRQ),
                "validTo": read.day(PENALTY.c.CF_YXQ),
                "publicityUntil": read.day(PENALTY.c.CF_GSJZQ),
                "severity": read.code(PENALTY.c.CF_SXCD, SEVERITIES),
                "simplifiedProcedure": read.flag(PENALTY.c.CF_JYCX, yes=("是",), no=("否",)),
                "authorityName": read.text(PENALTY.c.CF_CFJG),
                "authorityCode": read.text(PENALTY.c.CF_CFJGDM),
                "sourceUnitName": read.text(PENALTY.c.CF_SJLY),
                "sourceUnitCode": read.text(PENALTY.c.CF_SJLYDM),
                "remarks": read.text(PENALTY.c.BZ),
                "recordStatus": read.code(PENALTY.c.CF_ZT, PENALTY_STATES),
                "reportedAt": read.instant(PENALTY.c.GXSJ),
            },
        ),
    )
