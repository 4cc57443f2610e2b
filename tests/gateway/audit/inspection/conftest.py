"""A trail to be inspected, on both engines: sealed, with entries of several persons."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from gateway.audit import Entry, Trail
from gateway.audit.inspection import Trail as Inspected
from gateway.audit.inspection import open_inspection
from gateway.audit.seal.keyring import Keyring
from gateway.audit.seal.notes import Signer
from gateway.audit.seal.sealer import Sealer
from gateway.audit.seal.suites import STD
from gateway.audit.seal.turn import Turn
from gateway.store import Store

SEED = b"s" * 32
SIGNER = Signer("test/log", SEED)
NEXT_SEED = b"n" * 32


class ReadingKeys:
    """The keys that reading needs; a month's may be gone."""

    pseudonym = b"p" * 32
    receipt = b"r" * 32
    cursor = b"c" * 32

    def __init__(self) -> None:
        """Have the key of every month."""
        self.months: set[int] | None = None

    def existing_month_key(self, number: int) -> bytes | None:
        """Give the one key of the tests, unless that month's is gone."""
        return b"m" * 32 if self.months is None or number in self.months else None


@pytest.fixture
def reading_keys() -> ReadingKeys:
    """Give the keys by which the trail is read."""
    return ReadingKeys()


@pytest.fixture
async def inspected(store: Store, reading_keys: ReadingKeys) -> AsyncIterator[Inspected]:
    """Give the trail for reading."""
    opened = open_inspection(store, reading_keys, SIGNER.reader.vkey)
    yield opened
    await opened.close()


@pytest.fixture
async def seal(store: Store) -> AsyncIterator[Callable[[], Any]]:
    """Seal what is there, as the house does every two seconds."""
    turn = Turn(store, 5.0)
    sealer = Sealer(turn, Keyring(SIGNER.name, SEED, lambda: [NEXT_SEED]), STD)

    async def sealed() -> None:
        while await sealer.tick():
            pass

    yield sealed
    await turn.give_back()


@pytest.fixture
def kept(trail: Trail) -> Callable[[Entry], Any]:
    """Keep an entry, and give its receipt."""

    async def append(entry: Entry) -> str:
        return str(await trail.append(entry))

    return append
