"""The files of the key that signs the log: ``log.key``, and ``log-next.key`` while another takes its place (R19.10)."""

import secrets
from pathlib import Path
from typing import Final

from gateway.access import key_files
from gateway.access.key_files import KeyFileRefused

__all__ = ["LogKeyFiles"]

_SEED_BYTES: Final = 32


class LogKeyFiles:
    """The seeds in one folder of keys; read each time anew, since another process may be replacing them."""

    def __init__(self, folder: Path) -> None:
        """Take the folder."""
        self._present, self._next = folder / "log.key", folder / "log-next.key"

    def present(self) -> bytes | None:
        """Give the seed of ``log.key``; None where it is not there.

        Raises:
            KeyFileRefused: it cannot be read, or others may.

        """
        return _read(self._present)

    def next(self) -> bytes | None:
        """Give the seed that is to take its place, or just did; None where none is.

        Raises:
            KeyFileRefused: it cannot be read, or others may.

        """
        return _read(self._next)

    def all(self) -> list[bytes]:
        """Give both, those that are there.

        Raises:
            KeyFileRefused: one cannot be read, or others may.

        """
        return [seed for seed in (self.present(), self.next()) if seed is not None]

    def make_next(self) -> bytes:
        """Give the seed that is to take its place, made now unless it was before.

        Raises:
            KeyFileRefused: it cannot be made.

        """
        return _checked(self._next, key_files.read_or_make(self._next, lambda: secrets.token_bytes(_SEED_BYTES)))

    def drop_next(self) -> None:
        """Remove a seed that takes nobody's place.

        Raises:
            KeyFileRefused: it cannot be removed.

        """
        key_files.remove(self._next)

    def settle(self, seed: bytes) -> None:
        """Put the new seed in the place of the former, which is gone then.

        Raises:
            KeyFileRefused: it cannot be written.

        """
        if self.present() != seed:
            key_files.replace(self._present, seed)
        key_files.remove(self._next)


def _read(path: Path) -> bytes | None:
    content = key_files.read(path)
    return None if content is None else _checked(path, content)


def _checked(path: Path, content: bytes) -> bytes:
    if len(content) != _SEED_BYTES:
        message = f"{path} holds {len(content)} bytes, a key has {_SEED_BYTES}: restore it from the backup"
        raise KeyFileRefused(message)
    return content
