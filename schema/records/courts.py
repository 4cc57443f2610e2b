"""What the people's courts know (Art. 7(7), 7(13), 7(14), 26)."""

from datetime import date
from decimal import Decimal

from schema.definition import Cycle, Mask
from schema.record import field, five_years, raised, record
from schema.records.enums import (
    EnforcementStatus,
    JudicialDocumentType,
    LitigantRole,
    PerformanceStatus,
    PersonnelPosition,
)
from schema.scalars import IdDocumentNumber, UnifiedSocialCreditCode
from schema.terms import Polarity, SubjectKind
from schema.tiers import Tier

__all__ = [
    "BankruptcyResponsibility",
    "ConsumptionRestriction",
    "DishonestJudgmentDebtor",
    "EffectiveJudgment",
    "EnforcementCase",
    "OfficerCriminalPunishment",
]


@record(
    "生效裁判信息",
    graph_field="effectiveJudgments",
    agency="COURT",
    serves=("7(7)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEUTRAL,
    cycle=Cycle.MONTHLY,
    key=("case_number", "document_type"),
    occurred_on="effective_on",
    tier=Tier.PUBLIC,
    tier_rules=(
        raised("documentType == MEDIATION", Tier.SHARED, "调解书一般不公开"),
        raised("subjectKind == INDIVIDUAL", Tier.RESTRICTED, "个人涉诉信息默认有限共享"),
        raised("sealed == true", None, "封存/不公开案件不征集"),
    ),
)
class EffectiveJudgment:
    """A judgment, ruling or mediation that is in effect; none that is not (Art. 7(7))."""

    case_number: str = field("案号", Tier.PUBLIC, required=True)
    court_name: str = field("审理法院", Tier.PUBLIC, required=True)
    document_type: JudicialDocumentType = field("文书类型", Tier.PUBLIC, required=True)
    cause_of_action: str = field("案由", Tier.PUBLIC, required=True)
    litigant_role: LitigantRole = field("诉讼地位", Tier.PUBLIC, required=True)
    outcome_summary: str = field("裁判结果", Tier.SHARED, required=True)
    amount: Decimal = field("判决确定给付金额(元)", Tier.SHARED)
    effective_on: date = field("生效日期", Tier.PUBLIC, required=True)


@record(
    "执行信息",
    graph_field="enforcementCases",
    agency="COURT",
    serves=("7(7)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.MONTHLY,
    recommended_mode="SYSTEM",
    key=("case_number",),
    occurred_on="filed_on",
    tier=Tier.PUBLIC,
    tier_rules=(raised("subjectKind == INDIVIDUAL", Tier.SHARED, "个人执行信息默认部门共享; 公开以失信名单为准"),),
    retention=five_years(end="concluded_on", ongoing="status in [ONGOING, TERMINATED_THIS_ROUND]"),
)
class EnforcementCase:
    """The enforcement of a judgment (Art. 7(7))."""

    case_number: str = field("执行案号", Tier.PUBLIC, required=True)
    court_name: str = field("执行法院", Tier.PUBLIC, required=True)
    filed_on: date = field("立案日期", Tier.PUBLIC, required=True)
    enforcement_basis: str = field("执行依据文号", Tier.SHARED)
    applied_amount: Decimal = field("执行标的(元)", Tier.SHARED)
    performed_amount: Decimal = field("已履行金额(元)", Tier.SHARED)
    status: EnforcementStatus = field("案件状态", Tier.PUBLIC, required=True)
    concluded_on: date = field("结案日期", Tier.PUBLIC)


@record(
    "失信被执行人信息",
    graph_field="dishonestJudgmentDebtors",
    agency="COURT",
    serves=("7(7)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.MONTHLY,
    recommended_mode="SYSTEM",
    key=("case_number",),
    occurred_on="filed_on",
    tier=Tier.PUBLIC,
    retention=five_years(end="removed_on", ongoing="performanceStatus in [NOT_PERFORMED, PARTIALLY_PERFORMED]"),
    note="字段对应信用中国报告V2.0“严重失信”栏(所见样本); 义务全文可能含他人姓名, 公开前须脱敏",
)
class DishonestJudgmentDebtor:
    """That a court listed a debtor who could perform and does not (Art. 7(7))."""

    debtor_name: str = field("被执行人姓名/名称", Tier.PUBLIC, required=True, personal="PERSONAL")
    debtor_code: str = field(
        "组织机构代码/统一社会信用代码", Tier.PUBLIC, note="来源格式杂: 9位、8位-1位、18位; 须规范化"
    )
    debtor_id_number: IdDocumentNumber = field("身份证号码", Tier.RESTRICTED, personal="SENSITIVE", mask=Mask.ID)
    legal_representative_name: str = field("法定代表人/负责人", Tier.PUBLIC, personal="PERSONAL")
    court_name: str = field("执行法院", Tier.PUBLIC, required=True)
    province: str = field("省份", Tier.PUBLIC)
    basis_document_number: str = field("执行依据文号", Tier.PUBLIC, required=True)
    filed_on: date = field("立案时间", Tier.PUBLIC, required=True)
    case_number: str = field("案号", Tier.PUBLIC, required=True)
    basis_authority: str = field("做出执行依据单位", Tier.PUBLIC, required=True)
    obligation: str = field("生效法律文书确定的义务", Tier.PUBLIC, required=True)
    performance_status: PerformanceStatus = field("被执行人的履行情况", Tier.PUBLIC, required=True)
    behaviour: str = field("失信被执行人行为具体情形", Tier.PUBLIC, required=True)
    published_on: date = field("发布时间", Tier.PUBLIC, required=True)
    performed_part: str = field("已履行部分", Tier.PUBLIC)
    unperformed_part: str = field("未履行部分", Tier.PUBLIC)
    removed_on: date = field("撤销/屏蔽日期", Tier.PUBLIC)


@record(
    "限制消费令",
    graph_field="consumptionRestrictions",
    agency="COURT",
    serves=("7(7)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.MONTHLY,
    recommended_mode="SYSTEM",
    key=("case_number", "restricted_person_key"),
    occurred_on="issued_on",
    tier=Tier.PUBLIC,
    retention=five_years(end="lifted_on"),
)
class ConsumptionRestriction:
    """A court order that restricts what a debtor may spend on (Art. 7(7))."""

    case_number: str = field("案号", Tier.PUBLIC, required=True)
    restricted_person_key: str = field("被限制人标识(散列)", Tier.RESTRICTED, required=True)
    restricted_person_name: str = field("被限制人姓名/名称", Tier.PUBLIC, required=True, personal="PERSONAL")
    court_name: str = field("执行法院", Tier.PUBLIC, required=True)
    issued_on: date = field("发布日期", Tier.PUBLIC, required=True)
    lifted_on: date = field("解除日期", Tier.PUBLIC)


@record(
    "董事、监事、高级管理人员履职受刑罚信息",
    graph_field="officerCriminalPunishments",
    agency="COURT",
    serves=("7(13)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.QUARTERLY,
    key=("judgment_number", "officer_key"),
    occurred_on="effective_on",
    tier=Tier.SHARED,
    retention=five_years(),
)
class OfficerCriminalPunishment:
    """A punishment for a crime that an officer committed in performing its duty (Art. 7(13))."""

    judgment_number: str = field("判决书文号", Tier.SHARED, required=True)
    officer_key: str = field("当事人标识(散列)", Tier.RESTRICTED, required=True)
    officer_name: str = field("姓名", Tier.SHARED, required=True, personal="PERSONAL")
    officer_id_number: IdDocumentNumber = field("身份证号码", Tier.RESTRICTED, personal="SENSITIVE", mask=Mask.ID)
    position: PersonnelPosition = field("职务", Tier.SHARED, required=True)
    crime: str = field("罪名", Tier.SHARED, required=True)
    sentence: str = field("判处刑罚", Tier.RESTRICTED, required=True)
    court_name: str = field("判决法院", Tier.SHARED, required=True)
    effective_on: date = field("判决生效日期", Tier.SHARED, required=True)
    duty_related: bool = field(
        "是否履行职责过程中", Tier.SHARED, required=True, note="第七条(十三)只收履职过程中受到的刑罚; false 拒收"
    )


@record(
    "破产企业直接责任人员信息",
    graph_field="bankruptcyResponsibilities",
    agency="COURT",
    serves=("7(14)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.QUARTERLY,
    key=("bankruptcy_case_number", "person_key"),
    occurred_on="found_on",
    tier=Tier.PUBLIC,
    retention=five_years(end="ban_until"),
)
class BankruptcyResponsibility:
    """A person's direct responsibility for an enterprise's bankruptcy (Art. 7(14))."""

    bankruptcy_case_number: str = field("破产案号", Tier.PUBLIC, required=True)
    bankrupt_enterprise: UnifiedSocialCreditCode = field("破产企业统一社会信用代码", Tier.PUBLIC, required=True)
    person_key: str = field("责任人标识(散列)", Tier.RESTRICTED, required=True)
    person_name: str = field("责任人姓名", Tier.PUBLIC, required=True, personal="PERSONAL")
    person_id_number: IdDocumentNumber = field("身份证号码", Tier.RESTRICTED, personal="SENSITIVE", mask=Mask.ID)
    position: PersonnelPosition = field("职务", Tier.PUBLIC, required=True)
    liability_finding: str = field("责任认定", Tier.SHARED, required=True)
    found_on: date = field("认定日期", Tier.PUBLIC, required=True)
    court_name: str = field("受理法院", Tier.PUBLIC, required=True)
    ban_until: date = field("任职限制截止日", Tier.PUBLIC)
