"""Verifies all that is counted, beside the entries: the database reckons while these are looked at one by one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.audit.verification.entries import Range
from gateway.audit.verification.findings import Findings
from gateway.audit.verification.organisations import verify_organisations
from gateway.audit.verification.rulings import verify_rulings
from gateway.audit.verification.snapshot import Snapshot
from gateway.audit.verification.tallies import verify_tallies

__all__ = ["counts_verified_beside", "verify_counts"]


async def verify_counts(snapshot: Snapshot, among: Range, *, expired: bool, held: bool, found: Findings) -> None:
    """Verify the ordinals of a range; of the whole trail, every count and every ruling.

    *expired* says that some lines expired, *held* that there are some of the same time still.
    """
    await verify_tallies(snapshot, among, expired=expired, held=held, found=found)
    if among.is_whole:
        await verify_organisations(snapshot, expired=expired, held=held, found=found)
        await verify_rulings(snapshot, found)


@asynccontextmanager
async def counts_verified_beside(snapshot: Snapshot, among: Range, found: Findings) -> AsyncIterator[None]:
    """Verify the counts of a trail of which nothing expired, while the body of this context does something else."""

    async def verify() -> None:
        async with snapshot.beside() as other:
            await verify_counts(other, among, expired=False, held=False, found=found)

    counting = asyncio.get_running_loop().create_task(verify())
    try:
        yield
        await counting
    finally:
        counting.cancel()
        await asyncio.gather(counting, return_exceptions=True)
