"""What one query leaves behind: who, when, how, why, about whom, which fields; never a value (Art. 19, R9.7)."""

import base64
import functools
import hashlib
import hmac
import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from gateway.audit.codes import QUERY
from schema.disclosure import OrganizationKind, Outcome, PurposeCode, QueryMethod, Standing
from schema.line_shapes import UNDECIDED, LineShape

__all__ = ["Asked", "Attribute", "Entry", "Receipt", "Span", "SubjectLine", "read_opaque"]


Attribute = tuple[str, str | int | float | bool]
Span = tuple[str, int, int, tuple[Attribute, ...]]
"""A packed span: name, start and duration in nanoseconds, attributes."""
Asked = tuple[str, bool, bool]
"""A connector's code, whether it was asked, whether it was reached."""

_PLACE = struct.Struct(">iq16s")


class SubjectLine(NamedTuple):
    """One query's line about one subject (R19.2).

    ``shape`` is what its plan decided on each coordinate: the trail keeps it once, so hand over the plan's own.
    ``tier`` is the highest tier disclosed: A, B, C, or nothing. ``counted`` says whether a disclosure raises the
    cumulative count (AMB-25). ``paper`` is the one that the look at the subject rests on; ``counts`` says how many
    records each connection of the shape gave.
    """

    subject_id: str
    standing: Standing
    outcome: Outcome
    tier: str
    counted: bool
    shape: LineShape = UNDECIDED
    paper: str = ""
    counts: tuple[int, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The schema coordinates that were told."""
        return self.shape.fields

    @property
    def withheld(self) -> tuple[str, ...]:
        """Those that were not."""
        return self.shape.withheld

    @property
    def rows(self) -> int:
        """How many records were told."""
        return sum(self.counts)


class Entry(NamedTuple):
    """One operation, as the law wants it kept (Art. 19: 查询人、查询时间、查询方式、查询目的、累计查询次数)."""

    request_id: str
    person: str
    organisation: str
    organisation_kind: OrganizationKind | None
    method: QueryMethod
    channel: str
    purpose_code: PurposeCode | None
    purpose_text: str | None
    papers: tuple[str, ...]
    operation_name: str | None
    document_digest: str
    outcome: Outcome
    errors: tuple[str, ...]
    subjects: tuple[SubjectLine, ...]
    sources: tuple[Asked, ...]
    trace_id: str
    spans: tuple[Span, ...]
    response_digest: bytes
    """Of the answer's bytes up to the receipt; the trail keeps a keyed hash of it alone."""
    started_at_ns: int
    kind: int = QUERY
    about: Mapping[str, object] | None = None
    """What an entry of another kind says in the open: strings, whole numbers, and lists of them."""
    inspected: Mapping[str, object] | None = None
    """What was asked of the trail itself, under seal: subjects by the gateway's own ids, never by a number (R19.12)."""


class Receipt(NamedTuple):
    """Where an entry stands in the trail, and the ordinal of each subject it counted (R19.7)."""

    stream: int
    seq: int
    leaf: bytes
    nth: Mapping[str, int] = MappingProxyType({})

    def __str__(self) -> str:
        r"""Write it as ``extensions.xinyong.receipt`` and the header ``Audit-Record`` do.

        >>> str(Receipt(1, 2, b"\xab"))
        '1.2.ab'
        """
        return f"{self.stream}.{self.seq}.{self.leaf.hex()}"

    def opaque(self, key: bytes) -> str:
        """Write it so that only the holder of *key* can read it: the public learns nothing of the trail's course."""
        place = _PLACE.pack(self.stream, self.seq, self.leaf[:16])
        return base64.urlsafe_b64encode(_cipher(key).encrypt(place, None)).rstrip(b"=").decode()


def read_opaque(text: str, key: bytes) -> tuple[int, int, bytes] | None:
    """Give stream, seq and the first half of the leaf of an opaque receipt; None where it is not of *key*."""
    try:
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        stream, seq, leaf = _PLACE.unpack(_cipher(key).decrypt(sealed, None))
    except (ValueError, InvalidTag, struct.error):
        return None
    return stream, seq, leaf


@functools.lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESSIV:
    return AESSIV(hmac.digest(key, b"receipt", hashlib.sha256))
