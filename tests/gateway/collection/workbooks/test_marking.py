import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from gateway.collection.workbooks import OpenedWorkbook, marked, open_workbook
from gateway.collection.workbooks.cells import Spot, written
from gateway.collection.workbooks.columns import REASONS
from gateway.collection.workbooks.template import SHEETS
from schema.reporting import Reported, RowProblem, read_row
from tests.gateway.collection.workbooks.filled import arrears, filled

TODAY = date(2026, 11, 23)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def problems_of(opened: OpenedWorkbook) -> dict[int, Sequence[RowProblem]]:
    read = ((row.number, read_row(opened.definition, row, today=TODAY)) for row in opened.rows())
    return {number: told for number, told in read if isinstance(told, list)}


def sent_back(rows: list[dict[str, Any]]) -> bytes:
    opened = open_workbook(filled("TaxArrears", rows))
    return marked(opened, problems_of(opened))


def sheet_of(content: bytes) -> list[list[Any]]:
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        return book.get_sheet_by_name(SHEETS[0]).to_python()


def part(content: bytes, name: str) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return ET.fromstring(archive.read(f"xl/{name}.xml"))  # noqa: S314  # of our own making


def fills(content: bytes) -> Mapping[str, str]:
    """Give the ground of each cell that has one, by its place."""
    styles = part(content, "styles")
    grounds = [each.find(f".//{MAIN}fgColor") for each in next(styles.iter(f"{MAIN}fills"))]
    of_cells = [int(each.get("fillId", "0")) for each in next(styles.iter(f"{MAIN}cellXfs"))]
    found = {}
    for cell in part(content, "worksheets/sheet1").iter(f"{MAIN}c"):
        ground = grounds[of_cells[int(cell.get("s", "0"))]]
        if ground is not None:
            found[str(cell.get("r"))] = str(ground.get("rgb"))
    return found


BROKEN = [
    arrears(1)[0],
    {**arrears(1)[0], "announcedOn": "2026-02-30", "taxpayerNumber": 410199199003070018},
    {**arrears(1)[0], "arrearsPeriod": None, "statement": "=1+1"},
]


def test_every_row_comes_back_under_its_number_with_its_reasons_in_chinese() -> None:
    rows = sheet_of(sent_back(BROKEN))
    assert rows[1][-1] == REASONS
    assert rows[2][-1] == ""
    assert "DATE" in rows[3][-1]
    assert "NUMERIC_CODE" in rows[3][-1]
    assert "公告日期: " in rows[3][-1]
    assert "欠税所属期: " in rows[4][-1]


def test_bad_cells_have_a_red_ground_and_a_comment_and_no_other_has() -> None:
    content = sent_back(BROKEN)
    red = {place for place, colour in fills(content).items() if colour == "FFFFC7CE"}
    headers = dict(zip((str(each) for each in sheet_of(content)[1]), "ABCDEFGHIJKLMNOPQRSTUVWXYZ", strict=False))
    places = {f"{headers['*公告日期']}4", f"{headers['*纳税人识别号']}4", f"{headers['*欠税所属期']}5"}
    assert red == places
    comments = {each.get("ref"): "".join(each.itertext()) for each in part(content, "comments1").iter(f"{MAIN}comment")}
    assert set(comments) == places
    assert "NUMERIC_CODE" in comments[f"{headers['*纳税人识别号']}4"]


def test_what_comes_back_says_the_same_and_can_be_sent_again_as_it_is() -> None:
    first = open_workbook(filled("TaxArrears", BROKEN))
    again = open_workbook(marked(first, problems_of(first)))
    assert [(row.number, row.values) for row in again.rows()] == [(row.number, row.values) for row in first.rows()]
    assert problems_of(again) == problems_of(first)


def test_the_mended_file_is_taken() -> None:
    content = sent_back([{**arrears(1)[0], "settlementStatus": "不详状态"}])
    wrong = '<t xml:space="preserve">不详状态</t>'.encode()
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(into, "w") as out:
        for name in read.namelist():
            out.writestr(name, read.read(name).replace(wrong, '<t xml:space="preserve">已清缴</t>'.encode()))
    opened = open_workbook(into.getvalue())
    (row,) = (read_row(opened.definition, each, today=TODAY) for each in opened.rows())
    assert isinstance(row, Reported)


