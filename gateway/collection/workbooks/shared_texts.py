"""The table of texts that a workbook's cells share, and how much text they are when each cell has its own (R12.7)."""

from array import array
from collections.abc import Iterable
from typing import Final

from gateway.collection.workbooks.archive import Archive
from gateway.collection.workbooks.errors import WorkbookDamaged, WorkbookTooLarge
from gateway.collection.workbooks.markup import windows
from gateway.errors import Text

__all__ = ["MOST_TEXT", "SharedTexts", "refuse_too_much"]

_PART: Final = "xl/sharedStrings.xml"
MOST_TEXT: Final = 128 * 2**20
"""Bytes of all texts of a sheet, each counted as often as a cell has it."""


def refuse_too_much(text_bytes: int) -> None:
    """Refuse more text than a sheet may have.

    Raises:
        WorkbookTooLarge: it is more.

    """
    if text_bytes > MOST_TEXT:
        raise WorkbookTooLarge(Text("its cells repeat too much text", "单元格中的文本总量过大"))


class SharedTexts:
    """The table of texts that cells share: how long each is, in bytes of its XML."""

    def __init__(self, lengths: "array[int]") -> None:
        self.lengths = lengths
        self.longest = max(lengths, default=0)

    @classmethod
    def of_lengths(cls, lengths: Iterable[int]) -> "SharedTexts":
        """Give texts of so many bytes each."""
        return cls(array("L", lengths))

    @classmethod
    def of(cls, archive: Archive) -> "SharedTexts":
        """Measure the texts, a window at a time."""
        lengths = array("L")
        open_length = 0
        if _PART in archive:
            for window in windows(archive.pieces(_PART)):
                if b"<!" in window and (b"<!DOCTYPE" in window or b"<!ENTITY" in window):
                    raise WorkbookDamaged(Text("it declares a document type", "XML 含有文档类型声明(DOCTYPE)"))
                *ended, rest = map(len, window.split(b"</si>"))
                if ended:
                    ended[0] += open_length
                    open_length = 0
                lengths.extend(ended)
                open_length += rest
        return cls(lengths)

    def total(self, indexes: Iterable[bytes]) -> int:
        """Give the bytes of the texts that cells have."""
        lengths, count = self.lengths, len(self.lengths)
        try:
            return sum(lengths[int(each)] for each in indexes)
        except IndexError:
            raise WorkbookDamaged(
                Text(f"a cell has a text beyond the {count} there are", "单元格引用了不存在的文本")
            ) from None
