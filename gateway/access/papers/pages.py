"""Pages of papers: how many, and where one ended, as a cursor that tells nothing and is worthless to others (R15.7)."""

import base64
from datetime import datetime
from typing import Final

from gateway.access.keys import SealBroken
from gateway.access.papers.archive import Place
from gateway.access.papers.rows import Seals
from gateway.errors import BadUserInput, Text
from schema.connections import PageInfo

__all__ = ["page_info", "read_cursor", "read_first"]

_MOST: Final = 100


def read_first(first: int) -> int:
    """Give how many are asked for.

    Raises:
        BadUserInput: not 1 to 100.

    """
    if not 1 <= first <= _MOST:
        raise BadUserInput(Text(f"first: 1 to {_MOST}", f"first：应为 1 至 {_MOST}"))
    return first


def read_cursor(cursor: str | None, reader: str, seals: Seals) -> Place | None:
    """Give where the page before ended; *reader* is whose cursor it must be.

    Raises:
        BadUserInput: it was made for another reader, or by nobody.

    """
    if cursor is None:
        return None
    try:
        sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        at, own_id = seals.open(sealed, _bound(reader)).decode().split("\x00")
        return Place(datetime.fromisoformat(at), own_id)
    except (ValueError, SealBroken) as error:
        raise BadUserInput(Text("after: this list gave no such cursor", "after：游标无效")) from error


def page_info(places: list[Place], reader: str, seals: Seals, *, after: bool, more: bool) -> PageInfo:
    """Say where a page lies."""
    ends = [_cursor(each, reader, seals) for each in (places[:1] + places[-1:])]
    return PageInfo(
        has_next_page=more,
        has_previous_page=after,
        start_cursor=ends[0] if ends else None,
        end_cursor=ends[-1] if ends else None,
    )


def _cursor(place: Place, reader: str, seals: Seals) -> str:
    sealed = seals.seal(f"{place.at.isoformat()}\x00{place.id}".encode(), _bound(reader))
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def _bound(reader: str) -> bytes:
    return f"papers\x00{reader}".encode()
