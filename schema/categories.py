"""The 16 + 2 categories of public credit information, and who is competent for a record type (Art. 7, 8)."""

from collections.abc import Mapping
from dataclasses import dataclass

from schema.terms import SubjectKind, Term, terms

__all__ = ["AGENCIES", "BY_ARTICLE", "CATEGORIES", "CatalogueAgency", "Category", "InformationCategory"]


@dataclass(frozen=True, slots=True)
class Category:
    """One item of Art. 7 or 8; ``article`` is written ``7(8)``, ``chinese`` as the catalogue words it."""

    code: str
    name: str
    article: str
    chinese: str
    english: str

    @property
    def kind(self) -> SubjectKind:
        """Whom the item speaks of: Art. 7 of legal persons, Art. 8 of individuals."""
        return SubjectKind.LEGAL_PERSON if self.code.startswith("LP_") else SubjectKind.INDIVIDUAL


@dataclass(frozen=True, slots=True)
class CatalogueAgency:
    """A kind of agency as the catalogue names it: who is competent to report a record type (R2.2)."""

    code: str
    chinese: str
    english: str


_CATEGORIES = (
    Category(
        "LP_01",
        "REGISTRATION_CODES",
        "7(1)",
        "社会信用代码信息或工商登记信息、税务登记信息、组织机构代码登记信息",
        "Unified social credit code, business registration, tax registration, organisation-code registration",
    ),
    Category(
        "LP_02",
        "REPRESENTATIVE_AND_BRANCHES",
        "7(2)",
        "法人代表信息，社会法人分支机构信息",
        "Legal representative; branches",
    ),
    Category(
        "LP_03",
        "PRODUCTS_BRANDS_IP",
        "7(3)",
        "主要产品、品牌、商标注册、专利的信息",
        "Main products, brands, trademarks, patents",
    ),
    Category(
        "LP_04",
        "LICENCES_CERTIFICATIONS",
        "7(4)",
        "取得的行政许可、认证认可",
        "Administrative licences obtained; certifications and accreditations",
    ),
    Category(
        "LP_05",
        "OPERATIONS_FINANCE",
        "7(5)",
        "经营、财务状况",
        "Operations and financial position",
    ),
    Category(
        "LP_06",
        "OTHER_BASIC",
        "7(6)",
        "社会法人的其他基本信息",
        "Other basic information",
    ),
    Category(
        "LP_07",
        "JUDGMENTS_ENFORCEMENT",
        "7(7)",
        "法院生效的判决、裁定、调解和执行信息",
        "Effective judgments, rulings, mediations; enforcement",
    ),
    Category(
        "LP_08",
        "TAX_VIOLATIONS",
        "7(8)",
        "偷税、逃避追缴欠税、骗取出口退税、抗税信息",
        "Tax evasion, evading recovery of arrears, export-refund fraud, tax resistance",
    ),
    Category(
        "LP_09",
        "LABOUR_WAGES_SOCIAL_INSURANCE",
        "7(9)",
        "劳动用工和工资支付、社会保险费缴纳的信息",
        "Employment, wage payment, social-insurance contributions",
    ),
    Category(
        "LP_10",
        "MAJOR_ACCIDENTS",
        "7(10)",
        "产品质量、安全生产、环境污染等重大事故信息",
        "Major accidents: product quality, work safety, pollution",
    ),
    Category(
        "LP_11",
        "FEE_ARREARS",
        "7(11)",
        "行政事业性收费、公用事业收费、政府性基金欠缴信息",
        "Arrears of administrative fees, utility charges, government funds",
    ),
    Category(
        "LP_12",
        "PENALTIES_COMPULSION_VIOLATIONS",
        "7(12)",
        "受到行政处罚、行政强制及其他行政违法信息",
        "Administrative penalties, compulsion, other administrative violations",
    ),
    Category(
        "LP_13",
        "OFFICER_PUNISHMENTS_BANS",
        "7(13)",
        "企业董事、监事、高级管理人员在履行职责过程中受到刑罚、行业禁入处理的信息",
        "Directors, supervisors, senior managers: criminal punishment, industry bans in the course of duty",
    ),
    Category(
        "LP_14",
        "BANKRUPTCY_RESPONSIBILITY",
        "7(14)",
        "对破产企业负有直接责任的企业法定代表人、高级管理人员的信息",
        "Legal representatives and senior managers directly responsible for a bankrupt enterprise",
    ),
    Category(
        "LP_15",
        "HONOURS",
        "7(15)",
        "市级以上政府或省级以上部门授予的荣誉",
        "Honours from a government at or above municipal level, or a department at or above provincial level",
    ),
    Category(
        "LP_16",
        "OTHER_NEGATIVE_POSITIVE",
        "7(16)",
        "其他不良信息和优良信息",
        "Other negative and positive information",
    ),
    Category(
        "IN_01",
        "PERSON_IDENTITY",
        "8(1)",
        "身份信息：姓名、身份证号码、就业状况、学历、婚姻状况等",
        "Identity information: name, ID number, employment, education, marital status",
    ),
    Category(
        "IN_02",
        "PERSON_ALERTS",
        "8(2)",
        "提示信息：与个人信用相关的不良信息和优良信息及其他依法可记入的信息",
        "Alert information: negative and positive information related to credit; others recordable by law",
    ),
)

