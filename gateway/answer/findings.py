"""What an answer of the credit graph comes to, for its entry: a line a subject, an outcome, spans (Art. 19)."""

import functools
import time
from collections.abc import Callable, Iterable, Sequence
from operator import add
from typing import Final, NamedTuple

from gateway.answer.entry import Findings
from gateway.audit.entry import Attribute, Span, SubjectLine
from gateway.federation.subjects.outcomes import Outcomes, Told
from gateway.federation.subjects.plan import SubjectPlan
from schema.disclosure import Outcome, Standing
from schema.line_shapes import UNDECIDED, LineShape, joined, told_of, withheld_of

__all__ = ["Here", "PaperOf", "findings_of", "refused_as"]

_REMEMBERED: Final = 4_096
PaperOf = Callable[[str, Standing], str]
"""Names the paper on which the look at a subject rests, by the subject's id and the standing: empty where none does."""


class Here(NamedTuple):
    """What a root field came to that the gateway answered from itself."""

    span: Span
    refused: tuple[str, ...] = ()
    """The codes by which a mutation told the person what to mend: nothing was done (contract, section 5)."""


def findings_of(  # noqa: PLR0913 (all that an answer comes to)
    outcomes: Outcomes,
    *,
    told: bool,
    refused: bool,
    dry_run: bool,
    paper_of: PaperOf | None = None,
    here: Sequence[Here] = (),
) -> Findings:
    """Give what the entry says of an answer.

    ``told`` says whether there are data in it, ``refused`` whether there are none because of its errors: the question
    was refused, or something was lost that is never null. A dry run discloses none. Without ``paper_of`` the caller
    holds no paper. ``here`` is what the gateway answered from itself.
    """
    codes = tuple(
        dict.fromkeys(
            [*[error.code for _, error in outcomes.errors], *(code for each in here for code in each.refused)]
        )
    )
    instead = None if told else refused_as(codes) if refused else Outcome.DENIED
    lines = _lines(outcomes.told, instead, paper_of)
    outcome = _outcome(outcomes.told, lines, failed=refused, errors=codes)
    return Findings(
        outcome=Outcome.DENIED if dry_run and not refused else outcome,
        errors=codes,
        subjects=lines,
        sources=tuple([(agency, True, reached) for agency, (reached, _) in outcomes.sources.items()]),
        spans=_spans(outcomes, time.time_ns() - time.perf_counter_ns()) + tuple([each.span for each in here]),
    )


def _spans(outcomes: Outcomes, since_1970_ns: int) -> tuple[Span, ...]:
    """Give a span for every fetch and, folded over the subjects, for every connection; counts alone, never a value."""
    spans: list[Span] = [
        (_fetching(subgraph), started_ns + since_1970_ns, duration_ns, _of_fetch(objects, cached, failed or ""))
        for subgraph, started_ns, duration_ns, objects, failed, cached, _ in outcomes.timings
    ]
    gathered_ns = max([started_ns + duration_ns for _, started_ns, duration_ns, _ in spans], default=0)
    folded: dict[SubjectPlan, Sequence[int]] = {}
    for told in outcomes.told:
        if told.plan is not None and told.rows_of:
            before = folded.get(told.plan)
            folded[told.plan] = told.rows_of if before is None else list(map(add, before, told.rows_of))
    for plan, rows in folded.items():
        at_ns = gathered_ns or time.time_ns()
        spans += [(name, at_ns, 0, _of_connection(count)) for name, count in zip(plan.resolvers, rows, strict=True)]
    return tuple(spans)


# What many spans have alike is one object: it is made once, and lies near at hand.


@functools.lru_cache(maxsize=_REMEMBERED)
def _fetching(subgraph: str) -> str:
    return f"fetch {subgraph}"


@functools.lru_cache(maxsize=_REMEMBERED)
def _of_fetch(subjects: int, cached: int, failed: str) -> tuple[Attribute, ...]:
    return (("subjects", subjects), ("cached", cached), ("failed", failed))


