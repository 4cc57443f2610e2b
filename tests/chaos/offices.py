"""Gateways as processes of their own, over one database: started, stopped, killed, continued."""

import asyncio
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.processes import ROOT, NotStarted, end, environment, free_port, kill_all, last_words, started
from tests.chaos.shim import Shim

__all__ = ["Office", "migrate"]

_START_S = 60.0
_LOOK_AGAIN_S = 0.05


@dataclass(eq=False)
class Office:
    """One gateway: ``xinyong serve`` on a port of the loopback."""

    name: str
    config: Path
    shim: Shim | None
    port: int = field(default_factory=free_port)
    held_up: list[tuple[float, float]] = field(default_factory=list)
    """From when to when it could not do anything, since it was stopped."""
    _process: "subprocess.Popen[bytes] | None" = None

    async def start(self) -> None:
        """Start it and wait until it listens.

        Raises:
            NotStarted: it does not.

        """
        words = ["serve", "--host", "127.0.0.1", "--port", str(self.port)]
        preloaded = self.shim.environment if self.shim else {}
        self._process = started(_xinyong(self.config, *words), self._log, preloaded)
        loop = asyncio.get_running_loop()
        until = loop.time() + _START_S
        while loop.time() < until and self._process.poll() is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(_LOOK_AGAIN_S)
            else:
                writer.close()
                return
        message = f"{self.name} did not start: {last_words(self._log)}"
        raise NotStarted(message)

    async def mend(self) -> None:
        """Start it again where it has ended."""
        if self._process is None or self._process.poll() is not None:
            await self.start()

    def kill(self) -> None:
        """Kill it."""
        if self._process is not None:
            kill_all(self._process)

    def stop(self) -> None:
        """Ask it to end, having written what waits."""
        if self._process is not None:
            end(self._process)

    async def hold_up(self, seconds: float) -> None:
        """Let it stand still for so long."""
        process, loop = self._process, asyncio.get_running_loop()
        if process is None:
            return
        begun = loop.time()
        process.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            process.send_signal(signal.SIGCONT)
            self.held_up.append((begun, loop.time()))

    @property
    def _log(self) -> Path:
        return self.config.with_suffix(".log")


def migrate(config: Path) -> None:
    """Make the tables.

    Raises:
        NotStarted: they cannot be made.

    """
    done = subprocess.run(
        _xinyong(config, "migrate"), cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        message = f"xinyong migrate: {done.stderr.strip()}"
        raise NotStarted(message)


def _xinyong(config: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "gateway", "--config", str(config), *words]
