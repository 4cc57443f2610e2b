"""The register of held rows in the centre's database: sealed when held, deleted when decided (Art. 9; R9.4)."""

import base64
import re
import secrets
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Any, Final, Protocol

import orjson
from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.access.papers.archive import Place
from gateway.access.papers.rows import Seals
from gateway.collection.quarantine.held import Held, Said
from gateway.errors import StateConflict, Text
from gateway.store.tables import QUARANTINE_REASON, QUARANTINED
from schema.quarantine import QuarantineDecision, QuarantineState
from schema.reporting import Row, RowProblem

__all__ = ["Centre", "Coming", "QuarantineRegister", "Waiting"]

_ID: Final = re.compile(r"Q-[A-Z2-7]{16}", re.ASCII)
_ID_BYTES: Final = 10


class Centre(Protocol):
    """How the centre's database is reached: a connection to read by, or a transaction."""

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Give a connection to read by."""
        ...

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Give a transaction, durable at the end of the block."""
        ...


class Coming(Protocol):
    """Where rows come from, as intake says it of a whole submission."""

    @property
    def submission_id(self) -> str:
        """The submission."""
        ...

    @property
    def provider(self) -> str:
        """The agency."""
        ...

    @property
    def record_type(self) -> str:
        """Of which type its records are."""
        ...

    @property
    def mode(self) -> str:
        """In which of the three ways it came."""
        ...

    @property
    def officer(self) -> str:
        """Who sent it."""
        ...

    @property
    def at(self) -> datetime:
        """When."""
        ...


class Waiting(Protocol):
    """A row that a person is to look at, and why."""

    @property
    def row(self) -> Row:
        """The row as it came."""
        ...

    @property
    def reasons(self) -> Sequence[RowProblem]:
        """Why."""
        ...


class QuarantineRegister:
    """Held rows, written and read."""

    def __init__(self, centre: Centre, seals: Seals) -> None:
        """Keep them in the *centre*'s database, sealed by the gateway's own key."""
        self._centre = centre
        self._seals = seals

    async def hold(self, connection: AsyncConnection, coming: Coming, rows: Sequence[Waiting]) -> None:
        """Keep rows in the transaction of their submission; a row that came with it before is held once."""
        numbered = {each.row.number: each for each in rows}
        known = select(QUARANTINED.c.row).where(
            QUARANTINED.c.submission_id == coming.submission_id, QUARANTINED.c.row.in_(list(numbered))
        )
        for number in (await connection.execute(known)).scalars():
            del numbered[number]
        if not numbered:
            return
        named = {_new_id(): each for each in numbered.values()}
        await connection.execute(insert(QUARANTINED), [self._row(own, coming, each) for own, each in named.items()])
        reasons = [_reason_row(own, n, why) for own, each in named.items() for n, why in enumerate(each.reasons)]
        if reasons:
            await connection.execute(insert(QUARANTINE_REASON), reasons)

    async def one(self, row_id: str) -> Held | None:
        """Give a row with what it says, as long as it is held.

        Raises:
            CollectionUnavailable: the database did not answer.

        """
        if _ID.fullmatch(row_id) is None:
            return None
        async with self._centre.reading() as connection:
            row = (await connection.execute(select(QUARANTINED).where(QUARANTINED.c.id == row_id))).one_or_none()
            if row is None:
                return None
            reasons = await _reasons(connection, [row_id])
        return _held(row, reasons[row_id], self._opened(row))

    async def propose(self, held: Held, said: Said) -> None:
        """Write a proposal, if nobody has decided meanwhile.

        Raises:
            StateConflict: somebody has; the error names the state.
            CollectionUnavailable: the database did not take it.

        """
        values = {"state": QuarantineState.PROPOSED.value, "proposal": said.decision.value}
        values |= {"proposed_by": said.person, "proposed_at": said.at, "proposed_for": said.reason}  # type: ignore[dict-item]  # an instant too
        async with self._centre.writing() as connection:
            await _move(connection, held, values)

    async def begin_release(self, held: Held, said: Said) -> None:
        """Write down that a row is being released, before it is: from now on nobody can refuse it.

        Raises:
            StateConflict: it is decided, or proposed anew; the error names the state.
            CollectionUnavailable: the database did not take it.

        """
        values = {"decided_by": said.person, "decided_at": said.at, "decided_for": said.reason}
        async with self._centre.writing() as connection:
            await _move(connection, held, values)

    async def end_release(self, held: Held) -> None:
        """Write down that a begun release took nothing in: the row may be refused again.

        Raises:
            StateConflict: it is decided by now.
            CollectionUnavailable: the database did not take it.

        """
        async with self._centre.writing() as connection:
            await _move(connection, held, {"decided_by": None, "decided_at": None, "decided_for": None})

    async def decide(self, held: Held, to: QuarantineState, said: Said, outcome: str | None) -> None:
        """Write a decision, and delete what the row said, in one transaction.

        Raises:
            StateConflict: another was faster; the error names the state.
            CollectionUnavailable: the database did not take it.

        """
        values = {"state": to.value, "sealed": None, "decided_by": said.person, "decided_at": said.at}
        async with self._centre.writing() as connection:
            await _move(connection, held, {**values, "decided_for": said.reason, "outcome": outcome})

    async def page(
        self, where: Sequence[ColumnElement[bool]], first: int, after: Place | None
    ) -> tuple[list[Held], bool, int]:
        """Give a page of rows, newest first and without what they say, whether there are more, how many in all.

        Raises:
            CollectionUnavailable: the database did not answer.

        """
        at, own = QUARANTINED.c.held_at, QUARANTINED.c.id
        beyond = [] if after is None else [or_(at < after.at, and_(at == after.at, own < after.id))]
        listed = select(QUARANTINED).where(*where, *beyond).order_by(at.desc(), own.desc()).limit(first + 1)
        async with self._centre.reading() as connection:
            rows = (await connection.execute(listed)).all()
            total = (await connection.execute(select(func.count(own)).where(*where))).scalar_one()
            reasons = await _reasons(connection, [row.id for row in rows])
        return [_held(row, reasons[row.id], None) for row in rows[:first]], len(rows) > first, total

    def _row(self, own_id: str, coming: Coming, waiting: Waiting) -> dict[str, Any]:
        plain = orjson.dumps(dict(waiting.row.values), default=_plain, option=orjson.OPT_NON_STR_KEYS)
        return {
            "id": own_id,
            "state": QuarantineState.WAITING.value,
            "provider": coming.provider,
            "record_type": coming.record_type,
            "mode": str(coming.mode),
            "submission_id": coming.submission_id,
            "row": waiting.row.number,
            "officer": coming.officer,
            "held_at": coming.at,
            "sealed": self._seals.seal(plain, _place(own_id)),
        }

    def _opened(self, row: Any) -> dict[str, object] | None:  # noqa: ANN401 (a row has no type)
        if row.sealed is None:
            return None
        values: dict[str, object] = orjson.loads(self._seals.open(bytes(row.sealed), _place(row.id)))
        return values


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _place(own_id: str) -> bytes:
    """Give what a sealed row is bound to."""
    return b"quarantine\x00" + own_id.encode()


