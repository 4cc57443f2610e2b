"""The template of a record type: what an agency fills in and sends (Art. 12(1), 26; R12.7).

Three sheets: the rows, how to fill them in, and (hidden) the words that may be chosen. Which template it is and of
which version stands in the first row of the first sheet. There is no value of anybody in it. Made twice it is the same.

XlsxWriter writes it: it is maintained, only writes, and knows lists, comments and formats; openpyxl would load and keep
every cell as an object.
"""

import functools
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from gateway.collection.workbooks.columns import Column, Written, columns_of, template_version
from gateway.collection.workbooks.places import letters_of
from schema.catalogue import AGENCIES, RECORDS
from schema.definition import RecordDefinition, SubmissionClass

__all__ = [
    "FIRST_ROW",
    "HEADERS",
    "SHEETS",
    "TITLE",
    "Drawn",
    "draw",
    "looks_of",
    "media_type",
    "new_workbook",
    "template",
]

ROWS, HOW, LISTS = "数据", "填表说明", "选项"
SHEETS: Final = (ROWS, HOW, LISTS)
"""The sheets of a template: the rows, how to fill them in, the words that may be chosen."""
TITLE: Final = "信用信息报送模板"
"""What stands in A1; the record type stands in B1, the template's version in C1."""
LEGEND: Final = 1
"""The number of the row that says which template it is, counted from 1 as spreadsheets do."""
HEADERS: Final = 2
"""The number of the row of column names."""
FIRST_ROW: Final = 3
"""The number of the first row of data."""
media_type: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_LAST_ROW: Final = 50_002
_TEXT_FORMAT: Final = "@"
_FORMATS: Final[Mapping[Written, str]] = {
    Written.DAY: "yyyy-mm-dd",
    Written.INSTANT: "yyyy-mm-dd hh:mm:ss",
    Written.AMOUNT: "0.00####",
    Written.WHOLE: "0",
}
_MADE: Final = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_LONGEST_INPUT: Final = 250
"""Characters that a spreadsheet shows beside a cell."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A workbook with nothing in its rows yet: the sheet of rows, and how its cells look, by how they are written.

    ``beside`` is a sheet that nobody looks at.
    """

    sheet: Worksheet
    beside: Worksheet
    columns: tuple[Column, ...]
    looks: Mapping[Written, Format]


def new_workbook(into: io.BytesIO) -> Workbook:
    """Give an empty workbook that is made in memory alone: nothing of it touches a disk."""
    return Workbook(into, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


@functools.lru_cache(maxsize=64)
def template(record_type: str) -> bytes:
    """Give the template of a record type of the catalogue, as a file (R12.7)."""
    into = io.BytesIO()
    with new_workbook(into) as workbook:
        draw(workbook, record_type)
    return into.getvalue()


def draw(workbook: Workbook, record_type: str, own: tuple[Column, ...] | None = None) -> Drawn:
    """Draw the three sheets of a record type's template, with the template's columns or *own* ones."""
    definition = RECORDS[record_type]
    columns = columns_of(record_type) if own is None else own
    workbook.set_properties({"title": f"{TITLE}: {definition.chinese}", "author": "信用 Xinyong", "created": _MADE})
    sheet = workbook.add_worksheet(ROWS)
    _draw_how(workbook, workbook.add_worksheet(HOW), definition, columns)
    beside = workbook.add_worksheet(LISTS)
    lists = _draw_lists(workbook, beside, columns)
    looks = looks_of(workbook, {})
    legend = workbook.add_format({"num_format": _TEXT_FORMAT, "font_color": "#666666", "font_size": 9})
    for place, text in enumerate((TITLE, record_type, template_version(record_type), definition.chinese)):
        sheet.write_string(LEGEND - 1, place, text, legend)
    heads = {required: workbook.add_format(_HEAD | _MARK[required]) for required in (False, True)}
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _width(column), looks[column.written])
        sheet.write_string(HEADERS - 1, place, _header(column), heads[column.required])
        sheet.data_validation(FIRST_ROW - 1, place, _LAST_ROW - 1, place, _validation(column, lists))
    sheet.freeze_panes(HEADERS, 0)
    return Drawn(sheet, beside, columns, looks)


def looks_of(workbook: Workbook, ground: Mapping[str, object]) -> Mapping[Written, Format]:
    """Give how cells look, by how they are written, on a *ground* of their own; what looks the same is one format."""
    kinds = {written: _FORMATS.get(written, _TEXT_FORMAT) for written in Written}
    formats = {
        kind: workbook.add_format({"num_format": kind, "valign": "top", **ground})
        for kind in dict.fromkeys(kinds.values())
    }
    return {written: formats[kind] for written, kind in kinds.items()}


