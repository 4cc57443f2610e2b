"""Workbooks: the template that an agency fills in, how a filled-in one is read, and how it goes back (Art. 12(1)).

A workbook is somebody else's file: it is looked through before anything reads it (`archive`, `book`, `sheet`), refused
with all that is wrong with it, and never kept.
"""

from gateway.collection.workbooks.archive import Bounds
from gateway.collection.workbooks.desk import WorkbookDesk, bounds_of
from gateway.collection.workbooks.errors import WorkbookRefused, template_path
from gateway.collection.workbooks.marking import Problems, mark, marked
from gateway.collection.workbooks.reading import OpenedWorkbook, open_workbook
from gateway.collection.workbooks.template import media_type, template

__all__ = [
    "Bounds",
    "OpenedWorkbook",
    "Problems",
    "WorkbookDesk",
    "WorkbookRefused",
    "bounds_of",
    "mark",
    "marked",
    "media_type",
    "open_workbook",
    "template",
    "template_path",
]
