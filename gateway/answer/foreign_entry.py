"""The entry of a question to a foreign graph: who, when, how, which document and subgraphs; never a value (Art. 19).

A foreign graph says nothing of subjects, so the entry has no line of one, and counts none.
"""

import re
import time
from collections.abc import Iterable, Sequence
from typing import Any, Final

from gateway.answer.entry import digest
from gateway.answer.question import Question
from gateway.audit.entry import Asked, Entry, Span
from gateway.federation.execution import RequestTiming
from gateway.federation.fetch import Timing
from gateway.federation.operations import Operation
from schema.disclosure import Outcome

__all__ = ["entry_of", "plain_code", "sources_of", "timings_of"]

_NO_CODE: Final = "DOWNSTREAM_SERVICE_ERROR"
"""The code of an error for which a subgraph gave none."""
_PLAIN_CODE: Final = re.compile(r"[A-Z][A-Z_]{0,63}", re.ASCII)


def entry_of(  # noqa: PLR0913 (the whole of what an entry is about)
    question: Question,
    operation: Operation | None,
    fetches: Sequence[RequestTiming],
    codes: Iterable[str],
    *,
    head: bytes,
    outcome: Outcome,
) -> Entry:
    """Give the entry of an answer; *head* is the answer's bytes up to the receipt, *codes* those of its errors."""
    caller, purpose = question.caller, question.purpose
    since_1970_ns = time.time_ns() - time.monotonic_ns()
    return Entry(
        request_id=question.request_id,
        person=caller.person,
        organisation=caller.organisation or "",
        organisation_kind=caller.organisation_kind,
        method=question.method,
        channel=question.channel,
        purpose_code=purpose.code if purpose else None,
        purpose_text=purpose.text if purpose else None,
        papers=(),
        operation_name=operation.name if operation else None,
        document_digest=operation.digest if operation else digest(question.document.encode()),
        outcome=outcome,
        errors=tuple(dict.fromkeys(map(plain_code, codes))),
        subjects=(),
        sources=_asked(fetches),
        trace_id=question.trace_id,
        spans=tuple(_span(each, since_1970_ns) for each in fetches),
        response_digest=digest(head),
        started_at_ns=question.started_ns,
    )


def plain_code(code: str) -> str:
    """Give a code as it may be kept and counted: a subgraph's own word only if it could not hold a value.

    >>> plain_code("OUT_OF_STOCK"), plain_code("410199197805120110 is unknown")
    ('OUT_OF_STOCK', 'DOWNSTREAM_SERVICE_ERROR')
    """
    return code if _PLAIN_CODE.fullmatch(code) else _NO_CODE


def sources_of(fetches: Sequence[RequestTiming]) -> list[dict[str, Any]]:
    """Give ``extensions.xinyong.sources``: each subgraph, whether it was reached, and of when what it said is."""
    since_1970_ns = time.time_ns() - time.monotonic_ns()
    oldest: dict[str, int] = {}
    for each in fetches:
        oldest[each.subgraph] = min(each.started_ns, oldest.get(each.subgraph, each.started_ns))
    return [
        {"connector": name, "reached": reached, "asOf": _instant(oldest[name] + since_1970_ns) if reached else None}
        for name, _, reached in _asked(fetches)
    ]


def timings_of(fetches: Sequence[RequestTiming]) -> list[Timing]:
    """Give the fetches as they are counted."""
    return [Timing(each.subgraph, each.started_ns, each.duration_ns, each.objects, each.failed, 0) for each in fetches]


def _asked(fetches: Sequence[RequestTiming]) -> tuple[Asked, ...]:
    """Say of each subgraph that it was asked, and whether every fetch reached it."""
    reached: dict[str, bool] = {}
    for each in fetches:
        reached[each.subgraph] = reached.get(each.subgraph, True) and each.failed is None
    return tuple((name, True, good) for name, good in reached.items())


def _span(fetch: RequestTiming, since_1970_ns: int) -> Span:
    attributes = (("objects", fetch.objects), ("failed", fetch.failed or ""))
    return f"fetch {fetch.subgraph}", fetch.started_ns + since_1970_ns, fetch.duration_ns, attributes


def _instant(ns: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(ns // 1_000_000_000))
