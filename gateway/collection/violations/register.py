"""The register of cases in the gateway's own database: opened once, moved by one step, found page by page (Art. 25)."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.access.papers.archive import Place
from gateway.collection.violations.case import Case, Evidence, Found, Step
from gateway.collection.violations.errors import CasesUnavailable
from gateway.errors import StateConflict, Text
from gateway.store.asking import DEADLINE_S, asked
from gateway.store.tables import VIOLATION, VIOLATION_EVIDENCE, VIOLATION_STEP
from schema.violations import ViolationKind, ViolationState

__all__ = ["CaseRegister"]

_ID: Final = re.compile(r"[A-Z0-9-]{1,32}", re.ASCII)
_TRIES: Final = 3
"""Two may open a case of one matter at once: the slower one joins it."""


class CaseRegister:
    """Cases, written and read."""

    def __init__(self, engine: AsyncEngine, deadline_s: float = DEADLINE_S) -> None:
        """Keep them in the database of *engine*; each request has *deadline_s* seconds."""
        self._engine = engine
        self._deadline_s = deadline_s

    async def known(self, kind: ViolationKind, agency: str, evidence: Evidence) -> str | None:
        """Give the case to which the same evidence was put before, whatever became of it.

        Raises:
            CasesUnavailable: the database did not answer.

        """
        same = and_(
            VIOLATION_EVIDENCE.c.source == evidence.source, VIOLATION_EVIDENCE.c.reference == evidence.reference
        )
        of = and_(VIOLATION.c.kind == kind.value, VIOLATION.c.agency == agency)
        statement = (
            select(VIOLATION.c.id)
            .join(VIOLATION_EVIDENCE, VIOLATION.c.id == VIOLATION_EVIDENCE.c.case_id)
            .where(same, of)
            .order_by(VIOLATION.c.opened_at.desc())
            .limit(1)
        )
        async with asked(CasesUnavailable, self._deadline_s), self._engine.connect() as connection:
            return (await connection.execute(statement)).scalar()

    async def put(self, case: Case) -> str:
        """Open a case with its evidence, or put the evidence to the one that is open in the matter; give its id.

        Raises:
            CasesUnavailable: the database did not take it.

        """
        for _ in range(_TRIES):
            try:
                async with asked(CasesUnavailable, self._deadline_s), self._engine.begin() as connection:
                    return await _put(connection, case)
            except IntegrityError:  # another was faster: look again
                continue
        message = "the case could not be opened: others open the same matter again and again"
        raise CasesUnavailable(message)

    async def cases(self, ids: Sequence[str]) -> list[Case]:
        """Give the cases with these ids, in their order; ids that there are not are left out.

        Raises:
            CasesUnavailable: the database did not answer.

        """
        ids = [each for each in ids if _ID.fullmatch(each)]
        if not ids:
            return []
        async with asked(CasesUnavailable, self._deadline_s), self._engine.connect() as connection:
            rows = (await connection.execute(select(VIOLATION).where(VIOLATION.c.id.in_(ids)))).all()
            evidence = await _evidence(connection, ids)
            steps = await _steps(connection, ids)
        found = {row.id: _case(row, evidence[row.id], steps[row.id]) for row in rows}
        return [found[each] for each in ids if each in found]

    async def move(self, case: Case, step: Step) -> None:
        """Write one step of a case, if it is still in the state from which the step leads.

        Raises:
            StateConflict: another was faster; the error names the state.
            CasesUnavailable: the database did not take it.

        """
        own, state = VIOLATION.c.id == case.id, VIOLATION.c.state
        moving = update(VIOLATION).where(own, state == case.state.value).values(state=step.to_state.value)
        async with asked(CasesUnavailable, self._deadline_s), self._engine.begin() as connection:
            if (await connection.execute(moving)).rowcount != 1:
                found = (await connection.execute(select(state).where(own))).scalar_one()
                raise StateConflict(found, Text(f"it is {found} by now", f"当前状态已为 {found}"))
            count = select(func.count()).select_from(VIOLATION_STEP).where(VIOLATION_STEP.c.case_id == case.id)
            n = (await connection.execute(count)).scalar_one()
            await connection.execute(insert(VIOLATION_STEP).values(_step_row(case.id, n, step)))

    async def page(
        self, where: Sequence[ColumnElement[bool]], first: int, after: Place | None
    ) -> tuple[list[Case], bool, int]:
        """Give a page of cases, newest first, whether there are more, and how many there are in all.

        Raises:
            CasesUnavailable: the database did not answer.

        """
        at, own = VIOLATION.c.opened_at, VIOLATION.c.id
        beyond = [] if after is None else [or_(at < after.at, and_(at == after.at, own < after.id))]
        listed = select(own).where(*where, *beyond).order_by(at.desc(), own.desc()).limit(first + 1)
        counted = select(func.count(own)).where(*where)
        async with asked(CasesUnavailable, self._deadline_s), self._engine.connect() as connection:
            ids = list((await connection.execute(listed)).scalars())
            total = (await connection.execute(counted)).scalar_one()
        return await self.cases(ids[:first]), len(ids) > first, total


async def _put(connection: AsyncConnection, case: Case) -> str:
    of = (VIOLATION.c.kind == case.kind.value, VIOLATION.c.agency == case.agency, VIOLATION.c.matter == case.matter)
    is_open = VIOLATION.c.state == ViolationState.OPEN.value
    case_id = (await connection.execute(select(VIOLATION.c.id).where(*of, is_open))).scalar()
    if case_id is None:
        case_id = case.id
        row = {"id": case.id, "kind": case.kind.value, "agency": case.agency, "matter": case.matter}
        row |= {"state": case.state.value, "opened_by": case.opened_by}
        await connection.execute(insert(VIOLATION).values({**row, "opened_at": case.opened_at}))
        for n, step in enumerate(case.steps):
            await connection.execute(insert(VIOLATION_STEP).values(_step_row(case.id, n, step)))
    for found in case.evidence:
        await _put_evidence(connection, case_id, found)
    return case_id


async def _put_evidence(connection: AsyncConnection, case_id: str, found: Found) -> None:
    told, table = found.evidence, VIOLATION_EVIDENCE.c
    same = (table.case_id == case_id, table.source == told.source, table.reference == told.reference)
    if (await connection.execute(select(table.case_id).where(*same))).scalar() is not None:
        return
    row = {"case_id": case_id, "source": told.source, "reference": told.reference, "found_at": found.at}
    row |= {"english": told.said.english, "chinese": told.said.chinese, "rule": told.rule}
    await connection.execute(insert(VIOLATION_EVIDENCE).values(row))


async def _evidence(connection: AsyncConnection, ids: Sequence[str]) -> defaultdict[str, list[Found]]:
    table = VIOLATION_EVIDENCE.c
    statement = select(VIOLATION_EVIDENCE).where(table.case_id.in_(ids)).order_by(table.found_at, table.reference)
    found: defaultdict[str, list[Found]] = defaultdict(list)
    for row in (await connection.execute(statement)).all():
        told = Evidence(row.source, row.reference, Text(row.english, row.chinese), rule=row.rule)
        found[row.case_id].append(Found(told, row.found_at))
    return found


async def _steps(connection: AsyncConnection, ids: Sequence[str]) -> defaultdict[str, list[Step]]:
    statement = select(VIOLATION_STEP).where(VIOLATION_STEP.c.case_id.in_(ids)).order_by(VIOLATION_STEP.c.n)
    steps: defaultdict[str, list[Step]] = defaultdict(list)
    for row in (await connection.execute(statement)).all():
        came_from = None if row.from_state is None else ViolationState(row.from_state)
        to = ViolationState(row.to_state)
        steps[row.case_id].append(
            Step(row.at, row.actor, row.organisation, came_from, to, row.reason, row.document),
        )
    return steps


def _case(row: Any, evidence: Sequence[Found], steps: Sequence[Step]) -> Case:  # noqa: ANN401 (a row has no type)
    kind, state = ViolationKind(row.kind), ViolationState(row.state)
    return Case(row.id, kind, row.agency, row.matter, state, row.opened_by, row.opened_at, evidence, steps)


def _step_row(case_id: str, n: int, step: Step) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "n": n,
        "at": step.at,
        "actor": step.actor,
        "organisation": step.organisation,
        "from_state": None if step.from_state is None else step.from_state.value,
        "to_state": step.to_state.value,
        "reason": step.reason,
        "document": step.document,
    }


def opened(  # noqa: PLR0913, PLR0917 (all that a case begins with)
    case_id: str, kind: ViolationKind, agency: str, evidence: Evidence, actor: tuple[str, str | None], at: datetime
) -> Case:
    """Give a case that is to be opened, with its first evidence and its first step."""
    person, organisation = actor
    step = Step(at, person, organisation, None, ViolationState.OPEN, evidence.said.chinese)
    matter = evidence.matter or f"{evidence.source}:{evidence.reference}"
    return Case(case_id, kind, agency, matter, ViolationState.OPEN, person, at, (Found(evidence, at),), (step,))
