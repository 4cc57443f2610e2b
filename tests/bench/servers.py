"""The implementations as processes of their own, each on a free port, and what the kernel says they used."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Server", "StartFailed", "peer", "postgres_cpu_s", "started"]

ROOT = Path(__file__).parents[2]
_TICKS = os.sysconf("SC_CLK_TCK")
_START_S = 60.0
_STOP_S = 10.0
_LOOK_AGAIN_S = 0.05
_PROC = Path("/proc")


class StartFailed(Exception):
    """A server did not come up; its last words are the message."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running implementation."""

    name: str
    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def cpu_s(self) -> float:
        """Seconds of CPU that it and its children have used."""
        return sum(_cpu_s(pid) for pid in _family(self.process.pid))

    @property
    def memory_mb(self) -> float:
        """Resident memory of it and its children, in MB (of a million bytes)."""
        return sum(_memory_kb(pid) for pid in _family(self.process.pid)) * 1024 / 1e6


@contextlib.contextmanager
def started(name: str, command: list[str], log: Path) -> Iterator[Server]:
    """Give the server that *command* starts once it listens; ``{port}`` in a word is the port.

    What a developer has set of the gateway's for other work does not reach it.

    Raises:
        StartFailed: it ended, or does not listen in time.

    """
    port = _free_port()
    words = [word.replace("{port}", str(port)) for word in command]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XINYONG_")}
    with log.open("wb") as output:
        process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for(name, port, process, log)
        yield Server(name, port, process)
    finally:
        _stop(process)


def peer(name: str, *arguments: str) -> list[str]:
    """Give the command of one of the peers."""
    return [sys.executable, "-m", "tests.bench.peer", name, "{port}", *arguments]


def postgres_cpu_s() -> float | None:
    """Give the seconds of CPU of every PostgreSQL process on this machine, whoever asks it; None if none is seen."""
    found = [pid for pid in _processes() if _name(pid) == "postgres"]
    return sum(_cpu_s(pid, ended=True) for pid in found) if found else None


def _wait_for(name: str, port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(_LOOK_AGAIN_S)
    said = log.read_text(errors="replace")[-2000:]
    message = f"{name} did not start: {said.strip() or 'it says nothing'}"
    raise StartFailed(message)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _family(pid: int) -> list[int]:
    children = [child for child in _processes() if _parent(child) == pid]
    return [pid, *(each for child in children for each in _family(child))]


def _processes() -> list[int]:
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]


def _stat(pid: int) -> tuple[str, list[str]]:
    """Give a process's name, and the fields that follow it; a process that is gone has none."""
    try:
        written = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return "", []
    name, _, rest = written.partition("(")[2].rpartition(")")
    return name, rest.split()


def _name(pid: int) -> str:
    return _stat(pid)[0]


def _parent(pid: int) -> int:
    fields = _stat(pid)[1]
    return int(fields[1]) if fields else 0


def _cpu_s(pid: int, *, ended: bool = False) -> float:
    """Give user and system time; *ended* adds that of children that were waited for."""
    return sum(int(ticks) for ticks in _stat(pid)[1][11 : 15 if ended else 13]) / _TICKS


def _memory_kb(pid: int) -> int:
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)
