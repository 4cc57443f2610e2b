"""What a caller holds at the moment of a query, and each use of it: looked up anew for every operation (R18.5).

Nothing is remembered between operations, so that a revocation counts from the next one on, in every process.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

from sqlalchemy import CompoundSelect, Date, Executable, and_, bindparam, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.access.callers import Caller
from gateway.access.held import NOTHING_HELD, Grant, Held
from gateway.access.papers.archive import is_id
from gateway.access.papers.holding import Candidate, hold, needs_grants, no_longer, not_to_cite
from gateway.access.papers.paper import FOR_ONESELF
from gateway.access.papers.procedure import paper_state_at
from gateway.access.papers.rights import ORGANS
from gateway.access.papers.rows import read_purposes
from gateway.access.papers.scopes import read_scope
from gateway.errors import PapersUnavailable
from gateway.store.asking import DEADLINE_S, asked
from gateway.store.tables import GRANT, PAPER, PAPER_PERSON, PAPER_SUBJECT
from schema.days import day_of
from schema.disclosure import OrganizationKind
from schema.papers import GrantState, PaperKind, PaperState

__all__ = ["PaperRegister"]

MOST_CITED: Final = 20
"""Papers that one operation may cite; an operation rests on one or two."""


class SubjectIds(Protocol):
    """Names subjects."""

    def subject_id(self, kind_prefix: str, canonical: str) -> str:
        """Give the graph's id of a subject."""
        ...


class PaperRegister:
    """The register as the way of a question sees it: `gateway.access.held.Papers`."""

    def __init__(self, engine: AsyncEngine, keys: SubjectIds, deadline_s: float = DEADLINE_S) -> None:
        """Look papers up in the database of *engine*, within *deadline_s* seconds."""
        self._engine = engine
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")  # two statements that only read
        self._keys = keys
        self._deadline_s = deadline_s

    async def held(self, caller: Caller, cited: Sequence[str], now: float) -> Held:
        """Give what *caller* holds at the instant *now*, the *cited* papers among it (R18.5).

        Raises:
            PaperInvalid: a cited paper cannot be used by this caller today.
            PapersUnavailable: the database did not answer.

        """
        if caller.is_public or len(cited) > MOST_CITED:
            if cited:
                raise not_to_cite()
            return NOTHING_HELD
        if not cited and caller.organisation_kind in ORGANS:
            return NOTHING_HELD
        today = day_of(now)
        async with asked(PapersUnavailable, self._deadline_s), self._reading.connect() as connection:
            found = await _candidates(connection, caller, cited)
            grants = await _grants(connection, caller, today) if needs_grants(caller, cited) else ()
        return replace(hold(caller, cited, found, self._keys.subject_id, today), grants=grants)

    async def use(self, paper_id: str, subject_ids: Sequence[str], now: float) -> None:
        """Count one use of a paper for each of *subject_ids*; of two at once the last use is one's alone (R18.4).

        Raises:
            PaperInvalid: it was revoked meanwhile, has ended, or has no use left for one of them.
            PapersUnavailable: the database did not answer; nothing is counted.

        """
        ids = sorted(set(subject_ids))
        if not ids:
            return
        today = day_of(now)
        async with asked(PapersUnavailable, self._deadline_s), self._engine.connect() as connection:
            if await _count(connection, paper_id, ids, now):
                await connection.commit()
                return
            await connection.rollback()
            state = await _state(connection, paper_id, today)
        raise no_longer(PaperState.EXHAUSTED if state is PaperState.ACCEPTED else state)


def _wanted() -> CompoundSelect[Any]:
    """Name the papers that may matter, each way by its own index: one's own, the cited ones, the recognition."""
    own = [each.value for each in FOR_ONESELF]
    held = (
        select(PAPER.c.id)
        .join(PAPER_PERSON, PAPER_PERSON.c.paper_id == PAPER.c.id)
        .where(PAPER_PERSON.c.person == bindparam("person"), PAPER.c.kind.in_(own))
    )
    cited = select(PAPER.c.id).where(PAPER.c.id.in_(bindparam("cited", expanding=True)))
    recognition = select(PAPER.c.id).where(
        PAPER.c.organisation == bindparam("service"), PAPER.c.kind == PaperKind.RECOGNITION.value
    )
    return union(held, cited, recognition)


