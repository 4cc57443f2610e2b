"""Verifies that columns of bytes hold bytes: SQLite would keep a text there too, and nothing could be made of it."""

from itertools import chain
from typing import Final

from sqlalchemy import LargeBinary, Table

from gateway.audit.verification.findings import Findings
from gateway.audit.verification.snapshot import Snapshot, SqliteSnapshot
from gateway.store.tables import CHECKPOINT, RECORD, SHAPE, SUBJECT, TALLY, TILE

__all__ = ["verify_types"]

_TABLES: Final = (RECORD, SUBJECT, TALLY, SHAPE, TILE, CHECKPOINT)


async def verify_types(snapshot: Snapshot, found: Findings) -> bool:
    """Say whether every such column holds bytes or nothing; PostgreSQL sees to it by itself."""
    if not isinstance(snapshot, SqliteSnapshot):
        return True
    before = found.total
    for table in _TABLES:
        keys = [column.name for column in table.primary_key]
        for name in _of_bytes(table):
            asked = f"SELECT {', '.join(keys)} FROM {table.name} WHERE typeof({name}) NOT IN ('blob', 'null')"  # noqa: S608 - names of ours
            async for page in snapshot.pages(asked):
                for row in page:
                    named = " ".join(map(str, chain.from_iterable(zip(keys, map(_shown, row), strict=True))))
                    found.add("type", f"{table.name} {named}", f"{name} holds no bytes; no more was looked at")
    return found.total == before


def _of_bytes(table: Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, LargeBinary)]


def _shown(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value
