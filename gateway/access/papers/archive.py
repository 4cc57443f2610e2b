"""The register of papers in the gateway's own database: kept whole, moved by one step, found page by page (Art. 18)."""

import base64
import re
import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Table, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.access.papers.paper import File, KeptGrant, KeptPaper
from gateway.access.papers.rows import (
    Parts,
    Seals,
    evidence_rows,
    grant_row,
    paper_row,
    person_rows,
    read_file,
    read_grant,
    read_paper,
    subject_rows,
)
from gateway.errors import PapersUnavailable, StateConflict, Text
from gateway.store.asking import DEADLINE_S, asked
from gateway.store.steps import read_step, step_row
from gateway.store.tables import EVIDENCE, GRANT, PAPER, PAPER_EVIDENCE, PAPER_PERSON, PAPER_STEP, PAPER_SUBJECT
from schema.papers import PaperKind
from schema.steps import Step

__all__ = ["Archive", "LetterKnown", "Place", "is_id", "new_id"]

_PREFIXES: Final = {
    PaperKind.IDENTITY_DOCUMENT: "ID",
    PaperKind.ENTITY_CERTIFICATE: "EC",
    PaperKind.AUTHORISATION: "AU",
    PaperKind.OFFICIAL_LETTER: "OL",
    PaperKind.COLLECTION_CONSENT: "CC",
    PaperKind.RECOGNITION: "RE",
}
_ID_BYTES: Final = 10
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class LetterKnown(Exception):
    """The organ has presented a letter of this number before."""


class Place(NamedTuple):
    """Where a page ended: the instant and the id of its last paper or grant."""

    at: datetime
    id: str


def new_id(kind: PaperKind | None) -> str:
    """Give a new id, of a grant where *kind* is None: short, opaque, and nobody guesses it."""
    prefix = "GR" if kind is None else _PREFIXES[kind]
    return f"{prefix}-{base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode()}"


def is_id(text: str) -> bool:
    """Say whether *text* can be an id of ours: for nothing else is a database asked.

    >>> is_id("AU-66NC7C3KNZHMEOV6"), is_id("x' OR 1=1 --")
    (True, False)
    """
    return _ID.fullmatch(text) is not None


