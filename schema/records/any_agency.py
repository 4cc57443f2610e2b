"""What any competent agency may report (Art. 7, 8, 26)."""

from datetime import date
from decimal import Decimal

from schema.definition import Cycle, Mask, SubmissionClass
from schema.record import by_value, field, five_years, raised, record
from schema.records.enums import (
    AccidentLevel,
    AccidentType,
    CommitmentType,
    CompulsionType,
    CounterpartyCategory,
    DishonestySeverity,
    EducationLevel,
    EmploymentState,
    FeeKind,
    FulfilmentStatus,
    HonourLevel,
    IdDocumentType,
    LicenceStatus,
    LicenceType,
    ListKind,
    MaritalStatus,
    PenaltyType,
    PersonnelPosition,
    SettlementStatus,
)
from schema.scalars import IdDocumentNumber, OrganizationCode, RegistrationNumber, UnifiedSocialCreditCode
from schema.terms import Polarity, SubjectKind
from schema.tiers import Tier

__all__ = [
    "AdministrativeCompulsion",
    "AdministrativeLicence",
    "AdministrativePenalty",
    "CreditCommitment",
    "FeeArrears",
    "Honour",
    "IndustryBan",
    "ListDesignation",
    "MajorAccident",
    "OtherRecord",
    "PersonIdentity",
    "ProfessionalQualification",
]


