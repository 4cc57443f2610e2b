"""Workbooks that are broken, hostile or huge: each is refused by a clear code, before anything could grow."""

import csv
import io
import resource
import struct
import zipfile
import zlib
from collections.abc import Callable
from random import Random

import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from gateway.collection.workbooks import Bounds, WorkbookRefused, open_workbook
from gateway.collection.workbooks.errors import (
    ActiveContent,
    NoTemplate,
    NoWorkbook,
    UnfitLayout,
    WorkbookDamaged,
    WorkbookLocked,
    WorkbookTooLarge,
)
from gateway.errors import TooManyRows
from tests.gateway.collection.workbooks.filled import (
    ROWS_PART,
    arrears,
    changed,
    filled,
    repacked,
    without_part,
)

GOOD = filled("TaxArrears", arrears(2))
SHARED = "xl/sharedStrings.xml"
Change = Callable[[bytes], bytes]


def refusal(content: bytes, kind: type[WorkbookRefused], bounds: Bounds | None = None) -> str:
    """Refuse a workbook, and give what is said of it in Chinese."""
    with pytest.raises(kind) as refused:
        open_workbook(content, bounds)
    assert type(refused.value) is kind
    assert refused.value.hint("zh")
    assert refused.value.legal_basis is not None
    return refused.value.message("zh")


def of_rows(change: Change) -> bytes:
    return repacked(GOOD, ROWS_PART, change)


def replaced(old: bytes, new: bytes) -> Change:
    def change(part: bytes) -> bytes:
        assert old in part, old
        return part.replace(old, new, 1)

    return change


