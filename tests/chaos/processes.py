"""Processes of the run's own: a free port, a family by its first pid, and their end."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

__all__ = ["ROOT", "NotStarted", "end", "environment", "family", "free_port", "kill_all", "last_words", "started"]

ROOT = Path(__file__).parents[2]
_STOP_S = 15.0
_PROC = Path("/proc")


class NotStarted(Exception):
    """A process did not come up; its last words are the message."""


def free_port() -> int:
    """Give a port of the loopback on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def environment() -> dict[str, str]:
    """Give the environment without what a developer has set of the gateway's for other work."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("XINYONG", "OTEL", "PG"))}


def started(
    command: Sequence[str], log: Path, preloaded: Mapping[str, str], owner: str | None = None
) -> "subprocess.Popen[bytes]":
    """Start a process that writes to *log*, with *preloaded* in its environment, as *owner* where one is named."""
    variables = {**environment(), **preloaded}
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd="/" if owner else ROOT,
            env=variables,
            stdout=output,
            stderr=output,
            user=owner,
            group=owner,
            extra_groups=[] if owner else None,
        )


def family(pid: int) -> list[int]:
    """Give a process and all that descend from it, parents first."""
    parents = dict(_parents())
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def kill_all(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and its descendants, none of which can say a word more."""
    for pid in family(process.pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait()


def end(process: "subprocess.Popen[bytes]", how: signal.Signals = signal.SIGTERM) -> None:
    """Ask a process to end, and kill it where it does not."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGCONT)
    process.send_signal(how)
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        kill_all(process)


def last_words(log: Path) -> str:
    """Give the end of what a process wrote."""
    return log.read_text(errors="replace")[-2000:].strip() or "it says nothing"


def _parents() -> Iterator[tuple[int, int]]:
    """Give each process of this machine with its parent."""
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            yield int(entry.name), int(fields[1])