CATEGORIES: Mapping[str, Category] = {category.code: category for category in _CATEGORIES}
"""By code (``LP_01`` to ``IN_02``), in the order of the law."""

BY_ARTICLE: Mapping[str, Category] = {category.article: category for category in _CATEGORIES}
"""By item of the law (``7(8)``)."""

_AGENCIES = (
    CatalogueAgency("TAX", "税务机关", "Tax authority"),
    CatalogueAgency("COURT", "人民法院", "People's courts"),
    CatalogueAgency("SOCIAL_INSURANCE", "人力资源和社会保障/社保经办机构", "Human resources and social insurance"),
    CatalogueAgency("MARKET_REGULATION", "市场监督管理部门", "Market regulation"),
    CatalogueAgency(
        "ANY",
        "任一有关机关和组织(发改、应急、生态环境、自然资源、公用事业、公安、民政、教育等)",
        "Any competent agency",
    ),
)

AGENCIES: Mapping[str, CatalogueAgency] = {agency.code: agency for agency in _AGENCIES}
"""By code; ``ANY`` stands for any competent agency."""


@terms("信息类别 (Art. 7, 8)")
class InformationCategory(Term):
    """The items of Art. 7 and 8, as the graph prints them."""

    LP_01 = "LP_01", CATEGORIES["LP_01"].chinese
    LP_02 = "LP_02", CATEGORIES["LP_02"].chinese
    LP_03 = "LP_03", CATEGORIES["LP_03"].chinese
    LP_04 = "LP_04", CATEGORIES["LP_04"].chinese
    LP_05 = "LP_05", CATEGORIES["LP_05"].chinese
    LP_06 = "LP_06", CATEGORIES["LP_06"].chinese
    LP_07 = "LP_07", CATEGORIES["LP_07"].chinese
    LP_08 = "LP_08", CATEGORIES["LP_08"].chinese
    LP_09 = "LP_09", CATEGORIES["LP_09"].chinese
    LP_10 = "LP_10", CATEGORIES["LP_10"].chinese
    LP_11 = "LP_11", CATEGORIES["LP_11"].chinese
    LP_12 = "LP_12", CATEGORIES["LP_12"].chinese
    LP_13 = "LP_13", CATEGORIES["LP_13"].chinese
    LP_14 = "LP_14", CATEGORIES["LP_14"].chinese
    LP_15 = "LP_15", CATEGORIES["LP_15"].chinese
    LP_16 = "LP_16", CATEGORIES["LP_16"].chinese
    IN_01 = "IN_01", CATEGORIES["IN_01"].chinese
    IN_02 = "IN_02", CATEGORIES["IN_02"].chinese
