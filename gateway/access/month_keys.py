"""The keys of the trail's months, each wrapped by the key-encryption key (RFC 3394), so that they are changed as one.

A month's key is in ``month-YYYYMM.key``: which key-encryption key wraps it, then the wrapped key. The database never
holds a key: when a month's file is gone, what was sealed in it is gone from every backup of the database too.
"""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from gateway.access import key_files
from gateway.access.key_files import KeyFileRefused

__all__ = ["MonthKeyFolder"]

_KEY_BYTES: Final = 32
_NAME_BYTES: Final = 8
_WRAPPED_BYTES: Final = _NAME_BYTES + _KEY_BYTES + 8
_PRESENT, _NEXT, _FORMER = "kek.key", "kek-next.key", "kek-former.key"


class MonthKeyFolder:
    """The month keys of one folder; the key-encryption key is read when it is needed, since it may be changed."""

    def __init__(self, folder: Path) -> None:
        """Make the key-encryption key at the first start.

        Raises:
            KeyFileRefused: it cannot be made, or others may read it.

        """
        self._folder = folder
        key_files.read_or_make(folder / _PRESENT, _random)

    def key(self, month: date) -> tuple[int, bytes]:
        """Give number (YYYYMM) and key of a month, made on first use (Art. 19)."""
        number = month.year * 100 + month.month
        path = self._path(number)
        return number, self._unwrapped(path, key_files.read_or_make(path, self._made))

    def existing(self, number: int) -> bytes | None:
        """Give the key of month *number*, or None where it was destroyed or never made."""
        path = self._path(number)
        content = key_files.read(path)
        return None if content is None else self._unwrapped(path, content)

    def destroy(self, number: int) -> None:
        """Remove the key of month *number* for ever; that it is gone already is as well."""
        key_files.remove(self._path(number))

    def rotate(self) -> int:
        """Put a new key-encryption key in the place of the present one, and say how many months it wraps.

        Stopped in the middle it is done again: until the end, each file opens with a key that is still there.
        """
        new = key_files.read_or_make(self._folder / _NEXT, _random)
        self._wrap_all(new)
        key_files.replace(self._folder / _FORMER, self._present())
        key_files.replace(self._folder / _PRESENT, new)
        # Another process may have made a month's key meanwhile, wrapped by the former one.
        count = self._wrap_all(new)
        key_files.remove(self._folder / _NEXT)
        key_files.remove(self._folder / _FORMER)
        return count

    def _wrap_all(self, kek: bytes) -> int:
        paths = sorted(self._folder.glob("month-*.key"))
        for path in paths:
            content = key_files.read(path)
            if content is not None and content[:_NAME_BYTES] != _name(kek):
                key_files.replace(path, _wrapped(kek, self._unwrapped(path, content)))
        return len(paths)

    def _present(self) -> bytes:
        kek = key_files.read(self._folder / _PRESENT)
        if kek is None:
            message = f"{self._folder / _PRESENT} is gone: restore it from the backup"
            raise KeyFileRefused(message)
        return kek

    def _made(self) -> bytes:
        return _wrapped(self._present(), _random())

    def _unwrapped(self, path: Path, content: bytes) -> bytes:
        if len(content) != _WRAPPED_BYTES:
            message = (
                f"{path} holds {len(content)} bytes, a wrapped key has {_WRAPPED_BYTES}: restore it from the backup"
            )
            raise KeyFileRefused(message)
        for kek in self._keks():
            if _name(kek) == content[:_NAME_BYTES]:
                try:
                    return aes_key_unwrap(kek, content[_NAME_BYTES:])
                except InvalidUnwrap:
                    break
        message = f"{path} does not open with {self._folder / _PRESENT}: restore both from one backup"
        raise KeyFileRefused(message)

    def _keks(self) -> Iterator[bytes]:
        for name in (_PRESENT, _NEXT, _FORMER):
            kek = key_files.read(self._folder / name)
            if kek is not None:
                yield kek

    def _path(self, number: int) -> Path:
        return self._folder / f"month-{number:06d}.key"


def _wrapped(kek: bytes, key: bytes) -> bytes:
    return _name(kek) + aes_key_wrap(kek, key)


def _name(kek: bytes) -> bytes:
    return hashlib.sha256(b"name of a key-encryption key" + kek).digest()[:_NAME_BYTES]


def _random() -> bytes:
    return secrets.token_bytes(_KEY_BYTES)
