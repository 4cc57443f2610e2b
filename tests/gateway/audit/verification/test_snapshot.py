"""A snapshot and the one beside it see the same instant, whatever is written meanwhile."""

import asyncio
from collections.abc import Callable

import pytest

from gateway.audit import Entry, SubjectLine, Trail
from gateway.audit.verification.counts import counts_verified_beside
from gateway.audit.verification.entries import Range
from gateway.audit.verification.findings import Finding, Findings
from gateway.audit.verification.snapshot import open_snapshot
from gateway.store import Store

MakeLine = Callable[..., SubjectLine]
MakeEntry = Callable[..., Entry]
COUNT = "SELECT count(*) FROM audit_record"


async def test_what_is_written_meanwhile_is_seen_by_neither(
    store: Store, trail: Trail, entry: MakeEntry, line: MakeLine
) -> None:
    await trail.append(entry(line("uscc:1")))
    async with open_snapshot(store.address) as snapshot:
        before = (await snapshot.rows(COUNT))[0][0]
        await trail.append(entry(line("uscc:1")))
        async with snapshot.beside() as other:
            both = await asyncio.gather(snapshot.rows(COUNT), other.rows(COUNT))
            assert (other is snapshot) is not store.address.is_postgresql
    assert (before, [rows[0][0] for rows in both]) == (1, [1, 1])


async def test_counts_are_verified_to_the_end_beside_something_short(
    store: Store, trail: Trail, entry: MakeEntry, line: MakeLine
) -> None:
    await trail.append(entry(line("uscc:1")))
    async with store.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE audit_tally SET n = 7 WHERE organisation = ''")
    found = Findings()
    async with open_snapshot(store.address) as snapshot, counts_verified_beside(snapshot, Range(), found):
        pass
    assert [each.kind for each in found.listed] == ["tally"]


async def test_counts_are_left_where_what_was_done_beside_them_failed(store: Store) -> None:
    found = Findings()
    with pytest.raises(ZeroDivisionError):
        async with open_snapshot(store.address) as snapshot, counts_verified_beside(snapshot, Range(), found):
            raise ZeroDivisionError
    assert found.total == 0


def test_what_was_found_apart_is_counted_and_listed_together() -> None:
    one, other = Findings(), Findings()
    for found, kinds in ((one, ["leaf"] * 70 + ["tally"]), (other, ["leaf"] * 110)):
        for number, kind in enumerate(kinds):
            found.add(kind, f"{number}", "")
    one.join(other)
    assert (one.total, one.counts["leaf"], len(one.listed)) == (181, 180, 101)
    assert one.listed[-1] == Finding("leaf", "29", "")
