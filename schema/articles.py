"""The Measures as data: each article's number, wording and validity; everything that cites the law cites this."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

__all__ = ["ARTICLES", "MEASURES", "Article", "Instrument", "wording"]


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law or rule with its number and its days: in force from the first, through the last (Art. 27)."""

    title: str
    number: str
    rule_pack: str
    in_force_from: date
    in_force_to: date | None

    def status(self, on: date) -> str:
        """Say what the instrument is on a day: IN_FORCE, EXPIRED or NOT_YET; an expired one is still applied (R27.1).

        >>> MEASURES.status(date(2018, 1, 1)), MEASURES.status(date(2026, 1, 1))
        ('IN_FORCE', 'EXPIRED')
        """
        if on < self.in_force_from:
            return "NOT_YET"
        return "EXPIRED" if self.in_force_to is not None and on > self.in_force_to else "IN_FORCE"


MEASURES = Instrument(
    title="郑州市公共信用信息管理暂行办法",
    number="郑政办〔2017〕80号",
    rule_pack="zhengzhou-2017-80",
    in_force_from=date(2017, 7, 11),
    in_force_to=date(2019, 7, 11),
)
"""The municipal measures on which all of this rests."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article's wording: its paragraphs, and the items that stand after the first."""

    number: int
    paragraphs: tuple[str, ...]
    items: tuple[str, ...] = ()
    instrument: Instrument = MEASURES

    @property
    def in_force_from(self) -> date:
        """The first day on which it is law."""
        return self.instrument.in_force_from

    @property
    def in_force_to(self) -> date | None:
        """The last day on which it is law; None where that is open."""
        return self.instrument.in_force_to

    @property
    def text(self) -> str:
        """The whole wording, paragraph by paragraph and item by item."""
        first, *rest = self.paragraphs
        return "\n".join((first, *self.items, *rest))


_CITATION = re.compile(r"^(?P<article>\d+)(?:\((?P<item>\d+)\))?$")


def wording(citation: str) -> str:
    """Give what the law says at a citation: an article (``19``) or an item of it (``7(8)``).

    Raises:
        KeyError: where the law has no such article or item.

    >>> wording("7(8)")
    '偷税、逃避追缴欠税、骗取出口退税、抗税信息；'
    """
    match = _CITATION.match(citation)
    if match is None or int(match["article"]) not in ARTICLES:
        raise KeyError(citation)
    article = ARTICLES[int(match["article"])]
    if match["item"] is None:
        return article.text
    if not 1 <= int(match["item"]) <= len(article.items):
        raise KeyError(citation)
    return article.items[int(match["item"]) - 1]