def compound(*streams: str) -> bytes:
    """Give what begins like a file of the older format, with the names of its streams."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + b"".join(name.encode("utf-16-le") for name in streams)


def csv_bytes() -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([["税种", "余额"], ["增值税", "1"]])
    return written.getvalue().encode("gb18030")


# --- files of another kind


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "文件为空"),
        (csv_bytes(), "文本文件"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "文本文件"),
        (compound("Workbook"), "旧格式"),
        (b"%PDF-1.7\n\0\1\2", "不是 .xlsx"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "不是 .xlsx"),
    ],
    ids=["empty", "csv", "html", "xls or et", "pdf", "png"],
)
def test_a_file_of_another_kind_is_told_what_it_is(content: bytes, told: str) -> None:
    assert told in refusal(content, NoWorkbook)


def test_a_zip_that_is_no_workbook_is_none() -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    refusal(into.getvalue(), NoWorkbook)


def test_a_workbook_behind_a_password_is_told_so() -> None:
    assert "密码" in refusal(compound("EncryptionInfo", "EncryptedPackage"), WorkbookLocked)
    locked = bytearray(GOOD)
    place = locked.index(b"PK\x01\x02")
    locked[place + 8] |= 1
    refusal(bytes(locked), WorkbookLocked)


# --- what a workbook must not do


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("xl/vbaProject.bin", "vbaProject"),
        ("xl/externalLinks/externalLink1.xml", "externalLinks"),
        ("xl/embeddings/oleObject1.bin", "embeddings"),
        ("xl/activeX/activeX1.xml", "controls"),
        ("xl/macrosheets/sheet1.xml", "macrosheets"),
        ("xl/connections.xml", "connections"),
        ("customUI/customUI.xml", "controls"),
        ("xl/evil.exe", "controls"),
    ],
)
def test_macros_links_and_objects_are_refused_by_name(part: str, told: str) -> None:
    assert told in refusal(changed(GOOD, lambda _, body: body, {part: b"x"}), ActiveContent)


def test_a_workbook_that_says_it_has_macros_is_refused() -> None:
    macros = replaced(b"spreadsheetml.sheet.main", b"spreadsheetml.sheet.macroEnabled.main")
    assert "xlsm" in refusal(repacked(GOOD, "[Content_Types].xml", macros), ActiveContent)


def test_a_relation_that_leads_outside_is_refused_but_what_is_only_clicked_on_is_not() -> None:
    def leading(kind: str) -> bytes:
        space = "http://schemas.openxmlformats.org/"
        relation = (
            f'<?xml version="1.0"?><Relationships xmlns="{space}package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{space}officeDocument/2006/relationships/{kind}" '
            'Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
        )
        return changed(GOOD, lambda _, body: body, {"xl/worksheets/_rels/sheet1.xml.rels": relation.encode()})

    refusal(leading("image"), ActiveContent)
    assert list(open_workbook(leading("hyperlink")).rows())


# --- cells that do not say what they show


def test_formulas_are_named_by_their_cells_and_their_results_are_not_taken() -> None:
    def formulas(_: Workbook, sheet: Worksheet) -> None:
        sheet.write_formula("I3", "=1+1", None, 2)
        sheet.write_formula("K4", '=HYPERLINK("http://x")', None, 0)

    assert "公式: I3, K4" in refusal(filled("TaxArrears", arrears(2), formulas), UnfitLayout)


def test_merged_cells_hidden_rows_and_hidden_columns_are_named_all_at_once() -> None:
    def hiding(_: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range("B10:C11", "")
        sheet.set_row(4, None, None, {"hidden": True})
        sheet.set_row(6, 0)
        sheet.set_column("D:E", 10, None, {"hidden": True})

    told = refusal(filled("TaxArrears", arrears(6), hiding), UnfitLayout)
    for words in ("合并单元格: B10:C11", "隐藏行: 5, 7", "隐藏列: D"):
        assert words in told


def test_many_places_are_counted_and_the_first_are_named() -> None:
    def formulas(_: Workbook, sheet: Worksheet) -> None:
        for row in range(2, 40):
            sheet.write_formula(row, 8, "=1", None, 1)

    assert "I12 等共 38 处" in refusal(filled("TaxArrears", arrears(40), formulas), UnfitLayout)


def test_an_error_value_is_not_read_as_an_empty_cell() -> None:
    broken = of_rows(replaced(b"</sheetData>", b'<row r="9"><c r="I9" t="e"><v>#N/A</v></c></row></sheetData>'))
    assert "错误值: I9" in refusal(broken, UnfitLayout)


def test_rows_that_are_hidden_by_default_are_hidden() -> None:
    broken = of_rows(replaced(b"<sheetFormatPr ", b'<sheetFormatPr zeroHeight="1" '))
    assert "隐藏行" in refusal(broken, UnfitLayout)


def test_what_says_that_it_is_not_hidden_is_not() -> None:
    shown = of_rows(lambda part: part.replace(b' spans="', b' hidden="false" spans="'))
    assert len(list(open_workbook(shown).rows())) == 2


@pytest.mark.parametrize(
    "spelling",
    [b"<x:f>1</x:f>", b"<f >1</f>", b"<f\n>1</f>", b"<f/>", b'<f t="shared" si="0"/>', b"<f><![CDATA[1]]></f>"],
)
def test_a_formula_is_one_however_it_is_spelt(spelling: bytes) -> None:
    cell = b'<row r="9"><c r="I9">' + spelling + b"<v>1</v></c></row></sheetData>"
    spelt = of_rows(
        lambda part: part.replace(b"<worksheet ", b'<worksheet xmlns:x="urn:x" ', 1).replace(b"</sheetData>", cell)
    )
    assert "I9" in refusal(spelt, UnfitLayout)


@pytest.mark.parametrize("mark", [b"hidden='1'", b'hidden = "1"', b'hidden="true"', b'hidden="&#49;"'])
def test_a_row_is_hidden_however_it_is_spelt(mark: bytes) -> None:
    assert "隐藏行: 3" in refusal(of_rows(replaced(b'<row r="3" ', b'<row r="3" ' + mark + b" ")), UnfitLayout)


def test_a_hidden_sheet_of_rows_and_a_sheet_of_ones_own_are_refused() -> None:
    def further(workbook: Workbook, _: Worksheet) -> None:
        workbook.add_worksheet("底稿")

    assert "1 个模板以外" in refusal(filled("TaxArrears", arrears(1), further), UnfitLayout)
    hidden = replaced('<sheet name="数据" '.encode(), '<sheet name="数据" state="veryHidden" '.encode())
    assert "隐藏" in refusal(repacked(GOOD, "xl/workbook.xml", hidden), UnfitLayout)


def test_cells_below_no_name_are_of_no_column() -> None:
    def beside(_: Workbook, sheet: Worksheet) -> None:
        sheet.write_string("AA4", "canary-7732")

    told = refusal(filled("TaxArrears", arrears(2), beside), UnfitLayout)
    assert "第 4 行" in told
    assert "canary" not in told


def test_what_a_person_types_is_no_markup() -> None:
    typed = "hidden='1' <f> = \" mergeCell <!-- 公式 = '1'"
    (row,) = open_workbook(filled("TaxArrears", arrears(1, statement=typed))).rows()
    assert row.values["statement"] == typed


# --- files that are damaged


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.7, 0.98])
def test_a_file_cut_off_is_damaged_wherever_it_was_cut(kept: float) -> None:
    refusal(GOOD[: int(len(GOOD) * kept)], WorkbookDamaged)


@pytest.mark.parametrize("part", [ROWS_PART, SHARED, "xl/_rels/workbook.xml.rels"])
def test_a_part_that_is_no_xml_or_not_there_is_refused(part: str) -> None:
    for broken in (repacked(GOOD, part, lambda _: b"\0\1\2 no xml"), without_part(GOOD, part)):
        with pytest.raises(WorkbookRefused):
            open_workbook(broken)


def test_random_harm_to_any_byte_ends_in_a_refusal_or_in_rows() -> None:
    for place in range(0, len(GOOD), 97):
        harmed = bytearray(GOOD)
        harmed[place] ^= 0x55
        try:
            list(open_workbook(bytes(harmed)).rows())
        except WorkbookRefused:
            continue


@pytest.mark.parametrize("part", [ROWS_PART, SHARED, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
def test_random_harm_to_the_xml_ends_in_a_refusal_or_in_rows(part: str) -> None:
    chance = Random(part)  # noqa: S311  # the same harm in every run
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        whole = archive.read(part)
    for _ in range(60):
        at, length = chance.randrange(len(whole)), chance.randrange(1, 40)
        put = chance.choice(
            [b"", b"<", b'"', b">", b"\0", b"<c/>", b"9" * 30, b"&#0;", b"&x;", whole[:length], b"\xff"]
        )
        harmed = repacked(GOOD, part, replaced(whole, whole[:at] + put + whole[at + length :]))
        try:
            list(open_workbook(harmed).rows())
        except (WorkbookRefused, TooManyRows):
            continue


def test_two_parts_of_one_name_are_read_by_nobody() -> None:
    into = io.BytesIO(GOOD)
    with zipfile.ZipFile(into, "a") as archive:
        archive.writestr(ROWS_PART.upper(), "<worksheet/>")
    assert "重复" in refusal(into.getvalue(), WorkbookDamaged)


def test_two_sheets_of_one_name_and_two_relations_of_one_id_are_read_by_nobody() -> None:
    twice = replaced('<sheet name="填表说明"'.encode(), '<sheet name="数据"'.encode())
    assert "重名" in refusal(repacked(GOOD, "xl/workbook.xml", twice), WorkbookDamaged)
    same = replaced(b'Id="rId2"', b'Id="rId1"')
    assert "关系重复" in refusal(repacked(GOOD, "xl/_rels/workbook.xml.rels", same), WorkbookDamaged)


def test_a_part_outside_of_the_workbook_is_refused() -> None:
    refusal(changed(GOOD, lambda _, body: body, {"../../etc/cron.d/x": b"x"}), WorkbookDamaged)


def test_a_sheet_in_another_encoding_is_refused() -> None:
    wide = of_rows(lambda part: part.decode().replace("UTF-8", "UTF-16").encode("utf-16"))
    refusal(wide, WorkbookDamaged)
    refusal(of_rows(replaced(b'encoding="UTF-8"', b'encoding="GB18030"')), WorkbookDamaged)


# --- files that grow


def bomb(name: str, size: int, *, told: int | None = None) -> bytes:
    """Give the workbook with a part of so many noughts; *told* is how many its directory owns to."""
    content = changed(GOOD, lambda _, body: body, {name: b"\0" * size})
    if told is not None:
        content = content.replace(struct.pack("<I", size), struct.pack("<I", told))
    return content


def test_a_part_that_unpacks_to_far_more_than_its_size_is_refused() -> None:
    assert "解压后" in refusal(bomb("xl/media/x.png", 30 * 2**20), WorkbookTooLarge)


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    refusal(bomb("xl/media/x.png", 5 * 2**20, told=100), WorkbookDamaged)
    small = Bounds(unpacked_bytes=10 * 2**20)
    refusal(bomb(ROWS_PART.replace("sheet1", "sheet9"), 20 * 2**20, told=100), WorkbookTooLarge, small)


def test_too_many_parts_too_many_bytes_and_the_sum_of_all_parts_are_bounded() -> None:
    many = {f"xl/media/{number}.png": b"" for number in range(600)}
    refusal(changed(GOOD, lambda _, body: body, many), WorkbookTooLarge)
    refusal(GOOD, WorkbookTooLarge, Bounds(file_bytes=1000))
    refusal(GOOD, WorkbookTooLarge, Bounds(unpacked_bytes=20_000))


def test_a_directory_of_very_many_parts_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}", b"")
    monkeypatch.setattr("zipfile.ZipFile", lambda *_: pytest.fail("it was read"))
    refusal(into.getvalue(), WorkbookTooLarge)


def test_a_zip_of_the_large_form_is_no_workbook() -> None:
    end = GOOD.rindex(b"PK\x05\x06")
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    refusal(GOOD[:end] + locator + GOOD[end:], WorkbookDamaged)


@pytest.mark.parametrize("part", [ROWS_PART, SHARED, "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_entities_that_would_grow_are_refused_with_their_document_type(part: str) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    declared = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'.encode()
    grown = repacked(GOOD, part, lambda body: body.replace(b"?>", b"?>" + declared, 1))
    assert "DOCTYPE" in refusal(grown, WorkbookDamaged)


def test_tags_within_tags_within_tags_are_refused() -> None:
    deep = of_rows(replaced(b"<sheetData>", b"<a>" * 100_000 + b"<!-- --><sheetData>"))
    assert "嵌套过深" in refusal(deep, WorkbookDamaged)


def test_a_tag_without_an_end_is_refused() -> None:
    endless = of_rows(replaced(b"<sheetData>", b"<sheetData " + b'a="1" ' * 400_000 + b">"))
    assert "过长" in refusal(endless, WorkbookDamaged, Bounds(ratio=2_000))


@pytest.mark.parametrize("place", ["XFD1048576", "XFD1", "A1048576", "ZZZ9", "AAAA1"])
def test_a_cell_far_away_does_not_lay_out_all_that_lies_between(place: str) -> None:
    cell = f'<row r="9"><c r="{place}"><v>1</v></c></row></sheetData>'.encode()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises((WorkbookTooLarge, TooManyRows, WorkbookDamaged)):
        open_workbook(of_rows(replaced(b"</sheetData>", cell)))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize("cell", [b"<c><v>1</v></c>", b'<c s="1" r="XFD3"><v>1</v></c>', b"<x:c r='XFD3'/>"])
def test_a_cell_far_away_is_seen_however_it_is_spelt(cell: bytes) -> None:
    cells = cell * 17_000 if cell.startswith(b"<c>") else cell
    far = of_rows(
        lambda part: part.replace(b"<worksheet ", b'<worksheet xmlns:x="urn:x" ', 1).replace(
            b"</sheetData>", b'<row r="9">' + cells + b"</row></sheetData>"
        )
    )
    refusal(far, WorkbookTooLarge)


def test_a_long_text_shared_by_many_cells_is_not_unfolded_for_each() -> None:
    cells = b"".join(b'<row r="%d"><c r="B%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(9, 40_000))

    def long(part: bytes) -> bytes:
        start = part.index(b"<si>")
        return part[:start] + b"<si><t>" + b"x" * 30_000 + b"</t></si>" + part[start:]

    grown = repacked(of_rows(replaced(b"</sheetData>", cells + b"</sheetData>")), SHARED, long)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "文本总量" in refusal(grown, WorkbookTooLarge)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_a_cell_with_a_text_that_is_not_there_is_refused() -> None:
    cell = b'<row r="9"><c r="B9" t="s"><v>99999</v></c></row></sheetData>'
    with pytest.raises(WorkbookRefused):
        open_workbook(of_rows(replaced(b"</sheetData>", cell)))


def test_more_cells_than_the_rows_can_have_end_the_looking() -> None:
    cells = b'<c s="1" r="B9"/>' * 60_000
    crowded = of_rows(replaced(b"</sheetData>", b'<row r="9">' + cells + b"</row></sheetData>"))
    refusal(crowded, WorkbookTooLarge, Bounds(rows=100))


def test_formatted_empty_rows_below_are_no_rows() -> None:
    rows = b"".join(b'<row r="%d"><c r="B%d" s="1"/></row>' % (row, row) for row in range(5, 3_000))
    opened = open_workbook(of_rows(replaced(b"</sheetData>", rows + b"</sheetData>")))
    assert opened.last_row == 4


def test_a_workbook_that_is_stored_and_not_packed_is_read() -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as read, zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as written:
        for name in read.namelist():
            written.writestr(name, read.read(name))
    assert len(list(open_workbook(into.getvalue()).rows())) == 2


def test_a_workbook_packed_in_another_way_is_refused() -> None:
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as read, zipfile.ZipFile(into, "w", zipfile.ZIP_LZMA) as written:
        for name in read.namelist():
            written.writestr(name, read.read(name))
    assert "压缩方式" in refusal(into.getvalue(), WorkbookDamaged)


def test_a_part_whose_own_header_contradicts_the_directory_is_refused() -> None:
    harmed = bytearray(GOOD)
    harmed[8] ^= 0xFF
    assert "文件头" in refusal(bytes(harmed), WorkbookDamaged)


def test_a_workbook_without_a_sheet_of_rows_is_no_template() -> None:
    renamed = replaced('<sheet name="数据"'.encode(), b'<sheet name="Sheet1"')
    refusal(repacked(GOOD, "xl/workbook.xml", renamed), NoTemplate)


def test_bytes_that_do_not_unpack_are_damaged() -> None:
    member = zipfile.ZipFile(io.BytesIO(GOOD)).getinfo(ROWS_PART)
    harmed = bytearray(GOOD)
    start = member.header_offset + 30 + len(ROWS_PART)
    harmed[start : start + 4] = b"\xff\xff\xff\xff"
    with pytest.raises(zlib.error):
        zlib.decompress(bytes(harmed[start : start + member.compress_size]), -15)
    refusal(bytes(harmed), WorkbookDamaged)


class PanicException(BaseException):  # as it is called there
    """What Rust calls a panic."""


@pytest.mark.parametrize("failure", [PanicException, ValueError, OSError])
def test_whatever_the_reader_stumbles_over_is_the_files_fault(
    monkeypatch: pytest.MonkeyPatch, failure: type[BaseException]
) -> None:
    class Reader:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise failure

    monkeypatch.setattr("gateway.collection.workbooks.reading.CalamineWorkbook", Reader)
    refusal(GOOD, WorkbookDamaged)


def test_who_stops_the_program_is_not_taken_for_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    class Reader:
        @staticmethod
        def from_filelike(_: object) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr("gateway.collection.workbooks.reading.CalamineWorkbook", Reader)
    with pytest.raises(KeyboardInterrupt):
        open_workbook(GOOD)
