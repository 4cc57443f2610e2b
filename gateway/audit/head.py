"""The open half of an entry: the very bytes that are hashed into the trail, and their leaf (RFC 6962)."""

import functools
import hashlib
import json
from typing import Final, NamedTuple

import orjson

from gateway.audit.body import MonthCipher
from gateway.audit.codes import VERSION
from gateway.audit.pending import Pending, Place

__all__ = ["HeadParts", "canonical", "leaf_of", "line_of", "parts_of"]

_REMEMBERED: Final = 4_096
_LEAF: Final = b"\x00"


class HeadParts(NamedTuple):
    """A head without its instant and its lines: what stands before the instant, between the two, and behind."""

    before: str
    between: str
    behind: str

    def at(self, at_us: int, lines: str) -> bytes:
        """Give the head whole, of the instant *at_us* and of *lines* as `line_of` writes them, commas between them."""
        return f"{self.before}{at_us}{self.between}{lines}{self.behind}".encode()


def leaf_of(head: bytes) -> bytes:
    """Give the leaf hash of *head*: SHA-256 over a zero byte and the head."""
    return hashlib.sha256(_LEAF + head).digest()


def line_of(key: bytes, ordinals: str, outcome: int, tier: int, number: int) -> str:
    r"""Write a line as a head has it.

    The subject's keyed name, its *ordinals* among all queries and among the organisation's, outcome, tier, and which of
    the head's shapes is its own.

    >>> line_of(b"\xab", "2,1", 1, 3, 0)
    '["ab",2,1,1,3,0]'
    """
    return f'["{key.hex()}",{ordinals},{outcome},{tier},{number}]'


def parts_of(pending: Pending, place: Place, sealed: bytes, cipher: MonthCipher) -> HeadParts:
    """Write the head of an entry that has its place and its sealed body, in the order of its keys, without a blank."""
    entry = pending.entry
    kind, viewer, organisation, way, purpose, outcome, tier = pending.columns
    about = "" if entry.about is None else f'"about":{canonical(entry.about).decode()},'
    papers = ",".join([_text(paper) for paper in entry.papers])
    shapes = ",".join([f'"{shape.digest.hex()}"' for shape in pending.shapes])
    return HeadParts(
        f'{{{about}"answer":"{cipher.digest(entry.response_digest).hex()}","at":',
        f',"key":{cipher.key_id},"kind":{kind},"nspans":{len(entry.spans)},"organisation":{_text(organisation)},'
        f'"outcome":{outcome},"papers":[{papers}],"prev":"{place.prev.hex()}","purpose":{_text(purpose)},'
        f'"sealed":"{hashlib.sha256(sealed).hexdigest()}","seq":{place.seq},"shapes":[{shapes}],'
        f'"stream":{place.stream},"subjects":[',
        f'],"tier":{tier},"trace":{canonical(entry.trace_id).decode()},"v":{VERSION},"viewer":"{viewer.hex()}",'
        f'"way":{way}}}',
    )


def canonical(value: object) -> bytes:
    """Write *value* as JSON with sorted keys and no blanks.

    >>> canonical({"b": 1, "a": ["x"]})
    b'{"a":["x"],"b":1}'
    """
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # lone surrogates: the slow writer escapes them
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


@functools.lru_cache(maxsize=_REMEMBERED)
def _text(text: str) -> str:
    """Write a text that many heads have."""
    return canonical(text).decode()
