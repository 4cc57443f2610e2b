"""What the tax authority knows (Art. 7(1), 7(5), 7(8), 7(16), 26)."""

from datetime import date
from decimal import Decimal

from schema.definition import Cycle, Mask, Prohibition
from schema.record import by_value, field, five_years, raised, record
from schema.records.enums import SettlementStatus, TaxCreditGrade, TaxpayerStatus, TaxpayerType, TaxViolationType
from schema.scalars import IdDocumentNumber
from schema.terms import Polarity, SubjectKind
from schema.tiers import Tier

__all__ = [
    "AbnormalTaxpayer",
    "AnnualFinancialSummary",
    "MajorTaxViolation",
    "TaxArrears",
    "TaxCreditRating",
    "TaxRegistration",
]


@record(
    "税务登记信息",
    graph_field="taxRegistrations",
    agency="TAX",
    serves=("7(1)",),
    of=(SubjectKind.LEGAL_PERSON,),
    polarity=Polarity.NEUTRAL,
    cycle=Cycle.MONTHLY,
    key=("taxpayer_number",),
    occurred_on="registered_on",
    tier=Tier.PUBLIC,
)
class TaxRegistration:
    """That a legal person is registered with the tax authority (Art. 7(1))."""

    taxpayer_number: str = field("纳税人识别号", Tier.PUBLIC, required=True)
    taxpayer_name: str = field("纳税人名称", Tier.PUBLIC, required=True)
    taxpayer_status: TaxpayerStatus = field("纳税人状态", Tier.PUBLIC, required=True)
    taxpayer_type: TaxpayerType = field("纳税人类型", Tier.PUBLIC)
    registered_on: date = field("税务登记日期", Tier.PUBLIC)
    deregistered_on: date = field("税务注销日期", Tier.PUBLIC)
    competent_tax_authority: str = field("主管税务机关", Tier.PUBLIC, required=True)
    finance_officer_name: str = field("财务负责人姓名", Tier.RESTRICTED, personal="PERSONAL")


@record(
    "纳税信用等级",
    graph_field="taxCreditRatings",
    agency="TAX",
    serves=("7(16)",),
    of=(SubjectKind.LEGAL_PERSON,),
    polarity=by_value(POSITIVE="grade == A", NEGATIVE="grade == D", NEUTRAL="otherwise"),
    cycle=Cycle.YEARLY,
    key=("taxpayer_number", "rating_year"),
    occurred_on="rated_on",
    tier=Tier.PUBLIC,
    tier_rules=(raised("grade != A", Tier.SHARED, "A级纳税人名单依法公开; 其他等级仅部门共享"),),
)
class TaxCreditRating:
    """The grade that the tax authority gave for one year; only grade A is published (Art. 7(16))."""

    taxpayer_number: str = field("纳税人识别号", Tier.PUBLIC, required=True)
    rating_year: int = field("评价年度", Tier.PUBLIC, required=True)
    grade: TaxCreditGrade = field("纳税信用等级", Tier.PUBLIC, required=True)
    score: Decimal = field("评价得分", Tier.SHARED)
    rated_on: date = field("评价日期", Tier.PUBLIC, required=True)
    rating_authority: str = field("评价机关", Tier.PUBLIC, required=True)


