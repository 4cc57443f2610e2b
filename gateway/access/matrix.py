"""The matrix of disclosure as data: who sees which tier, on what, and why (Art. 15, 18; R15.3)."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from schema.disclosure import LegalBasis, Paper, Standing
from schema.tiers import Tier

__all__ = ["ROWS", "Opens", "Requester", "Row"]


class Requester(enum.StrEnum):
    """Who asks, as the rows of R15.3 name them."""

    PUBLIC = "PUBLIC"
    SUBJECT = "SUBJECT"
    INDIVIDUAL_WITHOUT_DOCUMENT = "INDIVIDUAL_WITHOUT_DOCUMENT"
    LEGAL_PERSON_WITHOUT_CERTIFICATE = "LEGAL_PERSON_WITHOUT_CERTIFICATE"
    THIRD_PARTY = "THIRD_PARTY"
    ORGAN = "ORGAN"
    ORGAN_WITH_LETTER = "ORGAN_WITH_LETTER"
    JUDICIAL_ORGAN = "JUDICIAL_ORGAN"
    JUDICIAL_ORGAN_WITH_LETTER = "JUDICIAL_ORGAN_WITH_LETTER"
    CREDIT_SERVICE = "CREDIT_SERVICE"
    UNRECOGNISED_CREDIT_SERVICE = "UNRECOGNISED_CREDIT_SERVICE"
    PROVIDER = "PROVIDER"
    STAFF = "STAFF"


class Opens(enum.StrEnum):
    """What opens a tier: nothing more is needed, a fitting purpose, a paper within its scope, or nothing does.

    OWN: a fitting purpose, and the records that one's own agency reports alone.
    """

    ALWAYS = "ALWAYS"
    WITH_PURPOSE = "WITH_PURPOSE"
    WITH_PAPER = "WITH_PAPER"
    OWN = "OWN"
    NEVER = "NEVER"


@dataclass(frozen=True, slots=True)
class Row:
    """One cell of the matrix: a requester, its standing, a tier; the answer with its article and reason.

    ``missing_paper`` is the first paper that such a requester would have to present.
    """

    requester: Requester
    standing: Standing
    resting_on: str
    tier: Tier
    opens: Opens
    legal_basis: LegalBasis
    reason: str
    reason_chinese: str
    missing_paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class _Cell:
    opens: Opens
    legal_basis: LegalBasis
    reason: str
    reason_chinese: str
    missing_paper: Paper | None = None


_PUBLIC_TIER: Final = LegalBasis("15", paragraph="1", item="1")
_SHARED_TIER: Final = LegalBasis("15", paragraph="1", item="2")
_RESTRICTED_TIER: Final = LegalBasis("15", paragraph="1", item="3")
_ITSELF: Final = LegalBasis("15", paragraph="2")
_PAPERS: Final = LegalBasis("18")

_OPEN: Final = _Cell(Opens.ALWAYS, _PUBLIC_TIER, "Tier A is open to society", "A类信息向社会公开")
_OWN: Final = _Cell(
    Opens.ALWAYS, _ITSELF, "A subject sees all of its own information", "信息主体可查询本人（本机构）的所有信用信息"
)
_NEEDS_DOCUMENT: Final = _Cell(
    Opens.WITH_PAPER,
    _PAPERS,
    "An individual sees what is not public about itself with its valid identity document",
    "个人查询自己的非公开类信息，须出具本人有效身份证件",
    Paper.IDENTITY_DOCUMENT,
)
_NEEDS_CERTIFICATE: Final = _Cell(
    Opens.WITH_PAPER,
    _PAPERS,
    "A legal person sees what is not public about itself with its written certificate",
    "社会法人查询自己的非公开类信息，须出具社会法人书面证明",
    Paper.ENTITY_CERTIFICATE,
)
_NEEDS_AUTHORISATION: Final = _Cell(
    Opens.WITH_PAPER,
    _PAPERS,
    "What is not public about another is shown with its written authorisation, within its scope",
    "查询他人的非公开类信息，须出具被查询人的书面授权",
    Paper.AUTHORISATION,
)
_NEEDS_RECOGNITION: Final = _Cell(
    Opens.WITH_PAPER,
    _SHARED_TIER,
    "A credit service that is not recognised sees what the public sees",
    "未经认定的信用服务机构仅可查询社会公开类信息",
    Paper.RECOGNITION,
)
_ON_DUTY: Final = _Cell(
    Opens.WITH_PURPOSE,
    _SHARED_TIER,
    "Tier B is shared with those on duty, for a purpose that is one of their duties",
    "B类信息供在履行职责过程中查询，须说明与职责相符的查询事由",
)
_NEEDS_LETTER_FOR_RESTRICTED: Final = _Cell(
    Opens.WITH_PAPER,
    _PAPERS,
    "Tier C is shown to an organ with a grant and its official letter",
    "查询C类信息，须经核准并出具本机关的正式函件",
    Paper.OFFICIAL_LETTER,
)
_NEEDS_LETTER_FOR_SHARED: Final = _Cell(
    Opens.WITH_PAPER,
    _PAPERS,
    "The law names no judicial organ for tier B: it needs its official letter there too",
    "B类信息未列明司法机关，司法机关须出具本机关的正式函件",
    Paper.OFFICIAL_LETTER,
)
_NEEDS_GRANT: Final = _Cell(
    Opens.WITH_PAPER,
    _RESTRICTED_TIER,
    "Tier C is for some only: a grant must name the organisation",
    "C类信息仅供部分单位查询，须经核准",
    Paper.RESTRICTED_GRANT,
)
_OWN_RECORDS: Final = _Cell(
    Opens.OWN,
    _SHARED_TIER,
    "A reporting officer reads what is not public in the records of its own agency alone",
    "信息提供单位的报送人员仅可查阅本单位所报送信息中的非公开内容",
)
_STAFF_NOT: Final = _Cell(
    Opens.NEVER,
    _SHARED_TIER,
    "Staff keep and inspect the platform; their role opens no record",
    "平台工作人员的角色不含查询信用信息",
)

_TABLE: Final[tuple[tuple[Requester, Standing, str, _Cell, _Cell, _Cell], ...]] = (
    (Requester.PUBLIC, Standing.PUBLIC, "nothing", _OPEN, _NEEDS_AUTHORISATION, _NEEDS_AUTHORISATION),
    (Requester.SUBJECT, Standing.SELF, "identity document or entity certificate", _OPEN, _OWN, _OWN),
    (
        *(Requester.INDIVIDUAL_WITHOUT_DOCUMENT, Standing.PUBLIC, "nothing"),
        *(_OPEN, _NEEDS_DOCUMENT, _NEEDS_DOCUMENT),
    ),
    (
        *(Requester.LEGAL_PERSON_WITHOUT_CERTIFICATE, Standing.PUBLIC, "nothing"),
        *(_OPEN, _NEEDS_CERTIFICATE, _NEEDS_CERTIFICATE),
    ),
    (
        *(Requester.THIRD_PARTY, Standing.AUTHORISATION, "own paper and the subject's authorisation"),
        *(_OPEN, _NEEDS_AUTHORISATION, _NEEDS_AUTHORISATION),
    ),
    (Requester.ORGAN, Standing.DUTY, "duty and purpose", _OPEN, _ON_DUTY, _NEEDS_LETTER_FOR_RESTRICTED),
    (
        *(Requester.ORGAN_WITH_LETTER, Standing.OFFICIAL_LETTER, "duty, purpose and official letter"),
        *(_OPEN, _ON_DUTY, _NEEDS_GRANT),
    ),
    (
        *(Requester.JUDICIAL_ORGAN, Standing.DUTY, "duty and purpose"),
        *(_OPEN, _NEEDS_LETTER_FOR_SHARED, _NEEDS_LETTER_FOR_RESTRICTED),
    ),
    (
        *(Requester.JUDICIAL_ORGAN_WITH_LETTER, Standing.OFFICIAL_LETTER, "duty, purpose and official letter"),
        *(_OPEN, _ON_DUTY, _NEEDS_GRANT),
    ),
    (Requester.CREDIT_SERVICE, Standing.DUTY, "recognition and purpose", _OPEN, _ON_DUTY, _NEEDS_GRANT),
    (
        *(Requester.UNRECOGNISED_CREDIT_SERVICE, Standing.PUBLIC, "nothing"),
        *(_OPEN, _NEEDS_RECOGNITION, _NEEDS_RECOGNITION),
    ),
    (Requester.PROVIDER, Standing.PROVIDER, "role of reporter", _OPEN, _OWN_RECORDS, _OWN_RECORDS),
    (Requester.STAFF, Standing.STAFF, "role of staff", _OPEN, _STAFF_NOT, _STAFF_NOT),
)


def _rows() -> dict[tuple[Requester, Tier], Row]:
    rows: dict[tuple[Requester, Tier], Row] = {}
    for requester, standing, resting_on, *cells in _TABLE:
        for tier, cell in zip(Tier, cells, strict=True):
            words = (cell.opens, cell.legal_basis, cell.reason, cell.reason_chinese, cell.missing_paper)
            rows[requester, tier] = Row(requester, standing, resting_on, tier, *words)
    return rows


ROWS: Final[Mapping[tuple[Requester, Tier], Row]] = MappingProxyType(_rows())
"""The whole matrix by requester and tier, in the law's order."""
