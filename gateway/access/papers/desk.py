"""The desk at which one caller's papers are taken in, reviewed, revoked and shown (Art. 9(3), 18; R18.6).

Each of its methods is one field of the graph: who may is asked first, then what is wrong is told all at once, and only
then a step is written, with its actor, reason and article.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Protocol

from sqlalchemy import ColumnElement

from gateway.access.callers import Caller
from gateway.access.held import Held
from gateway.access.papers import rights
from gateway.access.papers.archive import Archive, LetterKnown, Place, is_id, new_id
from gateway.access.papers.checks import MOST_SUBJECTS, Circumstances, check_paper
from gateway.access.papers.holding import not_to_cite
from gateway.access.papers.pages import page_info, read_cursor, read_first
from gateway.access.papers.paper import KeptPaper, Named, Written
from gateway.access.papers.problems import Problem, invalid, unproved, unusable, user_error
from gateway.access.papers.procedure import PaperStep, basis_of, paper_step
from gateway.access.papers.reading import (
    Chosen,
    IdentityKeys,
    Served,
    Subjects,
    Taken,
    chosen,
    refs_of,
    served_by,
    write,
)
from gateway.access.papers.rows import Seals
from gateway.access.papers.senders import Senders
from gateway.access.papers.shown import name_others, show, state_of
from gateway.access.papers.visible import papers_about, papers_in_state, papers_of, papers_of_kind
from gateway.errors import NotSubject, Text
from schema.checked import canonical
from schema.days import day_of
from schema.desk import PaperPayload
from schema.masks import mask_text
from schema.papers import Paper, PaperConnection, PaperKind, PaperState, ReviewDecision
from schema.presented import PaperInput
from schema.references import SubjectRef
from schema.steps import Step
from schema.terms import SubjectKind

__all__ = ["DeskKeys", "Ending", "Holdings", "PapersDesk", "folded", "reasoned"]

MOST_FILES: Final = 10
_REASON: Final = range(2, 501)


class DeskKeys(IdentityKeys, Seals, Protocol):
    """The keys that the desk needs."""


class Holdings(Protocol):
    """Says whom a caller is, by its own papers."""

    async def held(self, caller: Caller, cited: Sequence[str], now: float) -> Held:
        """Give what a caller holds."""
        ...


Ending = Callable[[KeptPaper, str, float], Awaitable[None]]
"""Takes away what rested on a paper, for the person who revokes it, at an instant; done twice, it is done once."""


async def _nothing_else(_paper: KeptPaper, _person: str, _now: float) -> None:
    """Nothing rests on a paper but what is looked up anew each time."""


@dataclass(frozen=True, slots=True)
class PapersDesk:
    """The desk as one caller finds it at one moment."""

    archive: Archive
    senders: Senders
    register: Holdings
    subjects: Subjects
    keys: DeskKeys
    caller: Caller
    now: float
    ending: Ending = _nothing_else
    """What must go with a paper that is revoked: values that rested on a consent."""

    @property
    def today(self) -> date:
        """The day in Zhengzhou."""
        return day_of(self.now)

    @property
    def at(self) -> datetime:
        """The instant, aware."""
        return datetime.fromtimestamp(self.now, UTC)

    # Steps

    async def present(self, given: PaperInput, *, draft: bool) -> PaperPayload:
        """Take a paper in, or say all that is wrong with it (R18.1 to R18.4).

        Raises:
            Forbidden: this caller does not present such a paper.
            NotSubject: the caller's token says that it is another subject.

        """
        paper = chosen(given)
        rights.present(self.caller, paper.kind)
        served = served_by(paper, self.caller)
        named, problems = await self._named(paper)
        self._as_the_token_says(paper, named)
        problems += await self._unproved(paper)
        problems += check_paper(
            paper.kind, paper.given, named, await self._circumstances(paper, served, named), paper.name
        )
        if problems:
            return _refused(problems)
        at_window = rights.is_window(self.caller)
        taken = Taken(self.today, self.caller.person if at_window else None)
        written = write(paper, tuple(each for each in named if each), served, self.keys, taken)
        return await self._keep(written, PaperState.DRAFT if draft else PaperState.SUBMITTED, paper.name)

    async def submit(self, paper_id: str) -> PaperPayload:
        """Hand one's own draft in; its term is looked at anew (R18.6)."""
        paper = await self._mine(paper_id)
        if paper.presented_by != self.caller.person:
            raise not_to_cite()
        to = paper_step(state_of(paper, self.today), PaperStep.SUBMIT, paper.written.kind)
        if _has_ended(paper.written, self.today):
            return _refused([_ended(paper)])
        return await self._move(paper, to, None)

    async def review(self, paper_id: str, decision: ReviewDecision, reason: str) -> PaperPayload:
        """Accept or reject a paper that another presented (R18.6, R14.2)."""
        paper = await self._mine(paper_id)
        rights.review(self.caller, paper)
        accepts = decision is ReviewDecision.ACCEPT
        step = PaperStep.ACCEPT if accepts else PaperStep.REJECT
        to = paper_step(state_of(paper, self.today), step, paper.written.kind)
        problems = reasoned(reason)
        if accepts:
            problems += [_ended(paper)] if _has_ended(paper.written, self.today) else []
            problems += await self._misnamed(paper)
        if problems:
            return _refused(problems)
        return await self._move(paper, to, reason, reviewed_by=self.caller.person)

    async def revoke(self, paper_id: str, reason: str) -> PaperPayload:
        """End an accepted paper; it counts from the next operation on (R18.5)."""
        own = await self._own()
        paper = await self._mine(paper_id, own)
        rights.revoke(self.caller, paper, own)
        to = paper_step(state_of(paper, self.today), PaperStep.REVOKE, paper.written.kind)
        problems = reasoned(reason)
        if problems:
            return _refused(problems)
        # Before, so that a revocation never stands while its values do; after, for what came in between.
        await self.ending(paper, self.caller.person, self.now)
        payload = await self._move(paper, to, reason)
        await self.ending(paper, self.caller.person, self.now)
        return payload

    # Questions

    async def paper(self, paper_id: str) -> Paper | None:
        """Give a paper, None where there is none that the caller may see."""
        if self.caller.is_public:
            return None
        own = await self._own()
        found = await self.archive.papers([paper_id])
        if not found or not rights.may_read(self.caller, found[0], own):
            return None
        shown = show(found[0], self.caller, own, self.today)
        if rights.is_staff(self.caller):
            name_others(shown, await self.senders.other_papers(found[0].written.evidence, paper_id))
        return shown

    async def papers(
        self, kind: PaperKind | None, state: PaperState | None, subject: SubjectRef | None, page: tuple[int, str | None]
    ) -> PaperConnection:
        """Give a page of papers: one's own and those about oneself, staff all.

        Raises:
            BadUserInput: the page or the subject cannot be read.

        """
        first, after = read_first(page[0]), read_cursor(page[1], self.caller.person, self.keys)
        own = await self._own()
        where: list[ColumnElement[bool]] = list(papers_of(self.caller, own))
        if kind is not None:
            where.append(papers_of_kind(kind))
        if state is not None:
            where.append(papers_in_state(state, self.today))
        if subject is not None:
            where.append(papers_about(await self._id_of(subject)))
        found, more, total = await self.archive.page(where, first, after)
        places = [Place(each.presented_at, each.id) for each in found]
        return PaperConnection(
            nodes=[show(each, self.caller, own, self.today) for each in found],
            page_info=page_info(places, self.caller.person, self.keys, after=after is not None, more=more),
            total_count=total,
        )

    # What stands behind them

    async def _named(self, paper: Chosen) -> tuple[list[Named | None], list[Problem]]:
        """Give the subjects that a paper names, and what is wrong with those that there are not."""
        refs, places = refs_of(paper)
        if not refs or len(refs) > MOST_SUBJECTS:  # too many are told as such; none of them is looked for
            return [None] * len(refs), []
        found = await self.subjects.named(refs, self.today)
        problems = [unusable(place, each) for place, each in zip(places, found, strict=True) if isinstance(each, Text)]
        named = [None if isinstance(each, Text) else each for each in found]
        problems += [
            unusable(place, Text("this subject is listed twice", "主体重复列明"))
            for n, place in enumerate(places)
            if (each := named[n]) and each.id in [before.id for before in named[:n] if before]
        ]
        return named, problems

    def _as_the_token_says(self, paper: Chosen, named: Sequence[Named | None]) -> None:
        """Refuse a self-paper for a subject that the token says its bearer is not."""
        own = self.caller.subject
        for_oneself = paper.kind in (PaperKind.IDENTITY_DOCUMENT, PaperKind.ENTITY_CERTIFICATE)
        if own is None or not for_oneself or rights.is_window(self.caller):
            return
        if any(each is not None and each.id != self.keys.subject_id(*own) for each in named):
            raise NotSubject(Text("your token names another subject", "令牌所载主体与材料不符"))

    async def _unproved(self, paper: Chosen) -> list[Problem]:
        """Give what is wrong with the evidence: each file must have been sent by this caller."""
        digests, place = list(paper.given.evidence), ("paper", paper.name, "evidence")
        basis = basis_of(paper.kind)
        if not 1 <= len(digests) <= MOST_FILES:
            said = Text(
                f"1 to {MOST_FILES} files are needed: send them to /evidence", f"须提交 1 至 {MOST_FILES} 个证明文件"
            )
            return [unproved(place, said, basis)]
        sent = await self.senders.sent(digests, self.caller.person)
        never = Text("you have sent no such file to /evidence", "您未提交过该文件")
        return [unproved((*place, str(n)), never, basis) for n, each in enumerate(digests) if each not in sent]

    async def _circumstances(self, paper: Chosen, served: Served, named: Sequence[Named | None]) -> Circumstances:
        caller = self.caller
        whom = {*served.persons, served.organisation}
        if paper.kind is PaperKind.AUTHORISATION and not rights.is_window(caller):
            whom |= await self._own()
        matches = paper.kind is not PaperKind.IDENTITY_DOCUMENT or self._matches(paper, named)
        return Circumstances(
            caller=caller,
            at_window=rights.is_window(caller),
            today=self.today,
            now=self.at,
            served=frozenset(each for each in whom if each),
            number_matches=matches,
        )

    def _matches(self, paper: Chosen, named: Sequence[Named | None]) -> bool:
        own_id = self.keys.subject_id("rid", canonical(paper.given.number).canonical)
        return all(each is None or each.id == own_id for each in named)

    async def _keep(self, written: Written, state: PaperState, name: str) -> PaperPayload:
        basis = basis_of(written.kind)
        step = Step(self.at, self.caller.person, self.caller.organisation, None, state.value, None, basis)
        paper = KeptPaper(new_id(written.kind), written, state, self.caller.person, self.at, steps=(step,))
        try:
            await self.archive.keep(paper)
        except LetterKnown:
            said = Text("the organ has presented a letter of this number", "本机关已提交过该文号的函件")
            return _refused([invalid(("paper", name, "letterNumber"), said, basis)])
        return await self._shown(paper.id)

    async def _move(
        self, paper: KeptPaper, to: PaperState, reason: str | None, *, reviewed_by: str | None = None
    ) -> PaperPayload:
        basis, caller = basis_of(paper.written.kind), self.caller
        why = None if reason is None else folded(reason)
        step = Step(self.at, caller.person, caller.organisation, paper.decided.value, to.value, why, basis)
        await self.archive.move(paper, step, reviewed_by=reviewed_by)
        return await self._shown(paper.id)

    async def _shown(self, paper_id: str) -> PaperPayload:
        (kept,) = await self.archive.papers([paper_id])
        return PaperPayload(paper=show(kept, self.caller, await self._own(), self.today), errors=[])

    async def _mine(self, paper_id: str, own: frozenset[str] | None = None) -> KeptPaper:
        """Give a paper that the caller may know of; others are not there.

        Raises:
            PaperInvalid: there is none for this caller.

        """
        if self.caller.is_public:
            raise not_to_cite()
        known = await self._own() if own is None else own
        found = await self.archive.papers([paper_id])
        if not found or not rights.may_read(self.caller, found[0], known):
            raise not_to_cite()
        return found[0]

    async def _own(self) -> frozenset[str]:
        """Give the subjects that the caller is: by the token, and by its own papers in force."""
        by_token = {self.keys.subject_id(*self.caller.subject)} if self.caller.subject else set()
        return (await self.register.held(self.caller, (), self.now)).own | by_token

    async def _misnamed(self, paper: KeptPaper) -> list[Problem]:
        """Tell a reviewer of individuals whom the register knows under another name (R18.1)."""
        named = [each for each in paper.written.subjects if each.kind is SubjectKind.INDIVIDUAL]
        if not named:
            return []
        known = await self.subjects.registered([each.id for each in named])
        said = Text("the register knows this subject by another name", "与登记的主体姓名不符")
        return [
            invalid(("id",), said, basis_of(paper.written.kind))
            for each, found in zip(named, known, strict=True)
            if found is not None and found.name != each.name
        ]

    async def _id_of(self, subject: SubjectRef) -> str:
        """Give the id of a subject; of one that there is not, an id of nobody."""
        if subject.id:  # whose it is need not be known: one's own papers alone are looked through
            return str(subject.id) if is_id(subject.id) else ""
        (found,) = await self.subjects.named([subject], self.today)
        return "" if isinstance(found, Text) else found.id


def _refused(problems: list[Problem]) -> PaperPayload:
    return PaperPayload(paper=None, errors=[user_error(each) for each in problems])


def reasoned(reason: str) -> list[Problem]:
    """Ask for a reason: every step has one (R18.6)."""
    written = folded(reason)
    if len(written) in _REASON and written.isprintable():
        return []
    said = Text(
        f"{_REASON.start} to {_REASON.stop - 1} characters are needed",
        f"须填写 {_REASON.start} 至 {_REASON.stop - 1} 字",
    )
    return [unusable(("reason",), said)]


def folded(reason: str) -> str:
    """Give a reason on one line, without what reads like an identity number (R14.3)."""
    return mask_text(" ".join(reason.split()))


def _has_ended(written: Written, today: date) -> bool:
    return written.valid_to is not None and written.valid_to < today


def _ended(paper: KeptPaper) -> Problem:
    return invalid(("id",), Text("its last day has passed", "已过有效期"), basis_of(paper.written.kind))
