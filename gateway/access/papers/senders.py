"""Who has sent which file of evidence, and which papers it proves (Art. 18; R14.3)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.access.papers.evidence import is_digest
from gateway.access.papers.paper import File
from gateway.access.papers.rows import Seals, place_of, read_file
from gateway.errors import PapersUnavailable
from gateway.store.asking import DEADLINE_S, asked
from gateway.store.tables import EVIDENCE, PAPER_EVIDENCE

__all__ = ["Senders"]


class Senders:
    """Files by their senders, in the gateway's own database; their content lies elsewhere."""

    def __init__(self, engine: AsyncEngine, seals: Seals, deadline_s: float = DEADLINE_S) -> None:
        """Keep them in the database of *engine*; each request has *deadline_s* seconds."""
        self._engine = engine
        self._seals = seals
        self._deadline_s = deadline_s

    async def remember(self, file: File, sent_by: str, at: datetime) -> None:
        """Note who sent a file; sent again it is noted once.

        Raises:
            PapersUnavailable: the database did not take it.

        """
        name = None if file.name is None else self._seals.seal(file.name.encode(), place_of(file.digest, sent_by))
        row = {
            "digest": file.digest,
            "sent_by": sent_by,
            "media_type": file.media_type,
            "size": file.size,
            "sealed_name": name,
            "sent_at": at,
        }
        try:
            async with asked(PapersUnavailable, self._deadline_s), self._engine.begin() as connection:
                await connection.execute(insert(EVIDENCE).values(row))
        except IntegrityError:  # it was sent before
            return

    async def sent(self, digests: Sequence[str], sent_by: str) -> dict[str, File]:
        """Give the files among *digests* that *sent_by* has sent, by digest.

        Raises:
            PapersUnavailable: the database did not answer.

        """
        known = [each for each in digests if is_digest(each)]
        statement = select(EVIDENCE).where(EVIDENCE.c.sent_by == sent_by, EVIDENCE.c.digest.in_(known))
        async with asked(PapersUnavailable, self._deadline_s), self._engine.connect() as connection:
            rows = (await connection.execute(statement)).all()
        return {row.digest: read_file(row, self._seals) for row in rows}

    async def count(self, sent_by: str, since: datetime) -> int:
        """Give how many files *sent_by* has sent since an instant.

        Raises:
            PapersUnavailable: the database did not answer.

        """
        statement = select(func.count()).where(EVIDENCE.c.sent_by == sent_by, EVIDENCE.c.sent_at > since)
        async with asked(PapersUnavailable, self._deadline_s), self._engine.connect() as connection:
            return int((await connection.execute(statement)).scalar_one())

    async def of(self, digest: str) -> dict[str, File]:
        """Give who sent a file, and as what.

        Raises:
            PapersUnavailable: the database did not answer.

        """
        statement = select(EVIDENCE).where(EVIDENCE.c.digest == digest).order_by(EVIDENCE.c.sent_at)
        async with asked(PapersUnavailable, self._deadline_s), self._engine.connect() as connection:
            rows = (await connection.execute(statement)).all()
        return {row.sent_by: read_file(row, self._seals) for row in rows}

    async def other_papers(self, digests: Sequence[str], paper_id: str) -> dict[str, list[str]]:
        """Give of each file the ids of the papers that it proves besides one.

        Raises:
            PapersUnavailable: the database did not answer.

        """
        columns = PAPER_EVIDENCE.c
        statement = select(columns.digest, columns.paper_id).where(
            columns.digest.in_(digests), columns.paper_id != paper_id
        )
        others: dict[str, list[str]] = {each: [] for each in digests}
        async with asked(PapersUnavailable, self._deadline_s), self._engine.connect() as connection:
            for row in (await connection.execute(statement.order_by(columns.paper_id).distinct())).all():
                others[row.digest].append(row.paper_id)
        return others

    async def papers_with(self, digest: str) -> list[str]:
        """Give the ids of the papers that a file proves.

        Raises:
            PapersUnavailable: the database did not answer.

        """
        statement = select(PAPER_EVIDENCE.c.paper_id).where(PAPER_EVIDENCE.c.digest == digest)
        async with asked(PapersUnavailable, self._deadline_s), self._engine.connect() as connection:
            return list((await connection.execute(statement)).scalars())
