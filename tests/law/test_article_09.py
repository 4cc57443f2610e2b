"""第九条: what may not be collected, and the one exception."""

from datetime import date

import pytest

from schema.articles import ARTICLES
from schema.catalogue import RECORDS
from schema.definition import RecordDefinition
from schema.prohibited_items import ITEMS, ProhibitedItem
from schema.reporting import Reported, Row, check_columns, read_row
from schema.terms import SubjectKind

TODAY = date(2026, 11, 23)
CANARY = "金丝雀AB型"
OF_INDIVIDUALS = [each for each in RECORDS.values() if SubjectKind.INDIVIDUAL in each.subject_kinds]


def test_the_law_forbids_four_groups_and_knows_one_exception() -> None:
    assert len(ARTICLES[9].items) == 4
    assert "取得其书面同意的除外" in ARTICLES[9].items[2]


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.code)
@pytest.mark.parametrize("definition", OF_INDIVIDUALS, ids=lambda definition: definition.name)
def test_a_column_of_each_item_is_refused_in_every_record_type_about_individuals(
    definition: RecordDefinition, item: ProhibitedItem
) -> None:
    for name in (item.names[0], item.tokens[0].replace(" ", "_").upper()):
        (problem,) = check_columns(definition, [*definition.fields, name])
        assert (problem.code, problem.column, problem.article) == ("PROHIBITED_FIELD", name, item.article)
        found = read_row(definition, Row(1, {name: CANARY}), today=TODAY)
        assert isinstance(found, list)
        assert ("PROHIBITED_FIELD", name) in {(each.code, each.column) for each in found}
        assert CANARY not in repr(found)


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.code)
@pytest.mark.parametrize("definition", RECORDS.values(), ids=RECORDS)
def test_a_key_inside_a_value_is_refused_in_every_record_type(
    definition: RecordDefinition, item: ProhibitedItem
) -> None:
    first = next(iter(definition.fields))
    found = read_row(definition, Row(1, {first: {"more": [{item.names[0]: CANARY}]}}), today=TODAY)
    assert isinstance(found, list)
    assert ("PROHIBITED_FIELD", f"{first}.{item.names[0]}") in {(each.code, each.column) for each in found}
    assert CANARY not in repr(found)


@pytest.mark.parametrize("definition", RECORDS.values(), ids=RECORDS)
def test_the_first_two_groups_and_the_fourth_are_forbidden_about_legal_persons_too(
    definition: RecordDefinition,
) -> None:
    for item in ITEMS.values():
        if not item.with_consent:
            (problem,) = check_columns(definition, [item.names[0]])
            assert problem.code == "PROHIBITED_FIELD"


def test_what_a_company_earns_is_no_secret_of_a_person() -> None:
    (problem,) = check_columns(RECORDS["AnnualFinancialSummary"], ["收入"])
    assert problem.code == "UNKNOWN_COLUMN"


def test_a_free_text_that_tells_of_an_item_is_for_a_person_to_look_at() -> None:
    values = {
        "subjectUnifiedSocialCreditCode": "91410199DEM0000145",
        "accidentNumber": "事故〔2026〕1号",
        "accidentType": "WORK_SAFETY",
        "accidentLevel": "MAJOR",
        "occurredOn": "2026-03-01",
        "summary": "李某患有尘肺病, 血型为AB型",
        "liability": "负主要责任",
        "investigatingAuthority": "郑州市应急管理局",
    }
    found = read_row(RECORDS["MajorAccident"], Row(4, values), today=TODAY)
    assert isinstance(found, Reported)
    assert [(each.column, each.article) for each in found.suspected] == [("summary", "9(2)"), ("summary", "9(2)")]
    assert "尘肺" not in repr(found.suspected)
    innocent = read_row(RECORDS["MajorAccident"], Row(4, values | {"summary": "未足额发放工资"}), today=TODAY)
    assert isinstance(innocent, Reported)
    assert innocent.suspected == ()
