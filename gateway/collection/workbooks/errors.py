"""Why a workbook is refused as a whole, before any of its rows is read (R12.7).

    ClientError
    └── WorkbookRefused
        ├── NoWorkbook              WORKBOOK_FORMAT: no .xlsx at all
        ├── WorkbookLocked          WORKBOOK_ENCRYPTED
        ├── WorkbookDamaged         WORKBOOK_DAMAGED
        ├── WorkbookTooLarge        WORKBOOK_TOO_LARGE: bytes, unpacked bytes, entries, cells
        ├── ActiveContent           WORKBOOK_ACTIVE_CONTENT: macros, links to other files, embedded objects
        ├── UnfitLayout             WORKBOOK_LAYOUT: merged or hidden cells, formulas, further sheets
        ├── NoTemplate              TEMPLATE_UNKNOWN
        ├── TemplateOutdated        TEMPLATE_OUTDATED: with a link to the new one
        ├── UnfitColumns            columns that cannot be taken, all at once
        │   ├── ProhibitedColumns       PROHIBITED_FIELD
        │   ├── UnknownColumns          UNKNOWN_COLUMN
        │   └── DoubledColumns          DUPLICATE_COLUMN
        ├── MissingColumns          MISSING_COLUMN
        └── NoRows                  NO_ROWS
    NoSuchTemplate              NOT_FOUND: beside them, a record type that the catalogue does not have

No message repeats the value of a cell; the name of a column is shortened and masked.
"""

from collections.abc import Iterable, Sequence

from gateway.errors import ClientError, Text, TooManyRows
from schema.disclosure import LegalBasis
from schema.reporting import RowProblem

__all__ = [
    "ActiveContent",
    "DoubledColumns",
    "MissingColumns",
    "NoRows",
    "NoSuchTemplate",
    "NoTemplate",
    "NoWorkbook",
    "ProhibitedColumns",
    "TemplateOutdated",
    "UnfitColumns",
    "UnfitLayout",
    "UnknownColumns",
    "WorkbookDamaged",
    "WorkbookLocked",
    "WorkbookRefused",
    "WorkbookTooLarge",
    "template_path",
    "too_many_rows",
    "unfit_columns",
]

_SHOWN = 10
"""How many places a message names."""


def template_path(record_type: str) -> str:
    """Give the path at which the template of a record type is to be had."""
    return f"/templates/{record_type}.xlsx"


def _named(things: Iterable[str], english: str = "{}", chinese: str = "{}") -> Text:
    """Name the first few of many things."""
    every = list(things)
    shown, left = ", ".join(every[:_SHOWN]), len(every) - _SHOWN
    more = (f" and {left} more", f" 等共 {len(every)} 处") if left > 0 else ("", "")
    return Text(english.format(shown + more[0]), chinese.format(shown + more[1]))


class WorkbookRefused(ClientError):
    """A workbook that is refused as a whole: none of its rows was read, nothing of it is kept."""

    status = 422
    article = "12"


class NoWorkbook(WorkbookRefused):
    """A file of another kind."""

    code = "WORKBOOK_FORMAT"
    status = 415
    said = Text("The file is no .xlsx workbook", "文件不是 .xlsx 工作簿")
    cure = Text(
        "Fill in the template and save it as Excel workbook (.xlsx): not .xls, .xlsm, .et or CSV under another name.",
        "请使用报送模板并另存为 Excel 工作簿(.xlsx)，不要使用 .xls、.xlsm、.et，也不要将 CSV 改名。",
    )


class WorkbookLocked(WorkbookRefused):
    """A workbook behind a password."""

    code = "WORKBOOK_ENCRYPTED"
    said = Text("The workbook is protected by a password", "工作簿设有密码")
    cure = Text("Save it without a password, and send it again.", "请取消打开密码后另存并重新报送。")


class WorkbookDamaged(WorkbookRefused):
    """A workbook that contradicts itself or cannot be read."""

    code = "WORKBOOK_DAMAGED"
    said = Text("The workbook cannot be read", "工作簿已损坏，无法读取")
    cure = Text(
        "Open it in a spreadsheet program, save it anew as .xlsx, send it again; or copy the rows to a new template.",
        "请用表格软件打开并另存为 .xlsx 后重新报送，或将数据复制到新下载的模板中。",
    )


class WorkbookTooLarge(WorkbookRefused):
    """A workbook that would take more to read than a workbook may."""

    code = "WORKBOOK_TOO_LARGE"
    status = 413
    said = Text("The workbook is larger than one may be", "工作簿超过允许的大小")
    cure = Text(
        "Part the rows among several files; delete what is formatted but empty below and beside the rows.",
        "请将数据分为多个文件报送，并删除数据区以外带格式的空行空列。",
    )


def too_many_rows(most: int) -> TooManyRows:
    """Give the refusal of more rows than one workbook may have."""
    return TooManyRows(Text(f"at most {most} in one workbook", f"一个工作簿最多 {most} 行"))


class ActiveContent(WorkbookRefused):
    """A workbook that does something, or reaches for another file."""

    code = "WORKBOOK_ACTIVE_CONTENT"
    said = Text("The workbook has macros, links to other files or embedded objects", "工作簿含有宏、外部链接或嵌入对象")
    cure = Text(
        "Copy the rows, as values, into a newly fetched template.", "请将数据以“粘贴为数值”的方式复制到新下载的模板中。"
    )

    def __init__(self, parts: Iterable[str]) -> None:
        """Name the parts of the file."""
        super().__init__(_named(parts))


