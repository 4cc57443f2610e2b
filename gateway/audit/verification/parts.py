"""The trail looked at in parts: month by month, as PostgreSQL keeps it, by one process or by several at once."""

import asyncio
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from gateway.audit.seal.suites import suite_named
from gateway.audit.verification.entries import Entries, Range, Seen
from gateway.audit.verification.findings import Findings
from gateway.audit.verification.ordinals import Ordinals
from gateway.audit.verification.snapshot import PostgresqlSnapshot, Snapshot, open_exported
from gateway.memory import settle_memory
from gateway.store.engine import Address
from gateway.store.tables import microseconds
from schema.days import midnight

__all__ = ["Looking", "look_at_parts"]

_MONTHS: Final = """
SELECT right(relname, 7) FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
 WHERE inhparent = 'audit_record'::regclass AND relname ~ '_[0-9]{4}_[0-9]{2}$' ORDER BY 1"""


class Looking(NamedTuple):
    """How entries are looked at."""

    suite: str
    floor: int
    """The index of the log below which entries may have expired."""
    secret: bytes
    """With which lines are reckoned: see `Ordinals`."""
    processes: int

    def entries_of(self, snapshot: Snapshot, found: Findings) -> Entries:
        """Give what looks at them."""
        return Entries(snapshot, suite_named(self.suite), self.floor, found, Ordinals(self.secret))


async def look_at_parts(
    snapshot: Snapshot, among: Range, looking: Looking, progress: Callable[[int], None], found: Findings
) -> Seen:
    """Look at the entries of a range; *progress* hears of so many more that are done."""
    parts = await _parts(snapshot, among)
    if looking.processes == 1 or not isinstance(snapshot, PostgresqlSnapshot) or snapshot.address is None:
        return await looking.entries_of(snapshot, found).look(parts, progress)
    seen, exported = Seen(), await snapshot.exported()
    with _pool(min(looking.processes, len(parts))) as pool:
        for looked in [pool.submit(_look, snapshot.address, exported, part, looking) for part in parts]:
            seen_there, found_there = await asyncio.wrap_future(looked)
            seen.join(seen_there)
            found.join(found_there)
            progress(seen_there.entries)
    return seen


async def _parts(snapshot: Snapshot, among: Range) -> list[Range]:
    """Cut a range where months begin, if each month is a table of its own: then none is sorted with another."""
    if not isinstance(snapshot, PostgresqlSnapshot):
        return [among]
    months = [datetime.strptime(month, "%Y_%m").replace(tzinfo=UTC).date() for (month,) in await snapshot.rows(_MONTHS)]
    begins = {each for month in months for each in (month, (month + timedelta(days=31)).replace(day=1))}
    first, end = among.first_us, among.end_us
    cuts = [microseconds(midnight(each)) for each in sorted(begins)]
    cuts = [cut for cut in cuts if (first is None or cut > first) and (end is None or cut < end)]
    return [Range(*between) for between in pairwise([first, *cuts, end])]


@contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes of our own; where one part fails, those that were not begun are left."""
    pool = ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _look(address: Address, exported: str, part: Range, looking: Looking) -> tuple[Seen, Findings]:
    """Look at one part, in a process of its own and at the same instant."""

    async def look() -> tuple[Seen, Findings]:
        found = Findings()
        async with open_exported(address, exported) as snapshot:
            return await looking.entries_of(snapshot, found).look([part], lambda _: None), found

    settle_memory()
    return asyncio.run(look())
