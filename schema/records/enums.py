"""The closed lists of the catalogue, each word with its Chinese (Art. 26)."""

from schema.terms import Term, terms

__all__ = [
    "AccidentLevel",
    "AccidentType",
    "CommitmentType",
    "CompulsionType",
    "CounterpartyCategory",
    "DishonestySeverity",
    "EducationLevel",
    "EmploymentState",
    "EnforcementStatus",
    "EntityStatus",
    "FeeKind",
    "FulfilmentStatus",
    "HonourLevel",
    "IdDocumentType",
    "InsuranceKind",
    "IntellectualPropertyKind",
    "JudicialDocumentType",
    "LicenceStatus",
    "LicenceType",
    "ListKind",
    "LitigantRole",
    "MaritalStatus",
    "OrganizationType",
    "PaymentStatus",
    "PenaltyType",
    "PerformanceStatus",
    "PersonnelPosition",
    "SettlementStatus",
    "TaxCreditGrade",
    "TaxViolationType",
    "TaxpayerStatus",
    "TaxpayerType",
]


@terms("纳税人状态")
class TaxpayerStatus(Term):
    """How a taxpayer stands with the tax authority."""

    NORMAL = "NORMAL", "正常"
    NON_NORMAL = "NON_NORMAL", "非正常"
    SUSPENDED = "SUSPENDED", "停业"
    DEREGISTERED = "DEREGISTERED", "注销"


@terms("纳税人类型")
class TaxpayerType(Term):
    """Of what size a taxpayer is for value-added tax."""

    GENERAL = "GENERAL", "一般纳税人"
    SMALL_SCALE = "SMALL_SCALE", "小规模纳税人"


@terms("纳税信用等级")
class TaxCreditGrade(Term):
    """The grade a tax authority gives for one year; only A is published."""

    A = "A", "A级"
    B = "B", "B级"
    M = "M", "M级"
    C = "C", "C级"
    D = "D", "D级"


@terms("税收违法性质")
class TaxViolationType(Term):
    """What a major tax violation consisted in (Art. 7(8))."""

    TAX_EVASION = "TAX_EVASION", "偷税"
    EVADING_ARREARS_RECOVERY = "EVADING_ARREARS_RECOVERY", "逃避追缴欠税"
    EXPORT_REFUND_FRAUD = "EXPORT_REFUND_FRAUD", "骗取出口退税"
    TAX_RESISTANCE = "TAX_RESISTANCE", "抗税"
    FALSE_INVOICING = "FALSE_INVOICING", "虚开发票"
    OTHER = "OTHER", "其他"


@terms("清缴状态")
class SettlementStatus(Term):
    """Whether arrears have been paid."""

    UNSETTLED = "UNSETTLED", "未清缴"
    PARTIALLY_SETTLED = "PARTIALLY_SETTLED", "部分清缴"
    SETTLED = "SETTLED", "已清缴"


@terms("裁判文书类型")
class JudicialDocumentType(Term):
    """What kind of effective document a court gave (Art. 7(7))."""

    JUDGMENT = "JUDGMENT", "判决"
    RULING = "RULING", "裁定"
    MEDIATION = "MEDIATION", "调解"


@terms("诉讼地位")
class LitigantRole(Term):
    """In what role the subject stood before the court."""

    PLAINTIFF = "PLAINTIFF", "原告"
    DEFENDANT = "DEFENDANT", "被告"
    APPELLANT = "APPELLANT", "上诉人"
    APPELLEE = "APPELLEE", "被上诉人"
    THIRD_PARTY = "THIRD_PARTY", "第三人"
    APPLICANT = "APPLICANT", "申请人"
    RESPONDENT = "RESPONDENT", "被申请人"


@terms("执行案件状态")
class EnforcementStatus(Term):
    """How far the enforcement of a judgment has come."""

    ONGOING = "ONGOING", "执行中"
    CONCLUDED = "CONCLUDED", "执行完毕"
    TERMINATED_THIS_ROUND = "TERMINATED_THIS_ROUND", "终结本次执行"
    TERMINATED = "TERMINATED", "终结执行"


