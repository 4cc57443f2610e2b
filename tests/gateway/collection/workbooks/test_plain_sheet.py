"""A sheet is told plain only where a walk through every tag finds nothing: random sheets, looked at in both ways."""

from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.collection.workbooks.archive import Bounds
from gateway.collection.workbooks.errors import WorkbookRefused
from gateway.collection.workbooks.plain_sheet import plain_text, shared_text
from gateway.collection.workbooks.shared_texts import SharedTexts
from gateway.collection.workbooks.sheet_walk import walk_sheet
from gateway.errors import TooManyRows

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
BEFORE = (
    b'<sheetFormatPr defaultRowHeight="15"/>',
    b'<sheetFormatPr zeroHeight="1" defaultRowHeight="15"/>',
    b'<cols><col min="1" max="3" width="9.1"/></cols>',
    b'<cols><col min="1" max="3" width="9.1" hidden="1"/></cols>',
    b'<cols><col min="1" max="3" width="0"/></cols>',
    b"<cols><col min='1' max='3' hidden='true'/></cols>",
    b"<!-- hidden -->",
    b"<?note ?>",
)
CELLS = (
    b'<c r="A3" s="1" t="s"><v>0</v></c>',
    b'<c r="B3"><v>12</v></c>',
    b'<c r="C3" t="inlineStr"><is><t xml:space="preserve">x</t></is></c>',
    b'<c r="C3" t="inlineStr"><is><t>hidden="1" =\' </t></is></c>',
    b'<c r="D3" s="2"/>',
    b'<c r="E3" t="b"><v>1</v></c>',
    b'<c r="F3"><f>1+1</f><v>2</v></c>',
    b'<c r="F3"><f/><v>2</v></c>',
    b'<c r="F3"><x:f xmlns:x="urn:x">1</x:f></c>',
    b'<c r="G3" t="e"><v>#N/A</v></c>',
    b'<c r="ZZ3"><v>1</v></c>',
    b'<c s="1" r="ZZ3"><v>1</v></c>',
    b"<c><v>1</v></c>",
    b'<c r="A99999"><v>1</v></c>',
    b"<![CDATA[<f>]]>",
    b'<c r="H3"><v><!-- --></v></c>',
)
ROWS = (
    b'<row r="3">',
    b'<row r="3" spans="1:9" x14ac:dyDescent="0.25">',
    b'<row r="3" hidden="false" ht="12.8">',
    b'<row r="3" hidden="1">',
    b'<row r="3" ht="0">',
    b'<row hidden="true" r="3">',
    b"<row>",
    b"<row r='3' hidden='1'>",
)
BEHIND = (
    b'<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>',
    b'<dataValidations><dataValidation sqref="A1"><formula1>x</formula1></dataValidation></dataValidations>',
    b'<pageMargins left="0.7"/>',
    b"<extLst><ext/></extLst>",
)


def pick(fragments: tuple[bytes, ...], most: int) -> st.SearchStrategy[bytes]:
    return st.lists(st.sampled_from(fragments), max_size=most).map(b"".join)


rows = st.tuples(st.sampled_from(ROWS), pick(CELLS, 4)).map(lambda row: row[0] + row[1] + b"</row>")
DECLARED = (
    b'<?xml version="1.0" encoding="UTF-8"?>',
    b"\xef\xbb\xbf<?xml version='1.0'?>\n",
    b"",
)
sheets = st.tuples(
    st.sampled_from(DECLARED), pick(BEFORE, 2), st.lists(rows, max_size=4).map(b"".join), pick(BEHIND, 2)
).map(
    lambda parts: (
        b'%b<worksheet xmlns="%b" xmlns:x14ac="urn:a">%b<sheetData>%b</sheetData>%b</worksheet>'
        % (parts[0], MAIN, *parts[1:])
    )
)
PLAIN = (
    b'<?xml version="1.0"?><worksheet xmlns="%b"><sheetData><row r="3"><c r="A3" t="s"><v>0</v></c></row></sheetData>'
    b"</worksheet>" % MAIN
)


def looked(sheet: bytes, size: int) -> tuple[int | None, bool]:
    """Give what is said of a sheet that comes in pieces: its text where it is plain, and whether a walk refuses it."""
    pieces = [sheet[start : start + size] for start in range(0, len(sheet), size)]
    texts = SharedTexts.of_lengths([5])
    try:
        walk_sheet(iter(pieces), 9, 20, Bounds(), texts)
        refused = False
    except (WorkbookRefused, TooManyRows):
        refused = True
    return plain_text(iter(pieces), 20, texts), refused


@given(sheets, st.integers(40, 4_000))
@example(PLAIN, 4_000)
def test_what_is_told_plain_holds_nothing_that_a_walk_would_refuse(sheet: bytes, size: int) -> None:
    plain, refused = looked(sheet, size)
    far = b'r="A99999"' in sheet  # its rows are counted when it is read
    assert plain is None or not refused or far


