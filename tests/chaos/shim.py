"""A disk and a clock that lie: a small library loaded into a process, and the four numbers that it goes by."""

import errno
import mmap
import shutil
import struct
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Shim", "built", "compiler"]

_SOURCE = Path(__file__).with_name("shim.c")
_SAID = struct.Struct("<4q")


def compiler() -> str | None:
    """Give the path of a C compiler, None where this machine has none."""
    return shutil.which("gcc") or shutil.which("cc")


def built(folder: Path) -> Path | None:
    """Compile the library into *folder*; None without a compiler."""
    command = compiler()
    if command is None:
        return None
    library = folder / "shim.so"
    subprocess.run([command, "-shared", "-fPIC", "-O1", "-o", library, _SOURCE, "-ldl"], check=True)
    library.chmod(0o755)
    return library


class Shim:
    """What one process and its children are made to see."""

    def __init__(self, library: Path, file: Path) -> None:
        """Write the numbers into *file*, at first as if nothing were wrong."""
        file.write_bytes(_SAID.pack(0, 0, 0, 0))
        file.chmod(0o644)
        with file.open("r+b") as opened:
            self._mapped = mmap.mmap(opened.fileno(), _SAID.size)
        self.environment: Mapping[str, str] = {"LD_PRELOAD": str(library), "CHAOS_SAID": str(file)}
        """What a process is started with."""

    @contextmanager
    def slow_flush(self, seconds: float) -> Iterator[None]:
        """Let each flush take so much longer."""
        with self._saying(int(seconds * 1e6), 0, 0, 0):
            yield

    @contextmanager
    def failing_flush(self) -> Iterator[None]:
        """Let each flush fail with an input/output error."""
        with self._saying(0, errno.EIO, 0, 0):
            yield

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Let no file grow."""
        with self._saying(0, 0, 1, 0):
            yield

    @contextmanager
    def clock_off(self, seconds: int) -> Iterator[None]:
        """Let the wall clock be off by so much; what measures durations goes on as it did."""
        with self._saying(0, 0, 0, seconds):
            yield

    @contextmanager
    def _saying(self, *numbers: int) -> Iterator[None]:
        self._mapped[:] = _SAID.pack(*numbers)
        try:
            yield
        finally:
            self._mapped[:] = _SAID.pack(0, 0, 0, 0)
