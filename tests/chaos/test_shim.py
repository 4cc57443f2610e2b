"""The library that lies: what is loaded into a process is what the process sees, and nothing else."""

import os
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NoReturn

import pytest

from tests.chaos import shim


def absent(reason: str) -> NoReturn:
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


LOOK = """
import os, sys, time
file = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
os.pwrite(file, b"there already", 0)
print("ready", flush=True)
sys.stdin.readline()
def tried(what):
    try:
        what()
    except OSError as error:
        return os.strerror(error.errno)
    return "done"
print(tried(lambda: os.pwrite(file, b"over", 0)))
print(tried(lambda: os.pwrite(file, b"more than before", 0)))
print(tried(lambda: os.posix_fallocate(file, 0, 8192)))
begun = time.monotonic()
print(tried(lambda: os.fdatasync(file)))
print(time.monotonic() - begun)
print(time.time())
"""


@pytest.fixture
def loaded(tmp_path: Path) -> shim.Shim:
    library = shim.built(tmp_path)
    if library is None:
        reason = "There is no C compiler on the path: install gcc"
        absent(reason)
    return shim.Shim(library, tmp_path / "said")


def seen(loaded: shim.Shim, folder: Path, lying: AbstractContextManager[None]) -> list[str]:
    """Give what a process sees that was started before the lie began."""
    command = [sys.executable, "-c", LOOK, str(folder / "file")]
    environment = {**os.environ, **loaded.environment}
    with subprocess.Popen(
        command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        with lying:
            told, _ = process.communicate("\n")
    return told.splitlines()


def test_a_full_disk_lets_no_file_grow_and_lets_what_is_there_be_written_over(
    loaded: shim.Shim, tmp_path: Path
) -> None:
    full = "No space left on device"
    assert seen(loaded, tmp_path, loaded.full_disk())[:4] == ["done", full, full, "done"]


def test_a_flush_fails_or_takes_longer(loaded: shim.Shim, tmp_path: Path) -> None:
    assert seen(loaded, tmp_path, loaded.failing_flush())[3] == "Input/output error"
    slow = seen(loaded, tmp_path, loaded.slow_flush(0.25))
    assert slow[3] == "done"
    assert float(slow[4]) >= 0.25


def test_a_clock_is_off_by_what_was_said(loaded: shim.Shim, tmp_path: Path) -> None:
    assert float(seen(loaded, tmp_path, loaded.clock_off(400 * 86_400))[5]) - time.time() > 399 * 86_400


def test_nothing_is_wrong_until_something_is_said(loaded: shim.Shim, tmp_path: Path) -> None:
    before = time.time()
    *done, _, clock = seen(loaded, tmp_path, loaded.clock_off(0))
    assert done == ["done"] * 4
    assert before <= float(clock) <= time.time()
