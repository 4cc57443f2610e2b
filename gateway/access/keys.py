"""The gateway's own keys: pseudonyms, cursors, cache, receipts, sessions, identity numbers, the log, the months.

All are of 32 random bytes; that of the log is the seed of an Ed25519 key.
"""

import base64
import functools
import hmac
import secrets
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.access import key_files
from gateway.access.key_files import KeyFileRefused
from gateway.access.month_keys import MonthKeyFolder

__all__ = ["KeyFileRefused", "Keys", "SealBroken"]

KEY_BYTES: Final = 32
SUBJECT_ID_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_REMEMBERED_SUBJECTS: Final = 65_536
_NAMES: Final = ("pseudonym", "cursor", "cache", "receipt", "session", "log", "identity")


class SealBroken(ValueError):
    """Sealed bytes that were altered, moved to another place, or sealed with another key."""


class Keys:
    """The keys of one folder, each of 32 random bytes, made at the first start.

    Whoever holds ``pseudonym`` can guess identity numbers back from identifiers; losing it changes every
    subject's id. Nothing of a key is in ``repr``.
    """

    __slots__ = (
        "_aead",
        "_folder",
        "_month",
        "_months",
        "_subject_id",
        "cache",
        "cursor",
        "log",
        "pseudonym",
        "receipt",
        "session",
    )

    def __init__(self, folder: Path) -> None:
        """Read the keys in *folder*, making those that are missing.

        Raises:
            KeyFileRefused: where others may read a key, a key is not of 32 bytes, or the folder is not ours.

        """
        key_files.make_folder(folder)
        self._folder = folder
        self.pseudonym, self.cursor, self.cache, self.receipt, self.session, self.log, identity = (
            _checked(path, key_files.read_or_make(path, _random))
            for path in (folder / f"{name}.key" for name in _NAMES)
        )
        self._aead = AESGCM(identity)
        self._months = MonthKeyFolder(folder)
        self._month: tuple[int, bytes] | None = None
        self._subject_id = _remembered(self.pseudonym)

    def __repr__(self) -> str:
        """Name the folder, never a key."""
        return f"Keys({str(self._folder)!r})"

    def month_key(self, month: date) -> tuple[int, bytes]:
        """Give the number (YYYYMM) and the key under which entries of *month* are sealed, made on first use (Art. 19).

        Only for writing: to read an old entry use `existing_month_key`, which never makes a key anew.
        """
        if self._month is None or self._month[0] != month.year * 100 + month.month:
            self._month = self._months.key(month)
        return self._month

    def existing_month_key(self, number: int) -> bytes | None:
        """Give the key of month *number* (YYYYMM), or None where it was destroyed or never made (Art. 19, 20)."""
        return self._months.existing(number)

    def destroy_month(self, number: int) -> None:
        """Remove the key of month *number* (YYYYMM) for ever: nobody reads what was sealed in it any more (Art. 19)."""
        self._months.destroy(number)

    def rotate(self) -> int:
        """Wrap all month keys anew by a new key-encryption key, and say how many."""
        return self._months.rotate()

    def subject_id(self, kind_prefix: str, canonical: str) -> str:
        """Give the opaque, stable id of a subject, ``uscc`` or ``rid`` and a code: 22 characters that tell none."""
        return self._subject_id(kind_prefix, canonical)

    def id_number_digest(self, canonical: str) -> bytes:
        """Give the keyed hash under which an identity number is found again (R14.3); 32 bytes."""
        return hmac.digest(self.pseudonym, b"id-number\x00" + canonical.encode(), "sha256")

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """Encrypt *plain* for storage, bound to its place *aad* (R14.3)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, plain, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """Decrypt what `seal` gave for the same *aad*.

        Raises:
            SealBroken: where a byte or the place differs.

        """
        try:
            return self._aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], aad)
        except (InvalidTag, ValueError) as error:
            message = "A sealed value does not open: it was altered, moved, or sealed with another key"
            raise SealBroken(message) from error


def _random() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def _checked(path: Path, content: bytes) -> bytes:
    if len(content) != KEY_BYTES:
        message = f"{path} holds {len(content)} bytes, a key has {KEY_BYTES}: restore it from the backup"
        raise KeyFileRefused(message)
    return content


def _remembered(key: bytes) -> Callable[[str, str], str]:
    """Give the function from kind and code to a subject's id, which remembers its last answers."""

    @functools.lru_cache(maxsize=_REMEMBERED_SUBJECTS)
    def subject_id(kind_prefix: str, canonical: str) -> str:
        digest = hmac.digest(key, f"subject\x00{kind_prefix}\x00{canonical}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest[:SUBJECT_ID_BYTES]).rstrip(b"=").decode()

    return subject_id