@terms("履行情况")
class PerformanceStatus(Term):
    """How far a judgment debtor has performed."""

    NOT_PERFORMED = "NOT_PERFORMED", "全部未履行"
    PARTIALLY_PERFORMED = "PARTIALLY_PERFORMED", "部分履行"
    FULLY_PERFORMED = "FULLY_PERFORMED", "全部已履行"


@terms("社会保险险种")
class InsuranceKind(Term):
    """A branch of social insurance."""

    PENSION = "PENSION", "基本养老保险"
    UNEMPLOYMENT = "UNEMPLOYMENT", "失业保险"
    WORK_INJURY = "WORK_INJURY", "工伤保险"
    MEDICAL = "MEDICAL", "基本医疗保险(含生育)"


@terms("社会保险费缴纳状态")
class PaymentStatus(Term):
    """Whether contributions of a period were paid."""

    PAID = "PAID", "已缴"
    PARTIALLY_PAID = "PARTIALLY_PAID", "部分缴纳"
    UNPAID = "UNPAID", "未缴"
    DEFERRED = "DEFERRED", "经批准缓缴"


@terms("就业状况")
class EmploymentState(Term):
    """Whether and how a person is employed (Art. 8(1))."""

    EMPLOYED = "EMPLOYED", "就业"
    FLEXIBLE = "FLEXIBLE", "灵活就业"
    UNEMPLOYED = "UNEMPLOYED", "登记失业"
    RETIRED = "RETIRED", "退休"
    OTHER = "OTHER", "其他"


@terms("登记状态")
class EntityStatus(Term):
    """Whether a registered body still exists and may act."""

    ACTIVE = "ACTIVE", "存续"
    SUSPENDED = "SUSPENDED", "歇业"
    REVOKED = "REVOKED", "吊销"
    DEREGISTERED = "DEREGISTERED", "注销"
    MOVED_OUT = "MOVED_OUT", "迁出"


@terms("主体类型")
class OrganizationType(Term):
    """What kind of body holds a unified social credit code."""

    ENTERPRISE = "ENTERPRISE", "企业"
    INDIVIDUAL_BUSINESS = "INDIVIDUAL_BUSINESS", "个体工商户"
    FARMERS_COOPERATIVE = "FARMERS_COOPERATIVE", "农民专业合作社"
    GOVERNMENT_ORGAN = "GOVERNMENT_ORGAN", "机关"
    PUBLIC_INSTITUTION = "PUBLIC_INSTITUTION", "事业单位"
    SOCIAL_ASSOCIATION = "SOCIAL_ASSOCIATION", "社会团体"
    PRIVATE_NON_ENTERPRISE = "PRIVATE_NON_ENTERPRISE", "民办非企业单位(社会服务机构)"
    FOUNDATION = "FOUNDATION", "基金会"
    LAW_FIRM = "LAW_FIRM", "律师执业机构"
    TRADE_UNION = "TRADE_UNION", "工会"
    COLLECTIVE_ECONOMIC_ORGANIZATION = "COLLECTIVE_ECONOMIC_ORGANIZATION", "农村集体经济组织"
    OTHER = "OTHER", "其他"


@terms("主要人员职务")
class PersonnelPosition(Term):
    """What office a person holds in a legal person (Art. 7(2), 7(13))."""

    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE", "法定代表人"
    CHAIR = "CHAIR", "董事长/执行董事"
    DIRECTOR = "DIRECTOR", "董事"
    SUPERVISOR = "SUPERVISOR", "监事"
    GENERAL_MANAGER = "GENERAL_MANAGER", "总经理"
    SENIOR_MANAGER = "SENIOR_MANAGER", "其他高级管理人员"
    OPERATOR = "OPERATOR", "经营者(个体工商户)"


