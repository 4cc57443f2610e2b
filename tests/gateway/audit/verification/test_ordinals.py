"""Lines and tallies are worth the same exactly where they say the same (R19.7)."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest

from gateway.audit.codes import OUTCOMES
from gateway.audit.verification.ordinals import Ordinals
from gateway.audit.verification.snapshot import Page, SqliteSnapshot
from schema.disclosure import Outcome

DISCLOSED, DENIED, FAILED = (OUTCOMES[each] for each in (Outcome.DISCLOSED, Outcome.DENIED, Outcome.FAILED))
ONE, OTHER = b"1" * 16, b"2" * 16
OFTEN = 5_000
"""More than the powers that are at hand."""

Row = list[Any]
Change = Callable[[list[tuple[str, Row]], list[Row]], object]


def line(key: bytes, nth: int, of_organisation: int, outcome: int = DISCLOSED) -> Row:
    """Give a line as its columns are."""
    return [1, nth, key, 0, nth, of_organisation, outcome, 2, b"shape"]


def lines() -> list[tuple[str, Row]]:
    """Two organisations ask about two subjects; one is denied once, and one subject was seen by the public twice."""
    often = [("WATER", line(b"3" * 16, n, n)) for n in range(1, OFTEN + 1)]
    return [
        ("TAX", line(ONE, 1, 1)),
        ("COURT", line(ONE, 2, 1)),
        ("TAX", line(ONE, 3, 2)),
        ("TAX", line(OTHER, 1, 1)),
        ("TAX", line(OTHER, 0, 0, DENIED)),
        ("", line(OTHER, 0, 0)),
        ("", line(OTHER, 0, 0)),
        ("TAX", line(ONE, 0, 0, FAILED)),
        *often,
    ]


def tallies() -> list[Row]:
    """What these lines come to: subject, organisation, counted, denied, viewed or own."""
    return [
        [ONE, "", 3, 0, 0],
        [ONE, "TAX", 2, 0, 0],
        [ONE, "COURT", 1, 0, 0],
        [OTHER, "", 1, 1, 2],
        [OTHER, "TAX", 1, 0, 0],
        [b"3" * 16, "", OFTEN, 0, 0],
        [b"3" * 16, "WATER", OFTEN, 0, 0],
        [b"4" * 16, "", 0, 0, 0],
    ]


class Tallied(SqliteSnapshot):
    """A snapshot that holds tallies alone."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows

    async def pages(self, statement: str, *values: object) -> AsyncIterator[Page]:
        del statement, values
        for at in range(0, len(self._rows), 3):
            yield self._rows[at : at + 3]


async def are_counted(counted: Sequence[tuple[str, Row]], tallied: list[Row]) -> bool:
    ordinals = Ordinals(b"nobody knows")
    ordinals.add([(asker, [tuple(row)]) for asker, row in counted])
    return await Ordinals(b"nobody knows").are_counted(Tallied(tallied), ordinals.worth)


async def test_lines_are_worth_what_their_tallies_are_in_any_order() -> None:
    assert await are_counted(lines(), tallies())
    assert await are_counted(lines()[::-1], tallies()[::-1])


async def test_what_was_added_up_apart_is_worth_the_same_together() -> None:
    parts = [Ordinals(b"secret") for _ in range(2)]
    for part, its in zip(parts, (lines()[:3], lines()[3:]), strict=True):
        part.add([(asker, [tuple(row)]) for asker, row in its])
    worth = sum(part.worth for part in parts)
    assert await Ordinals(b"secret").are_counted(Tallied(tallies()), worth)
    assert not await Ordinals(b"another").are_counted(Tallied(tallies()), worth)
    assert {*parts[0].shapes, *parts[1].shapes} == {b"shape"}


@pytest.mark.parametrize(
    "change",
    [
        lambda lines, _: lines.pop(0),
        lambda lines, _: lines.append(lines[0]),
        lambda lines, _: lines.pop(4),
        lambda lines, _: lines.pop(5),
        lambda lines, _: lines.pop(),
        lambda lines, _: lines.append(("WATER", line(b"3" * 16, OFTEN + 1, OFTEN + 1))),
        lambda lines, _: lines[2][1].__setitem__(4, 2),  # two of one ordinal
        lambda lines, _: lines[2][1].__setitem__(4, 4),  # a gap
        lambda lines, _: lines[2][1].__setitem__(4, -3),
        lambda lines, _: lines[2][1].__setitem__(5, 0),
        lambda lines, _: lines[2][1].__setitem__(5, 1),
        lambda lines, _: lines[1][1].__setitem__(5, 2),
        lambda lines, _: lines.__setitem__(1, ("TAX", lines[1][1])),
        lambda lines, _: lines[3][1].__setitem__(2, ONE),
        lambda _, tallies: tallies.pop(0),
        lambda _, tallies: tallies.pop(1),
        lambda _, tallies: tallies.append([b"5" * 16, "", 1, 0, 0]),
        lambda _, tallies: tallies.append([ONE, "HOUSING", 1, 0, 0]),
        lambda _, tallies: tallies[0].__setitem__(2, 2),
        lambda _, tallies: tallies[0].__setitem__(2, -3),
        lambda _, tallies: tallies[0].__setitem__(2, 10**15),
        lambda _, tallies: tallies[0].__setitem__(2, "three"),
        lambda _, tallies: tallies[1].__setitem__(2, 1),
        lambda _, tallies: tallies[5].__setitem__(2, OFTEN - 1),
        lambda _, tallies: tallies[3].__setitem__(3, 0),
        lambda _, tallies: tallies[3].__setitem__(4, 1),
        # The sum over both subjects stays what it was.
        lambda _, tallies: (tallies[0].__setitem__(2, 2), tallies[3].__setitem__(2, 2)),
        lambda _, tallies: (tallies[1].__setitem__(2, 1), tallies[2].__setitem__(2, 2)),
        lambda _, tallies: (tallies[0].__setitem__(3, 1), tallies[3].__setitem__(3, 0)),
        lambda _, tallies: (tallies[3].__setitem__(3, 2), tallies[3].__setitem__(4, 1)),
    ],
)
async def test_whatever_is_not_counted_as_it_should_be_is_seen(change: Change) -> None:
    counted, tallied = lines(), tallies()
    change(counted, tallied)
    assert not await are_counted(counted, tallied)