def test_a_text_that_looks_like_a_formula_goes_back_as_text() -> None:
    content = sent_back(BROKEN)
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert [row.values.get("statement") for row in open_workbook(content).rows()] == [None, None, "=1+1"]


def test_a_warning_has_a_yellow_ground_and_is_told() -> None:
    from schema.text import Text  # noqa: PLC0415  # here alone

    opened = open_workbook(filled("TaxArrears", arrears(2)))
    odd = RowProblem(4, "arrearsBalance", "IMPLAUSIBLE", Text("odd", "数值可疑"), warning=True)
    content = marked(opened, {4: [odd]})
    assert "FFFFEB9C" in fills(content).values()
    assert "数值可疑 (IMPLAUSIBLE)" in sheet_of(content)[3][-1]


def test_a_problem_of_the_whole_row_is_told_beside_it() -> None:
    content = sent_back([{**arrears(1)[0], "subjectUnifiedSocialCreditCode": None, "taxpayerNumber": None}])
    assert sheet_of(content)[2][-1]


def test_comments_are_bounded_and_reasons_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.collection.workbooks.marking._MOST_COMMENTS", 5)
    content = sent_back(arrears(40, announcedOn="x"))
    assert len(list(part(content, "comments1").iter(f"{MAIN}comment"))) == 5
    assert all("DATE" in row[-1] for row in sheet_of(content)[2:])


def test_progress_is_told_and_nothing_touches_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        pytest.fail("a file was made")

    monkeypatch.setattr("tempfile.mkstemp", forbidden)
    monkeypatch.setattr("tempfile.TemporaryFile", forbidden)
    opened = open_workbook(filled("TaxArrears", arrears(2_500)))
    told: list[int] = []
    marked(opened, {}, told.append)
    assert told == [1_000, 2_000, 2_500]


def test_the_columns_stay_those_that_were_sent() -> None:
    def renamed(content: bytes) -> bytes:
        into = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(into, "w") as out:
            for name in read.namelist():
                body = read.read(name)
                if name == "xl/sharedStrings.xml":
                    body = body.replace("<t>罚款金额(元)</t>".encode(), b"<t>CF_NR_FK</t>")
                out.writestr(name, body)
        return into.getvalue()

    opened = open_workbook(renamed(filled("AdministrativePenalty", [{"fineAmount": 0.5, "remarks": "甲"}])))
    content = marked(opened, problems_of(opened))
    assert "CF_NR_FK" in sheet_of(content)[1]
    (row,) = open_workbook(content).rows()
    assert row.values == {"CF_NR_FK": 0.5, "remarks": "甲"}


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15)
    | st.booleans()
    | st.dates(date(1900, 3, 1), date(2199, 12, 31))
)
def test_a_cell_comes_back_as_it_was_written(value: Any) -> None:  # noqa: ANN401  # of any kind
    cell = ET.fromstring(written(Spot("A", 1), 3, value))  # noqa: S314  # of our own making
    text = "".join(cell.itertext())
    if isinstance(value, str):
        plain = re.sub("_x([0-9A-F]{4})_", lambda match: chr(int(match[1], 16)), text)
        assert plain.replace("\r", "\n") == value.replace("\r\n", "\n").replace("\r", "\n")
    elif isinstance(value, bool):
        assert text == str(int(value))
    elif isinstance(value, date):
        assert int(text) == (value - date(1899, 12, 30)).days
    else:
        assert float(text) == value


def test_an_hour_stays_an_hour() -> None:
    moment = datetime(2026, 3, 1, 8, 30)  # noqa: DTZ001  # a spreadsheet knows no zone
    opened = open_workbook(filled("TaxArrears", arrears(1)))
    assert opened.last_row == 3
    cell = ET.fromstring(written(Spot("A", 1), 3, moment))  # noqa: S314  # of our own making
    assert float("".join(cell.itertext())) == pytest.approx(46082 + 8.5 / 24)
