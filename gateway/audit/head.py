"""The open half of an entry: the very bytes that are hashed into the trail, and their leaf (RFC 6962)."""

import hashlib
import json
from collections.abc import Mapping

import orjson

__all__ = ["canonical", "leaf_of"]


def leaf_of(head: bytes) -> bytes:
    """Give the leaf hash of *head*: SHA-256 over a zero byte and the head."""
    return hashlib.sha256(b"\x00" + head).digest()


def canonical(values: Mapping[str, object]) -> bytes:
    """Write *values* as JSON with sorted keys and no blanks.

    >>> canonical({"b": 1, "a": ["x"]})
    b'{"a":["x"],"b":1}'
    """
    try:
        return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # lone surrogates: the slow writer escapes them
        return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()
