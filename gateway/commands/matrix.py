"""The matrix of disclosure, printed: who sees which tier, on what, by which article (Art. 15, 18; R15.3).

What is printed is a Markdown table, so that the page in docs/access.md is the same text.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from gateway.access.matrix import ROWS, Opens, Requester, Row
from schema.disclosure import LegalBasis
from schema.tiers import Tier

__all__ = ["article", "matrix_lines", "matrix_tree"]

_REQUESTERS: Final[Mapping[Requester, tuple[str, str]]] = {
    Requester.PUBLIC: ("the public", "公众"),
    Requester.SUBJECT: ("the subject itself", "信息主体本人（本机构）"),
    Requester.INDIVIDUAL_WITHOUT_DOCUMENT: (
        "an individual itself, without its document",
        "个人查询本人，未出具身份证件",
    ),
    Requester.LEGAL_PERSON_WITHOUT_CERTIFICATE: (
        "a legal person itself, without its certificate",
        "社会法人查询本单位，未出具书面证明",
    ),
    Requester.THIRD_PARTY: ("a third party", "第三方"),
    Requester.ORGAN: ("administrative organ, public body", "行政机关、经授权的公共机构"),
    Requester.ORGAN_WITH_LETTER: ("the same, with its letter", "上述机关，持正式函件"),
    Requester.JUDICIAL_ORGAN: ("judicial organ", "司法机关"),
    Requester.JUDICIAL_ORGAN_WITH_LETTER: ("the same, with its letter", "司法机关，持正式函件"),
    Requester.CREDIT_SERVICE: ("recognised credit service", "经认定的信用服务机构"),
    Requester.UNRECOGNISED_CREDIT_SERVICE: ("credit service, not recognised", "未经认定的信用服务机构"),
    Requester.PROVIDER: ("provider, its reporting officer", "信息提供单位报送人员"),
    Requester.STAFF: ("staff, auditor, supervisor", "平台工作人员、审计、监督"),
}
_WITH: Final = {
    "IDENTITY_DOCUMENT": "with its identity document",
    "ENTITY_CERTIFICATE": "with its entity certificate",
    "AUTHORISATION": "what an authorisation names",
    "OFFICIAL_LETTER": "with an official letter",
    "RESTRICTED_GRANT": "what a grant names",
    "RECOGNITION": "with recognition",
}


def matrix_tree() -> dict[str, Any]:
    """Give every cell of the matrix: requester, tier, what opens it, the article and the reason."""
    return {"matrix": [_cell(row) for row in ROWS.values()]}


def matrix_lines() -> Iterator[str]:
    """Write the matrix: a line a requester, then the reason of every kind of cell with its article."""
    yield "| who asks | 查询人 | on what | A | B | C |"
    yield "|---|---|---|---|---|---|"
    for requester in Requester:
        rows = [ROWS[requester, tier] for tier in Tier]
        cells = " | ".join(map(_written, rows))
        yield f"| {' | '.join(_REQUESTERS[requester])} | {rows[0].resting_on} | {cells} |"
    yield ""
    reasons = [(row.reason, row.reason_chinese, article(_written_basis(row.legal_basis))) for row in ROWS.values()]
    for english, chinese, basis in dict.fromkeys(reasons):
        yield f"- {english}. {chinese}。 ({basis})"


def article(basis: Mapping[str, str | None]) -> str:
    """Write where something rests in the law.

    >>> article({"article": "15", "paragraph": "1", "item": "2"})
    'Art. 15(1)(2)'
    """
    places = [f"({basis[part]})" for part in ("paragraph", "item") if basis.get(part)]
    return f"Art. {basis['article']}{''.join(places)}"


def _written(row: Row) -> str:
    match row.opens:
        case Opens.ALWAYS:
            return "yes"
        case Opens.WITH_PURPOSE:
            return "for a purpose"
        case Opens.OWN:
            return "own records, for a purpose"
        case Opens.NEVER:
            return "no"
        case Opens.WITH_PAPER:
            together = " and an authorisation name" if row.requester is Requester.CREDIT_SERVICE else ""
            with_paper = _WITH[row.missing_paper.value] if row.missing_paper else "on paper"
            return with_paper.removesuffix(" names") + together if together else with_paper


def _written_basis(basis: LegalBasis) -> dict[str, str | None]:
    """Give the parts of a legal basis that never change."""
    parts = ("instrument", "article", "paragraph", "item")
    return {part: getattr(basis, part) for part in parts}


def _cell(row: Row) -> dict[str, Any]:
    return {
        "requester": row.requester.value,
        "standing": row.standing.value,
        "tier": row.tier.value,
        "opens": row.opens.value,
        "legalBasis": _written_basis(row.legal_basis),
        "reason": row.reason,
        "reasonChinese": row.reason_chinese,
        "missingPaper": row.missing_paper.value if row.missing_paper else None,
    }
