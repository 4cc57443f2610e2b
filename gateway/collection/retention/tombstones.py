"""What is left of deleted records: an id, a type, a provider, a day, a keyed digest; no word about anybody (R20.2).

The list can be kept beside the backups: after a restore it says what must be deleted again.
"""

import hmac
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, Protocol

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.collection.intake.statements import inserting
from gateway.collection.retention.terms import Place
from gateway.errors import StartRefused, Text
from gateway.store.tables import TOMBSTONE
from schema.catalogue import RECORDS
from schema.record_ids import record_id

__all__ = ["DeletionKeys", "ListUnreadable", "Tombstone", "Tombstones", "read_list"]

_AT_ONCE: Final = 500
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MOST_LINE: Final = 1_000


class DeletionKeys(Protocol):
    """The keys that tombstones need."""

    @property
    def pseudonym(self) -> bytes:
        """The key under which people are named: what was deleted is known again by it."""
        ...

    @property
    def cursor(self) -> bytes:
        """The key under which records have their ids."""
        ...


class ListUnreadable(StartRefused):
    """A list of deletions that is none."""

    cure = Text(
        "Give the file that `xinyong expire --save FILE` wrote.", "请提供 `xinyong expire --save FILE` 写出的文件。"
    )


class Tombstone(NamedTuple):
    """What is left of one record."""

    digest: str
    id: str
    record_type: str
    provider: str
    deleted_on: date
    run: str

    def line(self) -> str:
        """Write it as a line of the list."""
        told = {"id": self.id, "recordType": self.record_type, "provider": self.provider}
        return json.dumps({**told, "deletedOn": self.deleted_on.isoformat(), "run": self.run, "digest": self.digest})


class Tombstones:
    """The tombstones of the centre's database, each asked and put in a transaction of its asker's."""

    def __init__(self, keys: DeletionKeys) -> None:
        """Name them by the gateway's own *keys*."""
        self._pseudonym = keys.pseudonym
        self._identity = keys.cursor

    def digest_of(self, place: Place) -> str:
        """Give the keyed digest of a record: without the key nobody can try what it was."""
        named = "\x1f".join(("tombstone", *place))
        return hmac.digest(self._pseudonym, named.encode(), "sha256").hex()

    def of(self, place: Place, payload: Mapping[str, Any], day: date, run: str) -> Tombstone:
        """Give the tombstone of a record that is deleted on a day."""
        definition = RECORDS[place.record_type]
        parts = (place.provider, *(payload.get(name) for name in definition.key))
        own_id = record_id(place.record_type, parts, self._identity)
        return Tombstone(self.digest_of(place), own_id, place.record_type, place.provider, day, run)

    async def known(self, connection: AsyncConnection, places: Iterable[Place]) -> frozenset[Place]:
        """Give those of *places* that were deleted: none of them may come back (R20.4)."""
        by_digest = {self.digest_of(each): each for each in places}
        digests = sorted(by_digest)
        found: set[Place] = set()
        for start in range(0, len(digests), _AT_ONCE):
            asked = select(TOMBSTONE.c.digest).where(TOMBSTONE.c.digest.in_(digests[start : start + _AT_ONCE]))
            found |= {by_digest[each] for each in (await connection.execute(asked)).scalars()}
        return frozenset(found)

    @staticmethod
    async def put(connection: AsyncConnection, tombstones: Sequence[Tombstone]) -> None:
        """Put tombstones; one that is there already stays as it is."""
        rows = [each._asdict() for each in tombstones]
        if rows:
            await connection.execute(inserting(connection, TOMBSTONE).on_conflict_do_nothing(), rows)

    @staticmethod
    async def all(connection: AsyncConnection) -> AsyncIterator[Tombstone]:
        """Give all of them, by the day of the deletion."""
        after: tuple[date, str] | None = None
        day, digest = TOMBSTONE.c.deleted_on, TOMBSTONE.c.digest
        while True:
            asked = select(TOMBSTONE).order_by(day, digest).limit(_AT_ONCE)
            if after is not None:
                asked = asked.where(or_(day > after[0], and_(day == after[0], digest > after[1])))
            rows = (await connection.execute(asked)).all()
            for row in rows:
                yield Tombstone(row.digest, row.id, row.record_type, row.provider, row.deleted_on, row.run)
            if len(rows) < _AT_ONCE:
                return
            after = (rows[-1].deleted_on, rows[-1].digest)


def read_list(lines: Iterable[str]) -> Iterator[Tombstone]:
    """Read a list of deletions, a line each.

    Raises:
        ListUnreadable: naming the first line that is none.

    """
    for n, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line if len(line) <= _MOST_LINE else "")
            day = date.fromisoformat(told["deletedOn"])
            texts = [told[name] for name in ("digest", "id", "recordType", "provider", "run")]
        except (ValueError, TypeError, KeyError) as error:
            message = f"line {n} is no deletion"
            raise ListUnreadable(message) from error
        if not all(isinstance(each, str) for each in texts) or not _DIGEST.fullmatch(texts[0]):
            message = f"line {n} is no deletion"
            raise ListUnreadable(message)
        digest, own_id, record_type, provider, run = texts
        yield Tombstone(digest, own_id, record_type, provider, day, run)
