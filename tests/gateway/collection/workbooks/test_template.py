import io
import re
import zipfile
from xml.etree import ElementTree as ET

import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from gateway.collection.workbooks import template
from gateway.collection.workbooks.columns import Written, columns_of, template_version
from gateway.collection.workbooks.template import FIRST_ROW, HEADERS, SHEETS, TITLE
from schema.catalogue import RECORDS, VERSION
from schema.reporting import field_named

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def parts(record_type: str, *names: str) -> list[ET.Element]:
    """Give parts of a template of ours, read."""
    with zipfile.ZipFile(io.BytesIO(template(record_type))) as archive:
        return [ET.fromstring(archive.read(f"xl/{name}.xml")) for name in names]  # noqa: S314  # of our own making


@pytest.mark.parametrize("record_type", RECORDS)
def test_each_record_type_has_a_template_whose_every_column_means_its_field(record_type: str) -> None:
    definition = RECORDS[record_type]
    for column in columns_of(record_type):
        named = field_named(definition, column.header)
        assert named is not None, column.header
        assert (named.name, named.unit) == (column.name, 1)
    with CalamineWorkbook.from_filelike(io.BytesIO(template(record_type))) as book:
        assert tuple(book.sheet_names) == SHEETS
        legend, headers = book.get_sheet_by_name(SHEETS[0]).to_python()
    assert legend[:3] == [TITLE, record_type, template_version(record_type)]
    assert [str(header).lstrip("*") for header in headers if header] == [
        each.header for each in columns_of(record_type)
    ]


@pytest.mark.parametrize("record_type", RECORDS)
def test_what_must_be_reported_is_in_the_template_and_marked(record_type: str) -> None:
    definition = RECORDS[record_type]
    columns = {column.name: column for column in columns_of(record_type)}
    required = {name for name, field in definition.fields.items() if field.required}
    made = required - set(columns)
    assert made <= {"personKey", "officerKey", "contentDigest"}
    assert {name for name, column in columns.items() if column.required} == required - made


def test_no_column_is_there_twice() -> None:
    for record_type in RECORDS:
        headers = [column.header for column in columns_of(record_type)]
        assert len(set(headers)) == len(headers)


def test_codes_are_text_cells_before_anything_is_typed() -> None:
    sheet, styles = parts("AdministrativePenalty", "worksheets/sheet1", "styles")
    formats = {each.get("numFmtId"): each.get("formatCode") for each in styles.iter(f"{MAIN}numFmt")} | {
        "49": "@",
        "1": "0",
    }
    of_cells = next(styles.iter(f"{MAIN}cellXfs"))
    looks = {
        place: formats[of_cells[int(column.get("style", ""))].get("numFmtId")]
        for column in sheet.iter(f"{MAIN}col")
        for place in range(int(column.get("min", "")), int(column.get("max", "")) + 1)
    }
    wanted = {Written.DAY: "yyyy-mm-dd", Written.AMOUNT: "0.00####", Written.INSTANT: "yyyy-mm-dd hh:mm:ss"}
    for place, column in enumerate(columns_of("AdministrativePenalty"), 1):
        assert looks[place] == wanted.get(column.written, "@"), column.name


def test_closed_lists_are_chosen_from_and_hold_the_words_of_the_catalogue() -> None:
    sheet, book = parts("TaxArrears", "worksheets/sheet1", "workbook")
    lists = [
        each.findtext(f"{MAIN}formula1") for each in sheet.iter(f"{MAIN}dataValidation") if each.get("type") == "list"
    ]
    assert lists.count("list_settlementStatus") == 1
    names = {each.get("name"): str(each.text) for each in book.iter(f"{MAIN}definedName")}
    area = re.fullmatch(r"'?选项'?!\$([A-Z])\$2:\$[A-Z]\$(\d+)", names["list_settlementStatus"])
    assert area is not None
    with CalamineWorkbook.from_filelike(io.BytesIO(template("TaxArrears"))) as opened:
        words = [row[ord(area[1]) - ord("A")] for row in opened.get_sheet_by_name(SHEETS[2]).to_python()]
        hidden = [each.name for each in opened.sheets_metadata if each.visible is not SheetVisibleEnum.Visible]
    assert words[1 : int(area[2])] == ["未清缴", "部分清缴", "已清缴"]
    assert hidden == [SHEETS[2]]


def test_the_same_template_is_the_same_file_and_never_touches_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        pytest.fail("a file was made")

    monkeypatch.setattr("tempfile.mkstemp", forbidden)
    first = template.__wrapped__("Honour")
    assert template.__wrapped__("Honour") == first


def test_a_template_has_no_macro_no_link_and_no_formula() -> None:
    with zipfile.ZipFile(io.BytesIO(template("AdministrativeLicence"))) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert not [name for name in archive.namelist() if re.search(r"vba|external|embeddings|media", name)]
    assert "<f>" not in sheet
    assert "hidden=" not in sheet


def test_the_version_follows_the_catalogue_and_the_columns() -> None:
    versions = {record_type: template_version(record_type) for record_type in RECORDS}
    assert len(set(versions.values())) == len(RECORDS)
    assert all(re.fullmatch(re.escape(VERSION) + r"-[0-9a-f]{8}", version) for version in versions.values())


def test_the_instructions_name_cycle_agency_and_key() -> None:
    with CalamineWorkbook.from_filelike(io.BytesIO(template("AdministrativePenalty"))) as book:
        told = "\n".join(str(cell) for row in book.get_sheet_by_name(SHEETS[1]).to_python() for cell in row)
    for words in ("归集周期: 月", "7个工作日", "行政处罚决定书文号", "第九条", "没收违法所得、没收非法财物"):
        assert words in told
    assert HEADERS < FIRST_ROW