@record(
    "行政许可信息",
    graph_field="administrativeLicences",
    agency="ANY",
    serves=("7(4)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEUTRAL,
    cycle=Cycle.MONTHLY,
    submission=SubmissionClass.DECISION,
    recommended_mode="SYSTEM",
    key=("licence_document_number",),
    occurred_on="decision_date",
    tier=Tier.PUBLIC,
)
class AdministrativeLicence:
    """An administrative licence, with the columns of the double-publicity standard (Art. 7(4), 12)."""

    counterparty_name: str = field(
        "行政相对人名称",
        Tier.PUBLIC,
        required=True,
        personal="PERSONAL",
        mask=Mask.NAME_IF_INDIVIDUAL,
        double_publicity="XK_XDR_MC",
    )
    counterparty_category: CounterpartyCategory = field(
        "行政相对人类别", Tier.PUBLIC, required=True, double_publicity="XK_XDR_LB", double_publicity_verified=False
    )
    unified_social_credit_code: UnifiedSocialCreditCode = field(
        "行政相对人代码_1(统一社会信用代码)", Tier.PUBLIC, double_publicity="XK_XDR_SHXYM"
    )
    registration_number: RegistrationNumber = field(
        "行政相对人代码_2(工商注册号)", Tier.PUBLIC, double_publicity="XK_XDR_GSZC"
    )
    organization_code: OrganizationCode = field(
        "行政相对人代码_3(组织机构代码)", Tier.PUBLIC, double_publicity="XK_XDR_ZZJG"
    )
    tax_registration_number: str = field("行政相对人代码_4(税务登记号)", Tier.PUBLIC, double_publicity="XK_XDR_SWDJ")
    institution_certificate_number: str = field(
        "行政相对人代码_5(事业单位证书号)", Tier.PUBLIC, double_publicity="XK_XDR_SYDW"
    )
    social_organization_number: str = field(
        "行政相对人代码_6(社会组织登记证号)", Tier.PUBLIC, double_publicity="XK_XDR_SHZZ"
    )
    legal_representative_name: str = field("法定代表人", Tier.PUBLIC, personal="PERSONAL", double_publicity="XK_FRDB")
    legal_representative_id_type: IdDocumentType = field(
        "法定代表人证件类型", Tier.RESTRICTED, double_publicity="XK_FR_ZJLX", double_publicity_verified=False
    )
    legal_representative_id: IdDocumentNumber = field(
        "法定代表人证件号码",
        Tier.RESTRICTED,
        personal="SENSITIVE",
        mask=Mask.ID,
        double_publicity="XK_FR_ZJHM",
        double_publicity_verified=False,
    )
    counterparty_id_type: IdDocumentType = field("证件类型", Tier.RESTRICTED, double_publicity="XK_XDR_ZJLX")
    counterparty_id: IdDocumentNumber = field(
        "证件号码", Tier.RESTRICTED, personal="SENSITIVE", mask=Mask.ID, double_publicity="XK_XDR_ZJHM"
    )
    licence_document_name: str = field("行政许可决定文书名称", Tier.PUBLIC, required=True, double_publicity="XK_XKWS")
    licence_document_number: str = field("行政许可决定文书号", Tier.PUBLIC, required=True, double_publicity="XK_WSH")
    licence_type: LicenceType = field("许可类别", Tier.PUBLIC, required=True, double_publicity="XK_XKLB")
    licence_certificate_name: str = field("许可证书名称", Tier.PUBLIC, double_publicity="XK_XKZS")
    licence_number: str = field("许可编号", Tier.PUBLIC, double_publicity="XK_XKBH")
    licence_content: str = field("许可内容", Tier.PUBLIC, required=True, double_publicity="XK_NR")
    decision_date: date = field("许可决定日期", Tier.PUBLIC, required=True, double_publicity="XK_JDRQ")
    valid_from: date = field("有效期自", Tier.PUBLIC, required=True, double_publicity="XK_YXQZ")
    valid_to: date = field(
        "有效期至", Tier.PUBLIC, double_publicity="XK_YXQZI", note="标准中长期填2099/12/31; 本平台存null并在导出时还原"
    )
    authority_name: str = field("许可机关", Tier.PUBLIC, required=True, double_publicity="XK_XKJG")
    authority_code: UnifiedSocialCreditCode = field(
        "许可机关统一社会信用代码", Tier.PUBLIC, required=True, double_publicity="XK_XKJGDM"
    )
    licence_status: LicenceStatus = field("当前状态", Tier.PUBLIC, required=True, double_publicity="XK_ZT")
    source_unit_name: str = field(
        "数据来源单位", Tier.PUBLIC, required=True, double_publicity="XK_LYDW", double_publicity_verified=False
    )
    source_unit_code: UnifiedSocialCreditCode = field(
        "数据来源单位统一社会信用代码",
        Tier.PUBLIC,
        required=True,
        double_publicity="XK_LYDWDM",
        double_publicity_verified=False,
    )
    remarks: str = field("备注", Tier.SHARED, double_publicity="BZ")


@record(
    "行政处罚信息",
    graph_field="administrativePenalties",
    agency="ANY",
    serves=("7(12)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.MONTHLY,
    submission=SubmissionClass.DECISION,
    recommended_mode="SYSTEM",
    key=("penalty_document_number",),
    occurred_on="decision_date",
    tier=Tier.PUBLIC,
    tier_rules=(
        raised("subjectKind == INDIVIDUAL", Tier.SHARED, "对自然人的处罚默认不公开, 除非法律另有规定(见AMB-12)"),
        raised(
            "simplifiedProcedure == true or severity == MINOR",
            Tier.SHARED,
            "信用修复管理办法(2026-04-01): 轻微失信信息原则上不予公示",
        ),
    ),
    retention=five_years(),
    publicity_term={
        "policy": "信用修复管理办法(国家发展改革委令第36号, 2026-04-01)",
        "MINOR": "不公示, 确需公示最长3个月",
        "GENERAL": "最短3个月, 最长1年",
        "SERIOUS": "最短1年, 最长3年",
        "enabledByDefault": False,
    },
)
class AdministrativePenalty:
    """An administrative penalty, with the columns of the double-publicity standard (Art. 7(12), 12)."""

    counterparty_name: str = field(
        "行政相对人名称",
        Tier.PUBLIC,
        required=True,
        personal="PERSONAL",
        mask=Mask.NAME_IF_INDIVIDUAL,
        double_publicity="CF_XDR_MC",
    )
    counterparty_category: CounterpartyCategory = field(
        "行政相对人类别", Tier.PUBLIC, required=True, double_publicity="CF_XDR_LB"
    )
    unified_social_credit_code: UnifiedSocialCreditCode = field(
        "行政相对人代码_1(统一社会信用代码)", Tier.PUBLIC, double_publicity="CF_XDR_SHXYM"
    )
    registration_number: RegistrationNumber = field(
        "行政相对人代码_2(工商注册号)", Tier.PUBLIC, double_publicity="CF_XDR_GSZC"
    )
    organization_code: OrganizationCode = field(
        "行政相对人代码_3(组织机构代码)", Tier.PUBLIC, double_publicity="CF_XDR_ZZJG"
    )
    tax_registration_number: str = field("行政相对人代码_4(税务登记号)", Tier.PUBLIC, double_publicity="CF_XDR_SWDJ")
    institution_certificate_number: str = field(
        "行政相对人代码_5(事业单位证书号)", Tier.PUBLIC, double_publicity="CF_XDR_SYDW"
    )
    social_organization_number: str = field(
        "行政相对人代码_6(社会组织登记证号)", Tier.PUBLIC, double_publicity="CF_XDR_SHZZ"
    )
    legal_representative_name: str = field("法定代表人", Tier.PUBLIC, personal="PERSONAL", double_publicity="CF_FRDB")
    legal_representative_id_type: IdDocumentType = field(
        "法定代表人证件类型", Tier.RESTRICTED, double_publicity="CF_FR_ZJLX"
    )
    legal_representative_id: IdDocumentNumber = field(
        "法定代表人证件号码", Tier.RESTRICTED, personal="SENSITIVE", mask=Mask.ID, double_publicity="CF_FR_ZJHM"
    )
    counterparty_id_type: IdDocumentType = field("证件类型", Tier.RESTRICTED, double_publicity="CF_XDR_ZJLX")
    counterparty_id: IdDocumentNumber = field(
        "证件号码", Tier.RESTRICTED, personal="SENSITIVE", mask=Mask.ID, double_publicity="CF_XDR_ZJHM"
    )
    penalty_document_number: str = field("行政处罚决定书文号", Tier.PUBLIC, required=True, double_publicity="CF_WSH")
    violation_type: str = field("违法行为类型", Tier.PUBLIC, required=True, double_publicity="CF_WFXW")
    violation_facts: str = field("违法事实", Tier.PUBLIC, required=True, double_publicity="CF_SY")
    penalty_basis: str = field("处罚依据", Tier.PUBLIC, required=True, double_publicity="CF_YJ")
    penalty_types: list[PenaltyType] = field("处罚类别", Tier.PUBLIC, required=True, double_publicity="CF_CFLB")
    penalty_content: str = field("处罚内容", Tier.PUBLIC, required=True, double_publicity="CF_NR")
    fine_amount: Decimal = field(
        "罚款金额(元)", Tier.PUBLIC, double_publicity="CF_NR_FK", note="标准单位为万元(6位小数): 入库换算为元"
    )
    confiscated_amount: Decimal = field(
        "没收违法所得、没收非法财物的金额(元)", Tier.PUBLIC, double_publicity="CF_NR_WFFF", note="同上"
    )
    licence_suspended_or_revoked: str = field("暂扣或吊销证照名称及编号", Tier.PUBLIC, double_publicity="CF_NR_ZKDX")
    decision_date: date = field("处罚决定日期", Tier.PUBLIC, required=True, double_publicity="CF_JDRQ")
    valid_to: date = field("处罚有效期", Tier.PUBLIC, double_publicity="CF_YXQ")
    publicity_until: date = field("公示截止期", Tier.PUBLIC, double_publicity="CF_GSJZQ")
    severity: DishonestySeverity = field("失信程度", Tier.PUBLIC, note="信用修复管理办法分类; 缺省由处罚类别推定")
    simplified_procedure: bool = field("是否简易程序", Tier.PUBLIC)
    authority_name: str = field("处罚机关", Tier.PUBLIC, required=True, double_publicity="CF_CFJG")
    authority_code: UnifiedSocialCreditCode = field(
        "处罚机关统一社会信用代码", Tier.PUBLIC, required=True, double_publicity="CF_CFJGDM"
    )
    source_unit_name: str = field("数据来源单位", Tier.PUBLIC, required=True, double_publicity="CF_SJLY")
    source_unit_code: UnifiedSocialCreditCode = field(
        "数据来源单位统一社会信用代码", Tier.PUBLIC, required=True, double_publicity="CF_SJLYDM"
    )
    remarks: str = field("备注", Tier.SHARED, double_publicity="BZ")


@record(
    "行政强制信息",
    graph_field="administrativeCompulsions",
    agency="ANY",
    serves=("7(12)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.MONTHLY,
    key=("decision_number",),
    occurred_on="decision_date",
    tier=Tier.SHARED,
    retention=five_years(end="lifted_on"),
)
class AdministrativeCompulsion:
    """A measure of administrative compulsion (Art. 7(12))."""

    decision_number: str = field("行政强制决定书文号", Tier.SHARED, required=True)
    compulsion_type: CompulsionType = field("强制种类", Tier.SHARED, required=True)
    facts: str = field("事由", Tier.SHARED, required=True)
    legal_basis: str = field("依据", Tier.SHARED, required=True)
    decision_date: date = field("决定日期", Tier.SHARED, required=True)
    valid_to: date = field("期限至", Tier.SHARED)
    lifted_on: date = field("解除日期", Tier.SHARED)
    authority_name: str = field("决定机关", Tier.SHARED, required=True)


@record(
    "重大事故信息",
    graph_field="majorAccidents",
    agency="ANY",
    serves=("7(10)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.MONTHLY,
    key=("accident_number",),
    occurred_on="occurred_on",
    tier=Tier.PUBLIC,
    retention=five_years(),
)
class MajorAccident:
    """A major accident of product quality, work safety or pollution (Art. 7(10))."""

    accident_number: str = field("事故编号/调查报告文号", Tier.PUBLIC, required=True)
    accident_type: AccidentType = field("事故类型", Tier.PUBLIC, required=True)
    accident_level: AccidentLevel = field("事故等级", Tier.PUBLIC, required=True)
    occurred_on: date = field("发生日期", Tier.PUBLIC, required=True)
    summary: str = field("事故概况", Tier.PUBLIC, required=True)
    liability: str = field("责任认定", Tier.PUBLIC, required=True)
    deaths: int = field("死亡人数", Tier.PUBLIC)
    direct_loss: Decimal = field("直接经济损失(元)", Tier.PUBLIC)
    treatment: str = field("处理结果", Tier.PUBLIC)
    investigating_authority: str = field("调查机关", Tier.PUBLIC, required=True)


@record(
    "收费与政府性基金欠缴信息",
    graph_field="feeArrears",
    agency="ANY",
    serves=("7(11)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.QUARTERLY,
    key=("fee_kind", "fee_name", "arrears_period"),
    occurred_on="overdue_from",
    tier=Tier.SHARED,
    retention=five_years(end="settled_on", ongoing="settlementStatus in [UNSETTLED, PARTIALLY_SETTLED]"),
)
class FeeArrears:
    """An administrative fee, utility charge or government fund that is unpaid (Art. 7(11))."""

    fee_kind: FeeKind = field("收费类别", Tier.SHARED, required=True)
    fee_name: str = field("收费项目", Tier.SHARED, required=True)
    arrears_period: str = field("欠缴所属期", Tier.SHARED, required=True)
    arrears_amount: Decimal = field("欠缴金额(元)", Tier.SHARED, required=True)
    overdue_from: date = field("欠缴起始日", Tier.SHARED, required=True)
    settlement_status: SettlementStatus = field("清缴状态", Tier.SHARED, required=True)
    settled_on: date = field("清缴日期", Tier.SHARED)
    collecting_unit: str = field("征收/收费单位", Tier.SHARED, required=True)


@record(
    "行业禁入信息",
    graph_field="industryBans",
    agency="ANY",
    serves=("7(13)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.MONTHLY,
    key=("decision_number", "person_key"),
    occurred_on="ban_from",
    tier=Tier.PUBLIC,
    retention=five_years(end="ban_to", ongoing="lifetime == true"),
)
class IndustryBan:
    """That a person may not work in an industry, for a time or for life (Art. 7(13))."""

    decision_number: str = field("决定文号", Tier.PUBLIC, required=True)
    person_key: str = field("当事人标识(散列)", Tier.RESTRICTED, required=True)
    person_name: str = field("姓名", Tier.PUBLIC, required=True, personal="PERSONAL")
    person_id_number: IdDocumentNumber = field("证件号码", Tier.RESTRICTED, personal="SENSITIVE", mask=Mask.ID)
    position: PersonnelPosition = field("职务", Tier.PUBLIC)
    related_enterprise: UnifiedSocialCreditCode = field("关联企业统一社会信用代码", Tier.PUBLIC)
    banned_industry: str = field("禁入行业", Tier.PUBLIC, required=True)
    legal_basis: str = field("依据", Tier.PUBLIC, required=True)
    ban_from: date = field("禁入起始日", Tier.PUBLIC, required=True)
    ban_to: date = field("禁入截止日", Tier.PUBLIC, note="终身 => null 且 lifetime=true")
    lifetime: bool = field("是否终身", Tier.PUBLIC, required=True)
    authority_name: str = field("决定机关", Tier.PUBLIC, required=True)


@record(
    "荣誉信息",
    graph_field="honours",
    agency="ANY",
    serves=("7(15)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=Polarity.POSITIVE,
    cycle=Cycle.YEARLY,
    key=("honour_name", "document_number"),
    occurred_on="awarded_on",
    tier=Tier.PUBLIC,
)
class Honour:
    """An honour of a city or higher government, or a provincial or higher department (Art. 7(15))."""

    honour_name: str = field("荣誉名称", Tier.PUBLIC, required=True)
    honour_level: HonourLevel = field(
        "授予级别",
        Tier.PUBLIC,
        required=True,
        note="第七条(十五): 市级以上政府或省级以上部门; 县级或市级部门授予者拒收本类",
    )
    awarding_body: str = field("授予机关", Tier.PUBLIC, required=True)
    document_number: str = field("文号", Tier.PUBLIC, required=True)
    awarded_on: date = field("授予日期", Tier.PUBLIC, required=True)
    valid_to: date = field("有效期至", Tier.PUBLIC)
    revoked_on: date = field("撤销日期", Tier.PUBLIC)
    reason: str = field("事由", Tier.PUBLIC)


@record(
    "个人身份信息",
    graph_field="personIdentities",
    agency="ANY",
    serves=("8(1)",),
    of=(SubjectKind.INDIVIDUAL,),
    polarity=Polarity.NEUTRAL,
    cycle=Cycle.HALF_YEARLY,
    key=("person_key",),
    occurred_on=None,
    tier=Tier.SHARED,
    note="不得含民族/籍贯(家庭出身)/宗教/血型等第九条(一)(二)项",
)
class PersonIdentity:
    """Who a person is; a closed list of items (Art. 8(1))."""

    person_key: str = field("个人标识(散列)", Tier.RESTRICTED, required=True)
    name: str = field("姓名", Tier.SHARED, required=True, personal="PERSONAL", mask=Mask.NAME)
    id_type: IdDocumentType = field("证件类型", Tier.RESTRICTED, required=True)
    id_number: IdDocumentNumber = field(
        "身份证号码", Tier.RESTRICTED, required=True, personal="SENSITIVE", mask=Mask.ID
    )
    employment_state: EmploymentState = field("就业状况", Tier.RESTRICTED)
    education_level: EducationLevel = field("学历", Tier.RESTRICTED)
    graduated_from: str = field("毕业院校", Tier.RESTRICTED, personal="PERSONAL")
    marital_status: MaritalStatus = field("婚姻状况", Tier.RESTRICTED, personal="SENSITIVE")


@record(
    "名单认定信息",
    graph_field="listDesignations",
    agency="ANY",
    serves=("7(16)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=by_value(
        POSITIVE="listKind == INCENTIVE", NEGATIVE="listKind == SERIOUS_DISHONESTY", NEUTRAL="listKind == WATCH"
    ),
    cycle=Cycle.MONTHLY,
    recommended_mode="SYSTEM",
    key=("list_name", "decision_number"),
    occurred_on="listed_on",
    tier=Tier.PUBLIC,
    tier_rules=(raised("listKind == WATCH", Tier.SHARED, "重点关注名单不公开"),),
    retention=five_years(end="removed_on"),
)
class ListDesignation:
    """That an agency with a legal basis put a subject on a list (Art. 7(16), 8(2))."""

    list_kind: ListKind = field("名单类别", Tier.PUBLIC, required=True)
    list_name: str = field("名单名称", Tier.PUBLIC, required=True)
    decision_number: str = field("列入决定文号", Tier.PUBLIC, required=True)
    legal_basis: str = field(
        "设列依据(法律、法规或党中央、国务院政策文件)", Tier.PUBLIC, required=True, note="无依据拒收"
    )
    reason: str = field("列入事由", Tier.PUBLIC, required=True)
    listed_on: date = field("列入日期", Tier.PUBLIC, required=True)
    planned_removal_on: date = field("拟移出日期", Tier.PUBLIC)
    removed_on: date = field("移出日期", Tier.PUBLIC)
    removal_reason: str = field("移出原因", Tier.PUBLIC)
    authority_name: str = field("认定机关", Tier.PUBLIC, required=True)
    measures: list[str] = field("奖惩措施", Tier.PUBLIC)


@record(
    "信用承诺信息",
    graph_field="creditCommitments",
    agency="ANY",
    serves=("7(16)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=by_value(
        NEGATIVE="fulfilmentStatus == BREACHED", POSITIVE="fulfilmentStatus == FULFILLED", NEUTRAL="otherwise"
    ),
    cycle=Cycle.MONTHLY,
    key=("commitment_type", "acceptor_name", "made_on", "content_digest"),
    occurred_on="made_on",
    tier=Tier.PUBLIC,
    retention=five_years(end="assessed_on"),
)
class CreditCommitment:
    """A commitment that a subject made, and whether it kept it (Art. 7(16), 8(2))."""

    commitment_code: str = field("承诺编码", Tier.PUBLIC, note="真实报告中主动型承诺的编码为空: 不可作自然键")
    content_digest: str = field("承诺内容摘要(平台计算)", Tier.SHARED, required=True)
    commitment_type: CommitmentType = field("承诺类型", Tier.PUBLIC, required=True)
    content: str = field("承诺内容", Tier.PUBLIC, required=True)
    made_on: date = field("承诺作出日期", Tier.PUBLIC, required=True)
    acceptor_name: str = field("承诺受理单位", Tier.PUBLIC, required=True)
    acceptor_code: UnifiedSocialCreditCode = field("受理单位统一社会信用代码", Tier.PUBLIC)
    fulfilment_status: FulfilmentStatus = field("承诺履行状态", Tier.PUBLIC, required=True)
    assessed_on: date = field("履行认定日期", Tier.PUBLIC)


@record(
    "职业资格信息",
    graph_field="professionalQualifications",
    agency="ANY",
    serves=("8(2)",),
    of=(SubjectKind.INDIVIDUAL,),
    polarity=Polarity.POSITIVE,
    cycle=Cycle.HALF_YEARLY,
    key=("certificate_number",),
    occurred_on="issued_on",
    tier=Tier.SHARED,
)
class ProfessionalQualification:
    """A professional qualification of a person (Art. 8(2))."""

    certificate_number: str = field("证书编号", Tier.SHARED, required=True)
    qualification_name: str = field("资格名称", Tier.SHARED, required=True)
    level: str = field("等级", Tier.SHARED)
    issued_on: date = field("发证日期", Tier.SHARED, required=True)
    valid_to: date = field("有效期至", Tier.SHARED)
    issuing_authority: str = field("发证机关", Tier.SHARED, required=True)
    revoked_on: date = field("吊销日期", Tier.SHARED)


@record(
    "其他不良/优良信息",
    graph_field="otherRecords",
    agency="ANY",
    serves=("7(16)", "8(2)"),
    of=(SubjectKind.LEGAL_PERSON, SubjectKind.INDIVIDUAL),
    polarity=by_value(field="polarity"),
    cycle=Cycle.QUARTERLY,
    key=("record_number",),
    occurred_on="occurred_on",
    tier=Tier.SHARED,
    retention=five_years(end="terminated_on"),
)
class OtherRecord:
    """Other negative or positive information, with the law under which it is recorded (Art. 7(16), 8(2))."""

    record_number: str = field("信息编号/文号", Tier.SHARED, required=True)
    title: str = field("事项名称", Tier.SHARED, required=True)
    content: str = field("事项内容", Tier.SHARED, required=True)
    polarity: Polarity = field("信息性质", Tier.SHARED, required=True)
    legal_basis: str = field(
        "记入依据", Tier.SHARED, required=True, note="个人: 第八条(二)“其他根据法律规定可以记入”须有法律依据, 空则拒收"
    )
    occurred_on: date = field("发生/决定日期", Tier.SHARED, required=True)
    terminated_on: date = field("终止日期", Tier.SHARED)
    authority_name: str = field("认定单位", Tier.SHARED, required=True)
