"""Papers, decisions and counts of organisations that were altered beside the heads are found (R19.10)."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from gateway.audit import Entry, SubjectLine, Trail
from gateway.audit.verification import Range, Trust, verify_trail
from gateway.store import Store

MakeLine = Callable[..., SubjectLine]
MakeEntry = Callable[..., Entry]
Verify = Callable[[], Awaitable[set[str]]]


@pytest.fixture
def verify(store: Store) -> Verify:
    """Verify the whole trail, and give the rows that are not as they were recorded."""

    async def found() -> set[str]:
        report = await verify_trail(store.address, Trust(), Range())
        return {f"{each.kind}: {each.row.partition(' ')[0]}" for each in report.findings}

    return found


async def some_entries(trail: Trail, entry: MakeEntry, line: MakeLine) -> None:
    """Keep entries of two organisations, and of somebody who acts for none."""
    askers = ("TAX", "COURT", "") * 4
    await asyncio.gather(*(trail.append(entry(line("uscc:1"), line("uscc:2"), organisation=each)) for each in askers))
    await trail.append(entry(papers=()))


async def test_a_trail_that_nobody_touched_verifies(
    trail: Trail, entry: MakeEntry, line: MakeLine, verify: Verify
) -> None:
    await some_entries(trail, entry, line)
    assert await verify() == set()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            "UPDATE audit_subject SET nth_of_organisation = 9 WHERE nth = 3",
            {"line: audit_subject", "tally: audit_tally"},
        ),
        ("UPDATE audit_subject SET outcome = 4 WHERE nth = 3", {"line: audit_subject"}),
        ("UPDATE audit_subject SET tier = 1 WHERE nth = 3", {"line: audit_subject"}),
        ("UPDATE audit_subject SET shape = subject_key WHERE nth = 3", {"line: audit_subject", "shape: audit_shape"}),
        ("DELETE FROM audit_paper WHERE seq = 3", {"paper: audit_record"}),
        ("UPDATE audit_paper SET paper = 'OL-2' WHERE seq = 3", {"paper: audit_record"}),
        ("UPDATE audit_paper SET seq = 999 WHERE seq = 3", {"paper: audit_record", "paper: audit_paper"}),
        ("UPDATE audit_shape SET decision = 'ALLOWED' WHERE position = 2", {"shape: audit_shape"}),
        ("DELETE FROM audit_shape WHERE position = 4", {"shape: audit_shape"}),
        ("DELETE FROM audit_shape", {"shape: audit_shape"}),
        ("UPDATE audit_tally SET n = 3 WHERE organisation = 'TAX'", {"tally: audit_tally"}),
        ("DELETE FROM audit_tally WHERE organisation = 'COURT'", {"tally: audit_tally"}),
    ],
)
async def test_what_was_altered_beside_the_heads_is_found(
    trail: Trail,
    store: Store,
    entry: MakeEntry,
    line: MakeLine,
    verify: Verify,
    *,
    change: str,
    found: set[str],
) -> None:
    await some_entries(trail, entry, line)
    async with store.engine.begin() as connection:
        changed = await connection.execute(text(change))
        assert changed.rowcount > 0
    assert await verify() == found
