"""Cursors: where a page ended, encrypted, so that its holder reads nothing of it, and worthless for another list.

AES-SIV (RFC 5297), because it needs no nonce: equal places have equal cursors, so that equal answers stay equal byte by
byte, and no number can be used twice by mistake. What a cursor hides is the place that its holder's last element has:
a day that may be withheld from the reader in the record itself, and the id (R15.7).
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

__all__ = ["BadCursor", "Cursors", "Place"]

Place = tuple[str | None, str]
"""Where an element stands in its list: its day, its id."""

_LONGEST = 512
"""Characters of a cursor at most: no list of ours gives one half as long, and a longer one is not worth deciphering."""
_DAY = 10
"""Characters of a day; a place without a day is filled up, so that the length does not tell the one from the other."""


class BadCursor(ValueError):
    """A cursor that this list did not give."""


@dataclass(frozen=True, slots=True)
class Cursors:
    """Makes and reads cursors under one key; each is bound to the list that it was made for."""

    key: bytes = field(repr=False)
    _cipher: AESSIV = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive the cipher's own key: other things are made under the same file's key."""
        own = hashlib.blake2b(key=self.key, person=b"xinyong cursor", digest_size=64).digest()
        object.__setattr__(self, "_cipher", AESSIV(own))

    def write(self, bound_to: str, place: Place) -> str:
        """Give the cursor of a place: the day and the id of a list's element."""
        day, own_id = place
        said = f"{day or '':{_DAY}}\n{own_id}".encode()
        return _spelt(self._cipher.encrypt(said, [bound_to.encode()]))

    def read(self, bound_to: str, cursor: str) -> Place:
        """Give the place back.

        Raises:
            BadCursor: it was made for another list, or by nobody, or is spelt otherwise than it was given.

        """
        try:
            sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)) if len(cursor) <= _LONGEST else b""
            if _spelt(sealed) != cursor:  # the decoder passes over what is no letter of its own
                raise BadCursor
            day, _, own_id = self._cipher.decrypt(sealed, [bound_to.encode()]).decode().partition("\n")
        except (binascii.Error, ValueError, InvalidTag) as error:
            raise BadCursor from error
        return day.strip() or None, own_id


def _spelt(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")
