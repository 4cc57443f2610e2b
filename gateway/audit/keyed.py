"""HMAC-SHA-256 under one key for many short texts: the key is worked in once, not for each (RFC 2104)."""

import hashlib
from typing import Final

__all__ = ["Keyed"]

_BLOCK_BYTES: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))


class Keyed:
    """Gives keyed hashes under one key, which cannot be read off it."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        """Work in the *key*, of whatever length."""
        block = (key if len(key) <= _BLOCK_BYTES else hashlib.sha256(key).digest()).ljust(_BLOCK_BYTES, b"\x00")
        self._inner = hashlib.sha256(block.translate(_INNER))
        self._outer = hashlib.sha256(block.translate(_OUTER))

    def digest(self, text: bytes) -> bytes:
        """Give the keyed hash of *text*.

        >>> Keyed(b"Jefe").digest(b"what do ya want for nothing?").hex()[:32]
        '5bdcc146bf60754e6a042426089575c7'
        """
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        return outer.digest()
