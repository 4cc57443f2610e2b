"""Where a page of the trail ended, encrypted: its holder learns nothing of the trail's course, and no other list's."""

import base64
import binascii
import functools
import hashlib
import hmac
import struct
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from gateway.audit.inspection.wanted import At
from gateway.errors import BadUserInput, Text
from gateway.store.tables import microseconds

__all__ = ["read_cursor", "write_cursor"]

_PLACE: Final = struct.Struct(">qiq")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST: Final = 100


def write_cursor(place: At, bound_to: str, key: bytes) -> str:
    """Give the cursor of a place in the list *bound_to*."""
    told = _PLACE.pack(microseconds(place.at), place.stream, place.seq)
    return base64.urlsafe_b64encode(_cipher(key).encrypt(told, [bound_to.encode()])).rstrip(b"=").decode()


def read_cursor(cursor: str | None, bound_to: str, key: bytes) -> At | None:
    """Give the place back; None where there is no cursor.

    Raises:
        BadUserInput: it is of another list, or of nobody.

    """
    if cursor is None:
        return None
    try:
        sealed = base64.urlsafe_b64decode(cursor[:_LONGEST] + "=" * (-len(cursor) % 4))
        at, stream, seq = _PLACE.unpack(_cipher(key).decrypt(sealed, [bound_to.encode()]))
    except (binascii.Error, ValueError, InvalidTag, struct.error) as error:
        raise BadUserInput(Text("after: this list gave no such cursor", "after：游标无效")) from error
    return At(_EPOCH + timedelta(microseconds=at), stream, seq)


@functools.lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESSIV:
    return AESSIV(hmac.digest(key, b"trail cursor", hashlib.sha256))
