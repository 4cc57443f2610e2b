"""Nothing that is above a standing changes a byte of what it is told (R15.7, R15.8).

Two cities that differ only above a standing are asked the same: body, status, headers, log and every call to a source
must be equal, the receipt and the moment taken out. A difference prints the seed and the least operation that shows
it. Any number of operations:

    make interference ARGS="--operations 10000 --standing public"
"""

from pathlib import Path

import pytest

from tests.interference.asking import Asking, Document
from tests.interference.comparing import Interference
from tests.interference.standings import STANDINGS
from tests.interference.watched import watching
from tests.interference.worlds import of_standing

OPERATIONS = 2_000


@pytest.mark.parametrize("name", STANDINGS)
async def test_what_is_above_a_standing_changes_nothing_in_its_answers(
    city: Path, known: list[Document], seed: int, tmp_path: Path, name: str
) -> None:
    standing = STANDINGS[name]
    worlds = await of_standing(city, tmp_path, standing, seed)
    async with watching(worlds) as (one, other):
        interference = Interference(one, other, Asking(standing, worlds.subjects, known, f"{seed}/{name}"))
        difference = await interference.of(OPERATIONS)
    assert difference is None, f"seed {seed}, {difference}"
    assert interference.asked >= OPERATIONS
    assert interference.disclosed > OPERATIONS // 4, "who is told next to nothing tells the worlds apart by nothing"
