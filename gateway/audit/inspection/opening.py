"""Opens entries: the head as it was hashed, the body with its month's key, the shapes by their digests (R9.7, R19.1).

What cannot be opened any more, since its key is gone or a byte was altered, is shown as far as the columns tell.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import orjson
from cachetools import LRUCache
from cryptography.exceptions import InvalidTag
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.audit.body import unseal
from gateway.audit.codes import (
    AUDIT_READ,
    CALENDAR,
    CATALOGUE,
    COLLECTION,
    DELETION,
    EXPIRY,
    HIDING,
    HOLD,
    LOG_KEY,
    OUTCOMES,
    QUERY,
    RELEASE,
    TIERS,
    VIOLATION,
    WAYS,
)
from gateway.audit.decisions import Rulings, read_rulings
from gateway.audit.inspection.search import Row
from gateway.errors import StartRefused
from schema.query_log import QueryLogKind

__all__ = [
    "KINDS",
    "METHODS",
    "OUTCOMES_BY_NUMBER",
    "TIERS_BY_NUMBER",
    "MonthsKeys",
    "Opened",
    "Opener",
    "as_bytes",
]

_log = logging.getLogger(__name__)

KINDS: Final = {
    QUERY: QueryLogKind.QUERY,
    EXPIRY: QueryLogKind.EXPIRY,
    HOLD: QueryLogKind.HOLD,
    RELEASE: QueryLogKind.RELEASE,
    AUDIT_READ: QueryLogKind.AUDIT_READ,
    HIDING: QueryLogKind.HIDING,
    COLLECTION: QueryLogKind.COLLECTION,
    VIOLATION: QueryLogKind.VIOLATION,
    DELETION: QueryLogKind.DELETION,
    CATALOGUE: QueryLogKind.CATALOGUE,
    CALENDAR: QueryLogKind.CALENDAR,
    LOG_KEY: QueryLogKind.LOG_KEY,
}
METHODS: Final = {number: way for way, number in WAYS.items()}
OUTCOMES_BY_NUMBER: Final = {number: outcome for outcome, number in OUTCOMES.items()}
TIERS_BY_NUMBER: Final = {number: tier for tier, number in TIERS.items()}
_REMEMBERED: Final = 4_096


class MonthsKeys(Protocol):
    """Gives the keys of months that are there still."""

    def existing_month_key(self, number: int) -> bytes | None:
        """Give the key of a month by its number, None where it was destroyed.

        Raises:
            StartRefused: it is there, and cannot be used.

        """
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """One entry: its row, its head, its body, and what was decided in each of its shapes."""

    row: Row
    head: Mapping[str, Any]
    body: Mapping[str, Any] | None
    shapes: tuple[Rulings | None, ...]
    """None where its rows are not there as they were written."""

    def closed(self) -> "Opened":
        """Give what is left of it where its parts are not as they were written: the columns."""
        return Opened(self.row, {}, None, ())

    @property
    def receipt(self) -> str:
        """What the answer gave for it, as far as the row still has it."""
        return f"{self.row.stream}.{self.row.seq}.{as_bytes(self.row.leaf).hex()}"


class Opener:
    """Opens entries of one trail, and remembers shapes, which never change."""

    def __init__(self, keys: MonthsKeys, remembered: int = _REMEMBERED) -> None:
        """Take the source of the months' keys, and how many shapes to remember."""
        self._keys = keys
        self._shapes: LRUCache[bytes, Rulings] = LRUCache(remembered)

    async def open(self, connection: AsyncConnection, rows: Sequence[Row]) -> list[Opened]:
        """Open entries, in their order."""
        heads = [_read(as_bytes(row.head)) for row in rows]
        shapes = await self._rulings(connection, {digest for head in heads for digest in _digests(head)})
        keys = {number: self._key(number) for number in {row.key_id for row in rows}}
        return [
            Opened(row, head, self._body(row, keys[row.key_id]), tuple(map(shapes.get, _digests(head))))
            for row, head in zip(rows, heads, strict=True)
        ]

    def _key(self, number: int) -> bytes | None:
        """Give the key of a month; a file that cannot be used keeps that month's entries closed, and no others."""
        try:
            return self._keys.existing_month_key(number)
        except StartRefused as refused:
            _log.error("the entries of month %d cannot be opened: %s", number, refused)
            return None

    @staticmethod
    def _body(row: Row, key: bytes | None) -> Mapping[str, Any] | None:
        if key is None:
            return None
        try:
            return _read(unseal(as_bytes(row.sealed), row.stream, row.seq, key)) or None
        except (InvalidTag, ValueError):
            return None

    async def _rulings(self, connection: AsyncConnection, digests: set[bytes]) -> dict[bytes, Rulings]:
        """Give what each shape decided, of those that are there as they were written."""
        known = {digest: self._shapes[digest] for digest in digests if digest in self._shapes}
        learnt = await read_rulings(connection, digests - known.keys())
        self._shapes.update(learnt)
        return known | learnt


def _read(written: bytes) -> dict[str, Any]:
    """Read JSON; what is none has nothing in it."""
    try:
        read = orjson.loads(written)
    except orjson.JSONDecodeError:
        return {}
    return read if isinstance(read, dict) else {}


def _digests(head: Mapping[str, Any]) -> list[bytes]:
    """Give the digests of a head's shapes; none where they are not as they were written."""
    try:
        return [bytes.fromhex(each) for each in head.get("shapes", ())]
    except (ValueError, TypeError):
        return []


def as_bytes(stored: object) -> bytes:
    """Give a column's bytes, also where somebody put a text there behind our back."""
    return stored.encode("utf-8", "surrogateescape") if isinstance(stored, str) else bytes(stored)  # type: ignore[call-overload]  # the driver's
