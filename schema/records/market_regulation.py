"""What the market regulation bureau knows, as the main registrar (Art. 7(1) to 7(4), 26)."""

from datetime import date
from decimal import Decimal

from schema.definition import Cycle, Mask
from schema.record import field, record
from schema.records.enums import EntityStatus, IntellectualPropertyKind, OrganizationType, PersonnelPosition
from schema.scalars import IdDocumentNumber, OrganizationCode, RegionCode, RegistrationNumber, UnifiedSocialCreditCode
from schema.terms import Polarity, SubjectKind
from schema.tiers import Tier

__all__ = ["AbnormalOperation", "Branch", "Certification", "EntityRegistration", "IntellectualProperty", "KeyPersonnel"]


@record(
    "登记注册信息",
    graph_field="entityRegistrations",
    agency="ANY",
    serves=("7(1)", "7(2)", "7(6)"),
    of=(SubjectKind.LEGAL_PERSON,),
    polarity=Polarity.NEUTRAL,
    cycle=Cycle.MONTHLY,
    recommended_mode="SYSTEM",
    key=("unified_social_credit_code",),
    occurred_on="established_on",
    tier=Tier.PUBLIC,
    adopters="ANY_REGISTRAR",
    note="编办、民政、司法行政等登记机关登记的事业单位、社会组织、律所等用同一类型",
)
class EntityRegistration:
    """The registration of a legal person of any kind, by whichever registrar (Art. 7(1), 7(2))."""

    unified_social_credit_code: UnifiedSocialCreditCode = field("统一社会信用代码", Tier.PUBLIC, required=True)
    entity_name: str = field("名称", Tier.PUBLIC, required=True)
    former_names: list[str] = field("曾用名", Tier.PUBLIC)
    registration_number: RegistrationNumber = field("注册号(15位)", Tier.PUBLIC)
    organization_code: OrganizationCode = field("组织机构代码", Tier.PUBLIC)
    organization_type: OrganizationType = field("主体类型", Tier.PUBLIC, required=True)
    entity_type_name: str = field("企业类型(登记用语)", Tier.PUBLIC)
    legal_representative_name: str = field(
        "法定代表人/负责人",
        Tier.PUBLIC,
        required=True,
        personal="PERSONAL",
        note="登记公示项, 依法公开, 不脱敏; 个体工商户经营者姓名同",
    )
    legal_representative_id: IdDocumentNumber = field(
        "法定代表人证件号码", Tier.RESTRICTED, personal="SENSITIVE", mask=Mask.ID
    )
    registered_capital: Decimal = field("注册资本(万元)", Tier.PUBLIC)
    capital_currency: str = field("币种", Tier.PUBLIC)
    established_on: date = field("成立日期", Tier.PUBLIC, required=True)
    operating_term_from: date = field("营业期限自", Tier.PUBLIC)
    operating_term_to: date = field("营业期限至", Tier.PUBLIC, note="长期 => null, 不用 2099-12-31 哨兵值")
    address: str = field("住所", Tier.PUBLIC, required=True)
    region_code: RegionCode = field("行政区划代码", Tier.PUBLIC)
    business_scope: str = field("经营范围", Tier.PUBLIC)
    industry_code: str = field("行业代码(GB/T 4754)", Tier.PUBLIC)
    registration_authority: str = field("登记机关", Tier.PUBLIC, required=True)
    approved_on: date = field("核准日期", Tier.PUBLIC)
    status: EntityStatus = field("登记状态", Tier.PUBLIC, required=True)
    contact_phone: str = field("联系电话", Tier.RESTRICTED, personal="PERSONAL")


@record(
    "分支机构信息",
    graph_field="branches",
    agency="MARKET_REGULATION",
    serves=("7(2)",),
    of=(SubjectKind.LEGAL_PERSON,),
    polarity=Polarity.NEUTRAL,
    cycle=Cycle.MONTHLY,
    recommended_mode="SYSTEM",
    key=("branch_code",),
    occurred_on="established_on",
    tier=Tier.PUBLIC,
)
class Branch:
    """A branch of a legal person (Art. 7(2))."""

    branch_code: UnifiedSocialCreditCode = field("分支机构统一社会信用代码", Tier.PUBLIC, required=True)
    branch_name: str = field("分支机构名称", Tier.PUBLIC, required=True)
    parent_code: UnifiedSocialCreditCode = field("隶属主体统一社会信用代码", Tier.PUBLIC, required=True)
    head_name: str = field("负责人", Tier.PUBLIC, personal="PERSONAL")
    address: str = field("营业场所", Tier.PUBLIC)
    registration_authority: str = field("登记机关", Tier.PUBLIC)
    established_on: date = field("成立日期", Tier.PUBLIC)
    status: EntityStatus = field("登记状态", Tier.PUBLIC, required=True)


