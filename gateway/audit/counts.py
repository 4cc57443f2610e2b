"""The cumulative counts of queries, read off the tallies (R19.7)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.audit.errors import EntryNotKept
from gateway.audit.pending import EVERYBODY
from gateway.audit.pseudonyms import Pseudonyms
from gateway.store.tables import TALLY

__all__ = ["query_count"]


async def query_count(engine: AsyncEngine, names: Pseudonyms, subject_ids: Sequence[str]) -> dict[str, int]:
    """Give each subject's count of queries that disclosed something to others, 0 for one never queried.

    Raises:
        AuditUnavailable: where the tallies cannot be read.

    """
    keys = {subject_id: names.subject(subject_id) for subject_id in subject_ids}
    wanted = select(TALLY.c.subject_key, TALLY.c.n).where(
        TALLY.c.subject_key.in_(list(keys.values())), TALLY.c.organisation == EVERYBODY
    )
    try:
        async with engine.connect() as connection:
            found = {bytes(key): n for key, n in await connection.execute(wanted)}
    except (SQLAlchemyError, OSError) as failure:
        message = f"the tallies cannot be read: {failure}"
        raise EntryNotKept(message) from failure
    return {subject_id: found.get(key, 0) for subject_id, key in keys.items()}
