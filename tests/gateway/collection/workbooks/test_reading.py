from datetime import date, datetime

import pytest

from gateway.collection.workbooks import Bounds, open_workbook
from gateway.collection.workbooks.columns import REASONS
from gateway.collection.workbooks.errors import (
    DoubledColumns,
    MissingColumns,
    NoRows,
    NoTemplate,
    ProhibitedColumns,
    TemplateOutdated,
    UnknownColumns,
)
from gateway.errors import TooManyRows
from schema.catalogue import RECORDS
from schema.reporting import Reported, RowCode, read_row
from tests.gateway.collection.workbooks.filled import ARREARS, arrears, filled, repacked

TODAY = date(2026, 11, 23)


def test_each_row_comes_out_under_the_catalogues_names_with_its_number_in_the_sheet() -> None:
    opened = open_workbook(filled("TaxArrears", arrears(3)))
    rows = list(opened.rows())
    assert opened.definition is RECORDS["TaxArrears"]
    assert [row.number for row in rows] == [3, 4, 5]
    assert rows[0].values == {**ARREARS, "arrearsPeriod": "2000-01"}


def test_what_a_good_workbook_says_can_be_reported() -> None:
    opened = open_workbook(filled("TaxArrears", arrears(2)))
    read = [read_row(opened.definition, row, today=TODAY) for row in opened.rows()]
    assert all(isinstance(each, Reported) for each in read), read
    first = read[0]
    assert isinstance(first, Reported)
    assert first.values["arrearsBalance"] == "1234.50"
    assert first.values["settlementStatus"] == "UNSETTLED"


def test_the_rows_can_be_gone_through_again() -> None:
    opened = open_workbook(filled("TaxArrears", arrears(3)))
    assert [row.values for row in opened.rows()] == [row.values for row in opened.rows()]


def test_empty_rows_say_nothing_and_numbers_stay() -> None:
    opened = open_workbook(filled("TaxArrears", [*arrears(1), {}, {"taxType": ""}, *arrears(1)]))
    assert [row.number for row in opened.rows()] == [3, 6]


def test_a_number_in_a_column_of_codes_is_refused_where_it_stands() -> None:
    broken = arrears(1, taxpayerNumber=410199199003070018, announcingAuthority=12)
    opened = open_workbook(filled("TaxArrears", [*broken, *arrears(1)]))
    first, second = (read_row(opened.definition, row, today=TODAY) for row in opened.rows())
    assert isinstance(first, list)
    assert {(each.row, each.column, each.code) for each in first} >= {
        (3, "taxpayerNumber", RowCode.NUMERIC_CODE),
        (3, "announcingAuthority", RowCode.NUMERIC_CODE),
    }
    assert isinstance(second, Reported)


def test_a_day_that_a_spreadsheet_made_of_a_text_is_no_text() -> None:
    opened = open_workbook(filled("TaxArrears", arrears(1, arrearsPeriod=date(2026, 1, 1))))
    (read,) = (read_row(opened.definition, row, today=TODAY) for row in opened.rows())
    assert isinstance(read, list)
    assert [each.column for each in read] == ["arrearsPeriod"]


def test_days_are_days_with_or_without_an_hour_and_texts_are_read_too() -> None:
    days = (date(2026, 4, 20), datetime(2026, 4, 20, 9, 30), "2026年4月20日", "20260420")  # noqa: DTZ001  # a spreadsheet knows no zone
    opened = open_workbook(filled("TaxArrears", [arrears(1, announcedOn=day)[0] for day in days]))
    read = [read_row(opened.definition, row, today=TODAY) for row in opened.rows()]
    assert {each.values["announcedOn"] for each in read if isinstance(each, Reported)} == {"2026-04-20"}
    assert all(isinstance(each, Reported) for each in read)


def test_a_serial_number_in_a_text_is_no_day() -> None:
    opened = open_workbook(filled("TaxArrears", arrears(1, announcedOn="46082")))
    (read,) = (read_row(opened.definition, row, today=TODAY) for row in opened.rows())
    assert isinstance(read, list)
    assert [(each.column, each.code) for each in read] == [("announcedOn", RowCode.DATE)]


def test_workbooks_that_count_days_from_1904_mean_the_same_days() -> None:
    def of_1904(content: bytes) -> bytes:
        return content.replace(b"<workbookPr ", b'<workbookPr date1904="1" ')

    moved = repacked(filled("TaxArrears", arrears(1, announcedOn=date(2022, 4, 19))), "xl/workbook.xml", of_1904)
    (row,) = open_workbook(moved).rows()
    assert row.values["announcedOn"] == date(2026, 4, 20)