@record(
    "欠税信息",
    graph_field="taxArrears",
    agency="TAX",
    serves=("7(16)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.QUARTERLY,
    key=("taxpayer_number", "tax_type", "arrears_period"),
    occurred_on="announced_on",
    tier=Tier.PUBLIC,
    retention=five_years(end="settled_on", ongoing="settlementStatus in [UNSETTLED, PARTIALLY_SETTLED]"),
    note="个体工商户与个人: 按半年(HALF_YEARLY)公告; 企业按季(记忆: 欠税公告办法)",
)
class TaxArrears:
    """Tax that is due and unpaid, by tax and period, as announced (Art. 7(16), 8(2))."""

    taxpayer_number: str = field("纳税人识别号", Tier.PUBLIC, required=True)
    tax_type: str = field("欠税税种", Tier.PUBLIC, required=True)
    arrears_period: str = field("欠税所属期", Tier.PUBLIC, required=True)
    arrears_balance: Decimal = field(
        "欠税余额(元)",
        Tier.PUBLIC,
        prohibited=Prohibition(
            "9(3)", "INDIVIDUAL", "CONSENT_REQUIRED", "欠税公告办法(试行)规定的公告, 须在登记时引用该依据"
        ),
        note="个人: 见 requirements.md AMB-09",
    )
    new_arrears: Decimal = field(
        "当期新发生欠税(元)", Tier.SHARED, prohibited=Prohibition("9(3)", "INDIVIDUAL", "CONSENT_REQUIRED")
    )
    settlement_status: SettlementStatus = field("清缴状态", Tier.PUBLIC, required=True)
    settled_on: date = field("清缴日期", Tier.PUBLIC)
    announced_on: date = field("公告日期", Tier.PUBLIC, required=True)
    announcing_authority: str = field("公告机关", Tier.PUBLIC, required=True)


@record(
    "重大税收违法失信信息",
    graph_field="majorTaxViolations",
    agency="TAX",
    serves=("7(8)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.MONTHLY,
    key=("case_number",),
    occurred_on="decision_date",
    tier=Tier.PUBLIC,
    retention=five_years(end="terminated_on"),
)
class MajorTaxViolation:
    """Tax evasion, evaded recovery, refund fraud or resistance, established by decision (Art. 7(8))."""

    case_number: str = field("案件编号", Tier.PUBLIC, required=True)
    violation_type: TaxViolationType = field("违法性质", Tier.PUBLIC, required=True)
    facts: str = field("主要违法事实", Tier.PUBLIC, required=True)
    amount_involved: Decimal = field(
        "涉案税额(元)", Tier.PUBLIC, prohibited=Prohibition("9(3)", "INDIVIDUAL", "CONSENT_REQUIRED")
    )
    legal_basis: str = field("法律依据", Tier.PUBLIC, required=True)
    treatment: str = field("处理处罚情况", Tier.PUBLIC, required=True)
    decision_date: date = field("决定日期", Tier.PUBLIC, required=True)
    published_on: date = field("公布日期", Tier.PUBLIC)
    authority: str = field("认定机关", Tier.PUBLIC, required=True)
    responsible_person_name: str = field("直接责任人姓名", Tier.PUBLIC, personal="PERSONAL")
    responsible_person_id: IdDocumentNumber = field(
        "直接责任人证件号码", Tier.RESTRICTED, personal="SENSITIVE", mask=Mask.ID
    )
    terminated_on: date = field("停止公布/义务履行日期", Tier.PUBLIC)


@record(
    "年度经营财务状况",
    graph_field="annualFinancialSummaries",
    agency="TAX",
    serves=("7(5)",),
    of=(SubjectKind.LEGAL_PERSON,),
    polarity=Polarity.NEUTRAL,
    cycle=Cycle.YEARLY,
    key=("taxpayer_number", "fiscal_year"),
    occurred_on="fiscal_year",
    tier=Tier.SHARED,
)
class AnnualFinancialSummary:
    """What a legal person earned, owned and owed in one year (Art. 7(5))."""

    taxpayer_number: str = field("纳税人识别号", Tier.SHARED, required=True)
    fiscal_year: int = field("会计年度", Tier.SHARED, required=True)
    operating_revenue: Decimal = field("营业收入(元)", Tier.RESTRICTED)
    total_profit: Decimal = field("利润总额(元)", Tier.RESTRICTED)
    total_assets: Decimal = field("资产总额(元)", Tier.RESTRICTED)
    total_liabilities: Decimal = field("负债总额(元)", Tier.RESTRICTED)
    tax_paid: Decimal = field("实缴税额(元)", Tier.RESTRICTED, note="仅社会法人; 个人纳税数额属第九条(三)禁止项")


@record(
    "非正常户认定信息",
    graph_field="abnormalTaxpayers",
    agency="TAX",
    serves=("7(16)",),
    of=(SubjectKind.LEGAL_PERSON,),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.MONTHLY,
    key=("taxpayer_number", "determined_on"),
    occurred_on="determined_on",
    tier=Tier.PUBLIC,
)
class AbnormalTaxpayer:
    """That a taxpayer could not be found, and when that was lifted (Art. 7(16))."""

    taxpayer_number: str = field("纳税人识别号", Tier.PUBLIC, required=True)
    determined_on: date = field("认定日期", Tier.PUBLIC, required=True)
    reason: str = field("认定原因", Tier.PUBLIC, required=True)
    authority: str = field("认定机关", Tier.PUBLIC, required=True)
    lifted_on: date = field("解除日期", Tier.PUBLIC)
    lifted_reason: str = field("解除原因", Tier.PUBLIC)
