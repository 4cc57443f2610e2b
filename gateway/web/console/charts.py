"""Charts as numbers: where each bar begins and how long it is, for the SVG of a page. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

__all__ = ["Bar", "Column", "bars", "columns", "waterfall"]

_WIDE = 1_000
_HIGH = 100
_NARROWEST = 3
_MOST_DAYS = 400


class Bar(NamedTuple):
    """A horizontal bar in a drawing a thousand wide: what it is of, from where, how long, how much."""

    of: str
    x: int
    width: int
    value: int
    denied: int = 0
    told: Any = None


class Column(NamedTuple):
    """A vertical bar in a drawing a hundred high: the lower part is what was denied."""

    of: str
    x: int
    height: int
    denied_height: int
    value: int
    denied: int


def columns(counts: Sequence[Mapping[str, Any]], first: date, last: date) -> list[Column]:
    """Give a column for each day from the *first* to the *last*, days without anything among them.

    >>> days = date(2026, 11, 1), date(2026, 11, 3)
    >>> [each.height for each in columns([{"of": "2026-11-01", "entries": 4, "denied": 2},
    ...                                   {"of": "2026-11-03", "entries": 2, "denied": 0}], *days)]
    [100, 0, 50]
    """
    if not counts:
        return []
    by_day = {each["of"]: each for each in counts}
    days = [first + timedelta(days=n) for n in range(min((last - first).days + 1, _MOST_DAYS))]
    most = max(each["entries"] for each in counts)
    found = [by_day.get(day.isoformat(), {"entries": 0, "denied": 0}) for day in days]
    return [
        Column(
            of=day.isoformat(),
            x=n * 10,
            height=_part(each["entries"], most, _HIGH),
            denied_height=_part(each["denied"], most, _HIGH),
            value=each["entries"],
            denied=each["denied"],
        )
        for n, (day, each) in enumerate(zip(days, found, strict=True))
    ]


def bars(counts: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Give a bar for each organisation, as long as its part of the most."""
    most = max((each["entries"] for each in counts), default=0)
    return [
        Bar(each["of"], 0, _part(each["entries"], most, _WIDE), each["entries"], each["denied"], each)
        for each in counts
    ]


def waterfall(spans: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Give a bar for each span, from where the first one began; the shortest is to be seen still.

    >>> [(each.x, each.width) for each in waterfall([{"name": "fetch TAX", "offsetUs": 100, "durationUs": 300},
    ...                                              {"name": "resolve", "offsetUs": 250, "durationUs": 0}])]
    [(0, 1000), (500, 3)]
    """
    begin = min((each["offsetUs"] for each in spans), default=0)
    whole = max((each["offsetUs"] + each["durationUs"] for each in spans), default=0) - begin
    drawn = []
    for each in spans:
        width = max(_part(each["durationUs"], whole, _WIDE), _NARROWEST)
        x = min(_part(each["offsetUs"] - begin, whole, _WIDE), _WIDE - width)
        drawn.append(Bar(each["name"], x, width, each["durationUs"], told=each))
    return drawn


def _part(value: int, of: int, scale: int) -> int:
    return round(value * scale / of) if of else 0
