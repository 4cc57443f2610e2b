"""The arguments of a list, ``first`` and ``after``, read and refused (Relay's connection model)."""

from gateway.errors import BadUserInput, Text
from gateway.federation.subjects.cursors import BadCursor, Cursors, Place
from gateway.federation.subjects.plan import DEFAULT_FIRST, LARGEST_PAGE

__all__ = ["read_after", "read_first"]


def read_first(given: object) -> int:
    """Give how many elements a page holds.

    Raises:
        BadUserInput: it is not 1 to 100.

    """
    if given is None:
        return DEFAULT_FIRST
    number = int(given) if isinstance(given, int | str) else 0
    if not 1 <= number <= LARGEST_PAGE:
        raise BadUserInput(Text(f"first: 1 to {LARGEST_PAGE}", f"first：1 至 {LARGEST_PAGE}"))
    return number


def read_after(cursors: Cursors, bound_to: str, cursor: object) -> Place | None:
    """Give the place after which a page begins; None where no cursor was given.

    Raises:
        BadUserInput: the cursor is not of this list.

    """
    if cursor is None:
        return None
    try:
        return cursors.read(bound_to, str(cursor))
    except BadCursor:
        raise BadUserInput(Text("after: this list gave no such cursor", "after：该列表没有此游标")) from None
