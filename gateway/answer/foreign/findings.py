"""What an answer of a foreign graph comes to, for its entry: subgraphs, codes, spans; never a value (Art. 19).

A foreign graph says nothing of subjects, so the entry has no line of one, and counts none.
"""

import re
import time
from collections.abc import Iterable, Sequence
from typing import Final

from gateway.answer.entry import Findings
from gateway.audit.entry import Span
from gateway.federation.execution import Timing
from schema.disclosure import Outcome

__all__ = ["findings_of", "plain_code", "seen_by"]

_NO_CODE: Final = "DOWNSTREAM_SERVICE_ERROR"
"""The code of an error for which a subgraph gave none."""
_PLAIN_CODE: Final = re.compile(r"[A-Z][A-Z_]{0,63}", re.ASCII)


def findings_of(fetches: Sequence[Timing], codes: Iterable[str], outcome: Outcome) -> Findings:
    """Give what the entry says of an answer; *codes* are those of its errors."""
    since_1970_ns = time.time_ns() - time.perf_counter_ns()
    return Findings(
        outcome=outcome,
        errors=tuple(dict.fromkeys(map(plain_code, codes))),
        subjects=(),
        sources=tuple((name, True, reached) for name, (reached, _) in seen_by(fetches).items()),
        spans=tuple(_span(each, since_1970_ns) for each in fetches),
    )


def plain_code(code: str) -> str:
    """Give a code as it may be kept and counted: a subgraph's own word only if it could not hold a value.

    >>> plain_code("OUT_OF_STOCK"), plain_code("410199197805120110 is unknown")
    ('OUT_OF_STOCK', 'DOWNSTREAM_SERVICE_ERROR')
    """
    return code if _PLAIN_CODE.fullmatch(code) else _NO_CODE


def seen_by(fetches: Sequence[Timing]) -> dict[str, tuple[bool, float | None]]:
    """Give of each subgraph whether every fetch reached it, and of when the oldest of what it said is."""
    since_1970_ns = time.time_ns() - time.perf_counter_ns()
    seen: dict[str, tuple[bool, float | None]] = {}
    for each in fetches:
        reached, as_of = seen.get(each.subgraph, (True, None))
        asked_at = (each.started_ns + since_1970_ns) / 1e9
        oldest = asked_at if as_of is None else min(as_of, asked_at)
        reached = reached and each.failed is None
        seen[each.subgraph] = (reached, oldest if reached else None)
    return seen


def _span(fetch: Timing, since_1970_ns: int) -> Span:
    attributes = (("objects", fetch.objects), ("failed", fetch.failed or ""))
    return f"fetch {fetch.subgraph}", fetch.started_ns + since_1970_ns, fetch.duration_ns, attributes
