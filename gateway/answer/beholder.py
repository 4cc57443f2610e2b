"""Who is looking, for one question: caller, papers and purpose made a viewpoint on each subject (Art. 15, 18)."""

from collections.abc import Callable

from gateway.access.duties import fitting_purposes
from gateway.access.finding import beyond_papers, may_find_individual, may_read_query_count
from gateway.access.held import Held
from gateway.access.matrix import Requester
from gateway.access.rules import clearance
from gateway.access.standings import Look, look_at
from gateway.answer.question import Question
from gateway.errors import GatewayError
from gateway.federation.subjects.plan import Viewpoint
from schema.disclosure import Decision, PurposeCode, Standing
from schema.retention import protects

__all__ = ["CallersEyes", "SubjectId"]

SubjectId = Callable[[str, str], str]
"""Gives the gateway's own id of a subject: (``uscc`` or ``rid``, code) -> id."""

_KEPT = 4_096
_VIEWPOINTS: dict[tuple[int, str, bool, bool], Viewpoint] = {}
"""Every viewpoint there is, once: a few dozen, and a few more for each paper with a scope of its own."""


class CallersEyes:
    """What the asker of one question may see and find, holding what it holds now."""

    def __init__(self, question: Question, held: Held, subject_id: SubjectId) -> None:
        """Look as the question's caller does, for its purpose."""
        self._caller = question.caller
        self._purpose = question.purpose
        self._held = held
        self._subject_id = subject_id
        self._others = (
            None if held.own or held.claimed or held.cited else look_at(question.caller, "", held, question.purpose)
        )
        """The look at everybody, where it is the same at all."""
        self._seen_of_others = clearance(self._others.sight) if self._others else None

    @property
    def cites(self) -> bool:
        """Whether the question rests on papers that were cited."""
        return self._held.cited

    def viewpoint(self, kind: str, identifier: str) -> Viewpoint:
        """Give the viewpoint towards a subject: the same one for the same sight, since plans are kept by it."""
        seen = self._seen_of_others or clearance(self.look(kind, identifier).sight)
        expires = protects(kind, identifier)
        counts = may_read_query_count(self._caller, seen.standing).allowed
        place = (id(seen), kind, expires, counts)
        known = _VIEWPOINTS.get(place)
        if known is None or known.clearance is not seen:  # the id of a clearance that is gone may come again
            if len(_VIEWPOINTS) >= _KEPT:
                _VIEWPOINTS.clear()
            known = _VIEWPOINTS[place] = Viewpoint(seen, kind, expires, counts)
        return known

    def may_find(self, kind: str, identifier: str) -> bool:
        """Say whether the subject is there for the caller: a legal person is, for everybody (R15.8)."""
        return kind == "LEGAL_PERSON" or may_find_individual(self.look(kind, identifier)).allowed

    def refusal(self, kind: str, identifier: str) -> GatewayError | None:
        """Say why the papers cited do not reach a subject; it depends on how the subject is named alone."""
        return self.look(kind, identifier).refusal

    def unproved(self, kind: str, identifier: str) -> Decision | None:
        """Say which paper is missing where the token names this very individual; no other is told a word (R15.8)."""
        look = self.look(kind, identifier)
        claims = look.sight.requester is Requester.INDIVIDUAL_WITHOUT_DOCUMENT
        return may_find_individual(look) if claims else None

    def hindrance(self, kind: str, identifier: str) -> Decision | None:
        """Say why nothing at all is open of a subject as it is named; whether there is one does not matter (R15.8)."""
        look = self.look(kind, identifier)
        if look.refusal is not None:
            return beyond_papers(self._held)
        found = None if kind == "LEGAL_PERSON" else may_find_individual(look)
        return None if found is None or found.allowed else found

    def look(self, kind: str, identifier: str) -> Look:
        """Give the look at one subject; without an identifier, at somebody unknown."""
        if self._others is not None:
            return self._others
        prefix = "uscc" if kind == "LEGAL_PERSON" else "rid"
        subject_id = self._subject_id(prefix, identifier) if identifier else ""
        return look_at(self._caller, subject_id, self._held, self._purpose)

    def paper_on(self, subject_id: str) -> str | None:
        """Name the cited paper on which the look at a subject rests."""
        return look_at(self._caller, subject_id, self._held, self._purpose).paper

    def used_on(self, subject_id: str) -> str | None:
        """Name the cited paper that a look at a subject uses up: without a fitting purpose it opens nothing (R18.4)."""
        look = look_at(self._caller, subject_id, self._held, self._purpose)
        return look.paper if look.sight.purpose_fits else None

    def rests_on(self, subject_id: str, standing: Standing) -> str:
        """Name the paper on which the look at a subject rests: its own, or the one cited; empty where none does."""
        if standing is Standing.SELF:
            return next((paper for subject, paper in self._held.own_papers if subject == subject_id), "")
        return self.paper_on(subject_id) or ""

    def purposes(self) -> list[PurposeCode]:
        """Give the purposes that fit: those of the papers cited, else those of the organisation's duties.

        A letter, and the authorisation that a credit service cites, open nothing beyond the duties of who cites them.
        """
        held, of_duty = self._held, fitting_purposes(self._caller.organisation_kind)
        if not held.cited:
            return sorted(of_duty)
        of_letters = {code for letter in held.letters for code in letter.purposes} & of_duty
        authorised = {code for each in held.authorisations for code in each.purposes}
        return sorted(of_letters | (authorised & of_duty if held.recognised else authorised))
