"""What a caller holds, of the papers that were found: pure (Art. 18; R18.3 to R18.6).

Why a cited paper cannot be used is told only of papers that are the caller's to cite; an unknown one, another's, and
one that nobody has accepted are refused in the same words.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from gateway.access.callers import Caller
from gateway.access.held import Authorisation, Held, Letter
from gateway.access.papers.paper import FOR_ONESELF
from gateway.access.papers.procedure import paper_state_at
from gateway.access.papers.rights import ORGANS
from gateway.errors import PaperInvalid, Text
from schema.disclosure import OrganizationKind, PurposeCode, Role, Scope
from schema.papers import PaperKind, PaperState

__all__ = ["Candidate", "hold", "needs_grants", "no_longer", "not_to_cite"]

_EVERYTHING_SHARED: Final = Scope(all_shared=True)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper as far as it matters for holding it; ``mine`` says that the caller is named on it as a person."""

    id: str
    kind: PaperKind
    decided: PaperState
    organisation: str | None
    valid_from: date
    valid_to: date | None
    purposes: frozenset[PurposeCode]
    scope: Scope | None
    used_up: bool
    subject_ids: frozenset[str]
    mine: bool

    def state(self, today: date) -> PaperState:
        """Give its state on a day."""
        return paper_state_at(self.decided, self.valid_to, today, used_up=self.used_up)

    def in_force(self, today: date) -> bool:
        """Say whether it may be used on a day."""
        return self.state(today) is PaperState.ACCEPTED and self.valid_from <= today


def hold(
    caller: Caller,
    cited: Sequence[str],
    found: Iterable[Candidate],
    subject_id: Callable[[str, str], str],
    today: date,
) -> Held:
    """Give what *caller* holds of the papers that were *found*; grants are added by the register.

    Raises:
        PaperInvalid: a cited paper cannot be used by this caller today.

    """
    papers = {each.id: each for each in found}
    own = [each for each in papers.values() if _is_own(caller, each, subject_id, today)]
    subjects = frozenset(each for paper in own for each in paper.subject_ids)
    recognised = any(_recognises(caller, each, today) for each in papers.values())
    authorisations: list[Authorisation] = []
    letters: list[Letter] = []
    for each in dict.fromkeys(cited):
        paper = _citable(caller, papers, each, today)
        if paper.kind is PaperKind.OFFICIAL_LETTER:
            letters.append(Letter(paper.id, paper.subject_ids, paper.scope, paper.purposes))
            continue
        if not (recognised and Role.OFFICER in caller.roles):  # its recognition is its paper, while it is on duty
            _with_own_paper(paper, subjects, subject_id)
        (of,) = paper.subject_ids
        authorisations.append(Authorisation(paper.id, of, paper.scope or Scope(), paper.purposes))
    return Held(
        own=subjects,
        claimed=_claimed(caller, subject_id),
        own_papers=tuple(sorted((subject, each.id) for each in own for subject in each.subject_ids)),
        recognised=recognised,
        authorisations=tuple(authorisations),
        letters=tuple(letters),
    )


def needs_grants(caller: Caller, cited: Sequence[str]) -> bool:
    """Say whether grants matter: only with a letter or an authorisation does one open anything (R15.5)."""
    return bool(cited) and caller.organisation is not None


def not_to_cite() -> PaperInvalid:
    """Give the one refusal of papers that are not there for a caller, whatever the reason."""
    return PaperInvalid(Text("no such paper is accepted for you", "没有您可引用的已受理的该材料"))


def no_longer(state: PaperState) -> PaperInvalid:
    """Give the refusal of one's own paper that has ended."""
    return PaperInvalid(_ENDED.get(state, _ENDED[PaperState.EXPIRED]))


_ENDED: Final[Mapping[PaperState, Text]] = {
    PaperState.EXPIRED: Text("it has expired", "已过有效期"),
    PaperState.REVOKED: Text("it was revoked", "已被撤销"),
    PaperState.EXHAUSTED: Text("its uses are exhausted", "使用次数已用尽"),
}


def _claimed(caller: Caller, subject_id: Callable[[str, str], str]) -> str:
    """Give the subject that the token names, of whoever may be one."""
    if caller.subject is None or caller.organisation_kind in ORGANS:
        return ""
    return subject_id(*caller.subject)


def _is_own(caller: Caller, paper: Candidate, subject_id: Callable[[str, str], str], today: date) -> bool:
    """Say whether *paper* makes its holder the subject; whose token names a subject is no other one."""
    if paper.kind not in FOR_ONESELF or not paper.mine or caller.organisation_kind in ORGANS:
        return False
    named = caller.subject is None or paper.subject_ids == {subject_id(*caller.subject)}
    return named and paper.in_force(today)


def _recognises(caller: Caller, paper: Candidate, today: date) -> bool:
    service = caller.organisation_kind is OrganizationKind.CREDIT_SERVICE
    of_it = paper.kind is PaperKind.RECOGNITION and paper.organisation == caller.organisation
    return service and of_it and paper.in_force(today)


def _citable(caller: Caller, papers: Mapping[str, Candidate], cited: str, today: date) -> Candidate:
    """Give a cited paper that the caller may use today."""
    paper = papers.get(cited)
    if paper is None or not _may_cite(caller, paper):
        raise not_to_cite()
    state = paper.state(today)
    if state in _ENDED:
        raise no_longer(state)
    if state is not PaperState.ACCEPTED:
        raise not_to_cite()
    if today < paper.valid_from:
        day = paper.valid_from.isoformat()
        raise PaperInvalid(Text(f"it is valid from {day} on", f"自 {day} 起生效"))
    return paper


def _may_cite(caller: Caller, paper: Candidate) -> bool:
    of_organisation = paper.organisation is not None and paper.organisation == caller.organisation
    if (
        paper.kind is PaperKind.OFFICIAL_LETTER
    ):  # an organ's officer, on duty; a reporter reads its agency's own records
        return of_organisation and paper.mine and caller.organisation_kind in ORGANS and Role.OFFICER in caller.roles
    return paper.kind is PaperKind.AUTHORISATION and (of_organisation or (paper.organisation is None and paper.mine))


def _with_own_paper(authorisation: Candidate, own: frozenset[str], subject_id: Callable[[str, str], str]) -> None:
    """Refuse a third party without its own paper: the law asks for both (Art. 18)."""
    organisation = authorisation.organisation
    held = bool(own) if organisation is None else subject_id("uscc", organisation) in own
    if not held:
        raise PaperInvalid(
            Text(
                "your own identity document or entity certificate is missing, or has ended",
                "缺少本人有效身份证件或社会法人书面证明，或已失效",
            )
        )
