"""The entry of a submission: who reported what for whom, and what became of it; never a value (R9.7, R19.3)."""

import hashlib
import secrets
import time
from typing import Final

from gateway.access.callers import Caller
from gateway.audit.codes import COLLECTION
from gateway.audit.entry import Entry
from gateway.collection.intake.submission import COUNTED, Receipt, Submission
from schema.disclosure import OrganizationKind, Outcome, QueryMethod

__all__ = ["entry_of_receipt", "entry_of_refusal", "entry_of_visit"]

_TAKEN: Final = "collection.submission.taken"
_CAME_AGAIN: Final = "collection.submission.came-again"
_REFUSED: Final = "collection.submission.refused"


def entry_of_receipt(receipt: Receipt, officer: str, kind: OrganizationKind | None) -> Entry:
    """Give the entry of a submission that has its receipt."""
    act = _CAME_AGAIN if receipt.again else _REFUSED if receipt.state == "REFUSED" else _TAKEN
    about = {
        "submission": receipt.id,
        "recordType": receipt.record_type,
        "mode": receipt.mode.value,
        "digest": receipt.digest,
        "rows": receipt.rows,
        **{each.value.lower(): receipt.counts[each] for each in COUNTED if receipt.counts[each]},
    }
    return _entry(act, receipt.provider, officer, kind, about)


def entry_of_refusal(submission: Submission, code: str, kind: OrganizationKind | None) -> Entry:
    """Give the entry of a submission of which nothing was even read."""
    about: dict[str, object] = {"mode": submission.mode.value, "digest": submission.digest}
    return _entry(_REFUSED, submission.provider, submission.officer, kind, about, code)


def entry_of_visit(caller: Caller, code: str, request_id: str) -> Entry:
    """Give the entry of a visit that brought nothing which could be read as a submission."""
    about: dict[str, object] = {"digest": hashlib.sha256().hexdigest()}
    entry = _entry(_REFUSED, caller.organisation or "", caller.person, caller.organisation_kind, about, code)
    return entry._replace(request_id=request_id)


def _entry(  # noqa: PLR0913, PLR0917 (an entry's own parts)
    act: str,
    provider: str,
    officer: str,
    kind: OrganizationKind | None,
    about: dict[str, object],
    code: str = "",
) -> Entry:
    return Entry(
        request_id=secrets.token_hex(8),
        person=officer,
        organisation=provider,
        organisation_kind=kind,
        method=QueryMethod.API,
        channel="COLLECTION",
        purpose_code=None,
        purpose_text=None,
        papers=(),
        operation_name=act,
        document_digest=str(about["digest"]),
        outcome=Outcome.DENIED if code else Outcome.DISCLOSED,
        errors=(code,) if code else (),
        subjects=(),
        sources=(),
        trace_id=secrets.token_hex(16),
        spans=(),
        response_digest=hashlib.sha256().digest(),
        started_at_ns=time.time_ns(),
        kind=COLLECTION,
        about=about,
    )