def _candidates_of() -> Executable:
    """Give the one statement by which papers are looked up: a row for each subject of each paper."""
    wanted = _wanted().subquery()
    mine = and_(PAPER_PERSON.c.paper_id == PAPER.c.id, PAPER_PERSON.c.person == bindparam("person"))
    return (
        select(
            PAPER.c.id,
            PAPER.c.kind,
            PAPER.c.state,
            PAPER.c.organisation,
            PAPER.c.valid_from,
            PAPER.c.valid_to,
            PAPER.c.purposes,
            PAPER.c.scope,
            PAPER.c.uses,
            PAPER.c.capacity,
            PAPER_SUBJECT.c.subject_id,
            PAPER_PERSON.c.person,
        )
        .join(wanted, wanted.c.id == PAPER.c.id)
        .outerjoin(PAPER_SUBJECT, PAPER_SUBJECT.c.paper_id == PAPER.c.id)
        .outerjoin(PAPER_PERSON, mine)
    )


_CANDIDATES: Final = _candidates_of()
_GRANTS: Final = (
    select(GRANT.c.id, GRANT.c.scope, GRANT.c.purposes)
    .where(
        GRANT.c.agency == bindparam("agency"),
        GRANT.c.state == GrantState.APPROVED.value,
        GRANT.c.valid_from <= bindparam("today", type_=Date),
        GRANT.c.valid_to >= bindparam("today", type_=Date),
    )
    .order_by(GRANT.c.id)
)


async def _candidates(connection: AsyncConnection, caller: Caller, cited: Sequence[str]) -> list[Candidate]:
    """Give every paper that may matter."""
    service = caller.organisation if caller.organisation_kind is OrganizationKind.CREDIT_SERVICE else None
    asked_for = {"person": caller.person, "cited": [each for each in cited if is_id(each)], "service": service}
    rows: defaultdict[str, list[Any]] = defaultdict(list)
    for row in (await connection.execute(_CANDIDATES, asked_for)).all():
        rows[row.id].append(row)
    return [_candidate(each) for each in rows.values()]


def _candidate(rows: Sequence[Any]) -> Candidate:
    """Make one paper of its rows, one for each subject."""
    first = rows[0]
    return Candidate(
        id=first.id,
        kind=PaperKind(first.kind),
        decided=PaperState(first.state),
        organisation=first.organisation,
        valid_from=first.valid_from,
        valid_to=first.valid_to,
        purposes=read_purposes(first.purposes),
        scope=None if first.scope is None else read_scope(first.scope),
        used_up=first.capacity is not None and first.uses >= first.capacity,
        subject_ids=frozenset(each.subject_id for each in rows if each.subject_id is not None),
        mine=first.person is not None,
    )


async def _grants(connection: AsyncConnection, caller: Caller, today: date) -> tuple[Grant, ...]:
    """Give the grants of the caller's organisation that are active (R15.5)."""
    rows = (await connection.execute(_GRANTS, {"agency": caller.organisation, "today": today})).all()
    return tuple(Grant(row.id, read_scope(row.scope), read_purposes(row.purposes)) for row in rows)


async def _count(connection: AsyncConnection, paper_id: str, ids: Sequence[str], now: float) -> bool:
    """Count the uses, the paper first: whoever else uses or revokes it waits until this is done."""
    lasting = or_(PAPER.c.valid_to.is_(None), PAPER.c.valid_to >= day_of(now))
    used_at = datetime.fromtimestamp(now, UTC)
    paper = await connection.execute(
        update(PAPER)
        .where(PAPER.c.id == paper_id, PAPER.c.state == PaperState.ACCEPTED.value, lasting)
        .values(uses=PAPER.c.uses + len(ids), used_at=used_at)
        .returning(PAPER.c.max_uses)
    )
    row = paper.one_or_none()
    if row is None:
        return False
    statement = update(PAPER_SUBJECT).where(PAPER_SUBJECT.c.paper_id == paper_id, PAPER_SUBJECT.c.subject_id.in_(ids))
    if row.max_uses is not None:
        statement = statement.where(PAPER_SUBJECT.c.uses < row.max_uses)
    counted = await connection.execute(statement.values(uses=PAPER_SUBJECT.c.uses + 1))
    return counted.rowcount == len(ids)


async def _state(connection: AsyncConnection, paper_id: str, today: date) -> PaperState:
    statement = select(PAPER.c.state, PAPER.c.valid_to, PAPER.c.uses, PAPER.c.capacity).where(PAPER.c.id == paper_id)
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise not_to_cite()
    used_up = row.capacity is not None and row.uses >= row.capacity
    return paper_state_at(PaperState(row.state), row.valid_to, today, used_up=used_up)
