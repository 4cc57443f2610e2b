"""A letter as PDF: one page after another, text that can be searched, the same bytes for the same letter (R13.2).

The fonts are the CID fonts that every reader of PDF substitutes for Chinese; no font file is shipped.
"""

import io
from collections.abc import Mapping
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

__all__ = ["as_pdf"]

_FONT: Final = "STSong-Light"
_HEADINGS: Final = ("信息类型", "报送周期", "期限", "期限计算")
_WIDTHS: Final = (34 * mm, 24 * mm, 28 * mm, 74 * mm)


def as_pdf(letter: Mapping[str, Any]) -> bytes:
    """Give a letter as the bytes of a PDF."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    body = ParagraphStyle("body", fontName=_FONT, fontSize=12, leading=22, wordWrap="CJK", firstLineIndent=24)
    plain = ParagraphStyle("plain", parent=body, firstLineIndent=0)
    title = ParagraphStyle("title", parent=plain, fontSize=18, leading=30, alignment=TA_CENTER)
    number = ParagraphStyle("number", parent=plain, alignment=TA_CENTER)
    cell = ParagraphStyle("cell", parent=plain, fontSize=9, leading=13)
    right = ParagraphStyle("right", parent=plain, alignment=TA_RIGHT)
    flow: list[Any] = [
        Paragraph(escape(letter["title"]), title),
        Paragraph(escape(letter["number"]), number),
        Spacer(1, 6 * mm),
        Paragraph(escape(f"{letter['addressee']}："), plain),
        *(Paragraph(escape(each), body) for each in letter["opening"]),
        Spacer(1, 3 * mm),
        _table(letter, cell),
        Spacer(1, 3 * mm),
        *(Paragraph(escape(each), body) for each in letter["closing"]),
        Spacer(1, 12 * mm),
        Paragraph(escape(letter["sender"]), right),
        Paragraph(escape(letter["dated"]), right),
    ]
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=25 * mm,
        rightMargin=25 * mm,
        topMargin=28 * mm,
        bottomMargin=25 * mm,
        title=letter["title"],
        author=letter["sender"],
        subject=letter["number"],
        invariant=1,
    )
    document.build(flow)
    return file.getvalue()


def _table(letter: Mapping[str, Any], cell: ParagraphStyle) -> Table:
    rows = [[each["recordType"], each["period"], each["dueOn"], each["explained"]] for each in letter["rows"]]
    told = [[Paragraph(escape(text), cell) for text in row] for row in (_HEADINGS, *rows)]
    style = TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.5, colors.black),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ]
    )
    return Table(told, colWidths=list(_WIDTHS), repeatRows=1, style=style)