_ARTICLES = (
    Article(
        1,
        (
            (
                "为规范公共信用信息的征集、披露和使用，实现信用信息资源共享，加快推进社会信用体系建设，根据《中华人"
                "民共和国政府信息公开条例》（国务院令第492号）、《河南省人民政府办公厅关于印发河南省公共信用信息管"
                "理暂行办法的通知》（豫政办〔2014〕55号）和《郑州市企业信用信息管理办法》（政府令第212号）等有关法"
                "律、法规，结合我市实际，制定本办法。"
            ),
        ),
    ),
    Article(
        2,
        (
            (
                "本办法所称的公共信用信息，是指行政机关、司法机关和具有管理公共事务职能的组织（以下统称有关机关和组"
                "织），在履行职责或提供服务过程中形成的反映社会法人和个人信用状况的数据和资料。"
            ),
        ),
    ),
    Article(
        3,
        ("凡在本市行政区域内公共信用信息的征集、披露、使用及监督管理，适用本办法。",),
    ),
    Article(
        4,
        (
            (
                "公共信用信息的征集、披露和使用应当遵循依法、客观、公正、准确、及时和谁提供谁负责的原则，确保信用信"
                "息的准确性、合法性、及时性和完整性。"
            ),
        ),
    ),
    Article(
        5,
        (
            (
                "郑州市发展改革委负责全市公共信用信息的指导和监督工作；郑州市信用中心负责全市公共信用信息系统平台的"
                "建设、运行和维护，管理全市公共信用信息的征集、披露和使用等相关工作。"
            ),
            "市级有关机关和组织负责推进本行业公共信用信息管理工作。",
        ),
    ),
    Article(
        6,
        (
            (
                "公共信用信息的征集、披露和维护通过郑州市社会信用信息平台进行，利用信息化网络技术向社会提供信用信息"
                "公开、查询、提供信用产品等公共服务。"
            ),
        ),
    ),
    Article(
        7,
        ("社会法人公共信用信息主要包括以下方面内容：",),
        items=(
            "社会信用代码信息或工商登记信息、税务登记信息、组织机构代码登记信息；",
            "法人代表信息，社会法人分支机构信息；",
            "主要产品、品牌、商标注册、专利的信息；",
            "取得的行政许可、认证认可；",
            "经营、财务状况；",
            "社会法人的其他基本信息。",
            "法院生效的判决、裁定、调解和执行信息；",
            "偷税、逃避追缴欠税、骗取出口退税、抗税信息；",
            "劳动用工和工资支付、社会保险费缴纳的信息；",
            "产品质量、安全生产、环境污染等重大事故信息；",
            "行政事业性收费、公用事业收费、政府性基金欠缴信息；",
            "受到行政处罚、行政强制及其他行政违法信息；",
            "企业董事、监事、高级管理人员在履行职责过程中受到刑罚、行业禁入处理的信息；",
            "对破产企业负有直接责任的企业法定代表人、高级管理人员的信息；",
            "市级以上政府或省级以上部门授予的荣誉；",
            "其他不良信息和优良信息。",
        ),
    ),
    Article(
        8,
        ("个人公共信用信息主要包括以下方面内容：",),
        items=(
            "身份信息。包括姓名、身份证号码、就业状况、学历、婚姻状况等个人信息。",
            (
                "提示信息。有关机关和组织在行使职权过程中形成的与个人信用相关的不良信息和优良信息。其他根据法律规定"
                "可以记入的个人信用信息。"
            ),
        ),
    ),
    Article(
        9,
        ("市社会信用信息平台禁止征集以下内容的信息：",),
        items=(
            "个人的种族、家庭出身、宗教信仰。",
            "个人的基因、指纹、血型、疾病和病史。",
            (
                "个人的收入、存款、有价证券、商业保险、不动产的信息和纳税数额信息。但明确告知信息主体提供该信息可能"
                "产生的不利后果，并取得其书面同意的除外。"
            ),
            "其他法律、法规规定禁止采集的信息。",
        ),
    ),
    Article(
        10,
        (
            (
                "有关机关和组织应当指定专门岗位人员，根据单位自身性质、特点和工作职能，制定具有本行业特点的公共信用"
                "信息管理制度，完善本行业信用信息管理系统，加强行业公共信用信息记录、存储和整合工作，及时向郑州市社"
                "会信用信息平台报送信息。"
            ),
        ),
    ),
    Article(
        11,
        (
            (
                "有关机关和组织依照本办法及有关要求，应当准确、完整、及时地向郑州市社会信用信息平台提供公共信用信息"
                "，更新本部门报送的公共信用信息，并对所提供的公共信用信息的真实性负责。发现提供的公共信用信息不准确"
                "时，应当及时告知相应的郑州市社会信用信息平台运行维护部门予以更正。"
            ),
        ),
    ),
    Article(
        12,
        ("向市社会信用信息平台报送公共信用信息程序如下：",),
        items=(
            (
                "市级有关机关和组织整合本行业、本系统的公共信用信息，通过郑州市社会信用信息平台进行共享，共享方式有"
                "系统对接、批量上传和逐条录入三种方式。"
            ),
            (
                "市级有关机关和组织采用系统对接方式的，每日报送一次；采用非系统对接方式的，依据归集周期，在每月、季"
                "、半年、年结束之日起10个工作日内报送；其中，行政许可和行政处罚信息应在作出决定之日起7个工作日内报"
                "送，法律法规对公开时间另有规定的，按照规定时限予以报送。公共信用信息内容均采取增量方式上报。"
            ),
            (
                "市级有关机关和组织上报数据格式，依据各单位实际情况具体确定，批量上传采用标准Excel文件，文件格式以"
                "系统所载模版为准。"
            ),
        ),
    ),
    Article(
        13,
        (
            (
                "有关机关和组织未能按本办法规定报送公共信用信息的由市信用中心进行书面催报。经催报仍不能按要求提供的"
                "，报市政府给予通报批评。"
            ),
        ),
    ),
    Article(
        14,
        (
            (
                "市社会信用信息平台运行维护部门应当制定公共信用信息采集、整理、保存、披露、异议处理、用户管理、安全"
                "管理等方面的管理制度和操作规程，采取必要的技术措施，明确岗位职责，保障公共信用信息数据库正常运行和"
                "公共信用信息安全。"
            ),
        ),
    ),
    Article(
        15,
        (
            (
                "郑州市公共信用信息等级划分为：社会公开类（A类）信息、部门共享类（B类）信息和有限共享类（C类）信息"
                "三类，具体为："
            ),
            ("信用信息主体依本人（或本机构）申请，可通过郑州市社会信用信息平台查询本人（或本机构）的所有信用信息。"),
        ),
        items=(
            (
                "社会公开类（A类）信息：指政府部门根据行政管理需要可以向社会公开的信息，以及根据《中华人民共和国政"
                "府信息公开条例》的制度，应当主动向社会公开的信息。"
            ),
            (
                "部门共享类（B类）信息：指不向社会提供，且仅供行政机关，法律、法规授权的具有管理公共事务职能的组织"
                "，以及市社会信用行政管理部门认定的市场信用服务机构，在履行职责过程中查询和使用的信息。"
            ),
            (
                "有限共享类（C类）信息：指不向社会提供，且仅供部分行政机关，法律、法规授权的具有管理公共事务职能的"
                "组织，以及市社会信用行政管理部门认定的市场信用服务机构，在履行职责过程中查询和使用的信息。"
            ),
        ),
    ),
    Article(
        16,
        ("市社会信用信息平台通过公开、共享和查询三种方式向社会提供公共信用信息及相关服务。",),
    ),
    Article(
        17,
        (
            (
                "市社会信用信息平台通过信用郑州网站向社会依法公开公共信用信息。有关机关和组织依法通过本系统的政务网"
                "站或新闻媒体向社会公布。公共信用信息公开不得涉及个人隐私、商业秘密以及其他应予保密的内容。"
            ),
        ),
    ),
    Article(
        18,
        (
            (
                "社会法人或个人查询自己的非公开类公共信用信息，必须出具社会法人书面证明或本人有效身份证件。需要查询"
                "其他社会法人或个人的非公开类公共信用信息，必须同时出具被查询社会法人或个人的书面授权，并按有关规定"
                "和程序查询。行政机关、司法机关依法履行职责需要查询社会法人或个人有限共享类公共信用信息，必须出具本"
                "机关的正式函件。"
            ),
        ),
    ),
    Article(
        19,
        (
            (
                "市社会信用信息平台应当如实记录信用信息的查询情况，包括查询人、查询时间、查询方式、查询事由以及累计"
                "查询次数等内容，并自该记录生成之日起保存5年。"
            ),
        ),
    ),
    Article(
        20,
        ("公共信用信息中个人不良信息保存期限为5年。",),
    ),
    Article(
        21,
        (
            (
                "有关机关和组织应当结合自身的工作职能，将公共信用信息作为重要的决策依据，在行政管理和公共服务中使用"
                "信用记录、信用报告等信用产品；对有不良信用记录的社会法人和个人给予失信惩戒，对有良好信用记录的社会"
                "法人和个人给予守信激励，切实发挥公共信用信息对各类社会主体行为的导向作用，促进社会信用体系建设。"
            ),
        ),
    ),
    Article(
        22,
        (
            (
                "社会法人或个人认为市社会信用信息平台披露的信用信息与事实不符，可以向市信用中心提交书面异议申请或者"
                "进行在线异议提交，并提交相关证明材料。"
            ),
        ),
    ),
    Article(
        23,
        (
            (
                "市信用中心应当接到异议申请起3个工作日内，将该申请及相关材料反馈至原信用信息提供单位，信息提供单位"
                "自收到申请之日起15个工作日内完成核查，并将结果反馈至市信用中心。市信用中心在收到核查结果之日起2个"
                "工作日内将核查结果书面通知异议申请人，确认有误的，予以撤销或者纠正。"
            ),
        ),
    ),
    Article(
        24,
        (
            (
                "在处理异议申请期间，不影响失信行为的记录、公示与处理。因错误实施联合惩戒措施损害有关主体合法权益的"
                "，有关机关和组织应积极采取措施恢复其信誉、消除不良影响。"
            ),
        ),
    ),
    Article(
        25,
        (
            (
                "违反本办法规定，有下列情形之一，情节轻微的，责令改正；情节严重的，给予相应行政处分；给当事人造成损"
                "害的，依法承担民事责任；构成犯罪的，依法追究刑事责任："
            ),
        ),
        items=(
            "经过催促和通报批评后，仍不能按规定及时报送公共信用信息的；",
            "违反规定采集禁止征集公共信用信息的；",
            "以不正当手段采集公共信用信息的；",
            "在信息报送和管理中出现重大失误并造成社会法人和个人权益受到损害的；",
            "篡改、虚构公共信用信息的；",
            "违反规定泄露和使用公共信用信息的；",
            "未按规定核查、处理异议信息的；",
            "违反其他法律、法规规定情形的。",
        ),
    ),
    Article(
        26,
        (
            (
                "郑州市信用信息共享指标目录依据公共信用信息征集内容另行制定，各县（市、区）参照市级指标目录制定本县"
                "（市、区）信用信息共享指标目录。"
            ),
        ),
    ),
    Article(
        27,
        ("本办法自发布之日起施行，有效期2年。",),
    ),
)

ARTICLES: Mapping[int, Article] = {article.number: article for article in _ARTICLES}
"""The 27 articles by number."""
