"""Papers as one reader sees them: no identity number, and names of individuals masked for others (Art. 17, 18)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import strawberry

from gateway.access.callers import Caller
from gateway.access.papers.paper import File, KeptGrant, KeptPaper, Named, Written
from gateway.access.papers.problems import basis_entry
from gateway.access.papers.procedure import GRANT_BASIS, basis_of, grant_state_at, paper_state_at
from gateway.access.papers.rights import is_staff
from schema.days import midnight
from schema.disclosure import PurposeCode, Scope
from schema.masks import mask_name
from schema.papers import (
    Evidence,
    Grant,
    GrantState,
    GrantStep,
    Paper,
    PaperParticular,
    PaperScope,
    PaperState,
    PaperStep,
    PaperSubject,
)
from schema.steps import Step
from schema.terms import SubjectKind

__all__ = ["NOBODY", "name_others", "show", "show_grant", "state_of", "state_of_grant"]

NOBODY: Final = "SYSTEM"
"""The actor of steps that nobody takes."""


def state_of(paper: KeptPaper, today: date) -> PaperState:
    """Give a paper's state on a day."""
    return paper_state_at(paper.decided, paper.written.valid_to, today, used_up=paper.used_up)


def state_of_grant(grant: KeptGrant, today: date) -> GrantState:
    """Give a grant's state on a day."""
    return grant_state_at(grant.decided, grant.written.valid_from, grant.written.valid_to, today)


def show(paper: KeptPaper, caller: Caller, own: frozenset[str], today: date) -> Paper:
    """Give a paper to a *caller* who may read it and is the subjects *own* (Art. 18)."""
    written = paper.written
    plain = is_staff(caller) or caller.person == paper.presented_by
    named = tuple(_subject(each, plain=plain or each.id in own) for each in written.subjects)
    state = state_of(paper, today)
    concerned = plain or any(each.id in own for each in written.subjects)
    return Paper(
        id=strawberry.ID(paper.id),
        kind=written.kind,
        state=state,
        subjects=list(named),
        holders=list(written.persons),
        purposes=_purposes(written.purposes),
        presented_by=paper.presented_by,
        evidence=[_file(each) for each in paper.files],
        use_count=paper.uses,
        history=[_step(each) for each in (*paper.steps, *_ended(paper, state))],
        organisation=written.organisation,
        number=written.number,
        signatory=written.signatory if concerned or written.signatory is None else mask_name(written.signatory),
        scope=None if written.scope is None else _scope(written.scope),
        issued_on=written.issued_on,
        signed_on=written.signed_on,
        valid_from=written.valid_from,
        valid_to=written.valid_to,
        signature=written.signature,
        verification=written.verification,
        max_uses=written.max_uses,
        reviewed_by=paper.reviewed_by,
        particulars=_particulars(written) if concerned else [],
    )


def name_others(paper: Paper, others: Mapping[str, Sequence[str]]) -> None:
    """Tell of each file of a paper which *others* it proves, so that a reviewer sees what is presented anew (R18.3)."""
    for each in paper.evidence:
        each.also_proves = [strawberry.ID(other) for other in others[each.digest]]


def show_grant(grant: KeptGrant, today: date) -> Grant:
    """Give a grant as it is on a day."""
    written = grant.written
    return Grant(
        id=strawberry.ID(grant.id),
        agency=written.agency,
        state=state_of_grant(grant, today),
        scope=_scope(written.scope),
        purposes=_purposes(written.purposes),
        valid_from=written.valid_from,
        valid_to=written.valid_to,
        approval_document=written.approval_document,
        history=[_grant_step(each) for each in _with_those_of_the_clock(grant, today)],
    )


def _ended(paper: KeptPaper, state: PaperState) -> Iterator[Step]:
    """Give the step that nobody takes: a paper ends with its last day, or with its last use."""
    last, basis = paper.written.valid_to, basis_of(paper.written.kind)
    if state is PaperState.EXPIRED and last is not None:
        reason = "its last day has passed · 已过有效期"
        yield Step(_midnight_after(last), NOBODY, None, PaperState.ACCEPTED.value, state.value, reason, basis)
    if state is PaperState.EXHAUSTED and paper.used_at is not None:
        reason = "its uses are exhausted · 使用次数已用尽"
        yield Step(paper.used_at, NOBODY, None, PaperState.ACCEPTED.value, state.value, reason, basis)


def _with_those_of_the_clock(grant: KeptGrant, today: date) -> Iterator[Step]:
    """Give a grant's steps, with those that nobody takes: active on its first day, expired after its last.

    A grant that was withdrawn after it had begun was active until then.
    """
    state, written = state_of_grant(grant, today), grant.written
    begun, taken = midnight(written.valid_from), list(grant.steps)
    ending = taken.pop() if taken[-1].to_state == GrantState.WITHDRAWN.value else None
    last = taken[-1] if taken else None
    yield from taken
    active = GrantState.ACTIVE.value
    if last is not None and last.to_state == GrantState.APPROVED.value:
        begun = max(begun, last.at)
        was_active = state in _BEGUN if ending is None else begun <= ending.at
        if was_active:
            yield Step(begun, NOBODY, None, last.to_state, active, "its first day has come · 已到生效日期", GRANT_BASIS)
            ending = None if ending is None else replace(ending, from_state=active)
    if ending is not None:
        yield ending
    if state is GrantState.EXPIRED:
        ended = _midnight_after(written.valid_to)
        yield Step(ended, NOBODY, None, active, state.value, "its last day has passed · 已过有效期", GRANT_BASIS)


_BEGUN: Final = frozenset({GrantState.ACTIVE, GrantState.EXPIRED})


def _midnight_after(day: date) -> datetime:
    """Give the end of a day in Zhengzhou."""
    return midnight(day + timedelta(1))


def _subject(named: Named, *, plain: bool) -> PaperSubject:
    open_name = plain or named.kind is SubjectKind.LEGAL_PERSON
    name = named.name if open_name else mask_name(named.name)
    return PaperSubject(id=strawberry.ID(named.id), kind=named.kind, name=name)


def _particulars(written: Written) -> list[PaperParticular]:
    """Give what else is written; keyed digests of numbers are for comparing alone, and shown to nobody."""
    told = {name: value for name, value in written.particulars.items() if not name.endswith("Digest")}
    return [PaperParticular(name=name, value=value) for name, value in told.items()]


def _file(file: File) -> Evidence:
    return Evidence(digest=file.digest, media_type=file.media_type, size=file.size, name=file.name)


def _scope(scope: Scope) -> PaperScope:
    return PaperScope(all_shared=scope.all_shared, shared=sorted(scope.shared), restricted=sorted(scope.restricted))


def _purposes(purposes: frozenset[PurposeCode]) -> list[PurposeCode]:
    return [each for each in PurposeCode if each in purposes]


def _step(step: Step) -> PaperStep:
    return PaperStep(
        at=step.at,
        actor=step.actor,
        to=PaperState(step.to_state),
        legal_basis=basis_entry(step.legal_basis),
        organisation=step.organisation,
        from_=None if step.from_state is None else PaperState(step.from_state),
        reason=step.reason,
    )


def _grant_step(step: Step) -> GrantStep:
    return GrantStep(
        at=step.at,
        actor=step.actor,
        to=GrantState(step.to_state),
        legal_basis=basis_entry(step.legal_basis),
        organisation=step.organisation,
        from_=None if step.from_state is None else GrantState(step.from_state),
        reason=step.reason,
    )
