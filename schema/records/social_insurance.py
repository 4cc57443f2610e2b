"""What the human resources and social insurance bureau knows (Art. 7(9), 8(1), 26)."""

from datetime import date
from decimal import Decimal

from schema.definition import Cycle
from schema.record import by_value, field, five_years, record
from schema.records.enums import EmploymentState, InsuranceKind, PaymentStatus
from schema.scalars import UnifiedSocialCreditCode
from schema.terms import Polarity, SubjectKind
from schema.tiers import Tier

__all__ = [
    "EmploymentStatus",
    "LabourSecurityViolation",
    "SocialInsuranceFraud",
    "SocialInsurancePayment",
    "SocialInsuranceRegistration",
    "WageArrearsCase",
]


@record(
    "社会保险登记信息",
    graph_field="socialInsuranceRegistrations",
    agency="SOCIAL_INSURANCE",
    serves=("7(9)", "7(6)"),
    of=(SubjectKind.LEGAL_PERSON,),
    polarity=Polarity.NEUTRAL,
    cycle=Cycle.MONTHLY,
    key=("unit_number",),
    occurred_on="registered_on",
    tier=Tier.PUBLIC,
)
class SocialInsuranceRegistration:
    """That a legal person is registered as an employer for social insurance (Art. 7(9))."""

    unit_number: str = field("单位编号", Tier.SHARED, required=True)
    unit_name: str = field("单位名称", Tier.PUBLIC, required=True)
    insurance_kinds: list[InsuranceKind] = field("参保险种", Tier.PUBLIC, required=True)
    registered_on: date = field("参保登记日期", Tier.PUBLIC)
    insured_headcount: int = field("参保人数", Tier.SHARED)
    insured_status: str = field("参保状态", Tier.PUBLIC, required=True)
    handling_agency: str = field("经办机构", Tier.PUBLIC, required=True)


@record(
    "社会保险费缴纳信息",
    graph_field="socialInsurancePayments",
    agency="SOCIAL_INSURANCE",
    serves=("7(9)",),
    of=(SubjectKind.LEGAL_PERSON,),
    polarity=by_value(NEGATIVE="paymentStatus in [UNPAID, PARTIALLY_PAID]", NEUTRAL="otherwise"),
    cycle=Cycle.MONTHLY,
    key=("unit_number", "insurance_kind", "period"),
    occurred_on="period",
    tier=Tier.SHARED,
)
class SocialInsurancePayment:
    """What a legal person owed and paid for one insurance and month (Art. 7(9))."""

    unit_number: str = field("单位编号", Tier.SHARED, required=True)
    insurance_kind: InsuranceKind = field("险种", Tier.SHARED, required=True)
    period: str = field("费款所属期(YYYY-MM)", Tier.SHARED, required=True)
    payable_amount: Decimal = field("应缴金额(元)", Tier.RESTRICTED, required=True)
    paid_amount: Decimal = field("实缴金额(元)", Tier.RESTRICTED, required=True)
    payment_status: PaymentStatus = field("缴纳状态", Tier.SHARED, required=True)
    arrears_amount: Decimal = field("欠缴金额(元)", Tier.SHARED)
    settled_on: date = field("补缴日期", Tier.SHARED)


@record(
    "拖欠工资信息",
    graph_field="wageArrearsCases",
    agency="SOCIAL_INSURANCE",
    serves=("7(9)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.MONTHLY,
    key=("case_number",),
    occurred_on="listed_on",
    tier=Tier.PUBLIC,
    retention=five_years(end="delisted_on"),
)
class WageArrearsCase:
    """That an employer was listed for unpaid wages (Art. 7(9))."""

    case_number: str = field("案号/列入决定文号", Tier.PUBLIC, required=True)
    wage_arrears_amount: Decimal = field("拖欠工资金额(元)", Tier.PUBLIC, required=True)
    affected_workers: int = field("涉及人数", Tier.PUBLIC, required=True)
    facts: str = field("列入事由", Tier.PUBLIC, required=True)
    listed_on: date = field("列入日期", Tier.PUBLIC, required=True)
    delisted_on: date = field("移出日期", Tier.PUBLIC)
    authority: str = field("决定机关", Tier.PUBLIC, required=True)


@record(
    "重大劳动保障违法行为公布信息",
    graph_field="labourSecurityViolations",
    agency="SOCIAL_INSURANCE",
    serves=("7(9)", "7(12)"),
    of=(SubjectKind.LEGAL_PERSON,),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.QUARTERLY,
    key=("case_number",),
    occurred_on="decision_date",
    tier=Tier.PUBLIC,
)
class LabourSecurityViolation:
    """A major violation of labour protection that was published (Art. 7(9), 7(12))."""

    case_number: str = field("文书号", Tier.PUBLIC, required=True)
    violation: str = field("违法行为", Tier.PUBLIC, required=True)
    facts: str = field("主要违法事实", Tier.PUBLIC, required=True)
    treatment: str = field("处理情况", Tier.PUBLIC, required=True)
    decision_date: date = field("决定日期", Tier.PUBLIC, required=True)
    published_on: date = field("公布日期", Tier.PUBLIC)
    authority: str = field("公布机关", Tier.PUBLIC, required=True)


@record(
    "个人就业状况",
    graph_field="employmentStatuses",
    agency="SOCIAL_INSURANCE",
    serves=("8(1)",),
    of=(SubjectKind.INDIVIDUAL,),
    polarity=Polarity.NEUTRAL,
    cycle=Cycle.HALF_YEARLY,
    key=("person_key", "started_on"),
    occurred_on="started_on",
    tier=Tier.RESTRICTED,
    note="不得收缴费基数/工资额: 可推知收入, 属第九条(三); 不得收待遇享受、工伤诊断: 可推知疾病, 属第九条(二)",
)
class EmploymentStatus:
    """A person's employment; never wage, contribution base or injury (Art. 8(1), 9)."""

    person_key: str = field("个人标识(散列)", Tier.RESTRICTED, required=True)
    state: EmploymentState = field("就业状况", Tier.RESTRICTED, required=True)
    employer_code: UnifiedSocialCreditCode = field("用人单位统一社会信用代码", Tier.RESTRICTED)
    employer_name: str = field("用人单位名称", Tier.RESTRICTED)
    started_on: date = field("起始日期", Tier.RESTRICTED, required=True)
    ended_on: date = field("终止日期", Tier.RESTRICTED)


@record(
    "社会保险领域严重失信信息",
    graph_field="socialInsuranceFrauds",
    agency="SOCIAL_INSURANCE",
    serves=("7(16)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.QUARTERLY,
    key=("decision_number",),
    occurred_on="listed_on",
    tier=Tier.PUBLIC,
    retention=five_years(end="delisted_on"),
)
class SocialInsuranceFraud:
    """Serious dishonesty towards the social insurance funds (Art. 7(16), 8(2))."""

    decision_number: str = field("列入决定文号", Tier.PUBLIC, required=True)
    behaviour: str = field("失信行为", Tier.PUBLIC, required=True)
    legal_basis: str = field("列入依据", Tier.PUBLIC, required=True)
    listed_on: date = field("列入日期", Tier.PUBLIC, required=True)
    delisted_on: date = field("移出日期", Tier.PUBLIC)
    authority: str = field("认定机关", Tier.PUBLIC, required=True)
    amount_involved: Decimal = field("涉案基金金额(元)", Tier.SHARED)
