"""What the law asks of a row beside its types: days, ages, terms, units, spellings, subjects (Art. 7, 8, 11, 20)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from schema.catalogue import RECORDS
from schema.reporting import (
    Action,
    Reported,
    Row,
    RowProblem,
    SubjectNamed,
    check_columns,
    field_named,
    natural_key,
    read_row,
)
from schema.retention import Anchor
from schema.terms import SubjectKind
from schema.tiers import Tier
from tests.schema.reporting.rows import CODE, NUMBER, whole_row

TODAY = date(2026, 11, 23)
CHILD = "410199201003070018"
"""Born on 2010-03-07."""


def read(record: str, kind: SubjectKind | None = None, /, **changes: Any) -> Reported | list[RowProblem]:  # noqa: ANN401 (values)
    definition = RECORDS[record]
    return read_row(definition, Row(1, whole_row(definition, kind) | changes), today=TODAY)


def good(found: Reported | list[RowProblem]) -> Reported:
    assert isinstance(found, Reported), found
    return found


def codes(found: Reported | list[RowProblem]) -> set[tuple[str | None, str]]:
    assert isinstance(found, list), found
    return {(problem.column, problem.code) for problem in found}


# --- what the law asks of a type


@pytest.mark.parametrize(
    ("said", "code"), [(None, "NOT_EFFECTIVE"), ("", "NOT_EFFECTIVE"), ("2026-11-24", "NOT_EFFECTIVE")]
)
def test_only_effective_judgments_are_taken(said: str | None, code: str) -> None:
    assert codes(read("EffectiveJudgment", effectiveOn=said)) == {("effectiveOn", code)}
    good(read("EffectiveJudgment", effectiveOn="2026-11-23"))


def test_a_general_accident_needs_the_agencys_statement() -> None:
    assert codes(read("MajorAccident", accidentLevel="GENERAL")) == {("statement", "STATEMENT_REQUIRED")}
    found = good(read("MajorAccident", accidentLevel="一般", statement="依本市规定属于重大事故"))
    assert found.statement == "依本市规定属于重大事故"


def test_punishments_outside_of_duty_are_out_of_scope() -> None:
    assert codes(read("OfficerCriminalPunishment", dutyRelated="否")) == {("dutyRelated", "OUT_OF_SCOPE")}


@pytest.mark.parametrize("level", ["COUNTY", "市级部门", "县级政府"])
def test_honours_of_lower_bodies_are_refused(level: str) -> None:
    assert codes(read("Honour", honourLevel=level)) == {("honourLevel", "UNKNOWN_WORD")}


@pytest.mark.parametrize("record", ["OtherRecord", "ListDesignation", "IndustryBan"])
def test_what_must_have_a_basis_in_law_says_so(record: str) -> None:
    assert codes(read(record, legalBasis="无")) == {("legalBasis", "LEGAL_BASIS_REQUIRED")}


def test_a_ban_has_an_end_unless_it_is_for_life() -> None:
    assert codes(read("IndustryBan", lifetime="否")) == {("banTo", "REQUIRED")}
    assert codes(read("IndustryBan", lifetime="是", banTo="2030-01-01")) == {("banTo", "FORMAT")}
    good(read("IndustryBan", lifetime=False, banTo="2030-01-01"))


def test_a_type_is_about_the_kinds_of_subject_that_the_law_names() -> None:
    found = codes(read("EntityRegistration", subjectKind="INDIVIDUAL"))
    assert ("subjectKind", "CATEGORY_SUBJECT_MISMATCH") in found


# --- days


def test_what_has_happened_has_not_happened_tomorrow() -> None:
    assert codes(read("AdministrativePenalty", decisionDate="2026-11-24")) >= {("decisionDate", "FUTURE_DATE")}
    assert codes(read("FeeArrears", overdueFrom="2027-01-01", settledOn=None)) == {("overdueFrom", "FUTURE_DATE")}
    assert codes(read("Honour", terminatedOn="2026-11-24")) == {("terminatedOn", "FUTURE_DATE")}


def test_terms_may_be_to_come() -> None:
    ahead = {"validFrom": "2027-01-01", "validTo": "2030-01-01"}
    assert good(read("AdministrativeLicence", **ahead)).values["validTo"] == "2030-01-01"
    good(read("ListDesignation", plannedRemovalOn="2029-03-01"))


@pytest.mark.parametrize("endless", ["2099-12-31", "2099/12/31", "9999-12-31", "长期", "长期有效"])
def test_no_end_is_no_value_where_a_term_may_be_endless_and_no_day_elsewhere(endless: str) -> None:
    assert "validTo" not in good(read("AdministrativeLicence", validTo=endless)).values
    wrong = codes(read("AdministrativeLicence", decisionDate=endless))
    assert wrong <= {("decisionDate", "DATE"), ("decisionDate", "REQUIRED")}
    assert wrong


def test_days_out_of_their_order_are_told() -> None:
    found = codes(read("AdministrativeLicence", validFrom="2026-03-02", validTo="2026-03-01"))
    assert found == {("validTo", "DATES_OUT_OF_ORDER")}


def test_months_are_months() -> None:
    assert good(read("SocialInsurancePayment", period="2026年3月")).values["period"] == "2026-03"
    assert codes(read("SocialInsurancePayment", period="2026-13")) == {("period", "DATE")}


# --- age and term


def test_negative_information_about_a_minor_is_not_taken() -> None:
    person = SubjectKind.INDIVIDUAL
    minor = read("AdministrativeCompulsion", person, subjectIdNumber=CHILD)
    assert codes(minor) == {(None, "MINOR")}
    good(read("Honour", person, subjectIdNumber=CHILD))
    good(read("AdministrativeCompulsion", person, subjectIdNumber="410199200803010019"))  # 18 on that day


@pytest.mark.parametrize(("day", "kept"), [("2021-11-23", True), ("2021-11-22", False)])
def test_what_would_have_to_be_deleted_is_not_taken_again(day: str, *, kept: bool) -> None:
    person = SubjectKind.INDIVIDUAL
    changes = {"decisionDate": day, "liftedOn": day, "validTo": None}
    found = read("AdministrativeCompulsion", person, **changes)
    if kept:
        assert good(found).kept_until == TODAY
    else:
        assert codes(found) == {(None, "RETENTION_EXPIRED")}
    assert good(read("AdministrativeCompulsion", **changes)).kept_until is None  # a company's has no such term


def test_an_individual_business_is_protected_as_a_person_is() -> None:
    changes = {"decisionDate": "2015-01-01", "liftedOn": None, "subjectUnifiedSocialCreditCode": "92410199DEM000022W"}
    assert codes(read("AdministrativeCompulsion", **changes)) == {(None, "RETENTION_EXPIRED")}


def test_the_citys_reading_of_the_term_counts() -> None:
    definition, person = RECORDS["AdministrativeCompulsion"], SubjectKind.INDIVIDUAL
    row = Row(1, whole_row(definition, person) | {"decisionDate": "2020-01-01", "liftedOn": "2026-01-01"})
    assert isinstance(read_row(definition, row, today=TODAY), Reported)
    assert codes(read_row(definition, row, today=TODAY, anchor=Anchor.DECISION)) == {(None, "RETENTION_EXPIRED")}


# --- sums and units


@pytest.mark.parametrize(
    ("fine", "content", "doubted"),
    [
        ("20000", "罚款人民币20000元", False),
        ("20000", "罚款2万元", False),
        ("2", "罚款2万元", True),
        ("200000000", "罚款20,000元", True),
        ("200000000", "罚款", True),
        ("2000", "警告", False),
        ("150000000", "罚款1.5亿元", False),
    ],
)
def test_a_sum_that_is_ten_thousand_times_another_is_doubted_but_taken(
    fine: str, content: str, *, doubted: bool
) -> None:
    found = good(read("AdministrativePenalty", fineAmount=fine, confiscatedAmount=None, penaltyContent=content))
    assert [each.code for each in found.warnings] == ["IMPLAUSIBLE"] * doubted
    assert all(each.warning for each in found.warnings)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("-1", "NEGATIVE_AMOUNT"),
        ("1.234", "FORMAT"),
        ("1,000", "FORMAT"),
        ("五百", "FORMAT"),
        ("1e5", "FORMAT"),
        ("9" * 16, "RANGE"),
        (True, "TYPE"),
        (float("nan"), "FORMAT"),
        ("500元", "FORMAT"),
    ],
)
def test_a_sum_is_plain_exact_and_not_negative(said: object, code: str) -> None:
    assert codes(read("FeeArrears", arrearsAmount=said)) == {("arrearsAmount", code)}


def test_a_loss_may_be_negative() -> None:
    assert good(read("AnnualFinancialSummary", totalProfit="-5000")).values["totalProfit"] == "-5000.00"


# --- spellings


@pytest.mark.parametrize(
    "spelt", ["91410199dem0000145", " 91410199-DEM000014-5 ", "９１４１０１９９ＤＥＭ００００１４５"]
)
def test_a_credit_code_has_one_spelling(spelt: str) -> None:
    assert good(read("Honour", subjectUnifiedSocialCreditCode=spelt)).subject.unified_social_credit_code == CODE


@pytest.mark.parametrize(("spelt", "code"), [("10774368-0", "107743680"), ("107743680", "107743680"), (CODE, CODE)])
def test_three_spellings_of_an_organisation_code_are_one(spelt: str, code: str) -> None:
    assert good(read("DishonestJudgmentDebtor", debtorCode=spelt)).values["debtorCode"] == code


def test_a_masked_or_spoilt_number_says_what_happened_to_it() -> None:
    person = SubjectKind.INDIVIDUAL
    for number, code in (
        ("410199199003070000", "EXCEL_TRUNCATION"),
        ("4.10199E+17", "EXCEL_SCIENTIFIC"),
        ("4101****18", "LENGTH"),
    ):
        found = codes(read("Honour", person, subjectIdNumber=number))
        assert ("subjectIdNumber", code) in found or ("subjectIdNumber", "ALPHABET") in found


def test_words_of_a_list_are_known_by_name_and_by_their_chinese() -> None:
    for spelt in (
        "FINE;CONFISCATION",
        "罚款；没收违法所得、没收非法财物",
        "罚款、没收违法所得、没收非法财物",
        ["罚款", "CONFISCATION"],
    ):
        assert good(read("AdministrativePenalty", penaltyTypes=spelt)).values["penaltyTypes"] == [
            "FINE",
            "CONFISCATION",
        ]
    assert codes(read("AdministrativePenalty", penaltyTypes="罚款、鞭刑")) == {("penaltyTypes", "UNKNOWN_WORD")}


def test_the_words_of_a_list_are_named_in_its_refusal() -> None:
    (problem,) = [each for each in read("Honour", honourLevel="?") if isinstance(each, RowProblem)]  # type: ignore[union-attr]  # a list
    assert "省级政府" in problem.message.chinese
    assert "PROVINCIAL_GOVERNMENT" in problem.message.english


def test_texts_keep_what_was_written_but_for_the_blanks_around_it() -> None:
    assert good(read("Honour", reason="\u3000事由 （一）\ufeff")).values["reason"] == "事由 （一）"
    assert codes(read("Honour", reason="a\x00b")) == {("reason", "CHARACTERS")}
    assert codes(read("Honour", reason="长" * 10_001)) == {("reason", "TOO_LONG")}
    assert codes(read("Honour", documentNumber="长" * 201)) == {("documentNumber", "TOO_LONG")}
    assert codes(read("Honour", reason={"a": 1})) == {("reason", "NESTED")}


# --- double publicity, both generations

LICENCE_2016 = {
    "XK_WSH": "郑行审〔2016〕1号",
    "XK_XMMC": "食品经营许可",
    "XK_SPLB": "普通",
    "XK_NR": "预包装食品销售",
    "XK_XDR": "某公司",
    "XK_XDR_TYPE": "法人及非法人组织",
    "XK_XDR_SHXYM": CODE,
    "XK_XDR_ZDM": "DEM00001-4",
    "XK_XDR_GSDJ": "410199000000018",
    "XK_FR": "王小明",
    "XK_JDRQ": "2016/5/1",
    "XK_YXQZ": "2016/5/1",
    "XK_JZQ": "2099/12/31",
    "XK_XZJG": "郑州市行政审批局",
    "XK_XKJGDM": "11410199DEM0000490",
    "XK_ZT": "1",
    "XK_LYDW": "郑州市行政审批局",
    "XK_LYDWDM": "11410199DEM0000490",
    "DFBM": "410100",
    "SJC": "2016-05-02 10:00:00",
}


def test_the_columns_of_2016_are_understood() -> None:
    found = good(read_row(RECORDS["AdministrativeLicence"], Row(1, LICENCE_2016), today=TODAY))
    assert found.values["licenceDocumentName"] == "食品经营许可"
    assert (found.values["decisionDate"], "validTo" in found.values) == ("2016-05-01", False)
    assert found.subject == SubjectNamed(SubjectKind.LEGAL_PERSON, "某公司", CODE, "DEM000014", "410199000000018", None)
    assert found.source_updated_at is not None
    assert found.source_updated_at.isoformat() == "2016-05-02T10:00:00+08:00"
    assert check_columns(RECORDS["AdministrativeLicence"], LICENCE_2016) == []


def test_two_columns_of_penalty_kinds_are_one_list_and_two_of_anything_else_a_double() -> None:
    own = {name: value for name, value in whole_row(RECORDS["AdministrativePenalty"]).items() if name != "penaltyTypes"}
    row = Row(1, own | {"CF_CFLB1": "罚款", "CF_CFLB2": "警告"})
    assert good(read_row(RECORDS["AdministrativePenalty"], row, today=TODAY)).values["penaltyTypes"] == [
        "FINE",
        "WARNING",
    ]
    assert codes(read("AdministrativePenalty", CF_WSH="另一个文号")) == {("penaltyDocumentNumber", "DUPLICATE_COLUMN")}
    assert [
        each.code for each in check_columns(RECORDS["AdministrativePenalty"], ["CF_WSH", "penaltyDocumentNumber"])
    ] == ["DUPLICATE_COLUMN"]


def test_the_unit_of_a_sum_is_that_of_its_columns_name() -> None:
    penalty = RECORDS["AdministrativePenalty"]
    for name, unit in (
        ("CF_NR_FK", 10_000),
        ("fineAmount", 1),
        ("罚款金额（元）", 1),
        ("罚款金额(万元)", 10_000),
        ("*罚款金额(元)", 1),
    ):
        column = field_named(penalty, name)
        assert column is not None
        assert (column.name, column.unit) == ("fineAmount", unit)


# --- whom a row is about


def test_a_penalty_names_its_subject_by_its_own_columns() -> None:
    whole = whole_row(RECORDS["AdministrativePenalty"])
    own = {name: value for name, value in whole.items() if not name.startswith("subject")}
    company = good(read_row(RECORDS["AdministrativePenalty"], Row(1, own), today=TODAY))
    assert company.subject.unified_social_credit_code == CODE
    person = {"counterpartyCategory": "自然人", "counterpartyId": NUMBER, "counterpartyName": "王小明"}
    found = good(read_row(RECORDS["AdministrativePenalty"], Row(1, own | person), today=TODAY))
    assert (found.subject.kind, found.subject.id_number, found.subject.name) == (
        SubjectKind.INDIVIDUAL,
        NUMBER,
        "王小明",
    )


def test_a_subject_column_and_the_records_own_may_not_differ() -> None:
    found = codes(read("AdministrativePenalty", subjectUnifiedSocialCreditCode="91110000600037341L"))
    assert found == {("subjectUnifiedSocialCreditCode", "SUBJECT_MISMATCH")}


def test_who_names_nobody_is_told_how_to() -> None:
    whole = whole_row(RECORDS["Honour"])
    own = {name: value for name, value in whole.items() if not name.startswith("subject")}
    assert codes(read_row(RECORDS["Honour"], Row(1, own), today=TODAY)) == {("subjectKind", "SUBJECT_REQUIRED")}
    for whom in (
        {"subjectKind": "法人"},
        {"subjectKind": "个人", "subjectName": "王小明"},
        {"subjectIdNumber": NUMBER},
    ):
        assert codes(read_row(RECORDS["Honour"], Row(1, own | whom), today=TODAY)) == {(None, "SUBJECT_REQUIRED")}


def test_nothing_of_a_person_is_in_what_is_printed() -> None:
    found = good(read("AdministrativePenalty", SubjectKind.INDIVIDUAL))
    for told in (repr(found), repr(found.subject), repr(Row(1, whole_row(RECORDS["Honour"], SubjectKind.INDIVIDUAL)))):
        assert NUMBER not in told
        assert "王小明" not in told


# --- what any row may have


def test_what_any_row_may_say_is_read_beside_its_values() -> None:
    found = good(
        read(
            "Honour",
            action="更新",
            sourceUpdatedAt="20260301080000",
            correctionReason="机关名称有误",
            terminatedOn="2026-10-01",
            publicityUntil="2027-01-01",
            recordTier="B",
            sealed="是",
            sourceId="A-7",
        )
    )
    assert (found.action, found.record_tier, found.sealed, found.source_id) == (Action.UPSERT, Tier.SHARED, True, "A-7")
    assert (found.terminated_on, found.publicity_until) == (date(2026, 10, 1), date(2027, 1, 1))
    assert found.source_updated_at is not None
    assert found.source_updated_at.isoformat() == "2026-03-01T08:00:00+08:00"
    assert good(read("EmploymentStatus", recordTier="A")).record_tier is RECORDS["EmploymentStatus"].tier


def test_two_spellings_of_one_number_are_one_record() -> None:
    spelt = ("郑市监罚〔2026〕1号", "郑市监罚(2026)1号", "郑市监罚（２０２６） 1号", "郑市监罚[2026]1号")
    found = {
        good(read("AdministrativePenalty", penaltyDocumentNumber=each)).natural_key("TAX", "LP-1") for each in spelt
    }
    assert len(found) == 1
    assert found != {natural_key("COURT", "LP-1", [spelt[0]])}


# --- values at the edge


@pytest.mark.parametrize(
    ("record", "column", "said", "code"),
    [
        ("DishonestJudgmentDebtor", "debtorCode", "107743681", "CHECKSUM"),
        ("EntityRegistration", "regionCode", "41010", "FORMAT"),
        ("EntityRegistration", "regionCode", "郑州", "FORMAT"),
        ("Honour", "awardedOn", 20260301, "DATE"),
        ("Honour", "awardedOn", "2026-03-01T25:00:00Z", "DATE"),
        ("Honour", "awardedOn", "T" * 50, "DATE"),
        ("Honour", "awardedOn", "0001-01-01", "DATE"),
        ("Honour", "awardedOn", "2026-02-30", "DATE"),
        ("Honour", "awardedOn", True, "DATE"),
        ("Honour", "awardedOn", ["2026-03-01"], "NESTED"),
        ("Honour", "reason", True, "TYPE"),
        ("Honour", "reason", b"x", "TYPE"),
        ("Honour", "sourceUpdatedAt", "gestern", "DATE"),
        ("Honour", "sourceUpdatedAt", "0001-01-01", "DATE"),
        ("FeeArrears", "arrearsAmount", 10**20, "RANGE"),
        ("FeeArrears", "arrearsAmount", [1], "NESTED"),
        ("MajorAccident", "deaths", True, "TYPE"),
        ("MajorAccident", "deaths", "-1", "FORMAT"),
        ("MajorAccident", "deaths", 1.5, "FORMAT"),
        ("MajorAccident", "deaths", 10**12, "RANGE"),
        ("TaxCreditRating", "ratingYear", "26", "RANGE"),
        ("AdministrativePenalty", "simplifiedProcedure", "或许", "UNKNOWN_WORD"),
        ("AdministrativePenalty", "simplifiedProcedure", 2, "NUMERIC_CODE"),
        ("AdministrativePenalty", "penaltyTypes", ["FINE"] * 101, "TOO_LONG"),
        ("AdministrativePenalty", "penaltyTypes", ";".join(["罚款"] * 101), "TOO_LONG"),
        ("AdministrativePenalty", "penaltyTypes", "、".join(["罚款"] * 101), "UNKNOWN_WORD"),
        ("AdministrativePenalty", "penaltyTypes", 7, "NUMERIC_CODE"),
        ("ListDesignation", "measures", [{"a": 1}], "NESTED"),
        ("ListDesignation", "listKind", "长" * 500, "UNKNOWN_WORD"),
    ],
)
def test_what_no_field_can_hold_is_told_with_its_code(record: str, column: str, said: object, code: str) -> None:
    assert (column, code) in codes(read(record, **{column: said}))


@pytest.mark.parametrize(
    ("record", "column", "said", "kept"),
    [
        ("EntityRegistration", "regionCode", "４１０１００", "410100"),
        ("EntityRegistration", "regionCode", "暂无", None),
        ("DishonestJudgmentDebtor", "debtorCode", "无", None),
        ("AdministrativePenalty", "simplifiedProcedure", 1, True),
        ("AdministrativePenalty", "simplifiedProcedure", "N", False),
        ("AdministrativePenalty", "penaltyTypes", ["FINE", None, "无", "罚款"], ["FINE"]),
        ("MajorAccident", "deaths", 3.0, 3),
        ("MajorAccident", "deaths", "３", 3),
        ("MajorAccident", "directLoss", 0.1, "0.10"),
        ("SocialInsurancePayment", "period", "202603", "2026-03"),
        ("TaxCreditRating", "score", "98.500", "98.5"),
        ("Honour", "validTo", "2027-03-01 00:00:00", "2027-03-01"),
        ("Honour", "validTo", "2027-02-28T16:00:00Z", "2027-03-01"),
        ("Honour", "reason", "/", None),
        ("Honour", "reason", " " * 40, None),
    ],
)
def test_what_is_spelt_otherwise_is_read_all_the_same(record: str, column: str, said: object, kept: object) -> None:
    assert good(read(record, **{column: said})).values.get(column) == kept


def test_instants_of_cells_and_days_alone_are_instants_in_the_citys_own_time() -> None:
    for said in (date(2026, 3, 1), datetime(2026, 3, 1), datetime(2026, 2, 28, 16, tzinfo=UTC), "2026-03-01"):  # noqa: DTZ001 (a cell's)
        found = good(read("Honour", sourceUpdatedAt=said)).source_updated_at
        assert found is not None
        assert found.isoformat() == "2026-03-01T00:00:00+08:00"
    assert good(read("Honour", sourceUpdatedAt="无")).source_updated_at is None


def test_two_columns_of_a_number_or_of_the_subject_are_a_double_too() -> None:
    twice = {
        "行政相对人代码_1(统一社会信用代码)": CODE,
        "信用主体名称": "甲",
        "subjectName": "乙",
        "CF_XDR_SFZ": NUMBER,
    }
    assert codes(read("AdministrativePenalty", **twice)) == {
        ("unifiedSocialCreditCode", "DUPLICATE_COLUMN"),
        ("subjectName", "DUPLICATE_COLUMN"),
        ("counterpartyId", "DUPLICATE_COLUMN"),
    }


def test_a_very_long_column_name_is_no_column() -> None:
    assert field_named(RECORDS["Honour"], "荣誉名称" * 100) is None
