"""The entry of a submission: who reported what for whom, and what became of it; never a value (R9.7, R19.3)."""

import hashlib
import secrets
import time
from typing import Final, NamedTuple

from gateway.audit.codes import COLLECTION
from gateway.audit.entry import Entry
from gateway.collection.intake.submission import COUNTED, Receipt, Submission
from schema.disclosure import OrganizationKind, Outcome, QueryMethod

__all__ = ["Sender", "entry_of_beginning", "entry_of_receipt", "entry_of_refusal", "entry_of_visit"]

_BEGUN: Final = "collection.submission.begun"
_TAKEN_UP: Final = "collection.submission.taken-up"
_TAKEN: Final = "collection.submission.taken"
_CAME_AGAIN: Final = "collection.submission.came-again"
_REFUSED: Final = "collection.submission.refused"


class Sender(NamedTuple):
    """Who sends, for which agency, of which kind; empty where nobody is known."""

    provider: str
    officer: str
    kind: OrganizationKind | None


def entry_of_beginning(receipt: Receipt, officer: str, kind: OrganizationKind | None, *, anew: bool) -> Entry:
    """Give the entry of a submission of which nothing more than before is in: begun, or taken up where it broke off.

    It is there before the first row is, so that whoever brought rows is in the trail whatever becomes of the process.
    """
    about = _about(receipt) if anew else {**_about(receipt), "rows": receipt.rows}
    return _entry(_BEGUN if anew else _TAKEN_UP, receipt.provider, officer, kind, about)


def entry_of_receipt(receipt: Receipt, officer: str, kind: OrganizationKind | None) -> Entry:
    """Give the entry of a submission that has its receipt."""
    act = _CAME_AGAIN if receipt.again else _REFUSED if receipt.state == "REFUSED" else _TAKEN
    about = {
        **_about(receipt),
        "rows": receipt.rows,
        **{each.value.lower(): receipt.counts[each] for each in COUNTED if receipt.counts[each]},
    }
    return _entry(act, receipt.provider, officer, kind, about)


def _about(receipt: Receipt) -> dict[str, object]:
    return {
        "submission": receipt.id,
        "recordType": receipt.record_type,
        "mode": receipt.mode.value,
        "digest": receipt.digest,
    }


def entry_of_refusal(submission: Submission, code: str, kind: OrganizationKind | None) -> Entry:
    """Give the entry of a submission of which nothing was even read."""
    about: dict[str, object] = {"mode": submission.mode.value, "digest": submission.digest}
    return _entry(_REFUSED, submission.provider, submission.officer, kind, about, code)


def entry_of_visit(sender: Sender, code: str, digest: str | None, request_id: str) -> Entry:
    """Give the entry of a visit that brought nothing which could be read as a submission; *digest*: of the file."""
    about: dict[str, object] = {"digest": digest or hashlib.sha256().hexdigest()}
    entry = _entry(_REFUSED, sender.provider, sender.officer, sender.kind, about, code)
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