def _new_id() -> str:
    return f"Q-{base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode()}"


def _reason_row(own_id: str, n: int, reason: RowProblem) -> dict[str, Any]:
    return {
        "of_id": own_id,
        "n": n,
        "column": reason.column,
        "code": str(reason.code),
        "english": reason.message.english,
        "chinese": reason.message.chinese,
        "article": reason.article,
    }


async def _reasons(connection: AsyncConnection, ids: Sequence[str]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    if ids:
        asked = select(QUARANTINE_REASON).where(QUARANTINE_REASON.c.of_id.in_(ids)).order_by(QUARANTINE_REASON.c.n)
        for row in (await connection.execute(asked)).all():
            found[row.of_id].append(row)
    return found


async def _move(connection: AsyncConnection, held: Held, values: dict[str, Any]) -> None:
    """Change a row that is still as it was read: in its state, its release not begun unless it was."""
    own, state = QUARANTINED.c.id == held.id, QUARANTINED.c.state
    still = [own, state == held.state.value, QUARANTINED.c.proposal.is_not_distinct_from(_proposal(held))]
    if not held.releasing:
        still.append(QUARANTINED.c.decided_by.is_(None))
    moved = await connection.execute(update(QUARANTINED).where(*still).values(values))
    if moved.rowcount != 1:
        found = (await connection.execute(select(state).where(own))).scalar_one()
        raise StateConflict(found, Text(f"it is {found} by now", f"当前状态已为 {found}"))


def _proposal(held: Held) -> str | None:
    return None if held.proposal is None else held.proposal.decision.value


def _held(row: Any, reasons: Sequence[Any], values: dict[str, object] | None) -> Held:  # noqa: ANN401 (rows have no type)
    return Held(
        id=row.id,
        state=QuarantineState(row.state),
        provider=row.provider,
        record_type=row.record_type,
        mode=row.mode,
        submission_id=row.submission_id,
        row=row.row,
        officer=row.officer,
        held_at=row.held_at,
        reasons=[
            RowProblem(row.row, each.column, each.code, Text(each.english, each.chinese), each.article)
            for each in reasons
        ],
        values=values,
        proposal=_said(row.proposal, row.proposed_by, row.proposed_at, row.proposed_for),
        decision=_said(_DECISIONS.get(row.state), row.decided_by, row.decided_at, row.decided_for),
        outcome=row.outcome,
        releasing=row.decided_by is not None and row.state not in _DECISIONS,
    )


_DECISIONS: Final = {
    QuarantineState.RELEASED.value: QuarantineDecision.RELEASE.value,
    QuarantineState.REFUSED.value: QuarantineDecision.REFUSE.value,
}


def _said(decision: str | None, person: str | None, at: datetime | None, reason: str | None) -> Said | None:
    if decision is None or person is None or at is None:
        return None
    return Said(QuarantineDecision(decision), person, at, reason or "")