_HEAD: Final = {"num_format": _TEXT_FORMAT, "bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"}
_MARK: Final = {False: {"bg_color": "#DCE6F1"}, True: {"bg_color": "#FCE4D6"}}


def _header(column: Column) -> str:
    """Give a column's name as it is written; who must fill it in sees a star."""
    return f"*{column.header}" if column.required else column.header


def _width(column: Column) -> int:
    wide, narrow = 28, 14
    return max(narrow, min(wide, 2 * len(column.header) + 2))


def _validation(column: Column, lists: Mapping[str, str]) -> dict[str, object]:
    """Say what a cell takes, and what a person sees who goes to it."""
    told = "; ".join(part for part in (_how(column), column.note) if part)[:_LONGEST_INPUT]
    shown: dict[str, object] = {"input_title": column.header[:32], "input_message": told, "ignore_blank": True}
    if column.written is Written.WORD:
        return shown | {
            "validate": "list",
            "source": f"={lists[column.name]}",
            "error_title": "不在列表之中",
            "error_message": "请从列表中选择。",
        }
    if column.written is Written.DAY:
        return shown | {
            "validate": "date",
            "criteria": ">=",
            "value": datetime(1900, 1, 1, tzinfo=UTC).replace(tzinfo=None),
            "error_type": "warning",
            "error_message": "请填写日期, 如 2026-03-01。",
        }
    return shown | {"validate": "any"}


def _how(column: Column) -> str:
    required = "必填; " if column.required else ""
    return f"{required}{column.written.value}"


def _draw_lists(workbook: Workbook, sheet: Worksheet, columns: tuple[Column, ...]) -> Mapping[str, str]:
    """Write the words of each list under each other on the hidden sheet; give the name of each list."""
    sheet.hide()
    names: dict[str, str] = {}
    chosen = [column for column in columns if column.words]
    for place, column in enumerate(chosen):
        sheet.write_column(0, place, [column.header, *column.words])
        letter = letters_of(place)
        names[column.name] = f"list_{column.name}"
        workbook.define_name(names[column.name], f"='{LISTS}'!${letter}$2:${letter}${len(column.words) + 1}")
    return names


def _draw_how(workbook: Workbook, sheet: Worksheet, definition: RecordDefinition, columns: tuple[Column, ...]) -> None:
    """Write how the sheet of rows is filled in, column by column."""
    strong = workbook.add_format({"bold": True, "font_size": 13})
    head = workbook.add_format({**_HEAD, **_MARK[False]})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top", "num_format": _TEXT_FORMAT})
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 3, 14)
    sheet.set_column(4, 5, 46)
    sheet.write_string(0, 0, f"{definition.chinese} ({definition.name})", strong)
    row = 1
    for line in _INSTRUCTIONS:
        sheet.write_string(row, 0, line.format(**_particulars(definition)))
        row += 1
    row += 1
    for place, text in enumerate(("列", "必填", "填写方式", "信息等级", "可选项", "说明")):
        sheet.write_string(row, place, text, head)
    for number, column in enumerate(columns, row + 1):
        field = definition.fields.get(column.name)
        cells = (
            column.header,
            "必填" if column.required else "",
            column.written.value,
            str(field.tier.value) if field is not None else "",
            "; ".join(column.words),
            column.note,
        )
        for place, text in enumerate(cells):
            sheet.write_string(number, place, text, wrapped)


_INSTRUCTIONS: Final = (
    "报送单位: {agency}。归集周期: {cycle}; 周期结束后10个工作日内报送{decision}(第十二条)。",
    "请在“数据”表第3行起填写, 一行一条记录; 不要改动前两行, 也不要增加列、合并单元格、隐藏行列、使用公式或宏。",
    "统一社会信用代码、证件号码、文号等均为文本: 以数值录入的编码已丢失位数, 该单元格会被退回。",
    "带 * 的列必填。无内容的单元格请留空。金额以列名所注单位填写, 不带千位分隔符。日期如 2026-03-01。",
    "同一记录(自然键: {key})再次报送即为更新; 内容相同则不重复入库; 需撤回时“报送操作”选“撤销”。",
    "不得报送第九条禁止采集的信息(种族、家庭出身、宗教信仰、基因、指纹、血型、疾病和病史等)。",
    "退回的文件在问题单元格上标色并附批注, 末列“退回原因”逐条说明; 改正后可直接重新报送, 该列不会被读取。",
)


def _particulars(definition: RecordDefinition) -> Mapping[str, str]:
    agency = AGENCIES.get(definition.agency)
    decision = definition.submission_class is SubmissionClass.DECISION
    return {
        "agency": definition.agency if agency is None else agency.chinese,
        "cycle": definition.cycle.chinese,
        "decision": ", 且自作出决定之日起7个工作日内" if decision else "",
        "key": "、".join(definition.fields[each].chinese for each in definition.key if each in definition.fields),
    }
