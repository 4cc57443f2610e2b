"""The desk at which one caller reads, proposes and decides on held rows: `QuarantineDesk` (Art. 9; R9.4).

Who may is asked first, then what is wrong is told all at once, and only then a step is written. Each mutation is an
operation, and so an entry of the trail before its answer leaves.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement, false

from gateway.access.callers import Caller
from gateway.access.papers.archive import Place
from gateway.access.papers.desk import folded, reasoned
from gateway.access.papers.pages import page_info, read_cursor, read_first
from gateway.access.papers.problems import user_error
from gateway.access.papers.rows import Seals
from gateway.collection.quarantine import rights
from gateway.collection.quarantine.errors import NoSuchRow
from gateway.collection.quarantine.held import Held, Released, Said
from gateway.collection.quarantine.procedure import decided, proposed
from gateway.collection.quarantine.register import QuarantineRegister
from gateway.collection.quarantine.shown import show
from gateway.errors import ClientError
from gateway.store.tables import QUARANTINED
from schema.catalogue import RECORDS
from schema.quarantine import QuarantineConnection, QuarantineDecision, QuarantinedRow, QuarantineState
from schema.quarantine_desk import QuarantinePayload
from schema.reporting import Row, RowCode, field_named

__all__ = ["CallersQuarantine", "Confirmed", "Release"]

Release = Callable[[Released], Awaitable[str]]
"""Takes a released row in through intake, and gives what became of it (`schema.reporting.RowOutcome`)."""
Confirmed = Callable[[Held], Awaitable[None]]
"""Hears of a refused row whose agency did report what Art. 9 forbids: a candidate of Art. 25(2)."""

_AS_OF: Final = "sourceUpdatedAt"
_OF_ARTICLE_9: Final = frozenset({RowCode.SUSPECTED_PROHIBITED.value, RowCode.PROHIBITED_FIELD.value})


@dataclass(frozen=True, slots=True)
class CallersQuarantine:
    """The desk as one caller finds it at one moment."""

    register: QuarantineRegister
    keys: Seals
    release: Release
    confirmed: Confirmed
    caller: Caller
    now: float

    async def propose(self, row_id: str, decision: QuarantineDecision, reason: str) -> QuarantinePayload:
        """Propose what is to become of a row."""
        held = await self._held(row_id)
        rights.propose(self.caller)
        proposed(held.state, releasing=held.releasing)
        problems = reasoned(reason)
        if problems:
            return QuarantinePayload(quarantined=None, errors=[user_error(each) for each in problems])
        await self.register.propose(held, self._said(decision, reason))
        return await self._shown(held.id)

    async def decide(self, row_id: str, decision: QuarantineDecision, reason: str) -> QuarantinePayload:
        """Decide on a row: released, it is taken in like any other; either way it is deleted here.

        A release that breaks off is done again by deciding again: intake takes the same row in once.
        """
        held = await self._held(row_id)
        rights.decide(self.caller, held)
        wanted = None if held.proposal is None else held.proposal.decision
        to = decided(held.state, decision, wanted, releasing=held.releasing)
        problems = reasoned(reason)
        if problems:
            return QuarantinePayload(quarantined=None, errors=[user_error(each) for each in problems])
        outcome = None
        if to is QuarantineState.RELEASED:
            await self.register.begin_release(held, self._said(decision, reason))
            held = replace(held, releasing=True)
            outcome = await self._release(held)
        elif any(each.code in _OF_ARTICLE_9 for each in held.reasons):
            await self.confirmed(held)
        await self.register.decide(held, to, self._said(decision, reason), outcome)
        return await self._shown(held.id)

    async def _release(self, held: Held) -> str:
        try:
            return await self.release(_released(held))
        except ClientError:  # its agency may not report it any more: nothing was taken in
            await self.register.end_release(held)
            raise

    async def quarantined(self, row_id: str) -> QuarantinedRow | None:
        """Give a row, None where there is none that the caller may see."""
        held = None if self.caller.is_public else await self.register.one(row_id)
        return show(held, self.caller) if held is not None and rights.may_list(self.caller, held) else None

    async def quarantine(
        self, state: QuarantineState | None, provider: str | None, page: tuple[int, str | None]
    ) -> QuarantineConnection:
        """Give a page of rows: reviewers all, an agency's reporters its own.

        Raises:
            BadUserInput: the page cannot be read.

        """
        first, after = read_first(page[0]), read_cursor(page[1], self.caller.person, self.keys)
        where = self._visible()
        where += [] if state is None else [QUARANTINED.c.state == state.value]
        where += [] if provider is None else [QUARANTINED.c.provider == provider if provider.isprintable() else false()]
        found, more, total = await self.register.page(where, first, after)
        places = [Place(each.held_at, each.id) for each in found]
        return QuarantineConnection(
            nodes=[show(each, self.caller) for each in found],
            page_info=page_info(places, self.caller.person, self.keys, after=after is not None, more=more),
            total_count=total,
        )

    def _visible(self) -> list[ColumnElement[bool]]:
        if rights.is_reviewer(self.caller):
            return []
        own = rights.of_agency(self.caller)
        return [QUARANTINED.c.provider == self.caller.organisation if own else false()]

    async def _held(self, row_id: str) -> Held:
        """Give a row that the caller may know of.

        Raises:
            NoSuchRow: there is none for this caller.

        """
        held = None if self.caller.is_public else await self.register.one(row_id)
        if held is None or not rights.may_list(self.caller, held):
            raise NoSuchRow
        return held

    def _said(self, decision: QuarantineDecision, reason: str) -> Said:
        return Said(decision, self.caller.person, datetime.fromtimestamp(self.now, UTC), folded(reason))

    async def _shown(self, row_id: str) -> QuarantinePayload:
        held = await self._held(row_id)
        return QuarantinePayload(quarantined=show(held, self.caller), errors=[])


def _released(held: Held) -> Released:
    """Give the row as it came, as of when it came: what its agency has reported since is newer (R12.6)."""
    values = dict(held.values or {})
    definition = RECORDS.get(held.record_type)
    columns = () if definition is None else (field_named(definition, name) for name in values)
    if not any(column is not None and column.name == _AS_OF for column in columns):
        values[_AS_OF] = held.held_at.isoformat()
    row = Row(held.row, values, reviewed=True)
    return Released(held.provider, held.record_type, held.mode, held.officer, f"quarantine:{held.id}", row)