@functools.lru_cache(maxsize=_REMEMBERED)
def _of_connection(rows: int) -> tuple[Attribute, ...]:
    return (("rows", rows),)


def _lines(told: Sequence[Told], instead: Outcome | None, paper_of: PaperOf | None) -> tuple[SubjectLine, ...]:
    """Give one line a subject (R19.2): a subject asked for twice in one operation is one query.

    Where nothing is answered, *instead* is how it ended with what would have been disclosed.
    """
    lines: dict[str, SubjectLine] = {}
    for each in told:
        if each.subject_id:
            line = _line(each, instead, paper_of)
            known = lines.get(each.subject_id)
            lines[each.subject_id] = line if known is None else _joined(known, line)
    return tuple(lines.values())


def _line(told: Told, instead: Outcome | None, paper_of: PaperOf | None) -> SubjectLine:
    plan, viewpoint = told.plan, told.viewpoint
    standing = viewpoint.clearance.standing if viewpoint else Standing.PUBLIC
    outcome = instead if instead is not None and told.outcome is Outcome.DISCLOSED else told.outcome
    disclosed = outcome is Outcome.DISCLOSED
    return SubjectLine(
        told.subject_id,
        standing,
        outcome,
        plan.highest if disclosed and plan else "",
        disclosed and viewpoint is not None and viewpoint.clearance.counts,
        _shape(told, disclosed=disclosed),
        paper_of(told.subject_id, standing) if paper_of else "",
        tuple(told.rows_of) if instead is None else (0,) * len(told.rows_of),
    )


def _shape(told: Told, *, disclosed: bool) -> LineShape:
    """Give what was decided, and how it came out: a plan's own shape mostly."""
    plan = told.plan
    if plan is None:
        return UNDECIDED
    if not disclosed:
        return withheld_of(plan.shape)
    return plan.shape if told.fields is plan.shape.fields else told_of(plan.shape, told.fields)


def _joined(one: SubjectLine, other: SubjectLine) -> SubjectLine:
    first, second = sorted((one, other), key=lambda line: _WEIGHTIEST.index(line.outcome))
    return SubjectLine(
        first.subject_id,
        first.standing,
        first.outcome,
        max(first.tier, second.tier),
        first.counted or second.counted,
        joined(first.shape, second.shape),
        first.paper or second.paper,
        first.counts + second.counts,
    )


def _outcome(told: Sequence[Told], lines: Sequence[SubjectLine], *, failed: bool, errors: Sequence[str]) -> Outcome:
    """Say how the whole operation ended: disclosed as soon as one subject was, denied where a right was missing.

    Whoever was answered first has no say in it.
    """
    outcomes = [line.outcome for line in lines] or [each.outcome for each in told]
    if outcomes and not failed:
        return min(outcomes, key=_WEIGHTIEST.index)
    return refused_as(errors) if failed or errors else Outcome.DISCLOSED


def refused_as(errors: Iterable[str]) -> Outcome:
    """Say by the codes of its errors how a refusal is recorded: denied where a right or a paper was missing (R19.11).

    >>> refused_as(["PAPER_INVALID"]).value, refused_as(["BAD_USER_INPUT"]).value
    ('DENIED', 'FAILED')
    """
    return Outcome.FAILED if _DENIALS.isdisjoint(errors) else Outcome.DENIED


_WEIGHTIEST = (Outcome.DISCLOSED, Outcome.FAILED, Outcome.DENIED, Outcome.NOT_FOUND)
"""Denied and not found stand side by side: which of them it was must turn no other outcome (R15.8)."""
_DENIALS = frozenset({"FORBIDDEN", "NOT_SUBJECT", "PAPER_INVALID", "PAPER_SCOPE", "RATE_LIMIT_EXCEEDED"})
"""Codes of what was refused because a right or a paper was missing (R18.3, R19.11)."""
