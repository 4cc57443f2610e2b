"""Two gateways over one database of their own while it is killed, its disk fails and its replies are lost (R19.8)."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.asking import Kind
from tests.chaos.database import binaries
from tests.chaos.report import lines, tree
from tests.chaos.running import Plan, run
from tests.chaos.shim import compiler

PATIENCE_S = 10.0
"""The machine may be slow: a question that hangs is one that waits for its asker's patience, 30 seconds."""


@pytest.fixture
def scratch() -> Iterator[Path]:
    """Give a folder that whoever runs PostgreSQL may enter: those of pytest are its user's alone."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        yield Path(folder)


async def test_no_answer_leaves_without_its_entry_whatever_happens_to_the_database(scratch: Path) -> None:
    programs = binaries()
    if programs is None:
        reason = "PostgreSQL's server programs (initdb, postgres) are not on this machine: install postgresql"
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    faults = ["database-killed", "replies-lost", "flush-fails" if compiler() else "database-stopped"]
    plan = Plan(faults, answers=200, per_second=100, askers=6, calm_s=0.5, grace_s=PATIENCE_S)
    outcome = await run(plan, scratch, programs, told=lambda _: None)
    told = "\n".join(lines(outcome))
    assert [each.fault for each in outcome.windows] == faults
    assert all(each.healed_s is not None for each in outcome.windows), told
    assert sum(each.refused for each in outcome.windows), told
    assert {each.kind for each in outcome.heard} == {Kind.ANSWERED, Kind.REFUSED}, told
    assert not any(outcome.reckoning.counts.values()), told
    assert outcome.reckoning.entries >= sum(each.kind == Kind.ANSWERED for each in outcome.heard) >= 200, told
    assert not outcome.late, told
    assert tree(outcome)["wrong"]["answers without entry"] == 0
