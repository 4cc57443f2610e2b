"""Entries about what the house does to its own trail: expiry, holds, releases (R19.10, AMB-27)."""

import hashlib
import secrets
import time
from collections.abc import Mapping
from typing import Final

from gateway.audit.entry import Entry
from schema.disclosure import Outcome, QueryMethod

__all__ = ["HOUSE", "entry_of_act"]

HOUSE: Final = "GATEWAY"
"""Who acts where no person does."""


def entry_of_act(kind: int, act: str, about: Mapping[str, object], *, person: str = HOUSE, reason: str = "") -> Entry:
    """Give the entry of one act: *about* stands open in the head, the *reason* in the sealed part."""
    return Entry(
        request_id=secrets.token_hex(8),
        person=person,
        organisation="",
        organisation_kind=None,
        method=QueryMethod.API,
        channel="HOUSE",
        purpose_code=None,
        purpose_text=reason or None,
        papers=(),
        operation_name=act,
        document_digest="",
        outcome=Outcome.DISCLOSED,
        errors=(),
        subjects=(),
        sources=(),
        trace_id=secrets.token_hex(16),
        spans=(),
        response_digest=hashlib.sha256().digest(),
        started_at_ns=time.time_ns(),
        kind=kind,
        about=about,
    )
