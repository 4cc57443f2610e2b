"""What is sent is laid down before it is read: its digest and its number of rows are known first (R12.6).

A small one stays in memory. A large one goes into a file that has no name any more, under a key that is nowhere but in
memory: whatever becomes of the process, nothing of it can be read (R9.3).
"""

import hashlib
import secrets
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Final, Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["Spool"]

_IN_MEMORY: Final = 1_048_576
_BLOCK: Final = 65_536
_TAG: Final = 16
_NONCE: Final = 12


class Spool:
    """One body on its way in: written once, then read once or several times."""

    def __init__(self) -> None:
        """Begin an empty one."""
        self._digest = hashlib.sha256()
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._cipher = AESGCM(secrets.token_bytes(32))
        self._sizes: list[int] = []
        self.size = 0
        self._lines = 0
        self._ended = True

    def __enter__(self) -> Self:
        """Use it until the end of the block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Give everything up."""
        self.close()

    def close(self) -> None:
        """Give everything up."""
        self._memory = bytearray()
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def digest(self) -> str:
        """The SHA-256 of all that was written."""
        return self._digest.hexdigest()

    @property
    def lines(self) -> int:
        """How many lines there are; the last one may have no end."""
        return self._lines if self._ended else self._lines + 1

    def write(self, part: bytes) -> None:
        """Lay a part down."""
        self._digest.update(part)
        self.size += len(part)
        self._lines += part.count(b"\n")
        self._ended = part.endswith(b"\n") if part else self._ended
        self._memory += part
        if self._file is None and len(self._memory) > _IN_MEMORY:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 (closed with the spool)
        if self._file is not None:
            while len(self._memory) >= _BLOCK:
                self._lay(bytes(self._memory[:_BLOCK]))
                del self._memory[:_BLOCK]

    def parts(self) -> Iterator[bytes]:
        """Give what was written, in parts, from the beginning."""
        place = 0
        for n, size in enumerate(self._sizes):
            assert self._file is not None  # noqa: S101 (blocks are in it)
            self._file.seek(place)
            yield self._cipher.decrypt(n.to_bytes(_NONCE), self._file.read(size), None)
            place += size
        for start in range(0, len(self._memory), _BLOCK):
            yield bytes(self._memory[start : start + _BLOCK])

    def _lay(self, block: bytes) -> None:
        assert self._file is not None  # noqa: S101 (as above)
        # each block has a number of its own under a key of this spool alone
        sealed = self._cipher.encrypt(len(self._sizes).to_bytes(_NONCE), block, None)
        self._file.write(sealed)
        self._sizes.append(len(block) + _TAG)