@terms("产品、品牌、商标、专利类别")
class IntellectualPropertyKind(Term):
    """What a legal person makes, or has a right in (Art. 7(3))."""

    MAIN_PRODUCT = "MAIN_PRODUCT", "主要产品"
    BRAND = "BRAND", "品牌"
    TRADEMARK = "TRADEMARK", "注册商标"
    INVENTION_PATENT = "INVENTION_PATENT", "发明专利"
    UTILITY_MODEL = "UTILITY_MODEL", "实用新型"
    DESIGN = "DESIGN", "外观设计"


@terms("行政许可类别")
class LicenceType(Term):
    """The kinds of administrative licence."""

    GENERAL = "GENERAL", "普通"
    CONCESSION = "CONCESSION", "特许"
    RECOGNITION = "RECOGNITION", "认可"
    APPROVAL = "APPROVAL", "核准"
    REGISTRATION = "REGISTRATION", "登记"
    OTHER = "OTHER", "其他"


@terms("行政许可状态")
class LicenceStatus(Term):
    """Whether a licence is in force."""

    VALID = "VALID", "有效"
    INVALID = "INVALID", "无效"


@terms("行政处罚类别")
class PenaltyType(Term):
    """The kinds of administrative penalty; one decision may impose several."""

    WARNING = "WARNING", "警告"
    CIRCULATED_CRITICISM = "CIRCULATED_CRITICISM", "通报批评"
    FINE = "FINE", "罚款"
    CONFISCATION = "CONFISCATION", "没收违法所得、没收非法财物"
    LICENCE_SUSPENSION = "LICENCE_SUSPENSION", "暂扣许可证件"
    GRADE_REDUCTION = "GRADE_REDUCTION", "降低资质等级"
    LICENCE_REVOCATION = "LICENCE_REVOCATION", "吊销许可证件"
    BUSINESS_RESTRICTION = "BUSINESS_RESTRICTION", "限制开展生产经营活动"
    ORDER_TO_SUSPEND = "ORDER_TO_SUSPEND", "责令停产停业"
    ORDER_TO_CLOSE = "ORDER_TO_CLOSE", "责令关闭"
    PRACTICE_RESTRICTION = "PRACTICE_RESTRICTION", "限制从业"
    DETENTION = "DETENTION", "行政拘留"
    OTHER = "OTHER", "其他"


@terms("行政相对人类别")
class CounterpartyCategory(Term):
    """Against or for whom a decision was made."""

    LEGAL_PERSON_OR_ORGANIZATION = "LEGAL_PERSON_OR_ORGANIZATION", "法人及非法人组织"
    NATURAL_PERSON = "NATURAL_PERSON", "自然人"
    INDIVIDUAL_BUSINESS = "INDIVIDUAL_BUSINESS", "个体工商户"


@terms("证件类型")
class IdDocumentType(Term):
    """By what document a person is known."""

    RESIDENT_ID = "RESIDENT_ID", "身份证"
    PASSPORT = "PASSPORT", "护照号"
    HK_MACAO_PERMIT = "HK_MACAO_PERMIT", "港澳居民来往内地通行证"
    TAIWAN_PERMIT = "TAIWAN_PERMIT", "台湾居民来往大陆通行证"
    FOREIGN_PERMANENT_RESIDENT_ID = "FOREIGN_PERMANENT_RESIDENT_ID", "外国人永久居留身份证"
    OTHER = "OTHER", "其他"


@terms("失信程度")
class DishonestySeverity(Term):
    """How grave dishonest conduct is, for credit repair and the publicity term."""

    MINOR = "MINOR", "轻微"
    GENERAL = "GENERAL", "一般"
    SERIOUS = "SERIOUS", "严重"


@terms("行政强制种类")
class CompulsionType(Term):
    """The kinds of administrative compulsion."""

    RESTRICT_LIBERTY = "RESTRICT_LIBERTY", "限制公民人身自由"
    SEAL = "SEAL", "查封场所、设施或者财物"
    SEIZE = "SEIZE", "扣押财物"
    FREEZE = "FREEZE", "冻结存款、汇款"
    OTHER = "OTHER", "其他"


