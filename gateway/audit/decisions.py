"""What was decided, read from the trail by its digests; what is not there as it was written is not given (R19.1)."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.store.tables import SHAPE
from schema.line_shapes import UNDECIDED, Ruling, digest_of

__all__ = ["Rulings", "read_rulings"]

Rulings = tuple[Ruling, ...]


async def read_rulings(connection: AsyncConnection, digests: Collection[bytes]) -> dict[bytes, Rulings]:
    """Give the rulings of each digest; those whose rows were lost or altered are absent."""
    found: dict[bytes, list[Ruling]] = {}
    if digests:
        asked = select(SHAPE).where(SHAPE.c.digest.in_(digests)).order_by(SHAPE.c.digest, SHAPE.c.position)
        for row in await connection.execute(asked):
            ruling = Ruling(row.coordinate, row.tier, row.decision, row.missing_paper, row.article)
            found.setdefault(bytes(row.digest), []).append(ruling)
    known = {digest: tuple(each) for digest, each in found.items() if _is_named(digest, each)}
    return {**known, UNDECIDED.digest: ()} if UNDECIDED.digest in digests else known


def _is_named(digest: bytes, rulings: list[Ruling]) -> bool:
    try:
        return digest_of(rulings) == digest
    except TypeError:  # SQLite lets bytes stand where a text should
        return False
