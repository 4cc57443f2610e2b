"""What the address of the door of submissions may say: pages, filters, places of a list (R11.2)."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from gateway.collection.intake import Receipt
from gateway.errors import BadUserInput, Text
from schema.catalogue import RECORDS
from schema.terms import SubmissionMode

__all__ = [
    "FEW",
    "MOST",
    "flag_of",
    "mode_of",
    "number_of",
    "page_of",
    "parameters_of",
    "place_of",
    "read_place",
    "record_type_of",
]

MOST: Final = 1_000
"""Receipts or problems of one page."""
FEW: Final = 100


def parameters_of(query: bytes) -> dict[str, str]:
    """Read a query string.

    Raises:
        BadUserInput: it cannot be read.

    """
    try:
        return dict(parse_qsl(query.decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError as error:
        raise BadUserInput(Text("the query string cannot be read", "查询串无法解析")) from error


def page_of(said: Mapping[str, str], first: str, after: str) -> tuple[int, int]:
    """Give how many are wanted, behind how many.

    Raises:
        BadUserInput: one of them is no such number.

    """
    return number_of(said, first, FEW), number_of(said, after, 0, least=0, most=10_000_000)


def number_of(said: Mapping[str, str], name: str, default: int, *, least: int = 1, most: int = MOST) -> int:
    """Give a whole number within bounds, the default where none is said.

    Raises:
        BadUserInput: naming the bounds.

    """
    written = said.get(name)
    if written is None:
        return default
    if not (written.isascii() and written.isdigit() and len(written) <= len(str(most))) or not (
        least <= int(written) <= most
    ):
        raise BadUserInput(Text(f"{name}: {least} to {most}", f"{name}：{least} 至 {most}"))
    return int(written)


def record_type_of(said: Mapping[str, str]) -> str | None:
    """Give the record type that is asked for, None for whichever.

    Raises:
        BadUserInput: the catalogue has none of that name.

    """
    named = said.get("recordType")
    if named is not None and named not in RECORDS:
        raise BadUserInput(Text("recordType: the catalogue has none of that name", "recordType：目录中没有该信息类型"))
    return named


def mode_of(said: Mapping[str, str]) -> SubmissionMode | None:
    """Give the way that is asked for, None for whichever.

    Raises:
        BadUserInput: there is no such way.

    """
    named = said.get("mode")
    if named is None:
        return None
    if named not in SubmissionMode.__members__:
        raise BadUserInput(Text("mode: SYSTEM, BATCH or MANUAL", "mode：SYSTEM、BATCH 或 MANUAL"))
    return SubmissionMode[named]


def flag_of(said: Mapping[str, str], name: str) -> bool:
    """Say whether something is asked for.

    Raises:
        BadUserInput: it is neither true nor false.

    """
    written = said.get(name, "false")
    if written not in ("true", "false"):
        raise BadUserInput(Text(f"{name}: true or false", f"{name}：true 或 false"))
    return written == "true"


def place_of(receipt: Receipt) -> str:
    """Write the place of a receipt in the list, behind which the next page begins."""
    return base64.urlsafe_b64encode(f"{receipt.begun_at.isoformat()} {receipt.id}".encode()).decode()


def read_place(after: str | None) -> tuple[datetime, str] | None:
    """Read such a place, None where none is said.

    Raises:
        BadUserInput: it is none.

    """
    if after is None:
        return None
    try:
        at, _, last = base64.urlsafe_b64decode(after.encode()).decode().partition(" ")
        begun = datetime.fromisoformat(at)
    except ValueError as error:
        raise BadUserInput(Text("after: no place of this list", "after：不是本列表的位置")) from error
    if begun.tzinfo is None or not last:
        raise BadUserInput(Text("after: no place of this list", "after：不是本列表的位置"))
    return begun, last