class Archive:
    """Papers and grants, written and read."""

    def __init__(self, engine: AsyncEngine, seals: Seals, deadline_s: float = DEADLINE_S) -> None:
        """Keep them in the database of *engine*; each request has *deadline_s* seconds."""
        self._engine = engine
        self._seals = seals
        self._deadline_s = deadline_s

    # Papers

    async def keep(self, paper: KeptPaper) -> None:
        """Write a new paper with its first steps.

        Raises:
            LetterKnown: the organ's letter of that number is there.
            PapersUnavailable: the database did not take it.

        """
        try:
            async with asked(PapersUnavailable, self._deadline_s), self._engine.begin() as connection:
                await connection.execute(insert(PAPER).values(paper_row(paper, self._seals)))
                await _insert(connection, PAPER_SUBJECT, subject_rows(paper))
                await _insert(connection, PAPER_PERSON, person_rows(paper))
                await _insert(connection, PAPER_EVIDENCE, evidence_rows(paper))
                await _insert(connection, PAPER_STEP, _step_rows(paper.id, paper.steps))
        except IntegrityError as error:
            if paper.written.kind is PaperKind.OFFICIAL_LETTER:
                raise LetterKnown from error
            raise PapersUnavailable(str(error.orig)) from error

    async def papers(self, ids: Sequence[str]) -> list[KeptPaper]:
        """Give the papers with these ids, in their order; ids that there are not are left out.

        Raises:
            PapersUnavailable: the database did not answer.

        """
        ids = [each for each in ids if is_id(each)]
        if not ids:
            return []
        async with asked(PapersUnavailable, self._deadline_s), self._engine.connect() as connection:
            rows = (await connection.execute(select(PAPER).where(PAPER.c.id.in_(ids)))).all()
            subjects = await _of_papers(connection, PAPER_SUBJECT, ids, PAPER_SUBJECT.c.position)
            persons = await _of_papers(connection, PAPER_PERSON, ids, PAPER_PERSON.c.person)
            files = await self._files(connection, ids)
            steps = await _steps(connection, ids)
        found = {
            each.id: read_paper(
                each,
                Parts(subjects[each.id], [row.person for row in persons[each.id]], files[each.id], steps[each.id]),
                self._seals,
            )
            for each in rows
        }
        return [found[each] for each in ids if each in found]

    async def move(self, paper: KeptPaper, step: Step, *, reviewed_by: str | None = None) -> None:
        """Write one step of a paper, if it is still in the state from which the step leads.

        Raises:
            StateConflict: another was faster; the error names the state.
            PapersUnavailable: the database did not take it.

        """
        await self._move(PAPER, paper.id, paper.decided.value, step, reviewed_by)

    async def page(
        self, where: Sequence[ColumnElement[bool]], first: int, after: Place | None
    ) -> tuple[list[KeptPaper], bool, int]:
        """Give a page of papers, newest first, whether there are more, and how many there are in all.

        Raises:
            PapersUnavailable: the database did not answer.

        """
        ids, more, total = await self._ids(PAPER.c.presented_at, PAPER.c.id, where, (first, after))
        return await self.papers(ids), more, total

    # Grants

    async def keep_grant(self, grant: KeptGrant) -> None:
        """Write a new grant with its first steps.

        Raises:
            PapersUnavailable: the database did not take it.

        """
        try:
            async with asked(PapersUnavailable, self._deadline_s), self._engine.begin() as connection:
                await connection.execute(insert(GRANT).values(grant_row(grant)))
                await _insert(connection, PAPER_STEP, _step_rows(grant.id, grant.steps))
        except IntegrityError as error:
            raise PapersUnavailable(str(error.orig)) from error

    async def grants(self, ids: Sequence[str]) -> list[KeptGrant]:
        """Give the grants with these ids, in their order.

        Raises:
            PapersUnavailable: the database did not answer.

        """
        ids = [each for each in ids if is_id(each)]
        if not ids:
            return []
        async with asked(PapersUnavailable, self._deadline_s), self._engine.connect() as connection:
            rows = (await connection.execute(select(GRANT).where(GRANT.c.id.in_(ids)))).all()
            steps = await _steps(connection, ids)
        found = {row.id: read_grant(row, steps[row.id]) for row in rows}
        return [found[each] for each in ids if each in found]

    async def move_grant(self, grant: KeptGrant, step: Step, *, reviewed_by: str | None = None) -> None:
        """Write one step of a grant, if it is still in the state from which the step leads.

        Raises:
            StateConflict: another was faster; the error names the state.
            PapersUnavailable: the database did not take it.

        """
        await self._move(GRANT, grant.id, grant.decided.value, step, reviewed_by)

    async def page_of_grants(
        self, where: Sequence[ColumnElement[bool]], first: int, after: Place | None
    ) -> tuple[list[KeptGrant], bool, int]:
        """Give a page of grants, newest first, whether there are more, and how many there are in all.

        Raises:
            PapersUnavailable: the database did not answer.

        """
        ids, more, total = await self._ids(GRANT.c.proposed_at, GRANT.c.id, where, (first, after))
        return await self.grants(ids), more, total

    # How it is done

    async def _move(self, table: Table, own_id: str, state: str, step: Step, reviewed_by: str | None) -> None:
        changed = {"state": step.to_state} | ({} if reviewed_by is None else {"reviewed_by": reviewed_by})
        async with asked(PapersUnavailable, self._deadline_s), self._engine.begin() as connection:
            moved = await connection.execute(
                update(table).where(table.c.id == own_id, table.c.state == state).values(changed)
            )
            if moved.rowcount != 1:
                found = (await connection.execute(select(table.c.state).where(table.c.id == own_id))).scalar_one()
                raise StateConflict(found, Text(f"it is {found} by now", f"当前状态已为 {found}"))
            count = select(func.count()).select_from(PAPER_STEP).where(PAPER_STEP.c.of_id == own_id)
            n = (await connection.execute(count)).scalar_one()
            await connection.execute(insert(PAPER_STEP).values(step_row(own_id, n, step)))

    async def _ids(
        self,
        at: ColumnElement[datetime],
        own_id: ColumnElement[str],
        where: Sequence[ColumnElement[bool]],
        page: tuple[int, Place | None],
    ) -> tuple[list[str], bool, int]:
        first, after = page
        beyond = [] if after is None else [or_(at < after.at, and_(at == after.at, own_id < after.id))]
        statement = select(own_id).where(*where, *beyond).order_by(at.desc(), own_id.desc()).limit(first + 1)
        counted = select(func.count(own_id)).where(*where)
        async with asked(PapersUnavailable, self._deadline_s), self._engine.connect() as connection:
            ids = list((await connection.execute(statement)).scalars())
            total = (await connection.execute(counted)).scalar_one()
        return ids[:first], len(ids) > first, total

    async def _files(self, connection: AsyncConnection, ids: Sequence[str]) -> defaultdict[str, list[File]]:
        own = and_(EVIDENCE.c.digest == PAPER_EVIDENCE.c.digest, EVIDENCE.c.sent_by == PAPER_EVIDENCE.c.sent_by)
        statement = (
            select(PAPER_EVIDENCE.c.paper_id, EVIDENCE)
            .join(EVIDENCE, own)
            .where(PAPER_EVIDENCE.c.paper_id.in_(ids))
            .order_by(PAPER_EVIDENCE.c.position)
        )
        files: defaultdict[str, list[File]] = defaultdict(list)
        for row in (await connection.execute(statement)).all():
            files[row.paper_id].append(read_file(row, self._seals))
        return files


def _step_rows(of_id: str, steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [step_row(of_id, n, each) for n, each in enumerate(steps)]


async def _insert(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(table), rows)


async def _of_papers(
    connection: AsyncConnection, table: Table, ids: Sequence[str], order: ColumnElement[Any]
) -> defaultdict[str, list[Any]]:
    rows: defaultdict[str, list[Any]] = defaultdict(list)
    for row in (await connection.execute(select(table).where(table.c.paper_id.in_(ids)).order_by(order))).all():
        rows[row.paper_id].append(row)
    return rows


async def _steps(connection: AsyncConnection, ids: Sequence[str]) -> defaultdict[str, list[Step]]:
    steps: defaultdict[str, list[Step]] = defaultdict(list)
    statement = select(PAPER_STEP).where(PAPER_STEP.c.of_id.in_(ids)).order_by(PAPER_STEP.c.n)
    for row in (await connection.execute(statement)).all():
        steps[row.of_id].append(read_step(row))
    return steps
