"""The demonstration's papers in a city of the tests (contract, section 7)."""

from datetime import date
from pathlib import Path

from gateway.access.keys import Keys
from gateway.access.papers import EvidenceFiles
from gateway.access.papers.demonstration import seed
from gateway.store import migrate, open_store

__all__ = ["seed_papers"]


async def seed_papers(url: str, keys_folder: Path, today: date) -> None:
    """Write the demonstration's papers into the database at *url*, which gets its tables first."""
    await migrate(url)
    keys = Keys(keys_folder)
    store = open_store(url)
    try:
        await seed(store, keys, EvidenceFiles(keys_folder.parent / "evidence", keys, 100_000), today)
    finally:
        await store.close()
