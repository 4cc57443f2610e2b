"""Every item of Art. 9 is found in names and texts, and what only sounds like one is not (R9.1 to R9.4)."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.demonstration.city import METADATA
from schema.articles import ARTICLES
from schema.catalogue import ENVELOPE, RECORDS
from schema.prohibited import ITEMS, OTHER_LAWS, may_speak_of_it, prohibited_in_name, prohibited_in_text, prohibited_key
from schema.prohibited_items import ProhibitedItem
from schema.reporting import COMMON_COLUMNS, SUBJECT_COLUMNS
from schema.terms import SubjectKind

SPELLINGS = {
    "ETHNICITY": ["民族", "种族", "race", "ethnicity", "ETHNIC_GROUP", "minzu", "员工民族"],
    "FAMILY_BACKGROUND": ["家庭出身", "籍贯", "family_background", "nativePlace", "JIGUAN", "家庭成分"],
    "RELIGION": ["宗教信仰", "religion", "religiousBelief", "ZONGJIAO", "信仰"],
    "GENES": ["基因", "gene", "geneticData", "DNA", "jiyin", "基因检测结果"],
    "FINGERPRINT": ["指纹", "fingerprint", "FINGERPRINTS", "zhiwen", "左手指纹"],
    "BLOOD_TYPE": ["血型", "bloodType", "BLOOD_GROUP", "blood-type", "Blood Type", "xuexing", "血型(ABO)", "bloodtype"],
    "DISEASE": ["疾病", "disease", "diagnosis", "jibing", "诊断结果", "伤情描述"],
    "MEDICAL_HISTORY": ["病史", "medicalHistory", "medical_record", "bingshi", "住院记录"],
    "INCOME": ["收入", "income", "monthlySalary", "WAGE", "shouru", "年薪", "缴费基数"],
    "DEPOSITS": ["存款", "deposits", "bankBalance", "cunkuan", "银行存款余额"],
    "SECURITIES": ["有价证券", "securities", "stocks", "gupiao", "股票市值"],
    "COMMERCIAL_INSURANCE": ["商业保险", "commercialInsurance", "insurance_policy", "baoxian", "保单号"],
    "REAL_ESTATE": ["不动产", "realEstate", "house_property", "fangchan", "名下房产"],
    "TAX_AMOUNT": ["纳税数额", "taxAmount", "TAX_PAID", "nashuie", "个人纳税额"],
    "JUVENILE_CRIME": ["未成年人犯罪记录", "juvenileRecord", "juvenile_crime"],
}
STATED = {
    "ETHNICITY": ["张某, 男, 汉族, 1980年生", "系回族", "民族: 满", "ethnicity: Han"],
    "FAMILY_BACKGROUND": ["家庭出身富农", "籍贯河南开封"],
    "RELIGION": ["信仰基督教", "佛教徒", "宗教信仰不明"],
    "GENES": ["基因检测显示", "提取DNA样本"],
    "FINGERPRINT": ["经指纹比对"],
    "BLOOD_TYPE": ["血型A", "blood type O"],
    "DISEASE": ["患有糖尿病", "确诊为肺癌", "精神病患者"],
    "MEDICAL_HISTORY": ["有精神病史", "既往史"],
    "JUVENILE_CRIME": ["有未成年人犯罪记录"],
}
OF_INDIVIDUALS = {
    "INCOME": ["月收入五千元", "工资8000元", "income of 5000"],
    "DEPOSITS": ["在某行有存款"],
    "SECURITIES": ["持有股票", "购买基金"],
    "COMMERCIAL_INSURANCE": ["投了保险", "保单尚在有效期"],
    "REAL_ESTATE": ["名下不动产两处", "有房产"],
    "TAX_AMOUNT": ["纳税额3万元"],
    "DISEASE": ["身体有疾病"],
    "GENES": ["基因异常"],
    "ETHNICITY": ["少数民族"],
}
INNOCENT_NAMES = (
    "社会保险登记编号", "socialInsuranceNumber", "拖欠工资金额(元)", "wageArrearsAmount", "政府性基金", "营业收入(元)",
    "embraceletNumber", "traceId", "agency", "agenda", "generalManager",
    "penaltyBasis", "stockade", "brace",
)  # fmt: skip
INNOCENT_TEXTS = (
    "郑州市管城回族区市场监督管理局",
    "疾病预防控制中心", "违反《中华人民共和国传染病防治法》", "郑州市民族宗教事务委员会",
    "未足额发放农民工工资",
    "未缴纳社会保险费", "中国人民财产保险公司", "没收违法所得", "指纹锁质量不合格",
    "中国证券监督管理委员会",
    "不动产登记中心", "水族馆", "一族", "警告, 罚款20000元", "转基因标识不规范",
    "使用DNA公司的试剂", "general manager", "embrace",
)  # fmt: skip
"""What speaks of no person, though it has a word of the lexicon in it: seen so about legal persons."""


def test_the_groups_are_those_of_the_law() -> None:
    text = ARTICLES[9].text
    words = {
        1: "种族、家庭出身、宗教信仰",
        2: "基因、指纹、血型、疾病和病史",
        3: "收入、存款、有价证券、商业保险、不动产",
        4: "其他法律",
    }
    assert all(each in text for each in words.values())
    for item in ITEMS.values():
        named = [part for part in re.split("[、和]", item.chinese) if part in text]
        assert named or item.group == 4, item.code
    assert [item.group for item in ITEMS.values()] == sorted(item.group for item in ITEMS.values())
    assert {item.code for item in ITEMS.values() if item.group == 4} == set(OTHER_LAWS)
    assert {item.group for item in ITEMS.values() if item.with_consent} == {3}


def test_every_item_has_its_spellings_here() -> None:
    assert set(SPELLINGS) == set(ITEMS)
    assert set(STATED) | set(OF_INDIVIDUALS) == set(ITEMS)


@pytest.mark.parametrize(("code", "name"), [(code, name) for code, names in SPELLINGS.items() for name in names])
def test_a_name_that_means_an_item_is_found_however_it_is_spelt(code: str, name: str) -> None:
    found = prohibited_in_name(name)
    assert found is not None
    assert (found.code, found.article) == (code, f"9({ITEMS[code].group})")


@pytest.mark.parametrize("between", [" ", "\u3000", "\u200b", "\ufeff", "\n"])
@pytest.mark.parametrize("code", SPELLINGS)
def test_neither_blanks_nor_width_nor_what_nobody_sees_hides_a_name(code: str, between: str) -> None:
    for name in SPELLINGS[code]:
        wide = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in name)
        parts = [(name, wide)] if name.isascii() else [(each, each) for each in name]  # words are told by their blanks
        for spelt in (between.join(["", *each, ""]) for each in zip(*parts, strict=True)):
            found = prohibited_in_name(spelt)
            assert found is not None, spelt
            assert found.code == code


@pytest.mark.parametrize("name", INNOCENT_NAMES)
def test_a_name_that_only_sounds_like_one_is_let_through(name: str) -> None:
    assert prohibited_in_name(name) is None


def test_no_name_of_the_catalogue_means_one_but_where_it_is_allowed() -> None:
    for definition in RECORDS.values():
        for field in definition.fields.values():
            for name in (field.name, field.chinese, field.double_publicity or ""):
                item = prohibited_in_name(name)
                individual = SubjectKind.INDIVIDUAL in definition.subject_kinds
                assert item is None or (item.with_consent and (not individual or field.prohibited is not None)), name
    for name in (*ENVELOPE, *COMMON_COLUMNS, *SUBJECT_COLUMNS):
        assert prohibited_in_name(name) is None


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in STATED.items() for text in texts])
def test_a_statement_about_a_person_is_found_whomever_the_record_is_about(code: str, text: str) -> None:
    for individual in (True, False):
        assert code in [item.code for item in prohibited_in_text(f"经查, {text}。", individual=individual)]


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in OF_INDIVIDUALS.items() for text in texts])
def test_a_word_of_the_lexicon_counts_about_individuals_alone(code: str, text: str) -> None:
    assert code in [item.code for item in prohibited_in_text(text, individual=True)]
    assert prohibited_in_text(text, individual=False) == ()


@pytest.mark.parametrize("between", [" ", "\u3000", "\u200b", "\ufeff"])
@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.code)
def test_neither_blanks_nor_width_nor_what_nobody_sees_hides_a_statement(item: ProhibitedItem, between: str) -> None:
    for text in _samples(item):
        spread = re.sub("(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])", between, text)
        wide = "".join(chr(ord(each) + 0xFEE0) if each.isascii() and each.isalnum() else each for each in spread)
        for spelt in (spread, wide):
            assert may_speak_of_it(spelt)
            assert item.code in [each.code for each in prohibited_in_text(spelt, individual=True)]


@pytest.mark.parametrize("text", INNOCENT_TEXTS)
def test_a_text_that_only_sounds_like_it_is_let_through(text: str) -> None:
    assert prohibited_in_text(text, individual=False) == ()


@pytest.mark.parametrize("text", INNOCENT_TEXTS[:14])
def test_even_about_an_individual_an_authoritys_name_is_no_statement(text: str) -> None:
    assert prohibited_in_text(text, individual=True) == ()


def _samples(item: ProhibitedItem) -> list[str]:
    return [*STATED.get(item.code, ()), *OF_INDIVIDUALS.get(item.code, ())]


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.code)
def test_the_quick_look_misses_nothing_that_the_close_one_finds(item: ProhibitedItem) -> None:
    for text in _samples(item):
        assert may_speak_of_it(text)
        assert may_speak_of_it(f"{'无关文字' * 50}{text}")


@pytest.mark.parametrize("anchor", sorted({each for item in ITEMS.values() for each in item.anchors}))
def test_the_quick_look_sees_each_anchor_wherever_it_stands_and_however_it_is_spelt(anchor: str) -> None:
    for spelt in (anchor, anchor.upper(), anchor.capitalize()):
        for text in (spelt, f"其{spelt}", f"{anchor[0]}{spelt}。", f"无关\n{spelt}文字"):
            assert may_speak_of_it(text)


_ANYTHING_TOLD = re.compile("|".join(each for item in ITEMS.values() for each in (*item.lexicon, *item.statements)))


@given(st.text(alphabet="民族血型患病abc:\"'{} \n工资存款", max_size=80))
def test_a_text_that_the_quick_look_passes_over_has_nothing(text: str) -> None:
    if not may_speak_of_it(text):
        assert _ANYTHING_TOLD.search(text) is None


def test_json_inside_a_text_is_looked_into() -> None:
    assert [item.code for item in prohibited_in_text('{"xuexing": "A"}', individual=False)] == ["BLOOD_TYPE"]
    assert [item.code for item in prohibited_in_text("{'monthlySalary': 1}", individual=True)] == ["INCOME"]
    assert prohibited_in_text("{'monthlySalary': 1}", individual=False) == ()


@pytest.mark.parametrize("code", SPELLINGS)
def test_a_nested_key_is_found_at_any_depth_and_its_value_is_in_no_answer(code: str) -> None:
    for name in SPELLINGS[code]:
        found = prohibited_key([{"a": {"b": [{"c": 1}, {name: "金丝雀"}]}}])
        assert found is not None
        assert (found.name, found.item.code) == (name, code)
        assert "金丝雀" not in repr(found)


def test_a_very_deep_or_very_wide_value_is_looked_at_within_bounds() -> None:
    deep: object = {"bloodType": "A"}
    for _ in range(100_000):
        deep = [deep]
    assert prohibited_key(deep) is None  # too deep to be looked at: whoever reads it refuses it as nested anyway
    assert prohibited_key([{"a": []}] * 100_000) is None


def test_a_very_long_name_or_text_takes_no_time() -> None:
    assert prohibited_in_name("血" * 1_000_000) is None
    assert prohibited_in_text("其名下" * 30_000, individual=True) == ()
    assert prohibited_in_text("患有" * 50_000, individual=False) == ()


def test_no_column_of_our_own_agencies_means_one() -> None:
    columns = {
        column.name for metadata in METADATA.values() for table in metadata.sorted_tables for column in table.columns
    }
    assert len(columns) > 100
    assert {name for name in columns if (item := prohibited_in_name(name)) and not item.with_consent} == set()


def test_the_catalogue_of_the_law_asks_consent_where_ours_does() -> None:
    exported = json.loads((Path(__file__).parent / "catalogue.json").read_text("utf-8"))
    told = {
        (record["name"], field["name"])
        for record in exported["recordTypes"]
        for field in record["fields"]
        if field.get("prohibitedClass")
    }
    assert told == {
        (name, field.name)
        for name, definition in RECORDS.items()
        for field in definition.fields.values()
        if field.prohibited
    }
