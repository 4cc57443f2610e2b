"""Sealers that work when they are told to, on both engines, and what verifies their work."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from gateway.audit.seal.notes import Signer
from gateway.audit.seal.sealer import Sealer
from gateway.audit.seal.suites import STD
from gateway.audit.seal.turn import Turn
from gateway.audit.verification import Range, Report, Trust, verify_trail
from gateway.store import Store, open_store

SIGNER = Signer("city.example/trail", b"s" * 32)

Verify = Callable[[], Awaitable[Report]]
OtherStore = Callable[[], Store]


@pytest.fixture
async def turn(store: Store) -> AsyncIterator[Turn]:
    """Give a process's turn to seal."""
    taken = Turn(store, 30.0)
    yield taken
    await taken.give_back()


@pytest.fixture
def sealer(turn: Turn) -> Sealer:
    """Give a sealer."""
    return Sealer(turn, SIGNER, STD)


@pytest.fixture
def verify(store: Store) -> Verify:
    """Verify the whole trail of the store."""

    async def report() -> Report:
        return await verify_trail(store.address, Trust((SIGNER.reader.vkey,)), Range())

    return report


@pytest.fixture
async def other_store(store: Store, url: str) -> AsyncIterator[Store]:
    """Give the same database as another process has it."""
    del store
    opened = open_store(url)
    yield opened
    await opened.close()
