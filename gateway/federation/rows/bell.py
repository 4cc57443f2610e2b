"""How processes of one machine tell one another that rows must be forgotten, where no Redis is between them (R11.3).

A small file that is put in place anew at each ring: who looks sees by its inode and time that it is another.
"""

import os
import secrets
from pathlib import Path

__all__ = ["Bell"]

_Seen = tuple[int, int] | None


class Bell:
    """One bell, which whoever rings it hears too."""

    def __init__(self, path: Path) -> None:
        """Hang the bell at *path*; what rang before is nobody's concern."""
        self._path = str(path)
        self._seen = self._look()

    def ring(self) -> None:
        """Let everybody hear it who looks from now on.

        Raises:
            OSError: it cannot be rung.

        """
        beside = f"{self._path}.{secrets.token_hex(8)}"
        with open(beside, "xb"):  # noqa: PTH123 (a name beside another)
            pass
        os.replace(beside, self._path)  # noqa: PTH105 (as above)

    def rang(self) -> bool:
        """Say whether it rang since this was asked last; asked before every look into a cache, so it costs little."""
        now = self._look()
        if now == self._seen:
            return False
        self._seen = now
        return True

    def _look(self) -> _Seen:
        try:
            found = os.stat(self._path)  # noqa: PTH116 (half the time of a path's own)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns
