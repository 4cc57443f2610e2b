"""The comparison finds every leak that is planted; one that it does not find would be no comparison."""

import asyncio
from pathlib import Path

import pytest

from tests.interference.asking import Asking, Document
from tests.interference.comparing import Difference, Interference
from tests.interference.planted import LEAKS
from tests.interference.standings import STANDINGS
from tests.interference.watched import watching
from tests.interference.worlds import Worlds, of_standing

PUBLIC = STANDINGS["public"]
ENOUGH = 900


@pytest.fixture(scope="module")
def worlds(city: Path, seed: int, tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """Give the two worlds of the public."""
    with asyncio.Runner() as runner:
        return runner.run(of_standing(city, tmp_path_factory.mktemp("planted"), PUBLIC, seed))


async def _difference(worlds: Worlds, known: list[Document], seed: int) -> Difference | None:
    async with watching(worlds) as (one, other):
        asking = Asking(PUBLIC, worlds.subjects, known, f"planted/{seed}")
        return await Interference(one, other, asking, shrinks=False).of(ENOUGH)


@pytest.mark.parametrize("leak", LEAKS)
async def test_a_planted_leak_is_found(worlds: Worlds, known: list[Document], seed: int, leak: str) -> None:
    with LEAKS[leak]():
        found = await _difference(worlds, known, seed)
    assert found is not None, f"seed {seed}: {leak} was not found in {ENOUGH} operations"


async def test_without_a_leak_none_is_found(worlds: Worlds, known: list[Document], seed: int) -> None:
    assert await _difference(worlds, known, seed) is None


def test_there_are_twenty_leaks_at_least() -> None:
    assert len(LEAKS) >= 20
