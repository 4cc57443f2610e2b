"""The open half of an entry: the very bytes that are hashed into the trail, and their leaf (RFC 6962)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Final

import orjson

from gateway.audit.body import MonthCipher
from gateway.audit.codes import VERSION
from gateway.audit.pending import Pending, Place

__all__ = ["SubjectOfHead", "canonical", "head_of", "leaf_of"]

SubjectOfHead = tuple[str, int, int, int, int, int]
"""A line as a head has it.

The subject's keyed name, its ordinals among all queries and among the organisation's, outcome, tier, and which of the
head's shapes is its own.
"""
_LEAF: Final = b"\x00"


def leaf_of(head: bytes) -> bytes:
    """Give the leaf hash of *head*: SHA-256 over a zero byte and the head."""
    return hashlib.sha256(_LEAF + head).digest()


def head_of(  # noqa: PLR0913, PLR0917 (each is a part of the head)
    pending: Pending, place: Place, at_us: int, sealed: bytes, cipher: MonthCipher, subjects: Sequence[SubjectOfHead]
) -> bytes:
    """Write the head of an entry that has its place, its instant, its sealed body and its subjects' ordinals."""
    entry = pending.entry
    kind, viewer, organisation, way, purpose, outcome, tier = pending.columns
    told: dict[str, object] = {  # in the order in which they are written, which costs less than to sort them
        "answer": cipher.digest(entry.response_digest).hex(),
        "at": at_us,
        "key": cipher.key_id,
        "kind": kind,
        "nspans": len(entry.spans),
        "organisation": organisation,
        "outcome": outcome,
        "papers": entry.papers,
        "prev": place.prev.hex(),
        "purpose": purpose,
        "sealed": hashlib.sha256(sealed).hexdigest(),
        "seq": place.seq,
        "shapes": [shape.digest.hex() for shape in pending.shapes],
        "stream": place.stream,
        "subjects": subjects,
        "tier": tier,
        "trace": entry.trace_id,
        "v": VERSION,
        "viewer": viewer.hex(),
        "way": way,
    }
    if entry.about is not None:
        told["about"] = entry.about
    return canonical(told)


def canonical(values: Mapping[str, object]) -> bytes:
    """Write *values* as JSON with sorted keys and no blanks.

    >>> canonical({"b": 1, "a": ["x"]})
    b'{"a":["x"],"b":1}'
    """
    try:
        return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # lone surrogates: the slow writer escapes them
        return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()