def test_columns_may_stand_in_any_order() -> None:
    def swapped(content: bytes) -> bytes:
        one, other = "<t>*欠税税种</t>".encode(), "<t>*欠税所属期</t>".encode()
        return content.replace(one, b"<t>?</t>").replace(other, one).replace(b"<t>?</t>", other)

    content = repacked(filled("TaxArrears", arrears(1)), "xl/sharedStrings.xml", swapped)
    (row,) = open_workbook(content).rows()
    assert (row.values["taxType"], row.values["arrearsPeriod"]) == ("2000-01", "增值税")


def test_the_column_of_reasons_is_never_read() -> None:
    rows = [{**arrears(1)[0], REASONS: "上次退回的原因"}]
    (row,) = open_workbook(filled("TaxArrears", rows, further=[REASONS])).rows()
    assert "上次退回的原因" not in row.values.values()


def test_a_column_that_the_catalogue_does_not_have_refuses_the_file_and_is_named() -> None:
    rows = [{**arrears(1)[0], "内部备注": "canary-7731"}]
    with pytest.raises(UnknownColumns) as refused:
        open_workbook(filled("TaxArrears", rows, further=["内部备注"]))
    assert "内部备注" in refused.value.message("zh")
    assert "canary-7731" not in refused.value.message("zh") + repr(refused.value)


def test_a_column_that_nobody_may_collect_is_refused_by_its_article_and_leaves_no_value() -> None:
    rows = [{**arrears(1)[0], "血型": "canary-7733", "备用": "x"}]
    with pytest.raises(ProhibitedColumns) as refused:
        open_workbook(filled("TaxArrears", rows, further=["备用", "血型"]))
    told = refused.value
    assert told.legal_basis is not None
    assert told.legal_basis.article.startswith("9")
    assert "血型" in told.message("zh")
    assert "备用" in told.message("zh")
    assert "canary-7733" not in told.message("zh") + told.message("en") + repr(told)


def test_a_column_twice_is_refused() -> None:
    with pytest.raises(DoubledColumns):
        open_workbook(filled("TaxArrears", arrears(1), further=["taxType"]))


def test_a_template_of_an_earlier_catalogue_is_refused_with_a_link_to_the_new_one() -> None:
    def earlier(content: bytes) -> bytes:
        return content.replace(b"<t>0.2.0-", b"<t>0.1.9-")

    with pytest.raises(TemplateOutdated) as refused:
        open_workbook(repacked(filled("TaxArrears", arrears(1)), "xl/sharedStrings.xml", earlier))
    assert refused.value.particulars() == {"template": "/templates/TaxArrears.xlsx"}
    assert "/templates/TaxArrears.xlsx" in refused.value.message("zh")


@pytest.mark.parametrize(("was", "becomes"), [("信用信息报送模板", "别的表格"), ("TaxArrears", "NoSuchType")])
def test_a_workbook_of_ones_own_is_told_where_the_templates_are(was: str, becomes: str) -> None:
    def other(content: bytes) -> bytes:
        return content.replace(f"<t>{was}</t>".encode(), f"<t>{becomes}</t>".encode())

    with pytest.raises(NoTemplate, match="TEMPLATE_UNKNOWN"):
        open_workbook(repacked(filled("TaxArrears", arrears(1)), "xl/sharedStrings.xml", other))


def test_a_required_column_that_was_deleted_is_named() -> None:
    def without(content: bytes) -> bytes:
        return content.replace("<t>*欠税税种</t>".encode(), "<t>欠税余额</t>".encode()).replace(
            "<t>欠税余额(元)</t>".encode(), "<t>公告机关编号</t>".encode()
        )

    def renamed(content: bytes) -> bytes:
        return content.replace("<t>*欠税税种</t>".encode(), b"<t>terminatedOn</t>").replace(
            "<t>行为或事件终止日期</t>".encode(), b"<t></t>"
        )

    with pytest.raises(UnknownColumns):
        open_workbook(repacked(filled("TaxArrears", arrears(1)), "xl/sharedStrings.xml", without))
    with pytest.raises(MissingColumns, match="欠税税种"):
        open_workbook(repacked(filled("TaxArrears", arrears(1)), "xl/sharedStrings.xml", renamed))


def test_an_empty_template_is_no_nil_submission() -> None:
    with pytest.raises(NoRows):
        open_workbook(filled("TaxArrears", []))
    with pytest.raises(NoRows):
        open_workbook(filled("TaxArrears", [{"taxType": ""}, {"taxType": ""}]))


def test_more_rows_than_allowed_are_refused_by_their_number() -> None:
    content = filled("TaxArrears", arrears(6))
    assert len(list(open_workbook(content, Bounds(rows=6)).rows())) == 6
    with pytest.raises(TooManyRows, match="at most 5"):
        open_workbook(content, Bounds(rows=5))
