"""The sealed half of an entry: who and why in clear words, which only the holder of the month's key can read (R9.7)."""

import json
import struct
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.audit.entry import Entry

__all__ = ["MonthCipher", "MonthCiphers", "MonthKeys", "encode", "place", "unseal"]

NONCE_BYTES = 12
_PLACE = struct.Struct(">qq")
_SHANGHAI = timedelta(hours=8)
_SHAPES_REMEMBERED = 4096

_shapes: dict[tuple[str, ...], bytes] = {}


class MonthKeys(Protocol):
    """Gives the key of a month, which is destroyed when the month's entries are."""

    def month_key(self, month: date) -> tuple[int, bytes]:
        """Give the key's number and its 32 bytes, by the first day of the month."""
        ...


class MonthCipher:
    """The cipher of one month, set up once."""

    __slots__ = ("_cipher", "key_id", "month")

    def __init__(self, month: date, key_id: int, key: bytes) -> None:
        """Take the key of *month*."""
        self.month = month
        self.key_id = key_id
        self._cipher = AESGCM(key)

    def seal(self, body: bytes, nonce: bytes, stream: int, seq: int) -> bytes:
        """Encrypt *body* for its one place in the trail: nonce, then ciphertext with tag."""
        return nonce + self._cipher.encrypt(nonce, body, place(stream, seq))


class MonthCiphers:
    """The cipher for an instant; months change at midnight in Zhengzhou."""

    def __init__(self, keys: MonthKeys) -> None:
        """Take the source of the keys."""
        self._keys = keys
        self._current: MonthCipher | None = None

    def at(self, instant: datetime) -> MonthCipher:
        """Give the cipher of the month of *instant*."""
        local = instant + _SHANGHAI - (instant.utcoffset() or timedelta())
        current = self._current
        if current is None or (local.year, local.month) != (current.month.year, current.month.month):
            month = date(local.year, local.month, 1)
            current = self._current = MonthCipher(month, *self._keys.month_key(month))
        return current


def place(stream: int, seq: int) -> bytes:
    """Write a place in the trail as the ciphertext is bound to it."""
    return _PLACE.pack(stream, seq)


def unseal(sealed: bytes, stream: int, seq: int, key: bytes) -> bytes:
    """Decrypt a body; fails where it was altered or moved to another place."""
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place(stream, seq))


def encode(entry: Entry) -> bytes:
    """Write the body of *entry*: JSON, with each list of coordinates once, grouped by type."""
    numbers: dict[int, int] = {}
    shapes: list[bytes] = []
    lines = [
        (
            line.subject_id,
            line.standing,
            line.outcome,
            line.tier,
            line.counted,
            _number(line.fields, numbers, shapes),
            _number(line.withheld, numbers, shapes),
            line.rows,
        )
        for line in entry.subjects
    ]
    written: dict[str, object] = {
        "request": entry.request_id,
        "person": entry.person,
        "organisation": entry.organisation,
        "organisationKind": entry.organisation_kind,
        "method": entry.method,
        "channel": entry.channel,
        "purpose": entry.purpose_code,
        "purposeText": entry.purpose_text,
        "papers": entry.papers,
        "operation": entry.operation_name,
        "document": entry.document_digest,
        "outcome": entry.outcome,
        "errors": entry.errors,
        "shapes": [orjson.Fragment(shape) for shape in shapes],
        "subjects": lines,
        "sources": entry.sources,
        "trace": entry.trace_id,
        "spans": entry.spans,
        "response": entry.response_digest,
        "startedAtNs": entry.started_at_ns,
    }
    try:
        return orjson.dumps(written)
    except orjson.JSONEncodeError:  # lone surrogates and huge numbers: the slow writer escapes them
        written["shapes"] = [orjson.loads(shape) for shape in shapes]
        return json.dumps(written, separators=(",", ":")).encode()


def _number(coordinates: tuple[str, ...], numbers: dict[int, int], shapes: list[bytes]) -> int:
    """Number a plan's own tuple by its identity: the lines of an entry share it, and to hash it costs more."""
    number = numbers.get(id(coordinates))
    if number is None:
        number = numbers[id(coordinates)] = len(shapes)
        shapes.append(_shape(coordinates))
    return number


def _shape(coordinates: tuple[str, ...]) -> bytes:
    known = _shapes.get(coordinates)
    if known is None:
        if len(_shapes) >= _SHAPES_REMEMBERED:
            _shapes.clear()
        known = _shapes[coordinates] = orjson.dumps(_by_type(coordinates))
    return known


def _by_type(coordinates: Sequence[str]) -> dict[str, list[str]]:
    """Group ``Type.field`` by type.

    >>> _by_type(("Licence.number", "Licence.name", "Tax.amount"))
    {'Licence': ['number', 'name'], 'Tax': ['amount']}
    """
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for coordinate in coordinates:
        owner, _, name = coordinate.partition(".")
        grouped[owner].append(name)
    return dict(grouped)