@terms("事故类型")
class AccidentType(Term):
    """What a major accident was (Art. 7(10))."""

    PRODUCT_QUALITY = "PRODUCT_QUALITY", "产品质量"
    WORK_SAFETY = "WORK_SAFETY", "安全生产"
    ENVIRONMENTAL_POLLUTION = "ENVIRONMENTAL_POLLUTION", "环境污染"
    OTHER = "OTHER", "其他"


@terms("事故等级")
class AccidentLevel(Term):
    """How grave an accident was."""

    ESPECIALLY_MAJOR = "ESPECIALLY_MAJOR", "特别重大"
    MAJOR = "MAJOR", "重大"
    RELATIVELY_MAJOR = "RELATIVELY_MAJOR", "较大"
    GENERAL = "GENERAL", "一般"


@terms("收费类别")
class FeeKind(Term):
    """What kind of public charge is in arrears (Art. 7(11))."""

    ADMINISTRATIVE_FEE = "ADMINISTRATIVE_FEE", "行政事业性收费"
    UTILITY_CHARGE = "UTILITY_CHARGE", "公用事业收费"
    GOVERNMENT_FUND = "GOVERNMENT_FUND", "政府性基金"


@terms("荣誉授予级别")
class HonourLevel(Term):
    """From whom an honour comes; no others count (Art. 7(15))."""

    MUNICIPAL_GOVERNMENT = "MUNICIPAL_GOVERNMENT", "市级政府"
    PROVINCIAL_DEPARTMENT = "PROVINCIAL_DEPARTMENT", "省级部门"
    PROVINCIAL_GOVERNMENT = "PROVINCIAL_GOVERNMENT", "省级政府"
    NATIONAL = "NATIONAL", "国家级"


@terms("名单类别")
class ListKind(Term):
    """Whether a list rewards, punishes or watches."""

    INCENTIVE = "INCENTIVE", "守信激励对象名单"
    SERIOUS_DISHONESTY = "SERIOUS_DISHONESTY", "严重失信主体名单"
    WATCH = "WATCH", "重点关注名单"


@terms("信用承诺类型")
class CommitmentType(Term):
    """On what occasion a commitment is made."""

    PROACTIVE = "PROACTIVE", "主动型"
    APPROVAL_REPLACEMENT = "APPROVAL_REPLACEMENT", "审批替代型"
    TOLERANCE = "TOLERANCE", "容缺受理型"
    REPAIR = "REPAIR", "信用修复型"
    SELF_REGULATION = "SELF_REGULATION", "行业自律型"
    OTHER = "OTHER", "其他"


@terms("承诺履行状态")
class FulfilmentStatus(Term):
    """Whether a commitment was kept."""

    PENDING = "PENDING", "待履行"
    FULFILLED = "FULFILLED", "全部履行"
    PARTIALLY_FULFILLED = "PARTIALLY_FULFILLED", "部分履行"
    BREACHED = "BREACHED", "未履行"


@terms("学历")
class EducationLevel(Term):
    """How far a person was educated (Art. 8(1))."""

    DOCTOR = "DOCTOR", "博士"
    MASTER = "MASTER", "硕士"
    BACHELOR = "BACHELOR", "本科"
    JUNIOR_COLLEGE = "JUNIOR_COLLEGE", "专科"
    SECONDARY = "SECONDARY", "中等教育"
    OTHER = "OTHER", "其他"


@terms("婚姻状况")
class MaritalStatus(Term):
    """Whether a person is married (Art. 8(1))."""

    UNMARRIED = "UNMARRIED", "未婚"
    MARRIED = "MARRIED", "已婚"
    DIVORCED = "DIVORCED", "离婚"
    WIDOWED = "WIDOWED", "丧偶"
