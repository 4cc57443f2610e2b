"""The id of a record in the graph: opaque, stable, and the same from whichever source it came (Art. 4; R4.1)."""

import base64
import hashlib
from collections.abc import Iterable

__all__ = ["record_id"]


def record_id(record_type: str, parts: Iterable[object], key: bytes) -> str:
    """Give the id of a record by its provider and natural key, under the gateway's own *key*.

    >>> len(record_id("TaxArrears", ("TAX", "2026-1"), b"k"))
    20
    """
    named = "\x1f".join([record_type, *(str(part) for part in parts)])
    hashed = hashlib.blake2b(named.encode(), key=key, digest_size=15).digest()
    return base64.urlsafe_b64encode(hashed).decode()
