"""The desk with grants besides: an agency proposes, the centre reviews, the supervisor approves (Art. 15(3); R15.5)."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false

from gateway.access.papers import rights
from gateway.access.papers.archive import Place, new_id
from gateway.access.papers.checks import Circumstances, check_grant
from gateway.access.papers.desk import PapersDesk, folded, reasoned
from gateway.access.papers.pages import page_info, read_cursor, read_first
from gateway.access.papers.paper import KeptGrant
from gateway.access.papers.problems import Problem, user_error
from gateway.access.papers.procedure import GRANT_BASIS, GrantStep, grant_step
from gateway.access.papers.reading import write_grant
from gateway.access.papers.shown import show_grant, state_of_grant
from gateway.access.papers.visible import grants_in_state, grants_of
from gateway.errors import PaperInvalid, Text
from gateway.store.tables import GRANT
from schema.desk import GrantPayload
from schema.papers import GrantConnection, GrantState, ReviewDecision
from schema.presented import GrantInput
from schema.steps import Step

__all__ = ["CallersDesk"]


@dataclass(frozen=True, slots=True)
class CallersDesk(PapersDesk):
    """All that one caller may do with papers and grants: `schema.desk.PaperDesk`."""

    async def propose_grant(self, given: GrantInput) -> GrantPayload:
        """Take a proposal in, or say all that is wrong with it (R15.5).

        Raises:
            Forbidden: this caller proposes no grant, or not for that agency.

        """
        rights.propose_grant(self.caller)
        written = write_grant(given, self.caller)
        problems = check_grant(given, Circumstances(self.caller, at_window=False, today=self.today, now=self.at))
        if problems:
            return _refused(problems)
        step = self._step(None, GrantState.PROPOSED, None)
        grant = KeptGrant(new_id(None), written, GrantState.PROPOSED, self.caller.person, self.at, steps=(step,))
        await self.archive.keep_grant(grant)
        return await self._shown_grant(grant.id)

    async def review_grant(self, grant_id: str, decision: ReviewDecision, reason: str) -> GrantPayload:
        """Review a proposal, for the centre; one that is refused is withdrawn."""
        grant = await self._grant(grant_id)
        rights.review_grant(self.caller, grant)
        accepts = decision is ReviewDecision.ACCEPT
        return await self._decide(grant, GrantStep.REVIEW if accepts else GrantStep.REFUSE_REVIEW, reason)

    async def approve_grant(self, grant_id: str, decision: ReviewDecision, reason: str) -> GrantPayload:
        """Approve what the centre has reviewed, for the supervisor; a grant that is refused is withdrawn."""
        grant = await self._grant(grant_id)
        rights.approve_grant(self.caller, grant)
        accepts = decision is ReviewDecision.ACCEPT
        return await self._decide(grant, GrantStep.APPROVE if accepts else GrantStep.REFUSE_APPROVAL, reason)

    async def withdraw_grant(self, grant_id: str, reason: str) -> GrantPayload:
        """End a grant; it counts from the next operation on."""
        grant = await self._grant(grant_id)
        rights.withdraw_grant(self.caller, grant)
        return await self._decide(grant, GrantStep.WITHDRAW, reason)

    async def grants(
        self, state: GrantState | None, agency: str | None, page: tuple[int, str | None]
    ) -> GrantConnection:
        """Give a page of grants: one's own organisation's, staff all.

        Raises:
            BadUserInput: the page cannot be read.

        """
        first, after = read_first(page[0]), read_cursor(page[1], self.caller.person, self.keys)
        where: list[ColumnElement[bool]] = list(grants_of(self.caller))
        if state is not None:
            where.append(grants_in_state(state, self.today))
        if agency is not None:
            where.append(GRANT.c.agency == agency if agency.isprintable() else false())
        found, more, total = await self.archive.page_of_grants(where, first, after)
        places = [Place(each.proposed_at, each.id) for each in found]
        return GrantConnection(
            nodes=[show_grant(each, self.today) for each in found],
            page_info=page_info(places, self.caller.person, self.keys, after=after is not None, more=more),
            total_count=total,
        )

    async def _decide(self, grant: KeptGrant, step: GrantStep, reason: str) -> GrantPayload:
        """Write one step with its reason."""
        to = grant_step(state_of_grant(grant, self.today), step)
        problems = reasoned(reason)
        if problems:
            return _refused(problems)
        reviewer = self.caller.person if step is GrantStep.REVIEW else None
        why = folded(reason)
        await self.archive.move_grant(grant, self._step(grant.decided, to, why), reviewed_by=reviewer)
        return await self._shown_grant(grant.id)

    async def _grant(self, grant_id: str) -> KeptGrant:
        """Give a grant that the caller may know of.

        Raises:
            PaperInvalid: there is none for this caller.

        """
        found = [] if self.caller.is_public else await self.archive.grants([grant_id])
        known = rights.is_staff(self.caller) or bool(found and found[0].written.agency == self.caller.organisation)
        if not found or not known:
            said = Text("there is no such grant for you", "没有您可办理的该授权")
            raise PaperInvalid(said, legal_basis=GRANT_BASIS)
        return found[0]

    async def _shown_grant(self, grant_id: str) -> GrantPayload:
        (kept,) = await self.archive.grants([grant_id])
        return GrantPayload(grant=show_grant(kept, self.today), errors=[])

    def _step(self, from_state: GrantState | None, to: GrantState, reason: str | None) -> Step:
        came_from = None if from_state is None else from_state.value
        caller = self.caller
        return Step(self.at, caller.person, caller.organisation, came_from, to.value, reason, GRANT_BASIS)


def _refused(problems: list[Problem]) -> GrantPayload:
    return GrantPayload(grant=None, errors=[user_error(each) for each in problems])
