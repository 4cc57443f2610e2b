"""What the address of the door of submissions may say: pages, filters, places of a list (R11.2)."""

import base64
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
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
    "OF_A_LIST",
    "OF_A_RECEIPT",
    "OF_A_SUBMISSION",
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
OF_A_RECEIPT: Final = frozenset({"problemsFirst", "problemsAfter"})
OF_A_SUBMISSION: Final = OF_A_RECEIPT | {"recordType", "mode", "period", "allOrNothing", "number"}
OF_A_LIST: Final = frozenset({"recordType", "mode", "agency", "unfinished", "first", "after"})
"""What may stand in the address of a receipt, of what is sent, of the list of receipts."""


def parameters_of(query: bytes, known: AbstractSet[str]) -> dict[str, str]:
    """Read a query string; a name that means nothing is refused, since whoever wrote it meant something by it.

    Raises:
        BadUserInput: it cannot be read, or has a name that is not *known*, or one twice.

    """
    try:
        pairs = parse_qsl(query.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise BadUserInput(Text("the query string cannot be read", "查询串无法解析")) from error
    said = dict(pairs)
    if said.keys() - known:
        names = ", ".join(sorted(known))
        english, chinese = (f"has {names}, and nothing else", f"只有 {names}") if names else ("has none", "没有参数")
        raise BadUserInput(Text(f"the query string {english}", f"查询串{chinese}"))
    if len(said) < len(pairs):
        raise BadUserInput(Text("a name stands twice in the query string", "查询串中同一参数出现两次"))
    return said


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
