"""The items of Art. 9 as data: four groups, and by which names and words each is known (Art. 9, R9.1, R9.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["ITEMS", "OTHER_LAWS", "ProhibitedItem"]


@dataclass(frozen=True, slots=True)
class ProhibitedItem:
    """One item that Art. 9 names: its group there, and by what it is known.

    ``names`` are Chinese parts of a name, ``tokens`` words of an English or pinyin name (``blood type`` is bloodType,
    BLOOD_TYPE and blood-type). ``lexicon`` are patterns that count in texts about individuals, ``statements`` in all;
    no text matches either without one of the ``anchors`` in it, which is quickly seen.
    """

    code: str
    group: int
    chinese: str
    english: str
    names: tuple[str, ...]
    tokens: tuple[str, ...]
    anchors: tuple[str, ...]
    lexicon: tuple[str, ...]
    statements: tuple[str, ...] = ()

    @property
    def article(self) -> str:
        """The item of the law, as everything cites it: ``9(2)``."""
        return f"9({self.group})"

    @property
    def with_consent(self) -> bool:
        """Whether the subject's written consent allows it: of the third group alone (R9.5)."""
        return self.group == 3  # noqa: PLR2004  # Art. 9(3)


def _latin(words: str) -> str:
    """Give the pattern of whole Latin words, which may stand between Chinese ones."""
    return f"(?i:(?<![a-zA-Z])(?:{words})(?![a-zA-Z]))"