@record(
    "主要人员信息",
    graph_field="keyPersonnel",
    agency="MARKET_REGULATION",
    serves=("7(2)",),
    of=(SubjectKind.LEGAL_PERSON,),
    polarity=Polarity.NEUTRAL,
    cycle=Cycle.MONTHLY,
    recommended_mode="SYSTEM",
    key=("unified_social_credit_code", "person_key", "position"),
    occurred_on="appointed_on",
    tier=Tier.PUBLIC,
)
class KeyPersonnel:
    """A person who holds an office in a legal person (Art. 7(2))."""

    unified_social_credit_code: UnifiedSocialCreditCode = field("统一社会信用代码", Tier.PUBLIC, required=True)
    person_key: str = field("人员标识(散列)", Tier.RESTRICTED, required=True)
    person_name: str = field("姓名", Tier.PUBLIC, required=True, personal="PERSONAL")
    person_id_number: IdDocumentNumber = field("证件号码", Tier.RESTRICTED, personal="SENSITIVE", mask=Mask.ID)
    position: PersonnelPosition = field("职务", Tier.PUBLIC, required=True)
    appointed_on: date = field("任职日期", Tier.PUBLIC)
    left_on: date = field("离任日期", Tier.PUBLIC)


@record(
    "产品、品牌、商标、专利信息",
    graph_field="intellectualProperties",
    agency="MARKET_REGULATION",
    serves=("7(3)",),
    of=(SubjectKind.LEGAL_PERSON,),
    polarity=Polarity.NEUTRAL,
    cycle=Cycle.QUARTERLY,
    key=("kind", "number"),
    occurred_on="granted_on",
    tier=Tier.PUBLIC,
)
class IntellectualProperty:
    """A main product, brand, trademark or patent (Art. 7(3))."""

    kind: IntellectualPropertyKind = field("类别", Tier.PUBLIC, required=True)
    name: str = field("名称", Tier.PUBLIC, required=True)
    number: str = field("注册号/专利号/产品编号", Tier.PUBLIC, required=True)
    classification: str = field("分类", Tier.PUBLIC)
    granted_on: date = field("注册/授权日期", Tier.PUBLIC)
    valid_to: date = field("有效期至", Tier.PUBLIC)
    legal_status: str = field("法律状态", Tier.PUBLIC, required=True)
    granting_authority: str = field("授予机关", Tier.PUBLIC)


@record(
    "认证认可信息",
    graph_field="certifications",
    agency="MARKET_REGULATION",
    serves=("7(4)",),
    of=(SubjectKind.LEGAL_PERSON,),
    polarity=Polarity.POSITIVE,
    cycle=Cycle.QUARTERLY,
    key=("certificate_number",),
    occurred_on="issued_on",
    tier=Tier.PUBLIC,
)
class Certification:
    """A certification or accreditation that was obtained (Art. 7(4))."""

    certificate_number: str = field("证书编号", Tier.PUBLIC, required=True)
    certification_name: str = field("认证项目", Tier.PUBLIC, required=True)
    certification_body: str = field("认证机构", Tier.PUBLIC, required=True)
    issued_on: date = field("发证日期", Tier.PUBLIC, required=True)
    valid_to: date = field("有效期至", Tier.PUBLIC)
    status: str = field("证书状态", Tier.PUBLIC, required=True)


@record(
    "经营异常名录信息",
    graph_field="abnormalOperations",
    agency="MARKET_REGULATION",
    serves=("7(16)",),
    of=(SubjectKind.LEGAL_PERSON,),
    polarity=Polarity.NEGATIVE,
    cycle=Cycle.MONTHLY,
    recommended_mode="SYSTEM",
    key=("listed_on", "reason_code"),
    occurred_on="listed_on",
    tier=Tier.PUBLIC,
    note="所见真实报告中同一列入出现两条完全相同的记录: 自然键去重必需",
)
class AbnormalOperation:
    """That a legal person was put on the list of abnormal operations (Art. 7(16))."""

    reason_code: str = field("列入原因代码", Tier.PUBLIC, required=True)
    reason: str = field("列入原因", Tier.PUBLIC, required=True)
    listed_on: date = field("列入日期", Tier.PUBLIC, required=True)
    listing_authority: str = field("作出决定机关(列入)", Tier.PUBLIC, required=True)
    removed_reason: str = field("移出原因", Tier.PUBLIC)
    removed_on: date = field("移出日期", Tier.PUBLIC)
    removing_authority: str = field("作出决定机关(移出)", Tier.PUBLIC)
