"""The entry of one question: who, when, how, why, about whom, which fields; never a value (Art. 19)."""

import hashlib
import time
from collections.abc import Sequence
from operator import add

from gateway.answer.question import Question
from gateway.audit.entry import Entry, Span, SubjectLine
from gateway.federation.operations import Operation
from gateway.federation.outcomes import Outcomes, Told
from gateway.federation.plan import SubjectPlan
from schema.disclosure import Outcome, PurposeCode, Standing

__all__ = ["digest", "entry_of"]


def entry_of(  # noqa: PLR0913 (the whole of what an entry is about)
    question: Question, operation: Operation | None, outcomes: Outcomes, head: bytes, *, told: bool, failed: bool
) -> Entry:
    """Give the entry of an answer.

    *head* is the answer's bytes up to the receipt; ``told`` says whether there are data in it, ``failed`` whether
    the question was refused.
    """
    caller, purpose = question.caller, question.purpose
    lines = _lines(outcomes.told, withheld=not told)
    return Entry(
        request_id=question.request_id,
        person=caller.person,
        organisation=caller.organisation or "",
        organisation_kind=caller.organisation_kind,
        method=question.method,
        channel=question.channel,
        purpose_code=purpose.code if purpose else _implied(lines),
        purpose_text=purpose.text if purpose else None,
        papers=question.papers,
        operation_name=operation.name if operation else None,
        document_digest=operation.digest if operation else digest(question.document.encode()),
        outcome=Outcome.DENIED
        if question.dry_run and not failed
        else _outcome(outcomes.told, lines, failed=failed, errors=bool(outcomes.errors)),
        errors=tuple(dict.fromkeys(error.code for _, error in outcomes.errors)),
        subjects=lines,
        sources=tuple((agency, True, reached) for agency, (reached, _) in outcomes.sources.items()),
        trace_id=question.trace_id,
        spans=_spans(outcomes, time.time_ns() - time.perf_counter_ns()),
        response_digest=digest(head),
        started_at_ns=question.started_ns,
    )


def _implied(lines: Sequence[SubjectLine]) -> PurposeCode | None:
    """Give the purpose of who asks about itself alone: it needs not be said (contract, section 4)."""
    return PurposeCode.SELF if lines and all(line.standing is Standing.SELF for line in lines) else None


def digest(content: bytes) -> str:
    """Give the SHA-256 of some bytes, as the trail writes it."""
    return hashlib.sha256(content).hexdigest()


def _spans(outcomes: Outcomes, since_1970_ns: int) -> tuple[Span, ...]:
    """Give a span for every fetch and, folded over the subjects, for every connection; counts alone, never a value."""
    if not outcomes.timings and not outcomes.told:
        return ()
    spans: list[Span] = [
        (
            f"fetch {each.agency}",
            each.started_ns + since_1970_ns,
            each.duration_ns,
            (("subjects", each.subjects), ("cached", each.cached), ("failed", each.failed or "")),
        )
        for each in outcomes.timings
    ]
    gathered_ns = max((started_ns + duration_ns for _, started_ns, duration_ns, _ in spans), default=time.time_ns())
    folded: dict[SubjectPlan, list[int]] = {}
    for told in outcomes.told:
        if told.plan is not None and told.rows_of:
            before = folded.get(told.plan)
            folded[told.plan] = list(told.rows_of) if before is None else list(map(add, before, told.rows_of))
    for plan, rows in folded.items():
        spans += [(name, gathered_ns, 0, (("rows", count),)) for name, count in zip(plan.resolvers, rows, strict=True)]
    return tuple(spans)


def _lines(told: Sequence[Told], *, withheld: bool) -> tuple[SubjectLine, ...]:
    """Give one line a subject (R19.2): a subject asked for twice in one operation is one query."""
    lines: dict[str, SubjectLine] = {}
    for each in told:
        if each.subject_id:
            line = _line(each, withheld=withheld)
            known = lines.get(each.subject_id)
            lines[each.subject_id] = line if known is None else _joined(known, line)
    return tuple(lines.values())


def _line(told: Told, *, withheld: bool) -> SubjectLine:
    plan, viewpoint = told.plan, told.viewpoint
    outcome = Outcome.DENIED if withheld and told.outcome is Outcome.DISCLOSED else told.outcome
    disclosed = outcome is Outcome.DISCLOSED
    return SubjectLine(
        told.subject_id,
        viewpoint.clearance.standing if viewpoint else Standing.PUBLIC,
        outcome,
        plan.highest if disclosed and plan else "",
        counted=disclosed and viewpoint is not None and viewpoint.clearance.counts,
        fields=told.fields if disclosed else (),
        withheld=plan.withheld if plan else (),
        rows=sum(told.rows_of),
    )


def _joined(one: SubjectLine, other: SubjectLine) -> SubjectLine:
    first, second = (one, other) if one.outcome is Outcome.DISCLOSED else (other, one)
    return SubjectLine(
        first.subject_id,
        first.standing,
        first.outcome,
        max(first.tier, second.tier),
        counted=first.counted or second.counted,
        fields=tuple(dict.fromkeys(first.fields + second.fields)),
        withheld=tuple(dict.fromkeys(first.withheld + second.withheld)),
        rows=first.rows + second.rows,
    )


def _outcome(told: Sequence[Told], lines: Sequence[SubjectLine], *, failed: bool, errors: bool) -> Outcome:
    """Say how the whole operation ended: disclosed as soon as one subject was."""
    if failed:
        return Outcome.FAILED
    outcomes = [line.outcome for line in lines] or [each.outcome for each in told]
    if Outcome.DISCLOSED in outcomes:
        return Outcome.DISCLOSED
    if outcomes:
        return outcomes[0]
    return Outcome.FAILED if errors else Outcome.DISCLOSED
