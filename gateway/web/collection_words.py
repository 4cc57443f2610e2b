"""The words of the pages about what agencies report, in Chinese and English (Art. 9, 11 to 13)."""

from typing import Final

from gateway.collection.workbooks.columns import columns_of
from gateway.errors import Text
from schema.catalogue import RECORDS
from schema.catalogue_versions.overlay import MUNICIPAL
from schema.reporting import COMMON_COLUMNS, SUBJECT_COLUMNS, RowCode, RowOutcome
from schema.terms import SubmissionMode

__all__ = ["HELD", "HELD_DECISIONS", "MODES", "OUTCOMES", "STATES", "code", "column", "record_type"]

_ENGLISH: Final = {
    "SYSTEM": "connected system",
    "BATCH": "batch upload",
    "MANUAL": "single entry",
    "ACCEPTED": "accepted",
    "UPDATED": "updated",
    "UNCHANGED": "unchanged",
    "REVOKED": "revoked",
    "STALE": "stale, not taken",
    "REFUSED": "refused",
    "QUARANTINED": "waiting for a person",
}

MODES: Final = {each.value: Text(_ENGLISH[each.value], each.chinese) for each in SubmissionMode}
"""The three ways in (Art. 12(1))."""

OUTCOMES: Final = {each.value: Text(_ENGLISH[each.value], each.chinese) for each in RowOutcome}
"""What became of a row (R11.2)."""

STATES: Final = {
    "RUNNING": Text("coming in", "处理中"),
    "UNFINISHED": Text("unfinished", "未完成"),
    "DONE": Text("taken", "已处理"),
    "REFUSED": Text("refused as a whole", "整批退回"),
}
"""Where a submission is."""

STANDINGS: Final = {
    "NONE": Text("nobody is named", "未指定"),
    "READY": Text("in order", "已配齐"),
    "WITHOUT_DEPUTY": Text("one of officer and deputy is missing", "主副岗不全"),
    "DEGRADED": Text("the last one has gone", "报送岗位空缺"),
}
"""How an agency stands by whom it has named to report for it (R10.1)."""
STANDING_LOOKS: Final = {"NONE": "bad", "READY": "good", "WITHOUT_DEPUTY": "wait", "DEGRADED": "bad"}

VERSION_STATES: Final = {
    "PROPOSED": Text("proposed", "待审核"),
    "REVIEWED": Text("reviewed", "待批准"),
    "APPROVED": Text("approved", "待发布"),
    "PUBLISHED": Text("published", "已发布"),
    "SUPERSEDED": Text("superseded", "已被取代"),
    "REJECTED": Text("rejected", "已退回"),
}
"""Where a version of the catalogue is on its way (R26.1)."""
VERSION_LOOKS: Final = {
    "PROPOSED": "wait",
    "REVIEWED": "wait",
    "APPROVED": "wait",
    "PUBLISHED": "good",
    "SUPERSEDED": "",
    "REJECTED": "bad",
}

HELD: Final = {
    "WAITING": Text("waiting for a proposal", "待提出意见"),
    "PROPOSED": Text("waiting for a decision", "待决定"),
    "RELEASED": Text("released", "已放行"),
    "REFUSED": Text("refused", "已拒收"),
}
"""Where a row in quarantine is (R9.4)."""

HELD_DECISIONS: Final = {"RELEASE": Text("release", "放行"), "REFUSE": Text("refuse", "拒收")}


def region(code: str) -> str:
    """Name whose catalogue a version is.

    >>> region("410100"), region("410181")
    ('全市', '县（市）区 410181')
    """
    return "全市" if code == MUNICIPAL else f"县（市）区 {code}"


def record_type(name: str) -> Text:
    """Name a record type; one that the catalogue has no more stands for itself."""
    found = RECORDS.get(name)
    return Text(name, name if found is None else found.chinese)


def column(of: str, name: str | None) -> str:
    """Name a column of a record type as its template does; what the template has not stands for itself.

    >>> column("TaxCreditRating", "subjectName"), column("TaxCreditRating", None)
    ('信用主体名称', '')
    """
    if name is None:
        return ""
    headers = {each.name: each.header for each in columns_of(of)} if of in RECORDS else {}
    return headers.get(name) or SUBJECT_COLUMNS.get(name) or COMMON_COLUMNS.get(name) or name


def code(name: str) -> str:
    """Say what a code of a row's problem means, in Chinese; one of a faulty identifier stands for itself."""
    known = RowCode.__members__.get(name)
    return name if known is None else known.chinese
