"""The register of obligations: written ahead, reckoned anew, met; each change with its step (Art. 12, 13).

Every method works in the transaction of its connection, and changes a row only while it is in the state that was read.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.collection.obligations.obligation import DueDate, KeptObligation
from gateway.collection.obligations.procedure import OPEN
from gateway.collection.obligations.rows import obligation_row, read_obligation
from gateway.collection.obligations.settling import Met
from gateway.store.steps import read_step, step_row
from gateway.store.tables import OBLIGATION, OBLIGATION_STEP
from schema.obligations import ObligationKind, ObligationState
from schema.steps import Step

__all__ = ["Register", "add_steps"]

_C: Final = OBLIGATION.c
_SLACK: Final = timedelta(days=1)
"""A receipt that names its period may come on the period's last day, before it opens."""
_A_TIME: Final = 200
_OPEN: Final = tuple(each.value for each in OPEN)
_UNDECIDED: Final = ObligationState.PLANNED.value


class Register:
    """Obligations in the gateway's database."""

    # What is written ahead

    @staticmethod
    async def written_to(connection: AsyncConnection) -> dict[tuple[str, str, str], date]:
        """Give, by agency, record type and kind, the last day for which a duty is written down."""
        asked = (
            select(_C.agency, _C.record_type, _C.kind, func.max(_C.period_to).label("last"))
            .where(_C.kind != ObligationKind.DECISION.value, _C.decided != ObligationState.WITHDRAWN.value)
            .group_by(_C.agency, _C.record_type, _C.kind)
        )
        rows = (await connection.execute(asked)).all()
        return {(row.agency, row.record_type, row.kind): row.last for row in rows}

    @staticmethod
    async def add(connection: AsyncConnection, obligations: Sequence[KeptObligation]) -> int:
        """Write obligations down, those that are there already left as they are; give how many are new."""
        added = 0
        for start in range(0, len(obligations), _A_TIME):
            rows = [obligation_row(each) for each in obligations[start : start + _A_TIME]]
            ids = [row["id"] for row in rows]
            there = set((await connection.execute(select(_C.id).where(_C.id.in_(ids)))).scalars())
            new = [row for row in rows if row["id"] not in there]
            if new:
                dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
                await connection.execute(dialect.insert(OBLIGATION).on_conflict_do_nothing(), new)
            added += len(new)
        return added

    @staticmethod
    async def withdrawn(connection: AsyncConnection, ids: Sequence[str]) -> list[KeptObligation]:
        """Give those of these obligations that were withdrawn."""
        found: list[KeptObligation] = []
        for start in range(0, len(ids), _A_TIME):
            chunk = ids[start : start + _A_TIME]
            asked = select(OBLIGATION).where(_C.id.in_(chunk), _C.decided == ObligationState.WITHDRAWN.value)
            found += [read_obligation(row) for row in (await connection.execute(asked)).all()]
        return found

    @staticmethod
    async def criticised(connection: AsyncConnection, before: datetime, most: int) -> list[KeptObligation]:
        """Give what is unmet still though it was criticised before an instant: the first item of Art. 25."""
        steps = OBLIGATION_STEP.c
        at = select(steps.of_id).where(steps.to_state == ObligationState.CRITICISED.value, steps.at < before)
        unmet = (_C.decided == ObligationState.CRITICISED.value, _C.met_at.is_(None), _C.id.in_(at))
        asked = select(OBLIGATION).where(*unmet).order_by(_C.due_at, _C.id).limit(most)
        return [read_obligation(row) for row in (await connection.execute(asked)).all()]

    @staticmethod
    async def not_begun(connection: AsyncConnection, now: datetime) -> list[KeptObligation]:
        """Give what is planned and not due yet."""
        asked = select(OBLIGATION).where(
            _C.decided == _UNDECIDED, _C.opens_at > now, _C.kind != ObligationKind.DECISION.value
        )
        return [read_obligation(row) for row in (await connection.execute(asked)).all()]

    # What changes

    @staticmethod
    async def of_older_calendar(connection: AsyncConnection, version: int, most: int) -> list[KeptObligation]:
        """Give open obligations whose day was reckoned by an older calendar, up to so many."""
        asked = (
            select(OBLIGATION)
            .where(_C.calendar_version < version, _C.decided.in_(_OPEN), _C.kind == ObligationKind.PERIODIC.value)
            .order_by(_C.id)
            .limit(most)
        )
        return [read_obligation(row) for row in (await connection.execute(asked)).all()]

    @staticmethod
    async def reckon_anew(
        connection: AsyncConnection, reckoned: Sequence[tuple[KeptObligation, DueDate, datetime]]
    ) -> None:
        """Write down the days by the newer calendar."""
        if not reckoned:
            return
        changed = (
            update(OBLIGATION)
            .where(_C.id == bindparam("of"), _C.calendar_version == bindparam("old"))
            .values(
                due_on=bindparam("on"),
                due_at=bindparam("at"),
                due_status=bindparam("status"),
                calendar_version=bindparam("version"),
            )
        )
        rows = [
            {
                "of": each.id,
                "old": each.due.version,
                "on": due.on,
                "at": at,
                "status": due.status.value,
                "version": due.version,
            }
            for each, due, at in reckoned
        ]
        await connection.execute(changed, rows)

    @staticmethod
    async def waiting(
        connection: AsyncConnection, now: datetime, among: Collection[tuple[str, str]] | None = None
    ) -> dict[tuple[str, str], list[KeptObligation]]:
        """Give what could be met by a receipt by now, by agency and record type, the eldest first; at least *among*."""
        where = [_C.decided.in_(_OPEN), _C.opens_at <= now + _SLACK]
        if among is not None:
            where.append(_C.agency.in_(sorted({agency for agency, _ in among})))
            where.append(_C.record_type.in_(sorted({record_type for _, record_type in among})))
        asked = select(OBLIGATION).where(*where).order_by(_C.opens_at, _C.id)
        found: defaultdict[tuple[str, str], list[KeptObligation]] = defaultdict(list)
        for row in (await connection.execute(asked)).all():
            found[row.agency, row.record_type].append(read_obligation(row))
        return dict(found)

    @staticmethod
    async def meet(connection: AsyncConnection, met: Iterable[Met]) -> list[Met]:
        """Write down what was met, and give what was not so already."""
        done = []
        for each in met:
            changed = (
                update(OBLIGATION)
                .where(_C.id == each.obligation.id, _C.decided == each.obligation.decided.value)
                .values(decided=each.after.value, met_at=each.receipt.received_at, submission=each.receipt.id)
            )
            if (await connection.execute(changed)).rowcount:
                done.append(each)
        return done

    @staticmethod
    async def decide(
        connection: AsyncConnection, ids: Sequence[str], before: ObligationState, after: ObligationState, **more: str
    ) -> list[str]:
        """Decide obligations that are in a state still, and give those."""
        changed = (
            update(OBLIGATION)
            .where(_C.id.in_(ids), _C.decided == before.value)
            .values(decided=after.value, **more)
            .returning(_C.id)
        )
        return sorted((await connection.execute(changed)).scalars())

    # What is to be reminded

    @staticmethod
    async def to_remind(
        connection: AsyncConnection, now: datetime, most: int, beside: Sequence[str] = ()
    ) -> list[KeptObligation]:
        """Give what is overdue for sure and in no reminder yet, the eldest first, *beside* some agencies' (R13.2)."""
        asked = (
            select(OBLIGATION)
            .where(
                _C.decided == _UNDECIDED,
                _C.due_at <= now,
                _C.due_status == "CONFIRMED",
                _C.reminder.is_(None),
                _C.agency.not_in(beside),
            )
            .order_by(_C.due_at, _C.id)
            .limit(most)
        )
        return [read_obligation(row) for row in (await connection.execute(asked)).all()]

    @staticmethod
    async def put_into(connection: AsyncConnection, reminder: str, ids: Sequence[str]) -> None:
        """Put obligations into a drafted reminder."""
        for start in range(0, len(ids), _A_TIME):
            chosen = and_(_C.id.in_(ids[start : start + _A_TIME]), _C.reminder.is_(None))
            await connection.execute(update(OBLIGATION).where(chosen).values(reminder=reminder))

    @staticmethod
    async def take_out(connection: AsyncConnection, drafts: Sequence[str], now: datetime) -> None:
        """Take out of drafts what is not overdue for sure any more: it was met, or its day was moved."""
        if not drafts:
            return
        not_so = or_(_C.decided != _UNDECIDED, _C.due_at > now, _C.due_status != "CONFIRMED")
        await connection.execute(update(OBLIGATION).where(_C.reminder.in_(drafts), not_so).values(reminder=None))

    @staticmethod
    async def let_go(connection: AsyncConnection, reminder: str) -> None:
        """Take everything out of a draft that was given up; it may be drafted anew."""
        await connection.execute(update(OBLIGATION).where(_C.reminder == reminder).values(reminder=None))

    # Questions

    @staticmethod
    async def some(
        connection: AsyncConnection, where: Sequence[ColumnElement[bool]], most: int | None = None
    ) -> list[KeptObligation]:
        """Give obligations of which something holds, the first due first."""
        asked = select(OBLIGATION).where(*where).order_by(_C.due_at, _C.id).limit(most)
        return [read_obligation(row) for row in (await connection.execute(asked)).all()]

    @staticmethod
    async def counted(connection: AsyncConnection, where: Sequence[ColumnElement[bool]]) -> int:
        """Count them."""
        return int((await connection.execute(select(func.count(_C.id)).where(*where))).scalar_one())

    @staticmethod
    async def steps(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, list[Step]]:
        """Give the steps of obligations, reminders and reports, each in order."""
        found: defaultdict[str, list[Step]] = defaultdict(list)
        for start in range(0, len(ids), _A_TIME):
            chosen = OBLIGATION_STEP.c.of_id.in_(ids[start : start + _A_TIME])
            asked = select(OBLIGATION_STEP).where(chosen).order_by(OBLIGATION_STEP.c.n)
            for row in (await connection.execute(asked)).all():
                found[row.of_id].append(read_step(row))
        return dict(found)


async def add_steps(connection: AsyncConnection, steps: Mapping[str, Step]) -> None:
    """Add one step to each of several things, behind those that they have."""
    ids = sorted(steps)
    for start in range(0, len(ids), _A_TIME):
        chunk = ids[start : start + _A_TIME]
        columns = OBLIGATION_STEP.c
        asked = select(columns.of_id, func.count().label("n")).where(columns.of_id.in_(chunk)).group_by(columns.of_id)
        there = {row.of_id: row.n for row in (await connection.execute(asked)).all()}
        rows = [step_row(each, there.get(each, 0), steps[each]) for each in chunk]
        await connection.execute(insert(OBLIGATION_STEP), rows)
