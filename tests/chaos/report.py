"""The table of a run, and the same as JSON."""

from collections.abc import Iterator
from typing import Any

from tests.chaos.asking import Kind
from tests.chaos.faults import FAULTS
from tests.chaos.running import Outcome, Window

__all__ = ["is_good", "lines", "tree", "wrong"]

HEALED_S = 1.0
"""Within how long after a fault there must be an answer."""


def wrong(outcome: Outcome) -> dict[str, int]:
    """Give everything that must be 0, with its number."""
    return {
        **outcome.reckoning.counts,
        "answers that are neither answer nor plain refusal": _count(outcome, Kind.WRONG),
        "questions past the deadline by more than 0.5 s": len(outcome.late),
        f"faults after which there was no answer within {HEALED_S:.0f} s": sum(map(_is_unhealed, outcome.windows)),
    }


def is_good(outcome: Outcome) -> bool:
    """Say whether all of it is 0."""
    return not any(wrong(outcome).values())


def lines(outcome: Outcome) -> Iterator[str]:
    """Write the table."""
    yield f"{'fault':20} {'answered':>8} {'refused':>8} {'lost':>6} {'slowest':>9} {'then after':>10}"
    for each in outcome.windows:
        healed = "none" if each.healed_s is None else f"{each.healed_s:.2f} s"
        yield (
            f"{each.fault:20} {each.answered:8} {each.refused:8} {each.lost:6} {each.slowest_s:7.2f} s {healed:>10}"
            f"  {FAULTS[each.fault].says}"
        )
    reckoning = outcome.reckoning
    yield (
        f"\n{len(outcome.heard)} questions in {outcome.seconds:.0f} s: {_count(outcome, Kind.ANSWERED)} answered, "
        f"{_count(outcome, Kind.REFUSED)} refused, {_count(outcome, Kind.LOST)} lost with their connection"
    )
    yield (
        f"{reckoning.entries} entries in {reckoning.streams} streams, "
        f"{reckoning.kept_not_answered} of them kept and not answered"
    )
    for what, number in wrong(outcome).items():
        yield f"{number:6} {what}"
    yield from reckoning.named
    yield from sorted({each.said for each in outcome.heard if each.kind == Kind.WRONG})
    yield from (f"late: {each.request_id} took {each.took:.2f} s at {each.office.name}" for each in outcome.late[:10])
    yield from (f"skipped: {name}, there is no C compiler" for name in outcome.skipped)
    yield f"xinyong audit verify: {reckoning.verified}"


def tree(outcome: Outcome) -> dict[str, Any]:
    """Give it as JSON."""
    reckoning = outcome.reckoning
    return {
        "good": is_good(outcome),
        "questions": len(outcome.heard),
        **{kind: _count(outcome, kind) for kind in (Kind.ANSWERED, Kind.REFUSED, Kind.LOST)},
        "entries": reckoning.entries,
        "streams": reckoning.streams,
        "keptNotAnswered": reckoning.kept_not_answered,
        "wrong": wrong(outcome),
        "named": list(reckoning.named),
        "verified": reckoning.verified,
        "skipped": list(outcome.skipped),
        "seconds": round(outcome.seconds, 1),
        "faults": [
            {
                "fault": each.fault,
                "answered": each.answered,
                "refused": each.refused,
                "lost": each.lost,
                "slowestSeconds": round(each.slowest_s, 3),
                "answeredAgainSeconds": None if each.healed_s is None else round(each.healed_s, 3),
            }
            for each in outcome.windows
        ],
    }


def _is_unhealed(window: Window) -> bool:
    return window.healed_s is None or window.healed_s > HEALED_S


def _count(outcome: Outcome, kind: str) -> int:
    return sum(each.kind == kind for each in outcome.heard)
