"""The sealed half of an entry: who and why in clear words, which only the holder of the month's key can read (R9.7)."""

import functools
import hashlib
import hmac
import json
import os
import struct
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Protocol

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.audit.entry import Entry
from gateway.audit.keyed import Keyed
from gateway.store.tables import microseconds
from schema.days import ZONE
from schema.masks import mask_text

__all__ = ["MonthCipher", "MonthCiphers", "MonthKeys", "answer_digest", "encode", "nonces", "place", "unseal"]

NONCE_BYTES = 12
_PLACE = struct.Struct(">qq")
_REMEMBERED = 4_096
_masked = functools.lru_cache(maxsize=_REMEMBERED)(mask_text)


class MonthKeys(Protocol):
    """Gives the key of a month, which is destroyed when the month's entries are."""

    def month_key(self, month: date) -> tuple[int, bytes]:
        """Give the key's number and its 32 bytes, by the first day of the month."""
        ...


class MonthCipher:
    """The cipher of one month, set up once."""

    __slots__ = ("_answers", "_cipher", "begins_us", "ends_us", "key_id", "month")

    def __init__(self, month: date, key_id: int, key: bytes) -> None:
        """Take the key of *month*."""
        self.month = month
        self.begins_us = microseconds(datetime(month.year, month.month, 1, tzinfo=ZONE))
        self.ends_us = microseconds(datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=ZONE))
        self.key_id = key_id
        self._cipher = AESGCM(key)
        self._answers = Keyed(_answer_key(key))

    def digest(self, answer: bytes) -> bytes:
        """Give the keyed hash of an answer, by the SHA-256 of its bytes: without the key nobody can guess it back."""
        return self._answers.digest(answer)

    def seal(self, body: bytes, nonce: bytes, stream: int, seq: int) -> bytes:
        """Encrypt *body* for its one place in the trail: nonce, then ciphertext with tag."""
        return nonce + self._cipher.encrypt(nonce, body, place(stream, seq))


class MonthCiphers:
    """The cipher for an instant; months change at midnight in Zhengzhou."""

    def __init__(self, keys: MonthKeys) -> None:
        """Take the source of the keys."""
        self._keys = keys
        self._current: MonthCipher | None = None

    def at(self, at_us: int) -> MonthCipher:
        """Give the cipher of the month of an instant, in microseconds since 1970."""
        current = self._current
        if current is None or not current.begins_us <= at_us < current.ends_us:
            month = datetime.fromtimestamp(at_us // 1_000_000, ZONE).date().replace(day=1)
            current = self._current = MonthCipher(month, *self._keys.month_key(month))
        return current


def nonces(count: int) -> Iterator[bytes]:
    """Draw so many nonces, each for one body."""
    drawn = os.urandom(NONCE_BYTES * count)
    return (drawn[start : start + NONCE_BYTES] for start in range(0, len(drawn), NONCE_BYTES))


def place(stream: int, seq: int) -> bytes:
    """Write a place in the trail as the ciphertext is bound to it."""
    return _PLACE.pack(stream, seq)


def unseal(sealed: bytes, stream: int, seq: int, key: bytes) -> bytes:
    """Decrypt a body; fails where it was altered or moved to another place."""
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place(stream, seq))


def answer_digest(answer: bytes, key: bytes) -> bytes:
    """Give the keyed hash by which an entry names the bytes of an answer up to the receipt, under the month's *key*."""
    return hmac.digest(_answer_key(key), hashlib.sha256(answer).digest(), hashlib.sha256)


def _answer_key(month_key: bytes) -> bytes:
    return hmac.digest(month_key, b"answer", hashlib.sha256)


def encode(entry: Entry, numbers: Sequence[int]) -> bytes:
    """Write the body of *entry*: JSON; *numbers* says of each line which of the head's shapes is its own."""
    lines = [
        (
            line.subject_id,
            line.standing,
            line.shape.basis,
            line.outcome,
            line.tier,
            line.counted,
            line.paper,
            number,
            line.counts,
        )
        for line, number in zip(entry.subjects, numbers, strict=True)
    ]
    written: dict[str, object] = {
        "request": entry.request_id,
        "person": _masked(entry.person),
        "organisation": entry.organisation,
        "organisationKind": entry.organisation_kind,
        "method": entry.method,
        "channel": entry.channel,
        "purpose": entry.purpose_code,
        "purposeText": entry.purpose_text,
        "operation": entry.operation_name,
        "document": entry.document_digest,
        "outcome": entry.outcome,
        "errors": entry.errors,
        "subjects": lines,
        "sources": entry.sources,
        "trace": entry.trace_id,
        "spans": entry.spans,
        "startedAtNs": entry.started_at_ns,
    }
    if entry.inspected is not None:
        written["inspected"] = entry.inspected
    try:
        return orjson.dumps(written)
    except orjson.JSONEncodeError:  # lone surrogates and huge numbers: the slow writer escapes them
        return json.dumps(written, separators=(",", ":")).encode()
