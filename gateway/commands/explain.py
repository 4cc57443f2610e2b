"""Why a query is answered as it is: the matrix of disclosure, and one plan, as lines or as a tree (Art. 15, 18)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.access.matrix import ROWS, Row

__all__ = ["matrix_lines", "matrix_tree", "plan_lines"]


def matrix_tree() -> dict[str, Any]:
    """Give every cell of the matrix: requester, tier, what opens it, the article and the reason."""
    return {"matrix": [_cell(row) for row in ROWS.values()]}


def matrix_lines(tree: Mapping[str, Any]) -> Iterator[str]:
    """Write the matrix as text, one line a cell."""
    for cell in tree["matrix"]:
        paper = f" [{cell['missingPaper']}]" if cell["missingPaper"] else ""
        article = _article(cell["legalBasis"])
        yield f"{cell['requester']:27} {cell['tier']}  {cell['opens']:12} {article:14} {cell['reason']}{paper}"


def plan_lines(tree: Mapping[str, Any]) -> Iterator[str]:
    """Write a plan as text: who would be asked for what, then what would be withheld and why."""
    for fetch in tree["fetches"]:
        yield f"ask {fetch['connector']} for {fetch['recordType']}: {', '.join(fetch['fields'])}"
    for field in tree["withheld"]:
        paper = f", missing {field['missingPaper']}" if field.get("missingPaper") else ""
        yield f"withhold {field['coordinate']}: tier {field['tier']}, {_article(field['legalBasis'])}{paper}"
    if not tree["withheld"]:
        yield "nothing is withheld"


def _cell(row: Row) -> dict[str, Any]:
    return {
        "requester": row.requester.value,
        "standing": row.standing.value,
        "tier": row.tier.value,
        "opens": row.opens.value,
        "legalBasis": {
            "instrument": row.legal_basis.instrument,
            "article": row.legal_basis.article,
            "paragraph": row.legal_basis.paragraph,
            "item": row.legal_basis.item,
        },
        "reason": row.reason,
        "reasonChinese": row.reason_chinese,
        "missingPaper": row.missing_paper.value if row.missing_paper else None,
    }


def _article(basis: Mapping[str, str | None]) -> str:
    places: Sequence[str] = [f"({basis[part]})" for part in ("paragraph", "item") if basis.get(part)]
    return f"Art. {basis['article']}{''.join(places)}"