_PEOPLES: Final = (
    "汉|蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜|"
    "土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
_NO_PERSON: Final = "自治|区|乡|州|县|镇|餐|饭|食|医|学|文|馆|箱|用|服|风|宠|器|店|村|小区"
"""What follows a people's name where it is part of another: of a place, a kitchen, an aquarium."""

_GROUP_1: Final = (
    ProhibitedItem(
        "ETHNICITY",
        1,
        "种族、民族",
        "race, ethnicity",
        ("种族", "民族", "族别"),
        ("race", "racial", "ethnicity", "ethnic", "ethnic group", "nationality group", "minzu", "zhongzu"),
        ("族", "ethnic", "race"),
        ("种族", "民族", "少数民族", _latin("ethnic(?:ity)?"), _latin("race")),
        (
            rf"(?:(?<=[系为是])|(?<![\u4e00-\u9fff]))(?:{_PEOPLES})族(?!{_NO_PERSON})",
            r"民族\s*[::：为是]",
            r"(?i:(?<![a-zA-Z])ethnicity\s*[:=])",
        ),
    ),
    ProhibitedItem(
        "FAMILY_BACKGROUND",
        1,
        "家庭出身",
        "family background",
        ("家庭出身", "家庭成分", "个人成分", "阶级成分", "籍贯", "祖籍", "家庭背景"),
        ("family background", "family origin", "native place", "class origin", "jiguan", "jiatingchushen", "chengfen"),
        ("出身", "成分", "籍贯", "祖籍", "family"),
        ("家庭出身", "(?:家庭|个人|阶级)成分", "籍贯", "祖籍", _latin("family (?:background|origin)")),
        ("家庭出身", "(?:家庭|阶级)成分", r"籍贯\s*[::：为是]?"),
    ),
    ProhibitedItem(
        "RELIGION",
        1,
        "宗教信仰",
        "religious belief",
        ("宗教", "信仰", "教派", "信教"),
        ("religion", "religious", "faith", "creed", "denomination", "zongjiao", "xinyang"),
        ("宗教", "信教", "教徒", "信徒", "信仰", "religio"),
        ("宗教", "信仰", "信教", "教徒", _latin("religio(?:n|us)")),
        (r"宗教信仰", r"信仰[\u4e00-\u9fff]{0,4}教", r"(?:佛|道|基督|天主|伊斯兰|东正)教(?:徒|信徒)"),
    ),
)
_GROUP_2: Final = (
    ProhibitedItem(
        "GENES",
        2,
        "基因",
        "genes",
        ("基因", "遗传信息"),
        ("gene", "genes", "genetic", "genome", "dna", "jiyin"),
        ("基因", "遗传信息", "dna", "gene"),
        ("基因", "遗传信息", _latin("dna"), _latin("gen(?:e|es|etic)")),
        (r"基因(?:检测|序列|组|型)", r"(?i:(?<![a-zA-Z])dna\s*(?:样本|检测|鉴定|数据))"),
    ),
    ProhibitedItem(
        "FINGERPRINT",
        2,
        "指纹",
        "fingerprints",
        ("指纹",),
        ("fingerprint", "fingerprints", "finger print", "zhiwen"),
        ("指纹", "fingerprint"),
        ("指纹", _latin("fingerprints?")),
        (r"指纹(?:信息|采集|比对|鉴定|特征|样本|图像)",),
    ),
    ProhibitedItem(
        "BLOOD_TYPE",
        2,
        "血型",
        "blood type",
        ("血型",),
        ("blood type", "blood group", "bloodtype", "bloodgroup", "xuexing"),
        ("血型", "blood"),
        ("血型", _latin("blood (?:type|group)")),
        ("血型", _latin("blood (?:type|group)")),
    ),
    ProhibitedItem(
        "DISEASE",
        2,
        "疾病",
        "disease",
        ("疾病", "病种", "病情", "诊断", "患病", "传染病", "残疾", "伤情"),
        ("disease", "diseases", "illness", "diagnosis", "diagnoses", "disability", "jibing", "zhenduan"),
        ("疾病", "诊断", "患", "病情", "确诊", "病人", "感染者", "diagnos", "disease", "illness"),
        ("疾病", "诊断", "患病", "病情", "确诊", _latin("diagnos(?:is|ed)"), _latin("(?:disease|illness)")),
        (
            r"(?:罹患|身患|患有|确诊为?|诊断为)[^,，。;；\n]{0,12}(?:病|癌|症|炎|瘤|艾滋)",
            r"(?:艾滋|精神|心脏|糖尿|乙肝|梅毒)病?(?:患者|病人|感染者)",
        ),
    ),
    ProhibitedItem(
        "MEDICAL_HISTORY",
        2,
        "病史",
        "medical history",
        ("病史", "病历", "既往史", "就诊", "住院"),
        ("medical history", "medical record", "health history", "health status", "bingshi", "bingli"),
        ("病史", "病历", "既往史", "住院", "medical"),
        ("病史", "病历", "既往史", "住院治疗", _latin("medical (?:history|record)s?")),
        ("病史", "既往史", _latin("medical history")),
    ),
)
_GROUP_3: Final = (
    ProhibitedItem(
        "INCOME",
        3,
        "收入",
        "income",
        ("收入", "工资", "薪资", "薪酬", "年薪", "月薪", "缴费基数"),
        ("income", "salary", "salaries", "wage", "wages", "earnings", "contribution base", "shouru", "gongzi"),
        ("收入", "薪", "工资", "income", "salary", "wage"),
        ("收入", "工资", "薪资", "薪酬", "年薪", "月薪", _latin("(?:income|salary|wages?)")),
        ("个人收入", r"(?:其|本人|个人)(?:年|月)(?:收入|薪|工资)"),
    ),
    ProhibitedItem(
        "DEPOSITS",
        3,
        "存款",
        "deposits",
        ("存款", "银行余额", "账户余额"),
        ("deposit", "deposits", "bank balance", "account balance", "savings", "cunkuan"),
        ("存款", "余额", "deposit"),
        ("存款", "账户余额", _latin("(?:bank )?deposits?")),
        (r"(?:其|本人|个人)(?:银行)?存款",),
    ),
    ProhibitedItem(
        "SECURITIES",
        3,
        "有价证券",
        "securities",
        ("证券", "股票", "基金", "债券", "期货"),
        ("securities", "stock", "stocks", "share holdings", "mutual fund", "bonds", "zhengquan", "gupiao", "jijin"),
        ("证券", "股票", "基金", "债券", "securities", "stock"),
        ("有价证券", "证券", "股票", "基金", "债券", _latin("(?:securities|stocks)")),
        (r"(?:其|本人|个人)(?:持有|名下)[^,，。;；\n]{0,10}(?:股票|证券|基金|债券)",),
    ),
    ProhibitedItem(
        "COMMERCIAL_INSURANCE",
        3,
        "商业保险",
        "commercial insurance",
        ("商业保险", "保险", "保单", "投保"),
        ("commercial insurance", "insurance", "insurance policy", "baoxian", "baodan"),
        ("保险", "保单", "insurance"),
        ("商业保险", "保险", "保单", _latin("insurance")),
        (r"(?:其|本人|个人)(?:购买|投保)[^,，。;；\n]{0,10}保险",),
    ),
    ProhibitedItem(
        "REAL_ESTATE",
        3,
        "不动产",
        "real estate",
        ("不动产", "房产", "房屋所有权", "宅基地"),
        ("real estate", "realty", "house property", "housing property", "property ownership", "budongchan", "fangchan"),
        ("不动产", "房产", "房屋", "宅基地", "real estate"),
        ("不动产", "房产", "宅基地", _latin("real estate")),
        (r"(?:其|本人|个人)名下[^,，。;；\n]{0,10}(?:房产|不动产|房屋)",),
    ),
    ProhibitedItem(
        "TAX_AMOUNT",
        3,
        "纳税数额",
        "tax amounts",
        ("纳税额", "纳税数额", "纳税金额", "完税额", "缴税额", "缴纳税额", "实缴税额", "应纳税额", "个税"),
        ("tax amount", "tax amounts", "tax paid", "taxes paid", "tax payment", "personal tax", "nashuie", "geshui"),
        ("税额", "纳税", "所得税", "tax"),
        ("纳税额", "纳税数额", "纳税金额", "完税额", "缴税额", "缴纳税额", _latin("tax(?:es)? paid")),
        (r"个人所得税\s*\d",),
    ),
)
_GROUP_4: Final = (
    ProhibitedItem(
        "JUVENILE_CRIME",
        4,
        "未成年人犯罪记录",
        "crime record of a minor",
        ("未成年人犯罪", "未成年犯罪", "少年犯"),
        ("juvenile crime", "juvenile record", "juvenile offence", "juvenile offense"),
        ("未成年", "少年犯", "juvenile"),
        ("未成年人犯罪", "未成年犯罪记录", "少年犯", _latin("juvenile (?:crime|record|offen[cs]e)s?")),
        ("未成年人犯罪记录", "未成年犯罪记录"),
    ),
)

OTHER_LAWS: Final[Mapping[str, str]] = {
    "JUVENILE_CRIME": "《中华人民共和国预防未成年人犯罪法》第五十九条: 封存的未成年人犯罪记录不得提供",
}
"""The register of the rules that Art. 9(4) refers to: for each item of that group where it is forbidden."""

ITEMS: Final[Mapping[str, ProhibitedItem]] = {item.code: item for item in (*_GROUP_1, *_GROUP_2, *_GROUP_3, *_GROUP_4)}
"""Every item by its code, in the order of the law."""