class UnfitLayout(WorkbookRefused):
    """Cells that do not say what they show, or that are not seen."""

    code = "WORKBOOK_LAYOUT"
    said = Text(
        "The workbook has merged or hidden cells, formulas, or sheets that are not the template's",
        "工作簿含有合并单元格、隐藏行列、公式或模板以外的工作表",
    )
    cure = Text(
        "Unmerge and show the cells named, replace formulas by their values, delete other sheets; then send it again.",
        "请取消合并、取消隐藏、将公式粘贴为数值并删除多余的工作表后重新报送。",
    )

    def __init__(self, english: Iterable[str], chinese: Iterable[str]) -> None:
        """Say what was found where, in both languages."""
        super().__init__(Text("; ".join(english), "；".join(chinese)))


class NoTemplate(WorkbookRefused):
    """A workbook that was not made from a template of ours."""

    code = "TEMPLATE_UNKNOWN"
    said = Text("The workbook is not made from one of the templates", "工作簿未使用本平台的报送模板")
    cure = Text(
        "Fetch the record type's template at /templates/{RecordType}.xlsx, and leave its first two rows as they are.",
        "请在 /templates/{RecordType}.xlsx 下载该信息类型的模板，并保持前两行不变。",
    )


class TemplateOutdated(WorkbookRefused):
    """A template of an earlier catalogue; ``template`` in the extensions links to the new one."""

    code = "TEMPLATE_OUTDATED"
    said = Text("The template is of another version of the catalogue", "模板版本与现行目录不一致")
    cure = Text(
        "Fetch the new template at the address named, copy the rows into it, and send that.",
        "请按所列地址下载新模板，将数据复制过去后报送。",
    )

    def __init__(self, record_type: str, version: str) -> None:
        """Name the new template; what stood in the file is not repeated."""
        self._path = template_path(record_type)
        super().__init__(
            Text(f"fetch {self._path}, version {version}", f"请下载 {self._path}，版本 {version}"),
        )

    def particulars(self) -> dict[str, object]:
        """Link to the new template."""
        return {"template": self._path}


class UnfitColumns(WorkbookRefused):
    """Columns that cannot be taken, all of them at once; refused, never ignored (R9.3)."""

    def __init__(self, problems: Sequence[RowProblem], record_type: str) -> None:
        """Say what is wrong with each column of a *record_type*, by its name and never by a value."""
        self.problems = tuple(problems)
        self.record_type = record_type
        shown, left = problems[:_SHOWN], len(problems) - _SHOWN
        more = (f"; and {left} more", f"；等共 {len(problems)} 列") if left > 0 else ("", "")
        super().__init__(
            Text(
                "; ".join(each.message.english for each in shown) + more[0],
                "；".join(each.message.chinese for each in shown) + more[1],
            ),
            legal_basis=LegalBasis(problems[0].article) if problems[0].article else None,
        )


class ProhibitedColumns(UnfitColumns):
    """A column that must not be collected at all (Art. 9)."""

    code = "PROHIBITED_FIELD"
    article = "9"
    said = Text("The workbook has a column that must not be collected", "工作簿含有第九条禁止采集的列")
    cure = Text("Delete that column, its values too, and send it again.", "请删除该列及其全部内容后重新报送。")


class UnknownColumns(UnfitColumns):
    """Columns that the catalogue does not have."""

    code = "UNKNOWN_COLUMN"
    article = "26"
    said = Text("The workbook has columns that the catalogue does not have", "工作簿含有目录中没有的列")
    cure = Text("Delete the columns named, and send it again.", "请删除所列各列后重新报送。")


class DoubledColumns(UnfitColumns):
    """The same column twice: which of them would count?"""

    code = "DUPLICATE_COLUMN"
    article = "26"
    said = Text("The workbook has a column twice", "工作簿中有重复的列")
    cure = Text("Keep one column of each name, and send it again.", "请每列只保留一个后重新报送。")


def unfit_columns(problems: Sequence[RowProblem], record_type: str) -> UnfitColumns:
    """Give the refusal of columns: of the gravest kind there is among them, and naming those of all kinds."""
    for kind in (ProhibitedColumns, UnknownColumns):
        if any(each.code == kind.code for each in problems):
            return kind(sorted(problems, key=lambda each: each.code != kind.code), record_type)
    return DoubledColumns(problems, record_type)


class MissingColumns(WorkbookRefused):
    """A required column that is not there at all: every row would be refused."""

    code = "MISSING_COLUMN"
    article = "26"
    said = Text("The workbook lacks required columns", "工作簿缺少必填的列")
    cure = Text("Put the columns named back, as the template has them.", "请按模板恢复所列各列。")

    def __init__(self, names: Iterable[str]) -> None:
        """Name the columns."""
        super().__init__(_named(names))


class NoRows(WorkbookRefused):
    """An empty workbook: perhaps the wrong file; that there is nothing to report is said in another way."""

    code = "NO_ROWS"
    said = Text("The workbook has no rows of data", "工作簿中没有数据行")
    cure = Text(
        "Fill in the sheet of rows from row 3 on; where there is nothing to report, say so at /console/submissions.",
        "请在“数据”表第3行起填写；本期无数据的，请在 /console/submissions 作零报送。",
    )


class NoSuchTemplate(ClientError):
    """A template of no record type of the catalogue."""

    code = "NOT_FOUND"
    status = 404
    said = Text("There is no such template", "没有该模板")
    cure = Text(
        "Name a record type of the catalogue, as in /templates/TaxArrears.xlsx: xinyong catalogue export lists them.",
        "请按目录中的信息类型名称下载，如 /templates/TaxArrears.xlsx。",
    )
