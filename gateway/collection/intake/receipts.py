"""Receipts: every submission with what came of it, durable from its first row on (Art. 11, 12; R11.2)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.collection.intake.statements import inserting
from gateway.collection.intake.submission import BROKEN_OFF, COUNTED, Receipt, Submission
from gateway.errors import Text
from gateway.store.tables import RECORD_VERSION, SUBMISSION, SUBMISSION_CHUNK, SUBMISSION_PROBLEM
from schema.catalogue import VERSION
from schema.reporting import RowCode, RowOutcome, RowProblem
from schema.terms import SubmissionMode

__all__ = ["MOST_PROBLEMS", "Receipts", "Wanted"]

MOST_PROBLEMS: Final = 50_000
"""Problems of one submission that are kept; the receipt counts all."""

MOST_COLUMNS: Final = 100
"""Columns that one submission is told of as forbidden."""


class Wanted(NamedTuple):
    """Which submissions are wanted; None: whichever."""

    provider: str | None = None
    record_type: str | None = None
    mode: SubmissionMode | None = None
    unfinished_at: datetime | None = None
    """Those alone that are unfinished at an instant."""


class Receipts:
    """The submissions as they stand in the database; each method works in the transaction of its connection."""

    @staticmethod
    async def begin(
        connection: AsyncConnection, submission: Submission, day: str, at: datetime
    ) -> tuple[Receipt, bool]:
        """Give the submission's receipt as far as it is, and whether it begins now: it never came before."""
        row = {
            "id": submission.id_on(day),
            "identity": submission.identity,
            "provider": submission.provider,
            "record_type": submission.record_type,
            "mode": submission.mode.value,
            "period": submission.period,
            "all_or_nothing": submission.all_or_nothing,
            "state": "RUNNING",
            "digest": submission.digest,
            "rows": 0,
            **{each.value.lower(): 0 for each in COUNTED},
            "problems": 0,
            "officer": submission.officer,
            "organisation": submission.provider,
            "catalogue_version": VERSION,
            "begun_at": at,
            "received_at": None,
        }
        begun = inserting(connection, SUBMISSION).values(row).on_conflict_do_nothing().returning(SUBMISSION.c.id)
        anew = (await connection.execute(begun)).first() is not None
        asked = select(SUBMISSION).where(SUBMISSION.c.identity == submission.identity)
        return _receipt((await connection.execute(asked)).one()), anew

    @staticmethod
    async def hold(connection: AsyncConnection, submission_id: str) -> int:
        """Give how many rows of a submission are in, and let nobody else add to it until the transaction ends."""
        columns = SUBMISSION.c
        held = update(SUBMISSION).where(columns.id == submission_id).values(rows=columns.rows).returning(columns.rows)
        return int((await connection.execute(held)).scalar_one())

    @staticmethod
    async def add(
        connection: AsyncConnection,
        submission_id: str,
        outcomes: Sequence[RowOutcome],
        problems: Sequence[RowProblem],
        *,
        told: bool,
    ) -> None:
        """Add a chunk of rows with what came of them; *told* says that no cache knows anything of them."""
        counts = Counter(outcomes)
        columns = SUBMISSION.c
        added = {each.value.lower(): columns[each.value.lower()] + counts[each] for each in COUNTED}
        changed = (
            update(SUBMISSION)
            .where(columns.id == submission_id)
            .values(rows=columns.rows + len(outcomes), problems=columns.problems + len(problems), **added)
            .returning(columns.problems)
        )
        found = int((await connection.execute(changed)).scalar_one())
        await _keep(connection, submission_id, problems, found - len(problems))
        chunks = select(func.count()).where(SUBMISSION_CHUNK.c.submission_id == submission_id)
        n = int((await connection.execute(chunks)).scalar_one())
        chunk = {"submission_id": submission_id, "n": n, "rows": len(outcomes), "told": told}
        await connection.execute(SUBMISSION_CHUNK.insert(), [chunk])

    @staticmethod
    async def untold(connection: AsyncConnection, submission_id: str) -> list[str]:
        """Give the subjects whose caches may not know of a submission's rows yet."""
        chunk = SUBMISSION_CHUNK.c
        waiting = select(chunk.n).where(chunk.submission_id == submission_id, chunk.told.is_(False)).limit(1)
        if (await connection.execute(waiting)).first() is None:
            return []
        version = RECORD_VERSION.c
        asked = select(version.subject_id).where(version.submission_id == submission_id).distinct()
        return list((await connection.execute(asked)).scalars())

    @staticmethod
    async def tell(connection: AsyncConnection, submission_id: str) -> None:
        """Note that the caches know of all that is in."""
        chunk = SUBMISSION_CHUNK.c
        told = update(SUBMISSION_CHUNK).where(chunk.submission_id == submission_id, chunk.told.is_(False))
        await connection.execute(told.values(told=True))

    @staticmethod
    async def finish(connection: AsyncConnection, submission_id: str, at: datetime) -> Receipt:
        """Give the receipt: all rows are in."""
        columns = SUBMISSION.c
        running = and_(columns.id == submission_id, columns.state == "RUNNING")
        await connection.execute(update(SUBMISSION).where(running).values(state="DONE", received_at=at))
        asked = select(SUBMISSION).where(columns.id == submission_id)
        return _receipt((await connection.execute(asked)).one())

    @staticmethod
    async def refuse(
        connection: AsyncConnection,
        submission_id: str,
        outcomes: Sequence[RowOutcome],
        problems: Sequence[RowProblem],
        at: datetime,
    ) -> Receipt:
        """Give the receipt of a submission of which all or nothing was to be taken, and nothing was."""
        columns = SUBMISSION.c
        bad = sum(each in (RowOutcome.REFUSED, RowOutcome.QUARANTINED) for each in outcomes)
        changed = (
            update(SUBMISSION)
            .where(columns.id == submission_id, columns.state == "RUNNING")
            .values(state="REFUSED", rows=len(outcomes), refused=bad, problems=len(problems), received_at=at)
        )
        if (await connection.execute(changed)).rowcount:
            await _keep(connection, submission_id, problems, 0)
        asked = select(SUBMISSION).where(columns.id == submission_id)
        return _receipt((await connection.execute(asked)).one())

    # Questions

    @staticmethod
    async def one(connection: AsyncConnection, submission_id: str) -> Receipt | None:
        """Give a receipt by its id, None where there is none."""
        if not submission_id.isprintable():
            return None
        asked = select(SUBMISSION).where(SUBMISSION.c.id == submission_id)
        row = (await connection.execute(asked)).one_or_none()
        return None if row is None else _receipt(row)

    @staticmethod
    async def page(
        connection: AsyncConnection, wanted: Wanted, first: int, after: tuple[datetime, str] | None
    ) -> list[Receipt]:
        """Give *first* receipts, newest first, behind the place *after* (when it was begun, its id)."""
        if not all(each.isprintable() for each in (wanted.provider or "", after[1] if after else "")):
            return []
        columns = SUBMISSION.c
        where: list[ColumnElement[bool]] = []
        if wanted.provider is not None:
            where.append(columns.provider == wanted.provider)
        if wanted.record_type is not None:
            where.append(columns.record_type == wanted.record_type)
        if wanted.mode is not None:
            where.append(columns.mode == wanted.mode.value)
        if wanted.unfinished_at is not None:
            where += [columns.state == "RUNNING", columns.mode != SubmissionMode.SYSTEM.value]
            where.append(columns.begun_at <= wanted.unfinished_at - BROKEN_OFF)
        if after is not None:
            at, last = after
            where.append(or_(columns.begun_at < at, and_(columns.begun_at == at, columns.id < last)))
        asked = select(SUBMISSION).where(*where).order_by(columns.begun_at.desc(), columns.id.desc()).limit(first)
        return [_receipt(row) for row in (await connection.execute(asked)).all()]

    @staticmethod
    async def problems(connection: AsyncConnection, submission_id: str, first: int, after: int) -> list[RowProblem]:
        """Give *first* problems of a submission, in the order found, behind the *after*-th."""
        columns = SUBMISSION_PROBLEM.c
        asked = (
            select(SUBMISSION_PROBLEM)
            .where(columns.submission_id == submission_id, columns.n >= after)
            .order_by(columns.n)
            .limit(first)
        )
        return [
            RowProblem(row.row, row.column, row.code, Text(row.english, row.chinese), row.article, row.warning)
            for row in (await connection.execute(asked)).all()
        ]

    @staticmethod
    async def prohibited(connection: AsyncConnection, submission_id: str) -> list[RowProblem]:
        """Give by which columns rows of a submission were refused under Art. 9, each column once (R9.3)."""
        columns = SUBMISSION_PROBLEM.c
        asked = (
            select(func.min(columns.row).label("row"), columns.column, columns.article)
            .where(
                columns.submission_id == submission_id,
                columns.code == RowCode.PROHIBITED_FIELD.value,
                columns.warning.is_(False),
            )
            .group_by(columns.column, columns.article)
            .order_by(func.min(columns.n))
            .limit(MOST_COLUMNS)
        )
        return [
            RowProblem(row.row, row.column, RowCode.PROHIBITED_FIELD, Text("", ""), row.article)
            for row in (await connection.execute(asked)).all()
        ]

    @staticmethod
    async def received(
        connection: AsyncConnection, provider: str, record_type: str, since: datetime, until: datetime
    ) -> list[Receipt]:
        """Give the receipts of an agency for a record type from an instant until before another, the first first.

        Nil submissions are among them, refused ones are not (R12.2, R13.1).
        """
        columns = SUBMISSION.c
        asked = (
            select(SUBMISSION)
            .where(
                columns.provider == provider,
                columns.record_type == record_type,
                columns.state == "DONE",
                columns.received_at >= since,
                columns.received_at < until,
            )
            .order_by(columns.received_at, columns.id)
        )
        return [_receipt(row) for row in (await connection.execute(asked)).all()]


async def _keep(connection: AsyncConnection, submission_id: str, problems: Sequence[RowProblem], first: int) -> None:
    rows = [
        {
            "submission_id": submission_id,
            "n": first + n,
            "row": each.row,
            "column": each.column,
            "code": str(each.code),
            "english": each.message.english,
            "chinese": each.message.chinese,
            "article": each.article,
            "warning": each.warning,
        }
        for n, each in enumerate(problems[: max(0, MOST_PROBLEMS - first)])
    ]
    if rows:
        await connection.execute(SUBMISSION_PROBLEM.insert(), rows)


def _receipt(row: Any) -> Receipt:  # noqa: ANN401 (a row of a statement: its columns have no types)
    return Receipt(
        id=row.id,
        provider=row.provider,
        record_type=row.record_type,
        mode=SubmissionMode[row.mode],
        state=row.state,
        digest=row.digest,
        officer=row.officer,
        catalogue_version=row.catalogue_version,
        begun_at=row.begun_at,
        received_at=row.received_at,
        rows=row.rows,
        counts=Counter({each: getattr(row, each.value.lower()) for each in COUNTED}),
        problems=row.problems,
        period=row.period,
        all_or_nothing=row.all_or_nothing,
    )
