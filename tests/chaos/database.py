"""A PostgreSQL server of the run's own, on a free port of the loopback, that may be broken in every way."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.chaos.processes import NotStarted, end, family, free_port, kill_all, last_words, started

__all__ = ["Database", "binaries"]

_OWNER = "postgres"
_START_S = 60.0
_LOOK_AGAIN_S = 0.02
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "ssl": "on",
    "ssl_cert_file": "server.crt",
    "ssl_key_file": "server.key",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "log_min_messages": "warning",
}


def binaries() -> Path | None:
    """Give the folder of the newest PostgreSQL server on this machine, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: float(each.parts[-3]))
    if found:
        return found[-1].parent
    named = shutil.which("initdb")
    return Path(named).resolve().parent if named else None


class Database:
    """The server: its folder, its process, and a way past the wire."""

    def __init__(self, folder: Path, programs: Path, preloaded: Mapping[str, str]) -> None:
        """Make an empty cluster under *folder*; its processes are started with *preloaded* in their environment."""
        self.port = free_port()
        folder.mkdir()
        self._data, self._log = folder / "data", folder / "postgresql.log"
        self._programs, self._preloaded = programs, preloaded
        self._process: subprocess.Popen[bytes] | None = None
        # PostgreSQL does not run as root.
        self._owner = _OWNER if os.getuid() == 0 else None
        if self._owner:
            folder.parent.chmod(0o755)  # the owner must come as far as its folder
            shutil.chown(folder, _OWNER, _OWNER)
        self._log.touch()
        self._make()

    async def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            NotStarted: it does not.

        """
        options = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self.port), *options]
        self._process = started(command, self._log, self._preloaded, self._owner)
        if not await self.answers(_START_S):
            message = f"PostgreSQL did not start: {last_words(self._log)}"
            raise NotStarted(message)

    async def mend(self) -> None:
        """Wait until it answers, started anew where it has ended."""
        if self._process is not None and self._process.poll() is None and await self.answers(_START_S):
            return
        await self.start()

    async def answers(self, patience_s: float) -> bool:
        """Say whether it answers a question within that time."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience_s
        while loop.time() < until and self._process is not None and self._process.poll() is None:
            try:
                await self.ask("SELECT 1")
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(_LOOK_AGAIN_S)
            else:
                return True
        return False

    async def connect(self) -> Any:  # noqa: ANN401 (asyncpg has no types)
        """Give a connection of the run's own, past the wire."""
        return await asyncpg.connect(f"postgresql://postgres@127.0.0.1:{self.port}/postgres?sslmode=disable", timeout=5)

    async def ask(self, *statements: str) -> list[Any]:
        """Give the rows of the last of some statements."""
        connection = await self.connect()
        try:
            rows: list[Any] = []
            for statement in statements:
                rows = await connection.fetch(statement)
            return rows
        finally:
            connection.terminate()

    def kill(self) -> None:
        """Kill every process of it, as a machine does that loses its current."""
        if self._process is not None:
            kill_all(self._process)

    def send(self, how: signal.Signals) -> None:
        """Send a signal to every process of it."""
        for pid in family(self._process.pid) if self._process is not None else ():
            os.kill(pid, how)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: fast, or at once and without a checkpoint by SIGQUIT."""
        if self._process is not None:
            end(self._process, how)

    def _make(self) -> None:
        command = [str(self._programs / "initdb"), "-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        made = subprocess.run(
            [*command, "--locale=C", "--no-sync"],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            user=self._owner,
            group=self._owner,
            extra_groups=[] if self._owner else None,
        )
        if made.returncode:
            message = f"initdb: {made.stderr.strip()}"
            raise NotStarted(message)
        for name, content in zip(("server.key", "server.crt"), _certificate(), strict=True):
            file = self._data / name
            file.touch(mode=0o600)
            file.write_bytes(content)
            if self._owner:
                shutil.chown(file, _OWNER, _OWNER)


def _certificate() -> tuple[bytes, bytes]:
    """Give a key and a certificate signed by itself: on the wire a damaged byte must be noticed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "chaos.invalid")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=2000))
        .sign(key, hashes.SHA256())
    )
    written = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return written, made.public_bytes(serialization.Encoding.PEM)
