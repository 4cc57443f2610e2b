"""The entry of one question: who, when, how, why, about whom, which fields; never a value (Art. 19)."""

import functools
import hashlib
from collections.abc import Sequence
from typing import Final, NamedTuple

from gateway.answer.question import Question
from gateway.audit.entry import Asked, Entry, Span, SubjectLine
from gateway.federation.operations import Operation
from schema.disclosure import Outcome, PurposeCode, Standing
from schema.masks import mask_code, mask_text

__all__ = ["Findings", "entry_of"]

_REMEMBERED: Final = 4_096
_masked = functools.lru_cache(maxsize=_REMEMBERED)(mask_text)
_masked_code = functools.lru_cache(maxsize=_REMEMBERED)(mask_code)


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

    What the asker wrote may be anything: an identity number in it is masked before it is kept (R9.7).
    """
    caller, purpose = question.caller, question.purpose
    name = operation.name if operation else None
    cited = question.papers if papers is None else papers
    return Entry(
        request_id=mask_text(question.request_id),
        person=caller.person,
        organisation=_masked_code(caller.organisation) if caller.organisation else "",
        organisation_kind=caller.organisation_kind,
        method=question.method,
        channel=question.channel,
        purpose_code=purpose.code if purpose else _implied(findings.subjects),
        purpose_text=_masked(purpose.text) if purpose else None,
        papers=tuple(dict.fromkeys(map(_paper, cited))) if cited else (),
        operation_name=mask_text(name) if name else None,
        document_digest=operation.digest if operation else _unread(question.document),
        outcome=findings.outcome,
        errors=findings.errors,
        subjects=findings.subjects,
        sources=findings.sources,
        trace_id=question.trace_id,
        spans=findings.spans,
        response_digest=hashlib.sha256(head).digest(),
        started_at_ns=question.started_ns,
    )


def _unread(document: str) -> str:
    """Give the digest of a document that could not be read, without the identity numbers in it."""
    return hashlib.sha256(mask_text(document).encode("utf-8", "surrogatepass")).hexdigest()


def _paper(cited: str) -> str:
    """Give what was cited as a paper's id, whatever it is, as it can be kept."""
    return "".join(each if each.isprintable() else "�" for each in mask_text(cited))


def _implied(lines: Sequence[SubjectLine]) -> PurposeCode | None:
    """Give the purpose of who asks about itself alone: it needs not be said (contract, section 4)."""
    return PurposeCode.SELF if lines and all(line.standing is Standing.SELF for line in lines) else None
