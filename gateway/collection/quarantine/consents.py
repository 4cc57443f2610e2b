"""Consent to collection: which items of which subjects may be kept today (Art. 9(3); R9.5, AMB-10).

Looked up anew for every chunk of rows: a withdrawal counts from the next one on.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.access.papers.scopes import read_scope
from gateway.errors import PapersUnavailable
from gateway.store.asking import DEADLINE_S, asked
from gateway.store.locks import Lock, in_turn
from gateway.store.tables import PAPER, PAPER_SUBJECT
from schema.papers import PaperKind, PaperState

__all__ = ["Consents", "alone_with_consents", "covers", "together_with_consents"]

_AT_ONCE: Final = 500
"""Subjects that one statement asks for."""


class Consents:
    """The accepted consents in the register of papers."""

    def __init__(self, engine: AsyncEngine, deadline_s: float = DEADLINE_S) -> None:
        """Ask the gateway's own database, within *deadline_s* seconds."""
        self._engine = engine
        self._deadline_s = deadline_s

    async def covering(
        self, provider: str, subject_ids: Iterable[str], today: date, *, but: str | None = None
    ) -> Mapping[str, frozenset[str]]:
        """Give for each subject the record types and fields (``TaxArrears.newArrears``) that *provider* may collect.

        A consent counts that is accepted, has begun and has not ended, and was given to this very agency; *but* leaves
        one out.

        Raises:
            PapersUnavailable: the database did not answer.

        """
        found: defaultdict[str, set[str]] = defaultdict(set)
        ids = sorted(set(subject_ids))
        for start in range(0, len(ids), _AT_ONCE):
            statement = (
                select(PAPER.c.id, PAPER.c.scope, PAPER_SUBJECT.c.subject_id)
                .join(PAPER_SUBJECT, PAPER_SUBJECT.c.paper_id == PAPER.c.id)
                .where(
                    PAPER.c.kind == PaperKind.COLLECTION_CONSENT.value,
                    PAPER.c.state == PaperState.ACCEPTED.value,
                    PAPER.c.organisation == provider,
                    PAPER.c.valid_from <= today,
                    or_(PAPER.c.valid_to.is_(None), PAPER.c.valid_to >= today),
                    PAPER_SUBJECT.c.subject_id.in_(ids[start : start + _AT_ONCE]),
                )
            )
            async with asked(PapersUnavailable, self._deadline_s), self._engine.connect() as connection:
                rows = (await connection.execute(statement)).all()
            for row in rows:
                if row.id != but and row.scope is not None:
                    found[row.subject_id] |= read_scope(row.scope).restricted
        return {subject: frozenset(items) for subject, items in found.items()}


async def together_with_consents(connection: AsyncConnection) -> None:
    """Let no withdrawal be carried out until the transaction of rows that rest on consents has ended."""
    await in_turn(connection, Lock.CONSENTS, shared=True)  # SQLite lets one transaction write at a time anyway


async def alone_with_consents(connection: AsyncConnection) -> None:
    """Wait until whoever takes rows in on a consent is done, and let nobody begin."""
    await in_turn(connection, Lock.CONSENTS)


def covers(items: frozenset[str], record_type: str, field: str) -> bool:
    """Say whether consented *items* allow a field: it is named itself, or its whole record type is.

    >>> covers(frozenset({"TaxArrears.newArrears"}), "TaxArrears", "arrearsBalance")
    False
    """
    return record_type in items or f"{record_type}.{field}" in items