@pytest.mark.parametrize("declared", DECLARED)
def test_a_plain_sheet_is_told_so(declared: bytes) -> None:
    plain, refused = looked(declared + PLAIN.partition(b"?>")[2], 50)
    assert plain is not None
    assert not refused


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.parametrize("before", BEFORE[1:2] + BEFORE[3:5])
def test_what_hides_something_before_the_rows_is_seen_with_and_without_a_declaration(
    declared: bytes, before: bytes
) -> None:
    sheet = declared + PLAIN.partition(b"?>")[2].replace(b"<sheetData>", before + b"<sheetData>")
    assert looked(sheet, 4_000) == (None, True)


def test_an_instruction_behind_hidden_columns_covers_nothing() -> None:
    hiding = b'<cols><col min="1" max="3" hidden="1"/></cols><?note ?><sheetData>'
    assert looked(PLAIN.replace(b"<sheetData>", hiding), 4_000) == (None, True)
    assert looked(PLAIN.partition(b"?>")[2].replace(b"<sheetData>", hiding), 4_000) == (None, True)


def test_texts_are_counted_one_by_one_where_an_estimate_is_too_much() -> None:
    texts = SharedTexts.of_lengths([5, 7])
    cells = b'<c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c><c r="C3" t="s"><v>1</v></c>'
    assert shared_text(iter([PLAIN.replace(b'<c r="A3" t="s"><v>0</v></c>', cells)]), texts) == 19
    assert shared_text(iter([PLAIN.replace(b"<v>0</v>", b"<v> 0</v>")]), texts) is None


def test_what_comes_behind_the_rows_is_looked_at_to_its_end() -> None:
    late = PLAIN.replace(b"</worksheet>", b"<ignored/>" * 200 + b'<row r="9"><c r="A9"/></row></worksheet>')
    plain, _ = looked(late, 300)
    assert plain is None


def of_rows(rows: Iterable[bytes]) -> bytes:
    """Give a sheet with these rows."""
    return PLAIN.replace(PLAIN[PLAIN.index(b"<row") : PLAIN.index(b"</sheetData>")], b"".join(rows))


def many(cell: bytes, *others: bytes) -> bytes:
    """Give a sheet of a hundred rows that differ in digits alone, then the others."""
    alike = [b'<row r="%d"><c r="A%d" t="s"><v>0</v></c>%b</row>' % (row, row, cell) for row in range(3, 103)]
    return of_rows((*alike, *others))


@pytest.mark.parametrize("cell", [b'<c r="B9"><v>12.5</v></c>', b'<c r="B9" t="inlineStr"><is><t>text</t></is></c>'])
def test_rows_that_are_alike_have_the_text_of_each(cell: bytes) -> None:
    plain, refused = looked(many(cell), 1_000)
    assert not refused
    assert plain is not None
    assert 100 * 5 <= plain <= len(many(cell)) + 100 * 5


@pytest.mark.parametrize("size", [500, 9_000])
def test_one_odd_row_among_many_that_are_alike_is_not_told_plain(size: int) -> None:
    for odd in (
        b'<row r="103"><c r="A103" t="s"><v>0</c></row>',
        b'<row r="103"><c r="A103" t="inlineStr"><is>a</t></is></c></row>',
        b'<row r="103"><c r="A103" t="s"><f>1</f><v>0</v></c></row>',
        b'<row r="103"><c r="ZZ103" t="s"><v>0</v></c></row>',
        b'<row r="103"><c r="A103" t="e"><v>0</v></c></row>',
        b'<row r="103" hidden="1"><c r="A103" t="s"><v>0</v></c></row>',
        b'<row r="103" ht="0"><c r="A103" t="s"><v>0</v></c></row>',
        b'<row r="103"><c r="A103" t="s"><v>0</v></c></row><row r="104"><c r="A104</row>"/></row>',
    ):
        plain, refused = looked(many(b"", odd), size)
        assert plain is None
        assert refused


def test_a_height_is_told_from_none_by_its_digits() -> None:
    plain, refused = looked(many(b"", b'<row r="103" ht="5"><c r="A103"><v>1</v></c></row>'), 1_000)
    assert plain is not None
    assert not refused


@pytest.mark.parametrize("size", [5_000, 200_000])
def test_rows_of_which_none_is_like_another_are_each_looked_at(size: int) -> None:
    texts = [chr(0x4E00 + number).encode() for number in range(1_500)]
    rows = [b'<row r="3"><c r="A3" t="str"><v>%b</v></c></row>' % text for text in texts]
    plain, _ = looked(of_rows(rows), size)
    assert plain is not None
    assert len(b"".join(texts)) <= plain <= len(b"".join(rows))
    odd = [*rows[:-1], rows[-1].replace(b"<v>", b"<f/><v>")]
    assert looked(of_rows(odd), size) == (None, True)


def test_texts_that_keep_their_blanks_are_plain_too() -> None:
    cell = b'<c r="B9" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c>'
    plain, refused = looked(many(cell), 2_000)
    assert plain is not None
    assert not refused
