"""How the peers read an agency's values: what any good developer would write, shared by both of them."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

__all__ = ["distinct", "spellings", "to_day", "to_money", "to_text"]

_NOTHING = frozenset({"", "—", "— —", "——", "-", "--", "/", "无"})
_Row = TypeVar("_Row")


def to_day(raw: str | None) -> date | None:
    """Read a day, spelt with hyphens or without.

    >>> to_day("20261103"), to_day("2026-11-03"), to_day("— —")
    (datetime.date(2026, 11, 3), datetime.date(2026, 11, 3), None)
    """
    return None if raw is None or raw in _NOTHING else date.fromisoformat(raw)


def to_text(raw: str | None) -> str | None:
    """Read a text; the words for nothing are null."""
    return None if raw is None or raw in _NOTHING else raw


def to_money(raw: Decimal | None) -> str | None:
    """Read an amount in yuan as the catalogue's string."""
    return None if raw is None else f"{raw:.2f}"


def spellings(code: str) -> tuple[str, str, str]:
    """Give the three ways in which a court writes a credit code.

    >>> spellings("91410199DEM001017M")
    ('91410199DEM001017M', 'DEM001017', 'DEM00101-7')
    """
    return code, code[8:17], f"{code[8:16]}-{code[16]}"


def distinct(rows: Iterable[_Row], key: Callable[[_Row], Any]) -> list[_Row]:
    """Give rows without those that an agency has twice."""
    return list({key(row): row for row in rows}.values())
