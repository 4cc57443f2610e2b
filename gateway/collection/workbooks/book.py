"""What a workbook is made of: its sheets, which of them are hidden, and where each lies (R12.7)."""

import posixpath
from dataclasses import dataclass
from typing import Final

from gateway.collection.workbooks.archive import Archive
from gateway.collection.workbooks.errors import ActiveContent, NoTemplate, UnfitLayout, WorkbookDamaged
from gateway.collection.workbooks.markup import local, walk
from gateway.collection.workbooks.template import SHEETS
from gateway.errors import Text

__all__ = ["rows_part"]

_BOOK: Final = "xl/workbook.xml"
_TARGETS: Final = "xl/_rels/workbook.xml.rels"
_MACROS: Final = b"macroenabled"


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    state: str
    target: str


def rows_part(archive: Archive) -> str:
    """Give the member that holds the sheet of rows, after a look at all sheets and at what the workbook reaches for.

    Raises:
        ActiveContent: it is a workbook with macros, or reaches for another file.
        NoTemplate: it has no sheet of rows.
        UnfitLayout: that sheet is hidden, or there are sheets that are not the template's.
        WorkbookDamaged: it contradicts itself.

    """
    if _MACROS in archive.whole("[Content_Types].xml").lower():
        raise ActiveContent(["macroEnabled (.xlsm)"])
    for name in archive:
        if name.endswith(".rels"):
            _refuse_outside(archive, name)
    sheets = _sheets(archive)
    rows = sheets.get(SHEETS[0])
    if rows is None:
        raise NoTemplate
    others = [name for name in sheets if name not in SHEETS]
    if others:
        raise UnfitLayout([f"{len(others)} sheets that are not the template's"], [f"{len(others)} 个模板以外的工作表"])
    if rows.state != "visible":
        raise UnfitLayout(["the sheet of rows is hidden"], [f"“{SHEETS[0]}”工作表被隐藏"])
    return _part(archive, rows.target)


def _part(archive: Archive, target: str) -> str:
    """Give the member that a relation leads to."""
    name = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
    if name not in archive or not name.startswith("xl/worksheets/"):
        raise WorkbookDamaged(Text("a sheet lies nowhere", "工作表指向不存在的内部文件"))
    return name


def _refuse_outside(archive: Archive, name: str) -> None:
    """Refuse relations that lead out of the file, but for what is only clicked on."""

    def started(tag: str, attributes: dict[str, str], _: int) -> None:
        if tag != "Relationship" or attributes.get("TargetMode", "").lower() != "external":
            return
        if not attributes.get("Type", "").endswith("/hyperlink"):
            raise ActiveContent(["externalLinks (外部链接)"])

    walk(archive.pieces(name), started)


def _sheets(archive: Archive) -> dict[str, _Sheet]:
    """Give the sheets by name."""
    targets: dict[str, str] = {}

    def related(tag: str, attributes: dict[str, str], _: int) -> None:
        if tag == "Relationship":
            if attributes.get("Id", "") in targets:
                raise WorkbookDamaged(Text("a relation is there twice", "内部关系重复"))
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    walk(archive.pieces(_TARGETS), related)
    sheets: dict[str, _Sheet] = {}

    def listed(tag: str, attributes: dict[str, str], _: int) -> None:
        if tag == "externalReference":
            raise ActiveContent(["externalLinks (外部链接)"])
        if tag != "sheet":
            return
        name = attributes.get("name", "")
        if name in sheets:
            raise WorkbookDamaged(Text("a sheet is there twice", "工作表重名"))
        relation = next((value for key, value in attributes.items() if ":" in key and local(key) == "id"), "")
        sheets[name] = _Sheet(name, attributes.get("state", "visible"), targets.get(relation, ""))

    walk(archive.pieces(_BOOK), listed)
    return sheets
