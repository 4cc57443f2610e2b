"""What a sheet has that its values do not tell: formulas, merged and hidden cells, how far it reaches (R12.7).

The reader of workbooks gives values alone, and lays out a cell for every place up to the last one; so before it is let
at a sheet, the sheet's XML is looked through. A plain sheet, as spreadsheet programs write them, is told by counting
its tags (`plain_sheet`). Any doubt sends the sheet to the walk, which looks at every tag (`sheet_walk`).
"""

from typing import Final

from gateway.collection.workbooks.archive import Archive, Bounds
from gateway.collection.workbooks.plain_sheet import plain_text, shared_text
from gateway.collection.workbooks.shared_texts import MOST_TEXT, SharedTexts, refuse_too_much
from gateway.collection.workbooks.sheet_walk import walk_sheet

__all__ = ["inspect"]

_BESIDE: Final = 10
"""Columns beyond the template's that are laid out before a sheet is refused for them by name."""


def inspect(archive: Archive, part: str, columns: int, bounds: Bounds) -> None:
    """Look through the sheet of rows; *columns* is how many its template has.

    Raises:
        UnfitLayout: naming formulas, error values, merged and hidden cells.
        TooManyRows: more rows than one file may have.
        WorkbookTooLarge: more cells, or more text, than such a sheet has.
        WorkbookDamaged: it is no such XML.

    """
    texts = SharedTexts.of(archive)
    seen = plain_text(archive.pieces(part), columns + _BESIDE, texts)
    if seen is not None and seen > MOST_TEXT:
        seen = shared_text(archive.pieces(part), texts)
    if seen is None:
        walk_sheet(archive.pieces(part), columns, columns + _BESIDE, bounds, texts)
    else:
        refuse_too_much(seen)
