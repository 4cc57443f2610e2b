"""The entry of one question: who, when, how, why, about whom, which fields; never a value (Art. 19)."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from gateway.answer.question import Question
from gateway.audit.entry import Asked, Entry, Span, SubjectLine
from gateway.federation.operations import Operation
from schema.disclosure import Outcome, PurposeCode, Standing
from schema.masks import mask_text

__all__ = ["Findings", "digest", "entry_of"]


class Findings(NamedTuple):
    """What an answer comes to, for its entry."""

    outcome: Outcome
    errors: tuple[str, ...]
    """The codes of its errors, each once."""
    subjects: tuple[SubjectLine, ...]
    sources: tuple[Asked, ...]
    spans: tuple[Span, ...]


def entry_of(
    question: Question,
    operation: Operation | None,
    findings: Findings,
    head: bytes,
    papers: tuple[str, ...] | None = None,
) -> Entry:
    """Give the entry of an answer; *head* is its bytes up to the receipt, *papers* those that it rests on.

    Of an identity number that somebody wrote into a purpose, a paper's id or a name, the mask is kept (R14.3).
    """
    caller, purpose = question.caller, question.purpose
    return Entry(
        request_id=question.request_id,
        person=caller.person,
        organisation=caller.organisation or "",
        organisation_kind=caller.organisation_kind,
        method=question.method,
        channel=question.channel,
        purpose_code=purpose.code if purpose else _implied(findings.subjects),
        purpose_text=mask_text(purpose.text) if purpose else None,
        papers=tuple(mask_text(each) for each in (question.papers if papers is None else papers)),
        operation_name=mask_text(operation.name) if operation and operation.name else None,
        document_digest=operation.digest if operation else digest(question.document.encode()),
        outcome=findings.outcome,
        errors=findings.errors,
        subjects=findings.subjects,
        sources=findings.sources,
        trace_id=question.trace_id,
        spans=findings.spans,
        response_digest=digest(head),
        started_at_ns=question.started_ns,
    )


def _implied(lines: Sequence[SubjectLine]) -> PurposeCode | None:
    """Give the purpose of who asks about itself alone: it needs not be said (contract, section 4)."""
    return PurposeCode.SELF if lines and all(line.standing is Standing.SELF for line in lines) else None


def digest(content: bytes) -> str:
    """Give the SHA-256 of some bytes, as the trail writes it."""
    return hashlib.sha256(content).hexdigest()
